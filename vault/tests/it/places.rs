//! A sealed value opens where and as it was sealed, and in no other way.

use std::collections::HashSet;

use counterfoil_vault::{OVERHEAD, OrganisationKey, Place, Purpose, PurposeKey, VaultError};
use getrandom::SysRng;
use proptest::prelude::*;
use rand_core::UnwrapErr;
use uuid::Uuid;

const PURPOSES: [Purpose; 5] =
    [Purpose::Records, Purpose::Files, Purpose::Search, Purpose::Ledger, Purpose::Tokens];
const HOME: Place<'_> =
    Place { organisation: Uuid::from_u128(1), table: "contacts", column: "name", row: b"row 1" };
const NAME: &[u8] = "Example Gärten GmbH".as_bytes();

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn key() -> PurposeKey {
    OrganisationKey::generate(&mut rng()).purpose(Purpose::Records)
}

#[test]
fn a_value_with_any_bit_flipped_is_refused() {
    let key = key();
    let mut sealed = key.seal(&HOME, NAME, &mut rng());
    for bit in 0..sealed.len() * 8 {
        sealed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(key.open(&HOME, &sealed).unwrap_err(), VaultError::Unopenable, "bit {bit}");
        sealed[bit / 8] ^= 1 << (bit % 8);
    }
    assert_eq!(key.open(&HOME, &sealed).unwrap().as_slice(), NAME);
}

#[test]
fn a_value_that_was_cut_or_grew_is_refused() {
    let key = key();
    let sealed = key.seal(&HOME, NAME, &mut rng());
    for length in 0..sealed.len() {
        assert_eq!(key.open(&HOME, &sealed[..length]).unwrap_err(), VaultError::Unopenable);
        assert_eq!(key.open(&HOME, &sealed[sealed.len() - length..]).unwrap_err(), VaultError::Unopenable);
    }
    let longer = [sealed.as_slice(), b"\0"].concat();
    assert_eq!(key.open(&HOME, &longer).unwrap_err(), VaultError::Unopenable);
}

#[test]
fn a_value_that_was_moved_is_refused() {
    let key = key();
    let sealed = key.seal(&HOME, NAME, &mut rng());
    for elsewhere in [
        Place { organisation: Uuid::from_u128(2), ..HOME },
        Place { table: "members", ..HOME },
        Place { column: "street", ..HOME },
        Place { row: b"row 2", ..HOME },
        Place { row: b"", ..HOME },
        // The same letters, cut at another border.
        Place { table: "contactsn", column: "ame", ..HOME },
        Place { column: "namer", row: b"ow 1", ..HOME },
    ] {
        assert_eq!(key.open(&elsewhere, &sealed).unwrap_err(), VaultError::Unopenable, "{elsewhere:?}");
    }
}

#[test]
fn a_value_opens_for_its_purpose_and_organisation_key_only() {
    let organisation = OrganisationKey::generate(&mut rng());
    let other = OrganisationKey::generate(&mut rng());
    for sealer in PURPOSES {
        let sealed = organisation.purpose(sealer).seal(&HOME, NAME, &mut rng());
        for opener in PURPOSES {
            assert_eq!(organisation.purpose(opener).open(&HOME, &sealed).is_ok(), opener == sealer);
            assert_eq!(other.purpose(opener).open(&HOME, &sealed).unwrap_err(), VaultError::Unopenable);
        }
    }
}

#[test]
fn the_same_value_sealed_twice_has_nothing_in_common_but_its_header() {
    let key = key();
    let nonces: HashSet<Vec<u8>> =
        (0..1000).map(|_| key.seal(&HOME, NAME, &mut rng())[9..33].to_vec()).collect();
    assert_eq!(nonces.len(), 1000);
    let sealed = key.seal(&HOME, NAME, &mut rng());
    assert!(!sealed.windows(4).any(|window| NAME.windows(4).any(|name| name == window)));
}

#[test]
fn a_value_names_the_key_that_sealed_it_and_no_other() {
    let key = key();
    let sealed = key.seal(&HOME, NAME, &mut rng());
    assert!(sealed.starts_with(key.header()));
    assert!(!sealed.starts_with(self::key().header()));
}

#[test]
fn a_clone_opens_what_the_original_sealed() {
    let key = key();
    let sealed = key.seal(&HOME, NAME, &mut rng());
    assert_eq!(key.clone().open(&HOME, &sealed).unwrap().as_slice(), NAME);
}

#[test]
fn blind_indexes_are_equal_for_equal_values_in_one_column_of_one_organisation() {
    let key = key();
    let index = key.blind_index("e-mail", "mail@example.com");
    assert_eq!(key.blind_index("e-mail", "mail@example.com"), index);
    assert_ne!(key.blind_index("e-mail", "mail@example.org"), index);
    assert_ne!(key.blind_index("name", "mail@example.com"), index);
    assert_ne!(key.blind_index("e-mailm", "ail@example.com"), index);
    assert_ne!(self::key().blind_index("e-mail", "mail@example.com"), index);
}

#[test]
fn authentication_codes_hold_for_their_context_data_and_key_only() {
    let key = key();
    let mac = key.mac("link", b"secret");
    assert!(key.verify_mac("link", b"secret", &mac));
    assert!(!key.verify_mac("session", b"secret", &mac));
    assert!(!key.verify_mac("links", b"ecret", &mac));
    assert!(!key.verify_mac("link", b"Secret", &mac));
    assert!(!key.verify_mac("link", b"secret", &mac[..31]));
    assert!(!key.verify_mac("link", b"secret", b""));
    assert!(!self::key().verify_mac("link", b"secret", &mac));
    assert_ne!(key.blind_index("link", "secret"), mac[..16]);
}

#[test]
fn debug_shows_the_purpose_and_no_key() {
    assert_eq!(format!("{:?}", key()), "PurposeKey(Records, redacted)");
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens_and_is_longer_by_the_overhead(
        plaintext: Vec<u8>, organisation: u128, table: String, column: String, row: Vec<u8>,
    ) {
        let place =
            Place { organisation: Uuid::from_u128(organisation), table: &table, column: &column, row: &row };
        let key = key();
        let sealed = key.seal(&place, &plaintext, &mut rng());
        prop_assert_eq!(sealed.len(), plaintext.len() + OVERHEAD);
        prop_assert_eq!(key.open(&place, &sealed).unwrap().to_vec(), plaintext);
    }

    #[test]
    fn noise_never_opens(noise: Vec<u8>) {
        prop_assert_eq!(key().open(&HOME, &noise).unwrap_err(), VaultError::Unopenable);
    }
}
