//! The ladder that makes guessing slow without locking the owner out for long.
//!
//! One [`Bucket`] per thing guessed at or guessed from: an account, a network, a known device. The buckets
//! live in the database, so that neither a restart nor a second server resets them. To let no burst of
//! parallel guesses slip through, **count first**: in one transaction ask [`may_try`] and store [`failed`],
//! then check the password, then store [`succeeded`] if it was right.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// This many tries in a row cost no waiting.
pub const FREE: u32 = 5;
/// After this many failures in a row nothing is tried any more (NIST SP 800-63B-4 §3.2.2 allows 100).
pub const HARD_STOP: u32 = 100;
/// No wait before the hard stop is longer.
pub const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The consecutive failures of one account, network or device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    /// How many tries failed since the last success.
    pub failures: u32,
    /// When the latest of them failed.
    pub last_failure_at: Option<Timestamp>,
}

/// Why nothing may be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RetryAfter {
    /// Only for a moment.
    #[error("too many failed attempts: wait {} s and try again", .0.as_secs().max(1))]
    Wait(Duration),
    /// Until someone with the right to do so resets the bucket.
    #[error("too many failed attempts: sign-in is blocked until an administrator or recovery unblocks it")]
    Blocked,
}

impl RetryAfter {
    /// For the HTTP header: whole seconds, rounded up; `None` if waiting does not help.
    pub fn seconds(self) -> Option<u64> {
        match self {
            Self::Wait(wait) => Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
            Self::Blocked => None,
        }
    }
}

/// The wait after this many failures in a row: nothing before the sixth try, then 1, 2, 4 … 60 s, and
/// [`Duration::MAX`] from the [`HARD_STOP`] on.
pub fn wait_after(failures: u32) -> Duration {
    if failures < FREE {
        return Duration::ZERO;
    }
    if failures >= HARD_STOP {
        return Duration::MAX;
    }
    // 2^6 is already past the longest wait.
    Duration::from_secs(1 << (failures - FREE).min(6)).min(LONGEST_WAIT)
}

/// Whether a try may be made now.
///
/// # Errors
/// [`RetryAfter`] if not.
pub fn may_try(bucket: &Bucket, now: Timestamp) -> Result<(), RetryAfter> {
    if bucket.failures >= HARD_STOP {
        return Err(RetryAfter::Blocked);
    }
    let Some(last) = bucket.last_failure_at else {
        return Ok(());
    };
    let elapsed = now.duration_since(last);
    // A failure further ahead than any wait was stamped by a clock that was wrong. Believing it could lock
    // the owner out for years; the next failure is stamped anew.
    if elapsed < SignedDuration::from_mins(-1) {
        return Ok(());
    }
    let wait = SignedDuration::try_from(wait_after(bucket.failures)).unwrap_or(SignedDuration::MAX);
    let remaining = wait.saturating_sub(elapsed);
    match Duration::try_from(remaining) {
        Ok(remaining) if !remaining.is_zero() => Err(RetryAfter::Wait(remaining)),
        _ => Ok(()),
    }
}

/// The bucket after one more failure.
pub fn failed(bucket: &Bucket, now: Timestamp) -> Bucket {
    Bucket { failures: bucket.failures.saturating_add(1), last_failure_at: Some(now) }
}

/// The bucket after a success: empty.
pub fn succeeded(_: &Bucket) -> Bucket {
    Bucket::default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> Timestamp {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    fn after(failures: u32) -> Bucket {
        Bucket { failures, last_failure_at: (failures > 0).then(start) }
    }

    #[test]
    fn five_tries_are_free_then_the_wait_doubles_up_to_a_minute() {
        let waits: Vec<u64> = (0..13).map(|failures| wait_after(failures).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait_after(99), LONGEST_WAIT);
        assert_eq!(wait_after(100), Duration::MAX);
        assert_eq!(wait_after(u32::MAX), Duration::MAX);
    }

    #[test]
    fn a_patient_guesser_gets_one_hundred_tries_in_an_hour_and_a_half_and_no_more() {
        let (mut now, mut bucket, mut tries) = (start(), Bucket::default(), 0);
        loop {
            match may_try(&bucket, now) {
                Ok(()) => {
                    tries += 1;
                    bucket = failed(&bucket, now);
                }
                Err(RetryAfter::Wait(wait)) => now += SignedDuration::try_from(wait).unwrap(),
                Err(RetryAfter::Blocked) => break,
            }
        }
        assert_eq!(tries, 100);
        assert_eq!(now.duration_since(start()).as_mins(), 90);
        assert_eq!(may_try(&bucket, now + SignedDuration::from_hours(24 * 365)), Err(RetryAfter::Blocked));
    }

    #[test]
    fn an_impatient_guesser_gets_no_more_than_a_patient_one() {
        let mut bucket = Bucket::default();
        let tries = (0..10_000)
            .filter(|millis| {
                let now = start() + SignedDuration::from_millis(*millis);
                let allowed = may_try(&bucket, now).is_ok();
                if allowed {
                    bucket = failed(&bucket, now);
                }
                allowed
            })
            .count();
        // Five free ones, then at 1, 3 and 7 seconds.
        assert_eq!(tries, 8);
    }

    #[test]
    fn the_wait_ends_to_the_nanosecond() {
        let bucket = after(6);
        let end = start() + SignedDuration::from_secs(2);
        let just_before = end - SignedDuration::from_nanos(1);
        assert_eq!(may_try(&bucket, just_before), Err(RetryAfter::Wait(Duration::from_nanos(1))));
        assert_eq!(may_try(&bucket, end), Ok(()));
    }

    #[test]
    fn a_success_forgives_everything() {
        assert_eq!(may_try(&succeeded(&after(99)), start()), Ok(()));
        assert_eq!(succeeded(&after(99)), Bucket::default());
    }

    #[test]
    fn the_header_rounds_up_so_that_nobody_comes_back_too_early() {
        assert_eq!(RetryAfter::Wait(Duration::from_millis(1)).seconds(), Some(1));
        assert_eq!(RetryAfter::Wait(Duration::from_secs(4)).seconds(), Some(4));
        assert_eq!(RetryAfter::Blocked.seconds(), None);
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_lock_the_owner_out() {
        let bucket = after(50);
        let corrected = start() - SignedDuration::from_hours(24 * 365);
        assert_eq!(may_try(&bucket, corrected), Ok(()));
        // A second server's clock, a little behind, opens nothing.
        let behind = start() - SignedDuration::from_secs(5);
        assert_eq!(may_try(&bucket, behind), Err(RetryAfter::Wait(Duration::from_secs(65))));
    }

    proptest! {
        #[test]
        fn waiting_as_told_is_enough(failures in 0_u32..100, elapsed in -200_000_i64..200_000) {
            let now = start() + SignedDuration::from_millis(elapsed);
            if let Err(refused) = may_try(&after(failures), now) {
                let seconds = i64::try_from(refused.seconds().unwrap()).unwrap();
                prop_assert!(seconds <= 120);
                prop_assert_eq!(may_try(&after(failures), now + SignedDuration::from_secs(seconds)), Ok(()));
            }
        }

        #[test]
        fn no_bucket_panics(failures: u32, last in proptest::option::of(-9_000_000_000_i64..9_000_000_000)) {
            let last_failure_at = last.map(|second| Timestamp::from_second(second).unwrap());
            let bucket = Bucket { failures, last_failure_at };
            let _ = may_try(&bucket, Timestamp::MAX);
            let _ = may_try(&bucket, Timestamp::MIN);
            let _ = failed(&bucket, Timestamp::MAX);
        }
    }
}
