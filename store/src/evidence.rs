//! An issued document as the ledger's check and its archive read it: the bytes that were kept, not what they mean.

use counterfoil_invoice::Issued;
use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

use crate::convert::{array, bytes, timestamp, unsigned, uuid};
use crate::invoice_list::Summary;
use crate::{Books, Result, StoreError};

/// What is kept of an issued document.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The canonical content, byte for byte.
    pub content: Vec<u8>,
    /// The e-invoice in CII.
    pub cii: Vec<u8>,
    /// The e-invoice in UBL.
    pub ubl: Vec<u8>,
    /// The code on the paper, in its printed form.
    pub code: String,
    /// The columns that are not encrypted.
    pub columns: Columns,
    /// The same in the list of documents, which is a table of its own; `None` if it is not listed.
    pub listed: Option<Listed>,
}

/// What the database finds a document by, and what refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// BT-1.
    pub number: String,
    /// What it is sorted, summed and filtered by.
    pub facts: Facts,
    /// The document that it credits or corrects.
    pub preceding: Option<Uuid>,
    /// What a typed code is looked up by.
    pub code_hash: [u8; 32],
    /// When it was issued: the PDF is dated and signed with this.
    pub issued_at: Timestamp,
    /// Who issued it; `None` is the operator's command line.
    pub issued_by: Option<Uuid>,
}

/// What the database sorts, sums and filters a document by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The series of BT-1.
    pub series: String,
    /// The place in the series.
    pub sequence: i64,
    /// BT-3.
    pub type_code: String,
    /// The customer it went to.
    pub customer: Option<Uuid>,
    /// BT-2.
    pub issue_date: String,
    /// BT-9.
    pub due_date: Option<String>,
    /// BT-5.
    pub currency: String,
    /// BT-115 in minor units.
    pub amount_due: i64,
    /// The entry that commits to the document.
    pub ledger_position: u64,
}

/// A document as the list of documents has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it is sorted, summed and filtered by.
    pub facts: Facts,
    /// Whether it counts as a credit note: the database computes state and sums from this.
    pub is_credit_note: bool,
    /// What a row shows of it, and what it is found by. `None` if that is not there or cannot be opened.
    summary: Option<Summary>,
}

impl Listed {
    /// As a document with these facts has to be listed.
    pub fn of(facts: Facts, issued: &Issued) -> Self {
        Self {
            facts,
            is_credit_note: issued.document().content.is_credit_note(),
            summary: Some(Summary::of(issued)),
        }
    }
}

impl Books {
    /// What is kept of a document.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_evidence(&mut self, id: Uuid) -> Result<Option<Evidence>> {
        let row = sqlx::query(
            "SELECT i.*, s.position AS listed_position, s.series AS listed_series, s.sequence AS listed_sequence,
                    s.type_code AS listed_type_code, s.is_credit_note, s.customer_id AS listed_customer_id,
                    s.issue_date AS listed_issue_date, s.due_date AS listed_due_date, s.currency AS listed_currency,
                    s.amount_due AS listed_amount_due, s.summary_sealed
             FROM invoice i LEFT JOIN invoice_standing s ON s.org_id = i.org_id AND s.invoice_id = i.id
             WHERE i.org_id = $1 AND i.id = $2",
        )
        .bind(self.org())
        .bind(bytes(id))
        .fetch_optional(self.db())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let open = |column: &'static str, name: &str| -> Result<Vec<u8>> {
            let sealed: Vec<u8> = row.try_get(name)?;
            Ok(self.keys.open("invoice", column, id.as_bytes(), &sealed)?.to_vec())
        };
        Ok(Some(Evidence {
            content: open("content", "content_sealed")?,
            cii: open("cii", "cii_sealed")?,
            ubl: open("ubl", "ubl_sealed")?,
            code: String::from_utf8(open("code", "code_sealed")?)
                .map_err(|_| StoreError::Corrupt { table: "invoice", column: "code" })?,
            columns: Columns {
                number: row.try_get("number")?,
                facts: facts(&row, "invoice", "ledger_position", "")?,
                preceding: row
                    .try_get::<Option<Vec<u8>>, _>("preceding_id")?
                    .map(|id| uuid(&id, "invoice"))
                    .transpose()?,
                code_hash: array(&row.try_get::<Vec<u8>, _>("code_hash")?, "invoice", "code_hash")?,
                issued_at: timestamp(row.try_get("issued_at")?, "invoice")?,
                issued_by: row
                    .try_get::<Option<Vec<u8>>, _>("issued_by")?
                    .map(|id| uuid(&id, "invoice"))
                    .transpose()?,
            },
            listed: self.listed(&row, id)?,
        }))
    }

    fn listed(&self, row: &AnyRow, id: Uuid) -> Result<Option<Listed>> {
        if row.try_get::<Option<i64>, _>("listed_position")?.is_none() {
            return Ok(None);
        }
        // The document itself can be read without it: that it is not listed as it is, is what the check says then.
        let summary = row.try_get::<Option<Vec<u8>>, _>("summary_sealed")?.and_then(|sealed| {
            self.keys.open_json("invoice_standing", "summary", id.as_bytes(), &sealed).ok()
        });
        Ok(Some(Listed {
            facts: facts(row, "invoice_standing", "position", "listed_")?,
            is_credit_note: row.try_get::<i64, _>("is_credit_note")? == 1,
            summary,
        }))
    }
}

/// The facts of a row whose columns begin so.
fn facts(row: &AnyRow, table: &'static str, position: &'static str, prefix: &str) -> Result<Facts> {
    let named = |column: &str| format!("{prefix}{column}");
    let customer: Option<Vec<u8>> = row.try_get(&*named("customer_id"))?;
    Ok(Facts {
        series: row.try_get(&*named("series"))?,
        sequence: row.try_get(&*named("sequence"))?,
        type_code: row.try_get(&*named("type_code"))?,
        customer: customer.map(|id| uuid(&id, table)).transpose()?,
        issue_date: row.try_get(&*named("issue_date"))?,
        due_date: row.try_get(&*named("due_date"))?,
        currency: row.try_get(&*named("currency"))?,
        amount_due: row.try_get(&*named("amount_due"))?,
        ledger_position: unsigned(row.try_get(&*named(position))?, table, position)?,
    })
}
