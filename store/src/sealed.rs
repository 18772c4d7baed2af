//! Every column that holds sealed values and how its rows are named: to open them all, and to seal them anew.

use counterfoil_identity::OrganisationId;
use sqlx::{AssertSqlSafe, Row as _};

use crate::convert::unsigned;
use crate::{Books, Result, Store, StoreError};

/// Rows in one transaction: others wait for it.
const BATCH: i64 = 200;

/// A column of sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// Its table.
    pub table: &'static str,
    /// Its name without `_sealed`, which is the column of the place it is sealed for.
    pub column: &'static str,
    /// Whether rows of this table never change: then they keep the key they were sealed under.
    pub is_final: bool,
    key: Key,
}

/// The column that names a row within the organisation. Its bytes are the row of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Bytes(&'static str),
    Text(&'static str),
    Number(&'static str),
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Bytes(name) | Self::Text(name) | Self::Number(name) => name,
        }
    }
}

const fn changing(table: &'static str, column: &'static str, key: Key) -> SealedColumn {
    SealedColumn { table, column, is_final: false, key }
}

const fn last(table: &'static str, column: &'static str, key: Key) -> SealedColumn {
    SealedColumn { table, column, is_final: true, key }
}

/// All of them; a test compares the list with the schema.
pub const SEALED_COLUMNS: &[SealedColumn] = &[
    changing("organisation", "profile", Key::Bytes("org_id")),
    changing("secret", "value", Key::Text("name")),
    changing("person", "profile", Key::Bytes("id")),
    changing("person", "password", Key::Bytes("id")),
    changing("person", "totp", Key::Bytes("id")),
    changing("customer", "profile", Key::Bytes("id")),
    changing("draft", "content", Key::Bytes("id")),
    changing("product", "product", Key::Bytes("id")),
    changing("invoice_standing", "summary", Key::Bytes("invoice_id")),
    changing("outbox", "payload", Key::Bytes("id")),
    changing("outbox", "recipient", Key::Bytes("id")),
    changing("submission", "result", Key::Bytes("form_hash")),
    last("invoice", "code", Key::Bytes("id")),
    last("invoice", "content", Key::Bytes("id")),
    last("invoice", "cii", Key::Bytes("id")),
    last("invoice", "ubl", Key::Bytes("id")),
    last("payment", "note", Key::Bytes("id")),
    last("payee_account", "account", Key::Bytes("id")),
    last("certificate", "identity", Key::Text("fingerprint")),
    last("ledger_entry", "opening", Key::Number("position")),
];

/// A row's key, as the database has it.
enum Row {
    Bytes(Vec<u8>),
    Text(String),
    Number(i64),
}

impl Row {
    /// Before every row.
    fn before(key: Key) -> Self {
        match key {
            Key::Bytes(_) => Self::Bytes(Vec::new()),
            Key::Text(_) => Self::Text(String::new()),
            Key::Number(_) => Self::Number(-1),
        }
    }

    fn read(key: Key, row: &sqlx::any::AnyRow) -> Result<Self> {
        Ok(match key {
            Key::Bytes(name) => Self::Bytes(row.try_get(name)?),
            Key::Text(name) => Self::Text(row.try_get(name)?),
            Key::Number(name) => Self::Number(row.try_get(name)?),
        })
    }

    /// The row of the place that its values are sealed for.
    fn place(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Text(text) => text.clone().into_bytes(),
            Self::Number(number) => number.to_be_bytes().to_vec(),
        }
    }
}

/// Binds a row's key, whatever it is.
macro_rules! bind_row {
    ($query:expr, $row:expr) => {
        match $row {
            Row::Bytes(bytes) => $query.bind(bytes.clone()),
            Row::Text(text) => $query.bind(text.clone()),
            Row::Number(number) => $query.bind(*number),
        }
    };
}

/// Values of one column that do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged {
    /// Where they are.
    pub column: SealedColumn,
    /// How many.
    pub values: u64,
}

/// How many values an organisation has under older versions of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UnderOlderKeys {
    /// In rows that may change: they can be sealed anew.
    pub changing: u64,
    /// In rows that are final: they stay.
    pub last: u64,
}

impl Books {
    /// The values of this column in the rows after one, a batch of them: only those that begin with another header, if
    /// one is named.
    async fn sealed_values(
        &mut self,
        column: &SealedColumn,
        after: &Row,
        but: Option<&[u8; 9]>,
    ) -> Result<Vec<(Row, Vec<u8>)>> {
        let (table, name, key) = (column.table, column.column, column.key.name());
        // Only names of this file are written into the text.
        let sql = format!(
            "SELECT {key}, {name}_sealed FROM {table}
             WHERE org_id = $1 AND {key} > $2 AND {name}_sealed IS NOT NULL
               AND (LENGTH({name}_sealed) < 9 OR SUBSTR({name}_sealed, 1, 9) <> $3)
             ORDER BY {key} LIMIT $4"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(self.org());
        let query = bind_row!(query, after);
        // Ten bytes are no header's: then every value comes, however it was cut.
        let but = but.map_or_else(|| vec![0; 10], |header| header.to_vec());
        let rows = query.bind(but).bind(BATCH).fetch_all(self.db()).await?;
        let sealed = format!("{name}_sealed");
        rows.iter().map(|row| Ok((Row::read(column.key, row)?, row.try_get(sealed.as_str())?))).collect()
    }

    /// Opens every sealed value of these books but those of documents and ledger entries, which the ledger's own check
    /// reads; gives the columns in which some do not open.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_damaged(&mut self) -> Result<Vec<Damaged>> {
        let mut damaged = Vec::new();
        for column in SEALED_COLUMNS {
            if matches!(column.table, "invoice" | "ledger_entry") {
                continue;
            }
            let (mut after, mut values) = (Row::before(column.key), 0);
            loop {
                let batch = self.sealed_values(column, &after, None).await?;
                for (row, sealed) in &batch {
                    let opened = self.keys.open(column.table, column.column, &row.place(), sealed);
                    values += u64::from(opened.is_err());
                }
                match batch.into_iter().last() {
                    Some((row, _)) => after = row,
                    None => break,
                }
            }
            if values > 0 {
                damaged.push(Damaged { column: *column, values });
            }
        }
        Ok(damaged)
    }

    /// How many values are under older versions of the key.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_under_older_keys(&mut self) -> Result<UnderOlderKeys> {
        let newest = self.keys.newest_header().to_vec();
        let mut count = UnderOlderKeys::default();
        for column in SEALED_COLUMNS {
            let (table, name) = (column.table, column.column);
            let sql = format!(
                "SELECT COUNT(*) AS n FROM {table} WHERE org_id = $1 AND SUBSTR({name}_sealed, 1, 9) <> $2"
            );
            let row = sqlx::query(AssertSqlSafe(sql))
                .bind(self.org())
                .bind(newest.clone())
                .fetch_one(self.db())
                .await?;
            let values = unsigned(row.try_get("n")?, table, "count")?;
            if column.is_final { count.last += values } else { count.changing += values }
        }
        Ok(count)
    }

    /// Seals a batch of this column anew. Gives how many there were, and where to go on.
    async fn seal_batch_anew(&mut self, column: &SealedColumn, after: &Row) -> Result<(u64, Option<Row>)> {
        let header = *self.keys.newest_header();
        let batch = self.sealed_values(column, after, Some(&header)).await?;
        let (table, name, key) = (column.table, column.column, column.key.name());
        let sql = format!("UPDATE {table} SET {name}_sealed = $2 WHERE org_id = $1 AND {key} = $3");
        let mut sealed_anew = 0;
        for (row, sealed) in &batch {
            // What does not open stays as it is: it is evidence, and `ledger verify` names it.
            let Ok(plain) = self.keys.open(table, name, &row.place(), sealed) else { continue };
            let anew = self.keys.seal(table, name, &row.place(), &plain);
            let query = sqlx::query(AssertSqlSafe(sql.clone())).bind(self.org()).bind(anew);
            bind_row!(query, row).execute(self.db()).await?;
            sealed_anew += 1;
        }
        Ok((sealed_anew, batch.into_iter().last().map(|(row, _)| row)))
    }
}

impl Store {
    /// Seals everything that may change under the newest version of the organisation's key, a batch a transaction:
    /// others work in between, and what a crash leaves undone, another call does. `progress` hears how many were done.
    ///
    /// # Errors
    /// The database's.
    pub async fn seal_anew(
        &self,
        organisation: OrganisationId,
        mut progress: impl FnMut(u64),
    ) -> Result<u64, StoreError> {
        let mut done = 0;
        for column in SEALED_COLUMNS.iter().filter(|column| !column.is_final) {
            let mut after = Row::before(column.key);
            loop {
                let mut books = self.write(organisation).await?;
                let (sealed_anew, last) = books.seal_batch_anew(column, &after).await?;
                books.commit().await?;
                done += sealed_anew;
                progress(done);
                match last {
                    Some(row) => after = row,
                    None => break,
                }
            }
        }
        Ok(done)
    }
}
