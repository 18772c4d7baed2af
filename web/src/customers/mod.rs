//! Customers: those that invoices are for.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::customers::CustomerError;
use counterfoil_identity::permission::{EditCustomers, ReadBooks};
use counterfoil_store::customers::{Customer, CustomerProfile};
use uuid::Uuid;

use crate::organisation::profile::Choices;
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell, countries, ui};

/// A customer as typed. The names are those of `billing`'s checks.
#[derive(Debug)]
pub enum CustomerForm {}

impl Fields for CustomerForm {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "Version"),
        ("name", "Name"),
        ("email", "E-mail address"),
        ("vat_identifier", "VAT identifier"),
        ("line_1", "Street and number"),
        ("line_2", "Second address line"),
        ("post_code", "Post code"),
        ("city", "City"),
        ("country", "Country"),
    ];
}

#[derive(Template)]
#[template(path = "customers/index.html")]
struct CustomersPage {
    page: Shell,
    customers: Vec<Customer>,
    may_edit: bool,
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
    may_edit: bool,
}

impl CustomerPage {
    fn new(page: Shell, known: Option<&Customer>, form: Form<CustomerForm>, may_edit: bool) -> Self {
        let countries = Choices::of(form.value("country"), "", "").countries;
        let name = known.map_or("New customer", |customer| customer.profile.buyer.name.as_str()).to_owned();
        Self { page, id: known.map(|customer| customer.id), name, form, countries, may_edit }
    }

    fn action(&self) -> String {
        match self.id {
            Some(id) => self.page.url(&format!("/customers/{id}")),
            None => self.page.url("/customers"),
        }
    }
}

/// GET /o/{organisation}/customers
pub async fn index(
    May(actor): May<ReadBooks>,
    session: Session,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let mut customers = billing.customers(&actor).await?;
    customers.sort_by_key(|customer| customer.profile.buyer.name.to_lowercase());
    let may_edit = may_edit(&session, &page);
    Ok(Page::ok(CustomersPage { page, customers, may_edit }))
}

/// GET /o/{organisation}/customers/new
pub async fn new(_: May<EditCustomers>, page: Shell) -> impl IntoResponse {
    Page::ok(CustomerPage::new(page, None, Form::blank(), true))
}

/// POST /o/{organisation}/customers
pub async fn create(
    May(actor): May<EditCustomers>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<CustomerForm>,
) -> Result<Response, ErrorPage> {
    match billing.create_customer(form.once(&actor), read(&form, CustomerProfile::default())).await {
        Ok(_) => Ok(SeeOther::to(page.url("/customers")).saying("Customer added").into_response()),
        Err(error) => {
            let status = note(error, &mut form)?;
            Ok(Page::with_status(status, CustomerPage::new(page, None, form, true)).into_response())
        }
    }
}

/// GET /o/{organisation}/customers/{id}
pub async fn edit(
    May(actor): May<ReadBooks>,
    session: Session,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let customer = billing.customer(&actor, id).await?.ok_or_else(ErrorPage::not_found)?;
    let (form, may_edit) = (fill(&customer), may_edit(&session, &page));
    Ok(Page::ok(CustomerPage::new(page, Some(&customer), form, may_edit)))
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
    let version =
        form.text("version").parse().map_err(|_| ErrorPage::unprocessable("the form names no version"))?;
    let customer = Customer { id, version, profile: read(&form, before.profile.clone()) };
    match billing.update_customer(form.once(&actor), customer).await {
        Ok(()) => Ok(SeeOther::to(page.url("/customers")).saying("Customer saved").into_response()),
        Err(error) => {
            let status = note(error, &mut form)?;
            let customer = CustomerPage::new(page, Some(&before), form, true);
            Ok(Page::with_status(status, customer).into_response())
        }
    }
}

fn may_edit(Session(signed_in): &Session, page: &Shell) -> bool {
    signed_in.actor::<EditCustomers>(page.slug()).is_ok()
}

/// Notes what is wrong on the form, and says with which status it is shown again.
fn note(error: CustomerError, form: &mut Form<CustomerForm>) -> Result<StatusCode, ErrorPage> {
    match error {
        CustomerError::Fields(errors) => {
            form.refuse_all(errors.into_iter().map(|error| (error.field, error.message)));
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
        error @ CustomerError::Changed => {
            form.refuse("", error);
            Ok(StatusCode::CONFLICT)
        }
        CustomerError::NoSuchCustomer => Err(ErrorPage::not_found()),
        CustomerError::Unavailable(error) => Err(error.into()),
    }
}

fn fill(customer: &Customer) -> Form<CustomerForm> {
    let CustomerProfile { buyer, email } = &customer.profile;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Form::blank()
        .with("version", customer.version)
        .with("name", &buyer.name)
        .with("email", email)
        .with("vat_identifier", text(&buyer.vat_identifier))
        .with("line_1", text(&buyer.address.line_1))
        .with("line_2", text(&buyer.address.line_2))
        .with("post_code", text(&buyer.address.post_code))
        .with("city", text(&buyer.address.city))
        .with("country", &buyer.address.country)
}

/// What was typed; what the form does not show stays as it is.
fn read(form: &Form<CustomerForm>, mut profile: CustomerProfile) -> CustomerProfile {
    profile.email = form.text("email");
    let buyer = &mut profile.buyer;
    buyer.name = form.text("name");
    buyer.vat_identifier = form.optional("vat_identifier");
    buyer.address.line_1 = form.optional("line_1");
    buyer.address.line_2 = form.optional("line_2");
    buyer.address.post_code = form.optional("post_code");
    buyer.address.city = form.optional("city");
    buyer.address.country = form.text("country");
    profile
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::{Buyer, PostalAddress};

    use super::*;

    #[test]
    fn filling_in_and_reading_back_keeps_a_customer_with_what_is_not_shown() {
        let address = PostalAddress {
            line_1: Some("Example Street 1".to_owned()),
            subdivision: Some("Example County".to_owned()),
            city: Some("Exampletown".to_owned()),
            country: "IE".to_owned(),
            ..PostalAddress::default()
        };
        let buyer = Buyer {
            name: "Example Buyer Ltd".to_owned(),
            trading_name: Some("Example".to_owned()),
            address,
            ..Buyer::default()
        };
        let profile = CustomerProfile { buyer, email: "accounts@example.com".to_owned() };
        let customer = Customer { id: Uuid::nil(), version: 3, profile: profile.clone() };
        assert_eq!(read(&fill(&customer), profile.clone()), profile);
        assert_eq!(fill(&customer).value("version"), "3");
    }
}
