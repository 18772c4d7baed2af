//! The document that a link opened.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LANGUAGE;
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::invoices::Status;
use counterfoil_billing::portal::PortalView;
use counterfoil_billing::verdict::Verdict;
use counterfoil_invoice::payment::CreditTransfer;
use jiff::tz::TimeZone;

use crate::language::{Language, Text, speaking};
use crate::ui::{self, Tone, t};
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

    fn kind(&self) -> Text {
        if self.is_credit_note() { t("credit-note") } else { t("invoice") }
    }

    /// The answer, in words.
    fn answer(&self) -> Text {
        let content = &self.view.document.content;
        let open = self.open();
        match content.due_date.map(ui::date_of) {
            _ if self.is_credit_note() => t("portal-credited")
                .with("sum", ui::money_of(self.view.document.totals.amount_due, content.currency))
                .with("date", ui::date_of(self.view.document.issue_date)),
            _ if self.view.open.minor() == 0 => t("portal-nothing-to-pay"),
            None => t("portal-to-pay").with("sum", open),
            Some(due) if self.is_overdue() => t("portal-was-due").with("sum", open).with("date", due),
            Some(due) => t("portal-to-pay-by").with("sum", open).with("date", due),
        }
    }

    fn badge(&self) -> ui::Badge {
        let (tone, icon, word) = match self.view.status {
            Status::Open => (Tone::Accent, "invoice", t("portal-status-open")),
            Status::Overdue(_) => (Tone::Red, "clock", t("status-overdue")),
            Status::PartlyPaid => (Tone::Amber, "clock", t("status-partly-paid")),
            Status::Paid => (Tone::Green, "check", t("status-paid")),
            Status::Credited => (Tone::Grey, "credit-note", t("status-credited")),
            Status::CreditNote => (Tone::Grey, "credit-note", t("credit-note")),
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

    /// The account on the document is none that the seller uses now: the buyer must know before paying.
    fn account_has_changed(&self) -> bool {
        let is_in_use = |transfer: &CreditTransfer| self.view.accounts.contains(&transfer.account);
        !self.transfers().is_empty() && !self.transfers().iter().any(is_in_use)
    }

    fn verdict_sentence(&self) -> String {
        sentence(&self.view.judgement)
    }

    fn verdict_advice(&self) -> String {
        advice(&self.view.judgement)
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
    // Whoever asks for neither of our languages reads the one that the seller chose for the document.
    let language = page.asked_language().or_else(|| Language::of(&view.language)).unwrap_or_default();
    let page = speaking(language, || {
        let findings = Findings::of(&view.judgement, &zone);
        Page::ok(DocumentPage { page, view, findings, zone }).into_response()
    });
    Ok(([(CONTENT_LANGUAGE, language.code())], page))
}
