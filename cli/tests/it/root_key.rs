//! A database that is in use already needs the root key it has, and gets no other.

use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};

use crate::programs::{counterfoil, fresh_database, surrounding, told};

fn a_new_folder_on(database: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let run = |data, arguments: &[&str]| {
        counterfoil(data).args(["--database-url", database]).args(arguments).output().unwrap()
    };
    let made = run(&first, &["init", "--org", "acme"]);
    assert!(made.status.success(), "{}", told(&made));

    for arguments in [&["init", "--org", "second"][..], &["serve", "--address", "127.0.0.1:0"], &["demo"]] {
        let refused = run(&second, arguments);
        assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
        let says = String::from_utf8_lossy(&refused.stderr);
        assert!(says.contains("second/root.key") && says.contains("chmod 0400"), "{says}");
        assert!(!second.exists(), "nothing is written before it is refused");
    }

    std::fs::DirBuilder::new().mode(0o700).create(&second).unwrap();
    std::fs::copy(first.join("root.key"), second.join("root.key")).unwrap();
    std::fs::set_permissions(second.join("root.key"), std::fs::Permissions::from_mode(0o400)).unwrap();
    let place = first.join("checkpoints");
    let opened = run(&second, &["--checkpoint-store", place.to_str().unwrap(), "ledger", "verify"]);
    assert!(opened.status.success(), "{}", told(&opened));
}

#[test]
fn a_folder_without_root_key_on_somebodys_sqlite_file_is_refused_and_stays_unmade() {
    let folder = tempfile::tempdir().unwrap();
    a_new_folder_on(&format!("sqlite://{}?mode=rwc", folder.path().join("books.sqlite").display()));
}

#[test]
fn a_folder_without_root_key_on_somebodys_postgresql_database_is_refused_and_stays_unmade() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    a_new_folder_on(&fresh_database(&server, "root_key"));
}
