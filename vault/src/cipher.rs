use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use xaes_256_gcm::aead::{AeadInOut, KeyInit};
use xaes_256_gcm::{Nonce, Tag, Xaes256Gcm};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::secret::{Secret, encode};

const VERSION: u8 = 1;
const HEADER: usize = 1 + 8;
const NONCE: usize = 24;
const TAG: usize = 16;

/// How many bytes longer a sealed value is than what it holds: version, key check value, nonce and tag.
pub const OVERHEAD: usize = HEADER + NONCE + TAG;

/// One key of XAES-256-GCM, and the format around it.
pub(crate) struct Cipher {
    aead: Xaes256Gcm,
    header: [u8; HEADER],
}

impl Cipher {
    /// `key` must have no other use.
    pub(crate) fn new(key: &Secret) -> Self {
        let mut header = [VERSION; HEADER];
        header[1..].copy_from_slice(&key.check_value("check"));
        Self { aead: Xaes256Gcm::new(key.expose().into()), header }
    }

    pub(crate) fn seal(
        &self,
        place: &[&[u8]],
        plaintext: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        // Of the final size at once: growing later could leave plaintext in a freed allocation.
        let mut sealed = Vec::with_capacity(OVERHEAD + plaintext.len());
        sealed.extend_from_slice(&self.header);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let tag = self
            .aead
            .encrypt_inout_detached(
                &Nonce::from(nonce),
                &self.associated_data(place),
                (&mut sealed[HEADER + NONCE..]).into(),
            )
            .expect("a value in memory is below the 64 GiB limit of the cipher");
        sealed.extend_from_slice(&tag);
        sealed
    }

    pub(crate) fn open(&self, place: &[&[u8]], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (header, rest) = sealed.split_first_chunk::<HEADER>().ok_or(VaultError::Unopenable)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::Unopenable)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(VaultError::Unopenable)?;
        if !bool::from(header.ct_eq(&self.header)) {
            return Err(VaultError::Unopenable);
        }
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        self.aead
            .decrypt_inout_detached(
                &Nonce::from(*nonce),
                &self.associated_data(place),
                plaintext.as_mut_slice().into(),
                &Tag::from(*tag),
            )
            .map_err(|_| VaultError::Unopenable)?;
        Ok(plaintext)
    }

    /// What every value sealed under this key begins with.
    pub(crate) fn header(&self) -> &[u8; HEADER] {
        &self.header
    }

    fn associated_data(&self, place: &[&[u8]]) -> Vec<u8> {
        [self.header.as_slice(), &encode(place)].concat()
    }
}

#[cfg(test)]
mod tests {
    use sha3::Shake128;
    use sha3::digest::{ExtendableOutput, Update, XofReader};
    use xaes_256_gcm::aead::{Aead, Payload};

    use super::*;

    fn xaes(key: [u8; 32], nonce: [u8; 24], plaintext: &[u8], aad: &[u8]) -> Vec<u8> {
        let cipher = Xaes256Gcm::new(&key.into());
        cipher.encrypt(&Nonce::from(nonce), Payload { msg: plaintext, aad }).unwrap()
    }

    fn hex(bytes: &[u8]) -> String {
        use std::fmt::Write;
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    #[test]
    fn the_cipher_wipes_its_keys() {
        fn wiped_on_drop<T: zeroize::ZeroizeOnDrop>() {}
        wiped_on_drop::<Xaes256Gcm>();
    }

    #[test]
    fn the_cipher_gives_the_published_xaes_256_gcm_vectors() {
        let nonce = *b"ABCDEFGHIJKLMNOPQRSTUVWX";
        assert_eq!(
            hex(&xaes([1; 32], nonce, b"XAES-256-GCM", b"")),
            "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"
        );
        assert_eq!(
            hex(&xaes([3; 32], nonce, b"XAES-256-GCM", b"c2sp.org/XAES-256-GCM")),
            "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
        );
    }

    /// The accumulated test of the specification, ten thousand messages.
    #[test]
    fn the_cipher_gives_the_published_accumulated_hash() {
        let mut input = Shake128::default().finalize_xof();
        let mut output = Shake128::default();
        for _ in 0..10_000 {
            let (mut key, mut nonce, mut length) = ([0; 32], [0; 24], [0; 1]);
            input.read(&mut key);
            input.read(&mut nonce);
            let mut opaque = || {
                input.read(&mut length);
                let mut bytes = vec![0; usize::from(length[0])];
                input.read(&mut bytes);
                bytes
            };
            let (plaintext, aad) = (opaque(), opaque());
            output.update(&xaes(key, nonce, &plaintext, &aad));
        }
        let mut hash = [0; 32];
        output.finalize_xof().read(&mut hash);
        assert_eq!(hex(&hash), "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
    }
}
