//! What a document says that a `Document` cannot hold: both syntaxes have it.

use counterfoil_invoice::payment::PaymentInstructions;
use counterfoil_invoice::rules::VatTotal;
use rust_decimal::Decimal;

use crate::values;
use crate::xml::Cursor;

/// See the fields of the same names in `counterfoil_invoice::rules::Foreign`.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) currency: Option<String>,
    pub(crate) accounting_currency: Option<String>,
    pub(crate) vat_totals: Vec<VatTotal>,
    pub(crate) payments: Vec<PaymentInstructions>,
}

pub(crate) fn currency(parent: Cursor<'_>, path: &str) -> Option<String> {
    parent.find(path).map(Cursor::peek_text)
}

pub(crate) fn text(parent: Cursor<'_>, path: &str) -> String {
    parent.find(path).map(Cursor::peek_text).unwrap_or_default()
}

pub(crate) fn number(element: Cursor<'_>) -> Option<Decimal> {
    values::decimal(&element.peek_text())
}
