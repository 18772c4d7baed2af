//! Handing out a file: always to be saved, never to be run or shown as one of our pages.

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::documents::{Download, Format};

/// The file that the last part of a path names.
pub(crate) fn format(name: &str) -> Option<Format> {
    match name {
        "pdf" => Some(Format::Pdf),
        "cii" => Some(Format::Cii),
        "ubl" => Some(Format::Ubl),
        "proof" => Some(Format::Proof),
        _ => None,
    }
}

/// A file to be saved under its name.
pub(crate) fn attachment(download: Download) -> Response {
    // The use case makes names of ASCII letters, digits and hyphens, so no quoting is needed (RFC 6266 §4.1).
    let disposition = format!("attachment; filename=\"{}\"", download.file_name);
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    (
        [
            (CONTENT_TYPE, HeaderValue::from_static(download.media_type)),
            (CONTENT_DISPOSITION, disposition),
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        download.bytes,
    )
        .into_response()
}

/// The page of a draft, to be looked at. It is drawn here and holds nothing that runs, so the browser may show it.
pub(crate) fn draft(pdf: Vec<u8>) -> Response {
    (
        [
            (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
            (CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"draft.pdf\"")),
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        pdf,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_and_never_shown() {
        let download = Download {
            file_name: "2026-0042.pdf".to_owned(),
            media_type: "application/pdf",
            bytes: b"%PDF-".to_vec(),
        };
        let response = attachment(download);
        let header = |name| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header(CONTENT_DISPOSITION), "attachment; filename=\"2026-0042.pdf\"");
        assert!(header(CONTENT_SECURITY_POLICY).contains("sandbox"));
        assert_eq!(header(CACHE_CONTROL), "no-store");
    }
}
