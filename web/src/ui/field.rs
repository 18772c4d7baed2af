//! Form fields: label, hint, error and control belong together and know each other by id.

use std::fmt::Display;

use askama::Template;

use crate::form::{Fields, Form};

/// One field with everything around it. The methods are for templates and can be chained.
#[derive(Template)]
#[template(path = "ui/field.html")]
pub struct Field {
    control: Control,
    id: String,
    name: String,
    label: String,
    value: String,
    chosen: Vec<String>,
    error: Option<String>,
    hint: String,
    optional: bool,
    autocomplete: String,
    input_mode: &'static str,
    longest: usize,
    class: &'static str,
    unit: String,
    focused: bool,
    rows: u8,
    accept: String,
}

enum Control {
    Input(&'static str),
    Password,
    Textarea,
    Select(Vec<(String, String)>),
    Choices(Vec<(String, String)>),
    Checkbox,
    File,
}

impl Field {
    fn new<F: Fields>(form: &Form<F>, name: &str, control: Control) -> Self {
        let secret = matches!(control, Control::Password | Control::File);
        Self {
            control,
            id: name.to_owned(),
            name: name.to_owned(),
            label: form.label(name),
            value: if secret { String::new() } else { form.value(name).to_owned() },
            chosen: form.values(name).map(str::to_owned).collect(),
            error: form.error(name).map(str::to_owned),
            hint: String::new(),
            optional: false,
            autocomplete: "off".to_owned(),
            input_mode: "",
            longest: 0,
            class: "",
            unit: String::new(),
            focused: false,
            rows: 4,
            accept: String::new(),
        }
    }

    /// One sentence below the label: what is wanted, or the standard's term.
    #[must_use]
    pub fn hint(self, hint: impl Display) -> Self {
        Self { hint: hint.to_string(), ..self }
    }

    /// May stay empty; the label says so.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// What the browser may fill in (HTML autofill tokens, such as `organization`).
    #[must_use]
    pub fn autocomplete(self, token: impl Display) -> Self {
        Self { autocomplete: token.to_string(), ..self }
    }

    /// The most characters that make sense.
    #[must_use]
    pub fn longest(self, characters: usize) -> Self {
        Self { longest: characters, ..self }
    }

    /// For short contents: a country, a number of days.
    #[must_use]
    pub fn short(self) -> Self {
        Self { class: "input-short", ..self }
    }

    /// Digits, set flush right.
    #[must_use]
    pub fn numeric(self) -> Self {
        Self { class: "input-num", input_mode: "decimal", ..self }
    }

    /// A unit inside the field, behind the value: `EUR`, `days`, `%`.
    #[must_use]
    pub fn unit(self, unit: impl Display) -> Self {
        Self { unit: unit.to_string(), ..self }
    }

    /// The cursor is here when the page opens.
    #[must_use]
    pub fn focused(self) -> Self {
        Self { focused: true, ..self }
    }

    /// Height of a text area in lines.
    #[must_use]
    pub fn rows(self, rows: u8) -> Self {
        Self { rows, ..self }
    }

    /// Which files the chooser offers: `.pdf,.xml`.
    #[must_use]
    pub fn accept(self, kinds: impl Display) -> Self {
        Self { accept: kinds.to_string(), ..self }
    }

    /// Sets the field's id apart, for a second form of the same fields on a page; its error summary gets the same.
    #[must_use]
    pub fn id(self, prefix: &str) -> Self {
        Self { id: format!("{prefix}-{}", self.name), ..self }
    }

    /// Another label than the form's.
    #[must_use]
    pub fn label(self, label: impl Display) -> Self {
        Self { label: label.to_string(), ..self }
    }

    fn described(&self) -> bool {
        self.error.is_some() || !self.hint.is_empty()
    }

    fn is_chosen(&self, value: &str) -> bool {
        self.chosen.iter().any(|chosen| chosen == value)
    }
}

/// A line of text.
pub fn text<F: Fields>(form: &Form<F>, name: &str) -> Field {
    Field::new(form, name, Control::Input("text"))
}

/// An input of another HTML type: `tel`, `url`, `search`.
pub fn input<F: Fields>(form: &Form<F>, name: &str, kind: &'static str) -> Field {
    Field::new(form, name, Control::Input(kind))
}

/// An e-mail address.
pub fn email<F: Fields>(form: &Form<F>, name: &str) -> Field {
    Field::new(form, name, Control::Input("email")).autocomplete("email").longest(254)
}

/// A password, with a button that shows it. With `.autocomplete("new-password")` for a new one.
pub fn password<F: Fields>(form: &Form<F>, name: &str) -> Field {
    Field::new(form, name, Control::Password).autocomplete("current-password")
}

/// A six-digit code.
pub fn one_time_code<F: Fields>(form: &Form<F>, name: &str) -> Field {
    let field = Field::new(form, name, Control::Input("text"));
    let field = Field { value: String::new(), input_mode: "numeric", class: "input-code", ..field };
    field.autocomplete("one-time-code").longest(7)
}

/// A calendar date, as `2026-03-31`.
pub fn date<F: Fields>(form: &Form<F>, name: &str) -> Field {
    Field { class: "input-short", ..Field::new(form, name, Control::Input("date")) }
}

/// A sum, with its currency inside the field.
pub fn money<F: Fields>(form: &Form<F>, name: &str, currency: impl Display) -> Field {
    text(form, name).numeric().unit(currency)
}

/// Several lines of text.
pub fn textarea<F: Fields>(form: &Form<F>, name: &str) -> Field {
    Field::new(form, name, Control::Textarea)
}

/// One of many, by value and label.
pub fn select<F: Fields, V: ToString, L: ToString>(
    form: &Form<F>,
    name: &str,
    options: impl AsRef<[(V, L)]>,
) -> Field {
    Field::new(form, name, Control::Select(owned(options.as_ref())))
}

/// One of few, all of them in sight.
pub fn choices<F: Fields, V: ToString, L: ToString>(
    form: &Form<F>,
    name: &str,
    options: impl AsRef<[(V, L)]>,
) -> Field {
    Field::new(form, name, Control::Choices(owned(options.as_ref())))
}

/// Yes or nothing: sends `yes` when it is ticked.
pub fn checkbox<F: Fields>(form: &Form<F>, name: &str) -> Field {
    Field::new(form, name, Control::Checkbox)
}

/// A file.
pub fn file<F: Fields>(form: &Form<F>, name: &str) -> Field {
    Field::new(form, name, Control::File)
}

fn owned<V: ToString, L: ToString>(options: &[(V, L)]) -> Vec<(String, String)> {
    options.iter().map(|(value, label)| (value.to_string(), label.to_string())).collect()
}
