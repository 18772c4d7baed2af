//! Links to hand over, and withdrawing them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::share::ShareError;
use counterfoil_identity::permission::{ReadBooks, ShareDocument};
use uuid::Uuid;

use super::show;
use crate::form::Button;
use crate::{ErrorPage, Fields, Form, May, SeeOther, Shell};

/// Withdrawing a link leads back to its document.
#[derive(Debug)]
pub enum Revocation {}

impl Fields for Revocation {
    const ONE: &'static [(&'static str, &'static str)] = &[("invoice", "Invoice")];
}

/// POST /o/{organisation}/invoices/{id}/links
pub async fn create(
    May(actor): May<ShareDocument>,
    May(reader): May<ReadBooks>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    form: Form<Button>,
) -> Result<Response, ErrorPage> {
    let link = billing.create_link(form.once(&actor), id).await.map_err(refused)?;
    show::with_link(&billing, &reader, page, id, link).await
}

/// POST /o/{organisation}/links/{id}/revocation
pub async fn revoke(
    May(actor): May<ShareDocument>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    form: Form<Revocation>,
) -> Result<impl IntoResponse, ErrorPage> {
    billing.revoke_link(&actor, id).await.map_err(refused)?;
    let invoice = form.text("invoice").parse::<Uuid>().map_err(|_| ErrorPage::not_found())?;
    Ok(SeeOther::to(page.url(&format!("/invoices/{invoice}"))).saying("Link withdrawn"))
}

pub(super) fn refused(error: ShareError) -> ErrorPage {
    match error {
        ShareError::NoSuchDocument | ShareError::NoSuchLink => ErrorPage::not_found(),
        ShareError::Field(error) => ErrorPage::unprocessable(&error.message),
        ShareError::Unavailable(error) => error.into(),
    }
}
