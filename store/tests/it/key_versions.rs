//! Versions of an organisation's key: both open while one takes over, and what is final keeps its own.

use counterfoil_store::StoreError;
use counterfoil_store::sealed::SEALED_COLUMNS;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use crate::filled::{filled, read};
use crate::world::{now, on_both};

#[tokio::test]
async fn everything_opens_before_while_and_after_it_is_sealed_anew() {
    on_both(async |world| {
        let mine = filled(&world.store).await;
        let readable = async || {
            for column in SEALED_COLUMNS {
                read(&world.store, &mine, &format!("{}.{}_sealed", column.table, column.column))
                    .await
                    .unwrap();
            }
        };
        let older = async || {
            world.store.read(mine.organisation).await.unwrap().count_under_older_keys().await.unwrap()
        };
        // `filled` added a version in the transaction that sealed all rows: those are under the first.
        let before = older().await;
        assert!(before.changing >= 17 && before.last >= 16, "{before:?}");
        readable().await;
        let mut heard = 0;
        let done = world.store.seal_anew(mine.organisation, |done| heard = done).await.unwrap();
        assert_eq!((done, heard), (before.changing, before.changing));
        let after = older().await;
        assert_eq!((after.changing, after.last), (0, before.last), "issued is final");
        readable().await;
        assert_eq!(
            world.store.seal_anew(mine.organisation, |_| {}).await.unwrap(),
            0,
            "nothing is left to do"
        );
        // What another process opens, and what is written from now on.
        let again = world.opened(crate::world::second_place(world.folder.path())).await;
        let mut books = again.write(mine.organisation).await.unwrap();
        assert_eq!(books.key_version(), 2);
        books.insert_submission(&[9; 32], &"new", now()).await.unwrap();
        books.commit().await.unwrap();
        assert_eq!(older().await, after);
    })
    .await;
}

#[tokio::test]
async fn a_store_that_was_open_before_reads_and_writes_with_the_new_version_at_once() {
    on_both(async |world| {
        let mine = world.organisation().await;
        let place = crate::world::second_place(world.folder.path());
        let other = world.opened(place).await;
        // Both have version 1 in memory.
        for store in [&world.store, &other] {
            assert_eq!(store.read(mine).await.unwrap().key_version(), 1);
        }
        let mut books = other.write(mine).await.unwrap();
        assert_eq!(books.append_key_version(&other, now()).await.unwrap(), 2);
        books.commit().await.unwrap();
        let mut books = other.write(mine).await.unwrap();
        books.insert_submission(&[1; 32], &"sealed under 2", now()).await.unwrap();
        books.commit().await.unwrap();
        let mut books = world.store.read(mine).await.unwrap();
        assert_eq!(books.key_version(), 2);
        assert_eq!(
            books.find_submission::<String>(&[1; 32]).await.unwrap().as_deref(),
            Some("sealed under 2")
        );
        drop(books);
        assert_eq!(world.store.write(mine).await.unwrap().key_version(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_version_that_is_missing_exchanged_or_made_up_opens_nothing() {
    on_both(async |world| {
        let mine = filled(&world.store).await;
        let mut books = world.store.write(mine.organisation).await.unwrap();
        assert_eq!(books.append_key_version(&world.store, now()).await.unwrap(), 3);
        books.commit().await.unwrap();
        let raw = world.raw().await;
        let place = crate::world::second_place(world.folder.path());
        let id = mine.organisation.uuid().simple();
        let only = if world.is_sqlite() { format!("x'{id}'") } else { format!("decode('{id}', 'hex')") };
        // The numbers of two versions are exchanged by way of others, because each is taken.
        let versions = ["version = version + 100", "version = 105 - version"];
        for (table, attack, mend) in [
            ("organisation_key", &["newest = 2"][..], &["newest = 3"][..]),
            ("organisation_key", &["newest = 4"], &["newest = 3"]),
            ("organisation_key_version", &versions, &versions),
        ] {
            for (steps, is_whole) in [(attack, false), (mend, true)] {
                for step in steps {
                    let sql = format!("UPDATE {table} SET {step} WHERE org_id = {only}");
                    raw.execute(AssertSqlSafe(sql)).await.unwrap();
                }
                let opened = world.opened(place.clone()).await.read(mine.organisation).await;
                match (opened, is_whole) {
                    (Ok(_), true) | (Err(StoreError::Corrupt { .. }), false) => {}
                    (opened, _) => panic!("{steps:?}: {:?}", opened.err()),
                }
            }
        }
        let kept: i64 = sqlx::query("SELECT COUNT(*) FROM organisation_key_version")
            .fetch_one(&raw)
            .await
            .unwrap()
            .get(0);
        assert_eq!(kept, 2);
    })
    .await;
}
