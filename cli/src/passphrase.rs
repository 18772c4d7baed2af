//! Passphrases are typed or read from a file, never a flag: flags are seen in the list of processes.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use anyhow::Context as _;
use zeroize::Zeroizing;

/// In bytes; what follows is not read.
const LONGEST: u64 = 4 << 10;

/// The first line of a file, or of standard input if it is called `-`.
pub(crate) fn from_file(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    if path == Path::new("-") {
        let lines = std::io::stdin().lock().take(LONGEST);
        BufReader::new(lines).read_line(&mut line).context("standard input cannot be read")?;
    } else {
        let cannot = || format!("{} cannot be read", path.display());
        let file = std::fs::File::open(path).with_context(cannot)?;
        BufReader::new(file.take(LONGEST)).read_line(&mut line).with_context(cannot)?;
    }
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}

/// What the person at the terminal types. `otherwise` says how to give it without one.
pub(crate) fn asked(prompt: &str, otherwise: &str) -> anyhow::Result<Zeroizing<String>> {
    let asked = rpassword::prompt_password(prompt);
    Ok(Zeroizing::new(
        asked
            .with_context(|| format!("the passphrase cannot be asked for without a terminal: {otherwise}"))?,
    ))
}
