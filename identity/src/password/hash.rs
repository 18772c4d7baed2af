//! Argon2id. Whoever calls this must bound how many run at once: each takes [`Cost`] memory and a core.

use std::fmt;

use argon2::password_hash::phc::{self, Salt};
use argon2::password_hash::{CustomizedPasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::nfc;

const HASH_BYTES: usize = 32;

/// What one guess costs an attacker, and one sign-in us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// A cost that protects too little or could stop the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("password hash cost: memory must be 19456 to 1048576 KiB, passes 2 to 16, lanes 1 to 16")]
pub struct CostProblem;

impl Cost {
    /// The second recommended option of RFC 9106 §4: 64 MiB, three passes, four lanes.
    pub const DEFAULT: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
    /// The least that may be configured: 19 MiB, two passes, one lane (ASVS 5.0 appendix C).
    pub const FLOOR: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    const CEILING: Self = Self { memory_kib: 1024 * 1024, passes: 16, lanes: 16 };

    /// A cost from configuration or calibration.
    ///
    /// # Errors
    /// [`CostProblem`] below [`FLOOR`](Self::FLOOR), or above 1 GiB, 16 passes or 16 lanes.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CostProblem> {
        let within = |value, floor, ceiling| (floor..=ceiling).contains(&value);
        let (floor, ceiling) = (Self::FLOOR, Self::CEILING);
        if within(memory_kib, floor.memory_kib, ceiling.memory_kib)
            && within(passes, floor.passes, ceiling.passes)
            && within(lanes, floor.lanes, ceiling.lanes)
        {
            Ok(Self { memory_kib, passes, lanes })
        } else {
            Err(CostProblem)
        }
    }

    /// Memory for one hash, in KiB.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over that memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes, which an attacker may fill in parallel; we fill them one after the other.
    pub const fn lanes(self) -> u32 {
        self.lanes
    }

    fn params(self) -> Params {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(HASH_BYTES))
            .expect("every cost within floor and ceiling is one Argon2 can run")
    }
}

impl Default for Cost {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// An Argon2id hash as a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. The books keep it encrypted:
/// that key, kept apart from the database, is the pepper.
#[derive(Clone)]
pub struct PasswordHash(Zeroizing<String>);

/// The text is no hash this crate has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Argon2id password hash in PHC form with a cost between floor and ceiling")]
pub struct NotAPasswordHash;

impl PasswordHash {
    /// Reads a hash that was kept. Its cost is checked, so that a changed row cannot ask for a terabyte.
    ///
    /// # Errors
    /// [`NotAPasswordHash`] if it is anything but Argon2id, version 19, a salt of at least 16 and a hash of
    /// 32 bytes, at a [`Cost`] that may be configured.
    pub fn from_phc(text: &str) -> Result<Self, NotAPasswordHash> {
        parts(text).map(|_| Self(Zeroizing::new(text.to_owned()))).ok_or(NotAPasswordHash)
    }

    /// The text to encrypt and keep.
    pub fn as_phc(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (phc::PasswordHash, Cost) {
        parts(&self.0).expect("checked when it was made")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

fn parts(text: &str) -> Option<(phc::PasswordHash, Cost)> {
    let hash = phc::PasswordHash::new(text).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let cost = Cost::new(params.m_cost(), params.t_cost(), params.p_cost()).ok()?;
    let is_ours = hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into())
        && hash.salt.as_ref().is_some_and(|salt| salt.len() >= Salt::RECOMMENDED_LENGTH)
        && hash.hash.as_ref().is_some_and(|output| output.len() == HASH_BYTES)
        && params.keyid().is_empty()
        && params.data().is_empty();
    is_ours.then_some((hash, cost))
}

/// Hashes a password that [`check`](super::check) has accepted, under a new 16-byte salt.
pub fn hash(password: &str, cost: Cost, rng: &mut impl CryptoRng) -> PasswordHash {
    let mut salt = [0; Salt::RECOMMENDED_LENGTH];
    rng.fill_bytes(&mut salt);
    PasswordHash(Zeroizing::new(compute(password, &salt, cost).to_string()))
}

/// Whether this is the password. The time it takes depends on the cost of the kept hash and not on how
/// much is right.
pub fn verify(password: &str, kept: &PasswordHash) -> bool {
    let (hash, _) = kept.parts();
    Argon2::default().verify_password(nfc(password).as_bytes(), &hash).is_ok()
}

/// The work of [`verify`] for a person who does not exist, so that the answer takes as long.
pub fn dummy_verify(password: &str, cost: Cost) {
    std::hint::black_box(compute(password, &[0; Salt::RECOMMENDED_LENGTH], cost));
}

/// Whether the next successful sign-in should hash the password anew, because `wanted` is dearer in memory
/// or passes than the kept hash.
pub fn needs_rehash(kept: &PasswordHash, wanted: Cost) -> bool {
    let (_, cost) = kept.parts();
    cost.memory_kib < wanted.memory_kib || cost.passes < wanted.passes
}

fn compute(password: &str, salt: &[u8], cost: Cost) -> phc::PasswordHash {
    Argon2::default()
        .hash_password_with_params(nfc(password).as_bytes(), salt, cost.params())
        .expect("salt, cost and output length are all within Argon2's limits, and memory could be had")
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    use super::*;

    fn hashed(password: &str) -> PasswordHash {
        hash(password, Cost::FLOOR, &mut UnwrapErr(SysRng))
    }

    /// Made by the reference implementation:
    /// `echo -n 'correct horse battery staple' | argon2 0123456789abcdef -id -t 2 -k 19456 -p 1 -l 32 -e`
    const REFERENCE: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0";

    #[test]
    fn a_hash_of_the_reference_implementation_verifies() {
        let kept = PasswordHash::from_phc(REFERENCE).unwrap();
        assert!(verify("correct horse battery staple", &kept));
        assert!(!verify("correct horse battery stable", &kept));
    }

    #[test]
    fn the_default_is_the_second_option_of_rfc_9106() {
        let kept = hash("a password of some length", Cost::DEFAULT, &mut UnwrapErr(SysRng));
        assert!(kept.as_phc().starts_with("$argon2id$v=19$m=65536,t=3,p=4$"), "{}", kept.as_phc());
        assert!(verify("a password of some length", &kept));
    }

    #[test]
    fn the_same_password_never_hashes_the_same() {
        assert_ne!(hashed("same password here").as_phc(), hashed("same password here").as_phc());
    }

    #[test]
    fn every_character_matters_to_the_last_of_256_and_nothing_is_trimmed_or_folded() {
        let long = "x".repeat(255);
        let kept = hashed(&format!("{long}y"));
        assert!(verify(&format!("{long}y"), &kept));
        for other in
            [format!("{long}z"), long.clone(), format!("{long}y "), format!(" {long}y"), format!("{long}Y")]
        {
            assert!(!verify(&other, &kept), "{other}");
        }
    }

    #[test]
    fn two_keyboards_that_compose_differently_give_one_password() {
        let kept = hashed("cafe\u{301} au lait, encore");
        assert!(verify("caf\u{e9} au lait, encore", &kept));
        // NFKC would fold this one too; NFC keeps what was typed apart.
        assert!(!verify("caf\u{e9} au lait, encor\u{ff45}", &kept));
    }

    #[test]
    fn a_cheaper_hash_is_made_anew_and_a_dearer_one_is_kept() {
        let kept = PasswordHash::from_phc(REFERENCE).unwrap();
        assert!(!needs_rehash(&kept, Cost::FLOOR));
        assert!(needs_rehash(&kept, Cost::DEFAULT));
        assert!(needs_rehash(&kept, Cost::new(19 * 1024, 3, 1).unwrap()));
        assert!(needs_rehash(&kept, Cost::new(19 * 1024 + 1, 2, 1).unwrap()));
        let dear = REFERENCE.replace("t=2", "t=9");
        assert!(!needs_rehash(&PasswordHash::from_phc(&dear).unwrap(), Cost::new(19 * 1024, 3, 4).unwrap()));
    }

    #[test]
    fn costs_outside_floor_and_ceiling_are_refused() {
        assert_eq!(Cost::new(19 * 1024, 2, 1), Ok(Cost::FLOOR));
        for (memory, passes, lanes) in [
            (19 * 1024 - 1, 2, 1),
            (19 * 1024, 1, 1),
            (19 * 1024, 2, 0),
            (1024 * 1024 + 1, 2, 1),
            (19 * 1024, 17, 1),
            (19 * 1024, 2, 17),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert_eq!(Cost::new(memory, passes, lanes), Err(CostProblem));
        }
    }

    #[test]
    fn rows_that_were_changed_are_refused_and_not_run() {
        for changed in [
            String::new(),
            "password".into(),
            REFERENCE.replace("argon2id", "argon2i"),
            REFERENCE.replace("v=19", "v=16"),
            REFERENCE.replace("$v=19", ""),
            REFERENCE.replace("m=19456", "m=4294967295"),
            REFERENCE.replace("m=19456", "m=8"),
            REFERENCE.replace("t=2", "t=4294967295"),
            REFERENCE.replace("p=1", "p=1,keyid=Zm9v"),
            REFERENCE[..REFERENCE.len() - 1].to_owned(),
            REFERENCE[..REFERENCE.len() - 22].to_owned(),
            REFERENCE[..REFERENCE.rfind('$').unwrap()].to_owned(),
        ] {
            assert_eq!(PasswordHash::from_phc(&changed).err(), Some(NotAPasswordHash), "{changed}");
        }
    }

    #[test]
    fn debug_output_hides_the_hash() {
        assert_eq!(format!("{:?}", PasswordHash::from_phc(REFERENCE)), "Ok(PasswordHash(..))");
    }

    #[test]
    fn an_unknown_person_costs_as_much_as_a_known_one() {
        use std::time::Instant;
        let kept = hashed("correct horse battery staple");
        let timed = |work: &dyn Fn()| {
            (0..5)
                .map(|_| {
                    let start = Instant::now();
                    work();
                    start.elapsed()
                })
                .min()
                .expect("five runs")
        };
        let known = timed(&|| assert!(!verify("wrong password, long enough", &kept)));
        let unknown = timed(&|| dummy_verify("wrong password, long enough", Cost::FLOOR));
        assert!(known < unknown * 4 && unknown < known * 4, "{known:?} and {unknown:?}");
    }
}
