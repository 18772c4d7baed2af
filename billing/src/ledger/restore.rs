//! A database that does not go on from what was signed last: who runs the server is told, and may accept it.

use counterfoil_identity::{Authenticated, OrganisationId};
use counterfoil_invoice::InvoiceNumber;
use counterfoil_ledger::Checkpoint;
use counterfoil_store::second_place::SecondPlaceError;
use counterfoil_store::{Books, INSTALLATION, StoreError};
use serde_json::json;

use super::{Act, Kind, LostNumbers, record};
use crate::billing::{Billing, Unavailable};
use crate::drafts::series;
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
    /// Numbers that may have been given since the backup: they are not given again.
    pub lost_numbers: Vec<LostNumbers>,
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
    /// Numbers that were given since are not given again: the series goes on behind `last_number`, or without it, as
    /// far as is known how many entries are lost, behind as many numbers as they can have taken.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn accept_restore(
        &self,
        by: &Authenticated,
        organisation: OrganisationId,
        last_number: Option<&InvoiceNumber>,
    ) -> Result<Option<Restored>, Unavailable> {
        let now = self.clock().now();
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
        let lost_numbers = if let Some(number) = last_number {
            lose(&mut books, &number.series, number.sequence).await?.into_iter().collect()
        } else {
            let missing = held.as_ref().map_or(0, |held| held.size.saturating_sub(entries));
            let this_year = series(self.clock().today(self.time_zone()));
            lose_as_many(&mut books, this_year, missing).await?
        };
        let details = json!({
            "was": what,
            "kept_entries": entries,
            "signed_entries": held.as_ref().map(|held| held.size),
            "signed_root": held.as_ref().map(|held| hex(&held.root)),
            "lost_numbers": lost_numbers,
        });
        let subject = Some(organisation.uuid());
        let act = Act { kind: Kind::LedgerRestored, by: by.person(), subject, details };
        record(&mut books, act, now).await?;
        books.accept_second_place(held.clone());
        books.commit().await?;
        Ok(Some(Restored { fault, held, entries, lost_numbers }))
    }
}

/// Gives up as many numbers of the newest series and of this year's as there are lost entries: each can have been that
/// of an issued document.
async fn lose_as_many(
    books: &mut Books,
    this_year: String,
    entries: u64,
) -> Result<Vec<LostNumbers>, Unavailable> {
    let entries = i64::try_from(entries).map_err(|_| Unavailable::Damaged("the second place"))?;
    // The installation's own ledger has no documents.
    if entries == 0 || books.organisation() == INSTALLATION {
        return Ok(Vec::new());
    }
    let known = books.list_series().await?;
    let newest = known.last().map(|(series, _)| series.clone()).filter(|newest| *newest != this_year);
    let mut given_up = Vec::new();
    for series in newest.into_iter().chain([this_year]) {
        let last = known.iter().find(|(name, _)| *name == series).map_or(0, |(_, last)| *last);
        given_up.extend(lose(books, &series, last.saturating_add(entries)).await?);
    }
    Ok(given_up)
}

/// Lets a series go on behind `last`, if it has not come so far.
async fn lose(books: &mut Books, series: &str, last: i64) -> Result<Option<LostNumbers>, Unavailable> {
    let first = books.expected_number(series).await?;
    if last < first {
        return Ok(None);
    }
    books.skip_numbers(series, last).await?;
    Ok(Some(LostNumbers { series: series.to_owned(), first, last }))
}
