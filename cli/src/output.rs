//! stdout is data, stderr is talk. Whatever is printed as text is made visible here.

use std::fmt::Write as _;
use std::io::Write as _;

use counterfoil_invoice::limits::is_forbidden;
use serde::Serialize;

/// Exit code: it could not be done.
pub(crate) const COULD_NOT: u8 = 3;

/// Says something to the person at the terminal, in one line.
pub(crate) fn talk(text: &str) {
    // Nobody is listening if this fails.
    let _ = writeln!(std::io::stderr().lock(), "{}", visible(text));
}

/// One line in which nothing drives the terminal, turns the text around or begins another line: that is spelled out.
/// Everything that is printed goes through here, because names, files, certificates and mails are what strangers wrote.
pub(crate) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) { visible.extend(c.escape_unicode()) } else { visible.push(c) }
    }
    visible
}

/// The same for JSON, where what is spelled out still means what it did.
fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        // Line feeds are only between values.
        if c != '\n' && is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(visible, "\\u{unit:04x}");
            }
        } else {
            visible.push(c);
        }
    }
    visible
}

/// Controls, and what stands in text without being seen in it: marks and turns of direction, line and paragraph
/// separators, fillers without a width, the byte order mark, tags. Not the two joiners that some scripts need.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || is_forbidden(c)
        || matches!(
            c,
            '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// What somebody typed, in quotes, and no longer than a line has room for.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// Gives data: as JSON, or as lines of text.
pub(crate) fn data(json: bool, value: &impl Serialize, lines: &[impl AsRef<str>]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", visible_json(&serde_json::to_string_pretty(value)?))?;
    } else {
        for line in lines {
            writeln!(out, "{}", visible(line.as_ref()))?;
        }
    }
    Ok(())
}

/// Gives one line of data as JSON.
pub(crate) fn json_line(value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{}", visible_json(&serde_json::to_string(value)?))?;
    Ok(())
}

/// Gives one line of data in columns, with tabs between them.
pub(crate) fn row(columns: &[&str]) -> anyhow::Result<()> {
    let columns: Vec<_> = columns.iter().map(|column| visible(column)).collect();
    writeln!(std::io::stdout().lock(), "{}", columns.join("\t"))?;
    Ok(())
}

/// An error with its causes in one line, none said twice.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str =
        "A\u{1b}[2J\u{9b}31m\r\nok\t\u{202e}live\u{2066}\u{200f}\u{2028}\u{feff}\u{e0041}\0\u{7f}";

    #[test]
    fn nothing_that_a_stranger_wrote_drives_the_terminal_or_begins_a_line() {
        let seen = visible(HOSTILE);
        assert_eq!(
            seen,
            "A\\u{1b}[2J\\u{9b}31m\\u{d}\\u{a}ok\\u{9}\\u{202e}live\\u{2066}\\u{200f}\\u{2028}\\u{feff}\\u{e0041}\\u{0}\\u{7f}"
        );
        for c in ('\0'..=char::MAX).filter(|c| c.is_control() || is_forbidden(*c)) {
            assert!(visible(&c.to_string()).is_ascii(), "{c:?}");
        }
        // What people write stays as it is.
        for text in ["Café Größe 10.00 €", "عقد", "請求書", "a → b …", "no\u{a0}break"] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn json_says_the_same_and_shows_as_little() {
        let value = serde_json::json!({ HOSTILE: [HOSTILE] });
        for json in [serde_json::to_string(&value), serde_json::to_string_pretty(&value)] {
            let shown = visible_json(&json.unwrap());
            assert!(shown.is_ascii() && !shown.contains(['\u{1b}', '\r', '\t', '\0']), "{shown}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }
}
