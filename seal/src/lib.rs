#![doc = include_str!("../README.md")]

mod authority;
mod certificate;
mod identity;
mod import;
mod inspect;
mod page_text;
mod pdf;
mod public_key;
mod sign;
mod signed_data;
mod signing_key;
mod trust;

pub use authority::{CertificateAuthority, Subject};
pub use certificate::{CertificateError, CertificateFacts};
pub use identity::SigningIdentity;
pub use import::ImportError;
pub use inspect::{
    Change, EmbeddedFile, Inspection, NotAPdf, SignatureFault, SignatureState, Signer, TamperFinding,
    inspect_pdf,
};
pub use page_text::page_text;
pub use pdf::PdfError;
pub use sign::{SignError, SignatureDetails, sign_pdf};
pub use trust::{ChainError, chains_to};
