//! Where the program connects to: the list says it, and the calls that it makes of the system say the same.

use std::process::Command;

use serde_json::json;

use crate::faults::has_strace;
use crate::programs::{DRAFT, ORG, counterfoil, free_port, told};
use crate::strict_bucket::{Bucket, KEY_ID, SECRET};

#[test]
fn the_list_names_what_the_settings_name_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let listed = |settings: &[(&str, &str)], arguments: &[&str]| {
        let mut command = counterfoil(&data);
        command.envs(settings.iter().copied()).arg("destinations").args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        assert!(!told(&output).contains("hush") && !data.exists(), "{}", told(&output));
        output
    };
    let nothing = listed(&[], &[]);
    assert!(nothing.stdout.is_empty(), "{}", told(&nothing));
    assert_eq!(listed(&[], &["--json"]).stdout, b"[]\n");

    let settings = [
        ("COUNTERFOIL_DATABASE_URL", "postgres://app:hush@db.example.com:5433/bills?sslmode=verify-full"),
        ("COUNTERFOIL_DATABASE_ADMIN_URL", "postgres://owner:hush@db.example.com/bills"),
        ("COUNTERFOIL_FILES_STORE", "s3://bills"),
        ("COUNTERFOIL_S3_ENDPOINT", "https://s3.example.com"),
        ("COUNTERFOIL_S3_ACCESS_KEY_ID", "id"),
        ("COUNTERFOIL_S3_SECRET_ACCESS_KEY", "hush"),
        ("COUNTERFOIL_SMTP_URL", "smtp://user:hush@mail.example.com?tls=required"),
        ("COUNTERFOIL_MAIL_FROM", "billing@example.com"),
    ];
    let text = String::from_utf8(listed(&settings, &[]).stdout).unwrap();
    let wanted = "database\tdb.example.com:5433\tsslmode=verify-full\n\
                  database\tdb.example.com:5432\tsslmode=prefer\n\
                  files\ts3.example.com:443\ttls\n\
                  mail\tmail.example.com:587\tstarttls\n";
    assert_eq!(text, wanted);
    let given: serde_json::Value = serde_json::from_slice(&listed(&settings, &["--json"]).stdout).unwrap();
    let mail =
        json!({ "purpose": "mail", "host": "mail.example.com", "port": 587, "encryption": "starttls" });
    assert_eq!(given[3], mail);

    let here = [
        ("COUNTERFOIL_DATABASE_URL", "sqlite://elsewhere.sqlite?mode=rwc"),
        ("COUNTERFOIL_SMTP_URL", "smtp://[::1]:2525"),
        ("COUNTERFOIL_MAIL_FROM", "billing@example.com"),
    ];
    assert_eq!(listed(&here, &[]).stdout, b"mail\t[::1]:2525\tnone\n");
}

/// Runs a command, and gives the calls by which something went to an address of the network.
fn calls(command: &Command, seconds: Option<&str>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-e", "signal=none", "-o"]).arg(&log);
    strace.arg("--");
    if let Some(seconds) = seconds {
        strace.args(["timeout", "--preserve-status", "--signal=TERM", seconds]);
    }
    strace.arg(command.get_program()).args(command.get_args());
    strace.env_clear().env("PATH", std::env::var("PATH").unwrap());
    strace.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = strace.current_dir(command.get_current_dir().unwrap()).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let log = std::fs::read_to_string(log).unwrap();
    log.lines().filter(|line| line.contains("AF_INET")).map(str::to_owned).collect()
}

#[test]
fn the_program_connects_to_what_is_on_the_list_and_to_nothing_else() {
    if !has_strace() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let of = |arguments: &[&str]| {
        let mut command = counterfoil(&data);
        command.args(arguments);
        command
    };
    let address = format!("127.0.0.1:{}", free_port());
    for (arguments, seconds) in [
        (&["init", "--org", ORG][..], None),
        (&["issue", "--org", ORG, "draft.json", "--pdf", "invoice.pdf"], None),
        (&["verify", "invoice.pdf"], None),
        (&["serve", "--address", &address], Some("6")),
    ] {
        let calls = calls(&of(arguments), seconds);
        assert!(calls.is_empty(), "{arguments:?}: {calls:?}");
    }

    let bucket = Bucket::start();
    let mut issue = of(&["issue", "--org", ORG, "draft.json"]);
    issue
        .env("COUNTERFOIL_FILES_STORE", "s3://bills")
        .env("COUNTERFOIL_S3_ENDPOINT", format!("http://127.0.0.1:{}", bucket.port))
        .env("COUNTERFOIL_S3_ACCESS_KEY_ID", KEY_ID)
        .env("COUNTERFOIL_S3_SECRET_ACCESS_KEY", SECRET);
    let calls = calls(&issue, None);
    let to = format!("sin_port=htons({}), sin_addr=inet_addr(\"127.0.0.1\")", bucket.port);
    assert!(!calls.is_empty() && calls.iter().all(|call| call.contains(&to)), "{calls:?}");
}
