//! How fast a ledger is verified, beside how fast the machine hashes. Prints name, tab, value, tab, unit.
//!
//! An entry is what is kept of it: the leaf and its opening, with a statement like that of an issued invoice. Verifying
//! opens every entry and recomputes the tree; hashing is SHA-256 over the same bytes, entry by entry. Both on one core.
#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

mod measure;

use std::hint::black_box;
use std::time::Duration;

use counterfoil_ledger::entry::{Opening, Statement};
use counterfoil_ledger::{Frontier, tree};
use getrandom::SysRng;
use measure::{median, processor_time};
use rand_core::UnwrapErr;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const ENTRIES: u128 = 100_000;
const ROUNDS: usize = 7;

fn main() -> anyhow::Result<()> {
    let kept: Vec<(Vec<u8>, Vec<u8>)> = (0..ENTRIES).map(entry).collect();
    let bytes: u128 = kept.iter().map(|(leaf, opening)| (leaf.len() + opening.len()) as u128).sum();
    let (mut verifying, mut hashing) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        verifying.push(timed(|| verified(&kept))?);
        hashing.push(timed(|| hashed(&kept))?);
    }
    let [verifying, hashing] = [verifying, hashing].map(|mut times| median(&mut times).as_micros().max(1));
    println!("SHA-256 over ledger entries\t{}\tMB/s", bytes / hashing);
    println!("verify a ledger\t{}\tMB/s", bytes / verifying);
    println!("its entries\t{}\tentries/s", ENTRIES * 1_000_000 / verifying);
    println!("its rate beside SHA-256\t{}\t%", 100 * hashing / verifying);
    Ok(())
}

fn entry(number: u128) -> (Vec<u8>, Vec<u8>) {
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let statement = Statement {
        kind: "invoice.issued".to_owned(),
        at: "2026-03-03T10:00:00.25Z".parse().expect("a constant"),
        actor: Some(Uuid::from_u128(number)),
        subject: Some(Uuid::from_u128(!number)),
        details: serde_json::json!({
            "number": format!("2026-{number:06}"), "type_code": "380", "issue_date": "2026-03-03",
            "currency": "EUR", "amount_due": "1190.00", "content_sha256": digest, "cii_sha256": digest,
            "ubl_sha256": digest, "seal_sha256": digest,
        }),
    };
    let opening = Opening::new(&statement, &mut UnwrapErr(SysRng)).expect("it is short");
    (opening.leaf(), opening.to_bytes())
}

fn verified(kept: &[(Vec<u8>, Vec<u8>)]) {
    let mut frontier = Frontier::default();
    for (leaf, opening) in kept {
        let opening = Opening::from_bytes(opening).expect("it was written so");
        assert!(opening.opens(leaf), "it opens its entry");
        frontier.push(tree::leaf_hash(leaf));
    }
    black_box(frontier.root());
}

fn hashed(kept: &[(Vec<u8>, Vec<u8>)]) {
    for (leaf, opening) in kept {
        black_box(Sha256::new().chain_update(leaf).chain_update(opening).finalize());
    }
}

fn timed(work: impl Fn()) -> anyhow::Result<Duration> {
    let start = processor_time()?;
    work();
    Ok(processor_time()?.saturating_sub(start))
}
