//! PostgreSQL's own wall: the role that the program works as sees one organisation, and changes nothing that is final.

use std::sync::Arc;

use counterfoil_identity::OrganisationId;
use counterfoil_store::outbox::MessageKind;
use counterfoil_store::{DatabaseUrl, Store, StoreError};
use object_store::memory::InMemory;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor as _, Row as _};

use crate::filled::{filled, hash};
use crate::world::{fresh_id, now, postgres, root, second_place};

/// A database that one role owns and another works with.
struct Roles {
    store: Store,
    /// The roles' URLs.
    owner: String,
    application: String,
    /// Who is above both.
    above: AnyPool,
    _folder: tempfile::TempDir,
}

impl Roles {
    async fn new() -> Option<Self> {
        let server = std::env::var("COUNTERFOIL_TEST_POSTGRES").ok()?;
        sqlx::any::install_default_drivers();
        let admin = AnyPool::connect(&server).await.unwrap();
        let name = fresh_id().simple().to_string();
        let (owner, application) = (format!("owner_{name}"), format!("application_{name}"));
        for sql in [
            format!("CREATE ROLE {owner} LOGIN PASSWORD 'owner'"),
            format!("CREATE ROLE {application} LOGIN PASSWORD 'application'"),
            format!("CREATE DATABASE walls_{name} OWNER {owner}"),
        ] {
            admin.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        let (_, host) = server.rsplit_once('@').unwrap();
        let (host, _) = host.split_once('/').unwrap();
        let url = |role: &str, password: &str| format!("postgres://{role}:{password}@{host}/walls_{name}");
        let (owner, application) = (url(&owner, "owner"), url(&application, "application"));
        let (base, _) = server.rsplit_once('/').unwrap();
        let above = AnyPool::connect(&format!("{base}/walls_{name}")).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::parse(&application).unwrap().owned_by(&owner).unwrap();
        let place = second_place(folder.path());
        let store = Store::open(&database, root(), Arc::new(InMemory::new()), place, now()).await.unwrap();
        Some(Self { store, owner, application, above, _folder: folder })
    }

    async fn tables(&self) -> Vec<String> {
        let sql = "SELECT CAST(tablename AS TEXT) AS t FROM pg_tables
                   WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations' ORDER BY 1";
        let rows = sqlx::query(sql).fetch_all(&self.above).await.unwrap();
        rows.iter().map(|row| row.get("t")).collect()
    }

    /// The columns of a table as a stranger would copy its rows: with another organisation.
    async fn columns(&self, table: &str, organisation: &str) -> (String, String) {
        let sql = "SELECT CAST(column_name AS TEXT) AS c FROM information_schema.columns
                   WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position";
        let rows = sqlx::query(sql).bind(table.to_owned()).fetch_all(&self.above).await.unwrap();
        let names: Vec<String> = rows.iter().map(|row| row.get("c")).collect();
        let copied: Vec<String> = names
            .iter()
            .map(|name| if name == "org_id" { organisation.to_owned() } else { name.clone() })
            .collect();
        (names.join(", "), copied.join(", "))
    }
}

fn literal(organisation: OrganisationId) -> String {
    format!("decode('{}', 'hex')", organisation.uuid().simple())
}

async fn connected(url: &str, organisation: Option<OrganisationId>) -> AnyConnection {
    let mut connection = AnyConnection::connect(url).await.unwrap();
    if let Some(id) = organisation {
        let sql = format!("SET counterfoil.organisation = '{}'", id.uuid().simple());
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    connection
}

async fn count(connection: &mut AnyConnection, table: &str, condition: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table} WHERE {condition}");
    sqlx::query(AssertSqlSafe(sql)).fetch_one(connection).await.unwrap().get(0)
}

/// How many rows a statement touched, or why it was refused.
async fn tried(connection: &mut AnyConnection, sql: String) -> Result<u64, String> {
    match connection.execute(AssertSqlSafe(sql)).await {
        Ok(done) => Ok(done.rows_affected()),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn nothing_of_another_organisation_is_read_changed_removed_or_added_by_raw_sql() {
    let Some(roles) = Roles::new().await else { return };
    let (mine, other) = (filled(&roles.store).await, filled(&roles.store).await);
    let theirs = format!("org_id = {}", literal(other.organisation));
    let mut me = connected(&roles.application, Some(mine.organisation)).await;
    let tables = roles.tables().await;
    assert!(tables.len() > 20, "{tables:?}");
    for table in &tables {
        let mut above = roles.above.acquire().await.unwrap();
        let rows = count(&mut above, table, &theirs).await;
        assert!(rows > 0, "{table} is not filled");
        assert!(count(&mut me, table, "true").await > 0, "{table}: one's own rows are there");
        assert_eq!(count(&mut me, table, &theirs).await, 0, "{table}");
        for attack in [
            format!("UPDATE {table} SET org_id = org_id WHERE {theirs}"),
            format!("UPDATE {table} SET org_id = {} WHERE {theirs}", literal(mine.organisation)),
            format!("DELETE FROM {table} WHERE {theirs}"),
        ] {
            match tried(&mut me, attack.clone()).await {
                Ok(touched) => assert_eq!(touched, 0, "{attack}"),
                Err(refused) => assert!(refused.contains("permission denied"), "{attack}: {refused}"),
            }
        }
        let (names, copied) = roles.columns(table, &literal(other.organisation)).await;
        let added = format!("INSERT INTO {table} ({names}) SELECT {copied} FROM {table} LIMIT 1");
        let refused = tried(&mut me, added).await.unwrap_err();
        assert!(refused.contains("row-level security"), "{table}: {refused}");
        assert_eq!(count(&mut above, table, &theirs).await, rows, "{table}");
    }
}

#[tokio::test]
async fn without_an_organisation_there_is_nothing_not_even_for_the_owner() {
    let Some(roles) = Roles::new().await else { return };
    filled(&roles.store).await;
    for url in [&roles.application, &roles.owner] {
        let mut nobody = connected(url, None).await;
        for table in roles.tables().await {
            assert_eq!(count(&mut nobody, &table, "true").await, 0, "{table}");
        }
        nobody.execute("SET counterfoil.organisation = 'no hexadecimal digits'").await.unwrap();
        assert!(nobody.execute("SELECT * FROM invoice").await.is_err());
    }
    // The owner takes a backup, and says so; the application's role cannot.
    for (url, all) in [(&roles.application, false), (&roles.owner, true)] {
        let mut someone = connected(url, None).await;
        someone.execute("SET counterfoil.every_row = 'on'").await.unwrap();
        assert_eq!(count(&mut someone, "invoice", "true").await > 0, all);
    }
}

#[tokio::test]
async fn every_table_is_behind_the_wall() {
    let Some(roles) = Roles::new().await else { return };
    let rows = sqlx::query(
        "SELECT CAST(c.relname AS TEXT) AS t FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname <> '_sqlx_migrations'
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    );
    let open: Vec<String> =
        rows.fetch_all(&roles.above).await.unwrap().iter().map(|row| row.get("t")).collect();
    assert_eq!(open, Vec::<String>::new());
}

#[tokio::test]
async fn the_application_changes_no_schema_no_wall_and_nothing_final() {
    let Some(roles) = Roles::new().await else { return };
    let mine = filled(&roles.store).await;
    let mut me = connected(&roles.application, Some(mine.organisation)).await;
    let mut attacks = vec![
        "CREATE TABLE mine (org_id BYTEA)".to_owned(),
        "DROP FUNCTION refuse_change() CASCADE".to_owned(),
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'".to_owned(),
        "DELETE FROM _sqlx_migrations".to_owned(),
        "DELETE FROM organisation_key".to_owned(),
        "DELETE FROM organisation_key_version".to_owned(),
        "SET session_replication_role = replica".to_owned(),
    ];
    for table in roles.tables().await {
        attacks.push(format!("TRUNCATE {table}"));
        attacks.push(format!("DROP TABLE {table}"));
        attacks.push(format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"));
        attacks.push(format!("ALTER TABLE {table} DISABLE TRIGGER USER"));
        attacks.push(format!("DROP POLICY organisation ON {table}"));
        attacks.push(format!("CREATE POLICY mine ON {table} USING (true)"));
        attacks.push(format!("GRANT ALL ON {table} TO PUBLIC"));
    }
    for table in crate::final_rows::FINAL {
        attacks.push(format!("UPDATE {table} SET org_id = org_id"));
        attacks.push(format!("DELETE FROM {table}"));
    }
    for attack in attacks {
        match tried(&mut me, attack.clone()).await {
            // PostgreSQL only warns of a GRANT of what one does not have.
            Ok(touched) => assert!(attack.starts_with("GRANT") && touched == 0, "{attack}"),
            Err(refused) => assert!(
                refused.contains("permission denied") || refused.contains("must be owner"),
                "{attack}: {refused}"
            ),
        }
    }
    let granted = sqlx::query(
        "SELECT 1 FROM information_schema.role_table_grants WHERE table_schema = 'public' AND grantee = 'PUBLIC'",
    );
    assert!(granted.fetch_optional(&roles.above).await.unwrap().is_none());
}

#[tokio::test]
async fn looks_beyond_one_organisation_see_what_they_are_for_and_no_more() {
    let Some(roles) = Roles::new().await else { return };
    let (mine, other) = (filled(&roles.store).await, filled(&roles.store).await);
    let store = &roles.store;
    let code = crate::world::code_hash(&mine.invoices[0]);
    assert_eq!(store.find_by_code(&code).await.unwrap(), Some((mine.organisation, mine.invoices[0].id)));
    assert_eq!(store.find_by_code(&hash(fresh_id(), 0)).await.unwrap(), None);
    assert_eq!(store.find_organisation(&other.slug).await.unwrap(), Some(other.organisation));
    assert_eq!(store.slug(mine.organisation).await.unwrap(), mine.slug);
    assert_eq!(store.list_organisations().await.unwrap().len(), 2);
    let due = store.list_due_messages(MessageKind::Mail, now(), 10).await.unwrap();
    assert_eq!(due.len(), 4, "two of each");
    // By raw SQL: the key opens one row, the scope only its own table, and both only for reading.
    let mut me = connected(&roles.application, None).await;
    let hex = mine.invoices[0].id.simple().to_string() + &"0".repeat(32);
    me.execute(AssertSqlSafe(format!("SET counterfoil.key = '{hex}'"))).await.unwrap();
    assert_eq!(count(&mut me, "invoice", "true").await, 1);
    me.execute("RESET counterfoil.key").await.unwrap();
    for (scope, seen) in
        [("directory", ["organisation", "organisation_key"].as_slice()), ("outbox", &["outbox"])]
    {
        me.execute(AssertSqlSafe(format!("SET counterfoil.scope = '{scope}'"))).await.unwrap();
        for table in roles.tables().await {
            assert_eq!(
                count(&mut me, &table, "true").await > 0,
                seen.contains(&table.as_str()),
                "{scope} {table}"
            );
        }
        for table in seen {
            assert_eq!(tried(&mut me, format!("UPDATE {table} SET created_at = 0")).await, Ok(0), "{scope}");
        }
    }
}

#[tokio::test]
async fn a_role_that_does_not_own_the_tables_serves_once_they_are_up_to_date() {
    let Some(roles) = Roles::new().await else { return };
    let mine = filled(&roles.store).await;
    let folder = tempfile::tempdir().unwrap();
    let open = async |url: &str| {
        let place = second_place(folder.path());
        let database = DatabaseUrl::parse(url).unwrap();
        Store::open(&database, root(), Arc::new(InMemory::new()), place, now()).await
    };
    // The application's role alone, the owner alone, and who is above both: each works, behind the wall.
    let (base, name) = roles.owner.rsplit_once('/').unwrap();
    assert!(base.contains('@'));
    let server = std::env::var("COUNTERFOIL_TEST_POSTGRES").unwrap();
    let above = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    for url in [&roles.application, &roles.owner, &above] {
        let store = open(url).await.unwrap();
        assert_eq!(store.slug(mine.organisation).await.unwrap(), mine.slug);
        store.write(mine.organisation).await.unwrap().commit().await.unwrap();
    }
    roles.above.execute("DELETE FROM _sqlx_migrations WHERE version = 6").await.unwrap();
    let refused = open(&roles.application).await.err();
    assert!(matches!(refused, Some(StoreError::NotOwner)), "{refused:?}");
}

#[tokio::test]
async fn a_role_that_is_above_the_walls_steps_down() {
    let Some(world) = postgres().await else { return };
    let mine = filled(&world.store).await;
    let other = filled(&world.store).await;
    // What the program's own connections see, by way of a statement that names no organisation.
    let due = world.store.list_due_messages(MessageKind::Mail, now(), 10).await.unwrap();
    assert_eq!(due.len(), 4);
    let mut books = world.store.read(mine.organisation).await.unwrap();
    assert_eq!(books.list_customers(10).await.unwrap().len(), 2);
    drop(books);
    let raw = world.raw().await;
    let mut stepped = raw.acquire().await.unwrap();
    stepped.execute("SET ROLE counterfoil_application").await.unwrap();
    let sql = format!("SET counterfoil.organisation = '{}'", mine.organisation.uuid().simple());
    stepped.execute(AssertSqlSafe(sql)).await.unwrap();
    let theirs = format!("org_id = {}", literal(other.organisation));
    assert_eq!(count(&mut stepped, "customer", &theirs).await, 0);
    assert_eq!(count(&mut stepped, "customer", "true").await, 2);
}

#[tokio::test]
async fn the_owner_dumps_everything_when_it_says_so_and_otherwise_nothing_at_all() {
    let Some(roles) = Roles::new().await else { return };
    filled(&roles.store).await;
    let dump = |says: bool| {
        let mut dump = std::process::Command::new("pg_dump");
        dump.arg("--dbname").arg(&roles.owner);
        if says {
            dump.arg("--enable-row-security").env("PGOPTIONS", "-c counterfoil.every_row=on");
        }
        dump.output().unwrap()
    };
    let refused = dump(false);
    assert!(!refused.status.success(), "an empty dump would pass for a backup");
    let whole = dump(true);
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    let text = String::from_utf8(whole.stdout).unwrap();
    for table in roles.tables().await {
        let (_, rows) = text.split_once(&format!("COPY public.{table} (")).unwrap();
        let first = rows.lines().nth(1).unwrap();
        assert_ne!(first, "\\.", "{table} is dumped without its rows");
    }
}
