//! Puts the rooms together.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use anyhow::bail;
use counterfoil_billing::{Billing, Clock, Misprint, Parts, Proofreader, Renderer};
use counterfoil_identity::OrganisationId;
use counterfoil_identity::password::Cost;
use counterfoil_store::{DatabaseUrl, SecondPlace, Store, StoreError};
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::data_folder::{DataFolder, private_folder};
use crate::files_store;
use crate::output::quoted;

/// The use cases on the data folder's books.
pub(crate) struct Assembly {
    pub(crate) store: Store,
    pub(crate) billing: Billing,
}

impl Assembly {
    /// The organisation with this short name.
    pub(crate) async fn organisation(&self, slug: &str) -> anyhow::Result<OrganisationId> {
        if let Some(organisation) = self.billing.find_organisation(slug).await? {
            return Ok(organisation);
        }
        let known = self.billing.list_organisations().await?;
        let known: Vec<String> = known.into_iter().map(|(_, slug)| slug).collect();
        bail!("there is no organisation {}; there are: {}", quoted(slug), known.join(", "));
    }
}

pub(crate) async fn assemble(config: &Config, folder: &DataFolder) -> anyhow::Result<Assembly> {
    let store = open_store(config, folder).await?;
    let billing = billing(config, &store, Clock::System).await?;
    Ok(Assembly { store, billing })
}

/// The books of the data folder.
pub(crate) async fn open_store(config: &Config, folder: &DataFolder) -> anyhow::Result<Store> {
    let database = config.database_url.clone().unwrap_or_else(|| DatabaseUrl::sqlite(&folder.database()));
    if folder.is_new && Store::is_in_use(&database).await? {
        return Err(folder.missing_key());
    }
    folder.make()?;
    let files = files_store::open(config.bucket.as_ref(), folder)?;
    let second_place = SecondPlace::folder(match &config.checkpoint_store {
        Some(path) => checkpoint_store(path)?,
        None => folder.checkpoints(),
    });
    let file = folder.root_key_file(config);
    // `is_in_use` was asked first: a database with keys in it needs the key it has.
    let present = if folder.is_new { file.create()? } else { file.read()? };
    let now = Clock::System.now();
    let opened =
        Store::open(&database, present.key.copy(), Arc::clone(&files), second_place.clone(), now).await;
    match opened {
        // A new root key was on its way when the program ended: the database is under it already, or not yet.
        Err(StoreError::WrongRootKey) => {
            let Some(next) = file.read_next(&present)? else { return Err(StoreError::WrongRootKey.into()) };
            let store = Store::open(&database, next.key.copy(), files, second_place, now).await?;
            file.take_up_next(&present)?;
            Ok(store)
        }
        opened => Ok(opened?),
    }
}

/// The folder of the second place that the settings name. It is made if it is not there: an empty one lets no ledger
/// sign that has entries already.
fn checkpoint_store(path: &Path) -> anyhow::Result<PathBuf> {
    if path.to_string_lossy().contains("://") {
        bail!("checkpoint_store: {} is no folder, and only folders can be used", path.display());
    }
    private_folder(path)?;
    Ok(path.to_owned())
}

/// Reads pages back.
pub(crate) fn proofreader() -> Proofreader {
    Arc::new(|page, document, language| {
        counterfoil_render::proofread(page, document, language).map_err(|misprint| Misprint(misprint.0))
    })
}

/// The use cases on these books, going by this clock.
pub(crate) async fn billing(config: &Config, store: &Store, clock: Clock) -> anyhow::Result<Billing> {
    let renderer: Renderer = Arc::new(|paper| counterfoil_render::pdf(paper).map_err(Into::into));
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    let parts = Parts {
        store: store.clone(),
        clock,
        time_zone: config.time_zone.clone(),
        renderer,
        proofreader: proofreader(),
        send_mail: config.send_mail.clone(),
        base_url: config.url.clone(),
        password_cost: Cost::DEFAULT,
        // Each hash takes 64 MiB and a core; more at once would only wait for each other.
        password_slots: Arc::new(Semaphore::new(cores)),
    };
    Ok(Billing::start(parts).await?)
}
