//! What a ledger entry says. The log publishes a commitment; the opening stays sealed until someone may see it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Hash, text};

/// The longest statement, in bytes: what an entry bundle of tlog-tiles can carry.
pub const MAX_STATEMENT: usize = 65_535;

const DOMAIN: &[u8] = b"counterfoil.entry.v1\0";
const LEAF: &str = "counterfoil-entry-v1";
const OPENING: u8 = 1;
/// Base64 of 32 bytes.
const COMMITMENT_LENGTH: usize = 44;

/// Something that happened.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// What, as noun and past participle: `invoice.issued`, `payee.changed`.
    pub kind: String,
    /// When, by the clock of the server.
    pub at: Timestamp,
    /// Who did it. `None` if the server itself did.
    pub actor: Option<Uuid>,
    /// What it was done to.
    pub subject: Option<Uuid>,
    /// The rest, different for each kind. Numbers are integers; decimals are written as strings.
    pub details: Value,
}

/// The details may be personal, and debug output ends in logs.
impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statement({} at {}, redacted)", self.kind, self.at)
    }
}

/// Why a statement cannot be committed to, or read again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// More than [`MAX_STATEMENT`] bytes.
    #[error(
        "the ledger entry has {0} bytes, the most are {MAX_STATEMENT}: keep large content elsewhere and name its hash"
    )]
    TooLong(usize),
    /// Two programs may write the same fraction in two ways.
    #[error("the ledger entry contains the fraction {0}: write decimals as strings")]
    Fraction(String),
    /// The bytes are no opening, or of a later version.
    #[error("these bytes are not the opening of a ledger entry of version {OPENING}")]
    Malformed,
    /// The opening is whole, its statement is no statement.
    #[error("the statement in the ledger entry is not readable")]
    Statement,
}

/// A statement as it was committed to: whoever has it can recompute the leaf, nobody else can guess it.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// Random, so that a commitment to a guessable statement cannot be tried out.
    pub salt: [u8; 32],
    /// JSON, kept as it was written: the commitment is to these bytes, not to their meaning.
    pub statement: Vec<u8>,
}

impl Opening {
    /// The statement as canonical JSON, with a fresh salt.
    ///
    /// # Errors
    /// [`EntryError::Fraction`], [`EntryError::TooLong`].
    pub fn new(statement: &Statement, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self, EntryError> {
        let statement = canonical(statement)?;
        if statement.len() > MAX_STATEMENT {
            return Err(EntryError::TooLong(statement.len()));
        }
        let mut salt = [0; 32];
        rng.fill_bytes(&mut salt);
        Ok(Self { salt, statement })
    }

    /// What the log publishes in place of the statement.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(self.salt)
            .chain_update(&self.statement)
            .finalize()
            .into()
    }

    /// The entry of the log: what [`crate::tree::leaf_hash`] and [`crate::proof::TlogProof::verify`] take.
    #[must_use]
    pub fn leaf(&self) -> Vec<u8> {
        format!("{LEAF}\n{}\n", text::encode(&self.commitment())).into_bytes()
    }

    /// Whether this is the opening of the entry `leaf`: as comparing with [`Self::leaf`], for whoever checks many.
    #[must_use]
    pub fn opens(&self, leaf: &[u8]) -> bool {
        let mut spelled = [0; COMMITMENT_LENGTH];
        let length =
            STANDARD.encode_slice(self.commitment(), &mut spelled).expect("it is as long as 32 bytes are");
        let rest = leaf.strip_prefix(LEAF.as_bytes()).and_then(|rest| rest.strip_prefix(b"\n"));
        rest.and_then(|rest| rest.strip_suffix(b"\n")) == Some(&spelled[..length])
    }

    /// The form in which an opening is sealed, and sent as the `extra` of a proof.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&[OPENING], self.salt.as_slice(), &self.statement].concat()
    }

    /// What [`Self::to_bytes`] wrote. Whether it opens an entry shows only in the proof of [`Self::leaf`].
    ///
    /// # Errors
    /// [`EntryError::Malformed`], [`EntryError::TooLong`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        let Some((&OPENING, rest)) = bytes.split_first() else { return Err(EntryError::Malformed) };
        let (salt, statement) = rest.split_first_chunk().ok_or(EntryError::Malformed)?;
        if statement.len() > MAX_STATEMENT {
            return Err(EntryError::TooLong(statement.len()));
        }
        Ok(Self { salt: *salt, statement: statement.to_vec() })
    }

    /// What the bytes say.
    ///
    /// # Errors
    /// [`EntryError::Statement`].
    pub fn statement(&self) -> Result<Statement, EntryError> {
        serde_json::from_slice(&self.statement).map_err(|_| EntryError::Statement)
    }
}

/// Salt and statement are what the commitment hides.
impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening({}, redacted)", text::encode(&self.commitment()))
    }
}

fn canonical(statement: &Statement) -> Result<Vec<u8>, EntryError> {
    let mut value = serde_json::to_value(statement).expect("a statement has string keys only");
    refuse_fractions(&value)?;
    // Another crate of the build may switch on serde_json's insertion order.
    value.sort_all_objects();
    Ok(value.to_string().into_bytes())
}

fn refuse_fractions(value: &Value) -> Result<(), EntryError> {
    match value {
        Value::Number(number) if number.is_f64() => Err(EntryError::Fraction(number.to_string())),
        Value::Array(values) => values.iter().try_for_each(refuse_fractions),
        Value::Object(values) => values.values().try_for_each(refuse_fractions),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use proptest::prelude::*;
    use rand_core::UnwrapErr;
    use serde_json::json;

    use super::*;

    fn rng() -> UnwrapErr<SysRng> {
        UnwrapErr(SysRng)
    }

    fn statement(details: Value) -> Statement {
        Statement {
            kind: "invoice.issued".to_owned(),
            at: "2026-11-22T10:30:00.25Z".parse().unwrap(),
            actor: None,
            subject: Some(Uuid::from_u128(0x42)),
            details,
        }
    }

    #[test]
    fn a_statement_is_written_as_canonical_json_and_read_again() {
        let statement = statement(json!({"number": "2026-0001", "digest": ["ü", 7, null], "Zone": {}}));
        let opening = Opening::new(&statement, &mut rng()).unwrap();
        assert_eq!(
            std::str::from_utf8(&opening.statement).unwrap(),
            r#"{"actor":null,"at":"2026-11-22T10:30:00.25Z","details":{"Zone":{},"digest":["ü",7,null],"number":"2026-0001"},"kind":"invoice.issued","subject":"00000000-0000-0000-0000-000000000042"}"#
        );
        assert_eq!(opening.statement().unwrap(), statement);
    }

    /// Computed with sha256sum. It is in ledgers: it never changes.
    #[test]
    fn the_commitment_and_the_leaf_are_fixed() {
        let opening = Opening { salt: [7; 32], statement: br#"{"kind":"test"}"#.to_vec() };
        let leaf = "counterfoil-entry-v1\nOcbGd59ax37zoTI4aJfA8ysNOIHBgj0sDqUZMFD5vfA=\n";
        assert_eq!(std::str::from_utf8(&opening.leaf()).unwrap(), leaf);
        assert_eq!(text::encode(&opening.commitment()), leaf.lines().nth(1).unwrap());
        assert!(opening.opens(leaf.as_bytes()));
        for place in 0..leaf.len() {
            let mut other = leaf.as_bytes().to_vec();
            other[place] ^= 1;
            assert!(!opening.opens(&other) && !opening.opens(&leaf.as_bytes()[..place]), "{place}");
        }
        assert_eq!(opening.to_bytes(), [&[1], [7; 32].as_slice(), br#"{"kind":"test"}"#].concat());
    }

    #[test]
    fn the_same_statement_has_another_commitment_each_time() {
        let statement = statement(Value::Null);
        let [a, b] = [(); 2].map(|()| Opening::new(&statement, &mut rng()).unwrap());
        assert_eq!(a.statement, b.statement);
        assert_ne!(a.commitment(), b.commitment());
    }

    #[test]
    fn every_bit_of_an_opening_counts() {
        let opening = Opening::new(&statement(json!({"total": 1999})), &mut rng()).unwrap();
        let mut bytes = opening.to_bytes();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!Opening::from_bytes(&bytes).is_ok_and(|changed| changed.leaf() == opening.leaf()));
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        assert_eq!(Opening::from_bytes(&bytes).unwrap(), opening);
    }

    #[test]
    fn fractions_are_refused_however_deep() {
        for details in [json!(0.1), json!([1, {"a": [1.0]}]), json!(1e300), json!(-0.0)] {
            let error = Opening::new(&statement(details), &mut rng()).unwrap_err();
            assert!(matches!(error, EntryError::Fraction(_)), "{error}");
        }
        assert!(Opening::new(&statement(json!([u64::MAX, i64::MIN, "0.1"])), &mut rng()).is_ok());
    }

    #[test]
    fn a_statement_has_at_most_65535_bytes() {
        let empty = Opening::new(&statement(json!("")), &mut rng()).unwrap().statement.len();
        let longest = Opening::new(&statement(json!("x".repeat(MAX_STATEMENT - empty))), &mut rng()).unwrap();
        assert_eq!(longest.statement.len(), MAX_STATEMENT);
        assert_eq!(Opening::from_bytes(&longest.to_bytes()).unwrap(), longest);
        let error = Opening::new(&statement(json!("x".repeat(MAX_STATEMENT + 1 - empty))), &mut rng());
        assert_eq!(error.unwrap_err(), EntryError::TooLong(MAX_STATEMENT + 1));
        let bytes = [longest.to_bytes().as_slice(), b" "].concat();
        assert_eq!(Opening::from_bytes(&bytes), Err(EntryError::TooLong(MAX_STATEMENT + 1)));
    }

    #[test]
    fn what_is_no_opening_is_refused() {
        let bytes = Opening::new(&statement(Value::Null), &mut rng()).unwrap().to_bytes();
        for length in 0..33 {
            assert_eq!(Opening::from_bytes(&bytes[..length]), Err(EntryError::Malformed));
        }
        let later = [&[2], &bytes[1..]].concat();
        assert_eq!(Opening::from_bytes(&later), Err(EntryError::Malformed));
        let cut = Opening::from_bytes(&bytes[..40]).unwrap();
        assert_eq!(cut.statement(), Err(EntryError::Statement));
    }

    #[test]
    fn debug_shows_neither_salt_nor_details() {
        let statement = statement(json!("Example Gärten GmbH"));
        assert_eq!(
            format!("{statement:?}"),
            "Statement(invoice.issued at 2026-11-22T10:30:00.25Z, redacted)"
        );
        let opening = Opening { salt: [7; 32], statement: b"Example".to_vec() };
        assert_eq!(
            format!("{opening:?}"),
            format!("Opening({}, redacted)", text::encode(&opening.commitment()))
        );
    }

    proptest! {
        #[test]
        fn noise_never_panics(noise: Vec<u8>) {
            for bytes in [noise.clone(), [&[OPENING], [0; 32].as_slice(), &noise].concat()] {
                if let Ok(opening) = Opening::from_bytes(&bytes) {
                    prop_assert_eq!(opening.to_bytes(), bytes);
                    let _ = opening.statement();
                }
            }
        }
    }
}
