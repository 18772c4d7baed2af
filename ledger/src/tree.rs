//! The Merkle tree of RFC 6962, section 2.1, over nodes that the caller reads and writes.
//!
//! A tree of `size` leaves is the complete subtrees of its binary digits, largest first. Every hash in a proof is
//! the hash of such a run of subtrees, so all functions here come down to `cover` and `fold`.

use sha2::{Digest, Sha256};

use crate::Hash;

/// The largest tree: sizes and indexes fit the signed 64-bit integers of databases.
pub const MAX_SIZE: u64 = i64::MAX.unsigned_abs();

/// A complete subtree: the 2^`level` leaves from `index` · 2^`level`. Level 0 are the leaf hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// Height above the leaves, at most 63.
    pub level: u8,
    /// Place among the subtrees of this level, from the left, from 0.
    pub index: u64,
}

/// Why there is no root, or no proof, or the proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The caller's reader has no such node: the ledger is damaged, or another size was meant.
    #[error("node {} of level {} is missing: check the ledger against its last checkpoint", .0.index, .0.level)]
    Missing(NodeId),
    /// There is no such leaf in a tree of that size.
    #[error("there is no entry {index} in a ledger of {size} entries")]
    NoSuchEntry {
        /// The index asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A tree cannot have grown out of a larger one.
    #[error("a ledger of {new} entries cannot extend one of {old}")]
    Shrunk {
        /// The size that came first.
        old: u64,
        /// The size that should be larger.
        new: u64,
    },
    /// The tree has, or would have, more than [`MAX_SIZE`] leaves.
    #[error("a ledger cannot hold more than {MAX_SIZE} entries")]
    TooLarge,
    /// The proof does not lead from what is to be proven to the root.
    #[error("the proof does not match the root of the ledger")]
    Unproven,
}

type Result<T, E = TreeError> = std::result::Result<T, E>;

/// What the tree holds at level 0 for an entry.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

pub(crate) fn node_hash(left: &Hash, right: &Hash) -> Hash {
    // In one piece: a hash of so few bytes costs as much as bringing them together.
    let mut node = [1; 65];
    node[1..33].copy_from_slice(left);
    node[33..].copy_from_slice(right);
    Sha256::digest(node).into()
}

/// One level up: the node over each two neighbours. A last one without a right neighbour is left out.
#[must_use]
pub fn parents(row: &[Hash]) -> Vec<Hash> {
    row.as_chunks().0.iter().map(|[left, right]| node_hash(left, right)).collect()
}

/// What [`append`] reads from a tree of `size` leaves.
#[must_use]
pub fn nodes_for_append(size: u64) -> Vec<NodeId> {
    (0..64)
        .take_while(|level| size >> level & 1 == 1)
        .map(|level| NodeId { level, index: (size >> level) - 1 })
        .collect()
}

/// All nodes that the leaf completes in a tree of `size` leaves, itself first: what the caller must insert.
///
/// # Errors
/// [`TreeError::TooLarge`] at [`MAX_SIZE`], [`TreeError::Missing`] if a node cannot be read.
pub fn append(size: u64, leaf: Hash, read: &impl Fn(NodeId) -> Option<Hash>) -> Result<Vec<(NodeId, Hash)>> {
    if size >= MAX_SIZE {
        return Err(TreeError::TooLarge);
    }
    let mut completed = vec![(NodeId { level: 0, index: size }, leaf)];
    let mut hash = leaf;
    for left in nodes_for_append(size) {
        hash = node_hash(&read(left).ok_or(TreeError::Missing(left))?, &hash);
        completed.push((NodeId { level: left.level + 1, index: left.index / 2 }, hash));
    }
    Ok(completed)
}

/// What [`root`] reads for a tree of `size` leaves.
#[must_use]
pub fn nodes_for_root(size: u64) -> Vec<NodeId> {
    cover(Run { start: 0, end: size }).collect()
}

/// The root of the tree of the first `size` leaves. An empty tree has a root too.
///
/// # Errors
/// [`TreeError::Missing`] if a node cannot be read.
pub fn root(size: u64, read: &impl Fn(NodeId) -> Option<Hash>) -> Result<Hash> {
    if size == 0 { Ok(Sha256::digest([]).into()) } else { fold(Run { start: 0, end: size }, read) }
}

/// What [`inclusion_proof`] reads; nothing if there is no such leaf.
#[must_use]
pub fn nodes_for_inclusion(index: u64, size: u64) -> Vec<NodeId> {
    inclusion_path(index, size).into_iter().flat_map(cover).collect()
}

/// The hashes that lead from the leaf `index` to the root of the tree of `size` leaves, sibling of the leaf first.
///
/// # Errors
/// [`TreeError::NoSuchEntry`] unless `index` is below `size`, [`TreeError::Missing`] if a node cannot be read.
pub fn inclusion_proof(index: u64, size: u64, read: &impl Fn(NodeId) -> Option<Hash>) -> Result<Vec<Hash>> {
    if index >= size {
        return Err(TreeError::NoSuchEntry { index, size });
    }
    inclusion_path(index, size).into_iter().map(|run| fold(run, read)).collect()
}

/// Whether `leaf` is at `index` in the tree of `size` leaves with this `root`: RFC 9162, section 2.1.3.2.
///
/// # Errors
/// [`TreeError::NoSuchEntry`] unless `index` is below `size`, [`TreeError::Unproven`] if the proof does not lead to
/// the root or is longer or shorter than it must be.
pub fn verify_inclusion(index: u64, size: u64, leaf: Hash, proof: &[Hash], root: Hash) -> Result<()> {
    if index >= size {
        return Err(TreeError::NoSuchEntry { index, size });
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return Err(TreeError::Unproven);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A last node without a right neighbour rises unchanged.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 && hash == root { Ok(()) } else { Err(TreeError::Unproven) }
}

/// What [`consistency_proof`] reads; nothing if `old` is 0 or not below `new`.
#[must_use]
pub fn nodes_for_consistency(old: u64, new: u64) -> Vec<NodeId> {
    consistency_path(old, new).into_iter().flat_map(cover).collect()
}

/// The hashes that show that the tree of `new` leaves begins with the tree of `old` leaves. There is nothing to show
/// for equal sizes and for an empty tree.
///
/// # Errors
/// [`TreeError::Shrunk`] if `old` is above `new`, [`TreeError::Missing`] if a node cannot be read.
pub fn consistency_proof(old: u64, new: u64, read: &impl Fn(NodeId) -> Option<Hash>) -> Result<Vec<Hash>> {
    if old > new {
        return Err(TreeError::Shrunk { old, new });
    }
    consistency_path(old, new).into_iter().map(|run| fold(run, read)).collect()
}

/// Whether the tree of `new` leaves begins with the tree of `old` leaves: RFC 9162, section 2.1.4.2.
///
/// # Errors
/// [`TreeError::Shrunk`] if `old` is above `new`, [`TreeError::Unproven`] if the proof does not lead to both roots
/// or is longer or shorter than it must be.
pub fn verify_consistency(old: u64, new: u64, proof: &[Hash], old_root: Hash, new_root: Hash) -> Result<()> {
    if old > new {
        return Err(TreeError::Shrunk { old, new });
    }
    if old == 0 || old == new {
        let expected = if old == new { new_root } else { Sha256::digest([]).into() };
        return if proof.is_empty() && old_root == expected { Ok(()) } else { Err(TreeError::Unproven) };
    }
    // Where the old tree is one complete subtree, its root is known and not sent.
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(TreeError::Unproven)?;
        (*first, rest)
    };
    let complete = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> complete, (new - 1) >> complete);
    let (mut old_hash, mut new_hash) = (first, first);
    for sibling in rest {
        if last == 0 {
            return Err(TreeError::Unproven);
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 && old_hash == old_root && new_hash == new_root { Ok(()) } else { Err(TreeError::Unproven) }
}

/// The leaves from `start` up to, not including, `end`. Not empty, and `start` is a multiple of the power of two at or
/// above its length: what RFC 6962 takes apart has this form.
#[derive(Clone, Copy)]
struct Run {
    start: u64,
    end: u64,
}

impl Run {
    fn len(self) -> u64 {
        self.end - self.start
    }

    /// The two parts of the definition of the tree: the left one is the largest complete subtree that leaves a
    /// right one.
    fn split(self) -> (Self, Self) {
        let middle = self.start + (1 << (self.len() - 1).ilog2());
        (Self { end: middle, ..self }, Self { start: middle, ..self })
    }
}

/// The siblings on the way from a leaf to the root.
fn inclusion_path(index: u64, size: u64) -> Vec<Run> {
    let mut path = Vec::new();
    if index < size {
        let mut here = Run { start: 0, end: size };
        while here.len() > 1 {
            let (left, right) = here.split();
            let (next, sibling) = if index < left.end { (left, right) } else { (right, left) };
            path.push(sibling);
            here = next;
        }
        path.reverse();
    }
    path
}

/// SUBPROOF of RFC 6962, section 2.1.2: the siblings on the way from where the old tree ends to the root.
fn consistency_path(old: u64, new: u64) -> Vec<Run> {
    let mut path = Vec::new();
    if 0 < old && old < new {
        let mut here = Run { start: 0, end: new };
        while here.end != old {
            let (left, right) = here.split();
            let (next, sibling) = if old <= left.end { (left, right) } else { (right, left) };
            path.push(sibling);
            here = next;
        }
        if here.start != 0 {
            path.push(here);
        }
        path.reverse();
    }
    path
}

/// The complete subtrees of a run, from the left: one for each binary digit of its length.
fn cover(run: Run) -> impl DoubleEndedIterator<Item = NodeId> {
    (0..64).rev().filter(move |level| run.len() >> level & 1 == 1).map(move |level| {
        // What is left of this subtree: the start, and the larger digits of the length.
        let before = run.start + (run.len() >> level >> 1 << 1 << level);
        NodeId { level, index: before >> level }
    })
}

/// The hash of a run: its subtrees, joined from the right.
fn fold(run: Run, read: &impl Fn(NodeId) -> Option<Hash>) -> Result<Hash> {
    let read = |id| read(id).ok_or(TreeError::Missing(id));
    let mut subtrees = cover(run).rev();
    let last = subtrees.next().expect("a run is not empty");
    subtrees.try_fold(read(last)?, |right, id| Ok(node_hash(&read(id)?, &right)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The eight entries with which implementations of RFC 6962 test each other, and the roots of their trees.
    const ENTRIES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn hex(hash: Hash) -> String {
        use std::fmt::Write;
        hash.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    fn short(hashes: &[Hash]) -> Vec<String> {
        hashes.iter().map(|hash| hex(*hash)[..8].to_owned()).collect()
    }

    fn known() -> BTreeMap<NodeId, Hash> {
        let mut nodes = BTreeMap::new();
        for (size, entry) in (0..).zip(ENTRIES) {
            let completed = append(size, leaf_hash(entry), &|id| nodes.get(&id).copied()).unwrap();
            nodes.extend(completed);
        }
        nodes
    }

    #[test]
    fn roots_are_the_known_ones() {
        let nodes = known();
        for (size, expected) in (0..).zip(ROOTS) {
            assert_eq!(hex(root(size, &|id| nodes.get(&id).copied()).unwrap()), expected);
        }
    }

    #[test]
    fn inclusion_proofs_are_the_known_ones() {
        let nodes = known();
        let proof =
            |index, size| short(&inclusion_proof(index, size, &|id| nodes.get(&id).copied()).unwrap());
        assert!(proof(0, 1).is_empty());
        assert_eq!(proof(0, 8), ["96a296d2", "5f083f0a", "6b47aaf2"]);
        assert_eq!(proof(5, 8), ["bc1a0643", "ca854ea1", "d37ee418"]);
        assert_eq!(proof(2, 3), ["fac54203"]);
        assert_eq!(proof(1, 5), ["6e340b9c", "5f083f0a", "bc1a0643"]);
    }

    #[test]
    fn consistency_proofs_are_the_known_ones() {
        let nodes = known();
        let proof = |old, new| short(&consistency_proof(old, new, &|id| nodes.get(&id).copied()).unwrap());
        assert!(proof(1, 1).is_empty());
        assert_eq!(proof(1, 8), ["96a296d2", "5f083f0a", "6b47aaf2"]);
        assert_eq!(proof(6, 8), ["0ebc5d34", "ca854ea1", "d37ee418"]);
        assert_eq!(proof(2, 5), ["5f083f0a", "bc1a0643"]);
    }

    #[test]
    fn a_missing_node_is_named() {
        let mut nodes = known();
        let missing = NodeId { level: 2, index: 0 };
        nodes.remove(&missing);
        let read = |id: NodeId| nodes.get(&id).copied();
        assert_eq!(root(5, &read), Err(TreeError::Missing(missing)));
        assert_eq!(inclusion_proof(5, 8, &read), Err(TreeError::Missing(missing)));
        assert_eq!(consistency_proof(6, 8, &read), Err(TreeError::Missing(missing)));
        assert_eq!(append(7, [0; 32], &read), Err(TreeError::Missing(missing)));
    }

    #[test]
    fn the_largest_sizes_neither_panic_nor_grow() {
        let read = |_| Some([7; 32]);
        assert_eq!(append(MAX_SIZE, [0; 32], &read), Err(TreeError::TooLarge));
        assert_eq!(append(u64::MAX, [0; 32], &read), Err(TreeError::TooLarge));
        assert_eq!(append(MAX_SIZE - 1, [0; 32], &read).unwrap().len(), 1);
        for size in [MAX_SIZE, MAX_SIZE + 1, u64::MAX - 1, u64::MAX] {
            assert!(nodes_for_append(size).len() <= 64);
            assert!(nodes_for_root(size).len() <= 64);
            let root = root(size, &read).unwrap();
            for index in [0, 1, size / 2, size - 1] {
                let proof = inclusion_proof(index, size, &read).unwrap();
                assert!(proof.len() <= 64);
                let _ = verify_inclusion(index, size, [7; 32], &proof, root);
            }
            for old in [0, 1, size / 2, size / 2 + 1, size - 1, size] {
                let proof = consistency_proof(old, size, &read).unwrap();
                assert!(proof.len() <= 65);
                let _ = verify_consistency(old, size, &proof, [7; 32], root);
            }
        }
    }
}
