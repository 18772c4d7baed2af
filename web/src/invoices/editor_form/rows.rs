//! Rows of the page: each sends every one of its columns once, so the columns of a form are as long as each other.

use super::Editor;
use crate::Form;
use crate::language::Text;
use crate::ui::t;

/// One kind of row.
pub(super) struct Table {
    /// Its columns, by the names of the fields.
    pub(super) columns: &'static [&'static str],
    /// Columns in which something is chosen already in a new row: they alone make no row.
    pub(super) chosen: &'static [&'static str],
    /// What is said of one that is of another draft: a key.
    pub(super) foreign: &'static str,
}

/// One row as typed.
pub(in crate::invoices) struct Row {
    /// From 1, as people count.
    pub(in crate::invoices) number: usize,
    columns: &'static [&'static str],
    cells: Vec<String>,
    errors: Vec<(&'static str, String)>,
}

impl Row {
    /// What stands in a column.
    pub(in crate::invoices) fn cell(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| *name == column);
        self.cells.get(at.expect("pages ask for columns that exist")).expect("as many cells as columns")
    }

    /// What is wrong with it.
    pub(in crate::invoices) fn error(&self, column: &str) -> Option<&str> {
        self.errors.iter().find(|(found, _)| *found == column).map(|(_, message)| message.as_str())
    }

    /// All that is wrong with the row, by column.
    pub(in crate::invoices) fn errors(&self) -> &[(&'static str, String)] {
        &self.errors
    }

    /// The columns with what stands in them.
    pub(super) fn cells(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.columns.iter().copied().zip(self.cells.iter().map(String::as_str))
    }

    pub(super) fn is_empty(&self, table: &Table) -> bool {
        self.cells().all(|(column, cell)| table.chosen.contains(&column) || cell.trim().is_empty())
    }

    /// Reads a cell; what is wrong is noted beside it, and there is `None`.
    pub(super) fn read<T>(
        &self,
        form: &mut Form<Editor>,
        column: &str,
        read: impl Fn(&str) -> Result<T, Text>,
    ) -> Option<T> {
        match read(self.cell(column)) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.refuse(form, column, problem);
                None
            }
        }
    }

    pub(super) fn refuse(&self, form: &mut Form<Editor>, column: &str, problem: Text) {
        form.refuse(&format!("{column}-{}", self.number), problem);
    }
}

/// The rows of a kind, as typed.
pub(super) fn rows(form: &Form<Editor>, table: &Table) -> Vec<Row> {
    let columns: Vec<Vec<&str>> = table.columns.iter().map(|column| form.values(column).collect()).collect();
    let count = columns.iter().map(Vec::len).max().unwrap_or(0);
    let row = |at: usize| Row {
        number: at + 1,
        columns: table.columns,
        cells: columns.iter().map(|column| column.get(at).copied().unwrap_or_default().to_owned()).collect(),
        errors: table
            .columns
            .iter()
            .filter_map(|column| Some((*column, form.error(&format!("{column}-{}", at + 1))?.to_owned())))
            .collect(),
    };
    (0..count).map(row).collect()
}

/// The rows in which something was typed, or `None` and a note on the form if they did not arrive completely.
pub(super) fn filled(form: &mut Form<Editor>, table: &Table, most: usize) -> Option<Vec<Row>> {
    let count = |column: &&str| form.values(column).count();
    let first = table.columns.first().map_or(0, count);
    if table.columns.iter().any(|column| count(column) != first) {
        form.refuse("", t("rows-incomplete"));
        return None;
    }
    let mut rows = rows(form, table);
    rows.retain(|row| !row.is_empty(table));
    if rows.len() > most {
        form.refuse("", t("rows-too-many").count("most", most).count("found", rows.len()));
        return None;
    }
    Some(rows)
}
