//! An old backup in place of the database, and processes that die at every step of signing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::{DRAFT, ORG, counterfoil, organisation, told};

fn issue(data: &Path) -> std::process::Output {
    counterfoil(data).args(["issue", "--org", ORG, "draft.json"]).output().unwrap()
}

fn issued(data: &Path) -> String {
    let output = issue(data);
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn verify(data: &Path) -> std::process::Output {
    counterfoil(data).args(["ledger", "verify", "--org", ORG]).output().unwrap()
}

fn organisation_with_draft() -> (tempfile::TempDir, PathBuf) {
    let (folder, data, _) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    (folder, data)
}

#[test]
fn with_an_old_backup_nothing_is_issued_until_the_newer_one_is_back_or_the_loss_is_accepted() {
    let (folder, data, key) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let (database, old, new) =
        (data.join("counterfoil.sqlite"), folder.path().join("old"), folder.path().join("new"));
    issued(&data);
    std::fs::copy(&database, &old).unwrap();
    issued(&data);
    std::fs::copy(&database, &new).unwrap();

    std::fs::copy(&old, &database).unwrap();
    let refused = issue(&data);
    assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("old copy") && said.contains("accept-restore"), "{said}");
    assert!(refused.stdout.is_empty(), "no number was given: {}", told(&refused));
    let report = verify(&data);
    assert_eq!(report.status.code(), Some(1), "{}", told(&report));
    assert!(String::from_utf8_lossy(&report.stderr).contains("old copy"), "{}", told(&report));
    assert!(
        String::from_utf8_lossy(&report.stdout).contains("1 documents, 1 fault"),
        "nothing half done: {}",
        told(&report)
    );

    // The newer backup: all is well again.
    std::fs::copy(&new, &database).unwrap();
    assert!(verify(&data).status.success());
    assert!(issued(&data).ends_with("-0003"));

    // The loss is accepted.
    std::fs::copy(&old, &database).unwrap();
    let accept = |extra: &[&str]| {
        let output =
            counterfoil(&data).args(["ledger", "accept-restore", "--org", ORG]).args(extra).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(accept(&["--dry-run"]).contains("would be accepted"));
    assert_eq!(issue(&data).status.code(), Some(3), "a dry run accepts nothing");
    assert!(accept(&[]).contains("accepted"));
    assert!(accept(&[]).contains("nothing to accept"), "once");
    // Two documents with two entries each were lost: four numbers can have been given, and are not given again.
    assert!(issued(&data).ends_with("-0006"));
    let report = verify(&data);
    assert!(report.status.success(), "{}", told(&report));
    let archive = folder.path().join("ledger.tar");
    let export =
        counterfoil(&data).args(["ledger", "export", "--org", ORG, "-o"]).arg(&archive).output().unwrap();
    assert!(export.status.success(), "{}", told(&export));
    let checked = counterfoil(&data)
        .args(["ledger", "verify", "--ledger-key", &key, "--archive"])
        .arg(&archive)
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", told(&checked));
}

#[test]
fn a_series_goes_on_behind_the_number_that_is_known_to_be_the_last() {
    let (folder, data) = organisation_with_draft();
    let (database, old) = (data.join("counterfoil.sqlite"), folder.path().join("old"));
    let first = issued(&data);
    std::fs::copy(&database, &old).unwrap();
    let second = issued(&data);
    std::fs::copy(&old, &database).unwrap();
    let accept = |last: &str| {
        let arguments = ["ledger", "accept-restore", "--org", ORG, "--last-number", last];
        counterfoil(&data).args(arguments).output().unwrap()
    };
    for nonsense in ["", "x", "2026-", "2026--1", "2026-0", "2026-99999999999999999999"] {
        let refused = accept(nonsense);
        assert_eq!(refused.status.code(), Some(3), "{nonsense}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("no document of this organisation can have the number"), "{said}");
    }
    let accepted = accept(&second);
    assert!(accepted.status.success(), "{}", told(&accepted));
    assert!(
        String::from_utf8_lossy(&accepted.stderr).contains(&format!("{second} to {second}")),
        "{}",
        told(&accepted)
    );
    assert!(first.ends_with("-0001") && issued(&data).ends_with("-0003"));
    assert!(verify(&data).status.success());
}

#[test]
fn a_second_place_that_is_gone_or_elsewhere_is_said() {
    let (folder, data) = organisation_with_draft();
    let elsewhere = folder.path().join("elsewhere");
    let other = counterfoil(&data)
        .args(["issue", "--org", ORG, "draft.json", "--checkpoint-store"])
        .arg(&elsewhere)
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(3), "{}", told(&other));
    assert!(String::from_utf8_lossy(&other.stderr).contains("checkpoint_store"), "{}", told(&other));
    // Moved with its content, it goes on.
    std::fs::remove_dir_all(&elsewhere).unwrap();
    std::fs::rename(data.join("checkpoints"), &elsewhere).unwrap();
    let moved = counterfoil(&data)
        .args(["issue", "--org", ORG, "draft.json", "--checkpoint-store"])
        .arg(&elsewhere)
        .output()
        .unwrap();
    assert!(moved.status.success(), "{}", told(&moved));
    let bucket =
        counterfoil(&data).args(["ledger", "verify", "--checkpoint-store", "s3://bucket"]).output().unwrap();
    assert!(String::from_utf8_lossy(&bucket.stderr).contains("only folders"), "{}", told(&bucket));
}

#[test]
fn a_server_says_at_its_start_that_its_database_is_an_old_copy() {
    let (folder, data) = organisation_with_draft();
    let (database, old) = (data.join("counterfoil.sqlite"), folder.path().join("old"));
    std::fs::copy(&database, &old).unwrap();
    issued(&data);
    std::fs::copy(&old, &database).unwrap();
    let port = crate::programs::free_port();
    let mut command = counterfoil(&data);
    command.args(["--address", &format!("127.0.0.1:{port}")]).stderr(std::process::Stdio::piped());
    let mut server = crate::programs::start(&mut command);
    let stderr = std::io::BufReader::new(server.0.stderr.take().unwrap());
    let mut lines = std::io::BufRead::lines(stderr).map_while(Result::ok);
    let told = lines.by_ref().take_while(|line| !line.contains("listens on")).collect::<Vec<_>>().join("\n");
    assert!(told.contains("acme: the database is an old copy"), "{told}");
}

/// Dies with SIGKILL at the n-th call of a system call. `None` if it ended before.
fn killed_at(data: &Path, call: &str, n: usize) -> Option<()> {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")])
        .args(["-e", &format!("inject={call}:signal=SIGKILL:when={n}")])
        .arg(env!("CARGO_BIN_EXE_counterfoil"))
        .env_clear()
        .env("TZ", "UTC")
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(data.parent().unwrap())
        .arg("--data")
        .arg(data)
        .args(["issue", "--org", ORG, "draft.json"]);
    let output = command.output().unwrap();
    (!output.status.success()).then_some(())
}

/// After each death: what was committed is whole, its checkpoint is in the second place or gets there, and the next
/// document takes the next number.
#[test]
fn killed_at_every_step_of_signing_the_ledger_and_the_second_place_agree_again() {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    assert!(
        works.is_ok_and(|status| status.success()),
        "strace must be installed, and may trace: package strace"
    );
    let (_folder, data) = organisation_with_draft();
    let mut deaths = 0;
    for call in ["flock", "rename", "fsync", "fdatasync"] {
        for n in 1.. {
            let died = killed_at(&data, call, n).is_some();
            deaths += u32::from(died);
            let report = verify(&data);
            assert!(report.status.success(), "{call} {n}: {}", told(&report));
            if !died || n > 20 {
                break;
            }
        }
    }
    assert!(deaths >= 6, "{deaths} deaths: the calls were not met");
    let next = issued(&data);
    let report = String::from_utf8(verify(&data).stdout).unwrap();
    let documents: u32 =
        report.split(" documents").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(next.ends_with(&format!("-{documents:04}")), "{next}: {report}");
}
