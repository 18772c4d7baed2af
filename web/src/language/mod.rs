//! The language of an answer: asked for by the browser or chosen by the person, and then in force for everything that
//! is said while that answer is made.
//!
//! It is ambient: [`t`], the numbers and the dates of [`crate::ui`] read [`current`], and nobody hands it on. Outside of
//! an answer it is English. See docs/design/languages.md.

mod accept;
pub mod choice;
mod words;

use std::fmt;

use axum::http::HeaderMap;

use crate::cookies;

pub(crate) use words::has;
pub use words::{Text, t};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, with dates that Americans and Britons read alike.
    #[default]
    English,
    /// German.
    German,
}

tokio::task_local! {
    static CURRENT: Language;
}

impl Language {
    /// All there are, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The language tag (BCP 47), also that of documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What its speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of a tag such as `de` or `de-AT`; none if it is not spoken here.
    pub fn of(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// What a person chose, or else the browser asks for; none if that is nothing we speak.
    pub(crate) fn asked(headers: &HeaderMap) -> Option<Self> {
        let chosen = cookies::read(headers, cookies::LANGUAGE);
        chosen.and_then(|code| Self::of(&code)).or_else(|| accept::best(headers))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The language of the answer that is being made.
pub fn current() -> Language {
    CURRENT.try_with(|language| *language).unwrap_or_default()
}

/// Everything that this answer says is in `language`.
pub(crate) async fn speak<T>(language: Language, answer: impl Future<Output = T>) -> T {
    CURRENT.scope(language, answer).await
}

/// The same for what is said at once.
pub fn speaking<T>(language: Language, say: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(language, say)
}
