//! The user's guide says what is there: its words in bold are words of the pages, its pictures and links lead somewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::templates::files;

/// The largest picture, in bytes: they are kept with the source.
const LARGEST_PICTURE: u64 = 300_000;

fn source() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The chapters, each with its path.
fn chapters() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&source().join("../docs/guide"), "md", &mut found);
    assert!(!found.is_empty());
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// What the pages say in English: each message and each of its forms, as the texts around what is put in.
fn messages() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    files(&source().join("locales/en"), "ftl", &mut found);
    let texts: Vec<String> = found.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with(['#', '-']));
    lines.filter_map(said).map(around).collect()
}

/// The text of a line: behind its key, or behind the number that it is for.
fn said(line: &str) -> Option<&str> {
    let text = if line.starts_with(' ') { line.split_once("] ") } else { line.split_once(" = ") };
    text.map(|(_, text)| text.trim())
}

/// `Item { $row }` as `["Item ", ""]`.
fn around(text: &str) -> Vec<String> {
    let mut rests = text.split('{');
    let first = rests.next().unwrap_or_default().to_owned();
    let others = rests.map(|rest| rest.split_once('}').map_or("", |(_, after)| after).to_owned());
    std::iter::once(first).chain(others).collect()
}

/// Whether a text is this message with something put in.
fn fits(text: &str, message: &[String]) -> bool {
    let [first, between @ .., last] = message else { return message.iter().any(|whole| whole == text) };
    // With nothing but marks around what is put in, anything would fit.
    if message.iter().flat_map(|part| part.chars()).filter(|c| c.is_alphabetic()).count() < 4 {
        return false;
    }
    let Some(mut rest) = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str()))
    else {
        return false;
    };
    for part in between {
        let Some((_, after)) = rest.split_once(part.as_str()) else { return false };
        rest = after;
    }
    true
}

/// What stands in bold.
fn bold(chapter: &str) -> Vec<String> {
    let parts = chapter.split("**").skip(1).step_by(2);
    parts.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Where the links and pictures of a chapter lead.
fn links(chapter: &str) -> Vec<&str> {
    chapter.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

#[test]
fn words_in_bold_are_words_of_the_pages() {
    let messages = messages();
    let mut unknown = Vec::new();
    for (path, chapter) in chapters() {
        assert!(chapter.matches("**").count().is_multiple_of(2), "{}: bold without an end", path.display());
        for text in bold(&chapter) {
            if !messages.iter().any(|message| fits(&text, message)) {
                unknown.push(format!("{}: {text}", path.display()));
            }
        }
    }
    assert!(unknown.is_empty(), "no page says:\n{}", unknown.join("\n"));
}

#[test]
fn a_text_fits_a_message_with_something_put_in() {
    let fits = |text: &str, line: &str| fits(text, &around(said(line).unwrap()));
    assert!(fits("Issue invoice 2026-0007", "issue-invoice = Issue invoice { $number }"));
    assert!(fits("3 open invoices", "       *[other] { $count } open invoices"));
    assert!(!fits("Issue 2026-0007", "issue-invoice = Issue invoice { $number }"));
    assert!(fits("Send", "send = Send") && !fits("Send it", "send = Send"));
    assert!(!fits("anything at all", "price-in = { $price } { $currency }"));
}

#[test]
fn links_lead_to_what_is_there() {
    for (path, chapter) in chapters() {
        for link in links(&chapter) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !link.starts_with("https://") {
                assert!(path.with_file_name(file).exists(), "{}: {link} is not there", path.display());
            }
        }
    }
}

#[test]
fn pictures_are_there_small_and_shown() {
    let mut shown = BTreeSet::new();
    for (_, chapter) in chapters() {
        let pictures = links(&chapter).into_iter().filter_map(|link| link.strip_prefix("pictures/"));
        shown.extend(pictures.map(str::to_owned));
    }
    let mut kept = BTreeSet::new();
    for entry in std::fs::read_dir(source().join("../docs/guide/pictures")).unwrap() {
        let entry = entry.unwrap();
        let (name, size) = (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len());
        assert!(size <= LARGEST_PICTURE, "{name} has {size} bytes");
        kept.insert(name);
    }
    assert_eq!(shown, kept, "docs/guide/README.md says how the pictures are made");
}
