//! What both syntaxes say by elements of other names and otherwise alike: the caller has found the element.

use counterfoil_invoice::line::Classification;
use counterfoil_invoice::references::Attachment;
use counterfoil_invoice::{Content, Currency, Document, DocumentTotals, VatBreakdown};
use jiff::civil::Date;

use crate::xml::Cursor;
use crate::{ReadError, values};

/// The document of what was read. A person states the exemptions and three of the sums with the content, too.
pub(crate) fn document(
    number: String,
    issue_date: Date,
    mut content: Content,
    totals: DocumentTotals,
    vat_breakdown: Vec<VatBreakdown>,
) -> Document {
    content.vat_exemptions = values::exemptions(&vat_breakdown);
    content.paid_amount = totals.paid_amount;
    content.rounding_amount = totals.rounding_amount;
    content.vat_total_in_accounting_currency = totals.vat_total_in_accounting_currency;
    Document { number, issue_date, content, totals, vat_breakdown }
}

/// BT-125, in base64. `None` if there is none in the element.
pub(crate) fn attachment(file: Cursor<'_>) -> Result<Option<Attachment>, ReadError> {
    Ok(file.own_base64("BT-125")?.map(|content_base64| Attachment {
        mime_code: file.attribute("mimeCode").unwrap_or_default(),
        filename: file.attribute("filename").unwrap_or_default(),
        content_base64,
    }))
}

/// BT-158.
pub(crate) fn classification(code: Cursor<'_>) -> Result<Classification, ReadError> {
    Ok(Classification {
        code: code.own_text("BT-158")?.unwrap_or_default(),
        scheme: code.attribute("listID"),
        scheme_version: code.attribute("listVersionID"),
    })
}

/// BT-110 or BT-111, which are told apart by their currency. What is neither stays unread.
pub(crate) fn vat_total(
    amount: Cursor<'_>,
    currency: Currency,
    accounting: Option<Currency>,
    totals: &mut DocumentTotals,
) -> Result<(), ReadError> {
    let stated = amount.peek("currencyID");
    if totals.vat_total.is_none() && stated.is_none_or(|code| code == currency.code()) {
        totals.vat_total = amount.own_amount("BT-110")?;
    } else if totals.vat_total_in_accounting_currency.is_none()
        && stated.is_some()
        && stated == accounting.as_ref().map(Currency::code)
    {
        amount.attribute("currencyID");
        totals.vat_total_in_accounting_currency = amount.own_amount("BT-111")?;
    }
    Ok(())
}
