//! Mails that carry a link to a document.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::share::ShareError;
use counterfoil_identity::permission::{ReadBooks, ShareDocument};
use uuid::Uuid;

use super::show::{self, Forms};
use crate::form::Button;
use crate::problems::said;
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, May, SeeOther, Shell};

/// Where to.
#[derive(Debug)]
pub enum NewMail {}

impl Fields for NewMail {
    const ONE: &'static [(&'static str, &'static str)] = &[("to", "field-customer-email")];
}

/// POST /o/{organisation}/invoices/{id}/mails
pub async fn create(
    May(actor): May<ShareDocument>,
    May(reader): May<ReadBooks>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    mut form: Form<NewMail>,
) -> Result<Response, ErrorPage> {
    match billing.send(form.once(&actor), id, &form.text("to")).await {
        Ok(()) => {
            let said = if billing.has_mail() { t("mail-under-way") } else { t("mail-waits") };
            Ok(SeeOther::to(page.url(&format!("/invoices/{id}"))).saying(said).into_response())
        }
        Err(ShareError::Field(error)) => {
            form.refuse(error.field, said(&error.problem));
            show::refused(&billing, &reader, page, id, Forms { mail: form, ..Forms::blank() }).await
        }
        Err(error) => Err(super::links::refused(error)),
    }
}

/// POST /o/{organisation}/invoices/{id}/mails/{message}/link
pub async fn link(
    May(actor): May<ShareDocument>,
    May(reader): May<ReadBooks>,
    page: Shell,
    Path((_, id, message)): Path<(String, Uuid, Uuid)>,
    State(billing): State<Billing>,
    _: Form<Button>,
) -> Result<Response, ErrorPage> {
    let link = billing.waiting_link(&actor, id, message).await.map_err(super::links::refused)?;
    show::with_link(&billing, &reader, page, id, Some(link)).await
}
