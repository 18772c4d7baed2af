//! What an organisation says of itself, where it is paid, and the keys that prove its documents.

pub mod languages;
pub mod mail;
pub mod new_documents;
pub mod numbering;
pub mod payees;
pub(crate) mod profile;
mod stationery;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::organisations::{OrganisationError, OrganisationView};
use counterfoil_identity::permission::{ManageOrganisation, ReadBooks};
use counterfoil_invoice::{Contact, Seller};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use self::profile::Choices;
use crate::language::Text;
use crate::ui::{self, Tone, t};
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell, countries};

/// The pages of an organisation's settings: below its own, and what they are called.
const SETTINGS: &[(&str, &str)] = &[
    ("", "settings-particulars"),
    ("/drafts", "new-documents"),
    ("/accounts", "payees-title"),
    ("/numbering", "numbering-title"),
    ("/mail", "mail-settings-title"),
    ("/languages", "languages-title"),
];

/// One of them.
pub(crate) struct SettingsLink {
    href: String,
    label: Text,
    current: bool,
}

/// The links between them.
pub(crate) fn settings(page: &Shell) -> Vec<SettingsLink> {
    let link = |&(below, label): &(&str, &'static str)| {
        let href = page.url(&format!("/organisation{below}"));
        SettingsLink { current: page.path() == href, href, label: t(label) }
    };
    SETTINGS.iter().map(link).collect()
}

/// What came of saving a page of settings: `None` if it is saved, or the status of the page that says what is wrong.
fn stored<F: Fields>(
    done: Result<(), OrganisationError>,
    form: &mut Form<F>,
) -> Result<Option<StatusCode>, ErrorPage> {
    match done {
        Ok(()) => Ok(None),
        Err(OrganisationError::Fields(errors)) => {
            form.refuse_fields(errors);
            Ok(Some(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(OrganisationError::Changed) => {
            form.refuse("", t("organisation-changed-meanwhile"));
            Ok(Some(StatusCode::CONFLICT))
        }
        Err(OrganisationError::Unavailable(error)) => Err(error.into()),
        Err(error) => Err(ErrorPage::failed(&error)),
    }
}

/// What can be changed of an organisation: not its short name, which is in the ledger's origin, and not its account.
pub enum Particulars {}

impl Fields for Particulars {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
        ("name", "field-legal-name"),
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
        ("paper_format", "field-paper-format"),
        ("accent", "field-accent"),
        ("remove_logo", "field-remove-logo"),
    ];
    const FILES: &'static [(&'static str, &'static str)] = &[("logo", "field-logo")];
    // Room for a logo that is refused by a message at its field.
    const LIMIT: usize = 4 << 20;
}

#[derive(Template)]
#[template(path = "organisation/show.html")]
struct OrganisationPage {
    page: Shell,
    view: OrganisationView,
    form: Form<Particulars>,
    countries: Vec<(String, String)>,
    may_change: bool,
    origin: String,
    now: Timestamp,
    zone: TimeZone,
}

impl OrganisationPage {
    fn new(
        billing: &Billing,
        page: Shell,
        view: OrganisationView,
        form: Form<Particulars>,
        may_change: bool,
    ) -> Self {
        let countries = Choices::of(form.value("country"), "", "").countries;
        let (origin, now) = (billing.base_url().to_owned(), billing.clock().now());
        Self { page, view, form, countries, may_change, origin, now, zone: billing.time_zone().clone() }
    }

    fn fingerprint(&self) -> String {
        let digits = self.view.certificate.fingerprint.to_uppercase();
        let pairs: Vec<_> = digits.as_bytes().chunks(2).map(String::from_utf8_lossy).collect();
        pairs.join(":")
    }

    /// Ours renews itself 30 days before; from then on somebody has to act.
    fn ends_soon(&self) -> bool {
        self.view.certificate.days_left(self.now) < 30
    }
}

/// The address as on a letter.
fn address(seller: &Seller) -> Vec<String> {
    let address = &seller.address;
    let place: Vec<_> =
        [&address.post_code, &address.city].into_iter().flatten().map(String::as_str).collect();
    let lines = [address.line_1.clone(), address.line_2.clone(), address.line_3.clone()];
    let mut lines: Vec<_> = lines.into_iter().flatten().collect();
    lines.push(place.join(" "));
    lines.push(countries::name(&address.country));
    lines.retain(|line| !line.is_empty());
    lines
}

/// Who can be asked, and how.
fn reachable(contact: &Contact) -> impl Iterator<Item = &str> {
    [&contact.name, &contact.email, &contact.telephone].into_iter().flatten().map(String::as_str)
}

/// `GET /o/{organisation}/organisation`
pub async fn show(
    May(actor): May<ReadBooks>,
    Session(signed_in): Session,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<Response, ErrorPage> {
    let view = billing.organisation(&actor).await?;
    let form = Form::blank().with("version", view.organisation.version);
    let profile = &view.organisation.profile;
    let form = stationery::fill(profile::fill(form, profile), &profile.stationery);
    let may_change = signed_in.actor::<ManageOrganisation>(page.slug()).is_ok();
    Ok(Page::ok(OrganisationPage::new(&billing, page, view, form, may_change)).into_response())
}

/// `POST /o/{organisation}/organisation`
pub async fn update(
    May(actor): May<ManageOrganisation>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<Particulars>,
) -> Result<Response, ErrorPage> {
    let view = billing.organisation(&reader).await?;
    let mut profile = view.organisation.profile.clone();
    let version = form.version()?;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let paper = stationery::read(&mut form, &mut profile.stationery).await;
    profile::read(&mut form, &mut profile);
    if paper {
        let done = billing.update_profile(form.once(&actor), version, profile).await;
        match stored(done, &mut form)? {
            None => {
                let saved = SeeOther::to(page.url("/organisation")).saying(t("organisation-saved"));
                return Ok(saved.into_response());
            }
            Some(refused) => status = refused,
        }
    }
    let page = OrganisationPage::new(&billing, page, view, form, true);
    Ok(Page::with_status(status, page).into_response())
}
