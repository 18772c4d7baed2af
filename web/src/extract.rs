//! Who is asking, and what they may do: arguments of handlers that answer for themselves when it is nobody or too
//! little.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use counterfoil_billing::Unavailable;
use counterfoil_billing::access::SignedIn;
use counterfoil_billing::documents::DocumentError;
use counterfoil_identity::gate::{GateRefusal, Unfinished};
use counterfoil_identity::session::Stage;
use counterfoil_identity::{Actor, Forbidden, Permission, Token};
use counterfoil_store::StoreError;

use crate::problems;
use crate::{AppState, ErrorPage, Shell, Visit};

/// Where somebody goes on who has shown the password but not the second factor.
pub const SECOND_FACTOR: &str = "/sign-in/second-factor";
/// Where somebody goes on who has no second factor yet.
pub const ENROL: &str = "/setup/second-factor";

/// A signed-in person, with all factors. Nobody is sent to the sign-in page and back.
#[derive(Debug, Clone)]
pub struct Session(pub SignedIn);

impl FromRequestParts<AppState> for Session {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ErrorPage> {
        // One request asks once, however many of its arguments need the session.
        if let Some(session) = parts.extensions.get::<Self>() {
            return Ok(session.clone());
        }
        let visit = Visit::from_request_parts(parts, state).await?;
        let next = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let Some(token) = visit.session_token() else { return Err(ErrorPage::sign_in(&parts.method, next)) };
        match state.billing.session(token).await? {
            Ok(signed_in) => {
                let session = Self(signed_in);
                parts.extensions.insert(session.clone());
                Ok(session)
            }
            Err(GateRefusal::Unfinished(Stage::EnrolSecondFactor)) => Err(ErrorPage::go_on(ENROL)),
            Err(GateRefusal::Unfinished(_)) => Err(ErrorPage::go_on(SECOND_FACTOR)),
            Err(_) => Err(ErrorPage::sign_in(&parts.method, next)),
        }
    }
}

/// A signed-in person, if there is one: for pages that are for everybody.
impl axum::extract::OptionalFromRequestParts<AppState> for Session {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, ErrorPage> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let Some(token) = visit.session_token() else { return Ok(None) };
        Ok(state.billing.session(token).await?.ok().map(Self))
    }
}

/// Somebody between password and second factor, with the token of that unfinished session.
pub struct Halfway {
    /// Proof of the password.
    pub gate: Unfinished,
    visit: Visit,
}

impl Halfway {
    /// The session to be replaced when the factor is shown.
    ///
    /// # Panics
    /// Never: the session was found by it.
    pub fn token(&self) -> &Token {
        self.visit.session_token().expect("a session was found by it")
    }
}

impl FromRequestParts<AppState> for Halfway {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ErrorPage> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let Some(token) = visit.session_token() else { return Err(ErrorPage::sign_in(&parts.method, "/")) };
        match state.billing.unfinished_session(token).await? {
            Ok(gate) => Ok(Self { gate, visit }),
            Err(GateRefusal::Finished) => Err(ErrorPage::go_on("/")),
            Err(_) => Err(ErrorPage::sign_in(&parts.method, "/")),
        }
    }
}

/// Proof that the signed-in person may do `P` in the organisation of the path, `/o/{organisation}/…`.
pub struct May<P: Permission>(pub Actor<P>);

impl<P: Permission> FromRequestParts<AppState> for May<P> {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ErrorPage> {
        let Session(signed_in) = Session::from_request_parts(parts, state).await?;
        let slug = organisation(parts).await?;
        signed_in.actor(&slug).map(Self).map_err(ErrorPage::from)
    }
}

impl FromRequestParts<AppState> for Shell {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ErrorPage> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let Session(signed_in) = Session::from_request_parts(parts, state).await?;
        let slug = organisation(parts).await?;
        if !signed_in.memberships.iter().any(|member| member.slug == slug) {
            return Err(ErrorPage::not_found());
        }
        let organisations = signed_in.memberships.into_iter().map(|member| member.slug).collect();
        Ok(Self { visit, person: signed_in.name, slug, organisations })
    }
}

async fn organisation(parts: &mut Parts) -> Result<String, ErrorPage> {
    // Bytes that are no text name nothing.
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| ErrorPage::not_found())?;
    let slug = params.iter().find(|(name, _)| *name == "organisation").map(|(_, slug)| slug.to_owned());
    slug.ok_or_else(|| ErrorPage::internal("the path has no {organisation}"))
}

/// The address at the other end of the connection, for throttling.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub IpAddr);

impl Client {
    /// What one subscriber gets: an IPv4 address, or an IPv6 network of 64 bits.
    pub fn network(self) -> String {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ErrorPage> {
        let connection = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await;
        connection.map(|ConnectInfo(address)| Self(address.ip())).map_err(ErrorPage::internal)
    }
}

impl From<Forbidden> for ErrorPage {
    fn from(refusal: Forbidden) -> Self {
        match refusal {
            Forbidden::NotAMember => Self::not_found(),
            other => Self::forbidden(problems::forbidden(other)),
        }
    }
}

impl From<DocumentError> for ErrorPage {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::NoSuchDocument => Self::not_found(),
            DocumentError::NotYet => Self::busy(),
            DocumentError::Unavailable(error) => error.into(),
            error => Self::failed(&error),
        }
    }
}

impl From<Unavailable> for ErrorPage {
    fn from(error: Unavailable) -> Self {
        match error {
            Unavailable::Busy => Self::busy(),
            Unavailable::Store(StoreError::SecondPlace(fault)) => Self::ledger_closed(&fault),
            error => Self::failed(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_counted_by_ipv4_address_and_ipv6_network() {
        for (address, counted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ] {
            assert_eq!(Client(address.parse().unwrap()).network(), counted);
        }
    }
}
