//! The buyer's side: one link, one document.

use counterfoil_identity::gate::{self, LinkRecord};
use counterfoil_identity::{OrganisationId, Token, token};
use counterfoil_invoice::{Document, Money};
use counterfoil_store::StoreError;
use counterfoil_store::links::PortalLink;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::billing::{Billing, Unavailable};
use crate::clock::rng;
use crate::documents::{self, DocumentError, Download, Format};
use crate::invoices::Status;
use crate::ledger::{self, Act, Kind};
use crate::payees::Payees;
use crate::settlement::{open_amount, owed_back};
use crate::verdict::Judgement;
use crate::verify::judge_kept;

/// A portal page stays open for an hour; the link opens it again.
const PORTAL_SESSION: SignedDuration = SignedDuration::from_hours(1);

/// Why the portal does not open. One answer, so that nobody learns what was wrong with a guess.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// Not a link that works.
    #[error("this link does not work: it may have expired or been withdrawn; ask the sender for a new one")]
    NoLink,
    /// The file.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for PortalError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

/// What the buyer sees.
#[derive(Debug, Clone)]
pub struct PortalView {
    /// The document.
    pub document: Document,
    /// Where it stands today.
    pub status: Status,
    /// What is still to be paid.
    pub open: Money,
    /// What the seller owes the buyer of it.
    pub owed_back: Money,
    /// The numbers of the seller's payee accounts now in use. The one on the document is in the document.
    pub accounts: Vec<String>,
    /// Whether it is genuine.
    pub judgement: Judgement,
    /// Whether the PDF is ready.
    pub has_pdf: bool,
    /// The short code on the paper.
    pub code: String,
    /// The language of the document, as the PDF is drawn.
    pub language: String,
    /// When the link stops to work.
    pub expires_at: Timestamp,
}

impl Billing {
    /// Opens the portal with a link's secret. Gives a token for the browser that ends within the hour.
    ///
    /// # Errors
    /// [`PortalError`].
    pub async fn open_portal(&self, secret: &Token) -> Result<Token, PortalError> {
        let now = self.clock().now();
        let hash = secret.hash(token::PORTAL_LINK);
        let (organisation, link) =
            self.store().find_link_by_secret(&hash).await?.ok_or(PortalError::NoLink)?;
        let mut books = self.store().write(organisation).await?;
        let link = books.find_link(link).await?.ok_or(PortalError::NoLink)?;
        let record = LinkRecord { token_hash: hash, expires_at: link.expires_at, closed_at: link.revoked_at };
        gate::link(secret, token::PORTAL_LINK, &record, now).map_err(|_| PortalError::NoLink)?;
        let session = Token::generate(&mut rng());
        let until = link.expires_at.min(now + PORTAL_SESSION);
        books.open_link(link.id, &session.hash(PORTAL_SESSION_PURPOSE), now, until).await?;
        // Once: a link that is opened again and again must not grow the ledger.
        if link.opens == 0 {
            let act = Act {
                kind: Kind::LinkOpened,
                by: None,
                subject: Some(link.id),
                details: json!({ "document": link.invoice }),
            };
            ledger::record(&mut books, act, now).await?;
        }
        books.commit().await?;
        Ok(session)
    }

    /// The page behind a portal token.
    ///
    /// # Errors
    /// [`PortalError`].
    pub async fn portal(&self, session: &Token) -> Result<PortalView, PortalError> {
        let now = self.clock().now();
        let (organisation, link) = self.portal_link(session).await?;
        let mut books = self.store().read(organisation).await?;
        let kept = books.find_invoice(link.invoice).await?.ok_or(PortalError::NoLink)?;
        let standing = books.standing(link.invoice).await?;
        let payees = Payees::read(&mut books, now).await?;
        let accounts = payees.in_use().map(|payee| payee.entered.account.iban.clone()).collect();
        let has_pdf = books.find_file(link.invoice, counterfoil_store::files::FileKind::Pdf).await?.is_some();
        let profile = books.organisation_profile().await?.profile;
        let language = profile.languages.customers.unwrap_or(profile.language);
        // In the same moment of the books as the document that is shown.
        let judgement = judge_kept(&mut books, link.invoice).await?;
        let document = kept.issued.document().clone();
        let today = self.clock().today(self.time_zone());
        Ok(PortalView {
            language,
            status: Status::of(
                document.content.is_credit_note(),
                kept.amount_due,
                standing,
                document.content.due_date,
                today,
            ),
            open: open_amount(document.content.is_credit_note(), kept.amount_due, standing),
            owed_back: owed_back(document.content.is_credit_note(), kept.amount_due, standing),
            accounts,
            judgement,
            has_pdf,
            code: kept.code,
            expires_at: link.expires_at,
            document,
        })
    }

    /// A file behind a portal token.
    ///
    /// # Errors
    /// [`PortalError`].
    pub async fn portal_document(&self, session: &Token, format: Format) -> Result<Download, PortalError> {
        let (organisation, link) = self.portal_link(session).await?;
        let books = self.store().read(organisation).await?;
        Ok(documents::download(books, link.invoice, format).await?)
    }

    /// Ends what [`open_portal`](Self::open_portal) began. Nothing happens if it is over already.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn close_portal(&self, session: &Token) -> Result<(), Unavailable> {
        let hash = session.hash(PORTAL_SESSION_PURPOSE);
        let found = self.store().find_portal_session(&hash, self.clock().now()).await?;
        if let Some((organisation, _)) = found {
            let mut books = self.store().write(organisation).await?;
            books.take_portal_session(&hash).await?;
            books.commit().await?;
        }
        Ok(())
    }

    /// The live link behind a portal token: a revoked link ends its sessions at once.
    async fn portal_link(&self, session: &Token) -> Result<(OrganisationId, PortalLink), PortalError> {
        let now = self.clock().now();
        let (organisation, link) = self
            .store()
            .find_portal_session(&session.hash(PORTAL_SESSION_PURPOSE), now)
            .await?
            .ok_or(PortalError::NoLink)?;
        let link =
            self.store().read(organisation).await?.find_link(link).await?.ok_or(PortalError::NoLink)?;
        if link.is_live(now) { Ok((organisation, link)) } else { Err(PortalError::NoLink) }
    }
}

const PORTAL_SESSION_PURPOSE: &str = "portal-session";
