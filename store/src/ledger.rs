//! The ledger's rows: entries, tree nodes, checkpoints. All appended, none ever changed.

use std::collections::BTreeMap;

use counterfoil_ledger::entry::Opening;
use counterfoil_ledger::{Hash, NodeId, tree};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row as _};

use crate::convert::{array, millis, signed, timestamp, unsigned};
use crate::second_place::Signed;
use crate::{Books, Result, StoreError};

/// An entry with its opening.
#[derive(Debug, Clone)]
pub struct KeptEntry {
    /// Its index in the tree.
    pub position: u64,
    /// The public leaf.
    pub leaf: Vec<u8>,
    /// What it commits to.
    pub opening: Opening,
    /// When it was appended.
    pub at: Timestamp,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// How many entries it is of.
    pub size: u64,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub signed_at: Timestamp,
}

impl Books {
    /// How many entries the ledger has.
    ///
    /// # Errors
    /// The database's.
    pub async fn ledger_size(&mut self) -> Result<u64> {
        let row =
            sqlx::query("SELECT COALESCE(MAX(position) + 1, 0) AS size FROM ledger_entry WHERE org_id = $1")
                .bind(self.org())
                .fetch_one(self.db())
                .await?;
        unsigned(row.try_get("size")?, "ledger_entry", "position")
    }

    /// Appends an entry with the tree nodes it completes. Gives its position.
    ///
    /// # Errors
    /// [`StoreError::Ledger`] if nodes are missing, or the database's.
    pub async fn append_entry(&mut self, opening: &Opening, at: Timestamp) -> Result<u64> {
        let position = self.ledger_size().await?;
        self.base.get_or_insert(position);
        let leaf = opening.leaf();
        let nodes = self.ledger_nodes(&tree::nodes_for_append(position)).await?;
        let completed = tree::append(position, tree::leaf_hash(&leaf), &|id| nodes.get(&id).copied())?;
        let row = signed(position).to_be_bytes();
        let sealed = self.keys.seal("ledger_entry", "opening", &row, &opening.to_bytes());
        sqlx::query(
            "INSERT INTO ledger_entry (org_id, position, leaf, opening_sealed, at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(self.org())
        .bind(signed(position))
        .bind(leaf)
        .bind(sealed)
        .bind(millis(at))
        .execute(self.db())
        .await?;
        for (id, hash) in completed {
            sqlx::query("INSERT INTO ledger_node (org_id, level, position, hash) VALUES ($1, $2, $3, $4)")
                .bind(self.org())
                .bind(i64::from(id.level))
                .bind(signed(id.index))
                .bind(hash.to_vec())
                .execute(self.db())
                .await?;
        }
        Ok(position)
    }

    /// An entry.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_entry(&mut self, position: u64) -> Result<Option<KeptEntry>> {
        let row = sqlx::query(
            "SELECT position, leaf, opening_sealed, at FROM ledger_entry WHERE org_id = $1 AND position = $2",
        )
        .bind(self.org())
        .bind(signed(position))
        .fetch_optional(self.db())
        .await?;
        row.map(|row| self.entry(&row)).transpose()
    }

    /// Entries from a position on, at most `limit`.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_entries(&mut self, from: u64, limit: u32) -> Result<Vec<KeptEntry>> {
        let rows = sqlx::query(
            "SELECT position, leaf, opening_sealed, at FROM ledger_entry
             WHERE org_id = $1 AND position >= $2 ORDER BY position LIMIT $3",
        )
        .bind(self.org())
        .bind(signed(from))
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?;
        rows.iter().map(|row| self.entry(row)).collect()
    }

    /// The named nodes of the tree, in one query.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn ledger_nodes(&mut self, ids: &[NodeId]) -> Result<BTreeMap<NodeId, Hash>> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        // Only numbers are written into the text: level and index of each node.
        let wanted: Vec<String> =
            ids.iter().map(|id| format!("(level = {} AND position = {})", id.level, id.index)).collect();
        let sql = format!(
            "SELECT level, position, hash FROM ledger_node WHERE org_id = $1 AND ({})",
            wanted.join(" OR ")
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(self.org()).fetch_all(self.db()).await?;
        rows.iter()
            .map(|row| {
                let level = u8::try_from(row.try_get::<i64, _>("level")?)
                    .map_err(|_| StoreError::Corrupt { table: "ledger_node", column: "level" })?;
                let index = unsigned(row.try_get("position")?, "ledger_node", "position")?;
                let hash = array(&row.try_get::<Vec<u8>, _>("hash")?, "ledger_node", "hash")?;
                Ok((NodeId { level, index }, hash))
            })
            .collect()
    }

    /// The hashes of one level of the tree, from an index on, at most `limit`.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_nodes(&mut self, from: NodeId, limit: u16) -> Result<Vec<Hash>> {
        sqlx::query(
            "SELECT hash FROM ledger_node WHERE org_id = $1 AND level = $2 AND position >= $3
             ORDER BY position LIMIT $4",
        )
        .bind(self.org())
        .bind(i64::from(from.level))
        .bind(signed(from.index))
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?
        .iter()
        .map(|row| array(&row.try_get::<Vec<u8>, _>("hash")?, "ledger_node", "hash"))
        .collect()
    }

    /// The public leaves from a position on, at most `limit`: what is committed to stays sealed.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_leaves(&mut self, from: u64, limit: u16) -> Result<Vec<Vec<u8>>> {
        sqlx::query(
            "SELECT leaf FROM ledger_entry WHERE org_id = $1 AND position >= $2 ORDER BY position LIMIT $3",
        )
        .bind(self.org())
        .bind(signed(from))
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?
        .iter()
        .map(|row| Ok(row.try_get("leaf")?))
        .collect()
    }

    /// Keeps a signed checkpoint.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one for this size, or the database's.
    pub async fn append_checkpoint(&mut self, size: u64, note: &str, now: Timestamp) -> Result<()> {
        sqlx::query("INSERT INTO ledger_checkpoint (org_id, size, note, signed_at) VALUES ($1, $2, $3, $4)")
            .bind(self.org())
            .bind(signed(size))
            .bind(note)
            .bind(millis(now))
            .execute(self.db())
            .await?;
        let base = self.base.unwrap_or(size);
        self.signed = Some(Signed { note: note.to_owned(), base });
        Ok(())
    }

    /// The checkpoints of sizes above `after`, smallest first, at most `limit`.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_checkpoints(&mut self, after: u64, limit: u32) -> Result<Vec<KeptCheckpoint>> {
        sqlx::query(
            "SELECT size, note, signed_at FROM ledger_checkpoint
             WHERE org_id = $1 AND size > $2 ORDER BY size LIMIT $3",
        )
        .bind(self.org())
        .bind(signed(after))
        .bind(i64::from(limit))
        .fetch_all(self.db())
        .await?
        .iter()
        .map(|row| {
            Ok(KeptCheckpoint {
                size: unsigned(row.try_get("size")?, "ledger_checkpoint", "size")?,
                note: row.try_get("note")?,
                signed_at: timestamp(row.try_get("signed_at")?, "ledger_checkpoint")?,
            })
        })
        .collect()
    }

    /// The newest signed checkpoint.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_checkpoint(&mut self) -> Result<Option<String>> {
        let row =
            sqlx::query("SELECT note FROM ledger_checkpoint WHERE org_id = $1 ORDER BY size DESC LIMIT 1")
                .bind(self.org())
                .fetch_optional(self.db())
                .await?;
        row.map(|row| Ok(row.try_get("note")?)).transpose()
    }

    fn entry(&self, row: &sqlx::any::AnyRow) -> Result<KeptEntry> {
        let position: i64 = row.try_get("position")?;
        let sealed: Vec<u8> = row.try_get("opening_sealed")?;
        let opening = self.keys.open("ledger_entry", "opening", &position.to_be_bytes(), &sealed)?;
        Ok(KeptEntry {
            position: unsigned(position, "ledger_entry", "position")?,
            leaf: row.try_get("leaf")?,
            opening: Opening::from_bytes(&opening)
                .map_err(|_| StoreError::Corrupt { table: "ledger_entry", column: "opening" })?,
            at: timestamp(row.try_get("at")?, "ledger_entry")?,
        })
    }
}
