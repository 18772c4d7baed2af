//! A person's own account: password, other sessions, recovery codes.

use axum::http::StatusCode;
use counterfoil_billing::access::SignInError;

use crate::server::{PASSWORD, SLUG, Server};

const NEW: &str = "eight calm herons paint receipts";

fn typed(password: &str) -> String {
    password.replace(' ', "+")
}

async fn lives(server: &Server, cookie: &str) -> bool {
    server.get("/account", cookie).await.status == StatusCode::OK
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_old_one_and_ends_all_other_sessions() {
    let server = Server::start().await;
    let (here, app) = server.signed_in_with_app().await;
    let elsewhere = server.signed_in_again(&app).await;
    let fields = format!("old_password={}&new_password={}", typed(PASSWORD), typed(NEW));
    let done = server.fill_in("/account", &here, "/account/password", &fields).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/account"), "{}", done.body);
    assert!(lives(&server, &here).await && !lives(&server, &elsewhere).await);
    let old = server.billing.sign_in("ada@example.com", PASSWORD.to_owned().into(), "192.0.2.3").await;
    assert!(matches!(old, Err(SignInError::Wrong)), "{old:?}");
    server.billing.sign_in("ada@example.com", NEW.to_owned().into(), "192.0.2.3").await.unwrap();
}

#[tokio::test]
async fn a_password_is_not_changed_without_the_old_one_nor_to_a_weak_one() {
    let server = Server::start().await;
    let here = server.signed_in().await;
    for (old, new, field, says) in [
        ("wrong horse battery", NEW, "old_password", "This is not your password."),
        (PASSWORD, "short", "new_password", "15"),
        (PASSWORD, "counterfoilcounterfoil", "new_password", ""),
        (PASSWORD, PASSWORD, "new_password", "This is the old one: choose another."),
        ("", "", "old_password", ""),
    ] {
        let fields = format!("old_password={}&new_password={}", typed(old), typed(new));
        let answer = server.fill_in("/account", &here, "/account/password", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
        assert!(answer.body.contains(&format!("id=\"error-password-{field}\"")), "{new}: {}", answer.body);
        assert!(answer.body.contains(says), "{new}: {}", answer.body);
        assert!(!answer.body.contains(PASSWORD) && !answer.body.contains(NEW), "a password came back");
    }
    server.billing.sign_in("ada@example.com", PASSWORD.to_owned().into(), "192.0.2.3").await.unwrap();
}

#[tokio::test]
async fn a_session_that_was_taken_over_is_no_place_to_guess_the_password_at() {
    let server = Server::start().await;
    let here = server.signed_in().await;
    let fields = format!("old_password=guess&new_password={}", typed(NEW));
    let mut last = StatusCode::OK;
    for _ in 0..10 {
        last = server.fill_in("/account", &here, "/account/password", &fields).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn signing_out_everywhere_else_keeps_this_session() {
    let server = Server::start().await;
    let (here, app) = server.signed_in_with_app().await;
    let elsewhere = server.signed_in_again(&app).await;
    let third = server.signed_in_again(&app).await;
    assert!(server.get("/account", &here).await.body.contains("2 other sessions"));
    let done = server.fill_in("/account", &here, "/account/sessions/closing", "").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(lives(&server, &here).await);
    assert!(!lives(&server, &elsewhere).await && !lives(&server, &third).await);
    assert!(server.get("/account", &here).await.body.contains("here and nowhere else"));
}

#[tokio::test]
async fn new_recovery_codes_need_a_fresh_code_and_make_the_old_ones_useless() {
    let server = Server::start().await;
    let (here, app) = server.signed_in_with_app().await;
    let action = "/account/recovery-codes";
    // The code that set the app up is used.
    for code in [app.used_code(&server), "000000".to_owned(), String::new()] {
        let answer = server.fill_in("/account", &here, action, &format!("code={code}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("id=\"error-codes-code\""), "{}", answer.body);
    }
    server.billing.clock().advance(jiff::SignedDuration::from_secs(30));
    let fields = format!("code={}", app.code(&server));
    let page = server.fill_in("/account", &here, action, &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let list = page.body.split_once("id=\"recovery-codes\">").unwrap().1.split("</ul>").next().unwrap();
    let codes: Vec<_> = list.split("<li>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| !app.recovery_codes.iter().any(|old| old == code)));

    let half = async || {
        let step = server.billing.sign_in("ada@example.com", PASSWORD.to_owned().into(), "192.0.2.3").await;
        let counterfoil_billing::access::SignInStep::SecondFactor(token) = step.unwrap() else { panic!() };
        let gate = server.billing.unfinished_session(&token).await.unwrap().unwrap();
        (token, gate)
    };
    let (token, gate) = half().await;
    let old = server.billing.show_recovery_code(&gate, &token, &app.recovery_codes[0], "192.0.2.3").await;
    assert!(matches!(old, Err(SignInError::WrongCode)));
    server.billing.show_recovery_code(&gate, &token, codes[0], "192.0.2.3").await.unwrap();
}

#[tokio::test]
async fn password_managers_and_the_menu_find_the_account() {
    let server = Server::start().await;
    let here = server.signed_in().await;
    let found = server.get("/.well-known/change-password", "").await;
    assert_eq!((found.status, found.header("location")), (StatusCode::SEE_OTHER, "/account#password"));
    assert!(server.get(&format!("/o/{SLUG}"), &here).await.body.contains("href=\"/account\""));
    let nobody = server.get("/account", "").await;
    assert_eq!(nobody.header("location"), "/sign-in?next=/account");
}

#[tokio::test]
async fn whoever_belongs_to_several_organisations_switches_in_the_menu() {
    let server = Server::start().await;
    let here = server.signed_in().await;
    assert!(!server.get(&format!("/o/{SLUG}"), &here).await.body.contains("Switch to"));
    let fields = "name=Second&slug=second&country=DE&vat_identifier=DE123456789&iban=DE02120300000000202051&\
                  currency=EUR&payment_days=14&language=en";
    server.fill_in("/setup/organisation", &here, "/setup/organisation", fields).await;
    let first = server.get(&format!("/o/{SLUG}/invoices"), &here).await.body;
    assert!(first.contains("href=\"/o/second\"") && first.contains("Switch to second"));
    assert!(server.get("/o/second/invoices", &here).await.body.contains(&format!("Switch to {SLUG}")));
}
