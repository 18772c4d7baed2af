//! Private keys and what is done with them.

use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use aws_lc_rs::{digest, error::Unspecified};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SHA_256_WITH_RSA_ENCRYPTION,
};
use der::asn1::{Any, AnyRef, UintRef};
use der::{Decode, SliceReader};
use p256::ecdsa::signature::{Signer as _, hazmat::PrehashSigner as _};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, PrivateKeyInfoRef};
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use crate::public_key::{KeyKind, PublicKey, Untaken};

/// A key that seals are made with. What it signs is hashed with SHA-256.
///
/// Wiped from memory when dropped, by each of the libraries. No `Debug`: nothing prints it by accident.
pub(crate) enum SigningKey {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa { pair: RsaKeyPair, pkcs8: Zeroizing<Vec<u8>> },
}

/// Why a private key was not taken. Neither quotes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyFault {
    Malformed,
    Kind(Untaken),
}

impl SigningKey {
    /// Reads an unencrypted PKCS#8 key. That the numbers of an RSA key fit each other is checked.
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyFault> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| KeyFault::Malformed)?;
        match kind(&info)? {
            KeyKind::EcdsaP256 => {
                DecodePrivateKey::from_pkcs8_der(der).map(Self::P256).map_err(|_| KeyFault::Malformed)
            }
            KeyKind::EcdsaP384 => {
                DecodePrivateKey::from_pkcs8_der(der).map(Self::P384).map_err(|_| KeyFault::Malformed)
            }
            KeyKind::Rsa { .. } => {
                let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyFault::Malformed)?;
                Ok(Self::Rsa { pair, pkcs8: Zeroizing::new(der.to_vec()) })
            }
            other @ KeyKind::EcdsaP521 => Err(KeyFault::Kind(Untaken(other.to_string()))),
        }
    }

    /// The key as PKCS#8 DER.
    pub(crate) fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        const ALWAYS: &str = "a key on a named curve always has a PKCS#8 form";
        match self {
            Self::P256(key) => key.to_pkcs8_der().expect(ALWAYS).to_bytes(),
            Self::P384(key) => key.to_pkcs8_der().expect(ALWAYS).to_bytes(),
            Self::Rsa { pkcs8, .. } => pkcs8.clone(),
        }
    }

    /// Is this certificate about this key?
    pub(crate) fn is_of(&self, certificate: &Certificate) -> bool {
        let Ok(PublicKey { kind, bytes }) = PublicKey::of(certificate) else { return false };
        match (self, kind) {
            // Points may be compressed, so they are compared as such.
            (Self::P256(key), KeyKind::EcdsaP256) => {
                p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).is_ok_and(|of| of == *key.verifying_key())
            }
            (Self::P384(key), KeyKind::EcdsaP384) => {
                p384::ecdsa::VerifyingKey::from_sec1_bytes(bytes).is_ok_and(|of| of == *key.verifying_key())
            }
            (Self::Rsa { pair, .. }, KeyKind::Rsa { .. }) => pair.public_key().as_ref() == bytes,
            _ => false,
        }
    }

    /// What a signature by [`Self::sign`] is called.
    pub(crate) fn signature_algorithm(&self) -> AlgorithmIdentifierOwned {
        match self {
            Self::P256(_) | Self::P384(_) => {
                AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None }
            }
            Self::Rsa { .. } => {
                AlgorithmIdentifierOwned { oid: SHA_256_WITH_RSA_ENCRYPTION, parameters: Some(Any::null()) }
            }
        }
    }

    /// In bytes, how long a signature can be. In DER an ECDSA signature is two numbers of up to a coordinate and a sign
    /// byte, each with two bytes of tag and length, and two for both.
    pub(crate) fn longest_signature(&self) -> usize {
        let ecdsa = |coordinate: usize| 2 + 2 * (2 + 1 + coordinate);
        match self {
            Self::P256(_) => ecdsa(32),
            Self::P384(_) => ecdsa(48),
            Self::Rsa { pair, .. } => pair.public_modulus_len(),
        }
    }

    /// Signs. The same key and message give the same bytes: the nonce of ECDSA is that of RFC 6979, and RSA PKCS#1 v1.5
    /// has none. (The library hides the private exponent behind a random factor that it takes out again.)
    ///
    /// # Errors
    /// An RSA signature is checked by the library before it leaves: a faulty one would give the key away.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::DerSignature = key.sign(message);
                Ok(signature.as_bytes().to_vec())
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::DerSignature =
                    key.sign_prehash(&Sha256::digest(message)).map_err(|_| Unspecified)?;
                Ok(signature.as_bytes().to_vec())
            }
            Self::Rsa { pair, .. } => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let digest = digest::digest(&digest::SHA256, message);
                pair.sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature)?;
                Ok(signature)
            }
        }
    }
}

fn kind(info: &PrivateKeyInfoRef<'_>) -> Result<KeyKind, KeyFault> {
    match info.algorithm.oid {
        ID_EC_PUBLIC_KEY => {
            let curve =
                info.algorithm.parameters.and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
            KeyKind::of_curve(curve.ok_or(KeyFault::Malformed)?).map_err(KeyFault::Kind)
        }
        RSA_ENCRYPTION => {
            let modulus = modulus(info.private_key.as_bytes()).map_err(|_| KeyFault::Malformed)?;
            KeyKind::of_modulus(modulus).map_err(KeyFault::Kind)
        }
        other => Err(KeyFault::Kind(Untaken::named(other))),
    }
}

/// The second number of an `RSAPrivateKey` (RFC 8017, A.1.2), after the version.
fn modulus(private_key: &[u8]) -> der::Result<UintRef<'_>> {
    let mut numbers = SliceReader::new(AnyRef::from_der(private_key)?.value())?;
    u8::decode(&mut numbers)?;
    UintRef::decode(&mut numbers)
}
