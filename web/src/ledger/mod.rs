//! The ledger as its members read it.

pub mod public;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::ledger::{LedgerEntry, LedgerPage, PAGE_SIZE};
use counterfoil_identity::permission::ReadLedger;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::organisation::Particulars;
use crate::organisation::new_documents::NewDocuments;
use crate::ui::{self, t};
use crate::{ErrorPage, Form, May, Page, Shell};

/// The query of the page.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<u64>,
}

#[derive(Template)]
#[template(path = "ledger/show.html")]
struct LedgerTemplate {
    page: Shell,
    ledger: LedgerPage,
    key: String,
    origin: String,
    zone: TimeZone,
}

impl LedgerTemplate {
    fn command(&self) -> String {
        format!("counterfoil verify FILE --ledger-key {}", self.key)
    }

    /// Position of the oldest entry on this page.
    fn from(&self) -> u64 {
        self.ledger.before.saturating_sub(PAGE_SIZE)
    }

    /// Where the next newer page ends, if there is one.
    fn newer(&self) -> Option<u64> {
        let newer = self.ledger.before.saturating_add(PAGE_SIZE).min(self.ledger.size);
        (self.ledger.before < self.ledger.size).then_some(newer)
    }
}

/// `GET /o/{organisation}/ledger`
pub async fn show(
    May(actor): May<ReadLedger>,
    Query(query): Query<Before>,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let ledger = billing.ledger(&actor, query.before).await?;
    let (origin, zone) = (billing.base_url().to_owned(), billing.time_zone().clone());
    Ok(Page::ok(LedgerTemplate { key: ledger.public.key.to_string(), page, ledger, origin, zone }))
}

/// What happened, in plain words. A kind that is not known here is shown as it is written.
pub(crate) fn words(entry: &LedgerEntry) -> String {
    let detail = |name: &str| entry.statement.details.get(name).and_then(serde_json::Value::as_str);
    let words = match entry.statement.kind.as_str() {
        "organisation.created" => t("entry-organisation-created"),
        "organisation.changed" => {
            let fields = entry.statement.details.get("fields").and_then(serde_json::Value::as_array);
            let names: Vec<_> =
                fields.into_iter().flatten().filter_map(serde_json::Value::as_str).map(field).collect();
            t("entry-organisation-changed").with("fields", names.join(", "))
        }
        "numbering.changed" => {
            t("entry-numbering-changed").with("pattern", detail("invoices").unwrap_or_default())
        }
        "payee.added" => t("entry-payee-added"),
        "payee.approved" => t("entry-payee-approved"),
        "payee.preferred" => t("entry-payee-preferred"),
        "payee.ended" => t("entry-payee-ended"),
        "member.added" => t("entry-member-added"),
        "invoice.issued" => {
            let number = detail("number").map_or_else(|| t("entry-a-document").to_string(), str::to_owned);
            t("entry-invoice-issued").with("number", number)
        }
        "document.sealed" => t("entry-document-sealed"),
        "document.sent" if entry.statement.details.get("again").is_some() => t("entry-document-sent-again"),
        "document.sent" => t("entry-document-sent"),
        "mail.cancelled" => t("entry-mail-cancelled"),
        "link.created" => t("entry-link-created"),
        "link.opened" => t("entry-link-opened"),
        "link.revoked" => t("entry-link-revoked"),
        "books.exported" => t("entry-books-exported"),
        "payment.recorded" => match (detail("amount"), detail("currency")) {
            (Some(amount), Some(currency)) => {
                t("entry-payment-recorded").with("sum", ui::money_of(amount, currency))
            }
            _ => t("entry-payment-recorded-plain"),
        },
        "certificate.imported" => t("entry-certificate-imported"),
        "certificate.renewed" => t("entry-certificate-renewed"),
        "certificate.revoked" => t("entry-certificate-revoked"),
        "person.created" => t("entry-person-created"),
        "factor.enrolled" => t("entry-factor-enrolled"),
        "factor.recovery-codes-replaced" => t("entry-recovery-codes-replaced"),
        "password.changed" => t("entry-password-changed"),
        "sessions.closed" => t("entry-sessions-closed"),
        "factor.recovery-code-used" => t("entry-recovery-code-used"),
        "ledger.restored" => t("entry-ledger-restored"),
        "session.opened" => t("entry-session-opened"),
        "session.closed" => t("entry-session-closed"),
        kind => return kind.to_owned(),
    };
    words.to_string()
}

/// What the page calls a field of the organisation; one that is not shown is called as it is written.
fn field(name: &str) -> String {
    let labels = [Form::<Particulars>::blank().label(name), Form::<NewDocuments>::blank().label(name)];
    match (name, labels.into_iter().find(|label| !label.is_empty())) {
        (_, Some(label)) => label,
        ("mail", None) => t("mail-settings-title").to_string(),
        ("languages", None) => t("languages-title").to_string(),
        (_, None) => name.replace('_', " "),
    }
}

/// Who did it. Without a person it was a customer, the server's own work, or a command on the server.
pub(crate) fn who(entry: &LedgerEntry) -> String {
    let who = match (&entry.by, entry.statement.actor, entry.statement.kind.as_str()) {
        (Some(name), ..) => return name.clone(),
        (None, Some(_), _) => t("by-nobody-known"),
        (None, None, "link.opened") => t("by-link-holder"),
        (None, None, "document.sealed") => t("by-server"),
        (None, None, _) => t("by-operator"),
    };
    who.to_string()
}

/// Path below the organisation of the document an entry is about.
pub(crate) fn document(entry: &LedgerEntry) -> Option<String> {
    let statement = &entry.statement;
    let id = match statement.kind.as_str() {
        "invoice.issued" | "document.sealed" | "document.sent" | "mail.cancelled" | "payment.recorded" => {
            statement.subject
        }
        "link.created" | "link.opened" => statement
            .details
            .get("document")
            .and_then(serde_json::Value::as_str)
            .and_then(|id| id.parse().ok()),
        _ => None,
    };
    id.map(|id: uuid::Uuid| format!("/invoices/{id}"))
}

#[cfg(test)]
mod tests {
    use counterfoil_ledger::entry::Statement;
    use serde_json::{Value, json};

    use super::*;

    fn said(kind: &str, details: Value) -> String {
        let at = "2026-03-04T13:05:59Z".parse().unwrap();
        let statement = Statement { kind: kind.to_owned(), at, actor: None, subject: None, details };
        words(&LedgerEntry { position: 0, statement, by: None })
    }

    #[test]
    fn entries_read_as_plain_words_and_unknown_kinds_as_written() {
        assert_eq!(said("invoice.issued", json!({ "number": "2026-0042" })), "Issued 2026-0042");
        assert_eq!(
            said("payment.recorded", json!({ "amount": "1190.00", "currency": "EUR" })),
            "Payment of €1,190.00 entered"
        );
        assert_eq!(
            said(
                "organisation.changed",
                json!({ "fields": ["name", "payment_days", "mail", "trading_name"] })
            ),
            "Organisation changed: Legal name, Days to pay, Mail, trading name"
        );
        assert_eq!(
            said("numbering.changed", json!({ "invoices": "R{NNN}", "starts": [] })),
            "Numbering changed: R{NNN}"
        );
        assert_eq!(said("drill.started", json!({})), "drill.started");
    }
}
