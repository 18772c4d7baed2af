//! Mail servers that refuse, hang and die at every step, on real sockets.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;

/// What a server does at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Says this.
    Says(&'static str),
    /// Nothing, and keeps the connection.
    Hangs,
    /// Ends the connection.
    Closes,
}

/// The steps of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Banner,
    Ehlo,
    Auth,
    From,
    To,
    Data,
    /// In the middle of the text.
    Text,
    /// After the dot.
    Dot,
}

/// What became of a mail: what the transport says, whether the text was allowed to leave, and what the server has of it.
#[derive(Debug)]
struct Seen {
    outcome: Result<(), MailError>,
    handed_over: bool,
    heard: String,
}

trait Both: Read + Write + Send {}
impl<T: Read + Write + Send> Both for T {}

/// Speaks the protocol and does one thing otherwise. Gives when the connection is over.
fn converse(connection: Box<dyn Both>, step: Step, does: Does, heard: &Mutex<String>) {
    let mut connection = BufReader::new(connection);
    let act = |connection: &mut BufReader<Box<dyn Both>>, at: Step, usual: &str| -> bool {
        let says = match does {
            Does::Says(says) if at == step => says,
            Does::Hangs if at == step => {
                // Until the other side has had enough.
                let _ = connection.read_to_end(&mut Vec::new());
                return false;
            }
            Does::Closes if at == step => return false,
            _ => usual,
        };
        connection.get_mut().write_all(format!("{says}\r\n").as_bytes()).is_ok()
            && connection.get_mut().flush().is_ok()
    };
    if !act(&mut connection, Step::Banner, "220 mail.example.com") {
        return;
    }
    let mut line = String::new();
    while {
        line.clear();
        connection.read_line(&mut line).is_ok_and(|read| read > 0)
    } {
        heard.lock().unwrap().push_str(&line);
        let word = line.split([' ', '\r', ':']).next().unwrap_or_default().to_uppercase();
        let goes_on = match word.as_str() {
            "EHLO" => {
                act(&mut connection, Step::Ehlo, "250-mail.example.com\r\n250-AUTH PLAIN\r\n250 8BITMIME")
            }
            "AUTH" => act(&mut connection, Step::Auth, "235 2.7.0 welcome"),
            "MAIL" => act(&mut connection, Step::From, "250 2.1.0 fine"),
            "RCPT" => act(&mut connection, Step::To, "250 2.1.5 fine"),
            "DATA" => {
                act(&mut connection, Step::Data, "354 go on")
                    && !matches!((step, does), (Step::Data, Does::Says(_)))
                    && text(&mut connection, step, does, heard)
                    && act(&mut connection, Step::Dot, "250 2.0.0 taken")
            }
            "QUIT" => false,
            _ => act(&mut connection, Step::Banner, "500 what?"),
        };
        if !goes_on {
            return;
        }
    }
}

/// Reads the text up to its dot. Gives whether the conversation goes on.
fn text(connection: &mut BufReader<Box<dyn Both>>, step: Step, does: Does, heard: &Mutex<String>) -> bool {
    let mut line = String::new();
    while {
        line.clear();
        connection.read_line(&mut line).is_ok_and(|read| read > 0)
    } {
        heard.lock().unwrap().push_str(&line);
        if step == Step::Text && does == Does::Closes && heard.lock().unwrap().contains("Subject:") {
            return false;
        }
        if line == ".\r\n" {
            return true;
        }
    }
    false
}

/// A server for one connection.
fn serve(
    step: Step,
    does: Does,
    tls: Option<Arc<ServerConfig>>,
) -> (u16, Arc<Mutex<String>>, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&heard);
    let thread = std::thread::spawn(move || {
        let (connection, _) = listener.accept().unwrap();
        let connection: Box<dyn Both> = match tls {
            None => Box::new(connection),
            Some(tls) => Box::new(StreamOwned::new(ServerConnection::new(tls).unwrap(), connection)),
        };
        converse(connection, step, does, &hears);
    });
    (port, heard, thread)
}

fn mail() -> Mail {
    Mail {
        to: "buyer@example.com".to_owned(),
        from_name: "Beispiel GmbH".to_owned(),
        reply_to: None,
        subject: "Invoice 2026-0001".to_owned(),
        text: "Open it here: https://bills.example/portal#secret\n.\n..\n".repeat(40),
        message_id: "0198f4a0-1111-7222-8333-444455556666@bills.example".to_owned(),
    }
}

/// Waits much less than in earnest.
fn impatient(mut server: MailServer) -> MailServer {
    let short = Duration::from_millis(300);
    server.patience = Patience { until_text: short, answer: short };
    server
}

/// Sends to a server; the hand-over is noted, and refused if `noted` is an error.
async fn send_to(server: MailServer, noted: Result<(), MailError>) -> (Result<(), MailError>, bool) {
    let handed_over = Arc::new(AtomicBool::new(false));
    let note = Arc::clone(&handed_over);
    let hand_over: HandOver = Box::pin(async move {
        note.store(true, Ordering::SeqCst);
        noted
    });
    let sender = Sender::parse("billing@example.com", None).unwrap();
    let outcome = transport(impatient(server), sender)(mail(), hand_over).await;
    (outcome, handed_over.load(Ordering::SeqCst))
}

async fn try_it(step: Step, does: Does) -> Seen {
    let (port, heard, thread) = serve(step, does, None);
    let server = MailServer::parse(&format!("smtp://user:password@127.0.0.1:{port}"), None).unwrap();
    let (outcome, handed_over) = send_to(server, Ok(())).await;
    thread.join().unwrap();
    let heard = heard.lock().unwrap().clone();
    Seen { outcome, handed_over, heard }
}

/// Which kind of answer, and nothing of its words.
fn kind(outcome: &Result<(), MailError>) -> &'static str {
    match outcome {
        Ok(()) => "sent",
        Err(MailError::Later(_)) => "later",
        Err(MailError::Never(_)) => "never",
        Err(MailError::Unknown(_)) => "unknown",
    }
}

const BUSY: Does = Does::Says("451 4.3.0 buyer@example.com: try later");
const NO: Does = Does::Says("550 5.1.1 buyer@example.com: no such mailbox");
const NONSENSE: Does = Does::Says("what do you want?");

#[tokio::test]
async fn a_server_that_refuses_hangs_or_dies_at_any_step_gets_the_mail_once_at_most() {
    use Step::{Auth, Banner, Data, Dot, Ehlo, From, Text, To};
    let mut faults = Vec::new();
    for (step, does, expected) in [
        (Dot, Does::Says("250 2.0.0 taken"), "sent"),
        (Banner, BUSY, "later"),
        (Banner, NO, "later"),
        (Banner, Does::Hangs, "later"),
        (Banner, Does::Closes, "later"),
        (Banner, NONSENSE, "later"),
        (Ehlo, BUSY, "later"),
        (Ehlo, NO, "later"),
        (Ehlo, Does::Hangs, "later"),
        (Ehlo, Does::Closes, "later"),
        (Ehlo, NONSENSE, "later"),
        // Wrong by mistake of the operator: mails wait until it is mended.
        (Auth, BUSY, "later"),
        (Auth, Does::Says("535 5.7.8 wrong"), "later"),
        (Auth, Does::Hangs, "later"),
        (Auth, Does::Closes, "later"),
        (From, BUSY, "later"),
        (From, NO, "later"),
        (From, Does::Hangs, "later"),
        (From, Does::Closes, "later"),
        // Here it is the recipient who is refused.
        (To, BUSY, "later"),
        (To, NO, "never"),
        (To, Does::Hangs, "later"),
        (To, Does::Closes, "later"),
        (To, NONSENSE, "later"),
        (Data, BUSY, "later"),
        (Data, NO, "never"),
        (Data, Does::Says("250 fine"), "later"),
        (Data, Does::Hangs, "later"),
        (Data, Does::Closes, "later"),
        // From here on the text has left. A server that answers has said what it did.
        (Dot, BUSY, "later"),
        (Dot, NO, "never"),
        (Text, Does::Closes, "unknown"),
        (Dot, Does::Hangs, "unknown"),
        (Dot, Does::Closes, "unknown"),
        (Dot, NONSENSE, "unknown"),
    ] {
        let seen = try_it(step, does).await;
        let has_text = seen.heard.contains("portal#secret") || seen.heard.contains("Subject:");
        let text_left = matches!(step, Dot | Text);
        if kind(&seen.outcome) != expected || seen.handed_over != text_left || has_text != text_left {
            faults.push(format!("{step:?} {does:?}: {expected} was expected of {seen:?}"));
        }
        if let Err(error) = &seen.outcome
            && error.to_string().contains('@')
        {
            faults.push(format!("{step:?} {does:?}: an address in {error}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn answers_are_told_in_words() {
    for (step, does, words) in [
        (Step::To, NO, "the mail server refused it (there is no such mailbox, 550 5.1.1)"),
        (Step::To, Does::Says("550 no"), "the mail server refused it (it refuses this mail, 550)"),
        (
            Step::Dot,
            BUSY,
            "the mail server did not take it now (the mail system of the recipient is out of order, 451 4.3.0)",
        ),
        (
            Step::Auth,
            Does::Says("535 no"),
            "the mail server did not take it now (it does not let this server in, 535)",
        ),
        (Step::Ehlo, Does::Hangs, "the mail server did not take it now (it did not answer in time)"),
        (
            Step::Dot,
            Does::Hangs,
            "it may have arrived, nobody knows (the mail server did not answer in time)",
        ),
    ] {
        assert_eq!(try_it(step, does).await.outcome.unwrap_err().to_string(), words);
    }
}

#[tokio::test]
async fn a_text_whose_leaving_cannot_be_noted_does_not_leave() {
    let (port, heard, thread) = serve(Step::Dot, Does::Closes, None);
    let server = MailServer::parse(&format!("smtp://127.0.0.1:{port}"), None).unwrap();
    let error = MailError::Later("the books could not be written".to_owned());
    let (outcome, _) = send_to(server, Err(error.clone())).await;
    assert_eq!(outcome, Err(error));
    thread.join().unwrap();
    let heard = heard.lock().unwrap();
    assert!(heard.contains("DATA") && !heard.contains("Subject:"), "{heard}");
}

#[tokio::test]
async fn the_text_arrives_as_it_was_written() {
    let seen = try_it(Step::Dot, Does::Says("250 taken")).await;
    let (_, text) = seen.heard.split_once("\r\n\r\n").unwrap();
    let (text, _) = text.split_once("\r\n.\r\n").unwrap();
    // A line that begins with a dot gets another on the way (RFC 5321 §4.5.2).
    let text = text.replace("\r\n..", "\r\n.").replace("\r\n", "\n");
    let sent = mail().text;
    let quoted = text.replace("=\n", "").replace("=3D", "=").replace("=23", "#");
    assert_eq!(quoted.trim_end(), sent.trim_end());
}

/// A certificate for localhost: the server's part, and a file with it to trust.
fn certificate() -> (Arc<ServerConfig>, tempfile::TempDir, std::path::PathBuf) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, made.cert.pem()).unwrap();
    (Arc::new(config), folder, file)
}

#[tokio::test]
async fn a_trusted_certificate_is_asked_for_and_without_it_nothing_leaves() {
    let (config, _folder, ca) = certificate();
    for (ca, expected) in [(Some(ca.as_path()), "sent"), (None, "later")] {
        let (port, heard, thread) = serve(Step::Dot, Does::Says("250 taken"), Some(Arc::clone(&config)));
        let server = MailServer::parse(&format!("smtps://user:password@localhost:{port}"), ca).unwrap();
        let (outcome, _) = send_to(server, Ok(())).await;
        thread.join().unwrap();
        assert_eq!(kind(&outcome), expected, "{outcome:?}");
        assert_eq!(heard.lock().unwrap().contains("AUTH"), expected == "sent", "nobody learns the password");
    }
}

/// Speaks in clear, then as `after_starttls` says. Gives what was heard in clear.
fn in_clear(ehlo: &'static str, after_starttls: &'static str) -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut connection, _): (TcpStream, _) = listener.accept().unwrap();
        connection.write_all(b"220 mail.example.com\r\n").unwrap();
        let mut heard = String::new();
        let mut lines = BufReader::new(connection.try_clone().unwrap());
        let mut line = Vec::new();
        while {
            line.clear();
            lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0)
        } {
            let text = String::from_utf8_lossy(&line).into_owned();
            let answer = match text.split_whitespace().next().unwrap_or_default() {
                "EHLO" => ehlo,
                "STARTTLS" => after_starttls,
                "QUIT" => "221 bye",
                _ => "250 fine",
            };
            heard.push_str(&text);
            if connection.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
                break;
            }
        }
        heard
    });
    (port, thread)
}

#[tokio::test]
async fn a_server_whose_encryption_was_taken_away_gets_neither_password_nor_mail() {
    let (_config, _folder, ca) = certificate();
    let offers = "250-mail.example.com\r\n250-STARTTLS\r\n250 AUTH PLAIN";
    for (ehlo, after_starttls) in [
        // Somebody in between took the offer out.
        ("250-mail.example.com\r\n250 AUTH PLAIN", "220 go on"),
        (offers, "454 4.7.0 not now"),
        (offers, "500 what?"),
        (offers, "250 fine, without"),
        (offers, "220 go on\r\n250-mail.example.com\r\n250 AUTH PLAIN"),
    ] {
        let (port, thread) = in_clear(ehlo, after_starttls);
        let url = format!("smtp://user:password@localhost:{port}?tls=required");
        let server = MailServer::parse(&url, Some(&ca)).unwrap();
        let (outcome, handed_over) = send_to(server, Ok(())).await;
        let heard = thread.join().unwrap();
        assert_eq!((kind(&outcome), handed_over), ("later", false), "{after_starttls}: {outcome:?}");
        for secret in ["AUTH", "MAIL", "RCPT", "DATA", "Subject"] {
            assert!(!heard.contains(secret), "{after_starttls}: {heard}");
        }
    }
}
