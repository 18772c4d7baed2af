use jiff::Timestamp;
use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Pkcs12Error;
use p256::ecdsa::SigningKey;
use p256::pkcs8::DecodePrivateKey;
use x509_cert::Certificate;
use x509_cert::ext::pkix::KeyUsage;

use crate::authority::is_authority;
use crate::certificate::{self, CertificateError};
use crate::identity::SigningIdentity;

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
    /// RSA, Ed25519, another curve.
    #[error(
        "the key is not ECDSA on the curve P-256, which is all that seals are made with: ask for such a certificate"
    )]
    KeyKind,
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
    /// The issuer's signature is of another kind than the verifier reads.
    #[error(
        "the certificate {0} is not signed with ECDSA on P-256 and SHA-256, which is all that the verifier reads: ask for a \
         chain of such certificates"
    )]
    ChainKind(String),
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
    /// Takes a key with its certificates from a PKCS#12 file: ECDSA on P-256, with the whole chain up to a root that
    /// signs itself, valid at `now`. Nobody else's word is needed for the chain: what counts is that the ledger names
    /// the certificate.
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
        let key = SigningKey::from_pkcs8_der(key.key.as_der()).map_err(|_| ImportError::KeyKind)?;
        let certificates = archive.certs.iter().map(|bag| certificate::decode(bag.cert.as_der()));
        let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(ImportError::Malformed)?;
        let leaf = certificates
            .iter()
            .find(|certificate| certificate::public_key(certificate).as_ref() == Some(key.verifying_key()))
            .ok_or(ImportError::NoCertificate)?;
        check_purpose(leaf)?;
        let (not_before, not_after) = certificate::validity(leaf);
        if now < not_before || now > not_after {
            return Err(ImportError::NotValid { not_before, not_after });
        }
        Ok(Self::new(key, chain(leaf, &certificates)?)?)
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
        let tbs = last.tbs_certificate();
        let is_root = tbs.issuer() == tbs.subject();
        let issuer = if is_root {
            Some(last)
        } else {
            certificates
                .iter()
                .find(|candidate| candidate.tbs_certificate().subject() == tbs.issuer())
                .filter(|_| chain.len() < MAX_CHAIN)
        };
        let Some(issuer) = issuer else {
            return Err(ImportError::Incomplete { subject: subject(last), issuer: tbs.issuer().to_string() });
        };
        certificate::check_issued_by(last, issuer).map_err(|fault| match fault {
            certificate::LinkFault::Algorithm => ImportError::ChainKind(subject(last)),
            certificate::LinkFault::NotIssuer => ImportError::Certificate(CertificateError::Chain),
        })?;
        if is_root {
            return Ok(chain);
        }
        let issuer = issuer.clone();
        chain.push(issuer);
    }
}

fn subject(certificate: &Certificate) -> String {
    certificate.tbs_certificate().subject().to_string()
}
