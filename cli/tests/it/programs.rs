//! The binary, and the programs around it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// What `init` prints, issues and verifies with.
pub(crate) const ORG: &str = "acme";

/// The binary without any settings from outside.
pub(crate) fn counterfoil(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_counterfoil"));
    command.env_clear().env("TZ", "UTC").arg("--data").arg(data).current_dir(data.parent().unwrap());
    command
}

/// A data folder with an organisation, and its ledger key.
pub(crate) fn organisation() -> (TempDir, PathBuf, String) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output = counterfoil(&data).args(["init", "--org", ORG]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let key = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    (folder, data, key)
}

/// What a run printed, for a failed assertion.
pub(crate) fn told(output: &Output) -> String {
    format!(
        "exit {:?}\nstdout: {}\nstderr: {}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A variable of the test surroundings (`cargo xtask test` sets it); without it the test says so and ends.
pub(crate) fn surrounding(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        println!("not run: {name} is not set; `cargo xtask test` sets it");
    }
    value
}

/// A process that ends with the test.
pub(crate) struct Ends(pub(crate) Child);

impl Drop for Ends {
    fn drop(&mut self) {
        // It may be over already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts a program quietly.
pub(crate) fn start(command: &mut Command) -> Ends {
    Ends(command.stdin(Stdio::null()).spawn().unwrap())
}

/// A simple draft as JSON: two lines, two rates, an allowance.
pub(crate) const DRAFT: &str = r#"{
    "buyer": { "name": "Zylphaqua Handels GmbH",
               "address": { "line_1": "Beispielweg 2", "city": "Köln", "post_code": "50667", "country": "DE" } },
    "payment_terms": "14 days net",
    "allowances": [ { "percentage": "10", "vat_category": "S", "vat_rate": "19", "reason": "Loyalty" } ],
    "lines": [
        { "quantity": "3", "unit": "C62", "price": { "net_price": "33.33" }, "vat_category": "S", "vat_rate": "19",
          "item": { "name": "Quorblint widget" } },
        { "quantity": "1.5", "unit": "HUR", "price": { "net_price": "100" }, "vat_category": "S", "vat_rate": "7",
          "item": { "name": "Reading aloud" } }
    ]
}"#;

/// A database of its own on the test server.
pub(crate) fn fresh_database(server: &str, purpose: &str) -> String {
    let name = format!("{purpose}_{}", std::process::id());
    let created = Command::new("psql")
        .arg(server)
        .args(["--quiet", "--command", &format!("CREATE DATABASE {name}")])
        .status()
        .unwrap();
    assert!(created.success());
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}
