//! What is settled of an invoice, in sums: billed is BT-112 with its rounding (BT-114); prepaid (BT-113), payments and
//! what later documents take back settle it; what is left is open, or owed back. docs/design/settlement.md.

use counterfoil_invoice::{Issued, Money};
use counterfoil_store::payments::Standing;

/// More is taken back than is left: this much, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch {
    pub(crate) left: i64,
}

/// What is still to be paid: never below zero, and nothing on a credit note.
pub fn open_amount(is_credit_note: bool, amount_due: Money, standing: Standing) -> Money {
    let open = if is_credit_note { 0 } else { balance(amount_due, standing).max(0) };
    Money::from_minor(open, amount_due.currency())
}

/// What the buyer has paid beyond what they owe, so that it is to be paid back or set off: never below zero, and
/// nothing on a credit note, because it stands with the invoice.
pub fn owed_back(is_credit_note: bool, amount_due: Money, standing: Standing) -> Money {
    let owed = if is_credit_note { 0 } else { balance(amount_due, standing).saturating_neg().max(0) };
    Money::from_minor(owed, amount_due.currency())
}

/// BT-115 less what was paid and taken back since.
fn balance(amount_due: Money, standing: Standing) -> i64 {
    amount_due.minor().saturating_sub(standing.paid.saturating_add(standing.credited))
}

/// What of an invoice is not taken back yet.
pub(crate) fn left_to_credit(billed: Money, standing: Standing) -> Money {
    Money::from_minor(billed.minor().saturating_sub(standing.credited), billed.currency())
}

/// The standing of an invoice after a credit note of so much, which is more than nothing and no more than what is left.
pub(crate) fn credited(billed: Money, standing: Standing, credit: Money) -> Result<Standing, TooMuch> {
    let left = left_to_credit(billed, standing).minor();
    // A credit below nothing would raise the debt.
    if credit.currency() != billed.currency() || credit.minor() <= 0 || credit.minor() > left {
        return Err(TooMuch { left });
    }
    Ok(Standing { credited: standing.credited.saturating_add(credit.minor()), ..standing })
}

/// The standing of an invoice after a corrected invoice took its place: all of it is taken back, but what the new one
/// counts as paid (BT-113) out of what was received for the old one. That money settles both, so it is not owed back.
pub(crate) fn replaced(amount_due: Money, billed: Money, standing: Standing, by: &Issued) -> Standing {
    let taken_over = by
        .totals()
        .paid_amount
        .filter(|_| by.document().content.currency == billed.currency())
        .and_then(|paid| Money::from_amount(paid, billed.currency()).ok())
        .map_or(0, Money::minor);
    let prepaid = billed.minor().saturating_sub(amount_due.minor());
    let received = prepaid.saturating_add(standing.paid).max(0);
    let left = left_to_credit(billed, standing).minor().max(0);
    let taken_over = taken_over.clamp(0, received.min(left));
    Standing { credited: billed.minor().saturating_sub(taken_over), ..standing }
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::lifecycle::credit_note_for;
    use counterfoil_invoice::{Amount, Content, Draft, InvoiceNumber};
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const JUST_ISSUED: Standing = Standing { paid: 0, credited: 0 };

    /// One line of so many cents without VAT, at 19 %, of which so many cents were paid before.
    fn invoice(net: i64, prepaid: Option<i64>, rounding: Option<i64>, type_code: &str) -> Content {
        let draft = serde_json::json!({
            "type_code": type_code,
            "payment_terms": "at once",
            "seller": { "name": "Example Seller Ltd", "vat_identifier": "DE123456789",
                        "address": { "country": "DE" } },
            "buyer": { "name": "Example Buyer Ltd", "address": { "country": "FR" } },
            "paid_amount": prepaid.map(cents),
            "rounding_amount": rounding.map(cents),
            "lines": [ { "quantity": "1", "unit": "C62", "price": { "net_price": cents(net) },
                         "vat_category": "S", "vat_rate": "19", "item": { "name": "Thing" } } ],
        });
        serde_json::from_value(draft).unwrap()
    }

    fn cents(minor: i64) -> String {
        Money::from_minor(minor, counterfoil_invoice::Currency::EUR).amount().to_string()
    }

    fn issued(content: Content) -> Issued {
        let number = InvoiceNumber { series: "2026".to_owned(), sequence: 1 };
        Draft(content).issue(number, date(2026, 3, 3)).unwrap()
    }

    /// The credit note over all of it, with another net price in cents.
    fn note(invoice: &Issued, net: i64) -> Issued {
        let Draft(mut content) = credit_note_for(invoice, None);
        content.lines[0].price.net_price = cents(net).parse().unwrap();
        content.rounding_amount = None;
        issued(content)
    }

    fn figures(invoice: &Issued, standing: Standing) -> (i64, i64, i64) {
        let due = invoice.payable().unwrap();
        let left = left_to_credit(invoice.billed().unwrap(), standing);
        (open_amount(false, due, standing).minor(), owed_back(false, due, standing).minor(), left.minor())
    }

    #[test]
    fn a_prepaid_invoice_is_credited_in_part_and_in_full_and_the_prepayment_is_owed_back() {
        for (prepaid, open, owed_in_part, owed_in_full) in
            [(4_000, 7_900, 0, 4_000), (11_900, 0, 1_190, 11_900)]
        {
            let invoice = issued(invoice(10_000, Some(prepaid), None, "380"));
            let billed = invoice.billed().unwrap();
            assert_eq!(figures(&invoice, JUST_ISSUED), (open, 0, 11_900));
            let part = credited(billed, JUST_ISSUED, note(&invoice, 1_000).billed().unwrap()).unwrap();
            assert_eq!(figures(&invoice, part), ((open - 1_190).max(0), owed_in_part, 10_710));
            let whole = issued(credit_note_for(&invoice, None).0).billed().unwrap();
            assert_eq!(credited(billed, part, whole), Err(TooMuch { left: 10_710 }));
            let full = credited(billed, JUST_ISSUED, whole).unwrap();
            assert_eq!(figures(&invoice, full), (0, owed_in_full, 0));
        }
    }

    #[test]
    fn a_credit_of_another_currency_or_below_nothing_is_none() {
        let billed = Money::from_minor(100, "EUR".parse().unwrap());
        for (minor, currency) in [(100, "USD"), (0, "EUR"), (-1, "EUR"), (101, "EUR")] {
            let credit = Money::from_minor(minor, currency.parse().unwrap());
            assert_eq!(
                credited(billed, JUST_ISSUED, credit),
                Err(TooMuch { left: 100 }),
                "{minor} {currency}"
            );
        }
    }

    #[test]
    fn what_a_corrected_invoice_counts_as_paid_is_not_owed_back_by_the_old_one() {
        let old = issued(invoice(10_000, None, None, "380"));
        let (due, billed) = (old.payable().unwrap(), old.billed().unwrap());
        let paid = Standing { paid: 5_000, credited: 0 };
        for (prepaid, owed_back) in [(None, 5_000), (Some(2_000), 3_000), (Some(5_000), 0), (Some(9_000), 0)]
        {
            let new = issued(invoice(8_000, prepaid, None, "384"));
            let standing = replaced(due, billed, paid, &new);
            let (open, owed, _) = figures(&old, standing);
            assert_eq!((open, owed), (0, owed_back), "{prepaid:?}");
        }
        // Never paid: nothing is open any more, and nothing is owed back.
        let new = issued(invoice(8_000, None, None, "384"));
        assert_eq!(figures(&old, replaced(due, billed, JUST_ISSUED, &new)), (0, 0, 0));
        // In another currency the new one cannot count it.
        let foreign =
            Content { currency: "USD".parse().unwrap(), ..invoice(8_000, Some(5_000), None, "384") };
        assert_eq!(figures(&old, replaced(due, billed, paid, &issued(foreign))), (0, 5_000, 0));
    }

    proptest! {
        /// However much is paid before and after, credited and at last replaced: no more is credited than was billed,
        /// what is open or owed back is never below zero and never both, and no cent is lost or made.
        #[test]
        fn every_cent_is_accounted_for(
            net in 1_i64..100_000,
            prepaid in prop::option::of(0_i64..150_000),
            rounding in prop::option::of(-2_i64..=2),
            steps in prop::collection::vec((any::<bool>(), 1_i64..60_000), 0..12),
            correction in prop::option::of((1_i64..100_000, prop::option::of(0_i64..150_000))),
        ) {
            let invoice = issued(invoice(net, prepaid, rounding, "380"));
            let (due, billed) = (invoice.payable().unwrap(), invoice.billed().unwrap());
            let mut standing = JUST_ISSUED;
            let (mut received, mut taken_back) = (prepaid.unwrap_or_default(), 0);
            for (is_payment, cents) in steps {
                let (open, _, left) = figures(&invoice, standing);
                if is_payment {
                    // As the form does: no more than is open.
                    let paid = cents.min(open);
                    standing.paid += paid;
                    received += paid;
                } else {
                    let credit = note(&invoice, cents).billed().unwrap();
                    match credited(billed, standing, credit) {
                        Ok(after) => {
                            standing = after;
                            taken_back += credit.minor();
                        }
                        Err(refused) => {
                            prop_assert!(credit.minor() > left);
                            prop_assert_eq!(refused.left, left);
                        }
                    }
                }
                let (open, owed, left) = figures(&invoice, standing);
                prop_assert!(open >= 0 && owed >= 0 && left >= 0 && (open == 0 || owed == 0));
                prop_assert_eq!(open - owed, billed.minor() - received - taken_back);
                prop_assert_eq!(left, billed.minor() - taken_back);
            }
            if let Some((net, counted)) = correction {
                let new = issued(self::invoice(net, counted, None, "384"));
                let owed_before = figures(&invoice, standing).1;
                let after = replaced(due, billed, standing, &new);
                prop_assert!(after.credited >= standing.credited && after.credited <= billed.minor());
                prop_assert_eq!(after.paid, standing.paid);
                let (open, owed, left) = figures(&invoice, after);
                // Money is with the old invoice or with the new one, never with both, and what was owed still is.
                prop_assert_eq!(open, 0);
                prop_assert_eq!(owed, received - left);
                prop_assert!(left <= counted.unwrap_or_default() && owed >= owed_before);
            }
        }
    }

    #[test]
    fn a_credit_note_that_says_it_was_paid_out_takes_back_all_the_same() {
        let old = issued(invoice(10_000, None, None, "380"));
        let Draft(mut content) = credit_note_for(&old, None);
        content.paid_amount = Some("119.00".parse::<Amount>().unwrap());
        let note = issued(content);
        assert_eq!(note.payable().unwrap().minor(), 0);
        let after = credited(old.billed().unwrap(), JUST_ISSUED, note.billed().unwrap()).unwrap();
        assert_eq!(after.credited, 11_900);
    }
}
