//! Numbers as a language writes them, from decimals as text; no float is ever made.

use rust_decimal::Decimal;

use crate::locale::Locale;

/// True minus, as wide as a plus and a figure.
pub(crate) const MINUS: char = '\u{2212}';

impl Locale {
    /// A number with at least this many decimals. Digits are never dropped; zeros beyond the least are.
    pub(crate) fn number(&self, value: Decimal, least_decimals: u32) -> String {
        let text = value.abs().normalize().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut written = String::with_capacity(text.len() + 8);
        if value.is_sign_negative() && !value.is_zero() {
            written.push(MINUS);
        }
        for (index, digit) in whole.chars().enumerate() {
            let left = whole.len() - index;
            if index > 0 && left.is_multiple_of(3) && whole.len() >= self.group_from {
                written.push(self.group);
            }
            written.push(digit);
        }
        let least = usize::try_from(least_decimals).unwrap_or(usize::MAX).min(28);
        if !fraction.is_empty() || least > 0 {
            written.push(self.decimal);
            written.push_str(fraction);
            written.extend(std::iter::repeat_n('0', least.saturating_sub(fraction.len())));
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;

    fn written(language: &str, value: &str, decimals: u32) -> String {
        Locale::of(language).number(value.parse().unwrap(), decimals)
    }

    #[test]
    fn each_language_groups_and_points_in_its_own_way() {
        assert_eq!(written("en", "1234567.5", 2), "1,234,567.50");
        assert_eq!(written("de", "1234567.5", 2), "1.234.567,50");
        assert_eq!(written("fr", "1234567.5", 2), "1\u{202f}234\u{202f}567,50");
        assert_eq!(written("pl", "1234567.5", 2), "1\u{a0}234\u{a0}567,50");
        assert_eq!(written("es", "1234.5", 2), "1234,50");
        assert_eq!(written("es", "12345.5", 2), "12.345,50");
        assert_eq!(written("en", "999", 2), "999.00");
    }

    #[test]
    fn digits_are_kept_and_superfluous_zeros_are_not() {
        assert_eq!(written("en", "0.12345", 2), "0.12345");
        assert_eq!(written("en", "10.000", 2), "10.00");
        assert_eq!(written("en", "10.000", 0), "10");
        assert_eq!(written("en", "-0.00", 2), "0.00");
        assert_eq!(written("en", "-12.5", 2), "\u{2212}12.50");
    }

    proptest! {
        #[test]
        fn a_written_number_reads_back_as_itself(units in any::<i64>(), scale in 0_u32..20, least in 0_u32..4) {
            let value = Decimal::new(units, scale);
            for language in ["en", "de", "fr", "es", "he", "it", "nl", "pl", "pt", "ar"] {
                let locale = Locale::of(language);
                let plain: String = locale
                    .number(value, least)
                    .chars()
                    .filter(|c| *c != locale.group)
                    .map(|c| if c == locale.decimal { '.' } else if c == MINUS { '-' } else { c })
                    .collect();
                prop_assert_eq!(plain.parse::<Decimal>().unwrap(), value);
            }
        }
    }
}
