//! The certificates that an organisation signs with, and which of them it revoked. All appended, none ever changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::convert::{millis, signed, timestamp, unsigned};
use crate::{Books, Result, StoreError};

const TABLE: &str = "certificate";
const REVOCATIONS: &str = "certificate_revocation";

/// A certificate with its chain, without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCertificate {
    /// SHA-256 of the signing certificate, in hexadecimal digits.
    pub fingerprint: String,
    /// The certificates as DER, the signing one first.
    pub chain: Vec<Vec<u8>>,
    /// Whether it came from outside: then only outside it can be renewed.
    pub imported: bool,
    /// The last moment of its validity.
    pub not_after: Timestamp,
    /// Since when documents are signed with it.
    pub in_use_since: Timestamp,
    /// When it was revoked, if it was.
    pub revoked: Option<Revocation>,
}

/// The certificate that documents are signed with now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInUse {
    /// SHA-256 of it, in hexadecimal digits.
    pub fingerprint: String,
    /// Whether it came from outside.
    pub imported: bool,
    /// The last moment of its validity.
    pub not_after: Timestamp,
}

/// That a certificate was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// The entry that says so: documents with an earlier entry stand.
    pub ledger_position: u64,
    /// When.
    pub revoked_at: Timestamp,
}

/// What is sealed of a certificate.
#[derive(Serialize, Deserialize)]
struct Identity {
    chain: Vec<Vec<u8>>,
    key_pkcs8: Vec<u8>,
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.key_pkcs8.zeroize();
    }
}

impl Books {
    /// Keeps a certificate with its key. From now on it is the one in use.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is there already, or the database's.
    pub async fn append_certificate(
        &mut self,
        certificate: &KeptCertificate,
        key_pkcs8: &[u8],
    ) -> Result<()> {
        let identity = Identity { chain: certificate.chain.clone(), key_pkcs8: key_pkcs8.to_vec() };
        let row = certificate.fingerprint.as_bytes();
        let sealed = self.keys.seal_json(TABLE, "identity", row, &identity);
        sqlx::query(
            "INSERT INTO certificate (org_id, sequence, fingerprint, identity_sealed, imported, not_after, in_use_since)
             SELECT $1, COALESCE(MAX(sequence), 0) + 1, $2, $3, $4, $5, $6 FROM certificate WHERE org_id = $1",
        )
        .bind(self.org())
        .bind(certificate.fingerprint.clone())
        .bind(sealed)
        .bind(i64::from(certificate.imported))
        .bind(millis(certificate.not_after))
        .bind(millis(certificate.in_use_since))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The certificate in use: the newest that was not revoked.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn certificate_in_use(&mut self) -> Result<Option<CertificateInUse>> {
        let row = sqlx::query(
            "SELECT c.fingerprint, c.imported, c.not_after FROM certificate c
             LEFT JOIN certificate_revocation r ON r.org_id = c.org_id AND r.fingerprint = c.fingerprint
             WHERE c.org_id = $1 AND r.fingerprint IS NULL ORDER BY c.sequence DESC LIMIT 1",
        )
        .bind(self.org())
        .fetch_optional(self.db())
        .await?;
        row.map(|row| {
            Ok(CertificateInUse {
                fingerprint: row.try_get("fingerprint")?,
                imported: row.try_get::<i64, _>("imported")? != 0,
                not_after: timestamp(row.try_get("not_after")?, TABLE)?,
            })
        })
        .transpose()
    }

    /// All certificates, newest first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_certificates(&mut self) -> Result<Vec<KeptCertificate>> {
        let rows = sqlx::query(
            "SELECT c.fingerprint, c.identity_sealed, c.imported, c.not_after, c.in_use_since,
                    COALESCE(r.ledger_position, -1) AS ledger_position, COALESCE(r.revoked_at, 0) AS revoked_at
             FROM certificate c
             LEFT JOIN certificate_revocation r ON r.org_id = c.org_id AND r.fingerprint = c.fingerprint
             WHERE c.org_id = $1 ORDER BY c.sequence DESC",
        )
        .bind(self.org())
        .fetch_all(self.db())
        .await?;
        rows.iter()
            .map(|row| {
                let fingerprint: String = row.try_get("fingerprint")?;
                let position: i64 = row.try_get("ledger_position")?;
                let revoked = match u64::try_from(position) {
                    Ok(ledger_position) => Some(Revocation {
                        ledger_position,
                        revoked_at: timestamp(row.try_get("revoked_at")?, TABLE)?,
                    }),
                    Err(_) => None,
                };
                Ok(KeptCertificate {
                    chain: self
                        .open_identity(&fingerprint, &row.try_get::<Vec<u8>, _>("identity_sealed")?)?
                        .chain
                        .clone(),
                    fingerprint,
                    imported: row.try_get::<i64, _>("imported")? != 0,
                    not_after: timestamp(row.try_get("not_after")?, TABLE)?,
                    in_use_since: timestamp(row.try_get("in_use_since")?, TABLE)?,
                    revoked,
                })
            })
            .collect()
    }

    /// The chain and the private key (PKCS#8) of a certificate, revoked or not: documents that were issued before are
    /// sealed with the one their entry names.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_identity(
        &mut self,
        fingerprint: &str,
    ) -> Result<Option<(Vec<Vec<u8>>, Zeroizing<Vec<u8>>)>> {
        let row =
            sqlx::query("SELECT identity_sealed FROM certificate WHERE org_id = $1 AND fingerprint = $2")
                .bind(self.org())
                .bind(fingerprint.to_owned())
                .fetch_optional(self.db())
                .await?;
        row.map(|row| {
            let sealed: Vec<u8> = row.try_get("identity_sealed")?;
            let mut identity = self.open_identity(fingerprint, &sealed)?;
            Ok((identity.chain.clone(), Zeroizing::new(std::mem::take(&mut identity.key_pkcs8))))
        })
        .transpose()
    }

    /// Marks a certificate as revoked, for good.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was revoked before, or the database's.
    pub async fn append_revocation(&mut self, fingerprint: &str, revocation: Revocation) -> Result<()> {
        sqlx::query(
            "INSERT INTO certificate_revocation (org_id, fingerprint, ledger_position, revoked_at)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(self.org())
        .bind(fingerprint.to_owned())
        .bind(signed(revocation.ledger_position))
        .bind(millis(revocation.revoked_at))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Whether a certificate was revoked.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_revocation(&mut self, fingerprint: &str) -> Result<Option<Revocation>> {
        let row = sqlx::query(
            "SELECT ledger_position, revoked_at FROM certificate_revocation WHERE org_id = $1 AND fingerprint = $2",
        )
        .bind(self.org())
        .bind(fingerprint.to_owned())
        .fetch_optional(self.db())
        .await?;
        row.map(|row| {
            Ok(Revocation {
                ledger_position: unsigned(row.try_get("ledger_position")?, REVOCATIONS, "ledger_position")?,
                revoked_at: timestamp(row.try_get("revoked_at")?, REVOCATIONS)?,
            })
        })
        .transpose()
    }

    /// How many certificates were revoked.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_revocations(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS n FROM certificate_revocation WHERE org_id = $1")
            .bind(self.org())
            .fetch_one(self.db())
            .await?;
        unsigned(row.try_get("n")?, REVOCATIONS, "count")
    }

    fn open_identity(&self, fingerprint: &str, sealed: &[u8]) -> Result<Identity, StoreError> {
        self.keys.open_json(TABLE, "identity", fingerprint.as_bytes(), sealed)
    }
}
