//! Sending mail over SMTP. Without TLS only to this machine itself.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use counterfoil_billing::mail::{Mail, MailError, SendMail};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport as _, Tokio1Executor};

/// A server that says nothing for so long is given up for this try.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The transport for `smtp_url`, sending as `from`.
pub(crate) fn sender(smtp_url: &str, from: &str) -> anyhow::Result<SendMail> {
    let from: Address = from.parse().context("mail_from is not a mail address")?;
    if smtp_url.starts_with("smtp://") && !smtp_url.contains("tls=required") && !is_loopback(smtp_url) {
        bail!("smtp_url: mail to another machine must be encrypted: use smtps://… or add ?tls=required");
    }
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url)
        .map_err(|_| anyhow::anyhow!("smtp_url is not of the form smtps://user:password@host:port"))?
        .timeout(Some(TIMEOUT))
        .build();
    Ok(Arc::new(move |mail| {
        let transport = transport.clone();
        let from = from.clone();
        Box::pin(async move {
            let message = message(mail, from)?;
            match transport.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(sorted(&error)),
            }
        })
    }))
}

fn is_loopback(smtp_url: &str) -> bool {
    let authority = smtp_url.trim_start_matches("smtp://").split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

fn message(mail: Mail, from: Address) -> Result<Message, MailError> {
    let unusable = |_| MailError::Never("an address in it is not usable".to_owned());
    let to: Address = mail.to.parse().map_err(unusable)?;
    let mut builder = Message::builder()
        .from(Mailbox::new(Some(one_line(&mail.from_name)), from))
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        .message_id(Some(format!("<{}>", mail.message_id)))
        .header(ContentType::TEXT_PLAIN);
    if let Some(reply_to) = mail.reply_to.and_then(|address| address.parse().ok()) {
        builder = builder.reply_to(Mailbox::new(None, reply_to));
    }
    builder.body(mail.text).map_err(|_| MailError::Never("it cannot be written".to_owned()))
}

/// A header is one line: control characters become blanks, since a name with a line break could add a header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Server answers may quote addresses, so only the code is kept.
fn sorted(error: &lettre::transport::smtp::Error) -> MailError {
    let code = error.status().map(|code| code.to_string());
    match code {
        Some(code) if error.is_permanent() => MailError::Never(format!("SMTP code {code}")),
        Some(code) => MailError::Later(format!("SMTP code {code}")),
        None if error.is_timeout() => MailError::Later("it did not answer in time".to_owned()),
        None => MailError::Later("no connection".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_without_tls_goes_to_this_machine_only() {
        for ok in ["smtp://localhost:2525", "smtp://127.0.0.1", "smtp://[::1]:25", "smtp://a:b@localhost"] {
            assert!(sender(ok, "billing@example.com").is_ok(), "{ok}");
        }
        for bad in [
            "smtp://mail.example.com",
            "smtp://localhost.example.com:25",
            "smtp://localhost@mail.example.com",
        ] {
            assert!(sender(bad, "billing@example.com").is_err(), "{bad}");
        }
        assert!(sender("smtp://mail.example.com:587?tls=required", "billing@example.com").is_ok());
        assert!(sender("smtps://mail.example.com", "billing@example.com").is_ok());
    }

    #[test]
    fn header_injection_by_name_or_subject_stays_in_its_header() {
        let mail = Mail {
            to: "buyer@example.com".to_owned(),
            from_name: "Example\r\nBcc: thief@example.net".to_owned(),
            reply_to: None,
            subject: "Invoice\r\nBcc: thief@example.net".to_owned(),
            text: "Hello".to_owned(),
            message_id: "1@localhost".to_owned(),
        };
        let built = message(mail, "billing@example.com".parse().unwrap()).unwrap();
        let text = String::from_utf8(built.formatted()).unwrap();
        let headers = text.split("\r\n\r\n").next().unwrap();
        assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{headers}");
        assert_eq!(built.envelope().to().len(), 1);
    }
}
