//! The editor: rows that are wrong, totals while somebody types, another customer, several discounts and charges.

use axum::http::StatusCode;

use crate::server::{SLUG, Server};
use crate::site::Answer;
use crate::typing::hidden;

/// A line as it is typed.
pub(crate) const LINE: &str =
    "line_origin=&item_name=Chair&description=&quantity=2&unit=C62&unit_price=50&vat=S:19";

pub(crate) struct Draft {
    pub(crate) server: Server,
    pub(crate) owner: String,
    pub(crate) path: String,
}

/// A draft for the first of two customers.
pub(crate) async fn draft() -> Draft {
    draft_on(Server::start().await).await
}

pub(crate) async fn draft_on(server: Server) -> Draft {
    let owner = server.signed_in().await;
    let at = |below: &str| format!("/o/{SLUG}{below}");
    for name in ["First+Buyer", "Second+Buyer"] {
        let fields = format!("name={name}&country=DE");
        server.fill_in(&at("/customers/new"), &owner, &at("/customers"), &fields).await;
    }
    let page = server.get(&at("/invoices/new"), &owner).await;
    let fields = format!("customer={}", option(&page, "First Buyer"));
    let made = server.fill_in(&at("/invoices/new"), &owner, &at("/drafts"), &fields).await;
    Draft { path: made.header("location").to_owned(), server, owner }
}

/// The value of the option with this text.
pub(crate) fn option(page: &Answer, says: &str) -> String {
    let before = page.body.split_once(&format!(">{says}</option>")).expect("there is this option").0;
    let value = before.rsplit_once("value=\"").unwrap().1;
    value.split('"').next().unwrap().to_owned()
}

impl Draft {
    pub(crate) async fn page(&self) -> Answer {
        self.server.get(&self.path, &self.owner).await
    }

    /// Sends the form of the page as it is now.
    pub(crate) async fn send(&self, fields: &str) -> Answer {
        let body = hidden(&self.page().await, &self.path) + fields;
        self.server.post(&self.path, &self.owner, body).await
    }
}

impl Draft {
    /// What a page that is open now is bound to, for a form that is sent later.
    pub(crate) async fn opened(&self) -> String {
        hidden(&self.page().await, &self.path)
    }

    pub(crate) async fn post(&self, body: String) -> Answer {
        self.server.post(&self.path, &self.owner, body).await
    }
}

#[tokio::test]
async fn lines_are_moved_and_copied_without_a_script() {
    let draft = draft().await;
    let second = LINE.replace("Chair", "Desk");
    for (action, order) in [
        ("move-line-up-2", vec!["Desk", "Chair"]),
        ("move-line-down-1", vec!["Desk", "Chair"]),
        ("duplicate-line-1", vec!["Chair", "Chair", "Desk"]),
        ("remove-line-1", vec!["Desk"]),
    ] {
        let page = draft.send(&format!("{LINE}&{second}&action={action}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let items = page.body.split("name=\"item_name\" value=\"").skip(1);
        let items: Vec<_> = items.map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(items, order, "{action}");
    }
}

#[tokio::test]
async fn the_page_of_a_draft_shows_what_is_typed_and_keeps_nothing() {
    let draft = draft().await;
    let half = "line_origin=&item_name=Desk&description=&quantity=&unit=C62&unit_price=&vat=";
    let page = draft.send(&format!("{LINE}&{half}&action=paper")).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.body, "%PDF- number \"\", reference None, 119.00 for First Buyer");
    assert!(draft.opened().await.contains("version=1&"));
}

#[tokio::test]
async fn the_summary_leads_to_the_cell_of_a_row_that_is_wrong() {
    let draft = draft().await;
    let wrong = "line_origin=&item_name=Desk&description=&quantity=many&unit=C62&unit_price=1&vat=S:19";
    let answer = draft.send(&format!("{LINE}&{wrong}&action=save")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("<a href=\"#field-quantity-2\">Quantity, line 2</a>: This is no number"),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("id=\"field-quantity-2\"") && answer.body.contains("id=\"error-quantity-2\"")
    );
}

#[tokio::test]
async fn the_summary_says_of_which_kind_of_row_a_mistake_is() {
    let draft = draft().await;
    let wrong = "line_allowance_line=1&line_allowance_origin=&line_allowance_kind=allowance&line_allowance_percent=&\
                 line_allowance_amount=much&line_allowance_reason=&allowance_origin=&allowance_kind=charge&\
                 allowance_percent=many&allowance_amount=&allowance_reason=&allowance_vat=";
    let answer = draft.send(&format!("{LINE}&{wrong}&action=save")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for row in [
        "Sum, discount or charge of an item 1</a>",
        "Percent, discount or charge 1</a>",
        ">Kind, item 1</label>",
    ] {
        assert!(answer.body.contains(row), "{row}: {}", answer.body);
    }
}

#[tokio::test]
async fn while_somebody_types_the_server_does_the_sums_and_keeps_nothing() {
    let draft = draft().await;
    let half = "line_origin=&item_name=Desk&description=&quantity=&unit=C62&unit_price=&vat=";
    let live = draft.send(&format!("{LINE}&{half}&action=preview")).await;
    assert_eq!(live.status, StatusCode::OK);
    for part in ["lead", "paper", "findings", "issue"] {
        assert!(live.body.contains(&format!("data-live-part=\"{part}\"")), "{part}");
    }
    assert!(live.body.contains("119.00") && !live.body.contains("<form class=\"form"), "{}", live.body);
    assert!(live.body.contains("Not finished yet") && !live.body.contains("It breaks no rule"));
    assert!(live.body.contains("Save the draft first"), "what is not saved is not offered for issuing");
    let kept = draft.page().await;
    assert!(!kept.body.contains("119.00") && kept.body.contains("data-live"));
    assert!(hidden(&kept, &draft.path).ends_with("version=1&"));
}

#[tokio::test]
async fn a_draft_goes_to_another_customer_and_to_none_that_is_not_there() {
    let draft = draft().await;
    let second = option(&draft.page().await, "Second Buyer");
    let live = draft.send(&format!("customer={second}&{LINE}&action=preview")).await;
    assert!(live.body.contains("Second Buyer") && !live.body.contains("First Buyer"));
    let saved = draft.send(&format!("customer={second}&{LINE}&action=save")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(draft.page().await.body.contains("Invoice for Second Buyer"));
    let nobody = "0198f4a0-1111-7222-8333-444455556666";
    let refused = draft.send(&format!("customer={nobody}&{LINE}&action=save")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"error-customer\""), "{}", refused.body);
    let left_out = draft.send(&format!("{LINE}&action=save")).await;
    assert_eq!(left_out.status, StatusCode::SEE_OTHER);
    assert!(draft.page().await.body.contains("Invoice for Second Buyer"));
}

#[tokio::test]
async fn discounts_and_charges_of_a_line_and_of_everything_are_added_saved_and_summed() {
    let draft = draft().await;
    let added = draft.send(&format!("{LINE}&action=add-line-allowance-1")).await;
    assert_eq!(added.status, StatusCode::OK);
    assert!(added.body.contains("id=\"field-line_allowance_percent-1\""), "{}", added.body);
    let of_line = |kind: &str, percent: &str, amount: &str| {
        format!(
            "line_allowance_line=1&line_allowance_origin=&line_allowance_kind={kind}&\
             line_allowance_percent={percent}&line_allowance_amount={amount}&line_allowance_reason=Why"
        )
    };
    let whole = |kind: &str, percent: &str, amount: &str| {
        format!(
            "allowance_origin=&allowance_kind={kind}&allowance_percent={percent}&allowance_amount={amount}&\
             allowance_reason=Why&allowance_vat="
        )
    };
    let fields = [
        LINE.to_owned(),
        of_line("allowance", "10", ""),
        of_line("charge", "", "4"),
        whole("allowance", "5", ""),
        whole("charge", "", "7"),
        "action=save".to_owned(),
    ];
    let saved = draft.send(&fields.join("&")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    // 2 × 50 − 10 % + 4 = 94.00; − 5 % (4.70) + 7.00 = 96.30; 19 % of it is 18.30.
    let page = draft.page().await;
    assert!(page.body.contains("114.60"), "{}", page.body);
    for id in
        ["line_allowance_percent-1", "line_allowance_amount-2", "allowance_percent-1", "allowance_amount-2"]
    {
        assert!(page.body.contains(&format!("id=\"field-{id}\"")), "{id}");
    }
}
