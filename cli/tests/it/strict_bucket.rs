//! A bucket that takes what is signed with its secret, and nothing else: each request's signature is recomputed by the
//! recipe that Amazon publishes (AWS Signature Version 4), and the recomputing is checked with Amazon's own examples.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::programs::{DRAFT, ORG, counterfoil, told};

pub(crate) const KEY_ID: &str = "AKIAEXAMPLE";
pub(crate) const SECRET: &str = "the-secret-of-this-bucket";

#[derive(Debug, Clone)]
struct Request {
    method: String,
    path: String,
    query: String,
    /// Names in small letters.
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Request {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            match line.trim_end() {
                "" if lines.is_empty() => return None,
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let mut first = lines[0].split(' ');
        let (method, address) = (first.next()?.to_owned(), first.next()?);
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let headers: BTreeMap<String, String> = lines[1..]
            .iter()
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { method, path: path.to_owned(), query: query.to_owned(), headers, body })
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Why it is not one of this key and secret.
    fn check(&self, secret: &str) -> Result<(), &'static str> {
        let fields = self.header("authorization").strip_prefix("AWS4-HMAC-SHA256 ").ok_or("is not signed")?;
        let fields: BTreeMap<_, _> =
            fields.split(',').filter_map(|field| field.trim().split_once('=')).collect();
        let [credential, signed, signature] = ["Credential", "SignedHeaders", "Signature"]
            .map(|name| fields.get(name).copied().unwrap_or_default());
        let (key_id, scope) = credential.split_once('/').ok_or("names no key")?;
        if key_id != KEY_ID {
            return Err("names another key");
        }
        for needed in ["host", "x-amz-content-sha256", "x-amz-date"] {
            if !signed.split(';').any(|name| name == needed) {
                return Err("leaves unsigned what must be signed");
            }
        }
        if self.header("x-amz-content-sha256") != hex_digest(&self.body) {
            return Err("has another body than it says");
        }
        if self.signature(secret, scope, signed) == signature { Ok(()) } else { Err("is signed otherwise") }
    }

    fn signature(&self, secret: &str, scope: &str, signed: &str) -> String {
        let headers = signed.split(';').map(|name| [name, ":", self.header(name), "\n"].concat());
        let headers: String = headers.collect();
        let payload = self.header("x-amz-content-sha256");
        let canonical = [&self.method, &self.path, &self.query, &headers, signed, payload].join("\n");
        let date = self.header("x-amz-date");
        let to_sign = ["AWS4-HMAC-SHA256", date, scope, &hex_digest(canonical.as_bytes())].join("\n");
        let key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, part| mac(&key, part));
        HEXLOWER.encode(&mac(&key, &to_sign))
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

fn hex_digest(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// What a bucket holds and was asked.
#[derive(Default)]
struct Held {
    objects: BTreeMap<String, Vec<u8>>,
    taken: Vec<Request>,
    refused: Vec<&'static str>,
}

pub(crate) struct Bucket {
    pub(crate) port: u16,
    held: Arc<Mutex<Held>>,
}

impl Bucket {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let held = Arc::<Mutex<Held>>::default();
        let of_server = Arc::clone(&held);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let Some(request) = Request::read(&stream) else { continue };
                answer(stream, request, &mut of_server.lock().unwrap());
            }
        });
        Self { port, held }
    }

    fn run(&self, data: &Path, secret: &str, arguments: &[&str]) -> Output {
        let mut command = counterfoil(data);
        command
            .env("COUNTERFOIL_FILES_STORE", "s3://bills/counterfoil")
            .env("COUNTERFOIL_S3_ENDPOINT", format!("http://127.0.0.1:{}", self.port))
            .env("COUNTERFOIL_S3_ACCESS_KEY_ID", KEY_ID)
            .env("COUNTERFOIL_S3_SECRET_ACCESS_KEY", secret);
        command.args(arguments).output().unwrap()
    }
}

fn answer(mut stream: TcpStream, request: Request, held: &mut Held) {
    let (status, body) = match (request.check(SECRET), request.method.as_str()) {
        (Err(why), _) => {
            held.refused.push(why);
            ("403 Forbidden", b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec())
        }
        (Ok(()), "PUT") => {
            held.objects.insert(request.path.clone(), request.body.clone());
            ("200 OK", Vec::new())
        }
        (Ok(()), "GET") => match held.objects.get(&request.path) {
            Some(object) => ("200 OK", object.clone()),
            None => ("404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
        },
        (Ok(()), _) => ("405 Method Not Allowed", Vec::new()),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: \"1\"\r\nLast-Modified: Mon, 02 Mar 2026 09:00:00 GMT\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    if status == "200 OK" {
        held.taken.push(request);
    }
    // Whoever asked may be gone.
    let _ = stream.write_all(answer.as_bytes()).and_then(|()| stream.write_all(&body));
}

#[test]
fn the_recipe_gives_what_amazon_says() {
    const OF_EXAMPLES: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const WELCOME: &str = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    let example = |method: &str, path: &str, query: &str, payload: &str, more: &[(&str, &str)]| {
        let fixed = [
            ("host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-content-sha256", payload),
            ("x-amz-date", "20130524T000000Z"),
        ];
        let headers: BTreeMap<String, String> =
            fixed.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let signed = headers.keys().cloned().collect::<Vec<_>>().join(";");
        let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
        let request = Request { method, path, query, headers, body: Vec::new() };
        request.signature(OF_EXAMPLES, "20130524/us-east-1/s3/aws4_request", &signed)
    };
    // "Signature calculations for the Authorization header: transferring payload in a single chunk", S3 API reference.
    assert_eq!(
        example("GET", "/test.txt", "", NOTHING, &[("range", "bytes=0-9")]),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    );
    assert_eq!(
        example("GET", "/", "max-keys=2&prefix=J", NOTHING, &[]),
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    );
    let more = [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
    assert_eq!(
        example("PUT", "/test%24file.text", "", WELCOME, &more),
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    );
}

#[test]
fn only_the_right_secret_opens_a_bucket_and_no_part_of_a_request_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let bucket = Bucket::start();
    let issue = ["issue", "--org", ORG, "draft.json", "--pdf", "invoice.pdf"];
    for arguments in [&["init", "--org", ORG][..], &issue] {
        let output = bucket.run(&data, SECRET, arguments);
        assert!(output.status.success(), "{}", told(&output));
    }
    assert!(std::fs::read(folder.path().join("invoice.pdf")).unwrap().starts_with(b"%PDF-"));
    let held = || bucket.held.lock().unwrap();
    assert_eq!(held().objects.len(), 1);
    assert_eq!(held().refused, [""; 0]);

    let wrong = format!("{SECRET}.");
    let output = bucket.run(&data, &wrong, &issue);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let said = told(&output);
    assert!(said.contains("is issued, but a file of it is missing") && !said.contains(&wrong), "{said}");
    assert_eq!(held().objects.len(), 1, "nothing was put");
    let refused = std::mem::take(&mut held().refused);
    assert!(!refused.is_empty() && refused.iter().all(|why| *why == "is signed otherwise"), "{refused:?}");
    // Nor is anything read with it.
    let output = bucket.run(&data, &wrong, &["ledger", "verify", "--org", ORG]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(!held().refused.is_empty());

    // What somebody between could change of a request that was taken.
    let taken = held().taken.clone();
    for request in taken {
        assert_eq!(request.check(SECRET), Ok(()));
        assert!(request.path.starts_with("/bills/counterfoil/"), "{}", request.path);
        let changes: [fn(&mut Request); 7] = [
            |request| request.method = "DELETE".to_owned(),
            |request| request.path.push('x'),
            |request| request.query = "acl".to_owned(),
            |request| request.body.push(b'x'),
            |request| {
                request.body.push(b'x');
                let digest = hex_digest(&request.body);
                request.headers.insert("x-amz-content-sha256".to_owned(), digest);
            },
            |request| {
                request.headers.insert("host".to_owned(), "thief.example".to_owned());
            },
            |request| {
                request.headers.insert("x-amz-date".to_owned(), "20990101T000000Z".to_owned());
            },
        ];
        for (at, change) in changes.into_iter().enumerate() {
            let mut on_its_way = request.clone();
            change(&mut on_its_way);
            assert!(on_its_way.check(SECRET).is_err(), "{} with change {at}", request.method);
        }
    }
}
