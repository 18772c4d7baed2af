//! How documents are numbered, as a form that shows the next numbers while somebody types.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::numbering::{NextNumber, NumberingChange, NumberingView};
use counterfoil_identity::permission::{ManageOrganisation, ReadBooks};

use super::stored;
use crate::language::Text;
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell};

/// How documents are numbered.
#[derive(Debug)]
pub enum NumberingForm {}

impl Fields for NumberingForm {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
        ("invoices", "field-invoice-pattern"),
        ("invoice_start", "field-start-number"),
        ("series", "field-credit-note-series"),
        ("credit_notes", "field-credit-note-pattern"),
        ("credit_note_start", "field-credit-note-start"),
        ("action", "field-action"),
    ];
}

#[derive(Template)]
#[template(path = "organisation/numbering.html")]
struct NumberingPage {
    page: Shell,
    view: NumberingView,
    form: Form<NumberingForm>,
    /// Of what is typed; none, if it is no numbering.
    next: Option<[NextNumber; 2]>,
    may_change: bool,
}

impl NumberingPage {
    /// The next invoice's and the next credit note's.
    fn shown(&self) -> Option<(&NextNumber, &NextNumber)> {
        self.next.as_ref().map(|[invoice, credit_note]| (invoice, credit_note))
    }

    /// What is wrong with what is typed.
    fn problems(&self) -> Vec<&str> {
        self.form.errors().iter().map(|(_, message)| message).collect()
    }

    fn of_credit_notes(&self) -> String {
        self.view.numbering.of(true).to_string()
    }

    fn shares(&self) -> bool {
        self.view.numbering.credit_notes.is_none()
    }
}

/// Whether credit notes have their own series, by the value the form sends.
fn series() -> [(&'static str, Text); 2] {
    [("shared", t("numbering-shared")), ("own", t("numbering-own"))]
}

/// What a pattern is made of.
fn parts() -> [(&'static str, Text); 5] {
    [
        ("{NNNN}", t("numbering-part-number")),
        ("{YYYY}", t("numbering-part-year")),
        ("{YY}", t("numbering-part-short-year")),
        ("{MM}", t("numbering-part-month")),
        ("A–Z 0–9 - / . _", t("numbering-part-text")),
    ]
}

fn pattern_hint() -> Text {
    t("numbering-pattern-hint").with("example", "INV-{YYYY}-{NNNN}")
}

fn own_hint() -> Text {
    t("numbering-own-hint").with("example", "CN-{YYYY}-{NNNN}")
}

/// When another series counts, and with what number it begins.
fn said_of(next: &NextNumber) -> Text {
    match &next.afterwards {
        Some((day, number)) => {
            t("numbering-afterwards").with("day", ui::date_of(*day)).with("number", number)
        }
        None => t("numbering-for-ever"),
    }
}

fn fill(view: &NumberingView) -> Form<NumberingForm> {
    let numbering = &view.numbering;
    let own = numbering.credit_notes.as_ref();
    Form::blank()
        .with("version", view.version)
        .with("invoices", &numbering.invoices)
        .with("series", if own.is_some() { "own" } else { "shared" })
        .with("credit_notes", own.map(ToString::to_string).unwrap_or_default())
}

/// What is typed. `None` if a field cannot be read, which is then noted on the form.
fn read(form: &mut Form<NumberingForm>) -> Option<NumberingChange> {
    let mut start = |name: &str| {
        let typed = form.optional(name)?;
        if typed.parse::<i64>().is_err() {
            form.refuse(name, t("problem-start").with("most", counterfoil_invoice::numbering::MAX_START));
        }
        typed.parse().ok()
    };
    let (invoice_start, credit_note_start) = (start("invoice_start"), start("credit_note_start"));
    let credit_notes = match form.value("series") {
        "own" => Some(form.text("credit_notes")),
        "shared" => None,
        _ => {
            form.refuse("series", t("numbering-choose"));
            None
        }
    };
    let change =
        NumberingChange { invoices: form.text("invoices"), credit_notes, invoice_start, credit_note_start };
    form.errors().is_empty().then_some(change)
}

/// `GET /o/{organisation}/organisation/numbering`
pub async fn show(
    May(reader): May<ReadBooks>,
    Session(signed_in): Session,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let view = billing.numbering(&reader).await?;
    let may_change = signed_in.actor::<ManageOrganisation>(page.slug()).is_ok();
    let next = Some([view.invoices.clone(), view.credit_notes.clone()]);
    Ok(Page::ok(NumberingPage { page, form: fill(&view), view, next, may_change }))
}

/// `POST /o/{organisation}/organisation/numbering`
pub async fn update(
    May(actor): May<ManageOrganisation>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<NumberingForm>,
) -> Result<Response, ErrorPage> {
    let view = billing.numbering(&reader).await?;
    let version = form.version()?;
    let is_preview = form.text("action") == "preview";
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let mut next = None;
    if let Some(change) = read(&mut form) {
        let done = match billing.preview_numbering(&reader, &change).await {
            Ok(numbers) => {
                next = Some(numbers);
                if is_preview {
                    Ok(())
                } else {
                    billing.update_numbering(form.once(&actor), version, &change).await
                }
            }
            Err(error) => Err(error),
        };
        match stored(done, &mut form)? {
            None if is_preview => {}
            None => {
                let saved = SeeOther::to(page.url("/organisation/numbering")).saying(t("numbering-saved"));
                return Ok(saved.into_response());
            }
            Some(refused) => status = refused,
        }
    }
    if is_preview {
        status = StatusCode::OK;
    }
    Ok(Page::with_status(status, NumberingPage { page, view, form, next, may_change: true }).into_response())
}
