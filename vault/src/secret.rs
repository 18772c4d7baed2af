use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// 32 bytes of key material, wiped when dropped. Boxed, so that moving a key leaves no copy on the stack.
pub(crate) struct Secret(Box<[u8; 32]>);

impl Secret {
    pub(crate) fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut secret = Self(Box::new([0; 32]));
        rng.fill_bytes(secret.0.as_mut_slice());
        secret
    }

    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Box::new(*bytes))
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// An independent key for one use: HKDF-SHA-256 with the label in the info string.
    pub(crate) fn derive(&self, label: &str) -> Self {
        let mut secret = Self(Box::new([0; 32]));
        self.expand(label, secret.0.as_mut_slice());
        secret
    }

    /// Eight bytes that tell keys apart and say nothing about them.
    pub(crate) fn check_value(&self, label: &str) -> [u8; 8] {
        let mut check = [0; 8];
        self.expand(label, &mut check);
        check
    }

    /// HMAC-SHA-256 over a list of items, told apart as in [`encode`].
    pub(crate) fn mac(&self, items: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.expose()).expect("HMAC takes keys of any length");
        // What is authenticated may be personal data.
        mac.update(&Zeroizing::new(encode(items)));
        mac
    }

    fn expand(&self, label: &str, out: &mut [u8]) {
        let info = format!("counterfoil.vault.v1/{label}");
        Hkdf::<Sha256>::new(None, self.expose())
            .expand(info.as_bytes(), out)
            .expect("32 bytes or fewer are within the limit of HKDF");
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redacted")
    }
}

/// A list of byte strings as one, so that different lists never encode alike: each item is preceded by its length.
pub(crate) fn encode(items: &[&[u8]]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(items.iter().map(|item| 8 + item.len()).sum());
    for item in items {
        let length = u64::try_from(item.len()).expect("no slice is longer than 2^64 bytes");
        encoded.extend_from_slice(&length.to_be_bytes());
        encoded.extend_from_slice(item);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn different_lists_never_encode_alike(a: Vec<Vec<u8>>, b: Vec<Vec<u8>>) {
            let encode = |list: &[Vec<u8>]| encode(&list.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_eq!(encode(&a) == encode(&b), a == b);
        }

        #[test]
        fn moving_the_border_between_two_items_changes_the_encoding(text: Vec<u8>, i: usize, j: usize) {
            let (i, j) = (i % (text.len() + 1), j % (text.len() + 1));
            let at = |border: usize| encode(&[&text[..border], &text[border..]]);
            prop_assert_eq!(at(i) == at(j), i == j);
        }
    }

    #[test]
    fn labels_give_independent_keys_and_the_same_key_each_time() {
        let secret = Secret::from_bytes(&[7; 32]);
        assert_eq!(secret.derive("seal").expose(), secret.derive("seal").expose());
        assert_ne!(secret.derive("seal").expose(), secret.derive("mac").expose());
        assert_ne!(secret.derive("seal").expose(), secret.expose());
        assert_ne!(secret.derive("check").expose()[..8], Secret::from_bytes(&[8; 32]).check_value("check"));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::from_bytes(&[7; 32])), "redacted");
    }
}
