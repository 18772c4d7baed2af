//! Invoices: drafts that are written, documents that are issued, and what happens to them.

pub mod bulk;
mod choice;
mod conflict;
pub mod credit;
pub(crate) mod decimal;
pub mod drafts;
pub(crate) mod editor_form;
pub(crate) mod editor_page;
mod editor_payees;
mod editor_products;
pub mod export;
pub mod files;
pub mod index;
pub mod issuance;
pub mod links;
pub mod mails;
pub mod new_draft;
pub mod payments;
mod rules;
pub mod show;

use std::borrow::Borrow;
use std::fmt::Display;

use counterfoil_billing::invoices::{ListedInvoice, Status};
use counterfoil_invoice::{Currency, Money};

use crate::ui::{self, Tone, t};

/// Where a document stands: word, colour, icon.
pub(crate) fn badge(status: Status) -> ui::Badge {
    let (tone, icon, word) = match status {
        Status::Open => (Tone::Accent, "send", t("status-open")),
        Status::Overdue(_) => (Tone::Red, "clock", t("status-overdue")),
        Status::PartlyPaid => (Tone::Amber, "clock", t("status-partly-paid")),
        Status::Paid => (Tone::Green, "check", t("status-paid")),
        Status::Credited => (Tone::Grey, "credit-note", t("status-credited")),
        Status::CreditNote => (Tone::Grey, "credit-note", t("credit-note")),
    };
    ui::badge(tone, icon, word)
}

/// What a document asks for; a credit note gives it back.
pub(crate) fn asked(invoice: &ListedInvoice) -> Money {
    let sum = invoice.row.amount_due;
    if invoice.status == Status::CreditNote {
        Money::from_minor(sum.minor().saturating_neg(), sum.currency())
    } else {
        sum
    }
}

/// A column of sums. Where all have one currency it stands in the head, and the cells are numbers.
#[derive(Clone, Copy)]
pub(crate) struct Sums(Option<Currency>);

impl Sums {
    pub(crate) fn of(sums: impl IntoIterator<Item = Money>) -> Self {
        let mut sums = sums.into_iter().map(Money::currency);
        let first = sums.next();
        Self(first.filter(|first| sums.all(|other| other == *first)))
    }

    /// `Amount, EUR`
    pub(crate) fn head(self, word: impl Display) -> String {
        match self.0 {
            None => word.to_string(),
            Some(currency) => {
                t("column-with-currency").with("column", word).with("currency", currency).to_string()
            }
        }
    }

    pub(crate) fn cell(self, sum: impl Borrow<Money>) -> String {
        let sum = sum.borrow();
        match self.0 {
            Some(_) => ui::amount(sum.amount()),
            None => ui::money_of(sum.amount(), sum.currency()),
        }
    }
}
