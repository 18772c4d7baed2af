//! The second place: what was signed last is kept apart from the database, and a database that does not go on from it
//! signs nothing. Each crash leaves one of the states that are made here by hand: docs/design/second-place.md.

use std::path::PathBuf;

use counterfoil_identity::OrganisationId;
use counterfoil_ledger::note::SigningKey;
use counterfoil_ledger::{Checkpoint, tree};
use counterfoil_store::second_place::SecondPlaceError;
use counterfoil_store::{Books, SecondPlace, Store, StoreError};

use crate::ledger::opening;
use crate::world::{World, now, on_both, second_place, sqlite};

const ORIGIN: &str = "bills.example/ledger/acme";

async fn sign(books: &mut Books, kind: &str) -> Result<u64, StoreError> {
    let size = books.append_entry(&opening(kind), now()).await? + 1;
    let nodes = books.ledger_nodes(&tree::nodes_for_root(size)).await?;
    let root = tree::root(size, &|id| nodes.get(&id).copied())?;
    let key = SigningKey::from_parts(ORIGIN, &[1; 32]).unwrap();
    let note = Checkpoint { origin: ORIGIN.to_owned(), size, root }.sign(&key);
    books.append_checkpoint(size, &note, now()).await?;
    Ok(size)
}

/// An act: an entry and its checkpoint in one transaction. Gives the size after it.
async fn act(store: &Store, organisation: OrganisationId) -> Result<u64, StoreError> {
    let mut books = store.write(organisation).await?;
    let size = sign(&mut books, "act").await?;
    books.commit().await?;
    Ok(size)
}

async fn size(store: &Store, organisation: OrganisationId) -> u64 {
    store.read(organisation).await.unwrap().ledger_size().await.unwrap()
}

async fn held(store: &Store, organisation: OrganisationId) -> Option<u64> {
    store.held_checkpoint(organisation).await.unwrap().map(|held| held.size)
}

fn file(world: &World, organisation: OrganisationId) -> PathBuf {
    world.folder.path().join("checkpoints").join(organisation.uuid().to_string())
}

fn put(world: &World, organisation: OrganisationId, size: u64, root: [u8; 32]) {
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root };
    std::fs::write(file(world, organisation), checkpoint.to_text()).unwrap();
}

fn refusal(result: Result<u64, StoreError>) -> SecondPlaceError {
    match result {
        Err(StoreError::SecondPlace(error)) => error,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn what_was_signed_last_is_in_the_second_place_after_every_commit() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        assert_eq!(held(&world.store, organisation).await, None);
        for expected in 1..=5 {
            assert_eq!(act(&world.store, organisation).await.unwrap(), expected);
            let kept =
                world.store.read(organisation).await.unwrap().last_checkpoint().await.unwrap().unwrap();
            assert_eq!(std::fs::read_to_string(file(&world, organisation)).unwrap(), kept);
        }
        // Several in one transaction count as one step.
        let mut books = world.store.write(organisation).await.unwrap();
        for n in 0..3 {
            sign(&mut books, &n.to_string()).await.unwrap();
        }
        assert_eq!(held(&world.store, organisation).await, Some(5), "nothing before the commit");
        books.commit().await.unwrap();
        assert_eq!(held(&world.store, organisation).await, Some(8));
    })
    .await;
}

#[tokio::test]
async fn an_act_that_is_given_up_leaves_the_second_place_as_it_was() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        act(&world.store, organisation).await.unwrap();
        let mut books = world.store.write(organisation).await.unwrap();
        sign(&mut books, "given up").await.unwrap();
        drop(books);
        assert_eq!(held(&world.store, organisation).await, Some(1));
        assert_eq!(act(&world.store, organisation).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_does_not_go_on_from_what_was_signed_signs_nothing_and_stays_as_it_is() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        for _ in 0..3 {
            act(&world.store, organisation).await.unwrap();
        }
        let good = std::fs::read(file(&world, organisation)).unwrap();

        put(&world, organisation, 5, [9; 32]);
        let error = refusal(act(&world.store, organisation).await);
        assert!(matches!(&error, SecondPlaceError::Behind { entries: 3, .. }), "{error:?}");
        assert!(
            error.to_string().contains("old copy") && error.to_string().contains("accept-restore"),
            "{error}"
        );

        for size in [1, 3] {
            put(&world, organisation, size, [9; 32]);
            let error = refusal(act(&world.store, organisation).await);
            assert!(matches!(error, SecondPlaceError::Forked(_)), "{error:?}");
        }
        std::fs::remove_file(file(&world, organisation)).unwrap();
        let error = refusal(act(&world.store, organisation).await);
        assert!(matches!(error, SecondPlaceError::Missing(3)), "{error:?}");
        let mut books = world.store.read(organisation).await.unwrap();
        let unpublished = books.published_checkpoint().await;
        assert!(matches!(unpublished, Err(StoreError::SecondPlace(SecondPlaceError::Missing(3)))));
        drop(books);

        for damaged in [b"".as_slice(), b"something", &[0xff; 99], &good[..20]] {
            std::fs::write(file(&world, organisation), damaged).unwrap();
            let error = refusal(act(&world.store, organisation).await);
            assert!(matches!(error, SecondPlaceError::Damaged(_)), "{error:?}");
        }
        assert_eq!(size(&world.store, organisation).await, 3, "nothing was written");
        std::fs::write(file(&world, organisation), good).unwrap();
        assert_eq!(act(&world.store, organisation).await.unwrap(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_crash_before_the_commit_leaves_a_staged_file_that_nobody_reads() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        act(&world.store, organisation).await.unwrap();
        std::fs::write(file(&world, organisation).with_extension("next"), "x".repeat(5000)).unwrap();
        assert_eq!(act(&world.store, organisation).await.unwrap(), 2);
        assert_eq!(held(&world.store, organisation).await, Some(2));
    })
    .await;
}

#[tokio::test]
async fn a_crash_after_the_commit_heals_with_the_next_act_or_the_next_reader() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        for before in 0..4 {
            // The state of the second place before the act, put back after it.
            let old = std::fs::read(file(&world, organisation)).ok();
            act(&world.store, organisation).await.unwrap();
            match &old {
                Some(old) => std::fs::write(file(&world, organisation), old).unwrap(),
                None => put(&world, organisation, 0, Checkpoint::empty(ORIGIN).root),
            }
            let size = before * 2 + 1;
            assert_eq!(held(&world.store, organisation).await, Some(size - 1));
            if before % 2 == 0 {
                let mut books = world.store.read(organisation).await.unwrap();
                let published = books.published_checkpoint().await.unwrap().unwrap();
                assert_eq!(Checkpoint::claimed(&published).unwrap().size, size);
                assert_eq!(held(&world.store, organisation).await, Some(size), "before anybody sees it");
            }
            assert_eq!(act(&world.store, organisation).await.unwrap(), size + 1);
            assert_eq!(held(&world.store, organisation).await, Some(size + 1));
        }
    })
    .await;
}

#[tokio::test]
async fn the_second_place_of_a_ledger_that_began_is_there_before_its_first_commit() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        // The swap of the first act fails: a folder stands where its file is to be.
        let mut books = world.store.write(organisation).await.unwrap();
        sign(&mut books, "first").await.unwrap();
        std::fs::create_dir(file(&world, organisation)).unwrap();
        assert!(matches!(books.commit().await, Err(StoreError::SecondPlace(SecondPlaceError::Unusable(..)))));
        assert_eq!(size(&world.store, organisation).await, 0, "what cannot be held is not done");
        std::fs::remove_dir(file(&world, organisation)).unwrap();
        assert_eq!(act(&world.store, organisation).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn somebody_who_opened_the_books_earlier_still_reads_their_checkpoint() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        act(&world.store, organisation).await.unwrap();
        let mut earlier = world.store.read(organisation).await.unwrap();
        assert_eq!(earlier.ledger_size().await.unwrap(), 1);
        act(&world.store, organisation).await.unwrap();
        let published = earlier.published_checkpoint().await.unwrap().unwrap();
        assert_eq!(Checkpoint::claimed(&published).unwrap().size, 1);
        assert_eq!(held(&world.store, organisation).await, Some(2));
    })
    .await;
}

#[tokio::test]
async fn what_is_accepted_is_exactly_what_was_seen() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        act(&world.store, organisation).await.unwrap();
        put(&world, organisation, 5, [9; 32]);
        let seen = world.store.held_checkpoint(organisation).await.unwrap();
        put(&world, organisation, 6, [9; 32]);
        for (accepted, size) in [(false, 1), (true, 2)] {
            let mut books = world.store.write(organisation).await.unwrap();
            sign(&mut books, "restored").await.unwrap();
            books.accept_second_place(seen.clone());
            assert_eq!(books.commit().await.is_ok(), accepted, "somebody signed in between");
            assert_eq!(self::size(&world.store, organisation).await, size);
            put(&world, organisation, 5, [9; 32]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_of_one_database_take_turns() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let other = world.opened(second_place(world.folder.path())).await;
        let tasks: Vec<_> = (0..32)
            .map(|n| {
                let store = if n % 2 == 0 { world.store.clone() } else { other.clone() };
                tokio::spawn(async move { act(&store, organisation).await.unwrap() })
            })
            .collect();
        let mut sizes = Vec::new();
        for task in tasks {
            sizes.push(task.await.unwrap());
        }
        sizes.sort_unstable();
        assert_eq!(sizes, (1..=32).collect::<Vec<_>>());
        assert_eq!(held(&world.store, organisation).await, Some(32));
    })
    .await;
}

#[tokio::test]
async fn a_server_with_a_second_place_of_its_own_signs_nothing() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        act(&world.store, organisation).await.unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let other = world.opened(SecondPlace::folder(elsewhere.path().to_owned())).await;
        assert!(matches!(refusal(act(&other, organisation).await), SecondPlaceError::Missing(1)));
        let nowhere = world.opened(SecondPlace::folder(elsewhere.path().join("not mounted"))).await;
        assert!(matches!(refusal(act(&nowhere, organisation).await), SecondPlaceError::Unusable(..)));
    })
    .await;
}

#[tokio::test]
async fn of_two_copies_of_a_database_only_the_one_that_signed_first_goes_on() {
    let mut world = sqlite().await;
    let organisation = world.organisation().await;
    act(&world.store, organisation).await.unwrap();
    let copy = world.folder.path().join("copy.sqlite");
    sqlx::query("VACUUM INTO $1")
        .bind(copy.to_string_lossy().into_owned())
        .execute(&world.raw().await)
        .await
        .unwrap();
    act(&world.store, organisation).await.unwrap();
    let original = std::mem::replace(&mut world.url, format!("sqlite://{}", copy.display()));
    let other = world.opened(second_place(world.folder.path())).await;
    assert!(matches!(refusal(act(&other, organisation).await), SecondPlaceError::Behind { .. }));
    assert_eq!(act(&world.store, organisation).await.unwrap(), 3);
    // Both went on from the same state, and the other's turn was not in the second place.
    put(
        &world,
        organisation,
        1,
        other.read(organisation).await.unwrap().ledger_nodes(&tree::nodes_for_root(1)).await.unwrap()
            [&counterfoil_ledger::NodeId { level: 0, index: 0 }],
    );
    act(&other, organisation).await.unwrap();
    world.url = original;
    act(&other, organisation).await.unwrap();
    let error = refusal(act(&world.store, organisation).await);
    assert!(matches!(error, SecondPlaceError::Forked(_)), "{error:?}");
}
