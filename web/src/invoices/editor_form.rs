//! The editor's fields: from a draft's content into a form, and back without losing what the editor does not show.

mod adjustments;
mod edit;
mod limits;
mod rows;
mod vat;

use counterfoil_billing::products::line_of;
use counterfoil_invoice::references::Note;
use counterfoil_invoice::{Content, InvoiceLine, Quantity, UnitPrice, VatCategory, units};
use counterfoil_store::products::KeptProduct;

pub(super) use self::edit::{Edit, edited};
pub(super) use self::rows::Row;
use self::rows::{Table, filled};
pub(crate) use self::vat::{read_vat, vat_value};
use crate::invoices::decimal::decimal;
use crate::invoices::editor_payees;
use crate::ui::{self, t};
use crate::{Fields, Form};

/// The most lines that the editor takes.
const MOST_LINES: usize = 500;

/// The lines (BG-25).
const LINES: Table = Table {
    columns: &["line_origin", "item_name", "description", "quantity", "unit", "unit_price", "vat"],
    chosen: &["line_origin", "unit", "vat"],
    foreign: "rows-foreign-line",
};

/// A draft as it is edited.
#[derive(Debug)]
pub enum Editor {}

impl Fields for Editor {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
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

/// The lines as typed, for the page.
pub(super) fn lines(form: &Form<Editor>) -> Vec<Row> {
    rows::rows(form, &LINES)
}

/// How the origin of a line begins that was made of a product and is not saved yet; its id follows.
pub(super) const PRODUCT: &str = "product:";

fn product_origin(kept: &KeptProduct) -> String {
    format!("{PRODUCT}{}", kept.id)
}

/// The form with one of a product as its last line.
pub(super) fn with_product(form: &Form<Editor>, kept: &KeptProduct) -> Form<Editor> {
    let last = lines(form).pop().filter(|row| row.is_empty(&LINES));
    let form = match last {
        Some(row) => edited(form, Edit::RemoveLine(row.number)),
        None => form.again(),
    };
    let line = line_of(&kept.product);
    form.with("line_origin", product_origin(kept))
        .with("item_name", &line.item.name)
        .with("description", line.item.description.as_deref().unwrap_or_default())
        .with("quantity", ui::typed(line.quantity))
        .with("unit", &line.unit)
        .with("unit_price", ui::typed(line.price.net_price))
        .with("vat", vat_value(&line.vat_category, line.vat_rate))
}

/// The discounts and charges on everything as typed.
pub(super) fn allowances(form: &Form<Editor>) -> Vec<Row> {
    rows::rows(form, &adjustments::ALLOWANCES)
}

/// The discounts and charges of lines as typed.
pub(super) fn line_allowances(form: &Form<Editor>) -> Vec<Row> {
    rows::rows(form, &adjustments::LINE_ALLOWANCES)
}

/// The VAT to choose from, and what is chosen already, lest saving changes it.
pub(super) fn vat_options(form: &Form<Editor>) -> Vec<(String, String)> {
    let chosen = form.values("vat").chain(form.values("allowance_vat"));
    with_chosen(vat::choices(), chosen, |value| value.replacen(':', " ", 1))
}

/// The units to choose from, and what is chosen already.
pub(super) fn unit_options(form: &Form<Editor>) -> Vec<(String, String)> {
    with_chosen(usual_units(), form.values("unit"), str::to_owned)
}

/// The VAT to choose from for a line, and this.
pub(crate) fn vats_with(chosen: &str) -> Vec<(String, String)> {
    with_chosen(vat::choices(), [chosen].into_iter(), |value| value.replacen(':', " ", 1))
}

/// The units to choose from for a line, and this.
pub(crate) fn units_with(chosen: &str) -> Vec<(String, String)> {
    with_chosen(usual_units(), [chosen].into_iter(), str::to_owned)
}

fn usual_units() -> Vec<(String, String)> {
    let name = |code: &str| t(format!("unit-{code}")).to_string();
    units::COMMON.iter().map(|(code, _)| ((*code).to_owned(), name(code))).collect()
}

fn with_chosen<'a>(
    mut all: Vec<(String, String)>,
    chosen: impl Iterator<Item = &'a str>,
    label: impl Fn(&str) -> String,
) -> Vec<(String, String)> {
    for value in chosen.filter(|value| !value.is_empty()) {
        if !all.iter().any(|(known, _)| known == value) {
            all.push((value.to_owned(), label(value)));
        }
    }
    all
}

fn empty_line(form: Form<Editor>, vat: &str) -> Form<Editor> {
    let form =
        form.with("line_origin", "").with("item_name", "").with("description", "").with("quantity", "");
    form.with("unit", "C62").with("unit_price", "").with("vat", vat)
}

/// A draft's content in the form. A draft without lines gets an empty row to begin with, of the organisation's usual VAT.
pub(super) fn fill(content: &Content, version: i64, usual_vat: &str) -> Form<Editor> {
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
        form = form
            .with("line_origin", at)
            .with("item_name", &line.item.name)
            .with("description", text(&line.item.description))
            .with("quantity", ui::typed(line.quantity))
            .with("unit", &line.unit)
            .with("unit_price", ui::typed(line.price.net_price))
            .with("vat", vat_value(&line.vat_category, line.vat_rate));
        form = adjustments::fill_line(form, at + 1, line);
    }
    if content.lines.is_empty() {
        form = empty_line(form, usual_vat);
    }
    form = adjustments::fill_document(form, content);
    if content.allowances.is_empty() && content.charges.is_empty() { adjustments::empty(form) } else { form }
}

/// Fills in why sales are exempt, if a line is and nothing is said.
pub(super) fn with_usual_reason(form: Form<Editor>, reason: Option<&str>) -> Form<Editor> {
    let is_exempt = form.values("vat").any(|vat| vat.starts_with("E:"));
    match reason.filter(|_| is_exempt) {
        Some(reason) => form.with_usual("exemption_reason", reason),
        None => form,
    }
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

fn read_lines(form: &mut Form<Editor>, stored: &[InvoiceLine], products: &[KeptProduct]) -> Vec<InvoiceLine> {
    let Some(rows) = filled(form, &LINES, MOST_LINES) else { return Vec::new() };
    let mut taken = Vec::new();
    let read = |row: &Row| Some((row.number, read_line(form, row, stored, products, &mut taken)?));
    let mut lines: Vec<_> = rows.iter().filter_map(read).collect();
    adjustments::read_lines(form, &mut lines);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn read_line(
    form: &mut Form<Editor>,
    row: &Row,
    stored: &[InvoiceLine],
    products: &[KeptProduct],
    taken: &mut Vec<usize>,
) -> Option<InvoiceLine> {
    let mut line = match row.cell("line_origin") {
        "" => InvoiceLine::default(),
        origin if origin.starts_with(PRODUCT) => {
            // All that is seen of it was typed into the row; one that is gone by now has nothing to add.
            let product = products.iter().find(|kept| product_origin(kept) == origin);
            product.map(|kept| line_of(&kept.product)).unwrap_or_default()
        }
        origin => {
            let at = origin.parse().ok().filter(|at| !taken.contains(at));
            let Some((at, line)) = at.and_then(|at| Some((at, stored.get(at)?))) else {
                form.refuse("", t("rows-foreign-line").with("row", row.number));
                return None;
            };
            taken.push(at);
            line.clone()
        }
    };
    row.cell("item_name").trim().clone_into(&mut line.item.name);
    line.item.description = Some(row.cell("description").trim().to_owned()).filter(|text| !text.is_empty());
    row.cell("unit").trim().clone_into(&mut line.unit);
    let quantity = row.read(form, "quantity", decimal);
    let price = row.read(form, "unit_price", decimal);
    let vat = row.read(form, "vat", read_vat);
    line.quantity = Quantity(quantity?);
    let price = UnitPrice(price?);
    if price != line.price.net_price {
        // BT-146 = BT-148 − BT-147: with another price they would contradict it.
        line.price.net_price = price;
        line.price.gross_price = None;
        line.price.discount = None;
    }
    (line.vat_category, line.vat_rate) = vat?;
    Some(line)
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::line::{LineAllowance, LineCharge};
    use counterfoil_invoice::vat::{DocumentAllowance, DocumentCharge, VatExemption};
    use counterfoil_invoice::{Amount, Delivery, Item, Percentage, PriceDetails};
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::vat::REASONS;
    use super::*;

    fn read(form: &mut Form<Editor>, stored: Content) -> Option<Content> {
        let content = read_as_far_as_possible(form, stored, &[]);
        form.errors().is_empty().then_some(content)
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn line(name: &str, vat: &str) -> InvoiceLine {
        let (vat_category, vat_rate) = read_vat(vat).unwrap();
        InvoiceLine {
            quantity: Quantity(dec("1.250")),
            unit: "HUR".to_owned(),
            price: PriceDetails { net_price: UnitPrice(dec("1234.5678")), ..PriceDetails::default() },
            vat_category,
            vat_rate,
            item: Item { name: name.to_owned(), ..Item::default() },
            ..InvoiceLine::default()
        }
    }

    /// All that the editor shows, and some that it does not.
    fn content() -> Content {
        let mut content = Content {
            project_reference: Some("Bridge".to_owned()),
            buyer_reference: Some("04011000-12345-34".to_owned()),
            due_date: Some(date(2026, 12, 6)),
            payment_terms: Some("2 % within 7 days".to_owned()),
            delivery: Some(Delivery { actual_date: Some(date(2026, 11, 20)), ..Delivery::default() }),
            notes: vec![
                Note { subject_code: Some("AAI".to_owned()), text: "coded".to_owned() },
                Note { subject_code: None, text: "two\nlines".to_owned() },
            ],
            allowances: vec![DocumentAllowance {
                percentage: Some(Percentage(dec("2.5"))),
                base_amount: Some(Amount(dec("100"))),
                vat_rate: Some(Percentage(dec("19"))),
                reason: Some("loyalty".to_owned()),
                ..DocumentAllowance::default()
            }],
            charges: vec![DocumentCharge {
                amount: Amount(dec("12.50")),
                vat_rate: Some(Percentage(dec("19"))),
                reason: Some("freight".to_owned()),
                reason_code: Some("FC".to_owned()),
                ..DocumentCharge::default()
            }],
            vat_exemptions: vec![VatExemption {
                category: VatCategory::Exempt,
                reason: Some("§ 4 Nr. 21 UStG".to_owned()),
                reason_code: None,
            }],
            lines: vec![line("Design", "S:19"), line("Course", "E:0")],
            ..Content::default()
        };
        content.lines[0].period = Some(counterfoil_invoice::references::Period {
            start: Some(date(2026, 11, 1)),
            end: Some(date(2026, 11, 20)),
        });
        content.lines[0].item.description = Some("Drawings".to_owned());
        content.lines[1].allowances = vec![
            LineAllowance {
                percentage: Some(Percentage(dec("10"))),
                reason_code: Some("95".to_owned()),
                ..LineAllowance::default()
            },
            LineAllowance { amount: Amount(dec("5")), ..LineAllowance::default() },
        ];
        content.lines[1].charges = vec![LineCharge {
            amount: Amount(dec("3")),
            reason: Some("Packing".to_owned()),
            ..LineCharge::default()
        }];
        content
    }

    fn typed(rows: &[[&str; 7]]) -> Form<Editor> {
        let mut form = Form::blank();
        for row in rows {
            for (column, cell) in LINES.columns.iter().zip(row) {
                form = form.with(column, cell);
            }
        }
        form
    }

    fn allowance(form: Form<Editor>, cells: [&str; 6]) -> Form<Editor> {
        adjustments::ALLOWANCES
            .columns
            .iter()
            .zip(cells)
            .fold(form, |form, (column, cell)| form.with(column, cell))
    }

    fn of_line(form: Form<Editor>, cells: [&str; 6]) -> Form<Editor> {
        let columns = adjustments::LINE_ALLOWANCES.columns.iter();
        columns.zip(cells).fold(form, |form, (column, cell)| form.with(column, cell))
    }

    /// With a new discount of so many percent.
    fn discount(form: Form<Editor>, percent: &str) -> Form<Editor> {
        allowance(form, ["", "allowance", percent, "", "", ""])
    }

    fn row(vat: &str) -> [&str; 7] {
        ["", "Chair", "", "1", "C62", "10", vat]
    }

    fn errors(form: &Form<Editor>) -> Vec<(String, String)> {
        form.errors().iter().map(|(name, message)| (name.to_owned(), message.to_owned())).collect()
    }

    #[test]
    fn filling_in_and_reading_back_changes_nothing() {
        for stored in [Content::default(), content()] {
            let mut form = fill(&stored, 7, "");
            assert_eq!(form.value("version"), "7");
            let read = read(&mut form, stored.clone());
            assert_eq!(errors(&form), []);
            assert_eq!(read.unwrap(), stored);
        }
    }

    #[test]
    fn what_the_editor_does_not_show_goes_with_its_line() {
        let stored = content();
        let form = edited(&fill(&stored, 1, ""), Edit::RemoveLine(2));
        let mut form = edited(&form, Edit::AddLine);
        assert_eq!(lines(&form).len(), 2);
        let content = read(&mut form, stored.clone()).unwrap();
        assert_eq!(content.lines, stored.lines[..1]);
        assert_eq!(content.project_reference, stored.project_reference);

        let swapped = typed(&[
            ["1", "Course", "", "2", "HUR", "1234,5678", "E:0"],
            ["", "New", "", "1", "C62", "10", "S:7"],
            ["0", "Design", "Drawings", "1.25", "HUR", "99", "S:19"],
        ]);
        let mut swapped = swapped.with("exemption_reason", "Law");
        let content = read(&mut swapped, stored.clone()).unwrap();
        assert_eq!(content.lines[2].period, stored.lines[0].period);
        assert_eq!(content.lines[1].period, None);
        assert_eq!(content.lines[0].price.net_price, stored.lines[1].price.net_price);
    }

    #[test]
    fn errors_stand_beside_their_cells_and_what_was_typed_is_kept() {
        let mut form = typed(&[
            ["", "Right", "", "1", "C62", "10", "S:19"],
            ["", "Wrong", "", "many", "C62", "1,234", ""],
        ]);
        assert!(read(&mut form, Content::default()).is_none());
        let names: Vec<_> = errors(&form).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["quantity-2", "unit_price-2", "vat-2"]);
        let rows = lines(&form);
        assert_eq!((rows[1].cell("quantity"), rows[0].error("quantity")), ("many", None));
        assert!(rows[1].error("quantity").unwrap().starts_with("This is no number"));
        assert!(edited(&form, Edit::AddLine).errors().is_empty());
    }

    #[test]
    fn what_is_beyond_a_limit_is_never_said_of_another_row() {
        let long = "x".repeat(100_000);
        let too_long = ["", long.as_str(), "", "1", "C62", "1", "S:19"];
        let names = |mut form: Form<Editor>| {
            assert!(read(&mut form, Content::default()).is_none());
            errors(&form).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(typed(&[row("S:19"), too_long])), ["item_name-2"]);
        let unreadable = ["", "Half", "", "many", "C62", "1", "S:19"];
        assert_eq!(names(typed(&[unreadable, too_long])), ["quantity-1"]);
    }

    #[test]
    fn rows_without_anything_typed_are_no_lines() {
        let blank = ["", " ", "", "", "C62", "", "S:19"];
        let mut form = typed(&[blank, ["", "Chair", "", "1", "C62", "10", "S:19"], blank]);
        assert_eq!(read(&mut form, Content::default()).unwrap().lines.len(), 1);
    }

    #[test]
    fn columns_of_unequal_length_and_too_many_lines_are_refused() {
        let mut form = typed(&[["", "Chair", "", "1", "C62", "10", "S:19"]]).with("quantity", "2");
        assert!(read(&mut form, Content::default()).is_none());
        assert_eq!(errors(&form)[0].0, "");

        let mut form = typed(&vec![["", "Chair", "", "1", "C62", "10", "S:19"]; MOST_LINES + 1]);
        assert!(read(&mut form, Content::default()).is_none());
        assert_eq!(errors(&form)[0].1, "The editor takes 500 lines; these are 501.");
    }

    #[test]
    fn a_line_of_another_draft_or_twice_is_refused() {
        for origins in [["0", "0"], ["0", "2"], ["0", "-1"], ["0", "x"], ["0", "99999999999999999999"]] {
            let mut form = typed(&origins.map(|origin| [origin, "Chair", "", "1", "C62", "10", "S:19"]));
            assert!(read(&mut form, content()).is_none(), "{origins:?}");
            assert_eq!(errors(&form)[0].0, "");
        }
    }

    #[test]
    fn hostile_vat_is_refused_and_never_panics() {
        for vat in
            ["", "S", ":", "X:1", "S:x", "S:-1", "S:101", "S:1e1", "S:19:7", "::", "s:19", "\u{202e}:1"]
        {
            let mut form = typed(&[["", "Chair", "", "1", "C62", "10", vat]]);
            assert!(read(&mut form, Content::default()).is_none(), "{vat}");
            assert_eq!(errors(&form)[0].0, "vat-1", "{vat}");
            assert!(vat_options(&form).len() >= vat::choices().len());
        }
    }

    #[test]
    fn untaxed_categories_get_their_reasons_and_lose_them_again() {
        for (category, _, code) in REASONS {
            let vat = vat_value(&category, (category != VatCategory::NotSubject).then(Percentage::default));
            let content = read(&mut typed(&[row(&vat)]), Content::default()).unwrap();
            assert_eq!(content.vat_exemptions[0].reason_code.as_deref(), Some(code));
            let content = read(&mut typed(&[row("S:19")]), content).unwrap();
            assert_eq!(content.vat_exemptions, []);
        }
        let mut form = typed(&[row("E:0")]);
        assert!(read(&mut form, Content::default()).is_none());
        assert_eq!(errors(&form)[0].0, "exemption_reason");
        let mut form = typed(&[row("E:0")]).with("exemption_reason", "Article 132");
        let read = read(&mut form, Content::default()).unwrap();
        assert_eq!(read.vat_exemptions[0].reason.as_deref(), Some("Article 132"));
    }

    #[test]
    fn every_vat_that_can_be_chosen_can_be_read_and_is_offered_once() {
        for (at, (value, _)) in vat::choices().iter().enumerate() {
            let (category, rate) = read_vat(value).unwrap();
            assert_eq!(vat_value(&category, rate), *value);
            assert!(vat::choices()[..at].iter().all(|(other, _)| other != value), "{value}");
        }
    }

    #[test]
    fn a_discount_takes_the_vat_of_the_lines_if_they_agree() {
        let form = |rows: &[[&str; 7]]| discount(typed(rows), "2,5");
        let read_back = read(&mut form(&[row("S:7"), row("S:7")]), Content::default()).unwrap();
        assert_eq!(read_back.allowances[0].vat_rate, Some(Percentage(dec("7"))));
        assert_eq!(read_back.allowances[0].percentage, Some(Percentage(dec("2.5"))));
        let mut differing = form(&[row("S:7"), row("S:19")]);
        assert!(read(&mut differing, Content::default()).is_none());
        assert_eq!(errors(&differing)[0].0, "allowance_vat-1");
    }

    #[test]
    fn another_discount_does_not_keep_the_base_of_the_old_one() {
        let stored = content();
        let row = ["0", "Design", "", "1", "HUR", "10", "S:19"];
        let mut form = allowance(typed(&[row]), ["allowance-0", "allowance", "3", "", "", ""]);
        let read_back = read(&mut form, stored).unwrap();
        assert_eq!(read_back.allowances[0].base_amount, None);
        assert_eq!(read_back.charges, [], "a row that was removed is gone");
        let mut form = typed(&[["0", "Design", "", "1", "HUR", "10", "S:19"]]);
        assert_eq!(read(&mut form, read_back).unwrap().allowances, []);
    }

    #[test]
    fn another_price_does_not_keep_the_gross_price_of_the_old_one() {
        let mut stored = Content { lines: vec![line("Chair", "S:19")], ..Content::default() };
        stored.lines[0].price.gross_price = Some(UnitPrice(dec("2000")));
        let kept = read(&mut fill(&stored, 1, ""), stored.clone()).unwrap();
        assert!(kept.lines[0].price.gross_price.is_some());
        let mut form = typed(&[["0", "Chair", "", "1", "HUR", "9", "S:19"]]);
        assert_eq!(read(&mut form, stored).unwrap().lines[0].price.gross_price, None);
    }

    #[test]
    fn several_discounts_and_charges_are_read_and_each_keeps_what_is_not_shown() {
        let stored = content();
        let mut form = typed(&[["1", "Course", "", "2", "HUR", "100", "E:0"], row("S:19")]);
        form = form.with("exemption_reason", "Law");
        // The second discount of the line stays, its charge becomes a discount, and there is a new charge.
        form = of_line(form, ["1", "allowance-1", "allowance", "", "5", "kept"]);
        form = of_line(form, ["1", "charge-0", "allowance", "", "3", "Packing"]);
        form = of_line(form, ["2", "", "charge", "4", "", ""]);
        form = allowance(form, ["charge-0", "charge", "", "20", "freight", "S:19"]);
        form = discount(form, "");
        form = allowance(form, ["", "allowance", "1", "", "", "S:19"]);
        let read = read(&mut form, stored).unwrap_or_else(|| panic!("{:?}", errors(&form)));
        let [course, chair] = read.lines.as_slice() else { panic!() };
        assert_eq!(course.allowances.len(), 2);
        assert_eq!(course.allowances[0].reason.as_deref(), Some("kept"));
        assert_eq!(course.charges, []);
        assert_eq!(chair.charges[0].percentage, Some(Percentage(dec("4"))));
        assert_eq!(read.charges[0].reason_code.as_deref(), Some("FC"));
        assert_eq!(read.charges[0].amount, Amount(dec("20")));
        assert_eq!(read.allowances.len(), 1, "an empty row is none");
    }

    #[test]
    fn a_removed_line_takes_its_discounts_along_and_the_others_stay_with_their_lines() {
        let mut form = typed(&[row("S:19"), row("S:7"), row("S:19")]);
        for line in ["1", "2", "3"] {
            form = of_line(form, [line, "", "allowance", line, "", ""]);
        }
        let mut form = edited(&form, Edit::RemoveLine(2));
        let read = read(&mut form, Content::default()).unwrap();
        let percents: Vec<_> =
            read.lines.iter().map(|line| line.allowances[0].percentage.unwrap().to_string()).collect();
        assert_eq!(percents, ["1", "3"]);
        let form = edited(&form, Edit::AddLineAllowance(1));
        assert_eq!(line_allowances(&form).len(), 3);
        assert_eq!(line_allowances(&edited(&form, Edit::RemoveLineAllowance(3))).len(), 2);
        assert_eq!(allowances(&edited(&form, Edit::AddAllowance)).len(), 1);
    }

    #[test]
    fn what_is_wrong_with_a_discount_stands_beside_it() {
        let base = || typed(&[row("S:19")]);
        for (cells, field) in [
            (["", "gift", "1", "", "", ""], "allowance_kind-1"),
            (["", "allowance", "many", "", "", ""], "allowance_percent-1"),
            (["", "allowance", "", "1,234", "", ""], "allowance_amount-1"),
            (["", "allowance", "", "", "why", ""], "allowance_percent-1"),
            (["", "charge", "1", "", "", "X:1"], "allowance_vat-1"),
            (["allowance-7", "allowance", "1", "", "", ""], ""),
            (["charge-", "allowance", "1", "", "", ""], ""),
            (["-0", "allowance", "1", "", "", ""], ""),
        ] {
            let mut form = allowance(base(), cells);
            assert!(read(&mut form, content()).is_none(), "{cells:?}");
            assert_eq!(errors(&form)[0].0, field, "{cells:?}");
        }
        let mut twice = of_line(
            typed(&[["1", "Course", "", "1", "HUR", "1", "S:19"]]),
            ["1", "allowance-0", "allowance", "1", "", ""],
        );
        twice = of_line(twice, ["1", "allowance-0", "allowance", "2", "", ""]);
        assert!(read(&mut twice, content()).is_none());
        let mut nowhere = of_line(base(), ["9", "", "allowance", "1", "", ""]);
        assert_eq!(read(&mut nowhere, Content::default()).unwrap().lines[0].allowances, []);
        let mut hostile = of_line(base(), ["99999999999999999999", "x", "y", "1", "", ""]);
        assert!(read(&mut hostile, Content::default()).is_some());
    }

    #[test]
    fn while_somebody_types_what_can_be_read_counts() {
        let mut form = typed(&[row("S:19"), ["", "Half", "", "1", "C62", "", "S:19"]]);
        let read = read_as_far_as_possible(&mut form, Content::default(), &[]);
        assert_eq!(read.lines.len(), 1);
        assert!(!form.errors().is_empty());
    }
}
