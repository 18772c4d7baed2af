//! RFC 6962, section 2.1, word for word: slow, recursive, and with all leaves at hand.

use std::cell::RefCell;

use counterfoil_ledger::tree::{self, TreeError};
use counterfoil_ledger::{Frontier, Hash, NodeId};
use proptest::prelude::*;
use proptest::sample::Index;
use sha2::{Digest, Sha256};

use crate::log::{SIZE, entry, read};

fn leaves(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(entry).collect()
}

/// The largest power of two below `n`.
fn k(n: usize) -> usize {
    let mut k = 1;
    while 2 * k < n {
        k *= 2;
    }
    k
}

fn mth(d: &[Vec<u8>]) -> Hash {
    match d {
        [] => Sha256::digest(b"").into(),
        [entry] => Sha256::digest([&[0], entry.as_slice()].concat()).into(),
        _ => {
            let (left, right) = d.split_at(k(d.len()));
            Sha256::digest([&[1], mth(left).as_slice(), &mth(right)].concat()).into()
        }
    }
}

fn path(m: usize, d: &[Vec<u8>]) -> Vec<Hash> {
    if d.len() == 1 {
        return Vec::new();
    }
    let k = k(d.len());
    let (mut path, sibling) =
        if m < k { (path(m, &d[..k]), mth(&d[k..])) } else { (path(m - k, &d[k..]), mth(&d[..k])) };
    path.push(sibling);
    path
}

fn subproof(m: usize, d: &[Vec<u8>], b: bool) -> Vec<Hash> {
    if m == d.len() {
        return if b { Vec::new() } else { vec![mth(d)] };
    }
    let k = k(d.len());
    let (mut proof, sibling) = if m <= k {
        (subproof(m, &d[..k], b), mth(&d[k..]))
    } else {
        (subproof(m - k, &d[k..], false), mth(&d[..k]))
    };
    proof.push(sibling);
    proof
}

fn at(index: u64) -> usize {
    usize::try_from(index).expect("the log is small")
}

/// Runs `f` with a reader that must be asked for each of `listed` once and for nothing else.
fn reading<T>(mut listed: Vec<NodeId>, f: impl Fn(&dyn Fn(NodeId) -> Option<Hash>) -> T) -> T {
    let asked = RefCell::new(Vec::new());
    let result = f(&|id| {
        asked.borrow_mut().push(id);
        read(id)
    });
    let mut asked = asked.into_inner();
    asked.sort_unstable();
    listed.sort_unstable();
    assert_eq!(asked, listed);
    result
}

#[test]
fn roots_of_all_sizes_are_those_of_the_definition() {
    for size in 0..=SIZE {
        let root = reading(tree::nodes_for_root(size), |read| tree::root(size, &read)).unwrap();
        assert_eq!(root, mth(&leaves(size)), "{size}");
    }
}

#[test]
fn a_tree_that_is_read_in_one_pass_has_the_root_of_the_definition_at_every_size() {
    let mut frontier = Frontier::default();
    for size in 0..SIZE {
        assert_eq!((frontier.size(), frontier.root()), (size, tree::root(size, &read).unwrap()));
        frontier.push(tree::leaf_hash(&entry(size)));
    }
    assert_eq!(frontier.root(), mth(&leaves(SIZE)));
}

#[test]
fn every_entry_of_every_small_tree_is_proven_and_no_other() {
    for size in 1..=40 {
        let root = tree::root(size, &read).unwrap();
        for index in 0..size {
            let leaf = tree::leaf_hash(&entry(index));
            let proof = tree::inclusion_proof(index, size, &read).unwrap();
            for other in 0..size {
                let verdict = tree::verify_inclusion(other, size, leaf, &proof, root);
                assert_eq!(verdict.is_ok(), other == index, "{other} as {index} of {size}");
            }
        }
    }
}

#[test]
fn every_small_tree_is_consistent_with_all_before_it_and_with_no_other_root() {
    for new in 0..=40 {
        let new_root = tree::root(new, &read).unwrap();
        for old in 0..=new {
            let proof = tree::consistency_proof(old, new, &read).unwrap();
            for other in 0..=new {
                let other_root = tree::root(other, &read).unwrap();
                let verdict = tree::verify_consistency(old, new, &proof, other_root, new_root);
                assert_eq!(verdict.is_ok(), other == old, "{other} as {old} of {new}");
            }
        }
    }
}

#[test]
fn what_cannot_be_proven_is_refused_before_reading() {
    let nothing = |id| panic!("{id:?} was read");
    for (index, size) in [(0, 0), (7, 7), (8, 7), (u64::MAX, 7)] {
        let error = TreeError::NoSuchEntry { index, size };
        assert_eq!(tree::inclusion_proof(index, size, &nothing), Err(error));
        assert_eq!(tree::verify_inclusion(index, size, [0; 32], &[], [0; 32]), Err(error));
        assert!(tree::nodes_for_inclusion(index, size).is_empty());
    }
    let error = TreeError::Shrunk { old: 8, new: 7 };
    assert_eq!(tree::consistency_proof(8, 7, &nothing), Err(error));
    assert_eq!(tree::verify_consistency(8, 7, &[], [0; 32], [0; 32]), Err(error));
    assert!(tree::nodes_for_consistency(8, 7).is_empty());
}

#[test]
fn a_log_that_forked_before_the_old_checkpoint_is_found_out() {
    let mut forked = leaves(20);
    forked[3] = b"rewritten".to_vec();
    let (old_root, new_root) = (mth(&leaves(12)), mth(&forked));
    let proof = subproof(12, &forked, true);
    assert_eq!(tree::verify_consistency(12, 20, &proof, mth(&forked[..12]), new_root), Ok(()));
    assert_eq!(tree::verify_consistency(12, 20, &proof, old_root, new_root), Err(TreeError::Unproven));
}

/// A proof with something wrong in it: a bit, a hash too many or too few, or two in the wrong order.
fn spoil(proof: &[Hash], what: Index, hash: Hash) -> Vec<Hash> {
    let mut spoilt = proof.to_vec();
    let place = what.index(proof.len() + 1);
    match what.index(4) {
        0 if place < proof.len() => spoilt[place][what.index(32)] ^= 1 << what.index(8),
        1 if place < proof.len() => _ = spoilt.remove(place),
        2 if place + 1 < proof.len() => spoilt.swap(place, place + 1),
        _ => spoilt.insert(place, hash),
    }
    spoilt
}

proptest! {
    #[test]
    fn inclusion_proofs_are_those_of_the_definition(size in 1..=SIZE, index: Index, what: Index, noise: Hash) {
        let index = u64::try_from(index.index(at(size))).unwrap();
        let root = tree::root(size, &read).unwrap();
        let leaf = tree::leaf_hash(&entry(index));
        let proof = reading(tree::nodes_for_inclusion(index, size), |read| {
            tree::inclusion_proof(index, size, &read)
        }).unwrap();
        prop_assert_eq!(&proof, &path(at(index), &leaves(size)));
        prop_assert_eq!(tree::verify_inclusion(index, size, leaf, &proof, root), Ok(()));

        let refused = Err(TreeError::Unproven);
        prop_assert_eq!(tree::verify_inclusion(index, size, noise, &proof, root), refused);
        prop_assert_eq!(tree::verify_inclusion(index, size, leaf, &proof, noise), refused);
        let spoilt = spoil(&proof, what, noise);
        prop_assert_eq!(tree::verify_inclusion(index, size, leaf, &spoilt, root), refused);
        let other = (index + 1) % size;
        prop_assert_eq!(tree::verify_inclusion(other, size, leaf, &proof, root).is_ok(), other == index);
    }

    #[test]
    fn consistency_proofs_are_those_of_the_definition(new in 1..=SIZE, old: Index, what: Index, noise: Hash) {
        let old = u64::try_from(old.index(at(new))).unwrap() + 1;
        let (old_root, new_root) = (tree::root(old, &read).unwrap(), tree::root(new, &read).unwrap());
        let proof = reading(tree::nodes_for_consistency(old, new), |read| {
            tree::consistency_proof(old, new, &read)
        }).unwrap();
        prop_assert_eq!(&proof, &subproof(at(old), &leaves(new), true));
        prop_assert_eq!(tree::verify_consistency(old, new, &proof, old_root, new_root), Ok(()));

        let refused = Err(TreeError::Unproven);
        prop_assert_eq!(tree::verify_consistency(old, new, &proof, noise, new_root), refused);
        prop_assert_eq!(tree::verify_consistency(old, new, &proof, old_root, noise), refused);
        let spoilt = spoil(&proof, what, noise);
        prop_assert_eq!(tree::verify_consistency(old, new, &spoilt, old_root, new_root), refused);
    }

    #[test]
    fn appending_reads_what_it_lists(size in 0..SIZE) {
        let leaf = tree::leaf_hash(&entry(size));
        let completed = reading(tree::nodes_for_append(size), |read| tree::append(size, leaf, &read)).unwrap();
        prop_assert_eq!(completed[0], (NodeId { level: 0, index: size }, leaf));
        for (id, hash) in completed {
            prop_assert_eq!(read(id), Some(hash));
        }
    }

    #[test]
    fn any_numbers_and_hashes_can_be_given_to_the_verifiers(a: u64, b: u64, proof: Vec<Hash>, hash: Hash) {
        prop_assert!(tree::verify_inclusion(a, b, hash, &proof, [0; 32]).is_err());
        prop_assert!(tree::verify_consistency(a, b, &proof, hash, [0; 32]).is_err());
    }
}
