//! The books of a data folder, looked into while no server or beside one.

use std::path::Path;
use std::sync::Arc;

use counterfoil_billing::{Billing, Clock, Misprint, Parts, Proofreader};
use counterfoil_identity::password::Cost;
use counterfoil_store::{DatabaseUrl, SecondPlace, Store};
use counterfoil_vault::RootKey;
use object_store::local::LocalFileSystem;
use tokio::sync::Semaphore;

/// The books of this folder, or of this database with the folder's key and files.
pub(crate) async fn store(data: &Path, database: Option<&str>, clock: &Clock) -> Store {
    let key: [u8; 32] = std::fs::read(data.join("root.key")).unwrap().try_into().unwrap();
    let files = Arc::new(LocalFileSystem::new_with_prefix(data.join("files")).unwrap());
    let database = match database {
        Some(url) => DatabaseUrl::parse(url).unwrap(),
        None => DatabaseUrl::sqlite(&data.join("counterfoil.sqlite")),
    };
    let place = SecondPlace::folder(data.join("checkpoints"));
    Store::open(&database, RootKey::from_bytes(key), files, place, clock.now()).await.unwrap()
}

pub(crate) fn proofreader() -> Proofreader {
    Arc::new(|page, document, language| {
        counterfoil_render::proofread(page, document, language).map_err(|misprint| Misprint(misprint.0))
    })
}

/// What the binary puts together, without a mail server and with cheap passwords.
pub(crate) fn parts(store: Store, clock: Clock) -> Parts {
    Parts {
        store,
        clock,
        time_zone: jiff::tz::TimeZone::UTC,
        renderer: Arc::new(|paper| counterfoil_render::pdf(paper).map_err(Into::into)),
        proofreader: proofreader(),
        send_mail: None,
        base_url: "https://localhost:8443".to_owned(),
        password_cost: Cost::FLOOR,
        password_slots: Arc::new(Semaphore::new(1)),
    }
}

/// The use cases on these books, so much later than now.
pub(crate) async fn billing(data: &Path, database: Option<&str>, later: jiff::SignedDuration) -> Billing {
    let clock = Clock::at(Clock::System.now() + later);
    Billing::start(parts(store(data, database, &clock).await, clock)).await.unwrap()
}
