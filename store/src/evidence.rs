//! An issued document as the ledger's check and its archive read it: the bytes that were kept, not what they mean.

use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{array, bytes, unsigned, uuid};
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
    /// Whether the list of documents has the same in its columns.
    pub is_listed_so: bool,
}

/// What the database sorts, sums and finds a document by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// BT-1.
    pub number: String,
    /// The series of BT-1.
    pub series: String,
    /// The place in the series.
    pub sequence: i64,
    /// BT-3.
    pub type_code: String,
    /// BT-2.
    pub issue_date: String,
    /// BT-9.
    pub due_date: Option<String>,
    /// BT-5.
    pub currency: String,
    /// BT-115 in minor units.
    pub amount_due: i64,
    /// The document that it credits or corrects.
    pub preceding: Option<Uuid>,
    /// The entry that commits to the document.
    pub ledger_position: u64,
    /// What a typed code is looked up by.
    pub code_hash: [u8; 32],
}

impl Books {
    /// What is kept of a document.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_evidence(&mut self, id: Uuid) -> Result<Option<Evidence>> {
        let row = sqlx::query("SELECT * FROM invoice WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .fetch_optional(self.db())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let listed = sqlx::query(
            "SELECT COUNT(*) AS n FROM invoice_standing s JOIN invoice i ON i.org_id = s.org_id AND i.id = s.invoice_id
             WHERE i.org_id = $1 AND i.id = $2 AND s.position = i.ledger_position AND s.series = i.series
               AND s.sequence = i.sequence AND s.type_code = i.type_code AND s.issue_date = i.issue_date
               AND COALESCE(s.due_date, '') = COALESCE(i.due_date, '') AND s.currency = i.currency
               AND s.amount_due = i.amount_due
               AND (s.customer_id = i.customer_id OR (s.customer_id IS NULL AND i.customer_id IS NULL))",
        )
        .bind(self.org())
        .bind(bytes(id))
        .fetch_one(self.db())
        .await?;
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
                series: row.try_get("series")?,
                sequence: row.try_get("sequence")?,
                type_code: row.try_get("type_code")?,
                issue_date: row.try_get("issue_date")?,
                due_date: row.try_get("due_date")?,
                currency: row.try_get("currency")?,
                amount_due: row.try_get("amount_due")?,
                preceding: row
                    .try_get::<Option<Vec<u8>>, _>("preceding_id")?
                    .map(|id| uuid(&id, "invoice"))
                    .transpose()?,
                ledger_position: unsigned(row.try_get("ledger_position")?, "invoice", "ledger_position")?,
                code_hash: array(&row.try_get::<Vec<u8>, _>("code_hash")?, "invoice", "code_hash")?,
            },
            is_listed_so: listed.try_get::<i64, _>("n")? == 1,
        }))
    }
}
