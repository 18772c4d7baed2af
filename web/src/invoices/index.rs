//! The list of drafts and issued documents.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::cursor::{ListError, Listed};
use counterfoil_billing::invoices::ListedInvoice;
use counterfoil_identity::Actor;
use counterfoil_identity::permission::{ExportBooks, ReadBooks, RecordPayment, ShareDocument};
use counterfoil_invoice::Currency;
use counterfoil_store::drafts::KeptDraft;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::bulk::Bulk;
use super::choice::{Choice, sorts, statuses};
use super::{Sums, asked, badge};
use crate::ui::{self, t};
use crate::{ErrorPage, Form, May, Page, Session, Shell};

/// Drafts that stand above the issued documents.
const FEW_DRAFTS: u32 = 5;

#[derive(Template)]
#[template(path = "invoices/list.html")]
pub(super) struct InvoicesPage {
    page: Shell,
    choice: Choice,
    drafts: Listed<KeptDraft>,
    issued: Listed<ListedInvoice>,
    /// The name of the customer that the list is of.
    customer: Option<String>,
    currencies: Vec<Currency>,
    form: Form<Bulk>,
    may_send: bool,
    may_export: bool,
    may_pay: bool,
    zone: TimeZone,
}

/// A filter that is on: what it says, and the address without it.
struct Chip {
    label: String,
    without: String,
}

impl InvoicesPage {
    /// Whether there is nothing yet.
    fn is_empty(&self) -> bool {
        self.choice.is_all() && self.drafts.rows.is_empty() && self.issued.rows.is_empty()
    }

    /// Whether anything can be done with several documents at once.
    fn has_bulk(&self) -> bool {
        self.may_send || self.may_export || self.may_pay
    }

    fn is_nothing_found(&self) -> bool {
        self.drafts.rows.is_empty() && self.issued.rows.is_empty()
    }

    fn draft_amounts(&self) -> Sums {
        Sums::of(self.drafts.rows.iter().map(|draft| draft.amount_due))
    }

    fn amounts(&self) -> Sums {
        Sums::of(self.issued.rows.iter().map(|invoice| invoice.row.amount_due))
    }

    /// The address with this status, or without it if it is on.
    fn status_link(&self, status: &str) -> String {
        let is_on = self.choice.status == status;
        self.choice.with(&self.page, |choice| {
            if is_on { "" } else { status }.clone_into(&mut choice.status);
        })
    }

    fn chips(&self) -> Vec<Chip> {
        let Choice { q, customer, currency, from, to, .. } = &self.choice;
        let mut chips = Vec::new();
        let mut chip = |is_on: bool, label: String, clear: fn(&mut Choice)| {
            if is_on {
                chips.push(Chip { label, without: self.choice.with(&self.page, clear) });
            }
        };
        chip(!q.is_empty(), t("quoted").with("text", q).to_string(), |choice| choice.q.clear());
        let name = self.customer.clone().unwrap_or_else(|| t("column-customer").to_string());
        chip(!customer.is_empty(), name, |choice| choice.customer.clear());
        chip(!currency.is_empty(), currency.clone(), |choice| choice.currency.clear());
        chip(!from.is_empty(), t("chip-from").with("day", day(from)).to_string(), |choice| {
            choice.from.clear();
        });
        chip(!to.is_empty(), t("chip-to").with("day", day(to)).to_string(), |choice| choice.to.clear());
        chips
    }

    /// The hidden fields of the search: what else is chosen.
    fn kept(&self) -> [(&'static str, &str); 6] {
        let Choice { status, customer, currency, from, to, sort, .. } = &self.choice;
        [
            ("status", status),
            ("customer", customer),
            ("currency", currency),
            ("from", from),
            ("to", to),
            ("sort", sort),
        ]
    }

    /// The address that sorts by a column: the other way round if it is sorted by it already.
    fn sort_link(&self, column: &str) -> String {
        let other =
            if self.choice.sort() == format!("-{column}") { column.to_owned() } else { format!("-{column}") };
        self.choice.with(&self.page, |choice| choice.sort = other)
    }

    fn sorted(&self, column: &str) -> &'static str {
        match self.choice.sort().strip_prefix('-') {
            Some(sort) if sort == column => "descending",
            None if self.choice.sort() == column => "ascending",
            _ => "none",
        }
    }

    fn page_at(&self, cursor: &str) -> String {
        Choice { cursor: cursor.to_owned(), ..self.choice.clone() }.address(&self.page)
    }
}

fn day(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), ui::date_of)
}

/// Whom a draft is for.
fn buyer(draft: &KeptDraft) -> String {
    match draft.draft.0.buyer.name.as_str() {
        "" => t("draft-without-customer").to_string(),
        name => name.to_owned(),
    }
}

/// GET /o/{organisation}/invoices
pub async fn index(
    May(actor): May<ReadBooks>,
    session: Session,
    page: Shell,
    State(billing): State<Billing>,
    query: Result<Query<Choice>, QueryRejection>,
) -> Result<impl IntoResponse, ErrorPage> {
    let Query(choice) = query.map_err(|_| ErrorPage::bad_request(t("why-address-incomplete")))?;
    let today = billing.clock().today(billing.time_zone());
    let form = Form::blank().with("received_on", today);
    Ok(Page::ok(list(&billing, &actor, &session, page, choice, form).await?))
}

/// The list of what is chosen; with a form that was refused, if there is one.
pub(super) async fn list(
    billing: &Billing,
    actor: &Actor<ReadBooks>,
    Session(signed_in): &Session,
    page: Shell,
    choice: Choice,
    form: Form<Bulk>,
) -> Result<InvoicesPage, ErrorPage> {
    let (wanted, paging) = choice.read()?;
    let has_drafts = wanted.status.is_none()
        && [&choice.currency, &choice.from, &choice.to, &choice.cursor]
            .iter()
            .all(|filter| filter.is_empty());
    let (mut drafts, mut issued) = (Listed::default(), Listed::default());
    if choice.is_drafts() {
        drafts = billing.drafts(actor, &wanted, paging.cursor.as_deref(), u32::MAX).await?;
    } else {
        if has_drafts {
            drafts = billing.drafts(actor, &wanted, None, FEW_DRAFTS).await?;
        }
        issued = billing.invoices(actor, &wanted, &paging).await?;
    }
    let customer = match wanted.customer {
        Some(id) => billing.customer(actor, id).await?.map(|customer| customer.profile.buyer.name),
        None => None,
    };
    let currencies = billing.currencies(actor).await?;
    let zone = billing.time_zone().clone();
    Ok(InvoicesPage {
        may_send: signed_in.actor::<ShareDocument>(page.slug()).is_ok(),
        may_export: signed_in.actor::<ExportBooks>(page.slug()).is_ok(),
        may_pay: signed_in.actor::<RecordPayment>(page.slug()).is_ok(),
        page,
        choice,
        drafts,
        issued,
        customer,
        currencies,
        form,
        zone,
    })
}

impl From<ListError> for ErrorPage {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Cursor => Self::bad_request(t("why-list-cursor")),
            ListError::Unavailable(error) => error.into(),
        }
    }
}

/// For the rows' check boxes.
fn is_chosen(form: &Form<Bulk>, id: Uuid) -> bool {
    form.has("select", &id.to_string())
}
