//! The steps from an empty database to today's schema.
//!
//! Read at run time: sqlx's macro would compile both database drivers, with their C code, a second time for the build.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// A step, once for each dialect. Never edited once released: a database remembers what it has run by its digest.
struct Step {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($name:literal)+) => {
        [$( Step {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }, )+]
    };
}

/// In the order of their numbers.
const STEPS: &[Step] = &steps! {
    "0001_first"
    "0002_final"
    "0003_forms"
    "0004_certificates"
    "0005_lists"
    "0006_key_versions"
    "0007_mail"
    "0008_e_invoices"
    "0009_settings"
    "0010_following"
};

pub(crate) fn sqlite() -> Migrator {
    migrator(|step| step.sqlite)
}

pub(crate) fn postgres() -> Migrator {
    migrator(|step| step.postgres)
}

fn migrator(sql: fn(&Step) -> &'static str) -> Migrator {
    let migrations = STEPS.iter().map(|step| {
        let (version, description) = step.name.split_once('_').expect("a number, an underscore and a name");
        Migration::new(
            version.parse().expect("a number"),
            description.replace('_', " ").into(),
            MigrationType::Simple,
            sql(step).into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};

    use super::*;

    #[test]
    fn every_file_is_a_step_in_both_dialects() {
        for dialect in ["sqlite", "postgres"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect);
            let mut files: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            files.sort();
            let steps: Vec<String> = STEPS.iter().map(|step| format!("{}.sql", step.name)).collect();
            assert_eq!(files, steps, "{dialect}");
        }
    }

    #[test]
    fn steps_are_numbered_without_gaps() {
        for migrator in [sqlite(), postgres()] {
            let versions: Vec<i64> = migrator.iter().map(|step| step.version).collect();
            assert_eq!(versions, (1..).take(STEPS.len()).collect::<Vec<i64>>());
        }
    }

    /// Books of before numbers had patterns.
    #[tokio::test]
    async fn documents_of_before_get_the_number_that_they_had() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("books.sqlite").display());
        let mut db = AnyConnection::connect(&url).await.unwrap();
        let before = sqlite().iter().filter(|step| step.version < 9).cloned().collect();
        Migrator::with_migrations(before).run(&mut db).await.unwrap();
        for (row, series, sequence) in [(1, "2026", 7), (2, "2025", 12_345), (3, "", 8)] {
            let sql = format!(
                "INSERT INTO invoice VALUES (x'00', x'0{row}', '{series}', {sequence}, '380', '2026-01-01', NULL, 'EUR', 1, NULL,
                     NULL, x'0{row}', x'00', x'00', x'00', x'00', 1, 1, NULL)"
            );
            db.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        sqlite().run(&mut db).await.unwrap();
        let rows = sqlx::query("SELECT number FROM invoice ORDER BY id").fetch_all(&mut db).await.unwrap();
        let numbers: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(numbers, ["2026-0007", "2025-12345", "0008"]);
        let change = db.execute("UPDATE invoice SET number = '1'").await.unwrap_err();
        assert!(change.to_string().contains("are final"), "{change}");
    }
}
