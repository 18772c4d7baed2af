//! A database that another program holds: a command says so and ends, and the next one does what it could not.

use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::programs::{DRAFT, ORG, counterfoil, organisation, told};

#[tokio::test]
async fn a_command_on_a_database_that_is_held_says_what_to_do_and_takes_no_number() {
    let (folder, data, _) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let issue = || counterfoil(&data).args(["issue", "--org", ORG, "draft.json"]).output().unwrap();
    let first = issue();
    assert!(first.status.success(), "{}", told(&first));

    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", data.join("counterfoil.sqlite").display());
    let mut other = AnyConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let refused = issue();
    assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
    assert!(refused.stdout.is_empty(), "{}", told(&refused));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("the database is busy with something else, so try again in a moment"), "{said}");
    other.execute("ROLLBACK").await.unwrap();

    let second = issue();
    let numbers = [&first, &second].map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let [first, second] = &numbers;
    assert!(first.ends_with("0001") && second.ends_with("0002"), "{numbers:?}");
}
