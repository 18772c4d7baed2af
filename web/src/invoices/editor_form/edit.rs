//! The buttons of the editor that add and remove rows.

use super::rows::Row;
use super::{Editor, adjustments, allowances, empty_line, line_allowances, lines};
use crate::{Fields, Form};

/// A change of the rows that is not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::invoices) enum Edit {
    /// One more line, empty, with the VAT of the last.
    AddLine,
    /// Without this line, counted from 1, and without its discounts and charges.
    RemoveLine(usize),
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
                .or_else(|| numbered("remove-line-").map(Self::RemoveLine)),
        }
    }
}

/// The form with other rows, and without what was said against it: not everything is typed yet.
pub(in crate::invoices) fn edited(form: &Form<Editor>, edit: Edit) -> Form<Editor> {
    let mut copy = Form::blank();
    for (name, _) in Editor::ONE {
        copy = copy.with(name, form.value(name));
    }
    let (lines, allowances, of_lines) = (lines(form), allowances(form), line_allowances(form));
    for row in lines.iter().filter(|row| edit != Edit::RemoveLine(row.number)) {
        copy = with_row(copy, row);
    }
    if edit == Edit::AddLine {
        copy = empty_line(copy, lines.last().map_or("", |row| row.cell("vat")));
    }
    for row in allowances.iter().filter(|row| edit != Edit::RemoveAllowance(row.number)) {
        copy = with_row(copy, row);
    }
    if edit == Edit::AddAllowance {
        copy = adjustments::empty(copy);
    }
    for row in of_lines.iter().filter(|row| edit != Edit::RemoveLineAllowance(row.number)) {
        // The rows below a removed line move up.
        let line = row.cell("line_allowance_line").parse::<usize>().unwrap_or(0);
        match edit {
            Edit::RemoveLine(removed) if line == removed => {}
            Edit::RemoveLine(removed) if line > removed => {
                for (column, cell) in row.cells() {
                    let moved = (line - 1).to_string();
                    copy = copy.with(column, if column == "line_allowance_line" { &moved } else { cell });
                }
            }
            _ => copy = with_row(copy, row),
        }
    }
    if let Edit::AddLineAllowance(line) = edit {
        copy = adjustments::empty_of_line(copy, line);
    }
    copy
}

fn with_row(form: Form<Editor>, row: &Row) -> Form<Editor> {
    row.cells().fold(form, |form, (column, cell)| form.with(column, cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_adds_or_removes_a_row_and_any_other_saves() {
        for (action, edit) in [
            ("add-line", Edit::AddLine),
            ("remove-line-12", Edit::RemoveLine(12)),
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
}
