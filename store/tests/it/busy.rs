//! Others hold what is needed: whoever waits for too long is told that the database is busy, and nothing is half done.

use std::sync::Arc;
use std::time::Duration;

use counterfoil_store::{Books, DatabaseUrl, Store, StoreError, is_busy};
use object_store::memory::InMemory;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use crate::world::{World, now, on_both, postgres, root, second_place, sqlite};

fn refused<T>(outcome: Result<T, StoreError>) {
    match outcome {
        Err(error) => assert!(matches!(error, StoreError::Busy(_)) && is_busy(&error), "{error:?}"),
        Ok(_) => panic!("it was not held"),
    }
}

async fn taken(mut books: Books) -> i64 {
    let number = books.take_number("2026").await.unwrap();
    books.commit().await.unwrap();
    number
}

#[tokio::test]
async fn a_writer_that_waits_too_long_for_another_changes_nothing_and_goes_on_afterwards() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut other = AnyConnection::connect(&world.url).await.unwrap();
        let hold = if world.is_sqlite() {
            "BEGIN IMMEDIATE".to_owned()
        } else {
            let id = organisation.uuid().simple();
            format!("BEGIN; SELECT 1 FROM organisation_key WHERE org_id = decode('{id}', 'hex') FOR UPDATE")
        };
        other.execute(AssertSqlSafe(hold)).await.unwrap();
        refused(world.store.write(organisation).await);
        other.execute("ROLLBACK").await.unwrap();
        assert_eq!(taken(world.store.write(organisation).await.unwrap()).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_is_cut_off_takes_back_what_its_transaction_did_before() {
    let Some(world) = postgres().await else { return };
    let organisation = world.organisation().await;
    let mut other = AnyConnection::connect(&world.url).await.unwrap();
    let mut books = world.store.write(organisation).await.unwrap();
    assert_eq!(books.take_number("2026").await.unwrap(), 1);
    other.execute("BEGIN; LOCK TABLE customer").await.unwrap();
    // What statement_timeout does by itself, which would take half a minute: 57014 either way.
    let cut_off = async {
        let cancel = "SELECT CAST(COUNT(pg_cancel_backend(pid)) AS BIGINT) FROM pg_stat_activity
                      WHERE datname = current_database() AND wait_event_type = 'Lock'";
        loop {
            let row = sqlx::query(cancel).fetch_one(&mut other).await.unwrap();
            if sqlx::Row::get::<i64, _>(&row, 0) > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (count, ()) = tokio::join!(books.list_customers(1), cut_off);
    refused(count);
    drop(books);
    other.execute("ROLLBACK").await.unwrap();
    assert_eq!(taken(world.store.write(organisation).await.unwrap()).await, 1);
}

/// Takes readers until there is none left.
async fn exhaust(world: World) {
    let organisation = world.organisation().await;
    let mut held = Vec::new();
    let outcome = loop {
        match world.store.read(organisation).await {
            Ok(books) => held.push(books),
            refused => break refused,
        }
    };
    refused(outcome);
    assert!(held.len() >= 4, "{}", held.len());
    drop(held);
    world.store.read(organisation).await.unwrap();
}

#[tokio::test]
async fn a_reader_that_finds_every_connection_taken_is_told_so() {
    // At once, because each waits for half a minute.
    let on_postgres = async {
        if let Some(world) = postgres().await {
            exhaust(world).await;
        }
    };
    tokio::join!(exhaust(sqlite().await), on_postgres);
}

#[tokio::test]
async fn migrations_may_take_longer_than_any_statement_of_the_application() {
    let Some(world) = postgres().await else { return };
    world.store.close().await;
    let mut other = AnyConnection::connect(&world.url).await.unwrap();
    // For every connection that sets no other, and less than the wait below.
    let (_, name) = world.url.rsplit_once('/').unwrap();
    let limit = format!("ALTER DATABASE {name} SET statement_timeout = '500ms'");
    other.execute(AssertSqlSafe(limit)).await.unwrap();
    other.execute("BEGIN; LOCK TABLE _sqlx_migrations").await.unwrap();
    let open = async {
        let database = DatabaseUrl::parse(&world.url).unwrap();
        let place = second_place(world.folder.path());
        Store::open(&database, root(), Arc::new(InMemory::new()), place, now()).await
    };
    let let_go = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        other.execute("ROLLBACK").await.unwrap();
    };
    let (opened, ()) = tokio::join!(open, let_go);
    opened.unwrap();
}
