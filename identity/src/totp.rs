//! Time-based one-time passwords (RFC 6238): six digits, 30 seconds, HMAC-SHA-1.
//!
//! SHA-1 because several authenticator apps ignore any other choice without saying so; its collisions do
//! not touch HMAC (RFC 4226, appendix B.2).

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use rand_core::CryptoRng;
use totp_rs::{Builder, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop};

const STEP_SECONDS: u64 = 30;

/// What the server and one authenticator app share: 160 bits (RFC 4226 §4, R6).
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 20]);

impl Secret {
    /// A new secret.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 20];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The secret as it came out of the vault.
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The secret on its way into the vault.
    pub fn expose(&self) -> &[u8; 20] {
        &self.0
    }

    /// 32 characters for those who cannot scan: RFC 4648 base 32, no padding.
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The `otpauth://` address inside the QR code. It contains the secret. Colons in the names are left
    /// out, since apps split the label at the first one.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (label(issuer), label(account));
        let secret = self.base32();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
        )
    }

    fn totp(&self) -> Totp {
        Builder::new().with_secret(self.0).with_step_duration(STEP_SECONDS).with_skew(0).build_noncompliant()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The step (30-second interval since 1970) whose code this is, if that is the current step or the one
/// before. ASCII digits only; spaces, as some apps show them, are dropped.
///
/// A code works once: the caller must burn the step in the act that uses it, with
/// `UPDATE … SET last_step = :step WHERE … AND last_step < :step` hitting exactly one row. This also holds
/// when the clock goes back.
pub fn matching_step(secret: &Secret, code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|c| *c != ' ').take(7).collect();
    let second = u64::try_from(now.as_second()).ok()?;
    let totp = secret.totp();
    // Both are computed before either is looked at, and compared in constant time by the library.
    let current = totp.check(&digits, second);
    let previous = second.checked_sub(STEP_SECONDS).and_then(|earlier| totp.check(&digits, earlier));
    current.or(previous).and_then(|step| i64::try_from(step).ok())
}

/// Percent-encodes all but RFC 3986 unreserved characters, without colons.
fn label(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes().filter(|byte| *byte != b':') {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use proptest::prelude::*;
    use rand_core::UnwrapErr;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn rfc() -> Secret {
        Secret::from_bytes(*b"12345678901234567890")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The SHA-1 rows of RFC 6238, appendix B; it prints eight digits, of which six-digit codes are the last six.
    const VECTORS: [(i64, &str, i64); 6] = [
        (59, "94287082", 0x1),
        (1_111_111_109, "07081804", 0x0235_23EC),
        (1_111_111_111, "14050471", 0x0235_23ED),
        (1_234_567_890, "89005924", 0x0273_EF07),
        (2_000_000_000, "69279037", 0x03F9_40AA),
        (20_000_000_000, "65353130", 0x27BC_86AA),
    ];

    #[test]
    fn the_vectors_of_rfc_6238_give_their_code_and_step() {
        for (second, code, step) in VECTORS {
            assert_eq!(matching_step(&rfc(), &code[2..], at(second)), Some(step), "{second}");
        }
    }

    #[test]
    fn a_code_lives_for_its_own_step_and_the_next_and_not_a_second_longer() {
        let step_one = "287082"; // seconds 30 to 59
        assert_eq!(matching_step(&rfc(), step_one, at(29)), None);
        assert_eq!(matching_step(&rfc(), step_one, at(30)), Some(1));
        assert_eq!(matching_step(&rfc(), step_one, at(89)), Some(1));
        assert_eq!(matching_step(&rfc(), step_one, at(90)), None);
    }

    #[test]
    fn the_step_is_that_of_the_code_and_not_of_the_clock() {
        let previous = VECTORS[1];
        assert_eq!(matching_step(&rfc(), &previous.1[2..], at(1_111_111_111)), Some(previous.2));
    }

    #[test]
    fn spaces_are_dropped_and_everything_but_six_ascii_digits_is_refused() {
        assert_eq!(matching_step(&rfc(), " 287 082 ", at(59)), Some(1));
        for wrong in [
            "",
            " ",
            "28708",
            "2870820",
            "0287082",
            "94287082",
            "+87082",
            "-87082",
            "28708a",
            "287.082",
            "287\t082",
            "２８７０８２",
            "٢٨٧٠٨٢",
            "287082\0",
        ] {
            assert_eq!(matching_step(&rfc(), wrong, at(59)), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_first_step_has_no_previous_one_and_times_before_1970_have_none() {
        let zero = rfc().totp().generate(0).to_string();
        assert_eq!(matching_step(&rfc(), &zero, at(0)), Some(0));
        assert_eq!(matching_step(&rfc(), &zero, at(-1)), None);
    }

    #[test]
    fn the_uri_escapes_names_and_carries_the_secret() {
        insta::assert_snapshot!(
            rfc().uri("Example Works: Berlin & Co", "alice+1@example.test"),
            @"otpauth://totp/Example%20Works%20Berlin%20%26%20Co:alice%2B1%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Works%20Berlin%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn debug_output_hides_the_secret_and_new_secrets_differ() {
        let mut rng = UnwrapErr(SysRng);
        assert_eq!(format!("{:?}", rfc()), "Secret(..)");
        assert_ne!(Secret::generate(&mut rng).expose(), Secret::generate(&mut rng).expose());
    }

    proptest! {
        #[test]
        fn a_generated_code_is_accepted_and_named_by_its_step(
            bytes: [u8; 20],
            second in 0_i64..=253_402_207_000,
        ) {
            let secret = Secret::from_bytes(bytes);
            let code = secret.totp().generate(second.unsigned_abs()).to_string();
            let step = matching_step(&secret, &code, at(second)).unwrap();
            prop_assert_eq!(step, second / 30);
        }

        #[test]
        fn checking_any_text_never_panics(text in ".*", second in -1_000_i64..1_000) {
            let _ = matching_step(&rfc(), &text, at(second));
        }
    }
}
