//! Changing one's password.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::access::AccountError;

use super::Forms;
use crate::{ErrorPage, Fields, Form, SeeOther, Session, Visit};

/// The old password and the new one.
pub enum NewPassword {}

impl Fields for NewPassword {
    const ONE: &'static [(&'static str, &'static str)] =
        &[("username", "E-mail address"), ("old_password", "Old password"), ("new_password", "New password")];
}

/// `POST /account/password`
pub async fn update(
    State(billing): State<Billing>,
    session: Session,
    page: Visit,
    mut form: Form<NewPassword>,
) -> Result<Response, ErrorPage> {
    let (old, new) = (form.take_secret("old_password"), form.take_secret("new_password"));
    let token = page.session_token().ok_or_else(|| ErrorPage::go_on("/sign-in"))?;
    let error = match billing.change_password(&session.0, token, old, new).await {
        Ok(()) => {
            let done = SeeOther::to("/account").saying("Password changed. Your other sessions were ended");
            return Ok(done.into_response());
        }
        Err(error) => error,
    };
    match &error {
        AccountError::Field(problem) => {
            // In the order of the page.
            for name in ["old_password", "new_password"] {
                let again = "type it once more: passwords are not kept between two tries";
                form.refuse(name, if problem.field == name { &problem.message } else { again });
            }
        }
        AccountError::Throttled(_) => form.refuse("old_password", &error),
        AccountError::SignedOut | AccountError::Unavailable(_) => return Err(super::failed(error)),
    }
    super::refused(&billing, session, page, Forms { password: form, ..Forms::blank() }, &error).await
}
