//! Sums over a stranger's amounts. Every step may leave the range; then the result is `None`, and the rule is broken.

use rust_decimal::Decimal;

use crate::Amount;

pub(super) fn add(a: Option<Decimal>, b: Decimal) -> Option<Decimal> {
    a?.checked_add(b)
}

pub(super) fn subtract(a: Option<Decimal>, b: Decimal) -> Option<Decimal> {
    a?.checked_sub(b)
}

pub(super) fn total(amounts: impl IntoIterator<Item = Amount>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount.0))
}

/// To the nearest whole number, ties towards plus infinity: the `round` of `XPath`, in which the rules are written.
pub(super) fn whole(value: Decimal) -> Option<Decimal> {
    Some(value.checked_add(Decimal::new(5, 1))?.floor())
}

/// To two decimals, ties towards plus infinity.
pub(super) fn cents(value: Option<Decimal>) -> Option<Decimal> {
    let value = value?;
    if value.scale() <= 2 {
        return Some(value);
    }
    whole(value.checked_mul(Decimal::ONE_HUNDRED)?)?.checked_div(Decimal::ONE_HUNDRED)
}

/// The VAT on this taxable amount, without sign.
pub(super) fn vat(taxable: Decimal, rate: Decimal) -> Option<Decimal> {
    cents(taxable.abs().checked_mul(rate.checked_div(Decimal::ONE_HUNDRED)?))
}

/// Whether `stated` is less than 1 away from `expected`, the play that BR-CO-17, BR-S-08 and BR-S-09 leave.
pub(super) fn near(stated: Decimal, expected: Option<Decimal>) -> bool {
    expected.and_then(|e| stated.checked_sub(e)).is_some_and(|difference| difference.abs() < Decimal::ONE)
}

/// Whether `stated` is just 1 away from `expected`: the ends of [`near`], which BR-CO-17 lets pass in CII.
pub(super) fn one_away(stated: Decimal, expected: Option<Decimal>) -> bool {
    expected.and_then(|e| stated.checked_sub(e)).is_some_and(|difference| difference.abs() == Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(s: &str) -> Decimal {
        s.parse().unwrap()
    }

    #[test]
    fn ties_go_up_as_in_xpath() {
        for (value, rounded) in
            [("0.125", "0.13"), ("-0.125", "-0.12"), ("0.124", "0.12"), ("7", "7"), ("-0.126", "-0.13")]
        {
            assert_eq!(cents(Some(dec(value))), Some(dec(rounded)), "{value}");
        }
    }

    #[test]
    fn what_leaves_the_range_is_none_and_near_to_nothing() {
        let most = Amount(Decimal::MAX);
        assert_eq!(total([most, most]), None);
        assert_eq!(whole(Decimal::MAX), None);
        assert_eq!(vat(Decimal::MAX, dec("200")), None);
        assert_eq!(add(Some(Decimal::MAX), Decimal::MAX), None);
        assert_eq!(subtract(Some(Decimal::MIN), Decimal::MAX), None);
        assert!(!near(Decimal::MAX, Some(Decimal::MIN)));
        assert!(!near(Decimal::ONE, None));
    }

    #[test]
    fn near_is_less_than_one_away() {
        assert!(near(dec("10"), Some(dec("10.99"))));
        assert!(!near(dec("10"), Some(dec("11"))));
        assert!(!near(dec("10"), Some(dec("9"))));
    }
}
