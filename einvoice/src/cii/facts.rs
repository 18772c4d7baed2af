//! What a CII document says that a `Document` cannot hold, for the rules that judge it.

use counterfoil_invoice::payment::{CreditTransfer, PaymentCard, PaymentInstructions};
use counterfoil_invoice::rules::VatTotal;

use crate::facts::{Facts, currency, number, text};
use crate::xml::Cursor;

pub(crate) fn facts(root: Cursor<'_>) -> Facts {
    const SETTLEMENT: &str = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement";
    let Some(settlement) = root.find(SETTLEMENT) else { return Facts::default() };
    let totals = settlement.find("ram:SpecifiedTradeSettlementHeaderMonetarySummation");
    Facts {
        currency: currency(settlement, "ram:InvoiceCurrencyCode"),
        accounting_currency: currency(settlement, "ram:TaxCurrencyCode"),
        vat_totals: totals
            .into_iter()
            .flat_map(|totals| totals.children("ram:TaxTotalAmount"))
            .map(|amount| VatTotal {
                currency: amount.peek("currencyID").map(str::to_owned),
                amount: number(amount),
                broken_down: None,
            })
            .collect(),
        payments: settlement
            .children("ram:SpecifiedTradeSettlementPaymentMeans")
            .enumerate()
            .map(|(index, means)| means.within("BG-16", index, payment))
            .collect(),
    }
}

fn payment(means: Cursor<'_>) -> PaymentInstructions {
    means.expects("ram:TypeCode", "BT-81");
    let account = means.find("ram:PayeePartyCreditorFinancialAccount");
    if let Some(account) = account
        && account.find("ram:IBANID").is_none()
    {
        account.expects("ram:ProprietaryID", "BT-84");
    }
    let number = |account: Cursor<'_>| match text(account, "ram:IBANID") {
        iban if iban.is_empty() => text(account, "ram:ProprietaryID"),
        iban => iban,
    };
    PaymentInstructions {
        means_code: text(means, "ram:TypeCode"),
        credit_transfers: account
            .map(|account| CreditTransfer { account: number(account), ..CreditTransfer::default() })
            .into_iter()
            .collect(),
        card: means
            .find("ram:ApplicableTradeSettlementFinancialCard")
            .map(|card| PaymentCard { primary_account_number: text(card, "ram:ID"), holder_name: None }),
        ..PaymentInstructions::default()
    }
}
