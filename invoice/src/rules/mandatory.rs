//! BR-01 … BR-65: what must be there.

use super::{Hits, Rule, blank, given, rule};
use crate::document::Document;
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
    rule("BR-04", "BT-3", |d, h| {
        if blank(&d.content.type_code) {
            h.add("the type code is missing; 380 is an invoice, 381 a credit note");
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
        if absent(&d.content.seller.address) {
            h.add("the seller has no address; give at least the country");
        }
    }),
    rule("BR-09", "BT-40", |d, h| {
        let address = &d.content.seller.address;
        if !absent(address) && blank(&address.country) {
            h.add("the seller's address has no country; give its two-letter code, such as DE");
        }
    }),
    rule("BR-10", "BG-8", |d, h| {
        if absent(&d.content.buyer.address) {
            h.add("the buyer has no address; give at least the country");
        }
    }),
    rule("BR-11", "BT-55", |d, h| {
        let address = &d.content.buyer.address;
        if !absent(address) && blank(&address.country) {
            h.add("the buyer's address has no country; give its two-letter code, such as DE");
        }
    }),
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
        if d.content.tax_representative.as_ref().is_some_and(|r| absent(&r.address)) {
            h.add("the seller's tax representative has no address; give at least the country");
        }
    }),
    rule("BR-20", "BT-69", |d, h| {
        let address = d.content.tax_representative.as_ref().map(|r| &r.address);
        if address.is_some_and(|a| !absent(a) && blank(&a.country)) {
            h.add("the tax representative's address has no country; give its two-letter code, such as DE");
        }
    }),
    rule("BR-21", "BT-126", |d, h| {
        for (i, _) in d.content.lines.iter().enumerate().filter(|(_, line)| blank(&line.id)) {
            h.add_at(i, "the line has no identifier; number the lines 1, 2, 3 …");
        }
    }),
    rule("BR-23", "BT-130", |d, h| {
        for (i, _) in d.content.lines.iter().enumerate().filter(|(_, line)| blank(&line.unit)) {
            h.add_at(i, "the quantity has no unit; C62 is a piece, HUR an hour");
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
    rule("BR-27", "BT-146", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if line.price.net_price.0 < 0.into() {
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
    rule("BR-32", "BT-95", |d, h| {
        for (i, _) in d.content.allowances.iter().enumerate().filter(|(_, a)| uncategorised(&a.vat_category))
        {
            h.add_at(i, "the allowance has no VAT category; standard rate is S");
        }
    }),
    rule("BR-33", "BT-97", |d, h| {
        for (i, a) in d.content.allowances.iter().enumerate() {
            reasoned(i, a.reason.as_ref(), a.reason_code.as_ref(), "allowance", h);
        }
    }),
    rule("BR-37", "BT-102", |d, h| {
        for (i, _) in d.content.charges.iter().enumerate().filter(|(_, c)| uncategorised(&c.vat_category)) {
            h.add_at(i, "the charge has no VAT category; standard rate is S");
        }
    }),
    rule("BR-38", "BT-104", |d, h| {
        for (i, c) in d.content.charges.iter().enumerate() {
            reasoned(i, c.reason.as_ref(), c.reason_code.as_ref(), "charge", h);
        }
    }),
    rule("BR-42", "BT-139", line_allowance_reasons),
    rule("BR-44", "BT-144", line_charge_reasons),
    rule("BR-47", "BT-118", |d, h| {
        for (i, _) in d.vat_breakdown.iter().enumerate().filter(|(_, b)| uncategorised(&b.category)) {
            h.add_at(i, "the VAT breakdown has no category; standard rate is S");
        }
    }),
    rule("BR-48", "BT-119", |d, h| {
        for (i, b) in d.vat_breakdown.iter().enumerate() {
            if b.rate.is_none() && b.category != VatCategory::NotSubject {
                h.add_at(i, "the VAT breakdown has no rate; only what is not subject to VAT (O) has none");
            }
        }
    }),
    rule("BR-49", "BT-81", |d, h| {
        if d.content.payment.as_ref().is_some_and(|p| blank(&p.means_code) && !is_reference_only(p)) {
            h.add("the payment means code is missing; 58 is a SEPA credit transfer");
        }
    }),
    rule("BR-50", "BT-84", |d, h| {
        if let Some(payment) = d.content.payment.as_ref().filter(|p| by_credit_transfer(&p.means_code)) {
            for (i, _) in payment.credit_transfers.iter().enumerate().filter(|(_, t)| blank(&t.account)) {
                h.add_at(i, "the credit transfer has no account; give its IBAN");
            }
        }
    }),
    rule("BR-51", "BT-87", |d, h| {
        let card = d.content.payment.as_ref().and_then(|p| p.card.as_ref());
        if card.is_some_and(|card| card.primary_account_number.trim().chars().count() > 10) {
            h.add("too much of the card number is shown; give its last 4 to 6 digits only");
        }
    }),
    rule("BR-52", "BT-122", |d, h| {
        let documents = d.content.supporting_documents.iter().enumerate();
        for (i, _) in documents.filter(|(_, document)| blank(&document.reference)) {
            h.add_at(i, "the supporting document has no reference; give it a number or name");
        }
    }),
    rule("BR-53", "BT-111", |d, h| {
        if let Some(currency) = d.content.vat_accounting_currency {
            if currency == d.content.currency {
                h.add(format!("VAT is accounted in {currency}, the invoice's own currency; leave BT-6 out"));
            } else if d.totals.vat_total_in_accounting_currency.is_none() {
                h.add(format!("VAT is accounted in {currency}; give the total VAT in {currency}"));
            }
        }
    }),
    rule("BR-54", "BG-32", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if line.item.attributes.iter().any(|a| blank(&a.name) || blank(&a.value)) {
                h.add_at(i, "an item attribute lacks its name or its value; give both or leave it out");
            }
        }
    }),
    rule("BR-55", "BT-25", |d, h| {
        for (i, _) in d.content.preceding_invoices.iter().enumerate().filter(|(_, p)| blank(&p.number)) {
            h.add_at(i, "the preceding invoice has no number; give it or leave the reference out");
        }
    }),
    rule("BR-56", "BT-63", |d, h| {
        if d.content.tax_representative.as_ref().is_some_and(|r| !given(r.vat_identifier.as_ref())) {
            h.add("the seller's tax representative has no VAT identifier; give it, such as DE123456789");
        }
    }),
    rule("BR-57", "BT-80", |d, h| {
        let address = d.content.delivery.as_ref().and_then(|delivery| delivery.address.as_ref());
        if address.is_some_and(|a| blank(&a.country)) {
            h.add("the delivery address has no country; give its two-letter code, such as DE");
        }
    }),
    rule("BR-61", "BT-84", |d, h| {
        if let Some(payment) = &d.content.payment
            && by_credit_transfer(&payment.means_code)
            && payment.credit_transfers.is_empty()
        {
            h.add("payment is by credit transfer and no account is named; give its IBAN");
        }
    }),
    rule("BR-62", "BT-34", |d, h| {
        if without_scheme(d.content.seller.electronic_address.as_ref()) {
            h.add("the seller's electronic address has no scheme; an e-mail address has EM");
        }
    }),
    rule("BR-63", "BT-49", |d, h| {
        if without_scheme(d.content.buyer.electronic_address.as_ref()) {
            h.add("the buyer's electronic address has no scheme; an e-mail address has EM");
        }
    }),
    rule("BR-64", "BT-157", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if without_scheme(line.item.standard_identifier.as_ref()) {
                h.add_at(i, "the item's standard identifier has no scheme; a GTIN has 0160");
            }
        }
    }),
    rule("BR-65", "BT-158", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            if line.item.classifications.iter().any(|c| !given(c.scheme.as_ref())) {
                h.add_at(
                    i,
                    "an item classification has no scheme; the Common Procurement Vocabulary has STI",
                );
            }
        }
    }),
];

fn absent(address: &PostalAddress) -> bool {
    *address == PostalAddress::default()
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

fn uncategorised(category: &VatCategory) -> bool {
    blank(category.code())
}

fn without_scheme(identifier: Option<&Identifier>) -> bool {
    identifier.is_some_and(|id| !given(id.scheme.as_ref()))
}

/// A payee is only named if it is not the seller.
fn payee_is_another(d: &Document, h: &mut Hits<'_>) {
    let (Some(payee), seller) = (&d.content.payee, &d.content.seller) else { return };
    let identifier = payee.identifier.as_ref().is_some_and(|id| seller.identifiers.contains(id));
    let registration =
        payee.legal_registration.is_some() && payee.legal_registration == seller.legal_registration;
    if blank(&payee.name) {
        h.add("the payee has no name; give it, or leave the payee out if the seller is paid");
    } else if payee.name == seller.name
        || Some(&payee.name) == seller.trading_name.as_ref()
        || identifier
        || registration
    {
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
    if !given(reason) && !given(code) {
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
