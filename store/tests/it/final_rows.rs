//! Law 1 at its last wall: not even the application's own role changes what is final.

use counterfoil_store::certificates::{KeptCertificate, Revocation};
use counterfoil_store::files::FileKind;
use counterfoil_store::organisations::{PayeeAccount, PayeeAccountInUse};
use counterfoil_store::payments::Payment;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::world::{World, code_hash, fresh_id, kept, now, on_both};

pub(crate) const FINAL: [&str; 10] = [
    "invoice",
    "e_invoice",
    "payment",
    "document_file",
    "payee_account",
    "ledger_entry",
    "ledger_node",
    "ledger_checkpoint",
    "certificate",
    "certificate_revocation",
];

async fn fill(world: &World) {
    let organisation = world.organisation().await;
    let mut books = world.store.write(organisation).await.unwrap();
    let invoice = kept(1);
    books.append_invoice(&invoice, &code_hash(&invoice)).await.unwrap();
    let index = world.store.e_invoice_index(&[7; 32]);
    books.append_e_invoice(invoice.id, index).await.unwrap();
    books
        .append_payment(&Payment {
            id: fresh_id(),
            invoice: invoice.id,
            amount: invoice.amount_due,
            received_on: jiff::civil::date(2026, 3, 3),
            note: String::new(),
            ledger_position: 0,
            recorded_at: now(),
            recorded_by: None,
        })
        .await
        .unwrap();
    let file = world.store.put_file(organisation, invoice.id, FileKind::Pdf, b"%PDF-").await.unwrap();
    books.append_file(&file, 0, now()).await.unwrap();
    let account =
        PayeeAccount { iban: "DE02120300000000202051".to_owned(), bic: None, holder: "S".to_owned() };
    let in_use = PayeeAccountInUse { account, in_use_since: now() };
    books.append_payee_account(fresh_id(), &in_use).await.unwrap();
    books.append_entry(&crate::ledger::opening("test"), now()).await.unwrap();
    books.append_checkpoint(1, "note", now()).await.unwrap();
    let certificate = KeptCertificate {
        fingerprint: "00".repeat(32),
        chain: vec![b"certificate".to_vec()],
        imported: false,
        not_after: now(),
        in_use_since: now(),
        revoked: None,
    };
    books.append_certificate(&certificate, b"key").await.unwrap();
    let revocation = Revocation { ledger_position: 0, revoked_at: now() };
    books.append_revocation(&certificate.fingerprint, revocation).await.unwrap();
    books.commit().await.unwrap();
}

#[tokio::test]
async fn no_statement_changes_or_removes_a_final_row() {
    on_both(async |world| {
        fill(&world).await;
        let raw = world.raw().await;
        for table in FINAL {
            let mut attacks =
                vec![format!("UPDATE {table} SET org_id = org_id"), format!("DELETE FROM {table}")];
            if world.is_sqlite() {
                attacks.push(format!("REPLACE INTO {table} SELECT * FROM {table}"));
                attacks.push(format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"));
            } else {
                attacks.push(format!("TRUNCATE {table}"));
                attacks.push(format!("TRUNCATE {table} CASCADE"));
            }
            for attack in attacks {
                let refused = raw.execute(AssertSqlSafe(attack.clone())).await.unwrap_err();
                assert!(refused.to_string().contains("are final"), "{attack}: {refused}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_number_or_a_code_cannot_be_used_twice() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let (first, mut second) = (kept(1), kept(1));
        for same_code in [false, true] {
            let mut books = world.store.write(organisation).await.unwrap();
            books.append_invoice(&first, &code_hash(&first)).await.unwrap();
            if same_code {
                second = kept(2);
            }
            let hash = code_hash(if same_code { &first } else { &second });
            assert!(books.append_invoice(&second, &hash).await.is_err(), "same code: {same_code}");
        }
    })
    .await;
}
