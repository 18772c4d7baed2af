//! What everybody may fetch of a ledger: its newest signed checkpoint, the key that verifies it, and the tree with its
//! leaves, which are salted commitments (C2SP signed-note, tlog-checkpoint, tlog-tiles).

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::ledger::PublicLedger;
use counterfoil_ledger::tiles::Resource;

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

/// `GET /ledger/{organisation}/tile/{*tile}`: a tile, or a bundle of entries. A path that is spelled in another way than
/// tlog-tiles spells it names nothing.
pub async fn tile(
    Path((slug, tile)): Path<(String, String)>,
    State(billing): State<Billing>,
) -> Result<Response, ErrorPage> {
    let resource = Resource::parse(&format!("tile/{tile}")).ok_or_else(ErrorPage::not_found)?;
    let bytes = billing.public_tile(&slug, resource).await?.ok_or_else(ErrorPage::not_found)?;
    // The tree only grows: what a path gave once, whole or partial, it always gives.
    let headers =
        [(CONTENT_TYPE, "application/octet-stream"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, bytes).into_response())
}

async fn find(billing: &Billing, slug: &str) -> Result<PublicLedger, ErrorPage> {
    billing.public_ledger(slug).await?.ok_or_else(ErrorPage::not_found)
}

fn text(text: String, cache: &'static str) -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, cache)], text).into_response()
}
