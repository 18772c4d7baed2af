//! For anyone: is this document genuine? By its file, or by the code on the paper.

pub mod code;
pub mod file;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::verdict::{Effect, IssuedFacts, Judgement, Outcome, Verdict};
use jiff::tz::TimeZone;

use crate::ui;
use crate::{ErrorPage, Form, Page, Visit};
use code::ByCode;
use file::ByFile;

#[derive(Template)]
#[template(path = "verify/new.html")]
struct VerifyPage {
    page: Visit,
    by_file: Form<ByFile>,
    by_code: Form<ByCode>,
    /// The fingerprint was looked up and is not one of ours: the file itself may still tell.
    unknown_digest: bool,
}

#[derive(Template)]
#[template(path = "verify/verdict.html")]
struct VerdictPage {
    page: Visit,
    judgement: Judgement,
    findings: Findings,
}

impl VerdictPage {
    fn sentence(&self) -> String {
        sentence(&self.judgement)
    }

    fn advice(&self) -> String {
        advice(&self.judgement).to_owned()
    }
}

/// GET /verify
pub async fn new(page: Visit) -> impl IntoResponse {
    let (by_file, by_code) = (Form::blank(), Form::blank());
    Page::ok(VerifyPage { page, by_file, by_code, unknown_digest: false })
}

fn verdict(State(billing): State<Billing>, page: Visit, judgement: Judgement) -> Response {
    let findings = Findings::of(&judgement, billing.time_zone());
    Page::ok(VerdictPage { page, judgement, findings }).into_response()
}

/// What was checked and what was issued, ready to be shown.
#[derive(Template)]
#[template(path = "verify/findings.html")]
pub(crate) struct Findings {
    checks: Vec<(&'static str, ui::Icon, String)>,
    facts: Option<IssuedFacts>,
    zone: TimeZone,
}

impl askama::filters::HtmlSafe for Findings {}

impl Findings {
    pub(crate) fn of(judgement: &Judgement, zone: &TimeZone) -> Self {
        let checks = checks(judgement);
        Self { checks, facts: judgement.issued.clone(), zone: zone.clone() }
    }
}

/// What was checked: class, icon and words. Nothing else wears a green mark.
pub(crate) fn checks(judgement: &Judgement) -> Vec<(&'static str, ui::Icon, String)> {
    let marked = judgement.checks.iter().map(|check| {
        let (class, icon) = match check.outcome {
            Outcome::Passed => ("check-good", "check-circle"),
            Outcome::Failed => ("check-bad", "cross-circle"),
            Outcome::Open => ("check-warn", "info"),
        };
        (class, ui::icon(icon), check.text.clone())
    });
    marked.collect()
}

/// The verdict in one sentence that a layperson understands.
pub(crate) fn sentence(judgement: &Judgement) -> String {
    match (&judgement.issued, judgement.verdict) {
        (Some(facts), Verdict::Genuine) => {
            format!("Issued by {} on {}, unchanged", facts.seller, ui::date_of(facts.issue_date))
        }
        (Some(facts), Verdict::Superseded) => {
            let by: Vec<_> = facts.superseded_by.iter().map(|later| later.number.as_str()).collect();
            let corrected = facts.superseded_by.iter().any(|later| later.effect == Effect::Corrected);
            let what = if corrected { "replaced" } else { "cancelled" };
            format!("Issued by {}, but {what} by {}", facts.seller, by.join(", "))
        }
        (Some(facts), Verdict::AlteredFile) => {
            format!("The data inside is what {} issued, but the file was changed", facts.seller)
        }
        (_, Verdict::Forged) => "This is not what was issued".to_owned(),
        (_, Verdict::Unknown) => "Nothing here proves or refutes this document".to_owned(),
        (None, verdict) => verdict.sentence().to_owned(),
    }
}

/// What to do with it.
pub(crate) fn advice(judgement: &Judgement) -> &'static str {
    match judgement.verdict {
        Verdict::Genuine => "Compare the account below with the one you are about to pay to.",
        Verdict::Superseded => {
            "Nothing is to be paid on it. Ask the seller for the document that replaces it."
        }
        Verdict::AlteredFile => {
            "Do not pay from this file: what you see on its pages may be wrong. Ask the seller for the original."
        }
        Verdict::Forged => {
            "Do not pay. Call the seller on a number you already know, not on one from this document."
        }
        Verdict::Unknown => {
            "Do not pay yet. Ask the sender for the link to the original, or call the seller on a number you know."
        }
    }
}

/// A look-up that found nothing counts against the network it came from.
async fn count_miss(billing: &Billing, network: &str) -> Result<(), ErrorPage> {
    Ok(billing.count_verification_miss(network).await?)
}

/// Refuses while too much was guessed from there.
async fn may_look_up(billing: &Billing, network: &str) -> Result<(), ErrorPage> {
    match billing.may_verify(network).await? {
        None => Ok(()),
        Some(seconds) => Err(ErrorPage::too_many(seconds)),
    }
}
