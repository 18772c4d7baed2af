//! The organisation: who invoices, and where it is paid.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::organisations::{NewOrganisation, OrganisationError};
use counterfoil_invoice::paper::Stationery;
use counterfoil_invoice::{Currency, Numbering, Seller};
use counterfoil_store::organisations::{MailSettings, NewDrafts, PageLanguages, PayeeAccount, Profile};

use super::{Step, steps};
use crate::organisation::profile::{self, Choices};
use crate::ui::{self, t};
use crate::{ErrorPage, Fields, Form, Page, SeeOther, Session, Visit};

/// A new organisation.
pub enum Organisation {}

impl Fields for Organisation {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("name", "field-legal-name"),
        ("slug", "field-short-name"),
        ("line_1", "field-street"),
        ("line_2", "field-second-line"),
        ("post_code", "field-post-code"),
        ("city", "field-city"),
        ("country", "field-country"),
        ("vat_identifier", "field-vat-identifier"),
        ("tax_registration", "field-tax-number"),
        ("contact_name", "field-contact-name"),
        ("contact_telephone", "field-contact-telephone"),
        ("contact_email", "field-contact-email"),
        ("iban", "field-iban"),
        ("bic", "field-bic"),
        ("holder", "field-holder"),
        ("currency", "field-currency"),
        ("payment_days", "field-payment-days"),
        ("language", "field-document-language"),
    ];
}

#[derive(Template)]
#[template(path = "setup/organisation.html")]
struct OrganisationPage {
    page: Visit,
    steps: Vec<Step>,
    form: Form<Organisation>,
    choices: Choices,
    countries: Vec<(String, String)>,
    is_first: bool,
}

impl OrganisationPage {
    fn new(page: Visit, form: Form<Organisation>, session: &Session) -> Self {
        let choices = Choices::of(form.value("country"), form.value("currency"), form.value("language"));
        let countries = choices.countries.clone();
        Self { page, steps: steps(3), form, choices, countries, is_first: session.0.memberships.is_empty() }
    }
}

/// `GET /setup/organisation`
pub async fn show(session: Session, page: Visit) -> impl IntoResponse {
    let form = Form::blank()
        .with("currency", Currency::EUR)
        .with("payment_days", 14)
        .with("language", ui::language());
    Page::ok(OrganisationPage::new(page, form, &session))
}

/// `POST /setup/organisation`
pub async fn create(
    State(billing): State<Billing>,
    session: Session,
    page: Visit,
    form: Form<Organisation>,
) -> Result<Response, ErrorPage> {
    let mut profile = Profile {
        seller: Seller::default(),
        currency: Currency::EUR,
        payment_days: 14,
        language: "en".to_owned(),
        stationery: Stationery::default(),
        numbering: Numbering::default(),
        new_drafts: NewDrafts::default(),
        mail: MailSettings::default(),
        languages: PageLanguages::default(),
    };
    let mut form = with_slug(form);
    profile::read(&mut form, &mut profile);
    let readable = profile::read_terms(&mut form, &mut profile);
    let holder = form.optional("holder").unwrap_or_else(|| profile.seller.name.clone());
    let account = PayeeAccount { iban: form.text("iban"), bic: form.optional("bic"), holder };
    let slug = form.text("slug");
    if !readable {
        return Ok(Page::refused(OrganisationPage::new(page, form, &session)).into_response());
    }
    let new = NewOrganisation { slug: slug.clone(), profile, account, form: form.hash() };
    match billing.create_organisation(session.0.gate(), new).await {
        Ok(_) => Ok(SeeOther::to(format!("/o/{slug}")).saying(t("setup-organisation-ready")).into_response()),
        Err(OrganisationError::Fields(errors)) => {
            // What would have been made from the legal name is no second thing to mend.
            let follows = |field: &&str| form.text("name").is_empty() && form.text(field).is_empty();
            let follow: Vec<_> = ["slug", "holder"].into_iter().filter(follows).collect();
            form.refuse_fields(errors.into_iter().filter(|error| !follow.contains(&error.field)));
            Ok(Page::refused(OrganisationPage::new(page, form, &session)).into_response())
        }
        Err(OrganisationError::NotAnOwner) => Err(ErrorPage::forbidden(t("why-not-an-owner"))),
        Err(OrganisationError::SlugTaken) => {
            form.refuse("slug", t("setup-slug-taken"));
            Ok(Page::refused(OrganisationPage::new(page, form, &session)).into_response())
        }
        Err(OrganisationError::Unavailable(error)) => Err(error.into()),
        Err(error @ OrganisationError::Changed) => Err(ErrorPage::failed(&error)),
    }
}

/// The short name, made from the legal name if none was typed.
fn with_slug(mut form: Form<Organisation>) -> Form<Organisation> {
    let typed = form.take_secret("slug").trim().to_lowercase();
    let slug = if typed.is_empty() { suggest_slug(&form.text("name")) } else { typed };
    form.with("slug", slug)
}

/// `Müller & Söhne GmbH` becomes `mueller-soehne-gmbh`. Letters of other scripts are left out; then a person must
/// choose.
fn suggest_slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            'a'..='z' => slug.push(letter),
            '0'..='9' if !slug.is_empty() => slug.push(letter),
            'ä' | 'æ' => slug.push_str("ae"),
            'ö' | 'ø' | 'œ' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => slug.push('a'),
            'ç' | 'ć' | 'č' => slug.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => slug.push('e'),
            'ì' | 'í' | 'î' | 'ï' => slug.push('i'),
            'ł' => slug.push('l'),
            'ñ' | 'ń' => slug.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' => slug.push('o'),
            'ś' | 'š' => slug.push('s'),
            'ù' | 'ú' | 'û' => slug.push('u'),
            'ý' => slug.push('y'),
            'ź' | 'ż' | 'ž' => slug.push('z'),
            '\'' | '’' | '.' => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(40);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_made_from_the_legal_name() {
        for (name, slug) in [
            ("Müller & Söhne GmbH", "mueller-soehne-gmbh"),
            ("  3 Musterleute  e.K. ", "musterleute-ek"),
            ("L’Exemple S.A.", "lexemple-sa"),
            ("例株式会社", ""),
            ("-", ""),
        ] {
            assert_eq!(suggest_slug(name), slug, "{name:?}");
        }
        let long = suggest_slug(&"muster ".repeat(20));
        assert!(long.len() <= 40 && !long.ends_with('-'), "{long}");
    }
}
