//! The code lists of EN 16931, as its validation artefacts 1.3.16 (30 March 2026) accept them.
//!
//! The lists grow twice a year; to renew one, replace its codes, keep them sorted and change the date above.
//! Where the artefacts for UBL and CII differ, the UBL list stands here: country `SS` and no `AN`.

mod cef;
mod iso;
mod measures;
mod untdid;

pub use cef::{ATTACHMENT_TYPES, ELECTRONIC_ADDRESS_SCHEMES, EXEMPTION_REASONS};
pub use iso::{COUNTRIES, CURRENCIES, IDENTIFIER_SCHEMES};
pub use measures::UNITS;
pub use untdid::{
    ALLOWANCE_REASONS, CHARGE_REASONS, DOCUMENT_TYPES, ITEM_CLASSIFICATIONS, NOTE_SUBJECTS, PAYMENT_MEANS,
    REFERENCE_QUALIFIERS, TAX_POINT_DATE_CODES, TAX_POINT_DATE_CODES_CII, VAT_CATEGORIES,
};

/// A closed list of codes.
#[derive(Debug)]
pub struct CodeList {
    /// The list's own name, such as `ISO 4217`.
    pub name: &'static str,
    /// All codes, sorted by their bytes.
    pub codes: &'static [&'static str],
}

impl CodeList {
    /// Whether the list has this very code; case counts.
    pub fn holds(&self, code: &str) -> bool {
        self.codes.binary_search(&code).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_sorted_without_doubles_and_has_the_codes_of_its_release() {
        let lists = [
            (&ALLOWANCE_REASONS, 19),
            (&ATTACHMENT_TYPES, 6),
            (&CHARGE_REASONS, 178),
            (&COUNTRIES, 251),
            (&CURRENCIES, 178),
            (&DOCUMENT_TYPES, 62),
            (&ELECTRONIC_ADDRESS_SCHEMES, 104),
            (&EXEMPTION_REASONS, 88),
            (&IDENTIFIER_SCHEMES, 243),
            (&ITEM_CLASSIFICATIONS, 185),
            (&NOTE_SUBJECTS, 401),
            (&PAYMENT_MEANS, 84),
            (&REFERENCE_QUALIFIERS, 818),
            (&TAX_POINT_DATE_CODES, 3),
            (&TAX_POINT_DATE_CODES_CII, 3),
            (&UNITS, 2162),
            (&VAT_CATEGORIES, 10),
        ];
        for (list, count) in lists {
            assert_eq!(list.codes.len(), count, "{}", list.name);
            assert!(list.codes.is_sorted_by(|a, b| a < b), "{}", list.name);
        }
    }

    #[test]
    fn a_list_holds_its_codes_and_no_part_or_other_case_of_them() {
        for (list, code, held) in [
            (&CURRENCIES, "EUR", true),
            (&CURRENCIES, "eur", false),
            (&CURRENCIES, "EU", false),
            (&CURRENCIES, "", false),
            (&UNITS, "C62", true),
            (&UNITS, "XPX", true),
            (&UNITS, "EACH", false),
            (&COUNTRIES, "XI", true),
            (&COUNTRIES, "EL", false),
        ] {
            assert_eq!(list.holds(code), held, "{} {code:?}", list.name);
        }
    }
}
