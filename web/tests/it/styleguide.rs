//! The style guide has every component there is, so that whoever looks for one finds it.

use std::path::Path;

use crate::site::get;
use crate::templates::files;

/// Styles of one page alone, which is their place.
const OF_ONE_PAGE: &[&str] = &["enrol", "fault"];

fn read(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ending, &mut found);
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    found.into_iter().map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn the_style_guide_draws_with_every_function_that_makes_a_component() {
    let templates = read("templates", "html");
    let guide: String = templates
        .iter()
        .filter(|(name, _)| name.starts_with("styleguide") || name.starts_with("layout"))
        .map(|(_, html)| html.as_str())
        .collect();
    let mut tried = 0;
    for (file, code) in read("src/ui", "rs") {
        for head in code.split("\npub fn ").skip(1) {
            let (name, rest) = head.split_once(['(', '<']).unwrap();
            // What gives text or a language is no component.
            let gives =
                rest.split("-> ").nth(1).and_then(|gives| gives.split(" {").next()).unwrap_or_default();
            if ["String", "Language", "&'static str", "Text"].iter().any(|plain| gives.starts_with(plain)) {
                continue;
            }
            assert!(guide.contains(&format!("ui::{name}(")), "the style guide lacks {name} of {file}.rs");
            tried += 1;
        }
    }
    assert!(tried >= 20, "{tried}");
}

#[tokio::test]
async fn the_style_guide_wears_every_style_of_a_component() {
    let pages = get("/styleguide").await.body + &get("/styleguide/public").await.body;
    for (name, css) in read("assets/css/components", "css") {
        if OF_ONE_PAGE.contains(&name.as_str()) {
            continue;
        }
        let classes: Vec<_> = css
            .split('.')
            .skip(1)
            .map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap())
            .filter(|class| class.starts_with(|c: char| c.is_ascii_lowercase()))
            .collect();
        let worn = classes.iter().any(|class| {
            pages
                .split("class=\"")
                .skip(1)
                .any(|rest| rest.split('"').next().unwrap().split(' ').any(|found| found == *class))
        });
        assert!(worn, "nothing in the style guide wears {name}.css: {classes:?}");
    }
}
