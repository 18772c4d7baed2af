//! What is wrong with one field of a form.

use counterfoil_identity::email::EmailProblem;
use counterfoil_identity::password::PasswordProblem;
use counterfoil_invoice::Money;
use counterfoil_invoice::bic::BicError;
use counterfoil_invoice::iban::IbanError;
use counterfoil_invoice::limits::is_forbidden;
use counterfoil_invoice::money::MoneyError;
use counterfoil_invoice::numbering::{MAX_START, PatternError};
use counterfoil_invoice::vat_id::VatIdError;

/// The longest name or single line of text (BT-27, BT-44 …), in characters.
pub(crate) const LONGEST_LINE: usize = 200;

/// What is wrong with a field, and what would be right. In English by itself; by its kind for whoever speaks another
/// language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing was entered.
    #[error("this is needed")]
    Missing,
    /// Too many characters.
    #[error("at most {most} characters; this has {found}")]
    TooLong {
        /// How many there may be.
        most: usize,
        /// How many there are.
        found: usize,
    },
    /// A character that is not seen, or that makes a text read differently from what it says.
    #[error("the invisible character U+{:04X} is not allowed here: remove it", u32::from(*.0))]
    Invisible(char),
    /// No e-mail address.
    #[error(transparent)]
    Email(#[from] EmailProblem),
    /// No IBAN.
    #[error(transparent)]
    Iban(#[from] IbanError),
    /// No BIC.
    #[error(transparent)]
    Bic(#[from] BicError),
    /// No VAT identifier.
    #[error(transparent)]
    VatId(#[from] VatIdError),
    /// No sum of this currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A password that is easily guessed.
    #[error(transparent)]
    Password(#[from] PasswordProblem),
    /// No short name of an organisation.
    #[error("2 to 40 lower-case letters, digits and hyphens, beginning with a letter")]
    Slug,
    /// Neither a VAT identifier nor a tax number.
    #[error("a VAT identifier or a tax number is needed (BR-CO-26)")]
    NoTaxNumber,
    /// A payment term of more than a year.
    #[error("at most 365 days")]
    PaymentDays,
    /// No tag of a language.
    #[error("a language tag of BCP 47, such as en or de")]
    Language,
    /// No code of a country.
    #[error("two letters of ISO 3166-1, such as DE or FR")]
    Country,
    /// A payment of nothing, or of less.
    #[error("an amount above zero")]
    NotPositive,
    /// A payment of more than is owed.
    #[error("only {} {} is open", .0.amount(), .0.currency())]
    MoreThanOpen(Money),
    /// A payment of tomorrow.
    #[error("a day that has come: today or earlier")]
    NotYet,
    /// A year that is a slip of the keyboard.
    #[error("a year of four digits, from {0}")]
    Year(i16),
    /// The password is another.
    #[error("this is not your password")]
    NotYourPassword,
    /// The new password is the old one.
    #[error("this is the old one: choose another")]
    SamePassword,
    /// A code of an app, or of paper, that opens nothing.
    #[error("the code is not right, or was used before: wait for the next one")]
    WrongCode,
    /// No GTIN.
    #[error("a GTIN has 8, 12, 13 or 14 digits, the last of which checks the others")]
    Gtin,
    /// No unit of measure.
    #[error("choose a unit of the list")]
    Unit,
    /// A price below zero.
    #[error("a price is not below zero (BR-27)")]
    NegativePrice,
    /// More contacts than a customer has.
    #[error("at most {most} contacts; these are {found}")]
    TooManyContacts {
        /// How many there may be.
        most: usize,
        /// How many there are.
        found: usize,
    },
    /// Invoices are to go to somebody without an address.
    #[error("choose a contact with an e-mail address")]
    NoContactAddress,
    /// A bracket without the other.
    #[error("a place stands between {{ and }}, such as {{number}}")]
    Bracket,
    /// No place that there is.
    #[error("there is no place {{{0}}}")]
    Place(String),
    /// A mail that hands nothing over.
    #[error("the text needs {{link}} once, on a line of its own")]
    NoLink,
    /// A link that everybody on the way would see.
    #[error("the link opens the document: it stands in the text only")]
    LinkInSubject,
    /// No VAT that there is.
    #[error("a VAT category of EN 16931, with a rate from 0 to 100 percent")]
    Vat,
    /// An account that is entered already.
    #[error("this account is entered already")]
    AccountThere,
    /// More accounts than an organisation has.
    #[error("at most {most} accounts: end one first")]
    TooManyAccounts {
        /// How many there may be.
        most: usize,
    },
    /// No pattern of numbers.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A pattern that would give a number again.
    #[error("documents have numbers that this pattern would give again, such as {0}: a number is given once")]
    NumberAgain(String),
    /// A pattern of credit notes that gives numbers of invoices.
    #[error(
        "invoices could get the same numbers, such as {0}: give credit notes a pattern of their own, or none"
    )]
    NumberOfInvoices(String),
    /// A first number that is none.
    #[error("a whole number from 1 to {MAX_START}")]
    Start,
    /// Where the series begins is settled.
    #[error("the series has begun, and goes on with {0}: only one without documents can begin elsewhere")]
    HasBegun(String),
    /// A limit of documents that has no kind of its own here: English.
    #[error("{0}")]
    Other(String),
}

impl From<String> for Problem {
    fn from(words: String) -> Self {
        Self::Other(words)
    }
}

/// A field that cannot be accepted, for the person who filled it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, as the form and the JSON have it, such as `address.country`.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: Problem,
}

impl FieldError {
    pub(crate) fn new(field: &'static str, problem: impl Into<Problem>) -> Self {
        Self { field, problem: problem.into() }
    }
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
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
    pub(crate) fn wrong(&mut self, field: &'static str, problem: impl Into<Problem>) {
        self.0.push(FieldError::new(field, problem));
    }

    /// One line of text that must be there.
    pub(crate) fn required(&mut self, field: &'static str, text: &mut String) {
        *text = text.trim().to_owned();
        if text.is_empty() {
            self.wrong(field, Problem::Missing);
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
            self.wrong(field, Problem::TooLong { most: longest, found: length });
        } else if let Some(c) = text.chars().find(|c| is_forbidden(*c)) {
            self.wrong(field, Problem::Invisible(c));
        }
    }

    fn line(&mut self, field: &'static str, text: &str) {
        let length = text.chars().count();
        if length > LONGEST_LINE {
            self.wrong(field, Problem::TooLong { most: LONGEST_LINE, found: length });
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
pub(crate) fn hostile(text: &str) -> Option<Problem> {
    let is_hostile =
        |c: &char| is_forbidden(*c) || c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{feff}');
    text.chars().find(is_hostile).map(Problem::Invisible)
}
