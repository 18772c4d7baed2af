//! The paper of an organisation, chosen on its page.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Request, StatusCode};

use crate::server::{SLUG, Server};
use crate::site::Answer;
use crate::typing::hidden;

const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// Saves the organisation's form as a browser sends it.
async fn save(server: &Server, cookie: &str, changed: &[(&str, &str)], logo: &[u8]) -> Answer {
    let path = format!("/o/{SLUG}/organisation");
    let hidden = hidden(&server.get(&path, cookie).await, &path);
    let hidden = hidden.split('&').filter_map(|pair| pair.split_once('='));
    let mut fields: Vec<_> = hidden.collect();
    fields.extend([
        ("name", "Muster Werkstatt GmbH"),
        ("city", "Musterstadt"),
        ("country", "DE"),
        ("vat_identifier", "DE123456789"),
        ("paper_format", "letter"),
        ("accent", "#0b6623"),
    ]);
    for (name, value) in changed {
        fields.retain(|(field, _)| field != name);
        fields.push((name, value));
    }
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    // What a browser sends when no file was chosen has neither name nor bytes.
    let file_name = if logo.is_empty() { "" } else { "logo.png" };
    let head =
        format!("--b\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"{file_name}\"\r\n\r\n");
    body.extend(head.into_bytes());
    body.extend(logo);
    body.extend(b"\r\n--b--\r\n");
    let request = Request::post(&path)
        .header("sec-fetch-site", "same-origin")
        .header(COOKIE, cookie)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    server.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn paper_colour_and_logo_are_kept_and_a_logo_can_be_removed() {
    let server = Server::start().await;
    let cookie = server.signed_in().await;
    let path = format!("/o/{SLUG}/organisation");
    assert!(!server.get(&path, &cookie).await.body.contains("Remove the logo"));
    let png = data_encoding::BASE64.decode(PNG.as_bytes()).unwrap();
    let saved = save(&server, &cookie, &[], &png).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let page = server.get(&path, &cookie).await.body;
    assert!(page.contains("Remove the logo") && page.contains("#0b6623"));
    let removed = save(&server, &cookie, &[("remove_logo", "yes")], b"").await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.body);
    assert!(!server.get(&path, &cookie).await.body.contains("Remove the logo"));
}

#[tokio::test]
async fn a_file_that_is_no_logo_is_refused_at_its_field_and_nothing_is_kept() {
    let server = Server::start().await;
    let cookie = server.signed_in().await;
    for (changed, logo, message) in [
        (&[][..], &b"<svg onload=\"alert(1)\"/>"[..], "Choose a PNG or JPEG file"),
        (&[], b"\x89PNG\r\n\x1a\nbroken", "The image cannot be read"),
        (&[("accent", "red")], b"\x89PNG", "such as #1d4466"),
        (&[("paper_format", "foolscap")], b"\x89PNG", "it decides where the address stands"),
    ] {
        let refused = save(&server, &cookie, changed, logo).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(message), "{message}: {}", refused.body);
    }
    let page = server.get(&format!("/o/{SLUG}/organisation"), &cookie).await.body;
    assert!(page.contains("#1d4466") && !page.contains("Remove the logo"));
}
