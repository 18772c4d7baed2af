//! Every act leaves its entry (law 3), and every entry a signed checkpoint.

use std::collections::BTreeMap;

use counterfoil_identity::permission::ReadLedger;
use counterfoil_identity::{Actor, OrganisationId, PersonId};
use counterfoil_ledger::checkpoint::Checkpoint;
use counterfoil_ledger::entry::{Opening, Statement};
use counterfoil_ledger::note::{SigningKey, VerifierKey};
use counterfoil_ledger::proof::TlogProof;
use counterfoil_ledger::{Hash, NodeId, tree};
use counterfoil_store::{Books, INSTALLATION, Store, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::clock::rng;

const KEY_NAME: &str = "ledger.name";
const KEY_SEED: &str = "ledger.seed";

/// What is written down.
pub(crate) struct Act {
    pub(crate) kind: &'static str,
    pub(crate) by: Option<PersonId>,
    pub(crate) subject: Option<Uuid>,
    pub(crate) details: Value,
}

/// Makes the ledger's signing key. `name` is the origin of its checkpoints.
pub(crate) async fn create_key(books: &mut Books, name: &str) -> Result<(), Unavailable> {
    let key =
        SigningKey::generate(name, &mut rng()).map_err(|_| Unavailable::Damaged("the ledger's name"))?;
    books.insert_secret(KEY_NAME, name.as_bytes()).await?;
    books.insert_secret(KEY_SEED, key.seed()).await?;
    Ok(())
}

/// The ledger's signing key.
pub(crate) async fn signing_key(books: &mut Books) -> Result<SigningKey, Unavailable> {
    let damaged = Unavailable::Damaged("the ledger's key");
    let (Some(name), Some(seed)) = (books.find_secret(KEY_NAME).await?, books.find_secret(KEY_SEED).await?)
    else {
        return Err(damaged);
    };
    let name = std::str::from_utf8(&name).map_err(|_| Unavailable::Damaged("the ledger's name"))?;
    let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| Unavailable::Damaged("the ledger's key"))?;
    SigningKey::from_parts(name, seed).map_err(|_| damaged)
}

/// Appends the entry and signs the checkpoint that holds it, within the act's own transaction: if it cannot be
/// written, the act does not happen; if the act rolls back, nobody ever saw the checkpoint.
pub(crate) async fn record(books: &mut Books, act: Act, now: Timestamp) -> Result<u64, Unavailable> {
    let statement = Statement {
        kind: act.kind.to_owned(),
        at: now,
        actor: act.by.map(PersonId::uuid),
        subject: act.subject,
        details: act.details,
    };
    let opening = Opening::new(&statement, &mut rng()).map_err(|_| Unavailable::Damaged("a ledger entry"))?;
    let position = books.append_entry(&opening, now).await?;
    let size = position + 1;
    let nodes = books.ledger_nodes(&tree::nodes_for_root(size)).await?;
    let root = tree::root(size, &read(&nodes)).map_err(StoreError::from)?;
    let key = signing_key(books).await?;
    let checkpoint = Checkpoint { origin: key.name().to_owned(), size, root };
    books.append_checkpoint(size, &checkpoint.sign(&key), now).await?;
    Ok(position)
}

/// The proof that the entry at this position is in the ledger as last signed, with its opening.
pub(crate) async fn prove(books: &mut Books, position: u64) -> Result<TlogProof, Unavailable> {
    let damaged = Unavailable::Damaged("the ledger");
    let entry = books.find_entry(position).await?.ok_or(damaged)?;
    let checkpoint = books.last_checkpoint().await?.ok_or(Unavailable::Damaged("the ledger's checkpoint"))?;
    let size = books.ledger_size().await?;
    let nodes = books.ledger_nodes(&tree::nodes_for_inclusion(position, size)).await?;
    let hashes = tree::inclusion_proof(position, size, &read(&nodes)).map_err(StoreError::from)?;
    Ok(TlogProof { extra: Some(entry.opening.to_bytes()), index: position, hashes, checkpoint })
}

fn read(nodes: &BTreeMap<NodeId, Hash>) -> impl Fn(NodeId) -> Option<Hash> + '_ {
    |id| nodes.get(&id).copied()
}

/// A ledger as the public sees it.
#[derive(Debug, Clone)]
pub struct PublicLedger {
    /// The newest signed checkpoint.
    pub checkpoint: String,
    /// The key that verifies it.
    pub key: VerifierKey,
}

/// Entries on one page of the ledger.
pub const PAGE_SIZE: u64 = 50;

/// An organisation's ledger as its members see it.
#[derive(Debug, Clone)]
pub struct LedgerPage {
    /// What the public sees of it.
    pub public: PublicLedger,
    /// How many entries there are.
    pub size: u64,
    /// Where this page ends, this position excluded.
    pub before: u64,
    /// Some of them, newest first.
    pub entries: Vec<LedgerEntry>,
}

/// An entry, opened.
#[derive(Debug, Clone)]
pub struct LedgerEntry {
    /// Its index in the tree.
    pub position: u64,
    /// What it says.
    pub statement: Statement,
    /// The name of who did it, if it was a person and they are still known.
    pub by: Option<String>,
}

/// What a check of a whole ledger found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerReport {
    /// The ledger's origin.
    pub origin: String,
    /// Entries that were checked.
    pub entries: u64,
    /// Issued documents that were checked.
    pub documents: u64,
    /// What is wrong, in words; empty if all is well.
    pub faults: Vec<String>,
}

impl Billing {
    /// The newest checkpoint of an organisation's ledger, by its slug; public.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn public_ledger(&self, slug: &str) -> Result<Option<PublicLedger>, Unavailable> {
        let Some(organisation) = self.store().find_organisation(slug).await? else { return Ok(None) };
        let mut books = self.store().read(organisation).await?;
        let Some(checkpoint) = books.last_checkpoint().await? else { return Ok(None) };
        let key = signing_key(&mut books).await?.verifier();
        Ok(Some(PublicLedger { checkpoint, key }))
    }

    /// A page of the ledger: the newest entries, or those before a position.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn ledger(
        &self,
        by: &Actor<ReadLedger>,
        before: Option<u64>,
    ) -> Result<LedgerPage, Unavailable> {
        let mut books = self.store().read(by.organisation()).await?;
        let size = books.ledger_size().await?;
        let before = before.unwrap_or(size).min(size);
        let from = before.saturating_sub(PAGE_SIZE);
        let length = u32::try_from(before - from).expect("a page is short");
        let mut kept = books.list_entries(from, length).await?;
        kept.reverse();
        let checkpoint =
            books.last_checkpoint().await?.ok_or(Unavailable::Damaged("the ledger's checkpoint"))?;
        let key = signing_key(&mut books).await?.verifier();
        drop(books);
        let mut people = self.store().read(INSTALLATION).await?;
        let mut names: BTreeMap<Uuid, Option<String>> = BTreeMap::new();
        let mut entries = Vec::with_capacity(kept.len());
        for entry in kept {
            let statement = entry.opening.statement().map_err(|_| Unavailable::Damaged("a ledger entry"))?;
            if let Some(id) = statement.actor.filter(|id| !names.contains_key(id)) {
                let person = people.find_person(PersonId::from_uuid(id)).await?;
                names.insert(id, person.map(|person| person.profile.name));
            }
            let by = statement.actor.and_then(|id| names[&id].clone());
            entries.push(LedgerEntry { position: entry.position, statement, by });
        }
        Ok(LedgerPage { public: PublicLedger { checkpoint, key }, size, before, entries })
    }

    /// Recomputes the tree from its leaves, the commitments from their openings, and compares them and every issued
    /// document with the signed checkpoint and the number series. `progress` hears entries done and entries in all.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn verify_ledger(
        &self,
        organisation: OrganisationId,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<LedgerReport, Unavailable> {
        let mut books = self.store().read(organisation).await?;
        let key = signing_key(&mut books).await?;
        let size = books.ledger_size().await?;
        let mut report =
            LedgerReport { origin: key.name().to_owned(), entries: 0, documents: 0, faults: Vec::new() };
        let mut nodes: BTreeMap<NodeId, Hash> = BTreeMap::new();
        while report.entries < size {
            let batch = books.list_entries(report.entries, 256).await?;
            if batch.is_empty() {
                report.faults.push(format!("entry {} is missing", report.entries));
                return Ok(report);
            }
            for entry in batch {
                if entry.position != report.entries {
                    report.faults.push(format!("entry {} is missing", report.entries));
                    return Ok(report);
                }
                if entry.opening.leaf() != entry.leaf {
                    report.faults.push(format!("entry {} does not open its commitment", entry.position));
                }
                let added = tree::append(entry.position, tree::leaf_hash(&entry.leaf), &read(&nodes))
                    .map_err(StoreError::from)?;
                nodes.extend(added);
                if let Some(fault) = self.check_entry(&mut books, &entry, &mut report.documents).await? {
                    report.faults.push(format!("entry {}: {fault}", entry.position));
                }
                report.entries += 1;
                progress(report.entries, size);
            }
        }
        let root = tree::root(size, &read(&nodes)).map_err(StoreError::from)?;
        match books.last_checkpoint().await? {
            None if size == 0 => {}
            None => report.faults.push("there is no signed checkpoint".to_owned()),
            Some(note) => match Checkpoint::verify(&note, &key.verifier()) {
                Err(_) => report.faults.push("the checkpoint's signature is wrong".to_owned()),
                Ok(checkpoint) if checkpoint.size != size || checkpoint.root != root => {
                    report.faults.push("the checkpoint is not that of this tree".to_owned());
                }
                Ok(_) => {}
            },
        }
        for (series, last) in books.list_series().await? {
            let numbers = books.list_sequence(&series).await?;
            if !numbers.iter().copied().eq(1..=last) {
                report.faults.push(format!("the numbers of series {series:?} have gaps"));
            }
        }
        let issued = books.count_invoices().await?;
        if issued != report.documents {
            report
                .faults
                .push(format!("{issued} documents are kept, but the ledger knows {}", report.documents));
        }
        Ok(report)
    }
}

/// The organisation's own ledger key is made with the organisation, the installation's on first start.
pub(crate) async fn ensure_installation_key(store: &Store, host: &str) -> Result<(), Unavailable> {
    let mut books = store.write(INSTALLATION).await?;
    if books.find_secret(KEY_SEED).await?.is_none() {
        create_key(&mut books, &format!("{host}/ledger")).await?;
        books.commit().await?;
    }
    Ok(())
}
