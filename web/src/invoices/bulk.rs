//! What is done with several documents at once. Each is acted on by itself, as on its own page, and each has its answer.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::export::Selection;
use counterfoil_billing::share::ShareError;
use counterfoil_identity::permission::{ExportBooks, ReadBooks, ShareDocument};
use uuid::Uuid;

use super::choice::Choice;
use super::{export, index};
use crate::ui::{self, Tone, t};
use crate::{ErrorPage, Fields, Form, May, Page, Session, Shell, problems};

/// The most documents at once: those of a page.
const MOST: usize = 50;

/// The documents that are ticked, and the button.
#[derive(Debug)]
pub enum Bulk {}

impl Fields for Bulk {
    const ONE: &'static [(&'static str, &'static str)] = &[("action", "field-action")];
    const MANY: &'static [(&'static str, &'static str)] = &[("select", "field-selected")];
}

/// What came of one of them.
struct Outcome {
    id: Uuid,
    number: String,
    buyer_name: String,
    badge: ui::Badge,
    what: String,
}

#[derive(Template)]
#[template(path = "invoices/bulk.html")]
struct BulkPage {
    page: Shell,
    lead: String,
    outcomes: Vec<Outcome>,
}

/// POST /o/{organisation}/invoices/bulk
pub async fn create(
    May(reader): May<ReadBooks>,
    session: Session,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<Bulk>,
) -> Result<Response, ErrorPage> {
    let action = form.text("action");
    let mut ids: Vec<Uuid> = form.values("select").filter_map(|id| id.parse().ok()).collect();
    let is_read = ids.len() == form.values("select").count();
    ids.sort_unstable();
    ids.dedup();
    if !["mail", "csv"].contains(&action.as_str()) {
        form.refuse("", t("bulk-choose"));
    } else if ids.is_empty() && is_read {
        form.refuse("", t("bulk-tick"));
    } else if ids.len() > MOST {
        form.refuse("", t("bulk-too-many").count("most", MOST).count("found", ids.len()));
    }
    let rows = if form.errors().is_empty() { billing.documents(&reader, &ids).await? } else { Vec::new() };
    // All or none: an id that is another's is not ours to speak of.
    if form.errors().is_empty() && (!is_read || rows.len() != ids.len()) {
        form.refuse("", t("bulk-foreign"));
    }
    if !form.errors().is_empty() {
        let list = index::list(&billing, &reader, &session, page, Choice::default(), form).await?;
        return Ok(Page::refused(list).into_response());
    }
    let Session(signed_in) = &session;
    if action == "csv" {
        let actor = signed_in.actor::<ExportBooks>(page.slug())?;
        return export::answer(&billing, form.once(&actor), Selection::These(ids), false).await;
    }
    let actor = signed_in.actor::<ShareDocument>(page.slug())?;
    let mut outcomes = Vec::with_capacity(rows.len());
    let mut sent = 0;
    for row in rows {
        let address = match row.customer {
            Some(customer) => billing.customer(&reader, customer).await?,
            None => None,
        };
        let address =
            address.map(|customer| customer.profile.invoice_address().to_owned()).unwrap_or_default();
        let said = if address.is_empty() {
            Err(t("bulk-no-address"))
        } else {
            match billing.send(form.once(&actor).part(row.id), row.id, &address).await {
                Ok(()) => Ok(address),
                Err(ShareError::Field(error)) => Err(problems::said(&error.problem)),
                Err(error) => return Err(super::links::refused(error)),
            }
        };
        sent += usize::from(said.is_ok());
        outcomes.push(Outcome {
            id: row.id,
            number: row.number,
            buyer_name: row.buyer_name,
            badge: match &said {
                Ok(_) if billing.has_mail() => ui::badge(Tone::Green, "send", t("bulk-on-its-way")),
                Ok(_) => ui::badge(Tone::Amber, "clock", t("bulk-waits")),
                Err(_) => ui::badge(Tone::Red, "cross", t("bulk-not-sent")),
            },
            what: said.unwrap_or_else(|problem| problem.to_string()),
        });
    }
    let lead = t("bulk-lead").count("sent", sent).count("all", outcomes.len()).to_string();
    Ok(Page::ok(BulkPage { page, lead, outcomes }).into_response())
}
