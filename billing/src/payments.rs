//! Payments received.

use counterfoil_identity::permission::RecordPayment;
use counterfoil_invoice::limits::YEARS;
use counterfoil_invoice::{Amount, Money};
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::payments::Payment;
use counterfoil_store::{Books, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::clock::fresh_id;
use crate::fields::{self, FieldError, Form, Problem};
use crate::ledger::{self, Act, Kind, PaymentDetails};
use crate::once::By;
use crate::settlement::open_amount;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// A payment as typed.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// How much, in the invoice's currency.
    pub amount: Amount,
    /// The day it arrived.
    pub received_on: Date,
    /// What to remember of it.
    pub note: String,
}

/// Why a payment was not entered.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// There is none.
    #[error("there is no such invoice")]
    NoSuchInvoice,
    /// Fields to mend.
    #[error("the form has errors: {}", fields::list(.0))]
    Fields(Vec<FieldError>),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for PaymentError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// Enters a payment, once for one form. The invoice itself does not change.
    ///
    /// # Errors
    /// [`PaymentError`].
    pub async fn record_payment(
        &self,
        by: impl Into<By<'_, RecordPayment>>,
        invoice: Uuid,
        new: NewPayment,
    ) -> Result<(), PaymentError> {
        let by = by.into();
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<Uuid>(&mut books).await?.is_some() {
            return Ok(());
        }
        let of = books.find_invoice(invoice).await?.ok_or(PaymentError::NoSuchInvoice)?;
        let open = open(&mut books, &of).await?;
        let amount = Money::from_amount(new.amount, of.amount_due.currency());
        let mut form = Form::default();
        match amount {
            Err(problem) => form.wrong("amount", problem),
            Ok(amount) if amount.minor() <= 0 => form.wrong("amount", Problem::NotPositive),
            Ok(amount) if amount.minor() > open.minor() => {
                form.wrong("amount", Problem::MoreThanOpen(open));
            }
            Ok(_) => {}
        }
        self.check_day(&mut form, new.received_on);
        form.prose("note", &new.note, LONGEST_NOTE);
        form.finish().map_err(PaymentError::Fields)?;
        let amount = amount.expect("a form without a mistake has an amount of its currency");
        let arrived = Arrived { amount, received_on: new.received_on, note: new.note };
        let id = enter(&mut books, &by, invoice, arrived, now).await?;
        by.note(&mut books, &id, now).await?;
        books.commit().await?;
        Ok(())
    }

    /// Enters that all of what is open was paid on this day, once for one form. Gives how much that was; `None` if nothing is
    /// open, and then nothing is entered.
    ///
    /// # Errors
    /// [`PaymentError`].
    pub async fn settle(
        &self,
        by: impl Into<By<'_, RecordPayment>>,
        invoice: Uuid,
        received_on: Date,
    ) -> Result<Option<Money>, PaymentError> {
        let by = by.into();
        let now = self.clock().now();
        let mut form = Form::default();
        self.check_day(&mut form, received_on);
        form.finish().map_err(PaymentError::Fields)?;
        let mut books = self.store().write(by.organisation()).await?;
        let of = books.find_invoice(invoice).await?.ok_or(PaymentError::NoSuchInvoice)?;
        if let Some(minor) = by.done::<i64>(&mut books).await? {
            return Ok(Some(Money::from_minor(minor, of.amount_due.currency())));
        }
        let amount = open(&mut books, &of).await?;
        if amount.minor() <= 0 {
            return Ok(None);
        }
        let arrived = Arrived { amount, received_on, note: String::new() };
        enter(&mut books, &by, invoice, arrived, now).await?;
        by.note(&mut books, &amount.minor(), now).await?;
        books.commit().await?;
        Ok(Some(amount))
    }

    /// Money arrives today or before, in a year that the books know.
    fn check_day(&self, form: &mut Form, received_on: Date) {
        if received_on > self.clock().today(self.time_zone()) {
            form.wrong("received_on", Problem::NotYet);
        } else if !YEARS.contains(&received_on.year()) {
            form.wrong("received_on", Problem::Year(*YEARS.start()));
        }
    }
}

/// A payment that was checked.
struct Arrived {
    amount: Money,
    received_on: Date,
    note: String,
}

/// What of an invoice is still to be paid.
async fn open(books: &mut Books, of: &KeptInvoice) -> Result<Money, StoreError> {
    let standing = books.standing(of.id).await?;
    Ok(open_amount(of.issued.document().content.is_credit_note(), of.amount_due, standing))
}

/// The entry in the ledger, the payment, and where the invoice stands after it.
async fn enter(
    books: &mut Books,
    by: &By<'_, RecordPayment>,
    invoice: Uuid,
    Arrived { amount, received_on, note }: Arrived,
    now: Timestamp,
) -> Result<Uuid, Unavailable> {
    let id = fresh_id(now);
    let act = Act {
        kind: Kind::PaymentRecorded,
        by: by.person(),
        subject: Some(invoice),
        details: json!(PaymentDetails {
            payment: id,
            amount: amount.amount(),
            currency: amount.currency(),
            received_on,
        }),
    };
    let ledger_position = ledger::record(books, act, now).await?;
    books
        .append_payment(&Payment {
            id,
            invoice,
            amount,
            received_on,
            note,
            ledger_position,
            recorded_at: now,
            recorded_by: by.person(),
        })
        .await?;
    let mut standing = books.standing(invoice).await?;
    standing.paid += amount.minor();
    books.update_standing(invoice, standing).await?;
    Ok(id)
}
