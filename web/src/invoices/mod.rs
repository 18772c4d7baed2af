//! Invoices: drafts that are written, documents that are issued, and what happens to them.

pub mod credit;
pub(crate) mod decimal;
pub mod drafts;
mod editor_form;
pub mod files;
pub mod index;
pub mod issuance;
pub mod links;
pub mod mails;
pub mod payments;
pub mod show;

use counterfoil_billing::invoices::Status;

use crate::ui::{self, Tone};

/// Where a document stands: word, colour, icon.
pub(crate) fn badge(status: Status) -> ui::Badge {
    let (tone, icon, word) = match status {
        Status::Open => (Tone::Accent, "send", "Open"),
        Status::Overdue(_) => (Tone::Red, "clock", "Overdue"),
        Status::PartlyPaid => (Tone::Amber, "clock", "Partly paid"),
        Status::Paid => (Tone::Green, "check", "Paid"),
        Status::Credited => (Tone::Grey, "credit-note", "Credited"),
        Status::CreditNote => (Tone::Grey, "credit-note", "Credit note"),
    };
    ui::badge(tone, icon, word)
}
