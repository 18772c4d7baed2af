//! X.509 certificates (RFC 5280): what the authority, the signer and the verifier share.

use der::{Decode, Encode};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::time::Time;

use crate::public_key::{Mismatch, PublicKey, Untaken};

/// Why a certificate could not be made, or a stored one not used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Empty, longer than 200 characters, or with control characters.
    #[error("the name in a certificate must have 1 to 200 characters and no control characters")]
    Name,
    /// Not two capital letters.
    #[error("the country in a certificate must be an ISO 3166 code of two capital letters")]
    Country,
    /// Before 1970, or the validity would pass the year 9999.
    #[error("the certificate's validity lies outside the years 1970 to 9999")]
    Time,
    /// The certificate authority itself is no longer, or not yet, valid.
    #[error("the certificate authority is not valid now; make a new one")]
    AuthorityNotValid,
    /// Not a certificate in canonical DER.
    #[error("the certificate cannot be decoded")]
    Decode,
    /// Not an unencrypted PKCS#8 key of a kind that signs. Says no more, since a parser's message may quote the key.
    #[error(
        "the private key cannot be decoded: it must be PKCS#8 with a key for ECDSA on P-256 or P-384, or RSA of 2048 to 8192 \
         bits"
    )]
    Key,
    /// The private key is not the one the certificate speaks of.
    #[error("the private key does not belong to the certificate")]
    KeyMismatch,
    /// A certificate that may not issue others was given as an authority.
    #[error("the certificate is not a self-signed certificate authority")]
    NotAnAuthority,
    /// The chain is empty, or a certificate in it was not issued by the one after it.
    #[error("the certificates do not form a chain: each must be issued by the one after it")]
    Chain,
    /// Building failed; not expected with the inputs this crate passes.
    #[error("the certificate could not be built")]
    Build(#[from] x509_cert::builder::Error),
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Whom it names, as one line.
    pub subject: String,
    /// Who issued it, as one line; the subject itself for a root.
    pub issuer: String,
    /// First second of validity.
    pub not_before: Timestamp,
    /// Last second of validity.
    pub not_after: Timestamp,
    /// What its key is and how large, for example `ECDSA P-256` or `RSA 3072 bits`.
    pub key: String,
    /// SHA-256 of its DER.
    pub fingerprint: [u8; 32],
}

impl CertificateFacts {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// [`CertificateError::Decode`].
    pub fn read(der: &[u8]) -> Result<Self, CertificateError> {
        let certificate = decode(der)?;
        let tbs = certificate.tbs_certificate();
        let (not_before, not_after) = validity(&certificate);
        Ok(Self {
            subject: tbs.subject().to_string(),
            issuer: tbs.issuer().to_string(),
            not_before,
            not_after,
            key: match PublicKey::of(&certificate) {
                Ok(key) => key.kind.to_string(),
                Err(Untaken(name)) => name,
            },
            fingerprint: fingerprint(der),
        })
    }
}

/// Decodes a certificate and insists that encoding it again gives the same bytes, so that hashes and signatures
/// over the re-encoding speak about the bytes that were given.
pub(crate) fn decode(certificate: &[u8]) -> Result<Certificate, CertificateError> {
    let decoded = Certificate::from_der(certificate).map_err(|_| CertificateError::Decode)?;
    if decoded.to_der().is_ok_and(|encoded| encoded == certificate) {
        Ok(decoded)
    } else {
        Err(CertificateError::Decode)
    }
}

pub(crate) fn fingerprint(certificate: &[u8]) -> [u8; 32] {
    Sha256::digest(certificate).into()
}

/// How a certificate fails to be issued by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkFault {
    /// The issuer's key or its signature is of a kind that is not taken.
    Algorithm,
    NotIssuer,
}

/// The issuer's name and the issuer's signature. The signature's algorithm is named twice, and only once under the
/// signature: both must say the same.
pub(crate) fn check_issued_by(certificate: &Certificate, issuer: &Certificate) -> Result<(), LinkFault> {
    let tbs = certificate.tbs_certificate();
    let algorithm = tbs.signature();
    if tbs.issuer() != issuer.tbs_certificate().subject() || certificate.signature_algorithm() != algorithm {
        return Err(LinkFault::NotIssuer);
    }
    let key = PublicKey::of(issuer).map_err(|_| LinkFault::Algorithm)?;
    let signature = certificate.signature().as_bytes().ok_or(LinkFault::NotIssuer)?;
    let signed = tbs.to_der().map_err(|_| LinkFault::NotIssuer)?;
    key.verify(algorithm, &signed, signature).map_err(|mismatch| match mismatch {
        Mismatch::Algorithm => LinkFault::Algorithm,
        Mismatch::Value => LinkFault::NotIssuer,
    })
}

/// First and last second of validity.
pub(crate) fn validity(certificate: &Certificate) -> (Timestamp, Timestamp) {
    let validity = certificate.tbs_certificate().validity();
    (timestamp(validity.not_before), timestamp(validity.not_after))
}

fn timestamp(time: Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}
