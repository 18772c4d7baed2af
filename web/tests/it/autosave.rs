//! A draft that saves itself while somebody types: what the script sends, and what it is told.

use axum::http::StatusCode;

use crate::editor::{Draft, LINE, draft};
use crate::hostile::page;
use crate::server::SLUG;
use crate::site::Answer;

/// What the page goes on from: the fields of the answer's form, by name.
fn kept<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let (_, form) = answer.body.split_once("<form data-kept=").expect("it was kept");
    let form = form.split("</form>").next().unwrap();
    let field = format!("name=\"{name}\" value=\"");
    form.split(field.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The body of a form as the script sends it, going on from what it was told.
async fn body(draft: &Draft, told: Option<&Answer>, fields: &str) -> String {
    let opened = draft.opened().await;
    let token = opened.split('&').find(|pair| pair.starts_with("form_token=")).unwrap();
    let (version, base) = match told {
        Some(told) => (kept(told, "version")[0].to_owned(), kept(told, "base")[0].to_owned()),
        None => ("1".to_owned(), opened.split("base=").nth(1).unwrap().split('&').next().unwrap().to_owned()),
    };
    format!("{token}&once=the-page&version={version}&base={base}&{fields}&action=autosave")
}

fn line(origin: &str, name: &str) -> String {
    LINE.replace("Chair", name).replacen("line_origin=", &format!("line_origin={origin}"), 1)
}

#[tokio::test]
async fn what_is_typed_is_kept_and_the_page_goes_on_from_it() {
    let draft = draft().await;
    let empty = "line_origin=&item_name=&description=&quantity=&unit=C62&unit_price=&vat=S:19";
    let fields = [&line("", "Desk"), empty, &line("", "Lamp")].join("&");
    let first = draft.post(body(&draft, None, &fields).await).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    assert!(first.body.contains("data-kept=\"Saved at 09:00 UTC\""), "{}", first.body);
    assert_eq!((kept(&first, "version"), kept(&first, "line_origin")), (vec!["2"], vec!["0", "", "1"]));
    for part in ["lead", "paper", "findings", "issue"] {
        assert!(first.body.contains(&format!("data-live-part=\"{part}\"")), "{part}");
    }
    assert!(first.body.contains("/issuance"), "what is saved can be issued");

    // The second line went to the top, and a discount is new.
    let part = "line_allowance_line=1&line_allowance_origin=&line_allowance_kind=charge&line_allowance_percent=5&\
                line_allowance_amount=&line_allowance_reason=";
    let fields = [&line("1", "Lamp"), &line("0", "Desk"), part].join("&");
    let second = draft.post(body(&draft, Some(&first), &fields).await).await;
    assert_eq!((kept(&second, "version"), kept(&second, "line_origin")), (vec!["3"], vec!["0", "1"]));
    assert_eq!(kept(&second, "line_allowance_origin"), ["charge-0"]);
    let page = draft.page().await;
    let controls = page::form(&page.body, &draft.path).unwrap();
    let items: Vec<_> =
        controls.iter().filter(|c| c.name == "item_name").map(|control| control.value.as_str()).collect();
    assert_eq!(items, ["Lamp", "Desk"]);
    // 2 × 50 + 5 % and 2 × 50 are 205.00, with VAT 243.95.
    assert!(page.body.contains("243.95"), "{}", page.body);
}

#[tokio::test]
async fn a_lost_answer_is_given_again_and_nothing_is_saved_twice() {
    let draft = draft().await;
    let sent = body(&draft, None, LINE).await;
    let first = draft.post(sent.clone()).await;
    let again = draft.post(sent.clone()).await;
    assert_eq!((kept(&first, "version"), kept(&again, "version")), (vec!["2"], vec!["2"]));
    assert_eq!(kept(&first, "base"), kept(&again, "base"));
    // Once somebody else has saved, the answer would make this page overwrite them.
    draft.send(&format!("{LINE}&note=theirs&action=save")).await;
    assert_eq!(draft.post(sent).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_is_stored_already_makes_no_new_version() {
    let draft = draft().await;
    let first = draft.post(body(&draft, None, &line("", "Desk")).await).await;
    // Another page shows it; the first one sends the same once more.
    let other = draft.opened().await;
    let again = draft.post(body(&draft, Some(&first), &format!("{}&note=", line("0", "Desk"))).await).await;
    assert_eq!((kept(&again, "version"), kept(&again, "line_origin")), (vec!["2"], vec!["0"]));
    let saved = draft.post(format!("{other}{}&note=new&action=save", line("0", "Desk"))).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
}

#[tokio::test]
async fn what_cannot_be_read_is_not_kept_and_the_answer_says_why() {
    let draft = draft().await;
    let wrong = LINE.replace("quantity=2", "quantity=many");
    let answer = draft.post(body(&draft, None, &format!("{LINE}&{wrong}")).await).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("data-not-kept=\"Quantity, line 2: This is no number"), "{}", answer.body);
    assert!(!answer.body.contains("data-kept"));
    assert!(draft.opened().await.contains("version=1&"), "nothing was saved");
}

#[tokio::test]
async fn whoever_is_signed_out_is_led_to_the_sign_in_and_nothing_is_kept() {
    let draft = draft().await;
    let sent = body(&draft, None, LINE).await;
    let answer = draft.server.post(&draft.path, "", sent.clone()).await;
    assert_ne!(answer.status, StatusCode::OK);
    assert!(!answer.body.contains("data-kept"));
    assert!(draft.opened().await.contains("version=1&"));
    // A new session has new form tokens: the page gets one from the page itself.
    draft.server.fill_in(&format!("/o/{SLUG}"), &draft.owner, "/sign-out", "").await;
    let answer = draft.post(sent).await;
    assert!(answer.header("location").starts_with("/sign-in"), "{}", answer.status);
}
