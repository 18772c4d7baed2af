//! The second factor: a code from the app, or one of the recovery codes.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::access::SignInError;
use counterfoil_identity::Token;
use counterfoil_identity::session::Stage;

use super::{Onward, on, refused};
use crate::extract::{Client, ENROL, Halfway};
use crate::language::Language;
use crate::ui;
use crate::{ErrorPage, Fields, Form, Page, SeeOther, Visit, cookies, problems, redirect};

/// A code from the app.
pub enum Code {}

impl Fields for Code {
    const ONE: &'static [(&'static str, &'static str)] = &[("code", "field-code"), ("next", "field-next")];
}

/// A code from paper.
pub enum Recovery {}

impl Fields for Recovery {
    const ONE: &'static [(&'static str, &'static str)] =
        &[("recovery_code", "field-recovery-code"), ("next", "field-next")];
}

#[derive(Template)]
#[template(path = "sign_in/second-factor.html")]
struct SecondFactor {
    page: Visit,
    code: Form<Code>,
    recovery: Form<Recovery>,
    next: String,
}

/// `GET /sign-in/second-factor`
pub async fn show(Query(onward): Query<Onward>, halfway: Halfway, page: Visit) -> Response {
    if halfway.gate.stage() == Stage::EnrolSecondFactor {
        return SeeOther::to(ENROL).into_response();
    }
    let next = redirect::local(&onward.next).unwrap_or_default().to_owned();
    Page::ok(SecondFactor { page, code: Form::blank(), recovery: Form::blank(), next }).into_response()
}

/// The cookies of a session that begins: with the language of the organisation for whoever chose none in this browser.
async fn begin(
    billing: &Billing,
    page: &Visit,
    token: &Token,
) -> Result<AppendHeaders<Vec<(HeaderName, HeaderValue)>>, ErrorPage> {
    let mut begun = vec![cookies::begin_session(token)];
    if !page.has_chosen_language()
        && let Ok(signed_in) = billing.session(token).await?
        && let Some(tag) = billing.language_of_people(&signed_in).await?
    {
        begun.extend(Language::of(&tag).map(cookies::choose_language));
    }
    Ok(AppendHeaders(begun))
}

/// `POST /sign-in/second-factor`
pub async fn create(
    State(billing): State<Billing>,
    halfway: Halfway,
    page: Visit,
    mut form: Form<Code>,
) -> Result<Response, ErrorPage> {
    let code = form.take_secret("code");
    let next = form.text("next");
    match billing.show_totp(&halfway.gate, halfway.token(), &code).await {
        Ok(token) => Ok((begin(&billing, &page, &token).await?, on(&next, "/")).into_response()),
        Err(SignInError::Unavailable(error)) => Err(error.into()),
        Err(error) => {
            form.refuse("code", problems::sign_in(&error));
            Ok(refused(&error, SecondFactor { page, code: form, recovery: Form::blank(), next }))
        }
    }
}

/// `POST /sign-in/recovery-code`
pub async fn recover(
    State(billing): State<Billing>,
    halfway: Halfway,
    client: Client,
    page: Visit,
    mut form: Form<Recovery>,
) -> Result<Response, ErrorPage> {
    let code = form.take_secret("recovery_code");
    let next = form.text("next");
    match billing.show_recovery_code(&halfway.gate, halfway.token(), &code, &client.network()).await {
        // Appended: the message is a cookie too.
        Ok(token) => Ok((
            begin(&billing, &page, &token).await?,
            on(&next, "/").saying(ui::t("second-factor-recovered")),
        )
            .into_response()),
        Err(SignInError::Unavailable(error)) => Err(error.into()),
        Err(error) => {
            let note = match &error {
                SignInError::WrongCode => ui::t("second-factor-wrong-recovery-code"),
                error => problems::sign_in(error),
            };
            form.refuse("recovery_code", note);
            Ok(refused(&error, SecondFactor { page, code: Form::blank(), recovery: form, next }))
        }
    }
}
