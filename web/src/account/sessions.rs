//! Signing out everywhere else.

use axum::extract::State;
use axum::response::IntoResponse;
use counterfoil_billing::Billing;

use crate::form::Button;
use crate::ui::t;
use crate::{ErrorPage, Form, SeeOther, Session, Visit};

/// `POST /account/sessions/closing`
pub async fn close(
    State(billing): State<Billing>,
    Session(signed_in): Session,
    page: Visit,
    _: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    let token = page.session_token().ok_or_else(|| ErrorPage::go_on("/sign-in"))?;
    let said = match billing.sign_out_elsewhere(&signed_in, token).await.map_err(super::failed)? {
        0 => t("account-nowhere-else"),
        _ => t("account-signed-out-elsewhere"),
    };
    Ok(SeeOther::to("/account").saying(said))
}
