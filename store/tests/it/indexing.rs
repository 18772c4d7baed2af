//! Rows of before there was a search: found after the next opening, however often that was interrupted.

use counterfoil_store::customers::{CustomerOrder, CustomerProfile};
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::invoice_list::{InvoiceFilter, InvoiceOrder};
use counterfoil_store::paging::Start;
use counterfoil_store::search::Query;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::world::{MARKER, buyer, code_hash, draft, fresh_id, kept, now, on_both, second_place};

/// As the migration leaves rows that were there before it.
const BEFORE: [&str; 4] = [
    "DELETE FROM search_word",
    "UPDATE invoice_standing SET summary_sealed = NULL",
    "UPDATE customer SET is_indexed = 0",
    "UPDATE draft SET is_indexed = 0",
];

#[tokio::test]
async fn rows_of_before_the_search_are_found_after_the_next_opening_and_a_damaged_one_keeps_nothing_shut() {
    on_both(async |world| {
        let (mine, other) = (world.organisation().await, world.organisation().await);
        // More than one batch.
        for (organisation, count) in [(mine, 230), (other, 2)] {
            let mut books = world.store.write(organisation).await.unwrap();
            for sequence in 1..=count {
                let invoice = kept(sequence);
                books.append_invoice(&invoice, &code_hash(&invoice)).await.unwrap();
            }
            let profile = CustomerProfile { buyer: buyer(), ..CustomerProfile::default() };
            books.insert_customer(fresh_id(), &profile, now()).await.unwrap();
            let kept = KeptDraft {
                id: fresh_id(),
                customer: None,
                preceding: None,
                version: 1,
                amount_due: kept(1).amount_due,
                draft: draft(),
                updated_at: now(),
            };
            books.insert_draft(&kept).await.unwrap();
            books.commit().await.unwrap();
        }
        let raw = world.raw().await;
        for statement in BEFORE {
            raw.execute(statement).await.unwrap();
        }
        // Interrupted in the middle: some rows are done.
        world.opened(second_place(world.folder.path())).await.close().await;
        raw.execute(AssertSqlSafe(
            "UPDATE invoice_standing SET summary_sealed = NULL WHERE sequence > 100".to_owned(),
        ))
        .await
        .unwrap();
        let store = world.opened(second_place(world.folder.path())).await;
        let search = Query::parse(MARKER);
        for (organisation, count) in [(mine, 230), (other, 2)] {
            let mut books = store.read(organisation).await.unwrap();
            let filter = InvoiceFilter { search: search.clone(), ..InvoiceFilter::default() };
            let order = InvoiceOrder::Number;
            let found = books.list_invoices(&filter, order, false, &Start::First, 1_000).await.unwrap();
            assert_eq!(found.rows.len(), count);
            let customers = CustomerOrder::Newest;
            let found = books.page_of_customers(search.as_ref(), customers, &Start::First, 9).await.unwrap();
            assert_eq!(found.rows.len(), 1);
            let found = books.page_of_drafts(search.as_ref(), None, &Start::First, 9).await.unwrap();
            assert_eq!(found.rows.len(), 1);
        }
        let counted = "SELECT COUNT(*) FROM search_word";
        let count = async |sql: &'static str| -> i64 {
            use sqlx::Row as _;
            sqlx::query(sql).fetch_one(&raw).await.unwrap().get(0)
        };
        let before = count(counted).await;
        raw.execute("UPDATE customer SET is_indexed = 0").await.unwrap();
        raw.execute("UPDATE customer SET profile_sealed = code_hash FROM invoice WHERE invoice.org_id = customer.org_id")
            .await
            .unwrap();
        let reopened = world.opened(second_place(world.folder.path())).await;
        assert_eq!(count(counted).await, before, "nothing is done twice");
        let mut books = reopened.read(mine).await.unwrap();
        let all = InvoiceFilter::default();
        let found = books.list_invoices(&all, InvoiceOrder::Number, false, &Start::First, 9).await.unwrap();
        assert_eq!(found.rows.len(), 9);
    })
    .await;
}

#[tokio::test]
async fn a_profile_of_before_there_were_contacts_opens() {
    let old = r#"{ "buyer": { "name": "Example Ltd" }, "email": "accounts@example.org" }"#;
    let profile: CustomerProfile = serde_json::from_str(old).unwrap();
    assert_eq!(profile.invoice_address(), "accounts@example.org");
    assert!(profile.contacts.is_empty() && profile.delivery_address.is_none());
}
