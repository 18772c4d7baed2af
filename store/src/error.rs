//! What can go wrong with the books.

use std::io::ErrorKind;

use sqlx::migrate::MigrateError;

use crate::second_place::SecondPlaceError;

/// Why the books could not be read or written. No SQL and no content in the messages.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database could not be used")]
    Database(#[source] sqlx::Error),
    /// Others held for too long what was needed, or it took too long. The transaction is rolled back, and the same may
    /// well be done in a moment.
    #[error("the database is busy with something else, so try again in a moment")]
    Busy(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date")]
    Migration(#[source] MigrateError),
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
    #[error(
        "database_admin_url goes together with a database_url of PostgreSQL, and names the same database"
    )]
    NoOwner,
    /// There was no space left a moment ago, so nothing is written until there is.
    #[error("there is no space left, so nothing is written until there is")]
    NoSpace,
    /// The database URL is of no known kind.
    #[error("a database URL starts with sqlite:// or postgres://")]
    UnknownDatabase,
}

/// Whether this error, or what caused it, is that there is no space left to write to: on the disk of the files, in the
/// embedded database or on PostgreSQL's.
pub fn is_no_space(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let of_database = match error.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(error)) => error.code(),
            _ => None,
        };
        // SQLITE_FULL, and PostgreSQL's disk_full.
        let is_full = matches!(of_database.as_deref(), Some("13" | "53100"))
            || error.downcast_ref::<std::io::Error>().is_some_and(|error| {
                matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
            })
            || matches!(error.downcast_ref::<StoreError>(), Some(StoreError::NoSpace));
        if is_full {
            return true;
        }
        next = error.source();
    }
    false
}

/// Whether this error, or what caused it, is that the database was busy: nothing was done, and trying again may help.
pub fn is_busy(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.any(|error| error.downcast_ref::<sqlx::Error>().is_some_and(says_busy))
}

/// SQLite's primary results BUSY and LOCKED; the lower byte of an extended result is the primary one.
const SQLITE_BUSY: [u32; 2] = [5, 6];
/// PostgreSQL's `lock_not_available`, `query_canceled`, `deadlock_detected`, `serialization_failure`,
/// `too_many_connections` and `cannot_connect_now`.
const POSTGRES_BUSY: [&str; 6] = ["55P03", "57014", "40P01", "40001", "53300", "57P03"];

fn says_busy(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut => true,
        // PostgreSQL's codes have five letters and digits, and SQLite's are smaller numbers.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            POSTGRES_BUSY.contains(&&*code)
                || code.len() < 5
                    && code.parse::<u32>().is_ok_and(|result| SQLITE_BUSY.contains(&(result & 0xFF)))
        }),
        _ => false,
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(e) if e.is_unique_violation() => Self::Conflict("a row"),
            _ if says_busy(&error) => Self::Busy(error),
            _ => Self::Database(error),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) if says_busy(&cause) => {
                Self::Busy(cause)
            }
            error => Self::Migration(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_space_is_found_below_other_errors_and_other_errors_are_not_taken_for_it() {
        let file = |kind: ErrorKind| {
            let source = Box::new(std::io::Error::from(kind));
            StoreError::File(object_store::Error::Generic { store: "LocalFileSystem", source })
        };
        assert!(is_no_space(&file(ErrorKind::StorageFull)) && is_no_space(&file(ErrorKind::QuotaExceeded)));
        assert!(!is_no_space(&file(ErrorKind::PermissionDenied)));
        let place = |kind: ErrorKind| -> StoreError {
            SecondPlaceError::Unusable("place".into(), std::io::Error::from(kind)).into()
        };
        assert!(is_no_space(&place(ErrorKind::StorageFull)) && !is_no_space(&place(ErrorKind::NotFound)));
        assert!(is_no_space(&StoreError::NoSpace) && !is_no_space(&StoreError::NoOrganisation));
        assert!(!is_no_space(&StoreError::from(sqlx::Error::PoolTimedOut)));
    }

    /// As a driver reports it.
    #[derive(Debug)]
    struct Reported(&'static str);

    impl std::fmt::Display for Reported {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Reported {}

    impl sqlx::error::DatabaseError for Reported {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<std::borrow::Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> sqlx::error::ErrorKind {
            sqlx::error::ErrorKind::Other
        }
    }

    #[test]
    fn a_busy_database_is_known_by_its_codes_also_below_a_migration_and_other_codes_are_not_taken_for_it() {
        let reported = |code| sqlx::Error::Database(Box::new(Reported(code)));
        // The extended results are BUSY_SNAPSHOT and LOCKED_SHAREDCACHE.
        for code in ["55P03", "57014", "40P01", "40001", "53300", "57P03", "5", "6", "517", "262"] {
            assert!(matches!(StoreError::from(reported(code)), StoreError::Busy(_)), "{code}");
            let migrating = MigrateError::ExecuteMigration(reported(code), 3);
            let error = StoreError::from(migrating);
            assert!(matches!(error, StoreError::Busy(_)) && is_busy(&error), "{code}");
        }
        // Full disks and damage, a server that was told to end, and numbers that only look like results of SQLite.
        for code in ["13", "11", "10", "1290", "53100", "57P01", "40003", "00005", "05000", ""] {
            let error = StoreError::from(reported(code));
            assert!(matches!(error, StoreError::Database(_)) && !is_busy(&error), "{code}");
        }
        assert!(is_busy(&StoreError::from(sqlx::Error::PoolTimedOut)));
        assert!(!is_busy(&StoreError::from(sqlx::Error::PoolClosed)) && !is_busy(&StoreError::NoSpace));
    }
}
