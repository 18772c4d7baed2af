//! Numbers as people type them.

use rust_decimal::Decimal;

/// The most digits of a number, before and after the separator together.
const MOST_DIGITS: usize = 28;

/// A number as people type it: dot or comma before the decimals, blanks and groups of three where they cannot be
/// misread. `1,234` could be two numbers and is refused.
pub(crate) fn decimal(text: &str) -> Result<Decimal, String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (minus, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    if digits.is_empty() {
        return Err("a number is needed, such as 1234.50".to_owned());
    }
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    if count == 0 || digits.bytes().any(|byte| !byte.is_ascii_digit() && byte != b'.' && byte != b',') {
        return Err("this is no number: write digits with one dot or comma, such as 1234.50".to_owned());
    }
    if count > MOST_DIGITS {
        return Err(format!("a number has at most {MOST_DIGITS} digits; this has {count}"));
    }
    let (whole, decimals) = parts(digits)?;
    let plain = match decimals {
        Some(decimals) => format!("{minus}{whole}.{decimals}"),
        None => format!("{minus}{whole}"),
    };
    let mut value = Decimal::from_str_exact(&plain).map_err(|_| "this number is too large".to_owned())?;
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    Ok(value)
}

/// The digits before and after the decimal separator, without groups.
fn parts(digits: &str) -> Result<(String, Option<&str>), String> {
    let misplaced = || "the dots and commas do not fit together: write 1234.50 or 1,234.50".to_owned();
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
    if separator == "," && could_be_a_group {
        return Err(format!("this could be two numbers: write {before}{after} or {before}.{after}"));
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
        assert_eq!(decimal("1,234").unwrap_err(), "this could be two numbers: write 1234 or 1.234");
        assert!(decimal(&"9".repeat(100_000)).is_err());
    }
}
