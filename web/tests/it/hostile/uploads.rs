//! Files that are none, and multipart bodies that no browser sends.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Request, StatusCode};

use super::acts::Who;
use super::world::World;
use super::{inert, page};
use crate::server::Server;
use crate::site::Answer;

struct Sender<'a> {
    server: &'a Server,
    cookie: String,
    token: String,
}

impl<'a> Sender<'a> {
    async fn open(server: &'a Server) -> Self {
        let page = server.get("/verify", "").await;
        let cookie = page.cookie("__Host-cf-form").unwrap();
        assert!(page::form(&page.body, "/verify/file").is_some());
        Self { server, cookie, token: page.form_token() }
    }

    async fn send(&self, content_type: &str, body: Vec<u8>) -> Answer {
        let request = Request::post("/verify/file")
            .header("sec-fetch-site", "same-origin")
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, content_type)
            .body(Body::from(body))
            .unwrap();
        self.server.send(request).await
    }

    /// A file as a browser sends it, with its proof if there is one.
    async fn file(&self, content: &[u8], proof: Option<&[u8]>) -> Answer {
        let mut body = part("form_token", "", self.token.as_bytes());
        body.extend(part("file", "; filename=\"a.pdf\"", content));
        if let Some(proof) = proof {
            body.extend(part("proof", "; filename=\"a.tlog-proof\"", proof));
        }
        body.extend_from_slice(b"--b--\r\n");
        self.send("multipart/form-data; boundary=b", body).await
    }
}

fn part(name: &str, more: &str, content: &[u8]) -> Vec<u8> {
    let mut part =
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n").into_bytes();
    part.extend_from_slice(content);
    part.extend_from_slice(b"\r\n");
    part
}

/// A PDF of these objects, whose cross-reference table is right.
fn pdf(objects: &[&str], trailer: &str) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut table = String::new();
    for (at, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", pdf.len()).unwrap();
        pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let start = pdf.len();
    let size = objects.len() + 1;
    pdf.extend(format!("xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} {trailer} >>\nstartxref\n{start}\n%%EOF\n").bytes());
    pdf
}

#[tokio::test]
async fn a_file_that_is_no_document_gets_a_verdict_and_never_a_failure() {
    let world = World::of(Who::Nobody).await;
    let deep = "<a>".repeat(20_000);
    let dictionaries = format!("{}{}", "<<".repeat(20_000), ">>".repeat(20_000));
    let arrays = "[".repeat(50_000);
    let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]><a>&c;</a>";
    let catalog = "<< /Type /Catalog /Pages 2 0 R /Names 1 0 R /AF [1 0 R] >>";
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("zeros", vec![0; 1 << 20]),
        ("every byte", (0..=255).collect()),
        ("a header", b"%PDF-1.7\n".to_vec()),
        ("an end", b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF".to_vec()),
        ("below zero", b"%PDF-1.7\nstartxref\n-1\n%%EOF".to_vec()),
        ("itself as its table", b"%PDF-1.7\nxref\n0 1\ntrailer\n<< /Prev 9 >>\nstartxref\n9\n%%EOF".to_vec()),
        (
            "a catalog that is its own child",
            pdf(&[catalog, "<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R >>"], "/Root 1 0 R"),
        ),
        ("a table that leads to itself", pdf(&[catalog, "<< >>"], "/Root 1 0 R /Prev 9")),
        ("a root that is not", pdf(&["null"], "/Root 99 0 R")),
        ("deep dictionaries", pdf(&[&dictionaries], "/Root 1 0 R")),
        ("deep arrays", pdf(&[&arrays], "/Root 1 0 R")),
        (
            "a stream of another length",
            pdf(&["<< /Length 99999999999 /Filter /FlateDecode >>\nstream\nx\nendstream"], "/Root 1 0 R"),
        ),
        (
            "a signature over nothing",
            pdf(&["<< /Type /Sig /ByteRange [0 99999999999 -1 5] /Contents <00> >>"], "/Root 1 0 R"),
        ),
        ("deep elements", deep.into_bytes()),
        ("laughs", laughs.as_bytes().to_vec()),
        (
            "an entity",
            b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"
                .to_vec(),
        ),
        ("UTF-16", "\u{feff}<Invoice/>".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("an unknown encoding", b"<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><Invoice/>".to_vec()),
        (
            "half an invoice",
            b"<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"><cbc:ID".to_vec(),
        ),
    ];
    for (name, content) in files {
        // A look-up that finds nothing is counted: each file meets a fresh count.
        let server = world.open().await;
        let sender = Sender::open(&server).await;
        for proof in [
            None,
            Some(&b"c2sp.org/tlog-proof@v1\nindex 99999999999999999999\n"[..]),
            Some(b"\xff\xfe"),
            Some(b""),
        ] {
            let answer = sender.file(&content, proof).await;
            inert(&answer).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert!(!answer.body.contains("root:"), "{name}: a file of this machine came out");
            let judged = answer.status == StatusCode::OK || answer.status == StatusCode::UNPROCESSABLE_ENTITY;
            assert!(judged, "{name}: {}", answer.status);
            assert!(!answer.body.contains("verdict-genuine"), "{name}");
        }
    }
}

#[tokio::test]
async fn a_file_of_more_than_twenty_mebibytes_is_too_large() {
    let world = World::of(Who::Nobody).await;
    let server = world.open().await;
    let sender = Sender::open(&server).await;
    let answer = sender.file(&vec![b'a'; (20 << 20) + (100 << 10)], None).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("At most 20 MiB"), "{}", answer.body);
}

#[tokio::test]
async fn multipart_bodies_that_no_browser_sends_are_refused() {
    let world = World::of(Who::Nobody).await;
    let server = world.open().await;
    let sender = Sender::open(&server).await;
    let before = server.books();
    let token = part("form_token", "", sender.token.as_bytes());
    let file = part("file", "; filename=\"a.pdf\"", b"x");
    let join = |parts: &[&[u8]]| parts.concat();
    let kind = "multipart/form-data; boundary=b";
    let many = part("full", "", b"yes").repeat(6_000);
    let bodies: Vec<(&str, &str, Vec<u8>)> = vec![
        ("no boundary", "multipart/form-data", join(&[&token, &file, b"--b--\r\n"])),
        ("an empty boundary", "multipart/form-data; boundary=", join(&[&token, &file, b"--b--\r\n"])),
        ("another boundary", "multipart/form-data; boundary=c", join(&[&token, &file, b"--b--\r\n"])),
        ("no end", kind, join(&[&token, &file])),
        ("nothing", kind, Vec::new()),
        ("half a part", kind, join(&[&token, b"--b\r\nContent-Disposition: form-da"])),
        ("a part without a name", kind, join(&[&token, b"--b\r\n\r\nx\r\n--b--\r\n"])),
        (
            "a part with another disposition",
            kind,
            join(&[&token, b"--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n"]),
        ),
        ("the file twice", kind, join(&[&token, &file, &file, b"--b--\r\n"])),
        ("the token twice", kind, join(&[&token, &token, &file, b"--b--\r\n"])),
        ("a file that is none", kind, join(&[&token, &part("file", "", b"x"), b"--b--\r\n"])),
        (
            "a text that is a file",
            kind,
            join(&[&token, &part("sha256", "; filename=\"a\"", b"x"), b"--b--\r\n"]),
        ),
        ("an unknown field", kind, join(&[&token, &part("admin", "", b"1"), b"--b--\r\n"])),
        (
            "an unknown file",
            kind,
            join(&[&token, &part("logo", "; filename=\"../../a\"", b"1"), b"--b--\r\n"]),
        ),
        ("bytes as text", kind, join(&[&token, &part("sha256", "", b"\xff\xfe"), b"--b--\r\n"])),
        ("NUL as text", kind, join(&[&token, &part("sha256", "", b"\0"), b"--b--\r\n"])),
        ("a field six thousand times", kind, join(&[&token, &many, b"--b--\r\n"])),
        (
            "long headers",
            kind,
            join(&[&token, &part("file", &format!("; filename=\"{}\"", "a".repeat(1 << 20)), b"x")]),
        ),
        ("no token", kind, join(&[&file, b"--b--\r\n"])),
    ];
    for (name, content_type, body) in bodies {
        let answer = sender.send(content_type, body).await;
        inert(&answer).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert!(answer.status.is_client_error(), "{name}: {}", answer.status);
    }
    assert!(server.books() == before, "something was written");
}
