//! Crediting: an issued invoice never changes, a new document takes it back.

use counterfoil_identity::permission::Credit;
use counterfoil_invoice::lifecycle::credit_note_for;
use counterfoil_invoice::limits::MAX_TEXT;
use uuid::Uuid;

use crate::billing::Billing;
use crate::clock::fresh_id;
use crate::drafts::DraftError;
use crate::fields::Form;
use crate::once::By;
use crate::preceding::replaced_by;

impl Billing {
    /// Begins a credit note over all of an issued invoice, as a draft to look at and issue; once for one
    /// form.
    ///
    /// # Errors
    /// [`DraftError`]; [`DraftError::NoSuchDraft`] if there is no such invoice or it is a credit note itself.
    pub async fn credit(
        &self,
        by: impl Into<By<'_, Credit>>,
        invoice: Uuid,
        reason: Option<&str>,
    ) -> Result<Uuid, DraftError> {
        let mut form = Form::default();
        form.prose("reason", reason.unwrap_or_default(), MAX_TEXT);
        form.finish().map_err(|mut errors| DraftError::Field(errors.remove(0)))?;
        let by = by.into();
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if let Some(done) = by.done(&mut books).await? {
            return Ok(done);
        }
        let of = books.find_invoice(invoice).await?.ok_or(DraftError::NoSuchDraft)?;
        if of.issued.document().content.is_credit_note() {
            return Err(DraftError::NoSuchDraft);
        }
        if let Some(replacement) = replaced_by(&mut books, invoice).await? {
            return Err(DraftError::Replaced(of.issued.document().number.clone(), replacement));
        }
        let draft = credit_note_for(&of.issued, reason);
        // The buyer stays as on the invoice, whatever became of the customer since.
        let mut kept = self.draft(&mut books, fresh_id(now), None, draft.0).await?;
        kept.customer = of.customer;
        books.insert_draft(&kept).await?;
        by.note(&mut books, &kept.id, now).await?;
        books.commit().await?;
        Ok(kept.id)
    }
}
