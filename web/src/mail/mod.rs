//! The mail log: what left, what did not, and what can be done about it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::mail_log::{LoggedMail, MailLog, MailLogError};
use counterfoil_identity::Permission as _;
use counterfoil_identity::permission::{ReadBooks, ShareDocument};
use counterfoil_store::outbox::{LogCursor, MessageKind, MessageState};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use crate::form::Button;
use crate::language::Text;
use crate::ui::{self, Badge, Tone, t};
use crate::{ErrorPage, Form, May, Page, SeeOther, Shell};

#[derive(Template)]
#[template(path = "mail/index.html")]
struct MailLogPage {
    page: Shell,
    log: MailLog,
    /// Whether this is the first page.
    first: bool,
    has_mail: bool,
    may_act: bool,
    zone: TimeZone,
}

impl MailLogPage {
    fn older(&self) -> Option<String> {
        let next = self.log.next?;
        Some(self.page.url(&format!("/mail?after={}.{}", next.created_at.as_millisecond(), next.id)))
    }
}

/// How far a mail is: word, colour, icon.
pub(crate) fn badge(mail: &LoggedMail) -> Badge {
    let (tone, icon, word) = match mail.message.state {
        _ if mail.is_worked_on => (Tone::Accent, "send", t("mail-being-sent")),
        MessageState::Waiting if mail.message.attempts > 0 => (Tone::Amber, "clock", t("mail-tried-again")),
        MessageState::Waiting => (Tone::Grey, "clock", t("mail-waiting")),
        MessageState::Done => (Tone::Green, "check", t("mail-sent")),
        MessageState::Dead => (Tone::Red, "cross-circle", t("mail-not-sent")),
        MessageState::Unknown => (Tone::Amber, "help", t("mail-may-have-arrived")),
        MessageState::Bounced => (Tone::Red, "undo", t("mail-came-back")),
        MessageState::Cancelled => (Tone::Grey, "cross", t("mail-stopped")),
    };
    ui::badge(tone, icon, word)
}

/// What is known beyond the state: why, and when it goes on.
fn note(mail: &LoggedMail, has_mail: bool, zone: &TimeZone) -> String {
    let message = &mail.message;
    let why = message.last_error.as_deref().map(crate::error_page::sentence).unwrap_or_default();
    match message.state {
        _ if mail.is_worked_on => String::new(),
        MessageState::Waiting if message.kind == MessageKind::Mail && !has_mail => {
            t("mail-no-server-short").to_string()
        }
        MessageState::Waiting if message.attempts > 0 => {
            let next = t("mail-next-try")
                .with("why", why)
                .with("moment", ui::moment_of(message.next_attempt_at, zone));
            next.to_string().trim().to_owned()
        }
        MessageState::Done => message.done_at.map(|at| ui::moment_of(at, zone)).unwrap_or_default(),
        _ => why,
    }
}

/// What it is: a mail, or the work on a file that was given up.
fn what(mail: &LoggedMail) -> Text {
    match mail.message.kind {
        MessageKind::Mail => t("mail-with-link"),
        MessageKind::SealDocument => t("mail-sealing"),
    }
}

/// The number of its document.
fn named(mail: &LoggedMail) -> String {
    mail.number.clone().unwrap_or_else(|| t("mail-test").to_string())
}

/// What a further try is called.
fn retry_label(mail: &LoggedMail) -> Text {
    match (mail.message.kind, mail.message.state) {
        (MessageKind::SealDocument, _) => t("mail-try-again"),
        (_, MessageState::Waiting) => t("mail-send-now"),
        _ => t("mail-send-again"),
    }
}

/// What it is called when nothing more is to happen.
fn cancel_label(mail: &LoggedMail) -> Text {
    match mail.message.state {
        MessageState::Waiting => t("mail-stop"),
        _ => t("mail-leave-it"),
    }
}

/// Where the page begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct From {
    after: Option<String>,
}

/// GET /o/{organisation}/mail
pub async fn index(
    May(actor): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    query: Result<Query<From>, axum::extract::rejection::QueryRejection>,
) -> Result<impl IntoResponse, ErrorPage> {
    let incomplete = || ErrorPage::bad_request(t("why-address-incomplete"));
    let Query(from) = query.map_err(|_| incomplete())?;
    let after = from.after.as_deref().map(|text| cursor(text).ok_or_else(incomplete)).transpose()?;
    let log = billing.mail_log(&actor, after).await?;
    let may_act = actor.role().is_none_or(ShareDocument::granted_to);
    let (has_mail, zone) = (billing.has_mail(), billing.time_zone().clone());
    Ok(Page::ok(MailLogPage { page, log, first: after.is_none(), has_mail, may_act, zone }))
}

/// POST /o/{organisation}/mail/{message}/attempts
pub async fn retry(
    May(actor): May<ShareDocument>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    form: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    billing.retry_message(form.once(&actor), id).await.map_err(refused)?;
    let said = if billing.has_mail() { t("mail-tried-now") } else { t("mail-waits-for-server") };
    Ok(SeeOther::to(page.url("/mail")).saying(said))
}

/// POST /o/{organisation}/mail/{message}/cancellation
pub async fn cancel(
    May(actor): May<ShareDocument>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    form: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    billing.cancel_mail(form.once(&actor), id).await.map_err(refused)?;
    Ok(SeeOther::to(page.url("/mail")).saying(t("mail-cancelled")))
}

fn refused(error: MailLogError) -> ErrorPage {
    match error {
        MailLogError::NoSuchMail => ErrorPage::not_found(),
        MailLogError::TooLate => ErrorPage::too_late(t("mail-too-late")),
        MailLogError::Unavailable(error) => error.into(),
    }
}

fn cursor(text: &str) -> Option<LogCursor> {
    let (millis, id) = text.split_once('.')?;
    let created_at = Timestamp::from_millisecond(millis.parse().ok()?).ok()?;
    Some(LogCursor { created_at, id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_a_time_and_an_id_and_nothing_else() {
        let id = Uuid::from_bytes([7; 16]);
        let read = cursor(&format!("1772532000000.{id}")).unwrap();
        assert_eq!((read.created_at.as_millisecond(), read.id), (1_772_532_000_000, id));
        for bad in ["", ".", "1.", "x.y", "9999999999999999999.x", &format!("9223372036854775807.{id}")] {
            assert!(cursor(bad).is_none(), "{bad}");
        }
    }
}
