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
/// Up to this many failures in a row no wait is longer than [`SHORT_WAIT`].
pub const SLOW: u32 = 100;
/// The longest wait before [`SLOW`].
pub const SHORT_WAIT: Duration = Duration::from_mins(1);
/// No wait is longer. NIST SP 800-63B-4 §3.2.2 wants an authenticator disabled after 100 failures in a row; with one
/// guess a day it is as good as that for a guesser, and its owner comes back without help.
pub const LONGEST_WAIT: Duration = Duration::from_hours(24);
/// A bucket that did not fail for so long is forgotten.
pub const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The consecutive failures of one account, network or device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    /// How many tries failed since the last success.
    pub failures: u32,
    /// When the latest of them failed.
    pub last_failure_at: Option<Timestamp>,
}

/// Nothing may be tried now: for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed attempts: wait {} and try again", words(*.0))]
pub struct RetryAfter(pub Duration);

impl RetryAfter {
    /// For the HTTP header: whole seconds, rounded up.
    pub fn seconds(self) -> u64 {
        self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0)
    }
}

fn words(wait: Duration) -> String {
    match RetryAfter(wait).seconds() {
        0..=1 => "a second".to_owned(),
        seconds @ 2..=120 => format!("{seconds} seconds"),
        seconds @ 121..=7_200 => format!("{} minutes", seconds.div_ceil(60)),
        seconds => format!("{} hours", seconds.div_ceil(3600)),
    }
}

/// The wait after this many failures in a row: nothing before the sixth try, then 1, 2, 4 … 60 s; after [`SLOW`]
/// failures 2, 4, 8 … minutes, and a day from the eleventh of them on.
pub fn wait_after(failures: u32) -> Duration {
    if failures < FREE {
        return Duration::ZERO;
    }
    if failures < SLOW {
        // 2^6 is already past the longest of these.
        return Duration::from_secs(1 << (failures - FREE).min(6)).min(SHORT_WAIT);
    }
    // 2^11 minutes are more than a day.
    Duration::from_mins(2 << (failures - SLOW).min(10)).min(LONGEST_WAIT)
}

/// Whether a try may be made now.
///
/// # Errors
/// [`RetryAfter`] if not.
pub fn may_try(bucket: &Bucket, now: Timestamp) -> Result<(), RetryAfter> {
    let Some(last) = bucket.last_failure_at else {
        return Ok(());
    };
    let elapsed = now.duration_since(last);
    // A failure more than a minute ahead was stamped by a clock that was wrong. Believing it could lock
    // the owner out for years; the next failure is stamped anew.
    if elapsed < SignedDuration::from_mins(-1) {
        return Ok(());
    }
    let wait = SignedDuration::try_from(wait_after(bucket.failures)).unwrap_or(SignedDuration::MAX);
    let remaining = wait.saturating_sub(elapsed);
    match Duration::try_from(remaining) {
        Ok(remaining) if !remaining.is_zero() => Err(RetryAfter(remaining)),
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
        assert_eq!(wait_after(99), SHORT_WAIT);
    }

    #[test]
    fn after_a_hundred_failures_it_doubles_on_up_to_a_day_and_never_ends_for_good() {
        let minutes: Vec<u64> = (99..112).map(|failures| wait_after(failures).as_secs() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
        assert_eq!(may_try(&after(u32::MAX), start() + SignedDuration::from_hours(24)), Ok(()));
    }

    #[test]
    fn a_patient_guesser_gets_one_hundred_tries_in_an_hour_and_a_half_and_then_one_a_day() {
        let (mut now, mut bucket) = (start(), Bucket::default());
        let mut tries_until = |end: Timestamp| {
            let mut tries = 0;
            while now < end {
                match may_try(&bucket, now) {
                    Ok(()) => {
                        tries += 1;
                        bucket = failed(&bucket, now);
                    }
                    Err(RetryAfter(wait)) => now += SignedDuration::try_from(wait).unwrap(),
                }
            }
            tries
        };
        assert_eq!(tries_until(start() + SignedDuration::from_mins(91)), 100);
        // Ten more while the wait grows to a day, and then 363 in a year.
        let year = tries_until(start() + SignedDuration::from_hours(24 * 365));
        assert!((370..=375).contains(&year), "{year}");
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
        assert_eq!(may_try(&bucket, just_before), Err(RetryAfter(Duration::from_nanos(1))));
        assert_eq!(may_try(&bucket, end), Ok(()));
    }

    #[test]
    fn a_success_forgives_everything() {
        assert_eq!(may_try(&succeeded(&after(99)), start()), Ok(()));
        assert_eq!(succeeded(&after(99)), Bucket::default());
    }

    #[test]
    fn the_header_rounds_up_so_that_nobody_comes_back_too_early() {
        assert_eq!(RetryAfter(Duration::from_millis(1)).seconds(), 1);
        assert_eq!(RetryAfter(Duration::from_secs(4)).seconds(), 4);
        let said = RetryAfter(Duration::from_secs(86_399)).to_string();
        assert_eq!(said, "too many failed attempts: wait 24 hours and try again");
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_lock_the_owner_out() {
        let bucket = after(50);
        let corrected = start() - SignedDuration::from_hours(24 * 365);
        assert_eq!(may_try(&bucket, corrected), Ok(()));
        // A second server's clock, a little behind, opens nothing.
        let behind = start() - SignedDuration::from_secs(5);
        assert_eq!(may_try(&bucket, behind), Err(RetryAfter(Duration::from_secs(65))));
    }

    proptest! {
        #[test]
        fn waiting_as_told_is_enough(failures in 0_u32..200, elapsed in -200_000_i64..200_000) {
            let now = start() + SignedDuration::from_millis(elapsed);
            if let Err(refused) = may_try(&after(failures), now) {
                let seconds = i64::try_from(refused.seconds()).unwrap();
                prop_assert!(seconds <= 24 * 3600 + 60);
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
