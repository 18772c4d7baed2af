//! Customers, drafts, numbers, files: what goes in comes out, for one organisation only.

use counterfoil_invoice::Money;
use counterfoil_store::StoreError;
use counterfoil_store::customers::CustomerProfile;
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::files::FileKind;
use counterfoil_store::invoice_list::{InvoiceFilter, InvoiceOrder};
use counterfoil_store::paging::Start;
use counterfoil_store::payments::Standing;

use crate::world::{buyer, code_hash, draft, fresh_id, kept, now, on_both};

fn profile() -> CustomerProfile {
    CustomerProfile { buyer: buyer(), email: "buyer@example.com".to_owned(), ..CustomerProfile::default() }
}

#[tokio::test]
async fn a_customer_comes_out_as_it_went_in_and_counts_its_changes() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let id = fresh_id();
        let mut books = world.store.write(organisation).await.unwrap();
        books.insert_customer(id, &profile(), now()).await.unwrap();
        books.commit().await.unwrap();
        let mut books = world.store.write(organisation).await.unwrap();
        let mut customer = books.find_customer(id).await.unwrap().unwrap();
        assert_eq!((customer.version, &customer.profile), (1, &profile()));
        customer.profile.email = "other@example.com".to_owned();
        books.update_customer(&customer, now()).await.unwrap();
        let stale = books.update_customer(&customer, now()).await;
        assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
        assert_eq!(books.find_customer(id).await.unwrap().unwrap().version, 2);
    })
    .await;
}

#[tokio::test]
async fn another_organisation_sees_nothing_of_it() {
    on_both(async |world| {
        let (mine, other) = (world.organisation().await, world.organisation().await);
        let (customer, invoice) = (fresh_id(), kept(1));
        let mut books = world.store.write(mine).await.unwrap();
        books.insert_customer(customer, &profile(), now()).await.unwrap();
        books.append_invoice(&invoice, &code_hash(&invoice)).await.unwrap();
        let file = world.store.put_file(mine, invoice.id, FileKind::Pdf, b"%PDF-").await.unwrap();
        books.append_file(&file, 0, now()).await.unwrap();
        books.commit().await.unwrap();
        let mut books = world.store.write(other).await.unwrap();
        assert!(books.find_customer(customer).await.unwrap().is_none());
        assert!(books.find_invoice(invoice.id).await.unwrap().is_none());
        assert!(books.find_file(invoice.id, FileKind::Pdf).await.unwrap().is_none());
        let (all, order) = (InvoiceFilter::default(), InvoiceOrder::IssueDate);
        assert!(books.list_invoices(&all, order, true, &Start::First, 10).await.unwrap().rows.is_empty());
        assert_eq!(books.count_invoices().await.unwrap(), 0);
        assert!(!books.take_draft(invoice.id).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_not_committed_was_never_there() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        assert_eq!(books.take_number("2026").await.unwrap(), 1);
        drop(books);
        let mut books = world.store.write(organisation).await.unwrap();
        assert_eq!(books.take_number("2026").await.unwrap(), 1);
        books.commit().await.unwrap();
        let mut books = world.store.read(organisation).await.unwrap();
        assert_eq!(books.expected_number("2026").await.unwrap(), 2);
        assert_eq!(books.expected_number("2027").await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn numbers_have_no_gaps_and_no_doubles_however_many_take_them_and_give_up() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let tasks: Vec<_> = (0..64)
            .map(|task| {
                let store = world.store.clone();
                tokio::spawn(async move {
                    let mut books = store.write(organisation).await.unwrap();
                    let number = books.take_number("2026").await.unwrap();
                    if task % 4 == 0 {
                        return None;
                    }
                    books.commit().await.unwrap();
                    Some(number)
                })
            })
            .collect();
        let mut numbers = Vec::new();
        for task in tasks {
            numbers.extend(task.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=48).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn a_draft_keeps_empty_references_and_refuses_a_stale_version() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut kept = KeptDraft {
            id: fresh_id(),
            customer: None,
            preceding: None,
            version: 1,
            amount_due: Money::from_minor(3570, counterfoil_invoice::Currency::EUR),
            draft: draft(),
            updated_at: now(),
        };
        let mut books = world.store.write(organisation).await.unwrap();
        books.insert_draft(&kept).await.unwrap();
        assert_eq!(books.find_draft(kept.id).await.unwrap().unwrap(), kept);
        kept.customer = Some(fresh_id());
        books.update_draft(&kept).await.unwrap();
        let stale = books.update_draft(&kept).await;
        assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
        kept.version = 2;
        assert_eq!(books.list_drafts(5).await.unwrap(), [kept.clone()]);
        assert!(books.take_draft(kept.id).await.unwrap());
        assert!(!books.take_draft(kept.id).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_standing_is_what_was_set_last() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        let none = books.update_standing(fresh_id(), Standing::default()).await;
        assert!(matches!(none, Err(StoreError::Conflict(_))), "{none:?}");
        let issued = kept(1);
        books.append_invoice(&issued, &code_hash(&issued)).await.unwrap();
        let invoice = issued.id;
        assert_eq!(books.standing(invoice).await.unwrap(), Standing::default());
        for paid in [100, 250] {
            books.update_standing(invoice, Standing { paid, credited: 7 }).await.unwrap();
        }
        assert_eq!(books.standing(invoice).await.unwrap(), Standing { paid: 250, credited: 7 });
    })
    .await;
}

#[tokio::test]
async fn a_file_comes_back_whole_and_a_second_one_is_refused() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        let invoice = fresh_id();
        let put = async |content: &[u8]| {
            world.store.put_file(organisation, invoice, FileKind::Pdf, content).await.unwrap()
        };
        books.append_file(&put(b"%PDF-1.7 content").await, 0, now()).await.unwrap();
        let file = books.find_file(invoice, FileKind::Pdf).await.unwrap().unwrap();
        assert_eq!(file.size, 16);
        assert_eq!(books.locate(&file).read().await.unwrap(), b"%PDF-1.7 content");
        assert!(books.append_file(&put(b"another").await, 0, now()).await.is_err());
    })
    .await;
}
