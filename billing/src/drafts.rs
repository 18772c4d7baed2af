//! Drafts, and what they would become.

use counterfoil_identity::Actor;
use counterfoil_identity::permission::{EditDrafts, ReadBooks};
use counterfoil_invoice::payment::CreditTransfer;
use counterfoil_invoice::{
    Content, Currency, Document, Draft, Finding, Iban, InvoiceNumber, Money, PaymentInstructions,
};
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::organisations::{NewDrafts, PayeeAccount, Profile};
use counterfoil_store::{Books, StoreError};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::clock::fresh_id;
use crate::fields::FieldError;
use crate::once::By;
use crate::payees::Payees;
use crate::preceding::preceding;

/// The largest draft, in bytes of JSON.
pub const LARGEST_DRAFT: usize = 2 * 1024 * 1024;

/// What a draft would become if it were issued now.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The document, with the number it would most likely get.
    pub document: Document,
    /// All rules that it breaks.
    pub findings: Vec<Finding>,
}

/// Why a draft was not kept.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// There is none.
    #[error("there is no such draft: it may have been issued or discarded")]
    NoSuchDraft,
    /// The customer it names is not there.
    #[error("there is no such customer")]
    NoSuchCustomer,
    /// Somebody else was faster.
    #[error("somebody else changed this draft in the meantime: look at their version before saving yours")]
    Changed,
    /// What it would credit was replaced.
    #[error("{0} was replaced by {1}: credit that one")]
    Replaced(String, String),
    /// Too large.
    #[error("a draft has at most 2 MiB")]
    TooLarge,
    /// A field to mend.
    #[error("{0}")]
    Field(FieldError),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for DraftError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::Changed,
            error => Self::Unavailable(error.into()),
        }
    }
}

impl Billing {
    /// Begins a draft, once for one form. With a customer the buyer is filled in.
    ///
    /// # Errors
    /// [`DraftError`].
    pub async fn create_draft(
        &self,
        by: impl Into<By<'_, EditDrafts>>,
        customer: Option<Uuid>,
        content: Content,
    ) -> Result<Uuid, DraftError> {
        let by = by.into();
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if let Some(done) = by.done(&mut books).await? {
            return Ok(done);
        }
        let kept = self.draft(&mut books, fresh_id(now), customer, content).await?;
        books.insert_draft(&kept).await?;
        by.note(&mut books, &kept.id, now).await?;
        books.commit().await?;
        Ok(kept.id)
    }

    /// Saves a draft that nobody else changed since `version`, once for one form. Gives the new version.
    ///
    /// # Errors
    /// [`DraftError`].
    pub async fn update_draft(
        &self,
        by: impl Into<By<'_, EditDrafts>>,
        id: Uuid,
        version: i64,
        customer: Option<Uuid>,
        content: Content,
    ) -> Result<i64, DraftError> {
        let by = by.into();
        let mut books = self.store().write(by.organisation()).await?;
        if let Some(done) = by.done(&mut books).await? {
            return Ok(done);
        }
        let before = books.find_draft(id).await?.ok_or(DraftError::NoSuchDraft)?;
        // The buyer of a credit note stays as on the invoice, whatever became of the customer since.
        let buyer_from = customer.filter(|_| before.preceding.is_none());
        let mut content = content;
        if buyer_from.is_some() && buyer_from != before.customer {
            leave(&mut books, before.customer, &mut content).await?;
        }
        let mut kept = self.draft(&mut books, id, buyer_from, content).await?;
        kept.customer = customer;
        kept.version = version;
        books.update_draft(&kept).await?;
        by.note(&mut books, &(version + 1), self.clock().now()).await?;
        books.commit().await?;
        Ok(version + 1)
    }

    /// The version that this form made when it was sent before, if it was.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn version_saved(&self, by: &By<'_, EditDrafts>) -> Result<Option<i64>, Unavailable> {
        let mut books = self.store().read(by.organisation()).await?;
        by.done(&mut books).await
    }

    /// What new drafts start with.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn new_drafts(&self, by: &Actor<ReadBooks>) -> Result<NewDrafts, Unavailable> {
        Ok(self.store().read(by.organisation()).await?.organisation_profile().await?.profile.new_drafts)
    }

    /// A draft.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn find_draft(
        &self,
        by: &Actor<ReadBooks>,
        id: Uuid,
    ) -> Result<Option<KeptDraft>, Unavailable> {
        Ok(self.store().read(by.organisation()).await?.find_draft(id).await?)
    }

    /// Throws a draft away. Drafts have no number, so none is lost.
    ///
    /// # Errors
    /// [`DraftError`].
    pub async fn discard_draft(&self, by: &Actor<EditDrafts>, id: Uuid) -> Result<(), DraftError> {
        let mut books = self.store().write(by.organisation()).await?;
        if !books.take_draft(id).await? {
            return Err(DraftError::NoSuchDraft);
        }
        books.commit().await?;
        Ok(())
    }

    /// What this content would become: sums, number, findings. Nothing is kept.
    ///
    /// # Errors
    /// [`DraftError`].
    pub async fn preview(
        &self,
        by: &Actor<ReadBooks>,
        customer: Option<Uuid>,
        content: Content,
    ) -> Result<Preview, DraftError> {
        let mut books = self.store().read(by.organisation()).await?;
        let today = self.clock().today(self.time_zone());
        let profile = books.organisation_profile().await?.profile;
        let series = profile.numbering.of(content.is_credit_note()).series(today);
        let sequence = books.expected_number(&series).await?;
        let number = InvoiceNumber { series, sequence }.to_string();
        self.foresee(&mut books, customer, content, &number).await
    }

    /// What this content would become under this number.
    pub(crate) async fn foresee(
        &self,
        books: &mut Books,
        customer: Option<Uuid>,
        content: Content,
        number: &str,
    ) -> Result<Preview, DraftError> {
        let now = self.clock().now();
        let today = self.clock().today(self.time_zone());
        let kept = self.draft(books, fresh_id(now), customer, content).await?;
        let preceding = preceding(books, &kept.draft.0).await?;
        let mut draft = kept.draft;
        let profile = books.organisation_profile().await?.profile;
        complete(&mut draft.0, books, profile, number, today, now).await?;
        let (document, mut findings) = draft.preview(number, today);
        findings.extend(preceding.findings);
        Ok(Preview { document, findings })
    }

    /// A draft as it is kept: the buyer taken from the customer, the sums computed, what it takes back looked up.
    pub(crate) async fn draft(
        &self,
        books: &mut Books,
        id: Uuid,
        customer: Option<Uuid>,
        mut content: Content,
    ) -> Result<KeptDraft, DraftError> {
        if let Some(customer) = customer {
            let profile = books.find_customer(customer).await?.ok_or(DraftError::NoSuchCustomer)?.profile;
            content.buyer = profile.buyer;
            if let Some(address) = profile.delivery_address {
                content.delivery.get_or_insert_default().address = Some(address);
            }
        }
        if serde_json::to_vec(&content).map_or(usize::MAX, |json| json.len()) > LARGEST_DRAFT {
            return Err(DraftError::TooLarge);
        }
        let now = self.clock().now();
        let preceding = preceding(books, &content).await?.invoice;
        let draft = Draft(content);
        let (document, _) = draft.preview("", self.clock().today(self.time_zone()));
        let currency = draft.0.currency;
        let amount_due = Money::from_amount(document.totals.amount_due, currency)
            .unwrap_or_else(|_| Money::from_minor(0, currency));
        Ok(KeptDraft { id, customer, preceding, version: 1, amount_due, draft, updated_at: now })
    }
}

/// Takes off what came from a customer whom the draft is no longer for: where goods go (BG-15).
async fn leave(books: &mut Books, customer: Option<Uuid>, content: &mut Content) -> Result<(), DraftError> {
    let Some(customer) = customer else { return Ok(()) };
    let theirs = books.find_customer(customer).await?.and_then(|customer| customer.profile.delivery_address);
    if let Some(delivery) = content.delivery.as_mut().filter(|delivery| delivery.address == theirs) {
        delivery.address = None;
    }
    Ok(())
}

/// Fills in what the organisation says on every document: seller, payee account, due date.
pub(crate) async fn complete(
    content: &mut Content,
    books: &mut Books,
    profile: Profile,
    number: &str,
    today: Date,
    now: Timestamp,
) -> Result<(), Unavailable> {
    let payees = Payees::read(books, now).await?;
    let transfers = content.payment.as_ref().map(|payment| payment.credit_transfers.as_slice());
    let named = transfers.and_then(|transfers| Some(transfers.first()?.account.as_str()));
    let account = payees.chosen(named).map(|payee| payee.entered.account.clone());
    fill_in(content, profile, account, number, today);
    Ok(())
}

fn fill_in(
    content: &mut Content,
    profile: Profile,
    account: Option<PayeeAccount>,
    number: &str,
    today: Date,
) {
    content.seller = profile.seller;
    if content.type_code.is_empty() {
        "380".clone_into(&mut content.type_code);
    }
    if content.is_credit_note() {
        // A credit note asks for no money.
        content.payment = None;
        content.due_date = None;
        return;
    }
    if content.due_date.is_none() && content.payment_terms.is_none() {
        content.due_date = today.checked_add(Span::new().days(i64::from(profile.payment_days))).ok();
    }
    if let Some(account) = account {
        content.payment = Some(PaymentInstructions {
            means_code: means_code(content.currency, &account.iban).to_owned(),
            remittance_information: Some(number.to_owned()),
            credit_transfers: vec![CreditTransfer {
                account: account.iban,
                account_name: Some(account.holder),
                service_provider: account.bic,
            }],
            ..PaymentInstructions::default()
        });
    }
}

/// BT-81: `58` is a SEPA credit transfer, which is in euro and between accounts in SEPA; any other one is `30`.
fn means_code(currency: Currency, account: &str) -> &'static str {
    let reaches = Iban::parse(account).is_ok_and(|iban| iban.is_in_sepa());
    if currency == Currency::EUR && reaches { "58" } else { "30" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sepa_transfer_is_in_euro_and_to_an_account_in_sepa() {
        for (currency, account, code) in [
            ("EUR", "DE89370400440532013000", "58"),
            ("EUR", "CH9300762011623852957", "58"),
            ("CHF", "CH9300762011623852957", "30"),
            ("USD", "DE89370400440532013000", "30"),
            ("EUR", "TR330006100519786457841326", "30"),
            ("EUR", "12-345-6", "30"),
        ] {
            assert_eq!(means_code(currency.parse().unwrap(), account), code, "{currency} {account}");
        }
    }
}
