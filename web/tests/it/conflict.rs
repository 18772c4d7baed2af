//! Two people edit the same draft: nothing is lost, and a person chooses.

use axum::http::StatusCode;

use crate::editor::{Draft, LINE, draft, draft_on, option};
use crate::hostile::page;
use crate::hostile::values::encode;
use crate::server::Server;
use crate::site::Answer;

/// The form of the page that shows both versions, with these of theirs ticked.
fn chosen(answer: &Answer, path: &str, theirs: &[&str]) -> String {
    let controls = page::form(&answer.body, path).expect("the page has the form");
    let kept = controls.iter().filter(|control| control.kind == "hidden");
    let mut pairs: Vec<_> = kept.map(|c| format!("{}={}", c.name, encode(&c.value))).collect();
    pairs.extend(theirs.iter().map(|key| format!("theirs={key}")));
    pairs.join("&") + "&action=resolve"
}

/// The keys of what is to be chosen, and whether theirs is ticked.
fn asked(answer: &Answer) -> Vec<(String, bool)> {
    let boxes = answer.body.split("name=\"theirs\" value=\"").skip(1);
    boxes
        .map(|rest| {
            let (key, rest) = rest.split_once('"').unwrap();
            (key.to_owned(), rest.starts_with(" checked"))
        })
        .collect()
}

/// What is stored, as the page shows it.
async fn stored(draft: &Draft, name: &str) -> Vec<String> {
    let page = draft.page().await;
    let controls = page::form(&page.body, &draft.path).unwrap();
    controls.into_iter().filter(|control| control.name == name).map(|control| control.value).collect()
}

async fn both_versions(server: Server) {
    let draft = draft_on(server).await;
    let with = |quantity: &str, rest: &str| {
        let line = LINE.replace("quantity=2", &format!("quantity={quantity}"));
        format!("{line}&{rest}&action=save").replacen("line_origin=", "line_origin=0", 1)
    };
    draft.send(&format!("{LINE}&note=first&action=save")).await;
    let mine = draft.opened().await;
    // They change the note and the quantity, here another note, another quantity and a date.
    let theirs = draft.send(&with("3", "note=of+theirs")).await;
    assert_eq!(theirs.status, StatusCode::SEE_OTHER);
    let typed = with("7", "note=of+mine&due_date=2026-12-31");
    let answer = draft.post(mine.clone() + &typed).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    for words in ["As you typed it", "of mine", "As it is stored", "of theirs", ">7<", ">3<"] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    assert_eq!(asked(&answer), [("note".to_owned(), false), ("line-1".to_owned(), false)]);
    assert_eq!(
        (stored(&draft, "note").await, stored(&draft, "quantity").await),
        (vec!["of theirs".to_owned()], vec!["3".to_owned()])
    );

    // A third save comes before the choice: it is asked again, and what was typed is still there.
    draft.send(&with("4", "note=of+theirs")).await;
    let late = draft.post(chosen(&answer, &draft.path, &["note"])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("of mine") && late.body.contains(">4<"), "{}", late.body);
    assert_eq!(asked(&late), [("note".to_owned(), true), ("line-1".to_owned(), false)]);

    let choice = chosen(&late, &draft.path, &["note"]);
    for _ in 0..2 {
        let saved = draft.post(choice.clone()).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    }
    assert!(draft.opened().await.contains("version=5&"), "sent twice it is saved once");
    assert_eq!(stored(&draft, "note").await, ["of theirs"]);
    assert_eq!(stored(&draft, "quantity").await, ["7"]);
    assert_eq!(stored(&draft, "due_date").await, ["2026-12-31"]);
}

#[tokio::test]
async fn whoever_saves_second_sees_both_versions_and_chooses() {
    both_versions(Server::start().await).await;
}

#[tokio::test]
async fn whoever_saves_second_sees_both_versions_and_chooses_on_postgresql() {
    let Some(server) = Server::on_postgres("conflict").await else { return };
    both_versions(server).await;
}

#[tokio::test]
async fn what_fits_together_is_put_together() {
    let draft = draft().await;
    let [first, second] = ["First Buyer", "Second Buyer"].map(async |name| option(&draft.page().await, name));
    let (first, second) = (first.await, second.await);
    draft.send(&format!("{LINE}&action=save")).await;
    let mine = draft.opened().await;
    let [kept, added] = [LINE.replacen("line_origin=", "line_origin=0", 1), LINE.replace("Chair", "Lamp")];
    draft.send(&format!("customer={second}&{added}&{kept}&action=save")).await;
    let typed = kept.replace("unit_price=50", "unit_price=60");
    let answer = draft.post(format!("{mine}customer={first}&{typed}&note=mine&action=save")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    for words in ["Both fit together", "Lamp: added", "<li class=\"break\">Customer</li>"] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let saved = draft.post(chosen(&answer, &draft.path, &[])).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert_eq!(stored(&draft, "item_name").await, ["Chair", "Lamp"]);
    assert_eq!(stored(&draft, "unit_price").await, ["60", "50"]);
    assert_eq!(stored(&draft, "customer").await, [second]);
    assert_eq!(stored(&draft, "note").await, ["mine"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_mended_after_the_choice_and_nothing_typed_is_lost() {
    let draft = draft().await;
    let mine = draft.opened().await;
    draft.send(&format!("{LINE}&note=theirs&action=save")).await;
    let wrong = LINE.replace("Chair", "<b>Desk</b>").replace("quantity=2", "quantity=many");
    let answer = draft.post(format!("{mine}{wrong}&action=add-line")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(!answer.body.contains("<b>Desk"), "{}", answer.body);
    let refused = draft.post(chosen(&answer, &draft.path, &[])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"error-quantity-1\""), "{}", refused.body);
    let controls = page::form(&refused.body, &draft.path).unwrap();
    let value =
        |name: &str| controls.iter().filter(|c| c.name == name).map(|c| c.value.clone()).collect::<Vec<_>>();
    assert_eq!(value("item_name"), ["<b>Desk</b>", "Chair"]);
    assert_eq!((value("note"), value("version")), (vec!["theirs".to_owned()], vec!["2".to_owned()]));
}

#[tokio::test]
async fn without_what_the_page_was_made_from_everything_that_differs_is_asked() {
    let draft = draft().await;
    let opened = draft.opened().await;
    let token = opened.split('&').find(|pair| pair.starts_with("form_token=")).unwrap();
    draft.send(&format!("{LINE}&note=theirs&action=save")).await;
    for base in ["", "nonsense", "a;b;c;d", "....;;", ";;"] {
        let typed = LINE.replace("Chair", "Desk");
        let answer = draft.post(format!("{token}&version=1&base={base}&{typed}&note=mine&action=save")).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(asked(&answer), [("note".to_owned(), false), ("theirs-0".to_owned(), true)], "{base}");
    }
}
