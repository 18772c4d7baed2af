//! Products: what is sold again and again, ready to be a line.

use counterfoil_identity::Actor;
use counterfoil_identity::permission::{EditProducts, ReadBooks};
use counterfoil_invoice::codelists::UNITS;
use counterfoil_invoice::limits::{MAX_TEXT, content_limits};
use counterfoil_invoice::{Content, InvoiceLine, PriceDetails, Quantity};
use counterfoil_store::StoreError;
use counterfoil_store::paging::Start;
use counterfoil_store::products::{KeptProduct, Product};
use counterfoil_store::search::Query;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::clock::fresh_id;
use crate::cursor::{self, ListError, Listed};
use crate::fields::{self, FieldError, Form, Problem};
use crate::invoice_list::PAGE_SIZE;
use crate::once::By;

/// The most products there are to choose from in the editor.
pub const MOST_TO_CHOOSE: u32 = 500;

/// Why a product was not entered or changed.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// Fields to mend.
    #[error("the form has errors: {}", fields::list(.0))]
    Fields(Vec<FieldError>),
    /// There is none.
    #[error("there is no such product")]
    NoSuchProduct,
    /// Somebody else was faster.
    #[error(
        "somebody else changed this product in the meantime: look at their version and enter yours again"
    )]
    Changed,
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for ProductError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::Changed,
            error => Self::Unavailable(error.into()),
        }
    }
}

impl Billing {
    /// Enters a product, once for one form.
    ///
    /// # Errors
    /// [`ProductError`].
    pub async fn create_product(
        &self,
        by: impl Into<By<'_, EditProducts>>,
        mut product: Product,
    ) -> Result<Uuid, ProductError> {
        let by = by.into();
        check(&mut product).map_err(ProductError::Fields)?;
        let now = self.clock().now();
        let id = fresh_id(now);
        let mut books = self.store().write(by.organisation()).await?;
        if let Some(done) = by.done(&mut books).await? {
            return Ok(done);
        }
        books.insert_product(id, &product, now).await?;
        by.note(&mut books, &id, now).await?;
        books.commit().await?;
        Ok(id)
    }

    /// Changes a product that nobody else changed since, once for one form. Lines that were written with it stay.
    ///
    /// # Errors
    /// [`ProductError`].
    pub async fn update_product(
        &self,
        by: impl Into<By<'_, EditProducts>>,
        mut kept: KeptProduct,
    ) -> Result<(), ProductError> {
        let by = by.into();
        check(&mut kept.product).map_err(ProductError::Fields)?;
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        if by.done::<Uuid>(&mut books).await?.is_some() {
            return Ok(());
        }
        if books.find_product(kept.id).await?.is_none() {
            return Err(ProductError::NoSuchProduct);
        }
        books.update_product(&kept, now).await?;
        by.note(&mut books, &kept.id, now).await?;
        books.commit().await?;
        Ok(())
    }

    /// Offers a product no more, or again. Doing so twice is doing so once.
    ///
    /// # Errors
    /// [`ProductError`].
    pub async fn archive_product(
        &self,
        by: &Actor<EditProducts>,
        id: Uuid,
        is_archived: bool,
    ) -> Result<(), ProductError> {
        let mut books = self.store().write(by.organisation()).await?;
        let kept = books.find_product(id).await?.ok_or(ProductError::NoSuchProduct)?;
        if kept.is_archived != is_archived {
            books.update_product(&KeptProduct { is_archived, ..kept }, self.clock().now()).await?;
            books.commit().await?;
        }
        Ok(())
    }

    /// A product.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn product(&self, by: &Actor<ReadBooks>, id: Uuid) -> Result<Option<KeptProduct>, Unavailable> {
        Ok(self.store().read(by.organisation()).await?.find_product(id).await?)
    }

    /// The products to choose from: the newest that are offered, at most [`MOST_TO_CHOOSE`].
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn products(&self, by: &Actor<ReadBooks>) -> Result<Vec<KeptProduct>, Unavailable> {
        let mut books = self.store().read(by.organisation()).await?;
        Ok(books.page_of_products(None, false, &Start::First, MOST_TO_CHOOSE).await?.rows)
    }

    /// A page of the products, offered or archived, that have the words of `search`, at most [`PAGE_SIZE`].
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn page_of_products(
        &self,
        by: &Actor<ReadBooks>,
        search: &str,
        are_archived: bool,
        cursor: Option<&str>,
    ) -> Result<Listed<KeptProduct>, ListError> {
        let mut books = self.store().read(by.organisation()).await?;
        let list = format!("products {are_archived}");
        let start = cursor::read(&books, &list, cursor)?;
        let search = Query::parse(search);
        let page = books.page_of_products(search.as_ref(), are_archived, &start, PAGE_SIZE).await?;
        Ok(Listed::new(&books, &list, page, |product| product))
    }
}

/// One of it as an invoice line (BG-25).
pub fn line_of(product: &Product) -> InvoiceLine {
    InvoiceLine {
        quantity: Quantity(1.into()),
        unit: product.unit.clone(),
        price: PriceDetails { net_price: product.net_price, ..PriceDetails::default() },
        vat_category: product.vat_category.clone(),
        vat_rate: product.vat_rate,
        item: product.item.clone(),
        ..InvoiceLine::default()
    }
}

fn check(product: &mut Product) -> Result<(), Vec<FieldError>> {
    let mut form = Form::default();
    form.required("name", &mut product.item.name);
    form.prose("description", product.item.description.as_deref().unwrap_or_default(), MAX_TEXT);
    form.optional("sellers_identifier", &mut product.item.sellers_identifier);
    if let Some(gtin) = &mut product.item.standard_identifier {
        gtin.value = gtin.value.chars().filter(|c| !c.is_whitespace()).collect();
        if !is_gtin(&gtin.value) {
            form.wrong("gtin", Problem::Gtin);
        }
    }
    if !UNITS.holds(&product.unit) {
        form.wrong("unit", Problem::Unit);
    }
    if product.net_price.0.is_sign_negative() && !product.net_price.0.is_zero() {
        form.wrong("net_price", Problem::NegativePrice);
    }
    // What no document may hold is not kept for one either.
    let content = Content { lines: vec![line_of(product)], ..Content::default() };
    for finding in content_limits(&content) {
        let field = match finding.term {
            "BT-146" => "net_price",
            "BT-151" | "BT-152" => "vat",
            _ => continue,
        };
        form.wrong(field, finding.message);
    }
    form.finish()
}

/// GS1 General Specifications, check digit: from the right, digits count three times and once in turn.
fn is_gtin(digits: &str) -> bool {
    if !matches!(digits.len(), 8 | 12 | 13 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| u32::from(byte - b'0') * if at % 2 == 1 { 3 } else { 1 })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gtin_has_the_right_length_and_check_digit() {
        // From the GS1 General Specifications' examples of check digits.
        for good in ["6291041500213", "96385074", "036000291452", "10614141000415"] {
            assert!(is_gtin(good), "{good}");
        }
        for bad in ["6291041500214", "629104150021", "", "abcdefgh", "９6385074", "062910415002130"] {
            assert!(!is_gtin(bad), "{bad}");
        }
    }
}
