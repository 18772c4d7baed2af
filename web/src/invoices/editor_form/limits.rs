//! What no document may hold is not kept in a draft either. What else the rules find, the page lists.

use counterfoil_invoice::Content;
use counterfoil_invoice::limits::content_limits;

use super::adjustments::{ALLOWANCES, LINE_ALLOWANCES};
use super::rows::{Row, Table, rows};
use super::{Editor, LINES};
use crate::Form;

/// Refuses what is beyond the limits, at the field in which it was typed.
pub(super) fn refuse_beyond(form: &mut Form<Editor>, content: &Content) {
    let typed = |form: &Form<Editor>, table: &Table| -> Vec<Row> {
        rows(form, table).into_iter().filter(|row| !row.is_empty(table)).collect()
    };
    let (lines, all, of_lines) =
        (typed(form, &LINES), typed(form, &ALLOWANCES), typed(form, &LINE_ALLOWANCES));
    for finding in content_limits(content) {
        let at = |rows: Vec<&Row>| finding.index.and_then(|at| rows.get(at).map(|row| row.number));
        let of_kind = |kind: &str| all.iter().filter(|row| row.cell("allowance_kind") == kind).collect();
        let (table, column, number) = match finding.term {
            "BT-129" => (&LINES, "quantity", at(lines.iter().collect())),
            "BT-130" => (&LINES, "unit", at(lines.iter().collect())),
            "BT-146" => (&LINES, "unit_price", at(lines.iter().collect())),
            "BT-151" | "BT-152" => (&LINES, "vat", at(lines.iter().collect())),
            "BT-153" => (&LINES, "item_name", at(lines.iter().collect())),
            "BT-154" => (&LINES, "description", at(lines.iter().collect())),
            "BT-92" => (&ALLOWANCES, "allowance_amount", at(of_kind("allowance"))),
            "BT-99" => (&ALLOWANCES, "allowance_amount", at(of_kind("charge"))),
            "BT-94" => (&ALLOWANCES, "allowance_percent", at(of_kind("allowance"))),
            "BT-101" => (&ALLOWANCES, "allowance_percent", at(of_kind("charge"))),
            "BT-95" | "BT-96" => (&ALLOWANCES, "allowance_vat", at(of_kind("allowance"))),
            "BT-102" | "BT-103" => (&ALLOWANCES, "allowance_vat", at(of_kind("charge"))),
            "BT-97" => (&ALLOWANCES, "allowance_reason", at(of_kind("allowance"))),
            "BT-104" => (&ALLOWANCES, "allowance_reason", at(of_kind("charge"))),
            term => {
                let column = match term {
                    "BT-136" | "BT-141" => "line_allowance_amount",
                    "BT-138" | "BT-143" => "line_allowance_percent",
                    "BT-139" | "BT-144" => "line_allowance_reason",
                    _ => "",
                };
                // These are found by line: the first of that line stands for all.
                let line = at(lines.iter().collect()).map(|number| number.to_string());
                let row =
                    of_lines.iter().find(|row| Some(row.cell("line_allowance_line")) == line.as_deref());
                (&LINE_ALLOWANCES, column, row.filter(|_| !column.is_empty()).map(|row| row.number))
            }
        };
        let Some(row) = rows(form, table).into_iter().find(|row| Some(row.number) == number) else {
            form.refuse(field(finding.term), finding.message);
            continue;
        };
        row.refuse(form, column, &finding.message);
    }
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
