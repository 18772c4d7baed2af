//! Requests that are given up at any moment leave nothing behind in the pool.

use std::time::Duration;

use crate::world::{on_both, postgres};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_is_given_up_while_it_begins_spoils_no_connection() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        for round in 0..400 {
            let patience = Duration::from_micros(round % 40 * 10);
            // Given up or not: either is well.
            let _ = tokio::time::timeout(patience, world.store.read(organisation)).await;
            let _ = tokio::time::timeout(patience, world.store.write(organisation)).await;
            if round % 10 == 0 {
                let mut books = world.store.write(organisation).await.unwrap();
                books.take_number("2026").await.unwrap();
                books.commit().await.unwrap();
            }
        }
        let mut books = world.store.read(organisation).await.unwrap();
        assert_eq!(books.expected_number("2026").await.unwrap(), 41);
    })
    .await;
}

#[tokio::test]
async fn whoever_reads_at_leisure_may_wait_for_longer_than_others() {
    let Some(world) = postgres().await else { return };
    let organisation = world.organisation().await;
    let mut hurried = world.store.read(organisation).await.unwrap();
    let mut leisurely = world.store.read_at_leisure(organisation).await.unwrap();
    // PostgreSQL ends a transaction in which nothing happens for a minute.
    tokio::time::sleep(Duration::from_secs(62)).await;
    assert!(hurried.expected_number("2026").await.is_err());
    assert_eq!(leisurely.expected_number("2026").await.unwrap(), 1);
}
