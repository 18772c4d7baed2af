//! The first page of an organisation: what is open, what is expected when, and what needs a person.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::invoices::ListedInvoice;
use counterfoil_billing::overview::{Figure, Figures, Overview, Stuck};
use counterfoil_identity::permission::ReadBooks;
use counterfoil_store::outbox::{MessageKind, MessageState};

use crate::ui::{self, Badge, Bar, Chart};
use crate::{ErrorPage, May, Page, Shell, invoices};

#[derive(Template)]
#[template(path = "dashboard/show.html")]
struct Dashboard {
    page: Shell,
    lead: String,
    overview: Overview,
    has_mail: bool,
}

impl Dashboard {
    /// `12 invoices, the oldest by 31 days`.
    fn overdue_note(&self, figures: &Figures) -> String {
        let invoices = documents(&figures.overdue);
        match figures.oldest_due.map(|due| (self.overview.today - due).get_days()) {
            Some(1) => format!("{invoices}, since yesterday"),
            Some(days) => format!("{invoices}, the oldest by {days} days"),
            None => invoices,
        }
    }

    /// Why a message does not get on.
    fn reason(&self, stuck: &Stuck) -> &'static str {
        match (stuck.state, stuck.kind) {
            (MessageState::Dead, MessageKind::SealDocument) => "the PDF could not be made and sealed",
            (MessageState::Dead, MessageKind::Mail) => "the mail could not be sent and was given up",
            (_, MessageKind::Mail) if !self.has_mail => {
                "the mail waits, because no mail server is set up; its link can be copied"
            }
            _ => "this is not done yet",
        }
    }
}

/// `GET /o/{organisation}`
pub async fn show(
    May(actor): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let overview = billing.overview(&actor).await?;
    let lead = lead(&overview);
    Ok(Page::ok(Dashboard { page, lead, overview, has_mail: billing.has_mail() }))
}

/// The answer to "how do we stand?", in one sentence.
fn lead(overview: &Overview) -> String {
    let all = |of: fn(&Figures) -> u64| overview.figures.iter().map(of).sum::<u64>();
    let (open, overdue) = (all(|figures| figures.open.documents), all(|figures| figures.overdue.documents));
    match (open, overdue) {
        _ if !overview.first_hour.invoice => "A few steps, and your first invoice is on its way.".to_owned(),
        (0, _) => "Everything is paid. Nothing is open.".to_owned(),
        (_, 0) => format!("{} open, none overdue.", counted(open, "invoice")),
        _ => format!("{} open, {} overdue.", counted(open, "invoice"), ui::amount(overdue)),
    }
}

/// `1 invoice`, `1,204 invoices`.
fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", ui::amount(number), if number == 1 { "" } else { "s" })
}

fn documents(figure: &Figure) -> String {
    counted(figure.documents, "invoice")
}

/// `8 invoices, 1 credit note`.
fn issued_note(figures: &Figures) -> String {
    let invoices = documents(&figures.issued);
    match figures.credited.documents {
        0 => invoices,
        number => format!("{invoices}, {} not taken off", counted(number, "credit note")),
    }
}

/// What is still to come, by the week in which it is due.
fn expected(figures: &Figures) -> Chart {
    let currency = figures.open.sum.currency();
    let bar = |label: &str, sum: counterfoil_invoice::Money| {
        let amount = sum.amount();
        Bar::new(label, &ui::amount(amount), amount.0)
    };
    let mut bars = Vec::new();
    if figures.overdue.documents > 0 {
        bars.push(bar("late", figures.overdue.sum).red());
    }
    for (number, week) in figures.weeks.iter().enumerate() {
        let column = bar(&week.from.strftime("%-d %b").to_string(), week.sum);
        bars.push(if number == 0 { column.now() } else { column });
    }
    if figures.later.minor() > 0 {
        bars.push(bar("later", figures.later));
    }
    Chart::new(
        &format!("Open invoices by the week they are due, each from its Monday on, in {currency}"),
        bars,
    )
}

fn status(invoice: &ListedInvoice) -> Badge {
    invoices::badge(invoice.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_thousands_are_grouped() {
        assert_eq!(counted(1, "invoice"), "1 invoice");
        assert_eq!(counted(0, "invoice"), "0 invoices");
        assert_eq!(counted(1204, "credit note"), "1,204 credit notes");
    }
}
