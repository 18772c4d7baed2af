//! By the code on the paper.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_identity::VerificationCode;

use super::{Guest, VerifyPage, verdict};
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
    guest: Guest,
    page: Visit,
    mut form: Form<ByCode>,
) -> Result<Response, ErrorPage> {
    if let Some(code) = form.read::<VerificationCode>("code", t("verify-code-misread")) {
        if let Some(judgement) = billing.judge_code(&code).await? {
            return Ok(verdict(State(billing), page, judgement));
        }
        guest.count_miss().await?;
        form.refuse("code", t("verify-code-unknown"));
    }
    let by_file = Form::blank();
    Ok(Page::refused(VerifyPage { page, by_file, by_code: form, unknown_digest: false }).into_response())
}
