use jiff::Timestamp;
use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Pkcs12Error;
use x509_cert::Certificate;
use x509_cert::ext::pkix::KeyUsage;

use crate::authority::is_authority;
use crate::certificate::{self, CertificateError};
use crate::identity::SigningIdentity;
use crate::public_key::{PublicKey, Untaken, check_signature_algorithm};
use crate::sign::{SignError, room};
use crate::signing_key::{KeyFault, SigningKey};

/// No honest file is larger.
const MAX_FILE: usize = 256 << 10;
/// No honest chain is longer.
const MAX_CHAIN: usize = 8;

/// Why a PKCS#12 file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not PKCS#12.
    #[error("this is not a PKCS#12 file (.p12, .pfx)")]
    NotPkcs12,
    /// The message authentication code does not fit.
    #[error("the passphrase is wrong, or the file is damaged")]
    Passphrase,
    /// RC2, triple DES and the like.
    #[error(
        "the file is encrypted in an outdated way; export it again with AES-256, for example by `openssl pkcs12 -export` \
         of OpenSSL 3"
    )]
    OutdatedEncryption,
    /// None, or several.
    #[error("the file holds {0} private keys; it must hold exactly one")]
    Keys(usize),
    /// Another curve, Ed25519, RSA that is too short or too long.
    #[error(
        "the key is {0}; seals are made with ECDSA on P-256 or P-384 and with RSA of 2048 to 8192 bits: ask for a certificate \
         with such a key"
    )]
    KeyKind(String),
    /// Its numbers do not fit each other, or it is written in a way of its own.
    #[error("the private key in the file cannot be read")]
    MalformedKey,
    /// No certificate has the key.
    #[error("the file holds no certificate that belongs to its private key")]
    NoCertificate,
    /// Something in it is not canonical DER.
    #[error("a certificate in the file cannot be read")]
    Malformed(#[source] CertificateError),
    /// The certificate may not sign documents.
    #[error(
        "the certificate {0} is not made for signing: it needs the key usage digitalSignature or nonRepudiation"
    )]
    Purpose(String),
    /// Nobody in the file issued it, and it is not a root.
    #[error(
        "the chain ends at {subject}, whose issuer {issuer} is not in the file: export the file with the whole chain, \
         up to the root"
    )]
    Incomplete {
        /// The last certificate found.
        subject: String,
        /// Who issued that.
        issuer: String,
    },
    /// A certificate's key is of another kind than the verifier reads.
    #[error(
        "the key of the certificate {subject} is {kind}; a chain may have ECDSA on P-256, P-384 and P-521 and RSA of 2048 to \
         8192 bits: ask for a certificate with such a chain"
    )]
    ChainKey {
        /// Of which certificate.
        subject: String,
        /// What its key is.
        kind: String,
    },
    /// A certificate is signed in another way than the verifier reads.
    #[error(
        "the certificate {subject} is signed with {kind}; a chain may be signed with ECDSA or RSA (PKCS#1 v1.5) and SHA-256, \
         SHA-384 or SHA-512: ask for a certificate with such a chain"
    )]
    ChainSignature {
        /// Which certificate.
        subject: String,
        /// How it is signed.
        kind: String,
    },
    /// They do not fit where a PDF keeps its signature.
    #[error(transparent)]
    Unusable(#[from] SignError),
    /// Not valid now.
    #[error("the certificate is valid only from {not_before} to {not_after}")]
    NotValid {
        /// First second.
        not_before: Timestamp,
        /// Last second.
        not_after: Timestamp,
    },
    /// They do not belong together.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl SigningIdentity {
    /// Takes a key with its certificates from a PKCS#12 file: ECDSA on P-256 or P-384, or RSA, with the whole chain up to
    /// a root that signs itself, valid at `now`. Nobody else's word is needed for the chain: what counts is that the
    /// ledger names the certificate.
    ///
    /// # Errors
    /// See [`ImportError`].
    pub fn from_pkcs12(file: &[u8], passphrase: &str, now: Timestamp) -> Result<Self, ImportError> {
        if file.len() > MAX_FILE {
            return Err(ImportError::NotPkcs12);
        }
        let archive = Pkcs12Archive::from_pkcs12(file, passphrase).map_err(|error| match error {
            // With a wrong passphrase the padding or the structure behind it is wrong, unless a code is checked first.
            Pkcs12Error::MacError(_) | Pkcs12Error::Pkcs5Error(_) => ImportError::Passphrase,
            Pkcs12Error::UnsupportedEncryptionScheme | Pkcs12Error::UnsupportedMacAlgorithm => {
                ImportError::OutdatedEncryption
            }
            _ => ImportError::NotPkcs12,
        })?;
        let [key] = archive.keys.as_slice() else { return Err(ImportError::Keys(archive.keys.len())) };
        let key = SigningKey::from_pkcs8(key.key.as_der()).map_err(|fault| match fault {
            KeyFault::Kind(Untaken(kind)) => ImportError::KeyKind(kind),
            KeyFault::Malformed => ImportError::MalformedKey,
        })?;
        let certificates = archive.certs.iter().map(|bag| certificate::decode(bag.cert.as_der()));
        let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(ImportError::Malformed)?;
        let leaf = certificates.iter().find(|certificate| key.is_of(certificate));
        let leaf = leaf.ok_or(ImportError::NoCertificate)?;
        check_purpose(leaf)?;
        let (not_before, not_after) = certificate::validity(leaf);
        if now < not_before || now > not_after {
            return Err(ImportError::NotValid { not_before, not_after });
        }
        let identity = Self::new(key, chain(leaf, &certificates)?)?;
        room(&identity)?;
        Ok(identity)
    }
}

fn check_purpose(leaf: &Certificate) -> Result<(), ImportError> {
    let may_sign = match leaf.tbs_certificate().get_extension::<KeyUsage>() {
        Ok(Some((_, usage))) => usage.digital_signature() || usage.non_repudiation(),
        Ok(None) => true,
        Err(_) => false,
    };
    if may_sign && !is_authority(leaf) { Ok(()) } else { Err(ImportError::Purpose(subject(leaf))) }
}

fn chain(leaf: &Certificate, certificates: &[Certificate]) -> Result<Vec<Certificate>, ImportError> {
    let mut chain = vec![leaf.clone()];
    loop {
        let last = chain.last().expect("the leaf is in it");
        check_kinds(last)?;
        if is_root(last) {
            certificate::check_issued_by(last, last).map_err(|_| CertificateError::Chain)?;
            return Ok(chain);
        }
        let issuer = issuer(last, certificates)?.filter(|_| chain.len() < MAX_CHAIN);
        let Some(issuer) = issuer else {
            let issuer = last.tbs_certificate().issuer().to_string();
            return Err(ImportError::Incomplete { subject: subject(last), issuer });
        };
        chain.push(issuer.clone());
    }
}

/// Who issued a certificate. Authorities are often in a file twice, as a root and certified by another: the root ends the
/// chain.
fn issuer<'a>(
    certificate: &Certificate,
    certificates: &'a [Certificate],
) -> Result<Option<&'a Certificate>, ImportError> {
    let name = certificate.tbs_certificate().issuer();
    let named = || certificates.iter().filter(|candidate| candidate.tbs_certificate().subject() == name);
    let verified = named().filter(|candidate| certificate::check_issued_by(certificate, candidate).is_ok());
    match (verified.max_by_key(|issuer| is_root(issuer)), named().next()) {
        (None, Some(other)) => {
            check_kinds(other)?;
            Err(CertificateError::Chain.into())
        }
        (issuer, _) => Ok(issuer),
    }
}

fn is_root(certificate: &Certificate) -> bool {
    certificate.tbs_certificate().issuer() == certificate.tbs_certificate().subject()
}

/// Only what the verifier reads later, said before a signature is checked.
fn check_kinds(certificate: &Certificate) -> Result<(), ImportError> {
    let subject = || subject(certificate);
    PublicKey::of(certificate).map_err(|Untaken(kind)| ImportError::ChainKey { subject: subject(), kind })?;
    check_signature_algorithm(certificate.signature_algorithm())
        .map_err(|Untaken(kind)| ImportError::ChainSignature { subject: subject(), kind })
}

fn subject(certificate: &Certificate) -> String {
    certificate.tbs_certificate().subject().to_string()
}
