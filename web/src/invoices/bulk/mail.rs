//! Links sent to the customers of several documents.

use counterfoil_billing::share::ShareError;
use counterfoil_identity::Actor;
use counterfoil_identity::permission::{ReadBooks, ShareDocument};

use super::{Done, Outcome, Ticked};
use crate::invoices::links;
use crate::ui::{self, Tone, t};
use crate::{ErrorPage, Session, problems};

impl Ticked<'_> {
    pub(super) async fn send(&mut self, reader: &Actor<ReadBooks>) -> Result<Done, ErrorPage> {
        let Session(signed_in) = self.session;
        let actor = signed_in.actor::<ShareDocument>(self.page.slug())?;
        let rows = std::mem::take(&mut self.rows);
        let mut outcomes = Vec::with_capacity(rows.len());
        let mut sent = 0;
        for row in rows {
            let address = match row.customer {
                Some(customer) => self.billing.customer(reader, customer).await?,
                None => None,
            };
            let address =
                address.map(|customer| customer.profile.invoice_address().to_owned()).unwrap_or_default();
            let said = if address.is_empty() {
                Err(t("bulk-no-address"))
            } else {
                match self.billing.send(self.form.once(&actor).part(row.id), row.id, &address).await {
                    Ok(()) => Ok(address),
                    Err(ShareError::Field(error)) => Err(problems::said(&error.problem)),
                    Err(error) => return Err(links::refused(error)),
                }
            };
            sent += usize::from(said.is_ok());
            let badge = match &said {
                Ok(_) if self.billing.has_mail() => ui::badge(Tone::Green, "send", t("bulk-on-its-way")),
                Ok(_) => ui::badge(Tone::Amber, "clock", t("bulk-waits")),
                Err(_) => ui::badge(Tone::Red, "cross", t("bulk-not-sent")),
            };
            outcomes.push(Outcome::of(row, badge, said.unwrap_or_else(|problem| problem.to_string())));
        }
        Ok(Done {
            title: t("bulk-title").to_string(),
            heading: t("bulk-heading").to_string(),
            lead: t("bulk-lead").count("sent", sent).count("all", outcomes.len()).to_string(),
            column: t("bulk-to").to_string(),
            outcomes,
        })
    }
}
