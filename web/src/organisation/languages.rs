//! In which languages an organisation's people and customers read pages, if they ask for none.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_identity::permission::{ManageOrganisation, ReadBooks};
use counterfoil_store::organisations::{PageLanguages, Profile};

use super::stored;
use crate::language::Language;
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell};

/// The languages of pages.
#[derive(Debug)]
pub enum LanguagesForm {}

impl Fields for LanguagesForm {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
        ("people", "field-language-of-people"),
        ("customers", "field-language-of-customers"),
    ];
}

#[derive(Template)]
#[template(path = "organisation/languages.html")]
struct LanguagesPage {
    page: Shell,
    form: Form<LanguagesForm>,
    may_change: bool,
}

impl LanguagesPage {
    /// What is chosen, for those who may not choose.
    fn chosen(&self, group: &str) -> String {
        let value = self.form.value(group);
        options(group)
            .into_iter()
            .find(|(known, _)| known == value)
            .map_or_else(String::new, |(_, name)| name)
    }
}

/// The choices for one group, and what holds for it without one.
fn options(group: &str) -> Vec<(String, String)> {
    let without = if group == "people" { t("language-of-browser") } else { t("language-of-document") };
    let mut options = vec![(String::new(), without.to_string())];
    options.extend(Language::ALL.map(|language| (language.to_string(), language.name().to_owned())));
    options
}

fn fill(version: i64, languages: &PageLanguages) -> Form<LanguagesForm> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Form::blank()
        .with("version", version)
        .with("people", text(&languages.people))
        .with("customers", text(&languages.customers))
}

/// Takes the form over; what is no language of the pages is noted on it.
fn read(form: &mut Form<LanguagesForm>) -> PageLanguages {
    let mut language = |group: &str| {
        let chosen = form.optional(group)?;
        if !Language::ALL.iter().any(|language| language.code() == chosen) {
            form.refuse(group, t("why-unknown-language"));
        }
        Some(chosen)
    };
    PageLanguages { people: language("people"), customers: language("customers") }
}

/// `GET /o/{organisation}/organisation/languages`
pub async fn show(
    May(reader): May<ReadBooks>,
    Session(signed_in): Session,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let kept = billing.organisation(&reader).await?.organisation;
    let may_change = signed_in.actor::<ManageOrganisation>(page.slug()).is_ok();
    let form = fill(kept.version, &kept.profile.languages);
    Ok(Page::ok(LanguagesPage { page, form, may_change }))
}

/// `POST /o/{organisation}/organisation/languages`
pub async fn update(
    May(actor): May<ManageOrganisation>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<LanguagesForm>,
) -> Result<Response, ErrorPage> {
    let kept = billing.organisation(&reader).await?.organisation;
    let version = form.version()?;
    let profile = Profile { languages: read(&mut form), ..kept.profile };
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if form.errors().is_empty() {
        let done = billing.update_profile(form.once(&actor), version, profile).await;
        match stored(done, &mut form)? {
            None => {
                let saved = SeeOther::to(page.url("/organisation/languages")).saying(t("languages-saved"));
                return Ok(saved.into_response());
            }
            Some(refused) => status = refused,
        }
    }
    Ok(Page::with_status(status, LanguagesPage { page, form, may_change: true }).into_response())
}
