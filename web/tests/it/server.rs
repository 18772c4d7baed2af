//! The whole server on fresh books and a clock that stands still, and people who use it.

use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use axum::http::Request;
use axum::http::header::COOKIE;
use counterfoil_billing::access::{NewOwner, SignInStep};
use counterfoil_billing::organisations::NewOrganisation;
use counterfoil_billing::{Billing, Clock, Misprint, Parts};
use counterfoil_identity::Token;
use counterfoil_identity::password::Cost;
use counterfoil_identity::recovery::RecoveryCode;
use counterfoil_invoice::paper::{Paper, Stationery};
use counterfoil_invoice::{Currency, Numbering, PostalAddress, Seller};
use counterfoil_store::organisations::{MailSettings, NewDrafts, PageLanguages, PayeeAccount, Profile};
use counterfoil_store::{DatabaseUrl, INSTALLATION, SecondPlace, Store};
use counterfoil_vault::RootKey;
use counterfoil_web::{AppState, router};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use object_store::memory::InMemory;
use tempfile::TempDir;
use tokio::sync::Semaphore;

use crate::site::{Answer, ORIGIN, answer};

pub(crate) const PASSWORD: &str = "seven quiet otters count receipts";
pub(crate) const SLUG: &str = "muster";

/// The names and contents of a folder's files.
pub(crate) type Files = Vec<(std::ffi::OsString, Vec<u8>)>;

pub(crate) struct Server {
    router: Router,
    pub(crate) billing: Billing,
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
}

/// An owner who has shown all factors.
pub(crate) struct Enrolled {
    pub(crate) token: Token,
    pub(crate) totp: totp_rs::Totp,
    pub(crate) recovery_codes: Vec<RecoveryCode>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let database = DatabaseUrl::sqlite(&folder.path().join("books.sqlite"));
        Self::on(&database, folder).await
    }

    /// The same on a database of its own on the server that `COUNTERFOIL_TEST_POSTGRES` names.
    pub(crate) async fn on_postgres(name: &str) -> Option<Self> {
        let Ok(server) = std::env::var("COUNTERFOIL_TEST_POSTGRES") else {
            println!("not run on PostgreSQL: COUNTERFOIL_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("web_{name}_{}", std::process::id());
        let create = format!("CREATE DATABASE {name}");
        let psql = Command::new("psql").arg(&server).args(["--quiet", "--command", &create]).status();
        assert!(psql.unwrap().success());
        let (base, _) = server.rsplit_once('/').unwrap();
        let database = DatabaseUrl::parse(&format!("{base}/{name}")).unwrap();
        Some(Self::on(&database, TempDir::new().unwrap()).await)
    }

    async fn on(database: &DatabaseUrl, folder: TempDir) -> Self {
        let clock = Clock::at("2026-03-02T09:00:00Z".parse().unwrap());
        let root = RootKey::from_bytes([7; 32]);
        let place = SecondPlace::folder(folder.path().to_owned());
        let store = Store::open(database, root, Arc::new(InMemory::new()), place, clock.now()).await.unwrap();
        let parts = Parts {
            store: store.clone(),
            clock,
            time_zone: TimeZone::UTC,
            renderer: Arc::new(draw),
            proofreader: Arc::new(|_, _, _| Err(Misprint(Vec::new()))),
            send_mail: None,
            base_url: ORIGIN.to_owned(),
            password_cost: Cost::FLOOR,
            password_slots: Arc::new(Semaphore::new(2)),
        };
        let billing = Billing::start(parts).await.unwrap();
        let client = MockConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 49_152)));
        let router = router(AppState::new(billing.clone())).layer(client);
        Self { router, billing, store, folder }
    }

    /// What lies in the database, byte for byte: whoever writes anything changes it.
    pub(crate) fn books(&self) -> [Vec<u8>; 2] {
        ["books.sqlite", "books.sqlite-wal"]
            .map(|name| std::fs::read(self.folder.path().join(name)).unwrap_or_default())
    }

    /// The factors that the ledger says were shown for the session that was opened last.
    pub(crate) async fn factors_shown(&self) -> Vec<String> {
        let mut books = self.store.read(INSTALLATION).await.unwrap();
        let size = books.ledger_size().await.unwrap();
        let entries = books.list_entries(0, size.try_into().unwrap()).await.unwrap();
        let mut newest_first = entries.iter().rev().map(|entry| entry.opening.statement().unwrap());
        let opened = newest_first.find(|statement| statement.kind == "session.opened").unwrap();
        serde_json::from_value(opened.details["factors"].clone()).unwrap()
    }

    /// Ends the server and gives all files of its folder: the database, and the second place of its ledgers.
    pub(crate) async fn stop(self) -> Files {
        self.store.close().await;
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap());
        files.map(|file| (file.file_name(), std::fs::read(file.path()).unwrap())).collect()
    }

    /// A server on a copy of what [`Server::stop`] gave; files of documents are kept in memory and are gone.
    pub(crate) async fn on_copy(files: &Files) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let database = DatabaseUrl::sqlite(&folder.path().join("books.sqlite"));
        Self::on(&database, folder).await
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

    /// The first owner with all factors. The code was that of the step before, so that of this one is unused.
    pub(crate) async fn enrolled(&self) -> Enrolled {
        let token = self.owner().await;
        let half = self.billing.unfinished_session(&token).await.unwrap().unwrap();
        let enrolment = self.billing.begin_totp(&half).await.unwrap();
        let secret = data_encoding::BASE32_NOPAD.decode(enrolment.secret.as_bytes()).unwrap();
        let secret = <[u8; 20]>::try_from(secret.as_slice()).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
        let code = totp.generate(self.second() - 30).to_string();
        let (token, recovery_codes) = self.billing.confirm_totp(&half, &token, &code).await.unwrap();
        Enrolled { token, totp, recovery_codes }
    }

    /// The time, in seconds since 1970.
    pub(crate) fn second(&self) -> u64 {
        self.billing.clock().now().as_second().unsigned_abs()
    }

    /// The cookie of an owner who has shown all factors and has an organisation.
    pub(crate) async fn signed_in(&self) -> String {
        self.signed_in_with_app().await.0
    }

    /// The same, with what the app is set up with and the recovery codes.
    pub(crate) async fn signed_in_with_app(&self) -> (String, App) {
        let Enrolled { token, totp, recovery_codes } = self.enrolled().await;
        self.organisation(&token).await;
        let recovery_codes = recovery_codes.iter().map(RecoveryCode::to_text).collect();
        (cookie(&token), App { totp, recovery_codes })
    }

    /// An organisation of whoever this session is.
    pub(crate) async fn organisation(&self, token: &Token) {
        let person = self.billing.session(token).await.unwrap().unwrap();
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
            numbering: Numbering::default(),
            new_drafts: NewDrafts::default(),
            mail: MailSettings::default(),
            languages: PageLanguages::default(),
        };
        let account = PayeeAccount {
            iban: "DE02120300000000202051".into(),
            bic: None,
            holder: "Muster Werkstatt GmbH".into(),
        };
        let new = NewOrganisation { slug: SLUG.into(), profile, account, form: None };
        self.billing.create_organisation(person.gate(), new).await.unwrap();
    }

    /// A second session of the owner, with a code of the next half minute.
    pub(crate) async fn signed_in_again(&self, app: &App) -> String {
        self.billing.clock().advance(SignedDuration::from_secs(30));
        let step = self.billing.sign_in("ada@example.com", PASSWORD.to_owned().into(), "192.0.2.9").await;
        let SignInStep::SecondFactor(token) = step.unwrap() else { panic!("a factor is set up") };
        let half = self.billing.unfinished_session(&token).await.unwrap().unwrap();
        cookie(&self.billing.show_totp(&half, &token, &app.code(self)).await.unwrap())
    }
}

/// The owner's second factor.
pub(crate) struct App {
    totp: totp_rs::Totp,
    pub(crate) recovery_codes: Vec<String>,
}

impl App {
    /// The code that set the app up.
    pub(crate) fn used_code(&self, server: &Server) -> String {
        self.totp.generate(server.second() - 30).to_string()
    }

    /// The code of the moment.
    pub(crate) fn code(&self, server: &Server) -> String {
        self.totp.generate(server.second()).to_string()
    }
}

/// The page of a draft in words, as there is no typesetter here; and none of an issued document.
fn draw(paper: &Paper<'_>) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    if !paper.is_draft || paper.verification.is_some() {
        return Err("no paper in these tests".into());
    }
    let document = paper.document;
    let reference =
        document.content.payment.as_ref().and_then(|payment| payment.remittance_information.as_deref());
    let page = format!(
        "%PDF- number {:?}, reference {reference:?}, {} for {}",
        document.number, document.totals.amount_due, document.content.buyer.name
    );
    Ok(page.into_bytes())
}

pub(crate) fn cookie(token: &Token) -> String {
    format!("__Host-cf={}", token.to_text())
}
