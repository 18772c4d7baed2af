//! How XML Schema and EN 16931 spell values.

use counterfoil_invoice::vat::VatExemption;
use counterfoil_invoice::{Document, PriceDetails, UnitPrice, VatBreakdown, VatCategory};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// BT-24 of an invoice that follows EN 16931 and nothing else.
pub(crate) const EN_16931: &str = "urn:cen.eu:en16931:2017";

/// `xs:decimal` with at most 28 digits: a sign, digits, a point; no exponent.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let plain = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    let mut value = Decimal::from_str_exact(&plain).ok()?;
    // A negative zero would be written as one, and is none.
    value.set_sign_negative(negative && !value.is_zero());
    Some(value)
}

/// `xs:date` (UBL): `2026-11-22`. The time zone that XML Schema allows says nothing on an invoice and is dropped.
pub(crate) fn xsd_date(text: &str) -> Option<Date> {
    let (day, zone) = text.split_at_checked(10)?;
    let known_zone = match zone.as_bytes() {
        [] | b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    };
    let compact: String = day.split('-').collect();
    let dashes = day.bytes().enumerate().all(|(i, b)| (b == b'-') == (i == 4 || i == 7));
    if known_zone && dashes { compact_date(&compact) } else { None }
}

/// Format 102 of UNTDID 2379 (CII): `20261122`.
pub(crate) fn compact_date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

/// BT-20 keeps the line breaks at its end (XRechnung ends each line of its discount table with one); all other
/// white space around it is layout.
pub(crate) fn payment_terms(text: &str) -> String {
    let start = text.trim_start_matches([' ', '\t', '\n', '\r']);
    let kept = start.trim_end_matches([' ', '\t', '\n', '\r']);
    let breaks = start[kept.len()..].contains('\n');
    if breaks { format!("{kept}\n") } else { kept.to_owned() }
}

/// BT-120 and BT-121 as a person states them, from the breakdown that repeats them.
pub(crate) fn exemptions(breakdown: &[VatBreakdown]) -> Vec<VatExemption> {
    let mut found: Vec<VatExemption> = Vec::new();
    for group in
        breakdown.iter().filter(|g| g.exemption_reason.is_some() || g.exemption_reason_code.is_some())
    {
        let exemption = VatExemption {
            category: group.category.clone(),
            reason: group.exemption_reason.clone(),
            reason_code: group.exemption_reason_code.clone(),
        };
        if !found.contains(&exemption) {
            found.push(exemption);
        }
    }
    found
}

/// BT-24 to write.
pub(crate) fn specification(document: &Document) -> &str {
    match document.content.process.specification.as_str() {
        "" => EN_16931,
        given => given,
    }
}

/// BT-148, given or implied: BT-146 is BT-148 less BT-147, so whoever states a discount states a gross price.
pub(crate) fn gross_price(price: &PriceDetails) -> Option<UnitPrice> {
    let implied = || price.net_price.0.checked_add(price.discount?.0).map(UnitPrice);
    price.gross_price.or_else(implied)
}

/// BT-147, given or implied by BT-148.
pub(crate) fn discount(price: &PriceDetails) -> Option<UnitPrice> {
    let implied = || price.gross_price?.0.checked_sub(price.net_price.0).map(UnitPrice);
    price.discount.or_else(implied)
}

/// A discount of zero is none: UBL cannot state a gross price without one.
pub(crate) fn some_discount(discount: Option<UnitPrice>) -> Option<UnitPrice> {
    discount.filter(|d| !d.0.is_zero())
}

/// `None` for a group that says nothing.
pub(crate) fn some_unless_default<T: Default + PartialEq>(group: T) -> Option<T> {
    (group != T::default()).then_some(group)
}

/// A category code that may be absent.
pub(crate) fn category(code: Option<String>) -> VatCategory {
    VatCategory::from_code(&code.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_what_xml_schema_says_and_nothing_more() {
        let shown = |text| decimal(text).map(|d| d.to_string());
        for (text, value) in
            [("1", "1"), ("+1.50", "1.50"), ("-.5", "-0.5"), ("5.", "5"), ("-0.00", "0.00"), ("007", "7")]
        {
            assert_eq!(shown(text).as_deref(), Some(value), "{text}");
        }
        for text in
            ["", ".", "-", "1e5", "1_000", "1,5", "0x1", "NaN", "--1", "1.2.3", "9".repeat(40).as_str()]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_whole_days_in_the_form_of_their_syntax() {
        let day = Some(jiff::civil::date(2026, 11, 22));
        assert_eq!(compact_date("20261122"), day);
        assert_eq!(xsd_date("2026-11-22"), day);
        assert_eq!(xsd_date("2026-11-22Z"), day);
        assert_eq!(xsd_date("2026-11-22+01:00"), day);
        for text in
            ["2026-11-2", "2026-11-22T00:00:00", "20261122", "2026-02-30", "2026-1-022", "２026-11-22"]
        {
            assert_eq!(xsd_date(text), None, "{text}");
        }
        for text in ["2026-11-22", "20260230", "2026112", "+2026112"] {
            assert_eq!(compact_date(text), None, "{text}");
        }
    }

    #[test]
    fn payment_terms_keep_only_the_line_break_at_their_end() {
        assert_eq!(payment_terms("\n  #SKONTO#TAGE=7#PROZENT=2.00#\n   "), "#SKONTO#TAGE=7#PROZENT=2.00#\n");
        assert_eq!(payment_terms(" net 30 days "), "net 30 days");
    }
}
