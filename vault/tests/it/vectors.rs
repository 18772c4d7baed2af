//! What is in databases today opens tomorrow: `../vectors.txt`, computed by another implementation.

use std::convert::Infallible;

use counterfoil_vault::{
    OrganisationKey, PassphraseCost, Place, ProtectedRootKey, Purpose, PurposeKey, RootKey,
};
use rand_core::{TryCryptoRng, TryRng};
use uuid::Uuid;

const VECTORS: &str = include_str!("../vectors.txt");

/// Gives the bytes it was made of, once.
struct Fixed(Vec<u8>);

impl TryRng for Fixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("the vault draws bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("the vault draws bytes")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0.drain(..out.len()).collect::<Vec<_>>());
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

fn bytes(hex: &str) -> Vec<u8> {
    let hex = hex.trim_matches('-');
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).expect("hexadecimal")).collect()
}

/// The rest of every line that starts with `name`.
fn lines(name: &str) -> Vec<Vec<&'static str>> {
    let lines: Vec<Vec<_>> = VECTORS
        .lines()
        .map(|line| line.split(' ').collect::<Vec<_>>())
        .filter(|line| line[0] == name)
        .map(|line| line[1..].to_vec())
        .collect();
    assert!(!lines.is_empty(), "no vector {name}");
    lines
}

fn root() -> RootKey {
    RootKey::from_bytes(bytes(lines("root")[0][0]).try_into().expect("32 bytes"))
}

fn organisation() -> Uuid {
    Uuid::from_slice(&bytes(lines("organisation")[0][0])).expect("16 bytes")
}

fn organisation_key() -> OrganisationKey {
    root().unwrap(organisation(), 1, &bytes(lines("wrapped")[0][1])).expect("the vector opens")
}

fn key(purpose: &str) -> PurposeKey {
    organisation_key().purpose(match purpose {
        "records" => Purpose::Records,
        "files" => Purpose::Files,
        "search" => Purpose::Search,
        "ledger" => Purpose::Ledger,
        "tokens" => Purpose::Tokens,
        other => panic!("no purpose {other}"),
    })
}

#[test]
fn the_check_value_of_the_root_key_is_fixed() {
    assert_eq!(root().check_value().as_slice(), bytes(lines("root-check")[0][0]));
}

#[test]
fn wrapping_is_fixed() {
    let line = &lines("wrapped")[0];
    let wrapped = root().wrap(&organisation_key(), organisation(), 1, &mut Fixed(bytes(line[0])));
    assert_eq!(wrapped, bytes(line[1]));
    for line in lines("wrapped-version") {
        let [version, nonce, sealed] = line[..] else { panic!("{line:?}") };
        let version = version.parse().expect("a number");
        let wrapped = root().wrap(&organisation_key(), organisation(), version, &mut Fixed(bytes(nonce)));
        assert_eq!(wrapped, bytes(sealed));
        assert!(root().unwrap(organisation(), version, &wrapped).is_ok());
    }
}

#[test]
fn sealing_is_fixed() {
    for line in lines("sealed") {
        let [purpose, table, column, row, plaintext, nonce, sealed] = line[..] else { panic!("{line:?}") };
        let (row, plaintext, sealed) = (bytes(row), bytes(plaintext), bytes(sealed));
        let place =
            Place { organisation: organisation(), table, column: column.trim_matches('-'), row: &row };
        assert_eq!(key(purpose).open(&place, &sealed).unwrap().as_slice(), plaintext);
        assert_eq!(key(purpose).seal(&place, &plaintext, &mut Fixed(bytes(nonce))), sealed);
    }
}

#[test]
fn blind_indexes_are_fixed() {
    for line in lines("index") {
        let [purpose, column, value, index] = line[..] else { panic!("{line:?}") };
        assert_eq!(key(purpose).blind_index(column, value).as_slice(), bytes(index));
    }
}

#[test]
fn authentication_codes_are_fixed() {
    for line in lines("mac") {
        let [purpose, context, data, mac] = line[..] else { panic!("{line:?}") };
        assert_eq!(key(purpose).mac(context, &bytes(data)).as_slice(), bytes(mac));
        assert!(key(purpose).verify_mac(context, &bytes(data), &bytes(mac)));
    }
}

#[test]
fn the_form_under_a_passphrase_is_fixed() {
    let [phrase, salt, nonce, protected] = lines("protected")[0][..] else { panic!("four fields") };
    let text = |hex: &str| String::from_utf8(bytes(hex)).expect("text");
    let (phrase, expected) = (text(phrase), text(protected));
    let mut drawn = Fixed([bytes(salt), bytes(nonce)].concat());
    let made = ProtectedRootKey::new(&root(), &phrase, PassphraseCost::FLOOR, &mut drawn);
    assert_eq!(made.to_text(), expected);
    let opened = ProtectedRootKey::parse(&expected).unwrap().open(&phrase).unwrap();
    assert_eq!(opened.expose(), root().expose());
}
