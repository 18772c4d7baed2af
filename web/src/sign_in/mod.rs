//! Signing in: address and password here, the second factor on the next page; and signing out.

pub mod second_factor;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::access::{SignInError, SignInStep};
use serde::Deserialize;

use crate::extract::{Client, ENROL, SECOND_FACTOR};
use crate::form::Button;
use crate::ui;
use crate::{ErrorPage, Fields, Form, Page, SeeOther, Session, Visit, cookies, home, problems, redirect};

/// Address and password.
pub enum Credentials {}

impl Fields for Credentials {
    const ONE: &'static [(&'static str, &'static str)] =
        &[("email", "field-email"), ("password", "field-password"), ("next", "field-next")];
}

/// The query of the sign-in pages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Onward {
    next: String,
    #[serde(rename = "signed-out")]
    signed_out: String,
}

#[derive(Template)]
#[template(path = "sign_in/show.html")]
struct SignIn {
    page: Visit,
    form: Form<Credentials>,
    has_signed_out: bool,
}

/// `GET /sign-in`
pub async fn show(
    State(billing): State<Billing>,
    Query(onward): Query<Onward>,
    session: Option<Session>,
    page: Visit,
) -> Result<Response, ErrorPage> {
    if let Some(session) = session {
        return Ok(on(&onward.next, &home::of(&session)).into_response());
    }
    if billing.needs_setup().await? {
        return Ok(SeeOther::to("/setup").into_response());
    }
    let next = redirect::local(&onward.next).unwrap_or_default();
    let form = Form::blank().with("next", next);
    Ok(Page::ok(SignIn { page, form, has_signed_out: onward.signed_out == "yes" }).into_response())
}

/// `POST /sign-in`
pub async fn create(
    State(billing): State<Billing>,
    client: Client,
    page: Visit,
    mut form: Form<Credentials>,
) -> Result<Response, ErrorPage> {
    let password = form.take_secret("password");
    let signed_in = billing.sign_in(&form.text("email"), password, &client.network()).await;
    let (token, next) = match signed_in {
        Ok(SignInStep::SecondFactor(token)) => {
            (token, redirect::with_next(SECOND_FACTOR, form.value("next")))
        }
        Ok(SignInStep::EnrolSecondFactor(token)) => (token, ENROL.to_owned()),
        Err(SignInError::Unavailable(error)) => return Err(error.into()),
        // One text for an unknown address and a wrong password.
        Err(error) => {
            form.refuse("", problems::sign_in(&error));
            return Ok(refused(&error, SignIn { page, form, has_signed_out: false }));
        }
    };
    Ok(([cookies::begin_session(&token)], SeeOther::to(next)).into_response())
}

/// `POST /sign-out`
pub async fn destroy(
    State(billing): State<Billing>,
    page: Visit,
    _: Form<Button>,
) -> Result<Response, ErrorPage> {
    if let Some(token) = page.session_token() {
        billing.sign_out(token).await?;
    }
    Ok((cookies::end_session(), SeeOther::to("/sign-in?signed-out=yes")).into_response())
}

/// On to the page that was asked for, if it is one of ours.
fn on(next: &str, otherwise: &str) -> SeeOther {
    SeeOther::to(redirect::local(next).unwrap_or(otherwise))
}

/// The form as it was typed: 422, or 429 and when to try again.
fn refused<T: Template>(error: &SignInError, template: T) -> Response {
    let SignInError::Throttled(wait) = error else { return Page::refused(template).into_response() };
    let mut response = Page::with_status(StatusCode::TOO_MANY_REQUESTS, template).into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.seconds()));
    response
}
