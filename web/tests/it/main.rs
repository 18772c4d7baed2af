//! The layers around the handlers, tried from the outside on the style guide: it has pages, forms, files, errors and a
//! panic, and needs no database. Then the whole server on fresh books.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod assets;
mod csrf;
mod forms;
mod headers;
mod pages;
mod routes;
mod server;
mod site;
mod stationery;
mod templates;
mod tls;
