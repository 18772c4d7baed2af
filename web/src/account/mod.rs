//! A person's own account: password, other sessions, recovery codes, and where they belong.

pub mod password;
pub mod recovery_codes;
pub mod sessions;

use askama::Template;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use counterfoil_billing::Billing;
use counterfoil_billing::access::{Account, AccountError, MemberOf};
use counterfoil_billing::ledger::LedgerEntry;
use counterfoil_identity::Role;
use jiff::tz::TimeZone;

use self::password::NewPassword;
use self::recovery_codes::FreshCode;
use crate::ledger::words;
use crate::ui::{self, t};
use crate::{ErrorPage, Form, Page, Session, Visit};

#[derive(Template)]
#[template(path = "account/show.html")]
struct AccountPage {
    page: Visit,
    account: Account,
    organisations: Vec<MemberOf>,
    /// What the person did last to it.
    log: Vec<LedgerEntry>,
    zone: TimeZone,
    password: Form<NewPassword>,
    code: Form<FreshCode>,
}

/// The forms of the page, as they are to be shown.
struct Forms {
    password: Form<NewPassword>,
    code: Form<FreshCode>,
}

impl Forms {
    fn blank() -> Self {
        Self { password: Form::blank(), code: Form::blank() }
    }
}

impl AccountPage {
    async fn new(
        billing: &Billing,
        Session(signed_in): Session,
        page: Visit,
        forms: Forms,
    ) -> Result<Self, ErrorPage> {
        let account = billing.account(&signed_in).await.map_err(failed)?;
        let log = billing.own_log(&signed_in).await?;
        let zone = billing.time_zone().clone();
        let Forms { password, code } = forms;
        Ok(Self { page, account, organisations: signed_in.memberships, log, zone, password, code })
    }
}

/// `GET /account`
pub async fn show(
    State(billing): State<Billing>,
    session: Session,
    page: Visit,
) -> Result<Response, ErrorPage> {
    Ok(Page::ok(AccountPage::new(&billing, session, page, Forms::blank()).await?).into_response())
}

/// The page again, with a form that was refused: 422, or 429 and when to try again.
async fn refused(
    billing: &Billing,
    session: Session,
    page: Visit,
    forms: Forms,
    error: &AccountError,
) -> Result<Response, ErrorPage> {
    let page = AccountPage::new(billing, session, page, forms).await?;
    let AccountError::Throttled(wait) = error else { return Ok(Page::refused(page).into_response()) };
    let mut response = Page::with_status(StatusCode::TOO_MANY_REQUESTS, page).into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.seconds()));
    Ok(response)
}

/// What a member is.
pub(crate) fn role(role: impl ui::By<Role>) -> String {
    let word = match role.value() {
        Role::Owner => t("role-owner"),
        Role::Administrator => t("role-administrator"),
        Role::Accountant => t("role-accountant"),
        Role::Biller => t("role-biller"),
        Role::Approver => t("role-approver"),
        Role::Auditor => t("role-auditor"),
    };
    word.to_string()
}

/// What no field of a form can mend.
fn failed(error: AccountError) -> ErrorPage {
    match error {
        AccountError::Unavailable(error) => error.into(),
        AccountError::SignedOut => ErrorPage::go_on("/sign-in"),
        error => ErrorPage::failed(&error),
    }
}
