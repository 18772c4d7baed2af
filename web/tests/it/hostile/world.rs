//! Books with something of everything in them, made once and copied for every try.

use counterfoil_billing::Billing;
use counterfoil_billing::access::SignInStep;
use counterfoil_billing::organisations::OrganisationFile;
use counterfoil_billing::payees::NewPayee;
use counterfoil_identity::gate::Authenticated;
use counterfoil_identity::permission::{
    ChangePayee, EditCustomers, EditDrafts, EditProducts, Issue, ReadBooks, ShareDocument,
};
use counterfoil_identity::{OrganisationId, Token, authorize_operator, gate};
use counterfoil_store::customers::CustomerProfile;
use counterfoil_store::organisations::PayeeAccount;

use super::acts::Who;
use crate::server::{Enrolled, Files, PASSWORD, SLUG, Server, cookie};

/// Whose things nobody here may see.
const ELSEWHERE: &str = "elsewhere";

/// Books as they are before a try, who comes, and what stands for the `{…}` of paths and fields.
pub(crate) struct World {
    files: Files,
    pub(crate) cookie: String,
    names: Vec<(&'static str, String)>,
    /// The same names in another organisation.
    foreign: Vec<(&'static str, String)>,
}

impl World {
    pub(crate) async fn of(who: Who) -> Self {
        let server = Server::start().await;
        let (cookie, names, foreign) = match who {
            Who::First => (String::new(), vec![("{setup_secret}", setup_secret(&server).await)], Vec::new()),
            Who::Enrolling => {
                let token = server.owner().await;
                let half = server.billing.unfinished_session(&token).await.unwrap().unwrap();
                let secret = server.billing.begin_totp(&half).await.unwrap().secret;
                let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
                let secret = <[u8; 20]>::try_from(secret.as_slice()).unwrap();
                let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
                (cookie(&token), vec![("{totp}", totp.generate(server.second()).to_string())], Vec::new())
            }
            Who::Nobody | Who::Halfway | Who::Owner | Who::Buyer => full(&server, who).await,
        };
        Self { files: server.stop().await, cookie, names, foreign }
    }

    pub(crate) async fn open(&self) -> Server {
        Server::on_copy(&self.files).await
    }

    /// A path or value with its names filled in.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    /// The names that stand for something of another organisation too.
    pub(super) fn foreign(&self) -> &[(&'static str, String)] {
        &self.foreign
    }
}

async fn setup_secret(server: &Server) -> String {
    server.billing.offer_setup().await.unwrap().unwrap().split_once('#').unwrap().1.to_owned()
}

type Full = (String, Vec<(&'static str, String)>, Vec<(&'static str, String)>);

async fn full(server: &Server, who: Who) -> Full {
    let Enrolled { token, totp, recovery_codes } = server.enrolled().await;
    server.organisation(&token).await;
    let billing = &server.billing;
    let operator = gate::operator_command("test");
    let ours = billing.find_organisation(SLUG).await.unwrap().unwrap();
    let (mut names, secret) = filled(billing, &operator, ours).await;
    names.extend([
        ("{organisation}", SLUG.to_owned()),
        ("{totp}", totp.generate(server.second()).to_string()),
        ("{recovery_code}", recovery_codes[0].to_text()),
        ("{password}", PASSWORD.to_owned()),
        ("{link_secret}", secret.clone()),
    ]);
    let file: OrganisationFile = serde_json::from_str(
        r#"{ "seller": { "name": "Elsewhere Ltd", "vat_identifier": "IE6388047V",
             "address": { "city": "Exampletown", "country": "IE" } }, "iban": "DE02120300000000202051" }"#,
    )
    .unwrap();
    let theirs = billing.create_organisation(&operator, file.into_new(ELSEWHERE)).await.unwrap();
    let (mut foreign, _) = filled(billing, &operator, theirs).await;
    foreign.push(("{organisation}", ELSEWHERE.to_owned()));
    let cookie = match who {
        Who::Owner => cookie(&token),
        Who::Halfway => {
            let step = billing.sign_in("ada@example.com", PASSWORD.to_owned().into(), "192.0.2.1").await;
            let Ok(SignInStep::SecondFactor(half)) = step else { panic!("the password is right") };
            cookie(&half)
        }
        Who::Buyer => {
            let opened = billing.open_portal(&Token::parse(&secret).unwrap()).await.unwrap();
            format!("__Host-cf-portal={}", opened.to_text())
        }
        Who::First | Who::Enrolling | Who::Nobody => String::new(),
    };
    (cookie, names, foreign)
}

/// A customer, a draft for them, an issued invoice, a link to it, a mail that waits and a payee account that waits; and the
/// link's secret.
async fn filled(
    billing: &Billing,
    operator: &Authenticated,
    organisation: OrganisationId,
) -> (Vec<(&'static str, String)>, String) {
    let drafts = authorize_operator::<EditDrafts>(operator, organisation).unwrap();
    let customers = authorize_operator::<EditCustomers>(operator, organisation).unwrap();
    let share = authorize_operator::<ShareDocument>(operator, organisation).unwrap();
    let read = authorize_operator::<ReadBooks>(operator, organisation).unwrap();
    let issue = authorize_operator::<Issue>(operator, organisation).unwrap();
    let buyer = serde_json::from_str(
        r#"{ "name": "Beispiel Handels GmbH", "address": { "city": "Musterstadt", "country": "DE" } }"#,
    );
    let email = "accounts@example.org".to_owned();
    let profile = CustomerProfile { buyer: buyer.unwrap(), email, ..CustomerProfile::default() };
    let customer = billing.create_customer(&customers, profile).await.unwrap();
    let products = authorize_operator::<EditProducts>(operator, organisation).unwrap();
    let product = serde_json::from_str(
        r#"{ "item": { "name": "Optical bench" }, "unit": "C62", "net_price": "100", "currency": "EUR",
             "vat_category": "Standard", "vat_rate": "19" }"#,
    );
    let product = billing.create_product(&products, product.unwrap()).await.unwrap();
    let content = || {
        serde_json::from_str(
            r#"{ "lines": [ { "quantity": "2", "unit": "C62", "price": { "net_price": "100" },
                 "vat_category": "S", "vat_rate": "19", "item": { "name": "Optical bench" } } ] }"#,
        )
        .unwrap()
    };
    let draft = billing.create_draft(&drafts, Some(customer), content()).await.unwrap();
    let second = billing.create_draft(&drafts, Some(customer), content()).await.unwrap();
    let invoice = billing.issue(&issue, second, 1).await.unwrap().id;
    let link = billing.create_link(&share, invoice).await.unwrap().unwrap();
    let of_link = billing.invoice(&read, invoice).await.unwrap().unwrap().links[0].id;
    billing.send(&share, invoice, "accounts@example.org").await.unwrap();
    let view = billing.invoice(&read, invoice).await.unwrap().unwrap();
    let payee = authorize_operator::<ChangePayee>(operator, organisation).unwrap();
    let account =
        PayeeAccount { iban: "CH9300762011623852957".to_owned(), bic: None, holder: "Muster".to_owned() };
    let account = billing.add_payee(&payee, NewPayee { name: "Savings".to_owned(), account }).await.unwrap();
    let names = vec![
        ("{account}", account.to_string()),
        ("{customer}", customer.to_string()),
        ("{product}", product.to_string()),
        ("{draft}", draft.to_string()),
        ("{invoice}", invoice.to_string()),
        ("{portal_link}", of_link.to_string()),
        ("{message}", view.mails[0].id.to_string()),
        ("{code}", view.kept.code),
    ];
    (names, link.split_once('#').unwrap().1.to_owned())
}
