//! The headers of every answer, and the visit they belong to.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, SERVER,
    SET_COOKIE, STRICT_TRANSPORT_SECURITY, VARY,
};
use axum::middleware::Next;
use axum::response::Response;

use super::pinning;
use crate::language::{self, Language};
use crate::{Site, Visit};

/// Browser features are off, except passkeys and writing to the clipboard, which the copy buttons need.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(self), \
    display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), \
    local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
    publickey-credentials-create=(self), publickey-credentials-get=(self), screen-wake-lock=(), serial=(), \
    storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()";

const FIXED: &[(&str, &str)] = &[
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    ("x-content-type-options", "nosniff"),
    // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    ("referrer-policy", "same-origin"),
    ("permissions-policy", PERMISSIONS),
];

/// Two years: what browsers ask for before they ship a name as one that is HTTPS only.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

fn content_security_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; font-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

/// Begins the visit, and gives its answer the headers. A handler may set a stricter policy for a file it sends, and
/// its own `Cache-Control`; nothing else.
pub(super) async fn set(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let is_pinned = pinning::applies(&site.origin, &request);
    let visit = Visit::new(site, request.method(), request.uri(), request.headers());
    let language = visit.asked_language().unwrap_or_default();
    request.extensions_mut().insert(visit.clone());
    let mut response = language::speak(language, next.run(request)).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(*name, HeaderValue::from_static(value));
    }
    if is_pinned {
        headers.insert(STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let policy = content_security_policy(visit.nonce());
        headers.insert(CONTENT_SECURITY_POLICY, policy.parse().expect("base64 is visible ASCII"));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    say_language(headers, language);
    headers.remove(SERVER);
    for cookie in visit.cookies() {
        headers.append(SET_COOKIE, cookie.parse().expect("cookies are visible ASCII"));
    }
    response
}

/// A page says in which language it is, and on what that depended. One that chose its own has said so already.
fn say_language(headers: &mut HeaderMap, language: Language) {
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return;
    }
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    if !headers.contains_key(CONTENT_LANGUAGE) {
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    }
}
