//! Removing what has done its service: none of it opens, proves or counts anything any more.

use jiff::Timestamp;

use crate::convert::millis;
use crate::{Books, Result};

/// What is removed.
#[derive(Debug, Clone, Copy)]
pub struct Outdated {
    /// One-time tokens and portal sessions that ended before.
    pub ended: Timestamp,
    /// Sessions that began before.
    pub sessions: Timestamp,
    /// Forms that were sent before.
    pub submissions: Timestamp,
    /// Failure counters that last counted before.
    pub throttles: Timestamp,
    /// Failure counters of no more than [`Self::few`] failures that last counted before.
    pub small_throttles: Timestamp,
    /// So many failures are few.
    pub few: u32,
}

impl Books {
    /// Removes the rows of these books that are outdated. Gives how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_outdated(&mut self, outdated: &Outdated) -> Result<u64> {
        let mut removed = 0;
        for (sql, before) in [
            ("DELETE FROM session WHERE org_id = $1 AND created_at < $2", outdated.sessions),
            ("DELETE FROM one_time_token WHERE org_id = $1 AND expires_at < $2", outdated.ended),
            ("DELETE FROM portal_session WHERE org_id = $1 AND expires_at < $2", outdated.ended),
            ("DELETE FROM submission WHERE org_id = $1 AND created_at < $2", outdated.submissions),
        ] {
            let done = sqlx::query(sql).bind(self.org()).bind(millis(before)).execute(self.db()).await?;
            removed += done.rows_affected();
        }
        let done = sqlx::query(
            "DELETE FROM throttle WHERE org_id = $1
             AND (last_failure_at IS NULL OR last_failure_at < $2 OR (failures <= $3 AND last_failure_at < $4))",
        )
        .bind(self.org())
        .bind(millis(outdated.throttles))
        .bind(i64::from(outdated.few))
        .bind(millis(outdated.small_throttles))
        .execute(self.db())
        .await?;
        Ok(removed + done.rows_affected())
    }
}
