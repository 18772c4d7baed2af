//! BR-DEC: amounts have at most two decimals, as written: `10.000` has three.

use super::mandatory::judged_breakdowns;
use super::{Foreign, Hits, Rule, VatTotal, rule};
use crate::Amount;
use crate::totals::MAX_DECIMALS;

pub(super) const RULES: &[Rule] = &[
    rule("BR-DEC-01", "BT-92", |d, h| each(d.content.allowances.iter().map(|a| Some(a.amount)), h)),
    rule("BR-DEC-02", "BT-93", |d, h| each(d.content.allowances.iter().map(|a| a.base_amount), h)),
    rule("BR-DEC-05", "BT-99", |d, h| each(d.content.charges.iter().map(|c| Some(c.amount)), h)),
    rule("BR-DEC-06", "BT-100", |d, h| each(d.content.charges.iter().map(|c| c.base_amount), h)),
    rule("BR-DEC-09", "BT-106", |d, h| one(Some(d.totals.line_net_total), h)),
    rule("BR-DEC-10", "BT-107", |d, h| one(d.totals.allowance_total, h)),
    rule("BR-DEC-11", "BT-108", |d, h| one(d.totals.charge_total, h)),
    rule("BR-DEC-12", "BT-109", |d, h| one(Some(d.totals.total_without_vat), h)),
    // The artefacts look at the value of the two VAT totals, not at how it is written.
    rule("BR-DEC-13", "BT-110", |d, h| match h.foreign {
        Some(foreign) => vat_totals(foreign, foreign.currency.as_ref(), false, h),
        None => one(value(d.totals.vat_total), h),
    }),
    rule("BR-DEC-14", "BT-112", |d, h| one(Some(d.totals.total_with_vat), h)),
    rule("BR-DEC-15", "BT-111", |d, h| match h.foreign {
        Some(foreign) => vat_totals(foreign, foreign.accounting_currency.as_ref(), true, h),
        None => one(value(d.totals.vat_total_in_accounting_currency), h),
    }),
    rule("BR-DEC-16", "BT-113", |d, h| one(d.totals.paid_amount, h)),
    rule("BR-DEC-17", "BT-114", |d, h| one(d.totals.rounding_amount, h)),
    rule("BR-DEC-18", "BT-115", |d, h| one(Some(d.totals.amount_due), h)),
    rule("BR-DEC-19", "BT-116", |d, h| {
        judged_breakdowns(d, h.cii()).for_each(|(i, b)| judge(Some(i), Some(b.taxable_amount), h));
    }),
    rule("BR-DEC-20", "BT-117", |d, h| {
        judged_breakdowns(d, h.cii()).for_each(|(i, b)| judge(Some(i), Some(b.tax_amount), h));
    }),
    rule("BR-DEC-23", "BT-131", |d, h| each(d.content.lines.iter().map(|l| l.net_amount), h)),
    rule("BR-DEC-24", "BT-136", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            line.allowances.iter().for_each(|a| judge(Some(i), Some(a.amount), h));
        }
    }),
    rule("BR-DEC-25", "BT-137", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            line.allowances.iter().for_each(|a| judge(Some(i), a.base_amount, h));
        }
    }),
    rule("BR-DEC-27", "BT-141", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            line.charges.iter().for_each(|c| judge(Some(i), Some(c.amount), h));
        }
    }),
    rule("BR-DEC-28", "BT-142", |d, h| {
        for (i, line) in d.content.lines.iter().enumerate() {
            line.charges.iter().for_each(|c| judge(Some(i), c.base_amount, h));
        }
    }),
];

/// In CII one VAT total that is as it should be, or in another currency, is enough. The artefact for UBL compares with a
/// currency that is never there, and so judges none.
fn vat_totals(foreign: &Foreign, currency: Option<&String>, accounting: bool, h: &mut Hits<'_>) {
    let right = |total: &VatTotal| {
        let short = total.amount.is_some_and(|amount| amount.normalize().scale() <= MAX_DECIMALS);
        let in_it = currency.is_some() && total.currency.as_ref() == currency;
        if accounting { currency.is_none() || in_it && short } else { !in_it || short }
    };
    if h.cii() && !foreign.vat_totals.is_empty() && !foreign.vat_totals.iter().any(right) {
        h.add(format!("no VAT total in this currency has at most {MAX_DECIMALS} decimals; give one"));
    }
}

fn value(amount: Option<Amount>) -> Option<Amount> {
    amount.map(|amount| Amount(amount.0.normalize()))
}

fn one(amount: Option<Amount>, h: &mut Hits<'_>) {
    judge(None, amount, h);
}

fn each(amounts: impl Iterator<Item = Option<Amount>>, h: &mut Hits<'_>) {
    for (i, amount) in amounts.enumerate() {
        judge(Some(i), amount, h);
    }
}

fn judge(index: Option<usize>, amount: Option<Amount>, h: &mut Hits<'_>) {
    if let Some(amount) = amount
        && amount.0.scale() > MAX_DECIMALS
    {
        let decimals = amount.0.scale();
        h.add_to(
            h.rule.term,
            index,
            format!("the amount {amount} has {decimals} decimals; write at most {MAX_DECIMALS}"),
        );
    }
}
