//! Two people change an organisation's particulars at the same time.

use axum::http::StatusCode;

use crate::server::{SLUG, Server};
use crate::typing::hidden;

const REST: &str = "city=Musterstadt&country=DE&vat_identifier=DE123456789&paper_format=a4&accent=%231d4466";

#[tokio::test]
async fn the_second_of_two_who_change_the_organisation_is_told_and_keeps_what_was_typed() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let path = format!("/o/{SLUG}/organisation");
    let first = hidden(&server.get(&path, &owner).await, &path);
    let second = hidden(&server.get(&path, &owner).await, &path);

    let saved = server.post(&path, &owner, format!("{first}name=First+GmbH&{REST}")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let again = server.post(&path, &owner, format!("{first}name=First+GmbH&{REST}")).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "the same form sent twice is no conflict");

    let refused = server.post(&path, &owner, format!("{second}name=Second+GmbH&{REST}")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("Somebody else changed this organisation in the meantime"));
    assert!(refused.body.contains("value=\"Second GmbH\""), "what was typed is kept");

    let now = server.get(&path, &owner).await;
    assert!(now.body.contains("value=\"First GmbH\""), "and nothing was overwritten");
    let third = server.fill_in(&path, &owner, &path, &format!("name=Second+GmbH&{REST}")).await;
    assert_eq!(third.status, StatusCode::SEE_OTHER);
}
