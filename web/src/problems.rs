//! What use cases find wrong, in the words of the page: by its kind, never by its English words.

use counterfoil_billing::Problem;
use counterfoil_billing::access::SignInError;
use counterfoil_billing::logo::LogoError;
use counterfoil_identity::Forbidden;
use counterfoil_identity::csrf::CsrfRefusal;
use counterfoil_identity::email::EmailProblem;
use counterfoil_identity::password::{MAX_LENGTH, MIN_LENGTH, PasswordProblem, Weakness};
use counterfoil_identity::throttle::RetryAfter;
use counterfoil_invoice::bic::BicError;
use counterfoil_invoice::iban::IbanError;
use counterfoil_invoice::limits::is_forbidden;
use counterfoil_invoice::money::MoneyError;
use counterfoil_invoice::numbering::{MAX_PATTERN, MAX_START, PatternError};
use counterfoil_invoice::vat_id::VatIdError;

use crate::account::role;
use crate::language::{Text, t};
use crate::ui;

/// What is wrong with a field.
pub(crate) fn said(problem: &Problem) -> Text {
    match problem {
        Problem::Missing => t("problem-missing"),
        Problem::TooLong { most, found } => t("problem-too-long").count("most", most).count("found", found),
        Problem::Invisible(c) => t("problem-invisible").with("code", format_args!("U+{:04X}", u32::from(*c))),
        Problem::Email(problem) => email(*problem),
        Problem::Iban(problem) => iban(problem),
        Problem::Bic(problem) => bic(problem),
        Problem::VatId(problem) => vat_id(problem),
        Problem::Money(problem) => money(*problem),
        Problem::Password(problem) => password(*problem),
        Problem::Slug => t("problem-slug"),
        Problem::NoTaxNumber => t("problem-no-tax-number"),
        Problem::PaymentDays => t("problem-payment-days"),
        Problem::Language => t("problem-language"),
        Problem::Country => t("problem-country"),
        Problem::NotPositive => t("problem-not-positive"),
        Problem::MoreThanOpen(open) => {
            t("problem-more-than-open").with("open", ui::money_of(open.amount(), open.currency()))
        }
        Problem::NotYet => t("problem-not-yet"),
        Problem::Year(first) => t("problem-year").with("first", first),
        Problem::NotYourPassword => t("problem-not-your-password"),
        Problem::SamePassword => t("problem-same-password"),
        Problem::WrongCode => t("problem-wrong-code"),
        Problem::Gtin => t("problem-gtin"),
        Problem::Unit => t("problem-unit"),
        Problem::NegativePrice => t("problem-price"),
        Problem::TooManyContacts { most, found } => {
            t("problem-too-many-contacts").count("most", most).count("found", found)
        }
        Problem::NoContactAddress => t("problem-contact-without-email"),
        Problem::Bracket => t("problem-pattern-bracket").with("example", "{number}"),
        Problem::Place(place) => t("problem-place").with("place", format_args!("{{{place}}}")),
        Problem::NoLink => t("problem-no-link").with("link", "{link}"),
        Problem::LinkInSubject => t("problem-link-in-subject"),
        Problem::Vat => t("vat-choose"),
        Problem::AccountThere => t("problem-account-there"),
        Problem::TooManyAccounts { most } => t("problem-too-many-accounts").count("most", most),
        Problem::Pattern(problem) => pattern(problem),
        Problem::NumberAgain(number) => t("problem-number-again").with("number", number),
        Problem::NumberOfInvoices(number) => t("problem-number-of-invoices").with("number", number),
        Problem::Start => t("problem-start").with("most", MAX_START),
        Problem::HasBegun(number) => t("problem-has-begun").with("number", number),
        Problem::Other(words) => t(words),
    }
}

fn pattern(problem: &PatternError) -> Text {
    match problem {
        PatternError::TooLong(found) => {
            t("problem-too-long").count("most", MAX_PATTERN).count("found", *found)
        }
        PatternError::Character(c) if c.is_control() || is_forbidden(*c) => {
            t("problem-invisible").with("code", format_args!("U+{:04X}", u32::from(*c)))
        }
        PatternError::Character(c) => t("problem-pattern-character").with("character", c),
        PatternError::Start(c) => t("problem-pattern-start").with("character", c),
        PatternError::Bracket => t("problem-pattern-bracket").with("example", "{YYYY}"),
        PatternError::Part(part) => t("problem-pattern-part")
            .with("part", format_args!("{{{part}}}"))
            .with("parts", "{YYYY}, {YY}, {MM}, {NNNN}"),
        PatternError::Twice(_) => t("problem-pattern-twice"),
        PatternError::NoNumber => t("problem-pattern-number").with("example", "{NNNN}"),
        PatternError::MonthAlone => t("problem-pattern-month").with("examples", "{YYYY}, {YY}"),
    }
}

fn email(problem: EmailProblem) -> Text {
    match problem {
        EmailProblem::TooLong => t("problem-email-long"),
        EmailProblem::At => t("problem-email-at"),
        EmailProblem::LocalPart => t("problem-email-local").with("signs", "!#$%&'*+-/=?^_`{|}~"),
        EmailProblem::Domain => t("problem-email-domain"),
    }
}

fn iban(problem: &IbanError) -> Text {
    match problem {
        IbanError::Missing => t("problem-iban-missing"),
        IbanError::Characters => t("problem-iban-characters"),
        IbanError::Start => t("problem-iban-start"),
        IbanError::Country(country) => t("problem-iban-country").with("country", country),
        IbanError::Length { country, expected, found } => {
            t("problem-iban-length").with("country", country).with("expected", expected).with("found", found)
        }
        IbanError::Checksum => t("problem-iban-checksum"),
    }
}

fn bic(problem: &BicError) -> Text {
    match problem {
        BicError::Length(found) => t("problem-bic-length").with("found", found),
        BicError::Characters => t("problem-bic-characters"),
        BicError::Country(country) => t("problem-bic-country").with("country", country),
    }
}

fn vat_id(problem: &VatIdError) -> Text {
    match problem {
        VatIdError::Prefix => t("problem-vat-prefix"),
        VatIdError::Shape { country, example } => t("problem-vat-shape")
            .with("country", country)
            .with("example", format_args!("{country}{example}")),
        VatIdError::Characters => t("problem-vat-characters"),
    }
}

fn money(problem: MoneyError) -> Text {
    match problem {
        MoneyError::TooFine(currency, decimals) => {
            t("problem-money-decimals").with("currency", currency).with("decimals", decimals)
        }
        MoneyError::NoCurrency | MoneyError::Currencies(..) => t("currency-needed"),
        MoneyError::Overflow | MoneyError::NoBaseQuantity => t("problem-money-large"),
    }
}

fn password(problem: PasswordProblem) -> Text {
    match problem {
        PasswordProblem::TooShort { found } => {
            t("problem-password-short").with("found", found).with("least", MIN_LENGTH)
        }
        PasswordProblem::TooLong => t("problem-password-long").with("most", MAX_LENGTH),
        PasswordProblem::Context => t("problem-password-context"),
        PasswordProblem::Guessable(weakness) => t("problem-password-guessable").with("why", weak(weakness)),
    }
}

fn weak(weakness: Weakness) -> Text {
    match weakness {
        Weakness::Common => t("weakness-common"),
        Weakness::Word => t("weakness-word"),
        Weakness::Names => t("weakness-names"),
        Weakness::Keyboard => t("weakness-keyboard"),
        Weakness::Repeats => t("weakness-repeats"),
        Weakness::Sequence => t("weakness-sequence"),
        Weakness::Date => t("weakness-date"),
        Weakness::Patterns => t("weakness-patterns"),
    }
}

/// Why an uploaded logo is not taken.
pub(crate) fn logo(problem: LogoError) -> Text {
    match problem {
        LogoError::File => t("problem-logo-file"),
        LogoError::Format => t("problem-logo-format"),
        LogoError::Pixels => t("problem-logo-pixels"),
        LogoError::Unreadable => t("problem-logo-unreadable"),
        LogoError::Detail => t("problem-logo-detail"),
    }
}

/// Why somebody is not signed in. Faults of the server have a page of their own.
pub(crate) fn sign_in(error: &SignInError) -> Text {
    match error {
        SignInError::Wrong => t("problem-wrong-sign-in"),
        SignInError::WrongCode => t("problem-wrong-code"),
        SignInError::Throttled(wait) => throttled(*wait),
        SignInError::Unavailable(_) => t("fault-busy-todo"),
    }
}

/// How long nothing more may be tried.
pub(crate) fn throttled(wait: RetryAfter) -> Text {
    match wait.seconds() {
        seconds @ 0..=120 => t("throttled-seconds").count("count", seconds.max(1)),
        seconds @ 121..=7_200 => t("throttled-minutes").count("count", seconds.div_ceil(60)),
        seconds => t("throttled-hours").count("count", seconds.div_ceil(3_600)),
    }
}

/// Why somebody who is signed in may not.
pub(crate) fn forbidden(refusal: Forbidden) -> Text {
    match refusal {
        Forbidden::NotGranted { role: of, .. } => t("why-role").with("role", role(of)),
        Forbidden::NotActive(_) => t("why-inactive"),
        Forbidden::NeedsFresh => t("why-fresh-needed"),
        Forbidden::NotAMember => t("why-not-allowed"),
    }
}

/// Why a request is not taken for one from our own pages.
pub(crate) fn not_from_here(refusal: CsrfRefusal) -> Text {
    match refusal {
        CsrfRefusal::OtherSite => t("why-other-site"),
        CsrfRefusal::OtherOrigin => t("why-other-origin"),
        CsrfRefusal::NoEvidence => t("why-no-origin"),
        CsrfRefusal::Embedded => t("why-embedded"),
    }
}
