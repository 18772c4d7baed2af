//! The root key under a passphrase, as a text that a file holds.

use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::CryptoRng;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::secret::Secret;
use crate::{RootKey, VaultError};

const FIRST_LINE: &str = "counterfoil root key 1";
const SALT: usize = 16;

/// What one guess of the passphrase costs. Whoever has the file can guess at home, so it is dear: once a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassphraseCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl PassphraseCost {
    /// 256 MiB, four passes, four lanes.
    pub const DEFAULT: Self = Self { memory_kib: 256 * 1024, passes: 4, lanes: 4 };
    /// The least that is read or written: 19 MiB, two passes, one lane.
    pub const FLOOR: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// The most: a changed file must not take the machine's memory.
    const CEILING: Self = Self { memory_kib: 1024 * 1024, passes: 16, lanes: 16 };

    fn is_accepted(self) -> bool {
        (Self::FLOOR.memory_kib..=Self::CEILING.memory_kib).contains(&self.memory_kib)
            && (Self::FLOOR.passes..=Self::CEILING.passes).contains(&self.passes)
            && (Self::FLOOR.lanes..=Self::CEILING.lanes).contains(&self.lanes)
    }
}

/// A root key that only a passphrase opens.
///
/// Three lines of text, described in the README. Nothing in it is secret by itself, but it lets whoever has it guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedRootKey {
    cost: PassphraseCost,
    salt: [u8; SALT],
    sealed: Vec<u8>,
}

/// The text is no root key under a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not a root key under a passphrase as this version writes it: put the file back from a copy, or use the \
     version that wrote it"
)]
pub struct NotProtected;

impl ProtectedRootKey {
    /// Puts a key under a passphrase. It takes as long as one guess.
    pub fn new(
        key: &RootKey,
        passphrase: &str,
        cost: PassphraseCost,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Self {
        let mut salt = [0; SALT];
        rng.fill_bytes(&mut salt);
        let second_line = second_line(cost, &salt);
        let sealed = cipher(passphrase, cost, &salt).seal(&place(&second_line), key.expose().as_slice(), rng);
        Self { cost, salt, sealed }
    }

    /// Whether a file begins as such a text does. A plain root key is 32 random bytes, and does not.
    #[must_use]
    pub fn is_in(bytes: &[u8]) -> bool {
        bytes.starts_with(b"counterfoil root key ")
    }

    /// Reads the text.
    ///
    /// # Errors
    /// [`NotProtected`] if it was changed in form, or asks for more work than [`Self::new`] may.
    pub fn parse(text: &str) -> Result<Self, NotProtected> {
        let parsed = Self::read(text).ok_or(NotProtected)?;
        // One spelling only: what is authenticated is the line as it is written here.
        if parsed.to_text() == text && parsed.cost.is_accepted() { Ok(parsed) } else { Err(NotProtected) }
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (first, second, third) = (lines.next()?, lines.next()?, lines.next()?);
        let mut fields = second.split(' ');
        if first != FIRST_LINE || fields.next() != Some("argon2id") {
            return None;
        }
        let mut number = |name: &str| fields.next()?.strip_prefix(name)?.parse().ok();
        let cost = PassphraseCost { memory_kib: number("m=")?, passes: number("t=")?, lanes: number("p=")? };
        let salt = unhex(fields.next()?.strip_prefix("salt=")?)?.try_into().ok()?;
        Some(Self { cost, salt, sealed: unhex(third)? })
    }

    /// The text that [`Self::parse`] reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{FIRST_LINE}\n{}\n{}\n", second_line(self.cost, &self.salt), hex(&self.sealed))
    }

    /// The key. It takes as long as [`Self::new`].
    ///
    /// # Errors
    /// [`VaultError::Unopenable`] if the passphrase is another, or the text was changed.
    pub fn open(&self, passphrase: &str) -> Result<RootKey, VaultError> {
        let second_line = second_line(self.cost, &self.salt);
        let key = cipher(passphrase, self.cost, &self.salt).open(&place(&second_line), &self.sealed)?;
        let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| VaultError::Unopenable)?;
        Ok(RootKey::from_bytes(*key))
    }
}

fn second_line(cost: PassphraseCost, salt: &[u8]) -> String {
    let PassphraseCost { memory_kib, passes, lanes } = cost;
    format!("argon2id m={memory_kib} t={passes} p={lanes} salt={}", hex(salt))
}

fn place(second_line: &str) -> [&[u8]; 2] {
    [b"root key", second_line.as_bytes()]
}

/// The passphrase is taken in NFC, so that it does not matter how a keyboard composes its letters.
fn cipher(passphrase: &str, cost: PassphraseCost, salt: &[u8]) -> Cipher {
    let passphrase = Zeroizing::new(passphrase.nfc().collect::<String>());
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
        .expect("every cost between floor and ceiling is one that Argon2 takes");
    let mut derived = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, derived.as_mut_slice())
        .expect("a passphrase in memory is below the 4 GiB limit of Argon2");
    Cipher::new(&Secret::from_bytes(&derived).derive("root/protect"))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    use super::*;

    const PHRASE: &str = "five quiet herons read the tide";

    fn protected() -> (RootKey, ProtectedRootKey) {
        let mut rng = UnwrapErr(SysRng);
        let key = RootKey::generate(&mut rng);
        let protected = ProtectedRootKey::new(&key, PHRASE, PassphraseCost::FLOOR, &mut rng);
        (key, protected)
    }

    #[test]
    fn the_passphrase_opens_it_and_another_does_not() {
        let (key, protected) = protected();
        let read = ProtectedRootKey::parse(&protected.to_text()).unwrap();
        assert_eq!(read, protected);
        assert_eq!(read.open(PHRASE).unwrap().expose(), key.expose());
        for other in ["", "five quiet herons read the tid", "Five quiet herons read the tide"] {
            assert_eq!(read.open(other).unwrap_err(), VaultError::Unopenable, "{other}");
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same_passphrase() {
        let mut rng = UnwrapErr(SysRng);
        let key = RootKey::generate(&mut rng);
        let protected = ProtectedRootKey::new(&key, "Grüße", PassphraseCost::FLOOR, &mut rng);
        assert!(protected.open("Gru\u{308}ße").is_ok());
    }

    #[test]
    fn it_says_nothing_of_the_key_and_is_another_each_time() {
        let mut rng = UnwrapErr(SysRng);
        let (key, protected) = protected();
        assert!(!protected.to_text().contains(&hex(key.expose())));
        let again = ProtectedRootKey::new(&key, PHRASE, PassphraseCost::FLOOR, &mut rng);
        assert_ne!(again.salt, protected.salt);
        assert_ne!(again.sealed, protected.sealed);
        assert!(ProtectedRootKey::is_in(protected.to_text().as_bytes()));
    }

    #[test]
    fn a_text_that_was_changed_is_refused_or_does_not_open() {
        let (_, protected) = protected();
        let text = protected.to_text();
        for (from, to) in [
            ("key 1", "key 2"),
            ("m=19456", "m=19457"),
            ("m=19456", "m=+19456"),
            ("m=19456", "m=4194304"),
            ("m=19456", "m=8"),
            ("t=2", "t=1000000"),
            ("p=1", "p=0"),
            ("t=2", "t=3"),
            ("salt=", "salt= "),
            ("\n", "\r\n"),
            ("argon2id", "argon2i"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            let opened = ProtectedRootKey::parse(&changed).map(|read| read.open(PHRASE));
            assert!(!matches!(opened, Ok(Ok(_))), "{from} as {to}");
        }
        for changed in [text.trim_end().to_owned(), format!("{text}\n"), text.to_uppercase(), String::new()] {
            assert_eq!(ProtectedRootKey::parse(&changed).unwrap_err(), NotProtected);
        }
        // Each digit of salt and ciphertext counts.
        for at in [text.find("salt=").unwrap() + 5, text.len() - 2] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(ProtectedRootKey::parse(&changed).unwrap().open(PHRASE).is_err(), "{at}");
        }
    }
}
