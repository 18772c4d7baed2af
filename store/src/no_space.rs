//! A full disk: nothing is written from then on, everything is read as before, and as soon as a try at writing succeeds
//! all goes on by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use object_store::ObjectStoreExt as _;
use object_store::path::Path;

use crate::convert::bytes;
use crate::{INSTALLATION, Result, Store};

/// Where it is tried whether a file can be written; removed at once.
const PROBE: &str = "space-probe";
/// A sealed PDF with room to spare: what the next document needs.
const PROBE_BYTES: usize = 1 << 20;

impl Store {
    /// Somebody found no space left ([`is_no_space`](crate::is_no_space)): [`Store::write`] refuses from now on, until
    /// [`Store::try_space`] finds some.
    pub fn note_no_space(&self) {
        self.no_space_flag().store(true, Ordering::Relaxed);
    }

    /// Whether nothing is written at present.
    pub fn has_no_space(&self) -> bool {
        self.no_space_flag().load(Ordering::Relaxed)
    }

    /// The same as it changes, for whoever shows it.
    pub fn watch_space(&self) -> Arc<AtomicBool> {
        Arc::clone(self.no_space_flag())
    }

    /// Writes to the files, the second place and the database, without a change, to see whether it can be done. If it can, the store is
    /// written to again.
    ///
    /// # Errors
    /// Why it cannot be written to.
    pub async fn try_space(&self) -> Result<()> {
        let path = Path::from(PROBE);
        let put = self.files().put(&path, vec![0; PROBE_BYTES].into()).await;
        // It may not be there.
        let _ = self.files().delete(&path).await;
        put?;
        self.second_place().try_space().await?;
        let mut books = self.write_anyway(INSTALLATION).await?;
        sqlx::query("UPDATE organisation_key SET created_at = created_at WHERE org_id = $1")
            .bind(bytes(INSTALLATION.uuid()))
            .execute(books.db())
            .await?;
        books.commit().await?;
        self.no_space_flag().store(false, Ordering::Relaxed);
        Ok(())
    }
}
