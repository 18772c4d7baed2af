//! Drafts: what is written before a document is issued.

use std::fmt::Display;
use std::ops::Deref;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::drafts::{DraftError, Preview};
use counterfoil_identity::Actor;
use counterfoil_identity::permission::{EditDrafts, Issue, ReadBooks};
use counterfoil_invoice::references::Note;
use counterfoil_invoice::{Content, Document, Finding, PostalAddress, Severity};
use counterfoil_store::customers::Customer;
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::products::KeptProduct;
use serde::Deserialize;
use uuid::Uuid;

use super::editor_form::{self, Edit, Editor, Row, vat_value};
use super::{editor_payees, editor_products, rules};
use crate::form::Button;
use crate::language::Text;
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell, countries, problems, ui};

/// Whom a new draft is for.
#[derive(Debug)]
pub enum NewDraft {}

impl Fields for NewDraft {
    const ONE: &'static [(&'static str, &'static str)] = &[("customer", "field-customer")];
}

#[derive(Template)]
#[template(path = "drafts/new.html")]
struct NewDraftPage {
    page: Shell,
    customers: Vec<(String, String)>,
    /// Whether there are more than can be chosen from.
    is_cut_off: bool,
    form: Form<NewDraft>,
}

impl NewDraftPage {
    async fn new(
        billing: &Billing,
        reader: &Actor<ReadBooks>,
        page: Shell,
        form: Form<NewDraft>,
    ) -> Result<Self, ErrorPage> {
        let mut customers = customer_options(billing, reader).await?;
        let is_cut_off = customers.len() >= counterfoil_billing::customers::MOST_TO_CHOOSE as usize;
        // Only so many can be chosen from; the page of every customer leads here, too.
        if let Ok(chosen) = form.value("customer").parse::<Uuid>()
            && !customers.iter().any(|(id, _)| *id == chosen.to_string())
            && let Some(customer) = billing.customer(reader, chosen).await?
        {
            customers.push(option(customer));
        }
        if customers.len() > 1 {
            customers.insert(0, (String::new(), t("choose-customer").to_string()));
        }
        Ok(Self { page, customers, is_cut_off, form })
    }
}

/// The customers to choose from, by name.
async fn customer_options(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
) -> Result<Vec<(String, String)>, ErrorPage> {
    let mut customers: Vec<_> = billing.customers(reader).await?.into_iter().map(option).collect();
    customers.sort_by_key(|(_, name)| name.to_lowercase());
    Ok(customers)
}

fn option(customer: Customer) -> (String, String) {
    let buyer = customer.profile.buyer;
    let name = match buyer.address.city {
        Some(city) => format!("{}, {city}", buyer.name),
        None => buyer.name,
    };
    (customer.id.to_string(), name)
}

/// For whom a draft is to be, as the page of a customer says it.
#[derive(Debug, Default, Deserialize)]
pub struct NewFor {
    customer: Option<Uuid>,
}

/// GET /o/{organisation}/invoices/new
pub async fn new(
    _: May<EditDrafts>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    query: Result<Query<NewFor>, QueryRejection>,
) -> Result<impl IntoResponse, ErrorPage> {
    let customer = query.ok().and_then(|Query(new)| new.customer);
    let form = match customer {
        Some(customer) => Form::blank().with("customer", customer),
        None => Form::blank(),
    };
    Ok(Page::ok(NewDraftPage::new(&billing, &reader, page, form).await?))
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
        let notes = billing.new_drafts(&reader).await?.note;
        let notes = notes.into_iter().map(|text| Note { subject_code: None, text }).collect();
        let content = Content { currency, notes, ..Content::default() };
        match billing.create_draft(form.once(&actor), Some(customer), content).await {
            Ok(id) => return Ok(SeeOther::to(page.url(&format!("/drafts/{id}"))).into_response()),
            Err(DraftError::NoSuchCustomer) => {}
            Err(error) => return Err(refused(error)),
        }
    }
    form.refuse("customer", t("no-customer-chosen"));
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
    customers: Vec<(String, String)>,
    lines: Vec<Row>,
    line_allowances: Vec<Row>,
    allowances: Vec<Row>,
    units: Vec<(String, String)>,
    vats: Vec<(String, String)>,
    discount_vats: Vec<(String, String)>,
    products: Vec<(String, String)>,
    /// The payee accounts to choose from, if there are several.
    payees: Vec<(String, String)>,
    preview: Preview,
    notice: Notice,
    /// Whether the page shows what is stored; only that can be issued.
    is_saved: bool,
    may_edit: bool,
    may_issue: bool,
    /// The line whose first field the cursor is in, counted from 1; 0 is none.
    focus: usize,
}

/// What changes while somebody types, for the script that puts it into the page.
#[derive(Template)]
#[template(path = "drafts/live.html")]
struct Live(EditorPage);

impl Deref for Live {
    type Target = EditorPage;

    fn deref(&self) -> &EditorPage {
        &self.0
    }
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

    fn kind(&self) -> Text {
        if self.is_credit_note() { t("credit-note") } else { t("invoice") }
    }

    /// What it comes to, and that nothing is fixed yet.
    fn lead(&self) -> Text {
        let content = &self.document().content;
        let total = ui::money_of(self.document().totals.amount_due, content.currency);
        let credited: Vec<_> = content.preceding_invoices.iter().map(|of| of.number.clone()).collect();
        let credited = credited.join(", ");
        if credited.is_empty() {
            t("draft-lead").with("total", total)
        } else if self.is_credit_note() {
            t("draft-lead-credit").with("total", total).with("number", credited)
        } else if content.is_corrected_invoice() {
            t("draft-lead-corrects").with("total", total).with("number", credited)
        } else {
            t("draft-lead-refers").with("total", total).with("number", credited)
        }
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

    /// The discounts and charges of one line.
    fn allowances_of(&self, line: usize) -> impl Iterator<Item = &Row> {
        self.line_allowances.iter().filter(move |row| row.cell("line_allowance_line").parse() == Ok(line))
    }

    fn has_exemption(&self) -> bool {
        !self.form.value("exemption_reason").is_empty()
            || self.form.error("exemption_reason").is_some()
            || self.form.values("vat").any(|vat| vat.starts_with("E:"))
    }
}

/// What a discount or charge is called, by the value the form sends.
fn kinds() -> [(&'static str, Text); 2] {
    [("allowance", t("adjustment-discount")), ("charge", t("adjustment-charge"))]
}

/// An input of a row that is repeated.
#[derive(Template)]
#[template(path = "drafts/cell.html")]
struct Cell {
    id: String,
    name: String,
    label: String,
    value: String,
    input_mode: &'static str,
    is_wrong: bool,
}

impl HtmlSafe for Cell {}

fn cell(row: &Row, column: &str, label: impl Display, input_mode: &'static str) -> Cell {
    Cell {
        id: format!("{column}-{}", row.number),
        name: column.to_owned(),
        label: label.to_string(),
        value: row.cell(column).to_owned(),
        input_mode,
        is_wrong: row.error(column).is_some(),
    }
}

/// An address as on a letter.
pub(crate) fn address_lines(address: &PostalAddress) -> Vec<String> {
    let place: Vec<_> =
        [&address.post_code, &address.city].into_iter().flatten().map(String::as_str).collect();
    let lines = [address.line_1.clone(), address.line_2.clone(), address.line_3.clone()];
    let mut lines: Vec<_> = lines.into_iter().flatten().collect();
    lines.push(place.join(" "));
    lines.push(countries::name(&address.country));
    lines.retain(|line| !line.is_empty());
    lines
}

/// A finding, with the line it is about, if it is about one: the terms of BG-25 are BT-126 to BT-161.
fn said(finding: &Finding) -> String {
    let words = rules::said(finding);
    let term = finding.term.strip_prefix("BT-").and_then(|number| number.parse::<u16>().ok());
    match (finding.index, term) {
        (Some(at), Some(126..=161)) => {
            t("finding-in-line").with("row", at + 1).with("finding", words).to_string()
        }
        _ => words,
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
    let usual = billing.new_drafts(reader).await?;
    let vat = usual.vat.map(|vat| vat_value(&vat.category, vat.rate)).unwrap_or_default();
    let form = editor_form::fill(&draft.draft.0, draft.version, &vat)
        .with("customer", draft.customer.map(|id| id.to_string()).unwrap_or_default());
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
    let customer = chosen_customer(&form, &draft).filter(|_| draft.preceding.is_none());
    let preview = match billing.preview(reader, customer, content.clone()).await {
        // A customer that is not there: the form says so, and the buyer stays as it was.
        Err(DraftError::NoSuchCustomer) => billing.preview(reader, None, content).await,
        preview => preview,
    };
    let preview = preview.map_err(refused)?;
    let mut customers = customer_options(billing, reader).await?;
    let chosen = form.value("customer");
    if !customers.iter().any(|(id, _)| id == chosen) {
        customers.insert(0, (chosen.to_owned(), preview.document.content.buyer.name.clone()));
    }
    let lines = editor_form::lines(&form);
    let line_allowances = editor_form::line_allowances(&form);
    let (allowances, units) = (editor_form::allowances(&form), editor_form::unit_options(&form));
    let vats = editor_form::vat_options(&form);
    let mut discount_vats = vats.clone();
    discount_vats.insert(0, (String::new(), t("draft-vat-of-lines").to_string()));
    let products =
        if may_edit { editor_products::options(billing, reader, &draft).await? } else { Vec::new() };
    let payees = editor_payees::options(&billing.payees(reader).await?);
    let notice = Notice::None;
    Ok(EditorPage {
        page,
        draft,
        form,
        customers,
        lines,
        line_allowances,
        allowances,
        units,
        vats,
        discount_vats,
        products,
        payees,
        preview,
        notice,
        is_saved: false,
        may_edit,
        may_issue,
        focus: 0,
    })
}

/// Whom the draft is for, as chosen on the form. The buyer of a credit note is that of its invoice.
fn chosen_customer(form: &Form<Editor>, draft: &KeptDraft) -> Option<Uuid> {
    let chosen = form.text("customer").parse().ok().filter(|_| draft.preceding.is_none());
    chosen.or(draft.customer)
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
    let (mut typed, mut focus) = (None, 0);
    let products = editor_products::named(&billing, &reader, &form).await?;
    let usual = billing.new_drafts(&reader).await?;
    form = editor_form::with_usual_reason(form, usual.exemption_reason.as_deref());
    if form.text("version").parse() != Ok(draft.version) {
        if billing.has_done(&form.once(&actor)).await? {
            return Ok(saved(&page, id));
        }
        status = StatusCode::CONFLICT;
    } else if form.text("action") == "preview" {
        let typed = editor_form::read_as_far_as_possible(&mut form, draft.draft.0.clone(), &products);
        let editor = unsaved(&billing, &reader, page, rights, draft, form, Some(typed)).await?;
        return Ok(Page::ok(Live(editor)).into_response());
    } else if form.text("action") == "add-product" {
        let content = draft.draft.0.clone();
        match editor_products::chosen(&billing, &reader, &form, &draft).await? {
            Ok(product) => {
                form = editor_form::with_product(&form, &product);
                focus = editor_form::lines(&form).len();
                let products: Vec<KeptProduct> = products.into_iter().chain([product]).collect();
                typed = Some(editor_form::read_as_far_as_possible(&mut form.again(), content, &products));
                status = StatusCode::OK;
            }
            Err(problem) => {
                typed = Some(editor_form::read_as_far_as_possible(&mut form.again(), content, &products));
                form.refuse("product", problem);
            }
        }
    } else if let Some(edit) = Edit::parse(&form.text("action")) {
        form = editor_form::edited(&form, edit);
        // Read for the preview only: what is wrong is said when it is saved.
        let content = draft.draft.0.clone();
        typed = Some(editor_form::read_as_far_as_possible(&mut form.again(), content, &products));
        focus = if edit == Edit::AddLine { editor_form::lines(&form).len() } else { 0 };
        status = StatusCode::OK;
    } else {
        let content = editor_form::read_as_far_as_possible(&mut form, draft.draft.0.clone(), &products);
        typed = Some(content.clone());
        editor_payees::check(&mut form, &billing.payees(&reader).await?);
        let chosen = form.text("customer");
        if !chosen.is_empty() && chosen.parse::<Uuid>().is_err() {
            form.refuse("customer", t("no-such-customer"));
        }
        if form.errors().is_empty() {
            let customer = chosen_customer(&form, &draft);
            match billing.update_draft(form.once(&actor), id, draft.version, customer, content).await {
                Ok(_) => return Ok(saved(&page, id)),
                Err(DraftError::Changed) => status = StatusCode::CONFLICT,
                Err(DraftError::TooLarge) => form.refuse("", t("draft-too-large")),
                Err(DraftError::NoSuchCustomer) => form.refuse("customer", t("no-such-customer")),
                Err(error) => return Err(refused(error)),
            }
        }
    }
    let mut editor = unsaved(&billing, &reader, page, rights, draft, form, typed).await?;
    editor.focus = focus;
    if status == StatusCode::CONFLICT {
        editor.notice = Notice::Changed;
    }
    Ok(Page::with_status(status, editor).into_response())
}

fn saved(page: &Shell, id: Uuid) -> Response {
    SeeOther::to(page.url(&format!("/drafts/{id}"))).saying(t("draft-saved")).into_response()
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
    Ok(SeeOther::to(page.url("/invoices")).saying(t("draft-discarded")))
}

/// Why a draft is not made or kept as asked.
pub(super) fn why(error: &DraftError) -> Text {
    match error {
        DraftError::Replaced(number, by) => t("draft-replaced").with("number", number).with("by", by),
        _ => t("draft-too-large"),
    }
}

fn refused(error: DraftError) -> ErrorPage {
    match error {
        DraftError::NoSuchDraft | DraftError::NoSuchCustomer => ErrorPage::not_found(),
        DraftError::Unavailable(error) => error.into(),
        DraftError::Field(error) => ErrorPage::unprocessable(problems::said(&error.problem)),
        DraftError::Changed => ErrorPage::unprocessable(t("draft-changed")),
        error @ (DraftError::Replaced(..) | DraftError::TooLarge) => ErrorPage::unprocessable(why(&error)),
    }
}
