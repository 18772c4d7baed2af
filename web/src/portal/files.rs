//! The files of the document that a link opened.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use counterfoil_billing::Billing;

use crate::ErrorPage;
use crate::download::{attachment, format};

/// GET /portal/files/{format}
pub async fn show(
    State(billing): State<Billing>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ErrorPage> {
    let format = format(&name).ok_or_else(ErrorPage::not_found)?;
    let download = billing.portal_document(&super::token(&headers)?, format).await.map_err(super::refused)?;
    Ok(attachment(download))
}
