//! Payments received for an invoice.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::payments::{NewPayment, PaymentError};
use counterfoil_identity::permission::{ReadBooks, RecordPayment};
use uuid::Uuid;

use super::decimal::decimal;
use super::show::{self, Forms};
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, May, SeeOther, Shell};

/// A payment as typed.
#[derive(Debug)]
pub enum NewPaymentForm {}

impl Fields for NewPaymentForm {
    const ONE: &'static [(&'static str, &'static str)] =
        &[("amount", "field-amount"), ("received_on", "field-received-on"), ("note", "field-note")];
}

/// POST /o/{organisation}/invoices/{id}/payments
pub async fn create(
    May(actor): May<RecordPayment>,
    May(reader): May<ReadBooks>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    mut form: Form<NewPaymentForm>,
) -> Result<Response, ErrorPage> {
    let amount = match decimal(form.value("amount")) {
        Ok(amount) => Some(counterfoil_invoice::Amount(amount)),
        Err(problem) => {
            form.refuse("amount", problem);
            None
        }
    };
    let received_on = form.read("received_on", t("problem-date"));
    if let (Some(amount), Some(received_on)) = (amount, received_on) {
        let payment = NewPayment { amount, received_on, note: form.text("note") };
        match billing.record_payment(form.once(&actor), id, payment).await {
            Ok(()) => {
                let path = page.url(&format!("/invoices/{id}"));
                return Ok(SeeOther::to(path).saying(t("payment-recorded")).into_response());
            }
            Err(PaymentError::NoSuchInvoice) => return Err(ErrorPage::not_found()),
            Err(PaymentError::Unavailable(error)) => return Err(error.into()),
            Err(PaymentError::Fields(errors)) => {
                form.refuse_fields(errors);
            }
        }
    }
    show::refused(&billing, &reader, page, id, Forms { payment: form, ..Forms::blank() }).await
}
