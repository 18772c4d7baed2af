//! Refuses what other sites send or embed. The form token is checked where the form is read.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use axum::middleware::Next;
use axum::response::Response;
use counterfoil_identity::csrf;

use crate::{ErrorPage, Site, problems};

pub(super) async fn guard(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Result<Response, ErrorPage> {
    let headers = request.headers();
    let site_header = header(headers, "sec-fetch-site");
    let safe = request.method().is_safe();
    let judged = if safe {
        let mode = header(headers, "sec-fetch-mode");
        let destination = header(headers, "sec-fetch-dest");
        csrf::judge_read(site_header.as_deref(), mode.as_deref(), destination.as_deref())
    } else {
        let origin = header(headers, ORIGIN.as_str());
        csrf::judge(safe, site_header.as_deref(), origin.as_deref(), &site.origin)
    };
    judged.map_err(|refusal| ErrorPage::not_from_here(problems::not_from_here(refusal)))?;
    Ok(next.run(request).await)
}

/// All values of a header as one text, so that a second one is not overlooked; unreadable bytes stay wrong.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<_> =
        headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!values.is_empty()).then(|| values.join(", "))
}
