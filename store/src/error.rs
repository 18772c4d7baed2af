//! What can go wrong with the books.

use crate::second_place::SecondPlaceError;

/// Why the books could not be read or written. No SQL and no content in the messages.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database could not be used")]
    Database(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The schema is not today's, and the role in the URL may not change it.
    #[error(
        "the database schema is not up to date, and this role does not own it: name the owner's URL with \
         database_admin_url, once or for good"
    )]
    NotOwner,
    /// A row that makes no sense, or was sealed for another place.
    #[error("a row of {table} ({column}) is damaged or was moved")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A row was changed by somebody else since it was read, or exists already.
    #[error("{0} was changed by somebody else in the meantime")]
    Conflict(&'static str),
    /// The root key does not open this database.
    #[error("the root key does not open this database: use the root key that belongs to it")]
    WrongRootKey,
    /// There is no such organisation.
    #[error("there is no such organisation")]
    NoOrganisation,
    /// A sealed file could not be read or written.
    #[error("a file could not be read or written")]
    File(#[from] object_store::Error),
    /// The ledger's tree is incomplete.
    #[error("the ledger's tree is damaged")]
    Ledger(#[from] counterfoil_ledger::tree::TreeError),
    /// The ledger cannot go on from what was signed last.
    #[error(transparent)]
    SecondPlace(#[from] SecondPlaceError),
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Randomness,
    /// SQLite does not do as it was told.
    #[error(
        "SQLite's {name} is {found} and not {wanted}, so it could lose what it acknowledges: keep the database in a file \
         on a local disk"
    )]
    Setting {
        /// The pragma.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// Only PostgreSQL has roles.
    #[error("database_admin_url goes together with a database_url of PostgreSQL, and names the same database")]
    NoOwner,
    /// The database URL is of no known kind.
    #[error("a database URL starts with sqlite:// or postgres://")]
    UnknownDatabase,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(e) if e.is_unique_violation() => Self::Conflict("a row"),
            _ => Self::Database(error),
        }
    }
}
