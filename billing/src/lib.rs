#![doc = include_str!("../README.md")]

pub mod access;
mod billing;
mod clock;
pub mod credit;
pub mod customers;
pub mod documents;
pub mod drafts;
mod fields;
pub mod invoices;
pub mod issue;
pub mod ledger;
pub mod logo;
pub mod mail;
pub mod organisations;
pub mod outbox;
pub mod overview;
pub mod payments;
pub mod portal;
pub mod share;
pub mod verdict;
pub mod verify;

pub use billing::{Billing, Parts, Proofreader, Renderer, Unavailable};
pub use clock::Clock;
pub use fields::FieldError;
