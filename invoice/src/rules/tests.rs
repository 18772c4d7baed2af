//! A row per rule: what breaks it, and what comes close and does not. Every rule has a row that breaks it, which
//! [`every_rule_has_a_row`] makes sure of.

#![expect(clippy::unnecessary_wraps, reason = "the rows say what they set, without Some(…) around it")]

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::fixture::{TODAY, allowance, amount, charge, content, document, line, percent, preview};
use crate::line::{Attribute, Classification, LineAllowance, LineCharge};
use crate::party::{Delivery, Payee, PostalAddress, TaxRepresentative};
use crate::payment::{CreditTransfer, PaymentCard, PaymentInstructions};
use crate::references::{Attachment, Identifier, Note, Period, PrecedingInvoice, SupportingDocument};
use crate::vat::VatExemption;
use crate::{Content, VatBreakdown, VatCategory};

type Change = fn(&mut Document);

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn identifier(value: &str, scheme: &str) -> Identifier {
    Identifier { value: value.to_owned(), scheme: (!scheme.is_empty()).then(|| scheme.to_owned()) }
}

fn in_country(country: &str) -> PostalAddress {
    PostalAddress { city: some("Exampletown"), country: country.to_owned(), ..PostalAddress::default() }
}

fn representative(name: &str, vat_identifier: &str, country: &str) -> Option<TaxRepresentative> {
    Some(TaxRepresentative {
        name: name.to_owned(),
        vat_identifier: Some(vat_identifier.to_owned()),
        address: in_country(country),
    })
}

fn payee(name: &str) -> Option<Payee> {
    Some(Payee { name: name.to_owned(), ..Payee::default() })
}

fn delivered_to(country: &str) -> Option<Delivery> {
    Some(Delivery { address: Some(in_country(country)), actual_date: Some(TODAY), ..Delivery::default() })
}

fn period(start: i8, end: i8) -> Option<Period> {
    Some(Period { start: Some(date(2026, 11, start)), end: Some(date(2026, 11, end)) })
}

fn line_allowance(amount_: &str) -> LineAllowance {
    LineAllowance { amount: amount(amount_), reason: some("loyalty"), ..LineAllowance::default() }
}

fn line_charge(amount_: &str) -> LineCharge {
    LineCharge { amount: amount(amount_), reason: some("engraving"), ..LineCharge::default() }
}

fn note(subject: &str) -> Note {
    Note { subject_code: some(subject), text: "text".to_owned() }
}

fn attached(mime_code: &str) -> SupportingDocument {
    SupportingDocument {
        reference: "timesheet".to_owned(),
        attachment: Some(Attachment { mime_code: mime_code.to_owned(), ..Attachment::default() }),
        ..SupportingDocument::default()
    }
}

fn pay(d: &mut Document) -> &mut PaymentInstructions {
    d.content.payment.as_mut().unwrap()
}

fn unknown(code: &str) -> VatCategory {
    VatCategory::Unknown(code.to_owned())
}

/// A valid document in which a line, an allowance and a charge bear this category, and nothing bears another.
fn bearing(category: &VatCategory) -> Document {
    let rate = match category {
        VatCategory::Standard | VatCategory::Igic | VatCategory::Ipsi | VatCategory::SplitPayment => {
            Some("10")
        }
        VatCategory::NotSubject => None,
        _ => Some("0"),
    };
    let needs_reason = !matches!(rate, Some("10")) && *category != VatCategory::ZeroRated;
    let mut c = Content {
        lines: vec![line("Chair", "1", "100", "0")],
        allowances: vec![allowance("10.00", "0")],
        charges: vec![charge("5.00", "0")],
        ..content()
    };
    c.lines[0].vat_category = category.clone();
    c.allowances[0].vat_category = category.clone();
    c.charges[0].vat_category = category.clone();
    c.lines[0].vat_rate = rate.map(percent);
    c.allowances[0].vat_rate = rate.map(percent);
    c.charges[0].vat_rate = rate.map(percent);
    if needs_reason {
        c.vat_exemptions = vec![VatExemption {
            category: category.clone(),
            reason: some("the law says so"),
            reason_code: None,
        }];
    }
    match category {
        VatCategory::NotSubject => {
            c.seller.vat_identifier = None;
            c.seller.legal_registration = Some(identifier("HRB 1", ""));
            c.buyer.vat_identifier = None;
        }
        VatCategory::IntraCommunity => c.delivery = delivered_to("FR"),
        VatCategory::SplitPayment => {
            "IT".clone_into(&mut c.seller.address.country);
            "IT".clone_into(&mut c.buyer.address.country);
        }
        _ => {}
    }
    preview(c)
}

fn fires(rule: &str, document: &Document) -> bool {
    check(document).iter().any(|finding| finding.rule == rule)
}

#[rustfmt::skip]
const BROKEN: &[(&str, Change)] = &[
    ("BR-01", |d| d.content.process.specification.clear()),
    ("BR-01", |d| d.content.process.specification = "  ".to_owned()),
    ("BR-02", |d| d.number.clear()),
    ("BR-04", |d| d.content.type_code.clear()),
    ("BR-06", |d| d.content.seller.name.clear()),
    ("BR-07", |d| d.content.buyer.name = " \n".to_owned()),
    ("BR-08", |d| d.content.seller.address = PostalAddress::default()),
    ("BR-09", |d| d.content.seller.address.country.clear()),
    ("BR-10", |d| d.content.buyer.address = PostalAddress::default()),
    ("BR-11", |d| d.content.buyer.address.country.clear()),
    ("BR-16", |d| d.content.lines.clear()),
    ("BR-17", |d| d.content.payee = payee("")),
    ("BR-17", |d| d.content.payee = payee("Example Seller Ltd")),
    ("BR-18", |d| d.content.tax_representative = representative("", "DE1", "DE")),
    ("BR-19", |d| {
        d.content.tax_representative = representative("Rep", "DE1", "DE");
        d.content.tax_representative.as_mut().unwrap().address = PostalAddress::default();
    }),
    ("BR-20", |d| d.content.tax_representative = representative("Rep", "DE1", "")),
    ("BR-21", |d| d.content.lines[1].id.clear()),
    ("BR-23", |d| d.content.lines[1].unit.clear()),
    ("BR-24", |d| d.content.lines[1].net_amount = None),
    ("BR-25", |d| d.content.lines[1].item.name.clear()),
    ("BR-27", |d| d.content.lines[1].price.net_price = "-0.01".parse().unwrap()),
    ("BR-28", |d| d.content.lines[1].price.gross_price = Some("-0.01".parse().unwrap())),
    ("BR-29", |d| d.content.invoicing_period = period(2, 1)),
    ("BR-30", |d| d.content.lines[1].period = period(2, 1)),
    ("BR-32", |d| d.content.allowances[0].vat_category = unknown("")),
    ("BR-33", |d| d.content.allowances[0].reason = None),
    ("BR-37", |d| d.content.charges[0].vat_category = unknown("")),
    ("BR-38", |d| d.content.charges[0].reason = some(" ")),
    ("BR-42", |d| d.content.lines[0].allowances = vec![LineAllowance::default()]),
    ("BR-44", |d| d.content.lines[0].charges = vec![LineCharge::default()]),
    ("BR-47", |d| d.vat_breakdown[0].category = unknown("")),
    ("BR-48", |d| d.vat_breakdown[0].rate = None),
    ("BR-49", |d| pay(d).means_code.clear()),
    ("BR-49", |d| *pay(d) = PaymentInstructions::default()),
    ("BR-50", |d| pay(d).credit_transfers = vec![CreditTransfer::default()]),
    ("BR-51", |d| pay(d).card = Some(PaymentCard { primary_account_number: "4111111111111111".to_owned(), holder_name: None })),
    ("BR-52", |d| d.content.supporting_documents = vec![SupportingDocument::default()]),
    ("BR-53", |d| d.content.vat_accounting_currency = Some("SEK".parse().unwrap())),
    ("BR-53", |d| {
        d.content.vat_accounting_currency = Some(d.content.currency);
        d.totals.vat_total_in_accounting_currency = d.totals.vat_total;
    }),
    ("BR-54", |d| d.content.lines[0].item.attributes = vec![Attribute { name: "colour".to_owned(), value: String::new() }]),
    ("BR-55", |d| d.content.preceding_invoices = vec![PrecedingInvoice::default()]),
    ("BR-56", |d| d.content.tax_representative = representative("Rep", "", "DE")),
    ("BR-57", |d| d.content.delivery = delivered_to("")),
    ("BR-61", |d| pay(d).credit_transfers.clear()),
    ("BR-62", |d| d.content.seller.electronic_address = Some(identifier("seller@example.com", ""))),
    ("BR-63", |d| d.content.buyer.electronic_address = Some(identifier("buyer@example.com", ""))),
    ("BR-64", |d| d.content.lines[0].item.standard_identifier = Some(identifier("04012345123456", ""))),
    ("BR-65", |d| d.content.lines[0].item.classifications = vec![Classification::default()]),
    ("BR-CO-03", |d| (d.content.tax_point_date, d.content.tax_point_date_code) = (Some(TODAY), some("35"))),
    ("BR-CO-04", |d| d.content.lines[0].vat_category = unknown("")),
    ("BR-CO-09", |d| d.content.seller.vat_identifier = some("123456789")),
    ("BR-CO-09", |d| d.content.buyer.vat_identifier = some("de123456789")),
    ("BR-CO-09", |d| d.content.tax_representative = representative("Rep", "UK1", "DE")),
    ("BR-CO-10", |d| d.totals.line_net_total = amount("120.01")),
    ("BR-CO-11", |d| d.totals.allowance_total = None),
    ("BR-CO-11", |d| d.totals.allowance_total = Some(amount("4.99"))),
    ("BR-CO-12", |d| d.totals.charge_total = None),
    ("BR-CO-12", |d| d.content.charges.clear()),
    ("BR-CO-13", |d| d.totals.total_without_vat = amount("119.91")),
    ("BR-CO-14", |d| d.totals.vat_total = Some(amount("20.37"))),
    ("BR-CO-15", |d| d.totals.total_with_vat = amount("140.27")),
    ("BR-CO-15", |d| d.totals.vat_total = None),
    ("BR-CO-16", |d| d.totals.amount_due = amount("140.27")),
    ("BR-CO-16", |d| d.totals.paid_amount = Some(amount("0.01"))),
    ("BR-CO-16", |d| d.totals.rounding_amount = Some(amount("0.01"))),
    ("BR-CO-17", |d| d.vat_breakdown[0].tax_amount = amount("2.40")),
    ("BR-CO-17", |d| d.vat_breakdown[0].rate = None),
    ("BR-CO-17", |d| d.vat_breakdown[0].tax_amount = amount("79228162514264337593543950335")),
    ("BR-CO-18", |d| d.vat_breakdown.clear()),
    ("BR-CO-19", |d| d.content.invoicing_period = Some(Period::default())),
    ("BR-CO-20", |d| d.content.lines[0].period = Some(Period::default())),
    ("BR-CO-21", |d| d.content.allowances[0].reason = None),
    ("BR-CO-22", |d| d.content.charges[0].reason = None),
    ("BR-CO-23", |d| d.content.lines[0].allowances = vec![LineAllowance::default()]),
    ("BR-CO-24", |d| d.content.lines[0].charges = vec![LineCharge::default()]),
    ("BR-CO-25", |d| d.content.payment_terms = None),
    ("BR-CO-25", |d| d.content.payment_terms = some(" \n")),
    ("BR-CO-26", |d| d.content.seller.vat_identifier = None),
    ("BR-CO-26", |d| {
        d.content.seller.vat_identifier = None;
        d.content.seller.identifiers = vec![identifier("DE98ZZZ09999999999", "SEPA")];
    }),
    ("BR-DEC-01", |d| d.content.allowances[0].amount = amount("5.000")),
    ("BR-DEC-02", |d| d.content.allowances[0].base_amount = Some(amount("5.000"))),
    ("BR-DEC-05", |d| d.content.charges[0].amount = amount("4.900")),
    ("BR-DEC-06", |d| d.content.charges[0].base_amount = Some(amount("5.000"))),
    ("BR-DEC-09", |d| d.totals.line_net_total = amount("120.000")),
    ("BR-DEC-10", |d| d.totals.allowance_total = Some(amount("5.000"))),
    ("BR-DEC-11", |d| d.totals.charge_total = Some(amount("4.900"))),
    ("BR-DEC-12", |d| d.totals.total_without_vat = amount("119.900")),
    ("BR-DEC-13", |d| d.totals.vat_total = Some(amount("20.381"))),
    ("BR-DEC-14", |d| d.totals.total_with_vat = amount("140.280")),
    ("BR-DEC-15", |d| d.totals.vat_total_in_accounting_currency = Some(amount("200.001"))),
    ("BR-DEC-16", |d| d.totals.paid_amount = Some(amount("0.000"))),
    ("BR-DEC-17", |d| d.totals.rounding_amount = Some(amount("0.000"))),
    ("BR-DEC-18", |d| d.totals.amount_due = amount("140.280")),
    ("BR-DEC-19", |d| d.vat_breakdown[0].taxable_amount = amount("20.000")),
    ("BR-DEC-20", |d| d.vat_breakdown[0].tax_amount = amount("1.400")),
    ("BR-DEC-23", |d| d.content.lines[0].net_amount = Some(amount("100.000"))),
    ("BR-DEC-24", |d| d.content.lines[0].allowances = vec![line_allowance("1.000")]),
    ("BR-DEC-25", |d| d.content.lines[0].allowances = vec![LineAllowance { base_amount: Some(amount("1.000")), ..line_allowance("1") }]),
    ("BR-DEC-27", |d| d.content.lines[0].charges = vec![line_charge("1.000")]),
    ("BR-DEC-28", |d| d.content.lines[0].charges = vec![LineCharge { base_amount: Some(amount("1.000")), ..line_charge("1") }]),
    ("BR-CL-01", |d| d.content.type_code = "999".to_owned()),
    ("BR-CL-04", |d| d.content.currency = "ABC".parse().unwrap()),
    ("BR-CL-05", |d| d.content.vat_accounting_currency = Some("ABC".parse().unwrap())),
    ("BR-CL-06", |d| d.content.tax_point_date_code = some("29")),
    ("BR-CL-07", |d| d.content.invoiced_object = Some(identifier("1", "QQQ"))),
    ("BR-CL-07", |d| d.content.lines[1].object_identifier = Some(identifier("1", "QQQ"))),
    ("BR-CL-08", |d| d.content.notes = vec![note("QQQ")]),
    ("BR-CL-10", |d| d.content.seller.identifiers = vec![identifier("1", "9999")]),
    ("BR-CL-10", |d| d.content.buyer.identifier = Some(identifier("1", "SEPA"))),
    ("BR-CL-10", |d| d.content.payee = Some(Payee { name: "Payee".to_owned(), identifier: Some(identifier("1", "9999")), legal_registration: None })),
    ("BR-CL-11", |d| d.content.seller.legal_registration = Some(identifier("1", "9999"))),
    ("BR-CL-13", |d| d.content.lines[0].item.classifications = vec![Classification { code: "1".to_owned(), scheme: some("QQQ"), scheme_version: None }]),
    ("BR-CL-14", |d| d.content.seller.address.country = "EL".to_owned()),
    ("BR-CL-14", |d| d.content.delivery = delivered_to("fr")),
    ("BR-CL-15", |d| d.content.lines[0].item.country_of_origin = some("EU")),
    ("BR-CL-16", |d| pay(d).means_code = "79".to_owned()),
    ("BR-CL-17", |d| d.vat_breakdown[0].category = unknown("QQ")),
    ("BR-CL-17", |d| d.content.allowances[0].vat_category = unknown("QQ")),
    ("BR-CL-17", |d| d.content.charges[0].vat_category = unknown("QQ")),
    ("BR-CL-18", |d| d.content.lines[0].vat_category = unknown("s")),
    ("BR-CL-19", |d| d.content.allowances[0].reason_code = some("FC")),
    ("BR-CL-19", |d| d.content.lines[0].allowances = vec![LineAllowance { reason_code: some("FC"), ..line_allowance("1") }]),
    ("BR-CL-20", |d| d.content.charges[0].reason_code = some("95")),
    ("BR-CL-20", |d| d.content.lines[0].charges = vec![LineCharge { reason_code: some("95"), ..line_charge("1") }]),
    ("BR-CL-21", |d| d.content.lines[0].item.standard_identifier = Some(identifier("1", "9999"))),
    ("BR-CL-22", |d| d.vat_breakdown[0].exemption_reason_code = some("VATEX-EU-999")),
    ("BR-CL-23", |d| d.content.lines[0].unit = "EACH".to_owned()),
    ("BR-CL-23", |d| d.content.lines[0].price.base_quantity_unit = some("EACH")),
    ("BR-CL-24", |d| d.content.supporting_documents = vec![attached("text/html")]),
    ("BR-CL-25", |d| d.content.seller.electronic_address = Some(identifier("seller@example.com", "MAIL"))),
    ("BR-CL-25", |d| d.content.buyer.electronic_address = Some(identifier("buyer@example.com", "MAIL"))),
    ("BR-CL-26", |d| d.content.delivery = Some(Delivery { location: Some(identifier("1", "9999")), ..Delivery::default() })),
    ("BR-IC-11", |d| { *d = bearing(&VatCategory::IntraCommunity); d.content.delivery.as_mut().unwrap().actual_date = None; }),
    ("BR-IC-12", |d| { *d = bearing(&VatCategory::IntraCommunity); d.content.delivery.as_mut().unwrap().address = None; }),
    ("BR-O-11", |d| { let other = d.vat_breakdown[0].clone(); *d = bearing(&VatCategory::NotSubject); d.vat_breakdown.push(other); }),
    ("BR-O-12", |d| { *d = bearing(&VatCategory::NotSubject); d.content.lines[0].vat_category = VatCategory::ZeroRated; }),
    ("BR-O-13", |d| { *d = bearing(&VatCategory::NotSubject); d.content.allowances[0].vat_category = VatCategory::ZeroRated; }),
    ("BR-O-14", |d| { *d = bearing(&VatCategory::NotSubject); d.content.charges[0].vat_category = VatCategory::ZeroRated; }),
    ("BR-B-01", |d| { *d = bearing(&VatCategory::SplitPayment); d.content.buyer.address.country = "FR".to_owned(); }),
    ("BR-B-02", |d| { *d = bearing(&VatCategory::SplitPayment); d.content.charges[0].vat_category = VatCategory::Standard; }),
];

#[rustfmt::skip]
const KEPT: &[(&str, Change)] = &[
    ("BR-09", |d| d.content.seller.address = PostalAddress::default()),
    ("BR-17", |d| d.content.payee = payee("Example Factoring Ltd")),
    ("BR-20", |d| d.content.tax_representative = representative("Rep", "DE1", "DE")),
    ("BR-27", |d| d.content.lines[1].price.net_price = "0".parse().unwrap()),
    ("BR-29", |d| d.content.invoicing_period = period(1, 1)),
    ("BR-29", |d| d.content.invoicing_period = Some(Period { start: Some(TODAY), end: None })),
    ("BR-33", |d| (d.content.allowances[0].reason, d.content.allowances[0].reason_code) = (None, some("95"))),
    ("BR-48", |d| (d.vat_breakdown[0].category, d.vat_breakdown[0].rate) = (VatCategory::NotSubject, None)),
    ("BR-49", |d| *pay(d) = PaymentInstructions { remittance_information: some("2026-0042"), ..PaymentInstructions::default() }),
    ("BR-50", |d| { pay(d).means_code = "48".to_owned(); pay(d).credit_transfers = vec![CreditTransfer::default()]; }),
    ("BR-51", |d| pay(d).card = Some(PaymentCard { primary_account_number: "4111******".to_owned(), holder_name: None })),
    ("BR-53", |d| (d.content.vat_accounting_currency, d.totals.vat_total_in_accounting_currency) = (Some("SEK".parse().unwrap()), Some(amount("200")))),
    ("BR-57", |d| d.content.delivery = Some(Delivery::default())),
    ("BR-61", |d| { pay(d).means_code = "49".to_owned(); pay(d).credit_transfers.clear(); }),
    ("BR-CO-03", |d| d.content.tax_point_date_code = some("35")),
    ("BR-CO-09", |d| d.content.seller.vat_identifier = some("EL123456789")),
    ("BR-CO-09", |d| d.content.buyer.vat_identifier = None),
    ("BR-CO-10", |d| d.totals.line_net_total = amount("120")),
    ("BR-CO-15", |d| (d.totals.vat_total, d.totals.total_with_vat) = (None, d.totals.total_without_vat)),
    ("BR-CO-16", |d| { d.totals.paid_amount = Some(amount("40.28")); d.totals.rounding_amount = Some(amount("0.02")); d.totals.amount_due = amount("100.02"); }),
    ("BR-CO-17", |d| d.vat_breakdown[0].tax_amount = amount("2.39")),
    ("BR-CO-17", |d| { let b = &mut d.vat_breakdown[0]; (b.taxable_amount, b.tax_amount) = (amount("-20"), amount("-1.40")); }),
    ("BR-CO-17", |d| { let b = &mut d.vat_breakdown[0]; (b.rate, b.tax_amount) = (Some(percent("0.4")), amount("0.08")); }),
    ("BR-CO-20", |d| d.content.lines[0].period = Some(Period { start: None, end: Some(TODAY) })),
    ("BR-CO-25", |d| (d.content.payment_terms, d.content.due_date) = (None, Some(TODAY))),
    ("BR-CO-25", |d| (d.content.payment_terms, d.totals.amount_due) = (None, amount("0"))),
    ("BR-CO-25", |d| (d.content.payment_terms, d.totals.amount_due) = (None, amount("-1"))),
    ("BR-CO-25", |d| (d.content.payment_terms, d.content.type_code) = (None, "381".to_owned())),
    ("BR-CO-26", |d| (d.content.seller.vat_identifier, d.content.seller.legal_registration) = (None, Some(identifier("HRB 1", "")))),
    ("BR-CO-26", |d| (d.content.seller.vat_identifier, d.content.seller.identifiers) = (None, vec![identifier("4012345000009", "0088")])),
    ("BR-DEC-01", |d| d.content.allowances[0].amount = amount("5")),
    ("BR-DEC-13", |d| d.totals.vat_total = Some(amount("20.380"))),
    ("BR-CL-01", |d| d.content.type_code = "381".to_owned()),
    ("BR-CL-08", |d| d.content.notes = vec![note("AAI")]),
    ("BR-CL-10", |d| d.content.seller.identifiers = vec![identifier("DE98ZZZ09999999999", "SEPA"), identifier("1", "")]),
    ("BR-CL-14", |d| d.content.seller.address.country = "XI".to_owned()),
    ("BR-CL-16", |d| pay(d).means_code = "ZZZ".to_owned()),
    ("BR-CL-17", |d| d.vat_breakdown[0].category = unknown("")),
    ("BR-CL-22", |d| d.vat_breakdown[0].exemption_reason_code = some("vatex-eu-ic")),
    ("BR-CL-23", |d| d.content.lines[0].unit = "XPX".to_owned()),
    ("BR-CL-24", |d| d.content.supporting_documents = vec![attached("application/pdf")]),
    ("BR-S-02", |d| { d.content.seller.vat_identifier = None; d.content.seller.tax_registration = some("12/345/67890"); }),
    ("BR-S-02", |d| { d.content.seller.vat_identifier = None; d.content.tax_representative = representative("Rep", "DE1", "DE"); }),
    ("BR-S-08", |d| d.vat_breakdown[0].taxable_amount = amount("20.99")),
    ("BR-AF-05", |d| { *d = bearing(&VatCategory::Igic); d.content.lines[0].vat_rate = Some(percent("0")); }),
    ("BR-AE-02", |d| { *d = bearing(&VatCategory::ReverseCharge); d.content.buyer.vat_identifier = None; d.content.buyer.legal_registration = Some(identifier("1", "")); }),
    ("BR-IC-11", |d| { *d = bearing(&VatCategory::IntraCommunity); d.content.delivery.as_mut().unwrap().actual_date = None; d.content.invoicing_period = period(1, 2); }),
    ("BR-E-10", |d| { *d = bearing(&VatCategory::Exempt); d.vat_breakdown[0].exemption_reason = None; d.vat_breakdown[0].exemption_reason_code = some("VATEX-EU-132"); }),
];

/// Prefix, category, and what breaks -05 to -07 of the ten rules that each category has.
const FAMILIES: &[(&str, VatCategory, Option<&str>)] = &[
    ("BR-S", VatCategory::Standard, Some("0")),
    ("BR-S", VatCategory::Standard, None),
    ("BR-Z", VatCategory::ZeroRated, Some("0.1")),
    ("BR-Z", VatCategory::ZeroRated, None),
    ("BR-E", VatCategory::Exempt, Some("19")),
    ("BR-AE", VatCategory::ReverseCharge, Some("19")),
    ("BR-IC", VatCategory::IntraCommunity, Some("19")),
    ("BR-G", VatCategory::Export, Some("19")),
    ("BR-O", VatCategory::NotSubject, Some("0")),
    ("BR-AF", VatCategory::Igic, Some("-1")),
    ("BR-AF", VatCategory::Igic, None),
    ("BR-AG", VatCategory::Ipsi, Some("-1")),
];

/// The ten changes that break -01 to -10.
fn break_family(n: usize, d: &mut Document, category: &VatCategory, wrong_rate: Option<&str>) {
    let wrong_rate = wrong_rate.map(percent);
    match n {
        1 => d.vat_breakdown.clear(),
        2..=4 => {
            let identified = *category == VatCategory::NotSubject;
            d.content.seller.vat_identifier = identified.then(|| "DE123456789".to_owned());
        }
        5 => d.content.lines[0].vat_rate = wrong_rate,
        6 => d.content.allowances[0].vat_rate = wrong_rate,
        7 => d.content.charges[0].vat_rate = wrong_rate,
        8 => d.vat_breakdown[0].taxable_amount = amount("96.00"),
        9 => d.vat_breakdown[0].tax_amount = amount("10.50"),
        _ => {
            let reason = &mut d.vat_breakdown[0].exemption_reason;
            *reason = if reason.is_some() { None } else { some("no tax, please") };
        }
    }
}

#[test]
fn the_fixtures_break_no_rule() {
    assert_eq!(check(&document()), []);
    for (_, category, _) in FAMILIES {
        assert_eq!(check(&bearing(category)), []);
    }
    assert_eq!(check(&bearing(&VatCategory::SplitPayment)), []);
}

#[test]
fn what_breaks_a_rule_is_found() {
    for (rule, change) in BROKEN {
        let mut d = document();
        change(&mut d);
        assert!(fires(rule, &d), "{rule} is not found in {:?}", check(&d));
    }
}

#[test]
fn what_comes_close_does_not_break_the_rule() {
    for (rule, change) in KEPT {
        let mut d = document();
        change(&mut d);
        assert!(!fires(rule, &d), "{rule} is found: {:?}", check(&d));
    }
}

#[test]
fn each_of_the_ten_rules_of_a_category_is_found() {
    for (prefix, category, wrong_rate) in FAMILIES {
        for n in 1..=10 {
            let mut d = bearing(category);
            break_family(n, &mut d, category, *wrong_rate);
            assert!(
                fires(&format!("{prefix}-{n:02}"), &d),
                "{prefix}-{n:02} is not found in {:?}",
                check(&d)
            );
        }
    }
}

#[test]
fn a_category_in_a_breakdown_only_or_in_two_breakdowns_is_found() {
    let mut d = document();
    d.vat_breakdown.push(VatBreakdown { category: VatCategory::Igic, ..d.vat_breakdown[0].clone() });
    assert!(fires("BR-AF-01", &d));
    let mut d = bearing(&VatCategory::Exempt);
    d.vat_breakdown.push(d.vat_breakdown[0].clone());
    assert!(fires("BR-E-01", &d));
}

#[test]
fn the_buyer_is_identified_where_the_category_asks_for_it() {
    for (rule, category) in
        [("BR-AE-03", VatCategory::ReverseCharge), ("BR-IC-04", VatCategory::IntraCommunity)]
    {
        let mut d = bearing(&category);
        d.content.buyer.vat_identifier = None;
        assert!(fires(rule, &d), "{rule}");
    }
}

#[test]
fn every_rule_has_a_row() {
    let families = FAMILIES.iter().flat_map(|(prefix, ..)| (1..=10).map(move |n| format!("{prefix}-{n:02}")));
    // A document of our own types has no gaps, and amounts in one currency only.
    let gaps = super::foreign_tests::GAPS.iter().map(|(rule, ..)| (*rule).to_owned());
    let gaps = gaps.chain(["BR-CL-03".to_owned()]);
    let tested: BTreeSet<String> =
        BROKEN.iter().map(|(rule, _)| (*rule).to_owned()).chain(families).chain(gaps).collect();
    let applied: BTreeSet<String> = ids().map(str::to_owned).collect();
    assert_eq!(tested, applied);
    assert_eq!(ids().count(), applied.len(), "an id is there twice");
}

#[test]
fn every_finding_of_every_rule_names_a_term_and_what_would_be_right() {
    let broken = BROKEN.iter().map(|(_, change)| {
        let mut d = document();
        change(&mut d);
        d
    });
    let families = FAMILIES.iter().flat_map(|(_, category, wrong_rate)| {
        (1..=10).map(|n| {
            let mut d = bearing(category);
            break_family(n, &mut d, category, *wrong_rate);
            d
        })
    });
    for finding in broken.chain(families).flat_map(|d| check(&d)) {
        let number = finding.term.strip_prefix("BT-").or_else(|| finding.term.strip_prefix("BG-"));
        let number: Option<u16> = number.and_then(|number| number.parse().ok());
        assert!(number.is_some_and(|n| (1..=165).contains(&n)), "{finding:?}");
        let (wrong, right) = finding.message.split_once("; ").unwrap_or_default();
        assert!(wrong.len() > 10 && right.len() > 5, "{finding:?}");
    }
}

#[test]
fn findings_name_their_term_and_index_and_what_would_be_right() {
    let mut d = document();
    d.content.lines[1].unit = "<b>\u{202e}EACH".to_owned();
    d.totals.amount_due = amount("1.00");
    let found: Vec<_> = check(&d).into_iter().map(|f| (f.rule, f.term, f.index, f.message)).collect();
    assert_eq!(
        found,
        [
            (
                "BR-CO-16",
                "BT-115",
                None,
                "the amount due is 1.00; total with VAT − paid + rounding make 140.28".to_owned()
            ),
            (
                "BR-CL-23",
                "BT-130",
                Some(1),
                "“<b>\\u{202e}EACH” is not in the list UN/ECE Rec. 20 or 21; choose a code of that list"
                    .to_owned()
            ),
        ]
    );
}

#[test]
fn a_hostile_number_of_broken_lines_gives_a_bounded_number_of_findings() {
    let mut d = document();
    d.content.lines = vec![crate::InvoiceLine::default(); 5000];
    let findings = check(&d);
    assert!(findings.iter().filter(|f| f.rule == "BR-21").count() == MAX_FINDINGS_PER_RULE);
    assert!(findings.len() < ids().count() * MAX_FINDINGS_PER_RULE);
}
