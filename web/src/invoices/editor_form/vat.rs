//! The VAT of lines, allowances and charges: what can be chosen, and why some of it is no tax at all.

use counterfoil_invoice::vat::VatExemption;
use counterfoil_invoice::{Content, Percentage, VatCategory};
use rust_decimal::Decimal;

use super::Editor;
use crate::Form;
use crate::invoices::decimal::decimal;
use crate::language::Text;
use crate::ui::{self, t};

/// The rates of the standard category (S) in Europe, the highest first.
const RATES: &[&str] = &[
    "27", "25.5", "25", "24", "23", "22", "21", "20", "19", "18", "17", "14", "13.5", "13", "12", "11", "10",
    "9.5", "9", "8.1", "8", "7", "6", "5.5", "5", "4", "3", "2.6", "2.1",
];

/// The VAT of a line as category and rate, and what people call it.
pub(super) fn choices() -> Vec<(String, String)> {
    let rates = RATES.iter().map(|rate| (format!("S:{rate}"), ui::percent(rate)));
    let untaxed = [
        ("Z:0", t("vat-zero")),
        ("E:0", t("vat-exempt")),
        ("AE:0", t("vat-reverse-charge")),
        ("K:0", t("vat-within-eu")),
        ("G:0", t("vat-export")),
        ("O:", t("vat-not-subject")),
    ];
    rates.chain(untaxed.map(|(value, name)| (value.to_owned(), name.to_string()))).collect()
}

/// Why these categories bear no tax (BT-120, BT-121). An exemption (E) has many reasons; the person writes it.
pub(super) const REASONS: [(VatCategory, &str, &str); 4] = [
    (VatCategory::ReverseCharge, "Reverse charge", "VATEX-EU-AE"),
    (VatCategory::IntraCommunity, "Intra-community supply", "VATEX-EU-IC"),
    (VatCategory::Export, "Export outside the EU", "VATEX-EU-G"),
    (VatCategory::NotSubject, "Not subject to VAT", "VATEX-EU-O"),
];

/// BT-120 and BT-121 for what bears no tax, and the country of a supply within the EU (BT-80).
pub(super) fn state_exemptions(form: &mut Form<Editor>, content: &mut Content) {
    let lines = content.lines.iter().map(|line| &line.vat_category);
    let allowances = content.allowances.iter().map(|allowance| &allowance.vat_category);
    let charges = content.charges.iter().map(|charge| &charge.vat_category);
    let used: Vec<_> = lines.chain(allowances).chain(charges).cloned().collect();
    let stated = &mut content.vat_exemptions;
    for (category, reason, code) in REASONS {
        let is_stated = stated.iter().any(|exemption| exemption.category == category);
        if !used.contains(&category) {
            stated.retain(|exemption| exemption.category != category);
        } else if !is_stated {
            let (reason, reason_code) = (Some(reason.to_owned()), Some(code.to_owned()));
            stated.push(VatExemption { category, reason, reason_code });
        }
    }
    let reason = form.optional("exemption_reason");
    let exempt = stated.iter_mut().find(|exemption| exemption.category == VatCategory::Exempt);
    match (exempt, reason) {
        (Some(exempt), reason) if reason.is_some() || exempt.reason_code.is_some() => exempt.reason = reason,
        (None, Some(reason)) => {
            let (reason, reason_code) = (Some(reason), None);
            stated.push(VatExemption { category: VatCategory::Exempt, reason, reason_code });
        }
        _ if used.contains(&VatCategory::Exempt) => {
            form.refuse("exemption_reason", t("vat-exemption-needed"));
        }
        _ => stated.retain(|exemption| exemption.category != VatCategory::Exempt),
    }
    if used.contains(&VatCategory::IntraCommunity) {
        let address = content.delivery.get_or_insert_default().address.get_or_insert_default();
        if address.country.is_empty() {
            address.country.clone_from(&content.buyer.address.country);
        }
    }
}

/// `S:19`; `O:` has no rate.
pub(crate) fn vat_value(category: &VatCategory, rate: Option<Percentage>) -> String {
    let rate = rate.map(|rate| rate.0.normalize().to_string()).unwrap_or_default();
    format!("{}:{rate}", category.code())
}

pub(crate) fn read_vat(value: &str) -> Result<(VatCategory, Option<Percentage>), Text> {
    let choose = || t("vat-choose");
    let (code, rate) = value.trim().split_once(':').ok_or_else(choose)?;
    let category = VatCategory::from_code(code);
    if matches!(category, VatCategory::Unknown(_)) {
        return Err(choose());
    }
    if rate.is_empty() {
        return Ok((category, None));
    }
    let rate = decimal(rate)?;
    if rate < Decimal::ZERO || rate > Decimal::ONE_HUNDRED {
        return Err(t("vat-rate-range"));
    }
    Ok((category, Some(Percentage(rate))))
}
