//! A customer: what they owe, what was issued to them, and who they are.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::customers::CustomerView;
use counterfoil_billing::invoices::Status;
use counterfoil_identity::permission::{EditCustomers, EditDrafts, ReadBooks};
use counterfoil_invoice::Buyer;
use uuid::Uuid;

use crate::invoices::editor_page::address_lines;
use crate::invoices::{self, Sums};
use crate::ui::{self, t};
use crate::{ErrorPage, May, Page, Session, Shell};

#[derive(Template)]
#[template(path = "customers/show.html")]
struct CustomerShowPage {
    page: Shell,
    view: CustomerView,
    may_edit: bool,
    may_draft: bool,
}

impl CustomerShowPage {
    fn buyer(&self) -> &Buyer {
        &self.view.customer.profile.buyer
    }

    fn path(&self, below: &str) -> String {
        self.page.url(&format!("/customers/{}{below}", self.view.customer.id))
    }

    fn amounts(&self) -> Sums {
        Sums::of(self.view.latest.iter().map(|invoice| invoice.row.amount_due))
    }

    /// The answer, in words.
    fn answer(&self) -> String {
        let sums: Vec<_> =
            self.view.owed.iter().map(|sum| ui::money_of(sum.amount(), sum.currency())).collect();
        if sums.is_empty() {
            return t("customer-owes-nothing").to_string();
        }
        let late = self.view.latest.iter().any(|invoice| matches!(invoice.status, Status::Overdue(_)));
        let sums = sums.join(", ");
        let owes = if late {
            t("customer-owes-late").with("sums", sums)
        } else {
            t("customer-owes").with("sums", sums)
        };
        owes.to_string()
    }
}

/// GET /o/{organisation}/customers/{id}
pub async fn show(
    May(actor): May<ReadBooks>,
    Session(signed_in): Session,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let view = billing.customer_view(&actor, id).await?.ok_or_else(ErrorPage::not_found)?;
    let may_edit = signed_in.actor::<EditCustomers>(page.slug()).is_ok();
    let may_draft = signed_in.actor::<EditDrafts>(page.slug()).is_ok();
    Ok(Page::ok(CustomerShowPage { page, view, may_edit, may_draft }))
}
