//! The buyer's side: a link opens one document, by POST and never by GET (law 6).

pub mod document;
pub mod files;
pub mod opening;

use axum::http::HeaderMap;
use counterfoil_billing::portal::PortalError;
use counterfoil_identity::Token;

use crate::{ErrorPage, cookies};

/// What this browser opened; without it, or with one that has ended, the way back to the link.
fn token(headers: &HeaderMap) -> Result<Token, ErrorPage> {
    let text = cookies::read(headers, cookies::PORTAL);
    text.and_then(|text| Token::parse(&text).ok()).ok_or(ErrorPage::go_on("/portal"))
}

fn refused(error: PortalError) -> ErrorPage {
    match error {
        PortalError::NoLink => ErrorPage::go_on("/portal"),
        PortalError::Document(error) => ErrorPage::from(error),
        PortalError::Unavailable(error) => ErrorPage::from(error),
    }
}
