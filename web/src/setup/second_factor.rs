//! The second factor, before anything else; and the codes that help when it is lost.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::access::{SetupError, TotpEnrolment};
use counterfoil_identity::recovery::RecoveryCode;
use counterfoil_identity::session::Stage;

use super::{Step, steps};
use crate::extract::{Halfway, SECOND_FACTOR};
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, Page, SeeOther, Visit, cookies};

/// The first code of an app.
pub enum FirstCode {}

impl Fields for FirstCode {
    const ONE: &'static [(&'static str, &'static str)] = &[("code", "field-code")];
}

#[derive(Template)]
#[template(path = "setup/second-factor.html")]
struct SecondFactor {
    page: Visit,
    steps: Vec<Step>,
    enrolment: TotpEnrolment,
    form: Form<FirstCode>,
}

#[derive(Template)]
#[template(path = "setup/recovery-codes.html")]
struct RecoveryCodes {
    page: Visit,
    steps: Vec<Step>,
    codes: Vec<RecoveryCode>,
    onward: &'static str,
}

/// `GET /setup/second-factor`
pub async fn show(
    State(billing): State<Billing>,
    halfway: Halfway,
    page: Visit,
) -> Result<Response, ErrorPage> {
    if halfway.gate.stage() != Stage::EnrolSecondFactor {
        return Ok(SeeOther::to(SECOND_FACTOR).into_response());
    }
    let enrolment = match billing.begin_totp(&halfway.gate).await {
        Ok(enrolment) => enrolment,
        Err(error) => return elsewhere(error),
    };
    let form = Form::blank();
    Ok(Page::ok(SecondFactor { page, steps: steps(1), enrolment, form }).into_response())
}

/// `POST /setup/second-factor`. The answer shows the recovery codes, this once.
pub async fn create(
    State(billing): State<Billing>,
    halfway: Halfway,
    page: Visit,
    mut form: Form<FirstCode>,
) -> Result<Response, ErrorPage> {
    let code = form.take_secret("code");
    match billing.confirm_totp(&halfway.gate, halfway.token(), &code).await {
        Ok((token, codes)) => {
            let belongs = billing.session(&token).await?.is_ok_and(|person| !person.memberships.is_empty());
            let onward = if belongs { "/" } else { "/setup/organisation" };
            let page = Page::ok(RecoveryCodes { page, steps: steps(2), codes, onward });
            Ok(([cookies::begin_session(&token)], page).into_response())
        }
        Err(SetupError::WrongCode) => {
            let enrolment = match billing.begin_totp(&halfway.gate).await {
                Ok(enrolment) => enrolment,
                Err(error) => return elsewhere(error),
            };
            form.refuse("code", t("enrol-wrong-code"));
            Ok(Page::refused(SecondFactor { page, steps: steps(1), enrolment, form }).into_response())
        }
        Err(error) => elsewhere(error),
    }
}

/// There is nothing to enrol: the other tab was faster.
fn elsewhere(error: SetupError) -> Result<Response, ErrorPage> {
    match error {
        SetupError::Enrolled => Ok(SeeOther::to(SECOND_FACTOR).into_response()),
        SetupError::Unavailable(error) => Err(error.into()),
        error => Err(ErrorPage::failed(&error)),
    }
}
