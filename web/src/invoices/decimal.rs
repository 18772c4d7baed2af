//! Numbers as people type them.

use rust_decimal::Decimal;

use crate::language::Text;
use crate::ui::{self, t};

/// The most digits of a number, before and after the separator together.
const MOST_DIGITS: usize = 28;

/// A number as people type it: dot or comma before the decimals, blanks and groups of three where they cannot be
/// misread. `1,234` could be two numbers in English and is refused, as is `1.234` in German.
pub(crate) fn decimal(text: &str) -> Result<Decimal, Text> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (minus, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    if digits.is_empty() {
        return Err(t("number-needed").with("example", example()));
    }
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    if count == 0 || digits.bytes().any(|byte| !byte.is_ascii_digit() && byte != b'.' && byte != b',') {
        return Err(t("number-unreadable").with("example", example()));
    }
    if count > MOST_DIGITS {
        return Err(t("number-too-long").count("most", MOST_DIGITS).count("found", count));
    }
    let (whole, decimals) = parts(digits)?;
    let plain = match decimals {
        Some(decimals) => format!("{minus}{whole}.{decimals}"),
        None => format!("{minus}{whole}"),
    };
    let mut value = Decimal::from_str_exact(&plain).map_err(|_| t("number-too-large"))?;
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    Ok(value)
}

fn example() -> String {
    ui::typed("1234.50")
}

/// The digits before and after the decimal separator, without groups.
fn parts(digits: &str) -> Result<(String, Option<&str>), Text> {
    let misplaced =
        || t("number-misplaced").with("example", example()).with("grouped", ui::amount("1234.50"));
    let last = digits.rfind(['.', ',']);
    let Some(at) = last else { return Ok((digits.to_owned(), None)) };
    let (before, separator, after) = (&digits[..at], &digits[at..=at], &digits[at + 1..]);
    if before.contains(separator) {
        // Twice the same: these are groups, and there are no decimals.
        let whole = ungrouped(digits, separator).ok_or_else(misplaced)?;
        return Ok((whole, None));
    }
    if after.is_empty() {
        return Err(misplaced());
    }
    let grouping = if separator == "." { "," } else { "." };
    let whole = match before {
        "" => "0".to_owned(),
        before if before.contains(grouping) => ungrouped(before, grouping).ok_or_else(misplaced)?,
        before => before.to_owned(),
    };
    let could_be_a_group =
        after.len() == 3 && before.len() <= 3 && !before.is_empty() && !before.starts_with('0');
    if separator == ui::group_sign() && could_be_a_group {
        let (whole, exact) = (format!("{before}{after}"), ui::typed(format!("{before}.{after}")));
        return Err(t("number-ambiguous").with("whole", whole).with("exact", exact));
    }
    Ok((whole, Some(after)))
}

/// `1.234.567` without its dots, if they stand every three digits and nothing else does.
fn ungrouped(text: &str, separator: &str) -> Option<String> {
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let fits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let well =
        (1..=3).contains(&first.len()) && fits(first) && groups.all(|group| group.len() == 3 && fits(group));
    well.then(|| text.replace(separator, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, speaking};

    #[test]
    fn numbers_are_read_with_dot_or_comma() {
        for (text, value) in [
            ("0", "0"),
            ("-0", "0"),
            ("1234.50", "1234.50"),
            ("1234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1.234", "1.234"),
            ("0,125", "0.125"),
            ("1234,567", "1234.567"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1.234.567,8", "1234567.8"),
            (" 1\u{a0}234,5 ", "1234.5"),
            ("1\u{202f}234,5", "1234.5"),
            (",5", "0.5"),
            ("\u{2212}12,5", "-12.5"),
            ("9999999999999999999999999999", "9999999999999999999999999999"),
            ("0.000000000000000000000000001", "0.000000000000000000000000001"),
        ] {
            assert_eq!(decimal(text).unwrap().to_string(), value, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_could_be_two_is_refused() {
        for text in [
            "",
            " ",
            "-",
            "--1",
            "+1",
            ".",
            ",",
            "1.",
            "1,",
            "1..2",
            "1,,2",
            "1,2,3",
            "1.2.3",
            "1,23.4",
            "1.23,4",
            "1,234,5",
            "1,234.5.6",
            "1.234,5,6",
            "12345,678.9",
            ",123.4",
            "1e5",
            "1E5",
            "0x1F",
            "NaN",
            "inf",
            "1_000",
            "١٢",
            "1-2",
            "1/2",
            "1 EUR",
            "€1",
            "<b>1</b>",
            "12345678901234567890123456789",
        ] {
            assert!(decimal(text).is_err(), "{text}");
        }
        assert_eq!(
            decimal("1,234").unwrap_err().to_string(),
            "This could be two numbers: write 1234 or 1.234."
        );
        assert!(decimal(&"9".repeat(100_000)).is_err());
    }

    #[test]
    fn in_german_it_is_the_dot_that_could_be_misread() {
        speaking(Language::German, || {
            for (text, value) in
                [("1,234", "1.234"), ("1.234,50", "1234.50"), ("1234.50", "1234.50"), ("0.125", "0.125")]
            {
                assert_eq!(decimal(text).unwrap().to_string(), value, "{text}");
            }
            let said = decimal("1.234").unwrap_err().to_string();
            assert_eq!(said, "Das könnten zwei Zahlen sein: Schreiben Sie 1234 oder 1,234.");
            for exact in ["1.250", "0.5", "1234.5678", "99999999999999.99"] {
                assert_eq!(decimal(&ui::typed(exact)).unwrap().to_string(), exact);
            }
        });
    }
}
