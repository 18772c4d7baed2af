//! Customers: those who become buyers.

use std::collections::BTreeMap;

use counterfoil_invoice::{Buyer, Currency, Money, PostalAddress};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

use crate::convert::{bytes, date, millis, uuid};
use crate::invoices::money;
use crate::paging::{Columns, Mark, Page, Start, slice};
use crate::search::{Kind, Query, Words, select};
use crate::sql::{Sql, Value};
use crate::{Books, Result, StoreError};

/// What is known of a customer. Sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomerProfile {
    /// BG-7, as it goes on invoices.
    pub buyer: Buyer,
    /// Where invoices are sent, unless a contact is named for it; empty means: the biller hands the link over.
    pub email: String,
    /// The people there.
    #[serde(default)]
    pub contacts: Vec<CustomerContact>,
    /// Which of them, counted from 0, gets the invoices.
    #[serde(default)]
    pub invoices_to: Option<usize>,
    /// BG-15, where goods go if not to the buyer's own address.
    #[serde(default)]
    pub delivery_address: Option<PostalAddress>,
}

/// A person at a customer. What is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerContact {
    /// Their name.
    pub name: String,
    /// What they do there.
    pub role: String,
    /// Their e-mail address.
    pub email: String,
    /// Their telephone number.
    pub telephone: String,
}

impl CustomerProfile {
    /// Where invoices are sent; empty if nowhere.
    pub fn invoice_address(&self) -> &str {
        let contact = self.invoices_to.and_then(|at| self.contacts.get(at));
        contact.map(|contact| contact.email.as_str()).filter(|email| !email.is_empty()).unwrap_or(&self.email)
    }

    fn words(&self) -> Words {
        let mut words = Words::default();
        words.add_text(&self.buyer.name);
        self.buyer.trading_name.iter().for_each(|name| words.add_text(name));
        self.buyer.vat_identifier.iter().for_each(|id| words.add_identifier(id));
        words.add_address(&self.email);
        for contact in &self.contacts {
            words.add_text(&contact.name);
            words.add_address(&contact.email);
        }
        words
    }
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

/// A customer in a list.
#[derive(Debug, Clone)]
pub struct CustomerRow {
    /// The customer.
    pub customer: Customer,
    /// BT-2 of the last document that went to it.
    pub last_issue_date: Option<Date>,
    /// What it owes, a sum for each currency that it owes in.
    pub owed: Vec<Money>,
}

/// What a list of customers is sorted by. Not by name: names are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CustomerOrder {
    /// The newest first.
    #[default]
    Newest,
    /// Who got a document last, first; without those who never got one.
    LastInvoiced,
    /// Who owes most in this currency first; without those who owe nothing in it.
    Owing(Currency),
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
            "INSERT INTO customer (org_id, id, profile_sealed, version, is_indexed, created_at, updated_at)
             VALUES ($1, $2, $3, 1, 1, $4, $4)",
        )
        .bind(self.org())
        .bind(row)
        .bind(sealed)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        self.index_words(Kind::Customer, id, &profile.words()).await
    }

    /// Changes a customer that still has this version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed in the meantime (or is not there), or the database's.
    pub async fn update_customer(&mut self, customer: &Customer, now: Timestamp) -> Result<()> {
        let row = bytes(customer.id);
        let sealed = self.keys.seal_json("customer", "profile", &row, &customer.profile);
        let done = sqlx::query(
            "UPDATE customer SET profile_sealed = $4, version = version + 1, is_indexed = 1, updated_at = $5
             WHERE org_id = $1 AND id = $2 AND version = $3",
        )
        .bind(self.org())
        .bind(row)
        .bind(customer.version)
        .bind(sealed)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        if done.rows_affected() != 1 {
            return Err(StoreError::Conflict("the customer"));
        }
        self.index_words(Kind::Customer, customer.id, &customer.profile.words()).await
    }

    /// Makes a customer of before there was a search found.
    pub(crate) async fn index_customer(&mut self, customer: &Customer) -> Result<()> {
        sqlx::query("UPDATE customer SET is_indexed = 1 WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(customer.id))
            .execute(self.db())
            .await?;
        self.index_words(Kind::Customer, customer.id, &customer.profile.words()).await
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
        let page = self.page_of_customers(None, CustomerOrder::Newest, &Start::First, limit).await?;
        Ok(page.rows.into_iter().map(|row| row.customer).collect())
    }

    /// A page of the customers that a search leaves, at most `limit`.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn page_of_customers(
        &mut self,
        search: Option<&Query>,
        by: CustomerOrder,
        start: &Start,
        limit: u32,
    ) -> Result<Page<CustomerRow>> {
        let found = match by {
            CustomerOrder::Newest => self.customers_by(search, "created_at", start, limit).await?,
            CustomerOrder::LastInvoiced => self.customers_by(search, "last_position", start, limit).await?,
            CustomerOrder::Owing(currency) => self.customers_owing(search, currency, start, limit).await?,
        };
        let page = Page::new(found, start, limit);
        let is_found =
            |row: &CustomerRow| search.is_none_or(|search| search.is_met_by(&row.customer.profile.words()));
        let mut page = page.retain(is_found);
        let ids: Vec<Uuid> = page.rows.iter().map(|row| row.customer.id).collect();
        let mut owed = self.sum_owed(&ids).await?;
        for row in &mut page.rows {
            row.owed = owed.remove(&row.customer.id).unwrap_or_default();
        }
        Ok(page)
    }

    async fn customers_by(
        &mut self,
        search: Option<&Query>,
        key: &'static str,
        start: &Start,
        limit: u32,
    ) -> Result<Vec<(Mark, CustomerRow)>> {
        let hits = self.hits(Kind::Customer, search).await?;
        let columns = "t.id, t.profile_sealed, t.version, t.created_at, t.last_position, t.last_issue_date";
        let mut sql = select(columns, "customer", &self.org(), hits.as_ref());
        if key == "last_position" {
            sql.push(" AND t.last_position > 0");
        }
        let column = if key == "created_at" { "t.created_at" } else { "t.last_position" };
        slice(&mut sql, Columns { key: column, tie: "t.id", descending: true }, start, limit);
        let rows = sql.fetch(self.db()).await?;
        rows.iter().map(|row| Ok((Mark::of(row, key)?, self.customer_row(row)?))).collect()
    }

    async fn customers_owing(
        &mut self,
        search: Option<&Query>,
        currency: Currency,
        start: &Start,
        limit: u32,
    ) -> Result<Vec<(Mark, CustomerRow)>> {
        let hits = self.hits(Kind::Customer, search).await?;
        let org = self.org();
        let mut sql = Sql::new();
        sql.push("SELECT o.owed, t.id, t.profile_sealed, t.version, t.last_issue_date FROM (");
        sql.push("SELECT s.customer_id, CAST(SUM(s.open_amount) AS BIGINT) AS owed FROM invoice_standing s");
        sql.push(" WHERE s.state = 'open' AND s.org_id = ").bind(Value::Bytes(org.clone()));
        sql.push(" AND s.customer_id IS NOT NULL AND s.currency = ");
        sql.bind(Value::Text(currency.code().to_owned()));
        if let Some(hits) = &hits {
            hits.narrow(&mut sql, &org, "s.customer_id", 0);
        }
        sql.push(" GROUP BY s.customer_id) AS o JOIN customer t ON t.id = o.customer_id AND t.org_id = ");
        sql.bind(Value::Bytes(org)).push(" WHERE 1 = 1");
        slice(&mut sql, Columns { key: "o.owed", tie: "t.id", descending: true }, start, limit);
        let rows = sql.fetch(self.db()).await?;
        rows.iter().map(|row| Ok((Mark::of(row, "owed")?, self.customer_row(row)?))).collect()
    }

    /// What these customers owe; who is not in the answer owes nothing.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn sum_owed(&mut self, customers: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<Money>>> {
        let mut owed: BTreeMap<Uuid, Vec<Money>> = BTreeMap::new();
        if customers.is_empty() {
            return Ok(owed);
        }
        let mut sql = Sql::new();
        sql.push("SELECT s.customer_id, s.currency, CAST(SUM(s.open_amount) AS BIGINT) AS amount");
        sql.push(" FROM invoice_standing s WHERE s.state = 'open' AND s.org_id = ")
            .bind(Value::Bytes(self.org()));
        sql.push(" AND s.customer_id IN (");
        for (at, customer) in customers.iter().enumerate() {
            sql.push(if at == 0 { "" } else { ", " }).bind(Value::Bytes(bytes(*customer)));
        }
        sql.push(") GROUP BY s.customer_id, s.currency ORDER BY s.customer_id, s.currency");
        for row in sql.fetch(self.db()).await? {
            let customer: Vec<u8> = row.try_get("customer_id")?;
            owed.entry(uuid(&customer, "invoice_standing")?).or_default().push(money(&row, "amount")?);
        }
        Ok(owed)
    }

    fn customer_row(&self, row: &AnyRow) -> Result<CustomerRow> {
        let last: Option<String> = row.try_get("last_issue_date")?;
        Ok(CustomerRow {
            customer: self.customer(row)?,
            last_issue_date: last.map(|last| date(&last, "customer")).transpose()?,
            owed: Vec::new(),
        })
    }

    fn customer(&self, row: &AnyRow) -> Result<Customer> {
        let id: Vec<u8> = row.try_get("id")?;
        let sealed: Vec<u8> = row.try_get("profile_sealed")?;
        Ok(Customer {
            id: uuid(&id, "customer")?,
            version: row.try_get("version")?,
            profile: self.keys.open_json("customer", "profile", &id, &sealed)?,
        })
    }
}
