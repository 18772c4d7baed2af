//! The settings of an organisation: what is shown while somebody types, and what is said of what cannot be.

use axum::http::StatusCode;

use crate::server::{SLUG, Server};
use crate::typing::hidden;

#[tokio::test]
async fn the_next_number_is_shown_while_somebody_types_and_nothing_is_kept_of_it() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let path = format!("/o/{SLUG}/organisation/numbering");
    let typed =
        "invoices=INV-%7BYYYY%7D-%7BNNN%7D&invoice_start=42&series=shared&credit_notes=&credit_note_start=";
    let live = server.fill_in(&path, &owner, &path, &format!("{typed}&action=preview")).await;
    assert_eq!(live.status, StatusCode::OK, "{}", live.body);
    let part = live.body.split_once("data-live-part=\"next\"").unwrap().1.split("</section>").next().unwrap();
    assert!(part.contains("INV-2026-042") && part.contains("INV-2027-001"), "{part}");
    let kept = server.get(&path, &owner).await;
    assert!(kept.body.contains("2026-0001") && !kept.body.contains("INV-2026-042"));

    let wrong = typed.replace("NNN", "DDD");
    let live = server.fill_in(&path, &owner, &path, &format!("{wrong}&action=preview")).await;
    assert_eq!(live.status, StatusCode::OK);
    let part = live.body.split_once("data-live-part=\"next\"").unwrap().1.split("</section>").next().unwrap();
    assert!(part.contains("There is no part {DDD}"), "{part}");

    let saved = server.fill_in(&path, &owner, &path, &format!("{typed}&action=save")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let kept = server.get(&path, &owner).await;
    assert!(kept.body.contains("INV-2026-042") && kept.body.contains("value=\"INV-{YYYY}-{NNN}\""));
}

#[tokio::test]
async fn an_account_waits_on_the_page_and_can_be_withdrawn_but_not_used() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let path = format!("/o/{SLUG}/organisation/accounts");
    let typed = "account_name=Savings&holder=Muster+Werkstatt+GmbH&iban=DE89370400440532013000&bic=";
    let added = server.fill_in(&path, &owner, &path, typed).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = server.get(&path, &owner).await;
    assert!(page.body.contains("Savings") && page.body.contains("DE89 3704 0044 0532 0130 00"));
    let (_, end) = page.body.split_once("accounts/").unwrap();
    let id = end.split('/').next().unwrap();
    assert!(!page.body.contains("/preference\""), "an account that waits cannot be the usual one");
    let token = hidden(&page, &format!("{path}/{id}/end"));
    for act in ["preference", "approval"] {
        let refused = server.post(&format!("{path}/{id}/{act}"), &owner, token.clone()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
    }
    let nobodys = format!("{path}/00000000-0000-0000-0000-000000000000/preference");
    assert_eq!(server.post(&nobodys, &owner, token.clone()).await.status, StatusCode::NOT_FOUND);
    let ended = server.post(&format!("{path}/{id}/end"), &owner, token).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    assert!(server.get(&path, &owner).await.body.contains("Ended"));
}

#[tokio::test]
async fn a_new_draft_begins_with_the_usual_vat_and_note_and_an_exempt_line_gets_the_usual_reason() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let at = |below: &str| format!("/o/{SLUG}{below}");
    let path = at("/organisation/drafts");
    let typed =
        "currency=CHF&payment_days=10&language=de&vat=E:0&exemption_reason=Small+business&note=Thank+you";
    let saved = server.fill_in(&path, &owner, &path, typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    server.fill_in(&at("/customers/new"), &owner, &at("/customers"), "name=Buyer&country=DE").await;
    let page = server.get(&at("/invoices/new"), &owner).await;
    let before = page.body.split_once(">Buyer</option>").unwrap().0;
    let customer = before.rsplit_once("value=\"").unwrap().1.split('"').next().unwrap();
    let made =
        server.fill_in(&at("/invoices/new"), &owner, &at("/drafts"), &format!("customer={customer}")).await;
    let draft = made.header("location").to_owned();
    let page = server.get(&draft, &owner).await;
    assert!(page.body.contains("<option value=\"E:0\" selected>") && page.body.contains("Thank you"));
    let line =
        "line_origin=&item_name=Chair&description=&quantity=2&unit=C62&unit_price=50&vat=E:0&action=save";
    let saved = server.fill_in(&draft, &owner, &draft, line).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(server.get(&draft, &owner).await.body.contains("Small business"));
    let product = server.get(&at("/products/new"), &owner).await;
    assert!(product.body.contains("<option value=\"E:0\" selected>"));
    let wrong = server.fill_in(&path, &owner, &path, &typed.replace("E:0", "Q:7")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("error-vat") && wrong.body.contains("Small business"));
}

#[tokio::test]
async fn mails_say_what_the_organisation_wants_and_a_test_mail_waits_for_whoever_asked() {
    let server = Server::start().await;
    let owner = server.signed_in().await;
    let path = format!("/o/{SLUG}/organisation/mail");
    let typed = "sender_name=Muster+billing&reply_to=billing%40example.com&subject_en=Yours%3A+%7Bnumber%7D&\
                 text_en=Hello+%7Bbuyer%7D%0D%0A%7Blink%7D&subject_de=%7Bnumber%7D&text_de=%7Blink%7D";
    let wrong =
        server.fill_in(&path, &owner, &path, &typed.replace("%7Blink%7D&subject", "here&subject")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("The text needs {link} once") && wrong.body.contains("Muster billing"));
    let injected = typed.replace("Yours%3A", "A%0D%0ABcc%3A+thief%40example.net");
    assert_eq!(
        server.fill_in(&path, &owner, &path, &injected).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let saved = server.fill_in(&path, &owner, &path, typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(server.get(&path, &owner).await.body.contains("Hello {buyer}\n{link}"));

    let test = format!("{path}/test");
    let body = hidden(&server.get(&path, &owner).await, &test);
    for _ in 0..2 {
        let queued = server.post(&test, &owner, body.clone()).await;
        assert_eq!(queued.status, StatusCode::SEE_OTHER, "{}", queued.body);
    }
    let log = server.get(&format!("/o/{SLUG}/mail"), &owner).await.body;
    assert_eq!(log.matches("<th scope=\"row\"").count(), 1, "sent twice it leaves once: {log}");
    assert!(log.contains("ada@example.com") && log.contains("Test mail"), "{log}");
}
