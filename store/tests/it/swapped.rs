//! Ciphertext in another row, column or organisation, cut or changed, is refused by name: in every column there is.

use counterfoil_store::StoreError;
use counterfoil_store::files::FileKind;
use counterfoil_store::sealed::SEALED_COLUMNS;
use sqlx::{AnyPool, AssertSqlSafe, Executor as _, Row as _};

use crate::filled::{Filled, filled, read};
use crate::world::{World, on_both};

/// The columns of sealed values, as the database itself lists them.
async fn sealed_columns(world: &World, raw: &AnyPool) -> Vec<(String, String)> {
    let sql = if world.is_sqlite() {
        "SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p
         WHERE m.type = 'table' AND p.name LIKE '%\\_sealed' ESCAPE '\\' ORDER BY 1, 2"
    } else {
        "SELECT CAST(table_name AS TEXT) AS t, CAST(column_name AS TEXT) AS c FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed' ORDER BY 1, 2"
    };
    let rows = sqlx::query(sql).fetch_all(raw).await.unwrap();
    rows.iter().map(|row| (row.get("t"), row.get("c"))).collect()
}

/// Whoever owns the database can switch its triggers off.
async fn without_triggers(world: &World, raw: &AnyPool, tables: &[(String, String)]) {
    if world.is_sqlite() {
        let names = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetch_all(raw).await;
        for row in names.unwrap() {
            let sql = format!("DROP TRIGGER {}", row.get::<String, _>("name"));
            raw.execute(AssertSqlSafe(sql)).await.unwrap();
        }
    } else {
        for (table, _) in tables {
            raw.execute(AssertSqlSafe(format!("ALTER TABLE {table} DISABLE TRIGGER USER"))).await.unwrap();
        }
    }
}

async fn values(raw: &AnyPool, table: &str, column: &str, of: &Filled) -> Vec<Vec<u8>> {
    let sql = format!("SELECT {column} FROM {table} WHERE org_id = $1");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(of.organisation.uuid().as_bytes().to_vec());
    rows.fetch_all(raw).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// A sealed value is like no other, so it names its row.
async fn replace(raw: &AnyPool, (table, column): (&str, &str), of: &Filled, old: &[u8], new: &[u8]) {
    let sql = format!("UPDATE {table} SET {column} = $1 WHERE {column} = $2 AND org_id = $3");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(new.to_vec()).bind(old.to_vec());
    let done = query.bind(of.organisation.uuid().as_bytes().to_vec()).execute(raw).await;
    assert_eq!(done.unwrap().rows_affected(), 1, "{table}.{column}");
}

/// Puts `new` in the place of `old`; if another row holds it, that row gets `old`.
async fn exchange(
    raw: &AnyPool,
    place: (&str, &str),
    of: &Filled,
    (old, new): (&[u8], &[u8]),
    own: &[Vec<u8>],
) {
    let both = own.iter().any(|value| value == old) && own.iter().any(|value| value == new);
    if both {
        replace(raw, place, of, new, b"on the way").await;
    }
    replace(raw, place, of, old, new).await;
    if both {
        replace(raw, place, of, b"on the way", old).await;
    }
}

fn changed(value: &[u8]) -> Vec<Vec<u8>> {
    let mut changed: Vec<Vec<u8>> =
        [0, 1, 9, 33, 48, value.len() - 1].map(|length| value[..length].to_vec()).into();
    changed.push([value, b"\0"].concat());
    for at in [0, 1, 8, 9, 32, 33, value.len() - 1] {
        let mut flipped = value.to_vec();
        flipped[at] ^= 1;
        changed.push(flipped);
    }
    changed
}

#[tokio::test]
async fn the_list_of_sealed_columns_is_that_of_the_schema() {
    on_both(async |world| {
        let mut listed: Vec<_> = SEALED_COLUMNS
            .iter()
            .map(|column| (column.table.to_owned(), format!("{}_sealed", column.column)))
            .collect();
        listed.sort();
        assert_eq!(sealed_columns(&world, &world.raw().await).await, listed);
        // A table that is final refuses to be changed, and only those do.
        let raw = world.raw().await;
        let sql = if world.is_sqlite() {
            "SELECT DISTINCT tbl_name AS t FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_no\\_update' ESCAPE '\\'"
        } else {
            "SELECT DISTINCT CAST(tgrelid::regclass AS TEXT) AS t FROM pg_trigger WHERE tgname LIKE '%\\_final'"
        };
        let rows = sqlx::query(sql).fetch_all(&raw).await.unwrap();
        let last: Vec<String> = rows.iter().map(|row| row.get("t")).collect();
        for column in SEALED_COLUMNS {
            assert_eq!(last.contains(&column.table.to_owned()), column.is_final, "{}", column.table);
        }
    })
    .await;
}

#[tokio::test]
async fn whatever_is_moved_cut_or_changed_is_refused_by_name_and_found_by_the_check() {
    on_both(async |world| {
        let (mine, other) = (filled(&world.store).await, filled(&world.store).await);
        let raw = world.raw().await;
        let columns = sealed_columns(&world, &raw).await;
        without_triggers(&world, &raw, &columns).await;
        let mut strangers = Vec::new();
        for (table, column) in &columns {
            strangers.extend(values(&raw, table, column, &mine).await.pop());
        }
        for (table, column) in &columns {
            let name = format!("{table}.{column}");
            read(&world.store, &mine, &name).await.unwrap();
            let (own, theirs) =
                (values(&raw, table, column, &mine).await, values(&raw, table, column, &other).await);
            assert!(!own.is_empty() && !theirs.is_empty(), "{name} is not filled");
            let value = &own[0];
            let mut attacks = changed(value);
            attacks.extend(theirs);
            attacks.extend(strangers.iter().filter(|stranger| !own.contains(stranger)).cloned());
            attacks.extend(own[1..].iter().cloned());
            for (n, attack) in attacks.iter().enumerate() {
                exchange(&raw, (table, column), &mine, (value, attack), &own).await;
                let found = read(&world.store, &mine, &name).await;
                let wanted = column.trim_end_matches("_sealed");
                let refused = matches!(&found, Err(StoreError::Corrupt { table: t, column: c }) if t == table && *c == wanted);
                assert!(refused, "{name}, attack {n}: {found:?}");
                let damaged = world.store.read(mine.organisation).await.unwrap().list_damaged().await.unwrap();
                let seen = damaged.iter().any(|damaged| damaged.column.table == table && damaged.column.column == wanted);
                assert_eq!(seen, !matches!(table.as_str(), "invoice" | "ledger_entry"), "{name}, attack {n}");
                exchange(&raw, (table, column), &mine, (attack, value), &own).await;
            }
            read(&world.store, &mine, &name).await.unwrap();
        }
        let books = &mut world.store.read(mine.organisation).await.unwrap();
        assert_eq!(books.list_damaged().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_value_that_was_taken_away_is_no_default() {
    on_both(async |world| {
        let mine = filled(&world.store).await;
        let raw = world.raw().await;
        without_triggers(&world, &raw, &sealed_columns(&world, &raw).await).await;
        raw.execute("UPDATE person SET totp_confirmed_at = 1").await.unwrap();
        for (table, column) in [("payment", "note"), ("outbox", "payload"), ("person", "totp")] {
            raw.execute(AssertSqlSafe(format!("UPDATE {table} SET {column}_sealed = NULL"))).await.unwrap();
            let found = read(&world.store, &mine, &format!("{table}.{column}_sealed")).await;
            let refused = matches!(&found, Err(StoreError::Corrupt { table: t, column: c }) if *t == table && *c == column);
            assert!(refused, "{table}.{column}: {found:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_in_the_place_of_another_or_with_another_digest_is_refused() {
    on_both(async |world| {
        let mine = filled(&world.store).await;
        let raw = world.raw().await;
        without_triggers(&world, &raw, &[("document_file".to_owned(), String::new())]).await;
        let [a, b] = &mine.invoices;
        let id = |invoice: &counterfoil_store::invoices::KeptInvoice| invoice.id.as_bytes().to_vec();
        let content = async || {
            let mut books = world.store.read(mine.organisation).await.unwrap();
            let file = books.find_file(a.id, FileKind::Pdf).await.unwrap().unwrap();
            books.locate(&file).read().await
        };
        assert_eq!(content().await.unwrap(), a.id.as_bytes());
        for column in ["object_key", "sha256"] {
            let sql = format!("UPDATE document_file SET {column} = (SELECT {column} FROM document_file WHERE invoice_id = $2) WHERE invoice_id = $1");
            sqlx::query(AssertSqlSafe(sql)).bind(id(a)).bind(id(b)).execute(&raw).await.unwrap();
            let found = content().await;
            let refused = matches!(&found, Err(StoreError::Corrupt { table: "document_file", .. }));
            assert_eq!(refused, column == "object_key", "{found:?}");
            // With both exchanged the file is b's, whole and as its digest says: what the ledger's entry says then tells.
        }
        assert_eq!(content().await.unwrap(), b.id.as_bytes());
    })
    .await;
}
