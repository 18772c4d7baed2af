//! Mail as this crate sees it: a text to an address. The transport is handed in.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A mail to be sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The recipient's address.
    pub to: String,
    /// The sender's name: the organisation's.
    pub from_name: String,
    /// Where answers go: the organisation's address, if it has one.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The body, plain text.
    pub text: String,
    /// The same for every try of one message, so that a receiver can tell a repetition.
    pub message_id: String,
}

/// Mails hold link secrets.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// Why a mail was not sent. Holds neither address nor text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The server may take it later.
    #[error("the mail server did not take it now ({0})")]
    Later(String),
    /// The server will never take it.
    #[error("the mail server refused it ({0})")]
    Never(String),
    /// The text left, and nobody knows what became of it.
    #[error("it may have arrived, nobody knows ({0})")]
    Unknown(String),
}

/// Notes that the text of a mail leaves now. The transport waits for it after the mail server has asked for the text and
/// before the first byte of it; if it fails, the text does not leave. So a mail leaves at most once by itself.
pub type HandOver = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send>>;

/// Sends one mail.
pub type SendMail =
    Arc<dyn Fn(Mail, HandOver) -> Pin<Box<dyn Future<Output = Result<(), MailError>> + Send>> + Send + Sync>;

/// What an enhanced status code (RFC 3463, `5.1.1`) means to whoever sent the mail.
pub fn status_in_words(status: &str) -> &'static str {
    let mut parts = status.splitn(3, '.').skip(1);
    match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
        ("1", "1" | "0" | "3" | "6") => "there is no such mailbox",
        ("1", "2" | "10") => "the part after the @ takes no mail",
        ("1", "7" | "8") => "the address it comes from was refused",
        ("1", _) => "the address does not work",
        ("2", "1") => "the mailbox is closed",
        ("2", "2") => "the mailbox is full",
        ("2", "3") | ("3", "4") => "it is too large for the mailbox",
        ("2", _) => "the mailbox does not take mail",
        ("3", _) => "the mail system of the recipient is out of order",
        ("4", "7") => "it could not be delivered in time",
        ("4", _) => "the way to the recipient's mail server is interrupted",
        ("5", _) => "the mail servers do not understand each other",
        ("6", _) => "its format was refused",
        ("7", _) => "it was refused by a rule, perhaps as unwanted mail",
        _ => "no reason was given",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_said_in_words_and_nonsense_gives_no_reason() {
        assert_eq!(status_in_words("5.1.1"), "there is no such mailbox");
        assert_eq!(status_in_words("4.2.2"), "the mailbox is full");
        assert_eq!(status_in_words("5.7.26"), "it was refused by a rule, perhaps as unwanted mail");
        for nonsense in ["", "5", "5.", "...", "5.9.9", "x.y.z"] {
            assert_eq!(status_in_words(nonsense), "no reason was given", "{nonsense}");
        }
    }
}
