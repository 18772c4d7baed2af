//! The files of an issued document.

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_identity::permission::ReadBooks;
use uuid::Uuid;

use crate::download::{attachment, format};
use crate::{ErrorPage, May};

/// GET /o/{organisation}/invoices/{id}/files/{format}
pub async fn show(
    May(actor): May<ReadBooks>,
    Path((_, id, name)): Path<(String, Uuid, String)>,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let format = format(&name).ok_or_else(ErrorPage::not_found)?;
    Ok(attachment(billing.document(&actor, id, format).await?))
}
