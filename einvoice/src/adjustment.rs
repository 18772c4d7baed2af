//! Allowances and charges of document and line are one thing to both syntaxes.

use counterfoil_invoice::line::{LineAllowance, LineCharge};
use counterfoil_invoice::vat::{DocumentAllowance, DocumentCharge};
use counterfoil_invoice::{Amount, Content, InvoiceLine, Percentage, VatCategory};

/// The terms of one of BG-20, BG-21, BG-27 and BG-28.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) amount: &'static str,
    pub(crate) base_amount: &'static str,
    pub(crate) percentage: &'static str,
    pub(crate) vat_category: &'static str,
    pub(crate) vat_rate: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) reason_code: &'static str,
}

const fn terms(ids: [&'static str; 7]) -> Terms {
    let [amount, base_amount, percentage, vat_category, vat_rate, reason, reason_code] = ids;
    Terms { amount, base_amount, percentage, vat_category, vat_rate, reason, reason_code }
}

const DOCUMENT_ALLOWANCE: Terms = terms(["BT-92", "BT-93", "BT-94", "BT-95", "BT-96", "BT-97", "BT-98"]);
const DOCUMENT_CHARGE: Terms = terms(["BT-99", "BT-100", "BT-101", "BT-102", "BT-103", "BT-104", "BT-105"]);
const LINE_ALLOWANCE: Terms = terms(["BT-136", "BT-137", "BT-138", "BG-27", "BG-27", "BT-139", "BT-140"]);
const LINE_CHARGE: Terms = terms(["BT-141", "BT-142", "BT-143", "BG-28", "BG-28", "BT-144", "BT-145"]);

/// Where an adjustment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Document,
    Line,
}

/// Allowance or charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Allowance,
    Charge,
}

impl Kind {
    /// As `ChargeIndicator` has it.
    pub(crate) fn indicator(self) -> &'static str {
        if self == Self::Charge { "true" } else { "false" }
    }

    /// What `ChargeIndicator` says.
    pub(crate) fn from_indicator(charge: bool) -> Self {
        if charge { Self::Charge } else { Self::Allowance }
    }

    /// The group that the next of the document is read as.
    pub(crate) fn next_group(self, content: &Content) -> (&'static str, usize) {
        match self {
            Self::Allowance => ("BG-20", content.allowances.len()),
            Self::Charge => ("BG-21", content.charges.len()),
        }
    }
}

/// One allowance or charge.
pub(crate) struct Adjustment {
    pub(crate) kind: Kind,
    pub(crate) terms: &'static Terms,
    pub(crate) amount: Amount,
    pub(crate) base_amount: Option<Amount>,
    pub(crate) percentage: Option<Percentage>,
    pub(crate) reason: Option<String>,
    pub(crate) reason_code: Option<String>,
    /// Category and rate; `None` on a line, which has its own.
    pub(crate) vat: Option<(VatCategory, Option<Percentage>)>,
}

impl Adjustment {
    /// Adds it to the document: BG-20 or BG-21.
    pub(crate) fn add_to_document(self, content: &mut Content) {
        match self.kind {
            Kind::Allowance => content.allowances.push(self.into()),
            Kind::Charge => content.charges.push(self.into()),
        }
    }

    /// Adds it to the line: BG-27 or BG-28.
    pub(crate) fn add_to_line(self, line: &mut InvoiceLine) {
        match self.kind {
            Kind::Allowance => line.allowances.push(self.into()),
            Kind::Charge => line.charges.push(self.into()),
        }
    }
}

/// The terms of a group.
pub(crate) fn terms_of(level: Level, kind: Kind) -> &'static Terms {
    match (level, kind) {
        (Level::Document, Kind::Allowance) => &DOCUMENT_ALLOWANCE,
        (Level::Document, Kind::Charge) => &DOCUMENT_CHARGE,
        (Level::Line, Kind::Allowance) => &LINE_ALLOWANCE,
        (Level::Line, Kind::Charge) => &LINE_CHARGE,
    }
}

macro_rules! document_level {
    ($group:ident, $kind:expr, $terms:expr) => {
        impl From<&$group> for Adjustment {
            fn from(group: &$group) -> Self {
                let group = group.clone();
                Self {
                    kind: $kind,
                    terms: $terms,
                    amount: group.amount,
                    base_amount: group.base_amount,
                    percentage: group.percentage,
                    reason: group.reason,
                    reason_code: group.reason_code,
                    vat: Some((group.vat_category, group.vat_rate)),
                }
            }
        }

        impl From<Adjustment> for $group {
            fn from(from: Adjustment) -> Self {
                let (vat_category, vat_rate) = from.vat.unwrap_or_default();
                let Adjustment { amount, base_amount, percentage, reason, reason_code, .. } = from;
                Self { amount, base_amount, percentage, vat_category, vat_rate, reason, reason_code }
            }
        }
    };
}

macro_rules! line_level {
    ($group:ident, $kind:expr, $terms:expr) => {
        impl From<&$group> for Adjustment {
            fn from(group: &$group) -> Self {
                let $group { amount, base_amount, percentage, reason, reason_code } = group.clone();
                let (kind, terms) = ($kind, $terms);
                Self { kind, terms, amount, base_amount, percentage, reason, reason_code, vat: None }
            }
        }

        impl From<Adjustment> for $group {
            fn from(from: Adjustment) -> Self {
                let Adjustment { amount, base_amount, percentage, reason, reason_code, .. } = from;
                Self { amount, base_amount, percentage, reason, reason_code }
            }
        }
    };
}

document_level!(DocumentAllowance, Kind::Allowance, &DOCUMENT_ALLOWANCE);
document_level!(DocumentCharge, Kind::Charge, &DOCUMENT_CHARGE);
line_level!(LineAllowance, Kind::Allowance, &LINE_ALLOWANCE);
line_level!(LineCharge, Kind::Charge, &LINE_CHARGE);

/// BG-20, then BG-21.
pub(crate) fn of_document(content: &Content) -> impl Iterator<Item = Adjustment> {
    content.allowances.iter().map(Adjustment::from).chain(content.charges.iter().map(Adjustment::from))
}

/// BG-27, then BG-28.
pub(crate) fn of_line(line: &InvoiceLine) -> impl Iterator<Item = Adjustment> {
    line.allowances.iter().map(Adjustment::from).chain(line.charges.iter().map(Adjustment::from))
}
