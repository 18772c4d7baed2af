//! Nothing changes for a request that may come from elsewhere.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Request, StatusCode};

use crate::site::{Answer, ORIGIN, get, opened, post, send};

async fn post_with(headers: &[(&str, &str)]) -> Answer {
    let (cookie, token) = opened().await;
    let mut request = Request::post("/styleguide")
        .header(COOKIE, cookie)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request.body(Body::from(format!("form_token={token}&name=Ada"))).unwrap()).await
}

#[tokio::test]
async fn fetch_metadata_and_origin_decide_as_the_table_says() {
    let other = "https://evil.example";
    let table: &[(&[(&str, &str)], StatusCode)] = &[
        (&[("sec-fetch-site", "same-origin")], StatusCode::SEE_OTHER),
        (&[("sec-fetch-site", "none")], StatusCode::SEE_OTHER),
        (&[("sec-fetch-site", "same-origin"), ("origin", "null")], StatusCode::SEE_OTHER),
        (&[("origin", ORIGIN)], StatusCode::SEE_OTHER),
        (&[], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "same-site")], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "cross-site")], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-origin")], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "")], StatusCode::FORBIDDEN),
        (&[("origin", other)], StatusCode::FORBIDDEN),
        (&[("origin", "null")], StatusCode::FORBIDDEN),
        (&[("origin", ORIGIN), ("origin", other)], StatusCode::FORBIDDEN),
        (&[("referer", "https://bills.example:8443/styleguide")], StatusCode::FORBIDDEN),
    ];
    for (headers, expected) in table {
        let answer = post_with(headers).await;
        assert_eq!(answer.status, *expected, "{headers:?}");
        if *expected == StatusCode::FORBIDDEN {
            assert!(answer.body.contains("Nothing was changed"), "{headers:?}");
        }
    }
}

#[tokio::test]
async fn a_form_belongs_to_the_browser_it_was_made_for() {
    let (cookie, token) = opened().await;
    let (other_cookie, other_token) = opened().await;
    let good = format!("form_token={token}&name=Ada");
    assert_eq!(post("/styleguide", &cookie, good.clone()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(post("/styleguide", &other_cookie, good.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post("/styleguide", "a=b", good.clone()).await.status, StatusCode::FORBIDDEN);
    // Signing in brings a session cookie, and forms opened before it no longer count.
    let session = format!("{cookie}; __Host-cf={}", "A".repeat(43));
    assert_eq!(post("/styleguide", &session, good.clone()).await.status, StatusCode::FORBIDDEN);
    let twice = format!("{cookie}; {other_cookie}");
    assert_eq!(post("/styleguide", &twice, good).await.status, StatusCode::FORBIDDEN);
    for body in
        ["name=Ada".to_owned(), "form_token=&name=Ada".into(), format!("form_token={other_token}&name=Ada")]
    {
        let answer = post("/styleguide", &cookie, body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("reload the page and send the form again"));
    }
}

#[tokio::test]
async fn another_site_may_link_here_and_not_embed() {
    let read = async |mode: &str, destination: &str| {
        let request = Request::get("/styleguide").header("sec-fetch-site", "cross-site");
        let request = request.header("sec-fetch-mode", mode).header("sec-fetch-dest", destination);
        send(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(read("navigate", "document").await, StatusCode::OK);
    for (mode, destination) in
        [("navigate", "iframe"), ("no-cors", "image"), ("no-cors", "script"), ("cors", "empty")]
    {
        assert_eq!(read(mode, destination).await, StatusCode::FORBIDDEN, "{destination}");
    }
}

#[tokio::test]
async fn the_cookie_of_forms_is_made_once() {
    let (cookie, token) = opened().await;
    let again = Request::get("/styleguide").header(COOKIE, &cookie).body(Body::empty()).unwrap();
    let again = send(again).await;
    assert_eq!(again.cookie("__Host-cf-form"), None);
    assert_eq!(again.form_token(), token);
    assert_eq!(get("/styleguide/faults/404").await.cookie("__Host-cf-form"), None);
}
