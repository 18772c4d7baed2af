//! What an entry says, against what is kept: every byte of a document's content and files, and every clear column.

use counterfoil_identity::VerificationCode;
use counterfoil_invoice::Issued;
use counterfoil_store::evidence::{Columns, Evidence};
use counterfoil_store::files::FileKind;
use counterfoil_store::ledger::KeptEntry;
use counterfoil_store::{Books, StoreError};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::numbers::{LostNumbers, lost_numbers};
use crate::billing::Unavailable;
use crate::organisations::hex;

/// What the entries that were checked tell together.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) documents: u64,
    pub(super) lost_numbers: Vec<LostNumbers>,
}

/// What is wrong with an entry, in words.
pub(super) async fn check_entry(
    books: &mut Books,
    entry: &KeptEntry,
    checked: &mut Checked,
) -> Result<Option<String>, Unavailable> {
    if !entry.opening.opens(&entry.leaf) {
        return Ok(Some("it does not open its commitment".to_owned()));
    }
    let Ok(statement) = entry.opening.statement() else {
        return Ok(Some("its statement cannot be read".to_owned()));
    };
    match (statement.kind.as_str(), statement.subject) {
        ("invoice.issued", Some(id)) => {
            checked.documents += 1;
            let number =
                statement.details.get("number").and_then(Value::as_str).unwrap_or("without a number");
            let fault = match books.find_evidence(id).await {
                Ok(Some(kept)) => check_document(&statement.details, entry.position, &kept),
                Ok(None) => Some("is missing".to_owned()),
                Err(StoreError::Corrupt { column, .. }) => Some(format!("is damaged ({column})")),
                Err(error) => return Err(error.into()),
            };
            Ok(fault.map(|fault| format!("document {number} {fault}")))
        }
        ("ledger.restored", _) => {
            checked.lost_numbers.extend(lost_numbers(&statement.details));
            Ok(None)
        }
        ("document.sealed", Some(id)) => check_file(books, id, &statement.details).await,
        _ => Ok(None),
    }
}

fn check_document(details: &Value, position: u64, kept: &Evidence) -> Option<String> {
    let issued = match issued_as(details, &kept.content) {
        Ok(issued) => issued,
        Err(fault) => return Some(fault),
    };
    if !is_digest(details, "cii_sha256", &Sha256::digest(&kept.cii)) {
        return Some("has another CII than was issued".to_owned());
    }
    if !is_digest(details, "ubl_sha256", &Sha256::digest(&kept.ubl)) {
        return Some("has another UBL than was issued".to_owned());
    }
    let code_hash = kept.code.parse().ok().map(|code: VerificationCode| code.hash());
    let Some(expected) = code_hash.and_then(|hash| columns(&issued, position, hash)) else {
        return Some("has a code or an amount that cannot be read".to_owned());
    };
    (kept.columns != expected || !kept.is_listed_so)
        .then(|| "is listed in the database with other facts than it states".to_owned())
}

/// Whether the details hold this SHA-256 under this name.
pub(crate) fn is_digest(details: &Value, name: &str, sha256: &[u8]) -> bool {
    details.get(name).and_then(Value::as_str) == Some(&hex(sha256))
}

/// The document in these bytes, if they are those whose digest the entry holds, and it states what the entry says.
pub(crate) fn issued_as(details: &Value, content: &[u8]) -> Result<Issued, String> {
    if !is_digest(details, "content_sha256", &Sha256::digest(content)) {
        return Err("has other content than was issued".to_owned());
    }
    let issued =
        Issued::from_canonical_json(content).map_err(|_| "has content that cannot be read".to_owned())?;
    let document = issued.document();
    let facts = json!({
        "number": document.number,
        "type_code": document.content.type_code,
        "issue_date": document.issue_date,
        "currency": document.content.currency,
        "amount_due": document.totals.amount_due,
    });
    let facts = facts.as_object().expect("it is written as one");
    match facts.iter().find(|(name, fact)| details.get(name.as_str()) != Some(fact)) {
        Some((name, _)) => Err(format!("states another {name} than its entry")),
        None => Ok(issued),
    }
}

fn columns(issued: &Issued, ledger_position: u64, code_hash: [u8; 32]) -> Option<Columns> {
    let document = issued.document();
    let amount_due = issued.payable().ok()?;
    Some(Columns {
        series: issued.number().series.clone(),
        sequence: issued.number().sequence,
        type_code: document.content.type_code.clone(),
        issue_date: document.issue_date.to_string(),
        due_date: document.content.due_date.map(|date| date.to_string()),
        currency: amount_due.currency().code().to_owned(),
        amount_due: amount_due.minor(),
        ledger_position,
        code_hash,
    })
}

async fn check_file(books: &mut Books, id: Uuid, details: &Value) -> Result<Option<String>, Unavailable> {
    let Some(file) = books.find_file(id, FileKind::Pdf).await? else {
        return Ok(Some("the PDF is missing".to_owned()));
    };
    if !is_digest(details, "pdf_sha256", &file.sha256) {
        return Ok(Some("the PDF is not the one that was sealed".to_owned()));
    }
    match books.read_file(&file).await {
        Ok(_) => Ok(None),
        Err(StoreError::Corrupt { .. } | StoreError::File(_)) => {
            Ok(Some("the PDF's file is damaged or missing".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::{Content, Draft, InvoiceNumber};
    use jiff::civil::date;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use serde_json::Map;

    use super::*;
    use crate::clock::rng;

    const POSITION: u64 = 7;

    /// Terms of every kind: texts, codes, dates, decimals, lists, groups within groups.
    const CONTENT: &str = r#"{
        "type_code": "380", "currency": "EUR", "due_date": "2026-04-01", "buyer_reference": "04011000-12345-34",
        "project_reference": "P-1", "contract_reference": "C-1", "purchase_order_reference": "PO-1",
        "payment_terms": "14 days net", "paid_amount": "10.00",
        "notes": [ { "subject_code": "AAI", "text": "Thank you" } ],
        "seller": { "name": "Northlight Instruments GmbH", "vat_identifier": "DE123456789",
                    "identifiers": [ { "value": "4000001000005", "scheme": "0088" } ],
                    "address": { "line_1": "Musterstraße 1", "city": "Berlin", "post_code": "10115", "country": "DE" },
                    "contact": { "name": "Accounts", "telephone": "+49 30 0000000", "email": "accounts@example.com" } },
        "buyer": { "name": "Beispiel Handels GmbH",
                   "address": { "line_1": "Beispielweg 2", "city": "Köln", "post_code": "50667", "country": "DE" } },
        "delivery": { "actual_date": "2026-03-01" },
        "payment": { "means_code": "58", "remittance_information": "2026-0001",
                     "credit_transfers": [ { "account": "DE02120300000000202051", "account_name": "Northlight" } ] },
        "allowances": [ { "percentage": "10", "vat_category": "S", "vat_rate": "19", "reason": "Loyalty" } ],
        "charges": [ { "amount": "5.00", "vat_category": "S", "vat_rate": "19", "reason": "Freight" } ],
        "lines": [
            { "id": "1", "quantity": "3", "unit": "C62", "price": { "net_price": "33.33" },
              "vat_category": "S", "vat_rate": "19", "note": "As ordered",
              "item": { "name": "Widget", "description": "A widget", "sellers_identifier": "W-1",
                        "attributes": [ { "name": "Colour", "value": "red" } ] } },
            { "id": "2", "quantity": "1.5", "unit": "HUR", "price": { "net_price": "100" },
              "vat_category": "S", "vat_rate": "7", "item": { "name": "Reading aloud" } }
        ]
    }"#;

    /// An issued document as it is kept, and what its entry says.
    fn kept() -> (Value, Evidence) {
        let content: Content = serde_json::from_str(CONTENT).unwrap();
        let number = InvoiceNumber { series: "2026".to_owned(), sequence: 1 };
        let issued = Draft(content).issue(number, date(2026, 3, 3)).unwrap();
        let code = VerificationCode::generate(&mut rng());
        let (cii, ubl) = (b"<cii/>".to_vec(), b"<ubl/>".to_vec());
        let content = issued.to_canonical_json();
        let document = issued.document();
        let details = json!({
            "number": document.number, "type_code": document.content.type_code, "issue_date": document.issue_date,
            "currency": document.content.currency, "amount_due": document.totals.amount_due,
            "content_sha256": hex(&Sha256::digest(&content)), "cii_sha256": hex(&Sha256::digest(&cii)),
            "ubl_sha256": hex(&Sha256::digest(&ubl)),
        });
        let columns = columns(&issued, POSITION, code.hash()).unwrap();
        (details, Evidence { content, cii, ubl, code: code.to_string(), columns, is_listed_so: true })
    }

    /// Every place in the content, as the keys and indexes that lead there.
    fn places(value: &Value, here: &str, found: &mut Vec<String>) {
        found.push(here.to_owned());
        match value {
            Value::Object(map) => map.iter().for_each(|(k, v)| places(v, &format!("{here}/{k}"), found)),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(i, v)| places(v, &format!("{here}/{i}"), found));
            }
            _ => {}
        }
    }

    fn content_with(content: &[u8], place: &str, change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let mut value: Value = serde_json::from_slice(content).unwrap();
        change(value.pointer_mut(place).unwrap());
        serde_json::to_vec(&value).unwrap()
    }

    fn flipped(leaf: &mut Value) {
        *leaf = match leaf {
            Value::String(text) => match text.pop() {
                Some(last) => Value::String(format!("{text}{}", if last == '1' { '2' } else { '1' })),
                None => json!("1"),
            },
            Value::Number(number) => json!(number.as_i64().unwrap_or(0) + 1),
            Value::Bool(truth) => json!(!*truth),
            _ => json!("something"),
        };
    }

    #[test]
    fn what_was_issued_passes() {
        let (details, kept) = kept();
        assert_eq!(check_document(&details, POSITION, &kept), None);
    }

    #[test]
    fn every_leaf_of_the_content_counts() {
        let (details, kept) = kept();
        let value: Value = serde_json::from_slice(&kept.content).unwrap();
        let mut all = Vec::new();
        places(&value, "", &mut all);
        let leaves: Vec<_> = all
            .iter()
            .filter(|place| !matches!(value.pointer(place), Some(Value::Object(_) | Value::Array(_))))
            .collect();
        assert!(leaves.len() > 60, "{leaves:?}");
        for place in leaves {
            let changed = Evidence { content: content_with(&kept.content, place, flipped), ..kept.clone() };
            assert!(check_document(&details, POSITION, &changed).is_some(), "{place}");
            // Even if whoever changed it could also change the digest, other copies of the fact contradict it, or the
            // bytes are no longer those of a document.
            let named = matches!(place.as_str(), "/number/series" | "/number/sequence" | "/document/number");
            if named {
                let mut details = details.clone();
                details["content_sha256"] = json!(hex(&Sha256::digest(&changed.content)));
                assert!(check_document(&details, POSITION, &changed).is_some(), "{place}");
            }
        }
    }

    #[test]
    fn every_key_that_is_removed_added_or_moved_counts() {
        let (details, kept) = kept();
        let value: Value = serde_json::from_slice(&kept.content).unwrap();
        let mut all = Vec::new();
        places(&value, "", &mut all);
        let refused = |content: Vec<u8>, what: &str| {
            assert_ne!(content, kept.content, "{what}");
            let changed = Evidence { content, ..kept.clone() };
            assert!(check_document(&details, POSITION, &changed).is_some(), "{what}");
        };
        for place in &all {
            match value.pointer(place) {
                Some(Value::Object(map)) => {
                    for key in map.keys() {
                        let removed = |value: &mut Value| _ = value.as_object_mut().unwrap().remove(key);
                        refused(
                            content_with(&kept.content, place, removed),
                            &format!("{place} without {key}"),
                        );
                    }
                    let added = |value: &mut Value| value["zz_added"] = json!(null);
                    refused(content_with(&kept.content, place, added), &format!("{place} with another"));
                }
                Some(Value::Array(list)) => {
                    let added = |value: &mut Value| value.as_array_mut().unwrap().push(json!(null));
                    refused(content_with(&kept.content, place, added), &format!("{place} with another"));
                    if list.len() > 1 {
                        let turned = |value: &mut Value| value.as_array_mut().unwrap().reverse();
                        refused(
                            content_with(&kept.content, place, turned),
                            &format!("{place} turned around"),
                        );
                    }
                }
                _ => {}
            }
        }
        // The same keys and values in another order, or with a space: the same meaning, other bytes.
        let document: Map<String, Value> = serde_json::from_slice(&kept.content).unwrap();
        let turned: Vec<_> =
            document.iter().rev().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
        refused(format!("{{{}}}", turned.join(",")).into_bytes(), "another order");
        refused([b" ".as_slice(), &kept.content].concat(), "a space");
        refused([kept.content.as_slice(), b"\n"].concat(), "a newline");
    }

    #[test]
    fn every_clear_column_and_file_counts() {
        let (details, kept) = kept();
        let columns: [fn(&mut Columns); 9] = [
            |c| c.series.push('7'),
            |c| c.sequence += 1,
            |c| c.type_code = "381".to_owned(),
            |c| c.issue_date = "2026-03-04".to_owned(),
            |c| c.due_date = None,
            |c| c.currency = "USD".to_owned(),
            |c| c.amount_due -= 1,
            |c| c.ledger_position += 1,
            |c| c.code_hash[31] ^= 1,
        ];
        for (index, change) in columns.into_iter().enumerate() {
            let mut changed = kept.clone();
            change(&mut changed.columns);
            assert!(check_document(&details, POSITION, &changed).is_some(), "column {index}");
        }
        for changed in [
            Evidence { cii: b"<other/>".to_vec(), ..kept.clone() },
            Evidence { ubl: Vec::new(), ..kept.clone() },
            Evidence { code: VerificationCode::generate(&mut rng()).to_string(), ..kept.clone() },
        ] {
            assert!(check_document(&details, POSITION, &changed).is_some());
        }
        for name in
            ["number", "type_code", "issue_date", "currency", "amount_due", "content_sha256", "cii_sha256"]
        {
            let mut other = details.clone();
            flipped(&mut other[name]);
            assert!(check_document(&other, POSITION, &kept).is_some(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_byte_of_the_content_can_be_changed(place: Index, bit in 0..8_u8) {
            let (details, mut kept) = kept();
            let place = place.index(kept.content.len());
            kept.content[place] ^= 1 << bit;
            prop_assert!(check_document(&details, POSITION, &kept).is_some());
        }
    }
}
