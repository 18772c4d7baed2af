//! A tree from its leaves in one pass, with only its right edge in memory: for whoever checks a whole log.

use sha2::{Digest, Sha256};

use crate::Hash;
use crate::tree::node_hash;

/// The complete subtrees of a growing tree, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf: what [`crate::tree::leaf_hash`] gives.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Each binary digit 1 at the end of the size is a subtree that this leaf completes together with others.
        for _ in 0..self.size.trailing_ones() {
            let left = self.subtrees.pop().expect("there is a subtree for each digit 1 of the size");
            hash = node_hash(&left, &hash);
        }
        self.subtrees.push(hash);
        self.size += 1;
    }

    /// The root over all leaves so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let joined = self.subtrees.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        joined.unwrap_or_else(|| Sha256::digest([]).into())
    }
}
