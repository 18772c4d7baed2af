//! Portal links: one secret opens one document. Only hashes of secrets are kept.

use counterfoil_identity::OrganisationId;
use jiff::Timestamp;
use sqlx::Row as _;
use uuid::Uuid;

use crate::convert::{bytes, millis, timestamp, uuid};
use crate::reach::Reach;
use crate::{Books, Result, Store};

/// A link to one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalLink {
    /// Its id.
    pub id: Uuid,
    /// The document it opens.
    pub invoice: Uuid,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops to work.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// How often it was opened.
    pub opens: i64,
    /// When it was opened last.
    pub last_opened_at: Option<Timestamp>,
}

impl PortalLink {
    /// Whether it opens anything now.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl Store {
    /// Whose link has this secret, and which it is. The secret is the credential, so no organisation is named.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_link_by_secret(
        &self,
        secret_hash: &[u8; 32],
    ) -> Result<Option<(OrganisationId, Uuid)>> {
        let row = sqlx::query("SELECT org_id, id FROM portal_link WHERE secret_hash = $1")
            .bind(secret_hash.to_vec())
            .fetch_optional(&mut *self.look_up(Reach::Key(secret_hash)).await?)
            .await?;
        row.map(|row| ids(&row, "id")).transpose()
    }

    /// Whose portal session has this token, through which link, if it has not ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_portal_session(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(OrganisationId, Uuid)>> {
        let row = sqlx::query(
            "SELECT org_id, link_id FROM portal_session WHERE token_hash = $1 AND expires_at > $2",
        )
        .bind(token_hash.to_vec())
        .bind(millis(now))
        .fetch_optional(&mut *self.look_up(Reach::Key(token_hash)).await?)
        .await?;
        row.map(|row| ids(&row, "link_id")).transpose()
    }
}

fn ids(row: &sqlx::any::AnyRow, column: &str) -> Result<(OrganisationId, Uuid)> {
    let org: Vec<u8> = row.try_get("org_id")?;
    let id: Vec<u8> = row.try_get(column)?;
    Ok((OrganisationId::from_uuid(uuid(&org, "portal_link")?), uuid(&id, "portal_link")?))
}

impl Books {
    /// Enters a link.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_link(&mut self, link: &PortalLink, secret_hash: &[u8; 32]) -> Result<()> {
        sqlx::query(
            "INSERT INTO portal_link (org_id, id, invoice_id, secret_hash, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.org())
        .bind(bytes(link.id))
        .bind(bytes(link.invoice))
        .bind(secret_hash.to_vec())
        .bind(millis(link.created_at))
        .bind(millis(link.expires_at))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// A link.
    ///
    /// # Errors
    /// The database's, or [`crate::StoreError::Corrupt`].
    pub async fn find_link(&mut self, id: Uuid) -> Result<Option<PortalLink>> {
        let row = sqlx::query("SELECT * FROM portal_link WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id))
            .fetch_optional(self.db())
            .await?;
        row.map(|row| link(&row)).transpose()
    }

    /// The links of a document, newest first.
    ///
    /// # Errors
    /// The database's, or [`crate::StoreError::Corrupt`].
    pub async fn list_links(&mut self, invoice: Uuid) -> Result<Vec<PortalLink>> {
        let rows = sqlx::query(
            "SELECT * FROM portal_link WHERE org_id = $1 AND invoice_id = $2 ORDER BY created_at DESC, id DESC",
        )
        .bind(self.org())
        .bind(bytes(invoice))
        .fetch_all(self.db())
        .await?;
        rows.iter().map(link).collect()
    }

    /// Makes a link useless. `false` if it was not there or already revoked.
    ///
    /// # Errors
    /// The database's.
    pub async fn revoke_link(&mut self, id: Uuid, now: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE portal_link SET revoked_at = $3 WHERE org_id = $1 AND id = $2 AND revoked_at IS NULL",
        )
        .bind(self.org())
        .bind(bytes(id))
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Counts an opening and begins a portal session that ends at `until`.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_link(
        &mut self,
        link: Uuid,
        token_hash: &[u8; 32],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE portal_link SET opens = opens + 1, last_opened_at = $3 WHERE org_id = $1 AND id = $2",
        )
        .bind(self.org())
        .bind(bytes(link))
        .bind(millis(now))
        .execute(self.db())
        .await?;
        sqlx::query(
            "INSERT INTO portal_session (org_id, token_hash, link_id, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(self.org())
        .bind(token_hash.to_vec())
        .bind(bytes(link))
        .bind(millis(until))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Ends a portal session. Nothing happens if it is over already.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_portal_session(&mut self, token_hash: &[u8; 32]) -> Result<()> {
        sqlx::query("DELETE FROM portal_session WHERE org_id = $1 AND token_hash = $2")
            .bind(self.org())
            .bind(token_hash.to_vec())
            .execute(self.db())
            .await?;
        Ok(())
    }
}

fn link(row: &sqlx::any::AnyRow) -> Result<PortalLink> {
    let id: Vec<u8> = row.try_get("id")?;
    let invoice: Vec<u8> = row.try_get("invoice_id")?;
    let revoked: Option<i64> = row.try_get("revoked_at")?;
    let opened: Option<i64> = row.try_get("last_opened_at")?;
    Ok(PortalLink {
        id: uuid(&id, "portal_link")?,
        invoice: uuid(&invoice, "portal_link")?,
        created_at: timestamp(row.try_get("created_at")?, "portal_link")?,
        expires_at: timestamp(row.try_get("expires_at")?, "portal_link")?,
        revoked_at: revoked.map(|at| timestamp(at, "portal_link")).transpose()?,
        opens: row.try_get("opens")?,
        last_opened_at: opened.map(|at| timestamp(at, "portal_link")).transpose()?,
    })
}
