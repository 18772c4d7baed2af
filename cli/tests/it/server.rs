//! A running server, and how it starts and stops.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::programs::{Ends, counterfoil, free_port, told};

/// A running server, with a data folder of its own.
pub(crate) struct Server {
    pub(crate) process: Ends,
    pub(crate) url: String,
    pub(crate) data: PathBuf,
    /// What it says on the terminal.
    lines: Receiver<String>,
    /// Gone with the server.
    folder: Option<TempDir>,
}

impl Server {
    /// A server on a fresh data folder.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        Self::fresh("serve", settings, "listens on")
    }

    /// A server on a smaller one of the filled examples.
    pub(crate) fn demo() -> Self {
        Self::fresh("demo", &[("--invoices", "40")], "The example is ready")
    }

    /// A server on a data folder that may be there.
    pub(crate) fn on(data: PathBuf, settings: &[(&str, &str)]) -> Self {
        Self::run("serve", data, settings, "listens on")
    }

    fn fresh(subcommand: &str, settings: &[(&str, &str)], ready: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self::run(subcommand, folder.path().join("data"), settings, ready);
        server.folder = Some(folder);
        server
    }

    fn run(subcommand: &str, data: PathBuf, settings: &[(&str, &str)], ready: &str) -> Self {
        let port = free_port();
        let url = format!("https://localhost:{port}");
        let mut command = counterfoil(&data);
        command.arg(subcommand);
        command.args(["--address", &format!("127.0.0.1:{port}")]).args(["--url", &url]);
        for (flag, value) in settings {
            command.args([flag, value]);
        }
        let mut process = Ends(command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap());
        let stderr = process.0.stderr.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let server = Self { process, url, data, lines, folder: None };
        server.wait_for(ready);
        server
    }

    /// The next line that holds this text.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        let end = Instant::now() + Duration::from_mins(1);
        let mut heard = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => heard.push(line),
                Err(error) => panic!("the server never said {text:?} ({error}); it said {heard:#?}"),
            }
        }
    }

    /// The one-time setup link.
    pub(crate) fn setup_link(&self) -> String {
        self.wait_for("/setup#").trim().to_owned()
    }

    pub(crate) fn curl(&self, arguments: &[&str], path: &str) -> String {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--insecure", "--max-time", "20"])
            .args(arguments)
            .arg(format!("{}{path}", self.url))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Resident memory in KiB.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.0.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

/// What the server said last, where a test fails: why it answered so.
impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for line in self.lines.try_iter() {
                println!("server: {line}");
            }
        }
    }
}

#[test]
fn a_fresh_server_answers_over_tls_of_its_own_ca_and_keeps_within_its_memory() {
    let server = Server::start(&[]);
    let ca = server.data.join("tls/ca.pem");
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--cacert"])
        .arg(&ca)
        .arg(format!("{}/healthz", server.url))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "ok");
    let idle = server.memory();
    assert!(idle < 60 * 1024, "idle at {idle} KiB");
}

#[test]
fn every_answer_has_its_headers_and_get_never_needs_more_than_a_look() {
    let server = Server::start(&[]);
    for path in ["/", "/setup", "/sign-in", "/verify", "/portal", "/no-such-page", "/o/nobody/invoices"] {
        let head = server.curl(&["--dump-header", "-", "--output", "/dev/null"], path).to_lowercase();
        for header in [
            "content-security-policy: ",
            "x-content-type-options: nosniff",
            "cross-origin-opener-policy: same-origin",
            "referrer-policy: same-origin",
            "permissions-policy: ",
        ] {
            assert!(head.contains(header), "{path}: no {header} in\n{head}");
        }
        assert!(!head.contains("\nserver:"), "{path}: {head}");
        // A browser would keep that for everything else on this machine.
        assert!(!head.contains("strict-transport-security"), "{path}: {head}");
    }
}

#[test]
fn a_signal_stops_the_server_cleanly_and_it_starts_again_with_a_new_setup_link() {
    let mut server = Server::start(&[]);
    let link = server.setup_link();
    assert!(link.starts_with(&format!("{}/setup#", server.url)), "{link}");
    let id = server.process.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    server.wait_for("Stopped.");
    assert!(server.process.0.wait().unwrap().success());
    let again = Server::on(server.data.clone(), &[]);
    let secret = |link: &str| link.split_once('#').unwrap().1.to_owned();
    assert_ne!(secret(&again.setup_link()), secret(&link));
}

#[test]
fn a_port_that_is_taken_is_said_with_a_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = counterfoil(&folder.path().join("data"))
        .args(["--address", &taken.local_addr().unwrap().to_string()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--address"), "{}", told(&output));
}

#[test]
fn the_organisations_ledger_is_public_and_another_has_none() {
    let server = Server::start(&[]);
    let output = counterfoil(&server.data).args(["init", "--org", "acme"]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let checkpoint = server.curl(&[], "/ledger/acme/checkpoint");
    assert!(checkpoint.contains("\u{2014} "), "a signed note: {checkpoint}");
    let status =
        server.curl(&["--output", "/dev/null", "--write-out", "%{http_code}"], "/ledger/nobody/checkpoint");
    assert_eq!(status, "404");
}
