//! From a draft into the form and back.

use counterfoil_invoice::line::{LineAllowance, LineCharge};
use counterfoil_invoice::vat::{DocumentAllowance, DocumentCharge, VatExemption};
use counterfoil_invoice::{
    Amount, Delivery, InvoiceLine, Item, Percentage, PriceDetails, Quantity, UnitPrice,
};
use jiff::civil::date;
use rust_decimal::Decimal;

use super::lines::{LINES, MOST_LINES};
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
    let form = edited(&fill(&stored, 1), Edit::RemoveLine(2));
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
    let mut form =
        typed(&[["", "Right", "", "1", "C62", "10", "S:19"], ["", "Wrong", "", "many", "C62", "1,234", ""]]);
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
    for vat in ["", "S", ":", "X:1", "S:x", "S:-1", "S:101", "S:1e1", "S:19:7", "::", "s:19", "\u{202e}:1"] {
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
    let kept = read(&mut fill(&stored, 1), stored.clone()).unwrap();
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

/// A stored draft as its page shows it.
fn stored(content: &Content, version: i64) -> Form<Editor> {
    let form = fill(content, version).with("customer", "a");
    let base = Base::of(&form).to_text();
    form.with("base", base)
}

fn rename(content: &mut Content, at: usize, name: &str) {
    name.clone_into(&mut content.lines[at].item.name);
}

/// Merges what was typed over `before` with what is stored `after`, with nothing of theirs chosen but what would be lost.
fn merged(mine: &Content, before: &Content, after: &Content) -> Merged {
    // The page of before, with what was typed in it.
    let typed = fill(mine, 1).with("customer", "a").with("base", stored(before, 1).value("base"));
    merge(&typed, &stored(after, 2), |difference| difference.is_theirs_first, |_, value| value.to_owned())
}

fn keys(merged: &Merged) -> Vec<&str> {
    merged.differences.iter().map(|difference| difference.key.as_str()).collect()
}

#[test]
fn what_one_side_left_as_it_was_is_taken_from_the_other_with_all_that_is_not_shown() {
    let before = content();
    let mut after = before.clone();
    after.payment_terms = Some("at once".to_owned());
    // They put a line in front, so that every origin is another, and changed the second.
    after.lines.insert(0, line("Travel", "S:19"));
    after.lines[2].item.description = Some("Three days".to_owned());
    after.charges[0].amount = Amount(dec("20"));
    let mut mine = before.clone();
    rename(&mut mine, 0, "Redesign");
    mine.notes[1].text = "another note".to_owned();
    let Merged { mut form, differences, taken } = merged(&mine, &before, &after);
    assert_eq!(differences, []);
    assert_eq!(taken.len(), 4, "terms, a line, another line, charges: {taken:?}");
    assert_eq!((form.value("version"), form.value("base")), ("2", stored(&after, 2).value("base")));
    let read = read(&mut form, after.clone()).unwrap();
    let mut expected = after.clone();
    expected.notes[1].text = "another note".to_owned();
    rename(&mut expected, 1, "Redesign");
    expected.lines.rotate_left(1);
    assert_eq!(read, expected);
    assert!(read.lines[0].period.is_some(), "what no page shows stays with its line");
}

#[test]
fn what_both_changed_is_asked_cell_by_cell_and_either_can_be_chosen() {
    let before = content();
    let [mut mine, mut after] = [before.clone(), before.clone()];
    mine.due_date = None;
    after.due_date = Some(date(2027, 1, 1));
    mine.lines[1].quantity = Quantity(dec("5"));
    after.lines[1].quantity = Quantity(dec("6"));
    after.lines[1].allowances[0].percentage = Some(Percentage(dec("11")));
    mine.allowances.clear();
    after.allowances[0].reason = Some("winter".to_owned());
    let asked = merged(&mine, &before, &after);
    assert_eq!(keys(&asked), ["due_date", "line-2", "allowances"]);
    let line = &asked.differences[1];
    assert_eq!(line.cells[0], ["Quantity".to_owned(), "5".to_owned(), "6".to_owned()]);
    assert_eq!(line.cells.len(), 2, "quantity and discount: {:?}", line.cells);
    let typed = fill(&mine, 1).with("customer", "a").with("base", stored(&before, 1).value("base"));
    for chosen in [vec![], vec!["due_date"], vec!["line-2", "allowances"]] {
        let is_theirs = |difference: &Difference| chosen.contains(&difference.key.as_str());
        let mut form = merge(&typed, &stored(&after, 2), is_theirs, |_, value| value.to_owned()).form;
        let read = read(&mut form, after.clone()).unwrap_or_else(|| panic!("{:?}", errors(&form)));
        let of = |key: &str| if chosen.contains(&key) { &after } else { &mine };
        assert_eq!(read.due_date, of("due_date").due_date, "{chosen:?}");
        assert_eq!(read.lines[1].quantity, of("line-2").lines[1].quantity, "{chosen:?}");
        assert_eq!(read.allowances, of("allowances").allowances, "{chosen:?}");
    }
}

#[test]
fn removed_lines_stay_removed_and_a_changed_one_is_asked_about() {
    let before =
        Content { lines: ["A", "B", "C"].map(|name| line(name, "S:19")).into(), ..Content::default() };
    let without = |at: usize| {
        let mut content = before.clone();
        content.lines.remove(at);
        content
    };
    let changed = |at: usize| {
        let mut content = before.clone();
        content.lines[at].quantity = Quantity(dec("9"));
        content
    };
    let names =
        |merged: &Merged| merged.form.values("item_name").map(str::to_owned).collect::<Vec<_>>().concat();
    let check = |mine: Content, after: Content, left: &str, asked: &[&str]| {
        // The page sends the rows that are left, each with the place it had.
        let places: Vec<_> = mine
            .lines
            .iter()
            .map(|line| before.lines.iter().position(|other| other.item.name == line.item.name).unwrap())
            .collect();
        let mut typed = Form::blank().with("base", stored(&before, 1).value("base")).with("customer", "a");
        for (line, place) in mine.lines.iter().zip(places) {
            typed = with_line(typed, &place.to_string(), line);
        }
        let is_theirs = |difference: &Difference| difference.is_theirs_first;
        let merged = merge(&typed, &stored(&after, 2), is_theirs, |_, value| value.to_owned());
        assert_eq!((names(&merged).as_str(), keys(&merged).as_slice()), (left, asked));
    };
    check(without(0), before.clone(), "BC", &[]);
    check(before.clone(), without(0), "BC", &[]);
    check(without(0), without(0), "BC", &[]);
    check(without(0), without(2), "B", &[]);
    check(changed(1), without(0), "BC", &[]);
    // Changed here and removed there: what is typed stays; the other way round the line would be lost.
    check(changed(0), without(0), "ABC", &["line-1"]);
    check(without(0), changed(0), "BCA", &["theirs-0"]);
}

#[test]
fn the_same_line_added_twice_is_one_and_two_others_are_two() {
    let before = Content { lines: vec![line("A", "S:19")], ..Content::default() };
    let mut after = before.clone();
    after.lines.push(line("New", "S:19"));
    let typed = |name: &str| {
        let form = fill(&before, 1).with("customer", "a").with("base", stored(&before, 1).value("base"));
        with_line(form, "", &line(name, "S:19"))
    };
    for (name, count) in [("New", 2), ("Other", 3)] {
        let merged = merge(&typed(name), &stored(&after, 2), |_| false, |_, value| value.to_owned());
        assert_eq!(merged.form.values("item_name").count(), count, "{name}");
        assert_eq!(merged.differences, []);
    }
}

#[test]
fn a_number_that_is_only_written_otherwise_was_not_changed() {
    let before = content();
    let mut after = before.clone();
    after.lines[0].quantity = Quantity(dec("8"));
    let mut typed = Form::blank().with("base", stored(&before, 1).value("base")).with("customer", "a");
    for row in lines(&fill(&before, 1)) {
        for (column, cell) in row.cells() {
            let cell = if column == "unit_price" { "1234,5678" } else { cell };
            typed = typed.with(column, cell);
        }
    }
    let merged = merge(&typed, &stored(&after, 2), |_| false, |_, value| value.to_owned());
    assert!(!keys(&merged).contains(&"line-1"), "{:?}", merged.differences);
    assert_eq!(merged.form.values("quantity").next(), Some("8"));
}

#[test]
fn the_origins_of_a_saved_form_are_where_its_rows_are_found_afterwards() {
    let mut form = typed(&[["", "", "", "", "C62", "", "S:19"], row("S:19"), row("S:7")]);
    form = of_line(form, ["3", "", "charge", "", "3", ""]);
    form = of_line(form, ["2", "", "allowance", "5", "", ""]);
    form = of_line(form, ["2", "", "charge", "5", "", ""]);
    form = of_line(form, ["2", "", "allowance", "6", "", ""]);
    form = of_line(form, ["1", "", "allowance", "6", "", ""]);
    form = allowance(form, ["", "charge", "1", "", "", "S:19"]);
    form = allowance(form, ["", "allowance", "", "", "", ""]);
    let origins = saved_origins(&form);
    let of = |name: &str| {
        origins
            .iter()
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("line_origin"), ["", "0", "1"]);
    assert_eq!(of("line_allowance_origin"), ["charge-0", "allowance-0", "charge-0", "allowance-1", ""]);
    assert_eq!(of("allowance_origin"), ["charge-0", ""]);
    // Saved, and sent again from there, nothing is new and nothing is lost.
    let saved = read(&mut form.again(), Content::default()).unwrap();
    let mut again = Form::blank();
    for row in lines(&form).iter().chain(&line_allowances(&form)).chain(&allowances(&form)) {
        for (column, cell) in row.cells().filter(|(column, _)| !column.ends_with("_origin")) {
            again = again.with(column, cell);
        }
    }
    for (name, origin) in &origins {
        again = again.with(name, origin);
    }
    assert_eq!(read(&mut again, saved.clone()).unwrap(), saved);
}
