//! Crediting an issued invoice: it begins as a draft.

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::drafts::DraftError;
use counterfoil_identity::permission::Credit;
use uuid::Uuid;

use crate::{ErrorPage, Fields, Form, May, SeeOther, Shell};

/// Why it is taken back.
#[derive(Debug)]
pub enum Crediting {}

impl Fields for Crediting {
    const ONE: &'static [(&'static str, &'static str)] = &[("reason", "Reason")];
}

/// POST /o/{organisation}/invoices/{id}/credit
pub async fn create(
    May(actor): May<Credit>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    form: Form<Crediting>,
) -> Result<impl IntoResponse, ErrorPage> {
    match billing.credit(form.once(&actor), id, form.optional("reason").as_deref()).await {
        Ok(draft) => Ok(SeeOther::to(page.url(&format!("/drafts/{draft}"))).saying("Credit note drafted")),
        Err(DraftError::Unavailable(error)) => Err(error.into()),
        Err(DraftError::NoSuchDraft | DraftError::NoSuchCustomer) => Err(ErrorPage::not_found()),
        Err(error @ (DraftError::Changed | DraftError::TooLarge)) => {
            Err(ErrorPage::unprocessable(&error.to_string()))
        }
    }
}
