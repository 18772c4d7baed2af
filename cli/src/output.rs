//! stdout is data, stderr is talk.

use std::io::Write as _;

use serde::Serialize;

/// Exit code: it could not be done.
pub(crate) const COULD_NOT: u8 = 3;

/// Says something to the person at the terminal.
pub(crate) fn talk(text: &str) {
    // Nobody is listening if this fails.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
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
