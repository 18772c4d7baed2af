//! Writing the archive.

use std::collections::BTreeMap;
use std::io::{self, Write};

use counterfoil_identity::Actor;
use counterfoil_identity::permission::ReadLedger;
use counterfoil_ledger::Checkpoint;
use counterfoil_ledger::tiles::Resource;
use counterfoil_store::files::FileKind;
use counterfoil_store::{Books, StoreError};
use tar::{Builder, EntryType, Header};
use uuid::Uuid;

use super::{CHECKPOINT, KEY, Part, README, README_NAME, document_path, opening_path};
use crate::billing::{Billing, Unavailable};
use crate::ledger::{Claim, signing_key, tile};

/// Entries read at once.
const BATCH: u32 = 256;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The ledger's origin.
    pub origin: String,
    /// Entries.
    pub entries: u64,
    /// Documents.
    pub documents: u64,
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Nothing was signed yet.
    #[error("the ledger has no entries yet: there is nothing to export")]
    Empty,
    /// It cannot be written.
    #[error("the archive cannot be written")]
    Write(#[from] io::Error),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// Writes the ledger with everything it commits to, as of one moment and in clear. `progress` hears entries done
    /// and entries in all.
    ///
    /// # Errors
    /// [`ExportError`].
    pub async fn export_ledger(
        &self,
        by: &Actor<ReadLedger>,
        out: impl Write,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Exported, ExportError> {
        let mut books = self.store().read_at_leisure(by.organisation()).await?;
        let note = books.published_checkpoint().await?.ok_or(ExportError::Empty)?;
        let checkpoint =
            Checkpoint::claimed(&note).map_err(|_| Unavailable::Damaged("the ledger's checkpoint"))?;
        let key = signing_key(&mut books).await?.verifier();
        let mut archive = Archive { tar: Builder::new(out), written_at: self.clock().now().as_second() };
        archive.put(README_NAME, README.as_bytes())?;
        archive.put(KEY, format!("{key}\n").as_bytes())?;
        archive.put(CHECKPOINT, note.as_bytes())?;
        for resource in Resource::all(checkpoint.size) {
            archive.put(&resource.path(), &tile(&mut books, resource).await?)?;
        }
        let mut documents: BTreeMap<Uuid, bool> = BTreeMap::new();
        let mut position = 0;
        while position < checkpoint.size {
            for entry in books.list_entries(position, BATCH).await? {
                if entry.position != position {
                    return Err(Unavailable::Damaged("the ledger").into());
                }
                archive.put(&opening_path(position), &entry.opening.to_bytes())?;
                let statement =
                    entry.opening.statement().map_err(|_| Unavailable::Damaged("a ledger entry"))?;
                match Claim::of(&statement).ok_or(Unavailable::Damaged("a ledger entry"))? {
                    Claim::Issued(id, _) => _ = documents.insert(id, false),
                    Claim::Sealed(id, _) => _ = documents.insert(id, true),
                    Claim::Paid(..)
                    | Claim::Payee(_)
                    | Claim::PayeeAct(..)
                    | Claim::Numbering(_)
                    | Claim::Certificate { .. }
                    | Claim::Revoked(_)
                    | Claim::Lost(_)
                    | Claim::Nothing => {}
                }
                position += 1;
                progress(position, checkpoint.size);
            }
        }
        let exported = Exported {
            origin: checkpoint.origin,
            entries: checkpoint.size,
            documents: u64::try_from(documents.len()).unwrap_or(u64::MAX),
        };
        for (id, sealed) in documents {
            archive.put_document(&mut books, id, sealed).await?;
        }
        archive.tar.into_inner()?.flush()?;
        Ok(exported)
    }
}

struct Archive<W: Write> {
    tar: Builder<W>,
    written_at: i64,
}

impl<W: Write> Archive<W> {
    fn put(&mut self, path: &str, content: &[u8]) -> io::Result<()> {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_path(path)?;
        header.set_size(u64::try_from(content.len()).map_err(io::Error::other)?);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.written_at).unwrap_or(0));
        header.set_cksum();
        self.tar.append(&header, content)
    }

    async fn put_document(&mut self, books: &mut Books, id: Uuid, sealed: bool) -> Result<(), ExportError> {
        let kept = books.find_evidence(id).await?.ok_or(Unavailable::Damaged("a document"))?;
        self.put(&document_path(id, Part::Content), &kept.content)?;
        self.put(&document_path(id, Part::Cii), &kept.cii)?;
        self.put(&document_path(id, Part::Ubl), &kept.ubl)?;
        if sealed {
            let file = books.find_file(id, FileKind::Pdf).await?.ok_or(Unavailable::Damaged("a PDF"))?;
            let pdf = books.locate(&file).read().await?;
            self.put(&document_path(id, Part::Pdf), &pdf)?;
        }
        Ok(())
    }
}
