//! A database that does not go on from what was signed last: who runs the server is told, and may accept it.

use counterfoil_identity::{Authenticated, OrganisationId};
use counterfoil_ledger::Checkpoint;
use counterfoil_store::second_place::SecondPlaceError;
use counterfoil_store::{INSTALLATION, StoreError};
use serde_json::json;

use super::{Act, record};
use crate::billing::{Billing, Unavailable};
use crate::organisations::hex;

/// What was accepted.
#[derive(Debug)]
pub struct Restored {
    /// What was wrong.
    pub fault: SecondPlaceError,
    /// What had been signed last, as far as is known.
    pub held: Option<Checkpoint>,
    /// How many entries the database has, this acceptance excluded.
    pub entries: u64,
}

impl Billing {
    /// All ledgers: one for each organisation by its slug, and the installation's.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn list_ledgers(&self) -> Result<Vec<(OrganisationId, String)>, Unavailable> {
        let mut ledgers = self.list_organisations().await?;
        ledgers.push((INSTALLATION, "installation".to_owned()));
        Ok(ledgers)
    }

    /// Why a ledger refuses to sign, if it does. What a database that is not ours any more would sign, others could
    /// hold against us.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn ledger_fault(
        &self,
        organisation: OrganisationId,
    ) -> Result<Option<SecondPlaceError>, Unavailable> {
        let checked = async {
            let held = self.store().held_checkpoint(organisation).await?;
            let mut books = self.store().read(organisation).await?;
            let size = books.ledger_size().await?;
            books.goes_on_from(held.as_ref(), size).await
        };
        match checked.await {
            Ok(()) => Ok(None),
            Err(StoreError::SecondPlace(fault)) => Ok(Some(fault)),
            Err(error) => Err(error.into()),
        }
    }

    /// Lets a ledger go on from what the database has, with an entry that says what was signed and is lost. `None` if
    /// nothing is wrong, and then nothing is done.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn accept_restore(
        &self,
        by: &Authenticated,
        organisation: OrganisationId,
    ) -> Result<Option<Restored>, Unavailable> {
        let mut books = self.store().write(organisation).await?;
        let held = self.store().held_checkpoint(organisation).await?;
        let entries = books.ledger_size().await?;
        let fault = match books.goes_on_from(held.as_ref(), entries).await {
            Ok(()) => return Ok(None),
            Err(StoreError::SecondPlace(fault)) => fault,
            Err(error) => return Err(error.into()),
        };
        let what = match &fault {
            SecondPlaceError::Behind { .. } => "behind",
            SecondPlaceError::Forked(_) => "forked",
            _ => "missing",
        };
        let details = json!({
            "was": what,
            "kept_entries": entries,
            "signed_entries": held.as_ref().map(|held| held.size),
            "signed_root": held.as_ref().map(|held| hex(&held.root)),
        });
        let subject = Some(organisation.uuid());
        let act = Act { kind: "ledger.restored", by: by.person(), subject, details };
        record(&mut books, act, self.clock().now()).await?;
        books.accept_second_place(held.clone());
        books.commit().await?;
        Ok(Some(Restored { fault, held, entries }))
    }
}
