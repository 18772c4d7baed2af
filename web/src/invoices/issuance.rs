//! Issuing a draft: from then on it has a number, a seal and an entry in the ledger, and never changes.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::issue::IssueError;
use counterfoil_identity::permission::{Issue, ReadBooks};
use counterfoil_invoice::Document;
use uuid::Uuid;

use super::drafts;
use super::editor_page::{self, Notice, Rights};
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell};

/// Which version of the draft the person looked at.
#[derive(Debug)]
pub enum Issuance {}

impl Fields for Issuance {
    const ONE: &'static [(&'static str, &'static str)] = &[("version", "field-version")];
}

/// POST /o/{organisation}/drafts/{id}/issuance
pub async fn create(
    May(actor): May<Issue>,
    May(reader): May<ReadBooks>,
    session: Session,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    form: Form<Issuance>,
) -> Result<Response, ErrorPage> {
    let version = form.version()?;
    let error = match billing.issue(&actor, id, version).await {
        Ok(just) => return Ok(issued(&page, id, just.issued.document())),
        Err(error) => error,
    };
    let (status, notice) = match error {
        // A double click: the first one issued it, and the document has the id of its draft.
        IssueError::NoSuchDraft => {
            let there = billing.invoice(&reader, id).await?.ok_or_else(ErrorPage::not_found)?;
            return Ok(issued(&page, id, there.kept.issued.document()));
        }
        IssueError::Unavailable(error) => return Err(error.into()),
        IssueError::MayNotCredit => return Err(ErrorPage::forbidden(t("why-may-not-credit"))),
        IssueError::Changed => (StatusCode::CONFLICT, Notice::Changed),
        // The preview lists what is wrong, rule by rule.
        IssueError::NotIssuable(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Notice::NotIssued(t("issue-mend-listed").to_string()))
        }
        IssueError::TooMuchCredit(left, credited) => {
            let why = t("issue-too-much-credit").with("left", left).with("credited", credited);
            (StatusCode::UNPROCESSABLE_ENTITY, Notice::NotIssued(why.to_string()))
        }
        IssueError::Replaced(ours, by) => {
            let why = t("issue-replaced").with("number", ours).with("by", by);
            (StatusCode::UNPROCESSABLE_ENTITY, Notice::NotIssued(why.to_string()))
        }
        IssueError::CertificateExpired(at) => {
            let why = t("issue-certificate-expired").with("moment", ui::moment_of(at, billing.time_zone()));
            (StatusCode::UNPROCESSABLE_ENTITY, Notice::NotIssued(why.to_string()))
        }
        error @ (IssueError::Draft(_) | IssueError::NotWritable(_) | IssueError::ReadBack(_)) => {
            let why = t("issue-not-writable").with("problem", error);
            (StatusCode::UNPROCESSABLE_ENTITY, Notice::NotIssued(why.to_string()))
        }
    };
    let draft = drafts::find(&billing, &reader, id).await?;
    let rights = Rights::of(&session, page.slug());
    let editor = editor_page::editor(&billing, &reader, page, rights, draft, notice).await?;
    Ok(Page::with_status(status, editor).into_response())
}

fn issued(page: &Shell, id: Uuid, document: &Document) -> Response {
    let is_credit_note = document.content.is_credit_note();
    let said = if is_credit_note {
        t("issued-credit-note").with("number", &document.number)
    } else {
        t("issued-invoice").with("number", &document.number)
    };
    SeeOther::to(page.url(&format!("/invoices/{id}"))).saying(said).into_response()
}
