//! What pages are drawn with: components as values. A template writes `{{ ui::icon("check") }}` or
//! `{{ ui::text(form, "name").hint("As on the invoice") }}`; the page's module has `use crate::ui;`.
//!
//! A component escapes what it is given in its own template and is therefore marked [`HtmlSafe`] here, the only
//! place where that is done.

mod chart;
mod field;
mod format;
mod qr;
mod verdict;

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;
use counterfoil_identity::{Role, Token};

use crate::form::{Fields, Form};
use crate::language::{Language, current};
use crate::visit::rng;
use crate::{Visit, assets};

pub use chart::{Bar, Chart};
pub use field::{
    Field, checkbox, choices, date, email, file, input, money, one_time_code, password, select, text,
    textarea,
};
pub(crate) use format::amount_in;
pub use format::{
    account, amount, date_of, day_of, group_sign, kilobytes, moment_of, money_of, month_of, percent,
    quantity, short_hex, taken_off, time_of, typed,
};
pub use qr::{Qr, qr};
pub use verdict::{Mark, VerdictCard, verdict, verdict_word};

pub use crate::language::t;

/// What a colour means. It always comes with a word and an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do: draft, archived.
    Grey,
    /// Good: paid, genuine.
    Green,
    /// Soon or with care: due, superseded.
    Amber,
    /// Wrong: overdue, forged.
    Red,
    /// Under way: issued, sent.
    Accent,
}

impl Tone {
    fn word(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Accent => "accent",
        }
    }
}

/// A value, however many times askama borrowed it on the way here.
pub trait By<T> {
    /// The value itself.
    fn value(&self) -> T;
}

impl<T, R: By<T> + ?Sized> By<T> for &R {
    fn value(&self) -> T {
        (**self).value()
    }
}

impl By<Self> for Role {
    fn value(&self) -> Self {
        *self
    }
}

impl By<Self> for Tone {
    fn value(&self) -> Self {
        *self
    }
}

/// An icon of `assets/icons.svg`; see `/styleguide` for their names.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<svg class="icon" aria-hidden="true" focusable="false"><use href="{{ crate::assets::url("icons.svg") }}#{{ name }}"/></svg>"#
)]
pub struct Icon {
    name: String,
}

/// An icon, as large as the text around it, for sighted people only: the word is beside it.
pub fn icon(name: &str) -> Icon {
    Icon { name: name.to_owned() }
}

/// The mark of Counterfoil: a bill and its stub.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<svg class="icon mark" aria-hidden="true" focusable="false"><use href="{{ crate::assets::url("icons.svg") }}#mark"/></svg>"#
)]
pub struct Logo;

/// The mark of Counterfoil.
pub fn logo() -> Logo {
    Logo
}

/// A status: word, colour and icon.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="badge badge-{{ tone.word() }}">{{ icon }}{{ word }}</span>"#
)]
pub struct Badge {
    tone: Tone,
    icon: Icon,
    word: String,
}

/// A status: `ui::badge(Tone::Green, "check", "Paid")`.
pub fn badge(tone: impl By<Tone>, icon_name: &str, word: impl Display) -> Badge {
    Badge { tone: tone.value(), icon: icon(icon_name), word: word.to_string() }
}

/// The hidden field that binds a form to this browser. Every form with `method="post"` has one.
#[derive(Template)]
#[template(ext = "html", source = r#"<input type="hidden" name="form_token" value="{{ value }}">"#)]
pub struct FormToken {
    value: String,
}

/// The hidden field of every POST form: `{{ ui::form_token(page) }}`.
pub fn form_token(page: &Visit) -> FormToken {
    FormToken { value: page.form_token() }
}

/// The hidden field of a form that acts once, however often it is sent: a number drawn for this page.
#[derive(Template)]
#[template(ext = "html", source = r#"<input type="hidden" name="once" value="{{ value }}">"#)]
pub struct Once {
    value: String,
}

/// Beside the form token of a form that acts, if its handler calls [`Form::once`]: `{{ ui::once() }}`.
pub fn once() -> Once {
    Once { value: Token::generate(&mut rng()).to_text() }
}

/// The other languages a page can be read in, as buttons.
#[derive(Template)]
#[template(path = "ui/languages.html")]
pub struct Languages {
    page: Visit,
    next: String,
}

/// The switch of public pages; nothing on the answer to a form, which cannot be opened again.
pub fn languages(page: &Visit) -> Option<Languages> {
    let next = page.address()?.to_owned();
    Some(Languages { page: page.clone(), next })
}

/// The language of the page, for `<html lang>`.
pub fn language() -> Language {
    current()
}

/// What is wrong with a form, on top of it, with links to the fields.
#[derive(Template)]
#[template(path = "ui/error-summary.html")]
pub struct ErrorSummary {
    prefix: String,
    problems: Vec<Problem>,
}

struct Problem {
    name: String,
    label: String,
    message: String,
}

/// What is wrong with a form; nothing if nothing is: `{{ ui::error_summary(form) }}`. It is in the order of
/// [`Fields::ONE`], which is the page's. A note on a name that is no field (`form.refuse("", …)`) concerns the form as a
/// whole, and comes first.
pub fn error_summary<F: Fields>(form: &Form<F>) -> ErrorSummary {
    let problem = |(name, message): (&str, &str)| Problem {
        name: name.to_owned(),
        label: form.label_of_note(name),
        message: message.to_owned(),
    };
    let mut problems: Vec<Problem> = form.errors().iter().map(problem).collect();
    problems.sort_by_key(|problem| F::ONE.iter().position(|(name, _)| *name == problem.name));
    ErrorSummary { prefix: String::new(), problems }
}

impl ErrorSummary {
    /// See [`Field::id`].
    #[must_use]
    pub fn id(self, prefix: &str) -> Self {
        Self { prefix: format!("{prefix}-"), ..self }
    }
}

/// The figure of a tile.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="tile-value{% if is_long %} tile-long{% endif %}">{{ text }}</span>"#
)]
pub struct TileValue {
    text: String,
    is_long: bool,
}

/// A figure in large type; in smaller type if it is so long that it would not fit.
pub fn tile_value(text: String) -> TileValue {
    let is_long = text.chars().count() > 14;
    TileValue { text, is_long }
}

/// Text to be copied exactly: a link, a code, a command, a fingerprint.
#[derive(Template)]
#[template(path = "ui/copy.html")]
pub struct Copy {
    id: String,
    text: String,
}

/// Text with a button that copies it. `id` is unique on the page.
pub fn copy(id: impl Display, text: impl Display) -> Copy {
    Copy { id: id.to_string(), text: text.to_string() }
}

/// A script that one page needs, in its `scripts` block: `{{ ui::script(page, "hash-file.js") }}`.
#[derive(Template)]
#[template(ext = "html", source = r#"<script type="module" src="{{ url }}" nonce="{{ nonce }}"></script>"#)]
pub struct Script {
    url: &'static str,
    nonce: String,
}

/// A script of `assets/js`.
pub fn script(page: &Visit, name: &str) -> Script {
    Script { url: assets::url(name), nonce: page.nonce().to_owned() }
}

impl HtmlSafe for Icon {}
impl HtmlSafe for Logo {}
impl HtmlSafe for Badge {}
impl HtmlSafe for FormToken {}
impl HtmlSafe for Once {}
impl HtmlSafe for Languages {}
impl HtmlSafe for ErrorSummary {}
impl HtmlSafe for TileValue {}
impl HtmlSafe for Copy {}
impl HtmlSafe for Script {}
impl HtmlSafe for Field {}
impl HtmlSafe for Chart {}
impl HtmlSafe for Qr {}
impl HtmlSafe for VerdictCard {}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = r#""><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;"#;

    enum Letter {}
    impl Fields for Letter {
        const ONE: &'static [(&'static str, &'static str)] = &[("name", "Name"), ("city", "City")];
    }

    #[test]
    fn every_component_escapes_what_it_is_given() {
        let mut form = Form::<Letter>::blank().with("name", HOSTILE);
        form.refuse("name", HOSTILE);
        let options = [(HOSTILE, HOSTILE)];
        let drawn = [
            icon(HOSTILE).to_string(),
            badge(Tone::Red, HOSTILE, HOSTILE).to_string(),
            error_summary(&form).to_string(),
            copy(HOSTILE, HOSTILE).to_string(),
            text(&form, "name").hint(HOSTILE).unit(HOSTILE).to_string(),
            textarea(&form, "name").hint(HOSTILE).to_string(),
            select(&form, "name", options).to_string(),
            choices(&form, "name", options).to_string(),
            checkbox(&form, "name").hint(HOSTILE).to_string(),
            verdict(Mark::Genuine, HOSTILE, HOSTILE).to_string(),
            Chart::new(HOSTILE, vec![Bar::new(HOSTILE, HOSTILE, 1.into())]).to_string(),
        ];
        for html in drawn {
            assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
            assert!(html.contains("&#34;&#62;&#60;script&#62;"), "{html}");
        }
    }

    #[test]
    fn a_password_is_never_shown_again() {
        let form = Form::<Letter>::blank().with("name", "geheim");
        assert!(!password(&form, "name").to_string().contains("geheim"));
        assert!(!one_time_code(&form, "name").to_string().contains("geheim"));
    }

    #[test]
    fn an_error_stands_beside_its_field_and_in_the_summary_with_a_link() {
        let mut form = Form::<Letter>::blank().with("name", "x");
        form.refuse("name", "this is too short");
        let field = text(&form, "name").to_string();
        assert!(field.contains(r#"aria-invalid="true""#) && field.contains("This is too short."), "{field}");
        assert!(field.contains(r#"aria-describedby="error-name""#), "{field}");
        let summary = error_summary(&form).to_string();
        assert!(summary.contains(r##"href="#field-name""##), "{summary}");
        assert_eq!(error_summary(&Form::<Letter>::blank()).to_string().trim(), "");
    }

    #[test]
    fn the_summary_is_in_the_order_of_the_page_however_the_errors_came() {
        let mut form = Form::<Letter>::blank();
        for name in ["city", "", "name"] {
            form.refuse(name, "look at this");
        }
        let names: Vec<String> =
            error_summary(&form).problems.into_iter().map(|problem| problem.name).collect();
        assert_eq!(names, ["", "name", "city"]);
    }
}
