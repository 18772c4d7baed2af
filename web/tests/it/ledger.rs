//! What everybody may fetch of a ledger: C2SP tlog-tiles over HTTP.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use counterfoil_ledger::Checkpoint;
use counterfoil_ledger::tiles::Resource;

use crate::server::{SLUG, Server};

async fn size(server: &Server) -> u64 {
    let note = server.get(&format!("/ledger/{SLUG}/checkpoint"), "").await.body;
    Checkpoint::claimed(&note).unwrap().size
}

#[tokio::test]
async fn tiles_never_change_and_the_checkpoint_does() {
    let server = Server::start().await;
    server.signed_in().await;
    let checkpoint = server.get(&format!("/ledger/{SLUG}/checkpoint"), "").await;
    assert_eq!(checkpoint.header(CONTENT_TYPE.as_str()), "text/plain; charset=utf-8");
    assert_eq!(checkpoint.header(CACHE_CONTROL.as_str()), "public, max-age=5");
    let size = size(&server).await;
    assert!(size > 1, "there is something to see");
    let all: Vec<_> = Resource::all(size).collect();
    assert_eq!(all.len(), 2, "a tile and a bundle: {all:?}");
    for resource in all {
        let answer = server.get(&format!("/ledger/{SLUG}/{}", resource.path()), "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", resource.path());
        assert_eq!(answer.header(CONTENT_TYPE.as_str()), "application/octet-stream");
        assert_eq!(answer.header(CACHE_CONTROL.as_str()), "public, max-age=31536000, immutable");
        let request = Request::head(format!("/ledger/{SLUG}/{}", resource.path()));
        let head = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
        assert_eq!(head.header(CONTENT_LENGTH.as_str()), answer.header(CONTENT_LENGTH.as_str()));
    }
}

#[tokio::test]
async fn a_bundle_holds_commitments_and_nothing_else() {
    let server = Server::start().await;
    server.signed_in().await;
    let size = size(&server).await;
    let bundle = server.get(&format!("/ledger/{SLUG}/tile/entries/000.p/{size}"), "").await.body;
    let entries = counterfoil_ledger::tiles::entries_of(bundle.as_bytes()).unwrap();
    assert_eq!(entries.len() as u64, size);
    for entry in entries {
        let text = std::str::from_utf8(entry).unwrap();
        let commitment = text.strip_prefix("counterfoil-entry-v1\n").unwrap().strip_suffix('\n').unwrap();
        assert_eq!(data_encoding::BASE64.decode(commitment.as_bytes()).unwrap().len(), 32, "{text}");
    }
}

#[tokio::test]
async fn beyond_the_tree_there_is_nothing() {
    let server = Server::start().await;
    server.signed_in().await;
    let size = size(&server).await;
    for width in 1..=size {
        for kind in ["0", "entries"] {
            let path = format!("/ledger/{SLUG}/tile/{kind}/000.p/{width}");
            assert_eq!(server.get(&path, "").await.status, StatusCode::OK, "{path}");
        }
    }
    let wider = format!("tile/0/000.p/{}", size + 1);
    let more = format!("tile/entries/000.p/{}", size + 1);
    for path in [
        &wider,
        &more,
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/7/000.p/1",
    ] {
        let answer = server.get(&format!("/ledger/{SLUG}/{path}"), "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header(CACHE_CONTROL.as_str()), "no-store", "{path} may come to be");
    }
    let foreign = server.get("/ledger/another/tile/0/000.p/1", "").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_paths_are_refused_and_never_a_failure_of_ours() {
    let server = Server::start().await;
    server.signed_in().await;
    let long = format!("tile/0/{}000", "x999/".repeat(2000));
    for path in [
        "tile",
        "tile/",
        "tile//",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/99999999999999999999",
        "tile/0/000.p/-1",
        "tile/-1/000",
        "tile/8/000",
        "tile/63/000",
        "tile/256/000",
        "tile/0/x018/x446/x744/x073/x709/x551/615",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/entries/x009/x223/x372/x036/x854/x775/807.p/1",
        "tile/7/x999/x999/x999/x999/x999/999",
        &long,
        "tile/0/..%2f..%2fcheckpoint",
        "tile/%2e%2e/000",
        "tile/0/%00",
        "tile/0/%ff%fe",
        "tile/0/000%2ep%2f1%00",
        "tile/0/%",
        "tile/0/000.p/1/..",
        "tile/entries/'%20OR%201=1--",
        "tile/0/000?x=1&y",
        "tile/0/%F0%9F%92%A9",
    ] {
        let answer = server.get(&format!("/ledger/{SLUG}/{path}"), "").await;
        let refused = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST].contains(&answer.status);
        assert!(refused, "{path:.80}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_ledger_that_disagrees_with_its_second_place_is_closed_and_says_so() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    for file in std::fs::read_dir(server.folder.path()).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_none() {
            std::fs::remove_file(file).unwrap();
        }
    }
    for path in [
        format!("/ledger/{SLUG}/checkpoint"),
        format!("/ledger/{SLUG}/tile/0/000.p/1"),
        format!("/o/{SLUG}/ledger"),
    ] {
        let answer = server.get(&path, &owner).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(answer.body.contains("The ledger is closed"), "{path}");
        assert!(!answer.body.contains("accept-restore"), "what to do is for the log: {path}");
    }
}
