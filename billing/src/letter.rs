//! What a mail to a buyer says, in the language of the document; English, where there are no words in it.

use jiff::civil::Date;

/// A mail that hands over a document by its link.
pub(crate) struct Letter<'a> {
    pub(crate) number: &'a str,
    pub(crate) is_credit_note: bool,
    pub(crate) seller: &'a str,
    pub(crate) link: &'a str,
    /// Where anyone checks a document.
    pub(crate) verify: &'a str,
    /// The last day of the link.
    pub(crate) until: Date,
}

impl Letter<'_> {
    /// Subject and text.
    pub(crate) fn write(&self, language: &str) -> (String, String) {
        if language.split('-').next() == Some("de") { self.german() } else { self.english() }
    }

    fn english(&self) -> (String, String) {
        let Self { number, seller, link, verify, .. } = self;
        let what = if self.is_credit_note { "Credit note" } else { "Invoice" };
        let text = format!(
            "{what} {number} from {seller} is ready for you.\n\n\
             Open it here:\n{link}\n\n\
             The page shows the document, the account to pay to, and whether it is genuine. No attachment is \
             sent with this mail: if you get one that claims to be this document, check it at {verify} before \
             you pay.\n\n\
             The link is for you alone and works until {until}.\n",
            until = self.until.strftime("%-d %b %Y"),
        );
        (format!("{what} {number} from {seller}"), text)
    }

    fn german(&self) -> (String, String) {
        let Self { number, seller, link, verify, .. } = self;
        let what = if self.is_credit_note { "Gutschrift" } else { "Rechnung" };
        let text = format!(
            "die {what} {number} von {seller} liegt für Sie bereit.\n\n\
             Öffnen Sie sie hier:\n{link}\n\n\
             Die Seite zeigt den Beleg, die Bankverbindung und ob er echt ist. Dieser E-Mail liegt kein Anhang bei: \
             Wenn Sie einen erhalten, der dieser Beleg sein soll, prüfen Sie ihn unter {verify}, bevor Sie zahlen.\n\n\
             Der Link ist nur für Sie bestimmt und gilt bis zum {until}.\n",
            until = self.until.strftime("%d.%m.%Y"),
        );
        (format!("{what} {number} von {seller}"), format!("Guten Tag,\n\n{text}"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_mail_speaks_the_language_of_the_document_or_english() {
        let letter = Letter {
            number: "2026-0042",
            is_credit_note: false,
            seller: "Musterwerkstatt GmbH",
            link: "https://bills.example/portal#secret",
            verify: "https://bills.example/verify",
            until: date(2026, 3, 4),
        };
        for (language, subject, until) in [
            ("de", "Rechnung 2026-0042 von Musterwerkstatt GmbH", "bis zum 04.03.2026."),
            ("de-AT", "Rechnung 2026-0042 von Musterwerkstatt GmbH", "bis zum 04.03.2026."),
            ("en", "Invoice 2026-0042 from Musterwerkstatt GmbH", "until 4 Mar 2026."),
            ("fr", "Invoice 2026-0042 from Musterwerkstatt GmbH", "until 4 Mar 2026."),
            ("den", "Invoice 2026-0042 from Musterwerkstatt GmbH", "until 4 Mar 2026."),
        ] {
            let (said, text) = letter.write(language);
            assert_eq!(said, subject, "{language}");
            assert!(text.trim_end().ends_with(until), "{language}: {text}");
            // The biller hands it over from there, if no mail server is set up.
            assert!(text.lines().any(|line| line == letter.link), "{language}: {text}");
        }
    }
}
