//! Sums are the database's own, grouped, and the same on both.

use counterfoil_invoice::Money;
use counterfoil_store::invoice_list::Sum;
use counterfoil_store::payments::Standing;
use jiff::civil::date;

use crate::world::{code_hash, kept, on_both};

fn sum(documents: u64, minor: i64) -> Sum {
    let amount = Money::from_minor(minor, counterfoil_invoice::Currency::EUR);
    Sum { type_code: "380".to_owned(), documents, amount }
}

#[tokio::test]
async fn what_is_settled_is_not_open_and_what_is_partly_settled_counts_with_the_rest() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        assert_eq!(books.sum_open().await.unwrap(), []);
        let all = [kept(1), kept(2), kept(3)];
        for invoice in &all {
            books.append_invoice(invoice, &code_hash(invoice)).await.unwrap();
        }
        let each = all[0].amount_due.minor();
        let due = all[0].issued.document().content.due_date;
        assert_eq!(books.sum_open().await.unwrap(), [(due, sum(3, 3 * each))]);
        books.update_standing(all[0].id, Standing { paid: each - 1, credited: 1 }).await.unwrap();
        books.update_standing(all[1].id, Standing { paid: 100, credited: 0 }).await.unwrap();
        assert_eq!(books.sum_open().await.unwrap(), [(due, sum(2, 2 * each - 100))]);
        let issued = books.sum_issued(date(2026, 3, 1), date(2026, 3, 3)).await.unwrap();
        assert_eq!(issued, [sum(3, 3 * each)]);
        assert_eq!(books.sum_issued(date(2026, 3, 4), date(2026, 3, 31)).await.unwrap(), []);
        books.commit().await.unwrap();
        let mut other = world.store.read(world.organisation().await).await.unwrap();
        assert_eq!(other.sum_open().await.unwrap(), []);
    })
    .await;
}
