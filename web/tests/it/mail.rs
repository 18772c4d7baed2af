//! The mail log and the security log: what they show, to whom, and what their buttons do.

use axum::http::StatusCode;
use counterfoil_identity::permission::{EditDrafts, Issue, ReadBooks, ShareDocument};
use counterfoil_identity::{authorize_operator, gate};

use crate::server::{SLUG, Server};
use crate::typing::hidden;

const DRAFT: &str = r#"{ "buyer": { "name": "Beispiel Handels GmbH", "address": { "city": "Musterstadt", "country": "DE" } },
    "lines": [ { "quantity": "1", "unit": "C62", "price": { "net_price": "5" }, "vat_category": "S", "vat_rate": "19",
                 "item": { "name": "Chair" } } ] }"#;

/// So many mails to different people about one document.
async fn send(server: &Server, mails: usize) {
    let org = server.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let operator = gate::operator_command("test");
    let drafts = authorize_operator::<EditDrafts>(&operator, org).unwrap();
    let draft =
        server.billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
    let issue = authorize_operator::<Issue>(&operator, org).unwrap();
    let invoice = server.billing.issue(&issue, draft, 1).await.unwrap().id;
    let share = authorize_operator::<ShareDocument>(&operator, org).unwrap();
    for number in 0..mails {
        server.billing.send(&share, invoice, &format!("buyer{number}@example.org")).await.unwrap();
    }
}

#[tokio::test]
async fn the_log_shows_every_mail_on_one_page_and_only_one() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let path = format!("/o/{SLUG}/mail");
    assert!(server.get(&path, &owner).await.body.contains("No mails yet"));
    send(&server, 53).await;
    let mut seen = String::new();
    let mut next = Some(path.clone());
    let mut pages = 0;
    while let Some(path) = next {
        let page = server.get(&path, &owner).await;
        assert_eq!(page.status, StatusCode::OK);
        next = page
            .body
            .split("href=\"")
            .map(|rest| rest.split('"').next().unwrap())
            .find_map(|href| href.contains("/mail?after=").then(|| href.replace("&#38;", "&")));
        seen.push_str(&page.body);
        pages += 1;
    }
    assert_eq!(pages, 2);
    for number in 0..53 {
        assert_eq!(seen.matches(&format!(">buyer{number}@example.org<")).count(), 1, "{number}");
    }
}

#[tokio::test]
async fn a_stopped_mail_is_never_sent_and_the_ledger_says_so() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    send(&server, 1).await;
    let org = server.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let reader = authorize_operator::<ReadBooks>(&gate::operator_command("test"), org).unwrap();
    let id = server.billing.mail_log(&reader, None).await.unwrap().mails[0].message.id;
    let log = format!("/o/{SLUG}/mail");
    let press = async |what: &str| {
        let action = format!("{log}/{id}/{what}");
        let page = server.get(&log, &owner).await;
        server.post(&action, &owner, hidden(&page, &action)).await
    };
    assert_eq!(press("attempts").await.status, StatusCode::SEE_OTHER);
    // Two windows show the same button.
    let (page, action) = (server.get(&log, &owner).await, format!("{log}/{id}/cancellation"));
    let other = hidden(&server.get(&log, &owner).await, &action);
    let answer = server.post(&action, &owner, hidden(&page, &action)).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, log.as_str()));
    let late = server.post(&action, &owner, other).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("no longer possible"), "{}", late.body);
    let page = server.get(&log, &owner).await.body;
    assert!(page.contains("Stopped") && !page.contains("/attempts\""), "{page}");
    let ledger = server.get(&format!("/o/{SLUG}/security-log?topic=sharing"), &owner).await.body;
    assert!(ledger.contains("Mail stopped before it left"), "{ledger}");
    let people = server.get(&format!("/o/{SLUG}/security-log?topic=people"), &owner).await.body;
    assert!(!people.contains("Mail stopped") && people.contains("Member added"), "{people}");
}

#[tokio::test]
async fn the_security_log_is_a_file_too_and_knows_its_topics_only() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    send(&server, 1).await;
    let file = server.get(&format!("/o/{SLUG}/security-log/file?topic=sharing"), &owner).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("content-security-policy"), "default-src 'none'; sandbox");
    let kinds: Vec<_> = file.body.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
    assert_eq!(kinds, ["\"document.sent\"", "\"link.created\""]);
    assert!(!file.body.contains("example.org"), "addresses stay in the mail log");
    for path in ["/security-log", "/security-log/file"] {
        for query in ["?topic=x", "?topic=", "?before=x", "?before=-1", "?more=1"] {
            let answer = server.get(&format!("/o/{SLUG}{path}{query}"), &owner).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}{query}");
        }
    }
    let beyond = server.get(&format!("/o/{SLUG}/security-log?before=18446744073709551615"), &owner).await;
    assert_eq!(beyond.status, StatusCode::OK);
}
