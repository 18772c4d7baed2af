//! Many issuers at once, and one that dies: numbers without gaps, each with its entry.

use std::process::{Child, Stdio};
use std::time::Duration;

use crate::programs::{DRAFT, ORG, counterfoil, organisation, told};

fn issuers(data: &std::path::Path, count: usize) -> Vec<Child> {
    (0..count)
        .map(|_| {
            counterfoil(data)
                .args(["issue", "--org", ORG, "draft.json"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect()
}

fn sound(data: &std::path::Path) -> String {
    let output = counterfoil(data).args(["ledger", "verify"]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn eight_processes_that_issue_at_once_and_some_that_are_killed_leave_gapless_numbers() {
    let (folder, data, _) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let mut killed = issuers(&data, 4);
    let finished = issuers(&data, 4);
    for (index, child) in killed.iter_mut().enumerate() {
        std::thread::sleep(Duration::from_millis(60 * (index as u64 + 1)));
        // It may have finished first: then it counts like the others.
        let _ = child.kill();
    }
    let mut numbers = 0;
    for child in killed {
        numbers += usize::from(child.wait_with_output().unwrap().status.success());
    }
    for child in finished {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        numbers += 1;
    }
    let report = sound(&data);
    assert!(report.contains("all as signed"), "{report}");
    // A process may die between commit and its answer: then the document exists and nobody was told.
    let documents: usize =
        report.split(" documents").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!((numbers..=8).contains(&documents), "{documents} documents, {numbers} answers");
}
