//! The server does the sums (law 8).
//!
//! Amounts are rounded half away from zero, at three places only: each percentage allowance or charge, each line
//! net amount (BT-131), each VAT amount of a breakdown (BT-117). Everything else is an exact sum of those.
//!
//! They have as many decimals as the currency, but never more than two: EN 16931 allows no more (BR-DEC-01 …
//! BR-DEC-28), so a document in KWD, whose minor unit is a thousandth, is in hundredths. JPY has none.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::{Decimal, RoundingStrategy};

use crate::content::Content;
use crate::document::{DocumentTotals, VatBreakdown};
use crate::line::InvoiceLine;
use crate::money::{Currency, Money, MoneyError};
use crate::vat::VatCategory;
use crate::{Amount, Percentage};

/// Most decimals of any amount in a document (BR-DEC).
pub const MAX_DECIMALS: u32 = 2;

/// Decimals of the amounts in a document of this currency: the currency's own, but at most [`MAX_DECIMALS`].
pub fn decimals(currency: Currency) -> u32 {
    currency.decimals().min(MAX_DECIMALS)
}

/// Half away from zero, with exactly so many decimals.
pub(crate) fn rounded(exact: Decimal, decimals: u32) -> Amount {
    let mut rounded = exact.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    if rounded.is_zero() {
        rounded.set_sign_positive(true);
    }
    rounded.rescale(decimals);
    Amount(rounded)
}

/// Computes BT-131 of every line, BG-22 and BG-23 from what a person wrote.
///
/// Fills in what a person may leave out: line ids (BT-126), and base and amount of an allowance or charge that has a
/// percentage and no amount. Its base is then what is stated, or the line's price × quantity, or for the document
/// the sum of line net amounts (BT-106). What was in BT-131 before is overwritten.
///
/// # Errors
/// [`MoneyError::Overflow`] when an amount leaves the range of [`Money`], [`MoneyError::NoBaseQuantity`] when a line
/// has a base quantity (BT-149) of zero.
pub fn compute(content: &mut Content) -> Result<(DocumentTotals, Vec<VatBreakdown>), MoneyError> {
    let rounding = Rounding { currency: content.currency };
    number_lines(&mut content.lines);
    for line in &mut content.lines {
        line.net_amount = Some(line_net_amount(line, rounding)?);
    }
    let line_net_total = rounding.sum(content.lines.iter().filter_map(|line| line.net_amount))?;
    for a in &mut content.allowances {
        rounding.percentage_of(a.percentage, line_net_total, &mut a.base_amount, &mut a.amount)?;
    }
    for c in &mut content.charges {
        rounding.percentage_of(c.percentage, line_net_total, &mut c.base_amount, &mut c.amount)?;
    }
    let vat_breakdown = break_down_vat(content, rounding)?;
    Ok((add_up(content, line_net_total, &vat_breakdown, rounding)?, vat_breakdown))
}

/// BG-22.
fn add_up(
    content: &Content,
    line_net_total: Amount,
    vat_breakdown: &[VatBreakdown],
    rounding: Rounding,
) -> Result<DocumentTotals, MoneyError> {
    let allowance_total = rounding.sum(content.allowances.iter().map(|a| a.amount))?;
    let charge_total = rounding.sum(content.charges.iter().map(|c| c.amount))?;
    let vat_total = rounding.sum(vat_breakdown.iter().map(|b| b.tax_amount))?;
    let total_without_vat = rounding.sum([line_net_total, negative(allowance_total), charge_total])?;
    let total_with_vat = rounding.sum([total_without_vat, vat_total])?;
    let paid = content.paid_amount.unwrap_or_default();
    let amount_due =
        rounding.sum([total_with_vat, negative(paid), content.rounding_amount.unwrap_or_default()])?;
    Ok(DocumentTotals {
        line_net_total,
        allowance_total: (!content.allowances.is_empty()).then_some(allowance_total),
        charge_total: (!content.charges.is_empty()).then_some(charge_total),
        total_without_vat,
        vat_total: Some(vat_total),
        vat_total_in_accounting_currency: content.vat_total_in_accounting_currency,
        total_with_vat,
        paid_amount: content.paid_amount,
        rounding_amount: content.rounding_amount,
        amount_due,
    })
}

/// Gives lines without id the lowest free numbers, in order.
fn number_lines(lines: &mut [InvoiceLine]) {
    let taken: BTreeSet<String> = lines.iter().map(|line| line.id.clone()).collect();
    let mut free = (1_u64..).map(|n| n.to_string()).filter(|id| !taken.contains(id));
    for line in lines.iter_mut().filter(|line| line.id.is_empty()) {
        line.id = free.next().expect("there are more numbers than lines");
    }
}

/// BT-131 = BT-146 × BT-129 ÷ BT-149 − Σ BT-136 + Σ BT-141, rounded once. The division comes last so that a price of
/// 10 for 3 pieces makes exactly 10 for 3 of them.
fn line_net_amount(line: &mut InvoiceLine, rounding: Rounding) -> Result<Amount, MoneyError> {
    let base_quantity = line.price.base_quantity.map_or(Decimal::ONE, |q| q.0);
    if base_quantity.is_zero() {
        return Err(MoneyError::NoBaseQuantity);
    }
    let mut net = line
        .price
        .net_price
        .0
        .normalize()
        .checked_mul(line.quantity.0.normalize())
        .and_then(|price| price.checked_div(base_quantity))
        .ok_or(MoneyError::Overflow)?;
    let gross = rounding.round(net)?;
    for a in &mut line.allowances {
        rounding.percentage_of(a.percentage, gross, &mut a.base_amount, &mut a.amount)?;
        net = net.checked_sub(a.amount.0).ok_or(MoneyError::Overflow)?;
    }
    for c in &mut line.charges {
        rounding.percentage_of(c.percentage, gross, &mut c.base_amount, &mut c.amount)?;
        net = net.checked_add(c.amount.0).ok_or(MoneyError::Overflow)?;
    }
    rounding.round(net)
}

/// BG-23: one breakdown per category and rate, in the order of the categories and then of the rates. What is not
/// subject to VAT (O) has no rate.
fn break_down_vat(content: &Content, rounding: Rounding) -> Result<Vec<VatBreakdown>, MoneyError> {
    let lines = content.lines.iter().map(|l| (&l.vat_category, l.vat_rate, l.net_amount.unwrap_or_default()));
    let allowances = content.allowances.iter().map(|a| (&a.vat_category, a.vat_rate, negative(a.amount)));
    let charges = content.charges.iter().map(|c| (&c.vat_category, c.vat_rate, c.amount));
    let mut groups: BTreeMap<(&VatCategory, Option<Percentage>), Decimal> = BTreeMap::new();
    for (category, rate, amount) in lines.chain(allowances).chain(charges) {
        let rate = rate.filter(|_| *category != VatCategory::NotSubject);
        let sum = groups.entry((category, rate)).or_default();
        *sum = sum.checked_add(amount.0).ok_or(MoneyError::Overflow)?;
    }
    let breakdown = groups.into_iter().map(|((category, rate), taxable_amount)| {
        let exemption = content.vat_exemptions.iter().find(|e| e.category == *category);
        let taxable_amount = rounding.round(taxable_amount)?;
        Ok(VatBreakdown {
            taxable_amount,
            tax_amount: rounding.percent(taxable_amount, rate.unwrap_or_default())?,
            category: category.clone(),
            rate,
            exemption_reason: exemption.and_then(|e| e.reason.clone()),
            exemption_reason_code: exemption.and_then(|e| e.reason_code.clone()),
        })
    });
    breakdown.collect()
}

fn negative(amount: Amount) -> Amount {
    Amount(-amount.0)
}

/// How amounts of one document become amounts of its currency.
#[derive(Clone, Copy)]
struct Rounding {
    currency: Currency,
}

impl Rounding {
    /// Half away from zero, with exactly the decimals of [`decimals`], within the range of [`Money`].
    fn round(self, exact: Decimal) -> Result<Amount, MoneyError> {
        let rounded = rounded(exact, decimals(self.currency));
        Money::from_amount(rounded, self.currency)?;
        Ok(rounded)
    }

    fn sum(self, amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, MoneyError> {
        let sum = amounts.into_iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount.0));
        self.round(sum.ok_or(MoneyError::Overflow)?)
    }

    fn percent(self, base: Amount, percentage: Percentage) -> Result<Amount, MoneyError> {
        let exact = base.0.checked_mul(percentage.0).and_then(|p| p.checked_div(Decimal::ONE_HUNDRED));
        self.round(exact.ok_or(MoneyError::Overflow)?)
    }

    /// Computes `amount` where a person gave only the percentage, and states the base it was computed from.
    fn percentage_of(
        self,
        percentage: Option<Percentage>,
        usual_base: Amount,
        base: &mut Option<Amount>,
        amount: &mut Amount,
    ) -> Result<(), MoneyError> {
        if let (Some(percentage), true) = (percentage, amount.0.is_zero()) {
            *amount = self.percent(*base.get_or_insert(usual_base), percentage)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{allowance, amount, charge, content, drafts, line, percent};
    use crate::line::{LineAllowance, LineCharge};

    fn computed(mut content: Content) -> (Content, DocumentTotals, Vec<VatBreakdown>) {
        let (totals, breakdown) = compute(&mut content).unwrap();
        (content, totals, breakdown)
    }

    fn only(lines: Vec<InvoiceLine>) -> Content {
        Content { lines, allowances: Vec::new(), charges: Vec::new(), ..content() }
    }

    #[test]
    fn the_sums_of_an_invoice_with_two_rates_allowance_and_charge() {
        let (_, totals, breakdown) = computed(content());
        let stated: Vec<String> = breakdown
            .iter()
            .map(|b| {
                format!(
                    "{} {:?} {} {}",
                    b.category.code(),
                    b.rate.map(|r| r.0),
                    b.taxable_amount,
                    b.tax_amount
                )
            })
            .collect();
        assert_eq!(stated, ["S Some(7) 20.00 1.40", "S Some(19) 99.90 18.98"]);
        assert_eq!(totals.line_net_total.to_string(), "120.00");
        assert_eq!(totals.allowance_total.unwrap().to_string(), "5.00");
        assert_eq!(totals.charge_total.unwrap().to_string(), "4.90");
        assert_eq!(totals.total_without_vat.to_string(), "119.90");
        assert_eq!(totals.vat_total.unwrap().to_string(), "20.38");
        assert_eq!(totals.total_with_vat.to_string(), "140.28");
        assert_eq!(totals.amount_due.to_string(), "140.28");
    }

    #[test]
    fn vat_is_rounded_once_per_breakdown_and_not_once_per_line() {
        let lines =
            vec![line("a", "1", "0.02", "19"), line("b", "1", "0.02", "19"), line("c", "1", "0.02", "19")];
        let (_, totals, _) = computed(only(lines));
        assert_eq!(totals.vat_total, Some(amount("0.01")));
    }

    #[test]
    fn a_line_is_price_times_quantity_rounded_half_away_from_zero() {
        for (quantity, price, base, net) in [
            ("1", "0.005", None, "0.01"),
            ("-1", "0.005", None, "-0.01"),
            ("1", "0.0049999", None, "0.00"),
            ("-1", "0.001", None, "0.00"),
            ("3", "10", Some("3"), "10.00"),
            ("1.5", "0.01", Some("3"), "0.01"),
            ("1000", "0.1234", Some("100"), "1.23"),
            ("0", "99", None, "0.00"),
            ("30.00000000000", "10.000000000000000000", None, "300.00"),
        ] {
            let mut line = line("a", quantity, price, "19");
            line.price.base_quantity = base.map(|b| b.parse().unwrap());
            let (content, ..) = computed(only(vec![line]));
            assert_eq!(content.lines[0].net_amount.unwrap().to_string(), net, "{quantity} × {price}");
        }
    }

    #[test]
    fn amounts_have_the_currencys_decimals_but_never_more_than_two() {
        for (currency, net, tax) in [("EUR", "3.33", "0.63"), ("JPY", "3", "1"), ("KWD", "3.33", "0.63")] {
            let mut content = only(vec![line("a", "1", "3.3333", "19")]);
            content.currency = currency.parse().unwrap();
            let (_, totals, _) = computed(content);
            assert_eq!(totals.line_net_total.to_string(), net);
            assert_eq!(totals.vat_total.unwrap().to_string(), tax);
        }
    }

    #[test]
    fn percentages_without_amount_are_computed_and_their_base_is_stated() {
        let mut content = only(vec![line("a", "3", "33.33", "19")]);
        content.lines[0].allowances =
            vec![LineAllowance { percentage: Some(percent("10")), ..LineAllowance::default() }];
        content.lines[0].charges = vec![LineCharge {
            percentage: Some(percent("50")),
            base_amount: Some(amount("1.01")),
            ..LineCharge::default()
        }];
        content.allowances = vec![allowance("0", "19")];
        content.allowances[0].percentage = Some(percent("2"));
        content.charges = vec![charge("7.00", "19")];
        content.charges[0].percentage = Some(percent("99"));
        let (content, totals, _) = computed(content);
        let line = &content.lines[0];
        assert_eq!(
            (line.allowances[0].base_amount, line.allowances[0].amount),
            (Some(amount("99.99")), amount("10.00"))
        );
        assert_eq!(line.charges[0].amount, amount("0.51"));
        assert_eq!(totals.line_net_total, amount("90.50"));
        assert_eq!(content.allowances[0].base_amount, Some(amount("90.50")));
        assert_eq!(content.allowances[0].amount, amount("1.81"));
        assert_eq!(content.charges[0].amount, amount("7.00"), "a stated amount is kept");
    }

    #[test]
    fn rates_written_differently_are_one_breakdown_and_what_is_not_subject_has_none() {
        let mut lines =
            vec![line("a", "1", "1", "19"), line("b", "1", "1", "19.00"), line("c", "1", "1", "0")];
        lines[2].vat_category = VatCategory::NotSubject;
        let (_, _, breakdown) = computed(only(lines));
        assert_eq!(breakdown.len(), 2);
        assert_eq!(breakdown[1].rate, None);
        assert_eq!(breakdown[1].tax_amount.to_string(), "0.00");
    }

    #[test]
    fn lines_without_id_get_the_lowest_free_numbers() {
        let mut lines = vec![line("a", "1", "1", "19"); 4];
        "2".clone_into(&mut lines[1].id);
        "A".clone_into(&mut lines[2].id);
        let (content, ..) = computed(only(lines));
        let ids: Vec<&str> = content.lines.iter().map(|line| line.id.as_str()).collect();
        assert_eq!(ids, ["1", "2", "A", "3"]);
    }

    #[test]
    fn the_callers_net_amount_is_not_trusted() {
        let mut content = only(vec![line("a", "1", "1", "19")]);
        content.lines[0].net_amount = Some(amount("1000.00"));
        let (content, ..) = computed(content);
        assert_eq!(content.lines[0].net_amount, Some(amount("1.00")));
    }

    #[test]
    fn what_leaves_the_range_is_an_error() {
        for (quantity, price) in [
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("79228162514264337593543950335", "1"),
            ("92233720368547758.08", "1"),
        ] {
            let mut content = only(vec![line("a", quantity, price, "19")]);
            assert_eq!(compute(&mut content), Err(MoneyError::Overflow), "{quantity} × {price}");
        }
        let mut content = only(vec![line("a", "1", "1", "19")]);
        content.lines[0].price.base_quantity = Some("0".parse().unwrap());
        assert_eq!(compute(&mut content), Err(MoneyError::NoBaseQuantity));
    }

    proptest! {
        #[test]
        fn the_parts_make_the_sums(content in drafts()) {
            let (content, totals, breakdown) = computed(content);
            let sum = |amounts: Vec<Amount>| amounts.iter().map(|a| a.0).sum::<Decimal>();
            let lines = sum(content.lines.iter().map(|l| l.net_amount.unwrap()).collect());
            let allowances = sum(content.allowances.iter().map(|a| a.amount).collect());
            let charges = sum(content.charges.iter().map(|c| c.amount).collect());
            prop_assert_eq!(totals.line_net_total.0, lines);
            prop_assert_eq!(totals.allowance_total.unwrap_or_default().0, allowances);
            prop_assert_eq!(totals.charge_total.unwrap_or_default().0, charges);
            prop_assert_eq!(totals.total_without_vat.0, lines - allowances + charges);
            prop_assert_eq!(sum(breakdown.iter().map(|b| b.taxable_amount).collect()), totals.total_without_vat.0);
            prop_assert_eq!(sum(breakdown.iter().map(|b| b.tax_amount).collect()), totals.vat_total.unwrap().0);
            prop_assert_eq!(totals.total_with_vat.0, totals.total_without_vat.0 + totals.vat_total.unwrap().0);
            prop_assert_eq!(totals.amount_due.0, totals.total_with_vat.0 - totals.paid_amount.unwrap_or_default().0);
            for b in &breakdown {
                let exact = b.taxable_amount.0 * b.rate.unwrap().0 / Decimal::ONE_HUNDRED;
                let half = Decimal::new(5, decimals(content.currency) + 1);
                prop_assert!((b.tax_amount.0 - exact).abs() <= half);
            }
        }

        #[test]
        fn every_computed_amount_has_the_decimals_of_the_document(content in drafts()) {
            let (content, totals, breakdown) = computed(content);
            let places = decimals(content.currency);
            let amounts = content.lines.iter().filter_map(|l| l.net_amount)
                .chain(breakdown.iter().flat_map(|b| [b.taxable_amount, b.tax_amount]))
                .chain([totals.line_net_total, totals.total_without_vat, totals.total_with_vat, totals.amount_due]);
            for amount in amounts {
                prop_assert_eq!(amount.0.scale(), places);
                prop_assert!(!(amount.0.is_zero() && amount.0.is_sign_negative()));
            }
        }

        #[test]
        fn computing_twice_changes_nothing(content in drafts()) {
            let (mut content, totals, breakdown) = computed(content);
            let before = content.clone();
            prop_assert_eq!(compute(&mut content), Ok((totals, breakdown)));
            prop_assert_eq!(content, before);
        }
    }
}
