//! Several invoices recorded as paid in full on one day.

use counterfoil_billing::payments::PaymentError;
use counterfoil_identity::permission::RecordPayment;
use counterfoil_invoice::Content;
use jiff::civil::Date;

use super::{Done, Outcome, Ticked};
use crate::ui::{self, Tone, t};
use crate::{ErrorPage, Session};

impl Ticked<'_> {
    /// `None` if the day is none on which money can have arrived: it is the same for all, so nothing is recorded.
    pub(super) async fn record_as_paid(&mut self) -> Result<Option<Done>, ErrorPage> {
        let Session(signed_in) = self.session;
        let actor = signed_in.actor::<RecordPayment>(self.page.slug())?;
        let Some(day) = self.form.read::<Date>("received_on", t("problem-date")) else { return Ok(None) };
        let rows = std::mem::take(&mut self.rows);
        let mut outcomes = Vec::with_capacity(rows.len());
        let mut paid = 0;
        for row in rows {
            let settled = match self.billing.settle(self.form.once(&actor).part(row.id), row.id, day).await {
                Ok(settled) => settled,
                Err(PaymentError::Fields(errors)) => {
                    self.form.refuse_fields(errors);
                    return Ok(None);
                }
                Err(PaymentError::NoSuchInvoice) => return Err(ErrorPage::not_found()),
                Err(PaymentError::Unavailable(error)) => return Err(error.into()),
            };
            let is_credit_note = Content::CREDIT_NOTE_CODES.contains(&row.type_code.as_str());
            let (badge, what) = if let Some(sum) = settled {
                paid += 1;
                let sum = ui::money_of(sum.amount(), sum.currency());
                (ui::badge(Tone::Green, "check", t("bulk-paid")), sum)
            } else {
                let why = if is_credit_note { t("bulk-gives-back") } else { t("bulk-nothing-open") };
                (ui::badge(Tone::Grey, "cross", t("bulk-not-paid")), why.to_string())
            };
            outcomes.push(Outcome::of(row, badge, what));
        }
        let lead = t("bulk-paid-lead")
            .count("paid", paid)
            .count("all", outcomes.len())
            .with("day", ui::date_of(day));
        Ok(Some(Done {
            title: t("bulk-paid-title").to_string(),
            heading: t("bulk-paid-heading").to_string(),
            lead: lead.to_string(),
            column: t("bulk-amount").to_string(),
            outcomes,
        }))
    }
}
