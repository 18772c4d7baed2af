//! What somebody looks for in the list of invoices, as the address of the page says it.

use counterfoil_billing::invoice_list::{InvoiceChoice, InvoicePaging, StatusFilter};
use counterfoil_store::invoice_list::InvoiceOrder;
use serde::Deserialize;

use crate::address::with_query;
use crate::language::{Text, t};
use crate::{ErrorPage, Shell};

/// Where documents stand: in the address, and on the page. Drafts are no documents yet and have their own table.
pub(super) fn statuses() -> [(&'static str, Text); 7] {
    [
        ("draft", t("drafts")),
        ("open", t("status-open")),
        ("overdue", t("status-overdue")),
        ("due-soon", t("filter-due-soon")),
        ("paid", t("status-paid")),
        ("credited", t("status-credited")),
        ("credit-note", t("filter-credit-notes")),
    ]
}

/// The columns that sort, as the address has them; with a minus in front the largest comes first.
pub(super) fn sorts() -> [(&'static str, Text); 8] {
    [
        ("-issued", t("sort-newest")),
        ("issued", t("sort-oldest")),
        ("due", t("sort-due-first")),
        ("-due", t("sort-due-last")),
        ("-amount", t("sort-largest")),
        ("amount", t("sort-smallest")),
        ("-number", t("sort-highest")),
        ("number", t("sort-lowest")),
    ]
}

/// The order without any other word.
const NEWEST: &str = "-issued";

/// The parameters of the page. Empty is none: a form sends all of its fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// Words.
    pub(super) q: String,
    /// One of [`statuses`].
    pub(super) status: String,
    /// A customer's id.
    pub(super) customer: String,
    /// A currency's code.
    pub(super) currency: String,
    /// Issued on this day or later.
    pub(super) from: String,
    /// Issued on this day or earlier.
    pub(super) to: String,
    /// One of [`sorts`].
    pub(super) sort: String,
    /// Where the page begins.
    pub(super) cursor: String,
}

impl Choice {
    /// Read from an address, or the words that say what is wrong with it.
    pub(super) fn read(&self) -> Result<(InvoiceChoice, InvoicePaging), ErrorPage> {
        let wrong = |what: Text| ErrorPage::bad_request(t("choice-wrong").with("what", what));
        let status = match self.status.as_str() {
            "" | "draft" => None,
            "open" => Some(StatusFilter::Open),
            "overdue" => Some(StatusFilter::Overdue),
            "due-soon" => Some(StatusFilter::DueSoon),
            "paid" => Some(StatusFilter::Paid),
            "credited" => Some(StatusFilter::Credited),
            "credit-note" => Some(StatusFilter::CreditNote),
            _ => return Err(wrong(t("choice-status"))),
        };
        let (order, ascending) = match self.sort() {
            "-issued" => (InvoiceOrder::IssueDate, false),
            "issued" => (InvoiceOrder::IssueDate, true),
            "-due" => (InvoiceOrder::DueDate, false),
            "due" => (InvoiceOrder::DueDate, true),
            "-amount" => (InvoiceOrder::Amount, false),
            "amount" => (InvoiceOrder::Amount, true),
            "-number" => (InvoiceOrder::Number, false),
            "number" => (InvoiceOrder::Number, true),
            _ => return Err(wrong(t("choice-sort"))),
        };
        let choice = InvoiceChoice {
            search: self.q.clone(),
            status,
            customer: parsed(&self.customer).map_err(|()| wrong(t("choice-customer")))?,
            currency: parsed(&self.currency).map_err(|()| wrong(t("choice-currency")))?,
            issued_from: parsed(&self.from).map_err(|()| wrong(t("choice-date")))?,
            issued_to: parsed(&self.to).map_err(|()| wrong(t("choice-date")))?,
        };
        let cursor = Some(self.cursor.clone()).filter(|cursor| !cursor.is_empty());
        Ok((choice, InvoicePaging { order, ascending, cursor }))
    }

    pub(super) fn sort(&self) -> &str {
        if self.sort.is_empty() { NEWEST } else { &self.sort }
    }

    /// Whether the list is all there is, from its beginning.
    pub(super) fn is_all(&self) -> bool {
        self.is_unfiltered() && self.cursor.is_empty()
    }

    pub(super) fn is_unfiltered(&self) -> bool {
        let filters = [&self.q, &self.status, &self.customer, &self.currency, &self.from, &self.to];
        filters.iter().all(|filter| filter.is_empty())
    }

    pub(super) fn is_drafts(&self) -> bool {
        self.status == "draft"
    }

    /// The page's address with another choice, from its first page on.
    pub(super) fn with(&self, page: &Shell, change: impl FnOnce(&mut Self)) -> String {
        let mut choice = Self { cursor: String::new(), ..self.clone() };
        change(&mut choice);
        choice.address(page)
    }

    pub(super) fn address(&self, page: &Shell) -> String {
        let sort = if self.sort == NEWEST { "" } else { self.sort.as_str() };
        with_query(
            &page.url("/invoices"),
            &[
                ("q", &self.q),
                ("status", &self.status),
                ("customer", &self.customer),
                ("currency", &self.currency),
                ("from", &self.from),
                ("to", &self.to),
                ("sort", sort),
                ("cursor", &self.cursor),
            ],
        )
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<Option<T>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| ()),
    }
}
