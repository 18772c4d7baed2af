//! Handing a document to its buyer: links, and mails that carry them.

use counterfoil_identity::permission::ShareDocument;
use counterfoil_identity::{Actor, EmailAddress, Token, token};
use counterfoil_store::links::PortalLink;
use counterfoil_store::outbox::{MessageKind, NewMessage};
use counterfoil_store::{Books, StoreError};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::clock::{fresh_id, rng};
use crate::fields::FieldError;
use crate::ledger::{self, Act, Kind};
use crate::letter::Letter;
use crate::mail::Mail;
use crate::mail_settings;
use crate::once::By;
use crate::organisations::hex;

/// A link works for 90 days: a payment term with its reminders.
pub(crate) const LINK_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Why a document was not shared.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// There is none.
    #[error("there is no such document")]
    NoSuchDocument,
    /// There is no such link, or it was revoked before.
    #[error("there is no such link, or it was revoked before")]
    NoSuchLink,
    /// The address.
    #[error("{0}")]
    Field(FieldError),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for ShareError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// What a mail is known by on its way.
    pub(crate) fn message_id(&self, id: Uuid) -> String {
        format!("{id}@{}", self.host().split(':').next().unwrap_or("localhost"))
    }

    /// Makes a link that opens this one document. Its secret is in the answer and is kept nowhere: `None` if the link was
    /// made for this form before.
    ///
    /// # Errors
    /// [`ShareError`].
    pub async fn create_link(
        &self,
        by: impl Into<By<'_, ShareDocument>>,
        invoice: Uuid,
    ) -> Result<Option<String>, ShareError> {
        let by = by.into();
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<Uuid>(&mut books).await?.is_some() {
            return Ok(None);
        }
        books.find_invoice(invoice).await?.ok_or(ShareError::NoSuchDocument)?;
        let (id, link) = self.link(&mut books, &by, invoice, now).await?;
        by.note(&mut books, &id, now).await?;
        books.commit().await?;
        Ok(Some(link))
    }

    /// Queues a mail with a link, once for one form. Without a mail server it waits in the outbox, and the biller hands
    /// the link over.
    ///
    /// # Errors
    /// [`ShareError`].
    pub async fn send(
        &self,
        by: impl Into<By<'_, ShareDocument>>,
        invoice: Uuid,
        to: &str,
    ) -> Result<(), ShareError> {
        let by = by.into();
        let to =
            EmailAddress::parse(to).map_err(|problem| ShareError::Field(FieldError::new("to", problem)))?;
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<Uuid>(&mut books).await?.is_some() {
            return Ok(());
        }
        let kept = books.find_invoice(invoice).await?.ok_or(ShareError::NoSuchDocument)?;
        let (_, link) = self.link(&mut books, &by, invoice, now).await?;
        let document = kept.issued.document();
        let content = &document.content;
        let id = fresh_id(now);
        let profile = books.organisation_profile().await?.profile;
        let letter = Letter {
            number: document.number.as_str(),
            is_credit_note: content.is_credit_note(),
            seller: &content.seller.name,
            buyer: &content.buyer.name,
            amount: kept.amount_due,
            link: &link,
            verify: &format!("{}/verify", self.base_url()),
            until: (now + LINK_LIFE).to_zoned(self.time_zone().clone()).date(),
        };
        let mail = mail_settings::mail(&profile, &letter, to.as_str(), self.message_id(id));
        // The queue holds on to its keys longer than we do to forms: not even then does a form's mail leave twice.
        let dedupe_key =
            by.form_hash().map_or_else(|| format!("mail:{id}"), |hash| format!("mail:{}", hex(hash)));
        let message = NewMessage {
            id,
            kind: MessageKind::Mail,
            dedupe_key: &dedupe_key,
            subject: invoice,
            recipient: Some(to.as_str()),
            payload: &mail,
        };
        if !books.insert_message(&message, now).await? {
            return Ok(());
        }
        by.note(&mut books, &id, now).await?;
        let act = Act {
            kind: Kind::DocumentSent,
            by: by.person(),
            subject: Some(invoice),
            details: json!({ "message": id }),
        };
        ledger::record(&mut books, act, now).await?;
        books.commit().await?;
        Ok(())
    }

    /// The link in a mail that still waits, so that the biller can hand it over.
    ///
    /// # Errors
    /// [`ShareError`].
    pub async fn waiting_link(
        &self,
        by: &Actor<ShareDocument>,
        invoice: Uuid,
        message: Uuid,
    ) -> Result<String, ShareError> {
        let mut books = self.store().read(by.organisation()).await?;
        let message = books
            .list_messages(invoice)
            .await?
            .into_iter()
            .find(|kept| kept.id == message && kept.kind == MessageKind::Mail)
            .ok_or(ShareError::NoSuchLink)?;
        let mail: Mail = books.message_payload(&message)?.ok_or(ShareError::NoSuchLink)?;
        let prefix = format!("{}/portal#", self.base_url());
        mail.text
            .lines()
            .find(|line| line.starts_with(&prefix))
            .map(str::to_owned)
            .ok_or(ShareError::NoSuchLink)
    }

    /// Makes a link useless at once, and the portal sessions that came through it. Gives the document it led to.
    ///
    /// # Errors
    /// [`ShareError`].
    pub async fn revoke_link(&self, by: &Actor<ShareDocument>, link: Uuid) -> Result<Uuid, ShareError> {
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        let of = books.find_link(link).await?.ok_or(ShareError::NoSuchLink)?.invoice;
        if !books.revoke_link(link, now).await? {
            return Err(ShareError::NoSuchLink);
        }
        let act = Act { kind: Kind::LinkRevoked, by: by.person(), subject: Some(link), details: json!({}) };
        ledger::record(&mut books, act, now).await?;
        books.commit().await?;
        Ok(of)
    }

    /// A new link: its id, and its address with the secret.
    async fn link(
        &self,
        books: &mut Books,
        by: &Actor<ShareDocument>,
        invoice: Uuid,
        now: Timestamp,
    ) -> Result<(Uuid, String), Unavailable> {
        let secret = Token::generate(&mut rng());
        let link = PortalLink {
            id: fresh_id(now),
            invoice,
            created_at: now,
            expires_at: now + LINK_LIFE,
            revoked_at: None,
            opens: 0,
            last_opened_at: None,
        };
        books.insert_link(&link, &secret.hash(token::PORTAL_LINK)).await?;
        let act = Act {
            kind: Kind::LinkCreated,
            by: by.person(),
            subject: Some(link.id),
            details: json!({ "document": invoice, "expires_at": link.expires_at }),
        };
        ledger::record(books, act, now).await?;
        Ok((link.id, format!("{}/portal#{}", self.base_url(), secret.to_text())))
    }
}
