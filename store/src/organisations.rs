//! Organisations, their secrets and their payee accounts.

use counterfoil_identity::{OrganisationId, PersonId};
use counterfoil_invoice::paper::Stationery;
use counterfoil_invoice::{Currency, Numbering, Percentage, Seller, VatCategory};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::convert::{bytes, millis, timestamp, uuid};
use crate::reach::Reach;
use crate::{Books, Result, Store, StoreError};

/// What an organisation says of itself. Sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// BG-4, as it goes on every invoice.
    pub seller: Seller,
    /// The currency that new drafts start with.
    pub currency: Currency,
    /// Days from issue to due date that new drafts start with.
    pub payment_days: u16,
    /// BCP 47 language of its documents.
    pub language: String,
    /// What its documents are drawn on.
    #[serde(default)]
    pub stationery: Stationery,
    /// How its documents are numbered.
    #[serde(default)]
    pub numbering: Numbering,
    /// What its new drafts start with.
    #[serde(default)]
    pub new_drafts: NewDrafts,
    /// Whom its mails come from and what they say.
    #[serde(default)]
    pub mail: MailSettings,
    /// In which languages its people and customers read pages.
    #[serde(default)]
    pub languages: PageLanguages,
}

/// What new drafts start with besides currency and days to pay. All of it can be changed in the draft.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewDrafts {
    /// The VAT of the first line.
    pub vat: Option<UsualVat>,
    /// Why sales are exempt (BT-120), where a line is.
    pub exemption_reason: Option<String>,
    /// BT-22.
    pub note: Option<String>,
}

/// Whom mails come from and what they say, where it is not as usual.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MailSettings {
    /// The sender's name; the seller's, if there is none.
    pub sender_name: Option<String>,
    /// Where answers go; to the seller's contact, if nowhere else.
    pub reply_to: Option<String>,
    /// The words of mails in English.
    pub english: Option<MailText>,
    /// The words of mails in German.
    pub german: Option<MailText>,
}

/// The languages (BCP 47) of pages for those who ask for none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PageLanguages {
    /// Of the organisation's people.
    pub people: Option<String>,
    /// Of its customers; that of the document, if there is none.
    pub customers: Option<String>,
}

/// The words of a mail, with places such as `{number}` for what differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailText {
    /// One line.
    pub subject: String,
    /// Lines, one of which is the link.
    pub text: String,
}

/// A VAT category with its rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualVat {
    /// BT-151.
    pub category: VatCategory,
    /// BT-152.
    pub rate: Option<Percentage>,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name in URLs and in the ledger's origin: lower-case letters, digits and hyphens.
    pub slug: String,
    /// Counts changes of its profile, so that two people do not overwrite each other.
    pub version: i64,
    /// What it says of itself.
    pub profile: Profile,
}

/// The account that customers are asked to pay to (BG-17).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeAccount {
    /// BT-84, a checked IBAN in electronic form.
    pub iban: String,
    /// BT-86.
    pub bic: Option<String>,
    /// BT-85.
    pub holder: String,
}

impl std::fmt::Debug for PayeeAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PayeeAccount(…)")
    }
}

/// A payee account as it was entered. Whether it is in use is said by time and by what was done with it since
/// ([`crate::payees`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPayee {
    /// Its id.
    pub id: Uuid,
    /// From when on invoices may carry it; it may lie in the future.
    pub in_use_since: Timestamp,
    /// What it is.
    pub entered: EnteredPayee,
}

/// What was entered of a payee account. Sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnteredPayee {
    /// The account.
    #[serde(flatten)]
    pub account: PayeeAccount,
    /// What its organisation calls it; nothing, if it has no name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Who entered it, if a second person has to agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_to: Option<Proposer>,
}

/// Who entered an account that a second person has to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proposer {
    /// A person.
    Person(PersonId),
    /// The operator, at the command line.
    Operator,
}

impl EnteredPayee {
    /// An account without a name that nobody has to agree to.
    pub fn of(account: PayeeAccount) -> Self {
        Self { account, name: String::new(), second_to: None }
    }
}

impl Store {
    /// The organisation with this slug.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_organisation(&self, slug: &str) -> Result<Option<OrganisationId>> {
        // No short name has one, and PostgreSQL would not even be asked for it.
        if slug.contains('\0') {
            return Ok(None);
        }
        let row = sqlx::query("SELECT org_id FROM organisation WHERE slug = $1")
            .bind(slug)
            .fetch_optional(&mut *self.look_up(Reach::Directory).await?)
            .await?;
        row.map(|row| organisation_id(&row)).transpose()
    }

    /// An organisation's name in URLs.
    ///
    /// # Errors
    /// [`StoreError::NoOrganisation`] if it was never entered, or the database's.
    pub async fn slug(&self, organisation: OrganisationId) -> Result<String> {
        let row = sqlx::query("SELECT slug FROM organisation WHERE org_id = $1")
            .bind(bytes(organisation.uuid()))
            .fetch_optional(&mut *self.look_up(Reach::Organisation(organisation)).await?)
            .await?
            .ok_or(StoreError::NoOrganisation)?;
        Ok(row.try_get("slug")?)
    }

    /// All organisations, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_organisations(&self) -> Result<Vec<(OrganisationId, String)>> {
        sqlx::query("SELECT org_id, slug FROM organisation ORDER BY created_at, org_id")
            .fetch_all(&mut *self.look_up(Reach::Directory).await?)
            .await?
            .iter()
            .map(|row| Ok((organisation_id(row)?, row.try_get("slug")?)))
            .collect()
    }
}

fn organisation_id(row: &sqlx::any::AnyRow) -> Result<OrganisationId> {
    let id: Vec<u8> = row.try_get("org_id")?;
    Ok(OrganisationId::from_uuid(uuid(&id, "organisation")?))
}

impl Books {
    /// Enters the organisation whose books these are.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the slug is taken, or the database's.
    pub async fn insert_organisation(&mut self, slug: &str, profile: &Profile, now: Timestamp) -> Result<()> {
        let org = self.org();
        let sealed = self.keys.seal_json("organisation", "profile", &org, profile);
        sqlx::query(
            "INSERT INTO organisation (org_id, slug, profile_sealed, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(org)
        .bind(slug)
        .bind(sealed)
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The organisation whose books these are.
    ///
    /// # Errors
    /// [`StoreError::NoOrganisation`] if it was never entered, or the database's.
    pub async fn organisation_profile(&mut self) -> Result<Organisation> {
        let org = self.org();
        let row = sqlx::query("SELECT slug, version, profile_sealed FROM organisation WHERE org_id = $1")
            .bind(org.clone())
            .fetch_optional(self.db())
            .await?
            .ok_or(StoreError::NoOrganisation)?;
        let sealed: Vec<u8> = row.try_get("profile_sealed")?;
        Ok(Organisation {
            id: self.organisation(),
            slug: row.try_get("slug")?,
            version: row.try_get("version")?,
            profile: self.keys.open_json("organisation", "profile", &org, &sealed)?,
        })
    }

    /// Replaces what the organisation says of itself, if it still has this version. Issued documents keep what they
    /// said.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed in the meantime, or the database's.
    pub async fn update_profile(&mut self, version: i64, profile: &Profile) -> Result<()> {
        let org = self.org();
        let sealed = self.keys.seal_json("organisation", "profile", &org, profile);
        let done = sqlx::query(
            "UPDATE organisation SET profile_sealed = $3, version = version + 1 WHERE org_id = $1 AND version = $2",
        )
        .bind(org)
        .bind(version)
        .bind(sealed)
        .execute(self.db())
        .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict("the organisation")) }
    }

    /// Keeps a secret of the organisation, such as its signing key, under a name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one of that name, or the database's.
    pub async fn insert_secret(&mut self, name: &'static str, value: &[u8]) -> Result<()> {
        let sealed = self.keys.seal("secret", "value", name.as_bytes(), value);
        sqlx::query("INSERT INTO secret (org_id, name, value_sealed) VALUES ($1, $2, $3)")
            .bind(self.org())
            .bind(name)
            .bind(sealed)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// A secret of the organisation.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_secret(&mut self, name: &'static str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let row = sqlx::query("SELECT value_sealed FROM secret WHERE org_id = $1 AND name = $2")
            .bind(self.org())
            .bind(name)
            .fetch_optional(self.db())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let sealed: Vec<u8> = row.try_get("value_sealed")?;
        self.keys.open("secret", "value", name.as_bytes(), &sealed).map(Some)
    }

    /// Adds a payee account. Never changed after.
    ///
    /// # Errors
    /// The database's.
    pub async fn append_payee_account(&mut self, kept: &KeptPayee) -> Result<()> {
        let row = bytes(kept.id);
        let sealed = self.keys.seal_json("payee_account", "account", &row, &kept.entered);
        sqlx::query(
            "INSERT INTO payee_account (org_id, id, account_sealed, in_use_since) VALUES ($1, $2, $3, $4)",
        )
        .bind(self.org())
        .bind(row)
        .bind(sealed)
        .bind(millis(kept.in_use_since))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// All payee accounts, oldest first.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_payee_accounts(&mut self) -> Result<Vec<KeptPayee>> {
        let rows = sqlx::query(
            "SELECT id, account_sealed, in_use_since FROM payee_account WHERE org_id = $1 ORDER BY in_use_since, id",
        )
        .bind(self.org())
        .fetch_all(self.db())
        .await?;
        rows.iter()
            .map(|row| {
                let id: Vec<u8> = row.try_get("id")?;
                let sealed: Vec<u8> = row.try_get("account_sealed")?;
                Ok(KeptPayee {
                    id: uuid(&id, "payee_account")?,
                    in_use_since: timestamp(row.try_get("in_use_since")?, "payee_account")?,
                    entered: self.keys.open_json("payee_account", "account", &id, &sealed)?,
                })
            })
            .collect()
    }
}
