//! The invoice that is measured.

use counterfoil_invoice::Content;

const LINES: usize = 10;

/// Ten lines at two rates.
pub(crate) fn ten_lines() -> anyhow::Result<Content> {
    let lines: Vec<serde_json::Value> = (1..=LINES)
        .map(|line| {
            serde_json::json!({
                "quantity": line.to_string(), "unit": "C62", "price": { "net_price": "12.34" },
                "vat_category": "S", "vat_rate": if line % 2 == 0 { "19" } else { "7" },
                "item": { "name": format!("Item number {line}"), "description": "As ordered" },
            })
        })
        .collect();
    Ok(serde_json::from_value(serde_json::json!({
        "seller": { "name": "Northlight Instruments GmbH", "vat_identifier": "DE123456789",
                    "address": { "line_1": "Musterstraße 1", "city": "Berlin", "country": "DE" } },
        "buyer": { "name": "Beispiel Handels GmbH", "address": { "city": "Köln", "country": "DE" } },
        "payment": { "means_code": "58", "credit_transfers": [ { "account": "DE02120300000000202051" } ] },
        "payment_terms": "14 days net",
        "lines": lines,
    }))?)
}
