//! Choosing a language: kept in a cookie of this browser.

use axum::response::{IntoResponse, Response};

use super::{Language, t};
use crate::{ErrorPage, Fields, Form, SeeOther, cookies, redirect};

/// A language, and the page it was chosen on.
#[derive(Debug)]
pub enum Choice {}

impl Fields for Choice {
    const ONE: &'static [(&'static str, &'static str)] = &[("language", "language"), ("next", "field-next")];
}

/// POST /language. Leads back to the page.
pub async fn create(form: Form<Choice>) -> Result<Response, ErrorPage> {
    let language = Language::ALL.into_iter().find(|language| language.code() == form.value("language"));
    let language = language.ok_or_else(|| ErrorPage::unprocessable(t("why-unknown-language")))?;
    let next = redirect::local(form.value("next")).unwrap_or("/").to_owned();
    Ok(([cookies::choose_language(language)], SeeOther::to(next)).into_response())
}
