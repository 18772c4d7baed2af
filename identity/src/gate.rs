//! The one gate (law 5): every credential is judged here, and only here is an [`Authenticated`] made.

use jiff::Timestamp;

use crate::ids::{PersonId, SessionId};
use crate::permission::Role;
use crate::session::{self, Class, SessionTimes, SessionVerdict, Stage};
use crate::token::{self, Token};

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its name.
    pub id: SessionId,
    /// Who signed in.
    pub person: PersonId,
    /// [`Token::hash`] for [`token::SESSION`]; the row is found by it.
    pub token_hash: [u8; 32],
    /// How far the sign-in has come.
    pub stage: Stage,
    /// When it began, was last used and last confirmed.
    pub times: SessionTimes,
}

/// A secret link as it is kept: a portal link, an invitation, the setup link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// [`Token::hash`] for the link's purpose; the row is found by it.
    pub token_hash: [u8; 32],
    /// From this instant it no longer opens.
    pub expires_at: Timestamp,
    /// When it was revoked, or used up if it works once.
    pub closed_at: Option<Timestamp>,
}

/// Why a credential did not pass. For pages: all but [`Unfinished`](Self::Unfinished) lead to the sign-in
/// page, or for links to one page that does not say which it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GateRefusal {
    /// The secret is not the one whose hash was kept.
    #[error("this is not a known session or link: sign in, or ask for a new link")]
    Unknown,
    /// The session was not used for too long.
    #[error("the session was not used for a while and has ended: sign in again")]
    Idle,
    /// The session or link is too old.
    #[error("the session or link has expired: sign in again, or ask for a new link")]
    Expired,
    /// The link was revoked, or has done its one service.
    #[error("the link is closed: ask for a new one")]
    Closed,
    /// A factor is still missing.
    #[error("the sign-in is not finished: continue with the second factor")]
    Unfinished(Stage),
    /// A sign-in step was asked for, but nothing is missing.
    #[error("the sign-in is already finished")]
    Finished,
}

/// By which way an act came in, for the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A person in a signed-in browser.
    Session {
        /// Who.
        person: PersonId,
        /// In which session.
        session: SessionId,
    },
    /// Someone with a shell on the server, by this command. Nobody knows who, so no person is named.
    OperatorCommand(&'static str),
}

/// Proof that a credential passed the gate. It says who is there, not what they may do:
/// [`authorize`](crate::authorize) does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    channel: Channel,
    fresh: bool,
}

impl Authenticated {
    /// By which way.
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// Who, unless it is the operator.
    pub fn person(&self) -> Option<PersonId> {
        match self.channel {
            Channel::Session { person, .. } => Some(person),
            Channel::OperatorCommand(_) => None,
        }
    }

    /// Whether all factors were shown within the last ten minutes.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }
}

/// Proof that the password was right but a second factor is missing. It opens the pages of the second
/// factor and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    person: PersonId,
    session: SessionId,
    stage: Stage,
}

impl Unfinished {
    /// Who says to be there.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The session to replace when the factor is shown.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// What is missing: never [`Stage::Full`].
    pub fn stage(&self) -> Stage {
        self.stage
    }
}

/// Judges the cookie of a signed-in browser. `roles` are all roles the person has now, in any
/// organisation, so that a change of role tightens the session with the next request.
///
/// # Errors
/// [`GateRefusal`] if the token is not this session's, a limit is reached or a factor is missing.
pub fn session(
    presented: &Token,
    kept: &SessionRecord,
    roles: impl IntoIterator<Item = Role>,
    now: Timestamp,
) -> Result<Authenticated, GateRefusal> {
    check_session(presented, kept, Class::of(kept.stage, roles), now)?;
    if kept.stage != Stage::Full {
        return Err(GateRefusal::Unfinished(kept.stage));
    }
    Ok(Authenticated {
        channel: Channel::Session { person: kept.person, session: kept.id },
        fresh: session::is_fresh(&kept.times, now),
    })
}

/// Judges the cookie of a browser between the password and the second factor.
///
/// # Errors
/// [`GateRefusal`] if the token is not this session's, a limit is reached or no factor is missing.
pub fn unfinished_session(
    presented: &Token,
    kept: &SessionRecord,
    now: Timestamp,
) -> Result<Unfinished, GateRefusal> {
    check_session(presented, kept, Class::Unfinished, now)?;
    if kept.stage == Stage::Full {
        return Err(GateRefusal::Finished);
    }
    Ok(Unfinished { person: kept.person, session: kept.id, stage: kept.stage })
}

/// Judges the secret of a link made for `purpose`, such as [`token::PORTAL_LINK`]. A link that works once
/// must be closed in the act that uses it, by an UPDATE that hits one open row.
///
/// # Errors
/// [`GateRefusal`] if it is not this link's secret, or the link is closed or expired.
pub fn link(presented: &Token, purpose: &str, kept: &LinkRecord, now: Timestamp) -> Result<(), GateRefusal> {
    if !presented.matches(purpose, &kept.token_hash) {
        return Err(GateRefusal::Unknown);
    }
    if kept.closed_at.is_some() {
        return Err(GateRefusal::Closed);
    }
    if now >= kept.expires_at {
        return Err(GateRefusal::Expired);
    }
    Ok(())
}

/// Lets a command on the server itself through: whoever may start it can read the root key anyway.
/// `command` is its name, such as `issue`; the ledger notes it in place of a person.
pub fn operator_command(command: &'static str) -> Authenticated {
    Authenticated { channel: Channel::OperatorCommand(command), fresh: true }
}

fn check_session(
    presented: &Token,
    kept: &SessionRecord,
    class: Class,
    now: Timestamp,
) -> Result<(), GateRefusal> {
    if !presented.matches(token::SESSION, &kept.token_hash) {
        return Err(GateRefusal::Unknown);
    }
    match session::verdict(&kept.times, class, now) {
        SessionVerdict::Live => Ok(()),
        SessionVerdict::Idle => Err(GateRefusal::Idle),
        SessionVerdict::Expired => Err(GateRefusal::Expired),
    }
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use jiff::SignedDuration;
    use rand_core::UnwrapErr;

    use super::*;

    fn start() -> Timestamp {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    fn after(minutes: i64) -> Timestamp {
        start() + SignedDuration::from_mins(minutes)
    }

    fn signed_in(stage: Stage) -> (Token, SessionRecord) {
        let mut rng = UnwrapErr(SysRng);
        let token = Token::generate(&mut rng);
        let record = SessionRecord {
            id: SessionId::generate(start(), &mut rng),
            person: PersonId::generate(start(), &mut rng),
            token_hash: token.hash(token::SESSION),
            stage,
            times: SessionTimes {
                created_at: start(),
                last_seen_at: start(),
                confirmed_at: (stage == Stage::Full).then(start),
            },
        };
        (token, record)
    }

    #[test]
    fn the_right_cookie_names_person_session_and_freshness() {
        let (token, record) = signed_in(Stage::Full);
        let passed = session(&token, &record, [Role::Biller], after(9)).unwrap();
        assert_eq!(passed.channel(), Channel::Session { person: record.person, session: record.id });
        assert_eq!(passed.person(), Some(record.person));
        assert!(passed.is_fresh());
        assert!(!session(&token, &record, [Role::Biller], after(10)).unwrap().is_fresh());
    }

    #[test]
    fn another_cookie_or_the_same_secret_for_another_purpose_is_unknown() {
        let (token, record) = signed_in(Stage::Full);
        let (other, _) = signed_in(Stage::Full);
        assert_eq!(session(&other, &record, [], start()), Err(GateRefusal::Unknown));
        let borrowed = SessionRecord { token_hash: token.hash(token::PORTAL_LINK), ..record };
        assert_eq!(session(&token, &borrowed, [], start()), Err(GateRefusal::Unknown));
    }

    #[test]
    fn a_promotion_tightens_a_running_session_at_once() {
        let (token, record) = signed_in(Stage::Full);
        assert!(session(&token, &record, [Role::Biller], after(20)).is_ok());
        let promoted = session(&token, &record, [Role::Biller, Role::Administrator], after(20));
        assert_eq!(promoted, Err(GateRefusal::Idle));
    }

    #[test]
    fn an_old_session_is_expired_however_busy() {
        let (token, mut record) = signed_in(Stage::Full);
        record.times.last_seen_at = after(24 * 60 - 1);
        assert_eq!(session(&token, &record, [Role::Biller], after(24 * 60)), Err(GateRefusal::Expired));
    }

    #[test]
    fn without_the_second_factor_only_the_second_factor_pages_open() {
        for stage in [Stage::AwaitingSecondFactor, Stage::EnrolSecondFactor] {
            let (token, record) = signed_in(stage);
            assert_eq!(session(&token, &record, [], start()), Err(GateRefusal::Unfinished(stage)));
            let halfway = unfinished_session(&token, &record, start()).unwrap();
            assert_eq!(
                (halfway.person(), halfway.session(), halfway.stage()),
                (record.person, record.id, stage)
            );
            assert_eq!(unfinished_session(&token, &record, after(15)), Err(GateRefusal::Idle));
        }
        let (token, record) = signed_in(Stage::Full);
        assert_eq!(unfinished_session(&token, &record, start()), Err(GateRefusal::Finished));
    }

    #[test]
    fn a_link_opens_for_its_purpose_until_it_is_closed_or_expires() {
        let secret = Token::generate(&mut UnwrapErr(SysRng));
        let open = LinkRecord {
            token_hash: secret.hash(token::PORTAL_LINK),
            expires_at: after(60),
            closed_at: None,
        };
        let try_at = |kept: &LinkRecord, now| link(&secret, token::PORTAL_LINK, kept, now);
        assert_eq!(try_at(&open, after(60) - SignedDuration::from_nanos(1)), Ok(()));
        assert_eq!(try_at(&open, after(60)), Err(GateRefusal::Expired));
        let closed = LinkRecord { closed_at: Some(start()), ..open.clone() };
        assert_eq!(try_at(&closed, after(1)), Err(GateRefusal::Closed));
        assert_eq!(link(&secret, token::SETUP, &open, start()), Err(GateRefusal::Unknown));
        // Whoever does not know the secret does not learn that it is closed.
        let guess = Token::generate(&mut UnwrapErr(SysRng));
        assert_eq!(link(&guess, token::PORTAL_LINK, &closed, start()), Err(GateRefusal::Unknown));
    }

    #[test]
    fn the_operator_has_a_command_and_no_person() {
        let passed = operator_command("issue");
        assert_eq!(passed.channel(), Channel::OperatorCommand("issue"));
        assert_eq!(passed.person(), None);
    }
}
