//! Drafts: documents that may still change.

use counterfoil_invoice::{Draft, Money};
use jiff::Timestamp;
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{bytes, millis, timestamp, uuid};
use crate::paging::{Columns, Mark, Page, Start, slice};
use crate::search::{Kind, Query, Words, select};
use crate::sql::Value;
use crate::{Books, Result, StoreError};

/// A draft as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDraft {
    /// Its id; the issued invoice takes it over.
    pub id: Uuid,
    /// The customer it is for, once chosen.
    pub customer: Option<Uuid>,
    /// The invoice that it credits or corrects.
    pub preceding: Option<Uuid>,
    /// Counts changes, so that two people do not overwrite each other.
    pub version: i64,
    /// What it would be to pay.
    pub amount_due: Money,
    /// The content.
    pub draft: Draft,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Books {
    /// Enters a draft.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_draft(&mut self, kept: &KeptDraft) -> Result<()> {
        let row = bytes(kept.id);
        let sealed = self.keys.seal_json("draft", "content", &row, &kept.draft);
        sqlx::query(
            "INSERT INTO draft (org_id, id, customer_id, preceding_id, content_sealed, currency, amount_due, version,
                                is_indexed, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 1, $8, $8)",
        )
        .bind(self.org())
        .bind(row)
        .bind(kept.customer.map(bytes))
        .bind(kept.preceding.map(bytes))
        .bind(sealed)
        .bind(kept.amount_due.currency().code().to_owned())
        .bind(kept.amount_due.minor())
        .bind(millis(kept.updated_at))
        .execute(self.db())
        .await?;
        self.index_words(Kind::Draft, kept.id, &words(&kept.draft)).await
    }

    /// Changes a draft that still has `kept.version`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed or issued in the meantime, or the database's.
    pub async fn update_draft(&mut self, kept: &KeptDraft) -> Result<()> {
        let row = bytes(kept.id);
        let sealed = self.keys.seal_json("draft", "content", &row, &kept.draft);
        let done = sqlx::query(
            "UPDATE draft SET customer_id = $4, content_sealed = $5, currency = $6, amount_due = $7,
                              version = version + 1, is_indexed = 1, updated_at = $8
             WHERE org_id = $1 AND id = $2 AND version = $3",
        )
        .bind(self.org())
        .bind(row)
        .bind(kept.version)
        .bind(kept.customer.map(bytes))
        .bind(sealed)
        .bind(kept.amount_due.currency().code().to_owned())
        .bind(kept.amount_due.minor())
        .bind(millis(kept.updated_at))
        .execute(self.db())
        .await?;
        if done.rows_affected() != 1 {
            return Err(StoreError::Conflict("the draft"));
        }
        self.index_words(Kind::Draft, kept.id, &words(&kept.draft)).await
    }

    /// Makes a draft of before there was a search found.
    pub(crate) async fn index_draft(&mut self, kept: &KeptDraft) -> Result<()> {
        sqlx::query("UPDATE draft SET is_indexed = 1 WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(kept.id))
            .execute(self.db())
            .await?;
        self.index_words(Kind::Draft, kept.id, &words(&kept.draft)).await
    }

    /// A draft.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_draft(&mut self, id: Uuid) -> Result<Option<KeptDraft>> {
        let row = sqlx::query("SELECT * FROM draft WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .fetch_optional(self.db())
            .await?;
        row.map(|row| self.draft(&row)).transpose()
    }

    /// The drafts changed last, at most `limit`.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_drafts(&mut self, limit: u32) -> Result<Vec<KeptDraft>> {
        Ok(self.page_of_drafts(None, None, &Start::First, limit).await?.rows)
    }

    /// A page of the drafts that a search leaves, for this customer if there is one, those changed last first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn page_of_drafts(
        &mut self,
        search: Option<&Query>,
        customer: Option<Uuid>,
        start: &Start,
        limit: u32,
    ) -> Result<Page<KeptDraft>> {
        let hits = self.hits(Kind::Draft, search).await?;
        let mut sql = select("t.*", "draft", &self.org(), hits.as_ref());
        if let Some(customer) = customer {
            sql.push(" AND t.customer_id = ").bind(Value::Bytes(bytes(customer)));
        }
        slice(&mut sql, Columns { key: "t.updated_at", tie: "t.id", descending: true }, start, limit);
        let rows = sql.fetch(self.db()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push((Mark::of(row, "updated_at")?, self.draft(row)?));
        }
        let is_found = |kept: &KeptDraft| search.is_none_or(|search| search.is_met_by(&words(&kept.draft)));
        Ok(Page::new(found, start, limit).retain(is_found))
    }

    /// Removes a draft: it was issued, or thrown away. `false` if it was not there.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_draft(&mut self, id: Uuid) -> Result<bool> {
        let done = sqlx::query("DELETE FROM draft WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .execute(self.db())
            .await?;
        self.forget_words(Kind::Draft, id).await?;
        Ok(done.rows_affected() == 1)
    }

    fn draft(&self, row: &sqlx::any::AnyRow) -> Result<KeptDraft> {
        let id: Vec<u8> = row.try_get("id")?;
        let sealed: Vec<u8> = row.try_get("content_sealed")?;
        let customer: Option<Vec<u8>> = row.try_get("customer_id")?;
        let preceding: Option<Vec<u8>> = row.try_get("preceding_id")?;
        let currency: String = row.try_get("currency")?;
        let currency =
            currency.parse().map_err(|_| StoreError::Corrupt { table: "draft", column: "currency" })?;
        Ok(KeptDraft {
            customer: customer.map(|id| uuid(&id, "draft")).transpose()?,
            preceding: preceding.map(|id| uuid(&id, "draft")).transpose()?,
            version: row.try_get("version")?,
            amount_due: Money::from_minor(row.try_get("amount_due")?, currency),
            draft: self.keys.open_json("draft", "content", &id, &sealed)?,
            updated_at: timestamp(row.try_get("updated_at")?, "draft")?,
            id: uuid(&id, "draft")?,
        })
    }
}

/// What a draft is found by: whom it is for.
fn words(draft: &Draft) -> Words {
    let mut words = Words::default();
    let buyer = &draft.0.buyer;
    words.add_text(&buyer.name);
    buyer.trading_name.iter().for_each(|name| words.add_text(name));
    buyer.vat_identifier.iter().for_each(|id| words.add_identifier(id));
    words
}
