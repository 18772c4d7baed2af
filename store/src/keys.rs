//! The organisation's keys as the store uses them: every personal column passes here.

use counterfoil_identity::OrganisationId;
use counterfoil_vault::{OrganisationKey, Place, Purpose, PurposeKey};
use rand_core::UnwrapErr;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::{Result, StoreError};

/// Randomness for nonces and keys: the operating system's.
pub(crate) fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// One organisation's purpose keys.
pub(crate) struct Keys {
    organisation: OrganisationId,
    records: PurposeKey,
    files: PurposeKey,
    search: PurposeKey,
    tokens: PurposeKey,
}

impl Keys {
    pub(crate) fn new(organisation: OrganisationId, key: &OrganisationKey) -> Self {
        Self {
            organisation,
            records: key.purpose(Purpose::Records),
            files: key.purpose(Purpose::Files),
            search: key.purpose(Purpose::Search),
            tokens: key.purpose(Purpose::Tokens),
        }
    }

    fn place<'a>(&self, table: &'a str, column: &'a str, row: &'a [u8]) -> Place<'a> {
        Place { organisation: self.organisation.uuid(), table, column, row }
    }

    pub(crate) fn seal(&self, table: &str, column: &str, row: &[u8], plain: &[u8]) -> Vec<u8> {
        self.records.seal(&self.place(table, column, row), plain, &mut rng())
    }

    pub(crate) fn open(
        &self,
        table: &'static str,
        column: &'static str,
        row: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.records
            .open(&self.place(table, column, row), sealed)
            .map_err(|_| StoreError::Corrupt { table, column })
    }

    pub(crate) fn seal_json<T: Serialize>(
        &self,
        table: &str,
        column: &str,
        row: &[u8],
        value: &T,
    ) -> Vec<u8> {
        let plain = Zeroizing::new(serde_json::to_vec(value).expect("our own types have string keys"));
        self.seal(table, column, row, &plain)
    }

    pub(crate) fn open_json<T: DeserializeOwned>(
        &self,
        table: &'static str,
        column: &'static str,
        row: &[u8],
        sealed: &[u8],
    ) -> Result<T> {
        let plain = self.open(table, column, row, sealed)?;
        serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt { table, column })
    }

    pub(crate) fn seal_file(&self, row: &[u8], plain: &[u8]) -> Vec<u8> {
        self.files.seal(&self.place("document_file", "content", row), plain, &mut rng())
    }

    pub(crate) fn open_file(&self, row: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.files
            .open(&self.place("document_file", "content", row), sealed)
            .map_err(|_| StoreError::Corrupt { table: "document_file", column: "content" })
    }

    pub(crate) fn blind_index(&self, column: &str, normalised: &str) -> Vec<u8> {
        self.search.blind_index(column, normalised).to_vec()
    }

    pub(crate) fn mac(&self, context: &str, data: &[u8]) -> [u8; 32] {
        self.tokens.mac(context, data)
    }
}
