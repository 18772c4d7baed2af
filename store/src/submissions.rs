//! Forms that were sent, so that one sent again finds what was done for it the first time.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;

use crate::convert::millis;
use crate::{Books, Result};

impl Books {
    /// What was done for this form; `None` if it was not sent before.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`](crate::StoreError::Corrupt).
    pub async fn find_submission<T: DeserializeOwned>(&mut self, form_hash: &[u8; 32]) -> Result<Option<T>> {
        let row = sqlx::query("SELECT result_sealed FROM submission WHERE org_id = $1 AND form_hash = $2")
            .bind(self.org())
            .bind(form_hash.to_vec())
            .fetch_optional(self.db())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let sealed: Vec<u8> = row.try_get("result_sealed")?;
        self.keys.open_json("submission", "result", form_hash, &sealed).map(Some)
    }

    /// Notes what was done for this form, in the transaction that does it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`](crate::StoreError::Conflict) if it was sent before, or the database's.
    pub async fn insert_submission<T: Serialize>(
        &mut self,
        form_hash: &[u8; 32],
        result: &T,
        now: Timestamp,
    ) -> Result<()> {
        let sealed = self.keys.seal_json("submission", "result", form_hash, result);
        sqlx::query(
            "INSERT INTO submission (org_id, form_hash, result_sealed, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(self.org())
        .bind(form_hash.to_vec())
        .bind(sealed)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(())
    }
}
