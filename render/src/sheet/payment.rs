//! How it is paid (BG-16): what, until when, to whom, and the code that fills it in.

use counterfoil_invoice::payment::{CreditTransfer, DirectDebit, PaymentCard};
use counterfoil_invoice::{Bic, Currency, Document, Iban, PaymentInstructions};
use serde::Serialize;

use super::{Clerk, Fact};
use crate::epc::Transfer;
use crate::locale::{Labels, fill};
use crate::text::{line, lines};

/// Terms up to this many characters stand in the block, longer ones above it.
const SHORT_TERMS: usize = 300;

/// UNTDID 4461: credit transfer, SEPA credit transfer.
const CREDIT_TRANSFERS: [&str; 2] = ["30", "58"];

/// UNTDID 4461: direct debit, SEPA direct debit.
const DIRECT_DEBITS: [&str; 2] = ["49", "59"];

/// The payment block.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Payment {
    headline: String,
    facts: Vec<Fact>,
    terms: Vec<String>,
    qr_caption: String,
    qr_alt: String,
}

impl Clerk<'_> {
    /// The block, and the text of its QR code if a SEPA credit transfer pays this document.
    pub(super) fn payment(&self) -> (Payment, Option<String>) {
        let labels = &self.locale.labels;
        let instructions = self.content.payment.as_ref();
        let payment = Payment {
            headline: self.headline(),
            facts: instructions.map(|i| self.payment_facts(i)).unwrap_or_default(),
            terms: if self.long_terms().is_some() { Vec::new() } else { self.terms() },
            qr_caption: labels.epc_caption.clone(),
            qr_alt: labels.epc_alt.clone(),
        };
        (payment, instructions.and_then(|i| self.epc_text(i)))
    }

    /// The terms (BT-20), if they are too long for the payment block.
    pub(super) fn long_terms(&self) -> Option<Vec<String>> {
        let terms = self.terms();
        (terms.iter().map(|line| line.chars().count()).sum::<usize>() > SHORT_TERMS || terms.len() > 4)
            .then_some(terms)
    }

    fn terms(&self) -> Vec<String> {
        self.content.payment_terms.as_deref().map(lines).unwrap_or_default()
    }

    fn headline(&self) -> String {
        let amount = self.money(self.document.totals.amount_due);
        let headline = headline(&self.locale.labels, self.document);
        match self.content.due_date.map(|date| self.locale.date(date)) {
            Some(date) => fill(headline.dated, &[("amount", &amount), ("date", &date)]),
            None => fill(headline.undated, &[("amount", &amount)]),
        }
    }

    fn payment_facts(&self, instructions: &PaymentInstructions) -> Vec<Fact> {
        let labels = &self.locale.labels;
        let mut facts: Vec<Fact> = Vec::new();
        let mut add = |label: &String, value: Option<String>| {
            facts.extend(value.filter(|v| !v.is_empty()).map(|v| (label.clone(), vec![v])));
        };
        let text = |value: &Option<String>| value.as_deref().map(line);
        let stated = text(&instructions.means_text);
        let by_transfer = CREDIT_TRANSFERS.contains(&instructions.means_code.as_str());
        if !(by_transfer && stated.is_none()) {
            let named = || means(labels, &instructions.means_code).cloned();
            add(&labels.means, stated.or_else(named).or_else(|| Some(line(&instructions.means_code))));
        }
        for transfer in &instructions.credit_transfers {
            add(&labels.account_name, Some(self.account_name(transfer)));
            match Iban::parse(&transfer.account) {
                Ok(iban) => add(&labels.iban, Some(iban.grouped())),
                Err(_) => add(&labels.account, Some(line(&transfer.account))),
            }
            let is_bic = transfer.service_provider.as_deref().is_some_and(|code| Bic::parse(code).is_ok());
            add(if is_bic { &labels.bic } else { &labels.bank_code }, text(&transfer.service_provider));
        }
        if let Some(PaymentCard { primary_account_number, holder_name }) = &instructions.card {
            add(&labels.card, Some(line(primary_account_number)));
            add(&labels.card_holder, text(holder_name));
        }
        if let Some(DirectDebit { mandate_reference, creditor_identifier, debited_account }) =
            &instructions.direct_debit
        {
            add(&labels.debited_account, text(debited_account));
            add(&labels.mandate, text(mandate_reference));
            add(&labels.creditor, text(creditor_identifier));
        }
        let reference = text(&instructions.remittance_information)
            .or_else(|| (!instructions.credit_transfers.is_empty()).then(|| line(&self.document.number)));
        add(&labels.reference, reference);
        facts
    }

    /// BT-85, or else the payee (BT-59) or the seller (BT-27), who is then the payee.
    fn account_name(&self, transfer: &CreditTransfer) -> String {
        let payee = self.content.payee.as_ref().map_or(&self.content.seller.name, |payee| &payee.name);
        line(transfer.account_name.as_ref().unwrap_or(payee))
    }

    fn epc_text(&self, instructions: &PaymentInstructions) -> Option<String> {
        let payable = self.content.currency == Currency::EUR
            && !self.content.is_credit_note()
            && CREDIT_TRANSFERS.contains(&instructions.means_code.as_str());
        let (transfer, iban) = instructions
            .credit_transfers
            .iter()
            .filter(|_| payable)
            .find_map(|transfer| Some((transfer, Iban::parse(&transfer.account).ok()?)))?;
        let bic = transfer.service_provider.as_deref().and_then(|bic| Bic::parse(bic).ok());
        Transfer {
            iban: &iban,
            bic: bic.as_ref(),
            name: &self.account_name(transfer),
            amount: self.document.totals.amount_due.0,
            remittance: instructions.remittance_information.as_deref().unwrap_or(&self.document.number),
        }
        .text()
    }
}

/// What the payment block says first, with a due date and without one.
pub(crate) struct Headline<'a> {
    pub(crate) dated: &'a str,
    undated: &'a str,
}

/// The headline of this document's payment block, with `{amount}` and `{date}` where they go.
pub(crate) fn headline<'a>(labels: &'a Labels, document: &Document) -> Headline<'a> {
    let (content, due) = (&document.content, document.totals.amount_due.0);
    let means = content.payment.as_ref().map_or("", |payment| payment.means_code.as_str());
    let (dated, undated) = if due.is_zero() || due.is_sign_negative() {
        (&labels.nothing_due, &labels.nothing_due)
    } else if content.is_credit_note() {
        (&labels.credited, &labels.credited)
    } else if DIRECT_DEBITS.contains(&means) {
        (&labels.collected_on, &labels.collected)
    } else {
        (&labels.pay_by, &labels.pay)
    };
    Headline { dated, undated }
}

/// UNTDID 4461 in words.
fn means<'a>(labels: &'a Labels, code: &str) -> Option<&'a String> {
    Some(match code {
        "10" => &labels.cash,
        "20" | "23" | "25" | "26" | "92" => &labels.cheque,
        "21" | "22" | "91" => &labels.bank_draft,
        "24" | "44" | "70" | "74" | "75" | "76" | "77" | "78" => &labels.bill_of_exchange,
        "60" | "61" | "62" | "63" | "64" | "65" | "66" | "67" => &labels.promissory_note,
        // Credits of the American clearing houses, of post offices and of banks.
        "2" | "5" | "6" | "11" | "13" | "15" | "17" | "19" | "28" | "30" | "32" | "34" | "36" | "38"
        | "40" | "42" | "43" | "45" | "50" | "51" | "52" | "53" | "56" | "58" | "69" | "93" | "94" | "95" => {
            &labels.credit_transfer
        }
        "3" | "4" | "7" | "12" | "14" | "16" | "18" | "27" | "29" | "31" | "33" | "35" | "37" | "39"
        | "41" | "46" | "47" | "49" | "59" => &labels.direct_debit,
        "48" | "54" | "55" => &labels.card_payment,
        "57" => &labels.standing_agreement,
        "68" => &labels.online,
        "9" | "97" => &labels.clearing,
        "1" | "ZZZ" => &labels.as_agreed,
        _ => return None,
    })
}
