//! What signed-in people change of their own account: the password, their other sessions, the recovery codes.

use counterfoil_identity::gate::Channel;
use counterfoil_identity::password::{self, MAX_BYTES, PasswordHash};
use counterfoil_identity::recovery::{self, RecoveryCode};
use counterfoil_identity::session::Class;
use counterfoil_identity::throttle::{self, RetryAfter};
use counterfoil_identity::{EmailAddress, Token, token, totp};
use counterfoil_store::people::Person;
use counterfoil_store::{Books, INSTALLATION, StoreError};
use serde_json::json;
use zeroize::Zeroizing;

use super::SignedIn;
use super::sign_in::{SignInError, factor_bucket, password_bucket};
use crate::billing::{Billing, Unavailable};
use crate::clock::rng;
use crate::fields::{FieldError, Problem};
use crate::ledger::{self, Act, Kind};

/// What a person sees of their own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// How colleagues call them.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// Recovery codes that are not used yet.
    pub recovery_codes: i64,
    /// Sessions besides this one that may still be open.
    pub other_sessions: i64,
}

/// Why the account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// A field to mend.
    #[error("{0}")]
    Field(FieldError),
    /// Too many guesses.
    #[error(transparent)]
    Throttled(RetryAfter),
    /// The session ended in the meantime.
    #[error("the session has ended: sign in again")]
    SignedOut,
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl AccountError {
    fn field(name: &'static str, problem: impl Into<Problem>) -> Self {
        Self::Field(FieldError::new(name, problem))
    }
}

impl From<SignInError> for AccountError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Throttled(wait) => Self::Throttled(wait),
            SignInError::Unavailable(error) => Self::Unavailable(error),
            SignInError::Wrong | SignInError::WrongCode => Self::field("code", Problem::WrongCode),
        }
    }
}

impl Billing {
    /// The account of whoever is signed in.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn account(&self, by: &SignedIn) -> Result<Account, AccountError> {
        let since = self.clock().now() - Class::Staff.limits().absolute;
        let mut books = self.store().read(INSTALLATION).await?;
        let person = books.find_person(by.person).await?.ok_or(AccountError::SignedOut)?;
        Ok(Account {
            name: person.profile.name,
            email: person.profile.email,
            recovery_codes: books.count_recovery_codes(by.person).await?,
            other_sessions: (books.count_sessions(by.person, since).await? - 1).max(0),
        })
    }

    /// Changes the password of whoever knows the old one, and ends all their sessions but this one.
    ///
    /// # Errors
    /// [`AccountError`]; the fields are `old_password` and `new_password`.
    pub async fn change_password(
        &self,
        by: &SignedIn,
        session: &Token,
        old: Zeroizing<String>,
        new: Zeroizing<String>,
    ) -> Result<(), AccountError> {
        let wrong = || AccountError::field("old_password", Problem::NotYourPassword);
        let person = self.store().read(INSTALLATION).await?.find_person(by.person).await?;
        let person = person.ok_or(AccountError::SignedOut)?;
        let email = &person.profile.email;
        if let Err(problem) = password::check(&new, &[&person.profile.name, email, "counterfoil"]) {
            return Err(AccountError::field("new_password", problem));
        }
        if *old == *new {
            return Err(AccountError::field("new_password", Problem::SamePassword));
        }
        let normalised = EmailAddress::parse(email).map(|email| email.normalised()).unwrap_or_default();
        // A session that was taken over must not become a place to guess the password at.
        let bucket = password_bucket(&normalised);
        self.count_guess(&bucket, throttle::SLOW - 1).await?;
        if old.len() > MAX_BYTES {
            return Err(wrong());
        }
        let kept = PasswordHash::from_phc(&person.password_hash)
            .map_err(|_| Unavailable::Damaged("a password hash"))?;
        if !self.verify_password(old, Some(kept)).await? {
            return Err(wrong());
        }
        let hash = self.hash_password(new).await?;
        let now = self.clock().now();
        let mut books = self.store().write(INSTALLATION).await?;
        let unchanged = still(&mut books, by, session).await?.password_hash == person.password_hash;
        if !unchanged {
            return Err(wrong());
        }
        books.update_bucket(&bucket, &throttle::Bucket::default()).await?;
        books.update_password(by.person, hash.as_phc()).await?;
        let ended = books.take_other_sessions(by.person, &session.hash(token::SESSION)).await?;
        let details = json!({ "sessions_ended": ended });
        ledger::record(&mut books, act(Kind::PasswordChanged, by, details), now).await?;
        books.commit().await?;
        Ok(())
    }

    /// Ends all sessions of whoever is signed in but this one. Gives how many there were.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn sign_out_elsewhere(&self, by: &SignedIn, session: &Token) -> Result<u64, AccountError> {
        let now = self.clock().now();
        let mut books = self.store().write(INSTALLATION).await?;
        still(&mut books, by, session).await?;
        let ended = books.take_other_sessions(by.person, &session.hash(token::SESSION)).await?;
        if ended > 0 {
            let details = json!({ "sessions_ended": ended });
            ledger::record(&mut books, act(Kind::SessionsClosed, by, details), now).await?;
            books.commit().await?;
        }
        Ok(ended)
    }

    /// Makes new recovery codes for whoever shows a fresh code of their app. The old ones open nothing from then on;
    /// the new ones are in the answer and nowhere else.
    ///
    /// # Errors
    /// [`AccountError`]; the field is `code`.
    pub async fn replace_recovery_codes(
        &self,
        by: &SignedIn,
        session: &Token,
        code: &str,
    ) -> Result<Vec<RecoveryCode>, AccountError> {
        let bucket = factor_bucket(by.person);
        self.count_guess(&bucket, u32::MAX).await?;
        let now = self.clock().now();
        let mut books = self.store().write(INSTALLATION).await?;
        let person = still(&mut books, by, session).await?;
        let secret = person.totp_secret.filter(|_| person.totp_confirmed);
        let secret = secret.ok_or(Unavailable::Damaged("a second factor"))?;
        let secret =
            <[u8; 20]>::try_from(secret.as_slice()).map_err(|_| Unavailable::Damaged("a second factor"))?;
        let step = totp::matching_step(&totp::Secret::from_bytes(secret), code, now)
            .ok_or(SignInError::WrongCode)?;
        if !books.take_totp_step(by.person, step).await? {
            return Err(SignInError::WrongCode.into());
        }
        books.update_bucket(&bucket, &throttle::Bucket::default()).await?;
        let codes = recovery::generate(&mut rng());
        let hashes: Vec<[u8; 32]> = codes.iter().map(RecoveryCode::hash).collect();
        books.replace_recovery_codes(by.person, &hashes).await?;
        let details = json!({ "recovery_codes": hashes.len() });
        ledger::record(&mut books, act(Kind::FactorRecoveryCodesReplaced, by, details), now).await?;
        books.commit().await?;
        Ok(codes)
    }
}

/// The person, if this session of theirs has not been ended by another since the request came in.
async fn still(books: &mut Books, by: &SignedIn, session: &Token) -> Result<Person, AccountError> {
    let kept = books.find_session(&session.hash(token::SESSION)).await?;
    if kept.is_none_or(|kept| kept.person != by.person) {
        return Err(AccountError::SignedOut);
    }
    books.find_person(by.person).await?.ok_or(AccountError::SignedOut)
}

fn act(kind: Kind, by: &SignedIn, details: serde_json::Value) -> Act {
    let session = match by.gate().channel() {
        Channel::Session { session, .. } => Some(session.uuid()),
        Channel::OperatorCommand(_) => None,
    };
    Act { kind, by: Some(by.person), subject: session, details }
}
