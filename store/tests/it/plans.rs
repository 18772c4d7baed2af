//! How the databases find a page: by an index that leads to it, or by the list's order. Never through the whole table.

use counterfoil_identity::OrganisationId;
use counterfoil_invoice::Currency;
use counterfoil_store::Value;
use counterfoil_store::invoice_list::{InvoiceFilter, InvoiceOrder, InvoiceState};
use counterfoil_store::paging::{Mark, Start};
use counterfoil_store::search::Query;
use jiff::civil::date;
use sqlx::{AssertSqlSafe, Executor as _};
use uuid::Uuid;

use crate::world::{World, on_both};

const CUSTOMER: Uuid = Uuid::from_bytes([7; 16]);
/// A currency that one document in ten thousand has.
const RARE: &str = "CHF";

/// Thirty thousand documents of four years: a third of them open, all but three in euro, ten of one customer.
async fn fill(world: &World, organisation: OrganisationId) {
    let hex: String = organisation.uuid().simple().to_string();
    let (id, org, customer) = if world.is_sqlite() {
        ("randomblob(16)".to_owned(), format!("x'{hex}'"), format!("x'{}'", CUSTOMER.simple()))
    } else {
        let bytes = |hex: String| format!("'\\x{hex}'::bytea");
        ("decode(md5(i::text), 'hex')".to_owned(), bytes(hex), bytes(CUSTOMER.simple().to_string()))
    };
    let day =
        "CAST(2023 + i / 7500 AS TEXT) || '-0' || CAST(1 + i % 9 AS TEXT) || '-1' || CAST(i % 10 AS TEXT)";
    let raw = world.raw().await;
    raw.execute(AssertSqlSafe(format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
         INSERT INTO invoice_standing (org_id, invoice_id, position, series, sequence, type_code, is_credit_note,
                                       customer_id, issue_date, due_date, currency, amount_due, paid, credited)
         SELECT {org}, {id}, i, CAST(2023 + i / 7500 AS TEXT), i, '380', 0,
                CASE WHEN i % 3000 = 0 THEN {customer} END, {day}, {day},
                CASE WHEN i % 10000 = 0 THEN '{RARE}' ELSE 'EUR' END, i * 7919 % 100000,
                CASE WHEN i % 3 = 0 THEN 0 ELSE 100000 END, 0
         FROM n"
    )))
    .await
    .unwrap();
    let index = if world.is_sqlite() { "CAST(i % 7 AS BLOB)" } else { "decode(md5((i % 7)::text), 'hex')" };
    raw.execute(AssertSqlSafe(format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
         INSERT INTO search_word (org_id, kind, word_index, row_id)
         SELECT s.org_id, 'invoice', {index}, s.invoice_id FROM n JOIN invoice_standing s ON s.position = n.i
         WHERE s.org_id = {org}"
    )))
    .await
    .unwrap();
    if !world.is_sqlite() {
        raw.execute("ANALYZE").await.unwrap();
    }
}

/// Every way to filter, alone, and those that are used together.
fn filters() -> Vec<(&'static str, InvoiceFilter)> {
    let none = InvoiceFilter::default;
    let today = date(2026, 9, 1);
    let open = Some(InvoiceState::Open);
    vec![
        ("all", none()),
        ("open", InvoiceFilter { state: open, ..none() }),
        ("overdue", InvoiceFilter { state: Some(InvoiceState::OverdueOn(today)), ..none() }),
        ("overdue, few", InvoiceFilter { state: Some(InvoiceState::OverdueOn(date(2023, 2, 1))), ..none() }),
        (
            "due soon",
            InvoiceFilter { state: Some(InvoiceState::DueBetween(today, date(2026, 9, 7))), ..none() },
        ),
        ("paid", InvoiceFilter { state: Some(InvoiceState::Paid), ..none() }),
        ("a customer", InvoiceFilter { customer: Some(CUSTOMER), ..none() }),
        ("a customer, open", InvoiceFilter { customer: Some(CUSTOMER), state: open, ..none() }),
        ("the usual currency", InvoiceFilter { currency: Some(Currency::EUR), ..none() }),
        ("a rare currency", InvoiceFilter { currency: Some(RARE.parse().unwrap()), ..none() }),
        (
            "a rare currency, open",
            InvoiceFilter { currency: Some(RARE.parse().unwrap()), state: open, ..none() },
        ),
        (
            "a few days",
            InvoiceFilter {
                issued_from: Some(date(2025, 3, 1)),
                issued_to: Some(date(2025, 3, 12)),
                ..none()
            },
        ),
        ("since long ago", InvoiceFilter { issued_from: Some(date(2023, 3, 1)), ..none() }),
        ("a word that nobody has", InvoiceFilter { search: Query::parse("finch"), ..none() }),
        ("words, open", InvoiceFilter { search: Query::parse("alder finch"), state: open, ..none() }),
    ]
}

#[tokio::test]
async fn no_page_of_the_list_is_found_by_going_through_the_table() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        fill(&world, organisation).await;
        let how = if world.is_sqlite() { "EXPLAIN QUERY PLAN " } else { "EXPLAIN " };
        let mut books = world.store.read(organisation).await.unwrap();
        for by in [InvoiceOrder::IssueDate, InvoiceOrder::DueDate, InvoiceOrder::Amount, InvoiceOrder::Number]
        {
            let key = match by {
                InvoiceOrder::Amount => Value::Number(50_000),
                InvoiceOrder::Number => Value::Text("2024".to_owned()),
                InvoiceOrder::IssueDate | InvoiceOrder::DueDate => Value::Text("2025-03-11".to_owned()),
            };
            let after = Start::After(Mark { key, tie: Value::Number(9_000) });
            for (name, filter) in filters() {
                for start in [Start::First, after.clone()] {
                    for descending in [true, false] {
                        let plan =
                            books.explain_invoices(how, &filter, by, descending, &start, 50).await.unwrap();
                        let what = format!("{name}, by {by:?}:\n{}", plan.join("\n"));
                        let through = |line: &String| {
                            line.contains("Seq Scan on invoice_standing")
                                || (line.starts_with("SCAN s") && !line.contains(" USING "))
                                || line.contains("AUTOMATIC")
                        };
                        assert!(!plan.iter().any(through), "{what}");
                        // What leaves many rows is read in the list's order.
                        let leaves_many =
                            ["all", "open", "overdue", "paid", "the usual currency", "since long ago"];
                        let sorts = |line: &String| line.contains("TEMP B-TREE") || line.contains("Sort ");
                        assert!(
                            !(leaves_many.contains(&name) && plan.iter().any(sorts)),
                            "sorted as a whole: {what}"
                        );
                    }
                }
            }
        }
    })
    .await;
}

/// Three thousand documents, one in ten of which credits another.
async fn fill_documents(world: &World, organisation: OrganisationId) {
    let hex: String = organisation.uuid().simple().to_string();
    let (id, none, org) = if world.is_sqlite() {
        ("randomblob(16)".to_owned(), "x''".to_owned(), format!("x'{hex}'"))
    } else {
        ("decode(md5(i::text), 'hex')".to_owned(), "''::bytea".to_owned(), format!("'\\x{hex}'::bytea"))
    };
    let raw = world.raw().await;
    raw.execute(AssertSqlSafe(format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         INSERT INTO invoice (org_id, id, number, series, sequence, type_code, issue_date, currency, amount_due, preceding_id,
                              code_hash, code_sealed, content_sealed, cii_sealed, ubl_sealed, ledger_position, issued_at)
         SELECT {org}, {id}, '2026-' || i, '2026', i, '380', '2026-03-03', 'EUR', i, CASE WHEN i % 10 = 0 THEN {id} END,
                {id}, {none}, {none}, {none}, {none}, i, i
         FROM n"
    )))
    .await
    .unwrap();
    if !world.is_sqlite() {
        raw.execute("ANALYZE").await.unwrap();
    }
}

#[tokio::test]
async fn what_follows_a_document_is_found_by_its_own_index_and_in_order() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        fill_documents(&world, organisation).await;
        let how = if world.is_sqlite() { "EXPLAIN QUERY PLAN " } else { "EXPLAIN " };
        let mut books = world.store.read(organisation).await.unwrap();
        let plan = books.explain_following(how, CUSTOMER).await.unwrap().join("\n");
        assert!(plan.contains("invoice_following"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Seq Scan"), "{plan}");
    })
    .await;
}
