//! The short code printed on an invoice, by which anyone asks whether it is genuine.

use std::fmt;
use std::str::FromStr;

use rand_core::CryptoRng;

use crate::crockford;
use crate::token::tagged_hash;

const SYMBOLS: usize = 16;
const GROUP: usize = 4;

/// 80 random bits, shown as `ABCD-EFGH-JKMN-PQRS`. Too many to find one by trying, few enough to type.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationCode(u128);

/// The text is not a verification code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a verification code: it has 16 letters and digits in groups of four, as printed on the document"
)]
pub struct NotACode;

impl VerificationCode {
    /// A new code.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes[6..]);
        Self(u128::from_be_bytes(bytes))
    }

    /// Reads a code as people type it: either case, any spaces and dashes, `O` for `0`, `I` or `L` for `1`.
    ///
    /// # Errors
    /// [`NotACode`] unless exactly 16 symbols remain.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        crockford::read(text, SYMBOLS).map(Self).ok_or(NotACode)
    }

    /// What is kept and looked up.
    pub fn hash(&self) -> [u8; 32] {
        tagged_hash("counterfoil/verification-code/v1", &self.0.to_be_bytes())
    }
}

impl fmt::Display for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&crockford::write(self.0, SYMBOLS, GROUP))
    }
}

/// Whoever holds the code may ask about the invoice, so it stays out of logs.
impl fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationCode(..)")
    }
}

impl FromStr for VerificationCode {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use getrandom::SysRng;
    use proptest::prelude::*;
    use rand_core::UnwrapErr;

    use super::*;

    #[test]
    fn a_code_is_shown_in_four_groups_and_read_as_people_type_it() {
        let code = VerificationCode::parse("ABCD-EFGH-JKMN-PQRS").unwrap();
        assert_eq!(code.to_string(), "ABCD-EFGH-JKMN-PQRS");
        assert_eq!(" abcd efgh jkmn pqrs\n".parse(), Ok(code));
        let ones = VerificationCode::parse("1111-0000-1111-0000").unwrap();
        assert_eq!(VerificationCode::parse("iIlL oOoO 11lL 0o0O"), Ok(ones));
    }

    #[test]
    fn all_80_bits_are_random() {
        let mut rng = UnwrapErr(SysRng);
        let codes: Vec<u128> = (0..200).map(|_| VerificationCode::generate(&mut rng).0).collect();
        assert_eq!(codes.iter().fold(0, |seen, code| seen | code), (1 << 80) - 1);
        assert_eq!(codes.iter().fold(u128::MAX, |seen, code| seen & code), 0);
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), 200);
    }

    #[test]
    fn debug_output_hides_the_code() {
        assert_eq!(format!("{:?}", VerificationCode(1)), "VerificationCode(..)");
    }

    proptest! {
        #[test]
        fn every_code_round_trips_and_keeps_its_hash(bits in 0_u128..1 << 80) {
            let code = VerificationCode(bits);
            let read = VerificationCode::parse(&code.to_string()).unwrap();
            prop_assert_eq!(read.hash(), code.hash());
            prop_assert_eq!(read, code);
        }

        #[test]
        fn different_codes_have_different_hashes(a in 0_u128..1 << 80, b in 0_u128..1 << 80) {
            prop_assert_eq!(a == b, VerificationCode(a).hash() == VerificationCode(b).hash());
        }

        #[test]
        fn reading_any_text_as_a_code_never_panics(text in ".*") {
            let _ = VerificationCode::parse(&text);
        }
    }
}
