//! A database that does not go on from what was signed last: who runs the server is told, and may accept it.

use counterfoil_identity::{Authenticated, OrganisationId};
use counterfoil_invoice::InvoiceNumber;
use counterfoil_ledger::Checkpoint;
use counterfoil_store::second_place::SecondPlaceError;
use counterfoil_store::{Books, INSTALLATION, StoreError};
use jiff::civil::Date;
use serde_json::json;

use super::{Act, Kind, LostNumbers, record};
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
    /// Numbers that may have been given since the backup: they are not given again.
    pub lost_numbers: Vec<LostNumbers>,
}

/// Why an old backup was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// No document here can have it.
    #[error(
        "no document of this organisation can have the number {0:?}: neither its numbering as of the backup nor any of \
         its series makes such numbers; without the last number, as many are given up as the lost entries can have taken"
    )]
    NoSuchNumber(String),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for RestoreError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
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
    /// [`RestoreError`].
    pub async fn accept_restore(
        &self,
        by: &Authenticated,
        organisation: OrganisationId,
        last_number: Option<&str>,
    ) -> Result<Option<Restored>, RestoreError> {
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
        let missing = held.as_ref().map_or(0, |held| held.size.saturating_sub(entries));
        let lost_numbers = match last_number {
            // The installation's own ledger has no documents.
            _ if organisation == INSTALLATION => Vec::new(),
            Some(text) => {
                let number = find_number(&mut books, text).await?;
                let number = number.ok_or_else(|| RestoreError::NoSuchNumber(text.to_owned()))?;
                lose(&mut books, &number.series, number.sequence).await?.into_iter().collect()
            }
            None => {
                let last_entry = books.find_entry(entries.saturating_sub(1)).await?;
                let [from, to] = [last_entry.map_or(now, |entry| entry.at), now]
                    .map(|moment| moment.to_zoned(self.time_zone().clone()).date());
                lose_as_many(&mut books, from, to, missing).await?
            }
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

/// The number that this text is, by the patterns that are in force or by a series that is known.
async fn find_number(books: &mut Books, text: &str) -> Result<Option<InvoiceNumber>, Unavailable> {
    let numbering = books.organisation_profile().await?.profile.numbering;
    if let Some(number) = numbering.read(text) {
        return Ok(Some(number));
    }
    let known = books.list_series().await?;
    Ok(known.iter().find_map(|series| InvoiceNumber::in_series(&series.name, text)))
}

/// Gives up as many numbers as there are lost entries, of every series from the last entry's day until today: each entry
/// can have been that of an issued document.
async fn lose_as_many(
    books: &mut Books,
    from: Date,
    to: Date,
    entries: u64,
) -> Result<Vec<LostNumbers>, Unavailable> {
    let entries = i64::try_from(entries).map_err(|_| Unavailable::Damaged("the second place"))?;
    if entries == 0 {
        return Ok(Vec::new());
    }
    let numbering = books.organisation_profile().await?.profile.numbering;
    let mut given_up = Vec::new();
    for pattern in numbering.patterns() {
        let mut day = from.min(to);
        loop {
            let series = pattern.series(day);
            let next = books.expected_number(&series).await?;
            given_up.extend(lose(books, &series, (next - 1).saturating_add(entries)).await?);
            match pattern.restarts(day) {
                Some(next) if next <= to => day = next,
                _ => break,
            }
        }
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
