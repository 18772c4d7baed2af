//! The ledger as its members read it.

pub mod public;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::ledger::{Kind, LedgerEntry, LedgerPage, PAGE_SIZE};
use counterfoil_identity::permission::ReadLedger;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

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

/// What happened, in plain words. A kind of another version of this program is shown as it is written.
pub(crate) fn words(entry: &LedgerEntry) -> String {
    let detail = |name: &str| entry.statement.details.get(name).and_then(Value::as_str);
    let Some(kind) = Kind::parse(&entry.statement.kind) else { return entry.statement.kind.clone() };
    let words = match kind {
        Kind::OrganisationCreated => t("entry-organisation-created"),
        Kind::OrganisationChanged => {
            let fields = entry.statement.details.get("fields").and_then(Value::as_array);
            let names: Vec<_> = fields.into_iter().flatten().filter_map(Value::as_str).map(field).collect();
            t("entry-organisation-changed").with("fields", names.join(", "))
        }
        Kind::NumberingChanged => {
            t("entry-numbering-changed").with("pattern", detail("invoices").unwrap_or_default())
        }
        Kind::PayeeAdded => t("entry-payee-added"),
        Kind::PayeeApproved => t("entry-payee-approved"),
        Kind::PayeePreferred => t("entry-payee-preferred"),
        Kind::PayeeEnded => t("entry-payee-ended"),
        Kind::MemberAdded => t("entry-member-added"),
        Kind::CertificateImported => t("entry-certificate-imported"),
        Kind::CertificateRenewed => t("entry-certificate-renewed"),
        Kind::CertificateRevoked => t("entry-certificate-revoked"),
        Kind::InvoiceIssued => {
            let number = detail("number").map_or_else(|| t("entry-a-document").to_string(), str::to_owned);
            t("entry-invoice-issued").with("number", number)
        }
        Kind::DocumentSealed => t("entry-document-sealed"),
        Kind::DocumentSent if entry.statement.details.get("again").is_some() => {
            t("entry-document-sent-again")
        }
        Kind::DocumentSent => t("entry-document-sent"),
        Kind::MailCancelled => t("entry-mail-cancelled"),
        Kind::BooksExported => t("entry-books-exported"),
        Kind::LinkCreated => t("entry-link-created"),
        Kind::LinkOpened => t("entry-link-opened"),
        Kind::LinkRevoked => t("entry-link-revoked"),
        Kind::PaymentRecorded => match (detail("amount"), detail("currency")) {
            (Some(amount), Some(currency)) => {
                t("entry-payment-recorded").with("sum", ui::money_of(amount, currency))
            }
            _ => t("entry-payment-recorded-plain"),
        },
        Kind::LedgerRestored => t("entry-ledger-restored"),
        Kind::KeyRotated => t("entry-key-rotated"),
        Kind::RootKeyRotated => t("entry-root-key-rotated"),
        Kind::PersonCreated => t("entry-person-created"),
        Kind::PasswordChanged => t("entry-password-changed"),
        Kind::FactorEnrolled => t("entry-factor-enrolled"),
        Kind::FactorRecoveryCodeUsed => t("entry-recovery-code-used"),
        Kind::FactorRecoveryCodesReplaced => t("entry-recovery-codes-replaced"),
        Kind::SessionOpened => t("entry-session-opened"),
        Kind::SessionClosed => t("entry-session-closed"),
        Kind::SessionsClosed => t("entry-sessions-closed"),
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
    let who = match (&entry.by, entry.statement.actor, Kind::parse(&entry.statement.kind)) {
        (Some(name), ..) => return name.clone(),
        (None, Some(_), _) => t("by-nobody-known"),
        (None, None, Some(Kind::LinkOpened)) => t("by-link-holder"),
        (None, None, Some(Kind::DocumentSealed)) => t("by-server"),
        (None, None, _) => t("by-operator"),
    };
    who.to_string()
}

/// Path below the organisation of the document an entry is about.
pub(crate) fn document(entry: &LedgerEntry) -> Option<String> {
    let statement = &entry.statement;
    let id = match Kind::parse(&statement.kind)? {
        Kind::InvoiceIssued
        | Kind::DocumentSealed
        | Kind::DocumentSent
        | Kind::MailCancelled
        | Kind::PaymentRecorded => statement.subject,
        Kind::LinkCreated | Kind::LinkOpened => {
            statement.details.get("document").and_then(Value::as_str).and_then(|id| id.parse().ok())
        }
        _ => None,
    };
    id.map(|id: uuid::Uuid| format!("/invoices/{id}"))
}

#[cfg(test)]
mod tests {
    use counterfoil_ledger::entry::Statement;
    use serde_json::json;

    use super::*;
    use crate::language::{Language, speaking};

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

    #[test]
    fn every_kind_of_entry_has_words_of_its_own_in_every_language() {
        let said_in = |language| -> Vec<String> {
            let all = Kind::ALL.iter();
            all.map(|kind| speaking(language, || said(kind.as_str(), json!({})))).collect()
        };
        let [english, german] = [Language::English, Language::German].map(said_in);
        for (language, said) in [("English", &english), ("German", &german)] {
            for (kind, words) in Kind::ALL.iter().zip(said) {
                let written = words == kind.as_str() || words.starts_with("entry-");
                assert!(!written && words.contains(char::is_uppercase), "{language}: {kind:?}: {words}");
                assert_eq!(said.iter().filter(|other| *other == words).count(), 1, "{language}: {words}");
            }
        }
        for (english, german) in english.iter().zip(&german) {
            assert_ne!(english, german);
        }
    }
}
