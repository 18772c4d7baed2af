//! The dashboard's figures lead to what they are of, and its first steps tick themselves off.

use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::lists::{Books, numbers};
use crate::server::Server;

/// Where the tile with this label leads, below the organisation.
fn tile(body: &str, label: &str) -> Option<String> {
    let (before, _) = body.split_once(&format!("{label}</span><span class=\"tile-value"))?;
    let (_, tag) = before.rsplit_once("<a class=\"tile")?;
    let (_, href) = Some(tag).filter(|tag| !tag.contains("</a>"))?.split_once("href=\"/o/muster")?;
    Some(href.split('"').next().unwrap().replace("&#38;", "&"))
}

#[tokio::test]
async fn every_figure_leads_to_the_documents_that_it_counts() {
    let server = Server::start().await;
    let (owner, app) = server.signed_in_with_app().await;
    let mut books = Books { server, owner };
    let customer = books.customer("Alder GmbH", "").await;
    // Due after 14 days: one is overdue, two are due soon, the last is due later.
    for days in [10, 1, 8, 0] {
        books.invoice(customer).await;
        books.server.billing.clock().advance(SignedDuration::from_hours(24 * days));
        books.owner = books.server.signed_in_again(&app).await;
    }
    let page = books.get("").await;
    assert_eq!(page.status, StatusCode::OK);
    for (label, found) in [
        ("Open", vec!["2026-0001", "2026-0002", "2026-0003", "2026-0004"]),
        ("Overdue", vec!["2026-0001"]),
        ("Due in the next 7 days", vec!["2026-0002", "2026-0003"]),
        ("Issued in March", vec!["2026-0004", "2026-0003", "2026-0002", "2026-0001"]),
    ] {
        let address = tile(&page.body, label).unwrap_or_else(|| panic!("{label}: {}", page.body));
        let list = books.get(&address).await;
        assert_eq!(numbers(&list), found, "{label} leads to {address}");
        assert!(page.body.contains(&format!("{} invoice", found.len())), "{label}");
    }
    assert!(page.body.contains("Issued 2026-0004"), "what happened last is told: {}", page.body);
}

#[tokio::test]
async fn a_figure_of_nothing_leads_nowhere_and_the_first_steps_tick_themselves_off() {
    let books = Books::on(Server::start().await).await;
    let done = async || books.get("").await.body.matches("class=\"checklist-done\"").count();
    assert_eq!(done().await, 3, "second factor, organisation, payee account");
    let page = books.get("").await;
    for step in ["/account", "/o/muster/organisation", "/o/muster/customers/new", "/o/muster/invoices/new"] {
        assert!(page.body.contains(&format!("href=\"{step}\"")), "{step}");
    }
    let customer = books.customer("Alder GmbH", "").await;
    assert_eq!(done().await, 4);
    books.invoice(customer).await;
    let page = books.get("").await;
    assert!(!page.body.contains("checklist-done"), "the first hour is over");
    assert_eq!(tile(&page.body, "Overdue"), None);
    assert!(tile(&page.body, "Open").is_some());
}
