//! Reading files that people name: never more than a limit, whatever they are.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};

/// The largest text file: settings and organisations.
const LARGEST_TEXT: u64 = 1 << 20;

/// A file of at most so many bytes. Devices and pipes are read like files.
pub(crate) fn read(path: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("{} cannot be read", path.display());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(cannot)?;
    file.take(most + 1).read_to_end(&mut bytes).with_context(cannot)?;
    if bytes.len() as u64 > most {
        bail!("{} is too large: at most {most} bytes are read", path.display());
    }
    Ok(bytes)
}

/// A text in UTF-8, without the mark that some editors begin it with.
pub(crate) fn read_text(path: &Path) -> anyhow::Result<String> {
    let text = String::from_utf8(read(path, LARGEST_TEXT)?)
        .map_err(|_| anyhow::anyhow!("{} is not a text in UTF-8", path.display()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
