//! The list of drafts and issued documents.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::invoices::InvoicePage;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::invoices::Cursor;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use super::{Sums, asked, badge};
use crate::ui;
use crate::{ErrorPage, May, Page, Shell};

#[derive(Template)]
#[template(path = "invoices/index.html")]
struct InvoicesPage {
    page: Shell,
    drafts: Vec<KeptDraft>,
    issued: InvoicePage,
    /// Whether this is the first page: drafts stand there only.
    first: bool,
    zone: TimeZone,
}

impl InvoicesPage {
    fn is_empty(&self) -> bool {
        self.first && self.drafts.is_empty() && self.issued.invoices.is_empty()
    }

    fn draft_amounts(&self) -> Sums {
        Sums::of(self.drafts.iter().map(|draft| draft.amount_due))
    }

    fn amounts(&self) -> Sums {
        Sums::of(self.issued.invoices.iter().map(|invoice| invoice.row.amount_due))
    }

    fn older(&self) -> Option<String> {
        let next = self.issued.next?;
        Some(self.page.url(&format!("/invoices?after={}.{}", next.issued_at.as_millisecond(), next.id)))
    }
}

/// Whom a draft is for.
fn buyer(draft: &KeptDraft) -> &str {
    match draft.draft.0.buyer.name.as_str() {
        "" => "No customer yet",
        name => name,
    }
}

/// Where the page begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct From {
    after: Option<String>,
}

/// GET /o/{organisation}/invoices
pub async fn index(
    May(actor): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    query: Result<Query<From>, axum::extract::rejection::QueryRejection>,
) -> Result<impl IntoResponse, ErrorPage> {
    let Query(from) =
        query.map_err(|_| ErrorPage::bad_request("The address of this page is not complete."))?;
    let after = match from.after.as_deref().map(cursor) {
        None => None,
        Some(Some(cursor)) => Some(cursor),
        Some(None) => return Err(ErrorPage::bad_request("The address of this page is not complete.")),
    };
    let drafts = if after.is_none() { billing.drafts(&actor).await? } else { Vec::new() };
    let issued = billing.invoices(&actor, after).await?;
    let zone = billing.time_zone().clone();
    Ok(Page::ok(InvoicesPage { page, drafts, issued, first: after.is_none(), zone }))
}

fn cursor(text: &str) -> Option<Cursor> {
    let (millis, id) = text.split_once('.')?;
    let issued_at = Timestamp::from_millisecond(millis.parse().ok()?).ok()?;
    Some(Cursor { issued_at, id: id.parse::<Uuid>().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_a_time_and_an_id_and_nothing_else() {
        let id = Uuid::from_bytes([7; 16]);
        let read = cursor(&format!("1772532000000.{id}")).unwrap();
        assert_eq!((read.issued_at.as_millisecond(), read.id), (1_772_532_000_000, id));
        for bad in ["", ".", "1.", "x.y", "9999999999999999999.x", &format!("9223372036854775807.{id}")] {
            assert!(cursor(bad).is_none(), "{bad}");
        }
    }
}
