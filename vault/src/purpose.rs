use std::fmt;
use std::sync::Arc;

use hmac::Mac;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::secret::Secret;
use crate::{Place, VaultError};

/// What a key is for. Keys of different purposes have nothing in common that shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Columns of the database.
    Records,
    /// Files: documents, attachments.
    Files,
    /// Blind indexes.
    Search,
    /// Openings of ledger entries, and the ledger's signing key.
    Ledger,
    /// Link secrets, codes, sessions.
    Tokens,
}

impl Purpose {
    /// Part of the derivation label and of the associated data: never change one.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Files => "files",
            Self::Search => "search",
            Self::Ledger => "ledger",
            Self::Tokens => "tokens",
        }
    }
}

/// The key of an organisation for one purpose. Cheap to clone; wiped when the last clone is dropped.
#[derive(Clone)]
pub struct PurposeKey(Arc<Keys>);

struct Keys {
    purpose: Purpose,
    cipher: Cipher,
    index: Secret,
    mac: Secret,
}

impl PurposeKey {
    pub(crate) fn new(purpose: Purpose, key: &Secret) -> Self {
        Self(Arc::new(Keys {
            purpose,
            cipher: Cipher::new(&key.derive("seal")),
            index: key.derive("index"),
            mac: key.derive("mac"),
        }))
    }

    /// `plaintext` encrypted for `place`, [`crate::OVERHEAD`] bytes longer. Sealing the same twice gives different
    /// bytes, so a sealed value cannot be compared or searched; see [`Self::blind_index`].
    pub fn seal(&self, place: &Place<'_>, plaintext: &[u8], rng: &mut (impl CryptoRng + ?Sized)) -> Vec<u8> {
        self.0.cipher.seal(&place.items(self.0.purpose.name()), plaintext, rng)
    }

    /// What was sealed for `place`. The plaintext is wiped when dropped.
    ///
    /// # Errors
    /// [`VaultError::Unopenable`] if the value was changed, was sealed for another place or under another key.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.0.cipher.open(&place.items(self.0.purpose.name()), sealed)
    }

    /// What every value sealed under this key begins with, and so which of several keys is to open it. Not secret.
    #[must_use]
    pub fn header(&self) -> &[u8; 9] {
        self.0.cipher.header()
    }

    /// A search key for a value in `column`: equal for equal values, meaningless without this key.
    ///
    /// The caller normalises (case, spaces, Unicode form): what differs by one byte is not found.
    #[must_use]
    pub fn blind_index(&self, column: &str, normalised: &str) -> [u8; 16] {
        let mac: [u8; 32] =
            self.0.index.mac(&[column.as_bytes(), normalised.as_bytes()]).finalize().into_bytes().into();
        std::array::from_fn(|i| mac[i])
    }

    /// HMAC-SHA-256 of `data`. `context` says what the code is for, so that one made for one use does not pass
    /// in another. Compare with [`Self::verify_mac`], not with `==`.
    #[must_use]
    pub fn mac(&self, context: &str, data: &[u8]) -> [u8; 32] {
        self.0.mac.mac(&[context.as_bytes(), data]).finalize().into_bytes().into()
    }

    /// Whether `mac` is what [`Self::mac`] gives, found out in constant time.
    #[must_use]
    pub fn verify_mac(&self, context: &str, data: &[u8], mac: &[u8]) -> bool {
        self.mac(context, data).ct_eq(mac).into()
    }
}

impl fmt::Debug for PurposeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PurposeKey({:?}, redacted)", self.0.purpose)
    }
}
