//! The page is read back from the finished file, and must say what the document says.

use counterfoil_invoice::payment::CreditTransfer;
use counterfoil_invoice::{Amount, Content, Document};
use counterfoil_render::proofread;
use counterfoil_seal::page_text;
use jiff::civil::date;
use proptest::prelude::*;

use crate::sample::{self, LANGUAGES, document, some};
use crate::tools::{draw, raw_text};

fn faults(pdf: &[u8], document: &Document, language: &str) -> Vec<&'static str> {
    proofread(&page_text(pdf).unwrap(), document, Some(language))
        .map_or_else(|misprint| misprint.0, |()| Vec::new())
}

#[test]
fn every_kind_of_document_says_what_it_should_in_every_language() {
    for language in LANGUAGES {
        for (name, content) in [
            ("plain", sample::plain as fn() -> Content),
            ("rich", sample::rich),
            ("everything", sample::everything),
            ("long-names", sample::long_names),
            ("american", sample::american),
            ("credit-note", sample::credit_note),
            ("reverse-charge", sample::reverse_charge),
        ] {
            let document = document(content());
            let pdf = draw(&format!("{name}-{language}"), &document, language);
            assert_eq!(faults(&pdf, &document, language), Vec::<&str>::new(), "{name} in {language}");
        }
    }
}

#[test]
fn a_page_that_says_something_else_is_refused_by_the_name_of_the_term() {
    for language in LANGUAGES {
        let said = document(sample::plain());
        let page = page_text(&draw("said", &said, language)).unwrap();
        let refused = |change: &dyn Fn(&mut Document)| {
            let mut meant = said.clone();
            change(&mut meant);
            proofread(&page, &meant, Some(language)).unwrap_err().0
        };
        let cent = |amount: &mut Amount| amount.0 += "0.01".parse::<rust_decimal::Decimal>().unwrap();
        for (term, change) in [
            ("number (BT-1)", &(|d: &mut Document| d.number = "2026-0043".into()) as &dyn Fn(&mut Document)),
            ("number (BT-1)", &|d| d.number = "2026-004".into()),
            ("issue date (BT-2)", &|d| d.issue_date = date(2026, 3, 4)),
            ("due date (BT-9)", &|d| d.content.due_date = Some(date(2026, 2, 4))),
            ("invoice lines (BG-25)", &|d| d.content.lines[0].quantity.0 += rust_decimal::Decimal::ONE),
            ("invoice lines (BG-25)", &|d| {
                d.content.lines[0].price.net_price.0 += rust_decimal::Decimal::ONE;
            }),
            ("invoice lines (BG-25)", &|d| cent(d.content.lines[0].net_amount.as_mut().unwrap())),
            ("invoice lines (BG-25)", &|d| d.content.lines[0].vat_rate = Some("23".parse().unwrap())),
            ("invoice lines (BG-25)", &|d| d.content.lines[0].item.name = "Something else".into()),
            ("invoice lines (BG-25)", &|d| d.content.lines.push(d.content.lines[0].clone())),
            ("total without VAT (BT-109)", &|d| cent(&mut d.totals.total_without_vat)),
            ("VAT breakdown (BG-23)", &|d| cent(&mut d.vat_breakdown[0].taxable_amount)),
            ("VAT breakdown (BG-23)", &|d| cent(&mut d.vat_breakdown[0].tax_amount)),
            ("VAT breakdown (BG-23)", &|d| d.vat_breakdown[0].rate = Some("23".parse().unwrap())),
            ("VAT total (BT-110)", &|d| cent(d.totals.vat_total.as_mut().unwrap())),
            ("paid amount (BT-113)", &|d| d.totals.paid_amount = Some(Amount("7.77".parse().unwrap()))),
            ("rounding amount (BT-114)", &|d| {
                d.totals.rounding_amount = Some(Amount("0.03".parse().unwrap()));
            }),
            ("total with VAT (BT-112)", &|d| cent(&mut d.totals.total_with_vat)),
            ("amount due (BT-115)", &|d| cent(&mut d.totals.amount_due)),
            ("payee account (BT-84)", &|d| {
                d.content
                    .payment
                    .as_mut()
                    .unwrap()
                    .credit_transfers
                    .push(CreditTransfer { account: "DE02120300000000202051".into(), ..Default::default() });
            }),
        ] {
            assert_eq!(refused(change), [term], "{language}");
        }
        assert_eq!(refused(&|d| d.totals.amount_due.0 = -d.totals.amount_due.0), ["amount due (BT-115)"]);
    }
}

#[test]
fn the_language_of_a_page_need_not_be_known() {
    for language in LANGUAGES {
        let said = document(sample::plain());
        let page = page_text(&draw("unknown-language", &said, language)).unwrap();
        assert_eq!(proofread(&page, &said, None), Ok(()), "{language}");
        let mut meant = said;
        meant.number = "2026-0043".into();
        assert_eq!(proofread(&page, &meant, None).unwrap_err().0, ["number (BT-1)"], "{language}");
    }
}

#[test]
fn two_accounts_and_one_that_is_no_iban_are_both_found() {
    let mut content = sample::plain();
    content.payment.as_mut().unwrap().credit_transfers.push(CreditTransfer {
        account: "1234 5678-90/AB".into(),
        account_name: some("Example"),
        service_provider: None,
    });
    let document = document(content);
    for language in LANGUAGES {
        let pdf = draw("two-accounts", &document, language);
        assert_eq!(faults(&pdf, &document, language), Vec::<&str>::new(), "{language}");
    }
}

#[test]
fn sums_over_several_pages_are_found() {
    let document = document(sample::many_sums());
    for language in ["en", "he"] {
        assert_eq!(faults(&draw("many-sums", &document, language), &document, language), Vec::<&str>::new());
    }
}

#[test]
fn another_reader_finds_the_same_text() {
    let letters = |text: &str| -> Vec<char> {
        let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.sort_unstable();
        letters
    };
    for (name, content) in
        [("plain", sample::plain()), ("rich", sample::rich()), ("long", sample::with_lines(120))]
    {
        let pdf = draw(name, &document(content), "de");
        assert_eq!(letters(&page_text(&pdf).unwrap().concat()), letters(&raw_text(&pdf)), "{name}");
    }
}

prop_compose! {
    /// Lines, a discount, a part paid before, a currency and a number of some length.
    fn any_document()(
        prices in prop::collection::vec((1_i64..9_999_999_999, 0_u32..4, 1_i64..99_999, prop::sample::select(vec!["19", "7", "0"])), 1..6),
        paid in prop::option::of(1_i64..100_000),
        discount in prop::option::of(1_i64..100),
        currency in prop::sample::select(vec!["EUR", "USD", "JPY", "KWD", "CHF", "PLN"]),
        number in "[A-Z]{0,8}-?[0-9]{1,8}",
        issued in 0_i32..12_000,
        days in prop::option::of(0_i32..400),
    ) -> Document {
        let mut content = sample::plain();
        content.currency = currency.parse().unwrap();
        content.lines = prices.iter().map(|(price, scale, quantity, rate)| {
            let price = rust_decimal::Decimal::new(*price, *scale).to_string();
            let quantity = rust_decimal::Decimal::new(*quantity, 2).to_string();
            let mut line = sample::item("Work", &quantity, "C62", &price, rate);
            if *rate == "0" {
                line.vat_category = counterfoil_invoice::VatCategory::ZeroRated;
            }
            line
        }).collect();
        content.paid_amount = paid.map(|paid| paid.to_string().parse().unwrap());
        content.allowances.extend(discount.map(|discount| counterfoil_invoice::vat::DocumentAllowance {
            amount: discount.to_string().parse().unwrap(),
            vat_rate: content.lines[0].vat_rate,
            vat_category: content.lines[0].vat_category.clone(),
            reason: some("Discount"),
            ..Default::default()
        }));
        let mut document = document(content);
        document.number = number;
        document.issue_date = date(2000, 1, 1) + jiff::Span::new().days(issued);
        document.content.due_date = days.map(|days| document.issue_date + jiff::Span::new().days(days));
        document
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_document_in_any_language_says_what_it_should(
        document in any_document(),
        language in prop::sample::select(LANGUAGES.to_vec()),
    ) {
        let pdf = draw("any", &document, language);
        prop_assert_eq!(faults(&pdf, &document, language), Vec::<&str>::new());
        let mut other = document.clone();
        other.totals.amount_due.0 += rust_decimal::Decimal::ONE;
        prop_assert_eq!(faults(&pdf, &other, language), ["amount due (BT-115)"]);
    }
}
