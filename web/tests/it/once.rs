//! A form that is sent ten times at once acts once, and every one of the ten answers says so.

use std::sync::Arc;

use axum::http::StatusCode;
use counterfoil_billing::invoice_list::InvoiceChoice;
use counterfoil_identity::permission::{ReadBooks, ReadLedger};

use crate::server::{SLUG, Server};
use crate::site::Answer;
use crate::typing::hidden;

const TIMES: usize = 10;

/// The same request ten times in parallel; all answers lead to the same place. Gives the first of them.
async fn ten_times(server: &Arc<Server>, cookie: &str, path: &str, body: &str) -> Answer {
    ten_answers(server, cookie, path, body).await.swap_remove(0)
}

async fn ten_answers(server: &Arc<Server>, cookie: &str, path: &str, body: &str) -> Vec<Answer> {
    let tasks: Vec<_> = (0..TIMES)
        .map(|_| {
            let (server, path, cookie, body) =
                (Arc::clone(server), path.to_owned(), cookie.to_owned(), body.to_owned());
            tokio::spawn(async move { server.post(&path, &cookie, body).await })
        })
        .collect();
    let mut answers: Vec<Answer> = Vec::new();
    for task in tasks {
        let answer = task.await.unwrap();
        assert!(
            answer.status == StatusCode::SEE_OTHER || answer.status == StatusCode::OK,
            "{path}: {} {}",
            answer.status,
            answer.body
        );
        if let Some(first) = answers.first() {
            assert_eq!(answer.header("location"), first.header("location"), "{path}");
            assert_eq!(answer.cookie("__Host-cf-message"), first.cookie("__Host-cf-message"), "{path}");
        }
        answers.push(answer);
    }
    answers
}

async fn everything_happens_once(server: Server) {
    let owner = server.signed_in().await;
    let server = Arc::new(server);
    let billing = server.billing.clone();
    let at = |below: &str| format!("/o/{SLUG}{below}");
    let token = counterfoil_identity::Token::parse(owner.strip_prefix("__Host-cf=").unwrap()).unwrap();
    let person = billing.session(&token).await.unwrap().unwrap();
    let reader = person.actor::<ReadBooks>(SLUG).unwrap();
    let twice = async |page: &str, action: &str, fields: &str| {
        let body = hidden(&server.get(&at(page), &owner).await, &at(action)) + fields;
        ten_times(&server, &owner, &at(action), &body).await
    };

    twice("/customers/new", "/customers", "name=Buyer&country=DE&email=buyer%40example.com").await;
    let customers = billing.customers(&reader).await.unwrap();
    assert_eq!(customers.len(), 1);

    let customer = customers[0].id;
    twice("/invoices/new", "/drafts", &format!("customer={customer}")).await;
    let drafts = async || billing.drafts(&reader, &InvoiceChoice::default(), None, 50).await.unwrap().rows;
    let (all, drafts) = (&drafts, drafts().await);
    assert_eq!(drafts.len(), 1);

    let draft = format!("/drafts/{}", drafts[0].id);
    let line =
        "line_origin=&item_name=Chair&description=&quantity=2&unit=C62&unit_price=50&vat=S:19&action=save";
    twice(&draft, &draft, line).await;
    let saved = billing.find_draft(&reader, drafts[0].id).await.unwrap().unwrap();
    assert_eq!((saved.version, saved.draft.0.lines.len()), (2, 1));

    let issued = twice(&draft, &format!("{draft}/issuance"), "").await;
    let invoice = format!("/invoices/{}", drafts[0].id);
    assert_eq!(issued.header("location"), at(&invoice));

    let payment = "amount=19&received_on=2026-03-01&note=first";
    twice(&invoice, &format!("{invoice}/payments"), payment).await;
    twice(&invoice, &format!("{invoice}/mails"), "to=buyer%40example.com").await;
    let view = billing.invoice(&reader, drafts[0].id).await.unwrap().unwrap();
    assert_eq!((view.payments.len(), view.mails.len(), view.links.len()), (1, 1, 1));
    twice("/invoices", "/invoices/bulk", &format!("select={}&action=mail", drafts[0].id)).await;
    let view = billing.invoice(&reader, drafts[0].id).await.unwrap().unwrap();
    assert_eq!((view.mails.len(), view.links.len()), (2, 2));
    twice("/invoices", "/invoices/export", "q=&status=&customer=&currency=&from=&to=").await;

    let product = "name=Chair&description=&sellers_identifier=&gtin=&net_price=50&unit=C62&vat=S:19";
    twice("/products/new", "/products", product).await;
    assert_eq!(billing.products(&reader).await.unwrap().len(), 1);

    let mail = format!("/mail/{}", view.mails[0].id);
    twice("/mail", &format!("{mail}/attempts"), "").await;
    twice("/mail", &format!("{mail}/cancellation"), "").await;

    let links = at(&format!("{invoice}/links"));
    let body = hidden(&server.get(&at(&invoice), &owner).await, &links);
    let answers = ten_answers(&server, &owner, &links, &body).await;
    // Its secret is in one answer and kept nowhere, so the others can only say that it is made.
    let with = |words: &str| answers.iter().filter(|answer| answer.body.contains(words)).count();
    assert_eq!((with("This link opens the document."), with("/portal#")), (1, 1));
    assert_eq!(with("The link was made already"), TIMES - 1);
    let view = billing.invoice(&reader, drafts[0].id).await.unwrap().unwrap();
    assert_eq!(view.links.len(), 3);

    twice(&invoice, &format!("{invoice}/credit"), "reason=Returned").await;
    assert_eq!(all().await.len(), 1);

    // The ledger says so too: of each act there is one entry.
    let ledger = person.actor::<ReadLedger>(SLUG).unwrap();
    let kinds: Vec<_> = billing.ledger(&ledger, None).await.unwrap().entries;
    for (kind, times) in [
        ("payment.recorded", 1),
        ("document.sent", 2),
        ("mail.cancelled", 1),
        ("link.created", 3),
        ("invoice.issued", 1),
        ("books.exported", 1),
    ] {
        assert_eq!(kinds.iter().filter(|entry| entry.statement.kind == kind).count(), times, "{kind}");
    }

    let body = hidden(&server.get("/setup/organisation", &owner).await, "/setup/organisation");
    let body = body
        + "name=Second&slug=second&country=DE&vat_identifier=DE123456789&iban=DE02120300000000202051&currency=EUR&\
           payment_days=14&language=en";
    let made = ten_times(&server, &owner, "/setup/organisation", &body).await;
    assert_eq!(made.header("location"), "/o/second");
    let owns = billing.session(&token).await.unwrap().unwrap().memberships;
    let mut owns: Vec<_> = owns.iter().map(|member| member.slug.as_str()).collect();
    owns.sort_unstable();
    assert_eq!(owns, [SLUG, "second"]);
    let elsewhere = body.replace("name=Second", "name=Third");
    let refused = server.post("/setup/organisation", &owner, elsewhere).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "another form does not get the first one's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_ten_times_at_once_acts_once_on_the_embedded_database() {
    everything_happens_once(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_ten_times_at_once_acts_once_on_postgresql() {
    let Some(server) = Server::on_postgres("once").await else { return };
    everything_happens_once(server).await;
}

#[tokio::test]
async fn a_page_that_is_gone_back_to_and_filled_in_otherwise_is_another_form() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let (page, action) = (format!("/o/{SLUG}/customers/new"), format!("/o/{SLUG}/customers"));
    let hidden = hidden(&server.get(&page, &owner).await, &action);
    for name in ["One", "One", "Two"] {
        let answer = server.post(&action, &owner, format!("{hidden}name={name}&country=DE")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    let list = server.get(&action, &owner).await.body;
    assert_eq!((list.matches(">One<").count(), list.matches(">Two<").count()), (1, 1), "{list}");
}
