//! Somebody with the database in hand, the triggers dropped and even the root key: the check of the ledger names what
//! was changed.

use std::path::{Path, PathBuf};

use counterfoil_billing::invoice_list::{InvoiceChoice, InvoicePaging};
use counterfoil_billing::invoices::ListedInvoice;
use counterfoil_billing::ledger::LedgerReport;
use counterfoil_billing::payments::NewPayment;
use counterfoil_billing::verdict::Verdict;
use counterfoil_billing::{Billing, Clock};
use counterfoil_identity::permission::{
    Credit, EditDrafts, Issue, ManageOrganisation, ReadBooks, RecordPayment,
};
use counterfoil_identity::{Actor, OrganisationId, VerificationCode, authorize_operator, gate};
use counterfoil_store::{DatabaseUrl, Store};
use counterfoil_vault::{Place, Purpose, PurposeKey, RootKey};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use uuid::Uuid;

use crate::books::{NOW, books, organisation};
use crate::kept;
use crate::programs::DRAFT;

/// Books with two issued documents, of which each attack gets a copy.
struct Books {
    folder: tempfile::TempDir,
    organisation: OrganisationId,
}

struct Changed {
    folder: tempfile::TempDir,
    billing: Billing,
}

fn database(folder: &Path) -> PathBuf {
    folder.join("books.sqlite")
}

/// The books in this folder.
async fn opened(folder: &Path) -> (Store, Billing) {
    let store = books(&DatabaseUrl::sqlite(&database(folder)), folder).await;
    let parts = kept::parts(store.clone(), Clock::at(NOW.parse().unwrap()));
    (store, Billing::start(parts).await.unwrap())
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

/// The newest documents.
async fn listed(billing: &Billing, by: &Actor<ReadBooks>) -> Vec<ListedInvoice> {
    billing.invoices(by, &InvoiceChoice::default(), &InvoicePaging::default()).await.unwrap().rows
}

impl Books {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, billing) = opened(folder.path()).await;
        let gate = gate::operator_command("test");
        let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
        for _ in 0..2 {
            let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
            let draft =
                billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
            billing.issue(&authorize_operator::<Issue>(&gate, org).unwrap(), draft, 1).await.unwrap();
        }
        // What is copied is no longer written.
        store.close().await;
        Self { folder, organisation: org }
    }

    /// With a payment for the first document, a credit note for the second, and a certificate in the place of one that
    /// was revoked.
    async fn settled() -> Self {
        let books = Self::new().await;
        let (store, billing) = opened(books.folder.path()).await;
        let (gate, org) = (gate::operator_command("test"), books.organisation);
        let mut listed = listed(&billing, &authorize_operator::<ReadBooks>(&gate, org).unwrap()).await;
        listed.sort_by(|a, b| a.row.number.cmp(&b.row.number));
        let [first, second] = listed.as_slice() else { panic!("{listed:?}") };
        let pay = authorize_operator::<RecordPayment>(&gate, org).unwrap();
        let payment = NewPayment {
            amount: "50.00".parse().unwrap(),
            received_on: "2026-03-02".parse().unwrap(),
            note: "by bank".to_owned(),
        };
        billing.record_payment(&pay, first.row.id, payment).await.unwrap();
        let credit = authorize_operator::<Credit>(&gate, org).unwrap();
        let note = billing.credit(&credit, second.row.id, None).await.unwrap();
        billing.issue(&authorize_operator::<Issue>(&gate, org).unwrap(), note, 1).await.unwrap();
        let manage = authorize_operator::<ManageOrganisation>(&gate, org).unwrap();
        let certificate = billing.certificates(&manage).await.unwrap().remove(0).fingerprint;
        billing.revoke_certificate(&manage, &certificate, "the key was copied").await.unwrap();
        store.close().await;
        books
    }

    /// The key of the records of this organisation, for whoever has the root key.
    async fn key(&self, raw: &AnyPool) -> PurposeKey {
        let org = self.organisation.uuid();
        let wrapped: Vec<u8> = sqlx::query("SELECT wrapped FROM organisation_key WHERE org_id = $1")
            .bind(org.as_bytes().to_vec())
            .fetch_one(raw)
            .await
            .unwrap()
            .get("wrapped");
        RootKey::from_bytes([7; 32]).unwrap(org, 1, &wrapped).unwrap().purpose(Purpose::Records)
    }

    /// A copy that was changed.
    async fn changed(&self, change: impl AsyncFnOnce(&AnyPool)) -> Changed {
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
        let (_, billing) = opened(folder.path()).await;
        Changed { folder, billing }
    }

    /// The check of a copy that was changed.
    async fn after(&self, change: impl AsyncFnOnce(&AnyPool)) -> LedgerReport {
        let changed = self.changed(change).await;
        changed.billing.verify_ledger(self.organisation, |_, _| {}).await.unwrap()
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
        ("UPDATE document_file SET ledger_position = 0", "the PDF is not kept as it was sealed"),
        ("UPDATE document_file SET created_at = created_at + 1", "the PDF is not kept as it was sealed"),
        ("UPDATE document_file SET size = size + 1", "the PDF is not kept as it was sealed"),
        ("UPDATE document_file SET object_key = 'elsewhere'", "the PDF's file is damaged or missing"),
        (
            "INSERT INTO document_file (org_id, invoice_id, kind, sha256, size, object_key, created_at, ledger_position)
             SELECT org_id, zeroblob(16), kind, zeroblob(32), size, object_key, created_at, ledger_position
             FROM document_file LIMIT 1",
            "files: 1 more are kept than the 2",
        ),
        (
            "INSERT INTO e_invoice (org_id, invoice_id, digest_index)
             SELECT org_id, zeroblob(16), zeroblob(32) FROM invoice LIMIT 1",
            "e-invoices: 1 more are kept than the 4",
        ),
        ("UPDATE ledger_entry SET at = at + 1 WHERE position = 1", "entry 1: it is kept with another time"),
        (
            "UPDATE ledger_checkpoint SET signed_at = signed_at + 1 WHERE size = 2",
            "the checkpoint of 2 entries is kept with another time",
        ),
        ("UPDATE invoice SET issued_at = issued_at + 1000 WHERE sequence = 2", "document 2026-0002 is listed"),
        ("UPDATE invoice SET issued_by = zeroblob(16) WHERE sequence = 2", "document 2026-0002 is listed"),
        ("UPDATE invoice SET customer_id = zeroblob(16) WHERE sequence = 2", "document 2026-0002 is listed"),
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
                "DELETE FROM invoice_standing WHERE invoice_id NOT IN (SELECT id FROM invoice)",
                "DELETE FROM e_invoice WHERE invoice_id NOT IN (SELECT id FROM invoice)",
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
    let row =
        sqlx::query("SELECT id, content_sealed, code_sealed, cii_sealed FROM invoice WHERE sequence = 1")
            .fetch_one(&raw)
            .await
            .unwrap();
    let key = books.key(&raw).await;
    raw.close().await;
    let (id, sealed): (Vec<u8>, Vec<u8>) = (row.get("id"), row.get("content_sealed"));
    let code_place = Place { organisation: org, table: "invoice", column: "code", row: &id };
    let code = key.open(&code_place, &row.get::<Vec<u8>, _>("code_sealed")).unwrap();
    let code: VerificationCode = std::str::from_utf8(&code).unwrap().parse().unwrap();
    let cii_place = Place { organisation: org, table: "invoice", column: "cii", row: &id };
    let cii = key.open(&cii_place, &row.get::<Vec<u8>, _>("cii_sealed")).unwrap();
    let cii_sha256 = Sha256::digest(&*cii).into();
    let untouched = books.changed(async |_: &AnyPool| {}).await;
    let genuine = untouched.billing.judge_code(&code).await.unwrap().unwrap();
    assert_eq!((genuine.verdict, genuine.issued.unwrap().number.as_str()), (Verdict::Genuine, "2026-0001"));
    let place = Place { organisation: org, table: "invoice", column: "content", row: &id };
    let content = key.open(&place, &sealed).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&content).unwrap();
    let mut all = Vec::new();
    leaves(&value, "", &mut all);
    assert!(all.len() > 40, "{all:?}");
    let read = authorize_operator::<ReadBooks>(&gate::operator_command("test"), books.organisation).unwrap();
    let invoice = Uuid::from_slice(&id).unwrap();
    let mut seen = 0;
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
        let changed = books
            .changed(async |raw: &AnyPool| {
                let update = sqlx::query("UPDATE invoice SET content_sealed = $1 WHERE sequence = 1");
                update.bind(sealed).execute(raw).await.unwrap();
            })
            .await;
        let report = changed.billing.verify_ledger(books.organisation, |_, _| {}).await.unwrap();
        assert_eq!(
            report.faults,
            ["entry 2: document 2026-0001 has other content than was issued"],
            "{leaf}"
        );
        // Nor is it genuine for whoever asks by code or with its e-invoice, and nothing of it is shown.
        let by_code = changed.billing.judge_code(&code).await.unwrap().unwrap();
        let by_file = changed.billing.judge_digest(&cii_sha256).await.unwrap().unwrap();
        for judgement in [by_code, by_file] {
            assert_eq!((judgement.verdict, judgement.issued), (Verdict::Forged, None), "{leaf}");
            assert_eq!(judgement.checks.last().unwrap().code, "books-contradict-ledger", "{leaf}");
        }
        // Its own organisation sees what is kept, if it can be read, and that it is not proven.
        if let Ok(view) = changed.billing.invoice(&read, invoice).await {
            assert_eq!(view.unwrap().judgement.verdict, Verdict::Forged, "{leaf}");
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_proven_at_present_is_shown_and_not_as_proven() {
    let books = Books::new().await;
    let read = authorize_operator::<ReadBooks>(&gate::operator_command("test"), books.organisation).unwrap();
    let changed = books.changed(async |_: &AnyPool| {}).await;
    let id = listed(&changed.billing, &read).await[0].row.id;
    let codes = async || {
        let checks = changed.billing.invoice(&read, id).await.unwrap().unwrap().judgement.checks;
        checks.iter().map(|check| check.code).collect::<Vec<_>>()
    };
    assert_eq!(codes().await, ["file-as-sealed", "in-ledger", "document-as-issued"]);
    std::fs::remove_dir_all(changed.folder.path().join("checkpoints")).unwrap();
    assert_eq!(codes().await, ["not-provable"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_accounts_certificates_and_what_is_settled_are_those_of_the_ledger() {
    let books = Books::settled().await;
    let untouched = books.after(async |_: &AnyPool| {}).await;
    assert_eq!(untouched.faults, Vec::<String>::new());
    let counts = (untouched.documents, untouched.payments, untouched.payee_accounts, untouched.certificates);
    assert_eq!(counts, (3, 1, 1, 2));
    for (statement, named) in [
        ("UPDATE payment SET amount = amount + 1", "the payment is not kept as it was entered"),
        ("UPDATE payment SET received_on = '2026-03-01'", "the payment is not kept as it was entered"),
        (
            "UPDATE payment SET invoice_id = (SELECT id FROM invoice WHERE sequence = 2)",
            "the payment is not kept as it was entered",
        ),
        ("UPDATE payment SET recorded_at = recorded_at + 1", "the payment is not kept as it was entered"),
        ("UPDATE payment SET currency = 'USD'", "the payment is not kept as it was entered"),
        ("UPDATE payment SET note_sealed = zeroblob(64)", "the payment is damaged (note)"),
        ("DELETE FROM payment", "the payment is missing"),
        (
            "INSERT INTO payment SELECT org_id, zeroblob(16), invoice_id, amount, currency, received_on, NULL,              ledger_position, recorded_at, recorded_by FROM payment",
            "payments: 1 more are kept than the 1",
        ),
        (
            "UPDATE payee_account SET in_use_since = in_use_since + 1",
            "the payee account is not kept as it was entered",
        ),
        ("UPDATE payee_account SET account_sealed = zeroblob(64)", "a payee account is damaged (account)"),
        ("DELETE FROM payee_account", "the payee account is not kept as it was entered"),
        (
            "INSERT INTO payee_act SELECT org_id, 0, id, 'ended' FROM payee_account",
            "changes of payee accounts: 1 more are kept than the 0",
        ),
        (
            "UPDATE invoice SET number = 'X' || number WHERE sequence = 2",
            "document 2026-0002 is listed in the database with other facts",
        ),
        ("UPDATE certificate SET not_after = not_after + 1000", "is not kept as it was taken up"),
        ("UPDATE certificate SET imported = 1", "is not kept as it was taken up"),
        ("UPDATE certificate SET in_use_since = 0 WHERE sequence = 2", "is not kept as it was taken up"),
        ("UPDATE certificate SET sequence = 10 - sequence", "in another order"),
        ("DELETE FROM certificate WHERE sequence = 1", "is missing"),
        ("DELETE FROM certificate_revocation", "is not kept as revoked"),
        ("UPDATE certificate_revocation SET ledger_position = 0", "is not kept as revoked"),
        (
            "INSERT INTO certificate_revocation SELECT org_id, fingerprint, 0, 0 FROM certificate WHERE sequence = 2",
            "revoked certificates: 1 more are kept than the 1",
        ),
        (
            "UPDATE invoice_standing SET paid = paid + 1 WHERE paid > 0",
            "document 2026-0001 is listed as paid or credited otherwise",
        ),
        (
            "UPDATE invoice_standing SET credited = 0 WHERE credited > 0",
            "document 2026-0002 is listed as paid or credited otherwise",
        ),
        ("DELETE FROM invoice_standing", "document 2026-0001 is listed in the database with other facts"),
        (
            "UPDATE invoice SET preceding_id = NULL WHERE preceding_id IS NOT NULL",
            "document 2026-0003 is listed in the database with other facts",
        ),
        ("DELETE FROM e_invoice", "document 2026-0001 is not found by its own e-invoices"),
        (
            "INSERT INTO e_invoice SELECT org_id, id, zeroblob(32) FROM invoice WHERE sequence = 2",
            "document 2026-0002 is not found by its own e-invoices alone",
        ),
    ] {
        let report = books.after_statement(statement).await;
        let first = report.faults.first().map_or("", String::as_str);
        assert!(first.contains(named), "{statement}: {:?}", report.faults);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_documents_says_of_each_what_was_issued() {
    let books = Books::settled().await;
    for changed in [
        "amount_due = amount_due - 1",
        "due_date = '2030-01-01'",
        "issue_date = '2020-01-01'",
        "currency = 'USD'",
        "customer_id = zeroblob(16)",
        "is_credit_note = 1",
        "type_code = '381'",
        "series = '2025'",
        "sequence = 77",
        "position = 77",
        "summary_sealed = zeroblob(200)",
        "summary_sealed = (SELECT o.summary_sealed FROM invoice_standing o WHERE o.sequence = 2)",
    ] {
        let report = books
            .after(async |raw: &AnyPool| {
                let update = format!("UPDATE invoice_standing SET {changed} WHERE sequence = 1");
                let done = sqlx::query(AssertSqlSafe(update)).execute(raw).await.unwrap();
                assert_eq!(done.rows_affected(), 1, "{changed}");
            })
            .await;
        let first = report.faults.first().map_or("", String::as_str);
        let named = "document 2026-0001 is listed in the database with other facts than it states";
        assert!(first.contains(named), "{changed}: {:?}", report.faults);
    }
    // Something is listed as open that was never issued.
    let report = books
        .after_statement(
            "INSERT INTO invoice_standing (org_id, invoice_id, position, series, sequence, type_code, is_credit_note,
                                           issue_date, currency, amount_due, paid, credited)
             SELECT org_id, zeroblob(16), 99, series, 99, type_code, 0, issue_date, currency, amount_due, 0, 0
             FROM invoice WHERE sequence = 1",
        )
        .await;
    assert_eq!(
        report.faults,
        ["rows of the list of documents: 1 more are kept than the 3 that the ledger knows"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_buyer_in_the_list_sealed_with_the_right_key_is_found_out() {
    let books = Books::new().await;
    let org = books.organisation.uuid();
    let report = books
        .after(async |raw: &AnyPool| {
            let row =
                sqlx::query("SELECT invoice_id, summary_sealed FROM invoice_standing WHERE sequence = 1");
            let row = row.fetch_one(raw).await.unwrap();
            let id: Vec<u8> = row.get("invoice_id");
            let place = Place { organisation: org, table: "invoice_standing", column: "summary", row: &id };
            let key = books.key(raw).await;
            let summary = key.open(&place, &row.get::<Vec<u8>, _>("summary_sealed")).unwrap();
            let mut summary: serde_json::Value = serde_json::from_slice(&summary).unwrap();
            summary["buyer_name"] = serde_json::json!("Somebody Else");
            let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
            let sealed = key.seal(&place, &serde_json::to_vec(&summary).unwrap(), &mut rng);
            let update = sqlx::query("UPDATE invoice_standing SET summary_sealed = $1 WHERE sequence = 1");
            update.bind(sealed).execute(raw).await.unwrap();
        })
        .await;
    assert_eq!(
        report.faults,
        ["entry 2: document 2026-0001 is listed in the database with other facts than it states"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_payee_account_sealed_with_the_right_key_is_found_out() {
    let books = Books::new().await;
    let org = books.organisation.uuid();
    for (statement, id, named) in [
        (
            "UPDATE payee_account SET account_sealed = $1, id = $2",
            [8; 16],
            "the payee account is not kept as",
        ),
        (
            "INSERT INTO payee_account SELECT org_id, $2, $1, in_use_since FROM payee_account",
            [9; 16],
            "payee accounts: 1 more are kept than the 1",
        ),
    ] {
        let report = books
            .after(async |raw: &AnyPool| {
                let place = Place { organisation: org, table: "payee_account", column: "account", row: &id };
                let thief =
                    br#"{"iban":"DE89370400440532013000","bic":null,"holder":"Northlight Instruments GmbH"}"#;
                let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
                let sealed = books.key(raw).await.seal(&place, thief, &mut rng);
                sqlx::query(statement).bind(sealed).bind(id.to_vec()).execute(raw).await.unwrap();
            })
            .await;
        let first = report.faults.first().map_or("", String::as_str);
        assert!(first.contains(named), "{statement}: {:?}", report.faults);
    }
}
