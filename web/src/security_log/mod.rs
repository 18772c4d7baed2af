//! The ledger read as a log: who did what when, by topic, and as a file.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::ledger::{LedgerEntry, LogPage, Topic};
use counterfoil_identity::permission::ReadLedger;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::language::Text;
use crate::ledger::{document, who, words};
use crate::ui::{self, t};
use crate::{ErrorPage, May, Page, Shell};

/// Topics as they stand in the address and on the page.
const TOPICS: [(&str, Topic); 5] = [
    ("everything", Topic::Everything),
    ("people", Topic::People),
    ("settings", Topic::Settings),
    ("documents", Topic::Documents),
    ("sharing", Topic::Sharing),
];

/// What the page calls them.
fn topics() -> impl Iterator<Item = (&'static str, Text)> {
    TOPICS.into_iter().map(|(name, topic)| {
        let label = match topic {
            Topic::Everything => t("topic-everything"),
            Topic::People => t("topic-people"),
            Topic::Settings => t("topic-settings"),
            Topic::Documents => t("topic-documents"),
            Topic::Sharing => t("topic-sharing"),
        };
        (name, label)
    })
}

/// The query of the page and of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    topic: Option<String>,
    before: Option<u64>,
}

impl Wanted {
    fn topic(&self) -> Result<(&'static str, Topic), ErrorPage> {
        let name = self.topic.as_deref().unwrap_or("everything");
        let found = TOPICS.iter().find(|(known, ..)| *known == name);
        found.map(|(name, topic)| (*name, *topic)).ok_or_else(incomplete)
    }
}

fn incomplete() -> ErrorPage {
    ErrorPage::bad_request(t("why-address-incomplete"))
}

type Asked = Result<Query<Wanted>, axum::extract::rejection::QueryRejection>;

#[derive(Template)]
#[template(path = "security-log/show.html")]
struct SecurityLog {
    page: Shell,
    log: LogPage,
    topic: &'static str,
    /// Whether this is the first page.
    first: bool,
    zone: TimeZone,
}

impl SecurityLog {
    fn url(&self, topic: &str) -> String {
        self.page.url(&format!("/security-log?topic={topic}"))
    }

    fn older(&self) -> Option<String> {
        Some(format!("{}&before={}", self.url(self.topic), self.log.next?))
    }
}

/// GET /o/{organisation}/security-log
pub async fn show(
    May(actor): May<ReadLedger>,
    page: Shell,
    State(billing): State<Billing>,
    query: Asked,
) -> Result<impl IntoResponse, ErrorPage> {
    let Query(wanted) = query.map_err(|_| incomplete())?;
    let (topic, which) = wanted.topic()?;
    let log = billing.log(&actor, which, wanted.before).await?;
    let zone = billing.time_zone().clone();
    Ok(Page::ok(SecurityLog { page, log, topic, first: wanted.before.is_none(), zone }))
}

/// GET /o/{organisation}/security-log/file
pub async fn download(
    May(actor): May<ReadLedger>,
    page: Shell,
    State(billing): State<Billing>,
    query: Asked,
) -> Result<impl IntoResponse, ErrorPage> {
    let Query(wanted) = query.map_err(|_| incomplete())?;
    let (topic, which) = wanted.topic()?;
    let entries = billing.whole_log(&actor, which).await?;
    let disposition = format!("attachment; filename=\"security-log-{}-{topic}.csv\"", page.slug());
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    Ok((
        [
            (CONTENT_TYPE, HeaderValue::from_static("text/csv; header=present; charset=utf-8")),
            (CONTENT_DISPOSITION, disposition),
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        csv(&entries),
    ))
}

/// RFC 4180, with times in UTC.
fn csv(entries: &[LedgerEntry]) -> String {
    let mut text = "position,at,kind,what,who,person,subject\r\n".to_owned();
    for entry in entries {
        let statement = &entry.statement;
        let id = |id: Option<uuid::Uuid>| id.map_or_else(String::new, |id| id.to_string());
        writeln!(
            text,
            "{},{},{},{},{},{},{}\r",
            entry.position,
            statement.at,
            cell(&statement.kind),
            cell(&words(entry)),
            cell(&who(entry)),
            id(statement.actor),
            id(statement.subject),
        )
        .expect("a string takes everything");
    }
    text
}

/// Quoted; and nothing that a spreadsheet would take for a formula stays one.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use counterfoil_ledger::entry::Statement;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_one_cell_and_never_a_formula() {
        let at = "2026-03-04T13:05:59Z".parse().unwrap();
        let kind = "session.opened".to_owned();
        let statement = Statement { kind, at, actor: None, subject: None, details: json!({}) };
        let by = Some("=HYPERLINK(\"https://thief.example\"),\r\nx".to_owned());
        let text = csv(&[LedgerEntry { position: 7, statement, by }]);
        assert_eq!(
            text,
            "position,at,kind,what,who,person,subject\r\n\
             7,2026-03-04T13:05:59Z,\"session.opened\",\"Signed in\",\
             \"'=HYPERLINK(\"\"https://thief.example\"\"),\r\nx\",,\r\n"
        );
    }
}
