//! What a mail to a buyer says, in the language of the document; English, where there are no words in it. An organisation
//! can write its own words, with places for what differs from mail to mail.

use counterfoil_invoice::Money;
use counterfoil_store::organisations::MailText;
use jiff::civil::Date;

use crate::fields::{Form, Problem, hostile};

/// Characters of a subject before it is filled in.
const LONGEST_SUBJECT: usize = 150;
/// Characters of a text before it is filled in.
const LONGEST_TEXT: usize = 4_000;

/// What can be put into subject and text.
pub const PLACES: [&str; 8] = ["kind", "number", "seller", "buyer", "amount", "link", "until", "verify"];

/// The languages that mails are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterLanguage {
    /// For all that have no words of their own.
    English,
    /// For `de` and its kin.
    German,
}

impl LetterLanguage {
    /// That of a document in this language.
    pub fn of(language: &str) -> Self {
        if language.split('-').next() == Some("de") { Self::German } else { Self::English }
    }

    /// What mails say if the organisation says nothing.
    pub fn usual(self) -> MailText {
        let (subject, text) = match self {
            Self::English => (
                "{kind} {number} from {seller}",
                "{kind} {number} from {seller} is ready for you.\n\n\
                 Open it here:\n{link}\n\n\
                 The page shows the document, the account to pay to, and whether it is genuine. No attachment is \
                 sent with this mail: if you get one that claims to be this document, check it at {verify} before \
                 you pay.\n\n\
                 The link is for you alone and works until {until}.\n",
            ),
            Self::German => (
                "{kind} {number} von {seller}",
                "Guten Tag,\n\n\
                 die {kind} {number} von {seller} liegt für Sie bereit.\n\n\
                 Öffnen Sie sie hier:\n{link}\n\n\
                 Die Seite zeigt den Beleg, die Bankverbindung und ob er echt ist. Dieser E-Mail liegt kein Anhang bei: \
                 Wenn Sie einen erhalten, der dieser Beleg sein soll, prüfen Sie ihn unter {verify}, bevor Sie zahlen.\n\n\
                 Der Link ist nur für Sie bestimmt und gilt bis zum {until}.\n",
            ),
        };
        MailText { subject: subject.to_owned(), text: text.to_owned() }
    }

    fn kind(self, is_credit_note: bool) -> &'static str {
        match (self, is_credit_note) {
            (Self::English, false) => "Invoice",
            (Self::English, true) => "Credit note",
            (Self::German, false) => "Rechnung",
            (Self::German, true) => "Gutschrift",
        }
    }

    fn date(self, date: Date) -> String {
        let form = match self {
            Self::English => "%-d %b %Y",
            Self::German => "%d.%m.%Y",
        };
        date.strftime(form).to_string()
    }

    fn money(self, money: Money) -> String {
        let amount = money.amount().to_string();
        let amount = if self == Self::German { amount.replace('.', ",") } else { amount };
        format!("{amount} {}", money.currency())
    }
}

/// A mail that hands over a document by its link.
pub(crate) struct Letter<'a> {
    pub(crate) number: &'a str,
    pub(crate) is_credit_note: bool,
    pub(crate) seller: &'a str,
    pub(crate) buyer: &'a str,
    pub(crate) amount: Money,
    pub(crate) link: &'a str,
    /// Where anyone checks a document.
    pub(crate) verify: &'a str,
    /// The last day of the link.
    pub(crate) until: Date,
}

impl Letter<'_> {
    /// Subject and text, in these words.
    pub(crate) fn write(&self, language: LetterLanguage, words: &MailText) -> (String, String) {
        let put_in = |place: &str| match place {
            "kind" => Some(language.kind(self.is_credit_note).to_owned()),
            "number" => Some(self.number.to_owned()),
            "seller" => Some(self.seller.to_owned()),
            "buyer" => Some(self.buyer.to_owned()),
            "amount" => Some(language.money(self.amount)),
            "link" => Some(self.link.to_owned()),
            "until" => Some(language.date(self.until)),
            "verify" => Some(self.verify.to_owned()),
            _ => None,
        };
        let mut text = fill(&words.text, put_in);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        (fill(&words.subject, put_in), text)
    }
}

/// Fills the places in, once: what is put in is text and no place, and has no line of its own to begin.
fn fill(words: &str, put_in: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let place = behind.split_once('}').and_then(|(place, after)| Some((put_in(place)?, after)));
        if let Some((value, after)) = place {
            filled.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }));
            rest = after;
        } else {
            // Nothing that was accepted; it stays as it stands.
            filled.push('{');
            rest = behind;
        }
    }
    filled.push_str(rest);
    filled
}

/// The words of an organisation, if mails can say them; `None` if they are the usual ones.
pub(crate) fn check(
    form: &mut Form,
    (subject_field, text_field): (&'static str, &'static str),
    language: LetterLanguage,
    words: MailText,
) -> Option<MailText> {
    let MailText { subject, text } = words;
    let subject = subject.trim().to_owned();
    let text = format!("{}\n", text.trim_end());
    if subject.is_empty() {
        form.wrong(subject_field, Problem::Missing);
    } else if let Some(problem) = places(&subject).err().or_else(|| hostile(&subject)) {
        form.wrong(subject_field, problem);
    } else if subject.contains("{link}") {
        // A subject is seen by everybody on the way.
        form.wrong(subject_field, Problem::LinkInSubject);
    } else {
        form.prose(subject_field, &subject, LONGEST_SUBJECT);
    }
    if text.trim().is_empty() {
        form.wrong(text_field, Problem::Missing);
    } else if let Err(problem) = places(&text) {
        form.wrong(text_field, problem);
    } else if text.lines().filter(|line| *line == "{link}").count() != 1
        || text.matches("{link}").count() != 1
    {
        form.wrong(text_field, Problem::NoLink);
    } else {
        form.prose(text_field, &text, LONGEST_TEXT);
    }
    let words = MailText { subject, text };
    (words != language.usual()).then_some(words)
}

fn places(words: &str) -> Result<(), Problem> {
    let mut rest = words;
    while let Some(at) = rest.find(['{', '}']) {
        let (place, behind) =
            rest[at..].strip_prefix('{').and_then(|rest| rest.split_once('}')).ok_or(Problem::Bracket)?;
        if !PLACES.contains(&place) {
            return Err(Problem::Place(place.chars().take(40).collect()));
        }
        rest = behind;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn letter() -> Letter<'static> {
        Letter {
            number: "2026-0042",
            is_credit_note: false,
            seller: "Musterwerkstatt GmbH",
            buyer: "Beispiel Handels GmbH",
            amount: Money::from_minor(119_000, counterfoil_invoice::Currency::EUR),
            link: "https://bills.example/portal#secret",
            verify: "https://bills.example/verify",
            until: date(2026, 3, 4),
        }
    }

    fn problems(subject: &str, text: &str) -> Vec<(&'static str, Problem)> {
        let mut form = Form::default();
        let words = MailText { subject: subject.to_owned(), text: text.to_owned() };
        check(&mut form, ("subject", "text"), LetterLanguage::English, words);
        let errors = form.finish().err().unwrap_or_default();
        errors.into_iter().map(|error| (error.field, error.problem)).collect()
    }

    #[test]
    fn a_mail_speaks_the_language_of_the_document_or_english() {
        for (language, subject, until) in [
            ("de", "Rechnung 2026-0042 von Musterwerkstatt GmbH", "bis zum 04.03.2026."),
            ("de-AT", "Rechnung 2026-0042 von Musterwerkstatt GmbH", "bis zum 04.03.2026."),
            ("en", "Invoice 2026-0042 from Musterwerkstatt GmbH", "until 4 Mar 2026."),
            ("fr", "Invoice 2026-0042 from Musterwerkstatt GmbH", "until 4 Mar 2026."),
            ("den", "Invoice 2026-0042 from Musterwerkstatt GmbH", "until 4 Mar 2026."),
        ] {
            let language = LetterLanguage::of(language);
            let (said, text) = letter().write(language, &language.usual());
            assert_eq!(said, subject, "{language:?}");
            assert!(text.trim_end().ends_with(until), "{language:?}: {text}");
            // The biller hands it over from there, if no mail server is set up.
            assert!(text.lines().any(|line| line == letter().link), "{language:?}: {text}");
        }
    }

    #[test]
    fn the_usual_words_can_be_said_and_are_not_kept() {
        for language in [LetterLanguage::English, LetterLanguage::German] {
            let mut form = Form::default();
            assert_eq!(check(&mut form, ("subject", "text"), language, language.usual()), None);
            assert!(form.finish().is_ok());
        }
    }

    #[test]
    fn every_place_is_filled_in_once_and_what_is_put_in_is_no_place_and_no_line() {
        let words = MailText {
            subject: PLACES.map(|place| format!("{{{place}}}")).join(" "),
            text: "{buyer}\n{link}\n".to_owned(),
        };
        let hostile = Letter { buyer: "{link}\r\nBcc: thief@example.net", ..letter() };
        let (subject, text) = hostile.write(LetterLanguage::German, &words);
        assert!(
            subject.starts_with("Rechnung 2026-0042 Musterwerkstatt GmbH {link}  Bcc: thief@example.net")
        );
        assert!(subject.contains("1190,00 EUR") && !subject.contains(['\r', '\n']));
        assert_eq!(text, format!("{{link}}  Bcc: thief@example.net\n{}\n", letter().link));
    }

    #[test]
    fn words_that_no_mail_can_say_are_refused_at_their_field() {
        let text = "Hello\n{link}\n";
        assert_eq!(problems("{kind} {number}", text), []);
        let place = |name: &str| Problem::Place(name.to_owned());
        assert_eq!(problems("{password}", text), [("subject", place("password"))]);
        assert_eq!(problems("{{7*7}}", text), [("subject", place("{7*7"))]);
        assert_eq!(problems("{number", text), [("subject", Problem::Bracket)]);
        assert_eq!(problems("number}", text), [("subject", Problem::Bracket)]);
        assert_eq!(problems(" ", text), [("subject", Problem::Missing)]);
        assert_eq!(problems("{link}", text), [("subject", Problem::LinkInSubject)]);
        assert_eq!(problems("A\r\nBcc: thief@example.net", text), [("subject", Problem::Invisible('\r'))]);
        assert_eq!(problems("A\nB", text), [("subject", Problem::Invisible('\n'))]);
        for without in ["Hello", "Open {link} now", "{link}\n{link}", "{link}\nor {link}"] {
            assert_eq!(problems("A", without), [("text", Problem::NoLink)], "{without}");
        }
        let long = format!("{text}{}", "a".repeat(LONGEST_TEXT));
        assert!(matches!(problems("A", &long)[..], [("text", Problem::TooLong { .. })]));
        assert!(matches!(problems(&"A".repeat(151), text)[..], [("subject", Problem::TooLong { .. })]));
        assert!(matches!(
            problems("A", "a\u{202e}b\n{link}")[..],
            [("text", Problem::Invisible('\u{202e}'))]
        ));
    }
}
