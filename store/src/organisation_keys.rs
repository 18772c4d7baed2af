//! The wrapped keys of organisations, in versions. docs/design/key-rotation.md.

use std::sync::Arc;

use counterfoil_identity::OrganisationId;
use counterfoil_vault::{OrganisationKey, RootKey};
use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::books::INSTALLATION;
use crate::convert::{bytes, millis, uuid};
use crate::keys::{Keys, rng};
use crate::reach::Reach;
use crate::{Books, Result, Store, StoreError};

const TABLE: &str = "organisation_key";

/// The wrapped key in each version, the first first.
type Wrapped = Vec<Vec<u8>>;

impl Store {
    /// Makes the keys of a new organisation. Its books can be opened from here on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the id is taken, [`StoreError::WrongRootKey`] if the root key was renewed since this
    /// store was opened, or the database's.
    pub async fn insert_organisation_key(&self, organisation: OrganisationId, now: Timestamp) -> Result<()> {
        let mut tx = self.begin_writing(INSTALLATION).await?;
        if organisation != INSTALLATION {
            // The root key is not renewed while this is held, and was not renewed before: a key under one that is no
            // more could never be opened again.
            newest_version(&mut tx, INSTALLATION, self.row_lock()).await?;
            let stored = stored_keys(&mut tx, INSTALLATION).await?.ok_or(StoreError::NoOrganisation)?;
            unwrap(&self.0.root, INSTALLATION, &stored)?;
            self.turn_to(&mut tx, Reach::Organisation(organisation)).await?;
        }
        let key = OrganisationKey::generate(&mut rng());
        let wrapped = self.0.root.wrap(&key, organisation.uuid(), 1, &mut rng());
        sqlx::query("INSERT INTO organisation_key (org_id, wrapped, created_at) VALUES ($1, $2, $3)")
            .bind(bytes(organisation.uuid()))
            .bind(wrapped)
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The organisation's keys, from memory if these are the newest.
    pub(crate) async fn keys(
        &self,
        connection: &mut AnyConnection,
        organisation: OrganisationId,
        newest: u32,
    ) -> Result<Arc<Keys>> {
        let known = self.0.keys.read().expect("no holder panics").get(&organisation).cloned();
        if let Some(keys) = known.filter(|keys| keys.version() == newest) {
            return Ok(keys);
        }
        let stored = stored_keys(connection, organisation).await?.ok_or(StoreError::NoOrganisation)?;
        let keys = Arc::new(unwrap(&self.0.root, organisation, &stored)?);
        if keys.version() != newest {
            return Err(StoreError::Corrupt { table: TABLE, column: "newest" });
        }
        self.0.keys.write().expect("no holder panics").insert(organisation, Arc::clone(&keys));
        Ok(keys)
    }

    /// The installation's keys, in whatever version was seen last: for what stays with the first. Asks no database, and so
    /// can be asked within a transaction.
    pub(crate) fn installation_keys(&self) -> Arc<Keys> {
        let keys = self.0.keys.read().expect("no holder panics");
        Arc::clone(keys.get(&INSTALLATION).expect("a store opens them first"))
    }

    /// The newest keys of an organisation; that they open shows that the root key fits.
    pub(crate) async fn newest_keys(&self, organisation: OrganisationId) -> Result<Arc<Keys>> {
        let mut tx = self.look_up(Reach::Organisation(organisation)).await?;
        let newest = newest_version(&mut tx, organisation, "").await?;
        self.keys(&mut tx, organisation, newest).await
    }

    pub(crate) async fn stored_keys(&self, organisation: OrganisationId) -> Result<Option<Wrapped>> {
        let mut tx = self.look_up(Reach::Organisation(organisation)).await?;
        stored_keys(&mut tx, organisation).await
    }
}

impl Books {
    /// Adds a version to the organisation's key. What is sealed from the next transaction on is sealed under it. Gives
    /// its number.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_key_version(&mut self, store: &Store, now: Timestamp) -> Result<u32> {
        let (org, id) = (self.org(), self.organisation().uuid());
        // Under the lock of these books: the root key may have been renewed since the store was opened.
        let organisation = self.organisation();
        let stored = stored_keys(self.db(), organisation).await?.ok_or(StoreError::NoOrganisation)?;
        unwrap(&store.0.root, organisation, &stored)?;
        let version = self.keys.version() + 1;
        let key = OrganisationKey::generate(&mut rng());
        let wrapped = store.0.root.wrap(&key, id, version, &mut rng());
        sqlx::query(
            "INSERT INTO organisation_key_version (org_id, version, wrapped, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(org.clone())
        .bind(i64::from(version))
        .bind(wrapped)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        sqlx::query("UPDATE organisation_key SET newest = $2 WHERE org_id = $1")
            .bind(org)
            .bind(i64::from(version))
            .execute(self.db())
            .await?;
        Ok(version)
    }

    /// Wraps the key of every organisation, in every version, under another root key: before this transaction the old
    /// root key opens the database, and after it the new one does. For the installation's books. Gives how many keys
    /// there are.
    ///
    /// # Errors
    /// [`StoreError::WrongRootKey`] if a key does not open, or the database's.
    pub async fn wrap_keys_under(&mut self, store: &Store, new: &RootKey) -> Result<u64> {
        store.turn_to(self.db(), Reach::Directory).await?;
        let rows =
            sqlx::query("SELECT org_id FROM organisation_key ORDER BY org_id").fetch_all(self.db()).await?;
        let mut wrapped = 0;
        for row in rows {
            let id = uuid(&row.try_get::<Vec<u8>, _>("org_id")?, TABLE)?;
            let organisation = OrganisationId::from_uuid(id);
            store.turn_to(self.db(), Reach::Organisation(organisation)).await?;
            newest_version(self.db(), organisation, store.row_lock()).await?;
            let stored = stored_keys(self.db(), organisation).await?.ok_or(StoreError::NoOrganisation)?;
            for (version, old) in (1..).zip(&stored) {
                let key = store.0.root.unwrap(id, version, old).map_err(|_| StoreError::WrongRootKey)?;
                let sql = match version {
                    1 => "UPDATE organisation_key SET wrapped = $3 WHERE org_id = $1 AND $2 = 1",
                    _ => {
                        "UPDATE organisation_key_version SET wrapped = $3 WHERE org_id = $1 AND version = $2"
                    }
                };
                let done = sqlx::query(sql)
                    .bind(bytes(id))
                    .bind(i64::from(version))
                    .bind(new.wrap(&key, id, version, &mut rng()))
                    .execute(self.db())
                    .await?;
                wrapped += done.rows_affected();
            }
        }
        let own = self.organisation();
        store.turn_to(self.db(), Reach::Organisation(own)).await?;
        Ok(wrapped)
    }

    /// The version of the organisation's key that these books seal with.
    pub fn key_version(&self) -> u32 {
        self.keys.version()
    }
}

/// The newest version of an organisation's key. `lock` makes writers of one organisation take turns.
pub(crate) async fn newest_version(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    lock: &'static str,
) -> Result<u32> {
    let sql = format!("SELECT newest FROM organisation_key WHERE org_id = $1{lock}");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(bytes(organisation.uuid()))
        .fetch_optional(connection)
        .await?
        .ok_or(StoreError::NoOrganisation)?;
    u32::try_from(row.try_get::<i64, _>("newest")?)
        .map_err(|_| StoreError::Corrupt { table: TABLE, column: "newest" })
}

async fn stored_keys(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<Option<Wrapped>> {
    let org = bytes(organisation.uuid());
    let first = sqlx::query("SELECT wrapped FROM organisation_key WHERE org_id = $1")
        .bind(org.clone())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(first) = first else { return Ok(None) };
    let later =
        sqlx::query("SELECT wrapped FROM organisation_key_version WHERE org_id = $1 ORDER BY version")
            .bind(org)
            .fetch_all(connection)
            .await?;
    let wrapped = [&first].into_iter().chain(&later).map(|row| row.try_get("wrapped"));
    Ok(Some(wrapped.collect::<Result<_, _>>()?))
}

/// Each wrapped key holds its version, so one that is missing or in another's place does not open.
fn unwrap(root: &RootKey, organisation: OrganisationId, wrapped: &[Vec<u8>]) -> Result<Keys> {
    let unwrapped: Vec<OrganisationKey> = (1..)
        .zip(wrapped)
        .map(|(version, wrapped)| {
            let key = root.unwrap(organisation.uuid(), version, wrapped);
            key.map_err(|_| match version {
                1 => StoreError::WrongRootKey,
                _ => StoreError::Corrupt { table: "organisation_key_version", column: "wrapped" },
            })
        })
        .collect::<Result<_>>()?;
    let (first, later) = unwrapped.split_first().ok_or(StoreError::NoOrganisation)?;
    Ok(Keys::new(organisation, first, later))
}
