//! What a UBL document says that a `Document` cannot hold, for the rules that judge it.

use counterfoil_invoice::payment::{CreditTransfer, PaymentCard, PaymentInstructions};
use counterfoil_invoice::rules::VatTotal;

use crate::facts::{Facts, currency, number, text};
use crate::xml::Cursor;

pub(crate) fn facts(root: Cursor<'_>) -> Facts {
    Facts {
        currency: currency(root, "cbc:DocumentCurrencyCode"),
        accounting_currency: currency(root, "cbc:TaxCurrencyCode"),
        vat_totals: root.children("cac:TaxTotal").map(vat_total).collect(),
        payments: root
            .children("cac:PaymentMeans")
            .enumerate()
            .map(|(index, means)| means.within("BG-16", index, payment))
            .collect(),
    }
}

fn vat_total(total: Cursor<'_>) -> VatTotal {
    let amount = total.find("cbc:TaxAmount");
    let mut parts = total.children("cac:TaxSubtotal").peekable();
    let broken_down = parts.peek().is_some().then(|| {
        parts
            .filter_map(|part| part.find("cbc:TaxAmount"))
            .try_fold(rust_decimal::Decimal::ZERO, |sum, part| sum.checked_add(number(part)?))
    });
    VatTotal {
        currency: amount.and_then(|amount| amount.peek("currencyID")).map(str::to_owned),
        amount: amount.and_then(number),
        broken_down,
    }
}

fn payment(means: Cursor<'_>) -> PaymentInstructions {
    means.expects("cbc:PaymentMeansCode", "BT-81");
    let account = means.find("cac:PayeeFinancialAccount");
    if let Some(account) = account {
        account.expects("cbc:ID", "BT-84");
    }
    PaymentInstructions {
        means_code: text(means, "cbc:PaymentMeansCode"),
        credit_transfers: account
            .map(|account| CreditTransfer { account: text(account, "cbc:ID"), ..CreditTransfer::default() })
            .into_iter()
            .collect(),
        card: means
            .find("cac:CardAccount/cbc:PrimaryAccountNumberID")
            .map(|number| PaymentCard { primary_account_number: number.peek_text(), holder_name: None }),
        ..PaymentInstructions::default()
    }
}
