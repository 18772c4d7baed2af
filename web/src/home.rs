//! The front page: on to where this person belongs.

use axum::extract::State;
use counterfoil_billing::Billing;

use crate::{ErrorPage, SeeOther, Session};

/// `GET /`
pub async fn show(
    State(billing): State<Billing>,
    session: Result<Session, ErrorPage>,
) -> Result<SeeOther, ErrorPage> {
    if billing.needs_setup().await? {
        return Ok(SeeOther::to("/setup"));
    }
    Ok(SeeOther::to(of(&session?)))
}

/// Where somebody who is signed in belongs: their first organisation, or where they make one.
pub(crate) fn of(Session(signed_in): &Session) -> String {
    match signed_in.memberships.first() {
        Some(member) => format!("/o/{}", member.slug),
        None => "/setup/organisation".to_owned(),
    }
}
