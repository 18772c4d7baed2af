use rand_core::CryptoRng;
use zeroize::ZeroizeOnDrop;

use crate::purpose::{Purpose, PurposeKey};
use crate::secret::Secret;

/// The key of one organisation. It leaves memory wrapped under the root key only, see [`crate::RootKey::wrap`].
#[derive(Debug)]
pub struct OrganisationKey(pub(crate) Secret);

impl OrganisationKey {
    /// A fresh key for a new organisation.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(Secret::generate(rng))
    }

    /// The key for one purpose. Derived anew each time: keep the result where it is needed often.
    #[must_use]
    pub fn purpose(&self, purpose: Purpose) -> PurposeKey {
        PurposeKey::new(purpose, &self.0.derive(&format!("purpose/{}", purpose.name())))
    }
}

impl ZeroizeOnDrop for OrganisationKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let key = OrganisationKey(Secret::from_bytes(&[7; 32]));
        assert_eq!(format!("{key:?}"), "OrganisationKey(redacted)");
    }
}
