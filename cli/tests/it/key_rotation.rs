//! New keys for organisations and for the root: nothing is lost at whatever moment the program dies.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::programs::{DRAFT, ORG, counterfoil, fresh_database, organisation, surrounding, told};
use crate::site::Site;

fn run(data: &Path, database: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = counterfoil(data);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    command.args(arguments).output().unwrap()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", told(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// An organisation that issued something.
fn issued(site: &Site) {
    let database = site.database.as_deref();
    std::fs::write(site.folder().join("draft.json"), DRAFT).unwrap();
    done(&run(&site.data, database, &["init", "--org", ORG]));
    done(&run(&site.data, database, &["issue", "--org", ORG, "draft.json"]));
}

fn rotates(database: Option<&str>) {
    let site = Site::new(database, &[]);
    issued(&site);
    let run = |arguments: &[&str]| done(&run(&site.data, database, arguments));
    let said = run(&["key", "rotate", "--org", ORG, "--dry-run"]);
    assert_eq!(said.trim(), "acme: key version 1");
    // While a server runs, which has the old version in memory.
    let server = site.start();
    for version in [2, 3] {
        let said = run(&["key", "rotate", "--org", ORG]);
        assert!(
            said.starts_with(&format!("acme: key version {version}, ")) && !said.contains("still"),
            "{said}"
        );
        run(&["issue", "--org", ORG, "draft.json"]);
    }
    run(&["key", "rotate", "--installation"]);
    let person = crate::visitor::Visitor::of(&site.url);
    assert_eq!(person.get("/verify").unwrap().status, 200);
    site.stop(server);
    assert!(run(&["ledger", "verify"]).lines().all(|line| line.ends_with("all as signed")));
    let shown = run(&["--json", "key", "show"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["keys"][0]["version"], 3);
    assert_eq!(shown["keys"][0]["to_encrypt"], 0);
    assert!(shown["keys"][0]["final_under_older"].as_u64().unwrap() > 4, "what is final keeps its key");

    // The root: old backups need the old key, and nothing else does.
    let before = std::fs::read(site.data.join("root.key")).unwrap();
    run(&["key", "rotate-root"]);
    let after = std::fs::read(site.data.join("root.key")).unwrap();
    assert_ne!(before, after);
    let names: Vec<String> = std::fs::read_dir(&site.data)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("root.key"))
        .collect();
    let old = names.iter().find(|name| name.starts_with("root.key.old-")).expect("the old key is kept");
    assert_eq!(std::fs::read(site.data.join(old)).unwrap(), before);
    assert_eq!(names.len(), 2, "{names:?}");
    run(&["issue", "--org", ORG, "draft.json"]);
    assert!(run(&["ledger", "verify"]).lines().all(|line| line.ends_with("all as signed")));
    std::fs::rename(site.data.join(old), site.data.join("root.key")).unwrap();
    let refused = super::key_rotation::run(&site.data, database, &["ledger", "verify"]);
    assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
}

#[test]
fn keys_are_renewed_beside_a_running_server_on_the_embedded_database() {
    rotates(None);
}

#[test]
fn keys_are_renewed_beside_a_running_server_on_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    rotates(Some(&fresh_database(&server, "rotation")));
}

/// A command that is killed at the n-th of a call; `false` if it came to its end.
fn killed_at(data: &Path, call: &str, n: u32, arguments: &[&str]) -> bool {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
    command.args([
        "-e",
        &format!("inject={call}:signal=SIGKILL:when={n}"),
        env!("CARGO_BIN_EXE_counterfoil"),
    ]);
    command.args(["--data", data.to_str().unwrap()]).args(arguments).env_clear().env("PATH", "/usr/bin:/bin");
    command.current_dir(data.parent().unwrap()).stdin(Stdio::null());
    !command.output().unwrap().status.success()
}

#[test]
fn killed_at_every_step_of_a_rotation_everything_opens_and_the_next_call_goes_on() {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        println!("not run: strace is not here, or may not trace");
        return;
    }
    let (folder, data, _) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    done(&run(&data, None, &["issue", "--org", ORG, "draft.json"]));
    let mut deaths = 0;
    for arguments in [&["key", "rotate", "--org", ORG][..], &["key", "rotate-root"]] {
        for call in ["rename", "fsync", "fdatasync"] {
            for n in 1..=12 {
                let died = killed_at(&data, call, n, arguments);
                deaths += u32::from(died);
                let report = run(&data, None, &["ledger", "verify"]);
                assert!(report.status.success(), "{arguments:?} {call} {n}: {}", told(&report));
                if !died {
                    break;
                }
            }
        }
    }
    assert!(deaths >= 8, "{deaths} deaths: the calls were not met");
    let said = done(&run(&data, None, &["key", "rotate", "--org", ORG]));
    assert!(!said.contains("still"), "{said}");
    done(&run(&data, None, &["key", "rotate-root"]));
    done(&run(&data, None, &["issue", "--org", ORG, "draft.json"]));
    done(&run(&data, None, &["ledger", "verify"]));
}
