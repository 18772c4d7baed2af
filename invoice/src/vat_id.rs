//! VAT identifiers (BT-31, BT-48, BT-63): the country's prefix (BR-CO-09) and the shape that country gives them.
//!
//! The shapes are those of the EU's VIES, and of GB, CH, NO and XI. Only the shape is checked: whether an identifier
//! is given to somebody only the tax office knows.

use crate::codelists::COUNTRIES;

/// `9` is a digit, `A` a letter, `*` either, anything else stands for itself. Sorted by prefix.
const SHAPES: &[(&str, &[&str])] = &[
    ("AT", &["U99999999"]),
    ("BE", &["9999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CH", &["E999999999", "E999999999MWST", "E999999999TVA", "E999999999IVA"]),
    ("CY", &["99999999A"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["*9999999*"]),
    ("FI", &["99999999"]),
    ("FR", &["**999999999"]),
    ("GB", &["999999999", "999999999999", "GD999", "HA999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9999999A", "9999999AA", "9A99999A", "9+99999A"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["999999999B99"]),
    ("NO", &["999999999", "999999999MVA"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];

/// Most characters of an identifier whose country's shape is not in the table.
const LONGEST: usize = 20;

/// Why a text is no VAT identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VatIdError {
    /// BR-CO-09.
    #[error("a VAT identifier starts with the two letters of its country, such as DE, and EL for Greece")]
    Prefix,
    /// The country's shape is known, and this is another.
    #[error("a VAT identifier of {country} looks like {country}{example}")]
    Shape {
        /// The prefix.
        country: &'static str,
        /// The usual shape with digits for `9` and letters for `A`.
        example: String,
    },
    /// Empty after the prefix, too long, or with other signs.
    #[error("after the country a VAT identifier has 2 to 18 letters and digits")]
    Characters,
}

/// A VAT identifier of right shape, in capitals, without spaces, dots and hyphens. `Debug` shows the country only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VatId(String);

impl VatId {
    /// Reads an identifier as people write it.
    ///
    /// # Errors
    /// [`VatIdError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, VatIdError> {
        let written = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'));
        let id: String = written.take(LONGEST + 1).map(|c| c.to_ascii_uppercase()).collect();
        let (prefix, rest) = id.split_at_checked(2).ok_or(VatIdError::Prefix)?;
        if prefix == "GR" || (prefix != "EL" && !COUNTRIES.holds(prefix)) {
            return Err(VatIdError::Prefix);
        }
        if let Ok(row) = SHAPES.binary_search_by_key(&prefix, |(country, _)| *country) {
            let (country, shapes) = SHAPES[row];
            if !shapes.iter().any(|shape| fits(shape, rest)) {
                return Err(VatIdError::Shape { country, example: example(shapes[0]) });
            }
        } else if id.len() > LONGEST || rest.len() < 2 || !rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(VatIdError::Characters);
        }
        Ok(Self(id))
    }

    /// Prefix and number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefix: ISO 3166-1 alpha-2, but `EL` for Greece, and `XI` for Northern Ireland.
    pub fn prefix(&self) -> &str {
        &self.0[..2]
    }
}

impl std::fmt::Debug for VatId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VatId({} …)", self.prefix())
    }
}

impl std::str::FromStr for VatId {
    type Err = VatIdError;
    fn from_str(text: &str) -> Result<Self, VatIdError> {
        Self::parse(text)
    }
}

fn fits(shape: &str, rest: &str) -> bool {
    shape.len() == rest.len()
        && shape.bytes().zip(rest.bytes()).all(|(s, b)| match s {
            b'9' => b.is_ascii_digit(),
            b'A' => b.is_ascii_uppercase(),
            b'*' => b.is_ascii_alphanumeric(),
            _ => b == s,
        })
}

/// `U99999999` becomes `U12345678`.
fn example(shape: &str) -> String {
    let mut digits = "1234567890".chars().cycle();
    shape.chars().map(|c| if matches!(c, '9' | '*') { digits.next().unwrap_or('0') } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_shapes_are_sorted_by_prefix() {
        assert!(SHAPES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn identifiers_are_read_as_people_write_them() {
        for (text, read) in [
            ("DE 123 456 789", "DE123456789"),
            ("atu12345678", "ATU12345678"),
            ("NL123456789B01", "NL123456789B01"),
            ("ESX1234567X", "ESX1234567X"),
            ("FRXX123456789", "FRXX123456789"),
            ("CHE-123.456.789 MWST", "CHE123456789MWST"),
            ("EL123456789", "EL123456789"),
            ("RO12", "RO12"),
            ("US12-3456789", "US123456789"),
        ] {
            assert_eq!(VatId::parse(text).unwrap().as_str(), read);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, message) in [
            (
                "123456789",
                "a VAT identifier starts with the two letters of its country, such as DE, and EL for Greece",
            ),
            (
                "GR123456789",
                "a VAT identifier starts with the two letters of its country, such as DE, and EL for Greece",
            ),
            (
                "",
                "a VAT identifier starts with the two letters of its country, such as DE, and EL for Greece",
            ),
            (
                "é",
                "a VAT identifier starts with the two letters of its country, such as DE, and EL for Greece",
            ),
            ("DE12345678", "a VAT identifier of DE looks like DE123456789"),
            ("AT123456789", "a VAT identifier of AT looks like ATU12345678"),
            ("US", "after the country a VAT identifier has 2 to 18 letters and digits"),
            ("US1234567890123456789", "after the country a VAT identifier has 2 to 18 letters and digits"),
            ("US<script>", "after the country a VAT identifier has 2 to 18 letters and digits"),
        ] {
            assert_eq!(VatId::parse(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    proptest! {
        #[test]
        fn hostile_text_is_refused_without_panic(text in "\\PC*") {
            let _ = VatId::parse(&text);
        }
    }
}
