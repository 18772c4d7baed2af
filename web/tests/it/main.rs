//! The layers around the handlers, tried from the outside on the style guide: it has pages, forms, files, errors and a
//! panic, and needs no database. Then the whole server on fresh books.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy knows test functions, but not what they share; a panic is the report"
)]

mod account;
mod assets;
mod autosave;
mod bulk;
mod busy;
mod conflict;
mod csrf;
mod dashboard;
mod editor;
mod forms;
mod guide;
mod headers;
mod hostile;
mod languages;
mod ledger;
mod lists;
mod lockout;
mod mail;
mod once;
mod organisation;
mod pages;
mod portal;
mod routes;
mod server;
mod settings;
mod site;
mod stationery;
mod styleguide;
mod sums;
mod templates;
mod tls;
mod typing;
mod uploads;
mod words;
