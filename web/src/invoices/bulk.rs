//! What is done with several documents at once. Each is acted on by itself, as on its own page, and each has its answer.

mod mail;
mod paid;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::export::Selection;
use counterfoil_identity::permission::{ExportBooks, ReadBooks};
use counterfoil_store::invoice_list::InvoiceRow;
use uuid::Uuid;

use super::choice::Choice;
use super::{export, index};
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, May, Page, Session, Shell};

/// The most documents at once: those of a page.
const MOST: usize = 50;

/// The documents that are ticked, and the button.
#[derive(Debug)]
pub enum Bulk {}

impl Fields for Bulk {
    const ONE: &'static [(&'static str, &'static str)] =
        &[("received_on", "field-received-on"), ("action", "field-action")];
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

impl Outcome {
    fn of(row: InvoiceRow, badge: ui::Badge, what: String) -> Self {
        Self { id: row.id, number: row.number, buyer_name: row.buyer_name, badge, what }
    }
}

#[derive(Template)]
#[template(path = "invoices/bulk.html")]
struct BulkPage {
    page: Shell,
    title: String,
    heading: String,
    lead: String,
    /// What the last column is called.
    column: String,
    outcomes: Vec<Outcome>,
}

/// What is ticked, and by whom.
struct Ticked<'a> {
    billing: &'a Billing,
    session: &'a Session,
    page: Shell,
    form: Form<Bulk>,
    rows: Vec<InvoiceRow>,
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
    if !["mail", "csv", "paid"].contains(&action.as_str()) {
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
    let Session(signed_in) = &session;
    if form.errors().is_empty() && action == "csv" {
        let actor = signed_in.actor::<ExportBooks>(page.slug())?;
        return export::answer(&billing, form.once(&actor), Selection::These(ids), false).await;
    }
    let mut ticked = Ticked { billing: &billing, session: &session, page, form, rows };
    let done = match action.as_str() {
        _ if !ticked.form.errors().is_empty() => None,
        "paid" => ticked.record_as_paid().await?,
        _ => Some(ticked.send(&reader).await?),
    };
    let Ticked { page, form, .. } = ticked;
    let Some(Done { title, heading, lead, column, outcomes }) = done else {
        let list = index::list(&billing, &reader, &session, page, Choice::default(), form).await?;
        return Ok(Page::refused(list).into_response());
    };
    Ok(Page::ok(BulkPage { page, title, heading, lead, column, outcomes }).into_response())
}

/// What the page says after it.
struct Done {
    title: String,
    heading: String,
    lead: String,
    column: String,
    outcomes: Vec<Outcome>,
}
