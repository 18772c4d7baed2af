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
}

/// Sends one mail.
pub type SendMail =
    Arc<dyn Fn(Mail) -> Pin<Box<dyn Future<Output = Result<(), MailError>> + Send>> + Send + Sync>;
