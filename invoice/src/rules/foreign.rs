//! What a stranger's document says, or fails to say, that a [`Document`] cannot hold.
//!
//! A `Document` always has a date, sums and one set of payment instructions. A stranger's may lack them or have
//! several, and the official rules judge what is written, in UBL by other words than in CII. Whoever reads a syntax
//! hands these facts over beside the document, and [`super::check_foreign`] judges both together.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::payment::PaymentInstructions;

/// The syntax whose official rules judge a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// A UBL 2.1 `Invoice`.
    UblInvoice,
    /// A UBL 2.1 `CreditNote`, which has type codes (BT-3) of its own.
    UblCreditNote,
    /// CII D16B.
    Cii,
}

/// Which of the rules a document's specification identifier (BT-24) leaves in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// EN 16931 itself, and whatever only narrows it.
    En16931,
    /// XRechnung 3.0.
    XRechnung,
    /// Its extension, which widens some code lists and adds payments for third parties.
    XRechnungExtension,
    /// XRechnung for the Clean Vehicles Directive, which has a code list of its own for vehicles.
    XRechnungCvd,
    /// Factur-X EXTENDED, which replaces the rules on sums by its own, with more play.
    Extended,
    /// Factur-X BASIC WL: no lines, and so no invoice of EN 16931.
    BasicWl,
    /// Factur-X MINIMUM: what a booking needs, and no invoice of EN 16931.
    Minimum,
}

impl Profile {
    /// The profile of a document with this BT-24. Factur-X is CII only.
    pub fn of(specification: &str, binding: Binding) -> Self {
        let Some(rest) = specification.trim().strip_prefix("urn:cen.eu:en16931:2017") else {
            return match specification.trim() {
                "urn:factur-x.eu:1p0:minimum" if binding == Binding::Cii => Self::Minimum,
                "urn:factur-x.eu:1p0:basicwl" if binding == Binding::Cii => Self::BasicWl,
                _ => Self::En16931,
            };
        };
        if rest == "#conformant#urn:factur-x.eu:1p0:extended" && binding == Binding::Cii {
            return Self::Extended;
        }
        match rest.strip_prefix("#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0") {
            Some("") => Self::XRechnung,
            Some("#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0") => Self::XRechnungExtension,
            Some("#compliant#urn:xeinkauf.de:kosit:xrechnung:cvd_0.9") => Self::XRechnungCvd,
            _ => Self::En16931,
        }
    }

    /// Whether the profile takes a breach of this rule for worth a look only, as `KoSIT`'s scenarios (2.6.0) say.
    pub(super) fn tolerates(self, rule: &str, binding: Binding) -> bool {
        const EXTENSION: [&str; 6] = ["BR-CL-10", "BR-CL-11", "BR-CL-21", "BR-CL-24", "BR-CL-25", "BR-CL-26"];
        match self {
            Self::XRechnung => matches!(rule, "BR-CL-21" | "BR-CL-23"),
            Self::XRechnungCvd => matches!(rule, "BR-CL-13" | "BR-CL-21" | "BR-CL-23"),
            Self::XRechnungExtension => {
                rule == "BR-CL-23"
                    || EXTENSION.contains(&rule)
                    || rule == "BR-CO-16" && binding != Binding::Cii
            }
            Self::En16931 | Self::Extended | Self::BasicWl | Self::Minimum => false,
        }
    }

    /// Whether documents of this profile must keep the rule, by the profiles' own rule books (Factur-X 1.09).
    pub(super) fn has(self, rule: &str) -> bool {
        const MINIMUM: [&str; 18] = [
            "BR-01",
            "BR-02",
            "BR-03",
            "BR-04",
            "BR-05",
            "BR-06",
            "BR-07",
            "BR-08",
            "BR-09",
            "BR-13",
            "BR-14",
            "BR-15",
            "BR-CO-09",
            "BR-CO-26",
            "BR-DEC-12",
            "BR-DEC-13",
            "BR-DEC-14",
            "BR-DEC-18",
        ];
        // All that speaks of lines, and what only EN 16931 asks for.
        const NOT_BASIC_WL: [&str; 30] = [
            "BR-16",
            "BR-21",
            "BR-22",
            "BR-23",
            "BR-24",
            "BR-25",
            "BR-26",
            "BR-27",
            "BR-28",
            "BR-30",
            "BR-41",
            "BR-42",
            "BR-43",
            "BR-44",
            "BR-51",
            "BR-52",
            "BR-54",
            "BR-64",
            "BR-65",
            "BR-CO-04",
            "BR-CO-10",
            "BR-CO-20",
            "BR-CO-23",
            "BR-CO-24",
            "BR-DEC-23",
            "BR-DEC-24",
            "BR-DEC-25",
            "BR-DEC-27",
            "BR-DEC-28",
            "BR-O-12",
        ];
        const NOT_EXTENDED: [&str; 31] = [
            "BR-22", "BR-23", "BR-24", "BR-26", "BR-27", "BR-28", "BR-38", "BR-44", "BR-54", "BR-AF-10",
            "BR-AG-10", "BR-CO-04", "BR-CO-10", "BR-CO-11", "BR-CO-12", "BR-CO-13", "BR-CO-15", "BR-CO-16",
            "BR-CO-17", "BR-CO-22", "BR-CO-24", "BR-O-02", "BR-O-03", "BR-O-04", "BR-O-11", "BR-O-12",
            "BR-O-13", "BR-O-14", "BR-S-09", "BR-S-10", "BR-Z-10",
        ];
        let family = |ending: &str| {
            let category = rule.strip_prefix("BR-").and_then(|rest| rest.strip_suffix(ending));
            category.is_some_and(|c| {
                !c.is_empty() && c.bytes().all(|b| b.is_ascii_uppercase()) && c != "CO" && c != "B"
            })
        };
        let code = rule.starts_with("BR-CL-");
        match self {
            Self::En16931 | Self::XRechnung | Self::XRechnungExtension | Self::XRechnungCvd => true,
            Self::Minimum => MINIMUM.contains(&rule),
            Self::BasicWl => {
                let by_line = ["-01", "-02", "-05", "-08"].into_iter().any(family);
                !code && !by_line && !rule.starts_with("BR-B-") && !NOT_BASIC_WL.contains(&rule)
            }
            Self::Extended => {
                let own = ["-01", "-08"].into_iter().any(family);
                !code && !own && !NOT_EXTENDED.contains(&rule)
            }
        }
    }
}

/// A VAT total (BT-110, BT-111) as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatTotal {
    /// Its currency, if it says one.
    pub currency: Option<String>,
    /// The amount; `None` if it is missing or no number.
    pub amount: Option<Decimal>,
    /// Where breakdowns stand within a total (UBL): the sum of their VAT amounts.
    pub broken_down: Option<Option<Decimal>>,
}

/// A code of a closed list, at any place where the official rules look for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The rule, such as `BR-CL-14`.
    pub rule: &'static str,
    /// The business term, such as `BT-40`.
    pub term: &'static str,
    /// Which line, allowance, charge or breakdown.
    pub index: Option<usize>,
    /// The code as it is written; may be empty.
    pub code: String,
}

/// The facts beside a stranger's [`Document`](crate::Document). In that document a text that is there and empty is
/// `Some` empty text, and what is there and says nothing is `Some` default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// Whose words the rules are judged by.
    pub binding: Binding,
    /// What the document promises to follow.
    pub profile: Profile,
    /// Terms and groups the document lacks, although it should have them or the [`Document`](crate::Document) shows
    /// a default; with the line, allowance, charge, breakdown or payment they are missed in.
    pub absent: BTreeSet<(&'static str, Option<usize>)>,
    /// BT-5 as it is written.
    pub currency: Option<String>,
    /// BT-6 as it is written, also if it repeats BT-5.
    pub accounting_currency: Option<String>,
    /// All VAT totals, in document order.
    pub vat_totals: Vec<VatTotal>,
    /// Each of the payment means (BG-16) by itself.
    pub payments: Vec<PaymentInstructions>,
    /// All codes of closed lists.
    pub codes: Vec<Code>,
}

impl Foreign {
    /// Whether the rule is in force, and what it looks at is there.
    pub(super) fn judges(&self, rule: &str) -> bool {
        const ON_TOTALS: [&str; 9] =
            ["BR-12", "BR-13", "BR-14", "BR-15", "BR-CO-10", "BR-CO-11", "BR-CO-12", "BR-CO-13", "BR-CO-16"];
        // In the text of EN 16931-1, and suspended in the artefacts: orders and framework agreements may say when to pay.
        if rule == "BR-CO-25" {
            return false;
        }
        let without_totals = self.absent.contains(&("BG-22", None));
        self.profile.has(rule) && !(without_totals && ON_TOTALS.contains(&rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_keeps_the_rules_of_its_own_rule_book() {
        let kept = |profile: Profile| super::super::ids().filter(|id| profile.has(id)).count();
        assert_eq!(kept(Profile::En16931), super::super::ids().count());
        assert_eq!(kept(Profile::Minimum), 18);
        for (profile, rule, has) in [
            (Profile::BasicWl, "BR-S-09", true),
            (Profile::BasicWl, "BR-S-08", false),
            (Profile::BasicWl, "BR-CO-13", true),
            (Profile::Extended, "BR-CO-13", false),
            (Profile::Extended, "BR-S-05", true),
            (Profile::Extended, "BR-O-01", false),
            (Profile::Minimum, "BR-CO-15", false),
        ] {
            assert_eq!(profile.has(rule), has, "{profile:?} {rule}");
        }
    }
}
