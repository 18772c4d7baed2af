//! Issuing: the moment from which a document exists.

use counterfoil_einvoice::{ReadBackError, Syntax, WriteError, read_back};
use counterfoil_identity::permission::{Credit, Issue};
use counterfoil_identity::{Actor, Permission as _, VerificationCode};
use counterfoil_invoice::{Amount, Finding, Issued, Money};
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::e_invoices::EInvoiceIndex;
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::outbox::{MessageKind, NewMessage};
use counterfoil_store::{Store, StoreError};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::certificates::certificate_in_use;
use crate::clock::rng;
use crate::drafts::{complete, series};
use crate::ledger::{self, Act, IssuedDetails, Kind};

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
        let now = self.clock().now();
        let today = self.clock().today(self.time_zone());
        self.renew_certificate_in_time(by.organisation()).await?;
        let mut books = self.store().write(by.organisation()).await?;
        let KeptDraft { mut draft, customer, preceding, version: kept_version, .. } =
            books.find_draft(id).await?.ok_or(IssueError::NoSuchDraft)?;
        if kept_version != version {
            return Err(IssueError::Changed);
        }
        let credits = preceding.is_some() || draft.0.is_credit_note();
        if credits && by.role().is_some_and(|role| !Credit::granted_to(role)) {
            return Err(IssueError::MayNotCredit);
        }
        let series = series(today);
        let number =
            counterfoil_invoice::InvoiceNumber { sequence: books.take_number(&series).await?, series };
        complete(&mut draft.0, &mut books, &number.to_string(), today, now).await?;
        let issued = draft.issue(number, today).map_err(IssueError::NotIssuable)?;
        let amount_due = issued.payable().map_err(|_| Unavailable::Damaged("the amount due"))?;
        let settles = match preceding {
            Some(preceding) => Some(settle_by_credit(&mut books, preceding, amount_due).await?),
            None => None,
        };
        let cii = counterfoil_einvoice::write(issued.document(), Syntax::Cii)?;
        let ubl = counterfoil_einvoice::write(issued.document(), Syntax::Ubl)?;
        // Before the number is given: what does not read back is never released.
        for xml in [&cii, &ubl] {
            read_back(xml, issued.document())?;
        }
        let certificate = certificate_in_use(&mut books).await?;
        if certificate.not_after < now {
            return Err(IssueError::CertificateExpired(certificate.not_after));
        }
        let act = Act {
            kind: Kind::InvoiceIssued,
            by: by.person(),
            subject: Some(id),
            details: json!(IssuedDetails {
                preceding,
                settles,
                ..IssuedDetails::of(&issued, &cii, &ubl, certificate.fingerprint)
            }),
        };
        let ledger_position = ledger::record(&mut books, act, now).await?;
        let code = VerificationCode::generate(&mut rng());
        let kept = KeptInvoice {
            id,
            issued,
            customer,
            preceding,
            amount_due,
            code: code.to_string(),
            cii,
            ubl,
            ledger_position,
            issued_at: now,
            issued_by: by.person(),
        };
        books.append_invoice(&kept, &code.hash()).await?;
        for index in e_invoice_indexes(self.store(), &kept.cii, &kept.ubl).await? {
            books.append_e_invoice(id, index).await?;
        }
        books.take_draft(id).await?;
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
        books.commit().await?;
        if let Err(error) = self.seal_document(by.organisation(), id).await {
            tracing::warn!(%id, %error, "the files are not made yet; the outbox tries again");
        }
        Ok(JustIssued { id, issued: kept.issued })
    }
}

/// What the e-invoices of a document are looked up by, in order.
pub(crate) async fn e_invoice_indexes(
    store: &Store,
    cii: &[u8],
    ubl: &[u8],
) -> Result<[EInvoiceIndex; 2], StoreError> {
    let mut indexes = [
        store.e_invoice_index(&Sha256::digest(cii).into()).await?,
        store.e_invoice_index(&Sha256::digest(ubl).into()).await?,
    ];
    indexes.sort_unstable();
    Ok(indexes)
}

/// A credit note settles its invoice, and never more than all of it. Gives how much.
async fn settle_by_credit(
    books: &mut counterfoil_store::Books,
    invoice: Uuid,
    credit: Money,
) -> Result<Amount, IssueError> {
    let of = books.find_invoice(invoice).await?.ok_or(Unavailable::Damaged("the credited invoice"))?;
    let mut standing = books.standing(invoice).await?;
    let left = of.amount_due.minor().saturating_sub(standing.credited);
    // A credit below nothing would raise the debt.
    if credit.currency() != of.amount_due.currency() || credit.minor() <= 0 || credit.minor() > left {
        let left = Money::from_minor(left, of.amount_due.currency());
        return Err(IssueError::TooMuchCredit(
            format!("{} {}", left.amount(), left.currency()),
            format!("{} {}", credit.amount(), credit.currency()),
        ));
    }
    standing.credited += credit.minor();
    books.update_standing(invoice, standing).await?;
    Ok(credit.amount())
}
