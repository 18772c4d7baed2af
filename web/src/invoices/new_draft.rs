//! A draft begins with whom it is for.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::drafts::DraftError;
use counterfoil_identity::Actor;
use counterfoil_identity::permission::{EditDrafts, ReadBooks};
use counterfoil_invoice::Content;
use counterfoil_invoice::references::Note;
use counterfoil_store::customers::Customer;
use serde::Deserialize;
use uuid::Uuid;

use super::drafts::refused;
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Shell};

/// Whom a new draft is for.
#[derive(Debug)]
pub enum NewDraft {}

impl Fields for NewDraft {
    const ONE: &'static [(&'static str, &'static str)] = &[("customer", "field-customer")];
}

#[derive(Template)]
#[template(path = "drafts/new.html")]
struct NewDraftPage {
    page: Shell,
    customers: Vec<(String, String)>,
    /// Whether there are more than can be chosen from.
    is_cut_off: bool,
    form: Form<NewDraft>,
}

impl NewDraftPage {
    async fn new(
        billing: &Billing,
        reader: &Actor<ReadBooks>,
        page: Shell,
        form: Form<NewDraft>,
    ) -> Result<Self, ErrorPage> {
        let mut customers = customer_options(billing, reader).await?;
        let is_cut_off = customers.len() >= counterfoil_billing::customers::MOST_TO_CHOOSE as usize;
        // Only so many can be chosen from; the page of every customer leads here, too.
        if let Ok(chosen) = form.value("customer").parse::<Uuid>()
            && !customers.iter().any(|(id, _)| *id == chosen.to_string())
            && let Some(customer) = billing.customer(reader, chosen).await?
        {
            customers.push(option(customer));
        }
        if customers.len() > 1 {
            customers.insert(0, (String::new(), t("choose-customer").to_string()));
        }
        Ok(Self { page, customers, is_cut_off, form })
    }
}

/// The customers to choose from, by name.
pub(super) async fn customer_options(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
) -> Result<Vec<(String, String)>, ErrorPage> {
    let mut customers: Vec<_> = billing.customers(reader).await?.into_iter().map(option).collect();
    customers.sort_by_key(|(_, name)| name.to_lowercase());
    Ok(customers)
}

fn option(customer: Customer) -> (String, String) {
    let buyer = customer.profile.buyer;
    let name = match buyer.address.city {
        Some(city) => format!("{}, {city}", buyer.name),
        None => buyer.name,
    };
    (customer.id.to_string(), name)
}

/// For whom a draft is to be, as the page of a customer says it.
#[derive(Debug, Default, Deserialize)]
pub struct NewFor {
    customer: Option<Uuid>,
}

/// GET /o/{organisation}/invoices/new
pub async fn new(
    _: May<EditDrafts>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    query: Result<Query<NewFor>, QueryRejection>,
) -> Result<impl IntoResponse, ErrorPage> {
    let customer = query.ok().and_then(|Query(new)| new.customer);
    let form = match customer {
        Some(customer) => Form::blank().with("customer", customer),
        None => Form::blank(),
    };
    Ok(Page::ok(NewDraftPage::new(&billing, &reader, page, form).await?))
}

/// POST /o/{organisation}/drafts
pub async fn create(
    May(actor): May<EditDrafts>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<NewDraft>,
) -> Result<Response, ErrorPage> {
    if let Ok(customer) = form.text("customer").parse::<Uuid>() {
        let currency = billing.organisation(&reader).await?.organisation.profile.currency;
        let notes = billing.new_drafts(&reader).await?.note;
        let notes = notes.into_iter().map(|text| Note { subject_code: None, text }).collect();
        let content = Content { currency, notes, ..Content::default() };
        match billing.create_draft(form.once(&actor), Some(customer), content).await {
            Ok(id) => return Ok(SeeOther::to(page.url(&format!("/drafts/{id}"))).into_response()),
            Err(DraftError::NoSuchCustomer) => {}
            Err(error) => return Err(refused(error)),
        }
    }
    form.refuse("customer", t("no-customer-chosen"));
    Ok(Page::refused(NewDraftPage::new(&billing, &reader, page, form).await?).into_response())
}
