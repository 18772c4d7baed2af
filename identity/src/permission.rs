//! What may be done, and by whom. A use case asks for `&Actor<Issue>`; without one it cannot be called.

use std::marker::PhantomData;

use crate::gate::{Authenticated, Channel};
use crate::ids::{OrganisationId, PersonId};
use crate::names::named;

named! {
    "role",
    /// What a member does in an organisation. One role each; power over members and payee is kept apart
    /// from power over documents, except in the owner.
    Role {
        /// May do everything.
        Owner = "owner",
        /// Runs the organisation's settings and members, and does not bill.
        Administrator = "administrator",
        /// Bills, corrects, collects and reads the ledger.
        Accountant = "accountant",
        /// Bills, and corrects nothing that was issued.
        Biller = "biller",
        /// Issues and corrects what others have drafted.
        Approver = "approver",
        /// Reads everything and changes nothing.
        Auditor = "auditor",
    }
}

named! {
    "membership state",
    /// Only active members may do anything.
    MembershipState {
        /// Asked to join, has not accepted.
        Invited = "invited",
        /// A member.
        Active = "active",
        /// Shut out for a time.
        Suspended = "suspended",
        /// No longer a member; kept, because the books name them.
        Removed = "removed",
    }
}

/// A person's place in one organisation, as read in the transaction that acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// In which organisation.
    pub organisation: OrganisationId,
    /// Whose.
    pub person: PersonId,
    /// As what.
    pub role: Role,
    /// Whether it counts.
    pub state: MembershipState,
}

mod sealed {
    pub trait Sealed {}
}

/// Something that may be done in an organisation. Its types are markers without values.
pub trait Permission: sealed::Sealed {
    /// Its stable name, for the ledger and the access report.
    const NAME: &'static str;
    /// Whether all factors must have been shown within the last ten minutes.
    const NEEDS_FRESH: bool;
    /// Whether this role may.
    fn granted_to(role: Role) -> bool;
}

/// A row of the access rules, for reports and route tests.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// [`Permission::NAME`].
    pub name: &'static str,
    /// [`Permission::NEEDS_FRESH`].
    pub needs_fresh: bool,
    /// [`Permission::granted_to`].
    pub granted_to: fn(Role) -> bool,
}

macro_rules! permissions {
    ($(
        $(#[$doc:meta])*
        $name:ident = $word:literal, $(fresh $fresh:tt)? for $($role:ident)|+;
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum $name {}

            impl sealed::Sealed for $name {}

            impl Permission for $name {
                const NAME: &'static str = $word;
                const NEEDS_FRESH: bool = false $(|| permissions!(@ $fresh))?;

                fn granted_to(role: Role) -> bool {
                    matches!(role, $(Role::$role)|+)
                }
            }
        )+

        /// All access rules there are.
        pub const RULES: &[Rule] = &[
            $( Rule {
                name: $name::NAME,
                needs_fresh: $name::NEEDS_FRESH,
                granted_to: $name::granted_to,
            }, )+
        ];
    };
    (@ !) => { true };
}

permissions! {
    /// See customers, documents and payments.
    ReadBooks = "read_books", for Owner | Administrator | Accountant | Biller | Approver | Auditor;
    /// See and verify the ledger.
    ReadLedger = "read_ledger", for Owner | Administrator | Accountant | Auditor;
    /// Add and change buyers and their contacts.
    EditCustomers = "edit_customers", for Owner | Accountant | Biller;
    /// Add, change and archive products.
    EditProducts = "edit_products", for Owner | Accountant | Biller;
    /// Take lists of documents away as a file.
    ExportBooks = "export_books", for Owner | Accountant | Auditor;
    /// Write, change and discard drafts.
    EditDrafts = "edit_drafts", for Owner | Accountant | Biller;
    /// Turn a draft into an issued document.
    Issue = "issue", for Owner | Accountant | Biller | Approver;
    /// Correct or cancel an issued document by a new one.
    Credit = "credit", for Owner | Accountant | Approver;
    /// Say that money came in.
    RecordPayment = "record_payment", for Owner | Accountant;
    /// Send a document, make and revoke its portal links.
    ShareDocument = "share_document", for Owner | Accountant | Biller;
    /// Change the organisation's own particulars, numbering and policies.
    ManageOrganisation = "manage_organisation", for Owner | Administrator;
    /// Propose or approve where customers are told to pay (law 11).
    ChangePayee = "change_payee", fresh! for Owner | Administrator;
    /// Invite, suspend and remove members and change their roles.
    ManageMembers = "manage_members", fresh! for Owner | Administrator;
}

/// Why somebody who is signed in may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The membership is another person's, or there is none. Answer 404: the organisation is not theirs.
    #[error("there is no such organisation")]
    NotAMember,
    /// Invited, suspended or removed.
    #[error("the membership is {0}, only active members may act")]
    NotActive(MembershipState),
    /// The role does not include it.
    #[error("the role {role} does not include {permission}: ask an owner")]
    NotGranted {
        /// The person's role.
        role: Role,
        /// [`Permission::NAME`].
        permission: &'static str,
    },
    /// The role includes it, but all factors must be shown again first.
    #[error("this needs a fresh confirmation: show your password and second factor again")]
    NeedsFresh,
}

/// Proof that somebody may do `P` in one organisation.
#[derive(Debug, Clone)]
pub struct Actor<P: Permission> {
    organisation: OrganisationId,
    role: Option<Role>,
    channel: Channel,
    permission: PhantomData<P>,
}

impl<P: Permission> Actor<P> {
    /// The one organisation in which it holds.
    pub fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// Who acts; `None` for the operator.
    pub fn person(&self) -> Option<PersonId> {
        match self.channel {
            Channel::Session { person, .. } => Some(person),
            Channel::OperatorCommand(_) => None,
        }
    }

    /// As what; `None` for the operator.
    pub fn role(&self) -> Option<Role> {
        self.role
    }

    /// By which way, for the ledger.
    pub fn channel(&self) -> Channel {
        self.channel
    }
}

/// Decides whether a member may do `P`.
///
/// # Errors
/// [`Forbidden`] says which condition failed; the first one that is not the person's own affair wins.
pub fn authorize<P: Permission>(
    gate: &Authenticated,
    membership: &Membership,
) -> Result<Actor<P>, Forbidden> {
    if gate.person() != Some(membership.person) {
        return Err(Forbidden::NotAMember);
    }
    if membership.state != MembershipState::Active {
        return Err(Forbidden::NotActive(membership.state));
    }
    if !P::granted_to(membership.role) {
        return Err(Forbidden::NotGranted { role: membership.role, permission: P::NAME });
    }
    if P::NEEDS_FRESH && !gate.is_fresh() {
        return Err(Forbidden::NeedsFresh);
    }
    Ok(Actor {
        organisation: membership.organisation,
        role: Some(membership.role),
        channel: gate.channel(),
        permission: PhantomData,
    })
}

/// Lets a command on the server act in any organisation; nobody else passes.
///
/// # Errors
/// [`Forbidden::NotAMember`] for a person: people act by their membership.
pub fn authorize_operator<P: Permission>(
    gate: &Authenticated,
    organisation: OrganisationId,
) -> Result<Actor<P>, Forbidden> {
    match gate.channel() {
        Channel::OperatorCommand(_) => {
            Ok(Actor { organisation, role: None, channel: gate.channel(), permission: PhantomData })
        }
        Channel::Session { .. } => Err(Forbidden::NotAMember),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use getrandom::SysRng;
    use jiff::{SignedDuration, Timestamp};
    use rand_core::UnwrapErr;

    use super::*;
    use crate::gate::{self, SessionRecord};
    use crate::ids::SessionId;
    use crate::session::{SessionTimes, Stage};
    use crate::token::{self, Token};

    fn start() -> Timestamp {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    /// A person who signed in at `start()`, through the real gate, `minutes` later.
    fn signed_in(minutes: i64) -> Authenticated {
        let mut rng = UnwrapErr(SysRng);
        let token = Token::generate(&mut rng);
        let kept = SessionRecord {
            id: SessionId::generate(start(), &mut rng),
            person: PersonId::generate(start(), &mut rng),
            token_hash: token.hash(token::SESSION),
            stage: Stage::Full,
            times: SessionTimes { created_at: start(), last_seen_at: start(), confirmed_at: Some(start()) },
        };
        gate::session(&token, &kept, [], start() + SignedDuration::from_mins(minutes)).unwrap()
    }

    fn membership(gate: &Authenticated, role: Role) -> Membership {
        Membership {
            organisation: OrganisationId::generate(start(), &mut UnwrapErr(SysRng)),
            person: gate.person().unwrap(),
            role,
            state: MembershipState::Active,
        }
    }

    #[test]
    fn the_access_rules_are_these() {
        let mut table = format!("{:<20}", "");
        for role in Role::ALL {
            write!(table, "{role:<14}").unwrap();
        }
        table += "fresh";
        for rule in RULES {
            write!(table, "\n{:<20}", rule.name).unwrap();
            for role in Role::ALL {
                write!(table, "{:<14}", if (rule.granted_to)(*role) { "yes" } else { "·" }).unwrap();
            }
            table += if rule.needs_fresh { "yes" } else { "·" };
        }
        insta::assert_snapshot!(table, @"
                            owner         administrator accountant    biller        approver      auditor       fresh
        read_books          yes           yes           yes           yes           yes           yes           ·
        read_ledger         yes           yes           yes           ·             ·             yes           ·
        edit_customers      yes           ·             yes           yes           ·             ·             ·
        edit_products       yes           ·             yes           yes           ·             ·             ·
        export_books        yes           ·             yes           ·             ·             yes           ·
        edit_drafts         yes           ·             yes           yes           ·             ·             ·
        issue               yes           ·             yes           yes           yes           ·             ·
        credit              yes           ·             yes           ·             yes           ·             ·
        record_payment      yes           ·             yes           ·             ·             ·             ·
        share_document      yes           ·             yes           yes           ·             ·             ·
        manage_organisation yes           yes           ·             ·             ·             ·             ·
        change_payee        yes           yes           ·             ·             ·             ·             yes
        manage_members      yes           yes           ·             ·             ·             ·             yes
        ");
    }

    #[test]
    fn an_owner_may_everything_and_an_auditor_changes_nothing() {
        for rule in RULES {
            assert!((rule.granted_to)(Role::Owner), "{}", rule.name);
            let changes_nothing = rule.name.starts_with("read_") || rule.name == "export_books";
            assert_eq!((rule.granted_to)(Role::Auditor), changes_nothing, "{}", rule.name);
        }
    }

    #[test]
    fn every_role_gets_an_actor_exactly_where_the_rules_say() {
        let gate = signed_in(0);
        for role in Role::ALL {
            let membership = membership(&gate, *role);
            let actor = authorize::<RecordPayment>(&gate, &membership);
            match *role {
                Role::Owner | Role::Accountant => {
                    let actor = actor.unwrap();
                    assert_eq!(actor.organisation(), membership.organisation);
                    assert_eq!(actor.person(), gate.person());
                    assert_eq!(actor.role(), Some(*role));
                    assert_eq!(actor.channel(), gate.channel());
                }
                role => {
                    let refused = Forbidden::NotGranted { role, permission: "record_payment" };
                    assert_eq!(actor.unwrap_err(), refused);
                }
            }
        }
    }

    #[test]
    fn a_membership_that_is_not_active_is_worth_nothing_even_to_an_owner() {
        let gate = signed_in(0);
        for state in [MembershipState::Invited, MembershipState::Suspended, MembershipState::Removed] {
            let membership = Membership { state, ..membership(&gate, Role::Owner) };
            assert_eq!(authorize::<ReadBooks>(&gate, &membership).unwrap_err(), Forbidden::NotActive(state));
        }
    }

    #[test]
    fn another_persons_membership_is_no_membership() {
        let membership = membership(&signed_in(0), Role::Owner);
        let stranger = signed_in(0);
        assert_eq!(authorize::<ReadBooks>(&stranger, &membership).unwrap_err(), Forbidden::NotAMember);
    }

    #[test]
    fn payee_and_members_change_only_within_ten_minutes_of_all_factors() {
        let (fresh, stale) = (signed_in(9), signed_in(10));
        let may = |gate| {
            let membership = membership(gate, Role::Owner);
            (
                authorize::<ChangePayee>(gate, &membership).err(),
                authorize::<ManageMembers>(gate, &membership).err(),
                authorize::<Issue>(gate, &membership).err(),
            )
        };
        assert_eq!(may(&fresh), (None, None, None));
        assert_eq!(may(&stale), (Some(Forbidden::NeedsFresh), Some(Forbidden::NeedsFresh), None));
    }

    #[test]
    fn who_may_not_is_not_asked_for_factors() {
        let stale = signed_in(30);
        let membership = membership(&stale, Role::Biller);
        let refused = authorize::<ChangePayee>(&stale, &membership).unwrap_err();
        assert_eq!(refused, Forbidden::NotGranted { role: Role::Biller, permission: "change_payee" });
    }

    #[test]
    fn the_operator_acts_without_a_name_and_people_cannot_pose_as_operator() {
        let operator = gate::operator_command("issue");
        let person = signed_in(0);
        let membership = membership(&person, Role::Owner);
        let actor = authorize_operator::<Issue>(&operator, membership.organisation).unwrap();
        assert_eq!((actor.person(), actor.role()), (None, None));
        assert_eq!(actor.channel(), Channel::OperatorCommand("issue"));
        assert_eq!(actor.organisation(), membership.organisation);

        let refused = authorize_operator::<Issue>(&person, membership.organisation).unwrap_err();
        assert_eq!(refused, Forbidden::NotAMember);
        assert_eq!(authorize::<Issue>(&operator, &membership).unwrap_err(), Forbidden::NotAMember);
    }
}
