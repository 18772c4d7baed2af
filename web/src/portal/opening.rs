//! Opening a link. The page of the GET opens nothing: mail scanners are not customers.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::portal::PortalError;
use counterfoil_identity::Token;

use crate::form::Button;
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, Page, SeeOther, Visit, cookies};

/// The secret of a link.
#[derive(Debug)]
pub enum Opening {}

impl Fields for Opening {
    const ONE: &'static [(&'static str, &'static str)] = &[("secret", "field-link")];
}

#[derive(Template)]
#[template(path = "portal/opening.html")]
struct OpeningPage {
    page: Visit,
    form: Form<Opening>,
}

/// GET /portal
pub async fn new(page: Visit) -> impl IntoResponse {
    Page::ok(OpeningPage { page, form: Form::blank() })
}

/// POST /portal
pub async fn create(
    State(billing): State<Billing>,
    page: Visit,
    mut form: Form<Opening>,
) -> Result<Response, ErrorPage> {
    let secret = form.take_secret("secret");
    // People paste the whole link as well as what stands behind its #.
    let secret = secret.trim().rsplit('#').next().unwrap_or_default();
    let opened = match Token::parse(secret) {
        Ok(secret) => billing.open_portal(&secret).await,
        Err(_) => Err(PortalError::NoLink),
    };
    match opened {
        Ok(token) => Ok(([cookies::begin_portal(&token)], SeeOther::to("/portal/document")).into_response()),
        Err(PortalError::NoLink) => {
            form.refuse("secret", t("portal-no-link"));
            Ok(Page::refused(OpeningPage { page, form }).into_response())
        }
        Err(error) => Err(super::refused(error)),
    }
}

/// POST /portal/closing
pub async fn close(
    State(billing): State<Billing>,
    headers: HeaderMap,
    _: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    if let Ok(session) = super::token(&headers) {
        billing.close_portal(&session).await?;
    }
    // Appended: the message is a cookie too, and a plain array would replace it.
    Ok((AppendHeaders([cookies::end_portal()]), SeeOther::to("/portal").saying(t("portal-forgotten"))))
}
