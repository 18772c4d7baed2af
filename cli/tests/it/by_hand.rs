//! The steps of docs/evidence.md, with other people's programs: run as they are written there.

use std::path::Path;
use std::process::{Command, Output};

use crate::archive::exported;
use crate::programs::{DRAFT, ORG, counterfoil, organisation, surrounding, told};

/// The commands under the heading of this section.
fn steps(section: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/evidence.md");
    let text = std::fs::read_to_string(page).unwrap();
    let (_, rest) = text.split_once(&format!("\n{section}\n")).expect("the section is in docs/evidence.md");
    let (_, rest) = rest.split_once("<!-- by hand: begin -->\n```sh\n").expect("it has steps");
    let (steps, _) = rest.split_once("```\n<!-- by hand: end -->").expect("the steps end");
    steps.to_owned()
}

/// Runs them in this folder. `python3` is the one of this path, if there is one.
fn run(steps: &str, folder: &Path, python: Option<&Path>) -> Output {
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", steps]).current_dir(folder);
    if let Some(python) = python {
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{}:{path}", python.parent().unwrap().display()));
    }
    command.output().unwrap()
}

#[test]
fn the_archive_leads_to_the_same_by_hand() {
    let archive = exported();
    let output = run(&steps("## Archive"), archive.folder.path(), None);
    assert!(output.status.success(), "{}", told(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    for line in [
        "root: as in the checkpoint",
        "openings: all open their entries",
        "documents: 8 files as committed to",
    ] {
        assert!(said.contains(line), "{}", told(&output));
    }
}

#[test]
fn one_pdf_is_proven_by_hand_and_a_changed_one_or_another_key_is_not() {
    let Some(python) = surrounding("COUNTERFOIL_PYTHON") else { return };
    let steps = steps("## One PDF, by hand");
    let (folder, data, key) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let issue = ["issue", "--org", ORG, "draft.json", "--pdf", "invoice.pdf"];
    // The second has a proof with hashes in it.
    for _ in 0..2 {
        let output = counterfoil(&data).args(issue).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
    }
    let pdf = std::fs::read(folder.path().join("invoice.pdf")).unwrap();
    let by_hand = |pdf: &[u8], key: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("invoice.pdf"), pdf).unwrap();
        std::fs::write(folder.path().join("key-from-the-seller"), format!("{key}\n")).unwrap();
        run(&steps, folder.path(), Some(Path::new(&python)))
    };
    let output = by_hand(&pdf, &key);
    assert!(output.status.success(), "{}", told(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    for line in [
        "pyHanko: intact, valid, the entire file",
        "entry: in the ledger localhost:8443/ledger/acme",
        "e-invoice and certificate: as issued under",
        "rules of EN 16931: none broken",
    ] {
        assert!(said.contains(line), "{line}: {}", told(&output));
    }
    let mut changed = pdf.clone();
    changed[1000] ^= 1;
    let (_stranger, _, other_key) = organisation();
    for (name, pdf, key) in [
        ("a changed byte", changed.as_slice(), &key),
        ("more at the end", &[&pdf, b"\n".as_slice()].concat(), &key),
        ("another key", &pdf, &other_key),
    ] {
        let output = by_hand(pdf, key);
        assert!(!output.status.success(), "{name}: {}", told(&output));
    }
}
