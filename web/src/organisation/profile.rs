//! What an organisation says of itself, as fields: the same when it is made and when it is changed. The field names
//! are those of `billing`'s checks.

use std::fmt::Display;

use counterfoil_invoice::Contact;
use counterfoil_store::organisations::Profile;

use crate::countries;
use crate::form::{Fields, Form};
use crate::ui::t;

/// The languages documents can be in, by their own names.
const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
];

/// Currencies that new drafts can start with (ISO 4217); a draft itself takes any.
const CURRENCIES: &[&str] = &[
    "EUR", "USD", "GBP", "CHF", "AUD", "CAD", "CZK", "DKK", "HUF", "ISK", "JPY", "NOK", "PLN", "RON", "SEK",
];

/// What a language is called by those who speak it.
pub(super) fn language_name(code: &str) -> &str {
    LANGUAGES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

/// What the selects of the form offer.
pub(crate) struct Choices {
    pub(crate) countries: Vec<(String, String)>,
    pub(crate) currencies: Vec<(String, String)>,
    pub(crate) languages: Vec<(String, String)>,
}

impl Choices {
    /// All there are, and what is chosen already, lest saving the form changes it.
    pub(crate) fn of(country: &str, currency: &str, language: &str) -> Self {
        let mut countries = with(countries::all(), country);
        countries.insert(0, (String::new(), t("country-choose").to_string()));
        let currencies: Vec<_> =
            CURRENCIES.iter().map(|code| (*code, t(format!("currency-{code}")).to_string())).collect();
        Self { countries, currencies: with(&currencies, currency), languages: with(LANGUAGES, language) }
    }
}

fn with(options: &[(&str, impl Display)], chosen: &str) -> Vec<(String, String)> {
    let owned = |(value, label): &(&str, _)| ((*value).to_owned(), format!("{label}"));
    let mut all: Vec<_> = options.iter().map(owned).collect();
    if !chosen.is_empty() && !all.iter().any(|(value, _)| value == chosen) {
        all.push((chosen.to_owned(), chosen.to_owned()));
    }
    all
}

/// The form of a profile.
pub(crate) fn fill<F: Fields>(form: Form<F>, profile: &Profile) -> Form<F> {
    let seller = &profile.seller;
    let contact = seller.contact.clone().unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    form.with("name", &seller.name)
        .with("line_1", text(&seller.address.line_1))
        .with("line_2", text(&seller.address.line_2))
        .with("post_code", text(&seller.address.post_code))
        .with("city", text(&seller.address.city))
        .with("country", &seller.address.country)
        .with("vat_identifier", text(&seller.vat_identifier))
        .with("tax_registration", text(&seller.tax_registration))
        .with("contact_name", text(&contact.name))
        .with("contact_telephone", text(&contact.telephone))
        .with("contact_email", text(&contact.email))
}

/// The form of what documents start with.
pub(crate) fn fill_terms<F: Fields>(form: Form<F>, profile: &Profile) -> Form<F> {
    form.with("currency", profile.currency)
        .with("payment_days", profile.payment_days)
        .with("language", &profile.language)
}

/// Takes the form over into a profile; what the form does not show stays as it is.
pub(crate) fn read<F: Fields>(form: &mut Form<F>, profile: &mut Profile) {
    let seller = &mut profile.seller;
    seller.name = form.text("name");
    seller.address.line_1 = form.optional("line_1");
    seller.address.line_2 = form.optional("line_2");
    seller.address.post_code = form.optional("post_code");
    seller.address.city = form.optional("city");
    seller.address.country = form.text("country");
    seller.vat_identifier = form.optional("vat_identifier");
    seller.tax_registration = form.optional("tax_registration");
    seller.contact = Some(Contact {
        name: form.optional("contact_name"),
        telephone: form.optional("contact_telephone"),
        email: form.optional("contact_email"),
    });
    if seller.address.country.is_empty() {
        form.refuse("country", t("country-needed"));
    }
}

/// The same of what documents start with. `false` if a field cannot be read at all, which is then noted on the form.
pub(crate) fn read_terms<F: Fields>(form: &mut Form<F>, profile: &mut Profile) -> bool {
    profile.language = form.text("language");
    let (currency, days) = (form.text("currency").parse(), form.text("payment_days").parse());
    if currency.is_err() {
        form.refuse("currency", t("currency-needed"));
    }
    if days.is_err() {
        form.refuse("payment_days", t("payment-days-needed"));
    }
    let (Ok(currency), Ok(days)) = (currency, days) else { return false };
    (profile.currency, profile.payment_days) = (currency, days);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_before_can_still_be_chosen() {
        let choices = Choices::of("XI", "XAF", "pt-BR");
        assert_eq!(choices.countries[0].0, "");
        assert_eq!(choices.countries.last().unwrap().0, "XI");
        assert_eq!(choices.currencies.last().unwrap().0, "XAF");
        assert_eq!(choices.languages.last().unwrap().0, "pt-BR");
        assert_eq!(Choices::of("DE", "EUR", "en").languages.len(), LANGUAGES.len());
    }
}
