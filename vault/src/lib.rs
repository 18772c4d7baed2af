#![doc = include_str!("../README.md")]

mod cipher;
mod error;
mod organisation;
mod place;
mod purpose;
mod root;
mod secret;

pub use cipher::OVERHEAD;
pub use error::VaultError;
pub use organisation::OrganisationKey;
pub use place::Place;
pub use purpose::{Purpose, PurposeKey};
pub use root::RootKey;
