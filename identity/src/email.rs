//! E-mail addresses as SMTP (RFC 5321) will take them, and no more.

use serde::{Deserialize, Serialize};

/// An address in the form `dot-atom@host.domain`, all ASCII, at most 254 characters.
///
/// Quoted local parts, comments, address literals and bare host names are legal in RFC 5321 or 5322 and
/// refused here: people do not have them, and parsers disagree about them.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EmailAddress(String);

/// Why a text is not an address we can send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailProblem {
    /// More than 254 characters (RFC 5321 §4.5.3.1.3, less the angle brackets), or 64 before the `@`.
    #[error("an e-mail address has at most 254 characters, and 64 before the @")]
    TooLong,
    /// No `@`, or more than one.
    #[error("an e-mail address has one @, as in name@example.com")]
    At,
    /// Something else than letters, digits, single dots and ``!#$%&'*+-/=?^_`{|}~`` before the `@`.
    #[error("before the @ only ASCII letters, digits, single dots and !#$%&'*+-/=?^_`{{|}}~ are possible")]
    LocalPart,
    /// What follows the `@` is not a domain name.
    #[error(
        "after the @ a domain such as example.com is needed; write international names in their xn-- form"
    )]
    Domain,
}

impl EmailAddress {
    /// Reads an address; nothing is trimmed or repaired.
    ///
    /// # Errors
    /// The first [`EmailProblem`] found.
    pub fn parse(text: &str) -> Result<Self, EmailProblem> {
        if text.len() > 254 {
            return Err(EmailProblem::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailProblem::At)?;
        if domain.contains('@') {
            return Err(EmailProblem::At);
        }
        if local.len() > 64 {
            return Err(EmailProblem::TooLong);
        }
        if !local.split('.').all(is_atom) {
            return Err(EmailProblem::LocalPart);
        }
        if !is_domain(domain) {
            return Err(EmailProblem::Domain);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address to send to: the local part as typed, the domain in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All in lower case, for the blind index and for telling people apart. Strictly, `Ann@` and `ann@`
    /// may be two mailboxes; in practice they are one, and two accounts for them would be a trap.
    pub fn normalised(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// RFC 5322 §3.2.3.
fn is_atom(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
}

/// RFC 1123 §2.1 names of two or more labels. An all-digit last label would be an IPv4 address.
fn is_domain(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|last| !last.bytes().all(|b| b.is_ascii_digit()))
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = EmailProblem;

    fn from_str(text: &str) -> Result<Self, EmailProblem> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailProblem;

    fn try_from(text: String) -> Result<Self, EmailProblem> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_addresses_are_kept_as_typed_but_for_the_domains_case() {
        for (typed, kept) in [
            ("ann@example.com", "ann@example.com"),
            ("Ann.Example+bills@Sub.EXAMPLE.com", "Ann.Example+bills@sub.example.com"),
            ("o'hara_1=x@xn--bcher-kva.example", "o'hara_1=x@xn--bcher-kva.example"),
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_could_inject_or_mislead_is_refused_for_the_right_reason() {
        use EmailProblem::{At, Domain, LocalPart, TooLong};
        for (text, problem) in [
            ("", At),
            ("ann", At),
            ("ann@a@example.com", At),
            ("@example.com", LocalPart),
            (".ann@example.com", LocalPart),
            ("ann.@example.com", LocalPart),
            ("a..b@example.com", LocalPart),
            ("\"a b\"@example.com", LocalPart),
            ("ann<x>@example.com", LocalPart),
            ("ann\r\nBcc: x@example.com", LocalPart),
            (" ann@example.com", LocalPart),
            ("änn@example.com", LocalPart),
            ("ann\0@example.com", LocalPart),
            ("ann@example.com\r\n", Domain),
            ("ann@example.com ", Domain),
            ("ann@example", Domain),
            ("ann@", Domain),
            ("ann@.com", Domain),
            ("ann@example.com.", Domain),
            ("ann@-example.com", Domain),
            ("ann@bücher.example", Domain),
            ("ann@[192.0.2.1]", Domain),
            ("ann@192.0.2.1", Domain),
            ("ann@exa_mple.com", Domain),
        ] {
            assert_eq!(EmailAddress::parse(text), Err(problem), "{text:?}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@example.com", "a".repeat(65))), Err(TooLong));
        assert_eq!(EmailAddress::parse(&format!("a@{}.com", "a".repeat(64))), Err(Domain));
    }

    #[test]
    fn the_longest_address_has_254_characters() {
        let domain = ["a".repeat(63), "b".repeat(63), "c".repeat(58), "com".into()].join(".");
        let local = "l".repeat(64);
        assert_eq!(format!("{local}@{domain}").len(), 255);
        assert_eq!(EmailAddress::parse(&format!("{local}@{domain}")), Err(EmailProblem::TooLong));
        assert!(EmailAddress::parse(&format!("{}@{domain}", &local[1..])).is_ok());
    }

    #[test]
    fn one_mailbox_has_one_normalised_form() {
        let forms = ["ANN@example.com", "ann@EXAMPLE.COM", "Ann@Example.Com"];
        assert!(forms.iter().all(|f| EmailAddress::parse(f).unwrap().normalised() == "ann@example.com"));
    }

    #[test]
    fn debug_output_hides_the_address() {
        assert_eq!(format!("{:?}", EmailAddress::parse("ann@example.com")), "Ok(EmailAddress(..))");
    }

    #[test]
    fn json_is_checked_on_the_way_in() {
        assert!(serde_json::from_str::<EmailAddress>("\"ann@example.com\"").is_ok());
        assert!(serde_json::from_str::<EmailAddress>("\"ann@example.com\\nX: y\"").is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_printable_ascii_and_reads_back(
            text in "[a-zA-Z0-9.+@ \\r\\n-]{0,12}@[a-zA-Z0-9.@-]{0,12}",
        ) {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(address.as_str().bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address));
            }
        }

        #[test]
        fn reading_any_text_never_panics(text in "(?s).{0,300}") {
            let _ = EmailAddress::parse(&text);
        }
    }
}
