//! What is wrong with one field of a form.

use counterfoil_invoice::limits::is_forbidden;

/// The longest name or single line of text (BT-27, BT-44 …), in characters.
pub(crate) const LONGEST_LINE: usize = 200;

/// A field that cannot be accepted, for the person who filled it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, as the form and the JSON have it, such as `address.country`.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Joins field errors for a program's error text.
pub(crate) fn list(errors: &[FieldError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Collects what is wrong with a form, so that all of it is said at once.
#[derive(Default)]
pub(crate) struct Form(Vec<FieldError>);

impl Form {
    pub(crate) fn wrong(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, message));
    }

    /// One line of text that must be there.
    pub(crate) fn required(&mut self, field: &'static str, text: &mut String) {
        *text = text.trim().to_owned();
        if text.is_empty() {
            self.wrong(field, "this is needed");
        } else {
            self.line(field, text);
        }
    }

    /// One line of text that may be missing; empty becomes none.
    pub(crate) fn optional(&mut self, field: &'static str, text: &mut Option<String>) {
        *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(text) = text {
            self.line(field, text);
        }
    }

    /// The same where empty stays empty.
    pub(crate) fn maybe(&mut self, field: &'static str, text: &mut String) {
        *text = text.trim().to_owned();
        self.line(field, text);
    }

    /// Lines of text that may be missing.
    pub(crate) fn prose(&mut self, field: &'static str, text: &str, longest: usize) {
        let length = text.chars().count();
        if length > longest {
            self.wrong(field, format!("at most {longest} characters; this has {length}"));
        } else if let Some(c) = text.chars().find(|c| is_forbidden(*c)) {
            self.wrong(field, remove(c));
        }
    }

    fn line(&mut self, field: &'static str, text: &str) {
        let length = text.chars().count();
        if length > LONGEST_LINE {
            self.wrong(field, format!("at most {LONGEST_LINE} characters; this has {length}"));
        } else if let Some(problem) = hostile(text) {
            self.wrong(field, problem);
        }
    }

    pub(crate) fn finish(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// What makes a line of text read differently from what it says: what no document may hold, other controls, and marks
/// of direction.
pub(crate) fn hostile(text: &str) -> Option<String> {
    let is_hostile =
        |c: &char| is_forbidden(*c) || c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{feff}');
    text.chars().find(is_hostile).map(remove)
}

fn remove(c: char) -> String {
    format!("the invisible character U+{:04X} is not allowed here: remove it", u32::from(c))
}
