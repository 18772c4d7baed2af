//! The sums of a document on its pages: the column adds up, and what was paid and taken back since is said.

use axum::http::StatusCode;
use counterfoil_billing::payments::NewPayment;
use counterfoil_identity::permission::{EditDrafts, Issue, RecordPayment, ShareDocument};
use counterfoil_identity::{Actor, OrganisationId, Permission, Token, authorize_operator, gate};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::server::{SLUG, Server};
use crate::typing::hidden;

/// A line of 100.00, less 5.00, and 4.90 on top; 20.00 were paid before, and 0.02 round it up.
const PREPAID: &str = r#"{
    "buyer": { "name": "Buyer", "address": { "country": "DE" } }, "payment_terms": "14 days",
    "paid_amount": "20.00", "rounding_amount": "0.02",
    "allowances": [ { "amount": "5.00", "vat_category": "S", "vat_rate": "19", "reason": "Loyalty" } ],
    "charges": [ { "amount": "4.90", "vat_category": "S", "vat_rate": "19", "reason": "Freight" } ],
    "lines": [ { "quantity": "1", "unit": "C62", "price": { "net_price": "100" }, "vat_category": "S",
                 "vat_rate": "19", "item": { "name": "Chair" } } ] }"#;

fn may<P: Permission>(organisation: OrganisationId) -> Actor<P> {
    authorize_operator(&gate::operator_command("test"), organisation).unwrap()
}

/// Issues it and gives its id.
async fn issued(server: &Server, organisation: OrganisationId, content: &str) -> Uuid {
    let (issue, drafts) = (may::<Issue>(organisation), may::<EditDrafts>(organisation));
    let content = serde_json::from_str(content).unwrap();
    server.billing.issue_content(&issue, &drafts, content).await.unwrap().id
}

/// The rows of each list of sums on a page.
fn sums(body: &str) -> Vec<Vec<(String, String)>> {
    let between = |text: &str, from: &str, to: &str| {
        text.split_once(from).unwrap().1.split_once(to).unwrap().0.trim().to_owned()
    };
    body.split("<dl class=\"totals\">")
        .skip(1)
        .map(|list| {
            let list = list.split("</dl>").next().unwrap();
            let rows = list.split("<dt>").skip(1);
            rows.map(|row| (row.split("</dt>").next().unwrap().to_owned(), between(row, "<dd>", "</dd>")))
                .collect()
        })
        .collect()
}

fn number(text: &str) -> Decimal {
    text.replace(['€', ','], "").replace('−', "-").parse().unwrap()
}

/// What the rows to the one before come to.
fn adds_up(rows: &[(String, String)], from: &str, to: &str) {
    let at = |label: &str| rows.iter().position(|(found, _)| found == label).unwrap();
    let (from, to) = (at(from), at(to));
    let sum: Decimal = rows[from..to].iter().map(|(_, sum)| number(sum)).sum();
    assert_eq!(sum, number(&rows[to].1), "{rows:?}");
}

/// The page that a link to it opens.
async fn portal(server: &Server, organisation: OrganisationId, id: Uuid) -> String {
    let link = server.billing.create_link(&may::<ShareDocument>(organisation), id).await.unwrap().unwrap();
    let secret = Token::parse(link.split_once('#').unwrap().1).unwrap();
    let session = server.billing.open_portal(&secret).await.unwrap();
    let page = server.get("/portal/document", &format!("__Host-cf-portal={}", session.to_text())).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page.body
}

#[tokio::test]
async fn the_column_adds_up_for_the_biller_and_for_the_buyer() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let organisation = server.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let invoice = issued(&server, organisation, PREPAID).await;
    let page = server.get(&format!("/o/{SLUG}/invoices/{invoice}"), &owner).await.body;
    for body in [page, portal(&server, organisation, invoice).await] {
        let rows = &sums(&body)[0];
        let shown: Vec<_> = rows.iter().map(|(label, sum)| (label.as_str(), sum.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("Lines", "100.00"),
                ("Discount", "−5.00"),
                ("Charges", "4.90"),
                ("Total without VAT", "99.90"),
                ("VAT 19\u{a0}% on 99.90", "18.98"),
                ("Total with VAT", "118.88"),
                ("Already paid", "−20.00"),
                ("Rounding", "0.02"),
                ("To be paid", "€98.90"),
            ]
        );
        adds_up(rows, "Lines", "Total without VAT");
        adds_up(rows, "Total without VAT", "Total with VAT");
        adds_up(rows, "Total with VAT", "To be paid");
    }
}

#[tokio::test]
async fn a_paid_invoice_is_credited_in_the_browser_and_what_is_owed_back_is_said() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let organisation = server.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let invoice = issued(&server, organisation, PREPAID).await;
    let payment = NewPayment {
        amount: "98.90".parse().unwrap(),
        received_on: "2026-03-02".parse().unwrap(),
        note: String::new(),
    };
    server.billing.record_payment(&may::<RecordPayment>(organisation), invoice, payment).await.unwrap();
    let path = format!("/o/{SLUG}/invoices/{invoice}");
    let page = server.get(&path, &owner).await;
    assert!(
        page.body.contains("Paid in full.") && page.body.contains("data-dialog=\"credit\""),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Record the payment"), "nothing is open");

    let action = format!("{path}/credit");
    let body = hidden(&page, &action) + "&reason=Returned";
    let credited = server.post(&action, &owner, body).await;
    assert_eq!(credited.status, StatusCode::SEE_OTHER, "{}", credited.body);
    let draft = credited.header("location").to_owned();
    let page = server.get(&draft, &owner).await;
    let action = format!("{draft}/issuance");
    let issued = server.post(&action, &owner, hidden(&page, &action)).await;
    assert_eq!(issued.status, StatusCode::SEE_OTHER, "{}", issued.body);

    let page = server.get(&path, &owner).await.body;
    let said = "Taken back by a credit note: nothing is to be paid. €118.90 is owed back to the customer.";
    assert!(page.contains(said) && page.contains("Credited by <a"), "{page}");
    assert!(!page.contains("data-dialog=\"credit\""), "nothing is left to credit");
    let [document, since] = <[_; 2]>::try_from(sums(&page)).unwrap();
    let shown: Vec<_> = since.iter().map(|(label, sum)| (label.as_str(), sum.as_str())).collect();
    assert_eq!(shown, [("Received since", "−98.90"), ("Taken back", "−118.90"), ("Owed back", "€118.90")]);
    let due = number(&document.last().unwrap().1);
    assert_eq!(due + number(&since[0].1) + number(&since[1].1), -number(&since[2].1));
    let portal = portal(&server, organisation, invoice).await;
    assert!(portal.contains("€118.90 is owed back to you."), "{portal}");
}

#[tokio::test]
async fn the_page_says_what_was_corrected_by_what() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let organisation = server.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let old = issued(&server, organisation, PREPAID).await;
    let corrected = PREPAID.replacen(
        '{',
        r#"{ "type_code": "384", "preceding_invoices": [ { "number": "2026-0001" } ],"#,
        1,
    );
    let new = issued(&server, organisation, &corrected).await;
    let page = server.get(&format!("/o/{SLUG}/invoices/{old}"), &owner).await.body;
    let link = format!("Corrected by <a href=\"/o/{SLUG}/invoices/{new}\">2026-0002</a>.");
    let said = "Replaced by the corrected invoice 2026-0002: nothing is to be paid on this one.";
    assert!(page.contains(&link) && page.contains(said), "{page}");
    // The new one counts the 20.00 as paid, so the old one owes nothing back.
    assert!(!page.contains("owed back") && !page.contains("data-dialog=\"credit\""), "{page}");
    let page = server.get(&format!("/o/{SLUG}/invoices/{new}"), &owner).await.body;
    assert!(
        page.contains(&format!("Corrects <a href=\"/o/{SLUG}/invoices/{old}\">2026-0001</a>.")),
        "{page}"
    );
    assert!(page.contains("€98.90 open") && page.contains("data-dialog=\"credit\""), "{page}");
    let portal = portal(&server, organisation, old).await;
    assert!(portal.contains("Nothing is to be paid any more.") && portal.contains("2026-0002"), "{portal}");
}
