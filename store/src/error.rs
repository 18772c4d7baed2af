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
