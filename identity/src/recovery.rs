//! Recovery codes: printed once, each signs in once when the second factor is lost.

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::crockford;
use crate::token::tagged_hash;

/// How many codes one set has.
pub const CODES: usize = 10;
const SYMBOLS: usize = 25;
const GROUP: usize = 5;

/// 125 random bits, shown as `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`. At 112 bits and more ASVS 6.5.2 asks for no
/// password hash, so one indexed look-up finds the code and one conditional UPDATE uses it up.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode(u128);

/// The text is not a recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a recovery code: it has 25 letters and digits in five groups, as on the sheet you saved")]
pub struct NotACode;

/// A new set of [`CODES`] codes; it replaces the person's former set.
pub fn generate(rng: &mut impl CryptoRng) -> Vec<RecoveryCode> {
    (0..CODES)
        .map(|_| {
            let mut bytes = [0; 16];
            rng.fill_bytes(&mut bytes);
            let code = RecoveryCode(u128::from_be_bytes(bytes) >> 3);
            bytes.zeroize();
            code
        })
        .collect()
}

impl RecoveryCode {
    /// The code for the sheet. It is the secret: show it once, log it never.
    pub fn to_text(&self) -> String {
        crockford::write(self.0, SYMBOLS, GROUP)
    }

    /// Reads a code as people type it: either case, any spaces and dashes, `O` for `0`, `I` or `L` for `1`.
    ///
    /// # Errors
    /// [`NotACode`] unless exactly 25 symbols remain.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        crockford::read(text, SYMBOLS).map(Self).ok_or(NotACode)
    }

    /// What the books keep and look up, always together with the person.
    pub fn hash(&self) -> [u8; 32] {
        tagged_hash("counterfoil/recovery-code/v1", &self.0.to_be_bytes())
    }

    /// Whether this is the code kept as `hash`, in constant time.
    pub fn matches(&self, hash: &[u8; 32]) -> bool {
        self.hash().ct_eq(hash).into()
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(..)")
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
    fn a_set_is_ten_different_codes_in_five_groups() {
        let texts: HashSet<_> = generate(&mut UnwrapErr(SysRng)).iter().map(RecoveryCode::to_text).collect();
        assert_eq!(texts.len(), CODES);
        for text in texts {
            assert_eq!(text.len(), 29);
            assert!(text.split('-').all(|group| group.len() == 5), "{text}");
        }
    }

    #[test]
    fn all_125_bits_are_random() {
        let mut rng = UnwrapErr(SysRng);
        let seen = (0..20).flat_map(|_| generate(&mut rng)).fold(0, |seen, code| seen | code.0);
        assert_eq!(seen, (1 << 125) - 1);
    }

    #[test]
    fn a_typed_code_matches_its_hash_and_its_neighbour_does_not() {
        let code = RecoveryCode(1 << 99);
        let typed = code.to_text().to_lowercase().replace('-', " ").replace('0', "o");
        assert!(RecoveryCode::parse(&typed).unwrap().matches(&code.hash()));
        assert!(!RecoveryCode((1 << 99) + 1).matches(&code.hash()));
    }

    #[test]
    fn debug_output_hides_the_code() {
        assert_eq!(format!("{:?}", RecoveryCode(1)), "RecoveryCode(..)");
    }

    proptest! {
        #[test]
        fn every_code_round_trips(bits in 0_u128..1 << 125) {
            let code = RecoveryCode(bits);
            prop_assert_eq!(RecoveryCode::parse(&code.to_text()).unwrap().0, bits);
        }

        #[test]
        fn reading_any_text_as_a_code_never_panics(text in ".*") {
            let _ = RecoveryCode::parse(&text);
        }
    }
}
