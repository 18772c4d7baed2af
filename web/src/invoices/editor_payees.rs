//! To which of several payee accounts an invoice asks to be paid.

use counterfoil_billing::payees::{Payee, PayeeState};
use counterfoil_invoice::payment::CreditTransfer;
use counterfoil_invoice::{Content, PaymentInstructions};

use super::editor_form::Editor;
use crate::Form;
use crate::ui::{self, t};

/// What the form sends for the account of documents that name none.
const DEFAULT: &str = "default";

/// What can be chosen; nothing, if there is no choice.
pub(super) fn options(payees: &[Payee]) -> Vec<(String, String)> {
    let in_use = || payees.iter().filter(|payee| payee.state == PayeeState::InUse);
    if in_use().count() < 2 {
        return Vec::new();
    }
    let name = |payee: &Payee| {
        let account = ui::account(&payee.entered.account.iban);
        match payee.entered.name.as_str() {
            "" => account,
            name => format!("{name} · {account}"),
        }
    };
    let default = in_use().find(|payee| payee.is_default).map(name).unwrap_or_default();
    let mut options = vec![(DEFAULT.to_owned(), t("payee-as-usual").with("account", default).to_string())];
    options.extend(in_use().map(|payee| (payee.entered.account.iban.clone(), name(payee))));
    options
}

/// The choice as the form shows it; nothing, if the draft is paid in another way.
pub(super) fn value(content: &Content) -> &str {
    if content.payment.is_none() { DEFAULT } else { account(content).unwrap_or_default() }
}

/// Takes the choice over. What a form without a choice does not send stays as it is.
pub(super) fn read(form: &Form<Editor>, content: &mut Content) {
    match form.text("payee").as_str() {
        "" => {}
        DEFAULT => content.payment = None,
        chosen if account(content) == Some(chosen) => {}
        chosen => {
            let transfer = CreditTransfer { account: chosen.to_owned(), ..CreditTransfer::default() };
            content.payment = Some(PaymentInstructions {
                credit_transfers: vec![transfer],
                ..PaymentInstructions::default()
            });
        }
    }
}

/// Notes on the form if what was chosen is no account in use.
pub(super) fn check(form: &mut Form<Editor>, payees: &[Payee]) {
    let chosen = form.text("payee");
    let is_in_use = payees.iter().any(|p| p.state == PayeeState::InUse && p.entered.account.iban == chosen);
    if !chosen.is_empty() && chosen != DEFAULT && !is_in_use {
        form.refuse("payee", t("payee-not-in-use"));
    }
}

fn account(content: &Content) -> Option<&str> {
    content.payment.as_ref()?.credit_transfers.first().map(|transfer| transfer.account.as_str())
}
