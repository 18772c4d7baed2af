//! Whom an organisation's mails come from and what they say.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::letter::{LetterLanguage, PLACES};
use counterfoil_billing::mail_settings::mail_text;
use counterfoil_identity::permission::{ManageOrganisation, ReadBooks};
use counterfoil_store::organisations::{MailSettings, MailText, Profile};

use super::stored;
use crate::form::Button;
use crate::language::Text;
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell};

/// Whom mails come from and what they say.
#[derive(Debug)]
pub enum MailForm {}

impl Fields for MailForm {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
        ("sender_name", "field-sender-name"),
        ("reply_to", "field-reply-to"),
        ("subject_en", "field-subject-en"),
        ("text_en", "field-text-en"),
        ("subject_de", "field-subject-de"),
        ("text_de", "field-text-de"),
    ];
}

#[derive(Template)]
#[template(path = "organisation/mail.html")]
struct MailPage {
    page: Shell,
    profile: Profile,
    form: Form<MailForm>,
    may_change: bool,
    has_mail: bool,
}

impl MailPage {
    /// The sender's name as it is.
    fn sender(&self) -> &str {
        self.profile.mail.sender_name.as_deref().unwrap_or(&self.profile.seller.name)
    }

    /// Where answers go as it is.
    fn reply_to(&self) -> Option<&str> {
        let contact = self.profile.seller.contact.as_ref().and_then(|contact| contact.email.as_deref());
        self.profile.mail.reply_to.as_deref().or(contact)
    }

    fn subject_in_english(&self) -> String {
        mail_text(&self.profile.mail, LetterLanguage::English).subject
    }

    fn subject_in_german(&self) -> String {
        mail_text(&self.profile.mail, LetterLanguage::German).subject
    }
}

/// The places of a text and what stands there.
fn places() -> Vec<(String, Text)> {
    let said = |place: &str| match place {
        "kind" => t("place-kind"),
        "number" => t("place-number"),
        "seller" => t("place-seller"),
        "buyer" => t("place-buyer"),
        "amount" => t("place-amount"),
        "link" => t("place-link"),
        "until" => t("place-until"),
        _ => t("place-verify"),
    };
    PLACES.iter().map(|place| (format!("{{{place}}}"), said(place))).collect()
}

fn fill(version: i64, settings: &MailSettings) -> Form<MailForm> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let english = mail_text(settings, LetterLanguage::English);
    let german = mail_text(settings, LetterLanguage::German);
    Form::blank()
        .with("version", version)
        .with("sender_name", text(&settings.sender_name))
        .with("reply_to", text(&settings.reply_to))
        .with("subject_en", english.subject)
        .with("text_en", english.text)
        .with("subject_de", german.subject)
        .with("text_de", german.text)
}

fn read(form: &Form<MailForm>) -> MailSettings {
    let words = |subject: &str, text: &str| {
        Some(MailText { subject: form.value(subject).to_owned(), text: form.value(text).to_owned() })
    };
    MailSettings {
        sender_name: form.optional("sender_name"),
        reply_to: form.optional("reply_to"),
        english: words("subject_en", "text_en"),
        german: words("subject_de", "text_de"),
    }
}

/// `GET /o/{organisation}/organisation/mail`
pub async fn show(
    May(reader): May<ReadBooks>,
    Session(signed_in): Session,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let kept = billing.organisation(&reader).await?.organisation;
    let may_change = signed_in.actor::<ManageOrganisation>(page.slug()).is_ok();
    let form = fill(kept.version, &kept.profile.mail);
    Ok(Page::ok(MailPage { page, profile: kept.profile, form, may_change, has_mail: billing.has_mail() }))
}

/// `POST /o/{organisation}/organisation/mail`
pub async fn update(
    May(actor): May<ManageOrganisation>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<MailForm>,
) -> Result<Response, ErrorPage> {
    let kept = billing.organisation(&reader).await?.organisation;
    let version = form.version()?;
    let profile = Profile { mail: read(&form), ..kept.profile.clone() };
    let done = billing.update_profile(form.once(&actor), version, profile).await;
    let status: StatusCode = match stored(done, &mut form)? {
        None => {
            let saved = SeeOther::to(page.url("/organisation/mail")).saying(t("mail-settings-saved"));
            return Ok(saved.into_response());
        }
        Some(status) => status,
    };
    let has_mail = billing.has_mail();
    let page = MailPage { page, profile: kept.profile, form, may_change: true, has_mail };
    Ok(Page::with_status(status, page).into_response())
}

/// `POST /o/{organisation}/organisation/mail/test`
pub async fn test(
    May(actor): May<ManageOrganisation>,
    page: Shell,
    State(billing): State<Billing>,
    form: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    let to = billing.send_test_mail(form.once(&actor)).await?.ok_or_else(ErrorPage::not_found)?;
    let said = t("mail-test-queued").with("address", to);
    Ok(SeeOther::to(page.url("/organisation/mail")).saying(said))
}
