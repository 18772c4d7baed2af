//! Numbers, dates and sizes as people read them, in the language of the answer.

use std::fmt::Display;

use counterfoil_invoice::Amount;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::By;
use crate::language::{Language, current, has, t};

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

/// How a language writes numbers.
struct Signs {
    decimal: char,
    group: char,
}

fn signs(language: Language) -> Signs {
    match language {
        Language::English => Signs { decimal: '.', group: ',' },
        Language::German => Signs { decimal: ',', group: '.' },
    }
}

/// `-1190.5` is `−1,190.5`, in German `−1.190,5`: a true minus, and a sign every three digits. The decimals are the
/// value's own.
pub fn amount(value: impl Display) -> String {
    amount_in(value, current())
}

/// The same in a certain language.
pub(crate) fn amount_in(value: impl Display, language: Language) -> String {
    let Signs { decimal, group } = signs(language);
    let text = value.to_string();
    let (minus, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("\u{2212}", digits));
    let (whole, decimals) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::from(minus);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(group);
        }
        grouped.push(digit);
    }
    if let Some(decimals) = decimals {
        grouped.push(decimal);
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

/// What stands between groups of three digits.
pub fn group_sign() -> &'static str {
    match current() {
        Language::English => ",",
        Language::German => ".",
    }
}

/// A number to be typed over, such as the value of a field: `1234.5`, in German `1234,5`.
pub fn typed(value: impl Display) -> String {
    value.to_string().replace('.', &signs(current()).decimal.to_string())
}

/// `€1,190.00`, `−CHF 1,190.00`, in German `1.190,00 €`: for a sum in a sentence. In a table the currency stands once, in
/// the head.
pub fn money_of(value: impl Display, currency: impl Display) -> String {
    let language = current();
    let value = amount_in(value, language);
    let code = currency.to_string();
    let sign = match code.as_str() {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        code => code,
    };
    if language == Language::German {
        return format!("{value}\u{a0}{sign}");
    }
    let (minus, digits) =
        value.strip_prefix('\u{2212}').map_or(("", value.as_str()), |digits| ("\u{2212}", digits));
    let space = if sign == code { "\u{a0}" } else { "" };
    format!("{minus}{sign}{space}{digits}")
}

/// `19 %`, in German too.
pub fn percent(value: impl Display) -> String {
    format!("{}\u{a0}%", amount(value))
}

/// `2 hours`, `1 piece`: a quantity with its unit, or the code of a unit that has no name.
pub fn quantity(quantity: impl Display, unit: &str) -> String {
    let exact = quantity.to_string();
    let quantity = amount(&exact);
    let key = format!("quantity-{unit}");
    if !has(&key) {
        return format!("{quantity} {unit}");
    }
    // `1.00` is one.
    let number = if exact.contains('.') { exact.trim_end_matches('0').trim_end_matches('.') } else { &exact };
    t(key).count("count", number).with("quantity", quantity).to_string()
}

/// An account as people compare it: an IBAN in groups of four, anything else as it is.
pub fn account(text: &str) -> String {
    counterfoil_invoice::Iban::parse(text).map_or_else(|_| text.to_owned(), |iban| iban.grouped())
}

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

fn german_month(date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|at| MONTHS.get(at)).expect("months are 1 to 12")
}

/// `3 Mar 2026`, `3. März 2026`.
pub fn date_of(date: impl By<Date>) -> String {
    let date = date.value();
    match current() {
        Language::English => date.strftime("%-d %b %Y").to_string(),
        Language::German => format!("{}. {} {}", date.day(), german_month(date), date.year()),
    }
}

/// `3 Mar`, `3. März`: for a place that has no room, where the year is clear.
pub fn day_of(date: impl By<Date>) -> String {
    let date = date.value();
    match current() {
        Language::English => date.strftime("%-d %b").to_string(),
        Language::German => {
            let month = german_month(date);
            let short: String = month.chars().take(3).collect();
            // Names of up to four letters are not cut.
            let month = if month.chars().count() <= 4 { month.to_owned() } else { format!("{short}.") };
            format!("{}. {month}", date.day())
        }
    }
}

/// `March`, `März`.
pub fn month_of(date: impl By<Date>) -> String {
    let date = date.value();
    match current() {
        Language::English => date.strftime("%B").to_string(),
        Language::German => german_month(date).to_owned(),
    }
}

/// `3 Mar 2026, 14:05 CET`, `3. März 2026, 14:05 MEZ`.
pub fn moment_of(moment: impl By<Timestamp>, zone: &TimeZone) -> String {
    let moment = moment.value();
    let day = date_of(moment.to_zoned(zone.clone()).date());
    format!("{day}, {}", time_of(moment, zone))
}

/// `14:05 CET`.
pub fn time_of(moment: impl By<Timestamp>, zone: &TimeZone) -> String {
    let moment = moment.value().to_zoned(zone.clone());
    let time = moment.strftime("%H:%M");
    let zone = moment.strftime("%Z").to_string();
    let zone = match (current(), zone.as_str()) {
        (Language::German, "CET") => "MEZ",
        (Language::German, "CEST") => "MESZ",
        (_, zone) => zone,
    };
    format!("{time} {zone}")
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
    use crate::language::speaking;

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
    fn germans_read_numbers_dates_and_quantities_as_they_write_them() {
        let said = speaking(Language::German, || {
            [
                amount(dec("-12345678.123")),
                money_of(dec("1234.56"), "EUR"),
                money_of(dec("-1190.00"), "CHF"),
                typed(dec("1234.50")),
                percent(dec("25.5")),
                date_of(date(2026, 3, 3)),
                day_of(date(2026, 3, 3)),
                day_of(date(2026, 11, 30)),
                month_of(date(2026, 12, 31)),
                quantity("1.00", "HUR"),
                quantity("1.5", "HUR"),
                quantity("2500", "X4G"),
            ]
        });
        assert_eq!(
            said,
            [
                "−12.345.678,123",
                "1.234,56\u{a0}€",
                "−1.190,00\u{a0}CHF",
                "1234,50",
                "25,5\u{a0}%",
                "3. März 2026",
                "3. März",
                "30. Nov.",
                "Dezember",
                "1,00 Stunde",
                "1,5 Stunden",
                "2.500 X4G",
            ]
        );
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let moment: Timestamp = "2026-07-04T13:05:59Z".parse().unwrap();
        let said = speaking(Language::German, || moment_of(moment, &berlin));
        assert_eq!(said, "4. Juli 2026, 15:05 MESZ");
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
