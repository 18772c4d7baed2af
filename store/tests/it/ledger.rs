//! The tree in the database is the tree of its leaves.

use counterfoil_ledger::entry::{Opening, Statement};
use counterfoil_ledger::tree;
use rand_core::UnwrapErr;

use crate::world::{now, on_both};

pub(crate) fn opening(kind: &str) -> Opening {
    let statement = Statement {
        kind: kind.to_owned(),
        at: now(),
        actor: None,
        subject: None,
        details: serde_json::json!({ "n": kind }),
    };
    Opening::new(&statement, &mut UnwrapErr(getrandom::SysRng)).unwrap()
}

#[tokio::test]
async fn every_entry_has_a_proof_that_holds() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        for n in 0..23_u64 {
            assert_eq!(books.append_entry(&opening(&n.to_string()), now()).await.unwrap(), n);
        }
        let size = books.ledger_size().await.unwrap();
        let nodes = books.ledger_nodes(&tree::nodes_for_root(size)).await.unwrap();
        let root = tree::root(size, &|id| nodes.get(&id).copied()).unwrap();
        for position in 0..size {
            let entry = books.find_entry(position).await.unwrap().unwrap();
            assert_eq!(entry.opening.leaf(), entry.leaf);
            assert_eq!(entry.opening.statement().unwrap().kind, position.to_string());
            let nodes = books.ledger_nodes(&tree::nodes_for_inclusion(position, size)).await.unwrap();
            let proof = tree::inclusion_proof(position, size, &|id| nodes.get(&id).copied()).unwrap();
            tree::verify_inclusion(position, size, tree::leaf_hash(&entry.leaf), &proof, root).unwrap();
        }
        assert_eq!(books.list_entries(20, 10).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn parallel_acts_leave_one_unbroken_ledger() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let tasks: Vec<_> = (0..32)
            .map(|n| {
                let store = world.store.clone();
                tokio::spawn(async move {
                    let mut books = store.write(organisation).await.unwrap();
                    let position = books.append_entry(&opening(&n.to_string()), now()).await.unwrap();
                    books.commit().await.unwrap();
                    position
                })
            })
            .collect();
        let mut positions = Vec::new();
        for task in tasks {
            positions.push(task.await.unwrap());
        }
        positions.sort_unstable();
        assert_eq!(positions, (0..32).collect::<Vec<u64>>());
    })
    .await;
}

#[tokio::test]
async fn the_newest_checkpoint_is_that_of_the_largest_size() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        assert!(books.last_checkpoint().await.unwrap().is_none());
        for size in [1, 10, 9] {
            books.append_checkpoint(size, &format!("note {size}"), now()).await.unwrap();
        }
        assert_eq!(books.last_checkpoint().await.unwrap().as_deref(), Some("note 10"));
    })
    .await;
}
