//! The buyer's page, opened and closed.

use axum::http::StatusCode;
use counterfoil_identity::permission::{EditDrafts, Issue, ShareDocument};
use counterfoil_identity::{Token, authorize_operator, gate};
use counterfoil_store::certificates::Revocation;
use sha2::{Digest as _, Sha256};

use crate::server::{SLUG, Server};
use crate::typing::hidden;

/// A buyer's session on a document that was just issued.
async fn opened(server: &Server) -> Token {
    server.signed_in().await;
    let billing = &server.billing;
    let org = billing.find_organisation(SLUG).await.unwrap().unwrap();
    let gate = gate::operator_command("test");
    let content = serde_json::from_str(
        r#"{ "buyer": { "name": "Buyer", "address": { "country": "DE" } }, "payment_terms": "14 days",
             "lines": [ { "quantity": "1", "unit": "C62", "price": { "net_price": "10" }, "vat_category": "S",
                          "vat_rate": "19", "item": { "name": "Chair" } } ] }"#,
    );
    let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
    let draft = billing.create_draft(&drafts, None, content.unwrap()).await.unwrap();
    let issue = authorize_operator::<Issue>(&gate, org).unwrap();
    billing.issue(&issue, draft, 1).await.unwrap();
    let share = authorize_operator::<ShareDocument>(&gate, org).unwrap();
    let link = billing.create_link(&share, draft).await.unwrap().unwrap();
    billing.open_portal(&Token::parse(link.split_once('#').unwrap().1).unwrap()).await.unwrap()
}

#[tokio::test]
async fn closing_the_portal_ends_its_session_on_the_server_and_not_only_in_this_browser() {
    let server = Server::start().await;
    let session = opened(&server).await;
    let form = server.get("/portal", "").await;
    let cookie =
        format!("{}; __Host-cf-portal={}", form.cookie("__Host-cf-form").unwrap(), session.to_text());
    let page = server.get("/portal/document", &cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let closed = server.post("/portal/closing", &cookie, hidden(&page, "/portal/closing")).await;
    assert_eq!((closed.status, closed.header("location")), (StatusCode::SEE_OTHER, "/portal"));
    // A copy of the cookie opens nothing any more, either.
    let again = server.get("/portal/document", &cookie).await;
    assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, "/portal"));
}

#[tokio::test]
async fn the_e_invoices_that_the_portal_hands_out_are_known_by_their_fingerprint() {
    let server = Server::start().await;
    let session = opened(&server).await;
    let cookie = format!("__Host-cf-portal={}", session.to_text());
    let form = server.get("/verify", "").await;
    let visitor = form.cookie("__Host-cf-form").unwrap();
    let look_up = async |xml: &[u8]| {
        let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(xml));
        let body = hidden(&form, "/verify/file") + "sha256=" + &sha256;
        server.post("/verify/file", &visitor, body).await
    };
    for format in ["cii", "ubl"] {
        let xml = server.get(&format!("/portal/files/{format}"), &cookie).await.body;
        assert!(xml.starts_with("<?xml"), "{xml}");
        let verdict = look_up(xml.as_bytes()).await;
        assert_eq!(verdict.status, StatusCode::OK, "{format}: {}", verdict.body);
        assert!(verdict.body.contains("The e-invoice is the one issued as"), "{format}: {}", verdict.body);
        let edited = look_up(xml.replacen("10", "11", 1).as_bytes()).await;
        assert_eq!(edited.status, StatusCode::UNPROCESSABLE_ENTITY, "{format}: {}", edited.body);
        assert!(edited.body.contains("No file issued here has this fingerprint"), "{format}");
    }
}

#[tokio::test]
async fn nobody_is_asked_to_pay_what_is_not_proven() {
    let server = Server::start().await;
    let session = opened(&server).await;
    let cookie = format!("__Host-cf-portal={}", session.to_text());
    let asks = async || server.get("/portal/document", &cookie).await.body.contains("Pay by bank transfer");
    assert!(asks().await);
    let org = server.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let mut books = server.store.write(org).await.unwrap();
    let certificate = books.certificate_in_use().await.unwrap().unwrap().fingerprint;
    let revoked_at = server.billing.clock().now();
    books.append_revocation(&certificate, Revocation { ledger_position: 0, revoked_at }).await.unwrap();
    books.commit().await.unwrap();
    assert!(!asks().await);
    // And nobody is said to have changed a file: none was looked at.
    let page = server.get("/portal/document", &cookie).await.body;
    assert!(page.contains("but the seal does not count") && page.contains("had been revoked"), "{page}");
    assert!(!page.contains("the file was changed") && !page.contains("Do not pay from this file"), "{page}");
}

#[tokio::test]
async fn what_is_not_there_is_looked_up_thirty_times_and_what_is_there_any_number_of_times() {
    let server = Server::start().await;
    let session = opened(&server).await;
    let cookie = format!("__Host-cf-portal={}", session.to_text());
    let xml = server.get("/portal/files/cii", &cookie).await.body;
    let form = server.get("/verify", "").await;
    let visitor = form.cookie("__Host-cf-form").unwrap();
    let look_up = async |sha256: [u8; 32]| {
        let body = hidden(&form, "/verify/file") + "sha256=" + &data_encoding::HEXLOWER.encode(&sha256);
        server.post("/verify/file", &visitor, body).await
    };
    let known: [u8; 32] = Sha256::digest(xml.as_bytes()).into();
    let writes = server.books();
    for number in 0..30 {
        assert_eq!(look_up(known).await.status, StatusCode::OK, "{number}");
        assert_eq!(look_up([number; 32]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    // A misread code is no look-up, but it does not get past the closed door either.
    let code = hidden(&form, "/verify/code") + "code=x";
    for refused in
        [look_up([99; 32]).await, look_up(known).await, server.post("/verify/code", &visitor, code).await]
    {
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.header("retry-after"), "300");
    }
    // Nothing of this was written down: on a full disk it works as well.
    assert!(writes == server.books(), "a look-up wrote to the books");
}
