//! Passwords: which are good enough (NIST SP 800-63B-4 §3.1.1.2), and how they are kept (RFC 9106).
//!
//! A password is taken as typed: not trimmed, cut or case-folded, only put into Unicode form NFC, so that
//! two keyboards which compose `é` differently give the same password.

mod hash;
mod strength;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use hash::{Cost, CostProblem, NotAPasswordHash, PasswordHash, dummy_verify, hash, needs_rehash, verify};
pub use strength::{MAX_BYTES, MAX_LENGTH, MIN_LENGTH, PasswordProblem, Weakness, check};

fn nfc(password: &str) -> Zeroizing<String> {
    // NFC makes no text longer than three times; growing would leave copies behind in freed memory.
    let mut normal = Zeroizing::new(String::with_capacity(3 * password.len()));
    normal.extend(password.nfc());
    normal
}
