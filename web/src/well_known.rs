//! Addresses that programs look for.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect};

use crate::assets;

/// `GET /healthz`: the process answers.
pub async fn health() -> &'static str {
    "ok"
}

/// `GET /robots.txt`: nothing here is for search engines.
pub async fn robots() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], "User-agent: *\nDisallow: /\n")
}

/// `GET /favicon.ico`: for browsers that do not read the page's own link.
pub async fn favicon() -> Redirect {
    Redirect::permanent(assets::url("favicon.svg"))
}

/// `GET /.well-known/change-password`: where password managers lead people (W3C, a well-known URL for changing
/// passwords).
pub async fn change_password() -> Redirect {
    Redirect::to("/account#password")
}
