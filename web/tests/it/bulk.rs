//! Several invoices recorded as paid at once.

use axum::http::StatusCode;
use counterfoil_identity::permission::{ReadBooks, ReadLedger};

use crate::lists::Books;
use crate::server::{SLUG, Server};
use crate::typing::hidden;

async fn recorded(server: Server) {
    let books = Books::on(server).await;
    let customer = books.customer("Alder GmbH", "").await;
    let ids = [books.invoice(customer).await, books.invoice(customer).await, books.invoice(customer).await];
    // Of the second 38 are paid already, of the third all.
    for (id, amount) in [(ids[1], "38"), (ids[2], "238")] {
        let path = format!("/invoices/{id}");
        books
            .fill_in(
                &path,
                &format!("{path}/payments"),
                &format!("amount={amount}&received_on=2026-03-01&note="),
            )
            .await;
    }
    let path = format!("/o/{SLUG}/invoices/bulk");
    let page = books.get("/invoices").await;
    assert!(
        page.body.contains("name=\"received_on\"") && page.body.contains("value=\"2026-03-02\""),
        "{}",
        page.body
    );
    let first_button = page.body.split("id=\"bulk\"").nth(1).unwrap().split("<button").nth(1).unwrap();
    assert!(
        first_button.contains("value=\"paid\""),
        "Enter in the field of the day sends no mail: {first_button}"
    );
    let ticked = ids.map(|id| format!("select={id}&")).concat();
    let body = format!("{}{ticked}received_on=2026-02-27&action=paid", hidden(&page, &path));
    let mut answers = Vec::new();
    for _ in 0..2 {
        let answer = books.server.post(&path, &books.owner, body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK);
        for words in
            ["2 of 3 recorded, received on 27 Feb 2026.", "€238.00", "€200.00", "Nothing is open on it."]
        {
            assert!(answer.body.contains(words), "{words}: {}", answer.body);
        }
        answers.push(answer);
    }
    let reader = books.may::<ReadBooks>().await;
    let mut payments = Vec::new();
    for id in ids {
        let view = books.server.billing.invoice(&reader, id).await.unwrap().unwrap();
        assert_eq!(view.open.minor(), 0);
        let paid = view.payments.iter().map(|paid| (paid.amount.minor(), paid.received_on.to_string()));
        let mut paid: Vec<_> = paid.collect();
        // The clock stands still, so that they have no order of their own.
        paid.sort_unstable();
        payments.push(paid);
    }
    let day = |amount, day: &str| (amount, format!("2026-{day}"));
    assert_eq!(
        payments,
        [
            vec![day(23_800, "02-27")],
            vec![day(3_800, "03-01"), day(20_000, "02-27")],
            vec![day(23_800, "03-01")]
        ],
        "sent twice it acts once"
    );
    let entries = books.server.billing.ledger(&books.may::<ReadLedger>().await, None).await.unwrap().entries;
    assert_eq!(entries.iter().filter(|entry| entry.statement.kind == "payment.recorded").count(), 4);
}

#[tokio::test]
async fn each_ticked_invoice_is_paid_in_full_once_and_has_its_answer() {
    recorded(Server::start().await).await;
}

#[tokio::test]
async fn each_ticked_invoice_is_paid_in_full_once_and_has_its_answer_on_postgresql() {
    let Some(server) = Server::on_postgres("bulk").await else { return };
    recorded(server).await;
}

#[tokio::test]
async fn a_day_on_which_no_money_can_have_come_is_refused_and_nothing_is_recorded() {
    let books = Books::on(Server::start().await).await;
    let customer = books.customer("Alder GmbH", "").await;
    let id = books.invoice(customer).await;
    for day in ["2026-03-03", "1899-01-01", "soon", ""] {
        let fields = format!("select={id}&received_on={day}&action=paid");
        let answer = books.fill_in("/invoices", "/invoices/bulk", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert!(answer.body.contains("id=\"error-received_on\""), "{day}: {}", answer.body);
        assert!(answer.body.contains(" checked"), "the ticks stay");
    }
    let view = books.server.billing.invoice(&books.may::<ReadBooks>().await, id).await.unwrap().unwrap();
    assert!(view.payments.is_empty());
}

#[tokio::test]
async fn a_credit_note_is_never_paid() {
    let books = Books::on(Server::start().await).await;
    let customer = books.customer("Alder GmbH", "").await;
    let id = books.invoice(customer).await;
    let path = format!("/invoices/{id}");
    let made = books.fill_in(&path, &format!("{path}/credit"), "reason=Returned").await;
    let draft = made.header("location").strip_prefix(&format!("/o/{SLUG}")).unwrap().to_owned();
    let issued = books.fill_in(&draft, &format!("{draft}/issuance"), "").await;
    let note = issued.header("location").rsplit('/').next().unwrap().to_owned();
    let fields = format!("select={note}&select={id}&received_on=2026-03-01&action=paid");
    let answer = books.fill_in("/invoices", "/invoices/bulk", &fields).await;
    for words in ["0 of 2 recorded", "It is a credit note", "Nothing is open on it."] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
}
