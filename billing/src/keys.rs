//! Renewing the keys that everything is encrypted under: docs/design/key-rotation.md.

use counterfoil_identity::permission::ManageOrganisation;
use counterfoil_identity::{Actor, Authenticated};
use counterfoil_store::INSTALLATION;
use counterfoil_store::sealed::UnderOlderKeys;
use counterfoil_vault::RootKey;
use serde_json::json;

use crate::billing::{Billing, Unavailable};
use crate::ledger::{Act, Kind, record};
use crate::organisations::hex;

/// How far an organisation's key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyState {
    /// The version that seals now; the first is 1.
    pub version: u32,
    /// What is still under older ones.
    pub under_older: UnderOlderKeys,
}

impl Billing {
    /// How far the organisation's key is.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn key_state(&self, by: &Actor<ManageOrganisation>) -> Result<KeyState, Unavailable> {
        let mut books = self.store().read(by.organisation()).await?;
        Ok(KeyState { version: books.key_version(), under_older: books.count_under_older_keys().await? })
    }

    /// Gives the organisation a new version of its key, and seals anew under it what may change; if an earlier call was
    /// interrupted, it goes on with that version. What is final keeps the version of its time. `progress` hears values
    /// done and values in all.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn rotate_key(
        &self,
        by: &Actor<ManageOrganisation>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<KeyState, Unavailable> {
        let organisation = by.organisation();
        let mut books = self.store().write(organisation).await?;
        if books.count_under_older_keys().await?.changing == 0 {
            let now = self.clock().now();
            let version = books.append_key_version(self.store(), now).await?;
            let act = Act {
                kind: Kind::KeyRotated,
                by: by.person(),
                subject: Some(organisation.uuid()),
                details: json!({ "version": version }),
            };
            record(&mut books, act, now).await?;
            books.commit().await?;
        } else {
            drop(books);
        }
        let all = self.key_state(by).await?.under_older.changing;
        self.store().seal_anew(organisation, |done| progress(done, all)).await?;
        self.key_state(by).await
    }

    /// Wraps all keys under a new root key, which the caller has stored already. Gives how many there are.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn rotate_root_key(&self, by: &Authenticated, new: &RootKey) -> Result<u64, Unavailable> {
        let mut books = self.store().write(INSTALLATION).await?;
        let act = Act {
            kind: Kind::RootKeyRotated,
            by: by.person(),
            subject: None,
            details: json!({ "check_value": hex(&new.check_value()) }),
        };
        record(&mut books, act, self.clock().now()).await?;
        let keys = books.wrap_keys_under(self.store(), new).await?;
        books.commit().await?;
        Ok(keys)
    }
}
