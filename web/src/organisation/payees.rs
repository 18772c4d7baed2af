//! Where customers are told to pay: the accounts, and what can be done with each.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::payees::{NewPayee, Payee, PayeeError, PayeeState, WAIT};
use counterfoil_identity::permission::{ChangePayee, ReadBooks};
use counterfoil_identity::{Forbidden, PersonId};
use counterfoil_store::organisations::PayeeAccount;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::form::Button;
use crate::language::Text;
use crate::ui::{self, Tone, t};
use crate::{ErrorPage, Fields, Form, May, Page, SeeOther, Session, Shell};

/// An account to be entered.
#[derive(Debug)]
pub enum PayeeForm {}

impl Fields for PayeeForm {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("account_name", "field-account-name"),
        ("holder", "field-holder"),
        ("iban", "field-iban"),
        ("bic", "field-bic"),
    ];
}

/// What whoever looks at the page may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Change,
    /// After signing in anew.
    ChangeWhenFresh,
    Read,
}

#[derive(Template)]
#[template(path = "organisation/payees.html")]
struct PayeesPage {
    page: Shell,
    payees: Vec<Payee>,
    form: Form<PayeeForm>,
    may: Rights,
    person: Option<PersonId>,
    zone: TimeZone,
}

impl PayeesPage {
    fn new(
        billing: &Billing,
        page: Shell,
        session: &Session,
        payees: Vec<Payee>,
        form: Form<PayeeForm>,
    ) -> Self {
        let Session(signed_in) = session;
        let may = match signed_in.actor::<ChangePayee>(page.slug()) {
            Ok(_) => Rights::Change,
            Err(Forbidden::NeedsFresh) => Rights::ChangeWhenFresh,
            Err(_) => Rights::Read,
        };
        let mut payees = payees;
        payees.sort_by_key(|payee| (payee.state == PayeeState::Ended, !payee.is_default));
        let person = signed_in.gate().person();
        Self { page, payees, form, may, person, zone: billing.time_zone().clone() }
    }

    fn may_change(&self) -> bool {
        self.may == Rights::Change
    }

    fn must_sign_in(&self) -> bool {
        self.may == Rights::ChangeWhenFresh
    }

    fn path(&self, payee: &Payee, act: &str) -> String {
        self.page.url(&format!("/organisation/accounts/{}/{act}", payee.id))
    }

    fn may_approve(&self, payee: &Payee) -> bool {
        self.may_change() && payee.may_be_agreed_to_by(self.person)
    }

    fn may_prefer(&self, payee: &Payee) -> bool {
        self.may_change() && payee.state == PayeeState::InUse && !payee.is_default
    }

    /// The last account in use stays, lest invoices name none.
    fn may_end(&self, payee: &Payee) -> bool {
        let in_use = self.payees.iter().filter(|payee| payee.state == PayeeState::InUse).count();
        match payee.state {
            PayeeState::InUse => self.may_change() && in_use > 1,
            PayeeState::Waiting | PayeeState::NeedsSecond => self.may_change(),
            PayeeState::Ended => false,
        }
    }
}

fn badge(payee: &Payee) -> ui::Badge {
    match payee.state {
        PayeeState::InUse if payee.is_default => ui::badge(Tone::Green, "check", t("payee-default")),
        PayeeState::InUse => ui::badge(Tone::Green, "check", t("payee-in-use")),
        PayeeState::Waiting => ui::badge(Tone::Amber, "clock", t("payee-waiting")),
        PayeeState::NeedsSecond => ui::badge(Tone::Amber, "person", t("payee-needs-second")),
        PayeeState::Ended => ui::badge(Tone::Grey, "circle", t("payee-ended")),
    }
}

fn name(payee: &Payee) -> String {
    let name = payee.entered.name.as_str();
    if name.is_empty() { t("payee-account").to_string() } else { name.to_owned() }
}

fn is_waiting(payee: &Payee) -> bool {
    matches!(payee.state, PayeeState::Waiting | PayeeState::NeedsSecond)
}

fn days() -> i64 {
    WAIT.as_hours() / 24
}

/// `GET /o/{organisation}/organisation/accounts`
pub async fn show(
    May(reader): May<ReadBooks>,
    session: Session,
    page: Shell,
    State(billing): State<Billing>,
) -> Result<impl IntoResponse, ErrorPage> {
    let payees = billing.payees(&reader).await?;
    Ok(Page::ok(PayeesPage::new(&billing, page, &session, payees, Form::blank())))
}

/// `POST /o/{organisation}/organisation/accounts`
pub async fn create(
    May(actor): May<ChangePayee>,
    May(reader): May<ReadBooks>,
    session: Session,
    page: Shell,
    State(billing): State<Billing>,
    mut form: Form<PayeeForm>,
) -> Result<Response, ErrorPage> {
    let account =
        PayeeAccount { iban: form.text("iban"), bic: form.optional("bic"), holder: form.text("holder") };
    let new = NewPayee { name: form.text("account_name"), account };
    match billing.add_payee(form.once(&actor), new).await {
        Ok(_) => return Ok(done(&page, t("payee-added")).into_response()),
        Err(PayeeError::Fields(errors)) => form.refuse_fields(errors),
        Err(error) => return Err(refused(error)),
    }
    let payees = billing.payees(&reader).await?;
    let page = PayeesPage::new(&billing, page, &session, payees, form);
    Ok(Page::with_status(StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `POST /o/{organisation}/organisation/accounts/{account}/approval`
pub async fn approve(
    May(actor): May<ChangePayee>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    _: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    billing.approve_payee(&actor, id).await.map_err(refused)?;
    Ok(done(&page, t("payee-approved")))
}

/// `POST /o/{organisation}/organisation/accounts/{account}/preference`
pub async fn prefer(
    May(actor): May<ChangePayee>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    _: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    billing.prefer_payee(&actor, id).await.map_err(refused)?;
    Ok(done(&page, t("payee-preferred")))
}

/// `POST /o/{organisation}/organisation/accounts/{account}/end`
pub async fn end(
    May(actor): May<ChangePayee>,
    page: Shell,
    Path((_, id)): Path<(String, Uuid)>,
    State(billing): State<Billing>,
    _: Form<Button>,
) -> Result<impl IntoResponse, ErrorPage> {
    billing.end_payee(&actor, id).await.map_err(refused)?;
    Ok(done(&page, t("payee-was-ended")))
}

fn done(page: &Shell, words: Text) -> SeeOther {
    SeeOther::to(page.url("/organisation/accounts")).saying(words)
}

fn refused(error: PayeeError) -> ErrorPage {
    match error {
        PayeeError::NoSuchAccount => ErrorPage::not_found(),
        PayeeError::NotNow => ErrorPage::unprocessable(t("payee-not-now")),
        PayeeError::NotSecond => ErrorPage::unprocessable(t("payee-not-second")),
        PayeeError::OnlyOne => ErrorPage::unprocessable(t("payee-only-one")),
        PayeeError::Unavailable(error) => error.into(),
        error @ PayeeError::Fields(_) => ErrorPage::failed(&error),
    }
}
