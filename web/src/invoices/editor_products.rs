//! Products in the editor: choosing one makes a line of it.

use std::collections::BTreeSet;

use counterfoil_billing::Billing;
use counterfoil_identity::Actor;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::products::KeptProduct;
use uuid::Uuid;

use super::editor_form::{Editor, PRODUCT};
use crate::language::Text;
use crate::ui::{self, t};
use crate::{ErrorPage, Form};

/// The products to choose from: those priced in the draft's currency, by name. None at all if there are none.
pub(super) async fn options(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    draft: &KeptDraft,
) -> Result<Vec<(String, String)>, ErrorPage> {
    let products = billing.products(reader).await?.into_iter();
    let mut options: Vec<_> = products
        .filter(|kept| kept.product.currency == draft.draft.0.currency)
        .map(|kept| {
            let price = t("price-in")
                .with("price", ui::amount(kept.product.net_price))
                .with("currency", kept.product.currency);
            (kept.id.to_string(), format!("{}, {price}", kept.product.item.name))
        })
        .collect();
    options.sort_by_key(|(_, name)| name.to_lowercase());
    if !options.is_empty() {
        options.insert(0, (String::new(), t("product-choose-first").to_string()));
    }
    Ok(options)
}

/// The product that is chosen in the form, or what to choose instead.
pub(super) async fn chosen(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    form: &Form<Editor>,
    draft: &KeptDraft,
) -> Result<Result<KeptProduct, Text>, ErrorPage> {
    let Ok(id) = form.text("product").parse::<Uuid>() else {
        return Ok(Err(t("product-choose")));
    };
    let currency = draft.draft.0.currency;
    Ok(match billing.product(reader, id).await? {
        Some(kept) if kept.product.currency == currency => Ok(kept),
        Some(kept) => Err(t("product-currency").with("its", kept.product.currency).with("ours", currency)),
        None => Err(t("product-choose")),
    })
}

/// The products that lines of the form were made of and that are not saved yet.
pub(super) async fn named(
    billing: &Billing,
    reader: &Actor<ReadBooks>,
    form: &Form<Editor>,
) -> Result<Vec<KeptProduct>, ErrorPage> {
    let origins = form.values("line_origin").filter_map(|origin| origin.strip_prefix(PRODUCT));
    let ids: BTreeSet<Uuid> = origins.filter_map(|id| id.parse().ok()).collect();
    let mut products = Vec::with_capacity(ids.len());
    for id in ids {
        products.extend(billing.product(reader, id).await?);
    }
    Ok(products)
}
