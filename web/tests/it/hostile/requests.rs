//! Bad requests around the forms: ids that are none or another's, paths, queries, methods, headers and bodies.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Method, Request, StatusCode};
use counterfoil_web::routes;

use super::acts::{ACTS, Who};
use super::world::World;
use super::{body, inert, open};

/// What is no id of anything.
const NO_IDS: &[&str] = &[
    "x",
    "%00",
    "%ff",
    "..",
    "..%2f..%2fetc%2fpasswd",
    "00000000-0000-0000-0000-000000000000",
    "0198f4a0-1111-7222-8333-444455556666%00",
    "-1",
    "99999999999999999999999999999999999999",
    "%E2%80%AE",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "' OR '1'='1",
];

#[tokio::test]
async fn a_path_with_another_organisations_id_or_none_changes_nothing_and_is_not_found() {
    let world = World::of(Who::Owner).await;
    let server = world.open().await;
    let mut tried = 0;
    for act in ACTS.iter().filter(|act| act.who == Who::Owner) {
        let opened = open(&server, &world, act).await;
        let sent = body(&opened.controls, "", None);
        let before = server.books();
        for (name, theirs) in world.foreign().iter().filter(|(name, _)| act.route.contains(name)) {
            tried += 1;
            let path = world.fill(&act.route.replace(name, theirs));
            let answer = server.post(&path, &opened.cookie, sent.clone()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            for none in NO_IDS {
                let path = world.fill(&act.route.replace(name, &none.replace(' ', "%20")));
                let answer = server.post(&path, &opened.cookie, sent.clone()).await;
                inert(&answer).unwrap_or_else(|why| panic!("{path}: {why}"));
                assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
            }
        }
        assert!(server.books() == before, "{}: something was written", act.route);
    }
    assert!(tried > 20, "{tried}");
}

#[tokio::test]
async fn another_organisations_id_in_a_field_is_refused_and_changes_nothing() {
    let world = World::of(Who::Owner).await;
    let server = world.open().await;
    let mut tried = 0;
    for act in ACTS.iter().filter(|act| act.who == Who::Owner) {
        for field in act.fields {
            let Some((_, theirs)) = world.foreign().iter().find(|(name, _)| *name == field.valid) else {
                continue;
            };
            let opened = open(&server, &world, act).await;
            let before = server.books();
            let sent = super::Sent::Text(theirs.clone());
            let answer = server
                .post(&world.fill(act.route), &opened.cookie, body(&opened.controls, field.name, Some(&sent)))
                .await;
            assert!(answer.status.is_client_error(), "{} {}: {}", act.route, field.name, answer.status);
            assert!(server.books() == before, "{} {}: something was written", act.route, field.name);
            tried += 1;
        }
    }
    assert!(tried >= 1, "the customer of a draft");
}

#[tokio::test]
async fn fields_that_a_form_does_not_have_are_refused_in_every_form() {
    for who in [Who::First, Who::Enrolling, Who::Nobody, Who::Halfway, Who::Owner, Who::Buyer] {
        let world = World::of(who).await;
        let server = world.open().await;
        for act in ACTS.iter().filter(|act| act.who == who) {
            let opened = open(&server, &world, act).await;
            let sent = body(&opened.controls, "", None);
            let before = server.books();
            for extra in
                ["&admin=1", "&role=owner", "&org_id=1", "&%00=1", "&=", "&form_token=x", "&__proto__=1"]
            {
                let answer =
                    server.post(&world.fill(act.route), &opened.cookie, format!("{sent}{extra}")).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{} {extra}", act.route);
            }
            let many = "&a=1".repeat(6_000);
            for body in [many.as_str(), "&&&&", "=", "form_token", "{\"name\": \"x\"}", "<form/>"] {
                let answer = server.post(&world.fill(act.route), &opened.cookie, body.to_owned()).await;
                assert!(answer.status.is_client_error(), "{}: {} to {:.20}", act.route, answer.status, body);
            }
            let huge = format!("{sent}&note={}", "a".repeat(25 << 20));
            let answer = server.post(&world.fill(act.route), &opened.cookie, huge).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", act.route);
            assert!(server.books() == before, "{}: something was written", act.route);
        }
    }
}

#[tokio::test]
async fn other_content_types_are_refused_by_every_form() {
    let world = World::of(Who::Owner).await;
    let server = world.open().await;
    for act in ACTS.iter().filter(|act| act.who == Who::Owner) {
        let opened = open(&server, &world, act).await;
        let before = server.books();
        for kind in [
            "",
            "text/plain",
            "application/json",
            "application/xml",
            "multipart/form-data",
            "multipart/form-data; boundary=b",
            "application/x-www-form-urlencoded2",
            "text/plain; application/x-www-form-urlencoded",
        ] {
            let request = Request::post(world.fill(act.route))
                .header("sec-fetch-site", "same-origin")
                .header(COOKIE, &opened.cookie)
                .header(CONTENT_TYPE, kind)
                .body(Body::from(body(&opened.controls, "", None)))
                .unwrap();
            let answer = server.send(request).await;
            // A form with a file in it is read as one, and found to be none.
            let with_file = act.route == "/o/{organisation}/organisation" && kind.starts_with("multipart/");
            let refused: &[StatusCode] = if with_file {
                &[StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY]
            } else {
                &[StatusCode::UNSUPPORTED_MEDIA_TYPE]
            };
            assert!(refused.contains(&answer.status), "{} {kind}: {}", act.route, answer.status);
        }
        assert!(server.books() == before, "{}: something was written", act.route);
    }
}

#[tokio::test]
async fn odd_queries_paths_and_headers_are_answered_and_never_with_a_failure() {
    let world = World::of(Who::Owner).await;
    let server = world.open().await;
    let before = server.books();
    let deep = format!("?{}", "a[b]".repeat(4_000));
    let many = format!("?{}", "after=1&".repeat(5_000));
    let queries = [
        "?",
        "?after=",
        "?after=%00",
        "?after=%ff",
        "?after=9223372036854775807.x",
        "?after=-1.00000000-0000-0000-0000-000000000000",
        "?after=1&after=2",
        "?cursor=",
        "?cursor=AAAA",
        "?cursor=%00",
        "?cursor=WzEsMl0",
        "?q=%00&status=open",
        "?q=%E2%80%AE%ff",
        "?q='%20OR%20'1'='1",
        "?q=%25_*",
        "?status=%3Cscript%3Ealert(1)%3C/script%3E",
        "?sort=--issued",
        "?sort=owing",
        "?from=2026-02-30&to=99999-12-31",
        "?from=-009999-01-01",
        "?customer=x&currency=%00",
        "?customer=00000000-0000-0000-0000-000000000000",
        "?next=//thief.example",
        "?next=%00",
        "?next[]=1",
        "?__proto__[a]=1",
        "?%",
        "?&&&=&=",
        &deep,
        &many,
    ];
    let long = format!("/{}", "a".repeat(60_000));
    let steps = "/..".repeat(5_000);
    for (_, route) in routes::ALL.iter().filter(|(method, path)| *method == "get" && !path.contains("faults"))
    {
        let kind = if route.contains("customers") {
            "{customer}"
        } else if route.contains("products") {
            "{product}"
        } else if route.contains("drafts") {
            "{draft}"
        } else {
            "{invoice}"
        };
        let route =
            world.fill(&route.replace("{id}", kind)).replace("{format}", "cii").replace("{file}", "app.css");
        for query in queries {
            let answer = server.get(&format!("{route}{query}"), &world.cookie).await;
            inert(&answer).unwrap_or_else(|why| panic!("{}: {why}", &format!("{route}{query:.40}")));
        }
        for more in
            [long.as_str(), &steps, "/%2e%2e/%2e%2e", "%00", "%ff", "/", "//", ";a=b", "%0d%0aX-A:%20b"]
        {
            let answer = server.get(&format!("{route}{more}"), &world.cookie).await;
            inert(&answer).unwrap_or_else(|why| panic!("{}: {why}", &format!("{route}{more:.40}")));
        }
        for (name, value) in [
            ("cookie", "__Host-cf=\u{ff}"),
            ("cookie", ";;;=;=;__Host-cf"),
            ("cookie", "__Host-cf-message=////; __Host-cf-form=%%%; __Host-cf-portal=a"),
            ("accept-language", "*;q=9999,,;"),
            ("range", "bytes=-1-,9999999999999999999-"),
            ("if-none-match", "\"\u{ff}"),
            ("if-modified-since", "Wed, 30 Feb 99999 99:99:99 GMT"),
            ("accept-encoding", "gzip;q=nan, *;q=-1"),
            ("content-length", "10"),
            ("x-forwarded-for", "127.0.0.1, <script>alert(1)</script>"),
            ("x-http-method-override", "DELETE"),
            ("host", "thief.example"),
            ("expect", "100-continue"),
        ] {
            let mut request = Request::get(&route)
                .header(name, axum::http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
            if name != "cookie" {
                request = request.header(COOKIE, &world.cookie);
            }
            let answer = server.send(request.body(Body::empty()).unwrap()).await;
            inert(&answer)
                .unwrap_or_else(|why| panic!("{}: {why}", &format!("{route} with {name}: {value}")));
            assert!(!answer.body.contains("thief.example"), "{route}: the host of the request is believed");
        }
    }
    assert!(server.books() == before, "something was written");
}

#[tokio::test]
async fn other_methods_are_refused_by_every_route_and_change_nothing() {
    let world = World::of(Who::Owner).await;
    let server = world.open().await;
    let before = server.books();
    for act in ACTS.iter().filter(|act| act.who == Who::Owner) {
        for method in ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW"] {
            let request = Request::builder()
                .method(Method::from_bytes(method.as_bytes()).unwrap())
                .uri(world.fill(act.route))
                .header("sec-fetch-site", "same-origin")
                .header(COOKIE, &world.cookie)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            let answer = server.send(request.body(Body::from("a=b")).unwrap()).await;
            assert!(answer.status.is_client_error(), "{method} {}: {}", act.route, answer.status);
        }
    }
    assert!(server.books() == before, "something was written");
}
