//! Where customers are told to pay. Whoever can swap this account can steal what they pay (law 11): a new account needs
//! both factors shown anew, waits three days in sight of everybody in the organisation, and needs a second person where
//! there is one. Nothing of it is ever changed: what is done with an account is appended, and the ledger says so.

use counterfoil_identity::permission::{ChangePayee, MembershipState, ReadBooks};
use counterfoil_identity::{Actor, Permission as _, PersonId};
use counterfoil_invoice::Iban;
use counterfoil_store::organisations::{EnteredPayee, KeptPayee, PayeeAccount, Proposer};
use counterfoil_store::payees::{KeptPayeeAct, PayeeAct};
use counterfoil_store::{Books, StoreError};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::clock::fresh_id;
use crate::fields::{self, FieldError, Form, Problem};
use crate::ledger::{self, Act, Kind, PayeeActDetails, PayeeDetails};
use crate::once::By;
use crate::organisations::check_account;

/// How long everybody can see a new account before documents carry it.
pub const WAIT: SignedDuration = SignedDuration::from_hours(72);
/// Accounts that have not ended.
pub const MOST_ACCOUNTS: usize = 20;

/// Whether documents carry an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayeeState {
    /// They can.
    InUse,
    /// From its time on, if nobody ends it before.
    Waiting,
    /// If a second person agrees.
    NeedsSecond,
    /// Never more.
    Ended,
}

/// A payee account as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// Its id.
    pub id: Uuid,
    /// What was entered.
    pub entered: EnteredPayee,
    /// From when on documents may carry it.
    pub in_use_since: Timestamp,
    /// Whether they do.
    pub state: PayeeState,
    /// Whether documents carry it that name no other.
    pub is_default: bool,
}

impl Payee {
    /// Whether this person can be the second that agrees to it.
    pub fn may_be_agreed_to_by(&self, person: Option<PersonId>) -> bool {
        self.state == PayeeState::NeedsSecond
            && person.is_some_and(|person| self.entered.second_to != Some(Proposer::Person(person)))
    }
}

/// An account to be entered.
#[derive(Debug, Clone)]
pub struct NewPayee {
    /// What its organisation calls it.
    pub name: String,
    /// The account.
    pub account: PayeeAccount,
}

/// Why nothing was done with a payee account.
#[derive(Debug, thiserror::Error)]
pub enum PayeeError {
    /// Fields to mend.
    #[error("the form has errors: {}", fields::list(.0))]
    Fields(Vec<FieldError>),
    /// There is none.
    #[error("there is no such payee account")]
    NoSuchAccount,
    /// It is in another state than the page showed.
    #[error("this cannot be done with the account as it stands now: look at it again")]
    NotNow,
    /// Whoever entered it cannot be the second person.
    #[error("somebody else than who entered the account has to agree to it")]
    NotSecond,
    /// Invoices would name no account.
    #[error("it is the only account in use: enter another, and end this one when that is in use")]
    OnlyOne,
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for PayeeError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// All payee accounts, oldest first.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn payees(&self, by: &Actor<ReadBooks>) -> Result<Vec<Payee>, Unavailable> {
        let mut books = self.store().read(by.organisation()).await?;
        Ok(Payees::read(&mut books, self.clock().now()).await?.0)
    }

    /// Enters a payee account, once for one form. Documents carry it after [`WAIT`], and where there is a second person
    /// who may change accounts, if that person agrees.
    ///
    /// # Errors
    /// [`PayeeError`].
    pub async fn add_payee(
        &self,
        by: impl Into<By<'_, ChangePayee>>,
        mut new: NewPayee,
    ) -> Result<Uuid, PayeeError> {
        let by = by.into();
        let now = self.clock().now();
        let mut form = Form::default();
        form.required("account_name", &mut new.name);
        check_account(&mut form, &mut new.account);
        let mut books = self.store().write(by.organisation()).await?;
        if let Some(done) = by.done(&mut books).await? {
            return Ok(done);
        }
        let Payees(kept) = Payees::read(&mut books, now).await?;
        let kept: Vec<_> = kept.iter().filter(|payee| payee.state != PayeeState::Ended).collect();
        if kept.iter().any(|payee| payee.entered.account.iban == new.account.iban) {
            form.wrong("iban", Problem::AccountThere);
        } else if kept.len() >= MOST_ACCOUNTS {
            form.wrong("iban", Problem::TooManyAccounts { most: MOST_ACCOUNTS });
        }
        form.finish().map_err(PayeeError::Fields)?;
        let second_to = second_to(&mut books, by.person()).await?;
        let entered = EnteredPayee { account: new.account, name: new.name, second_to };
        let payee = KeptPayee { id: fresh_id(now), in_use_since: now + WAIT, entered };
        enter(&mut books, &payee, by.person(), now).await?;
        by.note(&mut books, &payee.id, now).await?;
        books.commit().await?;
        Ok(payee.id)
    }

    /// Agrees to an account that somebody else has entered.
    ///
    /// # Errors
    /// [`PayeeError`].
    pub async fn approve_payee(&self, by: &Actor<ChangePayee>, id: Uuid) -> Result<(), PayeeError> {
        self.act(by, id, PayeeAct::Approved).await
    }

    /// Lets an account in use go on documents that name no other.
    ///
    /// # Errors
    /// [`PayeeError`].
    pub async fn prefer_payee(&self, by: &Actor<ChangePayee>, id: Uuid) -> Result<(), PayeeError> {
        self.act(by, id, PayeeAct::Preferred).await
    }

    /// Lets an account go on no document any more, whether it ever did or not. Issued ones keep it.
    ///
    /// # Errors
    /// [`PayeeError`].
    pub async fn end_payee(&self, by: &Actor<ChangePayee>, id: Uuid) -> Result<(), PayeeError> {
        self.act(by, id, PayeeAct::Ended).await
    }

    async fn act(&self, by: &Actor<ChangePayee>, id: Uuid, act: PayeeAct) -> Result<(), PayeeError> {
        let now = self.clock().now();
        let mut books = self.store().write(by.organisation()).await?;
        let payees = Payees::read(&mut books, now).await?;
        let payee = payees.0.iter().find(|payee| payee.id == id).ok_or(PayeeError::NoSuchAccount)?;
        match (act, payee.state) {
            (PayeeAct::Approved, PayeeState::NeedsSecond) if !payee.may_be_agreed_to_by(by.person()) => {
                return Err(PayeeError::NotSecond);
            }
            (PayeeAct::Ended, PayeeState::InUse) if payees.in_use().count() == 1 => {
                return Err(PayeeError::OnlyOne);
            }
            (PayeeAct::Approved, PayeeState::NeedsSecond)
            | (PayeeAct::Preferred, PayeeState::InUse)
            | (PayeeAct::Ended, PayeeState::InUse | PayeeState::Waiting | PayeeState::NeedsSecond) => {}
            _ => return Err(PayeeError::NotNow),
        }
        let kind = match act {
            PayeeAct::Approved => Kind::PayeeApproved,
            PayeeAct::Preferred => Kind::PayeePreferred,
            PayeeAct::Ended => Kind::PayeeEnded,
        };
        let details = json!(PayeeActDetails::of(&payee.entered.account));
        let entry = Act { kind, by: by.person(), subject: Some(id), details };
        let ledger_position = ledger::record(&mut books, entry, now).await?;
        books.append_payee_act(KeptPayeeAct { account: id, act, ledger_position }).await?;
        books.commit().await?;
        Ok(())
    }
}

/// Enters an account with its entry in the ledger.
pub(crate) async fn enter(
    books: &mut Books,
    payee: &KeptPayee,
    by: Option<PersonId>,
    now: Timestamp,
) -> Result<(), Unavailable> {
    books.append_payee_account(payee).await?;
    let details = json!(PayeeDetails::of(payee));
    let subject = Some(books.organisation().uuid());
    ledger::record(books, Act { kind: Kind::PayeeAdded, by, subject, details }, now).await?;
    Ok(())
}

/// Who entered an account, if there is somebody else who may change accounts and so has to agree.
async fn second_to(books: &mut Books, by: Option<PersonId>) -> Result<Option<Proposer>, Unavailable> {
    let members = books.list_members().await?;
    let has_second = members.iter().any(|member| {
        member.state == MembershipState::Active
            && ChangePayee::granted_to(member.role)
            && Some(member.person) != by
    });
    Ok(has_second.then(|| by.map_or(Proposer::Operator, Proposer::Person)))
}

/// All accounts of an organisation at one moment, oldest first.
pub(crate) struct Payees(Vec<Payee>);

impl Payees {
    pub(crate) async fn read(books: &mut Books, now: Timestamp) -> Result<Self, Unavailable> {
        let (kept, acts) = (books.list_payee_accounts().await?, books.list_payee_acts().await?);
        Ok(Self::of(kept, &acts, now))
    }

    fn of(kept: Vec<KeptPayee>, acts: &[KeptPayeeAct], now: Timestamp) -> Self {
        let has = |id: Uuid, act: PayeeAct| acts.iter().any(|done| done.account == id && done.act == act);
        let state = |payee: &KeptPayee| {
            if has(payee.id, PayeeAct::Ended) {
                PayeeState::Ended
            } else if payee.entered.second_to.is_some() && !has(payee.id, PayeeAct::Approved) {
                PayeeState::NeedsSecond
            } else if payee.in_use_since > now {
                PayeeState::Waiting
            } else {
                PayeeState::InUse
            }
        };
        let mut payees: Vec<_> = kept
            .into_iter()
            .map(|kept| Payee {
                state: state(&kept),
                id: kept.id,
                entered: kept.entered,
                in_use_since: kept.in_use_since,
                is_default: false,
            })
            .collect();
        // A new account never steps in by itself: without a word it is the oldest.
        let is_in_use = |payee: &Payee| payee.state == PayeeState::InUse;
        let mut preferred = acts.iter().rev().filter(|done| done.act == PayeeAct::Preferred);
        let place = preferred
            .find_map(|done| payees.iter().position(|payee| payee.id == done.account && is_in_use(payee)))
            .or_else(|| payees.iter().position(is_in_use));
        if let Some(place) = place {
            payees[place].is_default = true;
        }
        Self(payees)
    }

    pub(crate) fn in_use(&self) -> impl Iterator<Item = &Payee> {
        self.0.iter().filter(|payee| payee.state == PayeeState::InUse)
    }

    /// The account in use of this number, or else the one that goes on documents which name none. What a draft says of an
    /// account only chooses: the rest is as it was entered.
    pub(crate) fn chosen(&self, account: Option<&str>) -> Option<&Payee> {
        let iban = account.and_then(|account| Iban::parse(account).ok());
        let named =
            iban.and_then(|iban| self.in_use().find(|payee| payee.entered.account.iban == iban.as_str()));
        named.or_else(|| self.in_use().find(|payee| payee.is_default))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "DE02120300000000202051";
    const SECOND: &str = "DE89370400440532013000";

    fn at(hours: i64) -> Timestamp {
        "2026-03-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
    }

    fn kept(id: u128, iban: &str, since: Timestamp, second_to: Option<Proposer>) -> KeptPayee {
        let account = PayeeAccount { iban: iban.to_owned(), bic: None, holder: "Muster".to_owned() };
        let entered = EnteredPayee { second_to, ..EnteredPayee::of(account) };
        KeptPayee { id: Uuid::from_u128(id), in_use_since: since, entered }
    }

    fn did(id: u128, act: PayeeAct) -> KeptPayeeAct {
        KeptPayeeAct { account: Uuid::from_u128(id), act, ledger_position: 0 }
    }

    fn chosen(acts: &[KeptPayeeAct], now: Timestamp, named: Option<&str>) -> Option<String> {
        let kept = vec![kept(1, FIRST, at(0), None), kept(2, SECOND, at(72), None)];
        Payees::of(kept, acts, now).chosen(named).map(|payee| payee.entered.account.iban.clone())
    }

    #[test]
    fn a_new_account_neither_steps_in_by_itself_nor_is_chosen_before_its_time() {
        let before = at(71);
        assert_eq!(chosen(&[], before, None).unwrap(), FIRST);
        assert_eq!(chosen(&[], before, Some(SECOND)).unwrap(), FIRST);
        assert_eq!(chosen(&[did(2, PayeeAct::Preferred)], before, None).unwrap(), FIRST);
        assert_eq!(chosen(&[], at(72), None).unwrap(), FIRST);
        assert_eq!(chosen(&[], at(72), Some("DE89 3704 0044 0532 0130 00")).unwrap(), SECOND);
        assert_eq!(chosen(&[did(2, PayeeAct::Preferred)], at(72), None).unwrap(), SECOND);
        // An account of somebody else is not chosen, however it comes into a draft.
        assert_eq!(chosen(&[], at(72), Some("CH9300762011623852957")).unwrap(), FIRST);
        assert_eq!(chosen(&[], at(72), Some("12-345-6")).unwrap(), FIRST);
    }

    #[test]
    fn an_account_that_ended_is_never_chosen_again() {
        let ended = [did(2, PayeeAct::Preferred), did(2, PayeeAct::Ended)];
        assert_eq!(chosen(&ended, at(100), None).unwrap(), FIRST);
        assert_eq!(chosen(&ended, at(100), Some(SECOND)).unwrap(), FIRST);
        let again = [ended[0], ended[1], did(2, PayeeAct::Approved), did(2, PayeeAct::Preferred)];
        assert_eq!(chosen(&again, at(100), Some(SECOND)).unwrap(), FIRST);
        assert_eq!(chosen(&[did(1, PayeeAct::Ended)], at(100), None).unwrap(), SECOND);
        assert_eq!(chosen(&[did(1, PayeeAct::Ended), did(2, PayeeAct::Ended)], at(100), None), None);
    }

    #[test]
    fn an_account_that_needs_a_second_person_waits_for_one_however_long() {
        let proposer = PersonId::from_uuid(Uuid::from_u128(7));
        let other = PersonId::from_uuid(Uuid::from_u128(8));
        let of = |acts: &[KeptPayeeAct], second_to| {
            Payees::of(vec![kept(1, FIRST, at(0), second_to)], acts, at(1_000)).0.remove(0)
        };
        let payee = of(&[], Some(Proposer::Person(proposer)));
        assert_eq!((payee.state, payee.is_default), (PayeeState::NeedsSecond, false));
        let may = [None, Some(proposer), Some(other)].map(|person| payee.may_be_agreed_to_by(person));
        assert_eq!(may, [false, false, true]);
        let by_operator = of(&[], Some(Proposer::Operator));
        let may = [None, Some(proposer)].map(|person| by_operator.may_be_agreed_to_by(person));
        assert_eq!(may, [false, true]);
        assert_eq!(of(&[did(1, PayeeAct::Approved)], Some(Proposer::Operator)).state, PayeeState::InUse);
    }
}
