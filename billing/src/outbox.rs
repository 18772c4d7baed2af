//! What happens after commit: files are made, mails leave. Each once, and again after a crash (law 9).

use counterfoil_identity::OrganisationId;
use counterfoil_store::outbox::{Message, MessageKind, MessageState};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::documents::DocumentError;
use crate::mail::{Mail, MailError};

/// A worker that dies gives its message back after this.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// Tries before a person must look.
const MOST_ATTEMPTS: i64 = 12;
/// Messages taken in one round.
const ROUND: u32 = 50;

impl Billing {
    /// Works through what is due, once, or until [`stop`](Self::stop). Gives how many messages were done.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn work_outbox(&self) -> Result<u32, Unavailable> {
        let mut done = 0;
        for kind in [MessageKind::SealDocument, MessageKind::Mail] {
            // Without a mail server mails wait; they do not fail.
            if kind == MessageKind::Mail && !self.has_mail() {
                continue;
            }
            for (organisation, id) in self.store().list_due_messages(kind, self.clock().now(), ROUND).await? {
                if self.is_stopping() {
                    return Ok(done);
                }
                match self.work_message(organisation, id).await {
                    Ok(worked) => done += u32::from(worked),
                    // One organisation's trouble must not hold up the others.
                    Err(error) => tracing::error!(%id, %error, "a message of the outbox could not be worked"),
                }
            }
        }
        Ok(done)
    }

    async fn work_message(&self, organisation: OrganisationId, id: Uuid) -> Result<bool, Unavailable> {
        let now = self.clock().now();
        let mut books = self.store().write(organisation).await?;
        let Some(message) = books.lease_message(id, now, now + LEASE).await? else { return Ok(false) };
        let mail: Option<Mail> = match message.kind {
            // What cannot be read is as good as gone: the message is given up below, and others go on.
            MessageKind::Mail => books.message_payload(&message).unwrap_or_default(),
            MessageKind::SealDocument => None,
        };
        books.commit().await?;
        let outcome = tokio::select! {
            outcome = self.work(organisation, &message, mail) => outcome,
            () = self.stopped() => {
                let mut books = self.store().write(organisation).await?;
                books.give_back_message(id).await?;
                books.commit().await?;
                return Ok(false);
            }
        };
        let now = self.clock().now();
        let mut books = self.store().write(organisation).await?;
        let sent = outcome.is_ok();
        match outcome {
            Ok(()) => books.finish_message(id, now).await?,
            Err(error) => {
                tracing::warn!(%id, attempt = message.attempts, %error, "a message of the outbox failed");
                let (state, after) = next_try(&message, &error);
                books.postpone_message(id, state, &error.to_string(), now + after).await?;
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
    ) -> Result<(), MailError> {
        match (message.kind, mail) {
            (MessageKind::SealDocument, _) => {
                self.seal_document(organisation, message.subject).await.map_err(|error| match error {
                    // The same file would be drawn again: a person must look.
                    DocumentError::NotReleased(_) => MailError::Never(error.to_string()),
                    error => MailError::Later(error.to_string()),
                })
            }
            (MessageKind::Mail, Some(mail)) => self.send_now(mail).await,
            (MessageKind::Mail, None) => Err(MailError::Never("its text cannot be read".to_owned())),
        }
    }

    async fn send_now(&self, mail: Mail) -> Result<(), MailError> {
        match &self.0.parts.send_mail {
            Some(send) => send(mail).await,
            None => Err(MailError::Later("no mail server is set up".to_owned())),
        }
    }
}

/// Doubling from half a minute to six hours.
fn next_try(message: &Message, error: &MailError) -> (MessageState, SignedDuration) {
    if matches!(error, MailError::Never(_)) || message.attempts >= MOST_ATTEMPTS {
        return (MessageState::Dead, SignedDuration::ZERO);
    }
    let doublings = u32::try_from(message.attempts.clamp(1, 10) - 1).unwrap_or(0);
    (MessageState::Waiting, SignedDuration::from_secs((30_i64 << doublings).min(6 * 3600)))
}
