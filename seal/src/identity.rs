use std::fmt;

use der::Encode;
use jiff::Timestamp;
use x509_cert::Certificate;
use zeroize::Zeroizing;

use crate::certificate::{self, CertificateError};
use crate::signing_key::SigningKey;

/// An organisation's signing key with the certificates that vouch for it, its own first, the authority's last.
pub struct SigningIdentity {
    key: SigningKey,
    chain: Vec<Certificate>,
    chain_der: Vec<Vec<u8>>,
}

impl SigningIdentity {
    /// Takes up a stored identity.
    ///
    /// # Errors
    /// [`CertificateError::Chain`] unless each certificate is issued by the next,
    /// [`CertificateError::KeyMismatch`] unless the key is that of the first.
    pub fn from_der(chain: &[Vec<u8>], key_pkcs8: &[u8]) -> Result<Self, CertificateError> {
        let chain = chain.iter().map(|der| certificate::decode(der)).collect::<Result<_, _>>()?;
        let key = SigningKey::from_pkcs8(key_pkcs8).map_err(|_| CertificateError::Key)?;
        Self::new(key, chain)
    }

    pub(crate) fn new(key: SigningKey, chain: Vec<Certificate>) -> Result<Self, CertificateError> {
        let leaf = chain.first().ok_or(CertificateError::Chain)?;
        if !key.is_of(leaf) {
            return Err(CertificateError::KeyMismatch);
        }
        for link in chain.windows(2) {
            certificate::check_issued_by(&link[0], &link[1]).map_err(|_| CertificateError::Chain)?;
        }
        let chain_der = chain.iter().map(Encode::to_der).collect::<Result<_, _>>();
        let chain_der = chain_der.map_err(|error| CertificateError::Build(error.into()))?;
        Ok(Self { key, chain, chain_der })
    }

    /// The certificates as DER, the signing one first.
    pub fn chain_der(&self) -> &[Vec<u8>] {
        &self.chain_der
    }

    /// The private key as PKCS#8 DER, to be stored encrypted.
    pub fn key_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.key.to_pkcs8()
    }

    /// SHA-256 of the signing certificate's DER.
    pub fn fingerprint(&self) -> [u8; 32] {
        certificate::fingerprint(&self.chain_der[0])
    }

    /// From when on the certificate is valid.
    pub fn not_before(&self) -> Timestamp {
        certificate::validity(self.certificate()).0
    }

    /// The last second in which the certificate is valid.
    pub fn not_after(&self) -> Timestamp {
        certificate::validity(self.certificate()).1
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        &self.chain[0]
    }

    pub(crate) fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }
}

impl fmt::Debug for SigningIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.certificate().tbs_certificate().subject().to_string();
        f.debug_struct("SigningIdentity").field("subject", &subject).finish_non_exhaustive()
    }
}
