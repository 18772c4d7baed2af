//! Style sheet, scripts and icons: in the binary, served under the hash of their content and cached for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::ErrorPage;

/// The style sheet, in the order in which it is put together. A component has its own file.
const STYLES: &[&str] = &[
    "@layer reset, tokens, base, components, utilities;\n",
    include_str!("../assets/css/reset.css"),
    include_str!("../assets/css/tokens.css"),
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/components/icon.css"),
    include_str!("../assets/css/components/button.css"),
    include_str!("../assets/css/components/badge.css"),
    include_str!("../assets/css/components/shell.css"),
    include_str!("../assets/css/components/public.css"),
    include_str!("../assets/css/components/languages.css"),
    include_str!("../assets/css/components/page-header.css"),
    include_str!("../assets/css/components/card.css"),
    include_str!("../assets/css/components/tiles.css"),
    include_str!("../assets/css/components/table.css"),
    include_str!("../assets/css/components/filters.css"),
    include_str!("../assets/css/components/field.css"),
    include_str!("../assets/css/components/error-summary.css"),
    include_str!("../assets/css/components/notice.css"),
    include_str!("../assets/css/components/toast.css"),
    include_str!("../assets/css/components/dialog.css"),
    include_str!("../assets/css/components/timeline.css"),
    include_str!("../assets/css/components/evidence.css"),
    include_str!("../assets/css/components/verdict.css"),
    include_str!("../assets/css/components/chart.css"),
    include_str!("../assets/css/components/code.css"),
    include_str!("../assets/css/components/steps.css"),
    include_str!("../assets/css/components/empty.css"),
    include_str!("../assets/css/components/enrol.css"),
    include_str!("../assets/css/components/fault.css"),
    include_str!("../assets/css/components/ledger.css"),
    include_str!("../assets/css/components/editor.css"),
    include_str!("../assets/css/components/conflict.css"),
    include_str!("../assets/css/components/paper.css"),
    include_str!("../assets/css/utilities.css"),
];

/// Scripts of every page: each binds itself to `data-` attributes and does nothing without them.
const EVERYWHERE: &[(&str, &str)] = &[
    ("copy.js", include_str!("../assets/js/copy.js")),
    ("dialog.js", include_str!("../assets/js/dialog.js")),
    ("dirty-form.js", include_str!("../assets/js/dirty-form.js")),
    ("reveal.js", include_str!("../assets/js/reveal.js")),
    ("languages.js", include_str!("../assets/js/languages.js")),
    ("toast.js", include_str!("../assets/js/toast.js")),
    ("error-focus.js", include_str!("../assets/js/error-focus.js")),
    ("autosubmit.js", include_str!("../assets/js/autosubmit.js")),
    ("shortcuts.js", include_str!("../assets/js/shortcuts.js")),
];

/// Scripts that one page asks for in its `scripts` block.
const ON_REQUEST: &[(&str, &str)] = &[
    ("fragment-secret.js", include_str!("../assets/js/fragment-secret.js")),
    ("fragment-code.js", include_str!("../assets/js/fragment-code.js")),
    ("lines.js", include_str!("../assets/js/lines.js")),
    ("live.js", include_str!("../assets/js/live.js")),
    ("paste.js", include_str!("../assets/js/paste.js")),
    ("autosave.js", include_str!("../assets/js/autosave.js")),
    ("hash-file.js", include_str!("../assets/js/hash-file.js")),
    ("print.js", include_str!("../assets/js/print.js")),
];

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml; charset=utf-8";

struct Asset {
    name: &'static str,
    url: String,
    content_type: &'static str,
    content: String,
}

static ALL: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut all = vec![
        asset("app.css", "text/css; charset=utf-8", STYLES.concat()),
        asset("icons.svg", SVG, include_str!("../assets/icons.svg").to_owned()),
        asset("favicon.svg", SVG, include_str!("../assets/favicon.svg").to_owned()),
    ];
    let scripts = EVERYWHERE.iter().chain(ON_REQUEST);
    all.extend(scripts.map(|(name, content)| asset(name, JAVASCRIPT, (*content).to_owned())));
    all
});

fn asset(name: &'static str, content_type: &'static str, content: String) -> Asset {
    let digest = Sha256::digest(&content);
    let hash = HEXLOWER.encode(&digest[..8]);
    let (stem, ending) = name.rsplit_once('.').expect("assets have an ending");
    Asset { name, url: format!("/assets/{stem}-{hash}.{ending}"), content_type, content }
}

/// Where an asset is served: `url("app.css")` is `/assets/app-0123456789abcdef.css`.
///
/// # Panics
/// If there is no such asset; every name is written in a template, and the tests render them.
pub fn url(name: &str) -> &'static str {
    let asset = ALL.iter().find(|asset| asset.name == name);
    asset.map(|asset| asset.url.as_str()).expect("templates name assets that exist")
}

/// The scripts that every page loads.
pub fn scripts() -> impl Iterator<Item = &'static str> {
    EVERYWHERE.iter().map(|(name, _)| url(name))
}

/// `GET /assets/{file}`
pub async fn show(Path(file): Path<String>) -> Result<Response, ErrorPage> {
    let found = ALL.iter().find(|asset| asset.url.strip_prefix("/assets/") == Some(&file));
    let asset = found.ok_or_else(ErrorPage::not_found)?;
    let headers =
        [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content.as_str()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_the_hash_of_its_content() {
        let one = asset("app.css", "text/css", "a {}".into());
        let other = asset("app.css", "text/css", "b {}".into());
        assert_ne!(one.url, other.url);
        // printf 'a {}' | sha256sum
        assert_eq!(one.url, "/assets/app-9a4487ccbedf68e5.css");
    }

    #[test]
    fn every_style_and_script_in_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets");
        for (part, held) in [
            ("css/components", STYLES.to_vec()),
            ("js", EVERYWHERE.iter().chain(ON_REQUEST).map(|(_, js)| *js).collect()),
        ] {
            for file in std::fs::read_dir(format!("{folder}/{part}")).unwrap() {
                let path = file.unwrap().path();
                let content = std::fs::read_to_string(&path).unwrap();
                assert!(held.contains(&content.as_str()), "{} is in no list", path.display());
            }
        }
    }

    #[test]
    fn scripts_have_no_sink_that_makes_markup_or_code_of_text() {
        for (name, script) in EVERYWHERE.iter().chain(ON_REQUEST) {
            for sink in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "Function(",
                "localStorage",
                "sessionStorage",
                "import(",
            ] {
                assert!(!script.contains(sink), "{name} uses {sink}");
            }
        }
    }

    #[test]
    fn styles_stay_in_their_layers_and_fetch_nothing() {
        for style in &STYLES[1..] {
            let code = style.trim_start().trim_start_matches(|c| c != '@');
            assert!(code.starts_with("@layer "), "{style:.60}");
            assert!(!style.contains("url(") && !style.contains("@import"), "{style:.60}");
        }
    }
}
