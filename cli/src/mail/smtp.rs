//! Handing mail to a mail server. Without TLS only to this machine itself, and never twice what may have been taken:
//! docs/design/mail.md.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use counterfoil_billing::mail::{HandOver, Mail, MailError, SendMail, status_in_words};
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use percent_encoding::percent_decode_str;
use tokio::time::timeout;
use url::Url;

use super::letter::Sender;
use crate::destinations::Destination;

/// How long a mail server is waited for. RFC 5321 §4.5.3.2 would give it more; both together stay below the outbox's
/// lease.
#[derive(Clone, Copy)]
struct Patience {
    /// Until it asks for the text.
    until_text: Duration,
    /// For its answer to the text: filters think then.
    answer: Duration,
}

const PATIENCE: Patience = Patience { until_text: Duration::from_mins(1), answer: Duration::from_mins(3) };
/// A server that took the text is thanked for so long.
const GOODBYE: Duration = Duration::from_secs(2);

/// A mail server, and how it is spoken to.
#[derive(Clone)]
pub(super) struct MailServer {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    patience: Patience,
}

#[derive(Clone)]
enum Encryption {
    /// From the first byte (`smtps`).
    Wrapped(TlsParameters),
    /// By STARTTLS, without which nothing is sent.
    Required(TlsParameters),
    /// None: the server is on this machine.
    Loopback,
}

impl MailServer {
    /// Reads `smtp_url`. No message repeats it: it may hold a password.
    pub(super) fn parse(smtp_url: &str, ca: Option<&Path>) -> anyhow::Result<Self> {
        const FORM: &str = "smtp_url is not of the form smtps://user:password@host:port or \
                            smtp://user:password@host:port?tls=required";
        let url: Url = smtp_url.parse().ok().context(FORM)?;
        let host = url.host_str().filter(|host| !host.is_empty()).context(FORM)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            bail!(FORM);
        }
        let query: Vec<_> = url.query_pairs().collect();
        let requires_tls = match query.as_slice() {
            [] => false,
            [(name, value)] if name == "tls" && value == "required" => true,
            _ => bail!(FORM),
        };
        let (encryption, port) = match (url.scheme(), requires_tls) {
            ("smtps", _) => (Encryption::Wrapped(tls(&host, ca)?), 465),
            ("smtp", true) => (Encryption::Required(tls(&host, ca)?), 587),
            ("smtp", false) if ["localhost", "127.0.0.1", "::1"].contains(&host.as_str()) => {
                (Encryption::Loopback, 25)
            }
            ("smtp", false) => bail!(
                "smtp_url: mail to another machine must be encrypted: use smtps://… or add ?tls=required"
            ),
            _ => bail!(FORM),
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials =
            url.password().map(|password| Credentials::new(decoded(url.username()), decoded(password)));
        Ok(Self { host, port: url.port().unwrap_or(port), encryption, credentials, patience: PATIENCE })
    }

    pub(super) fn destination(&self) -> Destination {
        let encryption = match self.encryption {
            Encryption::Wrapped(_) => "tls",
            Encryption::Required(_) => "starttls",
            Encryption::Loopback => "none",
        };
        Destination {
            purpose: "mail",
            host: self.host.clone(),
            port: self.port,
            encryption: encryption.to_owned(),
        }
    }

    /// Up to the point where the server waits for the text.
    async fn open(&self, envelope: &Envelope, is_ascii: bool) -> Result<AsyncSmtpConnection, MailError> {
        let name = ClientId::default();
        let wrapped = match &self.encryption {
            Encryption::Wrapped(tls) => Some(tls.clone()),
            _ => None,
        };
        let address = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(address, None, &name, wrapped, None)
            .await
            .map_err(|error| for_now(&error))?;
        if let Encryption::Required(tls) = &self.encryption {
            if !connection.can_starttls() {
                let why = "it offers no encryption, so nothing was sent";
                return Err(MailError::Later(why.to_owned()));
            }
            connection.starttls(tls.clone(), &name).await.map_err(|error| for_now(&error))?;
        }
        // Whatever a server's answers made of the steps above.
        if !connection.is_encrypted() && !matches!(self.encryption, Encryption::Loopback) {
            return Err(MailError::Later("it is not encrypted, so nothing was sent".to_owned()));
        }
        if let Some(credentials) = &self.credentials {
            // Wrong by mistake of the operator: the mail is not to blame.
            connection
                .auth(DEFAULT_MECHANISMS, credentials)
                .await
                .map_err(|error| said(&error, "it does not let this server in", MailError::Later))?;
        }
        let mut parameters = Vec::new();
        let mut addresses = envelope.to().iter().chain(envelope.from());
        if !addresses.all(|address| AsRef::<str>::as_ref(address).is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let why = "it takes no addresses with other than ASCII letters";
                return Err(MailError::Never(why.to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !is_ascii {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let from = MailFrom::new(envelope.from().cloned(), parameters);
        connection.command(from).await.map_err(|error| {
            said(&error, "it refuses the address this server sends from", MailError::Later)
        })?;
        for to in envelope.to() {
            connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(|error| sorted(&error))?;
        }
        let answer = connection.command(Data).await.map_err(|error| sorted(&error))?;
        if !answer.has_code(354) {
            return Err(MailError::Later("it does not ask for the text".to_owned()));
        }
        Ok(connection)
    }
}

fn tls(host: &str, ca: Option<&Path>) -> anyhow::Result<TlsParameters> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca {
        let pem = std::fs::read(path).with_context(|| format!("smtp_ca: {}", path.display()))?;
        let certificate = Certificate::from_pem(&pem)
            .with_context(|| format!("smtp_ca: {} is not a certificate in PEM", path.display()))?;
        tls = tls.add_root_certificate(certificate);
    }
    tls.build().context("smtp_url: its host cannot be named in a certificate")
}

/// The transport to this server.
pub(super) fn transport(server: MailServer, sender: Sender) -> SendMail {
    let parts = Arc::new((server, sender));
    Arc::new(move |mail, hand_over| {
        let parts = Arc::clone(&parts);
        Box::pin(async move { send(&parts.0, &parts.1, mail, hand_over).await })
    })
}

async fn send(
    server: &MailServer,
    sender: &Sender,
    mail: Mail,
    hand_over: HandOver,
) -> Result<(), MailError> {
    let (envelope, bytes) = sender.write(mail)?;
    let opened = timeout(server.patience.until_text, server.open(&envelope, bytes.is_ascii())).await;
    let mut connection =
        opened.unwrap_or_else(|_| Err(MailError::Later("it did not answer in time".to_owned())))?;
    hand_over.await?;
    match timeout(server.patience.answer, connection.message(&bytes)).await {
        Ok(Ok(_)) => {
            // It has taken the mail: however it takes leave.
            let _ = timeout(GOODBYE, connection.quit()).await;
            Ok(())
        }
        Ok(Err(error)) if error.status().is_some() => Err(sorted(&error)),
        Ok(Err(_)) => Err(MailError::Unknown("the connection broke before the answer".to_owned())),
        Err(_) => Err(MailError::Unknown("the mail server did not answer in time".to_owned())),
    }
}

/// An answer to a mail: 5xx is final. Answers may quote addresses, so only their codes are kept.
fn sorted(error: &Error) -> MailError {
    if error.is_permanent() {
        return said(error, "it refuses this mail", MailError::Never);
    }
    for_now(error)
}

fn for_now(error: &Error) -> MailError {
    let otherwise = if error.is_tls() {
        "its certificate is not trusted"
    } else if error.is_timeout() {
        "it did not answer in time"
    } else {
        "no connection"
    };
    said(error, otherwise, MailError::Later)
}

/// `otherwise`, or the reason that the server's codes give.
fn said(error: &Error, otherwise: &str, kind: fn(String) -> MailError) -> MailError {
    let Some(code) = error.status() else { return kind(otherwise.to_owned()) };
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match enhanced_status(&text) {
        Some(status) => kind(format!("{}, {code} {status}", status_in_words(status))),
        None => kind(format!("{otherwise}, {code}")),
    }
}

/// The status at the beginning of an answer (RFC 2034): `5.1.1`.
pub(super) fn enhanced_status(text: &str) -> Option<&str> {
    let status = text.split_whitespace().next()?;
    let parts: Vec<&str> = status.split('.').collect();
    let number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_digit());
    (parts.len() == 3 && ["2", "4", "5"].contains(&parts[0]) && parts.iter().all(number)).then_some(status)
}

#[cfg(test)]
mod scripted;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_without_tls_goes_to_this_machine_only() {
        let parse = |url: &str| MailServer::parse(url, None);
        for ok in ["smtp://localhost:2525", "smtp://127.0.0.1", "smtp://[::1]:25", "smtp://a:b@localhost"] {
            assert!(matches!(parse(ok).unwrap().encryption, Encryption::Loopback), "{ok}");
        }
        for bad in [
            "smtp://mail.example.com",
            "smtp://localhost.example.com:25",
            "smtp://localhost@mail.example.com",
            "smtp://mail.example.com?tls=opportunistic",
            "smtp://localhost?tls=opportunistic",
            "smtp://mail.example.com/tls=required",
            "smtp://mail.example.com?nottls=required",
            "smtp://mail.example.com?tls=required&tls=none",
            "smtp://mail.example.com#tls=required",
            "http://localhost",
            "smtp:",
            "localhost",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(matches!(
            parse("smtp://mail.example.com?tls=required").unwrap().encryption,
            Encryption::Required(_)
        ));
        assert!(matches!(parse("smtps://mail.example.com").unwrap().encryption, Encryption::Wrapped(_)));
    }

    #[test]
    fn ports_and_passwords_are_read_as_urls_write_them() {
        let server = MailServer::parse("smtps://a%40b:p%2Bq+r%25&s=@mail.example.com", None).unwrap();
        assert_eq!((server.host.as_str(), server.port), ("mail.example.com", 465));
        let credentials = Credentials::new("a@b".to_owned(), "p+q+r%&s=".to_owned());
        assert_eq!(server.credentials, Some(credentials));
        assert_eq!(MailServer::parse("smtp://mail.example.com?tls=required", None).unwrap().port, 587);
        assert_eq!(MailServer::parse("smtp://[::1]:2525", None).unwrap().host, "::1");
    }

    #[test]
    fn an_answer_gives_its_status_and_nothing_else() {
        assert_eq!(enhanced_status("5.1.1 <buyer@example.com>: unknown"), Some("5.1.1"));
        for none in ["", "unknown", "5.1", "9.1.1 x", "5.1.1.1", "5.a.1", "5.1111.1", "5..1"] {
            assert_eq!(enhanced_status(none), None, "{none}");
        }
    }
}
