//! The text of a SEPA payment QR code: EPC069-12 version 2.1, "BCD", version 002, UTF-8.

use counterfoil_invoice::{Bic, Iban};
use rust_decimal::Decimal;

/// One SEPA credit transfer in euro.
pub(crate) struct Transfer<'a> {
    pub(crate) iban: &'a Iban,
    pub(crate) bic: Option<&'a Bic>,
    pub(crate) name: &'a str,
    pub(crate) amount: Decimal,
    pub(crate) remittance: &'a str,
}

impl Transfer<'_> {
    /// The code's text, or `None` if the amount is none that the format can say (0.01 to 999,999,999.99 in cents) or
    /// nobody is named.
    pub(crate) fn text(&self) -> Option<String> {
        let cents = self.amount.normalize();
        let speakable =
            cents >= Decimal::new(1, 2) && cents <= Decimal::new(99_999_999_999, 2) && cents.scale() <= 2;
        let name = element(self.name, 70);
        if !speakable || name.is_empty() {
            return None;
        }
        let remittance = element(self.remittance, 140);
        let (structured, unstructured) = if is_creditor_reference(&remittance) {
            (remittance.replace(' ', ""), String::new())
        } else {
            (String::new(), remittance)
        };
        let bic = self.bic.map(Bic::as_str).unwrap_or_default();
        let iban = self.iban.as_str();
        Some(format!(
            "BCD\n002\n1\nSCT\n{bic}\n{name}\n{iban}\nEUR{cents:.2}\n\n{structured}\n{unstructured}"
        ))
    }
}

/// One line of at most this many characters.
fn element(text: &str, characters: usize) -> String {
    crate::text::plain(text).chars().filter(|c| !c.is_control()).take(characters).collect()
}

/// RF creditor reference (ISO 11649): banks check it, so only a right one may stand in its place.
fn is_creditor_reference(text: &str) -> bool {
    let reference: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    let formed = (5..=25).contains(&reference.len())
        && reference.starts_with(b"RF")
        && reference.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    formed
        && reference[4..].iter().chain(&reference[..4]).fold(0_u32, |rest, b| match b {
            b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
            _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
        }) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(amount: &str, name: &str, remittance: &str) -> Option<String> {
        let iban = Iban::parse("DE89 3704 0044 0532 0130 00").unwrap();
        Transfer { iban: &iban, bic: None, name, amount: amount.parse().unwrap(), remittance }.text()
    }

    #[test]
    fn a_transfer_is_written_as_the_guideline_says() {
        assert_eq!(
            text("1190.00", "Example GmbH", "2026-0042").unwrap(),
            "BCD\n002\n1\nSCT\n\nExample GmbH\nDE89370400440532013000\nEUR1190.00\n\n\n2026-0042"
        );
    }

    #[test]
    fn a_creditor_reference_has_its_own_place_only_if_its_check_digits_are_right() {
        assert!(text("1.50", "X", "RF18 5390 0754 7034").unwrap().ends_with("EUR1.50\n\nRF18539007547034\n"));
        assert!(text("1.50", "X", "RF19 5390 0754 7034").unwrap().ends_with("\n\n\nRF19 5390 0754 7034"));
    }

    #[test]
    fn amounts_the_format_cannot_say_give_no_code() {
        for amount in ["0", "-1", "0.005", "1000000000"] {
            assert_eq!(text(amount, "X", ""), None, "{amount}");
        }
        assert!(text("999999999.99", "X", "").is_some());
    }

    #[test]
    fn a_line_break_in_a_name_adds_no_element() {
        let written = text("1", "X\nDE00\r\nEUR9", "a\nb").unwrap();
        assert_eq!(written.lines().count(), 11);
        assert_eq!(written.lines().nth(5), Some("X DE00 EUR9"));
    }
}
