//! Programs that judge our pages. A missing one fails the test: nothing is skipped in silence.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use counterfoil_invoice::Document;

use crate::sample;

/// Draws a document; with `COUNTERFOIL_PAGES` set to a folder, the PDF is kept there to be looked at.
pub(crate) fn draw(name: &str, document: &Document, language: &str) -> Vec<u8> {
    let pdf = counterfoil_render::pdf(&sample::paper(document, language)).unwrap();
    if let Some(folder) = env::var_os("COUNTERFOIL_PAGES") {
        std::fs::write(Path::new(&folder).join(format!("{name}.pdf")), &pdf).unwrap();
    }
    pdf
}

/// The text of a PDF as poppler reads it, with spaces of any kind as single ones.
pub(crate) fn text(pdf: &[u8]) -> String {
    raw_text(pdf).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a PDF, page after page, each ended by a form feed.
pub(crate) fn raw_text(pdf: &[u8]) -> String {
    poppler_text(pdf, &["-raw"])
}

/// The words of the first page and where they stand, a line each.
pub(crate) fn boxes(pdf: &[u8]) -> String {
    poppler_text(pdf, &["-bbox", "-l", "1"])
}

fn poppler_text(pdf: &[u8], options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext")
        .args(options)
        .args(["-enc", "UTF-8"])
        .arg(&path)
        .arg("-")
        .output()
        .expect("pdftotext must be installed: package poppler-utils");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What qpdf finds wrong with a file's structure: nothing, or its words.
pub(crate) fn structural_faults(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("qpdf")
        .arg("--check")
        .arg(&path)
        .output()
        .expect("qpdf must be installed: package qpdf");
    if output.status.success() { String::new() } else { String::from_utf8_lossy(&output.stderr).into_owned() }
}

pub(crate) fn pages(pdf: &[u8]) -> usize {
    raw_text(pdf).matches('\u{c}').count()
}

/// Where the published e-invoices and the oracle are.
fn corpus() -> PathBuf {
    let folder = env::var_os("COUNTERFOIL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/einvoice"), PathBuf::from);
    assert!(folder.join("oracle.py").exists(), "no corpus in {}: set COUNTERFOIL_CORPUS", folder.display());
    folder
}

pub(crate) fn published(path: &str) -> Vec<u8> {
    std::fs::read(corpus().join(path)).unwrap()
}

/// What a script of the verifiers' Python says of a PDF.
fn python(script: &Path, pdf: &[u8]) -> String {
    let python = env::var_os("COUNTERFOIL_PYTHON").map_or_else(
        || Path::new(&env::var_os("HOME").unwrap()).join(".cache/counterfoil/venv/bin/python"),
        PathBuf::from,
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new(&python).arg(script).arg(&path).output().unwrap_or_else(|e| {
        panic!("{}: {e}; set COUNTERFOIL_PYTHON to a Python with the oracle's packages", python.display())
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The texts of a PDF's QR codes, as another reader sees them in pictures of its pages.
pub(crate) fn codes(pdf: &[u8]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codes.py");
    serde_json::from_str(&python(&script, pdf)).unwrap()
}

/// What the oracle says: verdict, fatal ids, warnings.
pub(crate) fn judge(pdf: &[u8]) -> [String; 3] {
    let row = python(&corpus().join("oracle.py"), pdf);
    let mut fields = row.trim_end_matches('\n').split('\t').skip(1).map(str::to_owned);
    std::array::from_fn(|_| fields.next().expect("the oracle writes four fields"))
}
