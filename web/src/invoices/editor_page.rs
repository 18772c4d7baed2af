//! The editor as a page: the form beside what it would become.

use std::fmt::Display;
use std::ops::Deref;

use askama::Template;
use askama::filters::HtmlSafe;
use counterfoil_billing::Billing;
use counterfoil_billing::drafts::{DraftError, Preview};
use counterfoil_identity::Actor;
use counterfoil_identity::permission::{EditDrafts, Issue, ReadBooks};
use counterfoil_invoice::{Content, Document, Finding, PostalAddress, Severity};
use counterfoil_store::drafts::KeptDraft;
use uuid::Uuid;

use super::drafts::refused;
use super::editor_form::{self, Base, Editor, Row, vat_value};
use super::new_draft::customer_options;
use super::{editor_payees, editor_products, rules};
use crate::language::Text;
use crate::ui::{self, t};
use crate::{ErrorPage, Form, Session, Shell, countries};

/// What stands above the editor.
pub(super) enum Notice {
    /// Nothing.
    None,
    /// Somebody else saved it before it was issued.
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
    pub(super) focus: usize,
}

/// What changes while somebody types, for the script that puts it into the page.
#[derive(Template)]
#[template(path = "drafts/live.html")]
pub(super) struct Live {
    pub(super) editor: EditorPage,
    pub(super) kept: Kept,
}

/// Whether what was typed is stored.
pub(super) enum Kept {
    /// Nobody asked for it.
    NotAsked,
    /// It is, under this version.
    Saved(Saved),
    /// It is not, and why.
    Refused(String),
}

/// What the page needs to go on from a version that was just saved.
pub(super) struct Saved {
    /// That it was saved, and when.
    pub(super) said: String,
    pub(super) version: i64,
    pub(super) base: String,
    /// For each row where it is found now, in the order of the page.
    pub(super) origins: Vec<(&'static str, String)>,
}

impl Deref for Live {
    type Target = EditorPage;

    fn deref(&self) -> &EditorPage {
        &self.editor
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
pub(super) fn kinds() -> [(&'static str, Text); 2] {
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

/// A draft as it is stored, in the form.
pub(super) fn stored_form(draft: &KeptDraft) -> Form<Editor> {
    let form = editor_form::fill(&draft.draft.0, draft.version)
        .with("customer", draft.customer.map(|id| id.to_string()).unwrap_or_default());
    let base = Base::of(&form).to_text();
    form.with("base", base)
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
    let mut form = stored_form(&draft);
    if draft.draft.0.lines.is_empty() {
        let usual = billing.new_drafts(reader).await?.vat;
        form =
            form.with_usual("vat", &usual.map(|vat| vat_value(&vat.category, vat.rate)).unwrap_or_default());
    }
    let mut editor = unsaved(billing, reader, page, rights, draft, form, None).await?;
    (editor.is_saved, editor.notice) = (true, notice);
    Ok(editor)
}

/// The editor with what was typed; the preview shows it as far as it can be read.
pub(super) async fn unsaved(
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
pub(super) fn chosen_customer(form: &Form<Editor>, draft: &KeptDraft) -> Option<Uuid> {
    let chosen = form.text("customer").parse().ok().filter(|_| draft.preceding.is_none());
    chosen.or(draft.customer)
}
