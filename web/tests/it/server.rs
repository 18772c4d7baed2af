//! The whole server on fresh books and a clock that stands still, and people who use it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use axum::http::Request;
use axum::http::header::COOKIE;
use counterfoil_billing::access::NewOwner;
use counterfoil_billing::organisations::NewOrganisation;
use counterfoil_billing::{Billing, Clock, Parts};
use counterfoil_identity::Token;
use counterfoil_identity::password::Cost;
use counterfoil_invoice::paper::Stationery;
use counterfoil_invoice::{Currency, PostalAddress, Seller};
use counterfoil_store::organisations::{PayeeAccount, Profile};
use counterfoil_store::{DatabaseUrl, Store};
use counterfoil_vault::RootKey;
use counterfoil_web::{AppState, router};
use jiff::tz::TimeZone;
use object_store::memory::InMemory;
use tempfile::TempDir;
use tokio::sync::Semaphore;

use crate::site::{Answer, ORIGIN, answer};

pub(crate) const PASSWORD: &str = "seven quiet otters count receipts";
pub(crate) const SLUG: &str = "muster";

pub(crate) struct Server {
    router: Router,
    pub(crate) billing: Billing,
    _folder: TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Clock::at("2026-03-02T09:00:00Z".parse().unwrap());
        let database = DatabaseUrl::sqlite(&folder.path().join("books.sqlite"));
        let root = RootKey::from_bytes([7; 32]);
        let store = Store::open(&database, root, Arc::new(InMemory::new()), clock.now()).await.unwrap();
        let parts = Parts {
            store,
            clock,
            time_zone: TimeZone::UTC,
            renderer: Arc::new(|_| Err("no paper in these tests".into())),
            proofreader: Arc::new(|_, _, _| Err("no paper in these tests".into())),
            send_mail: None,
            base_url: ORIGIN.to_owned(),
            password_cost: Cost::FLOOR,
            password_slots: Arc::new(Semaphore::new(2)),
        };
        let billing = Billing::start(parts).await.unwrap();
        let client = MockConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 49_152)));
        let router = router(AppState::new(billing.clone())).layer(client);
        Self { router, billing, _folder: folder }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        answer(self.router.clone(), request).await
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    /// The first owner after the password: a session that can only set up the second factor.
    pub(crate) async fn owner(&self) -> Token {
        let link = self.billing.offer_setup().await.unwrap().unwrap();
        let secret = Token::parse(link.split_once('#').unwrap().1).unwrap();
        let owner = NewOwner {
            name: "Ada <b>Muster</b>".into(),
            email: "ada@example.com".into(),
            password: PASSWORD.to_owned().into(),
        };
        self.billing.create_owner(&secret, owner).await.unwrap()
    }

    /// The cookie of an owner who has shown all factors and has an organisation.
    pub(crate) async fn signed_in(&self) -> String {
        let token = self.owner().await;
        let half = self.billing.unfinished_session(&token).await.unwrap().unwrap();
        let enrolment = self.billing.begin_totp(&half).await.unwrap();
        let secret = data_encoding::BASE32_NOPAD.decode(enrolment.secret.as_bytes()).unwrap();
        let secret = <[u8; 20]>::try_from(secret.as_slice()).unwrap();
        let app = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
        let second = self.billing.clock().now().as_second().unsigned_abs();
        let code = app.generate(second).to_string();
        let (token, _) = self.billing.confirm_totp(&half, &token, &code).await.unwrap();
        let person = self.billing.session(&token).await.unwrap().unwrap();
        let profile = Profile {
            seller: Seller {
                name: "Muster Werkstatt GmbH".into(),
                vat_identifier: Some("DE123456789".into()),
                address: PostalAddress {
                    city: Some("Musterstadt".into()),
                    country: "DE".into(),
                    ..PostalAddress::default()
                },
                ..Seller::default()
            },
            currency: Currency::EUR,
            payment_days: 14,
            language: "en".into(),
            stationery: Stationery::default(),
        };
        let account = PayeeAccount {
            iban: "DE02120300000000202051".into(),
            bic: None,
            holder: "Muster Werkstatt GmbH".into(),
        };
        let new = NewOrganisation { slug: SLUG.into(), profile, account };
        self.billing.create_organisation(person.gate(), new).await.unwrap();
        cookie(&token)
    }
}

pub(crate) fn cookie(token: &Token) -> String {
    format!("__Host-cf={}", token.to_text())
}
