//! Sessions: who is at the other end of a cookie.

use counterfoil_identity::gate::{self, GateRefusal, SessionRecord, Unfinished};
use counterfoil_identity::session::{SessionTimes, Stage};
use counterfoil_identity::{
    Actor, Authenticated, Forbidden, Membership, Permission, PersonId, SessionId, Token, authorize, token,
};
use counterfoil_store::{Books, INSTALLATION, is_busy};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::billing::{Billing, Unavailable};
use crate::clock::rng;
use crate::ledger::{self, Act, Kind};

/// A session's last use is noted to the minute: a page view need not be a write.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// A person who passed the gate with all factors.
#[derive(Debug, Clone)]
pub struct SignedIn {
    gate: Authenticated,
    /// Who.
    pub person: PersonId,
    /// How colleagues call them.
    pub name: String,
    /// Where they belong.
    pub memberships: Vec<MemberOf>,
}

/// A membership with the name of its organisation.
#[derive(Debug, Clone)]
pub struct MemberOf {
    /// The organisation's name in URLs.
    pub slug: String,
    /// As what.
    pub membership: Membership,
}

impl SignedIn {
    /// May they do `P` in this organisation?
    ///
    /// # Errors
    /// [`Forbidden::NotAMember`] (answer 404) or what stands in the way.
    pub fn actor<P: Permission>(&self, slug: &str) -> Result<Actor<P>, Forbidden> {
        let member =
            self.memberships.iter().find(|member| member.slug == slug).ok_or(Forbidden::NotAMember)?;
        authorize(&self.gate, &member.membership)
    }

    /// Proof that a credential passed the gate.
    pub fn gate(&self) -> &Authenticated {
        &self.gate
    }
}

impl Billing {
    /// Who is signed in with this token. `Err(Ok(refusal))` says why nobody is.
    ///
    /// # Errors
    /// [`GateRefusal`] in the inner result; [`Unavailable`] if the books cannot be read.
    pub async fn session(&self, token: &Token) -> Result<Result<SignedIn, GateRefusal>, Unavailable> {
        let now = self.clock().now();
        let hash = token.hash(token::SESSION);
        let mut books = self.store().read(INSTALLATION).await?;
        let Some(record) = books.find_session(&hash).await? else { return Ok(Err(GateRefusal::Unknown)) };
        let person = books.find_person(record.person).await?;
        // Nobody holds one reader of the pool while waiting for the next.
        drop(books);
        let Some(person) = person else { return Ok(Err(GateRefusal::Unknown)) };
        let memberships = self.store().list_memberships(record.person).await?;
        let roles = memberships.iter().map(|membership| membership.role);
        let gate = match gate::session(token, &record, roles, now) {
            Ok(gate) => gate,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if now.duration_since(record.times.last_seen_at) >= TOUCH_AFTER {
            // Without space to note it, or while others write for long, people still read.
            match self.touch(&hash, now).await {
                Err(error) if self.note_no_space(&error) || is_busy(&error) => {}
                touched => touched?,
            }
        }
        let mut member_of = Vec::with_capacity(memberships.len());
        for membership in memberships {
            let slug = self.store().slug(membership.organisation).await?;
            member_of.push(MemberOf { slug, membership });
        }
        Ok(Ok(SignedIn { gate, person: record.person, name: person.profile.name, memberships: member_of }))
    }

    /// The language that the first organisation of a person wants its people to read, if it says one.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn language_of_people(&self, person: &SignedIn) -> Result<Option<String>, Unavailable> {
        let Some(first) = person.memberships.first() else { return Ok(None) };
        let mut books = self.store().read(first.membership.organisation).await?;
        Ok(books.organisation_profile().await?.profile.languages.people)
    }

    async fn touch(&self, hash: &[u8; 32], now: Timestamp) -> Result<(), Unavailable> {
        let mut books = self.store().write(INSTALLATION).await?;
        books.touch_session(hash, now).await?;
        books.commit().await?;
        Ok(())
    }

    /// Who is between password and second factor with this token.
    ///
    /// # Errors
    /// [`GateRefusal`] in the inner result; [`Unavailable`] if the books cannot be read.
    pub async fn unfinished_session(
        &self,
        token: &Token,
    ) -> Result<Result<Unfinished, GateRefusal>, Unavailable> {
        let mut books = self.store().read(INSTALLATION).await?;
        let Some(record) = books.find_session(&token.hash(token::SESSION)).await? else {
            return Ok(Err(GateRefusal::Unknown));
        };
        Ok(gate::unfinished_session(token, &record, self.clock().now()))
    }

    /// Ends a session. Nothing happens if it is over already.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn sign_out(&self, token: &Token) -> Result<(), Unavailable> {
        let now = self.clock().now();
        let hash = token.hash(token::SESSION);
        let mut books = self.store().write(INSTALLATION).await?;
        let Some(record) = books.find_session(&hash).await? else { return Ok(()) };
        if books.take_session(&hash).await? {
            let act = Act {
                kind: Kind::SessionClosed,
                by: Some(record.person),
                subject: Some(record.id.uuid()),
                details: json!({}),
            };
            ledger::record(&mut books, act, now).await?;
            books.commit().await?;
        }
        Ok(())
    }
}

/// The second factor that somebody showed.
#[derive(Debug, Clone, Copy)]
pub(super) enum SecondFactor {
    Totp,
    RecoveryCode,
}

impl SecondFactor {
    fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery-code",
        }
    }
}

/// Begins a full session: password and this factor were just shown, and the ledger says so.
pub(super) async fn open_full(
    books: &mut Books,
    person: PersonId,
    shown: SecondFactor,
    now: Timestamp,
) -> Result<Token, Unavailable> {
    let (id, token) = insert(books, person, Stage::Full, now).await?;
    let act = Act {
        kind: Kind::SessionOpened,
        by: Some(person),
        subject: Some(id.uuid()),
        details: json!({ "factors": ["password", shown.as_str()] }),
    };
    ledger::record(books, act, now).await?;
    Ok(token)
}

/// Begins a session that still lacks the second factor.
pub(super) async fn open_unfinished(
    books: &mut Books,
    person: PersonId,
    stage: Stage,
    now: Timestamp,
) -> Result<Token, Unavailable> {
    Ok(insert(books, person, stage, now).await?.1)
}

async fn insert(
    books: &mut Books,
    person: PersonId,
    stage: Stage,
    now: Timestamp,
) -> Result<(SessionId, Token), Unavailable> {
    let token = Token::generate(&mut rng());
    let id = SessionId::generate(now, &mut rng());
    let record = SessionRecord {
        id,
        person,
        token_hash: token.hash(token::SESSION),
        stage,
        times: SessionTimes {
            created_at: now,
            last_seen_at: now,
            confirmed_at: (stage == Stage::Full).then_some(now),
        },
    };
    books.insert_session(&record).await?;
    Ok((id, token))
}
