//! Documents to draw. All names are made up.

use counterfoil_invoice::line::{Attribute, Classification, Item, LineAllowance, LineCharge, PriceDetails};
use counterfoil_invoice::paper::{
    Colour, EmbeddedFile, Paper, PaperFormat, Relationship, Stationery, Verification,
};
use counterfoil_invoice::party::{Buyer, Contact, Delivery, Payee, PostalAddress, Seller, TaxRepresentative};
use counterfoil_invoice::payment::{CreditTransfer, PaymentInstructions};
use counterfoil_invoice::references::{Identifier, Note, Period, PrecedingInvoice, SupportingDocument};
use counterfoil_invoice::vat::{DocumentAllowance, DocumentCharge, VatExemption};
use counterfoil_invoice::{Content, Document, InvoiceLine, VatCategory, totals};
use jiff::civil::date;

pub(crate) const LANGUAGES: [&str; 10] = ["ar", "de", "en", "es", "fr", "he", "it", "nl", "pl", "pt"];

/// A4, the usual colour, no logo.
static PLAIN: Stationery =
    Stationery { format: PaperFormat::A4, accent: Colour { channels: [0x1d, 0x44, 0x66] }, logo: None };

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

/// A ring and four bars, 300 × 96 pixels.
pub(crate) const LOGO: &str = concat!(
    "iVBORw0KGgoAAAANSUhEUgAAASwAAABgCAYAAACnkE/WAAADa0lEQVR42u3dS05DMRAEwNyCLXskrsP9Je7xIo5AlGe7e2rRe+wZV6Lg",
    "z+O6roeISEJMgogAS0QEWCICrNT8/nxfkwv48fl1nRSLSsaC9YfRuwIsYAmwjgVqCmDAEmAVQ9UGF7AEWOVINeEFLAHWMKiS4QKWAGso",
    "VIlwAUuABasYtIAlwAJVDFzAEmDBKgYtYAmwYBWDFrAEWKCKgQtYAixYxaAFrNnbcoAFq6iGARawgAWrmKYBFrCABauYxgEWsIAFLGAB",
    "C1hNYEHqjOYBFrCABauYBgIWsIB1WMHSGgxYwALWQLDcZgosYAHrZbBaCtDUSMACFrDKF3nTeIAFLGAtLlRrAwILWMDaAFb7hCePLxWs",
    "1L8bWIPBmvDJCSxgAWshWJMmOnGswAIWsG4u0LTfKIAFLGCFgjXxh1VgAQtYC8CaPLkpYwcWsIAFLGABC1hJYJ04sav3AyU0F7CABaw3",
    "F2bnojwJLWABC1jlYO3efQ0sYAELWMubGljAAlYpWG1YNaMFLGABa/OEnnY4F1jASger5ZD8rUU5dQHuRAtYwAIWsIAFLGABa+3iPHnC",
    "gAUsYAELWMACFrCABSxgAQtYwAIWsIAFLGABC1jA+jdYO/ccTQDr3WgBC1i+YQHLNyxgAQtYwAIWsIAFLGABC1jAAhawgAUsYAELWMAC",
    "lrOEzhICC1jAAhawgAWsbrDchwUsYAGrHiw3jgILWMByp7s73YEFLGB5NQdYwAIWsLxLCCxgAcvLz15+BhawqsBKWbB3JWXswAIWsIAF",
    "LGABKw2sqWgljRlYwALWzQWahBWwgAWscLBORStxrMACFrAGopU6RmABC1gLi9SMFbCABawNYDWjlT4uYAELWJsK1QIVsIAFrM1gNS3y",
    "JnyBBSxgHVKwNKR2fFMEFrCAdVjBUqACFrCAdRhYJxYtsYGABSxgLQILWuf8txNYwAIWtGK2ZgALWMACFrCABaw2sKC1f+MrsIAFLGjF",
    "HC0CFrCABa2Yc5DAAhawoBVz0wSwgAUscMXc4wUsYAELWjGXDgILWMCCVsy1zsACFrDAFfNoBrCABSxoxbzwAyxgAWs4XEnvJwILWMAa",
    "ClcSVMACFrAG4pWIFLCABaxhcKVDBSxgAav4YdMWoIAFLGAFpxkjESkDS0SAJSICLBGRV/MEWHwBFkGn/gYAAAAASUVORK5CYII=",
);

/// Names that fill their place twice.
pub(crate) fn long_names() -> Content {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH & Co. KG auf Aktien";
    let mut content = plain();
    content.seller.name = long.into();
    content.seller.trading_name = None;
    content.buyer.name = long.into();
    content.lines[0].item.name = long.into();
    content
}

/// From Ohio to Oregon, in dollars, without a QR code for payments.
pub(crate) fn american() -> Content {
    let mut content = plain();
    content.currency = "USD".parse().unwrap();
    let place = |street: &str, city: &str, state: &str, zip: &str| PostalAddress {
        subdivision: some(state),
        ..place(street, zip, city, "US")
    };
    content.seller.address = place("410 Sample Avenue", "Columbus", "OH", "43004");
    content.buyer.address = place("77 Example Road, Suite 12", "Portland", "OR", "97035");
    let payment = content.payment.as_mut().unwrap();
    payment.means_code = "30".into();
    payment.credit_transfers[0].account = "000123456789".into();
    payment.credit_transfers[0].service_provider = some("021000021");
    content
}

/// All that a page can be asked to hold.
pub(crate) fn everything() -> Content {
    let mut content = rich();
    let identifier = |value: &str| Some(Identifier { value: value.into(), scheme: None });
    content.project_reference = some("P-2026-7");
    content.contract_reference = some("Frame contract 12/2025");
    content.sales_order_reference = some("SO-5512");
    content.despatch_advice_reference = some("DA-0091");
    content.receiving_advice_reference = some("RA-771");
    content.tender_reference = some("Lot 4");
    content.invoiced_object = identifier("Meter 55-19");
    content.buyer_accounting_reference = some("4400");
    content.tax_point_date = Some(date(2026, 2, 28));
    content.preceding_invoices =
        vec![PrecedingInvoice { number: "2025-0991".into(), issue_date: Some(date(2025, 12, 1)) }];
    content.delivery = Some(Delivery {
        party_name: some("Sample Trading Ltd, warehouse"),
        actual_date: Some(date(2026, 2, 28)),
        address: Some(place("4 Quay Road", "T12 XY00", "Cork", "IE")),
        ..Default::default()
    });
    content.payee = Some(Payee {
        name: "Example Factoring AG".into(),
        identifier: identifier("4000001123452"),
        ..Default::default()
    });
    content.tax_representative = Some(TaxRepresentative {
        name: "Example Tax Agents Ltd".into(),
        vat_identifier: some("IE9999999WA"),
        address: place("9 Agent Street", "D01 AB12", "Dublin 1", "IE"),
    });
    content.vat_accounting_currency = Some("PLN".parse().unwrap());
    content.vat_total_in_accounting_currency = Some("3210.99".parse().unwrap());
    content.rounding_amount = Some("0.02".parse().unwrap());
    content.supporting_documents = vec![SupportingDocument {
        reference: "TS-02".into(),
        description: some("Time sheet of February"),
        ..Default::default()
    }];
    let line = &mut content.lines[0];
    line.order_line_reference = some("10");
    line.object_identifier = identifier("Room 4");
    line.buyer_accounting_reference = some("4410");
    line.item.description = some("In your laboratory, by two engineers");
    line.item.sellers_identifier = some("CAL-100");
    line.item.buyers_identifier = some("88-1");
    line.item.standard_identifier = Some(Identifier { value: "4012345678901".into(), scheme: some("0160") });
    line.item.country_of_origin = some("DE");
    line.item.classifications =
        vec![Classification { code: "81141500".into(), scheme: some("MP"), ..Default::default() }];
    line.item.attributes = vec![
        Attribute { name: "Range".into(), value: "0–10 V".into() },
        Attribute { name: "Uncertainty".into(), value: "0.02 %".into() },
    ];
    line.price.gross_price = Some("160".parse().unwrap());
    line.price.discount = Some("10".parse().unwrap());
    line.charges =
        vec![LineCharge { amount: "12.50".parse().unwrap(), reason: some("Journey"), ..Default::default() }];
    let export = item("Adjusting tool", "1", "C62", "99", "0");
    content.lines.push(InvoiceLine { vat_category: VatCategory::Export, ..export });
    content.vat_exemptions = vec![VatExemption {
        category: VatCategory::Export,
        reason: some("Export supply, Article 146 of Directive 2006/112/EC"),
        reason_code: some("VATEX-EU-G"),
    }];
    content
}

/// More allowances than a page holds.
pub(crate) fn many_sums() -> Content {
    let mut content = with_lines(40);
    content.allowances = (0..90)
        .map(|number| DocumentAllowance {
            amount: "0.10".parse().unwrap(),
            vat_rate: Some("19".parse().unwrap()),
            reason: Some(format!("Reason {number}")),
            ..Default::default()
        })
        .collect();
    content
}

/// Names in many scripts, and one that no font here can draw.
pub(crate) fn scripts() -> Content {
    let mut content = plain();
    content.buyer.name = "Přerovská Žďár a.s.".into();
    content.lines = [
        "Ελληνικά, Ωμέγα",
        "Кириллица, Ґанок, Љубав",
        "Türkçe ığş, Română ȘȚ, Magyar őű, Latviešu ķļ",
        "Tiếng Việt: hóa đơn",
        "עברית: חשבונית 2026",
        "العربية: فاتورة 2026",
        "Հայերեն, ქართული",
        "漢字 한국어",
    ]
    .map(|name| item(name, "1", "C62", "10", "19"))
    .into();
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
        stationery: &PLAIN,
        is_draft: false,
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
