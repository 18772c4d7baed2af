//! Law 1 at its last wall: not even the application's own role changes what is final.

use counterfoil_invoice::InvoiceNumber;
use counterfoil_store::certificates::{KeptCertificate, Revocation};
use counterfoil_store::files::FileKind;
use counterfoil_store::organisations::{EnteredPayee, KeptPayee, PayeeAccount};
use counterfoil_store::payees::{KeptPayeeAct, PayeeAct};
use counterfoil_store::payments::Payment;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::world::{World, code_hash, fresh_id, kept, now, on_both};

pub(crate) const FINAL: [&str; 11] = [
    "invoice",
    "e_invoice",
    "payment",
    "document_file",
    "payee_account",
    "payee_act",
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
    let payee = KeptPayee { id: fresh_id(), in_use_since: now(), entered: EnteredPayee::of(account) };
    books.append_payee_account(&payee).await.unwrap();
    let act = KeptPayeeAct { account: payee.id, act: PayeeAct::Preferred, ledger_position: 0 };
    books.append_payee_act(act).await.unwrap();
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

#[tokio::test]
async fn a_number_is_given_once_whatever_series_it_is_of() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let first = kept(1);
        let mut same = kept(1);
        // Another series that prints the same.
        let number = InvoiceNumber { series: "2026-000{N}".to_owned(), sequence: 1 };
        same.issued = crate::world::draft().issue(number, jiff::civil::date(2026, 3, 3)).unwrap();
        assert_eq!(same.issued.document().number, first.issued.document().number);
        let mut books = world.store.write(organisation).await.unwrap();
        books.append_invoice(&first, &code_hash(&first)).await.unwrap();
        books.commit().await.unwrap();
        let mut books = world.store.write(organisation).await.unwrap();
        assert!(books.append_invoice(&same, &code_hash(&same)).await.is_err());
        drop(books);
        let mut books = world.store.read(organisation).await.unwrap();
        let found = books.find_invoice_by_number("2026-0001").await.unwrap().unwrap();
        assert_eq!(found.id, first.id);
        for other in ["2026-1", "2026-0002", "", "2026-0001\0", "2026-0001' OR '1'='1"] {
            assert!(books.find_invoice_by_number(other).await.unwrap().is_none(), "{other}");
        }
        drop(books);
        if world.is_sqlite() {
            // Nor by a statement that would remove the other row in silence.
            let attack = "INSERT OR REPLACE INTO invoice
                 SELECT org_id, x'00', series || 'x', sequence, type_code, issue_date, due_date, currency, amount_due,
                        customer_id, preceding_id, x'00', code_sealed, content_sealed, cii_sealed, ubl_sealed,
                        ledger_position, issued_at, issued_by, number FROM invoice";
            let refused = world.raw().await.execute(attack).await.unwrap_err();
            assert!(refused.to_string().contains("are final"), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_series_begins_where_it_is_told_until_a_number_of_it_is_given() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        assert!(books.begin_series("2026", 500).await.unwrap());
        assert!(books.begin_series("2026", 100).await.unwrap());
        assert_eq!(books.expected_number("2026").await.unwrap(), 100);
        assert!(!books.find_series("2026").await.unwrap().unwrap().has_begun());
        assert_eq!(books.take_number("2026").await.unwrap(), 100);
        assert!(books.find_series("2026").await.unwrap().unwrap().has_begun());
        assert!(!books.begin_series("2026", 200).await.unwrap());
        assert_eq!(books.take_number("2026").await.unwrap(), 101);
        // Numbers that are lost count as given.
        assert!(books.begin_series("2027", 10).await.unwrap());
        books.skip_numbers("2027", 12).await.unwrap();
        assert!(!books.begin_series("2027", 5).await.unwrap());
        assert_eq!(books.take_number("2027").await.unwrap(), 13);
        assert_eq!(books.find_series("2028").await.unwrap(), None);
    })
    .await;
}
