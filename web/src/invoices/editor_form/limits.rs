//! What no document may hold is not kept in a draft either. What else the rules find, the page lists.

use counterfoil_invoice::Content;
use counterfoil_invoice::limits::content_limits;

use super::Editor;
use super::adjustments::{ALLOWANCES, LINE_ALLOWANCES};
use super::lines::LINES;
use super::rows::{Row, Table, rows};
use crate::Form;
use crate::invoices::rules;

/// Whose rows a term stands in.
#[derive(Debug, Clone, Copy)]
enum Of {
    Lines,
    Allowances,
    Charges,
    /// What is wrong with those of a line is found by line.
    LineAllowances,
}

/// Refuses what is beyond the limits, at the field in which it was typed. All rows of the form are in the content.
pub(super) fn refuse_beyond(form: &mut Form<Editor>, content: &Content) {
    let [lines, all, of_lines] = [&LINES, &ALLOWANCES, &LINE_ALLOWANCES].map(|table| typed(form, table));
    for finding in content_limits(content) {
        let number = |rows: Vec<&Row>| finding.index.and_then(|at| rows.get(at).map(|row| row.number));
        let of_kind = |kind: &str| all.iter().filter(|row| row.cell("allowance_kind") == kind).collect();
        let cell = cell(finding.term).and_then(|(of, column)| {
            let number = match of {
                Of::Lines => number(lines.iter().collect()),
                Of::Allowances => number(of_kind("allowance")),
                Of::Charges => number(of_kind("charge")),
                Of::LineAllowances => {
                    let line = number(lines.iter().collect())?.to_string();
                    // The first of that line stands for all.
                    of_lines.iter().find(|row| row.cell("line_allowance_line") == line).map(|row| row.number)
                }
            };
            Some(format!("{column}-{}", number?))
        });
        form.refuse(cell.as_deref().unwrap_or(field(finding.term)), rules::said(&finding));
    }
}

fn typed(form: &Form<Editor>, table: &Table) -> Vec<Row> {
    rows(form, table).into_iter().filter(|row| !row.is_empty(table)).collect()
}

/// The column of what stands in rows.
fn cell(term: &str) -> Option<(Of, &'static str)> {
    Some(match term {
        "BT-129" => (Of::Lines, "quantity"),
        "BT-130" => (Of::Lines, "unit"),
        "BT-146" => (Of::Lines, "unit_price"),
        "BT-151" | "BT-152" => (Of::Lines, "vat"),
        "BT-153" => (Of::Lines, "item_name"),
        "BT-154" => (Of::Lines, "description"),
        "BT-92" => (Of::Allowances, "allowance_amount"),
        "BT-94" => (Of::Allowances, "allowance_percent"),
        "BT-95" | "BT-96" => (Of::Allowances, "allowance_vat"),
        "BT-97" => (Of::Allowances, "allowance_reason"),
        "BT-99" => (Of::Charges, "allowance_amount"),
        "BT-101" => (Of::Charges, "allowance_percent"),
        "BT-102" | "BT-103" => (Of::Charges, "allowance_vat"),
        "BT-104" => (Of::Charges, "allowance_reason"),
        "BT-136" | "BT-141" => (Of::LineAllowances, "line_allowance_amount"),
        "BT-138" | "BT-143" => (Of::LineAllowances, "line_allowance_percent"),
        "BT-139" | "BT-144" => (Of::LineAllowances, "line_allowance_reason"),
        _ => return None,
    })
}

/// The field of what stands in no row.
fn field(term: &str) -> &'static str {
    match term {
        "BT-9" => "due_date",
        "BT-10" => "buyer_reference",
        "BT-20" => "payment_terms",
        "BT-22" => "note",
        "BT-72" => "delivery_date",
        "BT-120" => "exemption_reason",
        _ => "",
    }
}
