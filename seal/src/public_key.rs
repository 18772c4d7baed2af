//! The kinds of keys and signatures that are taken. A stranger's file can make us compute these and nothing else.

use std::fmt;
use std::ops::RangeInclusive;

use aws_lc_rs::signature::{self, VerificationAlgorithm};
use const_oid::ObjectIdentifier;
use const_oid::db::DB;
use const_oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ECDSA_WITH_SHA_512, ID_EC_PUBLIC_KEY, RSA_ENCRYPTION,
    SECP_256_R_1, SECP_384_R_1, SECP_521_R_1, SHA_256_WITH_RSA_ENCRYPTION, SHA_384_WITH_RSA_ENCRYPTION,
    SHA_512_WITH_RSA_ENCRYPTION,
};
use der::asn1::{Any, UintRef};
use der::{Decode, Sequence};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

/// In bits. Below, nobody vouches for RSA any more (NIST SP 800-131A); above, a signature costs more than it is worth.
const RSA_BITS: RangeInclusive<usize> = 2048..=8192;

/// Refused, and missing in the table of names.
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

/// What a key is, and how large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    EcdsaP256,
    EcdsaP384,
    /// In chains only: seals are not made with it.
    EcdsaP521,
    Rsa {
        bits: usize,
    },
}

/// A key or a signature of a kind that is not taken, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Untaken(pub(crate) String);

/// A public key of a kind that is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PublicKey<'a> {
    pub(crate) kind: KeyKind,
    /// A point (SEC 1) or an `RSAPublicKey` (RFC 8017), as the certificate has it.
    pub(crate) bytes: &'a [u8],
}

/// How a signature fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// It is of a kind that is not taken, or of another kind than the key.
    Algorithm,
    /// It was not made with this key over this message.
    Value,
}

#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

impl KeyKind {
    /// A key with the algorithm `id-ecPublicKey`.
    pub(crate) fn of_curve(curve: ObjectIdentifier) -> Result<Self, Untaken> {
        match curve {
            SECP_256_R_1 => Ok(Self::EcdsaP256),
            SECP_384_R_1 => Ok(Self::EcdsaP384),
            SECP_521_R_1 => Ok(Self::EcdsaP521),
            other => Err(Untaken::named(other)),
        }
    }

    /// A key with the algorithm `rsaEncryption`.
    pub(crate) fn of_modulus(modulus: UintRef<'_>) -> Result<Self, Untaken> {
        let bytes = modulus.as_bytes();
        let unused = bytes.first().map_or(0, |byte| byte.leading_zeros());
        let bits = (8 * bytes.len()).saturating_sub(usize::try_from(unused).unwrap_or(8));
        let kind = Self::Rsa { bits };
        if RSA_BITS.contains(&bits) { Ok(kind) } else { Err(Untaken(kind.to_string())) }
    }

    /// How a signature of that kind is checked.
    fn verification(self, signed_with: ObjectIdentifier) -> Option<&'static dyn VerificationAlgorithm> {
        Some(match (self, signed_with) {
            (Self::EcdsaP256, ECDSA_WITH_SHA_256) => &signature::ECDSA_P256_SHA256_ASN1,
            (Self::EcdsaP256, ECDSA_WITH_SHA_384) => &signature::ECDSA_P256_SHA384_ASN1,
            (Self::EcdsaP256, ECDSA_WITH_SHA_512) => &signature::ECDSA_P256_SHA512_ASN1,
            (Self::EcdsaP384, ECDSA_WITH_SHA_256) => &signature::ECDSA_P384_SHA256_ASN1,
            (Self::EcdsaP384, ECDSA_WITH_SHA_384) => &signature::ECDSA_P384_SHA384_ASN1,
            (Self::EcdsaP384, ECDSA_WITH_SHA_512) => &signature::ECDSA_P384_SHA512_ASN1,
            (Self::EcdsaP521, ECDSA_WITH_SHA_256) => &signature::ECDSA_P521_SHA256_ASN1,
            (Self::EcdsaP521, ECDSA_WITH_SHA_384) => &signature::ECDSA_P521_SHA384_ASN1,
            (Self::EcdsaP521, ECDSA_WITH_SHA_512) => &signature::ECDSA_P521_SHA512_ASN1,
            (Self::Rsa { .. }, SHA_256_WITH_RSA_ENCRYPTION) => &signature::RSA_PKCS1_2048_8192_SHA256,
            (Self::Rsa { .. }, SHA_384_WITH_RSA_ENCRYPTION) => &signature::RSA_PKCS1_2048_8192_SHA384,
            (Self::Rsa { .. }, SHA_512_WITH_RSA_ENCRYPTION) => &signature::RSA_PKCS1_2048_8192_SHA512,
            _ => return None,
        })
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EcdsaP256 => f.write_str("ECDSA P-256"),
            Self::EcdsaP384 => f.write_str("ECDSA P-384"),
            Self::EcdsaP521 => f.write_str("ECDSA P-521"),
            Self::Rsa { bits } => write!(f, "RSA {bits} bits"),
        }
    }
}

impl Untaken {
    /// The name that OpenSSL and others print too, or the numbers.
    pub(crate) fn named(oid: ObjectIdentifier) -> Self {
        match DB.by_oid(&oid) {
            Some(name) => Self(name.to_owned()),
            None if oid == ECDSA_WITH_SHA_1 => Self("ecdsa-with-SHA1".to_owned()),
            None => Self(oid.to_string()),
        }
    }
}

impl<'a> PublicKey<'a> {
    /// The key that a certificate is about.
    pub(crate) fn of(certificate: &'a Certificate) -> Result<Self, Untaken> {
        let info = certificate.tbs_certificate().subject_public_key_info();
        let (oid, parameters) = (info.algorithm.oid, info.algorithm.parameters.as_ref());
        let malformed = || Untaken(format!("{} in a form that is not read", Untaken::named(oid).0));
        let bytes = info.subject_public_key.as_bytes().ok_or_else(malformed)?;
        let kind = match oid {
            ID_EC_PUBLIC_KEY if matches!(bytes, [2..=4, ..]) => {
                let curve = parameters.and_then(|curve| curve.decode_as().ok());
                KeyKind::of_curve(curve.ok_or_else(malformed)?)?
            }
            RSA_ENCRYPTION if parameters.is_some_and(Any::is_null) => {
                let key = RsaPublicKey::from_der(bytes).map_err(|_| malformed())?;
                KeyKind::of_modulus(key.modulus)?
            }
            ID_EC_PUBLIC_KEY | RSA_ENCRYPTION => return Err(malformed()),
            other => return Err(Untaken::named(other)),
        };
        Ok(Self { kind, bytes })
    }

    /// Checks a signature: ECDSA in canonical DER, RSA with the padding of PKCS#1 v1.5 as it must be, byte by byte.
    pub(crate) fn verify(
        &self,
        algorithm: &AlgorithmIdentifierOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Mismatch> {
        check_signature_algorithm(algorithm).map_err(|_| Mismatch::Algorithm)?;
        let verification = self.kind.verification(algorithm.oid).ok_or(Mismatch::Algorithm)?;
        verification.verify_sig(self.bytes, message, signature).map_err(|_| Mismatch::Value)
    }
}

/// ECDSA without parameters (RFC 5758, 3.2) or RSA PKCS#1 v1.5 with NULL (RFC 4055, 5; RFC 5754, 3.2), with SHA-256 or more.
/// Each is spelled in one way only, so that nobody can spell it differently unseen.
pub(crate) fn check_signature_algorithm(algorithm: &AlgorithmIdentifierOwned) -> Result<(), Untaken> {
    let parameters = algorithm.parameters.as_ref();
    let canonical = match algorithm.oid {
        ECDSA_WITH_SHA_256 | ECDSA_WITH_SHA_384 | ECDSA_WITH_SHA_512 => parameters.is_none(),
        SHA_256_WITH_RSA_ENCRYPTION | SHA_384_WITH_RSA_ENCRYPTION | SHA_512_WITH_RSA_ENCRYPTION => {
            parameters.is_some_and(Any::is_null)
        }
        other => return Err(Untaken::named(other)),
    };
    let unusual = || Untaken(format!("{} with unusual parameters", Untaken::named(algorithm.oid).0));
    if canonical { Ok(()) } else { Err(unusual()) }
}
