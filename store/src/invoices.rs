//! Issued documents. They are appended and never change.

use counterfoil_identity::{OrganisationId, PersonId};
use counterfoil_invoice::{Issued, Money};
use jiff::Timestamp;
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{bytes, millis, signed, timestamp, unsigned, uuid};
use crate::reach::Reach;
use crate::sql::{Sql, Value};
use crate::{Books, Result, Store, StoreError};

/// An issued document with where it stands in the books.
#[derive(Debug, Clone)]
pub struct KeptInvoice {
    /// Its id.
    pub id: Uuid,
    /// The document, for good.
    pub issued: Issued,
    /// The customer it went to.
    pub customer: Option<Uuid>,
    /// The invoice that it credits or corrects.
    pub preceding: Option<Uuid>,
    /// BT-115.
    pub amount_due: Money,
    /// The short code on the paper, in its printed form.
    pub code: String,
    /// The e-invoice in CII, as issued.
    pub cii: Vec<u8>,
    /// The e-invoice in UBL, as issued.
    pub ubl: Vec<u8>,
    /// The entry that commits to it.
    pub ledger_position: u64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Who issued it; `None` is the operator's command line.
    pub issued_by: Option<PersonId>,
}

/// A series of numbers, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberSeries {
    /// Its name, as in [`counterfoil_invoice::numbering`].
    pub name: String,
    /// The number that it begins with.
    pub first: i64,
    /// The last that was given; one less than the first, if none was.
    pub last: i64,
}

impl NumberSeries {
    /// Whether a number of it was given.
    pub fn has_begun(&self) -> bool {
        self.last >= self.first
    }
}

impl Store {
    /// Whose invoice has this code, and which it is. The one look-up that does not know the organisation: it is how
    /// a stranger comes in (law 5 holds: the code is the credential).
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_code(&self, code_hash: &[u8; 32]) -> Result<Option<(OrganisationId, Uuid)>> {
        let row = sqlx::query("SELECT org_id, id FROM invoice WHERE code_hash = $1")
            .bind(code_hash.to_vec())
            .fetch_optional(&mut *self.look_up(Reach::Key(code_hash)).await?)
            .await?;
        row.map(|row| ids(&row, "id")).transpose()
    }

    /// Whose file has this SHA-256, and of which invoice. Knowing the digest means having the file.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_digest(&self, sha256: &[u8; 32]) -> Result<Option<(OrganisationId, Uuid)>> {
        let row = sqlx::query("SELECT org_id, invoice_id FROM document_file WHERE sha256 = $1")
            .bind(sha256.to_vec())
            .fetch_optional(&mut *self.look_up(Reach::Key(sha256)).await?)
            .await?;
        row.map(|row| ids(&row, "invoice_id")).transpose()
    }
}

pub(crate) fn ids(row: &sqlx::any::AnyRow, column: &str) -> Result<(OrganisationId, Uuid)> {
    let org: Vec<u8> = row.try_get("org_id")?;
    let id: Vec<u8> = row.try_get(column)?;
    Ok((OrganisationId::from_uuid(uuid(&org, "invoice")?), uuid(&id, "invoice")?))
}

impl Books {
    /// The next number of a series, from 1 or where it begins. Given back if the transaction does not commit, so there are no gaps.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_number(&mut self, series: &str) -> Result<i64> {
        let row = sqlx::query(
            "INSERT INTO number_series (org_id, series, last_number) VALUES ($1, $2, 1)
             ON CONFLICT (org_id, series) DO UPDATE SET last_number = number_series.last_number + 1
             RETURNING last_number",
        )
        .bind(self.org())
        .bind(series)
        .fetch_one(self.db())
        .await?;
        Ok(row.try_get("last_number")?)
    }

    /// Lets a series begin with this number. `false` if it has begun already, and then nothing is done.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_series(&mut self, series: &str, first: i64) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO number_series (org_id, series, first_number, last_number) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org_id, series) DO UPDATE
             SET first_number = excluded.first_number, last_number = excluded.last_number
             WHERE number_series.last_number < number_series.first_number",
        )
        .bind(self.org())
        .bind(series)
        .bind(first)
        .bind(first - 1)
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Lets a series go on behind this number, if it has not come so far.
    ///
    /// # Errors
    /// The database's.
    pub async fn skip_numbers(&mut self, series: &str, last: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO number_series (org_id, series, last_number) VALUES ($1, $2, $3)
             ON CONFLICT (org_id, series) DO UPDATE SET last_number = excluded.last_number
             WHERE number_series.last_number < excluded.last_number",
        )
        .bind(self.org())
        .bind(series)
        .bind(last)
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The number that [`Books::take_number`] would give now; another may take it first.
    ///
    /// # Errors
    /// The database's.
    pub async fn expected_number(&mut self, series: &str) -> Result<i64> {
        Ok(self.find_series(series).await?.map_or(1, |series| series.last + 1))
    }

    /// How far a series has come; none, if it is not known yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_series(&mut self, series: &str) -> Result<Option<NumberSeries>> {
        let row = sqlx::query(
            "SELECT series, first_number, last_number FROM number_series WHERE org_id = $1 AND series = $2",
        )
        .bind(self.org())
        .bind(series)
        .fetch_optional(self.db())
        .await?;
        row.as_ref().map(number_series).transpose()
    }

    /// The series that are known.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_series(&mut self) -> Result<Vec<NumberSeries>> {
        sqlx::query(
            "SELECT series, first_number, last_number FROM number_series WHERE org_id = $1 ORDER BY series",
        )
        .bind(self.org())
        .fetch_all(self.db())
        .await?
        .iter()
        .map(number_series)
        .collect()
    }

    /// The numbers given out in a series, in order.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_sequence(&mut self, series: &str) -> Result<Vec<i64>> {
        sqlx::query("SELECT sequence FROM invoice WHERE org_id = $1 AND series = $2 ORDER BY sequence")
            .bind(self.org())
            .bind(series)
            .fetch_all(self.db())
            .await?
            .iter()
            .map(|row| Ok(row.try_get("sequence")?))
            .collect()
    }

    /// Enters an issued document. Never changed after. `code_hash` is what a typed code is looked up by.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_invoice(&mut self, kept: &KeptInvoice, code_hash: &[u8; 32]) -> Result<()> {
        let row = bytes(kept.id);
        let document = kept.issued.document();
        let content = kept.issued.to_canonical_json();
        sqlx::query(
            "INSERT INTO invoice (org_id, id, series, sequence, type_code, issue_date, due_date, currency, amount_due,
                                  customer_id, preceding_id, code_hash, code_sealed, content_sealed, cii_sealed,
                                  ubl_sealed, ledger_position, issued_at, issued_by, number)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        )
        .bind(self.org())
        .bind(row.clone())
        .bind(kept.issued.number().series.clone())
        .bind(kept.issued.number().sequence)
        .bind(document.content.type_code.clone())
        .bind(document.issue_date.to_string())
        .bind(document.content.due_date.map(|d| d.to_string()))
        .bind(kept.amount_due.currency().code().to_owned())
        .bind(kept.amount_due.minor())
        .bind(kept.customer.map(bytes))
        .bind(kept.preceding.map(bytes))
        .bind(code_hash.to_vec())
        .bind(self.keys.seal("invoice", "code", &row, kept.code.as_bytes()))
        .bind(self.keys.seal("invoice", "content", &row, &content))
        .bind(self.keys.seal("invoice", "cii", &row, &kept.cii))
        .bind(self.keys.seal("invoice", "ubl", &row, &kept.ubl))
        .bind(signed(kept.ledger_position))
        .bind(millis(kept.issued_at))
        .bind(kept.issued_by.map(|id| bytes(id.uuid())))
        .bind(document.number.clone())
        .execute(self.db())
        .await?;
        self.insert_standing(kept).await
    }

    /// An issued document.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_invoice(&mut self, id: Uuid) -> Result<Option<KeptInvoice>> {
        let row = sqlx::query("SELECT * FROM invoice WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .fetch_optional(self.db())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let key: Vec<u8> = row.try_get("id")?;
        let open = |column: &'static str, name: &str| -> Result<Vec<u8>> {
            let sealed: Vec<u8> = row.try_get(name)?;
            Ok(self.keys.open("invoice", column, &key, &sealed)?.to_vec())
        };
        let customer: Option<Vec<u8>> = row.try_get("customer_id")?;
        let preceding: Option<Vec<u8>> = row.try_get("preceding_id")?;
        let by: Option<Vec<u8>> = row.try_get("issued_by")?;
        Ok(Some(KeptInvoice {
            id,
            issued: Issued::from_canonical_json(&open("content", "content_sealed")?)
                .map_err(|_| StoreError::Corrupt { table: "invoice", column: "content" })?,
            customer: customer.map(|id| uuid(&id, "invoice")).transpose()?,
            preceding: preceding.map(|id| uuid(&id, "invoice")).transpose()?,
            amount_due: amount_due(&row)?,
            code: String::from_utf8(open("code", "code_sealed")?)
                .map_err(|_| StoreError::Corrupt { table: "invoice", column: "code" })?,
            cii: open("cii", "cii_sealed")?,
            ubl: open("ubl", "ubl_sealed")?,
            ledger_position: unsigned(row.try_get("ledger_position")?, "invoice", "ledger_position")?,
            issued_at: timestamp(row.try_get("issued_at")?, "invoice")?,
            issued_by: by.map(|id| uuid(&id, "invoice").map(PersonId::from_uuid)).transpose()?,
        }))
    }

    /// The issued document with this number (BT-1).
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_invoice_by_number(&mut self, number: &str) -> Result<Option<KeptInvoice>> {
        // No number has one, and PostgreSQL would not even be asked for it.
        if number.contains('\0') {
            return Ok(None);
        }
        let row = sqlx::query("SELECT id FROM invoice WHERE org_id = $1 AND number = $2")
            .bind(self.org())
            .bind(number)
            .fetch_optional(self.db())
            .await?;
        match row {
            Some(row) => self.find_invoice(uuid(&row.try_get::<Vec<u8>, _>("id")?, "invoice")?).await,
            None => Ok(None),
        }
    }

    /// The documents that credit or correct this one.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_following(&mut self, id: Uuid) -> Result<Vec<Uuid>> {
        let rows = self.following(id).fetch(self.db()).await?;
        rows.iter().map(|row| uuid(&row.try_get::<Vec<u8>, _>("id")?, "invoice")).collect()
    }

    /// How the database would find them, line by line: for tests. `how` is the database's word for it.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_following(&mut self, how: &'static str, id: Uuid) -> Result<Vec<String>> {
        let rows = self.following(id).after(how).fetch(self.db()).await?;
        rows.iter().map(|row| Ok(row.try_get(row.len() - 1)?)).collect()
    }

    fn following(&self, id: Uuid) -> Sql {
        let mut sql = Sql::new();
        sql.push("SELECT id FROM invoice WHERE org_id = ").bind(Value::Bytes(self.org()));
        sql.push(" AND preceding_id = ").bind(Value::Bytes(bytes(id)));
        sql.push(" ORDER BY issued_at, id");
        sql
    }

    /// How many documents were issued.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_invoices(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS n FROM invoice WHERE org_id = $1")
            .bind(self.org())
            .fetch_one(self.db())
            .await?;
        unsigned(row.try_get("n")?, "invoice", "count")
    }
}

fn number_series(row: &sqlx::any::AnyRow) -> Result<NumberSeries> {
    Ok(NumberSeries {
        name: row.try_get("series")?,
        first: row.try_get("first_number")?,
        last: row.try_get("last_number")?,
    })
}

fn amount_due(row: &sqlx::any::AnyRow) -> Result<Money> {
    money(row, "amount_due")
}

pub(crate) fn money(row: &sqlx::any::AnyRow, column: &str) -> Result<Money> {
    let currency: String = row.try_get("currency")?;
    let currency =
        currency.parse().map_err(|_| StoreError::Corrupt { table: "invoice", column: "currency" })?;
    Ok(Money::from_minor(row.try_get(column)?, currency))
}
