//! The editor's fields: from a draft's content into a form, and back without losing what the editor does not show.

use counterfoil_invoice::limits::content_limits;
use counterfoil_invoice::references::Note;
use counterfoil_invoice::vat::{DocumentAllowance, VatExemption};
use counterfoil_invoice::{
    Amount, Content, InvoiceLine, Percentage, Quantity, UnitPrice, VatCategory, units,
};
use rust_decimal::Decimal;

use crate::{Fields, Form};

/// The most lines that the editor takes.
const MOST_LINES: usize = 500;

/// What a line is made of: each row of the page sends each of these once.
const COLUMNS: [&str; 7] =
    ["line_origin", "item_name", "description", "quantity", "unit", "unit_price", "vat"];

/// The VAT of a line as category and rate, and what people call it.
const VAT: &[(&str, &str)] = &[
    ("S:27", "27 %"),
    ("S:25.5", "25.5 %"),
    ("S:25", "25 %"),
    ("S:24", "24 %"),
    ("S:23", "23 %"),
    ("S:22", "22 %"),
    ("S:21", "21 %"),
    ("S:20", "20 %"),
    ("S:19", "19 %"),
    ("S:18", "18 %"),
    ("S:17", "17 %"),
    ("S:14", "14 %"),
    ("S:13.5", "13.5 %"),
    ("S:13", "13 %"),
    ("S:12", "12 %"),
    ("S:11", "11 %"),
    ("S:10", "10 %"),
    ("S:9.5", "9.5 %"),
    ("S:9", "9 %"),
    ("S:8.1", "8.1 %"),
    ("S:8", "8 %"),
    ("S:7", "7 %"),
    ("S:6", "6 %"),
    ("S:5.5", "5.5 %"),
    ("S:5", "5 %"),
    ("S:4", "4 %"),
    ("S:3", "3 %"),
    ("S:2.6", "2.6 %"),
    ("S:2.1", "2.1 %"),
    ("Z:0", "0 % (zero rated)"),
    ("E:0", "Exempt"),
    ("AE:0", "Reverse charge"),
    ("K:0", "Supply within the EU"),
    ("G:0", "Export"),
    ("O:", "Not subject to VAT"),
];

/// Why these categories bear no tax (BT-120, BT-121). An exemption (E) has many reasons; the person writes it.
const REASONS: [(VatCategory, &str, &str); 4] = [
    (VatCategory::ReverseCharge, "Reverse charge", "VATEX-EU-AE"),
    (VatCategory::IntraCommunity, "Intra-community supply", "VATEX-EU-IC"),
    (VatCategory::Export, "Export outside the EU", "VATEX-EU-G"),
    (VatCategory::NotSubject, "Not subject to VAT", "VATEX-EU-O"),
];

/// A draft as it is edited.
#[derive(Debug)]
pub enum Editor {}

impl Fields for Editor {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "Version"),
        ("buyer_reference", "Customer’s reference"),
        ("due_date", "Due date"),
        ("delivery_date", "Delivered or done on"),
        ("payment_terms", "Payment terms"),
        ("note", "Note"),
        ("allowance_percent", "Discount in percent"),
        ("allowance_amount", "Discount as a sum"),
        ("allowance_reason", "Reason of the discount"),
        ("allowance_vat", "VAT of the discount"),
        ("exemption_reason", "Why it is exempt from VAT"),
        ("action", "Action"),
    ];
    const MANY: &'static [(&'static str, &'static str)] = &[
        ("line_origin", "Line"),
        ("item_name", "Item"),
        ("description", "Description"),
        ("quantity", "Quantity"),
        ("unit", "Unit"),
        ("unit_price", "Price"),
        ("vat", "VAT"),
    ];
    const LIMIT: usize = 2 << 20;
}

/// One line as typed.
pub(super) struct Row {
    /// From 1, as people count.
    pub(super) number: usize,
    cells: [String; 7],
    errors: Vec<(&'static str, String)>,
}

impl Row {
    /// What stands in a column of [`COLUMNS`].
    pub(super) fn cell(&self, column: &str) -> &str {
        let at = COLUMNS.iter().position(|name| *name == column);
        self.cells.get(at.expect("pages ask for columns that exist")).expect("as many cells as columns")
    }

    /// What is wrong with it.
    pub(super) fn error(&self, column: &str) -> Option<&str> {
        self.errors.iter().find(|(found, _)| *found == column).map(|(_, message)| message.as_str())
    }

    /// Units and VAT are chosen already in a new row: they alone make no line.
    fn is_empty(&self) -> bool {
        ["item_name", "description", "quantity", "unit_price"]
            .iter()
            .all(|column| self.cell(column).trim().is_empty())
    }
}

/// The lines as typed, for the page.
pub(super) fn rows(form: &Form<Editor>) -> Vec<Row> {
    let columns = COLUMNS.map(|column| form.values(column).collect::<Vec<_>>());
    let count = columns.iter().map(Vec::len).max().unwrap_or(0);
    let row = |at: usize| Row {
        number: at + 1,
        cells: columns.each_ref().map(|column| column.get(at).copied().unwrap_or_default().to_owned()),
        errors: COLUMNS
            .iter()
            .filter_map(|column| Some((*column, form.error(&format!("{column}-{}", at + 1))?.to_owned())))
            .collect(),
    };
    (0..count).map(row).collect()
}

/// The VAT to choose from, and what is chosen already, lest saving changes it.
pub(super) fn vat_options(form: &Form<Editor>) -> Vec<(String, String)> {
    let chosen = form.values("vat").chain(form.values("allowance_vat"));
    with_chosen(VAT, chosen, |value| value.replacen(':', " ", 1))
}

/// The units to choose from, and what is chosen already.
pub(super) fn unit_options(form: &Form<Editor>) -> Vec<(String, String)> {
    with_chosen(units::COMMON, form.values("unit"), str::to_owned)
}

fn with_chosen<'a>(
    options: &[(&str, &str)],
    chosen: impl Iterator<Item = &'a str>,
    label: impl Fn(&str) -> String,
) -> Vec<(String, String)> {
    let mut all: Vec<_> =
        options.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect();
    for value in chosen.filter(|value| !value.is_empty()) {
        if !all.iter().any(|(known, _)| known == value) {
            all.push((value.to_owned(), label(value)));
        }
    }
    all
}

/// A change of the rows that is not saved.
pub(super) enum Edit {
    /// One more, empty, with the VAT of the last.
    Add,
    /// Without this one, counted from 1.
    Remove(usize),
}

/// The form with other rows, and without what was said against it: not everything is typed yet.
pub(super) fn edited(form: &Form<Editor>, edit: &Edit) -> Form<Editor> {
    let mut copy = Form::blank();
    for (name, _) in Editor::ONE {
        copy = copy.with(name, form.value(name));
    }
    let rows = rows(form);
    for row in rows.iter().filter(|row| !matches!(edit, Edit::Remove(number) if *number == row.number)) {
        for (column, cell) in COLUMNS.iter().zip(&row.cells) {
            copy = copy.with(column, cell);
        }
    }
    if matches!(edit, Edit::Add) {
        let vat = rows.last().map_or("", |row| row.cell("vat"));
        copy = empty_row(copy, vat);
    }
    copy
}

fn empty_row(form: Form<Editor>, vat: &str) -> Form<Editor> {
    let form =
        form.with("line_origin", "").with("item_name", "").with("description", "").with("quantity", "");
    form.with("unit", "C62").with("unit_price", "").with("vat", vat)
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
        .with("delivery_date", date(content.delivery.as_ref().and_then(|delivery| delivery.actual_date)))
        .with("payment_terms", text(&content.payment_terms))
        .with("note", plain_note(&content.notes).map_or("", |at| content.notes[at].text.as_str()))
        .with("exemption_reason", exempt.and_then(|e| e.reason.clone()).unwrap_or_default());
    if let Some(allowance) = content.allowances.first() {
        let computed = allowance.percentage.is_some() && allowance.amount.0.is_zero();
        form = form
            .with("allowance_percent", allowance.percentage.map(|p| p.to_string()).unwrap_or_default())
            .with("allowance_amount", if computed { String::new() } else { allowance.amount.to_string() })
            .with("allowance_reason", text(&allowance.reason))
            .with("allowance_vat", vat_value(&allowance.vat_category, allowance.vat_rate));
    }
    for (at, line) in content.lines.iter().enumerate() {
        form = form
            .with("line_origin", at)
            .with("item_name", &line.item.name)
            .with("description", text(&line.item.description))
            .with("quantity", line.quantity)
            .with("unit", &line.unit)
            .with("unit_price", line.price.net_price)
            .with("vat", vat_value(&line.vat_category, line.vat_rate));
    }
    if content.lines.is_empty() { empty_row(form, "") } else { form }
}

/// The content as typed, on top of what is stored. What is wrong is noted on the form, and there is `None`.
pub(super) fn read(form: &mut Form<Editor>, stored: Content) -> Option<Content> {
    let mut content = stored;
    content.buyer_reference = form.optional("buyer_reference");
    content.payment_terms = form.optional("payment_terms");
    content.due_date = read_date(form, "due_date");
    let delivered = read_date(form, "delivery_date");
    if delivered.is_some() || content.delivery.is_some() {
        content.delivery.get_or_insert_default().actual_date = delivered;
    }
    read_note(form, &mut content.notes);
    content.lines = read_lines(form, &content.lines);
    read_allowance(form, &mut content);
    state_exemptions(form, &mut content);
    refuse_beyond_limits(form, &content);
    form.errors().is_empty().then_some(content)
}

/// What no document may hold is not kept in a draft either. What else the rules find, the page lists.
fn refuse_beyond_limits(form: &mut Form<Editor>, content: &Content) {
    let numbers: Vec<_> = rows(form).iter().filter(|row| !row.is_empty()).map(|row| row.number).collect();
    for finding in content_limits(content) {
        let column = match finding.term {
            "BT-129" => "quantity",
            "BT-130" => "unit",
            "BT-146" => "unit_price",
            "BT-151" | "BT-152" => "vat",
            "BT-153" => "item_name",
            "BT-154" => "description",
            _ => "",
        };
        let row = finding.index.and_then(|at| numbers.get(at)).filter(|_| !column.is_empty());
        if let Some(number) = row {
            form.refuse(&format!("{column}-{number}"), finding.message);
            continue;
        }
        let field = match finding.term {
            "BT-9" => "due_date",
            "BT-10" => "buyer_reference",
            "BT-20" => "payment_terms",
            "BT-22" => "note",
            "BT-72" => "delivery_date",
            "BT-92" => "allowance_amount",
            "BT-94" => "allowance_percent",
            "BT-95" | "BT-96" => "allowance_vat",
            "BT-97" => "allowance_reason",
            "BT-120" => "exemption_reason",
            _ => "",
        };
        form.refuse(field, finding.message);
    }
}

fn read_date(form: &mut Form<Editor>, name: &str) -> Option<jiff::civil::Date> {
    let text = form.optional(name)?;
    let date = text.parse().ok();
    if date.is_none() {
        form.refuse(name, "a date of the calendar, such as 2026-12-31");
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

fn read_lines(form: &mut Form<Editor>, stored: &[InvoiceLine]) -> Vec<InvoiceLine> {
    let counts = COLUMNS.map(|column| form.values(column).count());
    if counts.iter().any(|count| *count != counts[0]) {
        form.refuse("", "the lines did not arrive completely: reload the page and type them again");
        return Vec::new();
    }
    let rows: Vec<_> = rows(form).into_iter().filter(|row| !row.is_empty()).collect();
    if rows.len() > MOST_LINES {
        form.refuse("", format!("the editor takes {MOST_LINES} lines; these are {}", rows.len()));
        return Vec::new();
    }
    let mut taken = Vec::new();
    rows.iter().filter_map(|row| read_line(form, row, stored, &mut taken)).collect()
}

fn read_line(
    form: &mut Form<Editor>,
    row: &Row,
    stored: &[InvoiceLine],
    taken: &mut Vec<usize>,
) -> Option<InvoiceLine> {
    let mut line = match row.cell("line_origin") {
        "" => InvoiceLine::default(),
        origin => {
            let at = origin.parse().ok().filter(|at| !taken.contains(at));
            let Some((at, line)) = at.and_then(|at| Some((at, stored.get(at)?))) else {
                form.refuse("", format!("line {} is not one of this draft: reload the page", row.number));
                return None;
            };
            taken.push(at);
            line.clone()
        }
    };
    row.cell("item_name").trim().clone_into(&mut line.item.name);
    line.item.description = Some(row.cell("description").trim().to_owned()).filter(|text| !text.is_empty());
    row.cell("unit").trim().clone_into(&mut line.unit);
    let quantity = read_cell(form, row, "quantity", decimal);
    let price = read_cell(form, row, "unit_price", decimal);
    let vat = read_cell(form, row, "vat", read_vat);
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

fn read_cell<T>(
    form: &mut Form<Editor>,
    row: &Row,
    column: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    match read(row.cell(column)) {
        Ok(value) => Some(value),
        Err(problem) => {
            form.refuse(&format!("{column}-{}", row.number), problem);
            None
        }
    }
}

/// BG-20, the first: the editor has one discount; others stay as they are.
fn read_allowance(form: &mut Form<Editor>, content: &mut Content) {
    let percentage = optional_decimal(form, "allowance_percent").map(Percentage);
    let amount = optional_decimal(form, "allowance_amount").map(Amount);
    let reason = form.optional("allowance_reason");
    let none = form.optional("allowance_percent").is_none() && form.optional("allowance_amount").is_none();
    if none {
        if reason.is_some() {
            form.refuse(
                "allowance_percent",
                "give the discount in percent or as a sum, or remove its reason",
            );
        } else if !content.allowances.is_empty() {
            content.allowances.remove(0);
        }
        return;
    }
    let Some((vat_category, vat_rate)) = allowance_vat(form, &content.lines) else { return };
    let before = content.allowances.first().cloned().unwrap_or_default();
    let amount = amount.unwrap_or_default();
    let same = (before.percentage, before.amount) == (percentage, amount);
    let base_amount = before.base_amount.filter(|_| same);
    let reason_code = before.reason_code;
    let allowance =
        DocumentAllowance { amount, base_amount, percentage, vat_category, vat_rate, reason, reason_code };
    match content.allowances.first_mut() {
        Some(first) => *first = allowance,
        None => content.allowances.push(allowance),
    }
}

fn optional_decimal(form: &mut Form<Editor>, name: &str) -> Option<Decimal> {
    let text = form.optional(name)?;
    decimal(&text).map_err(|problem| form.refuse(name, problem)).ok()
}

/// The VAT of the discount: as chosen, or as that of all lines if they agree.
fn allowance_vat(
    form: &mut Form<Editor>,
    lines: &[InvoiceLine],
) -> Option<(VatCategory, Option<Percentage>)> {
    let chosen = form.text("allowance_vat");
    if !chosen.is_empty() {
        return read_vat(&chosen).map_err(|problem| form.refuse("allowance_vat", problem)).ok();
    }
    let mut all = lines.iter().map(|line| (line.vat_category.clone(), line.vat_rate));
    let first = all.next();
    match first {
        Some(first) if all.all(|other| other == first) => Some(first),
        _ => {
            form.refuse("allowance_vat", "the lines differ: choose the VAT that the discount lowers");
            None
        }
    }
}

/// BT-120 and BT-121 for what bears no tax, and the country of a supply within the EU (BT-80).
fn state_exemptions(form: &mut Form<Editor>, content: &mut Content) {
    let lines = content.lines.iter().map(|line| &line.vat_category);
    let allowances = content.allowances.iter().map(|allowance| &allowance.vat_category);
    let charges = content.charges.iter().map(|charge| &charge.vat_category);
    let used: Vec<_> = lines.chain(allowances).chain(charges).cloned().collect();
    let stated = &mut content.vat_exemptions;
    for (category, reason, code) in REASONS {
        let is_stated = stated.iter().any(|exemption| exemption.category == category);
        if !used.contains(&category) {
            stated.retain(|exemption| exemption.category != category);
        } else if !is_stated {
            let (reason, reason_code) = (Some(reason.to_owned()), Some(code.to_owned()));
            stated.push(VatExemption { category, reason, reason_code });
        }
    }
    let reason = form.optional("exemption_reason");
    let exempt = stated.iter_mut().find(|exemption| exemption.category == VatCategory::Exempt);
    match (exempt, reason) {
        (Some(exempt), reason) if reason.is_some() || exempt.reason_code.is_some() => exempt.reason = reason,
        (None, Some(reason)) => {
            let (reason, reason_code) = (Some(reason), None);
            stated.push(VatExemption { category: VatCategory::Exempt, reason, reason_code });
        }
        _ if used.contains(&VatCategory::Exempt) => {
            form.refuse("exemption_reason", "a line is exempt: write why, such as the paragraph of the law");
        }
        _ => stated.retain(|exemption| exemption.category != VatCategory::Exempt),
    }
    if used.contains(&VatCategory::IntraCommunity) {
        let address = content.delivery.get_or_insert_default().address.get_or_insert_default();
        if address.country.is_empty() {
            address.country.clone_from(&content.buyer.address.country);
        }
    }
}

/// `S:19`; `O:` has no rate.
fn vat_value(category: &VatCategory, rate: Option<Percentage>) -> String {
    let rate = rate.map(|rate| rate.0.normalize().to_string()).unwrap_or_default();
    format!("{}:{rate}", category.code())
}

fn read_vat(value: &str) -> Result<(VatCategory, Option<Percentage>), String> {
    let choose = || "choose the VAT".to_owned();
    let (code, rate) = value.trim().split_once(':').ok_or_else(choose)?;
    let category = VatCategory::from_code(code);
    if matches!(category, VatCategory::Unknown(_)) {
        return Err(choose());
    }
    if rate.is_empty() {
        return Ok((category, None));
    }
    let rate = decimal(rate)?;
    if rate < Decimal::ZERO || rate > Decimal::ONE_HUNDRED {
        return Err("a rate is between 0 and 100 percent".to_owned());
    }
    Ok((category, Some(Percentage(rate))))
}

/// The most digits of a number, before and after the separator together.
const MOST_DIGITS: usize = 28;

/// A number as people type it: dot or comma before the decimals, blanks and groups of three where they cannot be
/// misread. `1,234` could be two numbers and is refused.
pub(super) fn decimal(text: &str) -> Result<Decimal, String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (minus, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    if digits.is_empty() {
        return Err("a number is needed, such as 1234.50".to_owned());
    }
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    if count == 0 || digits.bytes().any(|byte| !byte.is_ascii_digit() && byte != b'.' && byte != b',') {
        return Err("this is no number: write digits with one dot or comma, such as 1234.50".to_owned());
    }
    if count > MOST_DIGITS {
        return Err(format!("a number has at most {MOST_DIGITS} digits; this has {count}"));
    }
    let (whole, decimals) = parts(digits)?;
    let plain = match decimals {
        Some(decimals) => format!("{minus}{whole}.{decimals}"),
        None => format!("{minus}{whole}"),
    };
    let mut value = Decimal::from_str_exact(&plain).map_err(|_| "this number is too large".to_owned())?;
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    Ok(value)
}

/// The digits before and after the decimal separator, without groups.
fn parts(digits: &str) -> Result<(String, Option<&str>), String> {
    let misplaced = || "the dots and commas do not fit together: write 1234.50 or 1,234.50".to_owned();
    let last = digits.rfind(['.', ',']);
    let Some(at) = last else { return Ok((digits.to_owned(), None)) };
    let (before, separator, after) = (&digits[..at], &digits[at..=at], &digits[at + 1..]);
    if before.contains(separator) {
        // Twice the same: these are groups, and there are no decimals.
        let whole = ungrouped(digits, separator).ok_or_else(misplaced)?;
        return Ok((whole, None));
    }
    if after.is_empty() {
        return Err(misplaced());
    }
    let grouping = if separator == "." { "," } else { "." };
    let whole = match before {
        "" => "0".to_owned(),
        before if before.contains(grouping) => ungrouped(before, grouping).ok_or_else(misplaced)?,
        before => before.to_owned(),
    };
    let could_be_a_group =
        after.len() == 3 && before.len() <= 3 && !before.is_empty() && !before.starts_with('0');
    if separator == "," && could_be_a_group {
        return Err(format!("this could be two numbers: write {before}{after} or {before}.{after}"));
    }
    Ok((whole, Some(after)))
}

/// `1.234.567` without its dots, if they stand every three digits and nothing else does.
fn ungrouped(text: &str, separator: &str) -> Option<String> {
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let fits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let well =
        (1..=3).contains(&first.len()) && fits(first) && groups.all(|group| group.len() == 3 && fits(group));
    well.then(|| text.replace(separator, ""))
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::{Delivery, Item, PriceDetails};
    use jiff::civil::date;

    use super::*;

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
        content
    }

    fn typed(rows: &[[&str; 7]]) -> Form<Editor> {
        let mut form = Form::blank();
        for row in rows {
            for (column, cell) in COLUMNS.iter().zip(row) {
                form = form.with(column, cell);
            }
        }
        form
    }

    fn row(vat: &str) -> [&str; 7] {
        ["", "Chair", "", "1", "C62", "10", vat]
    }

    fn errors(form: &Form<Editor>) -> Vec<(String, String)> {
        form.errors().iter().map(|(name, message)| (name.to_owned(), message.to_owned())).collect()
    }

    #[test]
    fn numbers_are_read_with_dot_or_comma() {
        for (text, value) in [
            ("0", "0"),
            ("-0", "0"),
            ("1234.50", "1234.50"),
            ("1234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1.234", "1.234"),
            ("0,125", "0.125"),
            ("1234,567", "1234.567"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1.234.567,8", "1234567.8"),
            (" 1\u{a0}234,5 ", "1234.5"),
            ("1\u{202f}234,5", "1234.5"),
            (",5", "0.5"),
            ("\u{2212}12,5", "-12.5"),
            ("9999999999999999999999999999", "9999999999999999999999999999"),
            ("0.000000000000000000000000001", "0.000000000000000000000000001"),
        ] {
            assert_eq!(decimal(text).unwrap().to_string(), value, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_could_be_two_is_refused() {
        for text in [
            "",
            " ",
            "-",
            "--1",
            "+1",
            ".",
            ",",
            "1.",
            "1,",
            "1..2",
            "1,,2",
            "1,2,3",
            "1.2.3",
            "1,23.4",
            "1.23,4",
            "1,234,5",
            "1,234.5.6",
            "1.234,5,6",
            "12345,678.9",
            ",123.4",
            "1e5",
            "1E5",
            "0x1F",
            "NaN",
            "inf",
            "1_000",
            "١٢",
            "1-2",
            "1/2",
            "1 EUR",
            "€1",
            "<b>1</b>",
            "12345678901234567890123456789",
        ] {
            assert!(decimal(text).is_err(), "{text}");
        }
        assert_eq!(decimal("1,234").unwrap_err(), "this could be two numbers: write 1234 or 1.234");
        assert!(decimal(&"9".repeat(100_000)).is_err());
    }

    #[test]
    fn filling_in_and_reading_back_changes_nothing() {
        for stored in [Content::default(), content()] {
            let mut form = fill(&stored, 7);
            assert_eq!(form.value("version"), "7");
            let read = read(&mut form, stored.clone());
            assert_eq!(errors(&form), []);
            assert_eq!(read.unwrap(), stored);
        }
    }

    #[test]
    fn what_the_editor_does_not_show_goes_with_its_line() {
        let stored = content();
        let form = edited(&fill(&stored, 1), &Edit::Remove(2));
        let mut form = edited(&form, &Edit::Add);
        assert_eq!(rows(&form).len(), 2);
        let read = read(&mut form, stored.clone()).unwrap();
        assert_eq!(read.lines, stored.lines[..1]);
        assert_eq!(read.project_reference, stored.project_reference);

        let swapped = typed(&[
            ["1", "Course", "", "2", "HUR", "1234,5678", "E:0"],
            ["", "New", "", "1", "C62", "10", "S:7"],
            ["0", "Design", "Drawings", "1.25", "HUR", "99", "S:19"],
        ]);
        let mut swapped = swapped.with("exemption_reason", "Law");
        let read = super::read(&mut swapped, stored.clone()).unwrap();
        assert_eq!(read.lines[2].period, stored.lines[0].period);
        assert_eq!(read.lines[1].period, None);
        assert_eq!(read.lines[0].price.net_price, stored.lines[1].price.net_price);
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
        let rows = rows(&form);
        assert_eq!((rows[1].cell("quantity"), rows[0].error("quantity")), ("many", None));
        assert!(rows[1].error("quantity").unwrap().starts_with("This is no number"));
        assert!(edited(&form, &Edit::Add).errors().is_empty());
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
            assert!(vat_options(&form).len() >= VAT.len());
        }
    }

    #[test]
    fn untaxed_categories_get_their_reasons_and_lose_them_again() {
        for (category, _, code) in REASONS {
            let vat = vat_value(&category, (category != VatCategory::NotSubject).then(Percentage::default));
            let read = read(&mut typed(&[row(&vat)]), Content::default()).unwrap();
            assert_eq!(read.vat_exemptions[0].reason_code.as_deref(), Some(code));
            let read = super::read(&mut typed(&[row("S:19")]), read).unwrap();
            assert_eq!(read.vat_exemptions, []);
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
        for (at, (value, _)) in VAT.iter().enumerate() {
            let (category, rate) = read_vat(value).unwrap();
            assert_eq!(vat_value(&category, rate), *value);
            assert!(VAT[..at].iter().all(|(other, _)| other != value), "{value}");
        }
    }

    #[test]
    fn a_discount_takes_the_vat_of_the_lines_if_they_agree() {
        let form = |rows: &[[&str; 7]]| typed(rows).with("allowance_percent", "2,5");
        let read_back = read(&mut form(&[row("S:7"), row("S:7")]), Content::default()).unwrap();
        assert_eq!(read_back.allowances[0].vat_rate, Some(Percentage(dec("7"))));
        assert_eq!(read_back.allowances[0].percentage, Some(Percentage(dec("2.5"))));
        let mut differing = form(&[row("S:7"), row("S:19")]);
        assert!(read(&mut differing, Content::default()).is_none());
        assert_eq!(errors(&differing)[0].0, "allowance_vat");
    }

    #[test]
    fn another_discount_does_not_keep_the_base_of_the_old_one() {
        let stored = content();
        let mut form = typed(&[["0", "Design", "", "1", "HUR", "10", "S:19"]]).with("allowance_percent", "3");
        let read_back = read(&mut form, stored).unwrap();
        assert_eq!(read_back.allowances[0].base_amount, None);
        let mut form = typed(&[["0", "Design", "", "1", "HUR", "10", "S:19"]]);
        assert_eq!(read(&mut form, read_back).unwrap().allowances, []);
    }

    #[test]
    fn another_price_does_not_keep_the_gross_price_of_the_old_one() {
        let mut stored = Content { lines: vec![line("Chair", "S:19")], ..Content::default() };
        stored.lines[0].price.gross_price = Some(UnitPrice(dec("2000")));
        let kept = read(&mut fill(&stored, 1), stored.clone()).unwrap();
        assert!(kept.lines[0].price.gross_price.is_some());
        let mut form = typed(&[["0", "Chair", "", "1", "HUR", "9", "S:19"]]);
        assert_eq!(read(&mut form, stored).unwrap().lines[0].price.gross_price, None);
    }
}
