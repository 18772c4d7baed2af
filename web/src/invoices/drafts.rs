//! Drafts: what is written before a document is issued.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::draft_paper::DraftPaperError;
use counterfoil_billing::drafts::DraftError;
use counterfoil_billing::{Billing, By};
use counterfoil_identity::Actor;
use counterfoil_identity::permission::{EditDrafts, ReadBooks};
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::products::KeptProduct;
use uuid::Uuid;

use super::editor_form::{self, Edit, Editor};
use super::editor_page::{Kept, Live, Notice, Rights, Saved, chosen_customer, editor, stored_form, unsaved};
use super::{conflict, editor_payees, editor_products};
use crate::form::Button;
use crate::language::Text;
use crate::ui::{self, t};
use crate::{ErrorPage, Form, May, Page, SeeOther, Session, Shell, download, problems};

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

/// What a button of the editor, or its script, asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// To save and go on.
    Save,
    /// To save while the page stays.
    Autosave,
    /// To save what was chosen after somebody else had saved.
    Resolve,
    /// The sums and findings.
    Preview,
    /// The page as a PDF.
    Paper,
    /// A line of a product.
    AddProduct,
    /// Other rows.
    Edit(Edit),
}

impl Asked {
    fn parse(action: &str) -> Self {
        match action {
            "autosave" => Self::Autosave,
            "resolve" => Self::Resolve,
            "preview" => Self::Preview,
            "paper" => Self::Paper,
            "add-product" => Self::AddProduct,
            action => Edit::parse(action).map_or(Self::Save, Self::Edit),
        }
    }
}

/// The draft that somebody edits, and who.
struct Desk<'a> {
    billing: &'a Billing,
    reader: &'a Actor<ReadBooks>,
    page: Shell,
    rights: Rights,
    draft: KeptDraft,
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
    if editor_form::wants_reason(&form)
        && let Some(reason) = billing.new_drafts(&reader).await?.exemption_reason
    {
        form = form.with_usual("exemption_reason", &reason);
    }
    let rights = Rights::of(&session, page.slug());
    let asked = Asked::parse(&form.text("action"));
    let (by, is_current) = (form.once(&actor), form.text("version").parse() == Ok(draft.version));
    let desk = Desk { billing: &billing, reader: &reader, page, rights, draft };
    // Lines name their origin in the version that was shown: in another one they would take over the wrong fields.
    if !is_current {
        return desk.behind(&by, asked, form).await;
    }
    match asked {
        Asked::Save | Asked::Autosave => desk.save(by, asked, form).await,
        Asked::Resolve => {
            let form = conflict::resolved(&billing, &reader, &desk.draft, &form).await?;
            desk.save(by, asked, form).await
        }
        Asked::Preview => desk.preview(form).await,
        Asked::Paper => desk.paper(form).await,
        Asked::AddProduct => desk.add_product(form).await,
        Asked::Edit(edit) => desk.edit(edit, &form).await,
    }
}

impl Desk<'_> {
    /// The page is of another version: this very form was sent before, or somebody else saved.
    async fn behind(
        self,
        by: &By<'_, EditDrafts>,
        asked: Asked,
        form: Form<Editor>,
    ) -> Result<Response, ErrorPage> {
        match self.billing.version_saved(by).await? {
            Some(version) if asked == Asked::Autosave && version == self.draft.version => {
                self.saved(&form).await
            }
            Some(_) if asked != Asked::Autosave => Ok(self.lead_on()),
            _ => self.conflict(form).await,
        }
    }

    async fn conflict(self, form: Form<Editor>) -> Result<Response, ErrorPage> {
        let page = conflict::page(self.billing, self.reader, self.page, &self.draft, form).await?;
        Ok(Page::with_status(StatusCode::CONFLICT, page).into_response())
    }

    async fn save(
        mut self,
        by: By<'_, EditDrafts>,
        asked: Asked,
        mut form: Form<Editor>,
    ) -> Result<Response, ErrorPage> {
        let products = editor_products::named(self.billing, self.reader, &form).await?;
        let draft = &self.draft;
        let content = editor_form::read_as_far_as_possible(&mut form, draft.draft.0.clone(), &products);
        editor_payees::check(&mut form, &self.billing.payees(self.reader).await?);
        let chosen = form.text("customer");
        if !chosen.is_empty() && chosen.parse::<Uuid>().is_err() {
            form.refuse("customer", t("no-such-customer"));
        }
        if form.errors().is_empty() {
            let customer = chosen_customer(&form, draft);
            // Nobody is made to look at a version in which nothing is new.
            if asked == Asked::Autosave && customer == draft.customer && content == draft.draft.0 {
                return self.saved(&form).await;
            }
            let (id, version) = (draft.id, draft.version);
            match self.billing.update_draft(by, id, version, customer, content.clone()).await {
                Ok(version) if asked == Asked::Autosave => {
                    self.draft = find(self.billing, self.reader, id).await?;
                    // Somebody may have saved the next one already.
                    let is_ours = self.draft.version == version;
                    return if is_ours { self.saved(&form).await } else { self.conflict(form).await };
                }
                Ok(_) => return Ok(self.lead_on()),
                Err(DraftError::Changed) => {
                    self.draft = find(self.billing, self.reader, id).await?;
                    return self.conflict(form).await;
                }
                Err(DraftError::TooLarge) => form.refuse("", t("draft-too-large")),
                Err(DraftError::NoSuchCustomer) => form.refuse("customer", t("no-such-customer")),
                Err(error) => return Err(refused(error)),
            }
        }
        let Self { billing, reader, page, rights, draft } = self;
        let why = first_problem(&form);
        let editor = unsaved(billing, reader, page, rights, draft, form, Some(content)).await?;
        Ok(match asked {
            Asked::Autosave => {
                let live = Live { editor, kept: Kept::Refused(why) };
                Page::refused(live).into_response()
            }
            _ => Page::refused(editor).into_response(),
        })
    }

    /// What the page that stays open needs to know after it was saved.
    async fn saved(self, form: &Form<Editor>) -> Result<Response, ErrorPage> {
        let Self { billing, reader, page, rights, draft } = self;
        let moment = ui::time_of(draft.updated_at, billing.time_zone());
        let kept = Kept::Saved(Saved {
            said: t("draft-saved-at").with("moment", moment).to_string(),
            version: draft.version,
            base: stored_form(&draft).value("base").to_owned(),
            origins: editor_form::saved_origins(form),
        });
        let editor = editor(billing, reader, page, rights, draft, Notice::None).await?;
        Ok(Page::ok(Live { editor, kept }).into_response())
    }

    fn lead_on(&self) -> Response {
        let path = self.page.url(&format!("/drafts/{}", self.draft.id));
        SeeOther::to(path).saying(t("draft-saved")).into_response()
    }

    async fn preview(self, mut form: Form<Editor>) -> Result<Response, ErrorPage> {
        let products = editor_products::named(self.billing, self.reader, &form).await?;
        let Self { billing, reader, page, rights, draft } = self;
        let typed = editor_form::read_as_far_as_possible(&mut form, draft.draft.0.clone(), &products);
        let editor = unsaved(billing, reader, page, rights, draft, form, Some(typed)).await?;
        Ok(Page::ok(Live { editor, kept: Kept::NotAsked }).into_response())
    }

    /// What was typed, as far as it can be read, as it would lie on the table.
    async fn paper(self, mut form: Form<Editor>) -> Result<Response, ErrorPage> {
        let products = editor_products::named(self.billing, self.reader, &form).await?;
        let typed = editor_form::read_as_far_as_possible(&mut form, self.draft.draft.0.clone(), &products);
        let customer = chosen_customer(&form, &self.draft).filter(|_| self.draft.preceding.is_none());
        match self.billing.draft_paper(self.reader, customer, typed).await {
            Ok(pdf) => Ok(download::draft(pdf)),
            Err(DraftPaperError::Draft(error)) => Err(refused(error)),
            Err(DraftPaperError::Unavailable(error)) => Err(error.into()),
            Err(error @ DraftPaperError::Drawing(_)) => Err(ErrorPage::failed(&error)),
        }
    }

    async fn add_product(self, mut form: Form<Editor>) -> Result<Response, ErrorPage> {
        let mut products = editor_products::named(self.billing, self.reader, &form).await?;
        let Self { billing, reader, page, rights, draft } = self;
        let mut status = StatusCode::OK;
        let problem = match editor_products::chosen(billing, reader, &form, &draft).await? {
            Ok(product) => {
                form = editor_form::with_product(&form, &product);
                products.push(product);
                None
            }
            Err(problem) => Some(problem),
        };
        let typed = read_again(&form, &draft, &products);
        let focus = editor_form::lines(&form).len();
        if let Some(problem) = &problem {
            form.refuse("product", problem);
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        let mut editor = unsaved(billing, reader, page, rights, draft, form, Some(typed)).await?;
        editor.focus = if problem.is_none() { focus } else { 0 };
        Ok(Page::with_status(status, editor).into_response())
    }

    async fn edit(self, edit: Edit, form: &Form<Editor>) -> Result<Response, ErrorPage> {
        let products = editor_products::named(self.billing, self.reader, form).await?;
        let Self { billing, reader, page, rights, draft } = self;
        let form = editor_form::edited(form, edit);
        let typed = read_again(&form, &draft, &products);
        let focus = edit.focus(editor_form::lines(&form).len());
        let mut editor = unsaved(billing, reader, page, rights, draft, form, Some(typed)).await?;
        editor.focus = focus;
        Ok(Page::ok(editor).into_response())
    }
}

/// Read for the preview only: what is wrong is said when it is saved.
fn read_again(
    form: &Form<Editor>,
    draft: &KeptDraft,
    products: &[KeptProduct],
) -> counterfoil_invoice::Content {
    editor_form::read_as_far_as_possible(&mut form.again(), draft.draft.0.clone(), products)
}

/// The first thing that is wrong, with what the page calls its field.
fn first_problem(form: &Form<Editor>) -> String {
    let Some((name, message)) = form.errors().iter().next() else { return String::new() };
    match form.label_of_note(name) {
        label if label.is_empty() => message.to_owned(),
        label => t("label-says").with("label", label).with("message", message).to_string(),
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
    Ok(SeeOther::to(page.url("/invoices")).saying(t("draft-discarded")))
}

/// Why a draft is not made or kept as asked.
pub(super) fn why(error: &DraftError) -> Text {
    match error {
        DraftError::Replaced(number, by) => t("draft-replaced").with("number", number).with("by", by),
        _ => t("draft-too-large"),
    }
}

pub(super) fn refused(error: DraftError) -> ErrorPage {
    match error {
        DraftError::NoSuchDraft | DraftError::NoSuchCustomer => ErrorPage::not_found(),
        DraftError::Unavailable(error) => error.into(),
        DraftError::Field(error) => ErrorPage::unprocessable(problems::said(&error.problem)),
        DraftError::Changed => ErrorPage::unprocessable(t("draft-changed")),
        error @ (DraftError::Replaced(..) | DraftError::TooLarge) => ErrorPage::unprocessable(why(&error)),
    }
}
