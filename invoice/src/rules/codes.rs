//! BR-CL: codes come from their lists. A code that is missing altogether is for BR-nn, not for these.

use super::{Binding, Hits, Rule, quoted, rule};
use crate::codelists::{
    ALLOWANCE_REASONS, ATTACHMENT_TYPES, CHARGE_REASONS, COUNTRIES, CURRENCIES, CodeList, DOCUMENT_TYPES,
    ELECTRONIC_ADDRESS_SCHEMES, EXEMPTION_REASONS, IDENTIFIER_SCHEMES, ITEM_CLASSIFICATIONS, NOTE_SUBJECTS,
    PAYMENT_MEANS, REFERENCE_QUALIFIERS, TAX_POINT_DATE_CODES, TAX_POINT_DATE_CODES_CII, UNITS,
    VAT_CATEGORIES,
};
use crate::content::Content;
use crate::money::Currency;
use crate::references::Identifier;
use crate::vat::VatCategory;

pub(super) const RULES: &[Rule] = &[
    rule("BR-CL-01", "BT-3", |d, h| needed(&DOCUMENT_TYPES, None, &d.content.type_code, h)),
    // A document of ours has one currency, which BR-CL-04 judges; amounts of strangers state their own.
    rule("BR-CL-03", "BT-5", |_, _| {}),
    rule("BR-CL-04", "BT-5", |d, h| needed(&CURRENCIES, None, d.content.currency.code(), h)),
    rule("BR-CL-05", "BT-6", |d, h| {
        optional(&CURRENCIES, None, d.content.vat_accounting_currency.as_ref().map(Currency::code), h);
    }),
    rule("BR-CL-06", "BT-8", |d, h| {
        optional(&TAX_POINT_DATE_CODES, None, d.content.tax_point_date_code.as_deref(), h);
    }),
    rule("BR-CL-07", "BT-18", |d, h| {
        scheme(&REFERENCE_QUALIFIERS, "BT-18", None, d.content.invoiced_object.as_ref(), h);
        for (i, line) in d.content.lines.iter().enumerate() {
            scheme(&REFERENCE_QUALIFIERS, "BT-128", Some(i), line.object_identifier.as_ref(), h);
        }
    }),
    rule("BR-CL-08", "BT-21", |d, h| {
        for (i, note) in d.content.notes.iter().enumerate() {
            optional(&NOTE_SUBJECTS, Some(i), note.subject_code.as_deref(), h);
        }
    }),
    rule("BR-CL-10", "BT-29", |d, h| {
        let payee = d.content.payee.as_ref().and_then(|payee| payee.identifier.as_ref());
        for id in d.content.seller.identifiers.iter().filter(|id| !is_sepa(id)) {
            scheme(&IDENTIFIER_SCHEMES, "BT-29", None, Some(id), h);
        }
        scheme(&IDENTIFIER_SCHEMES, "BT-46", None, d.content.buyer.identifier.as_ref(), h);
        scheme(&IDENTIFIER_SCHEMES, "BT-60", None, payee.filter(|id| !is_sepa(id)), h);
    }),
    rule("BR-CL-11", "BT-30", |d, h| {
        let payee = d.content.payee.as_ref().and_then(|payee| payee.legal_registration.as_ref());
        scheme(&IDENTIFIER_SCHEMES, "BT-30", None, d.content.seller.legal_registration.as_ref(), h);
        scheme(&IDENTIFIER_SCHEMES, "BT-47", None, d.content.buyer.legal_registration.as_ref(), h);
        scheme(&IDENTIFIER_SCHEMES, "BT-61", None, payee, h);
    }),
    rule("BR-CL-13", "BT-158", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            for classification in &line.item.classifications {
                optional(&ITEM_CLASSIFICATIONS, Some(i), classification.scheme.as_deref(), h);
            }
        }
    }),
    rule("BR-CL-14", "BT-40", |d, h| {
        let c = &d.content;
        let representative = c.tax_representative.as_ref().map(|r| &r.address);
        let delivery = c.delivery.as_ref().and_then(|delivery| delivery.address.as_ref());
        for (term, address) in [
            ("BT-40", Some(&c.seller.address)),
            ("BT-55", Some(&c.buyer.address)),
            ("BT-69", representative),
            ("BT-80", delivery),
        ] {
            if let Some(address) = address.filter(|a| !a.country.is_empty()) {
                judge(&COUNTRIES, term, None, &address.country, h);
            }
        }
    }),
    rule("BR-CL-15", "BT-159", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            optional(&COUNTRIES, Some(i), line.item.country_of_origin.as_deref(), h);
        }
    }),
    rule("BR-CL-16", "BT-81", |d, h| {
        if let Some(payment) = &d.content.payment {
            needed(&PAYMENT_MEANS, None, &payment.means_code, h);
        }
    }),
    rule("BR-CL-17", "BT-118", |d, h| {
        for (i, b) in d.vat_breakdown.iter().enumerate() {
            category("BT-118", i, &b.category, h);
        }
        for (i, a) in d.content.allowances.iter().enumerate() {
            category("BT-95", i, &a.vat_category, h);
        }
        for (i, c) in d.content.charges.iter().enumerate() {
            category("BT-102", i, &c.vat_category, h);
        }
    }),
    rule("BR-CL-18", "BT-151", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            category("BT-151", i, &line.vat_category, h);
        }
    }),
    rule("BR-CL-19", "BT-98", |d, h| {
        for (i, a) in d.content.allowances.iter().enumerate() {
            reason(&ALLOWANCE_REASONS, "BT-98", i, a.reason_code.as_ref(), h);
        }
        for (i, line) in d.content.lines.iter().enumerate() {
            for a in &line.allowances {
                reason(&ALLOWANCE_REASONS, "BT-140", i, a.reason_code.as_ref(), h);
            }
        }
    }),
    rule("BR-CL-20", "BT-105", |d, h| {
        for (i, c) in d.content.charges.iter().enumerate() {
            reason(&CHARGE_REASONS, "BT-105", i, c.reason_code.as_ref(), h);
        }
        for (i, line) in d.content.lines.iter().enumerate() {
            for c in &line.charges {
                reason(&CHARGE_REASONS, "BT-145", i, c.reason_code.as_ref(), h);
            }
        }
    }),
    rule("BR-CL-21", "BT-157", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            scheme(&IDENTIFIER_SCHEMES, "BT-157", Some(i), line.item.standard_identifier.as_ref(), h);
        }
    }),
    rule("BR-CL-22", "BT-121", |d, h| {
        for (i, b) in d.vat_breakdown.iter().enumerate() {
            optional(
                &EXEMPTION_REASONS,
                Some(i),
                b.exemption_reason_code.as_ref().map(|c| c.to_uppercase()).as_deref(),
                h,
            );
        }
    }),
    rule("BR-CL-23", "BT-130", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            needed(&UNITS, Some(i), &line.unit, h);
            if let Some(unit) = &line.price.base_quantity_unit {
                judge(&UNITS, "BT-150", Some(i), unit, h);
            }
        }
    }),
    rule("BR-CL-24", "BT-125", |d, h| {
        for (i, document) in d.content.supporting_documents.iter().enumerate() {
            optional(
                &ATTACHMENT_TYPES,
                Some(i),
                document.attachment.as_ref().map(|a| a.mime_code.as_str()),
                h,
            );
        }
    }),
    rule("BR-CL-25", "BT-34", |d, h| {
        let (seller, buyer) = (&d.content.seller, &d.content.buyer);
        scheme(&ELECTRONIC_ADDRESS_SCHEMES, "BT-34", None, seller.electronic_address.as_ref(), h);
        scheme(&ELECTRONIC_ADDRESS_SCHEMES, "BT-49", None, buyer.electronic_address.as_ref(), h);
    }),
    rule("BR-CL-26", "BT-71", |d, h| {
        let location = d.content.delivery.as_ref().and_then(|delivery| delivery.location.as_ref());
        scheme(&IDENTIFIER_SCHEMES, "BT-71", None, location, h);
    }),
];

/// The codes of a stranger's document, wherever the official rule looks for them.
pub(super) fn foreign_codes(h: &mut Hits<'_>) {
    let Some(foreign) = h.foreign else { return };
    for code in foreign.codes.iter().filter(|code| code.rule == h.rule.id) {
        let list = list(code.rule, foreign.binding);
        // The artefacts compare exemption reasons without regard to case.
        let upper = code.rule == "BR-CL-22";
        let value = if upper { code.code.to_uppercase() } else { code.code.clone() };
        let credit = Content::CREDIT_NOTE_CODES.contains(&value.as_str());
        let fits = match (code.rule, foreign.binding) {
            ("BR-CL-01", Binding::UblInvoice) => list.holds(&value) && !credit,
            ("BR-CL-01", Binding::UblCreditNote) => credit,
            ("BR-CL-14" | "BR-CL-15", Binding::Cii) => cii_country(&value),
            _ => list.holds(&value),
        };
        if !fits {
            let (value, name) = (quoted(&code.code), list.name);
            let kind = if list.holds(&code.code) { " for this kind of document" } else { "" };
            let message = format!("{value} is not in the list {name}{kind}; choose a code of that list");
            h.add_to(code.term, code.index, message);
        }
    }
}

/// The artefact for CII still has the Netherlands Antilles, and does not have South Sudan.
pub(super) fn cii_country(code: &str) -> bool {
    code == "AN" || code != "SS" && COUNTRIES.holds(code)
}

fn list(rule: &str, binding: Binding) -> &'static CodeList {
    match rule {
        "BR-CL-01" => &DOCUMENT_TYPES,
        "BR-CL-06" if binding == Binding::Cii => &TAX_POINT_DATE_CODES_CII,
        "BR-CL-06" => &TAX_POINT_DATE_CODES,
        "BR-CL-07" => &REFERENCE_QUALIFIERS,
        "BR-CL-08" => &NOTE_SUBJECTS,
        "BR-CL-13" => &ITEM_CLASSIFICATIONS,
        "BR-CL-14" | "BR-CL-15" => &COUNTRIES,
        "BR-CL-16" => &PAYMENT_MEANS,
        "BR-CL-17" | "BR-CL-18" => &VAT_CATEGORIES,
        "BR-CL-19" => &ALLOWANCE_REASONS,
        "BR-CL-20" => &CHARGE_REASONS,
        "BR-CL-22" => &EXEMPTION_REASONS,
        "BR-CL-23" => &UNITS,
        "BR-CL-24" => &ATTACHMENT_TYPES,
        "BR-CL-25" => &ELECTRONIC_ADDRESS_SCHEMES,
        "BR-CL-10" | "BR-CL-11" | "BR-CL-21" | "BR-CL-26" => &IDENTIFIER_SCHEMES,
        "BR-CL-03" | "BR-CL-04" | "BR-CL-05" => &CURRENCIES,
        _ => unreachable!("every rule about codes has its list"),
    }
}

fn judge(list: &CodeList, term: &'static str, index: Option<usize>, code: &str, h: &mut Hits<'_>) {
    if !list.holds(code) {
        let (code, name) = (quoted(code), list.name);
        h.add_to(term, index, format!("{code} is not in the list {name}; choose a code of that list"));
    }
}

/// A code that a BR-nn rule demands, and so is not judged here if it is empty.
fn needed(list: &CodeList, index: Option<usize>, code: &str, h: &mut Hits<'_>) {
    if !code.is_empty() {
        judge(list, h.rule.term, index, code, h);
    }
}

fn optional(list: &CodeList, index: Option<usize>, code: Option<&str>, h: &mut Hits<'_>) {
    if let Some(code) = code {
        judge(list, h.rule.term, index, code, h);
    }
}

fn reason(list: &CodeList, term: &'static str, index: usize, code: Option<&String>, h: &mut Hits<'_>) {
    if let Some(code) = code {
        judge(list, term, Some(index), code, h);
    }
}

fn scheme(
    list: &CodeList,
    term: &'static str,
    index: Option<usize>,
    identifier: Option<&Identifier>,
    h: &mut Hits<'_>,
) {
    if let Some(scheme) = identifier.and_then(|id| id.scheme.as_ref()) {
        judge(list, term, index, scheme, h);
    }
}

fn category(term: &'static str, index: usize, category: &VatCategory, h: &mut Hits<'_>) {
    if !category.code().is_empty() {
        judge(&VAT_CATEGORIES, term, Some(index), category.code(), h);
    }
}

/// A bank's creditor identifier (BT-90) stands among the party identifiers in UBL, with this scheme.
fn is_sepa(identifier: &Identifier) -> bool {
    identifier.scheme.as_deref() == Some("SEPA")
}
