//! The sums under the lines (BG-20 to BG-23).

use counterfoil_invoice::{Amount, Document, Percentage, VatBreakdown, VatCategory};
use serde::Serialize;

use super::Clerk;
use super::lines::Change;
use crate::locale::{Labels, fill};
use crate::text::{line, lines};

/// One row of the sums.
#[derive(Debug, Serialize)]
pub(super) struct Sum {
    label: String,
    notes: Vec<String>,
    /// Said once, at the amount due.
    currency: Option<String>,
    amount: String,
    weight: Weight,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Weight {
    Plain,
    Strong,
    Due,
}

impl Clerk<'_> {
    /// From the sum of the lines (BT-106) to the amount due (BT-115).
    pub(super) fn sums(&self) -> Vec<Sum> {
        let (labels, content, totals) = (&self.locale.labels, self.content, &self.document.totals);
        let minus = |amount: Amount| Amount(-amount.0);
        let mut sums = Vec::new();
        let changed = !content.allowances.is_empty()
            || !content.charges.is_empty()
            || totals.total_without_vat.0 != totals.line_net_total.0;
        if changed {
            sums.push(self.plain(labels.net_total.clone(), totals.line_net_total));
        }
        for a in &content.allowances {
            let change = Change {
                kind: &labels.allowance,
                reason: a.reason.as_ref(),
                reason_code: a.reason_code.as_ref(),
                percentage: a.percentage,
                base: a.base_amount,
            };
            let label = self.taxed(self.change(&change), &a.vat_category, a.vat_rate);
            sums.push(self.plain(label, minus(a.amount)));
        }
        for c in &content.charges {
            let change = Change {
                kind: &labels.charge,
                reason: c.reason.as_ref(),
                reason_code: c.reason_code.as_ref(),
                percentage: c.percentage,
                base: c.base_amount,
            };
            let label = self.taxed(self.change(&change), &c.vat_category, c.vat_rate);
            sums.push(self.plain(label, c.amount));
        }
        sums.push(self.plain(labels.total_without_vat.clone(), totals.total_without_vat));
        let breakdown = &self.document.vat_breakdown;
        sums.extend(breakdown.iter().map(|vat| self.vat(vat)));
        if shows_vat_total(self.document) {
            sums.extend(totals.vat_total.map(|total| self.plain(labels.vat_total.clone(), total)));
        }
        sums.push(Sum {
            weight: Weight::Strong,
            ..self.plain(labels.total_with_vat.clone(), totals.total_with_vat)
        });
        let accounting = totals.vat_total_in_accounting_currency.zip(content.vat_accounting_currency);
        sums.extend(accounting.map(|(amount, currency)| {
            let label = fill(&labels.vat_in, &[("currency", currency.code())]);
            Sum { amount: self.locale.number(amount.0, currency.decimals()), ..self.plain(label, amount) }
        }));
        let stated = |amount: Option<Amount>| amount.filter(|amount| !amount.0.is_zero());
        sums.extend(stated(totals.paid_amount).map(|paid| self.plain(labels.paid.clone(), minus(paid))));
        sums.extend(stated(totals.rounding_amount).map(|amount| self.plain(labels.rounding.clone(), amount)));
        let due = if content.is_credit_note() { &labels.amount_credited } else { &labels.amount_due };
        sums.push(Sum {
            currency: Some(content.currency.code().to_owned()),
            weight: Weight::Due,
            ..self.plain(due.clone(), totals.amount_due)
        });
        sums
    }

    fn plain(&self, label: String, amount: Amount) -> Sum {
        Sum { label, notes: Vec::new(), currency: None, amount: self.amount(amount), weight: Weight::Plain }
    }

    /// With category and rate (BT-95, BT-96, BT-102, BT-103) where the document has several.
    fn taxed(&self, label: String, category: &VatCategory, rate: Option<Percentage>) -> String {
        if self.document.vat_breakdown.len() < 2 {
            return label;
        }
        let rate = self.vat_rate(category, rate);
        format!("{label}, {}", fill(&self.locale.labels.vat_rate, &[("rate", &rate)]))
    }

    /// One category and rate, and why it bears no tax.
    fn vat(&self, vat: &VatBreakdown) -> Sum {
        let rate = vat.rate.map(|rate| self.rate(rate)).unwrap_or_default();
        let values = [("rate", &*rate), ("base", &*self.amount(vat.taxable_amount))];
        let mut label = fill(&self.locale.labels.vat_of, &values).replace("  ", " ");
        if let Some(name) = category(&self.locale.labels, &vat.category) {
            label.push_str(", ");
            label.push_str(&name);
        }
        let reason = vat.exemption_reason.as_deref().filter(|reason| !reason.trim().is_empty());
        let notes = reason.or(vat.exemption_reason_code.as_deref()).map(lines).unwrap_or_default();
        Sum { notes, ..self.plain(label, vat.tax_amount) }
    }
}

/// Whether the VAT total (BT-110) has a row of its own: not, if the only row of the breakdown says it just above the
/// total with VAT. A long list of sums may end a page between the two.
pub(crate) fn shows_vat_total(document: &Document) -> bool {
    let changes = document.content.allowances.len() + document.content.charges.len();
    document.vat_breakdown.len() != 1 || changes > 12
}

/// What a category is called, if the rate does not say it all.
fn category(labels: &Labels, category: &VatCategory) -> Option<String> {
    let name = match category {
        VatCategory::Standard => return None,
        VatCategory::ZeroRated => &labels.zero_rated,
        VatCategory::Exempt => &labels.exempt,
        VatCategory::ReverseCharge => &labels.reverse_charge,
        VatCategory::IntraCommunity => &labels.intra_community,
        VatCategory::Export => &labels.export,
        VatCategory::NotSubject => &labels.not_subject,
        VatCategory::Igic => &labels.igic,
        VatCategory::Ipsi => &labels.ipsi,
        VatCategory::SplitPayment => &labels.split_payment,
        VatCategory::Unknown(code) => return Some(line(code)),
    };
    Some(name.clone())
}
