//! What new drafts start with.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_identity::permission::{ManageOrganisation, ReadBooks};
use counterfoil_store::organisations::{Profile, UsualVat};

use super::profile::{self, Choices, language_name};
use super::stored;
use crate::invoices::editor_form::{read_vat, vat_value, vats_with};
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell};

/// What new drafts start with.
#[derive(Debug)]
pub enum NewDocuments {}

impl Fields for NewDocuments {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
        ("currency", "field-currency"),
        ("payment_days", "field-payment-days"),
        ("language", "field-document-language"),
        ("vat", "field-usual-vat"),
        ("exemption_reason", "field-exemption-reason"),
        ("note", "field-note"),
    ];
}

#[derive(Template)]
#[template(path = "organisation/new-documents.html")]
struct NewDocumentsPage {
    page: Shell,
    profile: Profile,
    form: Form<NewDocuments>,
    choices: Choices,
    vats: Vec<(String, String)>,
    may_change: bool,
}

impl NewDocumentsPage {
    fn new(page: Shell, profile: Profile, form: Form<NewDocuments>, may_change: bool) -> Self {
        let choices = Choices::of("", form.value("currency"), form.value("language"));
        let mut vats = vats_with(form.value("vat"));
        vats.insert(0, (String::new(), t("usual-vat-none").to_string()));
        Self { page, profile, form, choices, vats, may_change }
    }

    /// What the usual VAT is called.
    fn vat(&self) -> String {
        let value = usual_vat(&self.profile);
        self.vats.iter().find(|(known, _)| *known == value).map_or(value, |(_, label)| label.clone())
    }
}

fn usual_vat(profile: &Profile) -> String {
    let vat = profile.new_drafts.vat.as_ref();
    vat.map(|vat| vat_value(&vat.category, vat.rate)).unwrap_or_default()
}

fn fill(version: i64, profile: &Profile) -> Form<NewDocuments> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    profile::fill_terms(Form::blank().with("version", version), profile)
        .with("vat", usual_vat(profile))
        .with("exemption_reason", text(&profile.new_drafts.exemption_reason))
        .with("note", text(&profile.new_drafts.note))
}

/// Takes the form over. `false` if a field cannot be read, which is then noted on the form.
fn read(form: &mut Form<NewDocuments>, profile: &mut Profile) -> bool {
    let terms = profile::read_terms(form, profile);
    let new = &mut profile.new_drafts;
    new.exemption_reason = form.optional("exemption_reason");
    new.note = form.optional("note");
    new.vat = match form.optional("vat").as_deref().map(read_vat).transpose() {
        Ok(vat) => vat.map(|(category, rate)| UsualVat { category, rate }),
        Err(problem) => {
            form.refuse("vat", problem);
            None
        }
    };
    terms && form.errors().is_empty()
}

/// `GET /o/{organisation}/organisation/drafts`
pub async fn show(
    May(reader): May<ReadBooks>,
    Session(signed_in): Session,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let kept = billing.organisation(&reader).await?.organisation;
    let may_change = signed_in.actor::<ManageOrganisation>(page.slug()).is_ok();
    let form = fill(kept.version, &kept.profile);
    Ok(Page::ok(NewDocumentsPage::new(page, kept.profile, form, may_change)))
}

/// `POST /o/{organisation}/organisation/drafts`
pub async fn update(
    May(actor): May<ManageOrganisation>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<NewDocuments>,
) -> Result<Response, ErrorPage> {
    let kept = billing.organisation(&reader).await?.organisation;
    let mut profile = kept.profile.clone();
    let version = form.version()?;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if read(&mut form, &mut profile) {
        let done = billing.update_profile(form.once(&actor), version, profile).await;
        match stored(done, &mut form)? {
            None => {
                let saved = SeeOther::to(page.url("/organisation/drafts")).saying(t("new-documents-saved"));
                return Ok(saved.into_response());
            }
            Some(refused) => status = refused,
        }
    }
    let page = NewDocumentsPage::new(page, kept.profile, form, true);
    Ok(Page::with_status(status, page).into_response())
}
