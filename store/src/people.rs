//! People, their factors, and the organisations they belong to. People are kept in the installation's own books.

use counterfoil_identity::permission::{Membership, MembershipState, Role};
use counterfoil_identity::{OrganisationId, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use zeroize::Zeroizing;

use crate::convert::{bytes, millis, uuid};
use crate::reach::Reach;
use crate::{Books, Result, Store, StoreError};

/// What is known of a person. Sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonProfile {
    /// How colleagues call them.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
}

impl std::fmt::Debug for PersonProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonProfile(…)")
    }
}

/// A person who can sign in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// What is known of them.
    pub profile: PersonProfile,
    /// The password's Argon2id hash (PHC string).
    pub password_hash: Zeroizing<String>,
    /// The TOTP secret, once enrolment began.
    pub totp_secret: Option<Zeroizing<Vec<u8>>>,
    /// Whether enrolment was confirmed with a code.
    pub totp_confirmed: bool,
}

impl Store {
    /// The organisations a person belongs to. Asked before an organisation is known, so none is named.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_memberships(&self, person: PersonId) -> Result<Vec<Membership>> {
        let rows = sqlx::query(
            "SELECT org_id, role, state FROM membership WHERE person_id = $1 ORDER BY created_at, org_id",
        )
        .bind(bytes(person.uuid()))
        .fetch_all(&mut *self.look_up(Reach::Key(person.uuid().as_bytes())).await?)
        .await?;
        rows.iter()
            .map(|row| {
                let org: Vec<u8> = row.try_get("org_id")?;
                Ok(Membership {
                    organisation: OrganisationId::from_uuid(uuid(&org, "membership")?),
                    person,
                    role: parse::<Role>(row, "role")?,
                    state: parse::<MembershipState>(row, "state")?,
                })
            })
            .collect()
    }
}

fn parse<T: std::str::FromStr>(row: &sqlx::any::AnyRow, column: &'static str) -> Result<T> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| StoreError::Corrupt { table: "membership", column })
}

impl Books {
    /// Whether anybody can sign in yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_people(&mut self) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM person WHERE org_id = $1 LIMIT 1")
            .bind(self.org())
            .fetch_optional(self.db())
            .await?;
        Ok(row.is_some())
    }

    /// Enters a person.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the address is taken, or the database's.
    pub async fn insert_person(
        &mut self,
        id: PersonId,
        profile: &PersonProfile,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<()> {
        let row = bytes(id.uuid());
        let email_index = self.keys.blind_index("person.email", &profile.email.to_lowercase());
        sqlx::query(
            "INSERT INTO person (org_id, id, email_index, profile_sealed, password_sealed, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.org())
        .bind(row.clone())
        .bind(email_index)
        .bind(self.keys.seal_json("person", "profile", &row, profile))
        .bind(self.keys.seal("person", "password", &row, password_hash.as_bytes()))
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The person with this address.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_person_by_email(&mut self, email: &str) -> Result<Option<Person>> {
        let email_index = self.keys.blind_index("person.email", &email.to_lowercase());
        let row = sqlx::query("SELECT * FROM person WHERE org_id = $1 AND email_index = $2")
            .bind(self.org())
            .bind(email_index)
            .fetch_optional(self.db())
            .await?;
        row.map(|row| self.person(&row)).transpose()
    }

    /// A person.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn find_person(&mut self, id: PersonId) -> Result<Option<Person>> {
        let row = sqlx::query("SELECT * FROM person WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id.uuid()))
            .fetch_optional(self.db())
            .await?;
        row.map(|row| self.person(&row)).transpose()
    }

    /// Keeps the secret of a TOTP enrolment that is not confirmed yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a confirmed one is there, or the database's.
    pub async fn begin_totp(&mut self, id: PersonId, secret: &[u8]) -> Result<()> {
        let row = bytes(id.uuid());
        let sealed = self.keys.seal("person", "totp", &row, secret);
        let done = sqlx::query(
            "UPDATE person SET totp_sealed = $3, totp_last_step = 0
             WHERE org_id = $1 AND id = $2 AND totp_confirmed_at IS NULL",
        )
        .bind(self.org())
        .bind(row)
        .bind(sealed)
        .execute(self.db())
        .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict("the second factor")) }
    }

    /// Enrolment is confirmed.
    ///
    /// # Errors
    /// The database's.
    pub async fn confirm_totp(&mut self, id: PersonId, now: Timestamp) -> Result<()> {
        sqlx::query("UPDATE person SET totp_confirmed_at = $3 WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(bytes(id.uuid()))
            .bind(millis(now))
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Uses up a time step: `false` if it, or a later one, was used before. One conditional UPDATE, so that of many
    /// parallel tries with one code exactly one succeeds.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_totp_step(&mut self, id: PersonId, step: i64) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE person SET totp_last_step = $3 WHERE org_id = $1 AND id = $2 AND totp_last_step < $3",
        )
        .bind(self.org())
        .bind(bytes(id.uuid()))
        .bind(step)
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Replaces all recovery codes of a person by these hashes.
    ///
    /// # Errors
    /// The database's.
    pub async fn replace_recovery_codes(&mut self, id: PersonId, hashes: &[[u8; 32]]) -> Result<()> {
        sqlx::query("DELETE FROM recovery_code WHERE org_id = $1 AND person_id = $2")
            .bind(self.org())
            .bind(bytes(id.uuid()))
            .execute(self.db())
            .await?;
        for hash in hashes {
            sqlx::query("INSERT INTO recovery_code (org_id, person_id, code_hash) VALUES ($1, $2, $3)")
                .bind(self.org())
                .bind(bytes(id.uuid()))
                .bind(hash.to_vec())
                .execute(self.db())
                .await?;
        }
        Ok(())
    }

    /// Uses up a recovery code: `false` if there is none such or it was used before.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_recovery_code(
        &mut self,
        id: PersonId,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE recovery_code SET used_at = $4
             WHERE org_id = $1 AND person_id = $2 AND code_hash = $3 AND used_at IS NULL",
        )
        .bind(self.org())
        .bind(bytes(id.uuid()))
        .bind(hash.to_vec())
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// How many recovery codes a person has not used yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_recovery_codes(&mut self, id: PersonId) -> Result<i64> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS codes FROM recovery_code WHERE org_id = $1 AND person_id = $2 AND used_at IS NULL",
        )
        .bind(self.org())
        .bind(bytes(id.uuid()))
        .fetch_one(self.db())
        .await?;
        Ok(row.try_get("codes")?)
    }

    /// Replaces a person's password.
    ///
    /// # Errors
    /// The database's.
    pub async fn update_password(&mut self, id: PersonId, password_hash: &str) -> Result<()> {
        let row = bytes(id.uuid());
        let sealed = self.keys.seal("person", "password", &row, password_hash.as_bytes());
        sqlx::query("UPDATE person SET password_sealed = $3 WHERE org_id = $1 AND id = $2")
            .bind(self.org())
            .bind(row)
            .bind(sealed)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Makes a person a member of the organisation whose books these are.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if they are one already, or the database's.
    pub async fn insert_member(
        &mut self,
        person: PersonId,
        role: Role,
        state: MembershipState,
        now: Timestamp,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO membership (org_id, person_id, role, state, created_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(self.org())
        .bind(bytes(person.uuid()))
        .bind(role.to_string())
        .bind(state.to_string())
        .bind(millis(now))
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The members of the organisation whose books these are, in the order in which they became members.
    ///
    /// # Errors
    /// The database's, or [`StoreError::Corrupt`].
    pub async fn list_members(&mut self) -> Result<Vec<Membership>> {
        let organisation = self.organisation();
        let rows = sqlx::query(
            "SELECT person_id, role, state FROM membership WHERE org_id = $1 ORDER BY created_at, person_id",
        )
        .bind(self.org())
        .fetch_all(self.db())
        .await?;
        rows.iter()
            .map(|row| {
                let person: Vec<u8> = row.try_get("person_id")?;
                Ok(Membership {
                    organisation,
                    person: PersonId::from_uuid(uuid(&person, "membership")?),
                    role: parse::<Role>(row, "role")?,
                    state: parse::<MembershipState>(row, "state")?,
                })
            })
            .collect()
    }

    fn person(&self, row: &sqlx::any::AnyRow) -> Result<Person> {
        let id: Vec<u8> = row.try_get("id")?;
        let profile: Vec<u8> = row.try_get("profile_sealed")?;
        let password: Vec<u8> = row.try_get("password_sealed")?;
        let totp: Option<Vec<u8>> = row.try_get("totp_sealed")?;
        let confirmed: Option<i64> = row.try_get("totp_confirmed_at")?;
        if confirmed.is_some() && totp.is_none() {
            return Err(StoreError::Corrupt { table: "person", column: "totp" });
        }
        let password = self.keys.open("person", "password", &id, &password)?;
        Ok(Person {
            profile: self.keys.open_json("person", "profile", &id, &profile)?,
            password_hash: Zeroizing::new(
                String::from_utf8(password.to_vec())
                    .map_err(|_| StoreError::Corrupt { table: "person", column: "password" })?,
            ),
            totp_secret: totp.map(|sealed| self.keys.open("person", "totp", &id, &sealed)).transpose()?,
            totp_confirmed: confirmed.is_some(),
            id: PersonId::from_uuid(uuid(&id, "person")?),
        })
    }
}
