//! The root key under a passphrase: opened by it alone, put there and taken off without ever being lost.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::programs::{ORG, counterfoil, organisation, told};

const PHRASE: &str = "five quiet herons read the tide";
const OTHER: &str = "nine loud geese ignore the moon";

fn key(data: &Path) -> Vec<u8> {
    std::fs::read(data.join("root.key")).unwrap()
}

/// A file with a passphrase, and the variable that names it.
fn passphrase(folder: &Path, name: &str, phrase: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, format!("{phrase}\n")).unwrap();
    file.to_str().unwrap().to_owned()
}

fn run(data: &Path, file: Option<&str>, arguments: &[&str]) -> Output {
    // In a session of its own there is no terminal to ask at.
    let mut command = Command::new("setsid");
    command.args(["--wait", env!("CARGO_BIN_EXE_counterfoil"), "--data"]).arg(data).args(arguments);
    command.env_clear().env("PATH", "/usr/bin:/bin").current_dir(data.parent().unwrap()).stdin(Stdio::null());
    if let Some(file) = file {
        command.env("COUNTERFOIL_ROOT_PASSPHRASE_FILE", file);
    }
    command.output().unwrap()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", told(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_protected_key_opens_with_its_passphrase_and_says_so_of_another() {
    let (folder, data, _) = organisation();
    let plain = key(&data);
    let (right, wrong) =
        (passphrase(folder.path(), "right", PHRASE), passphrase(folder.path(), "wrong", OTHER));
    let said = done(&run(&data, None, &["key", "protect", "--passphrase-file", &right]));
    assert!(said.contains("under a passphrase"), "{said}");
    let protected = key(&data);
    assert!(protected.starts_with(b"counterfoil root key 1\nargon2id m=262144 t=4 p=4 salt="));
    assert!(!protected.windows(32).any(|window| window == plain));
    let mode = std::fs::metadata(data.join("root.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o400);

    done(&run(&data, Some(&right), &["ledger", "verify"]));
    for (file, says) in
        [(Some(wrong.as_str()), "not the passphrase"), (None, "COUNTERFOIL_ROOT_PASSPHRASE_FILE")]
    {
        let refused = run(&data, file, &["ledger", "verify"]);
        assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains(says) && !said.contains(PHRASE) && !said.contains(OTHER), "{said}");
    }
    // Whoever has the wrong one takes nothing off and puts nothing on.
    for arguments in [&["key", "unprotect"][..], &["key", "protect", "--passphrase-file", &right]] {
        assert_eq!(run(&data, Some(&wrong), arguments).status.code(), Some(3));
        assert_eq!(key(&data), protected);
    }
    // Another passphrase in its place, and none.
    done(&run(&data, Some(&right), &["key", "protect", "--passphrase-file", &wrong]));
    done(&run(&data, Some(&wrong), &["ledger", "verify"]));
    assert_eq!(run(&data, Some(&right), &["ledger", "verify"]).status.code(), Some(3));
    let files = || {
        let names = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let (before, beside) = (key(&data), files());
    for arguments in [["key", "unprotect", "--dry-run"], ["key", "rotate-root", "--dry-run"]] {
        let said = done(&run(&data, Some(&wrong), &arguments));
        assert!(said.contains("under a passphrase"), "{said}");
    }
    assert_eq!((key(&data), files()), (before, beside));
    let said = done(&run(&data, Some(&wrong), &["key", "unprotect"]));
    assert!(said.contains("plain"), "{said}");
    assert_eq!(key(&data), plain);
    let said = done(&run(&data, None, &["key", "show"]));
    assert!(
        said.contains("plain, opens the database") && said.contains(&format!("{ORG}: key version 1")),
        "{said}"
    );
}

#[test]
fn the_passphrase_comes_from_a_descriptor_a_credential_or_a_file_and_never_a_short_one() {
    let (folder, data, _) = organisation();
    let file = passphrase(folder.path(), "counterfoil-root-passphrase", PHRASE);
    let short = passphrase(folder.path(), "short", "only a few");
    let refused = run(&data, None, &["key", "protect", "--passphrase-file", &short]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("at least 15"), "{}", told(&refused));
    assert_eq!(key(&data).len(), 32);
    // The new one by standard input.
    let mut protect = counterfoil(&data);
    protect.args(["key", "protect", "--passphrase-file", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut protect = protect.spawn().unwrap();
    writeln!(protect.stdin.take().unwrap(), "{PHRASE}").unwrap();
    assert!(protect.wait().unwrap().success());

    let credential =
        counterfoil(&data).env("CREDENTIALS_DIRECTORY", folder.path()).args(["key", "show"]).output();
    done(&credential.unwrap());
    let mut descriptor = Command::new("sh");
    descriptor.args(["-c", "exec \"$@\" 3< \"$FILE\"", "sh", env!("CARGO_BIN_EXE_counterfoil"), "--data"]);
    descriptor.arg(&data).args(["key", "show"]).env_clear().env("FILE", &file).current_dir(folder.path());
    descriptor.env("COUNTERFOIL_ROOT_PASSPHRASE_FILE", "/dev/fd/3").env("PATH", "/usr/bin:/bin");
    done(&descriptor.output().unwrap());
    let settings = folder.path().join("counterfoil.toml");
    std::fs::write(settings, format!("root_passphrase_file = \"{file}\"\n")).unwrap();
    done(&run(&data, None, &["key", "show"]));
}

#[test]
fn a_damaged_protected_key_is_named_and_left_alone() {
    let (folder, data, _) = organisation();
    let file = passphrase(folder.path(), "phrase", PHRASE);
    done(&run(&data, None, &["key", "protect", "--passphrase-file", &file]));
    let whole = String::from_utf8(key(&data)).unwrap();
    let path = data.join("root.key");
    for (from, to) in
        [("m=262144", "m=4294967295"), ("key 1", "key 9"), ("t=4", "t=99999"), ("salt=", "salt=zz")]
    {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, whole.replacen(from, to, 1)).unwrap();
        let refused = run(&data, Some(&file), &["ledger", "verify"]);
        assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("root.key"), "{}", told(&refused));
        assert_eq!(key(&data), whole.replacen(from, to, 1).into_bytes());
    }
}
