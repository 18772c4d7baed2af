//! Changing one's password.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::access::AccountError;

use super::Forms;
use crate::problems::{said, throttled};
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, SeeOther, Session, Visit};

/// The old password and the new one.
pub enum NewPassword {}

impl Fields for NewPassword {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("username", "field-email"),
        ("old_password", "field-old-password"),
        ("new_password", "field-new-password"),
    ];
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
            let done = SeeOther::to("/account").saying(t("account-password-changed"));
            return Ok(done.into_response());
        }
        Err(error) => error,
    };
    match &error {
        AccountError::Field(problem) => {
            // In the order of the page.
            for name in ["old_password", "new_password"] {
                let is_wrong = problem.field == name;
                form.refuse(name, if is_wrong { said(&problem.problem) } else { t("password-again") });
            }
        }
        AccountError::Throttled(wait) => form.refuse("old_password", throttled(*wait)),
        AccountError::SignedOut | AccountError::Unavailable(_) => return Err(super::failed(error)),
    }
    super::refused(&billing, session, page, Forms { password: form, ..Forms::blank() }, &error).await
}
