//! Bad input in every file and flag: an exit code, a message that names the thing, no panic, and nothing is kept.

use std::path::Path;
use std::process::{Command, Output};

use counterfoil_billing::invoice_list::{InvoiceChoice, InvoicePaging};
use counterfoil_identity::permission::ReadBooks;
use counterfoil_identity::{authorize_operator, gate};

use crate::kept;
use crate::programs::{DRAFT, ORG, counterfoil, free_port, fresh_database, organisation, surrounding, told};
use crate::site::Site;
use crate::visitor::Visitor;

/// A password that must never be said.
const SECRET: &str = "hunter2-hunter2";

/// It ends with this code, says these words on stderr, and gives no data.
fn refused(name: &str, output: &Output, code: i32, words: &[&str]) {
    assert_eq!(output.status.code(), Some(code), "{name}: {}", told(output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    for word in words {
        assert!(stderr.contains(word), "{name}: no {word:?} in: {stderr}");
    }
    for never in ["panicked", "RUST_BACKTRACE", SECRET, "root:x:"] {
        assert!(!stderr.contains(never), "{name}: {never:?} in: {stderr}");
    }
    assert!(stderr.len() < 8 << 10, "{name}: {} bytes of talk: {:.400}", stderr.len(), stderr);
    assert!(
        !stderr.contains('\u{1b}') && !stderr.contains('\u{202e}'),
        "{name}: the input drives the terminal"
    );
    assert!(output.stdout.is_empty(), "{name}: {}", told(output));
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// The documents and drafts in the books of a data folder.
fn documents(data: &Path) -> (usize, usize) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let billing = kept::billing(data, None, jiff::SignedDuration::ZERO).await;
        let org = billing.find_organisation(ORG).await.unwrap().unwrap();
        let reader = authorize_operator::<ReadBooks>(&gate::operator_command("test"), org).unwrap();
        let all = InvoiceChoice::default();
        let issued = billing.invoices(&reader, &all, &InvoicePaging::default()).await.unwrap();
        let drafts = billing.drafts(&reader, &all, None, 50).await.unwrap();
        (issued.rows.len(), drafts.rows.len())
    })
}

/// An invoice in UBL, as far as its head.
const UBL: &str = "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" \
    xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">";

fn utf_16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Its name, what is in it, and words of the refusal.
type BadFile = (&'static str, Vec<u8>, &'static [&'static str]);

fn xml_to_issue() -> Vec<BadFile> {
    let laughs = (1..20).fold("<!ENTITY a0 \"ha\">".to_owned(), |all, n| {
        format!("{all}<!ENTITY a{n} \"&a{0};&a{0};&a{0};&a{0};&a{0};&a{0};&a{0};&a{0};&a{0};&a{0};\">", n - 1)
    });
    let attributes = (0..50_000).map(|n| format!(" a{n}=\"\"")).collect::<Vec<_>>().concat();
    vec![
        ("empty.xml", Vec::new(), &["empty.xml"]),
        ("blanks.xml", b" \r\n\t ".to_vec(), &["blanks.xml"]),
        ("zeros.xml", vec![0; 4096], &["zeros.xml"]),
        ("bytes.xml", (0..=255).collect(), &["bytes.xml"]),
        ("text.xml", b"This is an invoice over 100 EUR.".to_vec(), &["text.xml"]),
        ("page.xml", b"<html><body>Not found</body></html>".to_vec(), &["page.xml"]),
        (
            "entity.xml",
            format!(
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{UBL}<cbc:ID>&x;</cbc:ID></Invoice>"
            )
            .into(),
            &["entity.xml", "DOCTYPE"],
        ),
        (
            "remote.xml",
            format!("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\">{UBL}</Invoice>").into(),
            &["remote.xml", "DOCTYPE"],
        ),
        (
            "laughs.xml",
            format!("<!DOCTYPE a [{laughs}]>{UBL}<cbc:Note>&a19;</cbc:Note></Invoice>").into(),
            &["laughs.xml", "DOCTYPE"],
        ),
        ("undeclared.xml", format!("{UBL}<cbc:ID>&x;</cbc:ID></Invoice>").into(), &["undeclared.xml"]),
        ("deep.xml", format!("{UBL}{}", "<a>".repeat(200_000)).into(), &["deep.xml"]),
        ("attributes.xml", format!("<Invoice{attributes}/>").into(), &["attributes.xml"]),
        ("half.xml", format!("{UBL}<cbc:ID>1</cbc:I").into(), &["half.xml"]),
        ("twice.xml", format!("{UBL}</Invoice>{UBL}</Invoice>").into(), &["twice.xml"]),
        (
            "latin.xml",
            b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Invoice>K\xf6ln</Invoice>".to_vec(),
            &["latin.xml"],
        ),
        (
            "ebcdic.xml",
            b"<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><Invoice/>".to_vec(),
            &["ebcdic.xml"],
        ),
        ("utf-16.xml", utf_16(&format!("{UBL}</Invoice>")), &["utf-16.xml"]),
        (
            "utf-7.xml",
            b"<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADw-Invoice/+AD4-".to_vec(),
            &["utf-7.xml"],
        ),
        ("two-marks.xml", format!("\u{feff}\u{feff}{UBL}</Invoice>").into(), &["two-marks.xml"]),
        ("head.xml", format!("{UBL}</Invoice>").into(), &["head.xml", "BT-5"]),
        ("a.pdf", b"%PDF-1.7\n%%EOF\n".to_vec(), &["a.pdf"]),
        ("large.xml", vec![b' '; 50 << 20], &["large.xml", "at most"]),
    ]
}

fn json_to_issue() -> Vec<BadFile> {
    let text = |item: &str| DRAFT.replace("Quorblint widget", item).into_bytes();
    let quantity = |quantity: &str| {
        DRAFT.replace("\"quantity\": \"3\"", &format!("\"quantity\": {quantity}")).into_bytes()
    };
    let line = r#"{ "quantity": "1", "unit": "C62", "price": { "net_price": "1" }, "vat_category": "S", "vat_rate": "19", "item": { "name": "a" } }"#;
    vec![
        ("empty.json", b"{}".to_vec(), &["empty.json", "BR-"]),
        ("half.json", b"{ \"buyer\": ".to_vec(), &["half.json"]),
        ("utf-16.json", utf_16(DRAFT), &["utf-16.json"]),
        (
            "latin.json",
            text("K\u{f6}ln")
                .into_iter()
                .flat_map(|b| {
                    if b == 0xc3 {
                        vec![]
                    } else if b == 0xb6 {
                        vec![0xf6]
                    } else {
                        vec![b]
                    }
                })
                .collect(),
            &["latin.json"],
        ),
        ("deep.json", format!("{{\"lines\":{}", "[".repeat(100_000)).into(), &["deep.json"]),
        ("field.json", b"{ \"buyr\": {} }".to_vec(), &["field.json", "buyr"]),
        ("twice.json", b"{ \"buyer\": {}, \"buyer\": {} }".to_vec(), &["twice.json", "buyer"]),
        ("kind.json", b"{ \"lines\": { \"quantity\": 1 } }".to_vec(), &["kind.json"]),
        ("trailing.json", format!("{DRAFT}{DRAFT}").into(), &["trailing.json"]),
        ("word.json", quantity("\"a lot\""), &["word.json"]),
        ("exponent.json", quantity("\"1e999999999\""), &["exponent.json"]),
        ("bare-exponent.json", quantity("1e999999999"), &["bare-exponent.json"]),
        ("nan.json", quantity("\"NaN\""), &["nan.json"]),
        ("huge.json", quantity("\"79228162514264337593543950335\""), &["huge.json"]),
        ("fine.json", quantity("\"0.0000000000000000000000000001\""), &["fine.json", "CF-LIMIT"]),
        ("nul.json", text("a\\u0000b"), &["nul.json", "CF-TEXT"]),
        ("escape.json", text("a\\u001b[2Jb"), &["escape.json", "CF-TEXT"]),
        ("turned.json", text("invoice\\u202efdp.exe"), &["turned.json", "CF-TEXT"]),
        ("surrogate.json", text("a\\ud800b"), &["surrogate.json"]),
        ("long.json", text(&"a".repeat(10_240)), &["long.json", "CF-LIMIT"]),
        (
            "lines.json",
            format!("{{ \"lines\": [ {line}{} ] }}", format!(", {line}").repeat(1_500)).into(),
            &["lines.json", "CF-LIMIT"],
        ),
        ("date.json", b"{ \"due_date\": \"2026-02-30\" }".to_vec(), &["date.json"]),
        ("year.json", b"{ \"due_date\": \"99999-01-01\" }".to_vec(), &["year.json"]),
        ("currency.json", b"{ \"currency\": \"XYZ\" }".to_vec(), &["currency.json"]),
        ("type.json", DRAFT.replacen('{', "{ \"type_code\": \"0\",", 1).into(), &["type.json", "BR-"]),
    ]
}

#[test]
fn bad_files_to_issue_are_refused_by_name_and_leave_no_number_and_no_draft() {
    let (folder, data, _) = organisation();
    for (name, content, words) in xml_to_issue().into_iter().chain(json_to_issue()) {
        std::fs::write(folder.path().join(name), content).unwrap();
        let output = run(counterfoil(&data).args(["issue", "--org", ORG, name]));
        refused(name, &output, 3, words);
    }
    std::fs::create_dir(folder.path().join("folder.xml")).unwrap();
    for name in ["folder.xml", "missing.xml", "/dev/zero", "/dev/null", "/proc/self/mem"] {
        refused(name, &run(counterfoil(&data).args(["issue", "--org", ORG, name])), 3, &[name]);
    }
    for name in ["missing.xml", "/dev/zero"] {
        refused(name, &run(counterfoil(&data).args(["validate", name])), 3, &[name]);
        let convert = ["convert", name, "--to", "ubl", "-o", "converted.xml"];
        refused(name, &run(counterfoil(&data).args(convert)), 3, &[name]);
        let import = ["certificate", "import", "--org", ORG, name, "--passphrase-file", "-"];
        refused(name, &run(counterfoil(&data).args(import)), 3, &[name]);
    }
    std::fs::write(folder.path().join("no.p12"), "no archive").unwrap();
    let endless = ["certificate", "import", "--org", ORG, "no.p12", "--passphrase-file", "/dev/zero"];
    refused("an endless passphrase", &run(counterfoil(&data).args(endless)), 3, &["PKCS#12"]);
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    for org in ["", "nobody", "ACME", "../acme", "a\nb", "acme\u{202e}", &"a".repeat(10_000)] {
        let output = run(counterfoil(&data).args(["issue", "--org", org, "draft.json"]));
        refused(&format!("{org:.20}"), &output, 3, &["there is no organisation", "acme"]);
        for command in [["certificate", "show"], ["ledger", "verify"]] {
            let output = run(counterfoil(&data).args(command).args(["--org", org]));
            refused(&format!("{command:?} {org:.20}"), &output, 3, &["there is no organisation", "acme"]);
        }
    }
    assert_eq!(documents(&data), (0, 0));
    // A file of Windows begins with a mark of its encoding, and is a good one.
    std::fs::write(folder.path().join("marked.json"), format!("\u{feff}{DRAFT}")).unwrap();
    let output = run(counterfoil(&data).args(["issue", "--org", ORG, "marked.json"]));
    assert!(String::from_utf8_lossy(&output.stdout).trim().ends_with("-0001"), "{}", told(&output));
}

/// What `init --from` takes, with one thing changed.
fn organisation_file(from: &str, to: &str) -> Vec<u8> {
    let file = r#"{ "seller": { "name": "Northlight GmbH", "vat_identifier": "DE123456789",
        "address": { "city": "Berlin", "country": "DE" } }, "iban": "DE02120300000000202051", "payment_days": 14 }"#;
    assert!(file.contains(from), "{from}");
    file.replace(from, to).into_bytes()
}

#[test]
fn bad_files_to_begin_with_are_refused_by_name_and_make_no_organisation() {
    let (folder, data, _) = organisation();
    let with = organisation_file;
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("empty.json", Vec::new(), &["empty.json"]),
        ("nothing.json", b"{}".to_vec(), &["nothing.json", "seller"]),
        ("null.json", b"null".to_vec(), &["null.json"]),
        ("list.json", b"[]".to_vec(), &["list.json"]),
        ("bytes.json", (0..=255).collect(), &["bytes.json"]),
        ("utf-16.json", utf_16("{}"), &["utf-16.json"]),
        ("deep.json", "[".repeat(100_000).into(), &["deep.json"]),
        ("large.json", vec![b' '; 50 << 20], &["large.json", "at most"]),
        ("unknown.json", with("\"payment_days\": 14", "\"paymentdays\": 14"), &["paymentdays"]),
        ("name.json", with("Northlight GmbH", " "), &["name"]),
        ("turned.json", with("Northlight GmbH", "North\\u202elight"), &["name", "U+202E"]),
        ("nul.json", with("Northlight GmbH", "North\\u0000light"), &["name", "U+0000"]),
        ("lines.json", with("Northlight GmbH", "North\\nBcc: a@b.c"), &["name", "U+000A"]),
        ("long.json", with("Northlight GmbH", &"a".repeat(10_000)), &["name", "200"]),
        ("country.json", with("\"DE\"", "\"ZZ\""), &["country"]),
        ("vat.json", with("DE123456789", "12"), &["vat_identifier"]),
        ("iban.json", with("DE02120300000000202051", "DE03120300000000202051"), &["iban"]),
        ("below.json", with("14", "-1"), &["below.json"]),
        ("days.json", with("14", "366"), &["payment_days"]),
        ("many.json", with("14", "1e9"), &["many.json"]),
        ("currency.json", with("\"payment_days\": 14", "\"currency\": \"EURO\""), &["currency.json"]),
        ("language.json", with("\"payment_days\": 14", "\"language\": \"-1\""), &["language"]),
    ];
    for (name, content, words) in cases {
        std::fs::write(folder.path().join(name), content).unwrap();
        let output = run(counterfoil(&data).args(["init", "--org", "second", "--from", name]));
        refused(name, &output, 3, words);
    }
    for name in ["missing.json", ".", "/dev/zero"] {
        refused(name, &run(counterfoil(&data).args(["init", "--org", "second", "--from", name])), 3, &[name]);
    }
    for slug in [
        "",
        "a",
        "-ab",
        "ab-",
        "1ab",
        "\u{e4}b",
        "a b",
        "../ab",
        "a\nb",
        "ab\u{202e}",
        &"a".repeat(41),
        &"a".repeat(10_000),
    ] {
        let output = run(counterfoil(&data).args(["init", &format!("--org={slug}")]));
        refused(&format!("{slug:.20}"), &output, 3, &["2 to 40 lower-case letters"]);
    }
    refused("taken", &run(counterfoil(&data).args(["init", "--org", ORG])), 3, &["already"]);
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let output = run(counterfoil(&data).args(["issue", "--org", "nobody", "draft.json"]));
    refused("nobody", &output, 3, &["there is no organisation", ORG]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("second"), "{}", told(&output));
    let output = run(counterfoil(&data).args(["--json", "ledger", "verify"]));
    let ledgers: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ledgers.as_array().unwrap().len(), 2, "{ORG} and the installation: {ledgers}");
}

#[test]
fn settings_files_that_make_no_sense_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let write = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).unwrap();
        name.to_owned()
    };
    let files: [(&str, &[u8], &str); 9] = [
        ("unknown.toml", b"adress = \"127.0.0.1:1\"", "address"),
        ("kind.toml", b"address = 8443", "address"),
        ("table.toml", b"[smtp]\nurl = \"smtp://localhost\"", "smtp"),
        ("twice.toml", b"address = \"127.0.0.1:1\"\naddress = \"127.0.0.1:2\"", "line 2"),
        ("words.toml", b"listen on port 8443", "words.toml"),
        ("bytes.toml", b"data = \"\xff\"", "bytes.toml"),
        ("zeros.toml", &[0; 100], "zeros.toml"),
        ("secret.toml", b"smtp_url = \"smtps://a:hunter2-hunter2@host\"\nsmtp_from = \"a\"", "smtp_from"),
        ("broken.toml", b"smtp_url = \"smtps://a:hunter2-hunter2@host", "broken.toml"),
    ];
    for (name, content, word) in files {
        let name = write(name, content);
        let output = run(counterfoil(&data).args(["--config", &name, "ledger", "verify"]));
        refused(&name, &output, 3, &[&name, word]);
    }
    for name in ["missing.toml", ".", "/dev/zero"] {
        refused(name, &run(counterfoil(&data).args(["--config", name])), 3, &[name]);
    }
    assert!(!data.exists(), "nothing is made before the settings are read");
}

/// What it is, the flags, the exit code, and words of the refusal. `file` is an empty file.
const FLAGS: &[(&str, &[&str], i32, &[&str])] = &[
    ("a word as address", &["--address", "localhost"], 2, &["--address"]),
    ("a port that is none", &["--address", "127.0.0.1:99999"], 2, &["--address"]),
    ("an address of another machine", &["--address", "192.0.2.1:8443"], 3, &["192.0.2.1:8443", "--address"]),
    ("http", &["--url", "http://a.example"], 3, &["url", "https://"]),
    ("no host", &["--url", "https://"], 3, &["url"]),
    ("a path", &["--url", "https://a.example/bills"], 3, &["url"]),
    ("a script", &["--url", "javascript:alert(1)"], 3, &["url"]),
    ("a blank", &["--url", "https://a b"], 3, &["url"]),
    ("a line break", &["--url", "https://a.example\r\nX-A: b"], 3, &["url"]),
    ("a password in the url", &["--url", "https://a:hunter2-hunter2@a.example"], 3, &["url"]),
    ("a port of letters", &["--url", "https://a.example:port"], 3, &["url"]),
    ("a port too high", &["--url", "https://a.example:99999"], 3, &["url"]),
    ("half an address", &["--url", "https://[::1"], 3, &["url"]),
    ("an umlaut", &["--url", "https://b\u{fc}cher.example"], 3, &["url", "xn--"]),
    (
        "another database",
        &["--database-url", "mysql://a:hunter2-hunter2@b/c"],
        3,
        &["database", "sqlite://", "postgres://"],
    ),
    ("no database", &["--database-url", ""], 3, &["database"]),
    ("half a database", &["--database-url", "postgres://"], 3, &["database"]),
    (
        "a database port",
        &["--database-url", "postgres://a:hunter2-hunter2@127.0.0.1:port/a"],
        3,
        &["database"],
    ),
    (
        "no database there",
        &["--database-url", "postgres://a:hunter2-hunter2@127.0.0.1:1/a"],
        3,
        &["database"],
    ),
    ("no such folder", &["--database-url", "sqlite:///no/such/folder/a.sqlite?mode=rwc"], 3, &["database"]),
    ("a folder as database", &["--database-url", "sqlite:///?mode=rwc"], 3, &["database"]),
    ("a file as data folder", &["--data", "file"], 3, &["data folder", "file"]),
    ("a folder in a file", &["--data", "file/data"], 3, &["data folder", "file/data"]),
    ("a folder nobody can make", &["--data", "/proc/counterfoil"], 3, &["data folder", "/proc/counterfoil"]),
    ("no folder", &["--data", ""], 2, &["--data"]),
    ("mail without a sender", &["--smtp-url", "smtp://localhost"], 3, &["mail_from"]),
    ("a sender without mail", &["--mail-from", "a@example.com"], 3, &["smtp_url"]),
    (
        "mail in clear",
        &["--smtp-url", "smtp://a:hunter2-hunter2@mail.example.com", "--mail-from", "a@example.com"],
        3,
        &["smtp_url", "encrypted"],
    ),
    ("no mail server", &["--smtp-url", "localhost", "--mail-from", "a@example.com"], 3, &["smtp_url"]),
    ("no address", &["--smtp-url", "smtp://localhost", "--mail-from", "a"], 3, &["mail_from"]),
    (
        "an injected address",
        &["--smtp-url", "smtp://localhost", "--mail-from", "a@example.com\r\nBcc: b@example.com"],
        3,
        &["mail_from"],
    ),
    ("a certificate without a key", &["--tls-certificate", "a.pem"], 3, &["tls_key"]),
    ("certificates that are missing", &["--tls-certificate", "a.pem", "--tls-key", "a.key"], 3, &["a.pem"]),
    ("certificates that are none", &["--tls-certificate", "file", "--tls-key", "file"], 3, &["file"]),
    ("an unknown flag", &["--databse-url", "x"], 2, &["--database-url"]),
    ("a flag twice", &["--data", "a", "--data", "b"], 2, &["--data"]),
    ("an unknown command", &["isue"], 2, &["issue"]),
    ("nothing to verify", &["verify"], 2, &["FILE"]),
    ("no organisation", &["issue", "a.xml"], 2, &["--org"]),
];

#[test]
fn flags_that_make_no_sense_are_refused_by_name_and_make_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), b"").unwrap();
    for (name, arguments, code, words) in FLAGS {
        let data = folder.path().join(name.replace(' ', "-"));
        let mut command = if arguments.contains(&"--data") {
            let mut command = Command::new(env!("CARGO_BIN_EXE_counterfoil"));
            command.env_clear().current_dir(folder.path());
            command
        } else {
            counterfoil(&data)
        };
        if *code == 3 && !arguments.contains(&"--address") {
            command.args(["--address", &format!("127.0.0.1:{}", free_port())]);
        }
        refused(name, &run(command.args(*arguments)), *code, words);
        let database = data.join("counterfoil.sqlite");
        let reads_first =
            arguments.iter().any(|a| ["--url", "--smtp-url", "--mail-from", "--database-url"].contains(a));
        assert!(!reads_first || !database.exists(), "{name}: something was made");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn variables_that_make_no_sense_are_refused_by_name_and_strangers_are_left_alone() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let bytes = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    for (name, value, word) in [
        ("COUNTERFOIL_DATABASE_URI", "sqlite://x", "database_url"),
        ("COUNTERFOIL_", "x", "COUNTERFOIL_"),
        ("COUNTERFOIL_ADDRESS", "8443", "address"),
        ("COUNTERFOIL_TIME_ZONE", "Mars/Olympus", "time_zone"),
        ("COUNTERFOIL_TIME_ZONE", "../../etc/passwd", "time_zone"),
        ("COUNTERFOIL_URL", "http://a.example", "url"),
    ] {
        let output = run(counterfoil(&data).env(name, value).args(["ledger", "verify"]));
        refused(name, &output, 3, &[word]);
    }
    let output = run(counterfoil(&data).env("COUNTERFOIL_URL", bytes).args(["ledger", "verify"]));
    refused("bytes that are no text", &output, 3, &["COUNTERFOIL_URL"]);
    // What is not ours may hold anything.
    let output =
        run(counterfoil(&data).env("PS1", bytes).env("RUST_LOG", "[[[=,=").args(["init", "--org", ORG]));
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn help_and_version_need_no_data_and_a_closed_pipe_is_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for arguments in [&["--help"][..], &["--version"], &["help", "issue"], &["ledger", "verify", "--help"]] {
        let output = run(counterfoil(&data).args(arguments));
        assert!(output.status.success() && output.stderr.is_empty(), "{}", told(&output));
    }
    assert!(!data.exists());
    let (_folder, data, _) = organisation();
    let shell =
        format!("'{}' --data '{}' ledger verify | :", env!("CARGO_BIN_EXE_counterfoil"), data.display());
    let output = run(Command::new("sh").args(["-c", &shell]));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{}", told(&output));
}

/// Bytes in a path that are no text, or that PostgreSQL cannot be asked for.
fn odd_paths_are_not_found(database: Option<&str>) {
    let site = Site::new(database, &[]);
    let server = site.start();
    let visitor = Visitor::of(&site.url);
    for odd in ["%00", "a%00b", "%ff", "%E2%80%AE", "..%2f..", "'%20OR%201=1--", &"a".repeat(2_000)] {
        for path in [
            "/ledger/{}/checkpoint",
            "/ledger/{}/key",
            "/o/{}/invoices",
            "/assets/{}",
            "/portal/files/{}",
            "/{}",
        ] {
            let page = visitor.get(&path.replace("{}", odd)).expect("the server answers");
            assert!(page.status < 500, "{path} with {odd:.20}: {} {}", page.status, site.said());
        }
        let checkpoint = visitor.get(&format!("/ledger/{odd}/checkpoint")).unwrap().status;
        assert!(matches!(checkpoint, 400 | 404), "{odd:.20}: {checkpoint}");
    }
    site.stop(server);
}

#[test]
fn odd_bytes_in_a_path_are_not_found_with_the_embedded_database() {
    odd_paths_are_not_found(None);
}

#[test]
fn odd_bytes_in_a_path_are_not_found_with_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    let url = fresh_database(&server, "odd");
    odd_paths_are_not_found(Some(&url));
}
