//! One open transaction on the books of one organisation.

use std::sync::Arc;

use counterfoil_identity::OrganisationId;
use object_store::ObjectStore;
use sqlx::{Any, AnyConnection, Transaction};
use uuid::Uuid;

use crate::Result;
use crate::convert::bytes;
use crate::keys::Keys;

/// The installation itself: its people, sessions, throttles, and their ledger.
pub const INSTALLATION: OrganisationId = OrganisationId::from_uuid(Uuid::nil());

/// One open transaction on the books of one organisation. Dropped, it rolls back.
pub struct Books {
    tx: Transaction<'static, Any>,
    organisation: OrganisationId,
    pub(crate) keys: Arc<Keys>,
    pub(crate) object_store: Arc<dyn ObjectStore>,
}

impl Books {
    pub(crate) fn new(
        tx: Transaction<'static, Any>,
        organisation: OrganisationId,
        keys: Arc<Keys>,
        object_store: Arc<dyn ObjectStore>,
    ) -> Self {
        Self { tx, organisation, keys, object_store }
    }

    /// Whose books these are.
    pub fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// Makes everything written here durable.
    ///
    /// # Errors
    /// The database's; then nothing was written.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }

    /// The organisation's id as the first column of every key.
    pub(crate) fn org(&self) -> Vec<u8> {
        bytes(self.organisation.uuid())
    }

    pub(crate) fn db(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }
}
