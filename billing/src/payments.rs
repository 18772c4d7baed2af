//! Payments received.

use counterfoil_identity::permission::RecordPayment;
use counterfoil_invoice::limits::YEARS;
use counterfoil_invoice::{Amount, Money};
use counterfoil_store::StoreError;
use counterfoil_store::payments::Payment;
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
        let mut standing = books.standing(invoice).await?;
        let currency = of.amount_due.currency();
        let is_credit_note = of.issued.document().content.is_credit_note();
        let open = open_amount(is_credit_note, of.amount_due, standing);
        let amount = Money::from_amount(new.amount, currency);
        let mut form = Form::default();
        match amount {
            Err(problem) => form.wrong("amount", problem),
            Ok(amount) if amount.minor() <= 0 => form.wrong("amount", Problem::NotPositive),
            Ok(amount) if amount.minor() > open.minor() => {
                form.wrong("amount", Problem::MoreThanOpen(open));
            }
            Ok(_) => {}
        }
        if new.received_on > self.clock().today(self.time_zone()) {
            form.wrong("received_on", Problem::NotYet);
        } else if !YEARS.contains(&new.received_on.year()) {
            form.wrong("received_on", Problem::Year(*YEARS.start()));
        }
        form.prose("note", &new.note, LONGEST_NOTE);
        form.finish().map_err(PaymentError::Fields)?;
        let amount = amount.expect("a form without a mistake has an amount of its currency");
        let id = fresh_id(now);
        let act = Act {
            kind: Kind::PaymentRecorded,
            by: by.person(),
            subject: Some(invoice),
            details: json!(PaymentDetails {
                payment: id,
                amount: amount.amount(),
                currency,
                received_on: new.received_on,
            }),
        };
        let ledger_position = ledger::record(&mut books, act, now).await?;
        books
            .append_payment(&Payment {
                id,
                invoice,
                amount,
                received_on: new.received_on,
                note: new.note,
                ledger_position,
                recorded_at: now,
                recorded_by: by.person(),
            })
            .await?;
        standing.paid += amount.minor();
        books.update_standing(invoice, standing).await?;
        by.note(&mut books, &id, now).await?;
        books.commit().await?;
        Ok(())
    }
}
