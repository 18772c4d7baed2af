//! BR-01 … BR-65: what must be there.

use super::{Binding, Foreign, Hits, Rule, blank, given, quoted, rule};
use crate::document::{Document, VatBreakdown};
use crate::party::PostalAddress;
use crate::payment::{DirectDebit, PaymentInstructions};
use crate::references::{Identifier, Period};
use crate::vat::VatCategory;

pub(super) const RULES: &[Rule] = &[
    rule("BR-01", "BT-24", |d, h| {
        if blank(&d.content.process.specification) {
            h.add("the specification identifier is missing; the plain one is urn:cen.eu:en16931:2017");
        }
    }),
    rule("BR-02", "BT-1", |d, h| {
        if blank(&d.number) {
            h.add("the invoice has no number; give it one");
        }
    }),
    rule("BR-03", "BT-2", |_, h| {
        if h.lacks("BT-2", None) {
            h.add("the invoice has no issue date; give it");
        }
    }),
    rule("BR-04", "BT-3", |d, h| {
        if blank(&d.content.type_code) {
            h.add("the type code is missing; 380 is an invoice, 381 a credit note");
        }
    }),
    rule("BR-05", "BT-5", |_, h| {
        if h.lacks("BT-5", None) {
            h.add("the invoice has no currency; give its three letters, such as EUR");
        }
    }),
    rule("BR-06", "BT-27", |d, h| {
        if blank(&d.content.seller.name) {
            h.add("the seller has no name; give the registered one");
        }
    }),
    rule("BR-07", "BT-44", |d, h| {
        if blank(&d.content.buyer.name) {
            h.add("the buyer has no name; give it");
        }
    }),
    rule("BR-08", "BG-5", |d, h| {
        if no_address("BG-5", &d.content.seller.address, h) {
            h.add("the seller has no address; give at least the country");
        }
    }),
    rule("BR-09", "BT-40", |d, h| {
        if no_country("BG-5", &d.content.seller.address, h) {
            h.add("the seller's address has no country; give its two-letter code, such as DE");
        }
    }),
    rule("BR-10", "BG-8", |d, h| {
        if no_address("BG-8", &d.content.buyer.address, h) {
            h.add("the buyer has no address; give at least the country");
        }
    }),
    rule("BR-11", "BT-55", |d, h| {
        if no_country("BG-8", &d.content.buyer.address, h) {
            h.add("the buyer's address has no country; give its two-letter code, such as DE");
        }
    }),
    rule("BR-12", "BT-106", |_, h| total_given("the sum of line net amounts", h)),
    rule("BR-13", "BT-109", |_, h| total_given("the total without VAT", h)),
    rule("BR-14", "BT-112", |_, h| total_given("the total with VAT", h)),
    rule("BR-15", "BT-115", |_, h| total_given("the amount due", h)),
    rule("BR-16", "BG-25", |d, h| {
        if d.content.lines.is_empty() {
            h.add("the invoice has no line; add at least one");
        }
    }),
    rule("BR-17", "BT-59", payee_is_another),
    rule("BR-18", "BT-62", |d, h| {
        if d.content.tax_representative.as_ref().is_some_and(|r| blank(&r.name)) {
            h.add("the seller's tax representative has no name; give it");
        }
    }),
    rule("BR-19", "BG-12", |d, h| {
        if d.content.tax_representative.as_ref().is_some_and(|r| no_address("BG-12", &r.address, h)) {
            h.add("the seller's tax representative has no address; give at least the country");
        }
    }),
    rule("BR-20", "BT-69", |d, h| {
        if d.content.tax_representative.as_ref().is_some_and(|r| no_country("BG-12", &r.address, h)) {
            h.add("the tax representative's address has no country; give its two-letter code, such as DE");
        }
    }),
    rule("BR-21", "BT-126", |d, h| {
        for (i, _) in d.content.lines.iter().enumerate().filter(|(_, line)| blank(&line.id)) {
            h.add_at(i, "the line has no identifier; number the lines 1, 2, 3 …");
        }
    }),
    rule("BR-22", "BT-129", |d, h| each_given(d.content.lines.len(), "the line has no quantity; give it", h)),
    rule("BR-23", "BT-130", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if !h.states("BT-130", Some(i), &line.unit) {
                h.add_at(i, "the quantity has no unit; C62 is a piece, HUR an hour");
            }
        }
    }),
    rule("BR-24", "BT-131", |d, h| {
        for (i, _) in d.content.lines.iter().enumerate().filter(|(_, line)| line.net_amount.is_none()) {
            h.add_at(i, "the line has no net amount; it is price × quantity − allowances + charges");
        }
    }),
    rule("BR-25", "BT-153", |d, h| {
        for (i, _) in d.content.lines.iter().enumerate().filter(|(_, line)| blank(&line.item.name)) {
            h.add_at(i, "the item has no name; say what is billed");
        }
    }),
    rule("BR-26", "BT-146", |d, h| each_given(d.content.lines.len(), NO_PRICE, h)),
    rule("BR-27", "BT-146", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if h.lacks("BT-146", Some(i)) {
                h.add_at(i, NO_PRICE);
            } else if line.price.net_price.0 < 0.into() {
                let price = line.price.net_price;
                h.add_at(
                    i,
                    format!("the net price is {price}; it must not be negative, use a negative quantity"),
                );
            }
        }
    }),
    rule("BR-28", "BT-148", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if let Some(price) = line.price.gross_price.filter(|p| p.0 < 0.into()) {
                h.add_at(
                    i,
                    format!("the gross price is {price}; it must not be negative, use a negative quantity"),
                );
            }
        }
    }),
    rule("BR-29", "BT-74", |d, h| {
        if let Some(message) = ends_too_early(d.content.invoicing_period.as_ref()) {
            h.add(message);
        }
    }),
    rule("BR-30", "BT-135", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if let Some(message) = ends_too_early(line.period.as_ref()) {
                h.add_at(i, message);
            }
        }
    }),
    rule("BR-31", "BT-92", |d, h| {
        each_given(d.content.allowances.len(), "the allowance has no amount; give it", h);
    }),
    rule("BR-32", "BT-95", |d, h| {
        for (i, a) in d.content.allowances.iter().enumerate() {
            categorised(i, &a.vat_category, "allowance", h);
        }
    }),
    rule("BR-33", "BT-97", |d, h| {
        for (i, a) in d.content.allowances.iter().enumerate() {
            reasoned(i, a.reason.as_ref(), a.reason_code.as_ref(), "allowance", h);
        }
    }),
    rule("BR-36", "BT-99", |d, h| {
        each_given(d.content.charges.len(), "the charge has no amount; give it", h);
    }),
    rule("BR-37", "BT-102", |d, h| {
        for (i, c) in d.content.charges.iter().enumerate() {
            categorised(i, &c.vat_category, "charge", h);
        }
    }),
    rule("BR-38", "BT-104", |d, h| {
        for (i, c) in d.content.charges.iter().enumerate() {
            reasoned(i, c.reason.as_ref(), c.reason_code.as_ref(), "charge", h);
        }
    }),
    rule("BR-41", "BT-136", |d, h| {
        each_given(d.content.lines.len(), "an allowance of the line has no amount; give it", h);
    }),
    rule("BR-42", "BT-139", line_allowance_reasons),
    rule("BR-43", "BT-141", |d, h| {
        each_given(d.content.lines.len(), "a charge of the line has no amount; give it", h);
    }),
    rule("BR-44", "BT-144", line_charge_reasons),
    rule("BR-45", "BT-116", |d, h| {
        for (i, _) in judged_breakdowns(d, h.cii()) {
            if h.lacks("BT-116", Some(i)) {
                h.add_at(i, "the VAT breakdown has no taxable amount; give it");
            }
        }
    }),
    rule("BR-46", "BT-117", |d, h| {
        for (i, _) in judged_breakdowns(d, h.cii()) {
            if h.lacks("BT-117", Some(i)) {
                h.add_at(i, "the VAT breakdown has no VAT amount; give it");
            }
        }
    }),
    rule("BR-47", "BT-118", |d, h| {
        for (i, b) in judged_breakdowns(d, h.cii()) {
            categorised(i, &b.category, "VAT breakdown", h);
        }
    }),
    rule("BR-48", "BT-119", |d, h| {
        for (i, b) in judged_breakdowns(d, h.cii()) {
            if b.rate.is_none() && b.category != VatCategory::NotSubject {
                h.add_at(i, "the VAT breakdown has no rate; only what is not subject to VAT (O) has none");
            }
        }
    }),
    rule("BR-49", "BT-81", |d, h| {
        for (i, payment) in h.payments(d).iter().enumerate() {
            if !h.states("BT-81", Some(i), &payment.means_code)
                && (h.foreign.is_some() || !is_reference_only(payment))
            {
                h.add("the payment means code is missing; 58 is a SEPA credit transfer");
            }
        }
    }),
    rule("BR-50", "BT-84", |d, h| {
        for payment in h.payments(d).iter().filter(|p| by_credit_transfer(&p.means_code)) {
            for (i, _) in payment.credit_transfers.iter().enumerate().filter(|(_, t)| blank(&t.account)) {
                h.add_at(i, "the credit transfer has no account; give its IBAN");
            }
        }
    }),
    rule("BR-51", "BT-87", |d, h| {
        for card in h.payments(d).iter().filter_map(|p| p.card.as_ref()) {
            if card.primary_account_number.trim().chars().count() > 10 {
                h.add("too much of the card number is shown; give its last 4 to 6 digits only");
            }
        }
    }),
    rule("BR-52", "BT-122", |d, h| {
        let documents = d.content.supporting_documents.iter().enumerate();
        for (i, _) in documents.filter(|(_, document)| blank(&document.reference)) {
            h.add_at(i, "the supporting document has no reference; give it a number or name");
        }
        if h.lacks("BT-122", None) {
            h.add("a referenced document has no identifier; give it a number or name");
        }
    }),
    rule("BR-53", "BT-111", |d, h| {
        if let Some(foreign) = h.foreign {
            foreign_accounting_currency(foreign, h);
        } else if let Some(currency) = d.content.vat_accounting_currency {
            if currency == d.content.currency {
                h.add(format!("VAT is accounted in {currency}, the invoice's own currency; leave BT-6 out"));
            } else if d.totals.vat_total_in_accounting_currency.is_none() {
                h.add(format!("VAT is accounted in {currency}; give the total VAT in {currency}"));
            }
        }
    }),
    rule("BR-54", "BG-32", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            let attributes = &line.item.attributes;
            let lacking = if h.foreign.is_some() {
                h.lacks("BT-160", Some(i)) || h.lacks("BT-161", Some(i))
            } else {
                attributes.iter().any(|a| blank(&a.name) || blank(&a.value))
            };
            if lacking {
                h.add_at(i, "an item attribute lacks its name or its value; give both or leave it out");
            }
        }
    }),
    rule("BR-55", "BT-25", |d, h| {
        for (i, p) in d.content.preceding_invoices.iter().enumerate() {
            let missing = if h.ubl() { h.lacks("BT-25", Some(i)) } else { blank(&p.number) };
            if missing {
                h.add_at(i, "the preceding invoice has no number; give it or leave the reference out");
            }
        }
    }),
    rule("BR-56", "BT-63", |d, h| {
        let named = |id: Option<&String>| if h.ubl() { id.is_some() } else { given(id) };
        if d.content.tax_representative.as_ref().is_some_and(|r| !named(r.vat_identifier.as_ref())) {
            h.add("the seller's tax representative has no VAT identifier; give it, such as DE123456789");
        }
    }),
    rule("BR-57", "BT-80", |d, h| {
        let address = d.content.delivery.as_ref().and_then(|delivery| delivery.address.as_ref());
        let missing = |country: &str| if h.ubl() { h.lacks("BT-80", None) } else { blank(country) };
        if address.is_some_and(|a| missing(&a.country)) {
            h.add("the delivery address has no country; give its two-letter code, such as DE");
        }
    }),
    rule("BR-61", "BT-84", |d, h| {
        for (i, payment) in
            h.payments(d).iter().enumerate().filter(|(_, p)| by_credit_transfer(&p.means_code))
        {
            let transfers = &payment.credit_transfers;
            let unnamed = h.lacks("BT-84", Some(i));
            // CII asks only about an account that is there.
            let missing =
                if h.cii() { !transfers.is_empty() && unnamed } else { transfers.is_empty() || unnamed };
            if missing {
                h.add("payment is by credit transfer and no account is named; give its IBAN");
            }
        }
    }),
    rule("BR-62", "BT-34", |d, h| {
        if without_scheme(d.content.seller.electronic_address.as_ref(), h) {
            h.add("the seller's electronic address has no scheme; an e-mail address has EM");
        }
    }),
    rule("BR-63", "BT-49", |d, h| {
        if without_scheme(d.content.buyer.electronic_address.as_ref(), h) {
            h.add("the buyer's electronic address has no scheme; an e-mail address has EM");
        }
    }),
    rule("BR-64", "BT-157", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if without_scheme(line.item.standard_identifier.as_ref(), h) {
                h.add_at(i, "the item's standard identifier has no scheme; a GTIN has 0160");
            }
        }
    }),
    rule("BR-65", "BT-158", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if line.item.classifications.iter().any(|c| !has_scheme(c.scheme.as_ref(), h)) {
                h.add_at(
                    i,
                    "an item classification has no scheme; the Common Procurement Vocabulary has STI",
                );
            }
        }
    }),
];

const NO_PRICE: &str = "the item has no net price; give the price of one unit";

fn no_address(group: &'static str, address: &PostalAddress, h: &Hits<'_>) -> bool {
    if h.foreign.is_some() { h.lacks(group, None) } else { *address == PostalAddress::default() }
}

/// An address without country; an absent address has none either, but only CII says so of it.
fn no_country(group: &'static str, address: &PostalAddress, h: &Hits<'_>) -> bool {
    blank(&address.country) && (h.cii() || !no_address(group, address, h))
}

fn total_given(what: &str, h: &mut Hits<'_>) {
    if h.lacks(h.rule.term, None) {
        h.add(format!("{what} is missing; give it"));
    }
}

/// The rule's term is there in each of so many groups.
fn each_given(count: usize, message: &str, h: &mut Hits<'_>) {
    for i in (0..count).filter(|i| h.lacks(h.rule.term, Some(*i))).collect::<Vec<_>>() {
        h.add_at(i, message);
    }
}

/// The breakdowns that BR-45 … BR-48, BR-CO-17, BR-DEC-19 and BR-DEC-20 look at: in CII not those for L, M and O,
/// which other rules of the artefact claim first.
pub(super) fn judged_breakdowns(d: &Document, cii: bool) -> impl Iterator<Item = (usize, &VatBreakdown)> {
    let claimed = |b: &VatBreakdown| {
        matches!(b.category, VatCategory::Igic | VatCategory::Ipsi | VatCategory::NotSubject)
    };
    d.vat_breakdown.iter().enumerate().filter(move |(_, b)| !(cii && claimed(b)))
}

fn foreign_accounting_currency(foreign: &Foreign, h: &mut Hits<'_>) {
    let Some(currency) = &foreign.accounting_currency else { return };
    let stated = foreign.vat_totals.iter().any(|total| total.currency.as_ref() == Some(currency));
    if foreign.binding == Binding::Cii && foreign.currency.as_ref() == Some(currency) {
        h.add("VAT is accounted in the invoice's own currency; leave BT-6 out");
    } else if !stated {
        let currency = quoted(currency);
        h.add(format!("VAT is accounted in {currency}; give the total VAT in that currency"));
    }
}

/// CII keeps the remittance information (BT-83) and the creditor identifier (BT-90) outside of the payment means, so
/// they may stand without any.
fn is_reference_only(payment: &PaymentInstructions) -> bool {
    let reference = PaymentInstructions {
        remittance_information: payment.remittance_information.clone(),
        direct_debit: payment.direct_debit.as_ref().map(|debit| DirectDebit {
            creditor_identifier: debit.creditor_identifier.clone(),
            ..DirectDebit::default()
        }),
        ..PaymentInstructions::default()
    };
    *payment == reference && *payment != PaymentInstructions::default()
}

/// UNTDID 4461: credit transfer and SEPA credit transfer.
fn by_credit_transfer(means_code: &str) -> bool {
    matches!(means_code.trim(), "30" | "58")
}

/// The rule's term is the VAT category of what stands there.
pub(super) fn categorised(index: usize, category: &VatCategory, what: &str, h: &mut Hits<'_>) {
    if !h.states(h.rule.term, Some(index), category.code()) {
        h.add_at(index, format!("the {what} has no VAT category; standard rate is S"));
    }
}

fn without_scheme(identifier: Option<&Identifier>, h: &Hits<'_>) -> bool {
    identifier.is_some_and(|id| !has_scheme(id.scheme.as_ref(), h))
}

/// In UBL an empty scheme is one, and left to BR-CL.
fn has_scheme(scheme: Option<&String>, h: &Hits<'_>) -> bool {
    if h.ubl() { scheme.is_some() } else { given(scheme) }
}

/// A payee is only named if it is not the seller. UBL compares trading names, CII names.
fn payee_is_another(d: &Document, h: &mut Hits<'_>) {
    let (Some(payee), seller) = (&d.content.payee, &d.content.seller) else { return };
    let foreign = h.foreign.is_some();
    let identifier = payee.identifier.as_ref().is_some_and(|id| {
        let same = |other: &Identifier| match h.foreign.map(|foreign| foreign.binding) {
            None => other == id,
            Some(Binding::Cii) => other.value == id.value && other.scheme.is_none() && id.scheme.is_none(),
            Some(_) => other.value == id.value,
        };
        seller.identifiers.iter().any(same)
    });
    let registration = !h.ubl()
        && payee.legal_registration.as_ref().is_some_and(|id| match &seller.legal_registration {
            Some(other) if foreign => other.value == id.value,
            other => other.as_ref() == Some(id),
        });
    let name = !h.ubl() && payee.name == seller.name;
    let trading_name = !h.cii() && Some(&payee.name) == seller.trading_name.as_ref();
    if !h.states("BT-59", None, &payee.name) {
        h.add("the payee has no name; give it, or leave the payee out if the seller is paid");
    } else if name || trading_name || identifier || registration {
        h.add("the payee is the seller; leave the payee out");
    }
}

fn ends_too_early(period: Option<&Period>) -> Option<String> {
    match period {
        Some(Period { start: Some(start), end: Some(end) }) if end < start => {
            Some(format!("the period ends on {end}, before it starts on {start}; exchange the dates"))
        }
        _ => None,
    }
}

/// Also BR-CO-21 … BR-CO-24, which ask for the same.
pub(super) fn reasoned(
    index: usize,
    reason: Option<&String>,
    code: Option<&String>,
    what: &str,
    h: &mut Hits<'_>,
) {
    if !h.exists(reason) && !h.exists(code) {
        h.add_at(index, format!("the {what} has neither a reason nor a reason code; give one"));
    }
}

pub(super) fn line_allowance_reasons(d: &Document, h: &mut Hits<'_>) {
    for (i, line) in d.content.lines.iter().enumerate() {
        for a in &line.allowances {
            reasoned(i, a.reason.as_ref(), a.reason_code.as_ref(), "line's allowance", h);
        }
    }
}

pub(super) fn line_charge_reasons(d: &Document, h: &mut Hits<'_>) {
    for (i, line) in d.content.lines.iter().enumerate() {
        for c in &line.charges {
            reasoned(i, c.reason.as_ref(), c.reason_code.as_ref(), "line's charge", h);
        }
    }
}
