use rand_core::CryptoRng;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::cipher::Cipher;
use crate::secret::Secret;
use crate::{OrganisationKey, VaultError};

/// The key above all others of an installation. Whoever has it and the database has everything; whoever has
/// only one of them has nothing.
#[derive(Debug)]
pub struct RootKey(Secret);

impl RootKey {
    /// A fresh key. It must be stored, and backed up apart from the data, before anything is wrapped under it.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(Secret::generate(rng))
    }

    /// The key as it was stored. The caller's own copy is the caller's to wipe.
    #[must_use]
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self(Secret::from_bytes(&bytes));
        bytes.zeroize();
        key
    }

    /// The key itself, for the one who stores it.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// A second holder of the same key, wiped by itself.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self(Secret::from_bytes(self.0.expose()))
    }

    /// Eight bytes that may be stored in clear, to tell an operator that this is not the key of this data.
    #[must_use]
    pub fn check_value(&self) -> [u8; 8] {
        self.0.check_value("root/check")
    }

    /// A key of `organisation`, encrypted, as the database keeps it: 81 bytes. Its first key is version 1.
    pub fn wrap(
        &self,
        key: &OrganisationKey,
        organisation: Uuid,
        version: u32,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Vec<u8> {
        let version = version.to_be_bytes();
        self.wrapping().seal(&wrapped(&organisation, &version), key.0.expose(), rng)
    }

    /// The key of `organisation` in this version, as [`Self::wrap`] wrapped it.
    ///
    /// # Errors
    /// [`VaultError::Unopenable`] if it was changed, or belongs to another organisation, version or root key.
    pub fn unwrap(
        &self,
        organisation: Uuid,
        version: u32,
        wrapped_key: &[u8],
    ) -> Result<OrganisationKey, VaultError> {
        let version = version.to_be_bytes();
        let key = self.wrapping().open(&wrapped(&organisation, &version), wrapped_key)?;
        let key = key.first_chunk::<32>().filter(|_| key.len() == 32).ok_or(VaultError::Unopenable)?;
        Ok(OrganisationKey(Secret::from_bytes(key)))
    }

    fn wrapping(&self) -> Cipher {
        Cipher::new(&self.0.derive("root/wrap"))
    }
}

impl ZeroizeOnDrop for RootKey {}

/// The first version is not named: keys were wrapped before there were versions.
fn wrapped<'a>(organisation: &'a Uuid, version: &'a [u8; 4]) -> Vec<&'a [u8]> {
    let mut place: Vec<&[u8]> = vec![b"organisation key", organisation.as_bytes()];
    if version != &1_u32.to_be_bytes() {
        place.push(version);
    }
    place
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    use super::*;
    use crate::OVERHEAD;

    const ACME: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    #[test]
    fn a_wrapped_key_comes_back_under_the_same_root_and_organisation_only() {
        let mut rng = UnwrapErr(SysRng);
        let root = RootKey::generate(&mut rng);
        let key = OrganisationKey::generate(&mut rng);
        let same_root = RootKey::from_bytes(*root.expose());
        for version in [1, 2, 256] {
            let wrapped = root.wrap(&key, ACME, version, &mut rng);
            assert_eq!(wrapped.len(), OVERHEAD + 32);
            assert_eq!(root.unwrap(ACME, version, &wrapped).unwrap().0.expose(), key.0.expose());
            assert_eq!(same_root.unwrap(ACME, version, &wrapped).unwrap().0.expose(), key.0.expose());
            assert_eq!(root.unwrap(OTHER, version, &wrapped).unwrap_err(), VaultError::Unopenable);
            assert_eq!(root.unwrap(ACME, version + 1, &wrapped).unwrap_err(), VaultError::Unopenable);
            let other_root = RootKey::generate(&mut rng);
            assert_eq!(other_root.unwrap(ACME, version, &wrapped).unwrap_err(), VaultError::Unopenable);
        }
    }

    #[test]
    fn a_wrapped_key_with_any_bit_flipped_is_refused() {
        let mut rng = UnwrapErr(SysRng);
        let root = RootKey::generate(&mut rng);
        let mut wrapped = root.wrap(&OrganisationKey::generate(&mut rng), ACME, 1, &mut rng);
        for bit in 0..wrapped.len() * 8 {
            wrapped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(root.unwrap(ACME, 1, &wrapped).unwrap_err(), VaultError::Unopenable, "bit {bit}");
            wrapped[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(root.unwrap(ACME, 1, &wrapped).is_ok());
    }

    #[test]
    fn something_wrapped_that_is_no_key_is_refused() {
        let mut rng = UnwrapErr(SysRng);
        let root = RootKey::generate(&mut rng);
        for length in [0, 31, 33] {
            let sealed = root.wrapping().seal(&wrapped(&ACME, &[0, 0, 0, 1]), &vec![7; length], &mut rng);
            assert_eq!(root.unwrap(ACME, 1, &sealed).unwrap_err(), VaultError::Unopenable);
        }
    }

    #[test]
    fn check_values_tell_root_keys_apart_and_are_not_part_of_the_key() {
        let root = RootKey::from_bytes([7; 32]);
        assert_eq!(root.check_value(), RootKey::from_bytes([7; 32]).check_value());
        assert_ne!(root.check_value(), RootKey::from_bytes([8; 32]).check_value());
        assert_ne!(root.check_value(), [7; 8]);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", RootKey::from_bytes([7; 32])), "RootKey(redacted)");
    }
}
