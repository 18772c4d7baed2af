//! Allowances and charges of the document (BG-20, BG-21) and of its lines (BG-27, BG-28): discounts and surcharges.

use counterfoil_invoice::line::{LineAllowance, LineCharge};
use counterfoil_invoice::vat::{DocumentAllowance, DocumentCharge};
use counterfoil_invoice::{Amount, Content, InvoiceLine, Percentage, VatCategory};
use rust_decimal::Decimal;

use super::Editor;
use super::lines::MOST_LINES;
use super::rows::{Row, Table, filled};
use super::vat::{read_vat, vat_value};
use crate::Form;
use crate::invoices::decimal::decimal;
use crate::language::Text;
use crate::ui::{self, t};

/// Those of the document.
pub(super) const ALLOWANCES: Table = Table {
    columns: &[
        "allowance_origin",
        "allowance_kind",
        "allowance_percent",
        "allowance_amount",
        "allowance_reason",
        "allowance_vat",
    ],
    chosen: &["allowance_origin", "allowance_kind", "allowance_vat"],
    foreign: "rows-foreign-adjustment",
};

/// Those of lines; each names the row of its line, counted from 1.
pub(super) const LINE_ALLOWANCES: Table = Table {
    columns: &[
        "line_allowance_line",
        "line_allowance_origin",
        "line_allowance_kind",
        "line_allowance_percent",
        "line_allowance_amount",
        "line_allowance_reason",
    ],
    chosen: &["line_allowance_line", "line_allowance_origin", "line_allowance_kind"],
    foreign: "rows-foreign-adjustment-of-line",
};

/// Lowers or raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Allowance,
    Charge,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Allowance => "allowance",
            Self::Charge => "charge",
        }
    }

    fn read(word: &str) -> Result<Self, Text> {
        match word {
            "allowance" => Ok(Self::Allowance),
            "charge" => Ok(Self::Charge),
            _ => Err(t("adjustment-choose")),
        }
    }
}

/// What all four have in common.
#[derive(Debug, Clone, Default, PartialEq)]
struct Sum {
    amount: Amount,
    base_amount: Option<Amount>,
    percentage: Option<Percentage>,
    reason: Option<String>,
    reason_code: Option<String>,
}

macro_rules! sums {
    ($($name:ident),+) => { $(
        impl From<&$name> for Sum {
            fn from(from: &$name) -> Self {
                Self {
                    amount: from.amount,
                    base_amount: from.base_amount,
                    percentage: from.percentage,
                    reason: from.reason.clone(),
                    reason_code: from.reason_code.clone(),
                }
            }
        }
    )+ };
}
sums!(DocumentAllowance, DocumentCharge, LineAllowance, LineCharge);

impl Sum {
    /// The cells percent, amount and reason. An amount that follows from the percentage is not shown.
    fn cells(&self) -> [String; 3] {
        let is_computed = self.percentage.is_some() && self.amount.0.is_zero();
        [
            self.percentage.map(ui::typed).unwrap_or_default(),
            if is_computed { String::new() } else { ui::typed(self.amount) },
            self.reason.clone().unwrap_or_default(),
        ]
    }
}

/// Puts those of the document into the form.
pub(super) fn fill_document(mut form: Form<Editor>, content: &Content) -> Form<Editor> {
    let allowances = content
        .allowances
        .iter()
        .enumerate()
        .map(|(at, a)| (Kind::Allowance, at, Sum::from(a), vat_value(&a.vat_category, a.vat_rate)));
    let charges = content
        .charges
        .iter()
        .enumerate()
        .map(|(at, c)| (Kind::Charge, at, Sum::from(c), vat_value(&c.vat_category, c.vat_rate)));
    for (kind, at, sum, vat) in allowances.chain(charges) {
        let [percent, amount, reason] = sum.cells();
        form = form
            .with("allowance_origin", format!("{}-{at}", kind.word()))
            .with("allowance_kind", kind.word())
            .with("allowance_percent", percent)
            .with("allowance_amount", amount)
            .with("allowance_reason", reason)
            .with("allowance_vat", vat);
    }
    form
}

/// Puts those of the line in row `number` into the form.
pub(super) fn fill_line(mut form: Form<Editor>, number: usize, line: &InvoiceLine) -> Form<Editor> {
    let allowances = line.allowances.iter().enumerate().map(|(at, a)| (Kind::Allowance, at, Sum::from(a)));
    let charges = line.charges.iter().enumerate().map(|(at, c)| (Kind::Charge, at, Sum::from(c)));
    for (kind, at, sum) in allowances.chain(charges) {
        let [percent, amount, reason] = sum.cells();
        form = form
            .with("line_allowance_line", number)
            .with("line_allowance_origin", format!("{}-{at}", kind.word()))
            .with("line_allowance_kind", kind.word())
            .with("line_allowance_percent", percent)
            .with("line_allowance_amount", amount)
            .with("line_allowance_reason", reason);
    }
    form
}

/// An empty row for the document.
pub(super) fn empty(form: Form<Editor>) -> Form<Editor> {
    let form = form.with("allowance_origin", "").with("allowance_kind", Kind::Allowance.word());
    let form = form.with("allowance_percent", "").with("allowance_amount", "");
    form.with("allowance_reason", "").with("allowance_vat", "")
}

/// An empty row for the line in row `number`.
pub(super) fn empty_of_line(form: Form<Editor>, number: usize) -> Form<Editor> {
    let form = form.with("line_allowance_line", number).with("line_allowance_origin", "");
    let form = form.with("line_allowance_kind", Kind::Allowance.word()).with("line_allowance_percent", "");
    form.with("line_allowance_amount", "").with("line_allowance_reason", "")
}

/// Reads those of the document; the lines are read already.
pub(super) fn read_document(form: &mut Form<Editor>, content: &mut Content) {
    let Some(rows) = filled(form, &ALLOWANCES, MOST_LINES) else { return };
    let (old_allowances, old_charges) =
        (std::mem::take(&mut content.allowances), std::mem::take(&mut content.charges));
    let mut taken = Vec::new();
    for row in rows {
        let stored = |kind, at: usize| match kind {
            Kind::Allowance => old_allowances.get(at).map(Sum::from),
            Kind::Charge => old_charges.get(at).map(Sum::from),
        };
        let Some((kind, sum)) = read(form, &ALLOWANCES, "allowance", &row, stored, &mut taken) else {
            continue;
        };
        let Some((vat_category, vat_rate)) = vat(form, &row, &content.lines) else { continue };
        let Sum { amount, base_amount, percentage, reason, reason_code } = sum;
        match kind {
            Kind::Allowance => content.allowances.push(DocumentAllowance {
                amount,
                base_amount,
                percentage,
                vat_category,
                vat_rate,
                reason,
                reason_code,
            }),
            Kind::Charge => content.charges.push(DocumentCharge {
                amount,
                base_amount,
                percentage,
                vat_category,
                vat_rate,
                reason,
                reason_code,
            }),
        }
    }
}

/// Reads those of lines. `lines` holds each line that was read with the number of its row.
pub(super) fn read_lines(form: &mut Form<Editor>, lines: &mut [(usize, InvoiceLine)]) {
    let Some(rows) = filled(form, &LINE_ALLOWANCES, MOST_LINES) else { return };
    let stored: Vec<_> = lines
        .iter_mut()
        .map(|(number, line)| {
            (*number, std::mem::take(&mut line.allowances), std::mem::take(&mut line.charges))
        })
        .collect();
    let mut taken = Vec::new();
    for row in rows {
        let number = row.cell("line_allowance_line").parse::<usize>().unwrap_or(0);
        // Of a line that was left empty or could not be read: there is nothing to lower.
        let Some(at) = lines.iter().position(|(of, _)| *of == number) else { continue };
        let (_, old_allowances, old_charges) = &stored[at];
        let stored = |kind, at: usize| match kind {
            Kind::Allowance => old_allowances.get(at).map(Sum::from),
            Kind::Charge => old_charges.get(at).map(Sum::from),
        };
        let mut taken_of_line: Vec<_> =
            taken.iter().filter(|(of, _)| *of == at).map(|(_, origin)| *origin).collect();
        let before = taken_of_line.len();
        let read = read(form, &LINE_ALLOWANCES, "line_allowance", &row, stored, &mut taken_of_line);
        taken.extend(taken_of_line.drain(before..).map(|origin| (at, origin)));
        let Some((kind, sum)) = read else { continue };
        let Sum { amount, base_amount, percentage, reason, reason_code } = sum;
        let line = &mut lines[at].1;
        match kind {
            Kind::Allowance => {
                line.allowances.push(LineAllowance { amount, base_amount, percentage, reason, reason_code });
            }
            Kind::Charge => {
                line.charges.push(LineCharge { amount, base_amount, percentage, reason, reason_code });
            }
        }
    }
}

/// One row on top of what it was made from, without which it is new.
fn read(
    form: &mut Form<Editor>,
    table: &Table,
    prefix: &str,
    row: &Row,
    stored: impl Fn(Kind, usize) -> Option<Sum>,
    taken: &mut Vec<(Kind, usize)>,
) -> Option<(Kind, Sum)> {
    let column = |name: &str| format!("{prefix}_{name}");
    let kind = row.read(form, &column("kind"), Kind::read)?;
    let mut sum = match row.cell(&column("origin")) {
        "" => Sum::default(),
        origin => {
            let origin = origin
                .split_once('-')
                .and_then(|(kind, at)| Some((Kind::read(kind).ok()?, at.parse::<usize>().ok()?)))
                .filter(|origin| !taken.contains(origin));
            let Some((origin, sum)) = origin.and_then(|(kind, at)| Some(((kind, at), stored(kind, at)?)))
            else {
                form.refuse("", t(table.foreign).with("row", row.number));
                return None;
            };
            taken.push(origin);
            if origin.0 == kind { sum } else { Sum::default() }
        }
    };
    let percent = column("percent");
    let (has_percent, has_amount) =
        (!row.cell(&percent).trim().is_empty(), !row.cell(&column("amount")).trim().is_empty());
    if !has_percent && !has_amount {
        row.refuse(form, &percent, t("adjustment-empty"));
        return None;
    }
    let percentage = row.read(form, &percent, optional)?.map(Percentage);
    let amount = row.read(form, &column("amount"), optional)?.map(Amount).unwrap_or_default();
    if (sum.percentage, sum.amount) != (percentage, amount) {
        (sum.percentage, sum.amount, sum.base_amount) = (percentage, amount, None);
    }
    sum.reason = Some(row.cell(&column("reason")).trim().to_owned()).filter(|reason| !reason.is_empty());
    Some((kind, sum))
}

fn optional(text: &str) -> Result<Option<Decimal>, Text> {
    if text.trim().is_empty() { Ok(None) } else { decimal(text).map(Some) }
}

/// The VAT it lowers or raises: as chosen, or as that of all lines if they agree.
fn vat(
    form: &mut Form<Editor>,
    row: &Row,
    lines: &[InvoiceLine],
) -> Option<(VatCategory, Option<Percentage>)> {
    if !row.cell("allowance_vat").trim().is_empty() {
        return row.read(form, "allowance_vat", read_vat);
    }
    let mut all = lines.iter().map(|line| (line.vat_category.clone(), line.vat_rate));
    let first = all.next();
    match first {
        Some(first) if all.all(|other| other == first) => Some(first),
        _ => {
            row.refuse(form, "allowance_vat", t("adjustment-vat"));
            None
        }
    }
}
