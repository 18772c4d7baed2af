//! What all use cases hold.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};

use counterfoil_identity::OrganisationId;
use counterfoil_identity::password::Cost;
use counterfoil_invoice::Document;
use counterfoil_invoice::paper::Paper;
use counterfoil_ledger::note::VerifierKey;
use counterfoil_store::{INSTALLATION, Store, StoreError, is_no_space};
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, watch};

use crate::clock::Clock;
use crate::lane::Lane;
use crate::look_ups::LookUps;
use crate::mail::SendMail;
use crate::{certificates, ledger};

/// Draws a document. It is slow (milliseconds of processor time), so it runs on the blocking pool.
pub type Renderer =
    Arc<dyn Fn(&Paper<'_>) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> + Send + Sync>;

/// Compares the text of a drawn page, run by run, with what its document says in this language, or in whichever fits
/// best; an error names the terms that differ.
pub type Proofreader = Arc<dyn Fn(&[String], &Document, Option<&str>) -> Result<(), Misprint> + Send + Sync>;

/// The page and the e-invoice do not say the same in these terms of EN 16931, each with its id in brackets at its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the page does not say what the e-invoice says: {}", .0.join(", "))]
pub struct Misprint(pub Vec<&'static str>);

/// The use cases of invoicing. Cheap to clone.
#[derive(Clone)]
pub struct Billing(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) passwords: Lane,
    /// Where strangers' files are looked into.
    pub(crate) inspections: Lane,
    pub(crate) look_ups: LookUps,
    /// The keys of ledgers as they were read once: they never change, and whoever checks a file needs all of them.
    pub(crate) verifiers: RwLock<HashMap<OrganisationId, VerifierKey>>,
    stopping: watch::Sender<bool>,
    form_key: [u8; 32],
}

/// What the use cases are made of; `cli` puts it together.
pub struct Parts {
    /// The books.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// What "today" means for issue dates.
    pub time_zone: TimeZone,
    /// Draws PDFs.
    pub renderer: Renderer,
    /// Reads them before they are released.
    pub proofreader: Proofreader,
    /// Sends mail; `None` keeps messages waiting in the outbox.
    pub send_mail: Option<SendMail>,
    /// The installation's address as people and browsers write it, without a slash at the end:
    /// `https://invoices.example.com`.
    pub base_url: String,
    /// What a password hash costs.
    pub password_cost: Cost,
    /// How many password hashes run at once; the rest wait in line.
    pub password_slots: Arc<Semaphore>,
}

/// So many password hashes may wait for a slot or run. At a third of a second a hash this is a wait of seconds, not
/// minutes.
const PASSWORDS: usize = 64;
/// So many strangers' files are looked into at once.
const INSPECTIONS_AT_ONCE: usize = 2;
/// So many of them may wait or be looked into. Each is held in memory.
const INSPECTIONS: usize = 10;

/// The books could not be read or written. The person can only try again; the causes are for the log.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// The books.
    #[error("the books could not be read or written")]
    Store(#[from] StoreError),
    /// Too many people are signing in, or have files looked into, at once.
    #[error("too many requests at once: try again in a few seconds")]
    Busy,
    /// A task of ours ended early.
    #[error("the work was interrupted")]
    Interrupted,
    /// No certificate can be made: the name cannot stand in one, or the clock is wrong.
    #[error("the organisation's certificate could not be issued")]
    Certificate(#[from] counterfoil_seal::CertificateError),
    /// What happened cannot be written down, so it does not happen.
    #[error("the act cannot be entered in the ledger")]
    Entry(#[from] counterfoil_ledger::entry::EntryError),
    /// Something that was kept cannot be read back: the message names it.
    #[error("{0} is damaged")]
    Damaged(&'static str),
}

impl Billing {
    /// Puts the use cases together: makes the installation's ledger and document CA on the first start.
    ///
    /// # Errors
    /// [`Unavailable`] if the books cannot be written.
    pub async fn start(parts: Parts) -> Result<Self, Unavailable> {
        let host = parts.base_url.trim_start_matches("https://").to_owned();
        ledger::ensure_installation_key(&parts.store, &host).await?;
        certificates::ensure_certificate_authority(&parts.store, &host, parts.clock.now()).await?;
        let form_key = parts.store.read(INSTALLATION).await?.token_mac("form", b"");
        Ok(Self(Arc::new(Inner {
            passwords: Lane::new(Arc::clone(&parts.password_slots), PASSWORDS),
            inspections: Lane::new(Arc::new(Semaphore::new(INSPECTIONS_AT_ONCE)), INSPECTIONS),
            look_ups: LookUps::default(),
            verifiers: RwLock::default(),
            parts,
            stopping: watch::Sender::new(false),
            form_key,
        })))
    }

    /// No message of the outbox is begun any more, and one that is under way is given back to the queue: a mail server
    /// that does not answer cannot hold up the end of the program.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }

    /// Ends when [`stop`](Self::stop) is called, or has been.
    pub(crate) async fn stopped(&self) {
        // The sender is in `self`, so this waits and does not fail.
        let _ = self.0.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// The key of session-bound form tokens.
    pub fn form_key(&self) -> &[u8; 32] {
        &self.0.form_key
    }

    /// The time the use cases go by.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// The time zone of issue dates.
    pub fn time_zone(&self) -> &TimeZone {
        &self.0.parts.time_zone
    }

    /// The installation's address, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.0.parts.base_url
    }

    /// Whether mail can be sent.
    pub fn has_mail(&self) -> bool {
        self.0.parts.send_mail.is_some()
    }

    /// Takes note of an error that says that there is no space left: nothing is written from then on. Gives whether it
    /// does say so.
    pub fn note_no_space(&self, error: &(dyn std::error::Error + 'static)) -> bool {
        let is_no_space = is_no_space(error);
        if is_no_space && !self.store().has_no_space() {
            tracing::error!(
                "there is no space left: from now on everything can be read and nothing is written"
            );
            self.store().note_no_space();
        }
        is_no_space
    }

    /// Set as long as there is no space left.
    pub fn watch_space(&self) -> Arc<AtomicBool> {
        self.store().watch_space()
    }

    /// If there was no space left: whether there is some again.
    pub async fn look_for_space(&self) {
        if self.store().has_no_space() && self.store().try_space().await.is_ok() {
            tracing::info!("there is space again: everything goes on");
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The host part of the address: what ledgers are named after.
    pub(crate) fn host(&self) -> &str {
        self.0.parts.base_url.trim_start_matches("https://")
    }
}
