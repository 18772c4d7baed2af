#![doc = include_str!("../README.md")]

mod books;
pub mod certificates;
mod convert;
pub mod customers;
mod database;
pub mod drafts;
pub mod e_invoices;
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
mod no_space;
mod organisation_keys;
pub mod organisations;
pub mod outbox;
pub mod paging;
pub mod payees;
pub mod payments;
pub mod people;
pub mod products;
mod reach;
pub mod sealed;
pub mod search;
pub mod second_place;
pub mod sessions;
mod sql;
pub mod submissions;
pub mod throttles;
mod walls;

pub use books::{Books, INSTALLATION};
pub use database::{DatabaseServer, DatabaseUrl, Store};
pub use error::{StoreError, is_busy, is_no_space};
pub use second_place::SecondPlace;
pub use sql::Value;

/// What every query of this crate gives.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
