//! Crediting an issued invoice: it begins as a draft.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::drafts::DraftError;
use counterfoil_identity::permission::{Credit, ReadBooks};
use uuid::Uuid;

use super::drafts;
use super::show::{self, Forms};
use crate::problems::said;
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, May, SeeOther, Shell};

/// Why it is taken back.
#[derive(Debug)]
pub enum Crediting {}

impl Fields for Crediting {
    const ONE: &'static [(&'static str, &'static str)] = &[("reason", "field-reason")];
}

/// POST /o/{organisation}/invoices/{id}/credit
pub async fn create(
    May(actor): May<Credit>,
    May(reader): May<ReadBooks>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    mut form: Form<Crediting>,
) -> Result<Response, ErrorPage> {
    match billing.credit(form.once(&actor), id, form.optional("reason").as_deref()).await {
        Ok(draft) => {
            let path = page.url(&format!("/drafts/{draft}"));
            Ok(SeeOther::to(path).saying(t("credit-drafted")).into_response())
        }
        Err(DraftError::Field(error)) => {
            form.refuse(error.field, said(&error.problem));
            show::refused(&billing, &reader, page, id, Forms { credit: form, ..Forms::blank() }).await
        }
        Err(DraftError::Unavailable(error)) => Err(error.into()),
        Err(DraftError::NoSuchDraft | DraftError::NoSuchCustomer) => Err(ErrorPage::not_found()),
        Err(DraftError::Changed) => Err(ErrorPage::unprocessable(t("draft-changed"))),
        Err(error @ (DraftError::Replaced(..) | DraftError::TooLarge)) => {
            Err(ErrorPage::unprocessable(drafts::why(&error)))
        }
    }
}
