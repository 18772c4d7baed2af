//! Seals with the kinds of keys and chains that companies bring: RSA, P-384 and mixtures.

use std::path::Path;
use std::sync::LazyLock;

use counterfoil_seal::{
    CertificateFacts, SignatureDetails, SignatureFault, SignatureState, SigningIdentity, inspect_pdf,
    sign_pdf,
};
use jiff::Timestamp;

use crate::fixtures::{IDENTITY, INVOICES, contents, find};
use crate::imported::{import, make, today};
use crate::judged::{check_with_pdfsig, check_with_qpdf, pyhanko_trusting};
use crate::tampered::intact;

const SCRIPT: &str = r#"
root root4096 rsa:4096 sha512
issue inter4096 root4096 rsa:4096 sha384 "$CA"
leaf rsa inter4096 rsa:2048 sha256
pack rsa rsa inter4096.pem root4096.pem; der root4096

root root384 ec:p384 sha384
leaf p384 root384 ec:p384 sha384
pack p384 p384 root384.pem; der root384

root root521 ec:p521 sha512
issue inter384 root521 ec:p384 sha512 "$CA"
leaf mixed inter384 rsa:3072 sha384
pack mixed mixed root521.pem inter384.pem; der root521

root rsaroot rsa:2048 sha256
leaf p256 rsaroot ec:p256 sha512
pack p256 p256 rsaroot.pem; der rsaroot
"#;

/// Name, root, the keys of the chain, and the room for the signature in bytes.
const KINDS: [(&str, &str, &[&str], usize); 4] = [
    ("rsa", "root4096", &["RSA 2048 bits", "RSA 4096 bits", "RSA 4096 bits"], 12_288),
    ("p384", "root384", &["ECDSA P-384", "ECDSA P-384"], 8192),
    ("mixed", "root521", &["RSA 3072 bits", "ECDSA P-384", "ECDSA P-521"], 8192),
    ("p256", "rsaroot", &["ECDSA P-256", "RSA 2048 bits"], 8192),
];

struct Made {
    folder: tempfile::TempDir,
    at: Timestamp,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), SCRIPT);
    Made { folder, at: today() }
});

fn identity(name: &str) -> SigningIdentity {
    import(MADE.folder.path(), name, "correct").unwrap()
}

fn sealed(identity: &SigningIdentity) -> Vec<u8> {
    let details = SignatureDetails { name: "Example AG", reason: "Invoice issued" };
    sign_pdf(&INVOICES[0].1, identity, &details, MADE.at).unwrap()
}

fn root(name: &str) -> Vec<u8> {
    std::fs::read(MADE.folder.path().join(Path::new(name).with_extension("der"))).unwrap()
}

#[test]
fn pyhanko_pdfsig_and_qpdf_accept_seals_of_every_kind_and_so_do_we() {
    for (name, root_name, keys, room) in KINDS {
        let identity = identity(name);
        let facts = identity.chain_der().iter().map(|der| CertificateFacts::read(der).unwrap().key);
        assert_eq!(facts.collect::<Vec<_>>(), keys, "{name}");
        let pdf = sealed(&identity);
        assert_eq!(contents(&pdf).len(), 2 * room, "{name}: room for the signature");

        let inspection = inspect_pdf(&pdf).unwrap();
        assert_eq!(inspection.findings, [], "{name}");
        let signer = intact(inspection.signature);
        assert!(signer.covers_whole_file, "{name}");
        assert_eq!(signer.common_name.as_deref(), Some(format!("Example {name}").as_str()));
        assert_eq!(
            (signer.fingerprint, signer.chain_der.as_slice()),
            (identity.fingerprint(), identity.chain_der())
        );

        let opinion = pyhanko_trusting(&root(root_name), &pdf);
        let expected =
            format!("intact valid trusted ENTIRE_FILE docmdp bottom-line changes:NONE Example {name}\n");
        assert_eq!(opinion, expected);
        check_with_pdfsig(&pdf, name);
        check_with_qpdf(&pdf, name);

        let mut tampered = pdf.clone();
        let at = find(&tampered, b"119.00 EUR").unwrap();
        tampered[at] = b'9';
        let found = inspect_pdf(&tampered).unwrap().signature;
        assert_eq!(found, SignatureState::Broken(SignatureFault::BytesChanged), "{name}");
        assert!(!pyhanko_trusting(&root(root_name), &tampered).contains("intact"), "{name}");
    }
}

#[test]
fn a_stored_identity_of_every_kind_signs_the_same_bytes_again_and_shows_no_key() {
    for (name, ..) in KINDS {
        let identity = identity(name);
        let stored = SigningIdentity::from_der(identity.chain_der(), &identity.key_pkcs8()).unwrap();
        assert!(sealed(&identity) == sealed(&stored), "{name}");
        let shown = format!("{identity:?}");
        assert_eq!(shown, format!("SigningIdentity {{ subject: \"CN=Example {name},O=Example AG\", .. }}"));
    }
    let (rsa, p384) = (identity("rsa"), identity("p384"));
    assert!(SigningIdentity::from_der(rsa.chain_der(), &p384.key_pkcs8()).is_err());
    assert!(SigningIdentity::from_der(p384.chain_der(), &rsa.key_pkcs8()).is_err());
    assert!(SigningIdentity::from_der(p384.chain_der(), &IDENTITY.key_pkcs8()).is_err());
}

/// OpenSSL calls the same signature `rsaEncryption`. The name is not signed, so it must be ours.
#[test]
fn another_name_for_the_algorithm_of_the_same_signature_is_refused() {
    const SHA256_WITH_RSA: &[u8] = b"06092a864886f70d01010b0500";
    let mut pdf = sealed(&identity("rsa"));
    let gap = contents(&pdf);
    let digits = &pdf[gap.clone()];
    let last = digits.windows(SHA256_WITH_RSA.len()).rposition(|window| window == SHA256_WITH_RSA).unwrap();
    let end = gap.start + last + b"06092a864886f70d01010b".len();
    pdf[end - 1] = b'1';
    let found = inspect_pdf(&pdf).unwrap().signature;
    assert_eq!(found, SignatureState::Broken(SignatureFault::Algorithm));
}
