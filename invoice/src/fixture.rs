//! Documents that the tests start from, and strategies that make more.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::content::Content;
use crate::document::Document;
use crate::lifecycle::{Draft, InvoiceNumber, Issued};
use crate::line::{InvoiceLine, Item, LineAllowance, LineCharge, PriceDetails};
use crate::party::{Buyer, PostalAddress, Seller};
use crate::payment::{CreditTransfer, PaymentInstructions};
use crate::vat::{DocumentAllowance, DocumentCharge, VatCategory};
use crate::{Amount, Percentage, Quantity, UnitPrice, totals};

pub(crate) const TODAY: Date = date(2026, 11, 22);

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn percent(text: &str) -> Percentage {
    text.parse().unwrap()
}

pub(crate) fn line(name: &str, quantity: &str, price: &str, rate: &str) -> InvoiceLine {
    InvoiceLine {
        quantity: quantity.parse().unwrap(),
        unit: "C62".to_owned(),
        price: PriceDetails { net_price: price.parse().unwrap(), ..PriceDetails::default() },
        vat_rate: Some(percent(rate)),
        item: Item { name: name.to_owned(), ..Item::default() },
        ..InvoiceLine::default()
    }
}

pub(crate) fn allowance(amount_: &str, rate: &str) -> DocumentAllowance {
    DocumentAllowance {
        amount: amount(amount_),
        vat_rate: Some(percent(rate)),
        reason: Some("loyalty".to_owned()),
        ..DocumentAllowance::default()
    }
}

pub(crate) fn charge(amount_: &str, rate: &str) -> DocumentCharge {
    DocumentCharge {
        amount: amount(amount_),
        vat_rate: Some(percent(rate)),
        reason: Some("freight".to_owned()),
        ..DocumentCharge::default()
    }
}

fn address(country: &str) -> PostalAddress {
    PostalAddress {
        line_1: Some("Example Street 1".to_owned()),
        city: Some("Exampletown".to_owned()),
        country: country.to_owned(),
        ..PostalAddress::default()
    }
}

/// Two rates, an allowance and a charge; breaks no rule.
pub(crate) fn content() -> Content {
    Content {
        seller: Seller {
            name: "Example Seller Ltd".to_owned(),
            vat_identifier: Some("DE123456789".to_owned()),
            address: address("DE"),
            ..Seller::default()
        },
        buyer: Buyer {
            name: "Example Buyer Ltd".to_owned(),
            vat_identifier: Some("FRXX123456789".to_owned()),
            address: address("FR"),
            ..Buyer::default()
        },
        payment: Some(PaymentInstructions {
            means_code: "58".to_owned(),
            credit_transfers: vec![CreditTransfer {
                account: "DE89370400440532013000".to_owned(),
                ..CreditTransfer::default()
            }],
            ..PaymentInstructions::default()
        }),
        lines: vec![line("Chair", "3", "33.333", "19"), line("Book", "2", "10", "7")],
        allowances: vec![allowance("5.00", "19")],
        charges: vec![charge("4.90", "19")],
        payment_terms: Some("30 days net".to_owned()),
        ..Content::default()
    }
}

/// The fixture's document, with sums.
pub(crate) fn document() -> Document {
    preview(content())
}

pub(crate) fn preview(content: Content) -> Document {
    let (document, findings) = Draft(content).preview("2026-0042", TODAY);
    assert_eq!(findings, []);
    document
}

pub(crate) fn issued(content: Content) -> Issued {
    Draft(content).issue(InvoiceNumber { series: "2026".to_owned(), sequence: 42 }, TODAY).unwrap()
}

/// Drafts that break no rule: up to eight lines, in currencies with no, two and three decimals.
pub(crate) fn drafts() -> impl Strategy<Value = Content> {
    let currency = prop_oneof![Just("EUR"), Just("JPY"), Just("KWD")].prop_map(|c| c.parse().unwrap());
    currency.prop_flat_map(|currency: crate::Currency| {
        let places = totals::decimals(currency);
        (
            prop::collection::vec(lines(places), 1..8),
            prop::collection::vec(document_allowances(places), 0..3),
            prop::collection::vec(document_allowances(places), 0..3),
            prop::option::of(amounts(places)),
        )
            .prop_map(move |(lines, allowances, charges, paid_amount)| {
                let charges = charges.into_iter().map(|a| DocumentCharge {
                    amount: a.amount,
                    base_amount: a.base_amount,
                    percentage: a.percentage,
                    vat_category: a.vat_category,
                    vat_rate: a.vat_rate,
                    reason: a.reason,
                    reason_code: None,
                });
                let charges = charges.collect();
                Content { currency, allowances, charges, paid_amount, lines, ..content() }
            })
    })
}

fn amounts(places: u32) -> impl Strategy<Value = Amount> {
    (0_i64..1_000_000).prop_map(move |minor| Amount(Decimal::new(minor, places)))
}

fn percentages() -> impl Strategy<Value = Percentage> {
    (1_i64..10_000).prop_map(|n| Percentage(Decimal::new(n, 2)))
}

fn categories() -> impl Strategy<Value = (VatCategory, Option<Percentage>)> {
    prop_oneof![
        Just((VatCategory::Standard, Some(percent("19")))),
        Just((VatCategory::Standard, Some(percent("19.00")))),
        Just((VatCategory::Standard, Some(percent("5.5")))),
        Just((VatCategory::ZeroRated, Some(percent("0")))),
    ]
}

fn document_allowances(places: u32) -> impl Strategy<Value = DocumentAllowance> {
    (line_allowances(places), categories()).prop_map(|(a, (vat_category, vat_rate))| DocumentAllowance {
        amount: a.amount,
        base_amount: a.base_amount,
        percentage: a.percentage,
        vat_category,
        vat_rate,
        reason: a.reason,
        reason_code: None,
    })
}

/// Of an amount, of a percentage, or of a percentage of a stated base.
fn line_allowances(places: u32) -> impl Strategy<Value = LineAllowance> {
    let reason = || Some("because".to_owned());
    prop_oneof![
        amounts(places).prop_map(move |amount| LineAllowance {
            amount,
            reason: reason(),
            ..LineAllowance::default()
        }),
        (percentages(), prop::option::of(amounts(places))).prop_map(move |(percentage, base_amount)| {
            LineAllowance {
                base_amount,
                percentage: Some(percentage),
                reason: reason(),
                ..LineAllowance::default()
            }
        }),
    ]
}

fn lines(places: u32) -> impl Strategy<Value = InvoiceLine> {
    (
        (-100_000_i64..100_000, 0_u32..4).prop_map(|(n, scale)| Quantity(Decimal::new(n, scale))),
        (0_i64..10_000_000, 0_u32..5).prop_map(|(n, scale)| UnitPrice(Decimal::new(n, scale))),
        prop::option::of((1_i64..200).prop_map(|n| Quantity(Decimal::from(n)))),
        categories(),
        prop::collection::vec(line_allowances(places), 0..2),
        prop::collection::vec(line_allowances(places), 0..2),
    )
        .prop_map(
            |(quantity, net_price, base_quantity, (vat_category, vat_rate), allowances, charges)| {
                let charges = charges.into_iter().map(|a| LineCharge {
                    amount: a.amount,
                    base_amount: a.base_amount,
                    percentage: a.percentage,
                    reason: a.reason,
                    reason_code: None,
                });
                InvoiceLine {
                    quantity,
                    price: PriceDetails { net_price, base_quantity, ..PriceDetails::default() },
                    vat_category,
                    vat_rate,
                    allowances,
                    charges: charges.collect(),
                    ..line("Thing", "1", "1", "0")
                }
            },
        )
}

/// Any decimal that the type can hold.
pub(crate) fn any_decimal() -> impl Strategy<Value = Decimal> {
    let edges = prop_oneof![Just(Decimal::MAX), Just(Decimal::MIN), Just(Decimal::ZERO), Just(Decimal::ONE)];
    let parts = (any::<u32>(), any::<u32>(), any::<u32>(), any::<bool>(), 0_u32..=28)
        .prop_map(|(lo, mid, hi, negative, scale)| Decimal::from_parts(lo, mid, hi, negative, scale));
    prop_oneof![edges, parts]
}

/// A document in which every figure may be anything.
pub(crate) fn hostile_contents() -> impl Strategy<Value = Content> {
    prop::collection::vec(any_decimal(), 20).prop_map(|d| {
        let mut c = content();
        for (i, line) in c.lines.iter_mut().enumerate() {
            line.quantity = Quantity(d[i]);
            line.price.net_price = UnitPrice(d[2 + i]);
            line.price.base_quantity = Some(Quantity(d[4 + i]));
            line.vat_rate = Some(Percentage(d[6 + i]));
            line.allowances.push(LineAllowance {
                amount: Amount(d[8 + i]),
                percentage: Some(Percentage(d[10 + i])),
                base_amount: Some(Amount(d[12])),
                ..LineAllowance::default()
            });
        }
        c.allowances[0].amount = Amount(d[13]);
        c.allowances[0].percentage = Some(Percentage(d[14]));
        c.charges[0].amount = Amount(d[15]);
        c.charges[0].vat_rate = Some(Percentage(d[16]));
        c.paid_amount = Some(Amount(d[17]));
        c.rounding_amount = Some(Amount(d[18]));
        c.vat_total_in_accounting_currency = Some(Amount(d[19]));
        c
    })
}
