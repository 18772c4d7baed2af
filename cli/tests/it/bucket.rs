//! Files in a bucket, on a server by other people. It takes any signature: how requests are signed is proven by
//! `strict_bucket`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::commands::collect;
use crate::programs::{DRAFT, Ends, ORG, counterfoil, free_port, start, surrounding, told};

/// What the server accepts.
const KEY: &str = "S3RVER";

struct Server {
    process: Ends,
    port: u16,
    folder: tempfile::TempDir,
}

impl Server {
    fn start(program: &str, port: u16, folder: tempfile::TempDir) -> Self {
        let mut command = Command::new("node");
        command.arg(program).args([
            "--address",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--silent",
            "--directory",
        ]);
        command
            .arg(folder.path())
            .args(["--configure-bucket", "bills"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = start(&mut command);
        let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(std::time::Instant::now() < end, "the bucket's server does not start");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        Self { process, port, folder }
    }

    /// The files that hold what was put.
    fn objects(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(self.folder.path(), &mut files);
        files.retain(|file| file.to_string_lossy().ends_with("_object"));
        files
    }
}

fn run(data: &Path, port: u16, secret: &str, arguments: &[&str]) -> Output {
    let mut command = counterfoil(data);
    command
        .env("COUNTERFOIL_FILES_STORE", "s3://bills/counterfoil")
        .env("COUNTERFOIL_S3_ENDPOINT", format!("http://127.0.0.1:{port}"))
        .env("COUNTERFOIL_S3_ACCESS_KEY_ID", KEY)
        .env("COUNTERFOIL_S3_SECRET_ACCESS_KEY", secret);
    command.args(arguments).output().unwrap()
}

#[test]
fn files_are_sealed_before_they_leave_checked_when_they_come_back_and_made_again_after_a_failure() {
    let Some(program) = surrounding("COUNTERFOIL_TEST_S3") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let server = Server::start(&program, free_port(), tempfile::tempdir().unwrap());
    let port = server.port;
    let done = |arguments: &[&str]| {
        let output = run(&data, port, KEY, arguments);
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let sound = || done(&["ledger", "verify"]).lines().all(|line| line.ends_with("all as signed"));
    done(&["init", "--org", ORG]);
    done(&["issue", "--org", ORG, "draft.json", "--pdf", "one.pdf"]);
    let pdf = std::fs::read(folder.path().join("one.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let [object] = &server.objects()[..] else { panic!("{:?}", server.objects()) };
    assert!(object.to_string_lossy().contains("bills/counterfoil/"), "{}", object.display());
    let sealed = std::fs::read(object).unwrap();
    assert!(sealed.len() > pdf.len() && !sealed.windows(5).any(|window| window == b"%PDF-"));
    assert!(std::fs::read_dir(data.join("files")).unwrap().next().is_none(), "nothing stays here");
    assert!(sound());

    // Changed, cut, gone: each is named, and whole again when the file is.
    let damaged = |content: Option<&[u8]>| {
        match content {
            Some(content) => std::fs::write(object, content).unwrap(),
            None => std::fs::remove_file(object).unwrap(),
        }
        let output = run(&data, port, KEY, &["ledger", "verify", "--org", ORG]);
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        assert!(String::from_utf8_lossy(&output.stderr).contains("PDF's file is damaged or missing"));
    };
    let mut flipped = sealed.clone();
    flipped[sealed.len() / 2] ^= 1;
    damaged(Some(&flipped));
    damaged(Some(&sealed[..sealed.len() - 1]));
    damaged(Some(b""));
    damaged(None);
    std::fs::write(object, &sealed).unwrap();
    assert!(sound());

    // Issued while the bucket is away: the document exists; its file is made by the outbox once the bucket can be used, also after it was away.
    let kept = server.folder;
    drop(server.process);
    let away = run(&data, port, KEY, &["issue", "--org", ORG, "draft.json", "--pdf", "three.pdf"]);
    assert_ne!(away.status.code(), Some(0), "{}", told(&away));
    let server = Server::start(&program, port, kept);
    let mut serving = counterfoil(&data);
    let address = format!("127.0.0.1:{}", free_port());
    serving
        .env("COUNTERFOIL_FILES_STORE", "s3://bills/counterfoil")
        .env("COUNTERFOIL_S3_ENDPOINT", format!("http://127.0.0.1:{port}"))
        .env("COUNTERFOIL_S3_ACCESS_KEY_ID", KEY)
        .env("COUNTERFOIL_S3_SECRET_ACCESS_KEY", KEY)
        .args(["serve", "--address", &address])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let serving = start(&mut serving);
    let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while server.objects().len() < 2 {
        assert!(
            std::time::Instant::now() < end,
            "the outbox does not make the files: {:?}",
            server.objects()
        );
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    drop(serving);
    assert!(done(&["ledger", "verify"]).contains("2 documents, all as signed"));
}

#[test]
fn an_endpoint_without_encryption_and_half_of_the_settings_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let refused = |name: &str, value: &str, says: &str| {
        let mut command = counterfoil(&data);
        command.env("COUNTERFOIL_FILES_STORE", "s3://bills").env("COUNTERFOIL_S3_ACCESS_KEY_ID", KEY);
        command.env("COUNTERFOIL_S3_SECRET_ACCESS_KEY", "hush").env(name, value);
        let output = command.args(["init", "--org", ORG]).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", told(&output));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(says) && !said.contains("hush"), "{said}");
        assert!(!data.exists());
    };
    refused("COUNTERFOIL_S3_ENDPOINT", "http://s3.example.com", "https://");
    refused("COUNTERFOIL_S3_REGION", "eu-central-1", "s3_endpoint");
    refused("COUNTERFOIL_FILES_STORE", "https://s3.example.com/bills", "s3://BUCKET");
}
