//! From what a page was made, in short marks: after somebody else saved, they tell what was changed here, what there, and
//! what in both places. Nothing is decided by a mark alone that the person does not see.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::rows::{self, Row, Table};
use super::{Editor, adjustments, lines};
use crate::Form;
use crate::invoices::decimal::decimal;

/// The fields that stand alone.
pub(super) const FIELDS: [&str; 8] = [
    "customer",
    "delivery_date",
    "due_date",
    "buyer_reference",
    "payee",
    "payment_terms",
    "note",
    "exemption_reason",
];

/// The marks of a stored draft as its form shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::invoices) struct Base {
    /// As [`FIELDS`].
    pub(super) fields: Vec<String>,
    /// Of the discounts and charges on everything.
    pub(super) allowances: String,
    /// Of each line with its discounts and charges.
    pub(super) lines: Vec<String>,
}

impl Base {
    /// Of a form as it is filled from a draft.
    pub(in crate::invoices) fn of(form: &Form<Editor>) -> Self {
        Self {
            fields: FIELDS.iter().map(|name| mark([form.text(name)])).collect(),
            allowances: mark_of_rows(&filled(form, &adjustments::ALLOWANCES)),
            lines: written(form).iter().map(|line| line.mark.clone()).collect(),
        }
    }

    /// As the page sends it along.
    pub(in crate::invoices) fn to_text(&self) -> String {
        [self.fields.join("."), self.allowances.clone(), self.lines.join(".")].join(";")
    }

    /// Read from a form. A page always sends one; with anything else, all that differs is asked about.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let marks = |text: &str| text.split('.').filter(|mark| !mark.is_empty()).map(str::to_owned).collect();
        let [fields, allowances, lines] = text.split(';').collect::<Vec<_>>().try_into().ok()?;
        let base = Self { fields: marks(fields), allowances: allowances.to_owned(), lines: marks(lines) };
        (base.fields.len() == FIELDS.len()).then_some(base)
    }
}

/// A line of a form with its discounts and charges.
pub(super) struct Written {
    pub(super) row: Row,
    pub(super) parts: Vec<Row>,
    pub(super) mark: String,
}

/// The lines in which something is typed.
pub(super) fn written(form: &Form<Editor>) -> Vec<Written> {
    let mut parts = filled(form, &adjustments::LINE_ALLOWANCES);
    let lines = filled(form, &lines::LINES).into_iter();
    lines
        .map(|row| {
            let number = row.number.to_string();
            let (own, rest) = parts.drain(..).partition(|part| part.cell("line_allowance_line") == number);
            parts = rest;
            let mark = mark(cells(&row).chain([mark_of_rows(&own)]));
            Written { row, parts: own, mark }
        })
        .collect()
}

/// The rows in which something is typed, whether it can be read or not.
pub(super) fn filled(form: &Form<Editor>, table: &Table) -> Vec<Row> {
    rows::rows(form, table).into_iter().filter(|row| !row.is_empty(table)).collect()
}

pub(super) fn mark_of_rows(rows: &[Row]) -> String {
    mark(rows.iter().flat_map(cells))
}

/// What people see of a row, column by column.
fn cells(row: &Row) -> impl Iterator<Item = String> {
    row.cells().filter(|(column, _)| !is_hidden(column)).map(|(column, cell)| plain(column, cell))
}

fn is_hidden(column: &str) -> bool {
    column.ends_with("_origin") || column == "line_allowance_line"
}

/// A cell without what makes no difference: `1.250,00` is `1250`.
pub(super) fn plain(column: &str, cell: &str) -> String {
    let is_number = ["quantity", "unit_price"].contains(&column)
        || ["_percent", "_amount"].iter().any(|ending| column.ends_with(ending));
    match decimal(cell) {
        Ok(number) if is_number => number.normalize().to_string(),
        _ => cell.trim().to_owned(),
    }
}

/// Each part with its length, so that no two look alike. A person looks at what follows from it, so it is short.
pub(super) fn mark(parts: impl IntoIterator<Item = String>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    HEXLOWER.encode(&hash.finalize()[..4])
}
