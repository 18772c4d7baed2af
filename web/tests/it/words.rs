//! The words of the pages: every key that is written somewhere is there, with what is put into it, and none is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::templates::files;

/// Keys that are put together: all that begin so are in use.
const FAMILIES: &[&str] = &["currency-", "quantity-", "unit-"];

/// Where English may stand in the code: what only developers see.
const ENGLISH_ONLY: &[&str] = &["styleguide"];

fn read(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ending, &mut found);
    let read =
        found.into_iter().map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
    read.filter(|(path, _)| !ENGLISH_ONLY.iter().any(|name| path.contains(name))).collect()
}

/// The code without its unit tests.
fn sources() -> Vec<(String, String)> {
    let mut all = read("templates", "html");
    all.extend(read("src", "rs").into_iter().map(|(path, code)| {
        let end = code.find("#[cfg(test)]\nmod tests").unwrap_or(code.len());
        (path, code[..end].to_owned())
    }));
    all
}

/// The keys with the names of what is put into them.
fn keys() -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::<String, BTreeSet<String>>::new();
    for (_, file) in read("locales/en", "ftl") {
        let mut last = String::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '-'])) {
                key.clone_into(&mut last);
                keys.entry(last.clone()).or_default();
            }
            for rest in line.split('$').skip(1) {
                let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').next();
                keys.get_mut(&last).unwrap().insert(name.unwrap().to_owned());
            }
        }
    }
    keys
}

/// The text in the quotes that `rest` begins with.
fn quoted(rest: &str) -> Option<&str> {
    rest.trim_start().strip_prefix('"')?.split('"').next()
}

/// What follows the bracket that closes the one `rest` stands in.
fn behind_bracket(rest: &str) -> &str {
    let (mut depth, mut is_text, mut before) = (1, false, ' ');
    for (at, letter) in rest.char_indices() {
        match letter {
            '"' if before != '\\' => is_text = !is_text,
            '(' if !is_text => depth += 1,
            ')' if !is_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &rest[at + 1..];
        }
        before = letter;
    }
    ""
}

/// What is put in by the calls that follow.
fn put_in(mut rest: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    loop {
        let call = rest.trim_start();
        let call = ["with(", "count(", "before(", "after("]
            .iter()
            .find_map(|name| call.strip_prefix('.')?.strip_prefix(name));
        let Some(call) = call else { return names };
        names.extend(quoted(call).map(str::to_owned));
        rest = behind_bracket(call);
    }
}

#[test]
fn every_key_that_is_asked_for_is_there_and_gets_what_it_needs() {
    let keys = keys();
    for (path, code) in sources() {
        for (at, _) in code.match_indices("t(\"") {
            if code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
                continue;
            }
            let key = quoted(&code[at + 2..]).unwrap();
            let needs = keys.get(key).unwrap_or_else(|| panic!("{path}: no words for {key}"));
            let gets = put_in(behind_bracket(&code[at + 2..]));
            // What is kept under a name first is asked for its halves after.
            let before = code[..at].trim_end_matches("crate::ui::").trim_end_matches("ui::").trim_end();
            let halves: BTreeSet<_> = before
                .strip_suffix('=')
                .and_then(|before| before.trim_end().rsplit([' ', '\n']).next())
                .into_iter()
                .flat_map(|name| {
                    let call = format!("{name}.before(");
                    code.match_indices(&call).map(|(at, _)| at + call.len()).collect::<Vec<_>>()
                })
                .filter_map(|at| quoted(&code[at..]))
                .map(str::to_owned)
                .collect();
            assert_eq!(&(&gets | &halves), needs, "{path}: {key}");
        }
    }
}

#[test]
fn every_label_of_a_form_is_there() {
    let keys = keys();
    let head = "&'static [(&'static str, &'static str)] =";
    for (path, code) in sources() {
        for list in code.split(head).skip(1).map(|rest| rest.split("];").next().unwrap()) {
            for pair in list.split('(').skip(1) {
                let label = pair.split('"').nth(3).unwrap_or_else(|| panic!("{path}: {pair}"));
                assert!(keys.contains_key(label), "{path}: no words for the label {label:?}");
            }
        }
    }
}

#[test]
fn no_key_is_left_over() {
    let all: String = sources().into_iter().map(|(_, code)| code).collect();
    for key in keys().into_keys().filter(|key| !FAMILIES.iter().any(|family| key.starts_with(family))) {
        assert!(all.contains(&format!("\"{key}\"")), "nothing says {key}");
    }
}

/// English that may stand in a template: names, and what is typed to a computer.
const NO_WORDS: &[&str] = &[
    "Counterfoil",
    "CII",
    "UBL",
    // Terms of EN 16931.
    "BT-",
    "counterfoil ledger verify",
    "counterfoil verify FILE --ledger-key KEY",
    // Parts of addresses.
    "/ledger/",
    "/checkpoint",
    "/verify",
];

/// The text of a template: what is between tags, in the attributes that are read out, and in quotes inside expressions.
fn said(template: &str) -> Vec<String> {
    let (mut said, mut text, mut rest) = (Vec::new(), String::new(), template);
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("{#")).min() {
        text.push_str(&rest[..at]);
        let (kind, end) = (
            &rest[at..at + 2],
            rest[at..].find("}}").into_iter().chain(rest[at..].find("%}")).chain(rest[at..].find("#}")).min(),
        );
        let end = at + end.expect("an expression ends");
        if kind != "{#" {
            // Keys, names of fields and paths have no blank and begin small.
            let quoted = rest[at..end].split('"').skip(1).step_by(2);
            said.extend(
                quoted
                    .filter(|text| text.contains(' ') || text.starts_with(|c: char| c.is_uppercase()))
                    .map(str::to_owned),
            );
        }
        text.push('\u{1}');
        rest = &rest[end + 2..];
    }
    text.push_str(rest);
    for part in text.split('<').skip(1) {
        let (tag, between) = part.split_once('>').unwrap_or((part, ""));
        for attribute in ["aria-label", "title", "placeholder", "alt", "data-show", "data-hide"] {
            let value =
                tag.split_once(&format!("{attribute}=\"")).and_then(|(_, rest)| rest.split('"').next());
            said.extend(value.map(str::to_owned));
        }
        said.push(between.to_owned());
    }
    said
}

#[test]
fn no_template_says_anything_itself() {
    for (path, template) in read("templates", "html") {
        for mut text in said(&template) {
            for name in NO_WORDS {
                text = text.replace(name, "");
            }
            let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1);
            let words: Vec<_> = words.collect();
            assert!(words.is_empty(), "{path} says {words:?} itself: {text:?}");
        }
    }
}

#[test]
fn no_handler_says_anything_itself() {
    let is_code = |path: &str| std::path::Path::new(path).extension().is_some_and(|of| of == "rs");
    for (path, code) in sources().into_iter().filter(|(path, _)| is_code(path)) {
        for call in ["saying(", "refuse(", "bad_request(", "forbidden(", "not_from_here(", "unprocessable("] {
            for (at, _) in code.match_indices(call) {
                let arguments = &code[at + call.len()..];
                let arguments = &arguments[..arguments.len() - behind_bracket(arguments).len()];
                let mut quoted = arguments.split('"').skip(1).step_by(2);
                let english = quoted.find(|text| text.contains(' ') || text.starts_with(char::is_uppercase));
                assert_eq!(english, None, "{path}: {call}{arguments}");
            }
        }
    }
}
