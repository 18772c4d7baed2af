//! How the C2SP text formats spell bytes and numbers: one spelling for each value, all others are refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Hash;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

pub(crate) fn decode_hash(text: &str) -> Option<Hash> {
    decode(text)?.try_into().ok()
}

/// A number as these formats write it: decimal, without sign or leading zeroes.
pub(crate) fn decode_number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_of_the_same_bytes_are_refused() {
        assert_eq!(decode("AAA="), Some(vec![0, 0]));
        for wrong in ["AAA", "AAB=", "AAA= ", "AAA=\n", "AA-_", "AAA==", "="] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn other_spellings_of_the_same_number_are_refused() {
        assert_eq!(decode_number("0"), Some(0));
        assert_eq!(decode_number("18446744073709551615"), Some(u64::MAX));
        for wrong in ["", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "18446744073709551616", "١"] {
            assert_eq!(decode_number(wrong), None, "{wrong:?}");
        }
    }
}
