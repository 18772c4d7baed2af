#![doc = include_str!("../README.md")]
#![expect(
    clippy::missing_errors_doc,
    reason = "handlers fail with an ErrorPage, which says why to whoever asked"
)]

pub mod account;
mod address;
pub mod assets;
pub mod cookies;
mod countries;
mod crowd;
pub mod customers;
pub mod dashboard;
mod download;
mod error_page;
pub mod extract;
pub mod form;
pub mod home;
pub mod invoices;
pub mod language;
pub mod ledger;
pub mod mail;
pub mod organisation;
pub mod page;
pub mod portal;
mod problems;
pub mod products;
pub mod redirect;
pub mod routes;
pub mod security;
pub mod security_log;
mod serve;
pub mod setup;
pub mod sign_in;
#[cfg(debug_assertions)]
pub mod styleguide;
pub mod ui;
mod uploads;
pub mod verify;
mod visit;
pub mod well_known;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::extract::FromRef;
use counterfoil_billing::Billing;

pub use error_page::ErrorPage;
pub use extract::{May, Session};
pub use form::{Fields, Form};
pub use page::{Page, Shell};
pub use redirect::SeeOther;
pub use serve::serve;
pub use visit::Visit;

use uploads::Uploads;

/// What every handler can ask for. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    billing: Billing,
}

impl AppState {
    /// The state of a server for these use cases.
    pub fn new(billing: Billing) -> Self {
        Self { billing }
    }
}

impl FromRef<AppState> for Billing {
    fn from_ref(state: &AppState) -> Self {
        state.billing.clone()
    }
}

/// Where this installation is, the key of its forms, whether it can write, and how much room there is for large requests:
/// what the layers around the handlers need.
/// Cheap to clone.
#[derive(Clone)]
pub struct Site {
    pub(crate) origin: Arc<str>,
    pub(crate) form_key: [u8; 32],
    pub(crate) has_no_space: Arc<AtomicBool>,
    pub(crate) uploads: Uploads,
}

impl Site {
    /// `origin` is the address as browsers write it in `Origin`: `https://bills.example:8443`, without a slash.
    pub fn new(origin: &str, form_key: [u8; 32]) -> Self {
        Self { origin: origin.into(), form_key, has_no_space: Arc::default(), uploads: Uploads::default() }
    }

    /// The same, and its pages say when there is no space left.
    #[must_use]
    pub fn watching(self, has_no_space: Arc<AtomicBool>) -> Self {
        Self { has_no_space, ..self }
    }
}

/// The whole server: every route, inside every protection.
pub fn router(state: AppState) -> Router {
    let site = Site::new(state.billing.base_url(), *state.billing.form_key());
    let site = site.watching(state.billing.watch_space());
    security::protect(routes::router().with_state(state), &site)
}
