//! The command line: what it gives, what it refuses, and its exit codes.

use std::path::Path;
use std::process::Output;

use counterfoil_seal::{SignatureDetails, SigningIdentity, sign_pdf};

use crate::programs::{DRAFT, ORG, counterfoil, organisation, told};

struct Issued {
    folder: tempfile::TempDir,
    data: std::path::PathBuf,
    key: String,
}

fn issued() -> Issued {
    let (folder, data, key) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let output = counterfoil(&data)
        .args([
            "issue",
            "--org",
            ORG,
            "draft.json",
            "--pdf",
            "a.pdf",
            "--xml",
            "a.xml",
            "--proof",
            "a.tlog-proof",
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stdout).trim().ends_with("-0001"), "{}", told(&output));
    Issued { folder, data, key }
}

fn verify(at: &Path, arguments: &[&str]) -> Output {
    let nowhere = at.join("no-data");
    counterfoil(&nowhere).current_dir(at).arg("verify").args(arguments).output().unwrap()
}

#[test]
fn an_issued_pdf_is_genuine_offline_by_the_ledger_key_alone() {
    let Issued { folder, key, .. } = issued();
    let output = verify(folder.path(), &["a.pdf", "--ledger-key", &key]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("Genuine"), "{}", told(&output));
}

#[test]
fn an_e_invoice_is_genuine_with_its_proof_and_unknown_without() {
    let Issued { folder, key, .. } = issued();
    let with = verify(folder.path(), &["a.xml", "--proof", "a.tlog-proof", "--ledger-key", &key]);
    assert_eq!(with.status.code(), Some(0), "{}", told(&with));
    let without = verify(folder.path(), &["a.xml", "--ledger-key", &key]);
    assert_eq!(without.status.code(), Some(2), "{}", told(&without));
}

#[test]
fn whoever_has_the_books_needs_no_proof_beside_an_e_invoice() {
    let Issued { folder, data, .. } = issued();
    let by_the_books = |file: &str| counterfoil(&data).args(["verify", file]).output().unwrap();
    let known = by_the_books("a.xml");
    assert_eq!(known.status.code(), Some(0), "{}", told(&known));
    assert!(String::from_utf8_lossy(&known.stdout).starts_with("Genuine"), "{}", told(&known));
    let xml = std::fs::read_to_string(folder.path().join("a.xml")).unwrap();
    std::fs::write(folder.path().join("b.xml"), xml.replacen("Quorblint", "Quorblind", 1)).unwrap();
    let edited = by_the_books("b.xml");
    assert_eq!(edited.status.code(), Some(2), "{}", told(&edited));
}

#[test]
fn a_changed_byte_anywhere_in_the_pdf_is_never_genuine() {
    let Issued { folder, key, .. } = issued();
    let pdf = std::fs::read(folder.path().join("a.pdf")).unwrap();
    for at in (100..pdf.len()).step_by(pdf.len() / 24) {
        let mut changed = pdf.clone();
        changed[at] ^= 1;
        std::fs::write(folder.path().join("b.pdf"), &changed).unwrap();
        let output = verify(folder.path(), &["b.pdf", "--ledger-key", &key]);
        assert_ne!(output.status.code(), Some(0), "byte {at}: {}", told(&output));
    }
}

#[test]
fn an_appended_update_and_a_changed_e_invoice_are_altered_or_forged() {
    let Issued { folder, key, .. } = issued();
    let mut pdf = std::fs::read(folder.path().join("a.pdf")).unwrap();
    pdf.extend_from_slice(b"\n% one more line\n");
    std::fs::write(folder.path().join("b.pdf"), &pdf).unwrap();
    let output = verify(folder.path(), &["b.pdf", "--ledger-key", &key]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let xml = std::fs::read_to_string(folder.path().join("a.xml")).unwrap();
    assert!(xml.contains("DE02120300000000202051"));
    std::fs::write(
        folder.path().join("b.xml"),
        xml.replace("DE02120300000000202051", "DE89370400440532013000"),
    )
    .unwrap();
    let output = verify(folder.path(), &["b.xml", "--proof", "a.tlog-proof", "--ledger-key", &key]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
}

#[test]
fn a_document_of_another_ledger_is_unknown_and_a_false_key_of_the_same_name_proves_forgery() {
    let (first, second) = (issued(), issued());
    let unknown = verify(first.folder.path(), &["a.pdf"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", told(&unknown));
    // Both installations call their ledger the same: only the key tells them apart.
    let forged = verify(first.folder.path(), &["a.pdf", "--ledger-key", &second.key]);
    assert_eq!(forged.status.code(), Some(1), "{}", told(&forged));
}

#[test]
fn what_cannot_be_checked_exits_3_and_what_is_no_document_exits_2() {
    let Issued { folder, key, .. } = issued();
    assert_eq!(verify(folder.path(), &["missing.pdf"]).status.code(), Some(3));
    assert_eq!(verify(folder.path(), &["a.pdf", "--ledger-key", "nonsense"]).status.code(), Some(3));
    std::fs::write(folder.path().join("noise"), [0_u8; 100]).unwrap();
    let output = verify(folder.path(), &["noise", "--ledger-key", &key]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}

#[test]
fn something_before_the_header_does_not_hide_a_tampered_pdf() {
    let Issued { folder, key, .. } = issued();
    let mut pdf = b"\n".to_vec();
    pdf.extend(std::fs::read(folder.path().join("a.pdf")).unwrap());
    std::fs::write(folder.path().join("b.pdf"), &pdf).unwrap();
    let output = verify(folder.path(), &["b.pdf", "--ledger-key", &key]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
}

#[test]
fn the_number_is_said_even_if_a_file_cannot_be_written() {
    let (folder, data, _) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let output = counterfoil(&data)
        .args(["issue", "--org", ORG, "draft.json", "--pdf", "no/such/a.pdf"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stdout).trim().ends_with("-0001"), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is issued"), "{}", told(&output));
}

#[test]
fn json_output_is_one_value_with_the_verdict_and_its_reasons() {
    let Issued { folder, key, .. } = issued();
    let output = verify(folder.path(), &["--json", "a.pdf", "--ledger-key", &key]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["verdict"], "genuine");
    let codes: Vec<_> = value["checks"].as_array().unwrap().iter().map(|check| &check["code"]).collect();
    assert_eq!(codes, ["signature-intact", "in-ledger", "xml-as-issued", "signer-in-ledger"]);
    assert!(value["checks"].as_array().unwrap().len() >= 3);
    assert_eq!(value["issued"]["accounts"][0]["account"], "DE02120300000000202051");
}

#[test]
fn certificates_are_shown_imported_renewed_and_revoked() {
    let (folder, data, key) = organisation();
    let made = std::process::Command::new("sh")
        .args([
            "-c",
            "openssl req -x509 -newkey rsa:2048 -sha256 -nodes -keyout k -out c -days 700 \
               -subj '/CN=Own' -addext basicConstraints=CA:FALSE -addext keyUsage=digitalSignature && \
               openssl pkcs12 -export -inkey k -in c -out own.p12 -passout pass:secret && echo secret > pass",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let run = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let output =
            counterfoil(&data).args(["--json", "certificate"]).args(arguments).args(["--org", ORG]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", told(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let shown = run(&["show"]);
    assert_eq!((shown.len(), shown[0]["in_use"].as_bool()), (1, Some(true)));
    assert!((1090..=1096).contains(&shown[0]["days_left"].as_i64().unwrap()), "{shown:?}");
    assert_eq!(shown[0]["key"], "ECDSA P-256");

    let imported = run(&["import", "own.p12", "--passphrase-file", "pass"]);
    assert_eq!(
        (imported[0]["subject"].as_str(), imported[0]["in_use"].as_bool()),
        (Some("CN=Own"), Some(true))
    );
    let listed = counterfoil(&data).args(["certificate", "show", "--org", ORG]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.starts_with("CN=Own (in use)") && listed.contains("  key          RSA 2048 bits\n"),
        "{listed}"
    );
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let issued =
        counterfoil(&data).args(["issue", "--org", ORG, "draft.json", "--pdf", "a.pdf"]).output().unwrap();
    assert!(issued.status.success(), "{}", told(&issued));

    let fingerprint = imported[0]["fingerprint"].as_str().unwrap().to_owned();
    let untouched = run(&["revoke", "--fingerprint", &fingerprint, "--reason", "a test", "--dry-run"]);
    assert_eq!((untouched.len(), untouched[0]["revoked_at"].is_null()), (2, true));
    let revoked = run(&["revoke", "--fingerprint", &fingerprint, "--reason", "a test"]);
    assert_eq!((revoked.len(), revoked[0]["imported"].as_bool()), (3, Some(false)));
    assert_eq!(run(&["renew"]).len(), 4);
    let genuine = verify(folder.path(), &["a.pdf", "--ledger-key", &key]);
    assert_eq!(genuine.status.code(), Some(0), "{}", told(&genuine));

    std::fs::write(folder.path().join("wrong"), "incorrect").unwrap();
    for (passphrase, said) in [("wrong", "passphrase is wrong"), ("pass", "taken in before")] {
        let arguments = ["certificate", "import", "--org", ORG, "own.p12", "--passphrase-file", passphrase];
        let refused = counterfoil(&data).args(arguments).output().unwrap();
        assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(said), "{}", told(&refused));
    }
}

#[test]
fn the_ledger_of_an_issued_document_verifies_and_a_changed_file_is_named() {
    let Issued { data, folder: _folder, .. } = issued();
    let output = counterfoil(&data).args(["ledger", "verify"]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("1 documents, all as signed"),
        "{}",
        told(&output)
    );
    let mut files = Vec::new();
    collect(&data.join("files"), &mut files);
    assert_eq!(files.len(), 1);
    let mut sealed = std::fs::read(&files[0]).unwrap();
    let last = sealed.len() - 1;
    sealed[last] ^= 1;
    std::fs::write(&files[0], sealed).unwrap();
    let output = counterfoil(&data).args(["ledger", "verify"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("PDF"), "{}", told(&output));
}

pub(crate) fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

#[test]
fn no_file_that_is_written_holds_a_name_an_account_or_a_line_in_clear() {
    let Issued { data, folder: _folder, .. } = issued();
    let mut files = Vec::new();
    collect(&data, &mut files);
    assert!(files.len() >= 3, "the root key, the database and the PDF: {files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for marker in ["Zylphaqua", "Quorblint", "DE02120300000000202051", "Beispielweg", "Musterstra"] {
            let found = bytes.windows(marker.len()).any(|window| window == marker.as_bytes());
            assert!(!found, "{marker} lies in clear in {}", file.display());
        }
    }
}

#[test]
fn bad_input_names_the_place_and_leaves_nothing_behind() {
    let (folder, data, _) = organisation();
    let cases = [
        ("broken.xml", "<Invoice", "broken.xml"),
        ("dtd.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "DOCTYPE"),
        ("field.json", r#"{ "buyr": {} }"#, "buyr"),
        ("empty.json", "{}", "BR-"),
        ("number.json", r#"{ "lines": [ { "quantity": "a lot" } ] }"#, "number.json"),
    ];
    for (name, content, word) in cases {
        std::fs::write(folder.path().join(name), content).unwrap();
        let output = counterfoil(&data).args(["issue", "--org", ORG, name]).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{name}: {}", told(&output));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(word), "{name}: {stderr}");
        assert!(!stderr.contains("panicked"), "{name}: {stderr}");
        assert!(output.stdout.is_empty(), "{name}: {}", told(&output));
    }
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let output = counterfoil(&data).args(["issue", "--org", ORG, "draft.json"]).output().unwrap();
    assert!(
        String::from_utf8_lossy(&output.stdout).trim().ends_with("-0001"),
        "no number was lost: {}",
        told(&output)
    );
    let unknown = counterfoil(&data).args(["issue", "--org", "nobody", "draft.json"]).output().unwrap();
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there are: acme"), "{}", told(&unknown));
}

#[test]
fn settings_that_do_not_exist_are_refused_with_a_suggestion() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::write(folder.path().join("counterfoil.toml"), "databse_url = \"sqlite://x\"").unwrap();
    let output = counterfoil(&data).args(["init", "--org", ORG]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("did you mean \"database_url\""),
        "{}",
        told(&output)
    );
    assert!(!data.exists(), "nothing is made before the settings are read");
    let flag = counterfoil(&data).args(["--databse-url", "x"]).output().unwrap();
    assert_eq!(flag.status.code(), Some(2), "{}", told(&flag));
}

#[test]
fn the_root_key_is_for_its_owner_only_and_its_loss_is_not_papered_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, data, _) = organisation();
    let key = data.join("root.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o400);
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = counterfoil(&data).args(["ledger", "verify"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("chmod 0400"), "{}", told(&output));
    std::fs::remove_file(&key).unwrap();
    let output = counterfoil(&data).args(["init", "--org", "second"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(!key.exists(), "a lost key is not replaced by a new one");
}

/// A file of ours, sealed again by somebody who calls himself so.
fn sealed_by(pdf: &[u8], name: &str) -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let certificate = params.self_signed(&key).unwrap();
    let identity = SigningIdentity::from_der(&[certificate.der().to_vec()], &key.serialize_der()).unwrap();
    let end = pdf.windows(5).position(|window| window == b"%%EOF").unwrap() + 5;
    let details = SignatureDetails { name: "Northlight Instruments GmbH", reason: "Issued" };
    sign_pdf(&pdf[..end], &identity, &details, "2040-01-01T00:00:00Z".parse().unwrap()).unwrap()
}

#[test]
fn a_forgers_name_neither_drives_the_terminal_nor_adds_a_line() {
    let Issued { folder, key, .. } = issued();
    let pdf = std::fs::read(folder.path().join("a.pdf")).unwrap();
    let name = "\u{1b}[2J\u{1b}[HGenuine: issued as it is, unchanged\n  ok   It is signed by the issuer\u{202e}\u{9b}1m";
    std::fs::write(folder.path().join("b.pdf"), sealed_by(&pdf, name)).unwrap();
    let output = verify(folder.path(), &["b.pdf", "--ledger-key", &key]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains(r#"by "\u{1b}[2J\u{1b}[HGenuine: issued as it is, unchanged\n  ok   It"#),
        "{said:?}"
    );
    assert!(!said.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{said:?}");
    assert!(!said.lines().any(|line| line.starts_with("  ok   It is signed")), "{said:?}");
    // As JSON it can be read as it is, and still does nothing to a terminal.
    let output = verify(folder.path(), &["b.pdf", "--ledger-key", &key, "--json"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{said:?}");
    let value: serde_json::Value = serde_json::from_str(&said).unwrap();
    let checks = value["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check["code"] == "foreign-signer"), "{said}");
}

#[test]
fn what_a_file_says_adds_no_line_to_what_is_said_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "x.xml: \u{1b}[31m\nvalid\u{202e}";
    let xml = format!(
        "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\">{hostile}</Invoice>"
    );
    for (name, content) in
        [(hostile.replace('/', "-"), xml.clone()), ("a.json".to_owned(), format!("{{\"{hostile}\"}}"))]
    {
        std::fs::write(folder.path().join(&name), content).unwrap();
        for command in
            [["validate", name.as_str()].as_slice(), &["convert", &name, "--to", "json", "-o", "b.json"]]
        {
            let nowhere = folder.path().join("no-data");
            let output = counterfoil(&nowhere).current_dir(folder.path()).args(command).output().unwrap();
            assert!(!output.status.success(), "{}", told(&output));
            for said in [output.stdout, output.stderr] {
                let said = String::from_utf8(said).unwrap();
                let loud =
                    said.chars().any(|c| !matches!(c, '\n' | '\t') && (c.is_control() || c == '\u{202e}'));
                assert!(
                    !loud && !said.lines().any(|line| line.starts_with("valid")),
                    "{command:?}: {said:?}"
                );
            }
        }
    }
}
