#![doc = include_str!("../README.md")]

pub mod access;
pub mod archive;
mod billing;
pub mod certificates;
mod clock;
pub mod credit;
pub mod customers;
pub mod documents;
pub mod drafts;
mod fields;
mod finding;
pub mod housekeeping;
pub mod invoices;
pub mod issue;
mod judge;
pub mod ledger;
pub mod logo;
pub mod mail;
mod once;
pub mod organisations;
pub mod outbox;
pub mod overview;
pub mod payments;
pub mod portal;
pub mod preceding;
pub mod settlement;
pub mod share;
pub mod verdict;
pub mod verify;

pub use billing::{Billing, Parts, Proofreader, Renderer, Unavailable};
pub use clock::Clock;
pub use fields::FieldError;
pub use once::By;
