//! Every route of the table, tried by nobody, by somebody halfway, and by an owner.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Method, Request, StatusCode};
use counterfoil_web::routes;

use crate::headers::has_all;
use crate::server::{SLUG, Server, cookie};
use crate::site::Answer;

/// The path with something in its places: ids that exist nowhere.
fn filled(path: &str, organisation: &str) -> String {
    let path = path.replace("{organisation}", organisation).replace("{status}", "404");
    let path = path.replace("{file}", "app.css").replace("{format}", "pdf");
    let id = "0198f4a0-1111-7222-8333-444455556666";
    path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/")
}

async fn ask(server: &Server, method: &str, path: &str, cookie: &str, body: &'static str) -> Answer {
    let request = Request::builder()
        .method(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap())
        .uri(path)
        .header("sec-fetch-site", "same-origin")
        .header(COOKIE, cookie)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    server.send(request.body(Body::from(body)).unwrap()).await
}

fn all(organisation: &str) -> impl Iterator<Item = (&'static str, String)> {
    routes::ALL.iter().map(move |(method, path)| (*method, filled(path, organisation)))
}

#[tokio::test]
async fn every_answer_of_every_route_has_all_headers_and_none_is_a_failure() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    for organisation in [SLUG, "another"] {
        for (method, path) in all(organisation) {
            for cookie in ["", owner.as_str(), "__Host-cf=nonsense"] {
                let answer = ask(&server, method, &path, cookie, "").await;
                has_all(&answer, &format!("{path} ({method}, {})", answer.status));
                assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.body);
            }
        }
    }
}

#[tokio::test]
async fn no_route_changes_anything_without_a_form_of_ours() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let unsafe_routes = || all(SLUG).filter(|(method, _)| *method != "get");
    assert!(unsafe_routes().count() >= 3);
    for (method, path) in unsafe_routes() {
        for body in ["", "form_token=x"] {
            let answer = ask(&server, method, &path, &owner, body).await;
            assert_ne!(answer.status, StatusCode::OK, "{method} {path}");
            assert!(!answer.header("location").starts_with("/o/"), "{method} {path}");
            let refused = [StatusCode::FORBIDDEN, StatusCode::UNSUPPORTED_MEDIA_TYPE, StatusCode::SEE_OTHER];
            assert!(refused.contains(&answer.status), "{method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn nobody_gets_into_an_organisation_and_everybody_learns_where_to_sign_in() {
    let server = Server::start().await;
    server.signed_in().await;
    for (method, path) in all(SLUG).filter(|(_, path)| path.starts_with("/o/")) {
        let answer = ask(&server, method, &path, "", "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{method} {path}");
        let next = if method == "get" { format!("/sign-in?next={path}") } else { "/sign-in".to_owned() };
        assert_eq!(answer.header("location"), next, "{method} {path}");
    }
}

#[tokio::test]
async fn somebody_halfway_is_led_to_the_second_factor_and_nowhere_else() {
    let server = Server::start().await;
    let halfway = cookie(&server.owner().await);
    for (method, path) in all(SLUG).filter(|(_, path)| path.starts_with("/o/")) {
        let answer = ask(&server, method, &path, &halfway, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{method} {path}");
        assert_eq!(answer.header("location"), "/setup/second-factor", "{method} {path}");
    }
}

#[tokio::test]
async fn a_foreign_organisation_does_not_exist() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    for (method, path) in all("another").filter(|(_, path)| path.starts_with("/o/")) {
        let answer = ask(&server, method, &path, &owner, "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

#[tokio::test]
async fn the_shell_escapes_the_name_of_the_person() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let page = server.get(&format!("/o/{SLUG}/ledger"), &owner).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Ada &#60;b&#62;Muster") && !page.body.contains("<b>Muster"));
    assert!(page.body.contains("action=\"/sign-out\""));
}

#[tokio::test]
async fn programs_find_what_they_look_for() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz", "").await.body, "ok");
    assert_eq!(server.get("/robots.txt", "").await.body, "User-agent: *\nDisallow: /\n");
}
