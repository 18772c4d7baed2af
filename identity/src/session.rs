//! How long a session lives (NIST SP 800-63B-4 §5, ASVS 7.3).

use jiff::{SignedDuration, Timestamp};

use crate::names::named;
use crate::permission::Role;

/// For this long after all factors were shown, acts that need fresh authentication are possible.
pub const SUDO_WINDOW: SignedDuration = SignedDuration::from_mins(10);

named! {
    "sign-in stage",
    /// How far the person has come in signing in.
    Stage {
        /// The password was right; the second factor is still to be shown.
        AwaitingSecondFactor = "awaiting_second_factor",
        /// The password was right or just chosen; a second factor must be set up before anything else.
        EnrolSecondFactor = "enrol_second_factor",
        /// All factors were shown.
        Full = "full",
    }
}

/// Whose limits apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Not signed in yet: [`Stage`] is not [`Full`](Stage::Full).
    Unfinished,
    /// Everyone but administrators.
    Staff,
    /// Owners and administrators of any organisation.
    Administrator,
}

impl Class {
    /// The strictest class among all roles the person has.
    pub fn of(stage: Stage, roles: impl IntoIterator<Item = Role>) -> Self {
        if stage != Stage::Full {
            return Self::Unfinished;
        }
        if roles.into_iter().any(|role| matches!(role, Role::Owner | Role::Administrator)) {
            return Self::Administrator;
        }
        Self::Staff
    }

    /// The limits of this class.
    pub const fn limits(self) -> Limits {
        let (idle_minutes, absolute_hours) = match self {
            Self::Unfinished => (15, 1),
            Self::Staff => (60, 24),
            Self::Administrator => (15, 12),
        };
        Limits {
            idle: SignedDuration::from_mins(idle_minutes),
            absolute: SignedDuration::from_hours(absolute_hours),
        }
    }
}

/// When a session ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// After this long without a request.
    pub idle: SignedDuration,
    /// After this long since it began, whatever happens.
    pub absolute: SignedDuration,
}

/// What a session's row says about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// The sign-in. A rotated session keeps it.
    pub created_at: Timestamp,
    /// The latest request.
    pub last_seen_at: Timestamp,
    /// When all factors were last shown: at sign-in, and again for sudo. `None` while unfinished.
    pub confirmed_at: Option<Timestamp>,
}

/// Whether a session still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionVerdict {
    /// Within both limits.
    Live,
    /// Unused for too long.
    Idle,
    /// Too old.
    Expired,
}

/// Judges a session. A limit is reached at its last instant: after exactly 60 idle minutes it is over.
/// If the clock has gone back, no time has passed.
pub fn verdict(times: &SessionTimes, class: Class, now: Timestamp) -> SessionVerdict {
    let limits = class.limits();
    if now.duration_since(times.created_at) >= limits.absolute {
        SessionVerdict::Expired
    } else if now.duration_since(times.last_seen_at) >= limits.idle {
        SessionVerdict::Idle
    } else {
        SessionVerdict::Live
    }
}

/// Whether all factors were shown within the [`SUDO_WINDOW`]. A confirmation in the future does not count:
/// it can only come from a clock that was wrong.
pub fn is_fresh(times: &SessionTimes, now: Timestamp) -> bool {
    times.confirmed_at.is_some_and(|at| {
        let since = now.duration_since(at);
        !since.is_negative() && since < SUDO_WINDOW
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: SignedDuration = SignedDuration::from_secs(1);

    fn start() -> Timestamp {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    /// A session that began at `start()` and was last used `seen` later.
    fn seen_after(seen: SignedDuration) -> SessionTimes {
        SessionTimes { created_at: start(), last_seen_at: start() + seen, confirmed_at: Some(start()) }
    }

    #[test]
    fn the_documented_limits_are_the_constants() {
        let table = [Class::Unfinished, Class::Staff, Class::Administrator]
            .map(|c| format!("{c:?}: idle {:#}, absolute {:#}", c.limits().idle, c.limits().absolute))
            .join("\n");
        insta::assert_snapshot!(table, @"
        Unfinished: idle 15m, absolute 1h
        Staff: idle 1h, absolute 24h
        Administrator: idle 15m, absolute 12h
        ");
    }

    #[test]
    fn an_unused_session_ends_on_the_second() {
        for class in [Class::Unfinished, Class::Staff, Class::Administrator] {
            let idle = class.limits().idle;
            let times = seen_after(SignedDuration::ZERO);
            assert_eq!(verdict(&times, class, start() + idle - SECOND), SessionVerdict::Live);
            let at = verdict(&times, class, start() + idle);
            assert_eq!(at, SessionVerdict::Idle, "{class:?}");
        }
    }

    #[test]
    fn a_busy_session_ends_on_the_second_too() {
        for class in [Class::Unfinished, Class::Staff, Class::Administrator] {
            let absolute = class.limits().absolute;
            let times = seen_after(absolute - SECOND);
            assert_eq!(verdict(&times, class, start() + absolute - SECOND), SessionVerdict::Live);
            assert_eq!(verdict(&times, class, start() + absolute), SessionVerdict::Expired);
        }
    }

    #[test]
    fn power_in_one_organisation_tightens_the_session_everywhere() {
        assert_eq!(Class::of(Stage::Full, [Role::Auditor, Role::Biller]), Class::Staff);
        assert_eq!(Class::of(Stage::Full, [Role::Auditor, Role::Owner]), Class::Administrator);
        assert_eq!(Class::of(Stage::Full, [Role::Administrator]), Class::Administrator);
        assert_eq!(Class::of(Stage::Full, []), Class::Staff);
        assert_eq!(Class::of(Stage::EnrolSecondFactor, [Role::Owner]), Class::Unfinished);
        assert_eq!(Class::of(Stage::AwaitingSecondFactor, []), Class::Unfinished);
    }

    #[test]
    fn power_fades_after_ten_minutes_and_is_never_borrowed_from_the_future() {
        let times = seen_after(SignedDuration::ZERO);
        assert!(is_fresh(&times, start()));
        assert!(is_fresh(&times, start() + SUDO_WINDOW - SECOND));
        assert!(!is_fresh(&times, start() + SUDO_WINDOW));
        assert!(!is_fresh(&times, start() - SECOND));
        assert!(!is_fresh(&SessionTimes { confirmed_at: None, ..times }, start()));
    }

    #[test]
    fn a_clock_set_back_ends_no_session() {
        let times = seen_after(SignedDuration::from_mins(5));
        assert_eq!(verdict(&times, Class::Staff, start() - SECOND), SessionVerdict::Live);
    }

    proptest! {
        #[test]
        fn once_over_a_session_stays_over(seen in 0_i64..90_000, then in 0_i64..200_000, more in 0_i64..200_000) {
            let times = seen_after(SignedDuration::from_secs(seen));
            let now = start() + SignedDuration::from_secs(then);
            if verdict(&times, Class::Staff, now) != SessionVerdict::Live {
                let later = now + SignedDuration::from_secs(more);
                prop_assert_ne!(verdict(&times, Class::Staff, later), SessionVerdict::Live);
            }
        }
    }
}
