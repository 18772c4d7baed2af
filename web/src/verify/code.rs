//! By the code on the paper.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::look_ups::LookUp;
use counterfoil_identity::VerificationCode;

use super::{VerifyPage, verdict};
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, Page, Visit};

/// A typed code.
#[derive(Debug)]
pub enum ByCode {}

impl Fields for ByCode {
    const ONE: &'static [(&'static str, &'static str)] = &[("code", "field-paper-code")];
}

/// POST /verify/code
pub async fn create(
    State(billing): State<Billing>,
    look_up: LookUp,
    page: Visit,
    mut form: Form<ByCode>,
) -> Result<Response, ErrorPage> {
    match form.read::<VerificationCode>("code", t("verify-code-misread")) {
        Some(code) => {
            if let Some(judgement) = billing.judge_code(&code).await? {
                look_up.take_back();
                return Ok(verdict(State(billing), page, judgement));
            }
            form.refuse("code", t("verify-code-unknown"));
        }
        None => look_up.take_back(),
    }
    let by_file = Form::blank();
    Ok(Page::refused(VerifyPage { page, by_file, by_code: form, unknown_digest: false }).into_response())
}
