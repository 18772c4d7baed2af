//! Certificates from outside, made by OpenSSL as a company's own authority would: what is taken, and why not.

use std::path::Path;
use std::process::Command;

use counterfoil_seal::{ImportError, SigningIdentity};
use jiff::{Timestamp, ToSpan};
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};

use crate::fixtures::run;

/// `root NAME KEY HASH …`, `issue NAME ISSUER KEY HASH EXTENSIONS …` and `pack FILE KEY …`, as the shell knows them.
const FUNCTIONS: &str = r#"
set -e
for curve in 256 384 521; do openssl genpkey -genparam -algorithm EC -pkeyopt ec_paramgen_curve:P-$curve -out p$curve; done
CA="basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
root() { name=$1 key=$2 hash=$3; shift 3
    openssl req -x509 -newkey $key -nodes -keyout $name.key -out $name.pem -days 3650 -subj "/CN=Example $name" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -$hash "$@"; }
issue() { name=$1 issuer=$2 key=$3 hash=$4; printf "$5\n" > $name.ext; shift 5
    openssl req -new -newkey $key -nodes -keyout $name.key -out $name.csr -subj "/O=Example AG/CN=Example $name"
    openssl x509 -req -in $name.csr -CA $issuer.pem -CAkey $issuer.key -CAcreateserial -out $name.pem -days 700 \
        -extfile $name.ext -$hash "$@"; }
leaf() { name=$1 issuer=$2 key=$3 hash=$4; shift 4
    issue $name $issuer $key $hash "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation" "$@"; }
pack() { file=$1 key=$2; shift 2; cat $key.pem "$@" > $file.chain
    openssl pkcs12 -export -inkey $key.key -in $file.chain -out $file.p12 -passout pass:correct; }
der() { openssl x509 -in $1.pem -outform DER -out $1.der; }
"#;

const REFUSED: &str = r#"
root root ec:p256 sha256
leaf good root ec:p256 sha256
pack good good root.pem
pack alone good

issue agreeing root ec:p256 sha256 keyUsage=critical,keyAgreement
pack agreeing agreeing root.pem
issue authority root ec:p256 sha256 "$CA"
pack authority authority root.pem
mv root.pem real.pem; mv root.key real.key
root root ec:p256 sha256
pack impostor good root.pem
mv real.pem root.pem; mv real.key root.key
openssl pkcs12 -export -inkey good.key -in good.pem -certfile root.pem -out outdated.p12 -passout pass:correct \
    -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES
openssl pkcs12 -export -nokeys -in good.pem -out keyless.p12 -passout pass:correct
leaf other root ec:p256 sha256
openssl pkcs12 -export -inkey other.key -in other.pem -nocerts -out bare.p12 -passout pass:correct

leaf short root rsa:1024 sha256; pack short short root.pem
leaf p521 root ec:p521 sha256; pack p521 p521 root.pem
leaf edwards root ed25519 sha256; pack edwards edwards root.pem
root rsa rsa:2048 sha256
leaf sha1 rsa ec:p256 sha1; pack sha1 sha1 rsa.pem
leaf md5 rsa ec:p256 md5; pack md5 md5 rsa.pem
leaf pss rsa ec:p256 sha256 -sigopt rsa_padding_mode:pss; pack pss pss rsa.pem
root sha1root rsa:2048 sha1
leaf under-sha1 sha1root ec:p256 sha256; pack under-sha1 under-sha1 sha1root.pem
root shortroot rsa:1024 sha256
leaf under-short shortroot ec:p256 sha256; pack under-short under-short shortroot.pem
leaf sha1ec root ec:p256 sha1; pack sha1ec sha1ec root.pem

printf "keyUsage=digitalSignature\nnsComment=" > large.start
head -c 24000 /dev/zero | tr '\0' x > large.end
issue large root ec:p256 sha256 "$(cat large.start large.end)"; pack large large root.pem

leaf damaged rsa rsa:2048 sha256; pack damaged damaged rsa.pem

# The root is in the file twice: certified by another authority that is not there, and by itself.
root elsewhere ec:p256 sha256
openssl req -new -key root.key -out cross.csr -subj "/CN=Example root"
printf "$CA\n" > cross.ext
openssl x509 -req -in cross.csr -CA elsewhere.pem -CAkey elsewhere.key -CAcreateserial -out cross.pem -days 700 -sha256 \
    -extfile cross.ext
pack crossed good cross.pem root.pem
pack crossed-back good root.pem cross.pem
pack cross-only good cross.pem
"#;

/// All files at once: OpenSSL starts slowly.
pub(crate) fn make(folder: &Path, script: &str) {
    let script = format!("{FUNCTIONS}{script}");
    run("sh", "the package openssl", Command::new("sh").args(["-c", &script]).current_dir(folder));
}

pub(crate) fn import(folder: &Path, name: &str, passphrase: &str) -> Result<SigningIdentity, ImportError> {
    let file = std::fs::read(folder.join(format!("{name}.p12"))).unwrap();
    SigningIdentity::from_pkcs12(&file, passphrase, today())
}

#[expect(clippy::disallowed_methods, reason = "OpenSSL's certificates begin now")]
pub(crate) fn today() -> Timestamp {
    Timestamp::now() + 1.minute()
}

/// What OpenSSL does not write: any keys, each with its chain.
fn packed(keys: &[(&[u8], &[Vec<u8>])]) -> Vec<u8> {
    let mut store = KeyStore::new();
    for (number, (key, chain)) in keys.iter().enumerate() {
        let name = format!("key {number}");
        let chain = chain.iter().map(|der| Certificate::from_der(der).unwrap());
        let key = PrivateKeyChain::new(name.as_str(), PrivateKey::from_der(key).unwrap(), chain);
        store.add_entry(&name, KeyStoreEntry::PrivateKeyChain(key));
    }
    store.writer("correct").write().unwrap()
}

#[test]
fn what_cannot_be_used_is_said_by_name() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), REFUSED);
    for (name, passphrase, expected) in [
        ("good", "wrong", "passphrase is wrong"),
        ("alone", "correct", "whose issuer CN=Example root is not in the file"),
        ("agreeing", "correct", "not made for signing"),
        ("authority", "correct", "not made for signing"),
        ("impostor", "correct", "do not form a chain"),
        ("outdated", "correct", "outdated"),
        ("keyless", "correct", "holds 0 private keys"),
        ("bare", "correct", "no certificate that belongs to its private key"),
        ("short", "correct", "the key is RSA 1024 bits"),
        ("p521", "correct", "the key is ECDSA P-521"),
        ("edwards", "correct", "the key is id-Ed25519"),
        ("sha1", "correct", "CN=Example sha1,O=Example AG is signed with sha1WithRSAEncryption"),
        ("md5", "correct", "CN=Example md5,O=Example AG is signed with md5WithRSAEncryption"),
        ("pss", "correct", "CN=Example pss,O=Example AG is signed with id-RSASSA-PSS"),
        ("sha1ec", "correct", "CN=Example sha1ec,O=Example AG is signed with ecdsa-with-SHA1"),
        ("under-sha1", "correct", "CN=Example sha1root is signed with sha1WithRSAEncryption"),
        ("under-short", "correct", "the key of the certificate CN=Example shortroot is RSA 1024 bits"),
        ("large", "correct", "more than the 32767 that PDF/A allows"),
        ("cross-only", "correct", "CN=Example root, whose issuer CN=Example elsewhere is not in the file"),
    ] {
        let refused = import(folder.path(), name, passphrase).expect_err(name).to_string();
        assert!(refused.contains(expected), "{name}: {refused}");
    }

    let good = import(folder.path(), "good", "correct").unwrap();
    let file = std::fs::read(folder.path().join("good.p12")).unwrap();
    let late = SigningIdentity::from_pkcs12(&file, "correct", today() + 24.hours() * 800);
    assert!(matches!(late, Err(ImportError::NotValid { .. })));
    let early = SigningIdentity::from_pkcs12(&file, "correct", today() - 24.hours());
    assert!(matches!(early, Err(ImportError::NotValid { .. })));
    for length in (0..file.len()).step_by(37) {
        assert!(SigningIdentity::from_pkcs12(&file[..length], "correct", today()).is_err(), "{length} bytes");
    }

    for name in ["crossed", "crossed-back"] {
        let crossed = import(folder.path(), name, "correct").unwrap();
        assert_eq!(crossed.chain_der(), good.chain_der(), "{name}: the chain ends at the root");
    }

    let damaged = import(folder.path(), "damaged", "correct").unwrap();
    let (good_key, rsa_key) = (good.key_pkcs8(), damaged.key_pkcs8());
    let two = packed(&[(&good_key, good.chain_der()), (&rsa_key, damaged.chain_der())]);
    let two = SigningIdentity::from_pkcs12(&two, "correct", today());
    assert!(matches!(two, Err(ImportError::Keys(2))), "{two:?}");
    // Another private number with the same modulus: it would sign, wrongly.
    let mut wrong = rsa_key.to_vec();
    let middle = wrong.len() / 2;
    wrong[middle] ^= 1;
    let wrong = packed(&[(&wrong, damaged.chain_der())]);
    let wrong = SigningIdentity::from_pkcs12(&wrong, "correct", today());
    assert!(matches!(wrong, Err(ImportError::MalformedKey)), "{wrong:?}");
}
