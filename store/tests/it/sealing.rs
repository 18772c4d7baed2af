//! What a thief of the database gets: nothing to read, and nothing to move.

use std::sync::Arc;

use counterfoil_store::customers::CustomerProfile;
use counterfoil_store::outbox::{MessageKind, NewMessage};
use counterfoil_store::{DatabaseUrl, INSTALLATION, Store, StoreError};
use counterfoil_vault::RootKey;
use object_store::memory::InMemory;
use sqlx::Row as _;

use crate::filled::hash;
use crate::world::{MARKER, buyer, code_hash, fresh_id, kept, now, on_both, second_place, sqlite};

fn profile() -> CustomerProfile {
    let email = format!("{}@example.com", MARKER.replace(' ', "."));
    CustomerProfile { buyer: buyer(), email, ..CustomerProfile::default() }
}

#[tokio::test]
async fn no_marker_is_found_in_any_file_of_the_embedded_database() {
    let world = sqlite().await;
    let organisation = world.organisation().await;
    let mut books = world.store.write(organisation).await.unwrap();
    let invoice = kept(1);
    books.insert_customer(fresh_id(), &profile(), now()).await.unwrap();
    books.append_invoice(&invoice, &code_hash(&invoice)).await.unwrap();
    let id = fresh_id();
    let (kind, recipient) = (MessageKind::Mail, Some(MARKER));
    let message = NewMessage { id, kind, dedupe_key: "mail", subject: id, recipient, payload: &MARKER };
    books.insert_message(&message, now()).await.unwrap();
    books.finish_message(id, now()).await.unwrap();
    books.commit().await.unwrap();
    let mut searched = 0;
    let folder = world.folder.path();
    let files =
        [folder.to_owned(), folder.join("checkpoints")].map(|folder| std::fs::read_dir(folder).unwrap());
    for file in files.into_iter().flatten().map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(file).unwrap();
        searched += bytes.len();
        for word in MARKER.split(' ') {
            assert!(
                !bytes.windows(word.len()).any(|window| window == word.as_bytes()),
                "{word} lies in clear"
            );
        }
    }
    assert!(searched > 4096, "the database and its log were searched");
}

#[tokio::test]
async fn ciphertext_moved_to_another_row_or_organisation_fails_closed() {
    on_both(async |world| {
        let (mine, other) = (world.organisation().await, world.organisation().await);
        let (a, b, c) = (fresh_id(), fresh_id(), fresh_id());
        for (organisation, id) in [(mine, a), (mine, b), (other, c)] {
            let mut books = world.store.write(organisation).await.unwrap();
            books.insert_customer(id, &profile(), now()).await.unwrap();
            books.commit().await.unwrap();
        }
        let raw = world.raw().await;
        let sealed: Vec<u8> = sqlx::query("SELECT profile_sealed FROM customer WHERE id = $1")
            .bind(a.as_bytes().to_vec())
            .fetch_one(&raw)
            .await
            .unwrap()
            .get(0);
        for (organisation, id) in [(mine, b), (other, c)] {
            sqlx::query("UPDATE customer SET profile_sealed = $1 WHERE id = $2")
                .bind(sealed.clone())
                .bind(id.as_bytes().to_vec())
                .execute(&raw)
                .await
                .unwrap();
            let found = world.store.read(organisation).await.unwrap().find_customer(id).await;
            assert!(
                matches!(found, Err(StoreError::Corrupt { table: "customer", column: "profile" })),
                "{found:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn another_root_key_opens_nothing() {
    let world = sqlite().await;
    world.store.close().await;
    let database = DatabaseUrl::parse(&world.url).unwrap();
    let (files, place) = (Arc::new(InMemory::new()), second_place(world.folder.path()));
    let opened = Store::open(&database, RootKey::from_bytes([8; 32]), files, place.clone(), now()).await;
    assert!(matches!(opened.err(), Some(StoreError::WrongRootKey)));
    world.opened(place).await;
}

#[tokio::test]
async fn a_failed_guess_is_counted_under_a_name_nobody_can_read() {
    on_both(async |world| {
        let mut books = world.store.write(INSTALLATION).await.unwrap();
        let bucket = books.find_bucket("password:robin@example.com").await.unwrap();
        let failed = counterfoil_identity::throttle::failed(&bucket, now());
        books.update_bucket("password:robin@example.com", &failed).await.unwrap();
        assert_eq!(books.find_bucket("password:robin@example.com").await.unwrap(), failed);
        assert_eq!(books.find_bucket("password:other@example.com").await.unwrap().failures, 0);
    })
    .await;
}

#[tokio::test]
async fn the_embedded_database_is_new_enough_and_keeps_what_it_acknowledges() {
    let world = sqlite().await;
    let raw = world.raw().await;
    let version: String = sqlx::query("SELECT sqlite_version()").fetch_one(&raw).await.unwrap().get(0);
    let numbers: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(numbers >= vec![3, 51, 3], "{version} has the write-ahead log bug mended in 3.51.3");
    let mode: String = sqlx::query("PRAGMA journal_mode").fetch_one(&raw).await.unwrap().get(0);
    assert_eq!(mode, "wal");
    let whole: String = sqlx::query("PRAGMA integrity_check").fetch_one(&raw).await.unwrap().get(0);
    assert_eq!(whole, "ok");
    let tables =
        sqlx::query("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'");
    for row in tables.fetch_all(&raw).await.unwrap() {
        let (name, strict): (String, i64) = (row.get(0), row.get(1));
        let foreign = name.starts_with("sqlite_") || name == "_sqlx_migrations";
        assert!(strict == 1 || foreign, "{name} takes values of any type");
    }
}

#[tokio::test]
async fn a_database_that_cannot_keep_what_it_acknowledges_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = DatabaseUrl::parse("sqlite::memory:").unwrap();
    let (files, place) = (Arc::new(InMemory::new()), second_place(folder.path()));
    let refused = Store::open(&database, RootKey::from_bytes([7; 32]), files, place, now()).await.err();
    assert!(matches!(refused, Some(StoreError::Setting { name: "journal_mode", .. })), "{refused:?}");
}

#[tokio::test]
async fn the_write_ahead_log_is_cut_once_a_long_reader_is_through() {
    let world = sqlite().await;
    let organisation = world.organisation().await;
    let log = || {
        let files = std::fs::read_dir(world.folder.path()).unwrap().map(|file| file.unwrap());
        let log = files.filter(|file| file.path().to_string_lossy().ends_with("-wal"));
        log.map(|file| file.metadata().unwrap().len()).sum::<u64>()
    };
    let write = async |megabytes: usize| {
        for _ in 0..megabytes {
            let mut books = world.store.write(organisation).await.unwrap();
            let large = "x".repeat(1 << 20);
            books.insert_submission(&hash(fresh_id(), 0), &large, now()).await.unwrap();
            books.commit().await.unwrap();
        }
    };
    let mut reader = world.store.read(organisation).await.unwrap();
    assert!(reader.list_customers(1).await.unwrap().is_empty());
    write(24).await;
    assert!(log() > 16 << 20, "{} bytes: the reader keeps its moment", log());
    drop(reader);
    write(4).await;
    assert!(log() <= 8 << 20, "{} bytes", log());
    // Without a reader it stays small however much is written.
    write(24).await;
    assert!(log() <= 8 << 20, "{} bytes", log());
}
