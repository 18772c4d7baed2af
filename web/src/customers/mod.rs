//! Customers: those that invoices are for.

mod form;
pub mod show;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::cursor::Listed;
use counterfoil_billing::customers::{CustomerError, MOST_CONTACTS};
use counterfoil_identity::permission::{EditCustomers, ReadBooks};
use counterfoil_store::customers::{Customer, CustomerOrder, CustomerProfile, CustomerRow};
use serde::Deserialize;
use uuid::Uuid;

use self::form::{CONTACT_COLUMNS, ContactRow, CustomerForm, contacts, fill, read, recipients, with_contact};
use crate::address::with_query;
use crate::language::Text;
use crate::organisation::profile::Choices;
use crate::ui::t;
use crate::{ErrorPage, Form, May, Page, SeeOther, Session, Shell, countries, ui};

/// The orders of the list. Names are sealed, so none is by name.
fn sorts() -> [(&'static str, Text); 3] {
    [
        ("newest", t("customers-newest")),
        ("invoiced", t("customers-last-invoiced")),
        ("owing", t("customers-owing-most")),
    ]
}

/// The parameters of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerChoice {
    q: String,
    sort: String,
    cursor: String,
}

impl CustomerChoice {
    fn sort(&self) -> &str {
        if self.sort.is_empty() { "newest" } else { &self.sort }
    }
}

#[derive(Template)]
#[template(path = "customers/list.html")]
struct CustomersPage {
    page: Shell,
    choice: CustomerChoice,
    customers: Listed<CustomerRow>,
    may_edit: bool,
}

impl CustomersPage {
    fn is_empty(&self) -> bool {
        let CustomerChoice { q, cursor, .. } = &self.choice;
        self.customers.rows.is_empty() && q.is_empty() && cursor.is_empty() && self.choice.sort() == "newest"
    }

    fn address(&self, q: &str, sort: &str, cursor: &str) -> String {
        let sort = if sort == "newest" { "" } else { sort };
        with_query(&self.page.url("/customers"), &[("q", q), ("sort", sort), ("cursor", cursor)])
    }

    fn sort_link(&self, sort: &str) -> String {
        self.address(&self.choice.q, sort, "")
    }

    fn without_search(&self) -> String {
        self.address("", self.choice.sort(), "")
    }

    fn page_at(&self, cursor: &str) -> String {
        self.address(&self.choice.q, self.choice.sort(), cursor)
    }
}

#[derive(Template)]
#[template(path = "customers/edit.html")]
struct CustomerPage {
    page: Shell,
    /// None while it is new.
    id: Option<Uuid>,
    name: String,
    form: Form<CustomerForm>,
    countries: Vec<(String, String)>,
    delivery_countries: Vec<(String, String)>,
    contacts: Vec<ContactRow>,
    invoices_to: Vec<(String, String)>,
}

impl CustomerPage {
    fn new(page: Shell, known: Option<&Customer>, form: Form<CustomerForm>) -> Self {
        let countries = Choices::of(form.value("country"), "", "").countries;
        let delivery_countries = Choices::of(form.value("delivery_country"), "", "").countries;
        let name = known
            .map_or_else(|| t("customer-new").to_string(), |customer| customer.profile.buyer.name.clone());
        let (contacts, invoices_to) = (contacts(&form), recipients(&form));
        let id = known.map(|customer| customer.id);
        Self { page, id, name, form, countries, delivery_countries, contacts, invoices_to }
    }

    fn action(&self) -> String {
        match self.id {
            Some(id) => self.page.url(&format!("/customers/{id}")),
            None => self.page.url("/customers"),
        }
    }

    /// Where the page came from: the customer, or all of them.
    fn back(&self) -> String {
        self.action()
    }
}

/// What a contact's field is called on the page: `contact_name-2`.
fn field_name(column: &str, number: impl std::fmt::Display) -> String {
    format!("{column}-{number}")
}

/// GET /o/{organisation}/customers
pub async fn index(
    May(actor): May<ReadBooks>,
    session: Session,
    page: Shell,
    State(billing): State<Billing>,
    query: Result<Query<CustomerChoice>, QueryRejection>,
) -> Result<impl IntoResponse, ErrorPage> {
    let Query(choice) = query.map_err(|_| ErrorPage::bad_request(t("why-address-incomplete")))?;
    let order = match choice.sort() {
        "newest" => CustomerOrder::Newest,
        "invoiced" => CustomerOrder::LastInvoiced,
        "owing" => CustomerOrder::Owing(billing.organisation(&actor).await?.organisation.profile.currency),
        _ => return Err(ErrorPage::bad_request(t("customers-unsorted"))),
    };
    let cursor = Some(choice.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let customers = billing.page_of_customers(&actor, &choice.q, order, cursor).await?;
    let may_edit = may_edit(&session, &page);
    Ok(Page::ok(CustomersPage { page, choice, customers, may_edit }))
}

/// GET /o/{organisation}/customers/new
pub async fn new(_: May<EditCustomers>, page: Shell) -> impl IntoResponse {
    Page::ok(CustomerPage::new(page, None, Form::blank()))
}

/// POST /o/{organisation}/customers
pub async fn create(
    May(actor): May<EditCustomers>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<CustomerForm>,
) -> Result<Response, ErrorPage> {
    if let Some(form) = edited(&form) {
        return Ok(Page::ok(CustomerPage::new(page, None, form)).into_response());
    }
    let profile = read(&mut form, CustomerProfile::default());
    if !form.errors().is_empty() {
        return Ok(Page::refused(CustomerPage::new(page, None, form)).into_response());
    }
    match billing.create_customer(form.once(&actor), profile).await {
        Ok(id) => {
            let path = page.url(&format!("/customers/{id}"));
            Ok(SeeOther::to(path).saying(t("customer-added")).into_response())
        }
        Err(error) => {
            let status = note(error, &mut form)?;
            Ok(Page::with_status(status, CustomerPage::new(page, None, form)).into_response())
        }
    }
}

/// GET /o/{organisation}/customers/{id}/edit
pub async fn edit(
    _: May<EditCustomers>,
    May(reader): May<ReadBooks>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let customer = billing.customer(&reader, id).await?.ok_or_else(ErrorPage::not_found)?;
    Ok(Page::ok(CustomerPage::new(page, Some(&customer), fill(&customer))))
}

/// POST /o/{organisation}/customers/{id}
pub async fn update(
    May(actor): May<EditCustomers>,
    May(reader): May<ReadBooks>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    mut form: Form<CustomerForm>,
) -> Result<Response, ErrorPage> {
    let before = billing.customer(&reader, id).await?.ok_or_else(ErrorPage::not_found)?;
    let version = form.version()?;
    if let Some(form) = edited(&form) {
        return Ok(Page::ok(CustomerPage::new(page, Some(&before), form)).into_response());
    }
    let profile = read(&mut form, before.profile.clone());
    if !form.errors().is_empty() {
        return Ok(Page::refused(CustomerPage::new(page, Some(&before), form)).into_response());
    }
    match billing.update_customer(form.once(&actor), Customer { id, version, profile }).await {
        Ok(()) => {
            let path = page.url(&format!("/customers/{id}"));
            Ok(SeeOther::to(path).saying(t("customer-saved")).into_response())
        }
        Err(error) => {
            let status = note(error, &mut form)?;
            let customer = CustomerPage::new(page, Some(&before), form);
            Ok(Page::with_status(status, customer).into_response())
        }
    }
}

/// The form as a button changed it, if one other than that to save was pressed.
fn edited(form: &Form<CustomerForm>) -> Option<Form<CustomerForm>> {
    let has_room = form.values("contact_name").count() < MOST_CONTACTS;
    (form.text("action") == "add-contact").then(|| if has_room { with_contact(form) } else { form.again() })
}

fn may_edit(Session(signed_in): &Session, page: &Shell) -> bool {
    signed_in.actor::<EditCustomers>(page.slug()).is_ok()
}

/// Notes what is wrong on the form, and says with which status it is shown again.
fn note(error: CustomerError, form: &mut Form<CustomerForm>) -> Result<StatusCode, ErrorPage> {
    match error {
        CustomerError::Fields(errors) => {
            form.refuse_fields(errors);
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
        CustomerError::Changed => {
            form.refuse("", t("customer-changed-meanwhile"));
            Ok(StatusCode::CONFLICT)
        }
        CustomerError::NoSuchCustomer => Err(ErrorPage::not_found()),
        CustomerError::Unavailable(error) => Err(error.into()),
    }
}
