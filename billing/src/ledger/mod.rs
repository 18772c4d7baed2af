//! Every act leaves its entry (law 3), and every entry a signed checkpoint.

mod audit;
mod beside;
mod check;
mod claim;
mod kind;
mod log;
mod numbers;
mod restore;

use std::collections::BTreeMap;

use counterfoil_identity::permission::ReadLedger;
use counterfoil_identity::{Actor, PersonId};
use counterfoil_ledger::checkpoint::Checkpoint;
use counterfoil_ledger::entry::{Opening, Statement};
use counterfoil_ledger::note::{SigningKey, VerifierKey};
use counterfoil_ledger::proof::TlogProof;
use counterfoil_ledger::tiles::{self, Resource};
use counterfoil_ledger::{Hash, NodeId, tree};
use counterfoil_store::{Books, INSTALLATION, Store, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

pub use audit::LedgerReport;
pub(crate) use check::check_document;
pub(crate) use claim::{
    CertificateDetails, Claim, IssuedDetails, PayeeActDetails, PayeeDetails, PaymentDetails,
    RevocationDetails, SealedDetails, sha256,
};
pub use kind::Kind;
pub use log::{LOG_PAGE_SIZE, LONGEST_FILE, LogPage, Topic};
pub use numbers::LostNumbers;
pub(crate) use numbers::{NotGiven, NumberingDetails, SeriesStart};
pub use restore::{RestoreError, Restored};

use crate::billing::{Billing, Unavailable};
use crate::clock::rng;

const KEY_NAME: &str = "ledger.name";
const KEY_SEED: &str = "ledger.seed";

/// What is written down.
pub(crate) struct Act {
    pub(crate) kind: Kind,
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
        kind: act.kind.as_str().to_owned(),
        at: now,
        actor: act.by.map(PersonId::uuid),
        subject: act.subject,
        details: act.details,
    };
    let opening = Opening::new(&statement, &mut rng())?;
    let position = books.append_entry(&opening, now).await?;
    let size = position + 1;
    let nodes = books.ledger_nodes(&tree::nodes_for_root(size)).await?;
    let root = tree::root(size, &read(&nodes)).map_err(StoreError::from)?;
    let key = signing_key(books).await?;
    let checkpoint = Checkpoint { origin: key.name().to_owned(), size, root };
    books.append_checkpoint(size, &checkpoint.sign(&key), now).await?;
    Ok(position)
}

/// The proof that the entry at this position is in the ledger as last published, with its opening.
pub(crate) async fn prove(books: &mut Books, position: u64) -> Result<TlogProof, Unavailable> {
    let entry = books.find_entry(position).await?.ok_or(Unavailable::Damaged("the ledger"))?;
    let checkpoint =
        books.published_checkpoint().await?.ok_or(Unavailable::Damaged("the ledger's checkpoint"))?;
    let size = size_of(&checkpoint)?;
    let nodes = books.ledger_nodes(&tree::nodes_for_inclusion(position, size)).await?;
    let hashes = tree::inclusion_proof(position, size, &read(&nodes)).map_err(StoreError::from)?;
    Ok(TlogProof { extra: Some(entry.opening.to_bytes()), index: position, hashes, checkpoint })
}

/// The size in a checkpoint of our own.
fn size_of(note: &str) -> Result<u64, Unavailable> {
    let checkpoint =
        Checkpoint::claimed(note).map_err(|_| Unavailable::Damaged("the ledger's checkpoint"))?;
    Ok(checkpoint.size)
}

/// The bytes of a tile or bundle that the ledger has.
pub(crate) async fn tile(books: &mut Books, resource: Resource) -> Result<Vec<u8>, Unavailable> {
    let damaged = Unavailable::Damaged("the ledger");
    let start = |index: u64| index.checked_mul(tiles::WIDTH.into()).ok_or(Unavailable::Damaged("the ledger"));
    match resource {
        Resource::Tile { level, index, width } => {
            let hashes = books.list_nodes(NodeId { level: 8 * level, index: start(index)? }, width).await?;
            if hashes.len() == usize::from(width) { Ok(hashes.concat()) } else { Err(damaged) }
        }
        Resource::Entries { index, width } => {
            let leaves = books.list_leaves(start(index)?, width).await?;
            if leaves.len() != usize::from(width) {
                return Err(damaged);
            }
            tiles::entry_bundle(leaves.iter().map(Vec::as_slice)).map_err(|_| damaged)
        }
    }
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

impl Billing {
    /// The newest checkpoint of an organisation's ledger, by its slug; public.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn public_ledger(&self, slug: &str) -> Result<Option<PublicLedger>, Unavailable> {
        let Some(organisation) = self.store().find_organisation(slug).await? else { return Ok(None) };
        let mut books = self.store().read(organisation).await?;
        let Some(checkpoint) = books.published_checkpoint().await? else { return Ok(None) };
        let key = signing_key(&mut books).await?.verifier();
        Ok(Some(PublicLedger { checkpoint, key }))
    }

    /// A tile of an organisation's ledger, or a bundle of its leaves, by its slug; public. `None` beyond the published
    /// checkpoint.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn public_tile(&self, slug: &str, resource: Resource) -> Result<Option<Vec<u8>>, Unavailable> {
        let Some(organisation) = self.store().find_organisation(slug).await? else { return Ok(None) };
        let mut books = self.store().read(organisation).await?;
        let Some(checkpoint) = books.published_checkpoint().await? else { return Ok(None) };
        if !resource.is_in(size_of(&checkpoint)?) {
            return Ok(None);
        }
        Ok(Some(tile(&mut books, resource).await?))
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
            books.published_checkpoint().await?.ok_or(Unavailable::Damaged("the ledger's checkpoint"))?;
        let key = signing_key(&mut books).await?.verifier();
        drop(books);
        let mut statements = Vec::with_capacity(kept.len());
        for entry in kept {
            let statement = entry.opening.statement().map_err(|_| Unavailable::Damaged("a ledger entry"))?;
            statements.push((entry.position, statement));
        }
        let entries = self.with_names(statements).await?;
        Ok(LedgerPage { public: PublicLedger { checkpoint, key }, size, before, entries })
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use counterfoil_store::{DatabaseUrl, SecondPlace};
    use counterfoil_vault::RootKey;
    use object_store::memory::InMemory;
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn an_act_whose_entry_is_too_long_does_not_happen_and_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-03-03T10:00:00Z".parse().unwrap();
        let database = DatabaseUrl::sqlite(&folder.path().join("books.sqlite"));
        let place = SecondPlace::folder(folder.path().to_owned());
        let files = Arc::new(InMemory::new());
        let store = Store::open(&database, RootKey::from_bytes([7; 32]), files, place, now).await.unwrap();
        ensure_installation_key(&store, "bills.example").await.unwrap();
        let act =
            |text: String| Act { kind: Kind::MemberAdded, by: None, subject: None, details: json!(text) };
        let mut books = store.write(INSTALLATION).await.unwrap();
        let error = record(&mut books, act("x".repeat(65_536)), now).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(error.to_string().contains("ledger") && cause.contains("65535"), "{error}: {cause}");
        assert_eq!(books.ledger_size().await.unwrap(), 0);
        // What fits is entered, and takes 66 bytes on the wire.
        let position = record(&mut books, act("x".repeat(60_000)), now).await.unwrap();
        assert_eq!((position, books.ledger_size().await.unwrap()), (0, 1));
        assert_eq!(books.list_leaves(0, 1).await.unwrap()[0].len(), 66);
        books.commit().await.unwrap();
    }
}
