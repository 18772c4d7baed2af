//! What an entry says, against what is kept: every byte of a document's content and files, and every clear column.

use counterfoil_identity::VerificationCode;
use counterfoil_invoice::Issued;
use counterfoil_store::evidence::{Columns, Evidence, Facts, Listed};
use counterfoil_store::files::FileKind;
use counterfoil_store::ledger::KeptEntry;
use counterfoil_store::payees::KeptPayeeAct;
use counterfoil_store::{Books, Store, StoreError};
use uuid::Uuid;

use super::beside::Beside;
use super::claim::{Claim, SealedDetails, sha256};
use super::numbers::NotGiven;
use crate::billing::Unavailable;
use crate::issue::e_invoice_indexes;
use crate::organisations::hex;
use crate::verdict::ProvenEntry;

/// What the entries that were checked tell together.
pub(super) struct Checked {
    pub(super) documents: u64,
    pub(super) not_given: NotGiven,
    pub(super) beside: Beside,
}

/// What is wrong with an entry, in words.
pub(super) async fn check_entry(
    store: &Store,
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
    if entry.at != statement.at {
        return Ok(Some("it is kept with another time than it states".to_owned()));
    }
    let Some(claim) = Claim::of(&statement) else {
        return Ok(Some(format!("it says of {} what cannot be read", statement.kind)));
    };
    match claim {
        Claim::Issued(id, details) => {
            checked.documents += 1;
            if let Some((preceding, settled)) = details.settled() {
                checked.beside.credited(preceding, settled);
            }
            let number = details.number.clone();
            let issued = ProvenEntry { document: id, at: statement.at, actor: statement.actor, details };
            let fault = match books.find_evidence(id).await {
                Ok(Some(kept)) => match check_document(&issued, entry.position, &kept) {
                    Ok(_) => check_look_up(store, books, id, &kept).await?,
                    Err(fault) => Some(fault),
                },
                Ok(None) => Some("is missing".to_owned()),
                Err(StoreError::Corrupt { column, .. }) => Some(format!("is damaged ({column})")),
                Err(error) => return Err(error.into()),
            };
            Ok(fault.map(|fault| format!("document {number} {fault}")))
        }
        Claim::Sealed(id, details) => {
            checked.beside.files += 1;
            check_file(books, entry, id, &details).await
        }
        Claim::Paid(invoice, details) => {
            checked.beside.payment(books, entry.position, &statement, invoice, &details).await
        }
        Claim::Payee(details) => Ok(checked.beside.account(&details)),
        Claim::PayeeAct(account, act, details) => {
            let done = KeptPayeeAct { account, act, ledger_position: entry.position };
            Ok(checked.beside.payee_act(done, &details))
        }
        Claim::Certificate { details, imported } => {
            Ok(checked.beside.certificate(statement.at, &details, imported))
        }
        Claim::Revoked(details) => {
            checked.beside.revocation(books, entry.position, statement.at, &details).await
        }
        Claim::Lost(numbers) => {
            checked.not_given.lose(numbers);
            Ok(None)
        }
        Claim::Numbering(details) => {
            checked.not_given.begin(details.starts);
            Ok(None)
        }
        Claim::Nothing => Ok(None),
    }
}

/// The document that is kept, if it is as its entry says, in every byte and every clear column; or what is wrong, in
/// words that follow its number.
pub(crate) fn check_document(entry: &ProvenEntry, position: u64, kept: &Evidence) -> Result<Issued, String> {
    let details = &entry.details;
    let issued = details.issued(&kept.content)?;
    if sha256(&kept.cii) != details.cii_sha256 {
        return Err("has another CII than was issued".to_owned());
    }
    if sha256(&kept.ubl) != details.ubl_sha256 {
        return Err("has another UBL than was issued".to_owned());
    }
    let (Ok(code), Ok(amount_due)) = (kept.code.parse::<VerificationCode>(), issued.payable()) else {
        return Err("has a code or an amount that cannot be read".to_owned());
    };
    let document = issued.document();
    let facts = Facts {
        series: issued.number().series.clone(),
        sequence: issued.number().sequence,
        type_code: document.content.type_code.clone(),
        customer: details.customer,
        issue_date: document.issue_date.to_string(),
        due_date: document.content.due_date.map(|date| date.to_string()),
        currency: amount_due.currency().code().to_owned(),
        amount_due: amount_due.minor(),
        ledger_position: position,
    };
    let listed = Listed::of(facts.clone(), &issued);
    let expected = Columns {
        number: document.number.clone(),
        facts,
        preceding: details.preceding,
        code_hash: code.hash(),
        issued_at: entry.at,
        issued_by: entry.actor,
    };
    if kept.columns == expected && kept.listed.as_ref() == Some(&listed) {
        Ok(issued)
    } else {
        Err("is listed in the database with other facts than it states".to_owned())
    }
}

/// Whether the document is found by its e-invoices and by no others.
async fn check_look_up(
    store: &Store,
    books: &mut Books,
    id: Uuid,
    kept: &Evidence,
) -> Result<Option<String>, Unavailable> {
    let indexes = e_invoice_indexes(store, &kept.cii, &kept.ubl);
    let same = books.list_e_invoices(id).await? == indexes;
    Ok((!same).then(|| "is not found by its own e-invoices alone".to_owned()))
}

async fn check_file(
    books: &mut Books,
    entry: &KeptEntry,
    id: Uuid,
    details: &SealedDetails,
) -> Result<Option<String>, Unavailable> {
    let Some(file) = books.find_file(id, FileKind::Pdf).await? else {
        return Ok(Some("the PDF is missing".to_owned()));
    };
    if hex(&file.sha256) != details.pdf_sha256 {
        return Ok(Some("the PDF is not the one that was sealed".to_owned()));
    }
    let otherwise = Some("the PDF is not kept as it was sealed".to_owned());
    if file.ledger_position != entry.position || file.created_at != entry.at {
        return Ok(otherwise);
    }
    match books.locate(&file).read().await {
        Ok(content) => Ok(if content.len() as u64 == file.size { None } else { otherwise }),
        Err(StoreError::Corrupt { .. } | StoreError::File(_)) => {
            Ok(Some("the PDF's file is damaged or missing".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::{Content, Draft, InvoiceNumber, Money};
    use jiff::civil::date;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use serde_json::{Map, Value, json};

    use super::super::claim::IssuedDetails;
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

    fn issued_to(buyer: &str) -> Issued {
        let mut content: Content = serde_json::from_str(CONTENT).unwrap();
        buyer.clone_into(&mut content.buyer.name);
        let number = InvoiceNumber { series: "2026".to_owned(), sequence: 1 };
        Draft(content).issue(number, date(2026, 3, 3)).unwrap()
    }

    /// An issued document as it is kept, and what its entry says.
    fn kept() -> (ProvenEntry, Evidence) {
        let issued = issued_to("Beispiel Handels GmbH");
        let code = VerificationCode::generate(&mut rng());
        let (cii, ubl) = (b"<cii/>".to_vec(), b"<ubl/>".to_vec());
        let (preceding, customer) = (Some(Uuid::from_u128(7)), Some(Uuid::from_u128(8)));
        let details =
            IssuedDetails { customer, preceding, ..IssuedDetails::of(&issued, &cii, &ubl, "ab".repeat(32)) };
        let (at, actor) = ("2026-03-03T10:00:00Z".parse().unwrap(), Some(Uuid::from_u128(9)));
        let entry = ProvenEntry { document: Uuid::from_u128(1), at, actor, details };
        let document = issued.document();
        let facts = Facts {
            series: "2026".to_owned(),
            sequence: 1,
            type_code: "380".to_owned(),
            customer,
            issue_date: "2026-03-03".to_owned(),
            due_date: Some("2026-04-01".to_owned()),
            currency: "EUR".to_owned(),
            amount_due: Money::from_amount(document.totals.amount_due, document.content.currency)
                .unwrap()
                .minor(),
            ledger_position: POSITION,
        };
        let listed = Some(Listed::of(facts.clone(), &issued));
        let code_hash = code.hash();
        let columns = Columns {
            number: document.number.clone(),
            facts,
            preceding,
            code_hash,
            issued_at: at,
            issued_by: actor,
        };
        let content = issued.to_canonical_json();
        (entry, Evidence { content, cii, ubl, code: code.to_string(), columns, listed })
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
        let (entry, kept) = kept();
        assert!(check_document(&entry, POSITION, &kept).is_ok());
    }

    #[test]
    fn every_leaf_of_the_content_counts() {
        let (entry, kept) = kept();
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
            assert!(check_document(&entry, POSITION, &changed).is_err(), "{place}");
            // Even if whoever changed it could also change the digest, other copies of the fact contradict it, or the
            // bytes are no longer those of a document.
            let named = matches!(place.as_str(), "/number/series" | "/number/sequence" | "/document/number");
            if named {
                let mut entry = entry.clone();
                entry.details.content_sha256 = sha256(&changed.content);
                assert!(check_document(&entry, POSITION, &changed).is_err(), "{place}");
            }
        }
    }

    #[test]
    fn every_key_that_is_removed_added_or_moved_counts() {
        let (entry, kept) = kept();
        let value: Value = serde_json::from_slice(&kept.content).unwrap();
        let mut all = Vec::new();
        places(&value, "", &mut all);
        let refused = |content: Vec<u8>, what: &str| {
            assert_ne!(content, kept.content, "{what}");
            let changed = Evidence { content, ..kept.clone() };
            assert!(check_document(&entry, POSITION, &changed).is_err(), "{what}");
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
        let (entry, kept) = kept();
        let facts: [fn(&mut Facts); 9] = [
            |f| f.series.push('7'),
            |f| f.sequence += 1,
            |f| f.type_code = "381".to_owned(),
            |f| f.customer = None,
            |f| f.issue_date = "2026-03-04".to_owned(),
            |f| f.due_date = None,
            |f| f.currency = "USD".to_owned(),
            |f| f.amount_due -= 1,
            |f| f.ledger_position += 1,
        ];
        let others: [fn(&mut Evidence); 8] = [
            |e| e.columns.number.push('7'),
            |e| e.columns.issued_at += jiff::SignedDuration::from_millis(1),
            |e| e.columns.issued_by = None,
            |e| e.columns.preceding = None,
            |e| e.columns.code_hash[31] ^= 1,
            |e| e.listed = None,
            |e| e.listed.as_mut().unwrap().is_credit_note = true,
            |e| e.listed = Some(Listed::of(e.columns.facts.clone(), &issued_to("Somebody Else"))),
        ];
        let mut changed = Vec::new();
        for change in facts {
            let (mut kept_so, mut listed_so) = (kept.clone(), kept.clone());
            change(&mut kept_so.columns.facts);
            change(&mut listed_so.listed.as_mut().unwrap().facts);
            changed.extend([kept_so, listed_so]);
        }
        for change in others {
            let mut other = kept.clone();
            change(&mut other);
            changed.push(other);
        }
        for (index, changed) in changed.iter().enumerate() {
            assert!(check_document(&entry, POSITION, changed).is_err(), "change {index}");
        }
        for changed in [
            Evidence { cii: b"<other/>".to_vec(), ..kept.clone() },
            Evidence { ubl: Vec::new(), ..kept.clone() },
            Evidence { code: VerificationCode::generate(&mut rng()).to_string(), ..kept.clone() },
        ] {
            assert!(check_document(&entry, POSITION, &changed).is_err());
        }
        // The certificate, and what it settles, are compared where they are kept.
        let stated = serde_json::to_value(&entry.details).unwrap();
        for name in stated.as_object().unwrap().keys().filter(|name| *name != "seal_sha256") {
            let mut other = stated.clone();
            flipped(&mut other[name]);
            let other = serde_json::from_value::<IssuedDetails>(other);
            let accepted = other.is_ok_and(|details| {
                let other = ProvenEntry { details, ..entry.clone() };
                check_document(&other, POSITION, &kept).is_ok()
            });
            assert!(!accepted, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_byte_of_the_content_can_be_changed(place: Index, bit in 0..8_u8) {
            let (entry, mut kept) = kept();
            let place = place.index(kept.content.len());
            kept.content[place] ^= 1 << bit;
            prop_assert!(check_document(&entry, POSITION, &kept).is_err());
        }
    }
}
