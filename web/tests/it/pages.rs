//! Errors are pages that say what to do.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::site::{ORIGIN, get, send};

#[tokio::test]
async fn every_error_says_what_happened_and_what_to_do() {
    for (status, title, todo) in [
        (403, "You may not do this", "ask an owner"),
        (404, "There is no such page", "Check the address"),
        (413, "This is too large", "Choose a smaller file"),
        (422, "The form cannot be read", "fill in the form again"),
        (429, "Too many attempts", "Wait 40 seconds"),
        (500, "it is our fault", "Reference"),
        (503, "Busy for a moment", "in a few seconds"),
    ] {
        let answer = get(&format!("/styleguide/faults/{status}")).await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(answer.body.contains(title) && answer.body.contains(todo), "{}", answer.body);
        assert!(
            answer.body.contains("<main id=\"main\"") && answer.body.contains("/assets/app-"),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_panic_is_a_page_with_a_reference_and_without_its_cause() {
    let answer = get("/styleguide/faults/500").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains("id=\"reference\""));
    assert!(!answer.body.contains("asked to panic"));
}

#[tokio::test]
async fn waiting_is_told_to_programs_too() {
    assert_eq!(get("/styleguide/faults/429").await.header("retry-after"), "40");
    assert_eq!(get("/styleguide/faults/503").await.header("retry-after"), "5");
}

#[tokio::test]
async fn errors_of_the_router_are_pages_too() {
    assert!(get("/nothing").await.body.contains("There is no such page"));
    let request = Request::put("/styleguide").header("origin", ORIGIN).body(Body::empty()).unwrap();
    let answer = send(request).await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,POST"));
    assert!(answer.body.contains("does not take that"));
    let answer = get("/styleguide/faults/x").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("This request cannot be read"));
}
