//! Who owns this installation: one link on the terminal makes one owner.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::access::{NewOwner, SetupError};
use counterfoil_identity::Token;

use super::{Step, steps};
use crate::extract::ENROL;
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, Page, SeeOther, Visit, cookies};

/// The first person of an installation.
pub enum Owner {}

impl Fields for Owner {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("secret", "field-setup-code"),
        ("name", "field-your-name"),
        ("email", "field-email"),
        ("password", "field-password"),
    ];
}

#[derive(Template)]
#[template(path = "setup/owner.html")]
struct OwnerPage {
    page: Visit,
    steps: Vec<Step>,
    form: Form<Owner>,
    /// The form came back with a code of the right shape: it need not be seen again.
    has_secret: bool,
}

#[derive(Template)]
#[template(path = "setup/done.html")]
struct Done {
    page: Visit,
}

/// `GET /setup`
pub async fn show(State(billing): State<Billing>, page: Visit) -> Result<Response, ErrorPage> {
    if !billing.needs_setup().await? {
        return Ok(Page::ok(Done { page }).into_response());
    }
    let page = OwnerPage { page, steps: steps(0), form: Form::blank(), has_secret: false };
    Ok(Page::ok(page).into_response())
}

/// `POST /setup/owner`
pub async fn create(
    State(billing): State<Billing>,
    page: Visit,
    mut form: Form<Owner>,
) -> Result<Response, ErrorPage> {
    if !billing.needs_setup().await? {
        return Ok(Page::refused(Done { page }).into_response());
    }
    let password = form.take_secret("password");
    let Ok(secret) = Token::parse(&form.text("secret")) else {
        form.refuse("secret", t("setup-secret-wrong"));
        return Ok(refused(page, form, false));
    };
    let owner = NewOwner { name: form.text("name"), email: form.text("email"), password };
    match billing.create_owner(&secret, owner).await {
        Ok(token) => Ok(([cookies::begin_session(&token)], SeeOther::to(ENROL)).into_response()),
        Err(SetupError::Fields(errors)) => {
            form.refuse_fields(errors);
            Ok(refused(page, form, true))
        }
        Err(SetupError::NoLink) => {
            form.refuse("secret", t("setup-no-link"));
            Ok(refused(page, form, false))
        }
        Err(SetupError::Unavailable(error)) => Err(error.into()),
        Err(error) => Err(ErrorPage::failed(&error)),
    }
}

fn refused(page: Visit, mut form: Form<Owner>, has_secret: bool) -> Response {
    form.refuse("password", t("password-again"));
    Page::refused(OwnerPage { page, steps: steps(0), form, has_secret }).into_response()
}
