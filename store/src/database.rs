//! Opening the database, and the few places where the two dialects differ.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr as _;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use counterfoil_identity::OrganisationId;
use counterfoil_vault::{OrganisationKey, RootKey};
use jiff::Timestamp;
use object_store::ObjectStore;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Executor as _, Row as _, Transaction};

use crate::books::{Books, INSTALLATION};
use crate::convert::{bytes, millis};
use crate::keys::{Keys, rng};
use crate::second_place::SecondPlace;
use crate::{Result, StoreError, migrations};

/// Where the database is.
#[derive(Clone)]
pub struct DatabaseUrl {
    url: String,
    dialect: Dialect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

impl DatabaseUrl {
    /// The embedded database in this file.
    pub fn sqlite(file: &Path) -> Self {
        // The URL's path is percent-decoded by the driver, so characters that mean something in a URL are encoded.
        let path: String = file
            .to_string_lossy()
            .chars()
            .flat_map(|c| match c {
                '%' | '?' | '#' | ' ' => format!("%{:02X}", u32::from(c)).chars().collect::<Vec<_>>(),
                _ => vec![c],
            })
            .collect();
        Self { url: format!("sqlite://{path}?mode=rwc"), dialect: Dialect::Sqlite }
    }

    /// A URL as an operator writes it.
    ///
    /// # Errors
    /// [`StoreError::UnknownDatabase`] if it starts with neither `sqlite:` nor `postgres:`.
    pub fn parse(url: &str) -> Result<Self> {
        let dialect = if url.starts_with("sqlite:") {
            Dialect::Sqlite
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Dialect::Postgres
        } else {
            return Err(StoreError::UnknownDatabase);
        };
        Ok(Self { url: url.to_owned(), dialect })
    }
}

/// The URL may hold a password.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({:?})", self.dialect)
    }
}

/// The database with its keys and files. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    dialect: Dialect,
    readers: AnyPool,
    /// SQLite has one writer: waiting in this pool is fair, waiting for its file lock is not.
    writers: AnyPool,
    root: RootKey,
    files: Arc<dyn ObjectStore>,
    second_place: SecondPlace,
    keys: RwLock<HashMap<OrganisationId, Arc<Keys>>>,
}

impl Store {
    /// Opens the database, brings its schema and what rows are found by up to date, and checks that the root key fits.
    ///
    /// # Errors
    /// [`StoreError::WrongRootKey`] if the database was sealed with another key; database and migration errors.
    pub async fn open(
        database: &DatabaseUrl,
        root: RootKey,
        files: Arc<dyn ObjectStore>,
        second_place: SecondPlace,
        now: Timestamp,
    ) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let dialect = database.dialect;
        let options: AnyConnectOptions = database.url.parse()?;
        let (readers, writers) = match dialect {
            Dialect::Sqlite => {
                let writers = pool(1, SQLITE_WRITER).connect_with(options.clone()).await?;
                (pool(4, SQLITE_READER).connect_lazy_with(options), writers)
            }
            Dialect::Postgres => {
                // Asked once by itself: the pool would try for half a minute, and then not say why it gave up.
                AnyConnection::connect_with(&options).await?.close().await?;
                let pool = rolled_back(pool(10, POSTGRES)).connect_with(options).await?;
                (pool.clone(), pool)
            }
        };
        match dialect {
            Dialect::Sqlite => migrations::sqlite().run(&writers).await?,
            Dialect::Postgres => migrations::postgres().run(&writers).await?,
        }
        let keys = RwLock::default();
        let store = Self(Arc::new(Inner { dialect, readers, writers, root, files, second_place, keys }));
        if !store.has_organisation_key(INSTALLATION).await? {
            let mut tx = store.0.writers.begin().await?;
            insert_key(&mut tx, INSTALLATION, &store.0.root, now).await?;
            tx.commit().await?;
        }
        store.keys(INSTALLATION).await?;
        store.index_older_rows().await?;
        Ok(store)
    }

    /// Whether somebody's keys are in this database already: then only their root key opens it. Nothing is written; a
    /// database that is not there is in nobody's use.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_in_use(database: &DatabaseUrl) -> Result<bool> {
        sqlx::any::install_default_drivers();
        let table = match database.dialect {
            Dialect::Sqlite => {
                if !SqliteConnectOptions::from_str(&database.url)?.get_filename().exists() {
                    return Ok(false);
                }
                "SELECT 1 FROM sqlite_master WHERE name = 'organisation_key'"
            }
            Dialect::Postgres => "SELECT 1 WHERE to_regclass('organisation_key') IS NOT NULL",
        };
        let mut connection = AnyConnection::connect(&database.url).await?;
        let mut found = sqlx::query(table).fetch_optional(&mut connection).await?;
        if found.is_some() {
            found = sqlx::query("SELECT 1 FROM organisation_key").fetch_optional(&mut connection).await?;
        }
        connection.close().await?;
        Ok(found.is_some())
    }

    /// A transaction that only reads. It sees one moment of the books.
    ///
    /// # Errors
    /// [`StoreError::NoOrganisation`], or the database's.
    pub async fn read(&self, organisation: OrganisationId) -> Result<Books> {
        let keys = self.keys(organisation).await?;
        let tx = match self.0.dialect {
            Dialect::Sqlite => self.0.readers.begin().await?,
            Dialect::Postgres => {
                self.0
                    .readers
                    .begin_with("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    .await?
            }
        };
        Ok(self.books(tx, organisation, keys))
    }

    /// A transaction that writes. Those of one organisation run one after the other.
    ///
    /// # Errors
    /// [`StoreError::NoOrganisation`], or the database's.
    pub async fn write(&self, organisation: OrganisationId) -> Result<Books> {
        let keys = self.keys(organisation).await?;
        let tx = match self.0.dialect {
            Dialect::Sqlite => self.0.writers.begin_with("BEGIN IMMEDIATE").await?,
            Dialect::Postgres => {
                let mut tx = self.0.writers.begin().await?;
                sqlx::query("SELECT org_id FROM organisation_key WHERE org_id = $1 FOR UPDATE")
                    .bind(bytes(organisation.uuid()))
                    .fetch_one(&mut *tx)
                    .await?;
                tx
            }
        };
        Ok(self.books(tx, organisation, keys))
    }

    /// Makes the keys of a new organisation. Its books can be opened from here on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the id is taken, or the database's.
    pub async fn insert_organisation_key(&self, organisation: OrganisationId, now: Timestamp) -> Result<()> {
        let mut tx = self.0.writers.begin().await?;
        insert_key(&mut tx, organisation, &self.0.root, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends all connections; SQLite folds its write-ahead log into the database.
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.writers.close().await;
    }

    fn books(&self, tx: Transaction<'static, Any>, organisation: OrganisationId, keys: Arc<Keys>) -> Books {
        Books::new(tx, organisation, keys, Arc::clone(&self.0.files), self.0.second_place.clone())
    }

    pub(crate) fn second_place(&self) -> &SecondPlace {
        &self.0.second_place
    }

    pub(crate) fn readers(&self) -> &AnyPool {
        &self.0.readers
    }

    async fn has_organisation_key(&self, organisation: OrganisationId) -> Result<bool> {
        let found = sqlx::query("SELECT 1 FROM organisation_key WHERE org_id = $1")
            .bind(bytes(organisation.uuid()))
            .fetch_optional(&self.0.writers)
            .await?;
        Ok(found.is_some())
    }

    pub(crate) async fn keys(&self, organisation: OrganisationId) -> Result<Arc<Keys>> {
        if let Some(keys) = self.0.keys.read().expect("no holder panics").get(&organisation) {
            return Ok(Arc::clone(keys));
        }
        let row = sqlx::query("SELECT wrapped FROM organisation_key WHERE org_id = $1")
            .bind(bytes(organisation.uuid()))
            .fetch_optional(&self.0.readers)
            .await?
            .ok_or(StoreError::NoOrganisation)?;
        let wrapped: Vec<u8> = row.try_get("wrapped")?;
        let key = self.0.root.unwrap(organisation.uuid(), &wrapped).map_err(|_| StoreError::WrongRootKey)?;
        let keys = Arc::new(Keys::new(organisation, &key));
        self.0.keys.write().expect("no holder panics").insert(organisation, Arc::clone(&keys));
        Ok(keys)
    }
}

async fn insert_key(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    root: &RootKey,
    now: Timestamp,
) -> Result<()> {
    let key = OrganisationKey::generate(&mut rng());
    let wrapped = root.wrap(&key, organisation.uuid(), &mut rng());
    sqlx::query("INSERT INTO organisation_key (org_id, wrapped, created_at) VALUES ($1, $2, $3)")
        .bind(bytes(organisation.uuid()))
        .bind(wrapped)
        .bind(millis(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// FULL: an acknowledged invoice survives a power cut. `recursive_triggers`: REPLACE must ask the DELETE triggers.
const SQLITE_WRITER: &[&str] = &[
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
];
const SQLITE_READER: &[&str] = &[
    "PRAGMA query_only = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA temp_store = MEMORY",
];
const POSTGRES: &[&str] = &[
    "SET statement_timeout = '30s'",
    "SET lock_timeout = '15s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET client_min_messages = 'error'",
];

/// A request that is dropped while its BEGIN is under way leaves the connection inside the transaction, because the
/// driver (sqlx 0.9.0) takes it for begun only afterwards. Whoever came next would be in somebody else's snapshot.
fn rolled_back(options: AnyPoolOptions) -> AnyPoolOptions {
    options.after_release(|connection, _| {
        Box::pin(async move {
            connection.execute("ROLLBACK").await?;
            Ok(true)
        })
    })
}

fn pool(size: u32, settings: &'static [&'static str]) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(30))
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for setting in settings {
                    connection.execute(*setting).await?;
                }
                Ok(())
            })
        })
}
