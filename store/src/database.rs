//! Opening the database, and the few places where the two dialects differ.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr as _;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use counterfoil_identity::OrganisationId;
use counterfoil_vault::RootKey;
use jiff::Timestamp;
use object_store::ObjectStore;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor as _, Row as _, Transaction,
};

use crate::books::{Books, INSTALLATION};
use crate::keys::Keys;
use crate::organisation_keys::newest_version;
use crate::reach::Reach;
use crate::second_place::SecondPlace;
use crate::{Result, StoreError, migrations, walls};

/// Where the database is.
#[derive(Clone)]
pub struct DatabaseUrl {
    pub(crate) url: String,
    /// PostgreSQL: who owns the tables, if that is another role.
    pub(crate) owner: Option<String>,
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
        Self { url: format!("sqlite://{path}?mode=rwc"), owner: None, dialect: Dialect::Sqlite }
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
        Ok(Self { url: url.to_owned(), owner: None, dialect })
    }

    /// The same database, whose tables another role owns: with it the schema is brought up to date, and nothing else
    /// is done.
    ///
    /// # Errors
    /// [`StoreError::NoOwner`] if either is not PostgreSQL.
    pub fn owned_by(self, owner: &str) -> Result<Self> {
        if self.dialect == Dialect::Postgres && Self::parse(owner)?.dialect == Dialect::Postgres {
            Ok(Self { owner: Some(owner.to_owned()), ..self })
        } else {
            Err(StoreError::NoOwner)
        }
    }
}

/// A server that a database URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseServer {
    /// Its host; the path of a socket on this machine begins with a slash.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How far the way there is encrypted, in PostgreSQL's words: `verify-full`.
    pub ssl_mode: &'static str,
}

impl DatabaseUrl {
    /// The servers that are connected to: none for SQLite; one, or the owner's besides, for PostgreSQL.
    ///
    /// # Errors
    /// [`StoreError::Database`] if a URL cannot be read.
    pub fn servers(&self) -> Result<Vec<DatabaseServer>> {
        if self.dialect == Dialect::Sqlite {
            return Ok(Vec::new());
        }
        let mut servers = Vec::new();
        for url in std::iter::once(&self.url).chain(&self.owner) {
            let options = PgConnectOptions::from_str(url)?;
            let socket = options.get_socket().map(|path| path.to_string_lossy().into_owned());
            let server = DatabaseServer {
                host: socket.unwrap_or_else(|| options.get_host().to_owned()),
                port: options.get_port(),
                ssl_mode: match options.get_ssl_mode() {
                    PgSslMode::Disable => "disable",
                    PgSslMode::Allow => "allow",
                    PgSslMode::Prefer => "prefer",
                    PgSslMode::Require => "require",
                    PgSslMode::VerifyCa => "verify-ca",
                    PgSslMode::VerifyFull => "verify-full",
                },
            };
            if !servers.contains(&server) {
                servers.push(server);
            }
        }
        Ok(servers)
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
pub struct Store(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    dialect: Dialect,
    readers: AnyPool,
    /// SQLite has one writer: waiting in this pool is fair, waiting for its file lock is not.
    writers: AnyPool,
    pub(crate) root: RootKey,
    files: Arc<dyn ObjectStore>,
    second_place: SecondPlace,
    pub(crate) keys: RwLock<HashMap<OrganisationId, Arc<Keys>>>,
    has_no_space: Arc<AtomicBool>,
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
                // It connects by itself first: the pool would try for half a minute, and then not say why it gave up.
                let mut first = AnyConnection::connect_with(&options).await?;
                for setting in SQLITE_WRITER {
                    first.execute(*setting).await?;
                }
                first.close().await?;
                let writer = none_stuck(pool(1, SQLITE_WRITER.to_vec()));
                let writers = writer.connect_with(options.clone()).await?;
                check_sqlite(&writers).await?;
                migrations::sqlite().run(&writers).await?;
                let reader = none_stuck(pool(4, SQLITE_READER.to_vec()));
                (reader.connect_lazy_with(options), writers)
            }
            Dialect::Postgres => {
                let mut settings = POSTGRES.to_vec();
                // It connects by itself first: the pool would try for half a minute, and then not say why it gave up.
                if walls::raise(database).await? {
                    settings.push(walls::STEP_DOWN);
                }
                let pool = rolled_back(pool(10, settings)).connect_with(options).await?;
                (pool.clone(), pool)
            }
        };
        let keys = RwLock::default();
        let has_no_space = Arc::default();
        let store = Self(Arc::new(Inner {
            dialect,
            readers,
            writers,
            root,
            files,
            second_place,
            keys,
            has_no_space,
        }));
        if store.stored_keys(INSTALLATION).await?.is_none() {
            store.insert_organisation_key(INSTALLATION, now).await?;
        }
        store.newest_keys(INSTALLATION).await?;
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
        let mut connection = AnyConnection::connect(database.owner.as_ref().unwrap_or(&database.url)).await?;
        let mut found = sqlx::query(table).fetch_optional(&mut connection).await?;
        if found.is_some() {
            if database.dialect == Dialect::Postgres {
                let reach = Reach::Organisation(INSTALLATION).begin("READ ONLY");
                connection.execute(AssertSqlSafe(reach)).await?;
            }
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
        let mut tx = self.look_up(Reach::Organisation(organisation)).await?;
        let newest = newest_version(&mut tx, organisation, "").await?;
        let keys = self.keys(&mut tx, organisation, newest).await?;
        Ok(self.books(tx, organisation, keys))
    }

    /// As [`Self::read`], for as long as it takes: for commands that go through a whole ledger as of one moment and wait for
    /// a bucket or a pipe in between. They are processes of their own, and keep no page from its connection.
    ///
    /// # Errors
    /// [`StoreError::NoOrganisation`], or the database's.
    pub async fn read_at_leisure(&self, organisation: OrganisationId) -> Result<Books> {
        let mut books = self.read(organisation).await?;
        if self.0.dialect == Dialect::Postgres {
            books.db().execute(AT_LEISURE).await?;
        }
        Ok(books)
    }

    /// A transaction that writes. Those of one organisation run one after the other.
    ///
    /// # Errors
    /// [`StoreError::NoSpace`] until there is space again, [`StoreError::NoOrganisation`], or the database's.
    pub async fn write(&self, organisation: OrganisationId) -> Result<Books> {
        if self.has_no_space() {
            return Err(StoreError::NoSpace);
        }
        self.write_anyway(organisation).await
    }

    /// As [`Self::write`], also while there is no space.
    pub(crate) async fn write_anyway(&self, organisation: OrganisationId) -> Result<Books> {
        let mut tx = self.begin_writing(organisation).await?;
        // The lock, and under it the version that others may just have added.
        let newest = newest_version(&mut tx, organisation, self.row_lock()).await?;
        let keys = self.keys(&mut tx, organisation, newest).await?;
        Ok(self.books(tx, organisation, keys))
    }

    /// A transaction that only reads, on what this reach lets it see.
    pub(crate) async fn look_up(&self, reach: Reach<'_>) -> Result<Transaction<'static, Any>> {
        Ok(match self.0.dialect {
            Dialect::Sqlite => self.0.readers.begin().await?,
            Dialect::Postgres => {
                let begin = reach.begin("TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                self.0.readers.begin_with(AssertSqlSafe(begin)).await?
            }
        })
    }

    /// Lets an open transaction see something else from here on.
    pub(crate) async fn turn_to(&self, tx: &mut AnyConnection, reach: Reach<'_>) -> Result<()> {
        if self.0.dialect == Dialect::Postgres {
            tx.execute(AssertSqlSafe(reach.setting())).await?;
        }
        Ok(())
    }

    /// Makes writers of one organisation take turns; SQLite has one writer anyway.
    pub(crate) fn row_lock(&self) -> &'static str {
        match self.0.dialect {
            Dialect::Sqlite => "",
            Dialect::Postgres => " FOR UPDATE",
        }
    }

    pub(crate) async fn begin_writing(
        &self,
        organisation: OrganisationId,
    ) -> Result<Transaction<'static, Any>> {
        Ok(match self.0.dialect {
            Dialect::Sqlite => self.0.writers.begin_with("BEGIN IMMEDIATE").await?,
            Dialect::Postgres => {
                let begin = Reach::Organisation(organisation).begin("");
                self.0.writers.begin_with(AssertSqlSafe(begin)).await?
            }
        })
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

    pub(crate) fn files(&self) -> &Arc<dyn ObjectStore> {
        &self.0.files
    }

    pub(crate) fn no_space_flag(&self) -> &Arc<AtomicBool> {
        &self.0.has_no_space
    }
}

/// FULL: an acknowledged invoice survives a power cut. `recursive_triggers`: REPLACE must ask the DELETE triggers. The
/// write-ahead log is folded in after 1,000 pages (4 MiB) and cut to 8 MiB: it grows on while somebody reads one moment of
/// the books, and is cut once they are through.
const SQLITE_WRITER: &[&str] = &[
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA wal_autocheckpoint = 1000",
    "PRAGMA journal_size_limit = 8388608",
];
/// What must be true of the writer before anything is written: a file system may refuse the write-ahead log, and a
/// SQLite built otherwise may not know a setting.
const SQLITE_CHECKED: &[(&str, &str)] = &[
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("foreign_keys", "1"),
    ("recursive_triggers", "1"),
    ("trusted_schema", "0"),
    ("secure_delete", "1"),
    ("temp_store", "2"),
    ("wal_autocheckpoint", "1000"),
    ("journal_size_limit", "8388608"),
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

/// Until the end of the transaction.
const AT_LEISURE: &str = "SET LOCAL idle_in_transaction_session_timeout = 0";

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

/// When a disk is full or broken, SQLite rolls back by itself; the driver's own rollback then fails, and it takes the
/// connection to be in a transaction for ever. Such a connection is let go.
fn none_stuck(options: AnyPoolOptions) -> AnyPoolOptions {
    options.after_release(|connection, _| {
        Box::pin(async move {
            // The rollback comes first.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

async fn check_sqlite(writers: &AnyPool) -> Result<()> {
    for (name, wanted) in SQLITE_CHECKED {
        let row = sqlx::query(AssertSqlSafe(format!("PRAGMA {name}"))).fetch_one(writers).await?;
        let found =
            row.try_get::<i64, _>(0).map_or_else(|_| row.try_get(0), |number| Ok(number.to_string()))?;
        if found != *wanted {
            return Err(StoreError::Setting { name, wanted, found });
        }
    }
    Ok(())
}

fn pool(size: u32, settings: Vec<&'static str>) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(30))
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            let settings = settings.clone();
            Box::pin(async move {
                for setting in settings {
                    connection.execute(setting).await?;
                }
                Ok(())
            })
        })
}
