//! Issuing: the moment from which a document exists.

use counterfoil_einvoice::{ReadBackError, Syntax, WriteError, read_back};
use counterfoil_identity::permission::{Credit, EditDrafts, Issue};
use counterfoil_identity::{Actor, Permission as _, VerificationCode};
use counterfoil_invoice::{Content, Finding, InvoiceNumber, Issued, Money, Severity};
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::e_invoices::EInvoiceIndex;
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::outbox::{MessageKind, NewMessage};
use counterfoil_store::{Books, Store, StoreError};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::certificates::certificate_in_use;
use crate::clock::{fresh_id, rng};
use crate::drafts::{DraftError, complete};
use crate::ledger::{self, Act, IssuedDetails, Kind};
use crate::preceding::{preceding, replaced_by};
use crate::settlement;

/// A document that was just issued.
#[derive(Debug, Clone)]
pub struct JustIssued {
    /// Its id.
    pub id: Uuid,
    /// The document.
    pub issued: Issued,
}

/// Why nothing was issued. The biller can act on the first three and sees them on the form.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// There is none.
    #[error("there is no such draft: it may have been issued or discarded")]
    NoSuchDraft,
    /// Somebody changed what the biller looked at.
    #[error("somebody else changed this draft in the meantime: look at it again before issuing")]
    Changed,
    /// The draft breaks rules.
    #[error("the draft breaks {} rules: {}", .0.len(), rules(.0))]
    NotIssuable(Vec<Finding>),
    /// Whoever issues may not credit.
    #[error("a credit note is issued by somebody who may credit: ask an owner, accountant or approver")]
    MayNotCredit,
    /// It credits more than is left of the invoice.
    #[error("{0} of the invoice is left to credit, this would credit {1}")]
    TooMuchCredit(String, String),
    /// A corrected invoice stands in the place of what it would take back.
    #[error("{0} was replaced by {1}: credit or correct that one")]
    Replaced(String, String),
    /// The content is no draft.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The e-invoice cannot be written.
    #[error("the e-invoice cannot be written: {0}")]
    NotWritable(#[from] WriteError),
    /// The e-invoice would say something else than the document.
    #[error("the e-invoice cannot be written: {0}; nothing is issued, please report it")]
    ReadBack(#[from] ReadBackError),
    /// An imported certificate ended, and only outside can it be renewed.
    #[error("the signing certificate expired on {}: import its successor, or have one made by `certificate renew`", .0.strftime("%Y-%m-%d"))]
    CertificateExpired(jiff::Timestamp),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for IssueError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

fn rules(findings: &[Finding]) -> String {
    findings.iter().map(|f| format!("{} ({})", f.rule, f.message)).collect::<Vec<_>>().join("; ")
}

impl Billing {
    /// Number, document, ledger entry and follow-ups in one transaction, or nothing. The files are made right after.
    ///
    /// # Errors
    /// [`IssueError`].
    pub async fn issue(&self, by: &Actor<Issue>, id: Uuid, version: i64) -> Result<JustIssued, IssueError> {
        self.renew_certificate_in_time(by.organisation()).await?;
        let mut books = self.store().write(by.organisation()).await?;
        let draft = books.find_draft(id).await?.ok_or(IssueError::NoSuchDraft)?;
        if draft.version != version {
            return Err(IssueError::Changed);
        }
        let kept = self.append(&mut books, by, draft).await?;
        books.take_draft(id).await?;
        books.commit().await?;
        Ok(self.seal(by, kept).await)
    }

    /// The same for a content that was no draft before. So nothing is left behind, whenever it ends.
    ///
    /// # Errors
    /// [`IssueError`].
    pub async fn issue_content(
        &self,
        by: &Actor<Issue>,
        _: &Actor<EditDrafts>,
        content: Content,
    ) -> Result<JustIssued, IssueError> {
        self.renew_certificate_in_time(by.organisation()).await?;
        let mut books = self.store().write(by.organisation()).await?;
        let draft = self.draft(&mut books, fresh_id(self.clock().now()), None, content).await?;
        let kept = self.append(&mut books, by, draft).await?;
        books.commit().await?;
        Ok(self.seal(by, kept).await)
    }

    /// All that makes a draft an issued document, in the open transaction.
    async fn append(
        &self,
        books: &mut Books,
        by: &Actor<Issue>,
        draft: KeptDraft,
    ) -> Result<KeptInvoice, IssueError> {
        let now = self.clock().now();
        let today = self.clock().today(self.time_zone());
        let KeptDraft { id, mut draft, customer, .. } = draft;
        let preceding = preceding(books, &draft.0).await?;
        let credits = preceding.invoice.is_some() || draft.0.is_credit_note();
        if credits && by.role().is_some_and(|role| !Credit::granted_to(role)) {
            return Err(IssueError::MayNotCredit);
        }
        let profile = books.organisation_profile().await?.profile;
        let series = profile.numbering.of(draft.0.is_credit_note()).series(today);
        let number = InvoiceNumber { sequence: books.take_number(&series).await?, series };
        complete(&mut draft.0, books, profile, &number.to_string(), today, now).await?;
        if preceding.findings.iter().any(|finding| finding.severity == Severity::Fatal) {
            let (_, mut findings) = draft.preview(&number.to_string(), today);
            findings.extend(preceding.findings);
            return Err(IssueError::NotIssuable(findings));
        }
        let issued = draft.issue(number, today).map_err(IssueError::NotIssuable)?;
        let amount_due = issued.payable().map_err(|_| Unavailable::Damaged("the amount due"))?;
        let settles = match preceding.invoice {
            Some(preceding) => Some(settle(books, preceding, &issued).await?),
            None => None,
        };
        let cii = counterfoil_einvoice::write(issued.document(), Syntax::Cii)?;
        let ubl = counterfoil_einvoice::write(issued.document(), Syntax::Ubl)?;
        // Before the number is given: what does not read back is never released.
        for xml in [&cii, &ubl] {
            read_back(xml, issued.document())?;
        }
        let certificate = certificate_in_use(books).await?;
        if certificate.not_after < now {
            return Err(IssueError::CertificateExpired(certificate.not_after));
        }
        let act = Act {
            kind: Kind::InvoiceIssued,
            by: by.person(),
            subject: Some(id),
            details: json!(IssuedDetails {
                customer,
                preceding: preceding.invoice,
                settles,
                ..IssuedDetails::of(&issued, &cii, &ubl, certificate.fingerprint)
            }),
        };
        let ledger_position = ledger::record(books, act, now).await?;
        let code = VerificationCode::generate(&mut rng());
        let kept = KeptInvoice {
            id,
            issued,
            customer,
            preceding: preceding.invoice,
            amount_due,
            code: code.to_string(),
            cii,
            ubl,
            ledger_position,
            issued_at: now,
            issued_by: by.person(),
        };
        books.append_invoice(&kept, &code.hash()).await?;
        for index in e_invoice_indexes(self.store(), &kept.cii, &kept.ubl) {
            books.append_e_invoice(id, index).await?;
        }
        // The message has the document's id: a document is sealed once.
        let message = NewMessage {
            id,
            kind: MessageKind::SealDocument,
            dedupe_key: &format!("seal:{id}"),
            subject: id,
            recipient: None,
            payload: &(),
        };
        books.insert_message(&message, now).await?;
        Ok(kept)
    }

    /// Makes the files of what was committed.
    async fn seal(&self, by: &Actor<Issue>, kept: KeptInvoice) -> JustIssued {
        if let Err(error) = self.seal_document(by.organisation(), kept.id).await {
            tracing::warn!(id = %kept.id, %error, "the files are not made yet; the outbox tries again");
        }
        JustIssued { id: kept.id, issued: kept.issued }
    }
}

/// What the e-invoices of a document are looked up by, in order.
pub(crate) fn e_invoice_indexes(store: &Store, cii: &[u8], ubl: &[u8]) -> [EInvoiceIndex; 2] {
    let mut indexes = [cii, ubl].map(|xml| store.e_invoice_index(&Sha256::digest(xml).into()));
    indexes.sort_unstable();
    indexes
}

/// What the document does to the invoice that it names: a credit note settles it, never more than all of it; a corrected
/// invoice stands in its place. Gives how much of it is settled so.
async fn settle(books: &mut Books, invoice: Uuid, by: &Issued) -> Result<Money, IssueError> {
    let of = books.find_invoice(invoice).await?.ok_or(Unavailable::Damaged("the credited invoice"))?;
    if let Some(replacement) = replaced_by(books, invoice).await? {
        return Err(IssueError::Replaced(of.issued.document().number.clone(), replacement));
    }
    let damaged = |_| Unavailable::Damaged("what was billed");
    let (billed, amount) = (of.issued.billed().map_err(damaged)?, by.billed().map_err(damaged)?);
    let before = books.standing(invoice).await?;
    let standing = if by.document().content.is_corrected_invoice() {
        settlement::replaced(of.amount_due, billed, before, by)
    } else {
        settlement::credited(billed, before, amount).map_err(|too_much| {
            let left = Money::from_minor(too_much.left, billed.currency());
            let [left, amount] = [left, amount].map(|sum| format!("{} {}", sum.amount(), sum.currency()));
            IssueError::TooMuchCredit(left, amount)
        })?
    };
    books.update_standing(invoice, standing).await?;
    let settled = standing.credited.saturating_sub(before.credited);
    Ok(Money::from_minor(settled, billed.currency()))
}
