//! Organisations: what they say of themselves, their keys, and where they are paid.

use counterfoil_identity::permission::{ManageOrganisation, MembershipState, ReadBooks, Role};
use counterfoil_identity::{Actor, Authenticated, EmailAddress, OrganisationId, PersonId};
use counterfoil_invoice::codelists::COUNTRIES;
use counterfoil_invoice::limits::{MAX_TEXT, content_limits};
use counterfoil_invoice::paper::Stationery;
use counterfoil_invoice::{
    Bic, Contact, Content, Currency, Iban, InvoiceLine, Numbering, Seller, VatCategory, VatId,
};
use counterfoil_ledger::note::VerifierKey;
use counterfoil_store::organisations::{
    EnteredPayee, KeptPayee, MailSettings, NewDrafts, Organisation, PageLanguages, PayeeAccount, Profile,
    UsualVat,
};
use counterfoil_store::{Books, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::certificates::{self, CertificateView};
use crate::clock::fresh_id;
use crate::fields::{self, FieldError, Form, Problem};
use crate::ledger::{self, Act, Kind};
use crate::mail_settings;
use crate::once::{self, By};
use crate::payees::{self, Payee, Payees};

/// An organisation to be made.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// Its name in URLs and in the ledger's origin.
    pub slug: String,
    /// What it says of itself.
    pub profile: Profile,
    /// Where it is paid.
    pub account: PayeeAccount,
    /// The form that asks for it, as in [`By`]: sent twice it makes one.
    pub form: Option<[u8; 32]>,
}

/// An organisation with its keys' public halves and its payee accounts.
#[derive(Debug, Clone)]
pub struct OrganisationView {
    /// The organisation.
    pub organisation: Organisation,
    /// The payee account on documents that name no other.
    pub payee: Option<Payee>,
    /// What verifies its ledger.
    pub ledger_key: VerifierKey,
    /// The certificate that signs its documents.
    pub certificate: CertificateView,
    /// Whether anything was issued yet.
    pub invoices: u64,
}

/// Why an organisation was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// Fields to mend.
    #[error("the form has errors: {}", fields::list(.0))]
    Fields(Vec<FieldError>),
    /// Only owners add another organisation.
    #[error("only somebody who owns an organisation here can add another: ask an owner or the operator")]
    NotAnOwner,
    /// The name in URLs is taken.
    #[error("there is an organisation with this short name already: choose another")]
    SlugTaken,
    /// Somebody else was faster.
    #[error(
        "somebody else changed the organisation in the meantime, and nothing was saved: what you typed is still here; \
         open this page in another tab, and enter there what it lacks"
    )]
    Changed,
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for OrganisationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict("the organisation") => Self::Changed,
            error => Self::Unavailable(error.into()),
        }
    }
}

impl Billing {
    /// Makes an organisation with its own keys, ledger and signing certificate; who makes it owns it.
    ///
    /// # Errors
    /// [`OrganisationError`].
    pub async fn create_organisation(
        &self,
        by: &Authenticated,
        mut new: NewOrganisation,
    ) -> Result<OrganisationId, OrganisationError> {
        check_new(&mut new).map_err(OrganisationError::Fields)?;
        if let Some(there) = self.store().find_organisation(&new.slug).await? {
            return self.made_by(there, new.form.as_ref()).await?.ok_or(OrganisationError::SlugTaken);
        }
        // All organisations of an installation are trusted by its verification page, so only its first person and
        // those who own one already add another.
        if let Some(person) = by.person() {
            let owns = self.store().list_memberships(person).await?.iter().any(|membership| {
                membership.role == Role::Owner && membership.state == MembershipState::Active
            });
            if !owns && !self.store().list_organisations().await?.is_empty() {
                return Err(OrganisationError::NotAnOwner);
            }
        }
        let now = self.clock().now();
        let organisation = OrganisationId::from_uuid(fresh_id(now));
        let ca = certificates::authority(self.store()).await?;
        let identity = certificates::issue(&ca, organisation, &new.profile.seller, now)?;
        // Keys first: an organisation without a row is invisible and harmless, a row without keys would be neither.
        self.store().insert_organisation_key(organisation, now).await?;
        let mut books = self.store().write(organisation).await?;
        match books.insert_organisation(&new.slug, &new.profile, now).await {
            // Somebody was faster by a moment: it may have been this form.
            Err(StoreError::Conflict(_)) => {
                drop(books);
                let there = self.store().find_organisation(&new.slug).await?;
                let there = there.ok_or(OrganisationError::SlugTaken)?;
                return self.made_by(there, new.form.as_ref()).await?.ok_or(OrganisationError::SlugTaken);
            }
            done => done?,
        }
        once::note(&mut books, new.form.as_ref(), &organisation.uuid(), now).await?;
        ledger::create_key(&mut books, &format!("{}/ledger/{}", self.host(), new.slug)).await?;
        let certificate = certificates::keep(&mut books, &identity, false, now).await?;
        let details = json!({ "slug": new.slug, "seal_sha256": certificate.fingerprint });
        record(&mut books, Kind::OrganisationCreated, by.person(), details, now).await?;
        // Nobody was told of another account before, so this one need not wait.
        let entered = EnteredPayee::of(new.account);
        let payee = KeptPayee { id: fresh_id(now), in_use_since: now, entered };
        payees::enter(&mut books, &payee, by.person(), now).await?;
        if let Some(person) = by.person() {
            books.insert_member(person, Role::Owner, MembershipState::Active, now).await?;
            let details = json!({ "person": person.uuid(), "role": Role::Owner });
            record(&mut books, Kind::MemberAdded, by.person(), details, now).await?;
        }
        books.commit().await?;
        Ok(organisation)
    }

    /// The organisation, if this form made it.
    async fn made_by(
        &self,
        there: OrganisationId,
        form: Option<&[u8; 32]>,
    ) -> Result<Option<OrganisationId>, Unavailable> {
        let mut books = self.store().read(there).await?;
        Ok(once::find::<Uuid>(&mut books, form).await?.map(OrganisationId::from_uuid))
    }

    /// An organisation as its members see it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn organisation(&self, by: &Actor<ReadBooks>) -> Result<OrganisationView, Unavailable> {
        let mut books = self.store().read(by.organisation()).await?;
        Ok(OrganisationView {
            organisation: books.organisation_profile().await?,
            payee: Payees::read(&mut books, self.clock().now()).await?.chosen(None).cloned(),
            ledger_key: ledger::signing_key(&mut books).await?.verifier(),
            certificate: certificates::view_in_use(&mut books).await?,
            invoices: books.count_invoices().await?,
        })
    }

    /// Changes what an organisation says of itself on documents from now on, if nobody else changed it since
    /// `version`; once for one form. Issued ones keep what they said, and the
    /// payee account is not touched (law 11). The ledger names the fields that changed, not what they hold.
    ///
    /// # Errors
    /// [`OrganisationError`].
    pub async fn update_profile(
        &self,
        by: impl Into<By<'_, ManageOrganisation>>,
        version: i64,
        mut profile: Profile,
    ) -> Result<(), OrganisationError> {
        let by = by.into();
        let mut form = Form::default();
        check_profile(&mut form, &mut profile);
        form.finish().map_err(OrganisationError::Fields)?;
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<i64>(&mut books).await?.is_some() {
            return Ok(());
        }
        let kept = books.organisation_profile().await?;
        if kept.version != version {
            return Err(OrganisationError::Changed);
        }
        let changed = changed_fields(&kept.profile, &profile);
        if changed.is_empty() {
            return Ok(());
        }
        books.update_profile(version, &profile).await?;
        by.note(&mut books, &(version + 1), now).await?;
        let details = json!({ "fields": changed });
        record(&mut books, Kind::OrganisationChanged, by.person(), details, now).await?;
        books.commit().await?;
        Ok(())
    }

    /// The organisation with this slug, for the operator's commands.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn find_organisation(&self, slug: &str) -> Result<Option<OrganisationId>, Unavailable> {
        Ok(self.store().find_organisation(slug).await?)
    }

    /// All organisations with their slugs, for the operator's commands.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn list_organisations(&self) -> Result<Vec<(OrganisationId, String)>, Unavailable> {
        Ok(self.store().list_organisations().await?)
    }
}

pub(crate) async fn record(
    books: &mut Books,
    kind: Kind,
    by: Option<PersonId>,
    details: serde_json::Value,
    now: Timestamp,
) -> Result<u64, Unavailable> {
    let subject = Some(books.organisation().uuid());
    ledger::record(books, Act { kind, by, subject, details }, now).await
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn check_new(new: &mut NewOrganisation) -> Result<(), Vec<FieldError>> {
    let mut form = Form::default();
    new.slug = new.slug.trim().to_lowercase();
    if !is_slug(&new.slug) {
        form.wrong("slug", Problem::Slug);
    }
    check_profile(&mut form, &mut new.profile);
    check_account(&mut form, &mut new.account);
    form.finish()
}

fn is_slug(text: &str) -> bool {
    (2..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn check_profile(form: &mut Form, profile: &mut Profile) {
    let seller = &mut profile.seller;
    form.required("name", &mut seller.name);
    form.optional("line_1", &mut seller.address.line_1);
    form.optional("line_2", &mut seller.address.line_2);
    form.optional("city", &mut seller.address.city);
    form.optional("post_code", &mut seller.address.post_code);
    check_country(form, &mut seller.address.country);
    form.optional("vat_identifier", &mut seller.vat_identifier);
    form.optional("tax_registration", &mut seller.tax_registration);
    check_vat_id(form, seller.vat_identifier.as_mut());
    if seller.vat_identifier.is_none() && seller.tax_registration.is_none() {
        form.wrong("vat_identifier", Problem::NoTaxNumber);
    }
    check_contact(form, &mut seller.contact);
    if profile.payment_days > 365 {
        form.wrong("payment_days", Problem::PaymentDays);
    }
    let language = &profile.language;
    if !is_language_tag(language) {
        form.wrong("language", Problem::Language);
    }
    check_new_drafts(form, &mut profile.new_drafts);
    mail_settings::check(form, &mut profile.mail);
    for (field, language) in
        [("people", &profile.languages.people), ("customers", &profile.languages.customers)]
    {
        if language.as_deref().is_some_and(|language| !is_language_tag(language)) {
            form.wrong(field, Problem::Language);
        }
    }
}

fn check_new_drafts(form: &mut Form, new: &mut NewDrafts) {
    if let Some(UsualVat { category, rate }) = new.vat.clone() {
        // What no document may hold is not kept for one either.
        let is_known = !matches!(category, VatCategory::Unknown(_));
        let line = InvoiceLine { vat_category: category, vat_rate: rate, ..InvoiceLine::default() };
        let findings = content_limits(&Content { lines: vec![line], ..Content::default() });
        if !is_known || findings.iter().any(|finding| ["BT-151", "BT-152"].contains(&finding.term)) {
            form.wrong("vat", Problem::Vat);
        }
    }
    for (field, text) in [("exemption_reason", &mut new.exemption_reason), ("note", &mut new.note)] {
        *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(text) = text {
            form.prose(field, text, MAX_TEXT);
        }
    }
}

/// In the shape of BCP 47: a language of letters, and parts of letters and digits behind hyphens.
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_language =
        |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    text.len() <= 35 && parts.next().is_some_and(is_language) && parts.all(is_part)
}

/// BG-6; a contact of nothing is none.
fn check_contact(form: &mut Form, kept: &mut Option<Contact>) {
    let Some(contact) = kept else { return };
    form.optional("contact_name", &mut contact.name);
    form.optional("contact_telephone", &mut contact.telephone);
    form.optional("contact_email", &mut contact.email);
    if let Some(Err(problem)) = contact.email.as_deref().map(EmailAddress::parse) {
        form.wrong("contact_email", problem);
    }
    if *contact == Contact::default() {
        *kept = None;
    }
}

/// The fields in which two profiles differ, by the names of this crate's and the standard's fields.
fn changed_fields(was: &Profile, is: &Profile) -> Vec<&'static str> {
    let (from, to) = (&was.seller, &is.seller);
    let (paper_was, paper_is) = (&was.stationery, &is.stationery);
    let differ = [
        ("name", from.name != to.name),
        ("trading_name", from.trading_name != to.trading_name),
        ("identifiers", from.identifiers != to.identifiers),
        ("legal_registration", from.legal_registration != to.legal_registration),
        ("vat_identifier", from.vat_identifier != to.vat_identifier),
        ("tax_registration", from.tax_registration != to.tax_registration),
        (
            "additional_legal_information",
            from.additional_legal_information != to.additional_legal_information,
        ),
        ("electronic_address", from.electronic_address != to.electronic_address),
        ("address", from.address != to.address),
        ("contact", from.contact != to.contact),
        ("currency", was.currency != is.currency),
        ("payment_days", was.payment_days != is.payment_days),
        ("language", was.language != is.language),
        ("paper_format", paper_was.format != paper_is.format),
        ("accent", paper_was.accent != paper_is.accent),
        ("logo", paper_was.logo != paper_is.logo),
        ("vat", was.new_drafts.vat != is.new_drafts.vat),
        ("exemption_reason", was.new_drafts.exemption_reason != is.new_drafts.exemption_reason),
        ("note", was.new_drafts.note != is.new_drafts.note),
        ("mail", was.mail != is.mail),
        ("languages", was.languages != is.languages),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

pub(crate) fn check_vat_id(form: &mut Form, vat_id: Option<&mut String>) {
    let Some(text) = vat_id else { return };
    match VatId::parse(text) {
        Ok(vat_id) => vat_id.as_str().clone_into(text),
        Err(problem) => form.wrong("vat_identifier", problem),
    }
}

pub(crate) fn check_country(form: &mut Form, country: &mut String) {
    check_country_of(form, "country", country);
}

pub(crate) fn check_country_of(form: &mut Form, field: &'static str, country: &mut String) {
    *country = country.trim().to_uppercase();
    if !COUNTRIES.holds(country) {
        form.wrong(field, Problem::Country);
    }
}

pub(crate) fn check_account(form: &mut Form, account: &mut PayeeAccount) {
    form.required("holder", &mut account.holder);
    match Iban::parse(&account.iban) {
        Ok(iban) => iban.as_str().clone_into(&mut account.iban),
        Err(problem) => form.wrong("iban", problem),
    }
    form.optional("bic", &mut account.bic);
    if let Some(text) = &mut account.bic {
        match Bic::parse(text) {
            Ok(bic) => bic.as_str().clone_into(text),
            Err(problem) => form.wrong("bic", problem),
        }
    }
}

/// A profile to start from, as the operator's commands and the wizard use it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationFile {
    /// BG-4.
    pub seller: Seller,
    /// BT-84.
    pub iban: String,
    /// BT-86.
    #[serde(default)]
    pub bic: Option<String>,
    /// BT-85; the seller's name if absent.
    #[serde(default)]
    pub account_holder: Option<String>,
    /// BT-5 of new drafts.
    #[serde(default)]
    pub currency: Currency,
    /// Days from issue to due date.
    #[serde(default = "default_payment_days")]
    pub payment_days: u16,
    /// BCP 47 language of its documents.
    #[serde(default = "default_language")]
    pub language: String,
}

fn default_payment_days() -> u16 {
    14
}

fn default_language() -> String {
    "en".to_owned()
}

impl OrganisationFile {
    /// With this short name, an organisation to be made.
    pub fn into_new(self, slug: &str) -> NewOrganisation {
        let holder = self.account_holder.unwrap_or_else(|| self.seller.name.clone());
        NewOrganisation {
            slug: slug.to_owned(),
            profile: Profile {
                seller: self.seller,
                currency: self.currency,
                payment_days: self.payment_days,
                language: self.language,
                stationery: Stationery::default(),
                numbering: Numbering::default(),
                new_drafts: NewDrafts::default(),
                mail: MailSettings::default(),
                languages: PageLanguages::default(),
            },
            account: PayeeAccount { iban: self.iban, bic: self.bic, holder },
            form: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::PostalAddress;

    use super::*;

    fn profile() -> Profile {
        Profile {
            seller: Seller {
                name: "Muster Werkstatt GmbH".to_owned(),
                vat_identifier: Some("DE123456789".to_owned()),
                address: PostalAddress { country: "DE".to_owned(), ..PostalAddress::default() },
                ..Seller::default()
            },
            currency: Currency::EUR,
            payment_days: 14,
            language: "en".to_owned(),
            stationery: Stationery::default(),
            numbering: Numbering::default(),
            new_drafts: NewDrafts::default(),
            mail: MailSettings::default(),
            languages: PageLanguages::default(),
        }
    }

    fn wrong(mut profile: Profile) -> Vec<&'static str> {
        let mut form = Form::default();
        check_profile(&mut form, &mut profile);
        form.finish().map_or_else(|errors| errors.into_iter().map(|e| e.field).collect(), |()| Vec::new())
    }

    #[test]
    fn the_ledger_names_what_changed_and_nothing_else() {
        let mut changed = profile();
        assert_eq!(changed_fields(&profile(), &changed), Vec::<&str>::new());
        changed.seller.address.city = Some("Berlin".to_owned());
        changed.payment_days = 30;
        changed.stationery.accent = "#0b6623".parse().unwrap();
        assert_eq!(changed_fields(&profile(), &changed), ["address", "payment_days", "accent"]);
    }

    #[test]
    fn a_contact_of_nothing_is_none_and_a_wrong_address_is_refused() {
        let mut empty = profile();
        empty.seller.contact = Some(Contact { email: Some("  ".to_owned()), ..Contact::default() });
        let mut form = Form::default();
        check_profile(&mut form, &mut empty);
        assert!(form.finish().is_ok());
        assert_eq!(empty, profile());
        let mut bad = profile();
        bad.seller.contact = Some(Contact { email: Some("nobody".to_owned()), ..Contact::default() });
        assert_eq!(wrong(bad), ["contact_email"]);
    }

    #[test]
    fn every_problem_of_a_profile_is_said_at_once() {
        let mut bad = profile();
        bad.seller.name = "\u{202e}".to_owned();
        bad.seller.address.country = "Germany".to_owned();
        bad.seller.vat_identifier = None;
        bad.payment_days = 400;
        bad.language = "<script>".to_owned();
        assert_eq!(wrong(bad), ["name", "country", "vat_identifier", "payment_days", "language"]);
    }
}
