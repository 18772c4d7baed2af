#![doc = include_str!("../README.md")]

mod books;
pub mod certificates;
mod convert;
pub mod customers;
mod database;
pub mod drafts;
mod error;
pub mod evidence;
pub mod files;
pub mod housekeeping;
mod indexing;
pub mod invoice_list;
pub mod invoices;
mod keys;
pub mod ledger;
pub mod links;
mod migrations;
pub mod organisations;
pub mod outbox;
pub mod paging;
pub mod payments;
pub mod people;
pub mod products;
pub mod search;
pub mod second_place;
pub mod sessions;
mod sql;
pub mod submissions;
pub mod throttles;

pub use books::{Books, INSTALLATION};
pub use database::{DatabaseUrl, Store};
pub use error::StoreError;
pub use second_place::SecondPlace;
pub use sql::Value;

/// What every query of this crate gives.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
