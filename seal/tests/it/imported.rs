//! Certificates from outside, made by OpenSSL as a company's own authority would.

use std::path::Path;
use std::process::Command;

use counterfoil_seal::{ImportError, SignatureDetails, SigningIdentity, inspect_pdf, sign_pdf};
use jiff::{Timestamp, ToSpan};

use crate::fixtures::{INVOICES, run};
use crate::tampered::intact;

const SCRIPT: &str = r#"
set -e
root() { openssl req -x509 -newkey $2 -nodes -keyout $1.key -out $1.pem -days 3650 -subj "/CN=Example $1" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -sha256 $3; }
leaf() { openssl req -new -newkey $3 -nodes -keyout $1.key -out $1.csr -subj "/O=Example AG/CN=Example $1" $4
    printf "basicConstraints=CA:FALSE\nkeyUsage=critical,$5\n" > $1.ext
    openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -out $1.pem -days 700 -sha256 -extfile $1.ext; }
pack() { openssl pkcs12 -export -inkey $1.key -in $1.pem -out $2.p12 -passout pass:correct $3 $4 $5 $6 $7; }
EC="ec -pkeyopt ec_paramgen_curve:P-256"
openssl ecparam -name prime256v1 -out p256
root root "ec:p256"
leaf good root "ec:p256" "" digitalSignature,nonRepudiation
pack good good -certfile root.pem
pack good alone
leaf rsa root "rsa:2048" "" digitalSignature
pack rsa rsa -certfile root.pem
leaf agreeing root "ec:p256" "" keyAgreement
pack agreeing agreeing -certfile root.pem
root rsaroot "rsa:2048"
leaf mixed rsaroot "ec:p256" "" digitalSignature
pack mixed mixed -certfile rsaroot.pem
root twin "ec:p256"
openssl req -x509 -newkey ec:p256 -nodes -keyout impostor.key -out impostor.pem -days 3650 -subj "/CN=Example root" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
pack good impostor -certfile impostor.pem
openssl pkcs12 -export -inkey good.key -in good.pem -certfile root.pem -out outdated.p12 -passout pass:correct \
    -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES
openssl pkcs12 -export -nokeys -in good.pem -out keyless.p12 -passout pass:correct
"#;

/// All files at once: OpenSSL starts slowly.
fn files(folder: &Path) {
    run("sh", "the package openssl", Command::new("sh").args(["-c", SCRIPT]).current_dir(folder));
}

fn import(folder: &Path, name: &str, passphrase: &str) -> Result<SigningIdentity, ImportError> {
    let file = std::fs::read(folder.join(format!("{name}.p12"))).unwrap();
    SigningIdentity::from_pkcs12(&file, passphrase, today())
}

#[expect(clippy::disallowed_methods, reason = "OpenSSL's certificates begin now")]
fn today() -> Timestamp {
    Timestamp::now() + 1.minute()
}

#[test]
fn a_pkcs12_file_signs_with_its_whole_chain_and_what_cannot_be_used_is_said() {
    let folder = tempfile::tempdir().unwrap();
    files(folder.path());
    let identity = import(folder.path(), "good", "correct").unwrap();
    assert_eq!(identity.chain_der().len(), 2);
    let details = SignatureDetails { name: "Example AG", reason: "Invoice issued" };
    let sealed = sign_pdf(&INVOICES[0].1, &identity, &details, today()).unwrap();
    let inspection = inspect_pdf(&sealed).unwrap();
    assert_eq!(inspection.findings, []);
    let signer = intact(inspection.signature);
    assert_eq!((signer.common_name.as_deref(), signer.covers_whole_file), (Some("Example good"), true));
    assert_eq!(signer.fingerprint, identity.fingerprint());

    for (name, passphrase, expected) in [
        ("good", "wrong", "passphrase is wrong"),
        ("alone", "correct", "whose issuer CN=Example root is not in the file"),
        ("rsa", "correct", "not ECDSA on the curve P-256"),
        ("agreeing", "correct", "not made for signing"),
        ("mixed", "correct", "is not signed with ECDSA on P-256"),
        ("impostor", "correct", "do not form a chain"),
        ("outdated", "correct", "outdated"),
        ("keyless", "correct", "holds 0 private keys"),
    ] {
        let refused = import(folder.path(), name, passphrase).unwrap_err().to_string();
        assert!(refused.contains(expected), "{name}: {refused}");
    }
    let file = std::fs::read(folder.path().join("good.p12")).unwrap();
    let late = SigningIdentity::from_pkcs12(&file, "correct", today() + 24.hours() * 800);
    assert!(matches!(late, Err(ImportError::NotValid { .. })));
    for length in (0..file.len()).step_by(37) {
        assert!(SigningIdentity::from_pkcs12(&file[..length], "correct", today()).is_err(), "{length} bytes");
    }
}
