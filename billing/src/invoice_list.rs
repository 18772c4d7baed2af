//! The list of drafts and issued documents: filtered, searched, sorted, a page at a time.

use counterfoil_identity::Actor;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_invoice::Currency;
use counterfoil_store::Books;
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::invoice_list::{InvoiceFilter, InvoiceOrder, InvoiceRow, InvoiceState};
use counterfoil_store::paging::Start;
use counterfoil_store::search::Query;
use jiff::ToSpan as _;
use jiff::civil::Date;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::cursor::{self, ListError, Listed};
use crate::invoices::{ListedInvoice, listed};
use crate::overview::SOON;

/// Rows on one page of a list.
pub const PAGE_SIZE: u32 = 50;

/// Where documents stand, to choose them by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFilter {
    /// Something is still to be paid, late or not.
    Open,
    /// The part of it that is past its due date.
    Overdue,
    /// The part of it that is due today or in the six days after it.
    DueSoon,
    /// Settled by payments.
    Paid,
    /// Settled by credit notes.
    Credited,
    /// Credit notes.
    CreditNote,
}

impl StatusFilter {
    fn state(self, today: Date) -> InvoiceState {
        match self {
            Self::Open => InvoiceState::Open,
            Self::Overdue => InvoiceState::OverdueOn(today),
            Self::DueSoon => InvoiceState::DueBetween(today, today.saturating_add(SOON.days())),
            Self::Paid => InvoiceState::Paid,
            Self::Credited => InvoiceState::Credited,
            Self::CreditNote => InvoiceState::CreditNote,
        }
    }
}

/// Which documents somebody wants to see. All conditions hold together.
#[derive(Debug, Clone, Default)]
pub struct InvoiceChoice {
    /// Words of the buyer, an e-mail address, a VAT identifier or a number, as typed; empty is none.
    pub search: String,
    /// Where they stand.
    pub status: Option<StatusFilter>,
    /// The customer they went to.
    pub customer: Option<Uuid>,
    /// BT-5.
    pub currency: Option<Currency>,
    /// BT-2 on this day or later.
    pub issued_from: Option<Date>,
    /// BT-2 on this day or earlier.
    pub issued_to: Option<Date>,
}

impl InvoiceChoice {
    pub(crate) fn filter(&self, today: Date) -> InvoiceFilter {
        InvoiceFilter {
            state: self.status.map(|status| status.state(today)),
            customer: self.customer,
            currency: self.currency,
            issued_from: self.issued_from,
            issued_to: self.issued_to,
            search: Query::parse(&self.search),
            ids: None,
            before_entry: None,
        }
    }
}

/// In which order, and which page.
#[derive(Debug, Clone, Default)]
pub struct InvoicePaging {
    /// What the list is sorted by.
    pub order: InvoiceOrder,
    /// The smallest first.
    pub ascending: bool,
    /// Where the page begins; none is the first.
    pub cursor: Option<String>,
}

impl Billing {
    /// A page of issued documents, as sorted, at most [`PAGE_SIZE`].
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn invoices(
        &self,
        by: &Actor<ReadBooks>,
        choice: &InvoiceChoice,
        paging: &InvoicePaging,
    ) -> Result<Listed<ListedInvoice>, ListError> {
        let today = self.clock().today(self.time_zone());
        let mut books = self.store().read(by.organisation()).await?;
        let InvoicePaging { order, ascending, cursor } = paging;
        let list = format!("invoices {order:?} {ascending}");
        let start = cursor::read(&books, &list, cursor.as_deref())?;
        let page = books.list_invoices(&choice.filter(today), *order, !ascending, &start, PAGE_SIZE).await?;
        Ok(Listed::new(&books, &list, page, |row| listed(row, today)))
    }

    /// A page of the drafts, those changed last first, at most `limit` and [`PAGE_SIZE`].
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn drafts(
        &self,
        by: &Actor<ReadBooks>,
        choice: &InvoiceChoice,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Listed<KeptDraft>, ListError> {
        const LIST: &str = "drafts";
        let mut books = self.store().read(by.organisation()).await?;
        let start = cursor::read(&books, LIST, cursor)?;
        let search = Query::parse(&choice.search);
        let limit = limit.min(PAGE_SIZE);
        let page = books.page_of_drafts(search.as_ref(), choice.customer, &start, limit).await?;
        Ok(Listed::new(&books, LIST, page, |draft| draft))
    }

    /// These documents, the oldest first; what is not there is left out.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn documents(
        &self,
        by: &Actor<ReadBooks>,
        ids: &[Uuid],
    ) -> Result<Vec<InvoiceRow>, Unavailable> {
        let filter = InvoiceFilter { ids: Some(ids.to_vec()), ..InvoiceFilter::default() };
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let mut books = self.store().read(by.organisation()).await?;
        Ok(books.list_invoices(&filter, InvoiceOrder::IssueDate, false, &Start::First, limit).await?.rows)
    }

    /// The currencies that documents were issued in.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn currencies(&self, by: &Actor<ReadBooks>) -> Result<Vec<Currency>, Unavailable> {
        Ok(self.store().read(by.organisation()).await?.list_currencies().await?)
    }
}

/// The newest documents of a customer.
pub(crate) async fn latest_of(
    books: &mut Books,
    customer: Uuid,
    today: Date,
    limit: u32,
) -> Result<Vec<ListedInvoice>, Unavailable> {
    let filter = InvoiceFilter { customer: Some(customer), ..InvoiceFilter::default() };
    let page = books.list_invoices(&filter, InvoiceOrder::IssueDate, true, &Start::First, limit).await?;
    Ok(page.rows.into_iter().map(|row| listed(row, today)).collect())
}
