//! Issued documents as the biller sees them.

use counterfoil_identity::Actor;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_invoice::Money;
use counterfoil_ledger::note::VerifierKey;
use counterfoil_store::files::{DocumentFile, FileKind};
use counterfoil_store::invoice_list::InvoiceRow;
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::links::PortalLink;
use counterfoil_store::outbox::{Message, MessageKind};
use counterfoil_store::payments::{Payment, Standing};
use jiff::civil::Date;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::ledger;
use crate::settlement::{left_to_credit, open_amount, owed_back};
use crate::verdict::Judgement;
use crate::verify::{judge_shown, note_own_copy};

/// Where an issued document stands on a given day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// To be paid, not yet due.
    Open,
    /// Past its due date by this many days.
    Overdue(i32),
    /// Partly paid, not yet due.
    PartlyPaid,
    /// Settled by payments.
    Paid,
    /// Taken back: what was to be paid is credited, whatever was paid of it.
    Credited,
    /// A credit note asks for nothing.
    CreditNote,
}

impl Status {
    /// Where a document stands.
    pub fn of(
        is_credit_note: bool,
        amount_due: Money,
        standing: Standing,
        due_date: Option<Date>,
        today: Date,
    ) -> Self {
        if is_credit_note {
            return Self::CreditNote;
        }
        let open = open_amount(is_credit_note, amount_due, standing).minor();
        let overdue = due_date.map_or(0, |due| (today - due).get_days());
        match open {
            ..=0 if standing.credited > 0 && standing.credited >= amount_due.minor() => Self::Credited,
            ..=0 => Self::Paid,
            _ if overdue > 0 => Self::Overdue(overdue),
            _ if standing.paid > 0 => Self::PartlyPaid,
            _ => Self::Open,
        }
    }
}

/// A document in a list.
#[derive(Debug, Clone)]
pub struct ListedInvoice {
    /// What the row shows.
    pub row: InvoiceRow,
    /// Where it stands today.
    pub status: Status,
    /// What is still to be paid.
    pub open: Money,
}

/// An issued document with all that belongs to it.
#[derive(Debug, Clone)]
pub struct InvoiceView {
    /// The document.
    pub kept: KeptInvoice,
    /// Where it stands today.
    pub status: Status,
    /// What was paid and taken back since it was issued.
    pub standing: Standing,
    /// What is still to be paid.
    pub open: Money,
    /// What was paid beyond what is owed, so that it is to be paid back or set off.
    pub owed_back: Money,
    /// What may still be credited: nothing of a credit note, and nothing of what a corrected invoice replaced.
    pub left_to_credit: Money,
    /// Payments, oldest first.
    pub payments: Vec<Payment>,
    /// Links, newest first.
    pub links: Vec<PortalLink>,
    /// Mails about it, oldest first.
    pub mails: Vec<Message>,
    /// The signed PDF, once made.
    pub pdf: Option<DocumentFile>,
    /// The invoice that this one credits or corrects: id and number.
    pub preceding: Option<(Uuid, String)>,
    /// The documents that credit or correct it, oldest first.
    pub following: Vec<Following>,
    /// What of all this the ledger proves.
    pub judgement: Judgement,
    /// What verifies the ledger.
    pub ledger_key: VerifierKey,
}

/// A later document that credits or corrects another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// Its id.
    pub id: Uuid,
    /// BT-1.
    pub number: String,
    /// It stands in the other's place, rather than take something of it back.
    pub corrects: bool,
}

impl Billing {
    /// An issued document with all that belongs to it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn invoice(&self, by: &Actor<ReadBooks>, id: Uuid) -> Result<Option<InvoiceView>, Unavailable> {
        let today = self.clock().today(self.time_zone());
        let mut books = self.store().read(by.organisation()).await?;
        let Some(kept) = books.find_invoice(id).await? else { return Ok(None) };
        let standing = books.standing(id).await?;
        let content = &kept.issued.document().content;
        let status = Status::of(content.is_credit_note(), kept.amount_due, standing, content.due_date, today);
        let preceding = match kept.preceding {
            Some(preceding) => number_of(&mut books, preceding).await?,
            None => None,
        };
        let mut following = Vec::new();
        for id in books.list_following(id).await? {
            let later = books.find_invoice(id).await?.ok_or(Unavailable::Damaged("a later document"))?;
            let document = later.issued.document();
            let (number, corrects) = (document.number.clone(), document.content.is_corrected_invoice());
            following.push(Following { id, number, corrects });
        }
        let billed = kept.issued.billed().map_err(|_| Unavailable::Damaged("what was billed"))?;
        let is_final = content.is_credit_note() || following.iter().any(|later| later.corrects);
        let left =
            if is_final { Money::from_minor(0, billed.currency()) } else { left_to_credit(billed, standing) };
        let mut mails = books.list_messages(id).await?;
        mails.retain(|message| message.kind == MessageKind::Mail);
        let pdf = books.find_file(id, FileKind::Pdf).await?;
        let judgement = judge_shown(&mut books, id, pdf.as_ref()).await?;
        let copy = pdf.as_ref().map(|file| books.locate(file));
        let mut view = InvoiceView {
            status,
            standing,
            open: open_amount(content.is_credit_note(), kept.amount_due, standing),
            owed_back: owed_back(content.is_credit_note(), kept.amount_due, standing),
            left_to_credit: left,
            payments: books.list_payments(id).await?,
            links: books.list_links(id).await?,
            mails,
            pdf,
            preceding,
            following,
            judgement,
            ledger_key: ledger::signing_key(&mut books).await?.verifier(),
            kept,
        };
        drop(books);
        if let Some(copy) = copy {
            note_own_copy(&mut view.judgement, &copy).await?;
        }
        Ok(Some(view))
    }
}

pub(crate) fn listed(row: InvoiceRow, today: Date) -> ListedInvoice {
    let is_credit_note = counterfoil_invoice::Content::CREDIT_NOTE_CODES.contains(&row.type_code.as_str());
    ListedInvoice {
        status: Status::of(is_credit_note, row.amount_due, row.standing, row.due_date, today),
        open: open_amount(is_credit_note, row.amount_due, row.standing),
        row,
    }
}

pub(crate) async fn number_of(
    books: &mut counterfoil_store::Books,
    id: Uuid,
) -> Result<Option<(Uuid, String)>, Unavailable> {
    Ok(books.find_invoice(id).await?.map(|kept| (id, kept.issued.document().number.clone())))
}
