//! Secrets that machines carry: session cookies, portal links, setup links.

use data_encoding::BASE64URL_NOPAD;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The purpose of the token in a session cookie.
pub const SESSION: &str = "session";
/// The purpose of the token in a portal link.
pub const PORTAL_LINK: &str = "portal-link";
/// The purpose of the token in the link that makes the first owner.
pub const SETUP: &str = "setup";

/// 256 random bits. The bearer has them, the books keep only [`Token::hash`].
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

/// The text is not a token; why is not said, it would only help a guesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token: expected the 43 characters of the link or cookie, unchanged")]
pub struct NotAToken;

impl Token {
    /// A new secret.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// 43 characters of base64url (RFC 4648 §5), no padding. It is the secret: show it once, log it never.
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Reads what [`to_text`](Self::to_text) wrote, and no other spelling of the same bits.
    ///
    /// # Errors
    /// [`NotAToken`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        if text.len() != 43 {
            return Err(NotAToken);
        }
        let mut bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotAToken)?;
        let token = bytes.as_slice().try_into().map(Self).map_err(|_| NotAToken);
        bytes.zeroize();
        token
    }

    /// What the books keep and look up: SHA-256 over the purpose and the secret. A token presented for
    /// another purpose than it was made for finds nothing (ASVS 9.2.2). A fast hash is enough, because
    /// 256 random bits cannot be searched.
    pub fn hash(&self, purpose: &str) -> [u8; 32] {
        tagged_hash(&format!("counterfoil/token/v1/{purpose}"), &self.0)
    }

    /// Whether this is the token kept as `hash`, in constant time.
    pub fn matches(&self, purpose: &str, hash: &[u8; 32]) -> bool {
        self.hash(purpose).ct_eq(hash).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

/// SHA-256 of a secret of fixed length under a tag, so that hashes of one kind of secret never stand in
/// for another's.
pub(crate) fn tagged_hash(tag: &str, secret: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(tag).chain_update([0]).chain_update(secret).finalize().into()
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use proptest::prelude::*;
    use rand_core::UnwrapErr;

    use super::*;

    #[test]
    fn the_hash_is_sha_256_of_tag_zero_and_secret() {
        // printf 'counterfoil/token/v1/session\0' | cat - <(head -c32 /dev/zero) | sha256sum
        let hash = data_encoding::HEXLOWER.encode(&Token([0; 32]).hash(SESSION));
        assert_eq!(hash, "3497cccad9e83853091940340bd6c6ffb3975db15a10be8a1bffde0b9ec2a024");
    }

    #[test]
    fn a_token_for_one_purpose_is_worthless_for_another() {
        let token = Token::generate(&mut UnwrapErr(SysRng));
        assert!(token.matches(SETUP, &token.hash(SETUP)));
        assert!(!token.matches(SESSION, &token.hash(SETUP)));
    }

    #[test]
    fn debug_output_hides_the_secret() {
        assert_eq!(format!("{:?}", Token([7; 32])), "Token(..)");
    }

    #[test]
    fn a_second_spelling_of_the_same_bits_is_refused() {
        let text = Token([0; 32]).to_text();
        assert!(text.ends_with('A'));
        for last in ["B", "C", "D", "=", ""] {
            let other = format!("{}{last}", &text[..42]);
            assert_eq!(Token::parse(&other).err(), Some(NotAToken), "{other}");
        }
        assert!(Token::parse(&format!("{text} ")).is_err());
        assert!(Token::parse(&format!("{text}=")).is_err());
    }

    proptest! {
        #[test]
        fn every_token_round_trips(bytes: [u8; 32]) {
            let text = Token(bytes).to_text();
            prop_assert_eq!(text.len(), 43);
            prop_assert_eq!(Token::parse(&text).unwrap().0, bytes);
        }

        #[test]
        fn one_flipped_bit_is_another_token(bytes: [u8; 32], bit in 0_usize..256) {
            let mut other = bytes;
            other[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!Token(other).matches(SESSION, &Token(bytes).hash(SESSION)));
        }

        #[test]
        fn reading_any_text_as_a_token_never_panics(text in "\\PC{0,60}") {
            let _ = Token::parse(&text);
        }

        #[test]
        fn reading_any_43_bytes_as_a_token_never_panics(text in "[ -~]{43}") {
            let _ = Token::parse(&text);
        }
    }
}
