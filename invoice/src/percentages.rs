//! A rule of our own: an allowance or charge that states a percentage and what it is of states their product.
//!
//! EN 16931 has no rule for it, but the paper prints "10% of 100.00" beside the amount, and one of the three would be a
//! lie. PEPPOL-EN16931-R040 asks the same of documents in its network.

use rust_decimal::Decimal;

use crate::content::Content;
use crate::limits::{MAX_ALLOWANCES, MAX_LINES};
use crate::rules::Finding;
use crate::{Amount, Percentage, totals};

/// Rule: percentage, base and amount contradict each other.
pub const PERCENTAGE: &str = "CF-PERCENTAGE";

/// One allowance or charge, with the terms its percentage, base and amount are.
struct Stated {
    percentage: (Option<Percentage>, &'static str),
    base: (Option<Amount>, &'static str),
    amount: (Amount, &'static str),
}

/// Every allowance and charge whose amount is further from percentage × base than one unit in the last place of the
/// document's amounts. An amount of zero beside a percentage says that it is to be computed, so it is right.
pub(crate) fn check(content: &Content) -> Vec<Finding> {
    let places = totals::decimals(content.currency);
    let mut findings = Vec::new();
    let mut judge = |at: usize, stated: &Stated| {
        if let Some(product) = contradicted(stated, places) {
            let Stated { percentage: (percentage, rate), base: (base, of), amount: (amount, term) } = stated;
            let (percentage, base) = (percentage.unwrap_or_default(), base.unwrap_or_default());
            let message = format!(
                "the amount ({term}) is {amount}, but {percentage} % ({rate}) of {base} ({of}) is {product}: mend one of \
                 the three"
            );
            findings.push(Finding::fatal(PERCENTAGE, term, Some(at), message));
        }
    };
    for (at, a) in content.allowances.iter().take(MAX_ALLOWANCES).enumerate() {
        judge(
            at,
            &Stated {
                percentage: (a.percentage, "BT-94"),
                base: (a.base_amount, "BT-93"),
                amount: (a.amount, "BT-92"),
            },
        );
    }
    for (at, c) in content.charges.iter().take(MAX_ALLOWANCES).enumerate() {
        judge(
            at,
            &Stated {
                percentage: (c.percentage, "BT-101"),
                base: (c.base_amount, "BT-100"),
                amount: (c.amount, "BT-99"),
            },
        );
    }
    for (at, line) in content.lines.iter().take(MAX_LINES).enumerate() {
        for a in line.allowances.iter().take(MAX_ALLOWANCES) {
            judge(
                at,
                &Stated {
                    percentage: (a.percentage, "BT-138"),
                    base: (a.base_amount, "BT-137"),
                    amount: (a.amount, "BT-136"),
                },
            );
        }
        for c in line.charges.iter().take(MAX_ALLOWANCES) {
            judge(
                at,
                &Stated {
                    percentage: (c.percentage, "BT-143"),
                    base: (c.base_amount, "BT-142"),
                    amount: (c.amount, "BT-141"),
                },
            );
        }
    }
    findings
}

/// What the amount should be, if it is not. A product beyond all numbers is left to the sums, which fail on it.
fn contradicted(stated: &Stated, places: u32) -> Option<Amount> {
    let (percentage, base) = (stated.percentage.0?, stated.base.0?);
    let amount = stated.amount.0;
    if amount.0.is_zero() {
        return None;
    }
    let exact = base.0.checked_mul(percentage.0)?.checked_div(Decimal::ONE_HUNDRED)?;
    let difference = amount.0.checked_sub(exact)?.abs();
    (difference > Decimal::new(1, places)).then(|| totals::rounded(exact, places))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{TODAY, amount, content, percent};
    use crate::lifecycle::Draft;
    use crate::line::{LineAllowance, LineCharge};

    fn said(content: Content) -> Vec<(&'static str, Option<usize>, String)> {
        let (_, findings) = Draft(content).preview("1", TODAY);
        let ours = findings.into_iter().filter(|finding| finding.rule == PERCENTAGE);
        ours.map(|finding| (finding.term, finding.index, finding.message)).collect()
    }

    /// An allowance over the whole document, of this currency.
    fn allowance(currency: &str, percentage: &str, base: &str, stated: &str) -> Content {
        let mut content = content();
        content.currency = currency.parse().unwrap();
        content.charges.clear();
        content.allowances[0].percentage = Some(percent(percentage));
        content.allowances[0].base_amount = Some(amount(base));
        content.allowances[0].amount = amount(stated);
        content
    }

    #[test]
    fn an_amount_may_be_rounded_and_not_wrong() {
        for (currency, percentage, base, stated, right) in [
            ("EUR", "10", "100.00", "10.00", true),
            ("EUR", "10", "100.00", "10.01", true),
            ("EUR", "10", "100.00", "10.02", false),
            ("EUR", "10", "100.00", "50.00", false),
            ("EUR", "10", "100.00", "-10.00", false),
            ("EUR", "3.333", "99.99", "3.33", true),
            ("EUR", "10", "100.00", "0", true),
            ("JPY", "10", "105", "11", true),
            ("JPY", "10", "105", "12", false),
            ("KWD", "10", "100.00", "10.02", false),
        ] {
            let said = said(allowance(currency, percentage, base, stated));
            assert_eq!(said.is_empty(), right, "{currency} {percentage} {base} {stated}: {said:?}");
        }
    }

    #[test]
    fn the_finding_names_the_terms_and_the_right_amount() {
        let message =
            "the amount (BT-92) is 50.00, but 10 % (BT-94) of 100.00 (BT-93) is 10.00: mend one of the three";
        assert_eq!(said(allowance("EUR", "10", "100.00", "50.00")), [("BT-92", Some(0), message.to_owned())]);
    }

    #[test]
    fn charges_and_those_of_lines_are_judged_too_and_hinder_issuing() {
        let mut content = content();
        content.charges[0].percentage = Some(percent("5"));
        content.charges[0].base_amount = Some(amount("100"));
        let (percentage, base_amount) = (Some(percent("50")), Some(amount("4")));
        content.lines[1].allowances =
            vec![LineAllowance { percentage, base_amount, amount: amount("1"), ..LineAllowance::default() }];
        content.lines[1].charges =
            vec![LineCharge { percentage, base_amount, amount: amount("3"), ..LineCharge::default() }];
        let places: Vec<_> = said(content.clone()).into_iter().map(|(term, at, _)| (term, at)).collect();
        assert_eq!(places, [("BT-99", Some(0)), ("BT-136", Some(1)), ("BT-141", Some(1))]);
        let number = crate::InvoiceNumber { series: String::new(), sequence: 1 };
        assert!(Draft(content).issue(number, TODAY).is_err());
    }
}
