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

/// One organisation's purpose keys. Each version opens what it sealed, the newest seals; blind indexes and
/// authentication codes stay with the first, because they are compared and not opened: docs/design/key-rotation.md.
pub(crate) struct Keys {
    organisation: OrganisationId,
    first: Version,
    /// From the second on, in order.
    later: Vec<Version>,
    search: PurposeKey,
    tokens: PurposeKey,
}

/// What one version of an organisation's key encrypts with.
struct Version {
    records: PurposeKey,
    files: PurposeKey,
}

impl Version {
    fn of(key: &OrganisationKey) -> Self {
        Self { records: key.purpose(Purpose::Records), files: key.purpose(Purpose::Files) }
    }
}

impl Keys {
    pub(crate) fn new(
        organisation: OrganisationId,
        first: &OrganisationKey,
        later: &[OrganisationKey],
    ) -> Self {
        Self {
            organisation,
            first: Version::of(first),
            later: later.iter().map(Version::of).collect(),
            search: first.purpose(Purpose::Search),
            tokens: first.purpose(Purpose::Tokens),
        }
    }

    /// The version of the newest; the first is 1.
    pub(crate) fn version(&self) -> u32 {
        u32::try_from(self.later.len()).expect("nobody rotates a key four billion times") + 1
    }

    fn newest(&self) -> &Version {
        self.later.last().unwrap_or(&self.first)
    }

    /// What every record sealed under the newest version begins with.
    pub(crate) fn newest_header(&self) -> &[u8; 9] {
        self.newest().records.header()
    }

    /// The key that a sealed value names; the newest if it names none, and then it does not open.
    fn named_in<'a>(&'a self, sealed: &[u8], of: impl Fn(&'a Version) -> &'a PurposeKey) -> &'a PurposeKey {
        let mut keys = self.later.iter().rev().chain([&self.first]).map(&of);
        keys.find(|key| sealed.starts_with(key.header())).unwrap_or_else(|| of(self.newest()))
    }

    fn place<'a>(&self, table: &'a str, column: &'a str, row: &'a [u8]) -> Place<'a> {
        Place { organisation: self.organisation.uuid(), table, column, row }
    }

    pub(crate) fn seal(&self, table: &str, column: &str, row: &[u8], plain: &[u8]) -> Vec<u8> {
        self.newest().records.seal(&self.place(table, column, row), plain, &mut rng())
    }

    pub(crate) fn open(
        &self,
        table: &'static str,
        column: &'static str,
        row: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        self.named_in(sealed, |version| &version.records)
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
        self.newest().files.seal(&self.place("document_file", "content", row), plain, &mut rng())
    }

    pub(crate) fn open_file(&self, row: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.named_in(sealed, |version| &version.files)
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
