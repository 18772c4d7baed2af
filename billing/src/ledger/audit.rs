//! A whole ledger, recomputed from what it commits to.

use counterfoil_identity::OrganisationId;
use counterfoil_ledger::note::VerifierKey;
use counterfoil_ledger::{Checkpoint, Frontier, Hash, NodeId, tree};
use counterfoil_store::ledger::KeptCheckpoint;
use counterfoil_store::{Books, StoreError};
use jiff::Timestamp;

use super::beside::Beside;
use super::check::{Checked, check_entry};
use super::numbers::NotGiven;
use super::signing_key;
use crate::billing::{Billing, Unavailable};

/// Entries read at once: a subtree of the tree, so that its nodes are checked with it.
const BATCH: u16 = 256;
/// The level of a whole batch.
const BATCH_LEVEL: u8 = 8;

/// What a check of a whole ledger found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerReport {
    /// The ledger's origin.
    pub origin: String,
    /// Entries that were checked.
    pub entries: u64,
    /// Issued documents that were checked.
    pub documents: u64,
    /// Payments that were checked. An archive holds none.
    pub payments: u64,
    /// Payee accounts that were checked. An archive holds none.
    pub payee_accounts: u64,
    /// Signing certificates that were checked. An archive holds none.
    pub certificates: u64,
    /// What is wrong, in words, in the order in which it was found; empty if all is well.
    pub faults: Vec<String>,
}

impl LedgerReport {
    /// Nothing was checked yet.
    pub(crate) fn new(origin: String) -> Self {
        Self {
            origin,
            entries: 0,
            documents: 0,
            payments: 0,
            payee_accounts: 0,
            certificates: 0,
            faults: Vec::new(),
        }
    }
}

impl Billing {
    /// Recomputes the tree from its leaves and the commitments from their openings, compares them with all signed
    /// checkpoints, the second place and the number series, and what the entries say with every document, payment,
    /// payee account and certificate that is kept, and with what is listed as settled. `progress` hears entries done
    /// and entries in all.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn verify_ledger(
        &self,
        organisation: OrganisationId,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<LedgerReport, Unavailable> {
        let held = self.store().held_checkpoint(organisation).await;
        let mut books = self.store().read_at_leisure(organisation).await?;
        let key = signing_key(&mut books).await?;
        let size = books.ledger_size().await?;
        let mut report = LedgerReport::new(key.name().to_owned());
        let mut checkpoints = Checkpoints { key: key.verifier(), due: Vec::new(), last: 0 };
        let mut frontier = Frontier::default();
        let mut batches: Vec<Hash> = Vec::new();
        let beside = Beside::read(&mut books, &mut report.faults).await?;
        let mut checked = Checked { documents: 0, not_given: NotGiven::default(), beside };
        while frontier.size() < size {
            let start = frontier.size();
            let mut row: Vec<Hash> = Vec::with_capacity(BATCH.into());
            let entries = match books.list_entries(start, BATCH.into()).await {
                Err(StoreError::Corrupt { .. }) => {
                    let first = first_damaged(&mut books, start).await?;
                    report.faults.push(format!("entry {first}: it is damaged or was moved"));
                    return Ok(report);
                }
                entries => entries?,
            };
            for entry in entries {
                if entry.position != frontier.size() {
                    break;
                }
                row.push(tree::leaf_hash(&entry.leaf));
                frontier.push(tree::leaf_hash(&entry.leaf));
                if let Some(fault) = check_entry(self.store(), &mut books, &entry, &mut checked).await? {
                    report.faults.push(format!("entry {}: {fault}", entry.position));
                }
                checkpoints.check(&mut books, &frontier, entry.at, &mut report.faults).await?;
                report.entries += 1;
                progress(report.entries, size);
            }
            if frontier.size() < size.min(start + u64::from(BATCH)) {
                report.faults.push(format!("entry {} is missing", frontier.size()));
                return Ok(report);
            }
            batches.extend(check_nodes(&mut books, 0, start, row, BATCH_LEVEL, &mut report.faults).await?);
        }
        check_nodes(&mut books, BATCH_LEVEL, 0, batches, 64, &mut report.faults).await?;
        checkpoints.finish(&mut books, size, &mut report.faults).await?;
        match held {
            Ok(held) => match books.goes_on_from(held.as_ref(), size).await {
                Ok(()) => {}
                Err(StoreError::SecondPlace(fault)) => report.faults.push(fault.to_string()),
                Err(error) => return Err(error.into()),
            },
            Err(StoreError::SecondPlace(fault)) => report.faults.push(fault.to_string()),
            Err(error) => return Err(error.into()),
        }
        for series in books.list_series().await? {
            let numbers = books.list_sequence(&series.name).await?;
            report.faults.extend(checked.not_given.faults_in(&series.name, &numbers, series.last));
        }
        checked.beside.finish(&mut books, checked.documents, &mut report.faults).await?;
        report.documents = checked.documents;
        for damaged in books.list_damaged().await? {
            let (table, column) = (damaged.column.table, damaged.column.column);
            report.faults.push(format!(
                "{table}: what is encrypted in {} of its rows ({column}) is damaged or was moved",
                damaged.values
            ));
        }
        report.payments = checked.beside.payments;
        report.payee_accounts = checked.beside.accounts;
        report.certificates = checked.beside.certificates;
        let issued = books.count_invoices().await?;
        if issued != report.documents {
            report
                .faults
                .push(format!("{issued} documents are kept, but the ledger knows {}", report.documents));
        }
        Ok(report)
    }
}

/// The first entry from here on that cannot be read.
async fn first_damaged(books: &mut Books, mut position: u64) -> Result<u64, Unavailable> {
    loop {
        match books.find_entry(position).await {
            Ok(Some(_)) => position += 1,
            Ok(None) | Err(StoreError::Corrupt { .. }) => return Ok(position),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Compares a row of the tree, and the rows over it below level `top`, with the nodes that are kept: proofs and tiles
/// are made of them. Gives the row of level `top`.
async fn check_nodes(
    books: &mut Books,
    level: u8,
    start: u64,
    mut row: Vec<Hash>,
    top: u8,
    faults: &mut Vec<String>,
) -> Result<Vec<Hash>, Unavailable> {
    for level in level..top {
        for (chunk, index) in row.chunks(BATCH.into()).zip((start >> level..).step_by(BATCH.into())) {
            let limit = u16::try_from(chunk.len()).expect("a chunk is short");
            let kept = books.list_nodes(NodeId { level, index }, limit).await?;
            if kept != chunk {
                let same = kept.iter().zip(chunk).take_while(|(kept, computed)| kept == computed).count();
                let index = index + u64::try_from(same).expect("a chunk is short");
                faults.push(format!("node {index} of level {level} is not that of the entries below it"));
            }
        }
        if row.len() < 2 && top > BATCH_LEVEL {
            break;
        }
        row = tree::parents(&row);
    }
    Ok(row)
}

/// The signed checkpoints, met in the order of their sizes.
struct Checkpoints {
    key: VerifierKey,
    /// Read and not met yet, largest first.
    due: Vec<KeptCheckpoint>,
    last: u64,
}

impl Checkpoints {
    async fn next(&mut self, books: &mut Books) -> Result<Option<u64>, Unavailable> {
        if self.due.is_empty() {
            self.due = books.list_checkpoints(self.last, BATCH.into()).await?;
            self.due.reverse();
        }
        Ok(self.due.last().map(|due| due.size))
    }

    async fn check(
        &mut self,
        books: &mut Books,
        frontier: &Frontier,
        at: Timestamp,
        faults: &mut Vec<String>,
    ) -> Result<(), Unavailable> {
        // Every entry has its checkpoint, signed in the act that made it.
        match self.next(books).await? {
            Some(next) if next == frontier.size() => {}
            Some(_) => {
                faults.push(format!("the checkpoint of {} entries is missing", frontier.size()));
                return Ok(());
            }
            None => return Ok(()),
        }
        let Some(KeptCheckpoint { size, note, signed_at }) = self.due.pop() else { return Ok(()) };
        self.last = size;
        match Checkpoint::verify(&note, &self.key) {
            Err(error) => faults.push(format!("the checkpoint of {size} entries: {error}")),
            Ok(checkpoint) if checkpoint.size != size || checkpoint.root != frontier.root() => {
                faults.push(format!("the checkpoint of {size} entries is not that of the tree"));
            }
            Ok(_) if signed_at != at => {
                faults.push(format!(
                    "the checkpoint of {size} entries is kept with another time than its entry"
                ));
            }
            Ok(_) => {}
        }
        Ok(())
    }

    async fn finish(
        &mut self,
        books: &mut Books,
        size: u64,
        faults: &mut Vec<String>,
    ) -> Result<(), Unavailable> {
        if let Some(next) = self.next(books).await? {
            faults.push(format!("a checkpoint of {next} entries was signed, but there are only {size}"));
        } else if self.last != size {
            faults.push(format!(
                "there are {size} entries, but the last signed checkpoint is of {}",
                self.last
            ));
        }
        Ok(())
    }
}
