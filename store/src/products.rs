//! Products: what is sold again and again, ready to be a line.

use counterfoil_invoice::{Currency, Item, Percentage, UnitPrice, VatCategory};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

use crate::convert::{bytes, millis, uuid};
use crate::paging::{Columns, Mark, Page, Start, slice};
use crate::search::{Kind, Query, Words, select};
use crate::sql::Value;
use crate::{Books, Result, StoreError};

/// What a line takes over from a product. Sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// BG-31: name (BT-153), description (BT-154), identifiers (BT-155 to BT-157).
    pub item: Item,
    /// BT-130.
    pub unit: String,
    /// BT-146, for one of the unit.
    pub net_price: UnitPrice,
    /// What the price is in.
    pub currency: Currency,
    /// BT-151.
    pub vat_category: VatCategory,
    /// BT-152.
    pub vat_rate: Option<Percentage>,
}

impl Product {
    fn words(&self) -> Words {
        let mut words = Words::default();
        words.add_text(&self.item.name);
        self.item.description.iter().for_each(|text| words.add_text(text));
        let standard = self.item.standard_identifier.as_ref().map(|identifier| &identifier.value);
        for identifier in self.item.sellers_identifier.iter().chain(standard) {
            words.add_identifier(identifier);
            words.add_text(identifier);
        }
        words
    }
}

/// A product as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptProduct {
    /// Its id.
    pub id: Uuid,
    /// Counts changes, so that two people do not overwrite each other.
    pub version: i64,
    /// Whether it is offered no more.
    pub is_archived: bool,
    /// The product.
    pub product: Product,
}

impl Books {
    /// Enters a product.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_product(&mut self, id: Uuid, product: &Product, now: Timestamp) -> Result<()> {
        let row = bytes(id);
        let sealed = self.keys.seal_json("product", "product", &row, product);
        sqlx::query(
            "INSERT INTO product (org_id, id, product_sealed, version, is_archived, created_at, updated_at)
             VALUES ($1, $2, $3, 1, 0, $4, $4)",
        )
        .bind(self.org())
        .bind(row)
        .bind(sealed)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        self.index_words(Kind::Product, id, &product.words()).await
    }

    /// Changes a product that still has this version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed in the meantime (or is not there), or the database's.
    pub async fn update_product(&mut self, kept: &KeptProduct, now: Timestamp) -> Result<()> {
        let row = bytes(kept.id);
        let sealed = self.keys.seal_json("product", "product", &row, &kept.product);
        let done = sqlx::query(
            "UPDATE product SET product_sealed = $4, is_archived = $5, version = version + 1, updated_at = $6
             WHERE org_id = $1 AND id = $2 AND version = $3",
        )
        .bind(self.org())
        .bind(row)
        .bind(kept.version)
        .bind(sealed)
        .bind(i64::from(kept.is_archived))
        .bind(millis(now))
        .execute(self.db())
        .await?;
        if done.rows_affected() != 1 {
            return Err(StoreError::Conflict("the product"));
        }
        self.index_words(Kind::Product, kept.id, &kept.product.words()).await
    }

    /// A product.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_product(&mut self, id: Uuid) -> Result<Option<KeptProduct>> {
        let row = sqlx::query("SELECT * FROM product WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .fetch_optional(self.db())
            .await?;
        row.map(|row| self.product(&row)).transpose()
    }

    /// A page of the products that a search leaves, the newest first: those that are offered, or those that are not.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn page_of_products(
        &mut self,
        search: Option<&Query>,
        are_archived: bool,
        start: &Start,
        limit: u32,
    ) -> Result<Page<KeptProduct>> {
        let hits = self.hits(Kind::Product, search).await?;
        let mut sql = select("t.*", "product", &self.org(), hits.as_ref());
        sql.push(" AND t.is_archived = ").bind(Value::Number(i64::from(are_archived)));
        slice(&mut sql, Columns { key: "t.created_at", tie: "t.id", descending: true }, start, limit);
        let rows = sql.fetch(self.db()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push((Mark::of(row, "created_at")?, self.product(row)?));
        }
        let is_found =
            |kept: &KeptProduct| search.is_none_or(|search| search.is_met_by(&kept.product.words()));
        Ok(Page::new(found, start, limit).retain(is_found))
    }

    fn product(&self, row: &AnyRow) -> Result<KeptProduct> {
        let id: Vec<u8> = row.try_get("id")?;
        let sealed: Vec<u8> = row.try_get("product_sealed")?;
        Ok(KeptProduct {
            version: row.try_get("version")?,
            is_archived: row.try_get::<i64, _>("is_archived")? != 0,
            product: self.keys.open_json("product", "product", &id, &sealed)?,
            id: uuid(&id, "product")?,
        })
    }
}
