//! Rows of before there was a list and a search get what they are listed and found by. Done when the database is opened,
//! a batch in a transaction: interrupted, it goes on at the next opening.

use counterfoil_identity::OrganisationId;
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{bytes, uuid};
use crate::reach::Reach;
use crate::{Books, Result, Store, StoreError};

/// Rows in one transaction.
const BATCH: i64 = 200;

/// The tables, each with what tells which of its rows are still to be done. An index holds those alone.
const PENDING: [(Table, &str); 3] = [
    (
        Table::Invoice,
        "SELECT invoice_id AS id FROM invoice_standing
         WHERE org_id = $1 AND summary_sealed IS NULL AND invoice_id > $2 ORDER BY invoice_id LIMIT $3",
    ),
    (
        Table::Customer,
        "SELECT id FROM customer WHERE org_id = $1 AND is_indexed = 0 AND id > $2 ORDER BY id LIMIT $3",
    ),
    (
        Table::Draft,
        "SELECT id FROM draft WHERE org_id = $1 AND is_indexed = 0 AND id > $2 ORDER BY id LIMIT $3",
    ),
];

#[derive(Clone, Copy)]
enum Table {
    Invoice,
    Customer,
    Draft,
}

impl Store {
    /// Does what is still to be done. Gives how many rows that were.
    pub(crate) async fn index_older_rows(&self) -> Result<u64> {
        let mut done = 0;
        for organisation in self.list_keyed_organisations().await? {
            for (table, rows) in PENDING {
                let mut books = match self.read(organisation).await {
                    Ok(books) => books,
                    // Damaged keys are named by whoever opens its books, and must not keep those of others shut.
                    Err(StoreError::Corrupt { .. } | StoreError::WrongRootKey) => break,
                    Err(error) => return Err(error),
                };
                let is_pending = !books.pending(rows, Uuid::nil()).await?.is_empty();
                drop(books);
                if is_pending {
                    done += self.index_table(organisation, table, rows).await?;
                }
            }
        }
        Ok(done)
    }

    async fn index_table(
        &self,
        organisation: OrganisationId,
        table: Table,
        rows: &'static str,
    ) -> Result<u64> {
        let (mut done, mut last) = (0, Uuid::nil());
        loop {
            let mut books = self.write(organisation).await?;
            let batch = books.index_batch(table, rows, last).await?;
            books.commit().await?;
            let Some(end) = batch.last() else { return Ok(done) };
            last = *end;
            done += batch.len() as u64;
        }
    }

    async fn list_keyed_organisations(&self) -> Result<Vec<OrganisationId>> {
        let rows = sqlx::query("SELECT org_id FROM organisation_key")
            .fetch_all(&mut *self.look_up(Reach::Directory).await?)
            .await?;
        let id = |row: &sqlx::any::AnyRow| {
            Ok(OrganisationId::from_uuid(uuid(&row.try_get::<Vec<u8>, _>("org_id")?, "organisation_key")?))
        };
        rows.iter().map(id).collect()
    }
}

impl Books {
    /// The ids of the next rows to be done; none when there are no more.
    async fn pending(&mut self, rows: &'static str, after: Uuid) -> Result<Vec<Uuid>> {
        let rows =
            sqlx::query(rows).bind(self.org()).bind(bytes(after)).bind(BATCH).fetch_all(self.db()).await?;
        let read = |row: &sqlx::any::AnyRow| uuid(&row.try_get::<Vec<u8>, _>("id")?, "search_word");
        rows.iter().map(read).collect()
    }

    /// The ids of one batch; empty when there is no more.
    async fn index_batch(&mut self, table: Table, rows: &'static str, after: Uuid) -> Result<Vec<Uuid>> {
        let ids = self.pending(rows, after).await?;
        for id in &ids {
            match self.index_row(table, *id).await {
                // A damaged row is not found, and is named by whoever looks at it. It must not keep the books shut.
                Ok(()) | Err(StoreError::Corrupt { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ids)
    }

    async fn index_row(&mut self, table: Table, id: Uuid) -> Result<()> {
        match table {
            Table::Invoice => match self.find_invoice(id).await? {
                Some(kept) => self.summarise(id, &kept.issued).await,
                None => Ok(()),
            },
            Table::Customer => match self.find_customer(id).await? {
                Some(customer) => self.index_customer(&customer).await,
                None => Ok(()),
            },
            Table::Draft => match self.find_draft(id).await? {
                Some(kept) => self.index_draft(&kept).await,
                None => Ok(()),
            },
        }
    }
}
