//! Numbers, dates and sizes as people read them.

use std::fmt::Display;

use counterfoil_invoice::Amount;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::By;

impl By<Self> for Date {
    fn value(&self) -> Self {
        *self
    }
}

impl By<Self> for Timestamp {
    fn value(&self) -> Self {
        *self
    }
}

impl By<Self> for Amount {
    fn value(&self) -> Self {
        *self
    }
}

impl By<Self> for usize {
    fn value(&self) -> Self {
        *self
    }
}

/// `-1190.5` is `−1,190.5`: a true minus, and a comma every three digits. The decimals are the value's own.
pub fn amount(value: impl Display) -> String {
    let text = value.to_string();
    let (minus, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("\u{2212}", digits));
    let (whole, decimals) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::from(minus);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(decimals) = decimals {
        grouped.push('.');
        grouped.push_str(decimals);
    }
    grouped
}

/// What an amount takes off a sum: `1190.5` is `−1,190.5`.
pub fn taken_off(value: impl By<Amount>) -> String {
    let Amount(mut value) = value.value();
    value.set_sign_positive(value.is_zero() || value.is_sign_negative());
    amount(value)
}

/// `€1,190.00`, `−CHF 1,190.00`: for a sum in a sentence. In a table the currency stands once, in the head.
pub fn money_of(value: impl Display, currency: impl Display) -> String {
    let value = amount(value);
    let (minus, digits) =
        value.strip_prefix('\u{2212}').map_or(("", value.as_str()), |digits| ("\u{2212}", digits));
    match currency.to_string().as_str() {
        "EUR" => format!("{minus}€{digits}"),
        "USD" => format!("{minus}${digits}"),
        "GBP" => format!("{minus}£{digits}"),
        code => format!("{minus}{code}\u{a0}{digits}"),
    }
}

/// `2 hours`, `1 piece`: a quantity with its unit, or the code of a unit that has no name.
pub fn quantity(quantity: impl Display, unit: &str) -> String {
    let quantity = amount(quantity);
    let name = counterfoil_invoice::units::name(unit).unwrap_or(unit);
    let is_one = quantity.split_once('.').map_or(quantity.as_str(), |(whole, rest)| {
        if rest.bytes().all(|digit| digit == b'0') { whole } else { "" }
    }) == "1";
    match name {
        "person" if !is_one => format!("{quantity} people"),
        "box" if !is_one => format!("{quantity} boxes"),
        "dozen" | "percent" | "mutually defined" => format!("{quantity} {name}"),
        _ if is_one || name == unit => format!("{quantity} {name}"),
        _ => format!("{quantity} {name}s"),
    }
}

/// An account as people compare it: an IBAN in groups of four, anything else as it is.
pub fn account(text: &str) -> String {
    counterfoil_invoice::Iban::parse(text).map_or_else(|_| text.to_owned(), |iban| iban.grouped())
}

/// `3 Mar 2026`.
pub fn date_of(date: impl By<Date>) -> String {
    date.value().strftime("%-d %b %Y").to_string()
}

/// `3 Mar 2026, 14:05 CET`.
pub fn moment_of(moment: impl By<Timestamp>, zone: &TimeZone) -> String {
    moment.value().to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M %Z").to_string()
}

/// `84 KB`.
pub fn kilobytes(bytes: impl By<usize>) -> String {
    format!("{} KB", amount(bytes.value().div_ceil(1_000)))
}

/// The first twelve hexadecimal digits of a digest, in fours: enough to compare by eye.
pub fn short_hex(bytes: &[u8]) -> String {
    let hex: Vec<_> = bytes.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    hex.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_are_grouped_and_keep_their_decimals() {
        let read = [dec("0.00"), dec("999"), dec("1000"), dec("-1190.50"), dec("12345678.123"), dec("-100")]
            .map(amount);
        assert_eq!(read, ["0.00", "999", "1,000", "−1,190.50", "12,345,678.123", "−100"]);
    }

    #[test]
    fn what_is_taken_off_has_its_minus_and_nothing_has_none() {
        let read = ["5.00", "0.00", "-5.00"].map(|text| taken_off(Amount(dec(text))));
        assert_eq!(read, ["−5.00", "0.00", "5.00"]);
    }

    #[test]
    fn the_minus_stands_before_the_currency() {
        assert_eq!(money_of(dec("-1190.00"), "EUR"), "−€1,190.00");
        assert_eq!(money_of(dec("1190.00"), "CHF"), "CHF\u{a0}1,190.00");
    }

    #[test]
    fn a_quantity_agrees_with_its_unit() {
        let read = [
            ("2", "C62"),
            ("1", "HUR"),
            ("1.00", "HUR"),
            ("1.5", "HUR"),
            ("3", "XBX"),
            ("12", "IE"),
            ("2", "DZN"),
        ]
        .map(|(number, unit)| quantity(number, unit));
        assert_eq!(read, ["2 pieces", "1 hour", "1.00 hour", "1.5 hours", "3 boxes", "12 people", "2 dozen"]);
        assert_eq!(quantity("2500", "X4G"), "2,500 X4G");
    }

    #[test]
    fn an_iban_is_grouped_and_another_account_is_left_alone() {
        assert_eq!(account("DE02120300000000202051"), "DE02 1203 0000 0000 2020 51");
        assert_eq!(account("12-345-6"), "12-345-6");
    }

    #[test]
    fn dates_cannot_be_misread() {
        assert_eq!(date_of(date(2026, 3, 4)), "4 Mar 2026");
        let moment: Timestamp = "2026-03-04T13:05:59Z".parse().unwrap();
        assert_eq!(moment_of(moment, &TimeZone::UTC), "4 Mar 2026, 13:05 UTC");
        assert_eq!((kilobytes(84_001), short_hex(&[0xab; 32])), ("85 KB".into(), "abab abab abab".into()));
    }
}
