//! Issued documents in lists: filtered, searched, sorted, a page at a time; and their sums.
//!
//! A page takes the same time in a list of a hundred thousand. Either one filter leaves few rows, which is counted
//! first; then the database is led to those rows and sorts them. Or none does; then it goes through the index in
//! the list's order and soon has a page full.

use counterfoil_invoice::{Amount, Currency, InvoiceNumber, Issued, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

use crate::convert::{bytes, date, signed, unsigned, uuid};
use crate::invoices::{KeptInvoice, money};
use crate::paging::{Columns, Mark, Page, Start, slice};
use crate::payments::Standing;
use crate::search::{FEW, Hits, Kind, Query, Words, count};
use crate::sql::{Sql, Value};
use crate::{Books, Result, StoreError};

/// What of a document its row in the list shows and no clear column may hold. Sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// BT-44.
    buyer_name: String,
    /// BT-48.
    buyer_vat_identifier: Option<String>,
    /// BT-109.
    total_without_vat: Amount,
    /// BT-110.
    vat_total: Option<Amount>,
    /// What it is found by.
    words: Words,
}

impl Summary {
    pub(crate) fn of(issued: &Issued) -> Self {
        let document = issued.document();
        let buyer = &document.content.buyer;
        let mut words = Words::default();
        words.add_number(issued.number());
        words.add_text(&buyer.name);
        buyer.trading_name.iter().for_each(|name| words.add_text(name));
        buyer.vat_identifier.iter().for_each(|id| words.add_identifier(id));
        if let Some(contact) = &buyer.contact {
            contact.name.iter().for_each(|name| words.add_text(name));
            contact.email.iter().for_each(|address| words.add_address(address));
        }
        Self {
            buyer_name: buyer.name.clone(),
            buyer_vat_identifier: buyer.vat_identifier.clone(),
            total_without_vat: document.totals.total_without_vat,
            vat_total: document.totals.vat_total,
            words,
        }
    }
}

/// An issued document in a list: what a row shows.
#[derive(Debug, Clone)]
pub struct InvoiceRow {
    /// Its id.
    pub id: Uuid,
    /// BT-1.
    pub number: String,
    /// BT-44.
    pub buyer_name: String,
    /// BT-48.
    pub buyer_vat_identifier: Option<String>,
    /// The customer it went to.
    pub customer: Option<Uuid>,
    /// BT-3.
    pub type_code: String,
    /// BT-2.
    pub issue_date: Date,
    /// BT-9.
    pub due_date: Option<Date>,
    /// BT-109.
    pub total_without_vat: Amount,
    /// BT-110.
    pub vat_total: Option<Amount>,
    /// BT-115.
    pub amount_due: Money,
    /// What is settled.
    pub standing: Standing,
}

/// Where documents stand, to choose them by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceState {
    /// Something is still to be paid, late or not.
    Open,
    /// Something is still to be paid, and the due date is before this day.
    OverdueOn(Date),
    /// Something is still to be paid, and it is due from the one day to the other.
    DueBetween(Date, Date),
    /// Settled by payments.
    Paid,
    /// Settled by credit notes alone.
    Credited,
    /// Credit notes.
    CreditNote,
}

impl InvoiceState {
    /// As in the column `state`.
    fn word(self) -> &'static str {
        match self {
            Self::Open | Self::OverdueOn(_) | Self::DueBetween(..) => "open",
            Self::Paid => "paid",
            Self::Credited => "credited",
            Self::CreditNote => "credit_note",
        }
    }
}

/// Which documents a list has. All conditions hold together.
#[derive(Debug, Clone, Default)]
pub struct InvoiceFilter {
    /// Where they stand.
    pub state: Option<InvoiceState>,
    /// The customer they went to.
    pub customer: Option<Uuid>,
    /// BT-5.
    pub currency: Option<Currency>,
    /// BT-2 on this day or later.
    pub issued_from: Option<Date>,
    /// BT-2 on this day or earlier.
    pub issued_to: Option<Date>,
    /// Words of buyer, number, VAT identifier or address.
    pub search: Option<Query>,
    /// These and no others.
    pub ids: Option<Vec<Uuid>>,
    /// Their ledger entry is before this one: what was issued since is left out.
    pub before_entry: Option<u64>,
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvoiceOrder {
    /// BT-2; of one day in the order they were issued.
    #[default]
    IssueDate,
    /// BT-9; without one last.
    DueDate,
    /// BT-115, that of a credit note below zero. Currencies are not converted.
    Amount,
    /// BT-1.
    Number,
}

/// Several documents of one kind and currency in one figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// BT-3 of each.
    pub type_code: String,
    /// How many.
    pub documents: u64,
    /// What they come to.
    pub amount: Money,
}

/// The filter that leads to the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leads {
    Search,
    Customer,
    Currency,
    Dates,
    State,
    /// None: the order does.
    Order,
}

/// `column`, so that SQLite uses no index for it: it does not know what is in a table, and would take the wrong one.
/// PostgreSQL does, and sees through this.
macro_rules! not_indexed {
    ($column:literal) => {
        concat!("(CASE WHEN 1 = 1 THEN ", $column, " END)")
    };
}

impl InvoiceOrder {
    fn columns(self, leads: Leads, descending: bool) -> Columns {
        let is_indexed = leads == Leads::Order;
        let key = match (self, is_indexed) {
            (Self::IssueDate, true) => "s.issue_date",
            (Self::IssueDate, false) => not_indexed!("s.issue_date"),
            (Self::DueDate, true) => "s.due_order",
            (Self::DueDate, false) => not_indexed!("s.due_order"),
            (Self::Amount, true) => "s.asked",
            (Self::Amount, false) => not_indexed!("s.asked"),
            (Self::Number, true) => "s.series",
            (Self::Number, false) => not_indexed!("s.series"),
        };
        let tie = if self == Self::Number { "s.sequence" } else { "s.position" };
        Columns { key, tie, descending }
    }

    fn mark(self, row: &AnyRow) -> Result<Mark> {
        let key = match self {
            Self::IssueDate => Value::Text(row.try_get("issue_date")?),
            Self::DueDate => Value::Text(row.try_get("due_order")?),
            Self::Amount => Value::Number(row.try_get("asked")?),
            Self::Number => Value::Text(row.try_get("series")?),
        };
        let tie = if self == Self::Number { "sequence" } else { "position" };
        Ok(Mark { key, tie: Value::Number(row.try_get(tie)?) })
    }
}

/// The conditions of a filter on `s`. Those that do not lead are kept away from the indexes; the state may lead along
/// with the order, because each order has an index for it.
fn conditions(sql: &mut Sql, filter: &InvoiceFilter, by: InvoiceOrder, leads: Leads) {
    if let Some(state) = filter.state {
        let is_indexed = matches!(leads, Leads::Order | Leads::State);
        sql.push(" AND ").push(if is_indexed { "s.state" } else { not_indexed!("s.state") });
        sql.push(" = ").bind(Value::Text(state.word().to_owned()));
        let bounds: &[(&str, Date)] = match state {
            InvoiceState::OverdueOn(today) => &[(" < ", today)],
            InvoiceState::DueBetween(from, to) => &[(" >= ", from), (" <= ", to)],
            _ => &[],
        };
        let is_indexed = leads == Leads::State || (leads == Leads::Order && by == InvoiceOrder::DueDate);
        for (sign, day) in bounds {
            sql.push(" AND ").push(if is_indexed { "s.due_order" } else { not_indexed!("s.due_order") });
            sql.push(sign).bind(Value::Text(day.to_string()));
        }
    }
    if let Some(customer) = filter.customer {
        let is_indexed = leads == Leads::Customer;
        sql.push(" AND ").push(if is_indexed { "s.customer_id" } else { not_indexed!("s.customer_id") });
        sql.push(" = ").bind(Value::Bytes(bytes(customer)));
    }
    if let Some(currency) = filter.currency {
        let is_indexed = leads == Leads::Currency;
        sql.push(" AND ").push(if is_indexed { "s.currency" } else { not_indexed!("s.currency") });
        sql.push(" = ").bind(Value::Text(currency.code().to_owned()));
    }
    let issued = if leads == Leads::Dates { "s.issue_date" } else { not_indexed!("s.issue_date") };
    if let Some(from) = filter.issued_from {
        sql.push(" AND ").push(issued).push(" >= ").bind(Value::Text(from.to_string()));
    }
    if let Some(to) = filter.issued_to {
        sql.push(" AND ").push(issued).push(" <= ").bind(Value::Text(to.to_string()));
    }
    if let Some(before) = filter.before_entry {
        sql.push(" AND ").push(not_indexed!("s.position")).push(" < ").bind(Value::Number(signed(before)));
    }
    if let Some(ids) = &filter.ids {
        sql.push(" AND s.invoice_id IN (NULL");
        for id in ids {
            sql.push(", ").bind(Value::Bytes(bytes(*id)));
        }
        sql.push(")");
    }
}

impl Books {
    /// Enters what the list shows of a document, and what it is found by.
    pub(crate) async fn insert_standing(&mut self, kept: &KeptInvoice) -> Result<()> {
        let document = kept.issued.document();
        let row = bytes(kept.id);
        let summary = Summary::of(&kept.issued);
        let sealed = self.keys.seal_json("invoice_standing", "summary", &row, &summary);
        sqlx::query(
            "INSERT INTO invoice_standing (org_id, invoice_id, position, series, sequence, type_code, is_credit_note,
                                           customer_id, issue_date, due_date, currency, amount_due, paid, credited,
                                           summary_sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, $13)",
        )
        .bind(self.org())
        .bind(row)
        .bind(signed(kept.ledger_position))
        .bind(kept.issued.number().series.clone())
        .bind(kept.issued.number().sequence)
        .bind(document.content.type_code.clone())
        .bind(i64::from(document.content.is_credit_note()))
        .bind(kept.customer.map(bytes))
        .bind(document.issue_date.to_string())
        .bind(document.content.due_date.map(|due| due.to_string()))
        .bind(kept.amount_due.currency().code().to_owned())
        .bind(kept.amount_due.minor())
        .bind(sealed)
        .execute(self.db())
        .await?;
        if let Some(customer) = kept.customer {
            sqlx::query(
                "UPDATE customer SET last_position = $3, last_issue_date = $4 WHERE org_id = $1 AND id = $2",
            )
            .bind(self.org())
            .bind(bytes(customer))
            .bind(signed(kept.ledger_position))
            .bind(document.issue_date.to_string())
            .execute(self.db())
            .await?;
        }
        self.index_words(Kind::Invoice, kept.id, &summary.words).await
    }

    /// The same for a document of before there was a list.
    pub(crate) async fn summarise(&mut self, id: Uuid, issued: &Issued) -> Result<()> {
        let row = bytes(id);
        let summary = Summary::of(issued);
        let sealed = self.keys.seal_json("invoice_standing", "summary", &row, &summary);
        sqlx::query("UPDATE invoice_standing SET summary_sealed = $3 WHERE org_id = $1 AND invoice_id = $2")
            .bind(self.org())
            .bind(row)
            .bind(sealed)
            .execute(self.db())
            .await?;
        self.index_words(Kind::Invoice, id, &summary.words).await
    }

    /// A page of the issued documents that the filter leaves, at most `limit`.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_invoices(
        &mut self,
        filter: &InvoiceFilter,
        by: InvoiceOrder,
        descending: bool,
        start: &Start,
        limit: u32,
    ) -> Result<Page<InvoiceRow>> {
        let sql = self.invoices_sql(filter, by, descending, start, limit).await?;
        let rows = sql.fetch(self.db()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows.iter().take(limit as usize + 1) {
            found.push((by.mark(row)?, self.invoice_row(row)?));
        }
        let page = Page::new(found, start, limit);
        let page =
            page.retain(|(_, words)| filter.search.as_ref().is_none_or(|search| search.is_met_by(words)));
        let rows = page.rows.into_iter().map(|(row, _)| row).collect();
        Ok(Page { rows, previous: page.previous, next: page.next })
    }

    /// How the database would find a page, line by line: for tests, and for whoever looks after the indexes. `how` is the
    /// database's word for it.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_invoices(
        &mut self,
        how: &'static str,
        filter: &InvoiceFilter,
        by: InvoiceOrder,
        descending: bool,
        start: &Start,
        limit: u32,
    ) -> Result<Vec<String>> {
        let sql = self.invoices_sql(filter, by, descending, start, limit).await?;
        let rows = sql.after(how).fetch(self.db()).await?;
        rows.iter().map(|row| Ok(row.try_get(row.len() - 1)?)).collect()
    }

    async fn invoices_sql(
        &mut self,
        filter: &InvoiceFilter,
        by: InvoiceOrder,
        descending: bool,
        start: &Start,
        limit: u32,
    ) -> Result<Sql> {
        let hits = self.hits(Kind::Invoice, filter.search.as_ref()).await?;
        let leads = self.leads(filter, by, hits.as_ref()).await?;
        let org = self.org();
        let mut sql = Sql::new();
        if leads == Leads::Search
            && let Some(hits) = &hits
        {
            sql.push("WITH hit AS MATERIALIZED (");
            hits.select_rarest(&mut sql, &org);
            sql.push(") ");
        }
        sql.push(
            "SELECT s.invoice_id, s.position, s.series, s.sequence, s.customer_id, s.type_code, s.issue_date,
                    s.due_date, s.due_order, s.currency, s.amount_due, s.asked, s.paid, s.credited, s.summary_sealed
             FROM ",
        );
        // CROSS JOIN tells SQLite where to begin.
        sql.push(if leads == Leads::Search {
            "hit CROSS JOIN invoice_standing s WHERE s.invoice_id = hit.row_id AND s.org_id = "
        } else {
            "invoice_standing s WHERE s.org_id = "
        });
        sql.bind(Value::Bytes(org.clone()));
        conditions(&mut sql, filter, by, leads);
        if let Some(hits) = &hits {
            hits.narrow(&mut sql, &org, "s.invoice_id", usize::from(leads == Leads::Search));
        }
        slice(&mut sql, by.columns(leads, descending), start, limit);
        Ok(sql)
    }

    /// The filter that leaves the fewest rows, if it leaves few.
    async fn leads(
        &mut self,
        filter: &InvoiceFilter,
        by: InvoiceOrder,
        hits: Option<&Hits>,
    ) -> Result<Leads> {
        let mut fewest = (FEW + 1, Leads::Order);
        let mut consider = |rows: u32, leads: Leads| {
            if rows < fewest.0 {
                fewest = (rows, leads);
            }
        };
        if let Some(hits) = hits {
            consider(hits.rarest, Leads::Search);
        }
        let mut candidates = Vec::new();
        if filter.customer.is_some() {
            candidates
                .push((Leads::Customer, InvoiceFilter { customer: filter.customer, ..Default::default() }));
        }
        if filter.currency.is_some() {
            candidates
                .push((Leads::Currency, InvoiceFilter { currency: filter.currency, ..Default::default() }));
        }
        if filter.issued_from.is_some() || filter.issued_to.is_some() {
            let (issued_from, issued_to) = (filter.issued_from, filter.issued_to);
            candidates.push((Leads::Dates, InvoiceFilter { issued_from, issued_to, ..Default::default() }));
        }
        let is_by_due_date =
            matches!(filter.state, Some(InvoiceState::OverdueOn(_) | InvoiceState::DueBetween(..)));
        if is_by_due_date && by != InvoiceOrder::DueDate {
            candidates.push((Leads::State, InvoiceFilter { state: filter.state, ..Default::default() }));
        }
        for (leads, alone) in candidates {
            let mut sql = Sql::new();
            sql.push("SELECT COUNT(*) AS n FROM (SELECT 1 FROM invoice_standing s WHERE s.org_id = ");
            sql.bind(Value::Bytes(self.org()));
            conditions(&mut sql, &alone, by, leads);
            sql.push(" LIMIT ").bind(Value::Number(i64::from(FEW) + 1)).push(") AS few");
            let rows = sql.fetch(self.db()).await?;
            consider(count(&rows)?, leads);
        }
        Ok(fewest.1)
    }

    /// What is still open, in one figure for each kind, currency and due date (BT-9).
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn sum_open(&mut self) -> Result<Vec<(Option<Date>, Sum)>> {
        let rows = sqlx::query(
            "SELECT type_code, currency, due_date, COUNT(*) AS documents,
                    CAST(COALESCE(SUM(open_amount), 0) AS BIGINT) AS amount
             FROM invoice_standing
             WHERE org_id = $1 AND state = 'open'
             GROUP BY due_date, currency, type_code
             ORDER BY due_date, currency, type_code",
        )
        .bind(self.org())
        .fetch_all(self.db())
        .await?;
        rows.iter()
            .map(|row| {
                let due: Option<String> = row.try_get("due_date")?;
                Ok((due.map(|due| date(&due, "invoice_standing")).transpose()?, sum(row)?))
            })
            .collect()
    }

    /// What was issued from one day (BT-2) to another, both included, in one figure for each kind and currency.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn sum_issued(&mut self, from: Date, to: Date) -> Result<Vec<Sum>> {
        let rows = sqlx::query(
            "SELECT type_code, currency, COUNT(*) AS documents,
                    CAST(COALESCE(SUM(amount_due), 0) AS BIGINT) AS amount
             FROM invoice_standing
             WHERE org_id = $1 AND issue_date >= $2 AND issue_date <= $3
             GROUP BY type_code, currency
             ORDER BY currency, type_code",
        )
        .bind(self.org())
        .bind(from.to_string())
        .bind(to.to_string())
        .fetch_all(self.db())
        .await?;
        rows.iter().map(sum).collect()
    }

    /// The currencies that documents were issued in.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_currencies(&mut self) -> Result<Vec<Currency>> {
        // From one to the next in the index: there are few currencies and many documents.
        let mut currencies: Vec<String> = Vec::new();
        loop {
            let row = sqlx::query(
                "SELECT currency FROM invoice_standing WHERE org_id = $1 AND currency > $2 ORDER BY currency LIMIT 1",
            )
            .bind(self.org())
            .bind(currencies.last().cloned().unwrap_or_default())
            .fetch_optional(self.db())
            .await?;
            let Some(row) = row else { break };
            currencies.push(row.try_get("currency")?);
        }
        let read = |code: String| code.parse().map_err(|_| corrupt("currency"));
        currencies.into_iter().map(read).collect()
    }

    fn invoice_row(&self, row: &AnyRow) -> Result<(InvoiceRow, Words)> {
        let id: Vec<u8> = row.try_get("invoice_id")?;
        let sealed: Option<Vec<u8>> = row.try_get("summary_sealed")?;
        let sealed = sealed.ok_or(corrupt("summary"))?;
        let summary: Summary = self.keys.open_json("invoice_standing", "summary", &id, &sealed)?;
        let due: Option<String> = row.try_get("due_date")?;
        let customer: Option<Vec<u8>> = row.try_get("customer_id")?;
        let number = InvoiceNumber { series: row.try_get("series")?, sequence: row.try_get("sequence")? };
        let listed = InvoiceRow {
            id: uuid(&id, "invoice_standing")?,
            number: number.to_string(),
            buyer_name: summary.buyer_name,
            buyer_vat_identifier: summary.buyer_vat_identifier,
            customer: customer.map(|id| uuid(&id, "invoice_standing")).transpose()?,
            type_code: row.try_get("type_code")?,
            issue_date: date(&row.try_get::<String, _>("issue_date")?, "invoice_standing")?,
            due_date: due.map(|due| date(&due, "invoice_standing")).transpose()?,
            total_without_vat: summary.total_without_vat,
            vat_total: summary.vat_total,
            amount_due: money(row, "amount_due")?,
            standing: Standing { paid: row.try_get("paid")?, credited: row.try_get("credited")? },
        };
        Ok((listed, summary.words))
    }
}

fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "invoice_standing", column }
}

fn sum(row: &AnyRow) -> Result<Sum> {
    Ok(Sum {
        type_code: row.try_get("type_code")?,
        documents: unsigned(row.try_get("documents")?, "invoice_standing", "count")?,
        amount: money(row, "amount")?,
    })
}
