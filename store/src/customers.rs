//! Customers: those who become buyers.

use counterfoil_invoice::Buyer;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{bytes, millis, uuid};
use crate::{Books, Result, StoreError};

/// What is known of a customer. Sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomerProfile {
    /// BG-7, as it goes on invoices.
    pub buyer: Buyer,
    /// Where invoices are sent; empty means: the biller hands the link over.
    pub email: String,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: Uuid,
    /// Counts changes, so that two people do not overwrite each other.
    pub version: i64,
    /// What is known of it.
    pub profile: CustomerProfile,
}

impl Books {
    /// Enters a customer.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_customer(
        &mut self,
        id: Uuid,
        profile: &CustomerProfile,
        now: Timestamp,
    ) -> Result<()> {
        let row = bytes(id);
        let sealed = self.keys.seal_json("customer", "profile", &row, profile);
        sqlx::query(
            "INSERT INTO customer (org_id, id, profile_sealed, version, created_at, updated_at)
             VALUES ($1, $2, $3, 1, $4, $4)",
        )
        .bind(self.org())
        .bind(row)
        .bind(sealed)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Changes a customer that still has this version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed in the meantime (or is not there), or the database's.
    pub async fn update_customer(&mut self, customer: &Customer, now: Timestamp) -> Result<()> {
        let row = bytes(customer.id);
        let sealed = self.keys.seal_json("customer", "profile", &row, &customer.profile);
        let done = sqlx::query(
            "UPDATE customer SET profile_sealed = $4, version = version + 1, updated_at = $5
             WHERE org_id = $1 AND id = $2 AND version = $3",
        )
        .bind(self.org())
        .bind(row)
        .bind(customer.version)
        .bind(sealed)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict("the customer")) }
    }

    /// A customer.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_customer(&mut self, id: Uuid) -> Result<Option<Customer>> {
        let row =
            sqlx::query("SELECT id, profile_sealed, version FROM customer WHERE org_id = $1 AND id = $2")
                .bind(self.org())
                .bind(bytes(id))
                .fetch_optional(self.db())
                .await?;
        row.map(|row| self.customer(&row)).transpose()
    }

    /// The newest customers, at most `limit`.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_customers(&mut self, limit: u32) -> Result<Vec<Customer>> {
        let rows = sqlx::query(
            "SELECT id, profile_sealed, version FROM customer WHERE org_id = $1
             ORDER BY created_at DESC, id DESC LIMIT $2",
        )
        .bind(self.org())
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?;
        rows.iter().map(|row| self.customer(row)).collect()
    }

    fn customer(&self, row: &sqlx::any::AnyRow) -> Result<Customer> {
        let id: Vec<u8> = row.try_get("id")?;
        let sealed: Vec<u8> = row.try_get("profile_sealed")?;
        Ok(Customer {
            id: uuid(&id, "customer")?,
            version: row.try_get("version")?,
            profile: self.keys.open_json("customer", "profile", &id, &sealed)?,
        })
    }
}
