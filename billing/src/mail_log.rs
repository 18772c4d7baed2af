//! The mail log: what left, what did not, and what a person does about it.

use counterfoil_identity::Actor;
use counterfoil_identity::permission::{ReadBooks, ShareDocument};
use counterfoil_store::StoreError;
use counterfoil_store::outbox::{LogCursor, Message, MessageKind, MessageState};
use serde_json::json;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::invoices::number_of;
use crate::ledger::{self, Act, Kind};
use crate::mail::status_in_words;
use crate::once::By;

/// Rows on one page of the log.
pub const PAGE_SIZE: u32 = 50;

/// A page of the log.
#[derive(Debug, Clone)]
pub struct MailLog {
    /// Newest first.
    pub mails: Vec<LoggedMail>,
    /// Where the next page begins, if there is one.
    pub next: Option<LogCursor>,
}

/// A mail, or other work that was given up, with the document it is about.
#[derive(Debug, Clone)]
pub struct LoggedMail {
    /// How far it is.
    pub message: Message,
    /// The number of its document; none, if it was sent to try mail out.
    pub number: Option<String>,
    /// Whether it is being worked on right now.
    pub is_worked_on: bool,
}

impl LoggedMail {
    /// Whether it can be tried again, or at once.
    pub fn can_be_retried(&self) -> bool {
        use MessageState::{Dead, Unknown, Waiting};
        !self.is_worked_on && matches!(self.message.state, Waiting | Dead | Unknown)
    }

    /// Whether it can be stopped, or put away. A document is sealed in the end: that is never stopped.
    pub fn can_be_cancelled(&self) -> bool {
        use MessageState::{Bounced, Dead, Unknown, Waiting};
        let is_over = !matches!(self.message.state, Waiting | Dead | Unknown | Bounced);
        self.message.kind == MessageKind::Mail && !self.is_worked_on && !is_over
    }
}

/// Why nothing was done about a message.
#[derive(Debug, thiserror::Error)]
pub enum MailLogError {
    /// There is none.
    #[error("there is no such mail")]
    NoSuchMail,
    /// It is over, or under way at this moment.
    #[error("this mail is over or being sent at this moment: look at the log again")]
    TooLate,
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for MailLogError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// A page of the mail log, newest first.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn mail_log(
        &self,
        by: &Actor<ReadBooks>,
        after: Option<LogCursor>,
    ) -> Result<MailLog, Unavailable> {
        let now = self.clock().now();
        let mut books = self.store().read(by.organisation()).await?;
        let mut messages = books.list_mail_log(after, PAGE_SIZE + 1).await?;
        let more = messages.len() > PAGE_SIZE as usize;
        messages.truncate(PAGE_SIZE as usize);
        let end = messages.last().filter(|_| more);
        let next = end.map(|last| LogCursor { created_at: last.created_at, id: last.id });
        let mut mails = Vec::with_capacity(messages.len());
        for message in messages {
            let document = number_of(&mut books, message.subject).await?;
            let number = match document {
                Some((_, number)) => Some(number),
                // A mail to try it out.
                None if message.subject == by.organisation().uuid() => None,
                None => return Err(Unavailable::Damaged("the document of a mail")),
            };
            mails.push(LoggedMail { is_worked_on: message.is_worked_on(now), message, number });
        }
        Ok(MailLog { mails, next })
    }

    /// Lets a message be tried again at once, if it waits, was given up, or may have arrived. Sending what may have
    /// arrived, or was refused, is a new decision: the ledger says whose.
    ///
    /// # Errors
    /// [`MailLogError`].
    pub async fn retry_message(
        &self,
        by: impl Into<By<'_, ShareDocument>>,
        id: Uuid,
    ) -> Result<(), MailLogError> {
        let by = by.into();
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<Uuid>(&mut books).await?.is_some() {
            return Ok(());
        }
        let message = books.find_message(id).await?.ok_or(MailLogError::NoSuchMail)?;
        if !books.retry_message(id, now).await? {
            return Err(MailLogError::TooLate);
        }
        let is_test = message.subject == by.organisation().uuid();
        if message.kind == MessageKind::Mail && message.state != MessageState::Waiting && !is_test {
            let details = json!({ "message": id, "again": true });
            let act =
                Act { kind: Kind::DocumentSent, by: by.person(), subject: Some(message.subject), details };
            ledger::record(&mut books, act, now).await?;
        }
        by.note(&mut books, &id, now).await?;
        books.commit().await?;
        Ok(())
    }

    /// Stops a mail that waits, or puts away one that needed a look.
    ///
    /// # Errors
    /// [`MailLogError`].
    pub async fn cancel_mail(
        &self,
        by: impl Into<By<'_, ShareDocument>>,
        id: Uuid,
    ) -> Result<(), MailLogError> {
        let by = by.into();
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<Uuid>(&mut books).await?.is_some() {
            return Ok(());
        }
        let message = books.find_message(id).await?.ok_or(MailLogError::NoSuchMail)?;
        if message.kind != MessageKind::Mail || !books.cancel_message(id, now).await? {
            return Err(MailLogError::TooLate);
        }
        // The ledger says that it was sent; so it says as well if it was not.
        if message.state == MessageState::Waiting && message.subject != by.organisation().uuid() {
            let details = json!({ "message": id });
            let act =
                Act { kind: Kind::MailCancelled, by: by.person(), subject: Some(message.subject), details };
            ledger::record(&mut books, act, now).await?;
        }
        by.note(&mut books, &id, now).await?;
        books.commit().await?;
        Ok(())
    }

    /// Notes that a mail came back with this status (RFC 3463). `false` if no mail has this id, it never left, or it is
    /// known already. Whoever has the mail knows the id, so this says nothing but what is said of that mail.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn note_bounce(&self, id: Uuid, status: &str) -> Result<bool, Unavailable> {
        let Some(organisation) = self.store().find_message_organisation(id).await? else { return Ok(false) };
        let now = self.clock().now();
        let mut books = self.store().write(organisation).await?;
        let words = format!("it came back: {} ({status})", status_in_words(status));
        let noted = books.bounce_message(id, &words, now).await?;
        books.commit().await?;
        Ok(noted)
    }
}
