//! Payments, payee accounts, certificates and what is settled, against the entries that made them.

use std::collections::BTreeMap;

use counterfoil_identity::PersonId;
use counterfoil_invoice::Money;
use counterfoil_ledger::entry::Statement;
use counterfoil_seal::CertificateFacts;
use counterfoil_store::certificates::KeptCertificate;
use counterfoil_store::organisations::KeptPayee;
use counterfoil_store::payees::KeptPayeeAct;
use counterfoil_store::payments::Standing;
use counterfoil_store::{Books, StoreError};
use jiff::Timestamp;
use uuid::Uuid;

use super::claim::{CertificateDetails, PayeeActDetails, PayeeDetails, PaymentDetails, RevocationDetails};
use crate::billing::Unavailable;
use crate::organisations::hex;

/// Rows read at once.
const BATCH: u32 = 1000;

/// What is kept, crossed off as the entries name it, and what the entries come to.
#[derive(Default)]
pub(super) struct Beside {
    /// Files, payments, payee accounts, what was done with them, certificates and revocations that were checked.
    pub(super) files: u64,
    pub(super) payments: u64,
    pub(super) accounts: u64,
    pub(super) payee_acts: u64,
    pub(super) certificates: u64,
    pub(super) revocations: u64,
    /// That no entry has named yet.
    accounts_left: Vec<KeptPayee>,
    /// The accounts that entries have named.
    accounts_known: BTreeMap<Uuid, PayeeActDetails>,
    /// What was done with accounts, that no entry has named yet.
    payee_acts_left: Vec<KeptPayeeAct>,
    /// That no entry has named yet, the oldest first.
    certificates_left: Vec<KeptCertificate>,
    standings: BTreeMap<Uuid, Standing>,
}

impl Beside {
    /// What is kept. What cannot be read is a fault, and then counts as not there.
    pub(super) async fn read(books: &mut Books, faults: &mut Vec<String>) -> Result<Self, Unavailable> {
        let mut beside = Self::default();
        match books.list_payee_accounts().await {
            Ok(kept) => beside.accounts_left = kept,
            Err(StoreError::Corrupt { column, .. }) => {
                faults.push(format!("a payee account is damaged ({column})"));
            }
            Err(error) => return Err(error.into()),
        }
        match books.list_payee_acts().await {
            Ok(kept) => beside.payee_acts_left = kept,
            Err(StoreError::Corrupt { column, .. }) => {
                faults.push(format!("what was done with a payee account is damaged ({column})"));
            }
            Err(error) => return Err(error.into()),
        }
        match books.list_certificates().await {
            Ok(kept) => beside.certificates_left = kept.into_iter().rev().collect(),
            Err(StoreError::Corrupt { column, .. }) => {
                faults.push(format!("a signing certificate is damaged ({column})"));
            }
            Err(error) => return Err(error.into()),
        }
        Ok(beside)
    }

    pub(super) fn account(&mut self, details: &PayeeDetails) -> Option<String> {
        self.accounts += 1;
        match self.accounts_left.iter().position(|kept| details.are_of(kept)) {
            Some(place) => {
                let kept = self.accounts_left.swap_remove(place);
                self.accounts_known.insert(kept.id, PayeeActDetails::of(&kept.entered.account));
                None
            }
            None => Some("the payee account is not kept as it was entered".to_owned()),
        }
    }

    pub(super) fn payee_act(&mut self, done: KeptPayeeAct, details: &PayeeActDetails) -> Option<String> {
        self.payee_acts += 1;
        if self.accounts_known.get(&done.account) != Some(details) {
            return Some("it is about a payee account that was not entered so".to_owned());
        }
        match self.payee_acts_left.iter().position(|kept| *kept == done) {
            Some(place) => {
                self.payee_acts_left.swap_remove(place);
                None
            }
            None => Some("what was done with the payee account is not kept so".to_owned()),
        }
    }

    /// The newest certificate signs, so their order counts.
    pub(super) fn certificate(
        &mut self,
        at: Timestamp,
        details: &CertificateDetails,
        imported: bool,
    ) -> Option<String> {
        self.certificates += 1;
        let left = &mut self.certificates_left;
        let Some(place) = left.iter().position(|kept| kept.fingerprint == details.seal_sha256) else {
            return Some(format!("the certificate {} is missing", details.seal_sha256));
        };
        let kept = left.remove(place);
        let own = kept.chain.first().and_then(|der| CertificateFacts::read(der).ok());
        let whole = own
            .is_some_and(|own| hex(&own.fingerprint) == kept.fingerprint && own.not_after == kept.not_after)
            && details.not_after.is_none_or(|stated| stated == kept.not_after)
            && kept.imported == imported
            && kept.in_use_since == at;
        if !whole {
            return Some(format!("the certificate {} is not kept as it was taken up", kept.fingerprint));
        }
        (place > 0).then(|| "the certificates are kept in another order than they were taken up".to_owned())
    }

    pub(super) async fn revocation(
        &mut self,
        books: &mut Books,
        position: u64,
        at: Timestamp,
        details: &RevocationDetails,
    ) -> Result<Option<String>, Unavailable> {
        self.revocations += 1;
        let kept = books.find_revocation(&details.seal_sha256).await?;
        let same = kept.is_some_and(|kept| kept.ledger_position == position && kept.revoked_at == at);
        Ok((!same).then(|| format!("the certificate {} is not kept as revoked", details.seal_sha256)))
    }

    pub(super) async fn payment(
        &mut self,
        books: &mut Books,
        position: u64,
        statement: &Statement,
        invoice: Uuid,
        details: &PaymentDetails,
    ) -> Result<Option<String>, Unavailable> {
        self.payments += 1;
        let Ok(amount) = Money::from_amount(details.amount, details.currency) else {
            return Ok(Some("its amount is none of its currency".to_owned()));
        };
        let standing = self.standings.entry(invoice).or_default();
        standing.paid = standing.paid.saturating_add(amount.minor());
        let kept = match books.find_payment(details.payment).await {
            Ok(Some(kept)) => kept,
            Ok(None) => return Ok(Some("the payment is missing".to_owned())),
            Err(StoreError::Corrupt { column, .. }) => {
                return Ok(Some(format!("the payment is damaged ({column})")));
            }
            Err(error) => return Err(error.into()),
        };
        let same = kept.invoice == invoice
            && kept.amount == amount
            && kept.received_on == details.received_on
            && kept.ledger_position == position
            && kept.recorded_at == statement.at
            && kept.recorded_by.map(PersonId::uuid) == statement.actor;
        Ok((!same).then(|| "the payment is not kept as it was entered".to_owned()))
    }

    /// A credit note of so much, in minor units.
    pub(super) fn credited(&mut self, preceding: Uuid, amount: i64) {
        let standing = self.standings.entry(preceding).or_default();
        standing.credited = standing.credited.saturating_add(amount);
    }

    /// What is kept and no entry made, and what is listed as settled and is not. `documents` were checked.
    pub(super) async fn finish(
        &mut self,
        books: &mut Books,
        documents: u64,
        faults: &mut Vec<String>,
    ) -> Result<(), Unavailable> {
        let (payments, revocations) = (books.count_payments().await?, books.count_revocations().await?);
        let (files, e_invoices) = (books.count_files().await?, books.count_e_invoices().await?);
        // A document is found by the one in CII and the one in UBL.
        let issued = documents.saturating_mul(2);
        for (what, more, known) in [
            ("files", files.saturating_sub(self.files), self.files),
            ("e-invoices", e_invoices.saturating_sub(issued), issued),
            ("payee accounts", self.accounts_left.len() as u64, self.accounts),
            ("changes of payee accounts", self.payee_acts_left.len() as u64, self.payee_acts),
            ("certificates", self.certificates_left.len() as u64, self.certificates),
            ("payments", payments.saturating_sub(self.payments), self.payments),
            ("revoked certificates", revocations.saturating_sub(self.revocations), self.revocations),
        ] {
            faults.extend(too_many(what, more, known));
        }
        let (mut after, mut listed) = (None, 0_u64);
        loop {
            let kept = books.list_standings(after, BATCH).await?;
            let Some((last, _)) = kept.last() else { break };
            after = Some(*last);
            listed += kept.len() as u64;
            for (invoice, standing) in kept {
                if standing != self.standings.remove(&invoice).unwrap_or_default() {
                    faults.push(settled_otherwise(books, invoice).await?);
                }
            }
        }
        faults.extend(too_many("rows of the list of documents", listed.saturating_sub(documents), documents));
        for (invoice, standing) in std::mem::take(&mut self.standings) {
            if standing != Standing::default() {
                faults.push(settled_otherwise(books, invoice).await?);
            }
        }
        Ok(())
    }
}

fn too_many(what: &str, more: u64, known: u64) -> Option<String> {
    (more > 0).then(|| format!("{what}: {more} more are kept than the {known} that the ledger knows"))
}

async fn settled_otherwise(books: &mut Books, invoice: Uuid) -> Result<String, Unavailable> {
    let number = match books.find_invoice(invoice).await {
        Ok(Some(kept)) => kept.issued.document().number.clone(),
        Ok(None) | Err(StoreError::Corrupt { .. }) => invoice.to_string(),
        Err(error) => return Err(error.into()),
    };
    Ok(format!("document {number} is listed as paid or credited otherwise than the entries come to"))
}
