//! What stands around every handler: fixed headers, the same for errors; refusal of other sites; limits; and a page
//! for everything that goes wrong.

mod csrf;
mod headers;
mod pages;
mod pinning;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::{ErrorPage, Site};

/// The largest request body there is: a file for verification. Forms have smaller limits of their own
/// ([`Fields::LIMIT`](crate::form::Fields::LIMIT)).
/// This one is a little above them, so that it is the form that refuses and says how much it takes.
pub const BODY_LIMIT: usize = (20 << 20) + (128 << 10);

/// An answer that is not there by then is given up.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

/// A body of which nothing came for so long is given up.
const BODY_IDLE: Duration = Duration::from_secs(15);

/// Wraps routes in everything above. The last layer is the outermost.
pub fn protect(routes: Router, site: &Site) -> Router {
    routes
        .fallback(async || ErrorPage::not_found())
        .layer(from_fn_with_state(site.clone(), csrf::guard))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(RequestBodyTimeoutLayer::new(BODY_IDLE))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER_WITHIN))
        .layer(CatchPanicLayer::custom(pages::panicked))
        .layer(from_fn(pages::draw))
        .layer(from_fn_with_state(site.clone(), headers::set))
}
