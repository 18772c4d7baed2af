//! Signing in: password, then second factor. Every guess is counted before it is judged.

use counterfoil_identity::gate::Unfinished;
use counterfoil_identity::password::{MAX_BYTES, PasswordHash};
use counterfoil_identity::recovery::RecoveryCode;
use counterfoil_identity::session::Stage;
use counterfoil_identity::throttle::{self, RetryAfter};
use counterfoil_identity::{EmailAddress, PersonId, Token, token, totp};
use counterfoil_store::{Books, INSTALLATION, StoreError};
use jiff::SignedDuration;
use serde_json::json;
use zeroize::Zeroizing;

use super::session::SecondFactor;
use super::{session, setup};
use crate::billing::{Billing, Unavailable};
use crate::ledger::{self, Act, Kind};

/// Failures from one network that cost no waiting: an office behind one address has many people.
const FREE_FROM_NETWORK: u32 = 20;
/// After so long without a failure a network begins anew.
const NETWORK_FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// How the sign-in goes on.
#[derive(Debug)]
pub enum SignInStep {
    /// Show the second factor.
    SecondFactor(Token),
    /// Set up a second factor first.
    EnrolSecondFactor(Token),
}

/// Why nobody is signed in. The same answer for an unknown address and a wrong password.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address or password.
    #[error("the address or the password is not right")]
    Wrong,
    /// The code.
    #[error("the code is not right, or was used before: wait for the next one")]
    WrongCode,
    /// Too many guesses.
    #[error(transparent)]
    Throttled(#[from] RetryAfter),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// Checks address and password. `network` is where the request comes from, for the throttle.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: Zeroizing<String>,
        network: &str,
    ) -> Result<SignInStep, SignInError> {
        let now = self.clock().now();
        let email = EmailAddress::parse(email).map(|email| email.normalised()).unwrap_or_default();
        let account = password_bucket(&email);
        self.count_network_guess(network).await?;
        self.count_guess(&account, throttle::SLOW - 1).await?;
        if email.is_empty() || password.len() > MAX_BYTES {
            return Err(SignInError::Wrong);
        }
        let person = self.store().read(INSTALLATION).await?.find_person_by_email(&email).await?;
        let kept = person
            .as_ref()
            .map(|person| PasswordHash::from_phc(&person.password_hash))
            .transpose()
            .map_err(|_| Unavailable::Damaged("a password hash"))?;
        let right = self.verify_password(password, kept).await?;
        let (true, Some(person)) = (right, person) else { return Err(SignInError::Wrong) };
        let mut books = self.store().write(INSTALLATION).await?;
        books.update_bucket(&account, &throttle::Bucket::default()).await?;
        forgive_network_guess(&mut books, network).await?;
        let step = if person.totp_confirmed {
            let stage = Stage::AwaitingSecondFactor;
            SignInStep::SecondFactor(session::open_unfinished(&mut books, person.id, stage, now).await?)
        } else {
            SignInStep::EnrolSecondFactor(setup::open_enrolment(&mut books, person.id, now).await?)
        };
        books.commit().await?;
        Ok(step)
    }

    /// Checks a TOTP code and gives a full session in place of the old one.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn show_totp(&self, by: &Unfinished, old: &Token, code: &str) -> Result<Token, SignInError> {
        let bucket = factor_bucket(by.person());
        self.count_guess(&bucket, u32::MAX).await?;
        let now = self.clock().now();
        let mut books = self.store().write(INSTALLATION).await?;
        let person = books.find_person(by.person()).await?.ok_or(SignInError::WrongCode)?;
        let kept = match person.totp_secret {
            Some(kept) if person.totp_confirmed => kept,
            _ => return Err(SignInError::WrongCode),
        };
        let kept =
            <[u8; 20]>::try_from(kept.as_slice()).map_err(|_| Unavailable::Damaged("a second factor"))?;
        let step =
            totp::matching_step(&totp::Secret::from_bytes(kept), code, now).ok_or(SignInError::WrongCode)?;
        if !books.take_totp_step(by.person(), step).await?
            || !books.take_session(&old.hash(token::SESSION)).await?
        {
            return Err(SignInError::WrongCode);
        }
        books.update_bucket(&bucket, &throttle::Bucket::default()).await?;
        let token = session::open_full(&mut books, by.person(), SecondFactor::Totp, now).await?;
        books.commit().await?;
        Ok(token)
    }

    /// Checks a recovery code, which works once, and gives a full session in place of the old one.
    ///
    /// 125 random bits need no throttle of the account against guessing. So nobody who has the password and fails
    /// with code after code from the app can keep the owner from this way in; only the network is slowed down.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn show_recovery_code(
        &self,
        by: &Unfinished,
        old: &Token,
        code: &str,
        network: &str,
    ) -> Result<Token, SignInError> {
        self.count_network_guess(network).await?;
        let now = self.clock().now();
        let code = RecoveryCode::parse(code).map_err(|_| SignInError::WrongCode)?;
        let mut books = self.store().write(INSTALLATION).await?;
        if by.stage() != Stage::AwaitingSecondFactor
            || !books.take_recovery_code(by.person(), &code.hash(), now).await?
            || !books.take_session(&old.hash(token::SESSION)).await?
        {
            return Err(SignInError::WrongCode);
        }
        books.update_bucket(&factor_bucket(by.person()), &throttle::Bucket::default()).await?;
        forgive_network_guess(&mut books, network).await?;
        let act = Act {
            kind: Kind::FactorRecoveryCodeUsed,
            by: Some(by.person()),
            subject: Some(by.person().uuid()),
            details: json!({}),
        };
        ledger::record(&mut books, act, now).await?;
        let token = session::open_full(&mut books, by.person(), SecondFactor::RecoveryCode, now).await?;
        books.commit().await?;
        Ok(token)
    }

    /// Counts a guess as failed before it is judged; a right one resets the count. So a burst of parallel guesses
    /// meets the same wait as one after the other.
    ///
    /// `most` caps the count. A password bucket stays below the waits of hours, or a stranger who knows an address
    /// could lock its owner out for a day; the factor bucket needs the password and has them.
    pub(super) async fn count_guess(&self, name: &str, most: u32) -> Result<(), SignInError> {
        let now = self.clock().now();
        let mut books = self.store().write(INSTALLATION).await?;
        let bucket = books.find_bucket(name).await?;
        throttle::may_try(&bucket, now)?;
        let mut counted = throttle::failed(&bucket, now);
        counted.failures = counted.failures.min(most);
        books.update_bucket(name, &counted).await?;
        books.commit().await?;
        Ok(())
    }

    /// The same for a network, which is never blocked for good: whoever shares it must be able to come back. A
    /// success does not reset it, since an attacker may have an account too.
    async fn count_network_guess(&self, network: &str) -> Result<(), SignInError> {
        let name = network_bucket(network);
        let now = self.clock().now();
        let mut books = self.store().write(INSTALLATION).await?;
        let mut bucket = books.find_bucket(&name).await?;
        if bucket.last_failure_at.is_some_and(|last| now.duration_since(last) >= NETWORK_FORGOTTEN_AFTER) {
            bucket = throttle::Bucket::default();
        }
        let counted = bucket.failures.saturating_sub(FREE_FROM_NETWORK).min(throttle::SLOW - 1);
        throttle::may_try(&throttle::Bucket { failures: counted, ..bucket }, now)?;
        books.update_bucket(&name, &throttle::failed(&bucket, now)).await?;
        books.commit().await?;
        Ok(())
    }
}

/// What was right was no guess; earlier failures from there still count.
async fn forgive_network_guess(books: &mut Books, network: &str) -> Result<(), StoreError> {
    let name = network_bucket(network);
    let mut bucket = books.find_bucket(&name).await?;
    bucket.failures = bucket.failures.saturating_sub(1);
    books.update_bucket(&name, &bucket).await
}

fn network_bucket(network: &str) -> String {
    format!("network:{network}")
}

/// For an address in its normalised form.
pub(super) fn password_bucket(email: &str) -> String {
    format!("password:{email}")
}

pub(super) fn factor_bucket(person: PersonId) -> String {
    format!("factor:{person}")
}
