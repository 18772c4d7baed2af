//! Gives every error a page, wherever it came from: a handler, the router, a limit, a time-out or a panic.

use std::any::Any;

use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::{ErrorPage, Visit};

/// An answer that is an [`ErrorPage`] is drawn here, because here the visit is known; one that is an error without
/// a page or a JSON problem gets one by its status.
pub(super) async fn draw(visit: Visit, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(page) = response.extensions_mut().remove::<ErrorPage>() {
        return page.render(visit);
    }
    let status = response.status();
    let content_type = response.headers().get(CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    let speaks = content_type.starts_with(b"text/html") || content_type.starts_with(b"application/");
    if speaks || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let allow = response.headers_mut().remove(ALLOW);
    let mut page = ErrorPage::for_status(status).render(visit);
    if let Some(allow) = allow {
        page.headers_mut().insert(ALLOW, allow);
    }
    page
}

/// A handler stopped in the middle. Its transaction is rolled back, the person gets a reference.
#[expect(clippy::needless_pass_by_value, reason = "tower-http hands it over so")]
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    ErrorPage::internal(format_args!("panic: {}", text.unwrap_or("without a message"))).into_response()
}
