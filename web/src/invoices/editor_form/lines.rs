//! The lines (BG-25): rows of the page, and back without losing what the editor does not show.

use counterfoil_billing::products::line_of;
use counterfoil_invoice::{InvoiceLine, Quantity, UnitPrice};
use counterfoil_store::products::KeptProduct;

use super::rows::{self, Row, Table, filled};
use super::vat::{read_vat, vat_value};
use super::{Edit, Editor, adjustments, edited};
use crate::Form;
use crate::invoices::decimal::decimal;
use crate::ui::{self, t};

/// The most lines that the editor takes.
pub(super) const MOST_LINES: usize = 500;

/// Their table.
pub(super) const LINES: Table = Table {
    columns: &["line_origin", "item_name", "description", "quantity", "unit", "unit_price", "vat"],
    chosen: &["line_origin", "unit", "vat"],
    foreign: "rows-foreign-line",
};

/// The unit of a new line: a piece.
const PIECE: &str = "C62";

/// The lines as typed, for the page.
pub(in crate::invoices) fn lines(form: &Form<Editor>) -> Vec<Row> {
    rows::rows(form, &LINES)
}

/// How the origin of a line begins that was made of a product and is not saved yet; its id follows.
pub(in crate::invoices) const PRODUCT: &str = "product:";

fn product_origin(kept: &KeptProduct) -> String {
    format!("{PRODUCT}{}", kept.id)
}

/// The form with one of a product as its last line.
pub(in crate::invoices) fn with_product(form: &Form<Editor>, kept: &KeptProduct) -> Form<Editor> {
    let last = lines(form).pop().filter(|row| row.is_empty(&LINES));
    let form = match last {
        Some(row) => edited(form, Edit::RemoveLine(row.number)),
        None => form.again(),
    };
    with_line(form, &product_origin(kept), &line_of(&kept.product))
}

/// The form with this line as its last row, which came from there.
pub(super) fn with_line(form: Form<Editor>, origin: &str, line: &InvoiceLine) -> Form<Editor> {
    form.with("line_origin", origin)
        .with("item_name", &line.item.name)
        .with("description", line.item.description.as_deref().unwrap_or_default())
        .with("quantity", ui::typed(line.quantity))
        .with("unit", &line.unit)
        .with("unit_price", ui::typed(line.price.net_price))
        .with("vat", vat_value(&line.vat_category, line.vat_rate))
}

pub(super) fn empty_line(form: Form<Editor>, vat: &str) -> Form<Editor> {
    let form =
        form.with("line_origin", "").with("item_name", "").with("description", "").with("quantity", "");
    form.with("unit", PIECE).with("unit_price", "").with("vat", vat)
}

pub(super) fn read_lines(
    form: &mut Form<Editor>,
    stored: &[InvoiceLine],
    products: &[KeptProduct],
) -> Vec<InvoiceLine> {
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
