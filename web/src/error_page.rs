//! What people see when something does not work: what happened, and what to do now.

use std::fmt::Display;

use askama::Template;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use counterfoil_store::{is_busy, is_no_space};
use rand_core::Rng as _;

use crate::language::t;
use crate::visit::rng;
use crate::{Visit, redirect};

/// Why a handler does not answer as asked. It becomes a page with the status; or, for somebody who is not signed
/// in, the way to the sign-in page.
#[derive(Debug, Clone)]
pub struct ErrorPage(Box<Kind>);

#[derive(Debug, Clone)]
enum Kind {
    Page(Words),
    SignIn { next: String },
    GoOn(&'static str),
    NoSpace,
}

/// The words of one error page.
#[derive(Debug, Clone)]
struct Words {
    status: StatusCode,
    icon: &'static str,
    title: String,
    what: String,
    todo: String,
    reference: Option<String>,
    retry_after: Option<u64>,
}

impl ErrorPage {
    fn new(
        status: StatusCode,
        icon: &'static str,
        title: impl Display,
        what: impl Display,
        todo: impl Display,
    ) -> Self {
        Self(Box::new(Kind::Page(Words {
            status,
            icon,
            title: title.to_string(),
            what: sentence(&what.to_string()),
            todo: todo.to_string(),
            reference: None,
            retry_after: None,
        })))
    }

    /// 400: the request makes no sense, in a way that no form of ours can cause.
    pub fn bad_request(what: impl Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "alert", t("fault-bad-request"), what, t("fault-bad-request-todo"))
    }

    /// 403: somebody may not. `why` comes from the rule that says so.
    pub fn forbidden(why: impl Display) -> Self {
        Self::new(StatusCode::FORBIDDEN, "lock", t("fault-forbidden"), why, t("fault-forbidden-todo"))
    }

    /// 403: the request may come from another site, or its form from another session.
    pub fn not_from_here(why: impl Display) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "shield-alert",
            t("fault-not-from-here"),
            why,
            t("fault-not-from-here-todo"),
        )
    }

    /// 404: not there, or not theirs; the page does not say which.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "search",
            t("fault-not-found"),
            t("fault-not-found-what"),
            t("fault-not-found-todo"),
        )
    }

    /// 409: somebody or something was quicker.
    pub fn too_late(why: impl Display) -> Self {
        Self::new(StatusCode::CONFLICT, "clock", t("fault-too-late"), why, t("fault-too-late-todo"))
    }

    /// 413: more than `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        let limit =
            if limit >= 1 << 20 { format!("{} MiB", limit >> 20) } else { format!("{} KiB", limit >> 10) };
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "upload",
            t("fault-too-large"),
            t("fault-too-large-what").with("limit", limit),
            t("fault-too-large-todo"),
        )
    }

    /// 422: the form does not fit its page. Mistakes people make are shown on the form itself; this is for fields
    /// that no page of ours has.
    pub fn unprocessable(what: impl Display) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "alert",
            t("fault-unprocessable"),
            what,
            t("fault-unprocessable-todo"),
        )
    }

    /// 429: too often; again after so many seconds.
    pub fn too_many(seconds: u64) -> Self {
        let wait = match seconds {
            0..=90 => t("wait-seconds").count("count", seconds.max(1)),
            _ => t("wait-minutes").count("count", seconds.div_ceil(60)),
        };
        let mut page = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "clock",
            t("fault-too-many"),
            t("fault-too-many-what"),
            t("fault-too-many-todo").with("wait", wait),
        );
        if let Kind::Page(words) = &mut *page.0 {
            words.retry_after = Some(seconds);
        }
        page
    }

    /// 500: our fault. The cause goes to the log under the reference on the page, and nowhere else.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let mut page = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "alert",
            t("fault-internal"),
            t("fault-internal-what"),
            t("fault-internal-todo"),
        );
        let reference = reference();
        tracing::error!(reference, cause = %cause, "a request failed");
        if let Kind::Page(words) = &mut *page.0 {
            words.reference = Some(reference);
        }
        page
    }

    /// 500 with the whole chain of causes in the log; 503 if it is that there is no space left, or that the database is
    /// busy.
    pub fn failed(error: &(dyn std::error::Error + 'static)) -> Self {
        if is_no_space(error) {
            return Self(Box::new(Kind::NoSpace));
        }
        let mut causes = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            causes = format!("{causes}: {cause}");
            source = cause.source();
        }
        if is_busy(error) {
            tracing::warn!(cause = %causes, "a request met a busy database");
            return Self::busy();
        }
        Self::internal(causes)
    }

    /// 503: the database does not go on from what the ledger signed last. The log says what to do about it.
    pub fn ledger_closed(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut page = Self::failed(error);
        if let Kind::Page(words) = &mut *page.0 {
            words.status = StatusCode::SERVICE_UNAVAILABLE;
            words.title = t("fault-ledger-closed").to_string();
            words.what = t("fault-ledger-closed-what").to_string();
            words.todo = t("fault-ledger-closed-todo").to_string();
        }
        page
    }

    /// 503: for a moment.
    pub fn busy() -> Self {
        let mut page = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "clock",
            t("fault-busy"),
            t("fault-busy-what"),
            t("fault-busy-todo"),
        );
        if let Kind::Page(words) = &mut *page.0 {
            words.retry_after = Some(5);
        }
        page
    }

    /// Nobody is signed in: on to the sign-in page, and back to `next` after it when that can be read.
    pub(crate) fn sign_in(method: &Method, next: &str) -> Self {
        let next = if method == Method::GET { next } else { "/" };
        Self(Box::new(Kind::SignIn { next: next.to_owned() }))
    }

    /// Elsewhere first: to the missing step of signing in.
    pub(crate) fn go_on(path: &'static str) -> Self {
        Self(Box::new(Kind::GoOn(path)))
    }

    /// The page for an answer that came without one.
    pub(crate) fn for_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(crate::security::BODY_LIMIT),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "alert", t("fault-method"), t("fault-method-what"), t("fault-method-todo"))
            }
            StatusCode::REQUEST_TIMEOUT => Self::new(
                status,
                "clock",
                t("fault-timeout"),
                t("fault-timeout-what"),
                t("fault-timeout-todo"),
            ),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(
                status,
                "file",
                t("fault-media-type"),
                t("fault-media-type-what"),
                t("fault-media-type-todo"),
            ),
            StatusCode::UNPROCESSABLE_ENTITY => Self::unprocessable(t("why-form-fields")),
            StatusCode::FORBIDDEN => Self::forbidden(t("why-not-allowed")),
            StatusCode::SERVICE_UNAVAILABLE => Self::busy(),
            status if status.is_client_error() => {
                let mut page = Self::bad_request(t("why-something"));
                if let Kind::Page(words) = &mut *page.0 {
                    words.status = status;
                }
                page
            }
            status => Self::internal(format_args!("an answer of {status} without a page")),
        }
    }

    /// The answer for this visit.
    pub(crate) fn render(self, visit: Visit) -> Response {
        match *self.0 {
            Kind::SignIn { next } => Redirect::to(&redirect::sign_in(&next)).into_response(),
            Kind::GoOn(path) => Redirect::to(path).into_response(),
            Kind::NoSpace => no_space(visit),
            Kind::Page(words) => {
                let (status, retry_after) = (words.status, words.retry_after);
                let fault = Fault { page: visit, words };
                let mut response = match fault.render() {
                    Ok(html) => (status, Html(html)).into_response(),
                    Err(error) => {
                        tracing::error!(%error, "an error page cannot be drawn");
                        (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], status.to_string())
                            .into_response()
                    }
                };
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                response
            }
        }
    }
}

/// The page itself is drawn where the visit is known: `security::pages`.
impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let status = match &*self.0 {
            Kind::Page(words) => words.status,
            Kind::SignIn { .. } | Kind::GoOn(_) => StatusCode::SEE_OTHER,
            Kind::NoSpace => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct Fault {
    page: Visit,
    words: Words,
}

/// There is no space left to write to. What was typed waits in the page for another try.
#[derive(Template)]
#[template(path = "no-space.html")]
struct NoSpace {
    page: Visit,
}

fn no_space(page: Visit) -> Response {
    page.note_no_space();
    let status = StatusCode::SERVICE_UNAVAILABLE;
    match (NoSpace { page }).render() {
        Ok(html) => (status, [(RETRY_AFTER, "30")], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "an error page cannot be drawn");
            status.into_response()
        }
    }
}

/// Error texts are lower case without a full stop; on a page they are sentences.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

/// Ten letters and digits, none of which is easily misread over the telephone.
fn reference() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut random = [0; 10];
    rng().fill_bytes(&mut random);
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_text_becomes_a_sentence() {
        assert_eq!(
            sentence("the role auditor does not include issue: ask an owner"),
            "The role auditor does not include issue: ask an owner."
        );
        assert_eq!(sentence("Is that so?"), "Is that so?");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn two_failures_have_two_references() {
        assert_ne!(reference(), reference());
        assert!(reference().chars().all(|c| c.is_ascii_alphanumeric()));
    }
}
