//! BR-CO: what must fit together.

use super::codes::cii_country;
use super::mandatory::{
    categorised, judged_breakdowns, line_allowance_reasons, line_charge_reasons, reasoned,
};
use super::{Binding, Hits, Rule, given, quoted, rule, sums};
use crate::Amount;
use crate::codelists::COUNTRIES;
use crate::document::Document;
use rust_decimal::Decimal;

pub(super) const RULES: &[Rule] = &[
    rule("BR-CO-03", "BT-7", |d, h| {
        let judged = !h.cii() || judged_breakdowns(d, true).next().is_some();
        if judged && d.content.tax_point_date.is_some() && d.content.tax_point_date_code.is_some() {
            h.add("the tax point has a date (BT-7) and a code (BT-8); give only one of them");
        }
    }),
    rule("BR-CO-04", "BT-151", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            categorised(i, &line.vat_category, "line", h);
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
        let amounts = d.content.allowances.iter().enumerate();
        let sum = sums::total(amounts.filter(|(i, _)| !h.lacks("BT-92", Some(*i))).map(|(_, a)| a.amount));
        let none = d.content.allowances.is_empty();
        optional(d.totals.allowance_total, sum, none, "the sum of allowances", "the allowances", h);
    }),
    rule("BR-CO-12", "BT-108", |d, h| {
        let amounts = d.content.charges.iter().enumerate();
        let sum = sums::total(amounts.filter(|(i, _)| !h.lacks("BT-99", Some(*i))).map(|(_, c)| c.amount));
        let none = d.content.charges.is_empty();
        optional(d.totals.charge_total, sum, none, "the sum of charges", "the charges", h);
    }),
    rule("BR-CO-13", "BT-109", |d, h| {
        let t = &d.totals;
        let lines = h.stated("BT-106", None, t.line_net_total);
        let less_allowances = sums::subtract(lines, value(t.allowance_total));
        let expected = sums::add(less_allowances, value(t.charge_total));
        equal(t.total_without_vat, expected, "the total without VAT", "lines − allowances + charges", h);
    }),
    rule("BR-CO-14", "BT-110", vat_total),
    rule("BR-CO-15", "BT-112", total_with_vat),
    rule("BR-CO-16", "BT-115", |d, h| {
        let t = &d.totals;
        let unpaid = sums::subtract(h.stated("BT-112", None, t.total_with_vat), value(t.paid_amount));
        let expected = sums::add(unpaid, value(t.rounding_amount));
        if h.cii() && expected != sums::cents(expected) {
            let stated = t.amount_due;
            if h.stated("BT-115", None, stated) != expected {
                h.add(format!(
                    "the amount due is {stated}; total with VAT − paid + rounding make {}",
                    or_too_large(expected)
                ));
            }
        } else {
            equal(t.amount_due, expected, "the amount due", "total with VAT − paid + rounding", h);
        }
    }),
    rule("BR-CO-17", "BT-117", |d, h| {
        let ends_count = h.cii();
        for (i, b) in judged_breakdowns(d, h.cii()) {
            let tax = h.stated("BT-117", Some(i), b.tax_amount);
            let rate = b.rate.map_or(Decimal::ZERO, |rate| rate.0);
            let taxable = h.stated("BT-116", Some(i), b.taxable_amount);
            let expected = taxable.and_then(|taxable| sums::vat(taxable, rate));
            let fits = tax.is_some_and(|tax| {
                if sums::whole(rate) == Some(Decimal::ZERO) {
                    sums::whole(tax) == Some(Decimal::ZERO)
                } else {
                    sums::near(tax.abs(), expected) || ends_count && sums::one_away(tax.abs(), expected)
                }
            });
            if !fits {
                let (tax, taxable) = (b.tax_amount, b.taxable_amount);
                let expected = or_too_large(expected);
                h.add_at(i, format!("the VAT is {tax}; {rate} % of {taxable} is {expected}"));
            }
        }
    }),
    rule("BR-CO-18", "BG-23", |d, h| {
        // The artefact for CII looks at the breakdown from each line.
        if d.vat_breakdown.is_empty() && !(h.cii() && d.content.lines.is_empty()) {
            h.add("there is no VAT breakdown; give one for every VAT category and rate");
        }
    }),
    rule("BR-CO-19", "BG-14", |d, h| {
        let coded = h.ubl() && d.content.tax_point_date_code.is_some();
        let period = d.content.invoicing_period.as_ref();
        if period.is_some_and(|p| p.start.is_none() && p.end.is_none()) && !coded {
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
    rule("BR-CO-25", "BT-9", |d, h| {
        // A credit note's positive amount is due to the buyer: https://github.com/ConnectingEurope/eInvoicing-EN16931/issues/84
        let asks = !d.content.is_credit_note() && d.totals.amount_due.0 > Decimal::ZERO;
        if asks && d.content.due_date.is_none() && !given(d.content.payment_terms.as_ref()) {
            h.add(
                "an amount is due, and nothing says when; give a due date (BT-9) or terms of payment (BT-20)",
            );
        }
    }),
    rule("BR-CO-26", "BG-4", |d, h| {
        let seller = &d.content.seller;
        // `SEPA` marks a bank's creditor identifier (BT-90), which does not identify the seller to the buyer.
        let identified = seller.identifiers.iter().any(|id| id.scheme.as_deref() != Some("SEPA"));
        if !identified && seller.legal_registration.is_none() && !h.exists(seller.vat_identifier.as_ref()) {
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
    if h.ubl() && prefix.is_empty() {
        return;
    }
    let known = if h.cii() { cii_country(&prefix) } else { COUNTRIES.holds(&prefix) };
    if prefix != "EL" && !known {
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

fn vat_total(d: &Document, h: &mut Hits<'_>) {
    let breakdowns = sums::total(d.vat_breakdown.iter().map(|b| b.tax_amount));
    let Some(foreign) = h.foreign else {
        if let Some(stated) = d.totals.vat_total.filter(|_| !d.vat_breakdown.is_empty()) {
            equal(stated, breakdowns, "the total VAT", "the VAT breakdowns", h);
        }
        return;
    };
    for total in &foreign.vat_totals {
        let expected = match foreign.binding {
            Binding::Cii => (total.currency == foreign.currency).then_some(breakdowns),
            _ => total.broken_down,
        };
        if let Some(expected) = expected
            && (total.amount.is_none() || total.amount != sums::cents(expected))
        {
            let stated = total.amount.map_or_else(|| "missing".to_owned(), |amount| amount.to_string());
            let expected = or_too_large(sums::cents(expected));
            h.add(format!("the total VAT is {stated}; the VAT breakdowns make {expected}"));
        }
    }
}

fn total_with_vat(d: &Document, h: &mut Hits<'_>) {
    const WHAT: &str = "the total with VAT";
    let t = &d.totals;
    let without = h.stated("BT-109", None, t.total_without_vat);
    let Some(foreign) = h.foreign else {
        let expected = sums::add(without, value(t.vat_total));
        return equal(t.total_with_vat, expected, WHAT, "total without VAT + VAT", h);
    };
    let Some(currency) = &foreign.currency else { return };
    let totals: Vec<_> =
        foreign.vat_totals.iter().filter(|t| t.currency.as_ref() == Some(currency)).collect();
    let stated = h.stated("BT-112", None, t.total_with_vat);
    if foreign.binding == Binding::Cii && stated.is_some() && stated == without {
        return;
    }
    if let [vat] = totals.as_slice() {
        let expected = vat.amount.and_then(|vat| sums::add(without, vat));
        equal(t.total_with_vat, expected, WHAT, "total without VAT + VAT", h);
    } else {
        let (count, currency) = (totals.len(), quoted(currency));
        h.add_to("BT-110", None, format!("there are {count} VAT totals in {currency}; give one"));
    }
}

fn value(amount: Option<Amount>) -> Decimal {
    amount.unwrap_or_default().0
}

fn equal(stated: Amount, expected: Option<Decimal>, what: &str, parts: &str, h: &mut Hits<'_>) {
    let expected = sums::cents(expected);
    let given = h.stated(h.rule.term, None, stated);
    if given.is_none() || given != expected {
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
