//! Documents to draw. All names are made up.

use counterfoil_invoice::line::{Item, LineAllowance, PriceDetails};
use counterfoil_invoice::paper::{EmbeddedFile, Paper, Relationship, Verification};
use counterfoil_invoice::party::{Buyer, Contact, Delivery, PostalAddress, Seller};
use counterfoil_invoice::payment::{CreditTransfer, PaymentInstructions};
use counterfoil_invoice::references::{Identifier, Note, Period, PrecedingInvoice};
use counterfoil_invoice::vat::{DocumentAllowance, DocumentCharge, VatExemption};
use counterfoil_invoice::{Content, Document, InvoiceLine, VatCategory, totals};
use jiff::civil::date;

pub(crate) const IBAN: &str = "DE89370400440532013000";

#[expect(clippy::unnecessary_wraps, reason = "short for optional fields")]
pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn place(street: &str, post_code: &str, city: &str, country: &str) -> PostalAddress {
    PostalAddress {
        line_1: some(street),
        post_code: some(post_code),
        city: some(city),
        country: country.to_owned(),
        ..Default::default()
    }
}

pub(crate) fn item(name: &str, quantity: &str, unit: &str, price: &str, rate: &str) -> InvoiceLine {
    InvoiceLine {
        quantity: quantity.parse().unwrap(),
        unit: unit.to_owned(),
        price: PriceDetails { net_price: price.parse().unwrap(), ..Default::default() },
        vat_rate: Some(rate.parse().unwrap()),
        item: Item { name: name.to_owned(), ..Default::default() },
        ..Default::default()
    }
}

/// One hour of work, payable by SEPA credit transfer.
pub(crate) fn plain() -> Content {
    Content {
        type_code: "380".into(),
        due_date: Some(date(2026, 4, 2)),
        buyer_reference: some("PO-7781"),
        payment_terms: some("Net within 30 days."),
        seller: Seller {
            name: "Example Instruments GmbH".into(),
            trading_name: some("Example Instruments"),
            legal_registration: Some(Identifier { value: "HRB 12345 B".into(), scheme: None }),
            vat_identifier: some("DE123456789"),
            tax_registration: some("30/123/45678"),
            address: place("Beispielweg 12", "10115", "Berlin", "DE"),
            contact: Some(Contact {
                name: some("Dana Sample"),
                telephone: some("+49 30 000000"),
                email: some("billing@example.com"),
            }),
            ..Default::default()
        },
        buyer: Buyer {
            name: "Sample Trading Ltd".into(),
            identifier: Some(Identifier { value: "C-1042".into(), scheme: None }),
            vat_identifier: some("IE6388047V"),
            address: place("1 Sample Street", "D02 XY00", "Dublin 2", "IE"),
            contact: Some(Contact { name: some("Accounts payable"), ..Default::default() }),
            ..Default::default()
        },
        delivery: Some(Delivery { actual_date: Some(date(2026, 2, 28)), ..Default::default() }),
        payment: Some(PaymentInstructions {
            means_code: "58".into(),
            remittance_information: some("2026-0042"),
            credit_transfers: vec![CreditTransfer {
                account: IBAN.into(),
                account_name: some("Example Instruments GmbH"),
                service_provider: some("COBADEFFXXX"),
            }],
            ..Default::default()
        }),
        lines: vec![item("Calibration of a measuring bench", "8", "HUR", "150", "19")],
        ..Default::default()
    }
}

/// Twelve lines, two rates, allowances and charges on lines and document, a period, a part paid before.
pub(crate) fn rich() -> Content {
    let mut content = plain();
    content.notes =
        vec![Note { text: "Thank you for your order of 12 February.".into(), ..Default::default() }];
    content.purchase_order_reference = some("4500012345");
    content.invoicing_period = Some(Period { start: Some(date(2026, 2, 1)), end: Some(date(2026, 2, 28)) });
    content.lines = (1..=12)
        .map(|number| match number % 4 {
            1 => item("Calibration on site", "7.5", "HUR", "150", "19"),
            2 => InvoiceLine {
                note: some("Delivered in two parts."),
                item: Item {
                    description: some("With certificate, two languages, printed and as a file"),
                    sellers_identifier: some("CAL-200"),
                    ..item("", "0", "", "0", "0").item
                },
                ..item("Handbook", "12", "C62", "38.90", "7")
            },
            3 => InvoiceLine {
                period: Some(Period { start: Some(date(2026, 2, 1)), end: Some(date(2026, 2, 28)) }),
                ..item("Maintenance", "1", "MON", "480", "19")
            },
            _ => InvoiceLine {
                allowances: vec![LineAllowance {
                    amount: "5.00".parse().unwrap(),
                    reason: some("Returned packaging"),
                    ..Default::default()
                }],
                price: PriceDetails {
                    net_price: "4.125".parse().unwrap(),
                    base_quantity: Some("100".parse().unwrap()),
                    ..Default::default()
                },
                ..item("Steel screws M4 × 20", "2500", "C62", "4.125", "19")
            },
        })
        .collect();
    for line in &mut content.lines {
        if line.item.name.is_empty() {
            line.item.name = "Handbook".into();
        }
    }
    content.allowances = vec![DocumentAllowance {
        percentage: Some("2".parse().unwrap()),
        vat_rate: Some("19".parse().unwrap()),
        reason: some("Loyal customer"),
        ..Default::default()
    }];
    content.charges = vec![DocumentCharge {
        amount: "15.00".parse().unwrap(),
        vat_rate: Some("19".parse().unwrap()),
        reason: some("Freight"),
        ..Default::default()
    }];
    content.paid_amount = Some("500.00".parse().unwrap());
    content
}

pub(crate) fn with_lines(count: usize) -> Content {
    let line = |number: usize| InvoiceLine {
        item: Item {
            description: (number.is_multiple_of(3))
                .then(|| "Checked, cleaned and adjusted to the maker's values".into()),
            ..item(&format!("Instrument {number:03}"), "1", "C62", "10", "19").item
        },
        ..item("", &number.to_string(), "C62", "10.5", if number.is_multiple_of(5) { "7" } else { "19" })
    };
    Content { lines: (1..=count).map(line).collect(), ..plain() }
}

pub(crate) fn credit_note() -> Content {
    Content {
        type_code: "381".into(),
        preceding_invoices: vec![PrecedingInvoice {
            number: "2026-0042".into(),
            issue_date: Some(date(2026, 3, 3)),
        }],
        due_date: None,
        ..plain()
    }
}

pub(crate) fn reverse_charge() -> Content {
    let mut content = plain();
    let category = VatCategory::ReverseCharge;
    content.lines[0].vat_category = category.clone();
    content.lines[0].vat_rate = Some("0".parse().unwrap());
    content.vat_exemptions = vec![VatExemption {
        category,
        reason: some("The customer owes the tax (Article 196 of Directive 2006/112/EC)"),
        reason_code: some("VATEX-EU-AE"),
    }];
    content
}

/// The document with its sums, as number 2026-0042 of 3 March 2026.
pub(crate) fn document(mut content: Content) -> Document {
    let (totals, vat_breakdown) = totals::compute(&mut content).unwrap();
    Document { number: "2026-0042".into(), issue_date: date(2026, 3, 3), content, totals, vat_breakdown }
}

pub(crate) fn paper<'a>(document: &'a Document, language: &'a str) -> Paper<'a> {
    Paper {
        document,
        verification: Some(Verification {
            code: "ABCD-EFGH-JKMN-PQRS".into(),
            address: "https://invoices.example.com/verify".into(),
            qr_text: "https://invoices.example.com/verify#ABCD-EFGH-JKMN-PQRS".into(),
            ledger: "invoices.example.com/ledger/7".into(),
        }),
        created: "2026-03-03T09:30:00Z".parse().unwrap(),
        language,
        attachments: Vec::new(),
    }
}

pub(crate) fn attachments(xml: Vec<u8>) -> Vec<EmbeddedFile> {
    vec![
        EmbeddedFile {
            name: "factur-x.xml".into(),
            mime_type: "text/xml".into(),
            description: "The invoice as data".into(),
            relationship: Relationship::Alternative,
            bytes: xml,
        },
        EmbeddedFile {
            name: "invoice.tlog-proof".into(),
            mime_type: "text/plain".into(),
            description: "Proof that the invoice is in the ledger".into(),
            relationship: Relationship::Supplement,
            bytes: b"c2sp.org/tlog-proof@v1\n".to_vec(),
        },
    ]
}
