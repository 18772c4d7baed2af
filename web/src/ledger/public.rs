//! What everybody may fetch of a ledger: its newest signed checkpoint and the key that verifies it (C2SP signed note).

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::ledger::PublicLedger;

use crate::ErrorPage;

/// `GET /ledger/{organisation}/checkpoint`
pub async fn checkpoint(
    Path(slug): Path<String>,
    State(billing): State<Billing>,
) -> Result<Response, ErrorPage> {
    Ok(text(find(&billing, &slug).await?.checkpoint, "public, max-age=5"))
}

/// `GET /ledger/{organisation}/key`
pub async fn key(Path(slug): Path<String>, State(billing): State<Billing>) -> Result<Response, ErrorPage> {
    Ok(text(format!("{}\n", find(&billing, &slug).await?.key), "public, max-age=3600"))
}

async fn find(billing: &Billing, slug: &str) -> Result<PublicLedger, ErrorPage> {
    billing.public_ledger(slug).await?.ok_or_else(ErrorPage::not_found)
}

fn text(text: String, cache: &'static str) -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, cache)], text).into_response()
}
