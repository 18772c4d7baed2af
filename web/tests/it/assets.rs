//! Assets live under the hash of their content.

use axum::http::StatusCode;
use sha2::{Digest as _, Sha256};

use crate::site::get;

#[tokio::test]
async fn every_asset_a_page_names_is_there_and_hashes_to_its_name() {
    let mut names = Vec::new();
    for path in ["/styleguide", "/styleguide/public"] {
        let page = get(path).await;
        names.extend(
            page.body
                .split("\"/assets/")
                .skip(1)
                .map(|rest| rest.split(['"', '#']).next().unwrap().to_owned()),
        );
    }
    names.sort();
    names.dedup();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let answer = get(&format!("/assets/{name}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&answer.body)[..8]);
        assert!(name.contains(&format!("-{digest}.")), "{name}");
        let kind = match name.rsplit_once('.').unwrap().1 {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml; charset=utf-8",
        };
        assert_eq!(answer.header("content-type"), kind);
    }
}

#[tokio::test]
async fn an_old_or_wrong_hash_is_not_found() {
    for path in [
        "/assets/app-0000000000000000.css",
        "/assets/app.css",
        "/assets/",
        "/assets/app-9a4487ccbedf68e5.css/x",
    ] {
        assert_eq!(get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn every_icon_a_page_uses_is_in_the_sprite() {
    let page = get("/styleguide").await;
    let sprite = include_str!("../../assets/icons.svg");
    for used in page.body.split(".svg#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(sprite.contains(&format!("id=\"{used}\"")), "{used}");
    }
}
