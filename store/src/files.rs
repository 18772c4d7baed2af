//! The files of issued documents: sealed before they leave, digests checked on every read.

use std::sync::Arc;

use counterfoil_identity::OrganisationId;
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use rand_core::Rng as _;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{array, bytes, millis, signed, timestamp, unsigned};
use crate::keys::{Keys, rng};
use crate::{Books, Result, Store, StoreError};

/// What a file of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// The signed PDF/A-3 with the e-invoice inside.
    Pdf,
}

impl FileKind {
    fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
        }
    }
}

/// A file of a document, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFile {
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
    /// Bytes.
    pub size: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// The entry that commits to it.
    pub ledger_position: u64,
    object_key: String,
}

/// A file that was sealed and put where files are; the books do not know it yet.
#[derive(Debug)]
pub struct PutFile {
    invoice: Uuid,
    kind: FileKind,
    sha256: [u8; 32],
    size: u64,
    object_key: String,
}

impl Store {
    /// Seals a file and puts it where files are, which may be far away: before a transaction, so that nobody waits for
    /// it. If it is never entered, only ciphertext that nothing refers to is left behind.
    ///
    /// # Errors
    /// [`StoreError::File`], or the database's.
    pub async fn put_file(
        &self,
        organisation: OrganisationId,
        invoice: Uuid,
        kind: FileKind,
        content: &[u8],
    ) -> Result<PutFile> {
        let books = self.read(organisation).await?;
        let (keys, object_store) = (Arc::clone(&books.keys), Arc::clone(&books.object_store));
        drop(books);
        // The attempt's id is part of the name, so that a second try never overwrites what a first one committed.
        let mut attempt = [0; 16];
        rng().fill_bytes(&mut attempt);
        let attempt = Uuid::from_bytes(attempt);
        let object_key = format!("{}/{invoice}/{}-{attempt}", organisation.uuid(), kind.name());
        let sealed = keys.seal_file(object_key.as_bytes(), content);
        object_store.put(&Path::from(object_key.as_str()), sealed.into()).await?;
        let (sha256, size) = (Sha256::digest(content).into(), content.len() as u64);
        Ok(PutFile { invoice, kind, sha256, size, object_key })
    }
}

impl Books {
    /// Enters a file. Never changed after.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one already, or the database's.
    pub async fn append_file(&mut self, file: &PutFile, ledger_position: u64, now: Timestamp) -> Result<()> {
        sqlx::query(
            "INSERT INTO document_file (org_id, invoice_id, kind, sha256, size, object_key, created_at, ledger_position)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(self.org())
        .bind(bytes(file.invoice))
        .bind(file.kind.name())
        .bind(file.sha256.to_vec())
        .bind(signed(file.size))
        .bind(file.object_key.clone())
        .bind(millis(now))
        .bind(signed(ledger_position))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// A file's digest and size.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_file(&mut self, invoice: Uuid, kind: FileKind) -> Result<Option<DocumentFile>> {
        let row = sqlx::query(
            "SELECT sha256, size, object_key, created_at, ledger_position FROM document_file
             WHERE org_id = $1 AND invoice_id = $2 AND kind = $3",
        )
        .bind(self.org())
        .bind(bytes(invoice))
        .bind(kind.name())
        .fetch_optional(self.db())
        .await?;
        row.map(|row| {
            Ok(DocumentFile {
                sha256: array(&row.try_get::<Vec<u8>, _>("sha256")?, "document_file", "sha256")?,
                size: unsigned(row.try_get("size")?, "document_file", "size")?,
                object_key: row.try_get("object_key")?,
                ledger_position: unsigned(
                    row.try_get("ledger_position")?,
                    "document_file",
                    "ledger_position",
                )?,
                created_at: timestamp(row.try_get("created_at")?, "document_file")?,
            })
        })
        .transpose()
    }

    /// How many files were entered.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_files(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS n FROM document_file WHERE org_id = $1")
            .bind(self.org())
            .fetch_one(self.db())
            .await?;
        unsigned(row.try_get("n")?, "document_file", "count")
    }

    /// The way to a file's content, which may be far away. It needs no open books: whoever
    /// goes it drops them first, so that nobody waits for a connection while a bucket is slow.
    pub fn locate(&self, file: &DocumentFile) -> Located {
        Located {
            file: file.clone(),
            keys: Arc::clone(&self.keys),
            object_store: Arc::clone(&self.object_store),
        }
    }
}

/// The way to a file's content.
#[must_use]
pub struct Located {
    file: DocumentFile,
    keys: Arc<Keys>,
    object_store: Arc<dyn ObjectStore>,
}

impl Located {
    /// The content, checked against its digest.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if it is not what was kept, [`StoreError::File`] if it cannot be read.
    pub async fn read(&self) -> Result<Vec<u8>> {
        let Self { file, keys, object_store } = self;
        let sealed = object_store.get(&Path::from(file.object_key.as_str())).await?.bytes().await?;
        let content = keys.open_file(file.object_key.as_bytes(), &sealed)?;
        if Sha256::digest(&*content).as_slice() == file.sha256 {
            Ok(content.to_vec())
        } else {
            Err(StoreError::Corrupt { table: "document_file", column: "sha256" })
        }
    }
}
