//! The document that a link opened.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::invoices::Status;
use counterfoil_billing::portal::PortalView;
use counterfoil_billing::verdict::Verdict;
use counterfoil_invoice::payment::CreditTransfer;
use jiff::tz::TimeZone;

use crate::ui::{self, Tone};
use crate::verify::{Findings, advice, sentence};
use crate::{ErrorPage, Page, Visit};

#[derive(Template)]
#[template(path = "portal/document.html")]
struct DocumentPage {
    page: Visit,
    view: PortalView,
    findings: Findings,
    zone: TimeZone,
}

impl DocumentPage {
    fn is_credit_note(&self) -> bool {
        self.view.document.content.is_credit_note()
    }

    fn kind(&self) -> &'static str {
        if self.is_credit_note() { "Credit note" } else { "Invoice" }
    }

    fn badge(&self) -> ui::Badge {
        let (tone, icon, word) = match self.view.status {
            Status::Open => (Tone::Accent, "invoice", "To be paid"),
            Status::Overdue(_) => (Tone::Red, "clock", "Overdue"),
            Status::PartlyPaid => (Tone::Amber, "clock", "Partly paid"),
            Status::Paid => (Tone::Green, "check", "Paid"),
            Status::Credited => (Tone::Grey, "credit-note", "Credited"),
            Status::CreditNote => (Tone::Grey, "credit-note", "Credit note"),
        };
        ui::badge(tone, icon, word)
    }

    fn is_overdue(&self) -> bool {
        matches!(self.view.status, Status::Overdue(_))
    }

    fn open(&self) -> String {
        ui::money_of(self.view.open.amount(), self.view.open.currency())
    }

    fn is_genuine(&self) -> bool {
        matches!(self.view.judgement.verdict, Verdict::Genuine | Verdict::Superseded)
    }

    /// Where to pay to: said of nothing that is not proven.
    fn transfers(&self) -> &[CreditTransfer] {
        if !self.is_genuine() {
            return &[];
        }
        self.view.document.content.payment.as_ref().map_or(&[], |payment| &payment.credit_transfers)
    }

    /// The account on the document is not the one the seller uses now: the buyer must know before paying.
    fn account_has_changed(&self) -> bool {
        self.view.account.as_ref().is_some_and(|now| {
            !self.transfers().is_empty() && !self.transfers().iter().any(|t| t.account == now.account.iban)
        })
    }

    fn verdict_sentence(&self) -> String {
        sentence(&self.view.judgement)
    }

    fn verdict_advice(&self) -> String {
        advice(&self.view.judgement).to_owned()
    }
}

/// GET /portal/document
pub async fn show(
    State(billing): State<Billing>,
    page: Visit,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ErrorPage> {
    let view = billing.portal(&super::token(&headers)?).await.map_err(super::refused)?;
    let zone = billing.time_zone().clone();
    let findings = Findings::of(&view.judgement, &zone);
    Ok(Page::ok(DocumentPage { page, view, findings, zone }))
}
