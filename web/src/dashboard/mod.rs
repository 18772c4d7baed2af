//! The first page of an organisation: what is open, what is expected when, and what needs a person.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::IntoResponse;
use counterfoil_billing::Billing;
use counterfoil_billing::invoices::ListedInvoice;
use counterfoil_billing::ledger::LedgerEntry;
use counterfoil_billing::overview::{Figure, Figures, FirstHour, Overview, Stuck};
use counterfoil_identity::permission::{ReadBooks, ReadLedger};
use counterfoil_store::outbox::{MessageKind, MessageState};
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::invoices::{self, Sums};
use crate::language::Text;
use crate::ledger::{document, who, words};
use crate::ui::{self, Badge, Bar, Chart, t};
use crate::{ErrorPage, May, Page, Session, Shell};

#[derive(Template)]
#[template(path = "dashboard/show.html")]
struct Dashboard {
    page: Shell,
    lead: String,
    overview: Overview,
    needs: Vec<Need>,
    /// What happened last, newest first; empty for who may not read the ledger.
    recent: Vec<LedgerEntry>,
    zone: TimeZone,
}

/// One of the first steps.
struct Step {
    what: String,
    href: String,
    /// What to press for it.
    button: String,
    is_done: bool,
}

/// One thing that waits for a person, and the documents it concerns.
#[derive(Debug, PartialEq, Eq)]
struct Need {
    what: String,
    error: Option<String>,
    documents: Vec<(String, Uuid)>,
}

impl Dashboard {
    /// `12 invoices, the oldest by 31 days`.
    fn overdue_note(&self, figures: &Figures) -> String {
        let invoices = documents(&figures.overdue);
        match figures.oldest_due.map(|due| (self.overview.today - due).get_days()) {
            Some(days) => t("figures-oldest").with("invoices", invoices).count("days", days).to_string(),
            None => invoices,
        }
    }

    /// The list of invoices of this choice and currency.
    fn list(&self, choice: impl Display, currency: impl Display) -> String {
        self.page.url(&format!("/invoices?{choice}&currency={currency}"))
    }

    /// The choice of what was issued since the first of the month.
    fn this_month(&self) -> String {
        let today = self.overview.today;
        format!("from={}&to={today}", today.first_of_month())
    }

    /// The first steps, and whether each is done.
    fn first_hour(&self) -> [Step; 5] {
        let FirstHour { payee_account, customer, invoice } = self.overview.first_hour;
        let step = |what: Text, path: &str, button: Text, is_done| Step {
            what: what.to_string(),
            href: if path.starts_with("/account") { path.to_owned() } else { self.page.url(path) },
            button: button.to_string(),
            is_done,
        };
        [
            step(t("first-hour-second-factor"), "/account", t("first-hour-see"), true),
            step(t("first-hour-organisation"), "/organisation", t("first-hour-see"), true),
            step(t("first-hour-payee"), "/organisation", t("first-hour-see"), payee_account),
            step(t("first-hour-customer"), "/customers/new", t("first-hour-add"), customer),
            step(t("first-hour-invoice"), "/invoices/new", t("first-hour-write"), invoice),
        ]
    }

    /// The number of the document that an entry is about, if the entry does not say it and the document is one of the latest.
    fn number_of(&self, entry: &LedgerEntry) -> Option<&str> {
        let path = document(entry).filter(|_| entry.statement.kind != "invoice.issued")?;
        let is_it = |row: &&ListedInvoice| path.ends_with(&row.row.id.to_string());
        self.overview.latest.iter().find(is_it).map(|row| row.row.number.as_str())
    }

    /// How long the signing certificate still signs, if somebody has to see to it.
    fn certificate(&self) -> Option<Text> {
        let days = self.overview.certificate_days?;
        Some(if days < 0 { t("need-certificate-ended") } else { t("need-certificate").count("days", days) })
    }

    fn amounts(&self) -> Sums {
        Sums::of(self.overview.latest.iter().map(|invoice| invoice.row.amount_due))
    }
}

/// The same trouble of several documents is one thing to look after.
fn needs(all: &[Stuck], has_mail: bool) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for stuck in all {
        let document = (stuck.number.clone(), stuck.invoice);
        let what = trouble(stuck, has_mail);
        match needs.iter_mut().find(|need| need.what == what && need.error == stuck.last_error) {
            Some(need) => need.documents.push(document),
            None => needs.push(Need { what, error: stuck.last_error.clone(), documents: vec![document] }),
        }
    }
    needs
}

/// Why a message does not get on, and what helps.
fn trouble(stuck: &Stuck, has_mail: bool) -> String {
    let words = match (stuck.state, stuck.kind) {
        (MessageState::Dead, MessageKind::SealDocument) => t("need-sealing"),
        (MessageState::Dead, MessageKind::Mail) => t("need-mail-dead"),
        (MessageState::Bounced, _) => t("need-mail-bounced"),
        (MessageState::Unknown, _) => t("need-mail-unknown"),
        (_, MessageKind::Mail) if !has_mail => t("need-mail-server"),
        _ => t("need-not-done"),
    };
    words.to_string()
}

/// `GET /o/{organisation}`
pub async fn show(
    May(actor): May<ReadBooks>,
    Session(signed_in): Session,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let overview = billing.overview(&actor).await?;
    let lead = lead(&overview);
    let needs = needs(&overview.stuck, billing.has_mail());
    let recent = match signed_in.actor::<ReadLedger>(page.slug()) {
        Ok(actor) => billing.recent(&actor).await?,
        Err(_) => Vec::new(),
    };
    let zone = billing.time_zone().clone();
    Ok(Page::ok(Dashboard { page, lead, overview, needs, recent, zone }))
}

/// The answer to "how do we stand?", in one sentence.
fn lead(overview: &Overview) -> String {
    let all = |of: fn(&Figures) -> u64| overview.figures.iter().map(of).sum::<u64>();
    let (open, overdue) = (all(|figures| figures.open.documents), all(|figures| figures.overdue.documents));
    let lead = match (open, overdue) {
        _ if !overview.first_hour.invoice => t("dashboard-lead-first"),
        (0, _) => t("dashboard-lead-paid"),
        (_, 0) => t("dashboard-lead-open").count("open", open),
        _ => t("dashboard-lead-overdue").count("open", open).count("overdue", overdue),
    };
    lead.to_string()
}

/// A figure that leads to what it is of.
#[derive(Template)]
#[template(path = "dashboard/tile.html")]
struct Tile {
    label: String,
    value: ui::TileValue,
    note: String,
    documents: u64,
    href: String,
    is_late: bool,
}

impl HtmlSafe for Tile {}

fn tile(figure: &Figure, label: impl Display, note: impl Display, href: impl Display) -> Tile {
    Tile {
        label: label.to_string(),
        value: ui::tile_value(ui::money_of(figure.sum.amount(), figure.sum.currency())),
        note: note.to_string(),
        documents: figure.documents,
        href: href.to_string(),
        is_late: false,
    }
}

impl Tile {
    fn late(self) -> Self {
        Self { is_late: true, ..self }
    }
}

fn documents(figure: &Figure) -> String {
    t("figures-invoices").count("count", figure.documents).to_string()
}

/// `8 invoices, before 1 credit note`.
fn issued_note(figures: &Figures) -> String {
    let invoices = documents(&figures.issued);
    match figures.credited.documents {
        0 => invoices,
        number => {
            let credits = t("figures-credit-notes").count("count", number);
            t("figures-before-credits").with("invoices", invoices).with("credits", credits).to_string()
        }
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
        bars.push(bar(&t("expected-overdue").to_string(), figures.overdue.sum).red());
    }
    for (number, week) in figures.weeks.iter().enumerate() {
        let column = bar(&ui::day_of(week.from), week.sum);
        bars.push(if number == 0 { column.now() } else { column });
    }
    if figures.later.minor() > 0 {
        bars.push(bar(&t("expected-later").to_string(), figures.later));
    }
    Chart::new(&t("expected-caption").with("currency", currency).to_string(), bars)
}

/// What happened, as a picture beside the words.
fn icon_of(entry: &LedgerEntry) -> ui::Icon {
    ui::icon(match entry.statement.kind.as_str() {
        "invoice.issued" => "seal",
        "payment.recorded" => "money",
        "document.sent" => "send",
        "link.opened" => "eye",
        "mail.cancelled" | "link.revoked" => "cross",
        _ => "link",
    })
}

fn status(invoice: &ListedInvoice) -> Badge {
    invoices::badge(invoice.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_trouble_of_several_documents_is_said_once() {
        let stuck = |number: &str, state, last_error: Option<&str>| Stuck {
            invoice: Uuid::nil(),
            number: number.to_owned(),
            kind: MessageKind::Mail,
            state,
            last_error: last_error.map(str::to_owned),
        };
        let all = [
            stuck("1", MessageState::Waiting, None),
            stuck("2", MessageState::Dead, Some("no such mailbox")),
            stuck("3", MessageState::Waiting, None),
        ];
        let said: Vec<Vec<String>> = needs(&all, false)
            .into_iter()
            .map(|need| need.documents.into_iter().map(|(number, _)| number).collect())
            .collect();
        assert_eq!(said, [vec!["1", "3"], vec!["2"]]);
    }

    #[test]
    fn one_is_singular_and_thousands_are_grouped() {
        let counted = |number| t("figures-invoices").count("count", number).to_string();
        assert_eq!([1, 0, 1204].map(counted), ["1 invoice", "0 invoices", "1,204 invoices"]);
    }
}
