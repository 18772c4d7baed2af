//! Sessions and one-time tokens. Only hashes of tokens are kept.

use counterfoil_identity::gate::SessionRecord;
use counterfoil_identity::session::SessionTimes;
use counterfoil_identity::{PersonId, SessionId};
use jiff::Timestamp;
use sqlx::Row as _;

use crate::convert::{array, bytes, millis, timestamp, uuid};
use crate::{Books, Result, StoreError};

impl Books {
    /// Enters a session.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_session(&mut self, session: &SessionRecord) -> Result<()> {
        sqlx::query(
            "INSERT INTO session (org_id, token_hash, id, person_id, stage, created_at, last_seen_at, confirmed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(self.org())
        .bind(session.token_hash.to_vec())
        .bind(bytes(session.id.uuid()))
        .bind(bytes(session.person.uuid()))
        .bind(session.stage.to_string())
        .bind(millis(session.times.created_at))
        .bind(millis(session.times.last_seen_at))
        .bind(session.times.confirmed_at.map(millis))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The session with this token.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_session(&mut self, token_hash: &[u8; 32]) -> Result<Option<SessionRecord>> {
        let row = sqlx::query("SELECT * FROM session WHERE org_id = $1 AND token_hash = $2")
            .bind(self.org())
            .bind(token_hash.to_vec())
            .fetch_optional(self.db())
            .await?;
        row.map(|row| session(&row)).transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// The database's.
    pub async fn touch_session(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Result<()> {
        sqlx::query("UPDATE session SET last_seen_at = $3 WHERE org_id = $1 AND token_hash = $2")
            .bind(self.org())
            .bind(token_hash.to_vec())
            .bind(millis(now))
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Ends a session. `false` if it was not there.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_session(&mut self, token_hash: &[u8; 32]) -> Result<bool> {
        let done = sqlx::query("DELETE FROM session WHERE org_id = $1 AND token_hash = $2")
            .bind(self.org())
            .bind(token_hash.to_vec())
            .execute(self.db())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends all sessions of a person but this one. Gives how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_other_sessions(&mut self, person: PersonId, kept: &[u8; 32]) -> Result<u64> {
        let done =
            sqlx::query("DELETE FROM session WHERE org_id = $1 AND person_id = $2 AND token_hash <> $3")
                .bind(self.org())
                .bind(bytes(person.uuid()))
                .bind(kept.to_vec())
                .execute(self.db())
                .await?;
        Ok(done.rows_affected())
    }

    /// How many sessions of a person began at or after this moment.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_sessions(&mut self, person: PersonId, since: Timestamp) -> Result<i64> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS sessions FROM session WHERE org_id = $1 AND person_id = $2 AND created_at >= $3",
        )
        .bind(self.org())
        .bind(bytes(person.uuid()))
        .bind(millis(since))
        .fetch_one(self.db())
        .await?;
        Ok(row.try_get("sessions")?)
    }

    /// Keeps a one-time token; earlier ones for the same purpose stop to work.
    ///
    /// # Errors
    /// The database's.
    pub async fn replace_one_time_token(
        &mut self,
        purpose: &str,
        token_hash: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<()> {
        sqlx::query("DELETE FROM one_time_token WHERE org_id = $1 AND purpose = $2")
            .bind(self.org())
            .bind(purpose)
            .execute(self.db())
            .await?;
        sqlx::query(
            "INSERT INTO one_time_token (org_id, purpose, token_hash, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(self.org())
        .bind(purpose)
        .bind(token_hash.to_vec())
        .bind(millis(expires_at))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Whether a one-time token would be accepted now.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_one_time_token(
        &mut self,
        purpose: &str,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool> {
        let row = sqlx::query(
            "SELECT 1 FROM one_time_token
             WHERE org_id = $1 AND purpose = $2 AND token_hash = $3 AND expires_at > $4",
        )
        .bind(self.org())
        .bind(purpose)
        .bind(token_hash.to_vec())
        .bind(millis(now))
        .fetch_optional(self.db())
        .await?;
        Ok(row.is_some())
    }

    /// Uses up a one-time token: `false` if there is none such or it has expired.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_one_time_token(
        &mut self,
        purpose: &str,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool> {
        let done = sqlx::query(
            "DELETE FROM one_time_token
             WHERE org_id = $1 AND purpose = $2 AND token_hash = $3 AND expires_at > $4",
        )
        .bind(self.org())
        .bind(purpose)
        .bind(token_hash.to_vec())
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// A MAC under the organisation's token key: session-bound form tokens are made with it.
    pub fn token_mac(&self, context: &str, data: &[u8]) -> [u8; 32] {
        self.keys.mac(context, data)
    }
}

fn session(row: &sqlx::any::AnyRow) -> Result<SessionRecord> {
    let id: Vec<u8> = row.try_get("id")?;
    let person: Vec<u8> = row.try_get("person_id")?;
    let stage: String = row.try_get("stage")?;
    let confirmed: Option<i64> = row.try_get("confirmed_at")?;
    Ok(SessionRecord {
        id: SessionId::from_uuid(uuid(&id, "session")?),
        person: PersonId::from_uuid(uuid(&person, "session")?),
        token_hash: array(&row.try_get::<Vec<u8>, _>("token_hash")?, "session", "token_hash")?,
        stage: stage.parse().map_err(|_| StoreError::Corrupt { table: "session", column: "stage" })?,
        times: SessionTimes {
            created_at: timestamp(row.try_get("created_at")?, "session")?,
            last_seen_at: timestamp(row.try_get("last_seen_at")?, "session")?,
            confirmed_at: confirmed.map(|at| timestamp(at, "session")).transpose()?,
        },
    })
}
