//! Links to hand over, and withdrawing them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::share::ShareError;
use counterfoil_identity::permission::{ReadBooks, ShareDocument};
use uuid::Uuid;

use super::show;
use crate::form::Button;
use crate::problems::said;
use crate::ui::t;
use crate::{ErrorPage, Form, May, SeeOther, Shell};

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

/// POST /o/{organisation}/links/{id}/revocation. Leads back to the document.
pub async fn revoke(
    May(actor): May<ShareDocument>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    _: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    let invoice = billing.revoke_link(&actor, id).await.map_err(refused)?;
    Ok(SeeOther::to(page.url(&format!("/invoices/{invoice}"))).saying(t("link-withdrawn")))
}

pub(super) fn refused(error: ShareError) -> ErrorPage {
    match error {
        ShareError::NoSuchDocument | ShareError::NoSuchLink => ErrorPage::not_found(),
        ShareError::Field(error) => ErrorPage::unprocessable(said(&error.problem)),
        ShareError::Unavailable(error) => error.into(),
    }
}
