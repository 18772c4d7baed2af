//! Drafts: what is written before a document is issued.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::drafts::{DraftError, Preview};
use counterfoil_identity::Actor;
use counterfoil_identity::permission::{EditDrafts, Issue, ReadBooks};
use counterfoil_invoice::{Content, Document, Finding, PostalAddress, Severity};
use counterfoil_store::customers::Customer;
use counterfoil_store::drafts::KeptDraft;
use uuid::Uuid;

use super::editor_form::{self, Edit, Editor, Row};
use crate::form::Button;
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell, countries, ui};

/// Whom a new draft is for.
#[derive(Debug)]
pub enum NewDraft {}

impl Fields for NewDraft {
    const ONE: &'static [(&'static str, &'static str)] = &[("customer", "Customer")];
}

#[derive(Template)]
#[template(path = "drafts/new.html")]
struct NewDraftPage {
    page: Shell,
    customers: Vec<(String, String)>,
    form: Form<NewDraft>,
}

impl NewDraftPage {
    async fn new(
        billing: &Billing,
        reader: &Actor<ReadBooks>,
        page: Shell,
        form: Form<NewDraft>,
    ) -> Result<Self, ErrorPage> {
        let mut customers: Vec<_> = billing.customers(reader).await?.into_iter().map(option).collect();
        customers.sort_by_key(|(_, name)| name.to_lowercase());
        if customers.len() > 1 {
            customers.insert(0, (String::new(), "Choose a customer".to_owned()));
        }
        Ok(Self { page, customers, form })
    }
}

fn option(customer: Customer) -> (String, String) {
    let buyer = customer.profile.buyer;
    let name = match buyer.address.city {
        Some(city) => format!("{}, {city}", buyer.name),
        None => buyer.name,
    };
    (customer.id.to_string(), name)
}

/// GET /o/{organisation}/invoices/new
pub async fn new(
    _: May<EditDrafts>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    Ok(Page::ok(NewDraftPage::new(&billing, &reader, page, Form::blank()).await?))
}

/// POST /o/{organisation}/drafts
pub async fn create(
    May(actor): May<EditDrafts>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<NewDraft>,
) -> Result<Response, ErrorPage> {
    if let Ok(customer) = form.text("customer").parse::<Uuid>() {
        let currency = billing.organisation(&reader).await?.organisation.profile.currency;
        let content = Content { currency, ..Content::default() };
        match billing.create_draft(&actor, Some(customer), content).await {
            Ok(id) => return Ok(SeeOther::to(page.url(&format!("/drafts/{id}"))).into_response()),
            Err(DraftError::NoSuchCustomer) => {}
            Err(error) => return Err(refused(error)),
        }
    }
    form.refuse("customer", "choose a customer of the list, or add a new one");
    Ok(Page::refused(NewDraftPage::new(&billing, &reader, page, form).await?).into_response())
}

/// What stands above the editor.
pub(super) enum Notice {
    /// Nothing.
    None,
    /// Somebody else saved it in the meantime.
    Changed,
    /// It was not issued, and why.
    NotIssued(String),
}

#[derive(Template)]
#[template(path = "drafts/edit.html")]
pub(super) struct EditorPage {
    page: Shell,
    draft: KeptDraft,
    form: Form<Editor>,
    rows: Vec<Row>,
    units: Vec<(String, String)>,
    vats: Vec<(String, String)>,
    discount_vats: Vec<(String, String)>,
    preview: Preview,
    notice: Notice,
    /// Whether the page shows what is stored; only that can be issued.
    is_saved: bool,
    may_edit: bool,
    may_issue: bool,
}

impl EditorPage {
    fn document(&self) -> &Document {
        &self.preview.document
    }

    fn currency(&self) -> String {
        self.document().content.currency.to_string()
    }

    fn is_credit_note(&self) -> bool {
        self.document().content.is_credit_note()
    }

    fn kind(&self) -> &'static str {
        if self.is_credit_note() { "Credit note" } else { "Invoice" }
    }

    fn path(&self, below: &str) -> String {
        self.page.url(&format!("/drafts/{}{below}", self.draft.id))
    }

    /// What was not issued is explained above the form, everything else beside it.
    fn findings_first(&self) -> bool {
        matches!(self.notice, Notice::NotIssued(_))
    }

    fn hinders(&self) -> bool {
        self.preview.findings.iter().any(|finding| finding.severity == Severity::Fatal)
    }

    fn has_exemption(&self) -> bool {
        !self.form.value("exemption_reason").is_empty()
            || self.form.error("exemption_reason").is_some()
            || self.form.values("vat").any(|vat| vat.starts_with("E:"))
    }
}

/// An address as on a letter.
fn address_lines(address: &PostalAddress) -> Vec<String> {
    let place: Vec<_> =
        [&address.post_code, &address.city].into_iter().flatten().map(String::as_str).collect();
    let lines = [address.line_1.clone(), address.line_2.clone(), address.line_3.clone()];
    let mut lines: Vec<_> = lines.into_iter().flatten().collect();
    lines.push(place.join(" "));
    lines.push(countries::name(&address.country).to_owned());
    lines.retain(|line| !line.is_empty());
    lines
}

/// Which line a finding is about, if it is about one: the terms of BG-25 are BT-126 to BT-161.
fn place(finding: &Finding) -> String {
    let term = finding.term.strip_prefix("BT-").and_then(|number| number.parse::<u16>().ok());
    match (finding.index, term) {
        (Some(at), Some(126..=161)) => format!("Line {}: ", at + 1),
        _ => String::new(),
    }
}

fn is_fatal(finding: &Finding) -> bool {
    finding.severity == Severity::Fatal
}

/// What somebody may do with a draft.
pub(super) struct Rights {
    may_edit: bool,
    may_issue: bool,
}

impl Rights {
    pub(super) fn of(session: &Session, slug: &str) -> Self {
        let Session(signed_in) = session;
        Self {
            may_edit: signed_in.actor::<EditDrafts>(slug).is_ok(),
            may_issue: signed_in.actor::<Issue>(slug).is_ok(),
        }
    }
}

/// The editor over a draft as it is stored.
pub(super) async fn editor(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    page: Shell,
    rights: Rights,
    draft: KeptDraft,
    notice: Notice,
) -> Result<EditorPage, ErrorPage> {
    let form = editor_form::fill(&draft.draft.0, draft.version);
    let mut editor = unsaved(billing, reader, page, rights, draft, form, None).await?;
    (editor.is_saved, editor.notice) = (true, notice);
    Ok(editor)
}

/// The editor with what was typed; the preview shows it as far as it can be read.
async fn unsaved(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    page: Shell,
    Rights { may_edit, may_issue }: Rights,
    draft: KeptDraft,
    form: Form<Editor>,
    typed: Option<Content>,
) -> Result<EditorPage, ErrorPage> {
    let content = typed.unwrap_or_else(|| draft.draft.0.clone());
    // The buyer of a credit note is that of its invoice.
    let customer = draft.customer.filter(|_| draft.preceding.is_none());
    let preview = billing.preview(reader, customer, content).await.map_err(refused)?;
    let (rows, units) = (editor_form::rows(&form), editor_form::unit_options(&form));
    let vats = editor_form::vat_options(&form);
    let mut discount_vats = vats.clone();
    discount_vats.insert(0, (String::new(), "As the lines".to_owned()));
    let notice = Notice::None;
    Ok(EditorPage {
        page,
        draft,
        form,
        rows,
        units,
        vats,
        discount_vats,
        preview,
        notice,
        is_saved: false,
        may_edit,
        may_issue,
    })
}

/// A draft that is there.
pub(super) async fn find(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    id: Uuid,
) -> Result<KeptDraft, ErrorPage> {
    billing.find_draft(reader, id).await?.ok_or_else(ErrorPage::not_found)
}

/// GET /o/{organisation}/drafts/{id}
pub async fn show(
    May(reader): May<ReadBooks>,
    session: Session,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let draft = find(&billing, &reader, id).await?;
    let rights = Rights::of(&session, page.slug());
    Ok(Page::ok(editor(&billing, &reader, page, rights, draft, Notice::None).await?))
}

/// POST /o/{organisation}/drafts/{id}
pub async fn update(
    May(actor): May<EditDrafts>,
    May(reader): May<ReadBooks>,
    session: Session,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    mut form: Form<Editor>,
) -> Result<Response, ErrorPage> {
    let draft = find(&billing, &reader, id).await?;
    let rights = Rights::of(&session, page.slug());
    // Lines name their origin in the version that was shown: in another one they would take over the wrong fields.
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let mut typed = None;
    if form.text("version").parse() != Ok(draft.version) {
        status = StatusCode::CONFLICT;
    } else if let Some(edit) = edit(&form.text("action")) {
        // Read for the preview only: what is wrong is said when it is saved.
        typed = editor_form::read(&mut editor_form::edited(&form, &edit), draft.draft.0.clone());
        form = editor_form::edited(&form, &edit);
        status = StatusCode::OK;
    } else if let Some(content) = editor_form::read(&mut form, draft.draft.0.clone()) {
        match billing.update_draft(&actor, id, draft.version, draft.customer, content.clone()).await {
            Ok(_) => {
                return Ok(SeeOther::to(page.url(&format!("/drafts/{id}")))
                    .saying("Draft saved")
                    .into_response());
            }
            Err(DraftError::Changed) => status = StatusCode::CONFLICT,
            Err(error @ DraftError::TooLarge) => form.refuse("", error),
            Err(error) => return Err(refused(error)),
        }
        typed = Some(content);
    }
    let mut editor = unsaved(&billing, &reader, page, rights, draft, form, typed).await?;
    if status == StatusCode::CONFLICT {
        editor.notice = Notice::Changed;
    }
    Ok(Page::with_status(status, editor).into_response())
}

/// What a button other than "Save" does.
fn edit(action: &str) -> Option<Edit> {
    match action.strip_prefix("remove-line-") {
        Some(number) => Some(Edit::Remove(number.parse().ok()?)),
        None => (action == "add-line").then_some(Edit::Add),
    }
}

/// POST /o/{organisation}/drafts/{id}/deletion
pub async fn destroy(
    May(actor): May<EditDrafts>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    _: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    billing.discard_draft(&actor, id).await.map_err(refused)?;
    Ok(SeeOther::to(page.url("/invoices")).saying("Draft discarded"))
}

fn refused(error: DraftError) -> ErrorPage {
    match error {
        DraftError::NoSuchDraft | DraftError::NoSuchCustomer => ErrorPage::not_found(),
        DraftError::Unavailable(error) => error.into(),
        error @ (DraftError::Changed | DraftError::TooLarge | DraftError::Field(_)) => {
            ErrorPage::unprocessable(&error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_adds_or_removes_a_line_and_any_other_saves() {
        assert!(matches!(edit("add-line"), Some(Edit::Add)));
        assert!(matches!(edit("remove-line-12"), Some(Edit::Remove(12))));
        for action in
            ["", "save", "remove-line-", "remove-line--1", "remove-line-99999999999999999999", "add-line2"]
        {
            assert!(edit(action).is_none(), "{action}");
        }
    }
}
