//! New recovery codes in place of the old ones.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::access::AccountError;
use counterfoil_identity::recovery::RecoveryCode;

use super::Forms;
use crate::problems::{said, throttled};
use crate::ui;
use crate::{ErrorPage, Fields, Form, Page, Session, Visit};

/// A code of the app, of this moment.
pub enum FreshCode {}

impl Fields for FreshCode {
    const ONE: &'static [(&'static str, &'static str)] = &[("code", "field-code")];
}

#[derive(Template)]
#[template(path = "account/recovery-codes.html")]
struct NewCodes {
    page: Visit,
    codes: Vec<RecoveryCode>,
}

/// `POST /account/recovery-codes`. The answer shows the codes, this once.
pub async fn create(
    State(billing): State<Billing>,
    session: Session,
    page: Visit,
    mut form: Form<FreshCode>,
) -> Result<Response, ErrorPage> {
    let code = form.take_secret("code");
    let token = page.session_token().ok_or_else(|| ErrorPage::go_on("/sign-in"))?;
    let error = match billing.replace_recovery_codes(&session.0, token, &code).await {
        Ok(codes) => return Ok(Page::ok(NewCodes { page, codes }).into_response()),
        Err(error) => error,
    };
    match &error {
        AccountError::Field(field) => form.refuse(field.field, said(&field.problem)),
        AccountError::Throttled(wait) => form.refuse("code", throttled(*wait)),
        AccountError::SignedOut | AccountError::Unavailable(_) => return Err(super::failed(error)),
    }
    super::refused(&billing, session, page, Forms { code: form, ..Forms::blank() }, &error).await
}
