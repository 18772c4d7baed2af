//! Customers.

use std::sync::LazyLock;

use counterfoil_identity::permission::{EditCustomers, ReadBooks};
use counterfoil_identity::{Actor, EmailAddress};
use counterfoil_invoice::{Money, PostalAddress};
use counterfoil_store::StoreError;
use counterfoil_store::customers::{Customer, CustomerContact, CustomerOrder, CustomerProfile, CustomerRow};
use counterfoil_store::search::Query;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::clock::fresh_id;
use crate::cursor::{self, ListError, Listed};
use crate::fields::{self, FieldError, Form, Problem};
use crate::invoice_list::{PAGE_SIZE, latest_of};
use crate::invoices::ListedInvoice;
use crate::once::By;
use crate::organisations::{check_country, check_country_of, check_vat_id};

/// The most customers there are to choose from at once.
pub const MOST_TO_CHOOSE: u32 = 500;
/// The most people of a customer.
pub const MOST_CONTACTS: usize = 20;
/// The newest documents on a customer's page.
const LATEST: u32 = 10;

/// A customer with what they owe and got.
#[derive(Debug, Clone)]
pub struct CustomerView {
    /// The customer.
    pub customer: Customer,
    /// What they owe, a sum for each currency that they owe in.
    pub owed: Vec<Money>,
    /// The newest of their documents.
    pub latest: Vec<ListedInvoice>,
}

/// Why a customer was not entered or changed.
#[derive(Debug, thiserror::Error)]
pub enum CustomerError {
    /// Fields to mend.
    #[error("the form has errors: {}", fields::list(.0))]
    Fields(Vec<FieldError>),
    /// There is none.
    #[error("there is no such customer")]
    NoSuchCustomer,
    /// Somebody else was faster.
    #[error(
        "somebody else changed this customer in the meantime: look at their version and enter yours again"
    )]
    Changed,
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for CustomerError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::Changed,
            error => Self::Unavailable(error.into()),
        }
    }
}

impl Billing {
    /// Enters a customer, once for one form.
    ///
    /// # Errors
    /// [`CustomerError`].
    pub async fn create_customer(
        &self,
        by: impl Into<By<'_, EditCustomers>>,
        mut profile: CustomerProfile,
    ) -> Result<Uuid, CustomerError> {
        let by = by.into();
        check(&mut profile).map_err(CustomerError::Fields)?;
        let now = self.clock().now();
        let id = fresh_id(now);
        let mut books = self.store().write(by.organisation()).await?;
        if let Some(done) = by.done(&mut books).await? {
            return Ok(done);
        }
        books.insert_customer(id, &profile, now).await?;
        by.note(&mut books, &id, now).await?;
        books.commit().await?;
        Ok(id)
    }

    /// Changes a customer that nobody else changed since, once for one form. Issued documents keep what they said.
    ///
    /// # Errors
    /// [`CustomerError`].
    pub async fn update_customer(
        &self,
        by: impl Into<By<'_, EditCustomers>>,
        mut customer: Customer,
    ) -> Result<(), CustomerError> {
        let by = by.into();
        check(&mut customer.profile).map_err(CustomerError::Fields)?;
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<Uuid>(&mut books).await?.is_some() {
            return Ok(());
        }
        if books.find_customer(customer.id).await?.is_none() {
            return Err(CustomerError::NoSuchCustomer);
        }
        books.update_customer(&customer, now).await?;
        by.note(&mut books, &customer.id, now).await?;
        books.commit().await?;
        Ok(())
    }

    /// A customer.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn customer(&self, by: &Actor<ReadBooks>, id: Uuid) -> Result<Option<Customer>, Unavailable> {
        Ok(self.store().read(by.organisation()).await?.find_customer(id).await?)
    }

    /// A customer with what they owe and got.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn customer_view(
        &self,
        by: &Actor<ReadBooks>,
        id: Uuid,
    ) -> Result<Option<CustomerView>, Unavailable> {
        let today = self.clock().today(self.time_zone());
        let mut books = self.store().read(by.organisation()).await?;
        let Some(customer) = books.find_customer(id).await? else { return Ok(None) };
        let owed = books.sum_owed(&[id]).await?.remove(&id).unwrap_or_default();
        let latest = latest_of(&mut books, id, today, LATEST).await?;
        Ok(Some(CustomerView { customer, owed, latest }))
    }

    /// The customers to choose from: the newest, at most [`MOST_TO_CHOOSE`].
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn customers(&self, by: &Actor<ReadBooks>) -> Result<Vec<Customer>, Unavailable> {
        Ok(self.store().read(by.organisation()).await?.list_customers(MOST_TO_CHOOSE).await?)
    }

    /// A page of the customers that have the words of `search` (of their names, their contacts' names, a whole e-mail address
    /// or VAT identifier), at most [`PAGE_SIZE`].
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn page_of_customers(
        &self,
        by: &Actor<ReadBooks>,
        search: &str,
        order: CustomerOrder,
        cursor: Option<&str>,
    ) -> Result<Listed<CustomerRow>, ListError> {
        let mut books = self.store().read(by.organisation()).await?;
        let list = format!("customers {order:?}");
        let start = cursor::read(&books, &list, cursor)?;
        let page = books.page_of_customers(Query::parse(search).as_ref(), order, &start, PAGE_SIZE).await?;
        Ok(Listed::new(&books, &list, page, |row| row))
    }
}

fn check(profile: &mut CustomerProfile) -> Result<(), Vec<FieldError>> {
    let mut form = Form::default();
    let buyer = &mut profile.buyer;
    form.required("name", &mut buyer.name);
    form.optional("line_1", &mut buyer.address.line_1);
    form.optional("line_2", &mut buyer.address.line_2);
    form.optional("city", &mut buyer.address.city);
    form.optional("post_code", &mut buyer.address.post_code);
    check_country(&mut form, &mut buyer.address.country);
    form.optional("vat_identifier", &mut buyer.vat_identifier);
    check_vat_id(&mut form, buyer.vat_identifier.as_mut());
    check_email(&mut form, "email", &mut profile.email);
    check_contacts(&mut form, profile);
    check_delivery(&mut form, &mut profile.delivery_address);
    form.finish()
}

fn check_email(form: &mut Form, field: &'static str, email: &mut String) {
    *email = email.trim().to_owned();
    if !email.is_empty()
        && let Err(problem) = EmailAddress::parse(email)
    {
        form.wrong(field, problem);
    }
}

/// What the fields of each contact are called, counted from 1: `contact_name-1` and so on.
static CONTACT_FIELDS: LazyLock<Vec<[String; 4]>> = LazyLock::new(|| {
    let fields = ["contact_name", "contact_role", "contact_email", "contact_telephone"];
    (1..=MOST_CONTACTS).map(|number| fields.map(|field| format!("{field}-{number}"))).collect()
});

/// Empty contacts are none.
fn check_contacts(form: &mut Form, profile: &mut CustomerProfile) {
    let chosen = profile.invoices_to.take();
    let mut kept = Vec::new();
    if profile.contacts.len() > MOST_CONTACTS {
        form.wrong("", Problem::TooManyContacts { most: MOST_CONTACTS, found: profile.contacts.len() });
    }
    for (at, mut contact) in std::mem::take(&mut profile.contacts).into_iter().enumerate() {
        let Some([name, role, email, telephone]) = CONTACT_FIELDS.get(at) else { break };
        if contact == CustomerContact::default() {
            continue;
        }
        form.required(name, &mut contact.name);
        form.maybe(role, &mut contact.role);
        check_email(form, email, &mut contact.email);
        form.maybe(telephone, &mut contact.telephone);
        if chosen == Some(at) && !contact.email.is_empty() {
            profile.invoices_to = Some(kept.len());
        }
        kept.push(contact);
    }
    if chosen.is_some() && profile.invoices_to.is_none() {
        form.wrong("invoices_to", Problem::NoContactAddress);
    }
    profile.contacts = kept;
}

/// An address without anything in it is none; with something in it, it has a country (BT-80).
fn check_delivery(form: &mut Form, delivery: &mut Option<PostalAddress>) {
    let Some(address) = delivery else { return };
    form.optional("delivery_line_1", &mut address.line_1);
    form.optional("delivery_line_2", &mut address.line_2);
    form.optional("delivery_city", &mut address.city);
    form.optional("delivery_post_code", &mut address.post_code);
    address.country = address.country.trim().to_owned();
    if *address == PostalAddress::default() {
        *delivery = None;
    } else {
        check_country_of(form, "delivery_country", &mut address.country);
    }
}
