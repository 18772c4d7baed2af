//! Going on after a POST, and to the sign-in page and back: never to another site.

use std::fmt::Display;

use axum::response::{IntoResponse, Redirect, Response};

use crate::address::with_query;
use crate::cookies;

/// 303 to a page of ours, which may say what was done.
#[derive(Debug)]
#[must_use]
pub struct SeeOther {
    path: String,
    message: Option<String>,
}

impl SeeOther {
    /// On to this path.
    pub fn to(path: impl Into<String>) -> Self {
        Self { path: path.into(), message: None }
    }

    /// The next page says this once, in a toast: "Invoice 2026-0042 issued".
    pub fn saying(self, message: impl Display) -> Self {
        Self { message: Some(message.to_string()), ..self }
    }
}

impl IntoResponse for SeeOther {
    fn into_response(self) -> Response {
        let path = local(&self.path).unwrap_or("/");
        match self.message {
            Some(message) => ([cookies::say(&message)], Redirect::to(path)).into_response(),
            None => Redirect::to(path).into_response(),
        }
    }
}

/// The sign-in page that leads back to `next`.
pub(crate) fn sign_in(next: &str) -> String {
    with_next("/sign-in", next)
}

/// A page of the sign-in that leads on to `next`.
pub(crate) fn with_next(page: &str, next: &str) -> String {
    match local(next) {
        None | Some("/") => page.to_owned(),
        Some(path) => with_query(page, &[("next", path)]),
    }
}

/// A path on this site, or nothing: `//evil.example`, `/\evil.example`, schemes, control characters and their
/// percent-encoded forms lead nowhere. Take every `next` through here.
pub fn local(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    let visible = path.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    let lower = rest.to_ascii_lowercase();
    let host_like = rest.starts_with('/') || lower.starts_with("%2f") || lower.starts_with("%5c");
    let hidden = ["%0", "%1", "%5c", "%7f"].iter().any(|code| lower.contains(code));
    (visible && !host_like && !hidden && path.len() <= 2_000).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ours_is_kept() {
        for path in ["/", "/o/muster/invoices?state=open&after=3", "/verify#file", "/o/m/invoices/1%20a"] {
            assert_eq!(local(path), Some(path));
        }
        assert_eq!(
            sign_in("/o/muster/invoices?state=open&a=%20"),
            "/sign-in?next=/o/muster/invoices%3Fstate%3Dopen%26a%3D%2520"
        );
        assert_eq!(sign_in("/"), "/sign-in");
    }

    #[test]
    fn nothing_leads_to_another_site() {
        for path in [
            "",
            "evil.example",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "/\\/evil.example",
            "/%2fevil.example",
            "/%2Fevil.example",
            "/%5cevil.example",
            "/%5Cevil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "/ /evil.example",
            "/\r\nSet-Cookie: a=b",
            "/a%0d%0aSet-Cookie:a=b",
            "/a\\..\\b",
            "/ü",
        ] {
            assert_eq!(local(path), None, "{path:?}");
            assert_eq!(sign_in(path), "/sign-in", "{path:?}");
        }
        assert_eq!(local(&format!("/{}", "a".repeat(3_000))), None);
    }
}
