//! A mail as it is written on the wire: headers that nobody can add to, an envelope that bounces come back to.

use anyhow::{Context as _, bail};
use counterfoil_billing::Clock;
use counterfoil_billing::mail::{Mail, MailError};
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use uuid::Uuid;

use super::dkim::Dkim;

/// RFC 5321 §4.5.3.1.1.
const LONGEST_LOCAL_PART: usize = 64;

/// Whom mail comes from.
#[derive(Clone)]
pub(super) struct Sender {
    from: Address,
    /// Where mail servers send back what they cannot deliver; without one, to `from`.
    bounces: Option<Address>,
    pub(super) dkim: Option<Dkim>,
}

impl Sender {
    pub(super) fn parse(from: &str, bounces: Option<&str>) -> anyhow::Result<Self> {
        let from: Address = from.parse().context("mail_from is not a mail address")?;
        let bounces: Option<Address> =
            bounces.map(str::parse).transpose().context("bounce_address is not a mail address")?;
        if let Some(address) = &bounces
            && return_path(address, Uuid::max()).is_none()
        {
            bail!("bounce_address: at most 29 characters can stand before the @, for 35 are added to them");
        }
        Ok(Self { from, bounces, dkim: None })
    }

    pub(super) fn domain(&self) -> &str {
        self.from.domain()
    }

    /// The envelope and the bytes of a mail, signed if there is a key.
    pub(super) fn write(&self, mail: Mail) -> Result<(Envelope, Vec<u8>), MailError> {
        let id = mail.message_id.split('@').next().and_then(|id| id.parse::<Uuid>().ok());
        let message = message(mail, self.from.clone())?;
        let return_path = match (&self.bounces, id) {
            (Some(address), Some(id)) => return_path(address, id).unwrap_or_else(|| address.clone()),
            _ => self.from.clone(),
        };
        let envelope = Envelope::new(Some(return_path), message.envelope().to().to_vec())
            .map_err(|_| MailError::Never("it has no recipient".to_owned()))?;
        let mut bytes = message.formatted();
        if let Some(dkim) = &self.dkim {
            let signature = dkim
                .signature(&bytes, Clock::System.now().as_second())
                .map_err(|_| MailError::Later("the DKIM key could not sign it".to_owned()))?;
            bytes.splice(0..0, signature.into_bytes());
        }
        Ok((envelope, bytes))
    }
}

/// `bounces@example.com` for one mail: `bounces+b-<its id>@example.com` (RFC 5233). `bounce.rs` reads it.
fn return_path(address: &Address, id: Uuid) -> Option<Address> {
    let local = format!("{}+b-{}", address.user(), id.simple());
    if local.len() > LONGEST_LOCAL_PART {
        return None;
    }
    Address::new(local, address.domain()).ok()
}

fn message(mail: Mail, from: Address) -> Result<Message, MailError> {
    let unusable = |_| MailError::Never("an address in it is not usable".to_owned());
    let to: Address = mail.to.parse().map_err(unusable)?;
    let mut builder = Message::builder()
        .from(Mailbox::new(Some(one_line(&mail.from_name)), from))
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        .message_id(Some(format!("<{}>", mail.message_id)))
        // RFC 3834: automatic answers, such as notices of absence, stay away.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_folder::write_whole;
    use crate::mail::dkim::Algorithm;

    /// A name and a subject that try to add a header.
    fn mail() -> Mail {
        Mail {
            to: "buyer@example.com".to_owned(),
            from_name: "Example\r\nBcc: thief@example.net".to_owned(),
            reply_to: None,
            subject: "Invoice\r\nBcc: thief@example.net".to_owned(),
            text: "Hello".to_owned(),
            message_id: "0198f4a0-1111-7222-8333-444455556666@localhost".to_owned(),
        }
    }

    #[test]
    fn header_injection_by_name_or_subject_stays_in_its_header() {
        let sender = Sender::parse("billing@example.com", None).unwrap();
        let (envelope, bytes) = sender.write(mail()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let headers = text.split("\r\n\r\n").next().unwrap();
        assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{headers}");
        for name in ["Date: ", "Message-ID: <0198f4a0-", "Auto-Submitted: auto-generated"] {
            assert_eq!(headers.lines().filter(|line| line.starts_with(name)).count(), 1, "{name}: {headers}");
        }
        assert_eq!(envelope.to().len(), 1);
        assert_eq!(envelope.from().unwrap().to_string(), "billing@example.com");
    }

    #[test]
    fn bounces_come_back_to_an_address_that_names_the_mail() {
        let sender = Sender::parse("billing@example.com", Some("bounces@example.com")).unwrap();
        let (envelope, bytes) = sender.write(mail()).unwrap();
        assert_eq!(
            envelope.from().unwrap().to_string(),
            "bounces+b-0198f4a0111172228333444455556666@example.com"
        );
        assert!(!String::from_utf8(bytes).unwrap().contains("bounces"), "only the envelope says so");
        let long = format!("{}@example.com", "b".repeat(30));
        assert!(Sender::parse("billing@example.com", Some(&long)).is_err());
        assert!(Sender::parse("billing@example.com", Some(&long[1..])).is_ok());
    }

    /// Reads a mail on stdin and verifies its signature by the record, then the same mail with something done to it.
    const VERIFIER: &str = "
import dkim, sys
name, text = sys.argv[1].encode(), sys.argv[2].encode()
mail = sys.stdin.buffer.read()
def verify(mail):
    return dkim.verify(mail, dnsfunc=lambda asked, timeout=5: text if asked.rstrip(b'.') == name else None)
print('genuine', verify(mail))
print('refolded', verify(mail.replace(b'Subject: ', b'Subject:\\r\\n   ').replace(b'From:', b'from:')))
print('another text', verify(mail.replace(b'portal', b'phishing')))
for header in [b'From: thief@example.net', b'Reply-To: thief@example.net', b'Subject: Pay here', b'To: you@example.net', b'Date: Tue, 3 Mar 2026 10:00:00 +0000']:
    print('added', header.split(b':')[0].decode(), verify(header + b'\\r\\n' + mail))
";

    #[test]
    fn another_program_verifies_the_signature_and_refuses_what_was_changed_or_added() {
        let Ok(python) = std::env::var("COUNTERFOIL_PYTHON") else {
            println!("not run: COUNTERFOIL_PYTHON is not set; `cargo xtask test` sets it");
            return;
        };
        for algorithm in [Algorithm::Rsa, Algorithm::Ed25519] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("dkim.key");
            write_whole(&file, Dkim::generate(algorithm).unwrap().as_bytes(), 0o600).unwrap();
            let mut sender = Sender::parse("billing@Example.com", None).unwrap();
            sender.dkim = Some(Dkim::load(&file, "S1", sender.domain()).unwrap());
            let (name, text) = sender.dkim.as_ref().unwrap().record().unwrap();
            assert_eq!(name, "s1._domainkey.example.com");
            let written = Mail {
                from_name: "Käserei Müller & Söhne, Inhaber Ämilius Überlang GmbH & Co. KG".to_owned(),
                reply_to: Some("buchhaltung@example.com".to_owned()),
                subject: format!("Invoice 2026-0042 {}", "from a seller with a long name ".repeat(6)),
                text: "Open  it\there: \u{201e}https://bills.example/portal#secret\u{201c}  \n\n \n.\n\n\n"
                    .to_owned(),
                ..mail()
            };
            let (_, bytes) = sender.write(written).unwrap();
            let mut verifier = std::process::Command::new(&python)
                .args(["-c", VERIFIER, &name, &text])
                .stdin(std::process::Stdio::piped())
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            std::io::Write::write_all(&mut verifier.stdin.take().unwrap(), &bytes).unwrap();
            let output = verifier.wait_with_output().unwrap();
            assert_eq!(
                String::from_utf8_lossy(&output.stdout),
                "genuine True\nrefolded True\nanother text False\nadded From False\nadded Reply-To False\n\
                 added Subject False\nadded To False\nadded Date False\n",
                "{algorithm:?}: {}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_none_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dkim.key");
        let refused = |selector: &str| Dkim::load(&file, selector, "example.com").err().unwrap().to_string();
        assert!(refused("s1").contains("cannot be read"));
        write_whole(&file, Dkim::generate(Algorithm::Ed25519).unwrap().as_bytes(), 0o640).unwrap();
        assert!(refused("s1").contains("chmod 0600"));
        assert!(refused("s_1").contains("dkim_selector"));
        write_whole(&file, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 0o600).unwrap();
        assert!(refused("s1").contains("dkim-key"));
    }
}
