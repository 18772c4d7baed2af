//! The transactional outbox: what must happen after commit, exactly once (law 9).

use counterfoil_identity::OrganisationId;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{bytes, millis, timestamp, uuid};
use crate::reach::Reach;
use crate::{Books, Result, Store, StoreError};

/// What a message makes happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Draw, sign and keep the files of a document.
    SealDocument,
    /// Send a mail.
    Mail,
}

impl MessageKind {
    fn name(self) -> &'static str {
        match self {
            Self::SealDocument => "seal-document",
            Self::Mail => "mail",
        }
    }

    fn parse(name: &str) -> Result<Self> {
        match name {
            "seal-document" => Ok(Self::SealDocument),
            "mail" => Ok(Self::Mail),
            _ => Err(StoreError::Corrupt { table: "outbox", column: "kind" }),
        }
    }
}

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// To be done at its time.
    Waiting,
    /// Done; its payload is gone.
    Done,
    /// Given up after too many attempts; a person must look.
    Dead,
}

impl MessageState {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    fn parse(name: &str) -> Result<Self> {
        match name {
            "waiting" => Ok(Self::Waiting),
            "done" => Ok(Self::Done),
            "dead" => Ok(Self::Dead),
            _ => Err(StoreError::Corrupt { table: "outbox", column: "state" }),
        }
    }
}

/// A message in the outbox, without its payload.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// What it makes happen.
    pub kind: MessageKind,
    /// The document it is about.
    pub subject: Uuid,
    /// How far it is.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// Why the last try failed, for the biller. Holds nothing personal.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    payload: Option<Vec<u8>>,
}

impl Store {
    /// Messages of this kind that are due and not being worked on, oldest first, of all organisations.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_due_messages(
        &self,
        kind: MessageKind,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(OrganisationId, Uuid)>> {
        let rows = sqlx::query(
            "SELECT org_id, id FROM outbox
             WHERE state = 'waiting' AND kind = $1 AND next_attempt_at <= $2 AND lease_until <= $2
             ORDER BY next_attempt_at LIMIT $3",
        )
        .bind(kind.name())
        .bind(millis(now))
        .bind(i64::from(limit))
        .fetch_all(&mut *self.look_up(Reach::Outbox).await?)
        .await?;
        rows.iter()
            .map(|row| {
                let org: Vec<u8> = row.try_get("org_id")?;
                let id: Vec<u8> = row.try_get("id")?;
                Ok((OrganisationId::from_uuid(uuid(&org, "outbox")?), uuid(&id, "outbox")?))
            })
            .collect()
    }
}

impl Books {
    /// Queues a message. With a dedupe key that was used before nothing is queued, and `false` is given.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_message<T: Serialize>(
        &mut self,
        id: Uuid,
        kind: MessageKind,
        dedupe_key: &str,
        subject: Uuid,
        payload: &T,
        now: Timestamp,
    ) -> Result<bool> {
        let row = bytes(id);
        let sealed = self.keys.seal_json("outbox", "payload", &row, payload);
        let done = sqlx::query(
            "INSERT INTO outbox (org_id, id, kind, dedupe_key, subject_id, payload_sealed, state, attempts,
                                 next_attempt_at, lease_until, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, 0, $7)
             ON CONFLICT (org_id, dedupe_key) DO NOTHING",
        )
        .bind(self.org())
        .bind(row)
        .bind(kind.name())
        .bind(dedupe_key)
        .bind(bytes(subject))
        .bind(sealed)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes a due message to work on until the lease ends. `None` if another has it or it is done.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn lease_message(
        &mut self,
        id: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Message>> {
        let done = sqlx::query(
            "UPDATE outbox SET lease_until = $4, attempts = attempts + 1
             WHERE org_id = $1 AND id = $2 AND state = 'waiting' AND lease_until <= $3",
        )
        .bind(self.org())
        .bind(bytes(id))
        .bind(millis(now))
        .bind(millis(until))
        .execute(self.db())
        .await?;
        if done.rows_affected() == 0 {
            return Ok(None);
        }
        let row = sqlx::query("SELECT * FROM outbox WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .fetch_one(self.db())
            .await?;
        message(&row).map(Some)
    }

    /// What a message carries; `None` once it is done.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn message_payload<T: DeserializeOwned>(&self, message: &Message) -> Result<Option<T>> {
        if message.payload.is_none() && message.state != MessageState::Done {
            return Err(StoreError::Corrupt { table: "outbox", column: "payload" });
        }
        message
            .payload
            .as_ref()
            .map(|sealed| self.keys.open_json("outbox", "payload", message.id.as_bytes(), sealed))
            .transpose()
    }

    /// A message is done: its payload is removed.
    ///
    /// # Errors
    /// The database's.
    pub async fn finish_message(&mut self, id: Uuid, now: Timestamp) -> Result<()> {
        sqlx::query(
            "UPDATE outbox SET state = 'done', payload_sealed = NULL, done_at = $3, last_error = NULL
             WHERE org_id = $1 AND id = $2",
        )
        .bind(self.org())
        .bind(bytes(id))
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// A try failed: when to try again, or [`MessageState::Dead`]. `error` holds nothing personal.
    ///
    /// # Errors
    /// The database's.
    pub async fn postpone_message(
        &mut self,
        id: Uuid,
        state: MessageState,
        error: &str,
        next_attempt_at: Timestamp,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE outbox SET state = $3, last_error = $4, next_attempt_at = $5, lease_until = 0
             WHERE org_id = $1 AND id = $2",
        )
        .bind(self.org())
        .bind(bytes(id))
        .bind(state.name())
        .bind(error)
        .bind(millis(next_attempt_at))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Gives back a leased message that was not finished, as if it had not been tried.
    ///
    /// # Errors
    /// The database's.
    pub async fn give_back_message(&mut self, id: Uuid) -> Result<()> {
        sqlx::query(
            "UPDATE outbox SET lease_until = 0, attempts = attempts - 1
             WHERE org_id = $1 AND id = $2 AND state = 'waiting'",
        )
        .bind(self.org())
        .bind(bytes(id))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The messages about a document, oldest first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_messages(&mut self, subject: Uuid) -> Result<Vec<Message>> {
        let rows =
            sqlx::query("SELECT * FROM outbox WHERE org_id = $1 AND subject_id = $2 ORDER BY created_at, id")
                .bind(self.org())
                .bind(bytes(subject))
                .fetch_all(self.db())
                .await?;
        rows.iter().map(message).collect()
    }

    /// Messages that are not done: first those that were given up, then those that wait, each oldest first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_unfinished_messages(&mut self, limit: u32) -> Result<Vec<Message>> {
        let rows = sqlx::query(
            "SELECT * FROM outbox WHERE org_id = $1 AND state <> 'done'
             ORDER BY state, created_at, id LIMIT $2",
        )
        .bind(self.org())
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?;
        rows.iter().map(message).collect()
    }
}

fn message(row: &sqlx::any::AnyRow) -> Result<Message> {
    let id: Vec<u8> = row.try_get("id")?;
    let subject: Vec<u8> = row.try_get("subject_id")?;
    let done: Option<i64> = row.try_get("done_at")?;
    Ok(Message {
        id: uuid(&id, "outbox")?,
        kind: MessageKind::parse(&row.try_get::<String, _>("kind")?)?,
        subject: uuid(&subject, "outbox")?,
        state: MessageState::parse(&row.try_get::<String, _>("state")?)?,
        attempts: row.try_get("attempts")?,
        next_attempt_at: timestamp(row.try_get("next_attempt_at")?, "outbox")?,
        last_error: row.try_get("last_error")?,
        created_at: timestamp(row.try_get("created_at")?, "outbox")?,
        done_at: done.map(|at| timestamp(at, "outbox")).transpose()?,
        payload: row.try_get("payload_sealed")?,
    })
}
