//! Failure counters of guessing. In the database, so that a restart does not reset them.

use counterfoil_identity::throttle::Bucket;
use sqlx::Row as _;

use crate::convert::{millis, timestamp};
use crate::{Books, Result, StoreError};

impl Books {
    /// The counter under this name; names are kept as keyed hashes only.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_bucket(&mut self, name: &str) -> Result<Bucket> {
        let key = self.keys.blind_index("throttle", name);
        let row =
            sqlx::query("SELECT failures, last_failure_at FROM throttle WHERE org_id = $1 AND bucket = $2")
                .bind(self.org())
                .bind(key)
                .fetch_optional(self.db())
                .await?;
        let Some(row) = row else { return Ok(Bucket::default()) };
        let failures = u32::try_from(row.try_get::<i64, _>("failures")?)
            .map_err(|_| StoreError::Corrupt { table: "throttle", column: "failures" })?;
        let last: Option<i64> = row.try_get("last_failure_at")?;
        Ok(Bucket { failures, last_failure_at: last.map(|at| timestamp(at, "throttle")).transpose()? })
    }

    /// Sets the counter under this name.
    ///
    /// # Errors
    /// The database's.
    pub async fn update_bucket(&mut self, name: &str, bucket: &Bucket) -> Result<()> {
        let key = self.keys.blind_index("throttle", name);
        sqlx::query(
            "INSERT INTO throttle (org_id, bucket, failures, last_failure_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org_id, bucket)
             DO UPDATE SET failures = excluded.failures, last_failure_at = excluded.last_failure_at",
        )
        .bind(self.org())
        .bind(key)
        .bind(i64::from(bucket.failures))
        .bind(bucket.last_failure_at.map(millis))
        .execute(self.db())
        .await?;
        Ok(())
    }
}
