//! What may be in a form, and what becomes of it.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Request, StatusCode};

use crate::site::{opened, post, send};

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong() {
    let (cookie, token) = opened().await;
    let body = format!(
        "form_token={token}&name=+&email=ada%40example.com&password=correct+horse&note=%3Cb%3E%0D%0Asecond"
    );
    let answer = post("/styleguide", &cookie, body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("value=\"ada@example.com\""));
    assert!(answer.body.contains("&#60;b&#62;\nsecond</textarea>"));
    assert!(answer.body.contains("href=\"#field-name\""));
    assert!(answer.body.contains("Say how to address you."));
    assert!(!answer.body.contains("correct horse"), "a password came back");
}

#[tokio::test]
async fn a_taken_form_leads_on_and_the_next_page_says_so_once() {
    let (cookie, token) = opened().await;
    let done = post("/styleguide", &cookie, format!("form_token={token}&name=%3Cb%3EAda")).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/styleguide"));
    let message = done.cookie("__Host-cf-message").unwrap();
    let next = Request::get("/styleguide").header(COOKIE, message).body(Body::empty()).unwrap();
    let next = send(next).await;
    assert!(next.body.contains("&#60;b&#62;Ada was saved"));
    assert_eq!(next.cookie("__Host-cf-message").as_deref(), Some("__Host-cf-message="));
}

#[tokio::test]
async fn fields_that_no_page_of_ours_sends_are_refused() {
    let (cookie, token) = opened().await;
    let good = format!("form_token={token}&name=Ada");
    for (extra, says) in [
        ("&admin=1", "This form has no field &#34;admin&#34;."),
        ("&name=Bob", "The field &#34;name&#34; came twice."),
        ("&form_token=x", "The form token came twice."),
        ("&note=%00", "The text contains a NUL character."),
        ("&note=%c0%ae", "The text is not UTF-8."),
        ("&note=%", "A percent sign stands without two hexadecimal digits."),
        ("&logo=text", "This form has no field &#34;logo&#34;."),
    ] {
        let answer = post("/styleguide", &cookie, format!("{good}{extra}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{extra}");
        assert!(answer.body.contains(says), "{extra}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_form_may_be_64_kib_and_not_more() {
    let (cookie, token) = opened().await;
    let body = |length: usize| {
        let start = format!("form_token={token}&name=Ada&note=");
        format!("{start}{}", "a".repeat(length - start.len()))
    };
    assert_eq!(post("/styleguide", &cookie, body(64 << 10)).await.status, StatusCode::SEE_OTHER);
    let answer = post("/styleguide", &cookie, body((64 << 10) + 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("At most 64 KiB"), "{}", answer.body);
}

#[tokio::test]
async fn other_content_types_are_not_forms() {
    let (cookie, token) = opened().await;
    for kind in ["text/plain", "application/json", "", "application/x-www-form-urlencoded2"] {
        let request =
            Request::post("/styleguide").header("sec-fetch-site", "same-origin").header(COOKIE, &cookie);
        let body = Body::from(format!("form_token={token}&name=Ada"));
        let answer = send(request.header(CONTENT_TYPE, kind).body(body).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
}

#[tokio::test]
async fn an_upload_goes_through_the_same_door() {
    let (cookie, token) = opened().await;
    let part =
        |name: &str, rest: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n");
    let upload = async |token: &str, more: String| {
        let body = part("form_token", &format!("\r\n\r\n{token}"))
            + &part("name", "\r\n\r\nAda")
            + &more
            + "--b--\r\n";
        let request =
            Request::post("/styleguide").header("sec-fetch-site", "same-origin").header(COOKIE, &cookie);
        send(request.header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(Body::from(body)).unwrap())
            .await
    };
    let logo = part("logo", "; filename=\"logo.png\"\r\n\r\nPNG");
    assert_eq!(upload(&token, logo.clone()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(upload("x", logo.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(upload(&token, logo.clone() + &logo).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = part("other", "; filename=\"a.exe\"\r\n\r\nMZ");
    assert_eq!(upload(&token, other).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(upload(&token, part("logo", "; filename=\"\"\r\n\r\n")).await.status, StatusCode::SEE_OTHER);
}
