//! One request and its answer: what its scripts, forms and messages are bound to.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use counterfoil_identity::{Token, csrf, token};
use data_encoding::BASE64;
use rand_core::{Rng as _, UnwrapErr};

use crate::language::Language;
use crate::uploads::Uploads;
use crate::{ErrorPage, Site, cookies};

/// The purpose of the token that binds the forms of people who are not signed in.
const FORM: &str = "form";

/// One request. Made before anything else, read by handlers and templates, and asked again for the headers of
/// the answer.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

struct Inner {
    site: Site,
    nonce: String,
    path: String,
    /// Path and query, if this is a page that can be opened again.
    address: Option<String>,
    asked_language: Option<Language>,
    has_chosen_language: bool,
    session: Option<Token>,
    form_cookie: Option<Token>,
    new_form_cookie: OnceLock<Token>,
    message: Option<String>,
    message_shown: AtomicBool,
    typed: OnceLock<Vec<(String, String)>>,
}

impl Visit {
    pub(crate) fn new(site: Site, method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let token = |name| cookies::read(headers, name).and_then(|text| Token::parse(&text).ok());
        let mut nonce = [0; 16];
        rng().fill_bytes(&mut nonce);
        Self(Arc::new(Inner {
            site,
            nonce: BASE64.encode(&nonce),
            path: uri.path().to_owned(),
            address: (method == Method::GET)
                .then(|| uri.path_and_query().map_or("/", |address| address.as_str()).to_owned()),
            asked_language: Language::asked(headers),
            has_chosen_language: cookies::read(headers, cookies::LANGUAGE).is_some(),
            session: token(cookies::SESSION),
            form_cookie: token(cookies::FORM),
            new_form_cookie: OnceLock::new(),
            message: cookies::read(headers, cookies::MESSAGE).as_deref().and_then(cookies::decode_message),
            message_shown: AtomicBool::new(false),
            typed: OnceLock::new(),
        }))
    }

    /// The number used once that marks our own scripts in this answer.
    pub fn nonce(&self) -> &str {
        &self.0.nonce
    }

    /// Whether somebody chose a language in this browser.
    pub(crate) fn has_chosen_language(&self) -> bool {
        self.0.has_chosen_language
    }

    /// The path that was asked for, without its query.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Path and query, to come back to; none for the answer to a form, which cannot be opened again.
    pub fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// The language that was chosen or that the browser asks for, if it is one of ours.
    pub fn asked_language(&self) -> Option<Language> {
        self.0.asked_language
    }

    /// The secret in the session cookie, if there is one; whether it is worth anything says `Billing`.
    pub fn session_token(&self) -> Option<&Token> {
        self.0.session.as_ref()
    }

    /// The value of `form_token` in every form of this page.
    pub fn form_token(&self) -> String {
        let hash = self
            .binding()
            .unwrap_or_else(|| self.0.new_form_cookie.get_or_init(|| Token::generate(&mut rng())).hash(FORM));
        csrf::form_token(&self.0.site.form_key, &hash)
    }

    /// Whether a form with this `form_token` was made for this browser.
    pub(crate) fn made(&self, form_token: &str) -> bool {
        self.binding().is_some_and(|hash| csrf::verify_form_token(&self.0.site.form_key, &hash, form_token))
    }

    /// Forms are bound to the session; without one, to a random cookie of their own.
    fn binding(&self) -> Option<[u8; 32]> {
        let session = self.0.session.as_ref().map(|session| session.hash(token::SESSION));
        session.or_else(|| self.0.form_cookie.as_ref().map(|cookie| cookie.hash(FORM)))
    }

    /// Whether there is no space left, so that nothing is written at present.
    pub fn has_no_space(&self) -> bool {
        self.0.site.has_no_space.load(Ordering::Relaxed)
    }

    /// A handler found out that there is none.
    pub(crate) fn note_no_space(&self) {
        self.0.site.has_no_space.store(true, Ordering::Relaxed);
    }

    /// The room for large requests.
    pub(crate) fn uploads(&self) -> &Uploads {
        &self.0.site.uploads
    }

    /// What was typed into the form of this request, once it is read: nothing of a form with secrets.
    pub(crate) fn keep_typed(&self, fields: Vec<(String, String)>) {
        // Read once: a second form in one request is none.
        let _ = self.0.typed.set(fields);
    }

    /// See [`keep_typed`](Self::keep_typed).
    pub(crate) fn typed(&self) -> &[(String, String)] {
        self.0.typed.get().map_or(&[], Vec::as_slice)
    }

    /// What the previous request had to say ("Draft saved"), once.
    pub fn message(&self) -> Option<&str> {
        let message = self.0.message.as_deref()?;
        self.0.message_shown.store(true, Ordering::Relaxed);
        Some(message)
    }

    /// The cookies that rendering this answer called for.
    pub(crate) fn cookies(&self) -> Vec<String> {
        let form = self.0.new_form_cookie.get().map(cookies::set_form);
        let shown = self.0.message_shown.load(Ordering::Relaxed);
        form.into_iter().chain(shown.then(cookies::clear_message)).collect()
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorPage> {
        let visit = parts.extensions.get::<Self>().cloned();
        visit.ok_or_else(|| ErrorPage::internal("no visit: the router is not wrapped in security::protect"))
    }
}

/// The operating system's randomness.
pub(crate) fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}
