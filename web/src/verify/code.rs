//! By the code on the paper.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_identity::VerificationCode;

use super::{VerifyPage, count_miss, may_look_up, verdict};
use crate::extract::Client;
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
    client: Client,
    page: Visit,
    mut form: Form<ByCode>,
) -> Result<Response, ErrorPage> {
    may_look_up(&billing, &client.network()).await?;
    if let Some(code) = form.read::<VerificationCode>("code", t("verify-code-misread")) {
        if let Some(judgement) = billing.judge_code(&code).await? {
            return Ok(verdict(State(billing), page, judgement));
        }
        count_miss(&billing, &client.network()).await?;
        form.refuse("code", t("verify-code-unknown"));
    }
    let by_file = Form::blank();
    Ok(Page::refused(VerifyPage { page, by_file, by_code: form, unknown_digest: false }).into_response())
}
