//! Others write for longer than anybody waits: the page says so, nothing was changed, and all can be read meanwhile.

use axum::http::StatusCode;

use crate::server::{SLUG, Server};
use crate::typing::hidden;

async fn nobody_waits_for_ever(server: Server) {
    let owner = server.signed_in().await;
    let organisation = server.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let customers = format!("/o/{SLUG}/customers");
    let page = server.get(&format!("{customers}/new"), &owner).await;
    let body = hidden(&page, &customers) + "name=Quorblint+GmbH&country=DE&email=buyer%40example.com";

    let other = server.store.write(organisation).await.unwrap();
    let busy = server.post(&customers, &owner, body.clone()).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE, "{}", busy.body);
    assert_eq!(busy.header("retry-after"), "5");
    assert!(busy.body.contains("Busy for a moment") && busy.body.contains("Nothing was changed"));
    assert!(!busy.body.contains("timed out") && !busy.body.contains("canceling"), "{}", busy.body);
    let list = server.get(&customers, &owner).await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(!list.body.contains("Quorblint"), "{}", list.body);

    drop(other);
    // The same form again, as the page advises.
    assert_eq!(server.post(&customers, &owner, body).await.status, StatusCode::SEE_OTHER);
    assert_eq!(server.get(&customers, &owner).await.body.matches("Quorblint GmbH").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_waits_too_long_for_another_writer_is_told_to_come_back_on_sqlite() {
    nobody_waits_for_ever(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_waits_too_long_for_another_writer_is_told_to_come_back_on_postgresql() {
    if let Some(server) = Server::on_postgres("busy").await {
        nobody_waits_for_ever(server).await;
    }
}
