//! Forms: what a page may send, what was typed, and what is wrong with it.
//!
//! A form is a type that lists its fields ([`Fields`]). The page shows a [`Form`] of it; the handler of the POST
//! takes the same [`Form`] as its last argument. Before the handler runs, the form token was checked, and fields that
//! are unknown or come twice were refused. When something is wrong with what was typed, the handler notes it with
//! [`Form::refuse`] and shows the page again: nothing typed is lost.

mod decode;

use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts as _, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::IntoResponse;
use counterfoil_billing::{By, FieldError};
use counterfoil_identity::{Actor, Permission};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::error_page::sentence;
use crate::extract::Client;
use crate::language::{Text, t};
use crate::uploads::Room;
use crate::{ErrorPage, Visit, problems};

/// The hidden field in every form; see [`Visit::form_token`].
pub const FORM_TOKEN: &str = "form_token";

/// The hidden field of forms that act once: a number drawn for this page; see [`Form::once`].
pub const ONCE: &str = "once";

/// Fields that hold secrets: pages never show them again.
const SECRETS: [&str; 6] = ["password", "old_password", "new_password", "code", "recovery_code", "secret"];

/// The largest body of an ordinary form, in bytes.
const SMALL: usize = 64 << 10;

/// More fields than any page has.
const MOST_FIELDS: usize = 5_000;

/// The fields of one form, by the name in the HTML and the key of the label on the page (`web/locales`).
pub trait Fields: Send + Sync + 'static {
    /// Fields that may come once. A name is what the use case calls it: `address.country`.
    const ONE: &'static [(&'static str, &'static str)];
    /// Fields that may come any number of times: rows, check boxes of one name.
    const MANY: &'static [(&'static str, &'static str)] = &[];
    /// Files; a form that has some is `multipart/form-data`.
    const FILES: &'static [(&'static str, &'static str)] = &[];
    /// The largest body, in bytes. For one beyond 64 KiB, room is taken before it is read.
    const LIMIT: usize = SMALL;

    /// What people call the rows that this column of [`Self::MANY`] belongs to.
    fn row(_column: &str) -> &'static str {
        "label-in-row"
    }
}

/// A form of nothing but a button.
#[derive(Debug)]
pub enum Button {}

impl Fields for Button {
    const ONE: &'static [(&'static str, &'static str)] = &[];
}

/// What was typed into a form, and what is wrong with it.
pub struct Form<F: Fields> {
    values: Vec<(String, String)>,
    files: Vec<(String, File)>,
    errors: FieldErrors,
    /// The number of its page and everything typed, hashed; none for the page of a GET.
    hash: Option<[u8; 32]>,
    /// The memory that it fills, until it is dropped.
    _room: Option<Room>,
    fields: PhantomData<F>,
}

/// What is wrong, by field, in the order of the page.
#[derive(Debug, Clone, Default)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// Field name and message, each a full sentence.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, message)| (name.as_str(), message.as_str()))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An uploaded file. Name and type are what the browser claims.
pub struct File {
    /// Its name on the sender's machine.
    pub name: String,
    /// The bytes.
    pub content: Bytes,
}

impl<F: Fields> Form<F> {
    /// The empty form, for the GET.
    pub fn blank() -> Self {
        Self {
            values: Vec::new(),
            files: Vec::new(),
            errors: FieldErrors::default(),
            hash: None,
            _room: None,
            fields: PhantomData,
        }
    }

    /// Fills in a field, for pages that change something that exists.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        debug_assert!(Self::knows(name), "the form has no field {name}");
        self.values.push((name.to_owned(), value.to_string()));
        self
    }

    /// Which version of a thing its page showed, from the hidden field `version`.
    ///
    /// # Errors
    /// An [`ErrorPage`] if it is no number: only a form that is not ours has none.
    pub fn version(&self) -> Result<i64, ErrorPage> {
        self.text("version").parse().map_err(|_| ErrorPage::unprocessable(t("why-no-version")))
    }

    /// Fills in a field in which nothing was typed.
    #[must_use]
    pub fn with_usual(mut self, name: &str, value: &str) -> Self {
        if self.text(name).is_empty() {
            match self.values.iter_mut().find(|(found, _)| found == name) {
                Some((_, typed)) => value.clone_into(typed),
                None => return self.with(name, value),
            }
        }
        self
    }

    /// What was typed once more, without what was said against it and without its files.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { values: self.values.clone(), ..Self::blank() }
    }

    /// What stands in a field; nothing is `""`.
    pub fn value(&self, name: &str) -> &str {
        debug_assert!(Self::knows(name), "the form has no field {name}");
        self.values.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// Everything sent under a name of [`Fields::MANY`], in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field holds this value: for check boxes and choices.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values(name).any(|found| found == value)
    }

    /// All that was typed, in the order it came.
    pub fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Text without blanks around it.
    pub fn text(&self, name: &str) -> String {
        self.value(name).trim().to_owned()
    }

    /// Text, or nothing if there is none.
    pub fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Reads a field into a type. If it cannot be read, that is noted on the form as `otherwise`, and there is `None`.
    pub fn read<T: FromStr>(&mut self, name: &str, otherwise: impl Display) -> Option<T> {
        let value = self.text(name).parse().ok();
        if value.is_none() {
            self.refuse(name, otherwise);
        }
        value
    }

    /// Takes a password or code out of the form, untrimmed: it is never shown again.
    pub fn take_secret(&mut self, name: &str) -> Zeroizing<String> {
        debug_assert!(Self::knows(name), "the form has no field {name}");
        let found = self.values.iter().position(|(found, _)| found == name);
        Zeroizing::new(found.map(|at| self.values.swap_remove(at).1).unwrap_or_default())
    }

    /// Who acts, in answer to this form: sent twice it acts once. Sent again after something else was typed, it is
    /// another. The page needs `{{ ui::once() }}`.
    pub fn once<'a, P: Permission>(&self, actor: &'a Actor<P>) -> By<'a, P> {
        match self.hash {
            Some(hash) => By::form(actor, hash),
            None => actor.into(),
        }
    }

    /// What this form is known by; none if its page drew no number.
    pub fn hash(&self) -> Option<[u8; 32]> {
        self.hash
    }

    /// The uploaded file; none, if none was chosen.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|(found, _)| found == name).map(|(_, file)| file)
    }

    /// Notes what is wrong with a field, and what would be right. The first note on a field counts.
    pub fn refuse(&mut self, name: &str, message: impl Display) {
        if self.error(name).is_none() {
            self.errors.0.push((name.to_owned(), sentence(&message.to_string())));
        }
    }

    /// Notes what a use case found.
    pub fn refuse_fields(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        for error in errors {
            self.refuse(error.field, problems::said(&error.problem));
        }
    }

    /// What is wrong with one field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|(found, _)| *found == name).map(|(_, message)| message)
    }

    /// All that is wrong.
    pub fn errors(&self) -> &FieldErrors {
        &self.errors
    }

    /// What the page calls a field.
    pub fn label(&self, name: &str) -> String {
        let mut all = [F::ONE, F::MANY, F::FILES].into_iter().flatten();
        all.find(|(found, _)| *found == name).map_or_else(String::new, |(_, label)| t(label).to_string())
    }

    /// The same for a note on one row: `quantity-2` is about the second of the fields named `quantity`.
    pub fn label_of_note(&self, name: &str) -> String {
        let row = name.rsplit_once('-').filter(|(_, row)| row.parse::<usize>().is_ok());
        match row.filter(|(column, _)| F::MANY.iter().any(|(found, _)| found == column)) {
            Some((column, row)) => {
                t(F::row(column)).with("label", self.label(column)).with("row", row).to_string()
            }
            None => self.label(name),
        }
    }

    /// What was typed, to be sent once more if nothing can be written: the same form, so that it still acts once. A form
    /// with secrets is filled in anew.
    fn to_be_kept(&self, once: Option<&str>) -> Vec<(String, String)> {
        if self.values.iter().any(|(name, _)| SECRETS.contains(&name.as_str())) {
            return Vec::new();
        }
        let once = once.map(|once| (ONCE.to_owned(), once.to_owned()));
        once.into_iter().chain(self.values.iter().cloned()).collect()
    }

    fn knows(name: &str) -> bool {
        [F::ONE, F::MANY, F::FILES].into_iter().flatten().any(|(found, _)| *found == name)
    }

    /// Each part with its length, so that no two forms look alike.
    fn hash_of(&self, path: &str, once: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update(bytes.len().to_be_bytes());
            hash.update(bytes);
        };
        part(path.as_bytes());
        part(once.as_bytes());
        for (name, value) in &self.values {
            part(name.as_bytes());
            part(value.as_bytes());
        }
        for (name, file) in &self.files {
            part(name.as_bytes());
            part(&file.content);
        }
        hash.finalize().into()
    }

    /// Takes in a field of a request, or says why it cannot be one of this form.
    fn take_in(&mut self, name: String, value: String) -> Result<(), Text> {
        let one = F::ONE.iter().any(|(found, _)| *found == name);
        if !one && !F::MANY.iter().any(|(found, _)| *found == name) {
            return Err(t("why-unknown-field").with("field", format_args!("{name:?}")));
        }
        if one && self.values.iter().any(|(found, _)| *found == name) {
            return Err(t("why-field-twice").with("field", format_args!("{name:?}")));
        }
        if self.values.len() >= MOST_FIELDS {
            return Err(t("why-too-many-fields"));
        }
        self.values.push((name, value));
        Ok(())
    }
}

/// Values may be personal or secret: names and counts only.
impl<F: Fields> std::fmt::Debug for Form<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.values.iter().map(|(name, _)| name).collect();
        f.debug_struct("Form")
            .field("fields", &names)
            .field("errors", &self.errors.len())
            .finish_non_exhaustive()
    }
}

impl<S: Send + Sync, F: Fields> FromRequest<S> for Form<F> {
    type Rejection = ErrorPage;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, ErrorPage> {
        let visit = request.extensions().get::<Visit>().cloned();
        let visit = visit
            .ok_or_else(|| ErrorPage::internal("no visit: the router is not wrapped in security::protect"))?;
        let path = request.uri().path().to_owned();
        DefaultBodyLimit::max(F::LIMIT).apply(&mut request);
        // Without a length, as much as is taken.
        let most = declared(&request).unwrap_or(usize::MAX).min(F::LIMIT);
        let (mut form, hidden) = if most <= SMALL {
            read::<S, F>(request, state).await?
        } else {
            let (mut parts, body) = request.into_parts();
            let network = Client::from_request_parts(&mut parts, state).await?.network();
            let room = visit.uploads().enter(network, most).await?;
            let request = Request::from_parts(parts, body);
            let (form, hidden) = room.fill(read::<S, F>(request, state)).await?;
            (Form { _room: Some(room), ..form }, hidden)
        };
        if !visit.made(&hidden.form_token.unwrap_or_default()) {
            return Err(ErrorPage::not_from_here(t("why-form-stale")));
        }
        visit.keep_typed(form.to_be_kept(hidden.once.as_deref()));
        form.hash = hidden.once.map(|once| form.hash_of(&path, &once));
        Ok(form)
    }
}

/// How long the body says that it is.
fn declared(request: &Request) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read<S: Send + Sync, F: Fields>(
    request: Request,
    state: &S,
) -> Result<(Form<F>, Hidden), ErrorPage> {
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/x-www-form-urlencoded" => urlencoded::<S, F>(request, state).await,
        "multipart/form-data" if !F::FILES.is_empty() => multipart::<S, F>(request, state).await,
        _ => Err(ErrorPage::for_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    }
}

/// The fields that every form may have and no page shows.
#[derive(Default)]
struct Hidden {
    form_token: Option<String>,
    once: Option<String>,
}

async fn urlencoded<S: Send + Sync, F: Fields>(
    request: Request,
    state: &S,
) -> Result<(Form<F>, Hidden), ErrorPage> {
    let body = Bytes::from_request(request, state)
        .await
        .map_err(|rejection| broken_body::<F>(rejection.into_response().status()))?;
    let mut form = Form::blank();
    let mut hidden = Hidden::default();
    for pair in decode::pairs(&body) {
        let (name, value) = pair.map_err(ErrorPage::unprocessable)?;
        take_in(&mut form, &mut hidden, name, value)?;
    }
    Ok((form, hidden))
}

async fn multipart<S: Send + Sync, F: Fields>(
    request: Request,
    state: &S,
) -> Result<(Form<F>, Hidden), ErrorPage> {
    let mut parts = Multipart::from_request(request, state)
        .await
        .map_err(|_| ErrorPage::unprocessable(t("why-no-boundary")))?;
    let mut form = Form::blank();
    let mut hidden = Hidden::default();
    while let Some(part) = parts.next_field().await.map_err(|error| broken_body::<F>(error.status()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(|error| broken_body::<F>(error.status()))?;
        match file_name {
            // What a browser sends when no file was chosen.
            Some(file_name) if file_name.is_empty() && content.is_empty() => {}
            Some(file_name) => {
                if !F::FILES.iter().any(|(found, _)| *found == name) {
                    return Err(ErrorPage::unprocessable(
                        t("why-unknown-file").with("field", format_args!("{name:?}")),
                    ));
                }
                if form.file(&name).is_some() {
                    return Err(ErrorPage::unprocessable(
                        t("why-file-twice").with("field", format_args!("{name:?}")),
                    ));
                }
                form.files.push((name, File { name: file_name, content }));
            }
            None => {
                let value = String::from_utf8(content.into());
                let value = value.map_err(|_| ErrorPage::unprocessable(t("why-not-utf8")))?;
                take_in(&mut form, &mut hidden, name, value)?;
            }
        }
    }
    Ok((form, hidden))
}

fn take_in<F: Fields>(
    form: &mut Form<F>,
    hidden: &mut Hidden,
    name: String,
    value: String,
) -> Result<(), ErrorPage> {
    if value.contains('\0') {
        return Err(ErrorPage::unprocessable(t("why-nul")));
    }
    let (kept, twice) = match name.as_str() {
        FORM_TOKEN => (&mut hidden.form_token, t("why-token-twice")),
        ONCE => (&mut hidden.once, t("why-once-twice")),
        _ => {
            // Browsers send every line break as CR LF.
            let value = value.replace("\r\n", "\n");
            return form.take_in(name, value).map_err(ErrorPage::unprocessable);
        }
    };
    if kept.replace(value).is_some() {
        return Err(ErrorPage::unprocessable(twice));
    }
    Ok(())
}

fn broken_body<F: Fields>(status: StatusCode) -> ErrorPage {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return ErrorPage::too_large(F::LIMIT);
    }
    ErrorPage::bad_request(t("why-form-incomplete"))
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Letter {}
    impl Fields for Letter {
        const ONE: &'static [(&'static str, &'static str)] =
            &[("name", "field-your-name"), ("days", "field-payment-days")];
        const MANY: &'static [(&'static str, &'static str)] = &[("row", "field-line")];
    }

    #[test]
    fn what_was_typed_is_kept_and_the_first_error_of_a_field_counts() {
        let mut form = Form::<Letter>::blank().with("name", " Ada ").with("days", "many");
        assert_eq!(form.text("name"), "Ada");
        assert_eq!(form.read::<u8>("days", "not a number"), None);
        form.refuse("days", "another");
        assert_eq!(form.error("days"), Some("Not a number."));
        assert_eq!(form.value("days"), "many");
        assert_eq!((form.errors().len(), form.label("days").as_str()), (1, "Days to pay"));
    }

    #[test]
    fn unknown_and_repeated_fields_are_refused_and_rows_may_repeat() {
        let mut form = Form::<Letter>::blank();
        assert!(form.take_in("name".into(), "a".into()).is_ok());
        assert_eq!(
            form.take_in("name".into(), "b".into()).unwrap_err().to_string(),
            "The field \"name\" came twice."
        );
        assert_eq!(
            form.take_in("admin".into(), "1".into()).unwrap_err().to_string(),
            "This form has no field \"admin\"."
        );
        assert!(form.take_in("row".into(), "1".into()).is_ok());
        assert!(form.take_in("row".into(), "3".into()).is_ok());
        assert_eq!(form.values("row").collect::<Vec<_>>(), ["1", "3"]);
        let labels = ["row-2", "name", "", "row-x", "name-1"].map(|name| form.label_of_note(name));
        assert_eq!(labels, ["Line, line 2", "Your name", "", "", ""]);
    }

    #[test]
    fn a_secret_is_taken_out_and_not_shown() {
        let mut form = Form::<Letter>::blank().with("name", " geheim ");
        assert!(!format!("{form:?}").contains("geheim"));
        assert_eq!(*form.take_secret("name"), " geheim ");
        assert_eq!(form.value("name"), "");
    }
}
