//! The editor's fields: from a draft's content into a form, and back without losing what the editor does not show.

mod adjustments;
mod base;
mod edit;
mod limits;
mod lines;
mod merge;
mod options;
mod origins;
mod rows;
mod vat;

use counterfoil_invoice::references::Note;
use counterfoil_invoice::{Content, VatCategory};
use counterfoil_store::products::KeptProduct;

pub(super) use self::base::Base;
pub(super) use self::edit::{Edit, edited};
pub(super) use self::lines::{PRODUCT, lines, with_product};
use self::lines::{empty_line, read_lines, with_line};
pub(super) use self::merge::{Difference, Merged, merge};
pub(super) use self::options::{unit_options, vat_options};
pub(crate) use self::options::{units_with, vats_with};
pub(super) use self::origins::saved_origins;
pub(super) use self::rows::Row;
pub(crate) use self::vat::{read_vat, vat_value};
use crate::invoices::editor_payees;
use crate::ui::t;
use crate::{Fields, Form};

/// A draft as it is edited.
#[derive(Debug)]
pub enum Editor {}

impl Fields for Editor {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
        // What the page was made from, in marks.
        ("base", "field-version"),
        ("customer", "field-customer"),
        ("buyer_reference", "field-buyer-reference"),
        ("due_date", "field-due-date"),
        ("payee", "field-payee"),
        ("delivery_date", "field-delivery-date"),
        ("payment_terms", "field-payment-terms"),
        ("note", "field-note"),
        ("exemption_reason", "field-exemption-reason"),
        ("product", "field-product"),
        ("action", "field-action"),
    ];
    const MANY: &'static [(&'static str, &'static str)] = &[
        ("line_origin", "field-line"),
        ("item_name", "field-item"),
        ("description", "field-description"),
        ("quantity", "field-quantity"),
        ("unit", "field-unit"),
        ("unit_price", "field-price"),
        ("vat", "field-vat"),
        ("line_allowance_line", "field-line"),
        ("line_allowance_origin", "field-line"),
        ("line_allowance_kind", "field-adjustment"),
        ("line_allowance_percent", "field-percent"),
        ("line_allowance_amount", "field-sum"),
        ("line_allowance_reason", "field-reason"),
        ("allowance_origin", "field-adjustment"),
        ("allowance_kind", "field-adjustment"),
        ("allowance_percent", "field-percent"),
        ("allowance_amount", "field-sum"),
        ("allowance_reason", "field-reason"),
        ("allowance_vat", "field-vat"),
        // What is taken over from the other version, by its key.
        ("theirs", "field-theirs"),
    ];
    const LIMIT: usize = 2 << 20;

    fn row(column: &str) -> &'static str {
        match column {
            _ if column.starts_with("line_allowance_") => "label-in-item-adjustment",
            _ if column.starts_with("allowance_") => "label-in-adjustment",
            _ => "label-in-row",
        }
    }
}

/// The discounts and charges on everything as typed.
pub(super) fn allowances(form: &Form<Editor>) -> Vec<Row> {
    rows::rows(form, &adjustments::ALLOWANCES)
}

/// The discounts and charges of lines as typed.
pub(super) fn line_allowances(form: &Form<Editor>) -> Vec<Row> {
    rows::rows(form, &adjustments::LINE_ALLOWANCES)
}

/// A draft's content in the form. A draft without lines gets an empty row to begin with.
pub(super) fn fill(content: &Content, version: i64) -> Form<Editor> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let exempt = content.vat_exemptions.iter().find(|e| e.category == VatCategory::Exempt);
    let mut form = Form::blank()
        .with("version", version)
        .with("buyer_reference", text(&content.buyer_reference))
        .with("due_date", date(content.due_date))
        .with("payee", editor_payees::value(content))
        .with("delivery_date", date(content.delivery.as_ref().and_then(|delivery| delivery.actual_date)))
        .with("payment_terms", text(&content.payment_terms))
        .with("note", plain_note(&content.notes).map_or("", |at| content.notes[at].text.as_str()))
        .with("exemption_reason", exempt.and_then(|e| e.reason.clone()).unwrap_or_default());
    for (at, line) in content.lines.iter().enumerate() {
        form = adjustments::fill_line(with_line(form, &at.to_string(), line), at + 1, line);
    }
    if content.lines.is_empty() {
        form = empty_line(form, "");
    }
    form = adjustments::fill_document(form, content);
    if content.allowances.is_empty() && content.charges.is_empty() { adjustments::empty(form) } else { form }
}

/// Whether a line is exempt, and nothing is said of why.
pub(super) fn wants_reason(form: &Form<Editor>) -> bool {
    form.text("exemption_reason").is_empty() && form.values("vat").any(|vat| vat.starts_with("E:"))
}

/// The content as typed, on top of what is stored, and without what cannot be read: somebody may still be typing. What is
/// wrong is noted on the form; with nothing noted it is complete.
pub(super) fn read_as_far_as_possible(
    form: &mut Form<Editor>,
    stored: Content,
    products: &[KeptProduct],
) -> Content {
    let mut content = stored;
    content.buyer_reference = form.optional("buyer_reference");
    content.payment_terms = form.optional("payment_terms");
    content.due_date = read_date(form, "due_date");
    let delivered = read_date(form, "delivery_date");
    if delivered.is_some() || content.delivery.is_some() {
        content.delivery.get_or_insert_default().actual_date = delivered;
    }
    editor_payees::read(form, &mut content);
    read_note(form, &mut content.notes);
    content.lines = read_lines(form, &content.lines, products);
    adjustments::read_document(form, &mut content);
    vat::state_exemptions(form, &mut content);
    // A row that cannot be read is not in the content: what is said of the others would stand in the wrong one.
    if form.errors().is_empty() {
        limits::refuse_beyond(form, &content);
    }
    content
}

fn read_date(form: &mut Form<Editor>, name: &str) -> Option<jiff::civil::Date> {
    let text = form.optional(name)?;
    let date = text.parse().ok();
    if date.is_none() {
        form.refuse(name, t("problem-date"));
    }
    date
}

/// The note that the editor shows: the first without a subject code.
fn plain_note(notes: &[Note]) -> Option<usize> {
    notes.iter().position(|note| note.subject_code.is_none())
}

fn read_note(form: &Form<Editor>, notes: &mut Vec<Note>) {
    match (plain_note(notes), form.optional("note")) {
        (Some(at), Some(text)) => notes[at].text = text,
        (Some(at), None) => drop(notes.remove(at)),
        (None, Some(text)) => notes.push(Note { subject_code: None, text }),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests;
