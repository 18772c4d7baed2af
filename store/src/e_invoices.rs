//! Which document an e-invoice belongs to, by the fingerprint of the file. Appended, never changed.

use counterfoil_identity::OrganisationId;
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{array, bytes};
use crate::invoices::ids;
use crate::reach::Reach;
use crate::{Books, Result, Store};

/// What an e-invoice is looked up by: its SHA-256 under the installation's key. By the digest alone, who steals the
/// database could try out what an invoice says: nothing in it is random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EInvoiceIndex([u8; 32]);

impl Store {
    /// What an e-invoice with this SHA-256 is looked up by.
    pub fn e_invoice_index(&self, sha256: &[u8; 32]) -> EInvoiceIndex {
        EInvoiceIndex(self.installation_keys().mac("e_invoice", sha256))
    }

    /// Whose invoice has this e-invoice, in either syntax, and which it is. One that another organisation copied to the
    /// last byte is that of who issued it first. Knowing the digest means having the file.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_by_e_invoice(&self, sha256: &[u8; 32]) -> Result<Option<(OrganisationId, Uuid)>> {
        let index = self.e_invoice_index(sha256).0;
        // Ids of invoices begin with their time.
        let row = sqlx::query(
            "SELECT org_id, invoice_id FROM e_invoice WHERE digest_index = $1 ORDER BY invoice_id, org_id LIMIT 1",
        )
        .bind(index.to_vec())
        .fetch_optional(&mut *self.look_up(Reach::Key(&index)).await?)
        .await?;
        row.map(|row| ids(&row, "invoice_id")).transpose()
    }
}

impl Books {
    /// Lets an issued document be found by one of its e-invoices.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_e_invoice(&mut self, invoice: Uuid, index: EInvoiceIndex) -> Result<()> {
        sqlx::query("INSERT INTO e_invoice (org_id, invoice_id, digest_index) VALUES ($1, $2, $3)")
            .bind(self.org())
            .bind(bytes(invoice))
            .bind(index.0.to_vec())
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// What the e-invoices of a document are looked up by, in order.
    ///
    /// # Errors
    /// The database's, or [`crate::StoreError::Corrupt`].
    pub async fn list_e_invoices(&mut self, invoice: Uuid) -> Result<Vec<EInvoiceIndex>> {
        sqlx::query(
            "SELECT digest_index FROM e_invoice WHERE org_id = $1 AND invoice_id = $2 ORDER BY digest_index",
        )
        .bind(self.org())
        .bind(bytes(invoice))
        .fetch_all(self.db())
        .await?
        .iter()
        .map(|row| {
            let index = array(&row.try_get::<Vec<u8>, _>("digest_index")?, "e_invoice", "digest_index")?;
            Ok(EInvoiceIndex(index))
        })
        .collect()
    }
}
