//! Lists of documents as a file for spreadsheets (CSV, RFC 4180).
//!
//! | column | what |
//! |---|---|
//! | `number` | BT-1 |
//! | `type_code` | BT-3 |
//! | `issue_date`, `due_date` | BT-2, BT-9, as `2026-12-31` |
//! | `customer`, `customer_vat_id` | BT-44, BT-48 |
//! | `currency` | BT-5 |
//! | `net`, `vat` | BT-109, BT-110; of a credit note below zero |
//! | `amount` | BT-115; of a credit note below zero |
//! | `paid`, `credited`, `open` | what is settled by payments and by credit notes, and what is left |
//! | `status` | `open`, `overdue`, `partly_paid`, `paid`, `credited` or `credit_note` on the day of the export |
//! | `id` | the document's id, as in its address |
//!
//! Sums have a decimal point and no currency sign. A text that a spreadsheet would take for a formula gets an apostrophe in
//! front of it.

use counterfoil_identity::OrganisationId;
use counterfoil_identity::permission::ExportBooks;
use counterfoil_invoice::{Amount, Money};
use counterfoil_store::invoice_list::{InvoiceFilter, InvoiceOrder};
use counterfoil_store::paging::Start;
use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::invoice_list::InvoiceChoice;
use crate::invoices::{ListedInvoice, Status, listed};
use crate::ledger::{self, Act, Kind};
use crate::once::By;

/// The names of the columns.
const HEAD: [&str; 15] = [
    "number",
    "type_code",
    "issue_date",
    "due_date",
    "customer",
    "customer_vat_id",
    "currency",
    "net",
    "vat",
    "amount",
    "paid",
    "credited",
    "open",
    "status",
    "id",
];

/// Rows that are read at once.
const BATCH: u32 = 500;

/// Which documents are exported.
#[derive(Debug, Clone)]
pub enum Selection {
    /// All that the choice leaves.
    Chosen(InvoiceChoice),
    /// These.
    These(Vec<Uuid>),
}

/// An export under way. It holds what was issued before it began, also when it takes long.
#[derive(Debug)]
pub struct Export {
    organisation: OrganisationId,
    filter: InvoiceFilter,
    today: Date,
    /// None when all is read.
    next: Option<Start>,
    is_begun: bool,
}

impl Billing {
    /// Begins an export, once for one form: enters it in the ledger.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn export_invoices(
        &self,
        by: impl Into<By<'_, ExportBooks>>,
        selection: Selection,
    ) -> Result<Export, Unavailable> {
        let by = by.into();
        let now = self.clock().now();
        let today = self.clock().today(self.time_zone());
        let (mut filter, details) = match selection {
            Selection::Chosen(choice) => {
                let filter = choice.filter(today);
                let details = json!({
                    "status": choice.status.map(|status| format!("{status:?}").to_lowercase()),
                    "currency": choice.currency,
                    "issued_from": choice.issued_from,
                    "issued_to": choice.issued_to,
                    "searched": filter.search.is_some(),
                });
                (filter, details)
            }
            Selection::These(ids) => {
                let details = json!({ "documents": ids.len() });
                (InvoiceFilter { ids: Some(ids), ..InvoiceFilter::default() }, details)
            }
        };
        let mut books = self.store().write(by.organisation()).await?;
        let position = match by.done::<u64>(&mut books).await? {
            Some(position) => position,
            None => {
                let act =
                    Act { kind: Kind::BooksExported, by: by.person(), subject: filter.customer, details };
                let position = ledger::record(&mut books, act, now).await?;
                by.note(&mut books, &position, now).await?;
                books.commit().await?;
                position
            }
        };
        filter.before_entry = Some(position);
        let organisation = by.organisation();
        Ok(Export { organisation, filter, today, next: Some(Start::First), is_begun: false })
    }

    /// The next lines of an export, oldest documents first; none when all is said. Each call reads for itself, so that
    /// whoever fetches slowly holds up nothing.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn export_lines(&self, export: &mut Export) -> Result<Option<String>, Unavailable> {
        let Some(start) = export.next.take() else { return Ok(None) };
        let mut books = self.store().read(export.organisation).await?;
        let page = books.list_invoices(&export.filter, InvoiceOrder::IssueDate, false, &start, BATCH).await?;
        export.next = page.next.map(Start::After);
        let mut lines = String::new();
        if !std::mem::replace(&mut export.is_begun, true) {
            line(&mut lines, HEAD.map(str::to_owned));
        }
        for row in page.rows {
            line(&mut lines, cells(&listed(row, export.today)));
        }
        Ok(Some(lines))
    }
}

fn cells(invoice: &ListedInvoice) -> [String; 15] {
    let ListedInvoice { row, status, open } = invoice;
    let currency = row.amount_due.currency();
    let sum = |minor: i64| Money::from_minor(minor, currency).amount().to_string();
    let signed = |amount: Amount| {
        let is_negative = *status == Status::CreditNote && !amount.0.is_zero();
        if is_negative { Amount(-amount.0).to_string() } else { amount.to_string() }
    };
    let status = match status {
        Status::Open => "open",
        Status::Overdue(_) => "overdue",
        Status::PartlyPaid => "partly_paid",
        Status::Paid => "paid",
        Status::Credited => "credited",
        Status::CreditNote => "credit_note",
    };
    [
        text(&row.number),
        text(&row.type_code),
        row.issue_date.to_string(),
        row.due_date.map(|due| due.to_string()).unwrap_or_default(),
        text(&row.buyer_name),
        text(row.buyer_vat_identifier.as_deref().unwrap_or_default()),
        currency.to_string(),
        signed(row.total_without_vat),
        row.vat_total.map(signed).unwrap_or_default(),
        signed(row.amount_due.amount()),
        sum(row.standing.paid),
        sum(row.standing.credited),
        sum(open.minor()),
        status.to_owned(),
        row.id.to_string(),
    ]
}

/// A text that no spreadsheet takes for a formula. What begins with one of these signs is one to some; blanks before it
/// and characters of full width do not help.
fn text(text: &str) -> String {
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control()).chars().next();
    let is_formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    let is_control = text.starts_with(['\t', '\r', '\n']);
    if is_formula || is_control { format!("'{text}") } else { text.to_owned() }
}

/// A record: fields in quotes where needed, CR LF at its end.
fn line(lines: &mut String, cells: [String; 15]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            lines.push(',');
        }
        if cell.contains([',', '"', '\r', '\n', ';', '\t']) || cell.starts_with(' ') || cell.ends_with(' ') {
            lines.push('"');
            lines.push_str(&cell.replace('"', "\"\""));
            lines.push('"');
        } else {
            lines.push_str(cell);
        }
    }
    lines.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A reader of RFC 4180, as strict as its grammar.
    fn read(mut rest: &str) -> Vec<String> {
        let mut cells = Vec::new();
        loop {
            let mut cell = String::new();
            if let Some(quoted) = rest.strip_prefix('"') {
                rest = quoted;
                loop {
                    let (part, after) = rest.split_once('"').expect("a quoted field ends");
                    cell.push_str(part);
                    rest = after;
                    match rest.strip_prefix('"') {
                        Some(more) => {
                            cell.push('"');
                            rest = more;
                        }
                        None => break,
                    }
                }
            } else {
                let end = rest.find([',', '\r']).expect("a record ends");
                cell.push_str(&rest[..end]);
                assert!(!cell.contains(['"', '\n']), "{cell:?} is not quoted");
                rest = &rest[end..];
            }
            cells.push(cell);
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => {
                    assert_eq!(rest, "\r\n");
                    return cells;
                }
            }
        }
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for formula in [
            "=1+1",
            "+1",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "＝1",
            "\u{a0}@x",
            "=cmd|' /C calc'!A0",
        ] {
            assert!(text(formula).starts_with('\''), "{formula:?}");
        }
        for harmless in ["Alder & Finch", "3M", "O'Neill", "", "a=b", "Müller-Lüdenscheidt"] {
            assert_eq!(text(harmless), harmless);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_out_of_its_field_as_it_went_in(texts in proptest::collection::vec("[\\PC,\";\r\n\t ]{0,12}", 15)) {
            let cells: [String; 15] = texts.clone().try_into().unwrap();
            let mut lines = String::new();
            line(&mut lines, cells);
            prop_assert_eq!(read(&lines), texts);
        }
    }
}
