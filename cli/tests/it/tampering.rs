//! Somebody with the database in hand, the triggers dropped and even the root key: the check of the ledger names what
//! was changed.

use std::path::{Path, PathBuf};

use counterfoil_billing::ledger::LedgerReport;
use counterfoil_identity::permission::{EditDrafts, Issue};
use counterfoil_identity::{OrganisationId, authorize_operator, gate};
use counterfoil_store::DatabaseUrl;
use counterfoil_vault::{Place, Purpose, RootKey};
use sqlx::{AnyPool, AssertSqlSafe, Row as _};

use crate::books::{billing, organisation};
use crate::programs::DRAFT;

/// Books with two issued documents, of which each attack gets a copy.
struct Books {
    folder: tempfile::TempDir,
    organisation: OrganisationId,
}

fn database(folder: &Path) -> PathBuf {
    folder.join("books.sqlite")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Books {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let billing = billing(&DatabaseUrl::sqlite(&database(folder.path())), folder.path()).await;
        let gate = gate::operator_command("test");
        let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
        for _ in 0..2 {
            let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
            let draft =
                billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
            billing.issue(&authorize_operator::<Issue>(&gate, org).unwrap(), draft, 1).await.unwrap();
        }
        Self { folder, organisation: org }
    }

    /// The check of a copy that was changed.
    async fn after(&self, change: impl AsyncFnOnce(&AnyPool)) -> LedgerReport {
        let folder = tempfile::tempdir().unwrap();
        copy(self.folder.path(), folder.path());
        let url = format!("sqlite://{}", database(folder.path()).display());
        let raw = AnyPool::connect(&url).await.unwrap();
        let triggers =
            sqlx::query("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetch_all(&raw).await;
        for trigger in triggers.unwrap() {
            let drop = format!("DROP TRIGGER {}", trigger.get::<String, _>("name"));
            sqlx::query(AssertSqlSafe(drop)).execute(&raw).await.unwrap();
        }
        change(&raw).await;
        raw.close().await;
        let billing = billing(&DatabaseUrl::sqlite(&database(folder.path())), folder.path()).await;
        billing.verify_ledger(self.organisation, |_, _| {}).await.unwrap()
    }

    async fn after_statement(&self, statement: &'static str) -> LedgerReport {
        self.after(async |raw: &AnyPool| {
            let done = sqlx::query(statement).execute(raw).await.unwrap();
            assert!(done.rows_affected() > 0, "{statement}");
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_wrong_thing_in_the_database_is_named() {
    let books = Books::new().await;
    let untouched = books.after(async |_: &AnyPool| {}).await;
    assert_eq!((untouched.documents, untouched.faults), (2, Vec::<String>::new()));
    for (statement, named) in [
        (
            "UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 1 AND position = 1",
            "node 1 of level 1 is not",
        ),
        ("DELETE FROM ledger_node WHERE level = 0 AND position = 2", "node 2 of level 0 is not"),
        ("UPDATE ledger_entry SET leaf = zeroblob(66) WHERE position = 1", "entry 1: it does not open"),
        ("DELETE FROM ledger_entry WHERE position = 3", "entry 3 is missing"),
        (
            "UPDATE ledger_entry SET opening_sealed = (SELECT opening_sealed FROM ledger_entry WHERE position = 0) \
             WHERE position = 2",
            "entry 2: it is damaged or was moved",
        ),
        ("DELETE FROM ledger_checkpoint WHERE size = 2", "the checkpoint of 2 entries is missing"),
        (
            "UPDATE ledger_checkpoint SET note = (SELECT note FROM ledger_checkpoint WHERE size = 1) WHERE size = 2",
            "the checkpoint of 2 entries is not that of the tree",
        ),
        (
            "UPDATE ledger_checkpoint SET note = 'x' WHERE size = 3",
            "the checkpoint of 3 entries: this is not",
        ),
        ("DELETE FROM invoice WHERE sequence = 1", "document 2026-0001 is missing"),
        ("UPDATE invoice SET amount_due = amount_due - 1 WHERE sequence = 2", "document 2026-0002 is listed"),
        ("UPDATE invoice SET sequence = 7 WHERE sequence = 2", "document 2026-0002 is listed"),
        (
            "UPDATE invoice SET cii_sealed = ubl_sealed WHERE sequence = 1",
            "document 2026-0001 is damaged (cii)",
        ),
        ("UPDATE number_series SET last_number = 5", "series 2026: number 3 is missing"),
        ("DELETE FROM document_file", "the PDF is missing"),
        ("UPDATE document_file SET sha256 = zeroblob(32)", "the PDF is not the one that was sealed"),
    ] {
        let report = books.after_statement(statement).await;
        let first = report.faults.first().map_or("", String::as_str);
        assert!(first.contains(named), "{statement}: {:?}", report.faults);
    }
    // The end of the ledger is gone, and everything that hangs on it: only the second place remembers.
    let cut = books
        .after(async |raw: &AnyPool| {
            for statement in [
                "DELETE FROM ledger_entry WHERE position >= 4",
                "DELETE FROM ledger_node WHERE (position + 1) << level > 4",
                "DELETE FROM ledger_checkpoint WHERE size > 4",
                "DELETE FROM invoice WHERE sequence = 2",
                "DELETE FROM document_file WHERE invoice_id NOT IN (SELECT id FROM invoice)",
                "UPDATE number_series SET last_number = 1",
            ] {
                sqlx::query(statement).execute(raw).await.unwrap();
            }
        })
        .await;
    assert_eq!(cut.faults.len(), 1, "{:?}", cut.faults);
    assert!(cut.faults[0].contains("old copy"), "{:?}", cut.faults);
}

/// The leaves of a JSON value, as pointers.
fn leaves(value: &serde_json::Value, here: &str, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            map.iter().for_each(|(k, v)| leaves(v, &format!("{here}/{k}"), found));
        }
        serde_json::Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| leaves(v, &format!("{here}/{i}"), found));
        }
        _ => found.push(here.to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_changed_and_sealed_again_with_the_right_key_is_found_out() {
    let books = Books::new().await;
    let raw =
        AnyPool::connect(&format!("sqlite://{}", database(books.folder.path()).display())).await.unwrap();
    let org = books.organisation.uuid();
    let wrapped: Vec<u8> = sqlx::query("SELECT wrapped FROM organisation_key WHERE org_id = $1")
        .bind(org.as_bytes().to_vec())
        .fetch_one(&raw)
        .await
        .unwrap()
        .get("wrapped");
    let row = sqlx::query("SELECT id, content_sealed FROM invoice WHERE sequence = 1")
        .fetch_one(&raw)
        .await
        .unwrap();
    raw.close().await;
    let (id, sealed): (Vec<u8>, Vec<u8>) = (row.get("id"), row.get("content_sealed"));
    let key = RootKey::from_bytes([7; 32]).unwrap(org, 1, &wrapped).unwrap().purpose(Purpose::Records);
    let place = Place { organisation: org, table: "invoice", column: "content", row: &id };
    let content = key.open(&place, &sealed).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&content).unwrap();
    let mut all = Vec::new();
    leaves(&value, "", &mut all);
    assert!(all.len() > 40, "{all:?}");
    for leaf in all {
        let mut changed = value.clone();
        let field = changed.pointer_mut(&leaf).unwrap();
        let other = match &*field {
            serde_json::Value::String(text) => serde_json::json!(format!("{text}1")),
            serde_json::Value::Number(number) => serde_json::json!(number.as_i64().unwrap() + 1),
            other => serde_json::json!(other.to_string()),
        };
        *field = other;
        let plain = serde_json::to_vec(&changed).unwrap();
        let sealed = key.seal(&place, &plain, &mut rand_core::UnwrapErr(getrandom::SysRng));
        let report = books
            .after(async |raw: &AnyPool| {
                let update = sqlx::query("UPDATE invoice SET content_sealed = $1 WHERE sequence = 1");
                update.bind(sealed).execute(raw).await.unwrap();
            })
            .await;
        assert_eq!(
            report.faults,
            ["entry 2: document 2026-0001 has other content than was issued"],
            "{leaf}"
        );
    }
}
