//! BR-CO: what must fit together.

use super::mandatory::{line_allowance_reasons, line_charge_reasons, reasoned};
use super::{Hits, Rule, blank, given, quoted, rule, sums};
use crate::Amount;
use crate::codelists::COUNTRIES;
use rust_decimal::Decimal;

pub(super) const RULES: &[Rule] = &[
    rule("BR-CO-03", "BT-7", |d, h| {
        if d.content.tax_point_date.is_some() && d.content.tax_point_date_code.is_some() {
            h.add("the tax point has a date (BT-7) and a code (BT-8); give only one of them");
        }
    }),
    rule("BR-CO-04", "BT-151", |d, h| {
        for (i, _) in d.content.lines.iter().enumerate().filter(|(_, line)| blank(line.vat_category.code())) {
            h.add_at(i, "the line has no VAT category; standard rate is S");
        }
    }),
    rule("BR-CO-09", "BT-31", |d, h| {
        let representative = d.content.tax_representative.as_ref();
        vat_identifier("BT-31", "seller", d.content.seller.vat_identifier.as_ref(), h);
        vat_identifier(
            "BT-63",
            "tax representative",
            representative.and_then(|r| r.vat_identifier.as_ref()),
            h,
        );
        vat_identifier("BT-48", "buyer", d.content.buyer.vat_identifier.as_ref(), h);
    }),
    rule("BR-CO-10", "BT-106", |d, h| {
        let lines = sums::total(d.content.lines.iter().filter_map(|line| line.net_amount));
        equal(d.totals.line_net_total, lines, "the sum of line net amounts", "the lines", h);
    }),
    rule("BR-CO-11", "BT-107", |d, h| {
        let sum = sums::total(d.content.allowances.iter().map(|a| a.amount));
        let none = d.content.allowances.is_empty();
        optional(d.totals.allowance_total, sum, none, "the sum of allowances", "the allowances", h);
    }),
    rule("BR-CO-12", "BT-108", |d, h| {
        let sum = sums::total(d.content.charges.iter().map(|c| c.amount));
        let none = d.content.charges.is_empty();
        optional(d.totals.charge_total, sum, none, "the sum of charges", "the charges", h);
    }),
    rule("BR-CO-13", "BT-109", |d, h| {
        let t = &d.totals;
        let less_allowances = sums::subtract(Some(t.line_net_total.0), value(t.allowance_total));
        let expected = sums::add(less_allowances, value(t.charge_total));
        equal(t.total_without_vat, expected, "the total without VAT", "lines − allowances + charges", h);
    }),
    rule("BR-CO-14", "BT-110", |d, h| {
        let sum = sums::total(d.vat_breakdown.iter().map(|b| b.tax_amount));
        if let Some(stated) = d.totals.vat_total.filter(|_| !d.vat_breakdown.is_empty()) {
            equal(stated, sum, "the total VAT", "the VAT breakdowns", h);
        }
    }),
    rule("BR-CO-15", "BT-112", |d, h| {
        let t = &d.totals;
        let expected = sums::add(Some(t.total_without_vat.0), value(t.vat_total));
        equal(t.total_with_vat, expected, "the total with VAT", "total without VAT + VAT", h);
    }),
    rule("BR-CO-16", "BT-115", |d, h| {
        let t = &d.totals;
        let unpaid = sums::subtract(Some(t.total_with_vat.0), value(t.paid_amount));
        let expected = sums::add(unpaid, value(t.rounding_amount));
        equal(t.amount_due, expected, "the amount due", "total with VAT − paid + rounding", h);
    }),
    rule("BR-CO-17", "BT-117", |d, h| {
        for (i, b) in d.vat_breakdown.iter().enumerate() {
            let rate = b.rate.map_or(Decimal::ZERO, |rate| rate.0);
            let expected = sums::vat(b.taxable_amount.0, rate);
            let fits = if sums::whole(rate) == Some(Decimal::ZERO) {
                sums::whole(b.tax_amount.0) == Some(Decimal::ZERO)
            } else {
                sums::near(b.tax_amount.0.abs(), expected)
            };
            if !fits {
                let (tax, taxable) = (b.tax_amount, b.taxable_amount);
                let expected = or_too_large(expected);
                h.add_at(i, format!("the VAT is {tax}; {rate} % of {taxable} is {expected}"));
            }
        }
    }),
    rule("BR-CO-18", "BG-23", |d, h| {
        if d.vat_breakdown.is_empty() {
            h.add("there is no VAT breakdown; give one for every VAT category and rate");
        }
    }),
    rule("BR-CO-19", "BG-14", |d, h| {
        if d.content.invoicing_period.as_ref().is_some_and(|p| p.start.is_none() && p.end.is_none()) {
            h.add("the invoicing period has no dates; give its start, its end or both");
        }
    }),
    rule("BR-CO-20", "BG-26", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if line.period.as_ref().is_some_and(|p| p.start.is_none() && p.end.is_none()) {
                h.add_at(i, "the line's period has no dates; give its start, its end or both");
            }
        }
    }),
    rule("BR-CO-21", "BT-97", |d, h| {
        for (i, a) in d.content.allowances.iter().enumerate() {
            reasoned(i, a.reason.as_ref(), a.reason_code.as_ref(), "allowance", h);
        }
    }),
    rule("BR-CO-22", "BT-104", |d, h| {
        for (i, c) in d.content.charges.iter().enumerate() {
            reasoned(i, c.reason.as_ref(), c.reason_code.as_ref(), "charge", h);
        }
    }),
    rule("BR-CO-23", "BT-139", line_allowance_reasons),
    rule("BR-CO-24", "BT-144", line_charge_reasons),
    rule("BR-CO-26", "BG-4", |d, h| {
        let seller = &d.content.seller;
        // `SEPA` marks a bank's creditor identifier (BT-90), which does not identify the seller to the buyer.
        let identified = seller.identifiers.iter().any(|id| id.scheme.as_deref() != Some("SEPA"));
        if !identified && seller.legal_registration.is_none() && !given(seller.vat_identifier.as_ref()) {
            h.add(
                "the buyer cannot tell who the seller is; give the seller's VAT identifier (BT-31), \
                 registration (BT-30) or another identifier (BT-29)",
            );
        }
    }),
];

fn vat_identifier(term: &'static str, party: &str, identifier: Option<&String>, h: &mut Hits<'_>) {
    let Some(identifier) = identifier else { return };
    let prefix: String = identifier.chars().take(2).collect();
    if prefix != "EL" && !COUNTRIES.holds(&prefix) {
        let prefix = quoted(&prefix);
        h.add_to(
            term,
            None,
            format!(
                "the {party}'s VAT identifier starts with {prefix}; \
                 it starts with the country's two letters, such as DE, and EL for Greece"
            ),
        );
    }
}

fn value(amount: Option<Amount>) -> Decimal {
    amount.unwrap_or_default().0
}

fn equal(stated: Amount, expected: Option<Decimal>, what: &str, parts: &str, h: &mut Hits<'_>) {
    let expected = sums::cents(expected);
    if Some(stated.0) != expected {
        h.add(format!("{what} is {stated}; {parts} make {}", or_too_large(expected)));
    }
}

/// Like [`equal`], for a sum that is left out if there is nothing to add.
fn optional(
    stated: Option<Amount>,
    expected: Option<Decimal>,
    nothing: bool,
    what: &str,
    parts: &str,
    h: &mut Hits<'_>,
) {
    match stated {
        Some(stated) => equal(stated, expected, what, parts, h),
        None if nothing => {}
        None => {
            h.add(format!("{what} is missing; {parts} make {}", or_too_large(sums::cents(expected))));
        }
    }
}

pub(super) fn or_too_large(sum: Option<Decimal>) -> String {
    sum.map_or_else(|| "more than can be reckoned".to_owned(), |sum| sum.to_string())
}
