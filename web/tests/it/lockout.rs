//! Guessing is slow, and the owner is never locked out for good.

use counterfoil_billing::access::{SignInError, SignInStep};
use counterfoil_identity::Token;
use counterfoil_identity::gate::Unfinished;
use jiff::SignedDuration;

use crate::server::{PASSWORD, Server};

const HERE: &str = "192.0.2.1";

async fn halfway(server: &Server) -> (Token, Unfinished) {
    let step = server.billing.sign_in("ada@example.com", PASSWORD.to_owned().into(), HERE).await.unwrap();
    let SignInStep::SecondFactor(token) = step else { panic!("a factor is set up") };
    let half = server.billing.unfinished_session(&token).await.unwrap().unwrap();
    (token, half)
}

/// Fails with this many codes, as fast as it is let.
async fn guess(server: &Server, codes: usize) {
    let (token, half) = halfway(server).await;
    let mut failed = 0;
    while failed < codes {
        match server.billing.show_totp(&half, &token, "000000").await {
            Err(SignInError::WrongCode) => failed += 1,
            Err(SignInError::Throttled(wait)) => {
                server.billing.clock().advance(SignedDuration::try_from(wait.0).unwrap());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn after_a_hundred_and_twenty_wrong_codes_the_right_one_opens_within_a_day() {
    let server = Server::start().await;
    let (_, app) = server.signed_in_with_app().await;
    guess(&server, 120).await;
    let (token, half) = halfway(&server).await;
    let Err(SignInError::Throttled(wait)) = server.billing.show_totp(&half, &token, &app.code(&server)).await
    else {
        panic!("the right code does not open while it waits")
    };
    assert!(wait.seconds() > 23 * 3600 && wait.seconds() <= 24 * 3600, "{wait}");
    server.billing.clock().advance(SignedDuration::from_hours(24));
    let (token, half) = halfway(&server).await;
    server.billing.show_totp(&half, &token, &app.code(&server)).await.unwrap();
    // And the failures are forgiven.
    guess(&server, 5).await;
}

#[tokio::test]
async fn a_recovery_code_opens_while_somebody_else_guesses() {
    let server = Server::start().await;
    let (_, app) = server.signed_in_with_app().await;
    guess(&server, 110).await;
    let (token, half) = halfway(&server).await;
    let code = &app.recovery_codes[0];
    let opened = server.billing.show_recovery_code(&half, &token, code, "198.51.100.7").await;
    assert!(opened.is_ok(), "{:?}", opened.err());
    assert_eq!(server.factors_shown().await, ["password", "recovery-code"]);
    // It forgave the guesses, so the app works again, too.
    let (token, half) = halfway(&server).await;
    server.billing.clock().advance(SignedDuration::from_secs(30));
    server.billing.show_totp(&half, &token, &app.code(&server)).await.unwrap();
    assert_eq!(server.factors_shown().await, ["password", "totp"]);
}

#[tokio::test]
async fn recovery_codes_are_not_guessed_at_full_speed() {
    let server = Server::start().await;
    server.signed_in_with_app().await;
    let (token, half) = halfway(&server).await;
    let mut judged = 0;
    for _ in 0..1_000 {
        let guess = "00000-00000-00000-00000-00000";
        match server.billing.show_recovery_code(&half, &token, guess, "198.51.100.7").await {
            Err(SignInError::WrongCode) => judged += 1,
            Err(SignInError::Throttled(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(judged <= 30, "{judged}");
}
