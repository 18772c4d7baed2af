//! The five cookies. All carry the `__Host-` prefix, so no other host and no plain HTTP page can set them, and
//! no script can read them.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderName, HeaderValue, SET_COOKIE};
use counterfoil_identity::Token;
use data_encoding::BASE64URL_NOPAD;

use crate::language::Language;

/// The session.
pub const SESSION: &str = "__Host-cf";
/// What the forms of people who are not signed in are bound to.
pub const FORM: &str = "__Host-cf-form";
/// The document that a buyer opened through a link.
pub const PORTAL: &str = "__Host-cf-portal";
/// What the next page says once.
pub const MESSAGE: &str = "__Host-cf-message";

/// The language that somebody chose.
pub const LANGUAGE: &str = "__Host-cf-language";

/// Longer messages are cut: a cookie has 4096 bytes.
const LONGEST_MESSAGE: usize = 300;

const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// The header that begins or replaces a session. Use it as a part of the response:
/// `([cookies::begin_session(&token)], SeeOther::to("/"))`.
pub fn begin_session(token: &Token) -> (HeaderName, HeaderValue) {
    (SET_COOKIE, header(&format!("{SESSION}={}; {ATTRIBUTES}", token.to_text())))
}

/// The header that lets this browser see one document for a while.
pub fn begin_portal(token: &Token) -> (HeaderName, HeaderValue) {
    (SET_COOKIE, header(&format!("{PORTAL}={}; {ATTRIBUTES}", token.to_text())))
}

/// The header that makes this browser forget the document.
pub fn end_portal() -> (HeaderName, HeaderValue) {
    (SET_COOKIE, header(&expired(PORTAL)))
}

/// The headers that end a session in the browser: the cookie, and everything it kept of our pages.
pub fn end_session() -> [(HeaderName, HeaderValue); 2] {
    [
        (SET_COOKIE, header(&expired(SESSION))),
        (
            HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""),
        ),
    ]
}

/// The header that makes the next page say something once.
pub(crate) fn say(message: &str) -> (HeaderName, HeaderValue) {
    let cut: String = message.chars().take(LONGEST_MESSAGE).collect();
    let text = BASE64URL_NOPAD.encode(cut.as_bytes());
    (SET_COOKIE, header(&format!("{MESSAGE}={text}; Max-Age=60; {ATTRIBUTES}")))
}

/// The header that makes this browser remember a language for a year.
pub(crate) fn choose_language(language: Language) -> (HeaderName, HeaderValue) {
    (SET_COOKIE, header(&format!("{LANGUAGE}={language}; Max-Age=31536000; {ATTRIBUTES}")))
}

pub(crate) fn decode_message(text: &str) -> Option<String> {
    String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

pub(crate) fn clear_message() -> String {
    expired(MESSAGE)
}

pub(crate) fn set_form(token: &Token) -> String {
    format!("{FORM}={}; {ATTRIBUTES}", token.to_text())
}

fn expired(name: &str) -> String {
    format!("{name}=; Max-Age=0; {ATTRIBUTES}")
}

fn header(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("names, base64url and attributes are visible ASCII")
}

/// The value of a cookie. Of two with one name neither is believed.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(found, _)| *found == name).map(|(_, value)| value.to_owned());
    let first = values.next();
    if values.next().is_some() { None } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn a_cookie_is_found_among_others_and_over_several_lines() {
        let headers = sent(&["a=1; __Host-cf=x=y", "b=2"]);
        assert_eq!(read(&headers, SESSION).as_deref(), Some("x=y"));
        assert_eq!(read(&headers, "b").as_deref(), Some("2"));
        assert_eq!(read(&headers, FORM), None);
    }

    #[test]
    fn of_two_cookies_with_one_name_neither_is_believed() {
        assert_eq!(read(&sent(&["__Host-cf=a; __Host-cf=b"]), SESSION), None);
        assert_eq!(read(&sent(&["__Host-cf=a", "__Host-cf=a"]), SESSION), None);
    }

    #[test]
    fn a_message_survives_the_cookie_in_any_script() {
        let (_, value) = say("Rechnung für Müller & Söhne; bezahlt \u{2713}\r\nSet-Cookie: x=y");
        let value = value.to_str().unwrap();
        let text = value.strip_prefix("__Host-cf-message=").unwrap().split(';').next().unwrap();
        assert_eq!(
            decode_message(text).unwrap(),
            "Rechnung für Müller & Söhne; bezahlt \u{2713}\r\nSet-Cookie: x=y"
        );
        assert!(!value.contains('\n'));
    }

    #[test]
    fn a_long_message_still_fits() {
        let (_, value) = say(&"\u{1f9fe}".repeat(5_000));
        assert!(value.len() < 4096, "{}", value.len());
    }
}
