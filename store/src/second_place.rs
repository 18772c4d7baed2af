//! The last checkpoint of each ledger, kept apart from the database by compare-and-swap: docs/design/second-place.md.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use counterfoil_identity::OrganisationId;
use counterfoil_ledger::{Checkpoint, tree};

use crate::{Books, Result, Store, StoreError};

/// A folder with a file for each ledger: the checkpoint it signed last. Nothing is published that is not in it, and
/// nothing is signed by a database that does not go on from it.
#[derive(Debug, Clone)]
pub struct SecondPlace(PathBuf);

/// Why nothing is signed.
#[derive(Debug, thiserror::Error)]
pub enum SecondPlaceError {
    /// There are entries, and no checkpoint in the second place.
    #[error(
        "the ledger has {0} entries, but the second place holds no checkpoint of it, so nothing is signed: name the \
         folder that holds it with checkpoint_store, or, if this database is the newest there is, say so with \
         `counterfoil ledger accept-restore`"
    )]
    Missing(u64),
    /// The database has fewer entries than were signed.
    #[error(
        "the database is an old copy, so nothing is signed: it has {entries} entries of the ledger {}, of which {} \
         were signed; put the newest backup back, or, if the later entries are lost for good, say so with \
         `counterfoil ledger accept-restore`",
        held.origin, held.size
    )]
    Behind {
        /// What was signed last.
        held: Checkpoint,
        /// Entries in the database.
        entries: u64,
    },
    /// The database has other entries than were signed.
    #[error(
        "the database went another way than the ledger {}, so nothing is signed: its first {} entries are not those \
         that were signed; put the newest backup of the right database back, or, if those entries are lost for good, \
         say so with `counterfoil ledger accept-restore`",
        .0.origin, .0.size
    )]
    Forked(Checkpoint),
    /// The file holds something else.
    #[error("{} does not hold a checkpoint: put it back from a copy, and do not write there", .0.display())]
    Damaged(PathBuf),
    /// It cannot be read or written.
    #[error("the second place of the ledger cannot be used: {}", .0.display())]
    Unusable(PathBuf, #[source] io::Error),
}

impl SecondPlace {
    /// In this folder, which exists: in the data folder, or better on another disk or machine that locks files. All
    /// servers of one database share it.
    pub fn folder(path: PathBuf) -> Self {
        Self(path)
    }

    /// Whether a checkpoint could be written.
    pub(crate) async fn try_space(&self) -> Result<()> {
        let probe = self.0.join("space-probe");
        blocking(probe.clone(), move || {
            let written = open(&probe).and_then(|mut file| {
                file.write_all(&[0; 64 << 10])?;
                file.sync_all()
            });
            // It may not be there.
            let _ = std::fs::remove_file(&probe);
            written
        })
        .await
    }

    fn file(&self, organisation: OrganisationId) -> PathBuf {
        self.0.join(organisation.uuid().to_string())
    }

    async fn read(&self, organisation: OrganisationId) -> Result<Option<Checkpoint>> {
        let file = self.file(organisation);
        blocking(file.clone(), move || read(&file)).await?
    }

    /// Waits until nobody else reads to write, here or in another process. A process that dies lets go.
    async fn lock(&self, organisation: OrganisationId) -> Result<Seat> {
        let file = self.file(organisation);
        blocking(file.clone(), move || {
            let lock = open(&file.with_extension("lock"))?;
            lock.lock()?;
            Ok(Seat { file, _lock: lock })
        })
        .await
    }
}

/// The locked file of one ledger.
struct Seat {
    file: PathBuf,
    _lock: File,
}

impl Seat {
    async fn read(self) -> Result<(Self, Option<Checkpoint>)> {
        let (seat, held) = blocking(self.file.clone(), move || {
            let held = read(&self.file)?;
            Ok((self, held))
        })
        .await?;
        Ok((seat, held?))
    }

    /// Writes the new content beside the old, durably: after this, only the name is missing.
    async fn stage(self, note: String) -> Result<Self> {
        blocking(self.file.clone(), move || {
            let mut staged = open(&self.file.with_extension("next"))?;
            staged.set_len(0)?;
            staged.write_all(note.as_bytes())?;
            staged.sync_all()?;
            Ok(self)
        })
        .await
    }

    /// Puts the staged content in the place of the old.
    async fn swap(self) -> Result<Self> {
        blocking(self.file.clone(), move || {
            std::fs::rename(self.file.with_extension("next"), &self.file)?;
            File::open(self.file.parent().unwrap_or(Path::new(".")))?.sync_all()?;
            Ok(self)
        })
        .await
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn read(file: &Path) -> io::Result<Result<Option<Checkpoint>>> {
    match std::fs::read(file) {
        Ok(bytes) => {
            let note = String::from_utf8(bytes).unwrap_or_default();
            let damaged = |_| SecondPlaceError::Damaged(file.to_owned()).into();
            Ok(Checkpoint::claimed(&note).map(Some).map_err(damaged))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ok(None)),
        Err(error) => Err(error),
    }
}

/// Files and locks wait: never on a thread that others' work needs.
async fn blocking<T: Send + 'static>(
    file: PathBuf,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)));
    Ok(done.map_err(|error| SecondPlaceError::Unusable(file, error))?)
}

/// A checkpoint that was signed in an open transaction.
pub(crate) struct Signed {
    pub(crate) note: String,
    /// How many entries there were before the transaction.
    pub(crate) base: u64,
}

/// What the second place may hold although the ledger does not go on from it.
pub(crate) struct Accepted(Option<Checkpoint>);

impl Store {
    /// What the second place holds of a ledger. Ask before the books are opened: they are then as new or newer.
    ///
    /// # Errors
    /// [`StoreError::SecondPlace`].
    pub async fn held_checkpoint(&self, organisation: OrganisationId) -> Result<Option<Checkpoint>> {
        self.second_place().read(organisation).await
    }
}

impl Books {
    /// Whether the ledger of these books, at this size, goes on from what the second place holds.
    ///
    /// # Errors
    /// [`StoreError::SecondPlace`] if it does not, or the database's.
    pub async fn goes_on_from(&mut self, held: Option<&Checkpoint>, size: u64) -> Result<()> {
        let Some(held) = held else {
            return if size == 0 { Ok(()) } else { Err(SecondPlaceError::Missing(size).into()) };
        };
        if held.size > size {
            return Err(SecondPlaceError::Behind { held: held.clone(), entries: size }.into());
        }
        let nodes = self.ledger_nodes(&tree::nodes_for_root(held.size)).await?;
        let root = tree::root(held.size, &|id| nodes.get(&id).copied())?;
        if root == held.root { Ok(()) } else { Err(SecondPlaceError::Forked(held.clone()).into()) }
    }

    /// Lets this transaction sign although the second place holds `held`: whoever restored a backup has said so.
    pub fn accept_second_place(&mut self, held: Option<Checkpoint>) {
        self.accepted = Some(Accepted(held));
    }

    /// The newest checkpoint for others to see: it is in the second place, or is brought there now (after a crash
    /// between the two).
    ///
    /// # Errors
    /// [`StoreError::SecondPlace`] if the database went another way, or the database's.
    pub async fn published_checkpoint(&mut self) -> Result<Option<String>> {
        let Some(note) = self.last_checkpoint().await? else { return Ok(None) };
        let ours = Checkpoint::claimed(&note)
            .map_err(|_| StoreError::Corrupt { table: "ledger_checkpoint", column: "note" })?;
        let place = self.second_place.clone();
        // Somebody may have signed on since these books were opened; and what is older was published before.
        let newer = |held: &Option<Checkpoint>| held.as_ref().is_some_and(|held| held.size > ours.size);
        let held = place.read(self.organisation()).await?;
        if newer(&held) {
            return Ok(Some(note));
        }
        if held.as_ref().is_none_or(|held| held.size < ours.size) {
            let (seat, held) = place.lock(self.organisation()).await?.read().await?;
            if newer(&held) {
                return Ok(Some(note));
            }
            self.goes_on_from(held.as_ref(), ours.size).await?;
            seat.stage(note.clone()).await?.swap().await?;
        } else {
            self.goes_on_from(held.as_ref(), ours.size).await?;
        }
        Ok(Some(note))
    }

    /// Commits what a checkpoint was signed for: compared first, and in the second place after.
    pub(crate) async fn commit_signed(mut self, signed: Signed) -> Result<()> {
        let place = self.second_place.clone();
        let (mut seat, held) = place.lock(self.organisation()).await?.read().await?;
        if self.accepted.as_ref().is_none_or(|accepted| accepted.0 != held) {
            self.goes_on_from(held.as_ref(), signed.base).await?;
        }
        if held.is_none() && signed.base == 0 {
            // From here on a missing file is a lost one, and not that of a ledger that has just begun.
            let origin = signed.note.lines().next().unwrap_or_default();
            seat = seat.stage(Checkpoint::empty(origin).to_text()).await?.swap().await?;
        }
        let seat = seat.stage(signed.note).await?;
        self.commit_database().await?;
        // The act has happened. If this fails, whoever signs or publishes next brings it here first, or says why not.
        let _ = seat.swap().await;
        Ok(())
    }
}
