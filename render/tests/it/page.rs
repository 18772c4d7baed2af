//! What a reader finds on the page.

use counterfoil_invoice::VatCategory;
use counterfoil_invoice::paper::{Logo, Paper, PaperFormat, Stationery};
use counterfoil_invoice::references::Identifier;
use counterfoil_invoice::vat::VatExemption;

use crate::sample::{self, document, some};
use crate::tools::{codes, draw, pages, raw_text, text};

fn assert_holds(text: &str, wanted: &[&str]) {
    for part in wanted {
        assert!(text.contains(part), "{part:?} is not on the page:\n{text}");
    }
}

#[test]
fn one_line_says_number_dates_amounts_and_account() {
    let pdf = draw("plain", &document(sample::plain()), "en");
    assert_eq!(pages(&pdf), 1);
    assert_holds(
        &text(&pdf),
        &[
            "Invoice 2026-0042",
            "Issue date 3 March 2026",
            "Due date 2 April 2026",
            "Delivery date 28 February 2026",
            "Example Instruments GmbH · Beispielweg 12 · 10115 Berlin",
            "Attn. Accounts payable",
            "IRELAND",
            "Calibration of a measuring bench 8 h 150.00 19% 1,200.00",
            "VAT 19% of 1,200.00 228.00",
            "Total with VAT 1,428.00",
            "Amount due EUR 1,428.00",
            "Please pay EUR 1,428.00 by 2 April 2026",
            "IBAN DE89 3704 0044 0532 0130 00",
            "BIC COBADEFFXXX",
            "Reference 2026-0042",
            "Net within 30 days.",
            "ABCD-EFGH-JKMN-PQRS",
            "https://invoices.example.com/verify",
            "invoices.example.com/ledger/7",
            "VAT ID DE123456789",
            "Tax no. 30/123/45678",
            "Page 1 of 1",
        ],
    );
}

#[test]
fn a_draft_says_so_on_every_page_has_no_number_and_cannot_be_paid_by_a_scan() {
    let mut content = sample::plain();
    content.payment.as_mut().unwrap().remittance_information = None;
    let mut draft = document(content);
    draft.number.clear();
    for (language, title, across) in [
        ("en", "Invoice (Draft)", "DRAFT"),
        ("de", "Rechnung (Entwurf)", "ENTWURF"),
        ("pl", "Faktura (Wersja robocza)", "ROBOCZA"),
    ] {
        let paper = Paper { is_draft: true, verification: None, ..sample::paper(&draft, language) };
        let pdf = counterfoil_render::pdf(&paper).unwrap();
        let text = text(&pdf);
        assert_holds(&text, &[title, "DE89 3704 0044 0532 0130 00"]);
        // Large letters that lean stand apart.
        assert!(text.replace(' ', "").contains(across), "{across:?} is not across the page: {text}");
        assert!(!text.contains("2026-0042") && codes(&pdf).is_empty(), "{text}");
        assert!(!text.contains("\u{fffd}"));
    }
    assert!(!text(&draw("no-draft", &document(sample::plain()), "en")).contains("DRAFT"));
}

#[test]
fn allowances_charges_rates_and_prepayment_add_up_before_the_readers_eyes() {
    let rich = document(sample::rich());
    assert_holds(
        &text(&draw("rich", &rich, "en")),
        &[
            "Steel screws M4 × 20",
            "per 100 pcs",
            "Returned packaging: −5.00",
            "Item no. CAL-200",
            "1–28 February 2026",
            "Loyal customer, 2% of",
            "Freight, VAT 19% 15.00",
            "VAT 7% of",
            "VAT 19% of",
            "Paid already −500.00",
        ],
    );
}

#[test]
fn german_is_german_to_the_last_figure() {
    let text = text(&draw("german", &document(sample::rich()), "de-AT"));
    assert_holds(
        &text,
        &[
            "Rechnung 2026-0042",
            "Rechnungsdatum 3. März 2026",
            "Fällig am 2. April 2026",
            "1.125,00",
            "USt 19 % auf",
            "Zahlbetrag EUR",
            "bis 2. April 2026",
            "Seite 1 von 2",
        ],
    );
}

#[test]
fn every_language_draws_every_kind_of_document() {
    for language in sample::LANGUAGES.into_iter().chain(["xx"]) {
        for content in [sample::plain(), sample::credit_note(), sample::reverse_charge()] {
            let text = text(&draw(&format!("language-{language}"), &document(content), language));
            assert_holds(&text, &["2026-0042", "DE89 3704 0044 0532 0130 00", "2026"]);
            assert!(!text.contains(['{', '}', '□']), "{language}: {text}");
        }
    }
}

#[test]
fn three_hundred_lines_repeat_their_head_and_carry_their_sum() {
    let long = document(sample::with_lines(300));
    let pdf = draw("long", &long, "en");
    let raw = raw_text(&pdf);
    let drawn: Vec<&str> = raw.split('\u{c}').filter(|page| !page.is_empty()).collect();
    assert!(drawn.len() > 6, "{} pages", drawn.len());
    let with_lines = drawn.iter().filter(|page| page.contains("Instrument ")).count();
    for (index, page) in drawn.iter().enumerate() {
        let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_holds(&flat, &[&format!("Page {} of {}", index + 1, drawn.len()), "2026-0042"]);
        if index < with_lines {
            assert_holds(&flat, &["No. Item Quantity Unit price VAT Amount EUR"]);
        }
        assert_eq!(flat.contains("Brought forward"), index > 0 && index < with_lines);
        assert_eq!(flat.contains("Carried forward"), index + 1 < with_lines);
        if index + 1 < with_lines {
            let sum = |label: &str, page: &str| {
                page.lines().find_map(|line| Some(line.strip_prefix(label)?.trim().to_owned())).unwrap()
            };
            assert_eq!(sum("Carried forward", page), sum("Brought forward", drawn[index + 1]));
        }
    }
    for number in 1..=300 {
        assert!(raw.contains(&format!("Instrument {number:03}")), "line {number} is missing");
    }
    // 10.5 × (1 + … + 300)
    assert!(raw.contains("474,075.00"));
}

#[test]
fn a_credit_note_names_its_invoice_and_asks_for_nothing() {
    let text = text(&draw("credit-note", &document(sample::credit_note()), "en"));
    assert_holds(
        &text,
        &["Credit note 2026-0042", "For invoice 2026-0042 of 3 March 2026", "Amount credited EUR 1,428.00"],
    );
    assert!(!text.contains("Please pay") && !text.contains("banking app"), "{text}");
}

#[test]
fn a_document_without_tax_says_why() {
    assert_holds(
        &text(&draw("reverse-charge", &document(sample::reverse_charge()), "en")),
        &[
            "0% AE",
            "VAT 0% of 1,200.00, reverse charge",
            "The customer owes the tax (Article 196 of Directive 2006/112/EC)",
        ],
    );
    let mut content = sample::plain();
    content.lines[0].vat_category = VatCategory::NotSubject;
    content.lines[0].vat_rate = None;
    content.vat_exemptions = vec![VatExemption {
        category: VatCategory::NotSubject,
        reason: None,
        reason_code: some("VATEX-EU-O"),
    }];
    assert_holds(
        &text(&draw("not-subject", &document(content), "en")),
        &["VAT of 1,200.00, not subject to VAT", "VATEX-EU-O"],
    );
}

#[test]
fn only_a_payable_sepa_transfer_in_euro_has_a_payment_code() {
    let has_code = |change: &dyn Fn(&mut counterfoil_invoice::Content)| {
        let mut content = sample::plain();
        change(&mut content);
        text(&draw("code", &document(content), "en")).contains("Scan in your banking app")
    };
    assert!(has_code(&|_| ()));
    assert!(!has_code(&|c| c.currency = "CHF".parse().unwrap()));
    assert!(!has_code(&|c| c.payment.as_mut().unwrap().means_code = "59".into()));
    assert!(!has_code(&|c| c.payment.as_mut().unwrap().credit_transfers[0].account = "DE00 1234".into()));
    assert!(!has_code(&|c| c.paid_amount = Some("1428.00".parse().unwrap())));
    assert!(!has_code(&|c| c.payment = None));
}

#[test]
fn currencies_have_their_own_decimals() {
    let mut content = sample::plain();
    content.currency = "JPY".parse().unwrap();
    assert_holds(&text(&draw("yen", &document(content), "en")), &["Amount JPY", "Amount due JPY 1,428 "]);
    let mut content = sample::plain();
    content.currency = "KWD".parse().unwrap();
    assert_holds(
        &text(&draw("dinar", &document(content), "en")),
        &["Amount KWD", "Amount due KWD 1,428.000 "],
    );
}

#[test]
fn every_code_on_the_page_holds_what_the_page_says() {
    let verification = "https://invoices.example.com/verify#ABCD-EFGH-JKMN-PQRS";
    let transfer = |amount: &str| {
        let fields =
            ["BCD", "002", "1", "SCT", "COBADEFFXXX", "Example Instruments GmbH", sample::IBAN, amount];
        format!("{}\n\n\n2026-0042", fields.join("\n"))
    };
    for (name, content, amount) in [
        ("plain", sample::plain(), Some("EUR1428.00")),
        ("lines", sample::with_lines(40), None),
        ("long-names", sample::long_names(), Some("EUR1428.00")),
        ("credit-note", sample::credit_note(), Some("")),
        ("american", sample::american(), Some("")),
    ] {
        let document = document(content);
        let due = format!("EUR{:.2}", document.totals.amount_due.0);
        let mut expected = vec![verification.to_owned()];
        match amount {
            Some("") => {}
            Some(amount) => expected.push(transfer(amount)),
            None => expected.push(transfer(&due)),
        }
        for language in ["de", "he"] {
            let mut found = codes(&draw(&format!("codes-{name}"), &document, language));
            found.sort_by_key(|text| !text.starts_with("https"));
            assert_eq!(found, expected, "{name} in {language}");
        }
    }
}

#[test]
fn what_has_no_row_of_its_own_is_said_where_it_belongs() {
    let mut content = sample::rich();
    content.tax_point_date_code = some("432");
    content.seller.identifiers = vec![Identifier { value: "S-77".into(), scheme: None }];
    content.seller.electronic_address =
        Some(Identifier { value: "4000001123452".into(), scheme: some("0088") });
    content.buyer.electronic_address =
        Some(Identifier { value: "invoices@example.org".into(), scheme: some("EM") });
    let contact = content.buyer.contact.as_mut().unwrap();
    contact.telephone = some("+353 1 000000");
    contact.email = some("accounts@example.org");
    content.allowances[0].reason = None;
    content.allowances[0].reason_code = some("95");
    let page = text(&draw("terms", &document(content), "en"));
    assert_holds(
        &page,
        &[
            "Tax point on payment",
            "Seller no. S-77",
            "E-invoice address 4000001123452",
            "Your e-invoice address invoices@example.org",
            "Your contact +353 1 000000 accounts@example.org",
            "Allowance (95), 2% of",
            "VAT 19%",
            "Freight, VAT 19%",
        ],
    );
}

/// Where a word begins on the first page, in millimetres from its left and upper edge.
fn place_of(pdf: &[u8], word: &str) -> (f64, f64) {
    let page = crate::tools::boxes(pdf);
    let line =
        page.lines().find(|line| line.contains(&format!(">{word}<"))).unwrap_or_else(|| panic!("no {word}"));
    let number = |name: &str| -> f64 {
        let value = line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
        value.parse::<f64>().unwrap() * 25.4 / 72.0
    };
    (number("xMin"), number("yMin"))
}

#[test]
fn the_address_stands_where_the_envelope_has_its_window() {
    let document = document(sample::american());
    let mut paper = sample::paper(&document, "en");
    // DIN 5008 form B: 20 to 105 mm from the left, 45 to 90 mm from the top.
    let (x, y) = place_of(&counterfoil_render::pdf(&paper).unwrap(), "Attn.");
    assert!((20.0..105.0).contains(&x) && (55.0..85.0).contains(&y), "{x} {y}");
    // US #10: the lower window shows 7/8 to 4 3/8 in from the left and 2.04 to 3.17 in from the top.
    let letter = Stationery { format: PaperFormat::Letter, ..Stationery::default() };
    paper.stationery = &letter;
    let pdf = counterfoil_render::pdf(&paper).unwrap();
    for word in ["Attn.", "Portland,"] {
        let (x, y) = place_of(&pdf, word);
        assert!((22.3..111.0).contains(&x) && (51.9..80.4).contains(&y), "{word} {x} {y}");
    }
    let page = lopdf::Document::load_mem(&pdf).unwrap();
    let (_, id) = page.get_pages().into_iter().next().unwrap();
    let size = page.get_dictionary(id).unwrap().get(b"MediaBox").and_then(lopdf::Object::as_array).unwrap();
    assert_eq!((size[2].as_float().unwrap(), size[3].as_float().unwrap()), (612.0, 792.0));
}

#[test]
fn from_right_to_left_the_page_is_mirrored_and_figures_are_not() {
    let pdf = draw("hebrew", &document(sample::rich()), "he");
    let (amount, item) = (place_of(&pdf, "1,125.00").0, place_of(&pdf, "Calibration").0);
    assert!(amount < 60.0 && item > 100.0, "{amount} {item}");
    assert_holds(
        &text(&pdf),
        &["DE89 3704 0044 0532 0130 00", "\u{2212}5.00", "7.5", "2,500", "EUR 6,941.52"],
    );
    for language in ["he", "ar"] {
        let text = text(&draw("mirrored", &document(sample::everything()), language));
        assert!(!text.contains(['{', '}', '□']), "{language}: {text}");
    }
}

#[test]
fn a_logo_stands_for_the_name_and_says_whose_it_is() {
    let document = document(sample::plain());
    let mut paper = sample::paper(&document, "en");
    let logo = Stationery { logo: Some(Logo { png_base64: sample::LOGO.into() }), ..Stationery::default() };
    paper.stationery = &logo;
    let pdf = counterfoil_render::pdf(&paper).unwrap();
    let file = lopdf::Document::load_mem(&pdf).unwrap();
    let images = file
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .filter(|stream| stream.dict.get(b"Width").is_ok_and(|width| matches!(width.as_i64(), Ok(300))));
    assert!(images.count() >= 1);
    assert_holds(&text(&pdf), &["Example Instruments GmbH", "Invoice 2026-0042"]);
    let alternative = file.objects.values().filter_map(|object| object.as_dict().ok());
    assert!(
        alternative
            .filter_map(|element| element.get(b"Alt").ok())
            .any(|alt| { alt.as_str().is_ok_and(|alt| alt == b"Example Instruments") })
    );
    let broken = Stationery { logo: Some(Logo { png_base64: "AAAA".into() }), ..Stationery::default() };
    paper.stationery = &broken;
    assert!(matches!(counterfoil_render::pdf(&paper), Err(counterfoil_render::RenderError::Logo)));
}

#[test]
fn every_way_to_pay_is_said_in_words() {
    for (code, words) in [
        ("10", "Cash"),
        ("20", "Cheque"),
        ("22", "Banker's draft"),
        ("24", "Bill of exchange"),
        ("49", "Direct debit"),
        ("54", "Card"),
        ("57", "Standing agreement"),
        ("60", "Promissory note"),
        ("68", "Online payment"),
        ("97", "Clearing"),
        ("ZZZ", "As agreed"),
    ] {
        let mut content = sample::plain();
        content.payment.as_mut().unwrap().means_code = code.into();
        assert_holds(&text(&draw("means", &document(content), "en")), &[&format!("Payment by {words}")]);
    }
}
