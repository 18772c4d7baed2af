//! What a file states and `issue` does not take over is said, and sums that are not those of its lines are refused.

use std::path::Path;
use std::process::Output;

use counterfoil_einvoice::Syntax;
use counterfoil_invoice::references::Identifier;
use counterfoil_invoice::{Amount, Document, Draft, Payee, PostalAddress, TaxRepresentative};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::programs::{DRAFT, ORG, counterfoil, organisation, told};

/// An e-invoice of somebody, with all that ours would not say.
fn strangers() -> Document {
    let (mut document, _) =
        Draft(serde_json::from_str(DRAFT).unwrap()).preview("4711", Date::constant(2026, 3, 3));
    let address = PostalAddress { country: "DE".to_owned(), ..PostalAddress::default() };
    let content = &mut document.content;
    "Somebody Else Ltd".clone_into(&mut content.seller.name);
    content.seller.address = address.clone();
    content.seller.vat_identifier = Some("DE987654321".to_owned());
    content.process.business_process = Some("P7".to_owned());
    content.payee = Some(Payee { name: "A Bank".to_owned(), ..Payee::default() });
    content.tax_representative = Some(TaxRepresentative {
        name: "A Representative".to_owned(),
        vat_identifier: Some("DE111111125".to_owned()),
        address,
    });
    content.payment = Some(
        serde_json::from_str(
            r#"{ "means_code": "58", "credit_transfers": [ { "account": "DE89370400440532013000" } ] }"#,
        )
        .unwrap(),
    );
    content.invoiced_object = Some(Identifier { value: "meter 7".to_owned(), scheme: None });
    document
}

fn issue(folder: &Path, data: &Path, document: &Document, syntax: Syntax) -> Output {
    let path = folder.join("file.xml");
    std::fs::write(&path, counterfoil_einvoice::write(document, syntax).unwrap()).unwrap();
    counterfoil(data)
        .args(["--json", "issue", "--org", ORG, "file.xml", "--xml", "out.xml"])
        .output()
        .unwrap()
}

#[test]
fn what_is_not_taken_over_is_named_on_stderr_and_in_json() {
    let (folder, data, _) = organisation();
    for syntax in [Syntax::Cii, Syntax::Ubl] {
        let output = issue(folder.path(), &data, &strangers(), syntax);
        assert!(output.status.success(), "{}", told(&output));
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let warnings = value["warnings"].as_array().unwrap();
        let terms: Vec<_> = warnings.iter().map(|warning| warning["term"].as_str().unwrap_or("–")).collect();
        let mut sorted = terms.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["BG-10", "BG-11", "BG-16", "BG-2", "BG-4", "BT-1", "BT-2"], "{warnings:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        for warning in warnings {
            let line = format!(
                "file.xml: {}: {}",
                warning["term"].as_str().unwrap(),
                warning["message"].as_str().unwrap()
            );
            assert!(stderr.contains(&line), "{line}: {stderr}");
        }
        // And all else was taken over.
        let issued = std::fs::read(folder.path().join("out.xml")).unwrap();
        let issued = counterfoil_einvoice::read(&issued).unwrap().document;
        assert_eq!(issued.content.invoiced_object, strangers().content.invoiced_object);
        assert_eq!(issued.content.buyer, strangers().content.buyer);
        assert_eq!(issued.totals, strangers().totals);
    }
    // A credit note asks for no money, so it has no due date.
    let mut note = strangers();
    "381".clone_into(&mut note.content.type_code);
    note.content.due_date = Some(Date::constant(2026, 4, 3));
    let output = issue(folder.path(), &data, &note, Syntax::Cii);
    assert!(output.status.success() && told(&output).contains("BT-9: the due date"), "{}", told(&output));
}

#[test]
fn a_draft_in_json_that_says_nothing_of_the_sort_has_no_warnings() {
    let (folder, data, _) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let output = counterfoil(&data).args(["--json", "issue", "--org", ORG, "draft.json"]).output().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["warnings"], serde_json::json!([]), "{}", told(&output));
    assert!(output.stderr.is_empty(), "{}", told(&output));
}

#[test]
fn sums_that_are_not_those_of_the_lines_are_refused_term_by_term_and_no_number_is_lost() {
    fn more(amount: &mut Amount) {
        amount.0 += Decimal::new(1, 2);
    }
    type Slip = fn(&mut Document);
    let slips: [(&str, Slip); 8] = [
        ("BT-131", |d| more(d.content.lines[1].net_amount.as_mut().unwrap())),
        ("BT-106", |d| more(&mut d.totals.line_net_total)),
        ("BT-107", |d| more(d.totals.allowance_total.as_mut().unwrap())),
        ("BT-109", |d| more(&mut d.totals.total_without_vat)),
        ("BT-112", |d| more(&mut d.totals.total_with_vat)),
        ("BT-115", |d| more(&mut d.totals.amount_due)),
        ("BT-116", |d| more(&mut d.vat_breakdown[0].taxable_amount)),
        ("BT-117", |d| more(&mut d.vat_breakdown[0].tax_amount)),
    ];
    let (folder, data, _) = organisation();
    for (term, slip) in slips {
        for syntax in [Syntax::Cii, Syntax::Ubl] {
            let mut document = strangers();
            slip(&mut document);
            let output = issue(folder.path(), &data, &document, syntax);
            assert_eq!(output.status.code(), Some(3), "{term}: {}", told(&output));
            assert!(output.stdout.is_empty(), "{term}: {}", told(&output));
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(stderr.contains(&format!("({term}) is ")), "{term}: {stderr}");
        }
    }
    let output = issue(folder.path(), &data, &strangers(), Syntax::Cii);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(value["number"].as_str().unwrap().ends_with("-0001"), "{value}");
}

#[test]
fn a_percentage_that_is_not_what_the_amount_is_of_its_base_is_refused() {
    let (folder, data, _) = organisation();
    let draft = DRAFT.replacen(
        r#""percentage": "10","#,
        r#""percentage": "10", "base_amount": "100.00", "amount": "50.00","#,
        1,
    );
    assert_ne!(draft, DRAFT);
    std::fs::write(folder.path().join("draft.json"), &draft).unwrap();
    let output = counterfoil(&data).args(["issue", "--org", ORG, "draft.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("CF-PERCENTAGE") && stderr.contains("is 10.00"), "{stderr}");
}
