//! Input that means harm is refused with its place, quickly, and without a panic.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use counterfoil_einvoice::{MAX_BYTES, MAX_DEPTH, Position, ReadError, Syntax, read, validate, write};
use proptest::prelude::*;

use crate::rich;

const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";

/// The error; it must come within the time that an unoptimised build needs to look at 10 MiB.
fn refusal(xml: impl AsRef<[u8]>) -> ReadError {
    let start = Instant::now();
    let error = read(xml.as_ref()).expect_err("refused");
    assert!(start.elapsed() < Duration::from_secs(20), "{error} took {:?}", start.elapsed());
    assert!(!error.to_string().is_empty());
    error
}

#[test]
fn any_doctype_is_refused_unread() {
    for doctype in [
        "<!DOCTYPE Invoice>",
        "<!DOCTYPE Invoice SYSTEM \"https://example.com/invoice.dtd\">",
        "<!DOCTYPE Invoice [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
    ] {
        let error = refusal(format!("<?xml version=\"1.0\"?>\n{doctype}<Invoice xmlns=\"{UBL}\"/>"));
        assert_eq!(error, ReadError::Doctype { at: Position { line: 2, column: 1 } });
    }
}

#[test]
fn a_billion_laughs_are_none() {
    let mut xml = String::from("<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">");
    for level in 1..10 {
        let inner = format!("&lol{};", level - 1).repeat(10);
        write!(xml, "<!ENTITY lol{level} \"{inner}\">").unwrap();
    }
    write!(xml, "]><Invoice xmlns=\"{UBL}\">&lol9;</Invoice>").unwrap();
    assert!(matches!(refusal(xml), ReadError::Doctype { .. }));
    // The entity alone is unknown.
    assert!(matches!(
        refusal(format!("<Invoice xmlns=\"{UBL}\">&lol9;</Invoice>")),
        ReadError::Malformed { .. }
    ));
}

#[test]
fn elements_in_one_another_are_counted() {
    let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
    for levels in [MAX_DEPTH + 1, 100_000] {
        assert!(matches!(refusal(deep(levels)), ReadError::Limit { limit: MAX_DEPTH, .. }), "{levels}");
    }
    assert!(matches!(refusal("<a>".repeat(100_000)), ReadError::Limit { .. }));
    assert!(matches!(refusal(deep(MAX_DEPTH)), ReadError::Root { .. }));
}

#[test]
fn attributes_names_and_namespaces_are_bounded() {
    let many = (0..100_000).fold(String::new(), |mut s, i| {
        write!(s, " a{i}=''").unwrap();
        s
    });
    let long = "x".repeat(1_000_000);
    // Each level declares a namespace, and the innermost elements copy all of them.
    let scopes = (0..60).fold(String::new(), |mut s, i| {
        write!(s, "<a xmlns:n{i}='{i}' xmlns:m{i}='{i}' xmlns:o{i}='{i}'>").unwrap();
        s
    });
    let copies = "<b xmlns:c='c'/>".repeat(500_000);
    for xml in [
        format!("<a{many}/>"),
        format!("<a b='{long}'/>"),
        format!("<{long}/>"),
        format!("<a {long}=''/>"),
        scopes,
        format!("<a xmlns:a='a' xmlns:b='b' xmlns:d='d'>{copies}</a>"),
        format!("<a>{}</a>", "<b/>".repeat(2_000_000)),
    ] {
        assert!(matches!(refusal(&xml), ReadError::Limit { .. }), "{}", &xml[..40]);
    }
}

#[test]
fn size_and_texts_are_bounded() {
    assert_eq!(refusal(vec![b' '; MAX_BYTES + 1]), ReadError::TooLarge(MAX_BYTES + 1));
    let document = String::from_utf8(write(&rich::document(), Syntax::Ubl).unwrap()).unwrap();
    let long =
        document.replacen("<cbc:BuyerReference>", &format!("<cbc:BuyerReference>{}", "x".repeat(70_000)), 1);
    let error = refusal(long).to_string();
    assert!(error.contains("BT-10 at /Invoice/cbc:BuyerReference is longer than 64 KiB"), "{error}");
}

#[test]
fn only_utf8_is_read() {
    let at = Position { line: 2, column: 2 };
    assert_eq!(refusal(b"<a>\n\xc3\xa4\xff</a>"), ReadError::Encoding { at });
    let latin = "<?xml version='1.0' encoding='ISO-8859-1'?><a>\u{e4}</a>";
    assert!(matches!(refusal(latin), ReadError::Encoding { .. }));
    let utf16: Vec<u8> = "\u{feff}<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(matches!(refusal(utf16), ReadError::Encoding { .. }));
    let xml = write(&rich::document(), Syntax::Cii).unwrap();
    let marked = ["\u{feff}".as_bytes(), xml.as_slice()].concat();
    assert_eq!(read(&marked).unwrap().document, read(&xml).unwrap().document);
}

#[test]
fn a_root_that_is_neither_is_named() {
    for (xml, found) in [
        ("<Invoice/>".to_owned(), "Invoice of no namespace"),
        ("<i:Invoice xmlns:i='urn:x'/>".to_owned(), "Invoice of urn:x"),
        (format!("<Order xmlns='{UBL}'/>"), &format!("Order of {UBL}")),
    ] {
        let at = Position { line: 1, column: 1 };
        assert_eq!(refusal(xml), ReadError::Root { at, found: found.to_owned() });
    }
}

#[test]
fn broken_xml_is_refused_with_its_place() {
    for xml in [
        "",
        " ",
        "<",
        "<a",
        "<a>",
        "<a></b>",
        "</a>",
        "<a/><b/>",
        "a",
        "<a>&x;</a>",
        "<a b=c/>",
        "<a b='1' b='2'/>",
        "<a>\u{1}</a>",
        "<p:a/>",
        "<a><!-- -- --></a>",
        "<?xml version='1.0'?>",
        "\u{feff}",
        "<![CDATA[x]]>",
        "<a>]]></a>",
    ] {
        assert!(matches!(refusal(xml), ReadError::Malformed { .. }), "{xml:?}: {:?}", read(xml.as_bytes()));
    }
}

#[test]
fn a_judgement_of_countless_wrong_values_names_the_first_hundreds_and_comes_in_time() {
    let lines = "<cac:InvoiceLine xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\">\
                 <LineExtensionAmount \
                 xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">x</LineExtensionAmount>\
                 </cac:InvoiceLine>"
        .repeat(20_000);
    let start = Instant::now();
    let judged = validate(format!("<Invoice xmlns=\"{UBL}\">{lines}</Invoice>").as_bytes()).unwrap();
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
    assert!((100..=200).contains(&judged.faults.len()), "{}", judged.faults.len());
}

#[test]
fn a_wrong_value_is_refused_with_its_term() {
    let ubl = String::from_utf8(write(&rich::document(), Syntax::Ubl).unwrap()).unwrap();
    let cii = String::from_utf8(write(&rich::document(), Syntax::Cii).unwrap()).unwrap();
    for (xml, from, to, term) in [
        (&ubl, "<cbc:IssueDate>2026-11-22", "<cbc:IssueDate>22.11.2026", "BT-2"),
        (&ubl, "<cbc:DueDate>2026-12-22", "<cbc:DueDate>2026-12-32", "BT-9"),
        (&ubl, "<cbc:DocumentCurrencyCode>EUR", "<cbc:DocumentCurrencyCode>euro", "BT-5"),
        (&ubl, "<cbc:ChargeIndicator>false", "<cbc:ChargeIndicator>no", "BT-92"),
        (&cii, "<ram:GrandTotalAmount>", "<ram:GrandTotalAmount>1e3", "BT-112"),
        (&cii, "<ram:BilledQuantity unitCode=\"HUR\">", "<ram:BilledQuantity unitCode=\"HUR\">1,", "BT-129"),
        (&cii, "format=\"102\">20261122", "format=\"203\">20261122", "BT-2"),
        (&cii, "filename=\"times.csv\">", "filename=\"times.csv\">?", "BT-125"),
    ] {
        assert!(xml.contains(from), "{from}");
        match refusal(xml.replacen(from, to, 1)) {
            ReadError::Value { term: named, path, at, .. } => {
                assert_eq!(named, term, "{path}");
                assert!(at.line > 1 && path.starts_with('/'));
            }
            other => panic!("{other}"),
        }
    }
    for (from, to, term) in [
        ("<cbc:IssueDate>2026-11-22</cbc:IssueDate>", "", "BT-2"),
        ("<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>", "", "BT-5"),
    ] {
        assert!(
            matches!(refusal(ubl.replacen(from, to, 1)), ReadError::Missing { term: named, .. } if named == term)
        );
    }
}

#[test]
fn a_comment_does_not_hide_half_of_a_value() {
    let ubl = String::from_utf8(write(&rich::document(), Syntax::Ubl).unwrap()).unwrap();
    let split = ubl.replacen("<cbc:ID>2026-0042", "<cbc:ID>2026<!-- -->-<![CDATA[0042]]><?x?>", 1);
    assert_eq!(read(split.as_bytes()).unwrap().document.number, "2026-0042");
}

#[test]
fn an_amount_in_another_currency_is_reported() {
    let ubl = String::from_utf8(write(&rich::document(), Syntax::Ubl).unwrap()).unwrap();
    let dollars =
        ubl.replacen("<cbc:PayableAmount currencyID=\"EUR\"", "<cbc:PayableAmount currencyID=\"USD\"", 1);
    let reading = read(dollars.as_bytes()).unwrap();
    assert_eq!(reading.not_carried, ["/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount/@currencyID"]);
}

#[test]
fn what_is_not_carried_is_named_once_and_not_without_end() {
    let ubl = String::from_utf8(write(&rich::document(), Syntax::Ubl).unwrap()).unwrap();
    let same = "<x:own xmlns:x='urn:x'>1</x:own>".repeat(1000);
    let different = (0..2000).fold(String::new(), |mut s, i| {
        write!(s, "<own{i}>1</own{i}>").unwrap();
        s
    });
    let end = "</Invoice>";
    let reading =
        read(ubl.replacen(end, &format!("{same}<x:empty xmlns:x='urn:x'/>{end}"), 1).as_bytes()).unwrap();
    assert_eq!(reading.not_carried, ["/Invoice/*:own"]);
    assert_eq!(reading.document, rich::document());
    let reading = read(ubl.replacen(end, &format!("{different}{end}"), 1).as_bytes()).unwrap();
    assert_eq!(reading.not_carried.len(), 500);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_never_panic(
        cii in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..6, any::<u8>(), 0_usize..200), 1..12),
    ) {
        let syntax = if cii { Syntax::Cii } else { Syntax::Ubl };
        let mut xml = write(&rich::document(), syntax).unwrap();
        for (place, change, byte, length) in changes {
            let at = place.index(xml.len());
            let end = (at + length).min(xml.len());
            match change {
                0 => xml[at] = byte,
                1 => xml.insert(at, byte),
                2 => { xml.drain(at..end); }
                3 => { let copy = xml[at..end].to_vec(); xml.splice(at..at, copy); }
                4 => { xml.splice(at..at, b"<!DOCTYPE x>".iter().copied()); }
                _ => { xml.splice(at..at, b"<![CDATA[<]]>".iter().copied()); }
            }
            if xml.is_empty() { break; }
        }
        if let Ok(reading) = read(&xml) {
            // Whatever is read can be written, or says why not.
            for syntax in [Syntax::Cii, Syntax::Ubl] {
                if let Ok(xml) = write(&reading.document, syntax) {
                    prop_assert!(read(&xml).is_ok());
                }
            }
        }
    }

    #[test]
    fn changed_values_never_panic(
        cii in any::<bool>(),
        place in any::<prop::sample::Index>(),
        value in prop_oneof!["[-+0-9.eE]{0,40}", "[0-9-]{8,10}", "\\PC{0,20}", Just(String::new()), "9{28,40}"],
    ) {
        let syntax = if cii { Syntax::Cii } else { Syntax::Ubl };
        let xml = String::from_utf8(write(&rich::document(), syntax).unwrap()).unwrap();
        let texts: Vec<_> = xml.match_indices("</").filter(|(at, _)| !xml[..*at].ends_with(' ')).collect();
        let (end, _) = texts[place.index(texts.len())];
        let start = xml[..end].rfind('>').unwrap() + 1;
        let value = value.replace(['<', '&'], "");
        let changed = format!("{}{value}{}", &xml[..start], &xml[end..]);
        if let Ok(reading) = read(changed.as_bytes()) {
            for syntax in [Syntax::Cii, Syntax::Ubl] {
                if let Ok(xml) = write(&reading.document, syntax) {
                    let again = read(&xml);
                    prop_assert!(again.is_ok() || again.unwrap_err().to_string().contains("28 digits"));
                }
            }
        }
    }
}
