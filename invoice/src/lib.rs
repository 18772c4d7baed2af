#![doc = include_str!("../README.md")]
#![deny(clippy::float_arithmetic, clippy::as_conversions)]

pub mod amount;
pub mod bic;
mod canonical;
pub mod codelists;
pub mod content;
pub mod document;
#[cfg(test)]
mod fixture;
pub mod iban;
pub mod lifecycle;
pub mod limits;
pub mod line;
pub mod money;
pub mod numbering;
pub mod paper;
pub mod party;
pub mod payment;
pub mod percentages;
pub mod references;
pub mod rules;
pub mod totals;
pub mod units;
pub mod vat;
pub mod vat_id;

pub use amount::{Amount, Percentage, Quantity, UnitPrice};
pub use bic::Bic;
pub use content::Content;
pub use document::{Document, DocumentTotals, VatBreakdown};
pub use iban::Iban;
pub use lifecycle::{CanonicalError, Draft, InvoiceNumber, Issued, credit_note_for};
pub use line::{InvoiceLine, Item, PriceDetails};
pub use money::{Currency, Money};
pub use numbering::{Numbering, Pattern, PatternError};
pub use party::{Buyer, Contact, Delivery, Payee, PostalAddress, Seller, TaxRepresentative};
pub use payment::PaymentInstructions;
pub use rules::{Finding, Severity};
pub use vat::VatCategory;
pub use vat_id::VatId;
