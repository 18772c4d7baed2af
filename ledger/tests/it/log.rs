//! A log of 300 entries, built by appending as a store does.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use counterfoil_ledger::{Hash, NodeId, tree};

pub(crate) const SIZE: u64 = 300;

static NODES: LazyLock<BTreeMap<NodeId, Hash>> = LazyLock::new(|| {
    let mut nodes = BTreeMap::new();
    for size in 0..SIZE {
        let needed: BTreeMap<_, _> =
            tree::nodes_for_append(size).into_iter().map(|id| (id, nodes[&id])).collect();
        let completed = tree::append(size, tree::leaf_hash(&entry(size)), &|id| needed.get(&id).copied())
            .expect("the listed nodes suffice");
        for (id, hash) in completed {
            assert!(nodes.insert(id, hash).is_none(), "{id:?} was written twice");
        }
    }
    nodes
});

pub(crate) fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

pub(crate) fn read(id: NodeId) -> Option<Hash> {
    NODES.get(&id).copied()
}
