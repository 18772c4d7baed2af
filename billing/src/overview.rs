//! The first page: what is open, what is expected when, and what needs a person.

use std::collections::BTreeMap;

use counterfoil_identity::Actor;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_invoice::{Content, Currency, Money};
use counterfoil_store::Books;
use counterfoil_store::invoice_list::{InvoiceFilter, InvoiceOrder, Sum};
use counterfoil_store::outbox::{MessageKind, MessageState};
use counterfoil_store::paging::Start;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::certificates::certificate_in_use;
use crate::invoices::{ListedInvoice, listed, number_of};

/// Weeks of which each has a figure; what is due after them is one more.
pub const WEEKS: usize = 6;
/// "Soon" is today and so many days after it.
pub(crate) const SOON: i32 = 6;
/// The latest documents.
const LATEST: u32 = 10;
/// Messages that need a person; beyond so many, more would not help.
const MOST_STUCK: u32 = 10;

/// How an organisation stands today.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The day it is about.
    pub today: Date,
    /// Sums, one currency each: the organisation's own first. Empty before anything is issued.
    pub figures: Vec<Figures>,
    /// The newest documents.
    pub latest: Vec<ListedInvoice>,
    /// Messages that do not get on without a person.
    pub stuck: Vec<Stuck>,
    /// Days until the signing certificate ends, below zero after that, if only a person can renew it and soon has to.
    pub certificate_days: Option<i64>,
    /// What a new organisation has done so far.
    pub first_hour: FirstHour,
}

/// The sums of one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Everything still to be paid.
    pub open: Figure,
    /// The part of it that is past its due date.
    pub overdue: Figure,
    /// The longest overdue date.
    pub oldest_due: Option<Date>,
    /// The part of it that is due today or in the six days after it.
    pub due_soon: Figure,
    /// Invoices issued since the first of the month; credit notes are not taken off.
    pub issued: Figure,
    /// Credit notes issued since the first of the month.
    pub credited: Figure,
    /// What is due in this week, from today on, and in the following ones.
    pub weeks: [Week; WEEKS],
    /// What is due after the last of them.
    pub later: Money,
}

/// A sum and how many documents it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// How much.
    pub sum: Money,
    /// Of how many documents.
    pub documents: u64,
}

/// What is due from a Monday to the Sunday after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// The Monday.
    pub from: Date,
    /// How much.
    pub sum: Money,
}

/// A message that does not get on by itself.
#[derive(Debug, Clone)]
pub struct Stuck {
    /// The document it is about.
    pub invoice: Uuid,
    /// Its number.
    pub number: String,
    /// What it should make happen.
    pub kind: MessageKind,
    /// Given up, come back, not known, or waiting for a mail server that nobody set up.
    pub state: MessageState,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// The first steps of an organisation. That it is there and its owner has a second factor goes without saying: without
/// them nobody sees this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstHour {
    /// It can be paid.
    pub payee_account: bool,
    /// It has somebody to invoice.
    pub customer: bool,
    /// It has issued something.
    pub invoice: bool,
}

impl FirstHour {
    /// Whether all of it is done.
    pub fn is_over(self) -> bool {
        self.payee_account && self.customer && self.invoice
    }
}

impl Billing {
    /// How an organisation stands today.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn overview(&self, by: &Actor<ReadBooks>) -> Result<Overview, Unavailable> {
        let today = self.clock().today(self.time_zone());
        let mut books = self.store().read(by.organisation()).await?;
        let own = books.organisation_profile().await?.profile.currency;
        let open = books.sum_open().await?;
        let issued = books.sum_issued(today.first_of_month(), today).await?;
        let all = InvoiceFilter::default();
        let latest =
            books.list_invoices(&all, InvoiceOrder::IssueDate, true, &Start::First, LATEST).await?.rows;
        let first_hour = FirstHour {
            payee_account: !books.list_payee_accounts().await?.is_empty(),
            customer: !books.list_customers(1).await?.is_empty(),
            invoice: !latest.is_empty(),
        };
        let certificate = certificate_in_use(&mut books).await?;
        let mut figures = figures(today, &open, &issued);
        if first_hour.invoice && figures.is_empty() {
            figures.push(Figures::of_nothing(own, today));
        }
        figures.sort_by_key(|figures| figures.open.sum.currency() != own);
        Ok(Overview {
            today,
            figures,
            latest: latest.into_iter().map(|row| listed(row, today)).collect(),
            stuck: self.stuck(&mut books).await?,
            certificate_days: days_to_renew(certificate.imported, certificate.not_after, self.clock().now()),
            first_hour,
        })
    }

    async fn stuck(&self, books: &mut Books) -> Result<Vec<Stuck>, Unavailable> {
        let mut stuck = Vec::new();
        let now = self.clock().now();
        for message in books.list_unfinished_messages(MOST_STUCK).await? {
            let needs_a_person = match message.state {
                MessageState::Dead | MessageState::Bounced => true,
                // Until then the answer may still come.
                MessageState::Unknown => !message.is_worked_on(now),
                _ => message.kind == MessageKind::Mail && !self.has_mail(),
            };
            if !needs_a_person {
                continue;
            }
            let Some((invoice, number)) = number_of(books, message.subject).await? else { continue };
            stuck.push(Stuck {
                invoice,
                number,
                kind: message.kind,
                state: message.state,
                last_error: message.last_error,
            });
        }
        Ok(stuck)
    }
}

/// One that was made here renews itself.
fn days_to_renew(is_imported: bool, not_after: Timestamp, now: Timestamp) -> Option<i64> {
    let days = not_after.duration_since(now).as_hours().div_euclid(24);
    Some(days).filter(|days| is_imported && *days < 30)
}

impl Figures {
    fn of_nothing(currency: Currency, today: Date) -> Self {
        let nothing = Figure { sum: Money::from_minor(0, currency), documents: 0 };
        let monday = today.saturating_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
        let week = |number: usize| Week {
            from: monday.saturating_add(i64::try_from(number).expect("a few").weeks()),
            sum: nothing.sum,
        };
        Self {
            open: nothing,
            overdue: nothing,
            oldest_due: None,
            due_soon: nothing,
            issued: nothing,
            credited: nothing,
            weeks: std::array::from_fn(week),
            later: nothing.sum,
        }
    }

    fn add_open(&mut self, due: Option<Date>, sum: &Sum, today: Date) {
        self.open.add(sum);
        let Some(due) = due else { return };
        let days = (due - today).get_days();
        if days < 0 {
            self.overdue.add(sum);
            self.oldest_due = Some(self.oldest_due.map_or(due, |oldest| oldest.min(due)));
            return;
        }
        if days <= SOON {
            self.due_soon.add(sum);
        }
        let week = usize::try_from((due - self.weeks[0].from).get_days() / 7).unwrap_or(usize::MAX);
        match self.weeks.get_mut(week) {
            Some(week) => week.sum = added(week.sum, sum.amount),
            None => self.later = added(self.later, sum.amount),
        }
    }
}

impl Figure {
    fn add(&mut self, sum: &Sum) {
        self.sum = added(self.sum, sum.amount);
        self.documents = self.documents.saturating_add(sum.documents);
    }
}

/// For a figure on a page: the books themselves never saturate.
fn added(a: Money, b: Money) -> Money {
    Money::from_minor(a.minor().saturating_add(b.minor()), a.currency())
}

fn figures(today: Date, open: &[(Option<Date>, Sum)], issued: &[Sum]) -> Vec<Figures> {
    let mut by_currency: BTreeMap<Currency, Figures> = BTreeMap::new();
    let mut of = |sum: &Sum, add: &dyn Fn(&mut Figures)| {
        let currency = sum.amount.currency();
        add(by_currency.entry(currency).or_insert_with(|| Figures::of_nothing(currency, today)));
    };
    for (due, sum) in open.iter().filter(|(_, sum)| !is_credit_note(sum)) {
        of(sum, &|figures| figures.add_open(*due, sum, today));
    }
    for sum in issued {
        of(sum, &|figures| {
            if is_credit_note(sum) { figures.credited.add(sum) } else { figures.issued.add(sum) }
        });
    }
    by_currency.into_values().collect()
}

fn is_credit_note(sum: &Sum) -> bool {
    Content::CREDIT_NOTE_CODES.contains(&sum.type_code.as_str())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn sum(type_code: &str, documents: u64, minor: i64, currency: &str) -> Sum {
        let amount = Money::from_minor(minor, currency.parse().unwrap());
        Sum { type_code: type_code.to_owned(), documents, amount }
    }

    fn figure(figure: Figure) -> (i64, u64) {
        (figure.sum.minor(), figure.documents)
    }

    /// A Wednesday.
    const TODAY: Date = date(2026, 3, 4);

    #[test]
    fn what_is_due_today_is_not_overdue_and_belongs_to_this_week() {
        let open = [
            (Some(date(2026, 2, 1)), sum("380", 2, 100, "EUR")),
            (Some(date(2026, 3, 3)), sum("380", 1, 20, "EUR")),
            (Some(TODAY), sum("380", 1, 3, "EUR")),
            (Some(date(2026, 3, 8)), sum("384", 1, 4, "EUR")),
            (Some(date(2026, 3, 9)), sum("380", 1, 50, "EUR")),
            (Some(date(2026, 3, 11)), sum("380", 1, 600, "EUR")),
            (Some(date(2026, 4, 12)), sum("380", 1, 7, "EUR")),
            (Some(date(2026, 4, 13)), sum("380", 1, 8, "EUR")),
            (None, sum("380", 1, 9000, "EUR")),
        ];
        let [eur] = figures(TODAY, &open, &[]).try_into().unwrap();
        assert_eq!(figure(eur.open), (9792, 10));
        assert_eq!((figure(eur.overdue), eur.oldest_due), ((120, 3), Some(date(2026, 2, 1))));
        assert_eq!(figure(eur.due_soon), (57, 3));
        assert_eq!(eur.weeks[0].from, date(2026, 3, 2));
        assert_eq!(eur.weeks.map(|week| week.sum.minor()), [7, 650, 0, 0, 0, 7]);
        assert_eq!(eur.later.minor(), 8);
    }

    #[test]
    fn a_certificate_that_only_a_person_renews_asks_for_it_a_month_before_it_ends() {
        let now: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
        for (is_imported, ends, days) in [
            (true, "2026-04-04T12:00:00Z", None),
            (true, "2026-04-02T12:00:00Z", Some(29)),
            (true, "2026-03-04T13:00:00Z", Some(0)),
            (true, "2026-03-04T11:00:00Z", Some(-1)),
            (false, "2026-03-05T12:00:00Z", None),
        ] {
            assert_eq!(days_to_renew(is_imported, ends.parse().unwrap(), now), days, "{ends}");
        }
    }

    #[test]
    fn currencies_are_not_mixed_and_credit_notes_are_never_open() {
        let open = [(None, sum("380", 1, 5, "EUR")), (None, sum("381", 1, 70, "EUR"))];
        let issued = [sum("380", 2, 9, "CHF"), sum("380", 1, 4, "EUR"), sum("381", 1, 2, "EUR")];
        let [chf, eur] = figures(TODAY, &open, &issued).try_into().unwrap();
        assert_eq!((figure(chf.open), figure(chf.issued)), ((0, 0), (9, 2)));
        assert_eq!((figure(eur.open), figure(eur.issued), figure(eur.credited)), ((5, 1), (4, 1), (2, 1)));
    }
}
