//! Templates keep to the policy, all of them, also those of pages to come.

use std::path::{Path, PathBuf};

use crate::site::get;

pub(crate) fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
}

fn each(folder: &str, ending: &str, check: impl Fn(&str, &str)) {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ending, &mut found);
    assert!(!found.is_empty());
    for path in found {
        check(&path.display().to_string(), &std::fs::read_to_string(&path).unwrap());
    }
}

#[test]
fn no_template_turns_escaping_off_or_carries_inline_code() {
    each("templates", "html", |path, html| {
        for banned in ["|safe", "| safe", "|escape(", "style=\"", "<style", "javascript:", "filter safe"] {
            assert!(!html.contains(banned), "{path} contains {banned}");
        }
        for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let mut names = tag.split_ascii_whitespace().skip(1).filter_map(|part| part.split_once('='));
            assert!(!names.any(|(name, _)| name.starts_with("on")), "{path}: <{tag}>");
            if tag.starts_with("script") {
                assert!(tag.contains("src=") && tag.contains("nonce="), "{path}: <{tag}>");
            }
        }
    });
    each("src", "rs", |path, code| assert!(!code.contains(&["escape = \"", "none\""].concat()), "{path}"));
}

#[test]
fn every_post_form_carries_the_form_token() {
    each("templates", "html", |path, html| {
        for form in html.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
            let tag = form.split('>').next().unwrap();
            if tag.contains("method=\"post\"") {
                assert!(form.contains("ui::form_token("), "{path}: <form{tag}>");
            }
        }
    });
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let page = get("/styleguide").await;
    assert!(page.body.contains("&#60;script&#62;alert("));
    assert!(!page.body.contains("<script>alert("));
}
