use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage};

use crate::authority::{DOCUMENT_SIGNING, is_authority};
use crate::certificate;
use crate::inspect::Signer;

/// Why a signer is not one that the authority vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The signer's or the authority's certificate is not canonical DER.
    #[error("a certificate cannot be decoded")]
    Malformed,
    /// The given authority may not issue certificates.
    #[error("the certificate to trust is not a certificate authority")]
    NotAnAuthority,
    /// Another authority, or one that only carries the same name, issued the signer's certificate.
    #[error("the signer's certificate was not issued by this authority")]
    Foreign,
    /// The certificate was issued for something else than signing documents.
    #[error("the signer's certificate is not made for signing documents")]
    Purpose,
    /// The certificate, or the authority, became valid only later.
    #[error("the certificate was not valid before {not_before}")]
    NotYetValid {
        /// First second of validity.
        not_before: Timestamp,
    },
    /// The certificate, or the authority, was no longer valid.
    #[error("the certificate expired at {not_after}")]
    Expired {
        /// Last second of validity.
        not_after: Timestamp,
    },
}

/// Did this authority vouch for the signer at that time?
///
/// It vouches for every organisation of the installation: which one signed is told by [`Signer::organisation_id`] and
/// [`Signer::fingerprint`], to be compared with what the ledger says about the issuer.
///
/// # Errors
/// The first reason found why not.
pub fn chains_to(signer: &Signer, ca_certificate_der: &[u8], at: Timestamp) -> Result<(), ChainError> {
    let leaf = certificate::decode(&signer.certificate_der).map_err(|_| ChainError::Malformed)?;
    let authority = certificate::decode(ca_certificate_der).map_err(|_| ChainError::Malformed)?;
    if !is_authority(&authority) {
        return Err(ChainError::NotAnAuthority);
    }
    certificate::check_issued_by(&leaf, &authority).map_err(|_| ChainError::Foreign)?;
    if !signs_documents(&leaf) {
        return Err(ChainError::Purpose);
    }
    for certificate in [&leaf, &authority] {
        let (not_before, not_after) = certificate::validity(certificate);
        if at < not_before {
            return Err(ChainError::NotYetValid { not_before });
        }
        if at > not_after {
            return Err(ChainError::Expired { not_after });
        }
    }
    Ok(())
}

fn signs_documents(certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    let usage = tbs.get_extension::<KeyUsage>();
    let purposes = tbs.get_extension::<ExtendedKeyUsage>();
    matches!(usage, Ok(Some((_, usage))) if usage.digital_signature() && usage.non_repudiation())
        && matches!(purposes, Ok(Some((_, purposes))) if purposes.0.contains(&DOCUMENT_SIGNING))
        && !is_authority(certificate)
}
