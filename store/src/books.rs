//! One open transaction on the books of one organisation.

use std::sync::Arc;

use counterfoil_identity::OrganisationId;
use object_store::ObjectStore;
use sqlx::{Any, AnyConnection, Transaction};
use uuid::Uuid;

use crate::Result;
use crate::convert::bytes;
use crate::keys::Keys;
use crate::second_place::{Accepted, SecondPlace, Signed};

/// The installation itself: its people, sessions, throttles, and their ledger.
pub const INSTALLATION: OrganisationId = OrganisationId::from_uuid(Uuid::nil());

/// One open transaction on the books of one organisation. Dropped, it rolls back.
pub struct Books {
    tx: Transaction<'static, Any>,
    organisation: OrganisationId,
    pub(crate) keys: Arc<Keys>,
    pub(crate) object_store: Arc<dyn ObjectStore>,
    pub(crate) second_place: SecondPlace,
    /// How many entries the ledger had before this transaction, if it appended any.
    pub(crate) base: Option<u64>,
    /// The newest checkpoint signed in this transaction.
    pub(crate) signed: Option<Signed>,
    /// What the second place may hold although this ledger does not go on from it.
    pub(crate) accepted: Option<Accepted>,
}

impl Books {
    pub(crate) fn new(
        tx: Transaction<'static, Any>,
        organisation: OrganisationId,
        keys: Arc<Keys>,
        object_store: Arc<dyn ObjectStore>,
        second_place: SecondPlace,
    ) -> Self {
        Self { tx, organisation, keys, object_store, second_place, base: None, signed: None, accepted: None }
    }

    /// Whose books these are.
    pub fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// Makes everything written here durable, and if a checkpoint was signed, moves the second place on to it.
    ///
    /// # Errors
    /// [`StoreError::SecondPlace`](crate::StoreError) or the database's; then nothing was written.
    pub async fn commit(mut self) -> Result<()> {
        match self.signed.take() {
            Some(signed) => self.commit_signed(signed).await,
            None => self.commit_database().await,
        }
    }

    pub(crate) async fn commit_database(self) -> Result<()> {
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
