//! The same headers on every answer, whatever it says.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};

use crate::site::{Answer, ORIGIN, get, opened, post, send};

pub(crate) fn has_all(answer: &Answer, what: &str) {
    for (name, value) in [
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("origin-agent-cluster", "?1"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("server", ""),
        ("x-powered-by", ""),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {what}");
        assert!(answer.headers.get_all(name).iter().count() <= 1, "{name} of {what}");
    }
    let permissions = answer.header("permissions-policy");
    assert!(
        permissions.contains("camera=()") && permissions.contains("publickey-credentials-get=(self)"),
        "{what}"
    );
    let policy = answer.header("content-security-policy");
    if answer.header("content-disposition").starts_with("attachment") {
        // A file to be kept: opened in the browser all the same, it may do nothing.
        assert_eq!(policy, "default-src 'none'; sandbox", "{what}");
        assert_eq!(answer.header("cache-control"), "no-store", "{what}");
        return;
    }
    let (start, rest) = policy.split_once("'nonce-").unwrap();
    let (nonce, rest) = rest.split_once('\'').unwrap();
    assert_eq!(nonce.len(), 24, "{what}");
    assert_eq!(start, "default-src 'none'; script-src ", "{what}");
    assert_eq!(
        rest,
        "; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'",
        "{what}"
    );
    let caching = match (answer.status, what) {
        (StatusCode::OK, what) if what.starts_with("/assets/") => "public, max-age=31536000, immutable",
        // The public half of a ledger: the checkpoint moves, the key stays.
        (StatusCode::OK, what) if what.starts_with("/ledger/muster/checkpoint") => "public, max-age=5",
        (StatusCode::OK, what) if what.starts_with("/ledger/muster/key") => "public, max-age=3600",
        _ => "no-store",
    };
    assert_eq!(answer.header("cache-control"), caching, "{what}");
    if !answer.body.is_empty() {
        assert!(
            answer.header("content-type").ends_with("charset=utf-8"),
            "{what}: {}",
            answer.header("content-type")
        );
    }
    for script in answer.body.split("<script").skip(1) {
        assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{what}");
        assert!(script.split_once('>').unwrap().1.starts_with("</script>"), "an inline script on {what}");
    }
}

#[tokio::test]
async fn every_page_asset_and_error_has_all_headers() {
    let page = get("/styleguide").await;
    let assets = page.body.split("\"/assets/").skip(1).map(|rest| rest.split(['"', '#']).next().unwrap());
    let mut paths: Vec<_> = assets.map(|name| format!("/assets/{name}")).collect();
    for path in [
        "/styleguide",
        "/styleguide/public",
        "/styleguide/faults/403",
        "/styleguide/faults/404",
        "/styleguide/faults/413",
        "/styleguide/faults/422",
        "/styleguide/faults/429",
        "/styleguide/faults/500",
        "/styleguide/faults/503",
        "/styleguide/faults/x",
        "/",
        "/nothing",
        "/assets/app.css",
        "/assets/../Cargo.toml",
        "/assets/%2e%2e%2fx",
        "/%00",
        "/%ff",
    ] {
        paths.push(path.to_owned());
    }
    for path in paths {
        has_all(&get(&path).await, &path);
    }
}

#[tokio::test]
async fn refused_methods_bodies_and_forms_have_all_headers_too() {
    let (cookie, token) = opened().await;
    has_all(&post("/styleguide", &cookie, format!("form_token={token}&name=Ada")).await, "a redirect");
    has_all(&post("/styleguide", &cookie, format!("form_token={token}")).await, "a refused form");
    has_all(&post("/styleguide", &cookie, "form_token=x".into()).await, "a foreign form");
    has_all(&post("/nothing", &cookie, String::new()).await, "POST to nowhere");
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE, Method::HEAD] {
        let request = Request::builder().method(&method).uri("/styleguide").header("origin", ORIGIN);
        has_all(&send(request.body(Body::empty()).unwrap()).await, method.as_str());
    }
    let huge = Request::post("/styleguide")
        .header("origin", ORIGIN)
        .header(CONTENT_LENGTH, counterfoil_web::security::BODY_LIMIT + 1);
    let answer = send(huge.header(CONTENT_TYPE, "text/plain").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    has_all(&answer, "a huge body");
}

#[tokio::test]
async fn two_answers_never_share_a_nonce() {
    let (one, other) = (get("/styleguide").await, get("/styleguide").await);
    assert_ne!(one.header("content-security-policy"), other.header("content-security-policy"));
}

#[tokio::test]
async fn cookies_are_ours_alone_and_out_of_reach_of_scripts() {
    let page = get("/styleguide").await;
    let (cookie, token) = opened().await;
    let done = post("/styleguide", &cookie, format!("form_token={token}&name=Ada")).await;
    for answer in [page, done] {
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.starts_with("__Host-cf"), "{line}");
            assert!(line.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{line}");
            assert!(!line.contains("Domain"), "{line}");
            let value = line.split_once('=').unwrap().1.split(';').next().unwrap();
            assert!(!answer.body.contains(value), "the cookie's value is on the page");
        }
    }
}
