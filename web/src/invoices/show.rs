//! An issued document: what is open and since when, what happened to it, and what proves it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::invoices::{InvoiceView, Status};
use counterfoil_identity::Actor;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_invoice::{Document, Money};
use counterfoil_store::outbox::MessageState;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::badge;
use super::credit::Crediting;
use super::mails::NewMail;
use super::payments::NewPaymentForm;
use crate::language::Text;
use crate::ui::{self, t};
use crate::verify::checks;
use crate::{ErrorPage, Form, May, Page, Shell};

/// One thing that happened.
struct Event {
    at: Timestamp,
    class: &'static str,
    icon: &'static str,
    what: String,
}

#[derive(Template)]
#[template(path = "invoices/show.html")]
struct InvoicePage {
    page: Shell,
    view: InvoiceView,
    events: Vec<Event>,
    mail: Form<NewMail>,
    payment: Form<NewPaymentForm>,
    credit: Form<Crediting>,
    /// A link that was just made: it is shown this once.
    new_link: Option<String>,
    /// It was made before, and not kept.
    link_made_before: bool,
    has_mail: bool,
    now: Timestamp,
    zone: TimeZone,
}

/// The forms of the page, as they are to be shown.
pub(super) struct Forms {
    pub(super) mail: Form<NewMail>,
    pub(super) payment: Form<NewPaymentForm>,
    pub(super) credit: Form<Crediting>,
    pub(super) new_link: Option<String>,
    pub(super) link_made_before: bool,
}

impl Forms {
    pub(super) fn blank() -> Self {
        let (mail, payment, credit) = (Form::blank(), Form::blank(), Form::blank());
        Self { mail, payment, credit, new_link: None, link_made_before: false }
    }
}

impl InvoicePage {
    fn document(&self) -> &Document {
        self.view.kept.issued.document()
    }

    fn path(&self, below: &str) -> String {
        self.page.url(&format!("/invoices/{}{below}", self.view.kept.id))
    }

    fn kind(&self) -> Text {
        if self.document().content.is_credit_note() { t("credit-note") } else { t("invoice") }
    }

    /// The answer, in words, and what is owed back.
    fn answer(&self) -> String {
        let (answer, owed) = (self.standing(), self.view.owed_back);
        if owed.minor() == 0 {
            return answer;
        }
        let owed = ui::money_of(owed.amount(), owed.currency());
        t("owed-back").with("answer", answer).with("owed", owed).to_string()
    }

    fn standing(&self) -> String {
        if let Some(later) = self.view.following.iter().find(|later| later.corrects) {
            return t("replaced-by").with("number", &later.number).to_string();
        }
        let open = ui::money_of(self.view.open.amount(), self.view.open.currency());
        let due = self.document().content.due_date.map(ui::date_of);
        let answer = match (self.view.status, due) {
            (Status::Overdue(days), _) => t("open-overdue").with("open", open).count("days", days),
            (Status::Open | Status::PartlyPaid, Some(due)) => {
                t("open-due").with("open", open).with("due", due)
            }
            (Status::Open | Status::PartlyPaid, None) => t("open-only").with("open", open),
            (Status::Paid, _) => t("paid-in-full"),
            (Status::Credited, _) => t("taken-back"),
            (Status::CreditNote, _) => {
                let total = self.document().totals.amount_due;
                t("credited-to-customer").with("total", ui::money_of(total, self.document().content.currency))
            }
        };
        answer.to_string()
    }

    fn can_be_settled(&self) -> bool {
        matches!(self.view.status, Status::Open | Status::Overdue(_) | Status::PartlyPaid)
    }

    fn can_be_credited(&self) -> bool {
        self.view.left_to_credit.minor() > 0
    }

    /// Whether a credit note over all of it leaves something to be paid back.
    fn credits_what_was_paid(&self) -> bool {
        self.view.left_to_credit.minor() > self.view.open.minor()
    }

    /// What happened to the amount since it was issued, down to what is open or owed back.
    fn since_issued(&self) -> Option<Vec<(Text, String)>> {
        let (standing, currency) = (self.view.standing, self.view.open.currency());
        let sum = |minor| Money::from_minor(minor, currency).amount();
        let mut rows = Vec::new();
        if standing.paid != 0 {
            rows.push((t("since-received"), ui::taken_off(sum(standing.paid))));
        }
        if standing.credited != 0 {
            rows.push((t("since-taken-back"), ui::taken_off(sum(standing.credited))));
        }
        let (open, owed) = (self.view.open, self.view.owed_back);
        let last = if owed.minor() == 0 { (t("status-open"), open) } else { (t("since-owed-back"), owed) };
        rows.push((last.0, ui::money_of(last.1.amount(), currency)));
        (rows.len() > 1 || owed.minor() > 0).then_some(rows)
    }

    fn checks(&self) -> Vec<(&'static str, ui::Icon, String)> {
        checks(&self.view.judgement)
    }

    fn command(&self) -> String {
        format!("counterfoil verify {}.pdf --ledger-key '{}'", self.document().number, self.view.ledger_key)
    }

    fn sha256(&self) -> Option<String> {
        self.view.pdf.as_ref().map(|pdf| data_encoding::HEXLOWER.encode(&pdf.sha256))
    }
}

/// GET /o/{organisation}/invoices/{id}
pub async fn show(
    May(actor): May<ReadBooks>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
) -> Result<Response, ErrorPage> {
    let page = invoice_page(&billing, &actor, page, id, Forms::blank()).await?;
    Ok(Page::ok(page).into_response())
}

/// The page again, with a form that was refused.
pub(super) async fn refused(
    billing: &Billing,
    actor: &Actor<ReadBooks>,
    page: Shell,
    id: Uuid,
    forms: Forms,
) -> Result<Response, ErrorPage> {
    Ok(Page::refused(invoice_page(billing, actor, page, id, forms).await?).into_response())
}

/// The page with a link that was just made; or, without one, that it was made before.
pub(super) async fn with_link(
    billing: &Billing,
    actor: &Actor<ReadBooks>,
    page: Shell,
    id: Uuid,
    link: Option<String>,
) -> Result<Response, ErrorPage> {
    let forms = Forms { link_made_before: link.is_none(), new_link: link, ..Forms::blank() };
    Ok(Page::ok(invoice_page(billing, actor, page, id, forms).await?).into_response())
}

async fn invoice_page(
    billing: &Billing,
    actor: &Actor<ReadBooks>,
    page: Shell,
    id: Uuid,
    forms: Forms,
) -> Result<InvoicePage, ErrorPage> {
    let view = billing.invoice(actor, id).await?.ok_or_else(ErrorPage::not_found)?;
    let Forms { mut mail, mut payment, credit, new_link, link_made_before } = forms;
    if mail.errors().is_empty()
        && let Some(customer) = view.kept.customer
    {
        let email = billing
            .customer(actor, customer)
            .await?
            .map(|customer| customer.profile.invoice_address().to_owned());
        mail = mail.with("to", email.unwrap_or_default());
    }
    if payment.errors().is_empty() {
        let today = billing.clock().today(billing.time_zone());
        payment = payment.with("amount", ui::typed(view.open.amount())).with("received_on", today);
    }
    let zone = billing.time_zone().clone();
    let (has_mail, now) = (billing.has_mail(), billing.clock().now());
    let events = events(&view, has_mail, now);
    Ok(InvoicePage {
        page,
        view,
        events,
        mail,
        payment,
        credit,
        new_link,
        link_made_before,
        has_mail,
        now,
        zone,
    })
}

fn events(view: &InvoiceView, has_mail: bool, now: Timestamp) -> Vec<Event> {
    let event = |at, class, icon, what: Text| Event { at, class, icon, what: what.to_string() };
    let mut events = vec![event(view.kept.issued_at, "timeline-green", "seal", t("event-issued"))];
    if let Some(pdf) = &view.pdf {
        events.push(event(pdf.created_at, "timeline-green", "check", t("event-sealed")));
    }
    for mail in &view.mails {
        let reason = mail.last_error.as_deref().unwrap_or_default();
        events.push(match mail.state {
            MessageState::Done => {
                event(mail.done_at.unwrap_or(mail.created_at), "timeline-green", "mail", t("event-mail-sent"))
            }
            MessageState::Bounced => event(
                mail.done_at.unwrap_or(mail.created_at),
                "timeline-red",
                "undo",
                t("event-mail-bounced").with("reason", reason),
            ),
            MessageState::Cancelled => {
                event(mail.done_at.unwrap_or(mail.created_at), "", "cross", t("event-mail-stopped"))
            }
            MessageState::Unknown if mail.is_worked_on(now) => {
                event(mail.created_at, "timeline-next", "mail", t("event-mail-sending"))
            }
            MessageState::Unknown => {
                event(mail.created_at, "timeline-red", "help", t("event-mail-unknown").with("reason", reason))
            }
            MessageState::Dead => {
                event(mail.created_at, "timeline-red", "mail", t("event-mail-dead").with("reason", reason))
            }
            MessageState::Waiting if !has_mail => {
                event(mail.created_at, "timeline-next", "mail", t("event-mail-no-server"))
            }
            MessageState::Waiting if reason.is_empty() => {
                event(mail.created_at, "timeline-next", "mail", t("event-mail-sending"))
            }
            MessageState::Waiting => {
                event(mail.created_at, "timeline-next", "mail", t("event-mail-again").with("reason", reason))
            }
        });
    }
    for link in &view.links {
        if let Some(at) = link.last_opened_at {
            events.push(event(at, "", "eye", t("event-opened").count("times", link.opens)));
        }
        if let Some(at) = link.revoked_at {
            events.push(event(at, "timeline-red", "lock", t("link-withdrawn")));
        }
    }
    for payment in &view.payments {
        let amount = ui::money_of(payment.amount.amount(), payment.amount.currency());
        let day = ui::date_of(payment.received_on);
        let what = t("event-payment").with("amount", amount).with("day", day);
        events.push(event(payment.recorded_at, "timeline-green", "money", what));
    }
    events.sort_by_key(|event| event.at);
    events
}
