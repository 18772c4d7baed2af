//! Customers.

use counterfoil_identity::permission::{EditCustomers, ReadBooks};
use counterfoil_identity::{Actor, EmailAddress};
use counterfoil_store::StoreError;
use counterfoil_store::customers::{Customer, CustomerProfile};
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::clock::fresh_id;
use crate::fields::{self, FieldError, Form};
use crate::once::By;
use crate::organisations::{check_country, check_vat_id};

/// The most customers a list shows at once.
const LIST_LIMIT: u32 = 500;

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

    /// The newest customers, at most 500.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn customers(&self, by: &Actor<ReadBooks>) -> Result<Vec<Customer>, Unavailable> {
        Ok(self.store().read(by.organisation()).await?.list_customers(LIST_LIMIT).await?)
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
    profile.email = profile.email.trim().to_owned();
    if !profile.email.is_empty()
        && let Err(problem) = EmailAddress::parse(&profile.email)
    {
        form.wrong("email", problem.to_string());
    }
    form.finish()
}
