//! The buttons of the editor that add, remove and move rows.

use super::rows::Row;
use super::{Editor, PRODUCT, adjustments, allowances, empty_line, line_allowances, lines};
use crate::{Fields, Form};

/// A change of the rows that is not saved. Rows are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::invoices) enum Edit {
    /// One more line, empty, with the VAT of the last.
    AddLine,
    /// Without this line and its discounts and charges.
    RemoveLine(usize),
    /// This line once more, below it.
    DuplicateLine(usize),
    /// This line above the one before it.
    MoveLineUp(usize),
    /// This line below the one after it.
    MoveLineDown(usize),
    /// One more discount or charge on everything.
    AddAllowance,
    /// Without this one.
    RemoveAllowance(usize),
    /// One more discount or charge of this line.
    AddLineAllowance(usize),
    /// Without this one, counted over all lines.
    RemoveLineAllowance(usize),
}

impl Edit {
    /// What a button asks for: `add-line`, `remove-line-3`. Any other saves.
    pub(in crate::invoices) fn parse(action: &str) -> Option<Self> {
        let numbered = |prefix: &str| action.strip_prefix(prefix)?.parse::<usize>().ok();
        match action {
            "add-line" => Some(Self::AddLine),
            "add-allowance" => Some(Self::AddAllowance),
            _ => None
                .or_else(|| numbered("remove-line-allowance-").map(Self::RemoveLineAllowance))
                .or_else(|| numbered("add-line-allowance-").map(Self::AddLineAllowance))
                .or_else(|| numbered("remove-allowance-").map(Self::RemoveAllowance))
                .or_else(|| numbered("remove-line-").map(Self::RemoveLine))
                .or_else(|| numbered("duplicate-line-").map(Self::DuplicateLine))
                .or_else(|| numbered("move-line-up-").map(Self::MoveLineUp))
                .or_else(|| numbered("move-line-down-").map(Self::MoveLineDown)),
        }
    }

    /// The line in which the cursor is after it, of so many.
    pub(in crate::invoices) fn focus(self, lines: usize) -> usize {
        match self {
            Self::AddLine => lines,
            Self::DuplicateLine(line) | Self::MoveLineDown(line) => line.saturating_add(1).min(lines),
            Self::MoveLineUp(line) => line.saturating_sub(1).max(1),
            _ => 0,
        }
    }

    /// The lines after it, by the number that each had; of one that is there twice the second is the copy.
    fn order(self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (1..=count).collect();
        match self {
            Self::RemoveLine(line) => order.retain(|number| *number != line),
            Self::DuplicateLine(line) if (1..=count).contains(&line) => order.insert(line, line),
            Self::MoveLineUp(line) if (2..=count).contains(&line) => order.swap(line - 2, line - 1),
            Self::MoveLineDown(line) if (1..count).contains(&line) => order.swap(line - 1, line),
            _ => {}
        }
        order
    }
}

/// The form with other rows, and without what was said against it: not everything is typed yet.
pub(in crate::invoices) fn edited(form: &Form<Editor>, edit: Edit) -> Form<Editor> {
    let mut copy = Form::blank();
    for (name, _) in Editor::ONE {
        copy = copy.with(name, form.value(name));
    }
    let (lines, allowances, of_lines) = (lines(form), allowances(form), line_allowances(form));
    let order = edit.order(lines.len());
    let is_copy = |at: usize| order[..at].contains(&order[at]);
    for (at, number) in order.iter().enumerate() {
        copy = with_row(copy, &lines[number - 1], &|column, cell| match column {
            // A product is known by its id wherever it stands; any other origin is that of one line.
            "line_origin" if is_copy(at) && !cell.starts_with(PRODUCT) => String::new(),
            _ => cell.to_owned(),
        });
    }
    if edit == Edit::AddLine {
        copy = empty_line(copy, lines.last().map_or("", |row| row.cell("vat")));
    }
    for row in allowances.iter().filter(|row| edit != Edit::RemoveAllowance(row.number)) {
        copy = with_row(copy, row, &|_, cell| cell.to_owned());
    }
    if edit == Edit::AddAllowance {
        copy = adjustments::empty(copy);
    }
    for row in of_lines.iter().filter(|row| edit != Edit::RemoveLineAllowance(row.number)) {
        // They go where their line goes.
        let line = row.cell("line_allowance_line").parse::<usize>().unwrap_or(0);
        for at in (0..order.len()).filter(|at| order[*at] == line) {
            copy = with_row(copy, row, &|column, cell| match column {
                "line_allowance_line" => (at + 1).to_string(),
                "line_allowance_origin" if is_copy(at) => String::new(),
                _ => cell.to_owned(),
            });
        }
    }
    if let Edit::AddLineAllowance(line) = edit {
        copy = adjustments::empty_of_line(copy, line);
    }
    copy
}

fn with_row(form: Form<Editor>, row: &Row, cell: &dyn Fn(&str, &str) -> String) -> Form<Editor> {
    row.cells().fold(form, |form, (column, text)| form.with(column, cell(column, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_adds_or_removes_a_row_and_any_other_saves() {
        for (action, edit) in [
            ("add-line", Edit::AddLine),
            ("remove-line-12", Edit::RemoveLine(12)),
            ("duplicate-line-2", Edit::DuplicateLine(2)),
            ("move-line-up-2", Edit::MoveLineUp(2)),
            ("move-line-down-1", Edit::MoveLineDown(1)),
            ("add-allowance", Edit::AddAllowance),
            ("remove-allowance-1", Edit::RemoveAllowance(1)),
            ("add-line-allowance-3", Edit::AddLineAllowance(3)),
            ("remove-line-allowance-4", Edit::RemoveLineAllowance(4)),
        ] {
            assert_eq!(Edit::parse(action), Some(edit));
        }
        for action in [
            "",
            "save",
            "preview",
            "remove-line-",
            "remove-line--1",
            "remove-line-99999999999999999999",
            "add-line2",
        ] {
            assert_eq!(Edit::parse(action), None, "{action}");
        }
    }

    #[test]
    fn a_line_takes_its_discounts_along_and_a_copy_is_new() {
        let mut form = Form::blank();
        for (at, name) in ["Desk", "Chair", "Lamp"].iter().enumerate() {
            form = form.with("line_origin", at).with("item_name", name);
            for column in ["description", "quantity", "unit", "unit_price", "vat"] {
                form = form.with(column, "");
            }
        }
        let form = form
            .with("line_allowance_line", 2)
            .with("line_allowance_origin", "charge-0")
            .with("line_allowance_kind", "charge")
            .with("line_allowance_percent", "5")
            .with("line_allowance_amount", "")
            .with("line_allowance_reason", "");
        let told = |edit| {
            let form = edited(&form, edit);
            let column = |name: &'static str| form.values(name).collect::<Vec<_>>().join(" ");
            [
                column("item_name"),
                column("line_origin"),
                column("line_allowance_line"),
                column("line_allowance_origin"),
            ]
        };
        assert_eq!(told(Edit::MoveLineUp(2)), ["Chair Desk Lamp", "1 0 2", "1", "charge-0"]);
        assert_eq!(told(Edit::MoveLineDown(2)), ["Desk Lamp Chair", "0 2 1", "3", "charge-0"]);
        assert_eq!(told(Edit::DuplicateLine(2)), ["Desk Chair Chair Lamp", "0 1  2", "2 3", "charge-0 "]);
        assert_eq!(told(Edit::RemoveLine(2)), ["Desk Lamp", "0 2", "", ""]);
        for nothing in
            [Edit::MoveLineUp(1), Edit::MoveLineDown(3), Edit::DuplicateLine(9), Edit::MoveLineUp(0)]
        {
            assert_eq!(told(nothing)[0], "Desk Chair Lamp", "{nothing:?}");
        }
    }
}
