//! What was written reads as it was.

use std::fs;

use counterfoil_einvoice::{ReadBackError, Syntax, WriteError, read, read_back, validate, write};
use counterfoil_invoice::line::Attribute;
use counterfoil_invoice::references::Identifier;
use counterfoil_invoice::{Amount, Percentage, Quantity, UnitPrice};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::oracle;
use crate::rich::{Change, categories_and_currencies, document, some, variants};

const SYNTAXES: [Syntax; 2] = [Syntax::Cii, Syntax::Ubl];

#[test]
fn the_rich_document_leaves_no_term_out() {
    let mut document = document();
    assert_eq!(document.content.tax_point_date, None, "BT-7 excludes BT-8");
    document.content.tax_point_date = Some(document.issue_date);
    document.vat_breakdown.remove(0); // without exemption
    for identifier in &mut document.content.seller.identifiers {
        identifier.scheme.get_or_insert_default();
    }
    assert!(!format!("{document:?}").contains("None"), "{document:#?}");
    assert!(!format!("{document:?}").contains("[]"), "{document:#?}");
}

#[test]
fn what_is_written_is_valid_and_reads_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    let rich = variants().into_iter().map(|(name, document)| (name.to_owned(), document));
    for (name, document) in rich.chain(categories_and_currencies()) {
        for syntax in SYNTAXES {
            let xml = write(&document, syntax).unwrap();
            let reading = read(&xml).unwrap();
            assert_eq!(reading.document, document, "{name} as {syntax:?}");
            assert_eq!((reading.syntax, reading.not_carried), (syntax, Vec::new()), "{name}");
            assert_eq!(write(&document, syntax).unwrap(), xml, "the same bytes");
            let judged = validate(&xml).unwrap();
            assert!(judged.is_valid() && judged.findings.is_empty(), "{name} as {syntax:?}: {judged:?}");
            let file = folder.path().join(format!("{name} {syntax:?}.xml"));
            fs::write(&file, xml).unwrap();
            files.push(file);
        }
    }
    for (file, fatal) in oracle::judge(&files) {
        assert!(fatal.is_empty(), "{}: {fatal:?}", file.display());
    }
}

#[test]
fn the_bytes_are_these() {
    for (name, syntax) in [("cii", Syntax::Cii), ("ubl", Syntax::Ubl)] {
        insta::assert_snapshot!(name, String::from_utf8(write(&document(), syntax).unwrap()).unwrap());
    }
    let (_, credit_note) = variants().swap_remove(1);
    insta::assert_snapshot!(
        "ubl-credit-note",
        String::from_utf8(write(&credit_note, Syntax::Ubl).unwrap()).unwrap()
    );
}

#[test]
fn a_credit_note_without_payment_instructions_keeps_its_due_date() {
    let mut document = document();
    "381".clone_into(&mut document.content.type_code);
    document.content.payment = None;
    let again = read(&write(&document, Syntax::Ubl).unwrap()).unwrap().document;
    assert_eq!(again.content.due_date, document.content.due_date);
    assert_eq!(again.content.payment.unwrap().means_code, "1", "instrument not defined");
}

#[test]
fn an_empty_specification_becomes_the_plain_one() {
    let mut document = document();
    document.content.process.specification.clear();
    for syntax in SYNTAXES {
        let again = read(&write(&document, syntax).unwrap()).unwrap().document;
        assert_eq!(again.content.process.specification, "urn:cen.eu:en16931:2017");
    }
}

#[test]
fn whatever_is_said_otherwise_is_found_when_it_is_read_back() {
    let changes: [(Change, &str); 9] = [
        (|d| d.number.push('1'), "/number"),
        (|d| d.content.buyer.name.push('x'), "/content/buyer/name"),
        (|d| d.content.seller.identifiers[1].value.push('0'), "/content/seller/identifiers/"),
        (|d| d.content.payment_terms = None, "/content/payment_terms"),
        (|d| d.content.lines[0].quantity.0 += Decimal::ONE, "/content/lines/"),
        (|d| d.content.lines[1].item.attributes[0].value.push('x'), "/content/lines/"),
        (|d| _ = d.content.lines.pop(), "/content/lines"),
        (|d| d.totals.amount_due.0 += Decimal::new(1, 2), "/totals/amount_due"),
        (|d| d.vat_breakdown[1].tax_amount.0 += Decimal::new(1, 2), "/vat_breakdown/"),
    ];
    for syntax in SYNTAXES {
        let xml = write(&document(), syntax).unwrap();
        assert_eq!(read_back(&xml, &document()), Ok(()));
        for (change, path) in changes {
            let mut other = document();
            change(&mut other);
            match read_back(&xml, &other) {
                Err(ReadBackError::Differs(found)) => assert!(found.starts_with(path), "{found}, not {path}"),
                same => panic!("{path} as {syntax:?}: {same:?}"),
            }
        }
    }
}

#[test]
fn harmless_differences_are_none_when_it_is_read_back() {
    let changes: [Change; 8] = [
        |d| d.content.buyer.name = format!("  {}\n", d.content.buyer.name),
        |d| d.content.notes[0].text.push('\t'),
        |d| d.content.buyer.address.line_3 = some(" "),
        |d| d.content.seller.identifiers.reverse(),
        |d| d.content.process.specification.clear(),
        |d| d.content.vat_exemptions.clear(),
        |d| d.content.lines[0].quantity.0.rescale(9),
        |d| {
            let mut note = d.content.notes[0].clone();
            note.subject_code = None;
            note.text = "#ABC# looks like a code".to_owned();
            d.content.notes.push(note);
        },
    ];
    let mut all = document();
    let one_by_one = changes.map(|change| {
        change(&mut all);
        let mut document = document();
        change(&mut document);
        document
    });
    for document in one_by_one.into_iter().chain([all]) {
        for syntax in SYNTAXES {
            assert_eq!(read_back(&write(&document, syntax).unwrap(), &document), Ok(()), "{document:#?}");
        }
    }
}

#[test]
fn what_the_schema_demands_and_is_not_there_is_named() {
    let missing = |change: Change, syntax| {
        let mut document = document();
        change(&mut document);
        match write(&document, syntax) {
            Err(WriteError::Missing { term, path }) => format!("{term} {path}"),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(missing(|d| d.number.clear(), Syntax::Ubl), "BT-1 /Invoice/cbc:ID");
    assert_eq!(missing(|d| d.content.lines.clear(), Syntax::Ubl), "BG-25 /Invoice/cac:InvoiceLine");
    assert_eq!(
        missing(|d| d.content.lines[1].net_amount = None, Syntax::Ubl),
        "BT-131 /Invoice/cac:InvoiceLine/cbc:LineExtensionAmount"
    );
    assert!(missing(|d| d.content.lines[1].net_amount = None, Syntax::Cii).starts_with("BT-131 "));
    assert!(missing(|d| d.content.type_code.clear(), Syntax::Cii).starts_with("BT-3 "));
}

#[test]
fn a_character_that_xml_cannot_carry_names_its_term() {
    let changes: [(Change, &str); 5] = [
        (|d| d.content.buyer.name.push('\u{0}'), "BT-44"),
        (|d| d.content.seller.identifiers[1].scheme = some("00\u{1}88"), "BT-29"),
        (|d| d.content.lines[0].item.name.push('\u{b}'), "BT-153"),
        (|d| d.content.notes[0].text.push('\u{fffe}'), "BT-22"),
        (|d| d.content.process.specification.push('\u{1f}'), "BT-24"),
    ];
    for (change, wanted) in changes {
        let mut document = document();
        change(&mut document);
        for syntax in SYNTAXES {
            let error = write(&document, syntax).unwrap_err();
            assert!(matches!(error, WriteError::Character { term, .. } if term == wanted), "{error}");
        }
    }
}

/// Text as a person may write it: something visible at both ends, line breaks, quotes and markup within.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9&<>\"'äßé€漢😀][ \\n\\r\\ta-z&<>\"'\\]#;äß€漢😀]{0,30}[a-zA-Z0-9&<>\"'äßé€漢😀]"
}

fn number() -> impl Strategy<Value = Decimal> {
    (-1_000_000_000_000_i64..1_000_000_000_000, 0_u32..12)
        .prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_number_comes_back(texts in prop::collection::vec(text(), 14), numbers in prop::collection::vec(number(), 8)) {
        let mut document = document();
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap();
        let mut numbers = numbers.into_iter();
        let mut number = || numbers.next().unwrap();
        document.number = text();
        document.content.notes[0].text = text();
        document.content.payment_terms = Some(text());
        document.content.seller.name = text();
        document.content.seller.identifiers[1].scheme = Some(text());
        document.content.buyer.address.line_3 = Some(text());
        document.content.invoiced_object = Some(Identifier { value: text(), scheme: Some(text()) });
        document.content.supporting_documents[0].attachment.as_mut().unwrap().filename = text();
        let line = &mut document.content.lines[1];
        line.item.description = Some(text());
        line.item.attributes[0] = Attribute { name: text(), value: text() };
        line.item.classifications[0].scheme_version = Some(text());
        line.unit = text();
        line.net_amount = Some(Amount(number()));
        line.quantity = Quantity(number());
        line.price.net_price = UnitPrice(number());
        line.price.gross_price = Some(UnitPrice(number()));
        line.vat_rate = Some(Percentage(number()));
        document.totals.amount_due = Amount(number());
        document.vat_breakdown[1].tax_amount = Amount(number());
        document.content.allowances[0].percentage = Some(Percentage(number()));
        for syntax in SYNTAXES {
            let xml = write(&document, syntax).unwrap();
            prop_assert_eq!(&read(&xml).unwrap().document, &document);
            prop_assert_eq!(read_back(&xml, &document), Ok(()));
            prop_assert_eq!(write(&read(&xml).unwrap().document, syntax).unwrap(), xml);
        }
    }
}
