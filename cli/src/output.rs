//! stdout is data, stderr is talk.

use std::io::Write as _;

use counterfoil_invoice::limits::is_forbidden;
use serde::Serialize;

/// Exit code: it could not be done.
pub(crate) const COULD_NOT: u8 = 3;

/// Says something to the person at the terminal. What would drive the terminal or turn the text around is spelled out:
/// messages quote files and flags.
pub(crate) fn talk(text: &str) {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => visible.push(c),
            c if c.is_control() || is_forbidden(c) => visible.extend(c.escape_unicode()),
            c => visible.push(c),
        }
    }
    // Nobody is listening if this fails.
    let _ = writeln!(std::io::stderr().lock(), "{visible}");
}

/// What somebody typed, in quotes, and no longer than a line has room for.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// Gives data: as JSON, or as text.
pub(crate) fn data(json: bool, value: &impl Serialize, text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(value)?)?;
    } else {
        writeln!(out, "{text}")?;
    }
    Ok(())
}

/// Gives one line of data.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}")?;
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
