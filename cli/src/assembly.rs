//! Puts the rooms together.

use std::sync::Arc;
use std::thread::available_parallelism;

use anyhow::Context as _;
use counterfoil_billing::{Billing, Clock, Parts, Proofreader, Renderer};
use counterfoil_identity::password::Cost;
use counterfoil_store::{DatabaseUrl, Store};
use object_store::local::LocalFileSystem;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::smtp;

/// The use cases on the data folder's books.
pub(crate) struct Assembly {
    pub(crate) store: Store,
    pub(crate) billing: Billing,
}

pub(crate) async fn assemble(config: &Config, folder: &DataFolder) -> anyhow::Result<Assembly> {
    let store = open_store(config, folder).await?;
    let billing = billing(config, &store, Clock::System).await?;
    Ok(Assembly { store, billing })
}

/// The books of the data folder.
pub(crate) async fn open_store(config: &Config, folder: &DataFolder) -> anyhow::Result<Store> {
    let database = match &config.database_url {
        Some(url) => DatabaseUrl::parse(url)?,
        None => DatabaseUrl::sqlite(&folder.database()),
    };
    let files = LocalFileSystem::new_with_prefix(folder.files())
        .with_context(|| format!("{} cannot be used", folder.files().display()))?
        .with_fsync(true);
    let store = Store::open(&database, folder.root_key()?, Arc::new(files), Clock::System.now()).await?;
    Ok(store)
}

/// The use cases on these books, going by this clock.
pub(crate) async fn billing(config: &Config, store: &Store, clock: Clock) -> anyhow::Result<Billing> {
    let renderer: Renderer = Arc::new(|paper| counterfoil_render::pdf(paper).map_err(Into::into));
    let proofreader: Proofreader = Arc::new(|page, document, language| {
        counterfoil_render::proofread(page, document, language).map_err(Into::into)
    });
    let send_mail = match (&config.smtp_url, &config.mail_from) {
        (Some(url), Some(from)) => Some(smtp::sender(url, from)?),
        _ => None,
    };
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    let parts = Parts {
        store: store.clone(),
        clock,
        time_zone: config.time_zone.clone(),
        renderer,
        proofreader,
        send_mail,
        base_url: config.url.clone(),
        password_cost: Cost::DEFAULT,
        // Each hash takes 64 MiB and a core; more at once would only wait for each other.
        password_slots: Arc::new(Semaphore::new(cores)),
    };
    Ok(Billing::start(parts).await?)
}
