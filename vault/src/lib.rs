#![doc = include_str!("../README.md")]

mod cipher;
mod error;
mod organisation;
mod place;
mod protected;
mod purpose;
mod root;
mod secret;

pub use cipher::OVERHEAD;
pub use error::VaultError;
pub use organisation::OrganisationKey;
pub use place::Place;
pub use protected::{NotProtected, PassphraseCost, ProtectedRootKey};
pub use purpose::{Purpose, PurposeKey};
pub use root::RootKey;
