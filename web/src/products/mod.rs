//! Products: what is sold again and again.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::cursor::Listed;
use counterfoil_billing::products::ProductError;
use counterfoil_identity::permission::{EditProducts, ReadBooks};
use counterfoil_invoice::references::Identifier;
use counterfoil_invoice::{Currency, Item, UnitPrice};
use counterfoil_store::products::{KeptProduct, Product};
use serde::Deserialize;
use uuid::Uuid;

use crate::address::with_query;
use crate::invoices::decimal::decimal;
use crate::invoices::editor_form::{read_vat, units_with, vat_value, vats_with};
use crate::language::{Text, has};
use crate::ui::t;
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell, ui};

/// The scheme of a GTIN in ISO/IEC 6523 (BT-157).
const GTIN: &str = "0160";

/// A product as typed. The names are those of `billing`'s checks.
#[derive(Debug)]
pub enum ProductForm {}

impl Fields for ProductForm {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("version", "field-version"),
        ("name", "field-name"),
        ("description", "field-description"),
        ("sellers_identifier", "field-article-number"),
        ("gtin", "field-gtin"),
        ("net_price", "field-price"),
        ("unit", "field-unit"),
        ("vat", "field-vat"),
    ];
}

/// Whether it is offered no more.
#[derive(Debug)]
pub enum Archiving {}

impl Fields for Archiving {
    const ONE: &'static [(&'static str, &'static str)] = &[("archived", "field-archived")];
}

/// The parameters of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProductChoice {
    q: String,
    status: String,
    cursor: String,
}

impl ProductChoice {
    fn is_archive(&self) -> bool {
        self.status == "archived"
    }
}

#[derive(Template)]
#[template(path = "products/list.html")]
struct ProductsPage {
    page: Shell,
    choice: ProductChoice,
    products: Listed<KeptProduct>,
    may_edit: bool,
}

impl ProductsPage {
    fn is_empty(&self) -> bool {
        let ProductChoice { q, status, cursor } = &self.choice;
        self.products.rows.is_empty() && [q, status, cursor].iter().all(|part| part.is_empty())
    }

    fn address(&self, q: &str, status: &str, cursor: &str) -> String {
        with_query(&self.page.url("/products"), &[("q", q), ("status", status), ("cursor", cursor)])
    }

    fn archive_link(&self) -> String {
        self.address(&self.choice.q, if self.choice.is_archive() { "" } else { "archived" }, "")
    }

    fn without_search(&self) -> String {
        self.address("", &self.choice.status, "")
    }

    fn page_at(&self, cursor: &str) -> String {
        self.address(&self.choice.q, &self.choice.status, cursor)
    }
}

fn unit(product: &Product) -> String {
    let key = format!("unit-{}", product.unit);
    if has(&key) { t(key).to_string() } else { product.unit.clone() }
}

fn vat(product: &Product) -> String {
    let value = vat_value(&product.vat_category, product.vat_rate);
    vats_with(&value).into_iter().find(|(known, _)| *known == value).map_or(value, |(_, label)| label)
}

fn price(product: &Product) -> String {
    t("price-in").with("price", ui::amount(product.net_price)).with("currency", product.currency).to_string()
}

#[derive(Template)]
#[template(path = "products/edit.html")]
struct ProductPage {
    page: Shell,
    /// None while it is new.
    id: Option<Uuid>,
    name: String,
    is_archived: bool,
    currency: Currency,
    form: Form<ProductForm>,
    units: Vec<(String, String)>,
    vats: Vec<(String, String)>,
    may_edit: bool,
}

impl ProductPage {
    fn new(
        page: Shell,
        known: Option<&KeptProduct>,
        currency: Currency,
        form: Form<ProductForm>,
        may_edit: bool,
    ) -> Self {
        let (units, mut vats) = (units_with(form.value("unit")), vats_with(form.value("vat")));
        vats.insert(0, (String::new(), t("draft-choose-vat").to_string()));
        let name = known.map_or_else(|| t("product-new").to_string(), |kept| kept.product.item.name.clone());
        let is_archived = known.is_some_and(|kept| kept.is_archived);
        let id = known.map(|kept| kept.id);
        Self { page, id, name, is_archived, currency, form, units, vats, may_edit }
    }

    fn action(&self) -> String {
        match self.id {
            Some(id) => self.page.url(&format!("/products/{id}")),
            None => self.page.url("/products"),
        }
    }
}

/// GET /o/{organisation}/products
pub async fn index(
    May(actor): May<ReadBooks>,
    session: Session,
    page: Shell,
    State(billing): State<Billing>,
    query: Result<Query<ProductChoice>, QueryRejection>,
) -> Result<impl IntoResponse, ErrorPage> {
    let Query(choice) = query.map_err(|_| ErrorPage::bad_request(t("why-address-incomplete")))?;
    if !["", "archived"].contains(&choice.status.as_str()) {
        return Err(ErrorPage::bad_request(t("products-status")));
    }
    let cursor = Some(choice.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let products = billing.page_of_products(&actor, &choice.q, choice.is_archive(), cursor).await?;
    let may_edit = may_edit(&session, &page);
    Ok(Page::ok(ProductsPage { page, choice, products, may_edit }))
}

/// GET /o/{organisation}/products/new
pub async fn new(
    _: May<EditProducts>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let profile = billing.organisation(&reader).await?.organisation.profile;
    let vat = profile.new_drafts.vat.map(|vat| vat_value(&vat.category, vat.rate)).unwrap_or_default();
    let form = Form::blank().with("unit", "C62").with("vat", vat);
    Ok(Page::ok(ProductPage::new(page, None, profile.currency, form, true)))
}

/// POST /o/{organisation}/products
pub async fn create(
    May(actor): May<EditProducts>,
    May(reader): May<ReadBooks>,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<ProductForm>,
) -> Result<Response, ErrorPage> {
    let currency = billing.organisation(&reader).await?.organisation.profile.currency;
    if let Some(product) = read(&mut form, None, currency) {
        match billing.create_product(form.once(&actor), product).await {
            Ok(_) => {
                return Ok(SeeOther::to(page.url("/products")).saying(t("product-added")).into_response());
            }
            Err(error) => _ = note(error, &mut form)?,
        }
    }
    Ok(Page::refused(ProductPage::new(page, None, currency, form, true)).into_response())
}

/// GET /o/{organisation}/products/{id}
pub async fn edit(
    May(actor): May<ReadBooks>,
    session: Session,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let kept = billing.product(&actor, id).await?.ok_or_else(ErrorPage::not_found)?;
    let may_edit = may_edit(&session, &page);
    Ok(Page::ok(ProductPage::new(page, Some(&kept), kept.product.currency, fill(&kept), may_edit)))
}

/// POST /o/{organisation}/products/{id}
pub async fn update(
    May(actor): May<EditProducts>,
    May(reader): May<ReadBooks>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    mut form: Form<ProductForm>,
) -> Result<Response, ErrorPage> {
    let before = billing.product(&reader, id).await?.ok_or_else(ErrorPage::not_found)?;
    let version = form.version()?;
    let currency = before.product.currency;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(product) = read(&mut form, Some(&before.product), currency) {
        let kept = KeptProduct { version, product, ..before.clone() };
        match billing.update_product(form.once(&actor), kept).await {
            Ok(()) => {
                return Ok(SeeOther::to(page.url("/products")).saying(t("product-saved")).into_response());
            }
            Err(error) => status = note(error, &mut form)?,
        }
    }
    Ok(Page::with_status(status, ProductPage::new(page, Some(&before), currency, form, true)).into_response())
}

/// POST /o/{organisation}/products/{id}/archiving
pub async fn archive(
    May(actor): May<EditProducts>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    form: Form<Archiving>,
) -> Result<Response, ErrorPage> {
    let (is_archived, said) = match form.value("archived") {
        "yes" => (true, t("product-archived")),
        "no" => (false, t("product-offered")),
        _ => return Err(ErrorPage::unprocessable(t("product-archiving"))),
    };
    match billing.archive_product(&actor, id, is_archived).await {
        Ok(()) => {
            let path = page.url(&format!("/products/{id}"));
            Ok(SeeOther::to(path).saying(said).into_response())
        }
        Err(ProductError::NoSuchProduct) => Err(ErrorPage::not_found()),
        Err(error) => Err(ErrorPage::failed(&error)),
    }
}

fn may_edit(Session(signed_in): &Session, page: &Shell) -> bool {
    signed_in.actor::<EditProducts>(page.slug()).is_ok()
}

fn note(error: ProductError, form: &mut Form<ProductForm>) -> Result<StatusCode, ErrorPage> {
    match error {
        ProductError::Fields(errors) => {
            form.refuse_fields(errors);
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
        ProductError::Changed => {
            form.refuse("", t("product-changed-meanwhile"));
            Ok(StatusCode::CONFLICT)
        }
        ProductError::NoSuchProduct => Err(ErrorPage::not_found()),
        ProductError::Unavailable(error) => Err(error.into()),
    }
}

fn fill(kept: &KeptProduct) -> Form<ProductForm> {
    let Product { item, unit, net_price, vat_category, vat_rate, .. } = &kept.product;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Form::blank()
        .with("version", kept.version)
        .with("name", &item.name)
        .with("description", text(&item.description))
        .with("sellers_identifier", text(&item.sellers_identifier))
        .with("gtin", item.standard_identifier.as_ref().map_or("", |gtin| &gtin.value))
        .with("net_price", ui::typed(net_price))
        .with("unit", unit)
        .with("vat", vat_value(vat_category, *vat_rate))
}

/// What was typed; what the form does not show stays as it is. `None` if something cannot be read, which is noted.
fn read(form: &mut Form<ProductForm>, before: Option<&Product>, currency: Currency) -> Option<Product> {
    let net_price = note_problem(form, "net_price", decimal);
    let vat = note_problem(form, "vat", read_vat);
    let item = Item {
        name: form.text("name"),
        description: form.optional("description"),
        sellers_identifier: form.optional("sellers_identifier"),
        standard_identifier: form
            .optional("gtin")
            .map(|value| Identifier { value, scheme: Some(GTIN.to_owned()) }),
        ..before.map(|before| before.item.clone()).unwrap_or_default()
    };
    let (vat_category, vat_rate) = vat?;
    Some(Product {
        item,
        unit: form.text("unit"),
        net_price: UnitPrice(net_price?),
        currency,
        vat_category,
        vat_rate,
    })
}

fn note_problem<T>(
    form: &mut Form<ProductForm>,
    name: &str,
    read: impl Fn(&str) -> Result<T, Text>,
) -> Option<T> {
    read(form.value(name)).map_err(|problem| form.refuse(name, problem)).ok()
}
