//! The first start: one link on the terminal makes one owner, and none without a second factor.

use counterfoil_identity::email::EmailAddress;
use counterfoil_identity::gate::Unfinished;
use counterfoil_identity::recovery::{self, RecoveryCode};
use counterfoil_identity::session::Stage;
use counterfoil_identity::{PersonId, Token, password, token, totp};
use counterfoil_store::people::PersonProfile;
use counterfoil_store::{Books, INSTALLATION};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use zeroize::Zeroizing;

use super::session::{self, SecondFactor};
use crate::billing::{Billing, Unavailable};
use crate::clock::rng;
use crate::fields::{self, FieldError, Problem};
use crate::ledger::{self, Act, Kind};

/// A setup link works for an hour; the next start prints a new one.
const SETUP_LINK_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 100;

/// The first person of an installation, as typed.
pub struct NewOwner {
    /// Their name.
    pub name: String,
    /// The address they will sign in with.
    pub email: String,
    /// Their password.
    pub password: Zeroizing<String>,
}

/// A TOTP secret to be shown once, as a QR code and as text.
pub struct TotpEnrolment {
    /// `otpauth://` for the QR code.
    pub uri: Zeroizing<String>,
    /// The secret in base32 for typing.
    pub secret: Zeroizing<String>,
}

/// Why setup does not go on.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The link was used, is too old, or is not one.
    #[error("the setup link does not work any more: start the server again for a new one")]
    NoLink,
    /// Fields to mend.
    #[error("the form has errors: {}", fields::list(.0))]
    Fields(Vec<FieldError>),
    /// The code does not match.
    #[error("the code does not match: wait for the next one and check the phone's clock")]
    WrongCode,
    /// There is nothing to enrol.
    #[error("the second factor is set up already: sign in")]
    Enrolled,
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<counterfoil_store::StoreError> for SetupError {
    fn from(error: counterfoil_store::StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// The link that sets up a fresh installation; `None` once somebody can sign in. Earlier links stop to work.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn offer_setup(&self) -> Result<Option<String>, Unavailable> {
        let now = self.clock().now();
        let mut books = self.store().write(INSTALLATION).await?;
        if books.has_people().await? {
            return Ok(None);
        }
        let secret = Token::generate(&mut rng());
        books.replace_one_time_token(token::SETUP, &secret.hash(token::SETUP), now + SETUP_LINK_LIFE).await?;
        books.commit().await?;
        Ok(Some(format!("{}/setup#{}", self.base_url(), secret.to_text())))
    }

    /// Whether nobody can sign in yet.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn needs_setup(&self) -> Result<bool, Unavailable> {
        Ok(!self.store().read(INSTALLATION).await?.has_people().await?)
    }

    /// Makes the first person. The session that comes back can only set up a second factor.
    ///
    /// # Errors
    /// [`SetupError`].
    pub async fn create_owner(&self, secret: &Token, owner: NewOwner) -> Result<Token, SetupError> {
        let now = self.clock().now();
        let hash = secret.hash(token::SETUP);
        // Asked first, so that without the link nobody makes the server hash passwords.
        if !self.store().read(INSTALLATION).await?.has_one_time_token(token::SETUP, &hash, now).await? {
            return Err(SetupError::NoLink);
        }
        let (profile, password) = check_owner(owner).map_err(SetupError::Fields)?;
        let password = self.hash_password(password).await?;
        let mut books = self.store().write(INSTALLATION).await?;
        if books.has_people().await? || !books.take_one_time_token(token::SETUP, &hash, now).await? {
            return Err(SetupError::NoLink);
        }
        let person = PersonId::generate(now, &mut rng());
        books.insert_person(person, &profile, password.as_phc(), now).await?;
        let act = Act {
            kind: Kind::PersonCreated,
            by: Some(person),
            subject: Some(person.uuid()),
            details: json!({ "through": "setup" }),
        };
        ledger::record(&mut books, act, now).await?;
        let token = open_enrolment(&mut books, person, now).await?;
        books.commit().await?;
        Ok(token)
    }

    /// What a TOTP app is set up with, until a code confirms it. Only reads (law 6), so a page that is loaded again
    /// shows the same secret, and an app that has it keeps working.
    ///
    /// # Errors
    /// [`SetupError::Enrolled`], or [`SetupError::Unavailable`].
    pub async fn begin_totp(&self, by: &Unfinished) -> Result<TotpEnrolment, SetupError> {
        let mut books = self.store().read(INSTALLATION).await?;
        let person = books.find_person(by.person()).await?.ok_or(SetupError::Enrolled)?;
        if person.totp_confirmed || by.stage() != Stage::EnrolSecondFactor {
            return Err(SetupError::Enrolled);
        }
        let damaged = Unavailable::Damaged("a second factor");
        let kept = person.totp_secret.as_deref().and_then(|kept| <[u8; 20]>::try_from(kept.as_slice()).ok());
        let secret = totp::Secret::from_bytes(kept.ok_or(damaged)?);
        Ok(TotpEnrolment {
            uri: Zeroizing::new(secret.uri("Counterfoil", &person.profile.email)),
            secret: Zeroizing::new(secret.base32()),
        })
    }

    /// Confirms the enrolment with a code. Gives a full session in place of the old one, and the recovery codes, which
    /// are shown this once.
    ///
    /// # Errors
    /// [`SetupError`].
    pub async fn confirm_totp(
        &self,
        by: &Unfinished,
        old: &Token,
        code: &str,
    ) -> Result<(Token, Vec<RecoveryCode>), SetupError> {
        let now = self.clock().now();
        let mut books = self.store().write(INSTALLATION).await?;
        let person = books.find_person(by.person()).await?.ok_or(SetupError::Enrolled)?;
        if person.totp_confirmed || by.stage() != Stage::EnrolSecondFactor {
            return Err(SetupError::Enrolled);
        }
        let kept = person.totp_secret.ok_or(SetupError::WrongCode)?;
        let kept =
            <[u8; 20]>::try_from(kept.as_slice()).map_err(|_| Unavailable::Damaged("a second factor"))?;
        let step =
            totp::matching_step(&totp::Secret::from_bytes(kept), code, now).ok_or(SetupError::WrongCode)?;
        if !books.take_totp_step(by.person(), step).await? {
            return Err(SetupError::WrongCode);
        }
        books.confirm_totp(by.person(), now).await?;
        let codes = recovery::generate(&mut rng());
        let hashes: Vec<[u8; 32]> = codes.iter().map(RecoveryCode::hash).collect();
        books.replace_recovery_codes(by.person(), &hashes).await?;
        let act = Act {
            kind: Kind::FactorEnrolled,
            by: Some(by.person()),
            subject: Some(by.person().uuid()),
            details: json!({ "factor": "totp", "recovery_codes": hashes.len() }),
        };
        ledger::record(&mut books, act, now).await?;
        books.take_session(&old.hash(token::SESSION)).await?;
        let token = session::open_full(&mut books, by.person(), SecondFactor::Totp, now).await?;
        books.commit().await?;
        Ok((token, codes))
    }
}

/// Begins a session that can only set up a second factor, and makes the secret for it.
pub(super) async fn open_enrolment(
    books: &mut Books,
    person: PersonId,
    now: Timestamp,
) -> Result<Token, Unavailable> {
    let kept = books.find_person(person).await?.and_then(|person| person.totp_secret);
    if kept.is_none() {
        books.begin_totp(person, totp::Secret::generate(&mut rng()).expose()).await?;
    }
    session::open_unfinished(books, person, Stage::EnrolSecondFactor, now).await
}

fn check_owner(owner: NewOwner) -> Result<(PersonProfile, Zeroizing<String>), Vec<FieldError>> {
    let mut errors = Vec::new();
    let name = owner.name.trim().to_owned();
    if name.is_empty() {
        errors.push(FieldError::new("name", Problem::Missing));
    } else if name.chars().count() > LONGEST_NAME {
        errors.push(FieldError::new(
            "name",
            Problem::TooLong { most: LONGEST_NAME, found: name.chars().count() },
        ));
    } else if let Some(problem) = fields::hostile(&name) {
        errors.push(FieldError::new("name", problem));
    }
    let email = EmailAddress::parse(&owner.email);
    if let Err(problem) = &email {
        errors.push(FieldError::new("email", *problem));
    }
    if let Err(problem) = password::check(&owner.password, &[&name, &owner.email, "counterfoil"]) {
        errors.push(FieldError::new("password", problem));
    }
    match email {
        Ok(email) if errors.is_empty() => {
            Ok((PersonProfile { name, email: email.as_str().to_owned() }, owner.password))
        }
        _ => Err(errors),
    }
}
