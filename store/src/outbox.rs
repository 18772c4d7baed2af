//! The transactional outbox: what must happen after commit, once (law 9).
//!
//! Files can be made twice, so they are tried until they are there. A mail cannot be called back: before its text leaves
//! it is noted as [`MessageState::Unknown`], and only the mail server's answer takes that away again.

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
    /// Refused, or given up after too many attempts; a person must look.
    Dead,
    /// Its text left, and no answer was noted: it may have arrived. Until the lease ends the answer may still come;
    /// then a person must look.
    Unknown,
    /// It was sent, and came back as undeliverable; a person must look.
    Bounced,
    /// A person stopped it; its payload is gone.
    Cancelled,
}

impl MessageState {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
            Self::Bounced => "bounced",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(name: &str) -> Result<Self> {
        match name {
            "waiting" => Ok(Self::Waiting),
            "done" => Ok(Self::Done),
            "dead" => Ok(Self::Dead),
            "unknown" => Ok(Self::Unknown),
            "bounced" => Ok(Self::Bounced),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(StoreError::Corrupt { table: "outbox", column: "state" }),
        }
    }
}

/// A message to be queued.
#[derive(Debug)]
pub struct NewMessage<'a, T> {
    /// Its id.
    pub id: Uuid,
    /// What it makes happen.
    pub kind: MessageKind,
    /// Of two messages with the same key the second is not queued.
    pub dedupe_key: &'a str,
    /// The document it is about.
    pub subject: Uuid,
    /// Whom it goes to: kept when it is done.
    pub recipient: Option<&'a str>,
    /// What is needed to do it: removed when it is done.
    pub payload: &'a T,
}

/// Where a page of the log ends: the next begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogCursor {
    /// [`Message::created_at`] of the last row.
    pub created_at: Timestamp,
    /// Its id.
    pub id: Uuid,
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
    /// When it was done or stopped.
    pub done_at: Option<Timestamp>,
    /// Whom it goes to.
    pub recipient: Option<String>,
    /// Until then somebody works on it.
    pub lease_until: Timestamp,
    payload: Option<Vec<u8>>,
}

impl Message {
    /// Whether somebody works on it: then nobody else touches it.
    pub fn is_worked_on(&self, now: Timestamp) -> bool {
        now < self.lease_until
    }
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

impl Store {
    /// Whose message has this id. It was drawn at random and is in the mail: whoever brings it back knows the mail.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_message_organisation(&self, id: Uuid) -> Result<Option<OrganisationId>> {
        let row = sqlx::query("SELECT org_id FROM outbox WHERE id = $1")
            .bind(bytes(id))
            .fetch_optional(&mut *self.look_up(Reach::Key(id.as_bytes())).await?)
            .await?;
        row.map(|row| Ok(OrganisationId::from_uuid(uuid(&row.try_get::<Vec<u8>, _>("org_id")?, "outbox")?)))
            .transpose()
    }
}

impl Books {
    /// Queues a message. With a dedupe key that was used before nothing is queued, and `false` is given.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_message<T: Serialize>(
        &mut self,
        message: &NewMessage<'_, T>,
        now: Timestamp,
    ) -> Result<bool> {
        let row = bytes(message.id);
        let payload = self.keys.seal_json("outbox", "payload", &row, message.payload);
        let recipient =
            message.recipient.map(|to| self.keys.seal("outbox", "recipient", &row, to.as_bytes()));
        let done = sqlx::query(
            "INSERT INTO outbox (org_id, id, kind, dedupe_key, subject_id, payload_sealed, recipient_sealed, state,
                                 attempts, next_attempt_at, lease_until, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, 0, $8)
             ON CONFLICT (org_id, dedupe_key) DO NOTHING",
        )
        .bind(self.org())
        .bind(row)
        .bind(message.kind.name())
        .bind(message.dedupe_key)
        .bind(bytes(message.subject))
        .bind(payload)
        .bind(recipient)
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
        self.find_message(id).await
    }

    /// A message.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_message(&mut self, id: Uuid) -> Result<Option<Message>> {
        let row = sqlx::query("SELECT * FROM outbox WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .fetch_optional(self.db())
            .await?;
        row.map(|row| self.message(&row)).transpose()
    }

    /// What a message carries; `None` once it is done.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn message_payload<T: DeserializeOwned>(&self, message: &Message) -> Result<Option<T>> {
        if message.payload.is_none() && message.state == MessageState::Waiting {
            return Err(StoreError::Corrupt { table: "outbox", column: "payload" });
        }
        message
            .payload
            .as_ref()
            .map(|sealed| self.keys.open_json("outbox", "payload", message.id.as_bytes(), sealed))
            .transpose()
    }

    /// A message is done, whoever did it: its payload is removed.
    ///
    /// # Errors
    /// The database's.
    pub async fn finish_message(&mut self, id: Uuid, now: Timestamp) -> Result<()> {
        sqlx::query(
            "UPDATE outbox SET state = 'done', payload_sealed = NULL, done_at = $3, lease_until = 0, last_error = NULL
             WHERE org_id = $1 AND id = $2 AND state <> 'bounced'",
        )
        .bind(self.org())
        .bind(bytes(id))
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Notes that the text of a leased message leaves now: from here on it may have arrived, whatever happens. `false`
    /// if the lease is another's by now: then the text must not leave.
    ///
    /// # Errors
    /// The database's.
    pub async fn hand_over_message(&mut self, message: &Message, meanwhile: &str) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE outbox SET state = 'unknown', last_error = $4
             WHERE org_id = $1 AND id = $2 AND state = 'waiting' AND lease_until = $3",
        )
        .bind(self.org())
        .bind(bytes(message.id))
        .bind(millis(message.lease_until))
        .bind(meanwhile)
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The try that this lease was for failed: what is so now, and when to try again. `error` holds nothing personal.
    /// Nothing happens if the lease is another's by now.
    ///
    /// # Errors
    /// The database's.
    pub async fn postpone_message(
        &mut self,
        message: &Message,
        state: MessageState,
        error: &str,
        next_attempt_at: Timestamp,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE outbox SET state = $4, last_error = $5, next_attempt_at = $6, lease_until = 0
             WHERE org_id = $1 AND id = $2 AND lease_until = $3 AND state IN ('waiting', 'unknown')",
        )
        .bind(self.org())
        .bind(bytes(message.id))
        .bind(millis(message.lease_until))
        .bind(state.name())
        .bind(error)
        .bind(millis(next_attempt_at))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Gives back a leased message that was not begun, as if it had not been tried.
    ///
    /// # Errors
    /// The database's.
    pub async fn give_back_message(&mut self, message: &Message) -> Result<()> {
        sqlx::query(
            "UPDATE outbox SET lease_until = 0, attempts = attempts - 1
             WHERE org_id = $1 AND id = $2 AND lease_until = $3 AND state = 'waiting'",
        )
        .bind(self.org())
        .bind(bytes(message.id))
        .bind(millis(message.lease_until))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// A person lets a message be tried again at once. `false` if it is done, stopped, or being worked on.
    ///
    /// # Errors
    /// The database's.
    pub async fn retry_message(&mut self, id: Uuid, now: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt_at = $3, lease_until = 0, last_error = NULL
             WHERE org_id = $1 AND id = $2 AND state IN ('waiting', 'dead', 'unknown') AND lease_until <= $3",
        )
        .bind(self.org())
        .bind(bytes(id))
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// A person stops a message, or has seen that it came to nothing: its payload is removed. `false` if it is done,
    /// stopped, or being worked on.
    ///
    /// # Errors
    /// The database's.
    pub async fn cancel_message(&mut self, id: Uuid, now: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE outbox SET state = 'cancelled', payload_sealed = NULL, done_at = $3, lease_until = 0
             WHERE org_id = $1 AND id = $2 AND state IN ('waiting', 'dead', 'unknown', 'bounced') AND lease_until <= $3",
        )
        .bind(self.org())
        .bind(bytes(id))
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// A mail came back: its payload is removed. `false` if it never left, or came back before. `error` holds nothing
    /// personal.
    ///
    /// # Errors
    /// The database's.
    pub async fn bounce_message(&mut self, id: Uuid, error: &str, now: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE outbox SET state = 'bounced', payload_sealed = NULL, done_at = $4, lease_until = 0, last_error = $3
             WHERE org_id = $1 AND id = $2 AND kind = 'mail' AND state IN ('done', 'unknown')",
        )
        .bind(self.org())
        .bind(bytes(id))
        .bind(error)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
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
        rows.iter().map(|row| self.message(row)).collect()
    }

    /// All mails, and what else was given up, newest first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_mail_log(&mut self, after: Option<LogCursor>, limit: u32) -> Result<Vec<Message>> {
        let after =
            after.map_or((i64::MAX, vec![0xff; 16]), |cursor| (millis(cursor.created_at), bytes(cursor.id)));
        let rows = sqlx::query(
            "SELECT * FROM outbox
             WHERE org_id = $1 AND (kind = 'mail' OR state = 'dead')
                   AND (created_at < $2 OR (created_at = $2 AND id < $3))
             ORDER BY created_at DESC, id DESC LIMIT $4",
        )
        .bind(self.org())
        .bind(after.0)
        .bind(after.1)
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?;
        rows.iter().map(|row| self.message(row)).collect()
    }

    /// Messages that do not get on without a person, and then those that wait, each oldest first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_unfinished_messages(&mut self, limit: u32) -> Result<Vec<Message>> {
        let rows = sqlx::query(
            "SELECT * FROM outbox WHERE org_id = $1 AND state IN ('bounced', 'dead', 'unknown', 'waiting')
             ORDER BY state, created_at, id LIMIT $2",
        )
        .bind(self.org())
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?;
        rows.iter().map(|row| self.message(row)).collect()
    }

    fn message(&self, row: &sqlx::any::AnyRow) -> Result<Message> {
        let id: Vec<u8> = row.try_get("id")?;
        let subject: Vec<u8> = row.try_get("subject_id")?;
        let done: Option<i64> = row.try_get("done_at")?;
        let recipient: Option<Vec<u8>> = row.try_get("recipient_sealed")?;
        let recipient = recipient.map(|sealed| {
            let plain = self.keys.open("outbox", "recipient", &id, &sealed)?;
            let text = std::str::from_utf8(&plain).map(str::to_owned);
            text.map_err(|_| StoreError::Corrupt { table: "outbox", column: "recipient" })
        });
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
            recipient: recipient.transpose()?,
            lease_until: timestamp(row.try_get("lease_until")?, "outbox")?,
            payload: row.try_get("payload_sealed")?,
        })
    }
}
