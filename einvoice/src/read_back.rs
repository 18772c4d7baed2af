//! Whether a written e-invoice says what the document says: read again, and compared as a whole.

use counterfoil_invoice::{Amount, Document, PaymentInstructions, UnitPrice};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::error::ReadError;
use crate::{Syntax, read, ubl, values};

/// Why an e-invoice is not that of a document. Names terms, and says nothing of what they hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadBackError {
    /// It cannot be read.
    #[error("the e-invoice cannot be read again")]
    Read(#[from] ReadError),
    /// It says something else, or less, or more.
    #[error("the e-invoice does not say what the document says: {0}")]
    Differs(String),
}

/// Reads an e-invoice of ours again and compares it with the document, in every term.
///
/// What a syntax states by itself ([`as_stated`]), white space around texts, zeros at the end of decimals, empty terms and
/// the order within lists other than the lines make no difference: a reader understands the same.
///
/// # Errors
/// [`ReadBackError`].
pub fn read_back(xml: &[u8], document: &Document) -> Result<(), ReadBackError> {
    let reading = read(xml)?;
    if let Some(path) = reading.not_carried.first() {
        return Err(ReadBackError::Differs(path.clone()));
    }
    let expected = as_stated(document, reading.syntax);
    if reading.document == expected {
        return Ok(());
    }
    // Both in the same way: texts of the read document may be what the syntax makes of others.
    let [said, expected] = [&as_stated(&reading.document, reading.syntax), &expected].map(|document| {
        let document = serde_json::to_value(document).expect("documents have no keys that JSON has not");
        plain("", document).unwrap_or_default()
    });
    match difference(&said, &expected, "") {
        Some(path) => Err(ReadBackError::Differs(path)),
        None => Ok(()),
    }
}

/// The document with what this syntax cannot leave unsaid, because its schema demands it or has only one place for two
/// things.
#[must_use]
pub fn as_stated(document: &Document, syntax: Syntax) -> Document {
    let mut stated = document.clone();
    let content = &mut stated.content;
    if content.process.specification.is_empty() {
        values::EN_16931.clone_into(&mut content.process.specification);
    }
    // The breakdown is where they are read from.
    content.vat_exemptions = values::exemptions(&stated.vat_breakdown);
    match syntax {
        // BT-148 around BT-147: their sum.
        Syntax::Cii => {
            for price in content.lines.iter_mut().map(|line| &mut line.price) {
                if let (None, Some(discount)) = (price.gross_price, price.discount) {
                    price.gross_price = Some(UnitPrice(price.net_price.0 + discount.0));
                }
            }
        }
        Syntax::Ubl => {
            // BT-110 around BG-23: the sum of BT-117.
            if stated.totals.vat_total.is_none() && !stated.vat_breakdown.is_empty() {
                let sum = stated.vat_breakdown.iter().map(|part| part.tax_amount.0).sum();
                stated.totals.vat_total = Some(Amount(sum));
            }
            // BT-147 beside BT-148: their difference.
            for price in content.lines.iter_mut().map(|line| &mut line.price) {
                if let (Some(gross), None) = (price.gross_price, price.discount) {
                    let discount = gross.0 - price.net_price.0;
                    price.discount = (discount != Decimal::ZERO).then_some(UnitPrice(discount));
                }
            }
            // BT-9 of a credit note stands in the payment means.
            if content.payment.is_none() && content.is_credit_note() && content.due_date.is_some() {
                content.payment = Some(PaymentInstructions::default());
            }
            // BT-81 of payment instructions.
            if let Some(payment) = &mut content.payment
                && payment.means_code.is_empty()
            {
                ubl::NO_INSTRUMENT.clone_into(&mut payment.means_code);
            }
            // BT-13 beside BT-14.
            if content.sales_order_reference.is_some()
                && content.purchase_order_reference.as_deref() == Some(ubl::NO_ORDER)
            {
                content.purchase_order_reference = None;
            }
            // BT-21 stands in the text of BT-22, so a text that begins like a code has one.
            for note in &mut content.notes {
                *note = ubl::coded_note(match note.subject_code.as_deref() {
                    None | Some("") => note.text.clone(),
                    Some(code) => format!("#{code}#{}", note.text),
                });
            }
        }
    }
    stated
}

/// What is a decimal. Of every other text a zero at its end is a part, as of the order `1.50` (BT-13) or an account.
const DECIMALS: &[&str] = &[
    "allowance_total",
    "amount",
    "amount_due",
    "base_amount",
    "base_quantity",
    "charge_total",
    "discount",
    "gross_price",
    "line_net_total",
    "net_amount",
    "net_price",
    "paid_amount",
    "percentage",
    "quantity",
    "rate",
    "rounding_amount",
    "tax_amount",
    "taxable_amount",
    "total_with_vat",
    "total_without_vat",
    "vat_rate",
    "vat_total",
    "vat_total_in_accounting_currency",
];

/// Without what is empty, texts without white space around them. `None` if nothing is left. `key` is where it stands.
fn plain(key: &str, value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => {
            let text = text.trim();
            let text = if DECIMALS.contains(&key) { without_zeros(text) } else { text };
            (!text.is_empty()).then(|| Value::String(text.to_owned()))
        }
        Value::Array(list) => {
            let mut list: Vec<_> = list.into_iter().filter_map(|value| plain(key, value)).collect();
            if key != "lines" {
                list.sort_by_cached_key(Value::to_string);
            }
            (!list.is_empty()).then_some(Value::Array(list))
        }
        Value::Object(map) => {
            let map: serde_json::Map<_, _> = map
                .into_iter()
                .filter_map(|(key, value)| {
                    let value = plain(&key, value)?;
                    Some((key, value))
                })
                .collect();
            (!map.is_empty()).then_some(Value::Object(map))
        }
        other => Some(other),
    }
}

/// Where two values differ first.
fn difference(said: &Value, expected: &Value, here: &str) -> Option<String> {
    match (said, expected) {
        (Value::Object(said), Value::Object(expected)) => {
            said.keys().chain(expected.keys()).find_map(|key| {
                let [said, expected] = [said, expected].map(|map| map.get(key).unwrap_or(&Value::Null));
                difference(said, expected, &format!("{here}/{key}"))
            })
        }
        (Value::Array(said), Value::Array(expected)) if said.len() == expected.len() => said
            .iter()
            .zip(expected)
            .enumerate()
            .find_map(|(index, (said, expected))| difference(said, expected, &format!("{here}/{index}"))),
        _ => (said != expected).then(|| here.to_owned()),
    }
}

/// A decimal without zeros at the end of its fraction; any other text as it is.
fn without_zeros(text: &str) -> &str {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.strip_prefix('-').unwrap_or(text).split_once('.') {
        Some((whole, fraction)) if digits(whole) && digits(fraction) => {
            text.trim_end_matches('0').trim_end_matches('.')
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_zeros_that_mean_nothing_go() {
        for (text, shorter) in
            [("1.50", "1.5"), ("-10.00", "-10"), ("0.0", "0"), ("0088", "0088"), ("100", "100")]
        {
            assert_eq!(without_zeros(text), shorter);
        }
        for text in ["", ".", "1.", ".0", "v1.0", "1.0.0", "1.0 "] {
            assert_eq!(without_zeros(text), text);
        }
    }

    fn same(one: Value, other: Value) -> bool {
        plain("", one) == plain("", other)
    }

    #[test]
    fn a_text_that_looks_like_a_number_keeps_its_zeros_and_lines_their_order() {
        for text in ["buyer_reference", "account", "number", "sellers_identifier", "value"] {
            assert!(!same(json!({ text: "1.50" }), json!({ text: "1.5" })), "{text}");
            assert!(same(json!({ text: " 1.50 " }), json!({ text: "1.50" })), "{text}");
        }
        for decimal in DECIMALS {
            assert!(same(
                json!({ "lines": [{ *decimal: "1.50" }] }),
                json!({ "lines": [{ *decimal: "1.5" }] })
            ));
        }
        let (a, b) = (json!({ "id": "1" }), json!({ "id": "2" }));
        assert!(!same(json!({ "lines": [a, b] }), json!({ "lines": [b, a] })));
        assert!(same(json!({ "notes": [a, b] }), json!({ "notes": [b, a] })));
    }
}
