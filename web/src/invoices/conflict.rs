//! Two people edited the same draft, and the other saved first: both versions, and what to do about it.

use askama::Template;
use counterfoil_billing::Billing;
use counterfoil_identity::Actor;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_store::drafts::KeptDraft;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::editor_form::{self, Difference, Editor, Merged};
use super::editor_page::{kinds, stored_form};
use super::editor_payees;
use super::new_draft::customer_options;
use crate::ui::{self, t};
use crate::{ErrorPage, Form, Shell};

#[derive(Template)]
#[template(path = "drafts/conflict.html")]
pub(super) struct ConflictPage {
    page: Shell,
    draft: KeptDraft,
    /// What was typed.
    form: Form<Editor>,
    differences: Vec<Difference>,
    taken: Vec<String>,
    zone: TimeZone,
}

impl ConflictPage {
    fn path(&self) -> String {
        self.page.url(&format!("/drafts/{}", self.draft.id))
    }

    /// All that was typed, so that the choice is made with it. Its version is the one that the person is looking at now.
    fn kept(&self) -> Vec<(&str, String)> {
        let typed = self.form.typed().filter(|(name, _)| !["version", "action", "theirs"].contains(name));
        let version = ("version", self.draft.version.to_string());
        typed.map(|(name, value)| (name, value.to_owned())).chain([version]).collect()
    }

    /// As chosen before; the first time, where it would be lost otherwise.
    fn is_theirs(&self, difference: &Difference) -> bool {
        let is_asked_again = self.form.value("action") == "resolve";
        self.form.has("theirs", &difference.key) || (difference.is_theirs_first && !is_asked_again)
    }
}

/// What both versions are, side by side.
pub(super) async fn page(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    page: Shell,
    draft: &KeptDraft,
    form: Form<Editor>,
) -> Result<ConflictPage, ErrorPage> {
    let Merged { differences, taken, .. } = merged(billing, reader, draft, &form).await?;
    let zone = billing.time_zone().clone();
    Ok(ConflictPage { page, draft: draft.clone(), form, differences, taken, zone })
}

/// The form as the person chose.
pub(super) async fn resolved(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    draft: &KeptDraft,
    form: &Form<Editor>,
) -> Result<Form<Editor>, ErrorPage> {
    Ok(merged(billing, reader, draft, form).await?.form)
}

async fn merged(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    draft: &KeptDraft,
    form: &Form<Editor>,
) -> Result<Merged, ErrorPage> {
    let theirs = stored_form(draft);
    let customers = customer_options(billing, reader).await?;
    let payees = editor_payees::options(&billing.payees(reader).await?);
    let lists = |column: &str| match column {
        "customer" => customers.clone(),
        "payee" => payees.clone(),
        "unit" => [editor_form::unit_options(form), editor_form::unit_options(&theirs)].concat(),
        "vat" | "allowance_vat" => {
            [editor_form::vat_options(form), editor_form::vat_options(&theirs)].concat()
        }
        "allowance_kind" | "line_allowance_kind" => {
            kinds().map(|(value, word)| (value.to_owned(), word.to_string())).to_vec()
        }
        _ => Vec::new(),
    };
    let says = |column: &str, value: &str| {
        let day = value.parse::<Date>().ok().filter(|_| column.ends_with("_date"));
        let option = lists(column).into_iter().find(|(known, _)| known == value).map(|(_, label)| label);
        option.or_else(|| day.map(ui::date_of)).unwrap_or_else(|| value.to_owned())
    };
    let is_theirs = |difference: &Difference| form.has("theirs", &difference.key);
    Ok(editor_form::merge(form, &theirs, is_theirs, says))
}

/// What stands there, or that nothing does.
fn said(text: &str) -> String {
    if text.trim().is_empty() { t("conflict-empty").to_string() } else { text.to_owned() }
}
