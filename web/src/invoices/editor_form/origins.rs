//! Where the rows of a form are found once it is saved: the page that stays open sends these the next time.

use std::collections::BTreeMap;

use super::rows::rows;
use super::{Editor, adjustments, lines};
use crate::Form;

/// The fields that say where rows came from, row by row, as they are after this form was saved without a mistake.
pub(in crate::invoices) fn saved_origins(form: &Form<Editor>) -> Vec<(&'static str, String)> {
    let mut origins = Vec::new();
    let mut places = BTreeMap::new();
    for row in rows(form, &lines::LINES) {
        let place = (!row.is_empty(&lines::LINES)).then_some(places.len());
        origins.push(("line_origin", place.map(|place| place.to_string()).unwrap_or_default()));
        places.extend(place.map(|place| (row.number.to_string(), place)));
    }
    let mut counts = BTreeMap::new();
    let mut next = |line: Option<usize>, kind: &str| {
        let count: &mut usize = counts.entry((line, kind.to_owned())).or_default();
        let origin = format!("{kind}-{count}");
        *count += 1;
        origin
    };
    for row in rows(form, &adjustments::LINE_ALLOWANCES) {
        let line = places.get(row.cell("line_allowance_line")).copied();
        let is_kept = line.is_some() && !row.is_empty(&adjustments::LINE_ALLOWANCES);
        let origin = if is_kept { next(line, row.cell("line_allowance_kind")) } else { String::new() };
        origins.push(("line_allowance_origin", origin));
    }
    for row in rows(form, &adjustments::ALLOWANCES) {
        let is_kept = !row.is_empty(&adjustments::ALLOWANCES);
        let origin = if is_kept { next(None, row.cell("allowance_kind")) } else { String::new() };
        origins.push(("allowance_origin", origin));
    }
    origins
}
