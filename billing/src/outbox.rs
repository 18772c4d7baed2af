//! What happens after commit: files are made, mails leave (law 9). A file is made again after a crash; a mail that may
//! have left is not sent again: docs/design/mail.md.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use counterfoil_identity::OrganisationId;
use counterfoil_store::StoreError;
use counterfoil_store::outbox::{Message, MessageKind, MessageState};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::documents::DocumentError;
use crate::mail::{HandOver, Mail, MailError};

/// A worker that dies gives its message back after this. The transport gives up long before.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// Tries before a person must look.
const MOST_ATTEMPTS: i64 = 12;
/// Messages taken in one round.
const ROUND: u32 = 50;
/// At a stop, so long is waited for the answer to a text that has left: without it a person would have to look.
const LAST_ANSWER: Duration = Duration::from_secs(5);

impl Billing {
    /// Works through what of a kind is due, once, or until [`stop`](Self::stop). Gives how many messages were done.
    /// Each kind has a worker of its own: a mail server that hangs holds up no files.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn work_outbox(&self, kind: MessageKind) -> Result<u32, Unavailable> {
        // Without a mail server, or space to note anything, messages wait; they do not fail.
        if self.store().has_no_space() || (kind == MessageKind::Mail && !self.has_mail()) {
            return Ok(0);
        }
        let mut done = 0;
        for (organisation, id) in self.store().list_due_messages(kind, self.clock().now(), ROUND).await? {
            if self.is_stopping() {
                break;
            }
            match self.work_message(organisation, id).await {
                Ok(worked) => done += u32::from(worked),
                Err(error) if self.note_no_space(&error) => break,
                // One organisation's trouble must not hold up the others.
                Err(error) => tracing::error!(%id, %error, "a message of the outbox could not be worked"),
            }
        }
        Ok(done)
    }

    async fn work_message(&self, organisation: OrganisationId, id: Uuid) -> Result<bool, Unavailable> {
        let now = self.clock().now();
        let mut books = self.store().write(organisation).await?;
        let Some(message) = books.lease_message(id, now, now + LEASE).await? else { return Ok(false) };
        let mail: Option<Mail> = match message.kind {
            MessageKind::Mail => match books.message_payload(&message) {
                // What cannot be read is as good as gone: the message is given up below, and others go on.
                Err(StoreError::Corrupt { .. }) => None,
                mail => mail?,
            },
            MessageKind::SealDocument => None,
        };
        books.commit().await?;
        let has_left = Arc::new(AtomicBool::new(false));
        let mut work = pin!(self.work(organisation, &message, mail, &has_left));
        let outcome = tokio::select! {
            outcome = &mut work => outcome,
            () = self.stopped() => {
                if !has_left.load(Ordering::Acquire) {
                    let mut books = self.store().write(organisation).await?;
                    books.give_back_message(&message).await?;
                    books.commit().await?;
                    return Ok(false);
                }
                let answer = tokio::time::timeout(LAST_ANSWER, work).await;
                answer.unwrap_or_else(|_| Err(unknown("the server was stopped meanwhile").into()))
            }
        };
        let now = self.clock().now();
        let mut books = self.store().write(organisation).await?;
        let sent = outcome.is_ok();
        match outcome {
            Ok(()) => books.finish_message(id, now).await?,
            Err(Failed { how, why }) => {
                tracing::warn!(%id, attempt = message.attempts, why, "a message of the outbox failed");
                let (state, after) = next_try(&message, how);
                books.postpone_message(&message, state, &why, now + after).await?;
            }
        }
        books.commit().await?;
        Ok(sent)
    }

    async fn work(
        &self,
        organisation: OrganisationId,
        message: &Message,
        mail: Option<Mail>,
        has_left: &Arc<AtomicBool>,
    ) -> Result<(), Failed> {
        match (message.kind, mail, &self.0.parts.send_mail) {
            (MessageKind::SealDocument, ..) => Ok(self.seal_document(organisation, message.subject).await?),
            (MessageKind::Mail, Some(mail), Some(send)) => {
                Ok(send(mail, self.hand_over(organisation, message, has_left)).await?)
            }
            (MessageKind::Mail, None, _) => {
                Err(Failed { how: How::ForGood, why: "its text cannot be read".to_owned() })
            }
            (MessageKind::Mail, _, None) => {
                Err(Failed { how: How::ForNow, why: "no mail server is set up".to_owned() })
            }
        }
    }

    fn hand_over(
        &self,
        organisation: OrganisationId,
        message: &Message,
        has_left: &Arc<AtomicBool>,
    ) -> HandOver {
        let (billing, message, has_left) = (self.clone(), message.clone(), Arc::clone(has_left));
        Box::pin(async move {
            // First: whoever stops this now waits for the answer.
            has_left.store(true, Ordering::Release);
            match billing.note_hand_over(organisation, &message).await {
                Ok(true) => Ok(()),
                Ok(false) => Err(MailError::Later("it took too long to reach the mail server".to_owned())),
                Err(error) => {
                    tracing::error!(id = %message.id, %error, "a mail does not leave, because that cannot be noted");
                    Err(MailError::Later("the books could not be written".to_owned()))
                }
            }
        })
    }

    async fn note_hand_over(
        &self,
        organisation: OrganisationId,
        message: &Message,
    ) -> Result<bool, Unavailable> {
        let mut books = self.store().write(organisation).await?;
        let meanwhile = unknown("the server died while it was sending").to_string();
        let noted = books.hand_over_message(message, &meanwhile).await?;
        books.commit().await?;
        Ok(noted)
    }
}

/// A try that failed.
struct Failed {
    how: How,
    /// For the biller: nothing personal.
    why: String,
}

#[derive(Clone, Copy)]
enum How {
    ForNow,
    ForGood,
    /// It may have been done all the same.
    Unknown,
}

impl From<MailError> for Failed {
    fn from(error: MailError) -> Self {
        let how = match error {
            MailError::Later(_) => How::ForNow,
            MailError::Never(_) => How::ForGood,
            MailError::Unknown(_) => How::Unknown,
        };
        Self { how, why: error.to_string() }
    }
}

impl From<DocumentError> for Failed {
    fn from(error: DocumentError) -> Self {
        let how = match error {
            // The same file would be drawn again: a person must look.
            DocumentError::NotReleased(_) => How::ForGood,
            _ => How::ForNow,
        };
        Self { how, why: error.to_string() }
    }
}

fn unknown(why: &str) -> MailError {
    MailError::Unknown(why.to_owned())
}

/// Doubling from half a minute to four and a quarter hours.
fn next_try(message: &Message, how: How) -> (MessageState, SignedDuration) {
    match how {
        How::Unknown => (MessageState::Unknown, SignedDuration::ZERO),
        How::ForNow if message.attempts < MOST_ATTEMPTS => {
            let doublings = u32::try_from(message.attempts.clamp(1, 10) - 1).unwrap_or(0);
            (MessageState::Waiting, SignedDuration::from_secs(30_i64 << doublings))
        }
        How::ForNow | How::ForGood => (MessageState::Dead, SignedDuration::ZERO),
    }
}
