//! Payee accounts: a new one waits in sight, needs a second person where there is one, and no draft, file or button gets an
//! account onto an invoice that is not in use.

use counterfoil_billing::Problem;
use counterfoil_billing::payees::{NewPayee, Payee, PayeeError, PayeeState};
use counterfoil_identity::permission::{ChangePayee, EditDrafts, Issue, ReadBooks};
use counterfoil_identity::session::{SessionTimes, Stage};
use counterfoil_identity::{
    Actor, Forbidden, Membership, MembershipState, PersonId, Role, SessionId, Token, authorize, gate, token,
};
use counterfoil_invoice::Content;
use counterfoil_store::organisations::PayeeAccount;
use counterfoil_store::payees::{KeptPayeeAct, PayeeAct};
use uuid::Uuid;

use super::{World, on_both};
use crate::programs::DRAFT;

const FIRST: &str = "DE02120300000000202051";
const SECOND: &str = "DE89370400440532013000";
const THIEF: &str = "CH9300762011623852957";

fn new(iban: &str) -> NewPayee {
    let account =
        PayeeAccount { iban: iban.to_owned(), bic: None, holder: "Northlight Instruments GmbH".to_owned() };
    NewPayee { name: "Savings".to_owned(), account }
}

impl World {
    async fn add(&self, by: &Actor<ChangePayee>, iban: &str) -> Uuid {
        self.billing.add_payee(by, new(iban)).await.unwrap()
    }

    async fn payee(&self, id: Uuid) -> Payee {
        let payees = self.billing.payees(&self.may::<ReadBooks>()).await.unwrap();
        payees.into_iter().find(|payee| payee.id == id).unwrap()
    }

    async fn first(&self) -> Payee {
        self.billing.payees(&self.may::<ReadBooks>()).await.unwrap().remove(0)
    }

    /// The account on an invoice whose draft names this one.
    async fn account_of_an_invoice(&self, named: Option<&str>) -> String {
        let mut content: Content = serde_json::from_str(DRAFT).unwrap();
        if let Some(named) = named {
            content.payment = serde_json::from_value(serde_json::json!({
                "means_code": "30", "credit_transfers": [ { "account": named, "account_name": "Somebody else" } ]
            }))
            .unwrap();
        }
        let (issue, drafts) = (self.may::<Issue>(), self.may::<EditDrafts>());
        let issued = self.billing.issue_content(&issue, &drafts, content).await.unwrap().issued;
        let payment = issued.document().content.payment.clone().unwrap();
        assert_eq!(payment.credit_transfers.len(), 1);
        let transfer = payment.credit_transfers.into_iter().next().unwrap();
        assert_eq!(transfer.account_name.as_deref(), Some("Northlight Instruments GmbH"));
        transfer.account
    }

    /// A member of this role who signed in so many minutes ago.
    async fn member(&self, role: Role, minutes: i64) -> Result<Actor<ChangePayee>, Forbidden> {
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let now = self.billing.clock().now();
        let (token, person) = (Token::generate(&mut rng), PersonId::generate(now, &mut rng));
        let mut books = self.store.write(self.org).await.unwrap();
        books.insert_member(person, role, MembershipState::Active, now).await.unwrap();
        books.commit().await.unwrap();
        let signed_in = now - jiff::SignedDuration::from_mins(minutes);
        let record = gate::SessionRecord {
            id: SessionId::generate(now, &mut rng),
            person,
            token_hash: token.hash(token::SESSION),
            stage: Stage::Full,
            times: SessionTimes { created_at: signed_in, last_seen_at: now, confirmed_at: Some(signed_in) },
        };
        let gate = gate::session(&token, &record, [role], now).unwrap();
        let membership = Membership { organisation: self.org, person, role, state: MembershipState::Active };
        authorize(&gate, &membership)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_goes_on_no_invoice_before_its_time_and_then_only_where_it_is_chosen() {
    on_both("payees_1", async |world| {
        let by = world.may::<ChangePayee>();
        let second = world.add(&by, SECOND).await;
        assert_eq!(world.payee(second).await.state, PayeeState::Waiting);
        assert_eq!(world.account_of_an_invoice(Some(SECOND)).await, FIRST);
        assert!(matches!(world.billing.prefer_payee(&by, second).await, Err(PayeeError::NotNow)));
        assert!(matches!(world.billing.approve_payee(&by, second).await, Err(PayeeError::NotNow)));

        let later = world.on("2026-03-06").await;
        assert_eq!(later.payee(second).await.state, PayeeState::InUse);
        assert_eq!(later.account_of_an_invoice(None).await, FIRST, "it does not step in by itself");
        assert_eq!(later.account_of_an_invoice(Some(SECOND)).await, SECOND);
        assert_eq!(later.account_of_an_invoice(Some(THIEF)).await, FIRST);
        later.billing.prefer_payee(&by, second).await.unwrap();
        assert_eq!(later.account_of_an_invoice(None).await, SECOND);
        assert_eq!(later.account_of_an_invoice(Some(FIRST)).await, FIRST);
        later.billing.end_payee(&by, second).await.unwrap();
        assert_eq!(later.account_of_an_invoice(Some(SECOND)).await, FIRST);
        for done in
            [later.billing.end_payee(&by, second).await, later.billing.prefer_payee(&by, second).await]
        {
            assert!(matches!(done, Err(PayeeError::NotNow)), "what ended stays ended: {done:?}");
        }
        let first = later.first().await.id;
        assert!(matches!(later.billing.end_payee(&by, first).await, Err(PayeeError::OnlyOne)));
        let nobodys = later.billing.end_payee(&by, Uuid::from_u128(7)).await;
        assert!(matches!(nobodys, Err(PayeeError::NoSuchAccount)));
        later.is_whole().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_somebody_withdraws_in_time_is_never_used() {
    on_both("payees_2", async |world| {
        let by = world.may::<ChangePayee>();
        let thief = world.add(&by, THIEF).await;
        world.billing.end_payee(&by, thief).await.unwrap();
        let later = world.on("2027-03-03").await;
        assert_eq!(later.account_of_an_invoice(Some(THIEF)).await, FIRST);
        let again = world.billing.add_payee(&by, new(FIRST)).await;
        let Err(PayeeError::Fields(errors)) = again else { panic!("{again:?}") };
        assert_eq!((errors[0].field, &errors[0].problem), ("iban", &Problem::AccountThere));
        for nonsense in ["", "12-345-6", "DE02120300000000202052"] {
            assert!(matches!(world.billing.add_payee(&by, new(nonsense)).await, Err(PayeeError::Fields(_))));
        }
        later.is_whole().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_are_two_who_may_change_accounts_nobody_does_it_alone() {
    on_both("payees_3", async |world| {
        let stale = world.member(Role::Auditor, 0).await;
        assert!(matches!(stale, Err(Forbidden::NotGranted { .. })), "{stale:?}");
        assert!(matches!(world.member(Role::Owner, 11).await, Err(Forbidden::NeedsFresh)));
        let owner = world.member(Role::Owner, 0).await.unwrap();
        let other = world.member(Role::Administrator, 9).await.unwrap();
        let account = world.add(&owner, SECOND).await;
        let later = world.on("2026-04-03").await;
        assert_eq!(later.payee(account).await.state, PayeeState::NeedsSecond);
        assert_eq!(later.account_of_an_invoice(Some(SECOND)).await, FIRST);
        for alone in [&owner, &world.may::<ChangePayee>()] {
            assert!(matches!(later.billing.approve_payee(alone, account).await, Err(PayeeError::NotSecond)));
            assert!(matches!(later.billing.prefer_payee(alone, account).await, Err(PayeeError::NotNow)));
        }
        later.billing.approve_payee(&other, account).await.unwrap();
        assert_eq!(later.account_of_an_invoice(Some(SECOND)).await, SECOND);
        // Agreed to at once, it waits still.
        let early = world.add(&owner, THIEF).await;
        world.billing.approve_payee(&other, early).await.unwrap();
        assert_eq!(world.payee(early).await.state, PayeeState::Waiting);
        later.is_whole().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_with_accounts_behind_the_back_of_the_ledger_is_told() {
    on_both("payees_4", async |world| {
        let account = world.add(&world.may::<ChangePayee>(), SECOND).await;
        let mut books = world.store.write(world.org).await.unwrap();
        let act = KeptPayeeAct { account, act: PayeeAct::Preferred, ledger_position: 1 };
        books.append_payee_act(act).await.unwrap();
        books.commit().await.unwrap();
        let report = world.billing.verify_ledger(world.org, |_, _| {}).await.unwrap();
        assert_eq!(
            report.faults,
            ["changes of payee accounts: 1 more are kept than the 0 that the ledger knows"]
        );
    })
    .await;
}
