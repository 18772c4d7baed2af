//! Payments received, and what is still open.

use counterfoil_identity::PersonId;
use counterfoil_invoice::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{bytes, date, millis, signed, timestamp, unsigned, uuid};
use crate::{Books, Result, StoreError};

/// A payment received for an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: Uuid,
    /// The invoice it settles.
    pub invoice: Uuid,
    /// How much.
    pub amount: Money,
    /// The day it arrived.
    pub received_on: Date,
    /// What the biller noted.
    pub note: String,
    /// Where the ledger says so.
    pub ledger_position: u64,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// Who entered it; `None` is the operator's command line.
    pub recorded_by: Option<PersonId>,
}

/// What of an invoice is settled, in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Σ payments.
    pub paid: i64,
    /// Σ credit notes.
    pub credited: i64,
}

impl Books {
    /// Enters a payment. Never changed after.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_payment(&mut self, payment: &Payment) -> Result<()> {
        let row = bytes(payment.id);
        let note = self.keys.seal("payment", "note", &row, payment.note.as_bytes());
        sqlx::query(
            "INSERT INTO payment (org_id, id, invoice_id, amount, currency, received_on, note_sealed, ledger_position,
                                  recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(self.org())
        .bind(row)
        .bind(bytes(payment.invoice))
        .bind(payment.amount.minor())
        .bind(payment.amount.currency().code().to_owned())
        .bind(payment.received_on.to_string())
        .bind(note)
        .bind(signed(payment.ledger_position))
        .bind(millis(payment.recorded_at))
        .bind(payment.recorded_by.map(|id| bytes(id.uuid())))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The payments of an invoice, oldest first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_payments(&mut self, invoice: Uuid) -> Result<Vec<Payment>> {
        let rows = sqlx::query(
            "SELECT * FROM payment WHERE org_id = $1 AND invoice_id = $2 ORDER BY recorded_at, id",
        )
        .bind(self.org())
        .bind(bytes(invoice))
        .fetch_all(self.db())
        .await?;
        rows.iter().map(|row| self.payment(row)).collect()
    }

    /// A payment.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_payment(&mut self, id: Uuid) -> Result<Option<Payment>> {
        let row = sqlx::query("SELECT * FROM payment WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .fetch_optional(self.db())
            .await?;
        row.map(|row| self.payment(&row)).transpose()
    }

    /// How many payments were entered.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_payments(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS n FROM payment WHERE org_id = $1")
            .bind(self.org())
            .fetch_one(self.db())
            .await?;
        unsigned(row.try_get("n")?, "payment", "count")
    }

    /// What of an invoice is settled.
    ///
    /// # Errors
    /// The database's.
    pub async fn standing(&mut self, invoice: Uuid) -> Result<Standing> {
        let row =
            sqlx::query("SELECT paid, credited FROM invoice_standing WHERE org_id = $1 AND invoice_id = $2")
                .bind(self.org())
                .bind(bytes(invoice))
                .fetch_optional(self.db())
                .await?;
        let Some(row) = row else { return Ok(Standing::default()) };
        Ok(Standing { paid: row.try_get("paid")?, credited: row.try_get("credited")? })
    }

    /// What is settled of each invoice, by its id, at most `limit` of them after an id.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_standings(&mut self, after: Option<Uuid>, limit: u32) -> Result<Vec<(Uuid, Standing)>> {
        sqlx::query(
            "SELECT invoice_id, paid, credited FROM invoice_standing
             WHERE org_id = $1 AND invoice_id > $2 ORDER BY invoice_id LIMIT $3",
        )
        .bind(self.org())
        .bind(after.map(bytes).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?
        .iter()
        .map(|row| {
            let invoice = uuid(&row.try_get::<Vec<u8>, _>("invoice_id")?, "invoice_standing")?;
            Ok((invoice, Standing { paid: row.try_get("paid")?, credited: row.try_get("credited")? }))
        })
        .collect()
    }

    /// Sets what of an invoice is settled.
    ///
    /// # Errors
    /// The database's; [`StoreError::Conflict`] if there is no such document.
    pub async fn update_standing(&mut self, invoice: Uuid, standing: Standing) -> Result<()> {
        let done = sqlx::query(
            "UPDATE invoice_standing SET paid = $3, credited = $4 WHERE org_id = $1 AND invoice_id = $2",
        )
        .bind(self.org())
        .bind(bytes(invoice))
        .bind(standing.paid)
        .bind(standing.credited)
        .execute(self.db())
        .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict("the document")) }
    }

    fn payment(&self, row: &sqlx::any::AnyRow) -> Result<Payment> {
        let id: Vec<u8> = row.try_get("id")?;
        let invoice: Vec<u8> = row.try_get("invoice_id")?;
        let sealed: Option<Vec<u8>> = row.try_get("note_sealed")?;
        let by: Option<Vec<u8>> = row.try_get("recorded_by")?;
        let currency: String = row.try_get("currency")?;
        let currency =
            currency.parse().map_err(|_| StoreError::Corrupt { table: "payment", column: "currency" })?;
        // An empty note is sealed like any other: none at all was taken away.
        let sealed = sealed.ok_or(StoreError::Corrupt { table: "payment", column: "note" })?;
        let note = self.keys.open("payment", "note", &id, &sealed)?.to_vec();
        Ok(Payment {
            invoice: uuid(&invoice, "payment")?,
            amount: Money::from_minor(row.try_get("amount")?, currency),
            received_on: date(&row.try_get::<String, _>("received_on")?, "payment")?,
            note: String::from_utf8(note)
                .map_err(|_| StoreError::Corrupt { table: "payment", column: "note" })?,
            ledger_position: unsigned(row.try_get("ledger_position")?, "payment", "ledger_position")?,
            recorded_at: timestamp(row.try_get("recorded_at")?, "payment")?,
            recorded_by: by.map(|id| uuid(&id, "payment").map(PersonId::from_uuid)).transpose()?,
            id: uuid(&id, "payment")?,
        })
    }
}
