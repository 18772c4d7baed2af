//! For anyone: is this document genuine? By its file, or by the code on the paper.

pub mod code;
pub mod file;
mod findings;

use askama::Template;
use axum::extract::{FromRef as _, FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::look_ups::LookUp;
use counterfoil_billing::verdict::{Effect, IssuedFacts, Judgement, Outcome, Verdict};
use jiff::tz::TimeZone;

use crate::extract::Client;
use crate::language::Text;
use crate::ui::{self, t};
use crate::{AppState, ErrorPage, Form, Page, Visit};
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
    /// The verdict in a word, for the title of the page.
    fn title(&self) -> Text {
        ui::verdict_word(self.judgement.verdict)
    }

    fn sentence(&self) -> String {
        sentence(&self.judgement)
    }

    fn advice(&self) -> String {
        advice(&self.judgement)
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
        (class, ui::icon(icon), findings::said(&check.finding).to_string())
    });
    marked.collect()
}

/// The verdict in one sentence that a layperson understands.
pub(crate) fn sentence(judgement: &Judgement) -> String {
    let sentence = match (&judgement.issued, judgement.verdict) {
        (Some(facts), Verdict::Genuine) => t("verdict-issued-unchanged")
            .with("seller", &facts.seller)
            .with("date", ui::date_of(facts.issue_date)),
        (Some(facts), Verdict::Superseded) => {
            let by: Vec<_> = facts.superseded_by.iter().map(|later| later.number.as_str()).collect();
            let corrected = facts.superseded_by.iter().any(|later| later.effect == Effect::Corrected);
            let by = by.join(", ");
            if corrected {
                t("verdict-replaced").with("seller", &facts.seller).with("numbers", by)
            } else {
                t("verdict-cancelled").with("seller", &facts.seller).with("numbers", by)
            }
        }
        (Some(facts), Verdict::AlteredFile) => t("verdict-data-genuine").with("seller", &facts.seller),
        (Some(facts), Verdict::SealVoid) => t("verdict-data-without-seal").with("seller", &facts.seller),
        (_, Verdict::Forged) => t("verdict-not-issued"),
        (_, Verdict::Unknown) => t("verdict-nothing-proves"),
        (None, Verdict::Genuine) => t("verdict-genuine-plain"),
        (None, Verdict::Superseded) => t("verdict-superseded-plain"),
        (None, Verdict::AlteredFile) => t("verdict-altered-plain"),
        (None, Verdict::SealVoid) => t("verdict-without-seal-plain"),
    };
    sentence.to_string()
}

/// What to do with it.
pub(crate) fn advice(judgement: &Judgement) -> String {
    let advice = match judgement.verdict {
        Verdict::Genuine => t("advice-genuine"),
        Verdict::Superseded => t("advice-superseded"),
        Verdict::AlteredFile => t("advice-altered"),
        Verdict::SealVoid => t("advice-without-seal"),
        Verdict::Forged => t("advice-forged"),
        Verdict::Unknown => t("advice-unknown"),
    };
    advice.to_string()
}

/// Refused while too much was guessed from the network it comes from. It is asked for before a form, so that nothing of a
/// request is read that is refused anyway.
impl FromRequestParts<AppState> for LookUp {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ErrorPage> {
        let network = Client::from_request_parts(parts, state).await?.network();
        Billing::from_ref(state).begin_look_up(&network).map_err(|wait| ErrorPage::too_many(wait.seconds()))
    }
}
