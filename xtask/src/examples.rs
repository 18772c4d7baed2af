//! Which crates speak by example.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process::{cargo, root, run};

/// Runs the examples in the documentation. Only of crates that have any: to link an empty test for each of the others takes
/// most of a minute.
pub(crate) fn check() -> Result<()> {
    let mut args = vec!["test".to_owned(), "--doc".to_owned(), "--locked".to_owned(), "--quiet".to_owned()];
    let before = args.len();
    for entry in fs::read_dir(root())? {
        let krate = entry?.path();
        if krate.join("Cargo.toml").is_file() && krate.join("src/lib.rs").is_file() && has_examples(&krate)? {
            let name = krate.file_name().context("a crate without a name")?.to_string_lossy().into_owned();
            args.extend(["--package".to_owned(), format!("counterfoil-{name}")]);
        }
    }
    if args.len() == before {
        return Ok(());
    }
    run(&mut cargo(&args.iter().map(String::as_str).collect::<Vec<_>>())?)
}

fn has_examples(krate: &Path) -> Result<bool> {
    if is_with_examples(&fs::read_to_string(krate.join("README.md")).unwrap_or_default()) {
        return Ok(true);
    }
    let mut folders = vec![krate.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && is_with_examples(&fs::read_to_string(&path)?)
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether a block of code begins that rustdoc takes for Rust: one that is not said to be anything else.
fn is_with_examples(text: &str) -> bool {
    let fences = text
        .lines()
        .map(|line| line.trim_start_matches(['/', '!', ' ']))
        .filter(|line| line.starts_with("```"));
    fences.step_by(2).any(|fence| !matches!(fence, "```text" | "```sh" | "```toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_is_what_is_not_said_to_be_something_else() {
        assert!(is_with_examples("a\n```rust\nb\n```") && is_with_examples("/// ```\n/// b\n/// ```"));
        assert!(is_with_examples("```text\n```\n```no_run\n```"));
        assert!(!is_with_examples("```text\nb\n```\nc") && !is_with_examples("nothing"));
    }
}
