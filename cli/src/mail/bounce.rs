//! Reading mail that came back (RFC 3464). Anybody can write such a mail, so nothing of it is kept but the id of a mail
//! of ours, which only those who have seen that mail know, and the digits of a status.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use uuid::Uuid;

use super::smtp::enhanced_status;

/// What says in the address of a bounce which mail it is about; `letter.rs` writes it.
const TOKEN: &str = "+b-";
/// More are no mail server's.
const MOST_PARTS: usize = 100;

/// A mail of ours that was not delivered, and why (RFC 3463).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bounce {
    pub(crate) mail: Uuid,
    pub(crate) status: String,
}

/// Why a mail is no bounce of ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoBounce {
    #[error("it cannot be read as a mail")]
    Unreadable,
    #[error("it is no report about the delivery of a mail (RFC 3464)")]
    NoReport,
    #[error("it does not say that the delivery failed")]
    NotFailed,
    #[error("it names no mail of this server")]
    NotOurs,
}

/// Reads a mail.
pub(crate) fn read(mail: &[u8]) -> Result<Bounce, NoBounce> {
    let message = MessageParser::default().parse(mail).ok_or(NoBounce::Unreadable)?;
    if message.parts.len() > MOST_PARTS {
        return Err(NoBounce::Unreadable);
    }
    let report = message.parts.iter().find(|part| is_type(*part, "message", "delivery-status"));
    let report = report.ok_or(NoBounce::NoReport)?;
    let status = failed(&String::from_utf8_lossy(report.contents())).ok_or(NoBounce::NotFailed)?;
    let mail = addressed(&message).or_else(|| returned(&message)).ok_or(NoBounce::NotOurs)?;
    Ok(Bounce { mail, status })
}

fn is_type<'x>(part: &impl MimeHeaders<'x>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|found| {
        found.ctype().eq_ignore_ascii_case(kind)
            && found.subtype().is_some_and(|found| found.eq_ignore_ascii_case(subtype))
    })
}

/// The status of the first recipient that the report calls failed.
fn failed(report: &str) -> Option<String> {
    let report = report.replace("\r\n", "\n");
    for recipient in report.split("\n\n") {
        let field = |name: &str| {
            let lines = recipient.lines().filter_map(|line| line.split_once(':'));
            let mut found = lines.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name));
            found.next().map(|(_, value)| value.trim())
        };
        if field("action").is_some_and(|action| action.eq_ignore_ascii_case("failed")) {
            let status = field("status").and_then(enhanced_status).filter(|status| !status.starts_with('2'));
            return Some(status.unwrap_or("5.0.0").to_owned());
        }
    }
    None
}

/// The id in the address that the report was sent to.
fn addressed(message: &Message<'_>) -> Option<Uuid> {
    ["To", "Delivered-To", "X-Original-To"].iter().find_map(|name| token(message.header_raw(*name)?))
}

/// The id in an address such as `bounces+b-0198f4a0111172228333444455556666@example.com`.
fn token(text: &str) -> Option<Uuid> {
    let (_, after) =
        text.to_ascii_lowercase().split_once(TOKEN).map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    let id = after.split('@').next()?;
    (id.len() == 32).then(|| id.parse().ok()).flatten()
}

/// The id in the Message-ID of the mail that the report gives back, whole or its headers.
fn returned(message: &Message<'_>) -> Option<Uuid> {
    message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(returned) => id(returned.message_id()?),
        _ if is_type(part, "text", "rfc822-headers") || is_type(part, "message", "rfc822-headers") => {
            id(MessageParser::default().parse(part.contents())?.message_id()?)
        }
        _ => None,
    })
}

fn id(message_id: &str) -> Option<Uuid> {
    message_id.split('@').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198f4a0-1111-7222-8333-444455556666";

    /// A report in the shape that Postfix sends.
    fn report(to: &str, action: &str, status: &str, message_id: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\r\nTo: {to}\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"B/x\"\r\n\r\n\
             --B/x\r\nContent-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
             I'm sorry to have to inform you.\r\n\r\n\
             --B/x\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example.org\r\nArrival-Date: Tue, 3 Mar 2026 10:00:00 +0000 (UTC)\r\n\r\n\
             Final-Recipient: rfc822; buyer@example.com\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 <buyer@example.com>: unknown\r\n\r\n\
             --B/x\r\nContent-Description: Undelivered Message\r\nContent-Type: message/rfc822\r\n\r\n\
             From: billing@example.com\r\nMessage-ID: <{message_id}>\r\nSubject: Invoice\r\n\r\nHello\r\n\r\n--B/x--\r\n"
        )
    }

    fn bounce(status: &str) -> Result<Bounce, NoBounce> {
        Ok(Bounce { mail: ID.parse().unwrap(), status: status.to_owned() })
    }

    #[test]
    fn the_address_or_the_returned_mail_says_which_mail_it_was() {
        let address = "<bounces+b-0198f4a0111172228333444455556666@example.com>";
        let by_address = report(address, "failed", "5.1.1", "other@example.com");
        assert_eq!(read(by_address.as_bytes()), bounce("5.1.1"));
        let by_mail =
            report("billing@example.com", "FAILED", "5.2.2 (mailbox full)", &format!("{ID}@localhost"));
        assert_eq!(read(by_mail.as_bytes()), bounce("5.2.2"));
        let headers = by_mail.replace("message/rfc822", "text/rfc822-headers");
        assert_eq!(read(headers.as_bytes()), bounce("5.2.2"));
    }

    #[test]
    fn other_mail_is_no_bounce_of_ours() {
        let ours = format!("{ID}@localhost");
        for (text, why) in [
            (report("billing@example.com", "delayed", "4.4.1", &ours), NoBounce::NotFailed),
            (report("billing@example.com", "delivered", "2.0.0", &ours), NoBounce::NotFailed),
            (report("billing@example.com", "failed", "5.1.1", "1@example.org"), NoBounce::NotOurs),
            (report("a+b-0198f4a0@example.com", "failed", "5.1.1", ""), NoBounce::NotOurs),
            (format!("To: a@example.com\r\nMessage-ID: <{ours}>\r\n\r\nHello"), NoBounce::NoReport),
            ("To: a@example.com\r\n\r\nAction: failed".to_owned(), NoBounce::NoReport),
        ] {
            assert_eq!(read(text.as_bytes()), Err(why), "{text}");
        }
    }

    #[test]
    fn a_status_that_is_none_is_a_failure_without_a_reason() {
        let ours = format!("{ID}@localhost");
        for status in ["", "2.0.0", "<script>", "5.1.1.1", "9.9.9", "5.1.1\u{202e}"] {
            assert_eq!(
                read(report("x@example.com", "failed", status, &ours).as_bytes()),
                bounce("5.0.0"),
                "{status}"
            );
        }
    }

    #[test]
    fn changed_cut_and_nested_mails_are_read_or_refused_and_never_panic() {
        let whole = report("x@example.com", "failed", "5.1.1", &format!("{ID}@localhost")).into_bytes();
        for end in 0..whole.len() {
            let _ = read(&whole[..end]);
        }
        for at in 0..whole.len() {
            for byte in [0, b'\n', b'"', b'=', b';', 0xff] {
                let mut changed = whole.clone();
                changed[at] = byte;
                let _ = read(&changed);
            }
        }
        let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(30_000);
        let _ = read(nested.as_bytes());
        let open: String = (0..20_000)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
            .collect();
        let _ = read(open.as_bytes());
    }
}
