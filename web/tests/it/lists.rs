//! Lists as people use them: searched, paged by links that cannot be tampered with, exported, acted on together.

use axum::http::StatusCode;
use counterfoil_billing::export::Selection;
use counterfoil_billing::invoice_list::InvoiceChoice;
use counterfoil_identity::permission::{
    EditCustomers, EditDrafts, EditProducts, ExportBooks, Issue, ReadBooks, ReadLedger,
};
use counterfoil_identity::{Actor, Permission, Token};
use counterfoil_invoice::{Buyer, Content, PostalAddress};
use counterfoil_store::customers::{CustomerContact, CustomerProfile};
use uuid::Uuid;

use crate::server::{SLUG, Server};
use crate::site::Answer;
use crate::typing::hidden;

/// A name that a spreadsheet would run.
const FORMULA: &str = "=cmd|' /C calc'!A0, \"Ltd\"";

/// Books on a server, and their owner.
pub(crate) struct Books {
    pub(crate) server: Server,
    pub(crate) owner: String,
}

impl Books {
    pub(crate) async fn on(server: Server) -> Self {
        let owner = server.signed_in().await;
        Self { server, owner }
    }

    pub(crate) async fn may<P: Permission>(&self) -> Actor<P> {
        let token = Token::parse(self.owner.strip_prefix("__Host-cf=").unwrap()).unwrap();
        self.server.billing.session(&token).await.unwrap().unwrap().actor(SLUG).unwrap()
    }

    pub(crate) async fn customer(&self, name: &str, email: &str) -> Uuid {
        let address = PostalAddress { country: "DE".to_owned(), ..PostalAddress::default() };
        let buyer = Buyer { name: name.to_owned(), address, ..Buyer::default() };
        let profile = CustomerProfile { buyer, email: email.to_owned(), ..CustomerProfile::default() };
        self.server.billing.create_customer(&self.may::<EditCustomers>().await, profile).await.unwrap()
    }

    pub(crate) async fn invoice(&self, customer: Uuid) -> Uuid {
        let content: Content = serde_json::from_str(
            r#"{ "lines": [ { "quantity": "2", "unit": "C62", "price": { "net_price": "100" },
                 "vat_category": "S", "vat_rate": "19", "item": { "name": "Optical bench" } } ] }"#,
        )
        .unwrap();
        let billing = &self.server.billing;
        let draft =
            billing.create_draft(&self.may::<EditDrafts>().await, Some(customer), content).await.unwrap();
        billing.issue(&self.may::<Issue>().await, draft, 1).await.unwrap().id
    }

    pub(crate) async fn get(&self, below: &str) -> Answer {
        self.server.get(&format!("/o/{SLUG}{below}"), &self.owner).await
    }

    pub(crate) async fn fill_in(&self, page: &str, action: &str, fields: &str) -> Answer {
        let at = |below: &str| format!("/o/{SLUG}{below}");
        self.server.fill_in(&at(page), &self.owner, &at(action), fields).await
    }
}

/// The address behind this link of the pager.
fn link(answer: &Answer, rel: &str) -> Option<String> {
    let (before, _) = answer.body.split_once(&format!("\" rel=\"{rel}\""))?;
    let address = before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&");
    Some(address.strip_prefix(&format!("/o/{SLUG}")).unwrap().to_owned())
}

pub(crate) fn numbers(answer: &Answer) -> Vec<String> {
    let rows = answer.body.split("class=\"row-link\"").skip(1);
    let texts = rows.map(|row| row.split_once('>').unwrap().1.split('<').next().unwrap().to_owned());
    texts.filter(|text| text.starts_with("2026-")).collect()
}

async fn pages(server: Server) {
    let books = Books::on(server).await;
    let (alder, ash) = (books.customer("Alder GmbH", "").await, books.customer("Ash GmbH", "").await);
    for at in 0..54 {
        books.invoice(if at % 9 == 0 { ash } else { alder }).await;
    }
    let first = books.get("/invoices?sort=-amount").await;
    assert_eq!((numbers(&first).len(), link(&first, "prev")), (50, None), "{}", first.body);
    let next = link(&first, "next").unwrap();
    let second = books.get(&next).await;
    assert_eq!((numbers(&second).len(), link(&second, "next")), (4, None));
    let again = books.get(&link(&second, "prev").unwrap()).await;
    assert_eq!(numbers(&again), numbers(&first));

    // A cursor is what was made for this list of this organisation, and nothing else.
    let cursor = next.split_once("cursor=").unwrap().1.to_owned();
    let refused = async |address: String| {
        let answer = books.get(&address).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
        assert!(answer.body.contains("The address of this page is not"), "{}", answer.body);
    };
    for at in 0..cursor.len() {
        let mut tampered = cursor.clone().into_bytes();
        tampered[at] = if tampered[at] == b'A' { b'B' } else { b'A' };
        refused(format!("/invoices?sort=-amount&cursor={}", String::from_utf8(tampered).unwrap())).await;
    }
    refused(format!("/invoices?sort=amount&cursor={cursor}")).await;
    refused(format!("/invoices?cursor={cursor}")).await;
    refused(format!("/invoices?status=draft&cursor={cursor}")).await;
    refused(format!("/customers?cursor={cursor}")).await;
    refused(format!("/products?cursor={cursor}")).await;
    refused(format!("/invoices?sort=-amount&cursor={cursor}{cursor}")).await;

    let found = books.get("/invoices?q=ash&sort=number").await;
    assert_eq!(numbers(&found).len(), 6);
    assert_eq!(numbers(&books.get("/invoices?q=2026-0042").await), ["2026-0042"]);
    let of_ash = books.get(&format!("/invoices?customer={ash}&status=open")).await;
    assert_eq!(numbers(&of_ash), numbers(&books.get("/invoices?q=ASH").await));
    assert!(of_ash.body.contains("Ash GmbH"));
    assert!(numbers(&books.get("/invoices?status=paid").await).is_empty());
    let searched = books.get("/customers?q=alder&sort=owing").await.body;
    assert!(searched.contains("Alder GmbH") && !searched.contains("Ash GmbH"), "{searched}");
    let page = books.get(&format!("/customers/{ash}")).await.body;
    assert!(page.contains("Owes €1,428.00."), "{page}");
}

#[tokio::test]
async fn pages_of_the_list_lead_there_and_back_and_no_cursor_is_taken_that_was_not_made_here() {
    pages(Server::start().await).await;
}

#[tokio::test]
async fn pages_of_the_list_lead_there_and_back_on_postgresql() {
    let Some(server) = Server::on_postgres("lists").await else { return };
    pages(server).await;
}

#[tokio::test]
async fn an_export_holds_what_is_chosen_runs_nothing_and_is_an_entry_in_the_ledger() {
    let books = Books::on(Server::start().await).await;
    let (formula, ash) = (books.customer(FORMULA, "").await, books.customer("Ash GmbH", "").await);
    books.invoice(formula).await;
    books.invoice(ash).await;
    let nothing = "customer=&currency=&from=&to=";
    let all = books.fill_in("/invoices", "/invoices/export", &format!("q=&status=&{nothing}")).await;
    assert_eq!(all.status, StatusCode::OK);
    assert!(all.header("content-type").starts_with("text/csv; charset=utf-8"));
    assert_eq!(all.header("content-disposition"), "attachment; filename=\"invoices-2026-03-02.csv\"");
    let lines: Vec<_> = all.body.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "number,type_code,issue_date,due_date,customer,customer_vat_id,currency,net,vat,amount,paid,credited,open,\
         status,id"
    );
    assert!(
        lines[1].starts_with(
            "2026-0001,380,2026-03-02,2026-03-16,\"'=cmd|' /C calc'!A0, \"\"Ltd\"\"\",,EUR,200.00,38.00,238.00,0.00,\
             0.00,238.00,open,"
        ),
        "{}",
        lines[1]
    );
    assert!(lines[2].starts_with("2026-0002,"));
    assert_eq!(lines[3..], [""]);

    let one =
        books.fill_in("/invoices", "/invoices/export", &format!("q=ash&status=open&{nothing}&bom=yes")).await;
    assert!(one.body.starts_with("\u{feff}number,"), "{}", one.body);
    assert_eq!(one.body.matches("2026-").count(), 1 + 2, "one document with its two dates: {}", one.body);
    let entries = books.server.billing.ledger(&books.may::<ReadLedger>().await, None).await.unwrap().entries;
    let exports: Vec<_> = entries.iter().filter(|entry| entry.statement.kind == "books.exported").collect();
    assert_eq!(exports.len(), 2);
    assert!(exports.iter().all(|entry| entry.by.is_some()));
    assert!(!format!("{:?}", exports[0].statement.details).contains("ash"), "words stay out of the ledger");

    // What is issued while somebody fetches slowly is not in the file.
    let billing = &books.server.billing;
    let selection = Selection::Chosen(InvoiceChoice::default());
    let mut export = billing.export_invoices(&books.may::<ExportBooks>().await, selection).await.unwrap();
    books.invoice(ash).await;
    let lines = billing.export_lines(&mut export).await.unwrap().unwrap();
    assert_eq!(lines.lines().count(), 3);
    assert!(billing.export_lines(&mut export).await.unwrap().is_none());
}

#[tokio::test]
async fn links_are_sent_for_those_that_are_ticked_each_once_and_each_has_its_answer() {
    let books = Books::on(Server::start().await).await;
    let with = books.customer("With address GmbH", "accounts@example.org").await;
    let without = books.customer("Without address GmbH", "").await;
    let ids = [books.invoice(with).await, books.invoice(without).await];
    let path = format!("/o/{SLUG}/invoices/bulk");
    let page = books.get("/invoices").await;
    let body = format!("{}select={}&select={}&action=mail", hidden(&page, &path), ids[0], ids[1]);
    for _ in 0..2 {
        let answer = books.server.post(&path, &books.owner, body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK);
        for words in ["1 of 2 sent.", "accounts@example.org", "No e-mail address is known"] {
            assert!(answer.body.contains(words), "{words}: {}", answer.body);
        }
    }
    let reader = books.may::<ReadBooks>().await;
    let mails = async |id| books.server.billing.invoice(&reader, id).await.unwrap().unwrap().mails.len();
    assert_eq!((mails(ids[0]).await, mails(ids[1]).await), (1, 0), "sent twice it acts once");

    let file = books.fill_in("/invoices", "/invoices/bulk", &format!("select={}&action=csv", ids[1])).await;
    assert!(
        file.body.contains("Without address GmbH") && !file.body.contains("With address GmbH"),
        "{}",
        file.body
    );
    let none = books.fill_in("/invoices", "/invoices/bulk", "action=mail").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Tick the documents first."), "{}", none.body);
}

#[tokio::test]
async fn a_product_becomes_a_line_with_all_that_is_known_of_it() {
    let books = Books::on(Server::start().await).await;
    let customer = books.customer("Alder GmbH", "").await;
    let fields = "name=Bench&description=With+feet&sellers_identifier=OB-1&gtin=6291041500213&net_price=1289,505&\
                  unit=C62&vat=S:19";
    books.fill_in("/products/new", "/products", fields).await;
    let billing = &books.server.billing;
    let reader = books.may::<ReadBooks>().await;
    let product = billing.products(&reader).await.unwrap().remove(0);
    let draft = billing
        .create_draft(&books.may::<EditDrafts>().await, Some(customer), Content::default())
        .await
        .unwrap();
    let path = format!("/drafts/{draft}");
    let empty = "line_origin=&item_name=&description=&quantity=&unit=C62&unit_price=&vat=";
    let added =
        books.fill_in(&path, &path, &format!("{empty}&product={}&action=add-product", product.id)).await;
    assert_eq!(added.status, StatusCode::OK);
    let origin = format!("product:{}", product.id);
    assert!(added.body.contains(&format!("name=\"line_origin\" value=\"{origin}\"")), "{}", added.body);
    assert_eq!(added.body.matches("name=\"line_origin\"").count(), 1, "the empty row gave way");
    let line = format!(
        "line_origin={origin}&item_name=Bench&description=With+feet&quantity=3&unit=C62&unit_price=1289.505&vat=S:19"
    );
    let saved = books.fill_in(&path, &path, &format!("{line}&action=save")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let kept = billing.find_draft(&reader, draft).await.unwrap().unwrap();
    let item = &kept.draft.0.lines[0].item;
    assert_eq!(item.sellers_identifier.as_deref(), Some("OB-1"));
    assert_eq!(item.standard_identifier.as_ref().unwrap().value, "6291041500213");

    let unknown = format!("{empty}&product={}&action=add-product", Uuid::nil());
    let refused = books.fill_in(&path, &path, &unknown).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("href=\"#field-product\""), "{}", refused.body);
    let products = books.may::<EditProducts>().await;
    billing.archive_product(&products, product.id, true).await.unwrap();
    assert!(
        !books.get(&path).await.body.contains("action\" value=\"add-product\""),
        "archived is not offered"
    );
    assert_eq!(books.get("/products?status=archived&q=bench").await.body.matches("row-link").count(), 1);
}

#[tokio::test]
async fn a_draft_takes_over_where_goods_go_and_leaves_it_with_the_customer() {
    let books = Books::on(Server::start().await).await;
    let fields = "name=Alder&country=DE&delivery_line_1=Hafen+4&delivery_city=Musterhafen&delivery_country=NL&\
                  contact_name=Robin&contact_role=Accounts&contact_email=robin%40example.org&contact_telephone=&\
                  invoices_to=1";
    let made = books.fill_in("/customers/new", "/customers", fields).await;
    let alder: Uuid = made.header("location").rsplit_once('/').unwrap().1.parse().unwrap();
    let ash = books.customer("Ash", "").await;
    let billing = &books.server.billing;
    let reader = books.may::<ReadBooks>().await;
    let profile = billing.customer(&reader, alder).await.unwrap().unwrap().profile;
    assert_eq!(profile.invoice_address(), "robin@example.org");
    let robin = CustomerContact {
        name: "Robin".to_owned(),
        role: "Accounts".to_owned(),
        email: "robin@example.org".to_owned(),
        telephone: String::new(),
    };
    assert_eq!(profile.contacts, [robin]);
    let drafts = books.may::<EditDrafts>().await;
    let draft = billing.create_draft(&drafts, Some(alder), Content::default()).await.unwrap();
    let delivery = async || {
        let kept = billing.find_draft(&reader, draft).await.unwrap().unwrap();
        (kept.version, kept.draft.0.delivery.and_then(|delivery| delivery.address), kept.draft.0.buyer.name)
    };
    let (version, address, _) = delivery().await;
    assert_eq!(address.as_ref().unwrap().city.as_deref(), Some("Musterhafen"));
    let content = billing.find_draft(&reader, draft).await.unwrap().unwrap().draft.0;
    billing.update_draft(&drafts, draft, version, Some(ash), content).await.unwrap();
    let (_, address, name) = delivery().await;
    assert_eq!((address, name.as_str()), (None, "Ash"));
}

#[tokio::test]
async fn one_more_contact_is_one_more_row_and_nothing_typed_is_lost() {
    let books = Books::on(Server::start().await).await;
    let fields = "name=Alder&country=DE&contact_name=Robin&contact_role=&contact_email=&contact_telephone=&\
                  action=add-contact";
    let page = books.fill_in("/customers/new", "/customers", fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.body.matches("name=\"contact_name\"").count(), 2);
    assert!(page.body.contains("value=\"Robin\"") && page.body.contains("value=\"Alder\""), "{}", page.body);
    let fields =
        "name=Alder&country=DE&contact_name=Robin&contact_role=&contact_email=no+address&contact_telephone=";
    let refused = books.fill_in("/customers/new", "/customers", fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("href=\"#field-contact_email-1\""), "{}", refused.body);
}
