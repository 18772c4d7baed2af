//! What an entry claims of things that are kept beside it: written by the acts, compared by the checks.

use counterfoil_invoice::{Amount, Currency, Issued, Money};
use counterfoil_ledger::entry::Statement;
use counterfoil_store::organisations::{KeptPayee, PayeeAccount, Proposer};
use counterfoil_store::payees::PayeeAct;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::kind::Kind;
use super::numbers::{LostNumbers, NumberingDetails, lost_numbers};
use crate::organisations::hex;

/// What an entry claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Claim {
    /// This document was issued.
    Issued(Uuid, IssuedDetails),
    /// This is the PDF of that document.
    Sealed(Uuid, SealedDetails),
    /// This payment came for that invoice.
    Paid(Uuid, PaymentDetails),
    /// This account is the organisation's.
    Payee(PayeeDetails),
    /// This was done with that account.
    PayeeAct(Uuid, PayeeAct, PayeeActDetails),
    /// Documents are signed with this certificate from now on. It came from outside, or was made here.
    Certificate { details: CertificateDetails, imported: bool },
    /// This certificate signs nothing more.
    Revoked(RevocationDetails),
    /// These numbers are never given again.
    Lost(Vec<LostNumbers>),
    /// Documents are numbered so from now on.
    Numbering(NumberingDetails),
    /// Nothing that is kept beside it; or it is of a kind that this version of the program does not know.
    Nothing,
}

impl Claim {
    /// What this statement claims. `None` if it is not what its kind claims.
    pub(crate) fn of(statement: &Statement) -> Option<Self> {
        fn read<'a, T: Deserialize<'a>>(statement: &'a Statement) -> Option<T> {
            T::deserialize(&statement.details).ok()
        }
        let Some(kind) = Kind::parse(&statement.kind) else { return Some(Self::Nothing) };
        Some(match kind {
            Kind::InvoiceIssued => Self::Issued(statement.subject?, read(statement)?),
            Kind::DocumentSealed => Self::Sealed(statement.subject?, read(statement)?),
            Kind::PaymentRecorded => Self::Paid(statement.subject?, read(statement)?),
            Kind::PayeeAdded => Self::Payee(read(statement)?),
            Kind::PayeeApproved | Kind::PayeePreferred | Kind::PayeeEnded => {
                let act = match kind {
                    Kind::PayeeApproved => PayeeAct::Approved,
                    Kind::PayeePreferred => PayeeAct::Preferred,
                    _ => PayeeAct::Ended,
                };
                Self::PayeeAct(statement.subject?, act, read(statement)?)
            }
            Kind::OrganisationCreated | Kind::CertificateImported | Kind::CertificateRenewed => {
                let imported = kind == Kind::CertificateImported;
                Self::Certificate { details: read(statement)?, imported }
            }
            Kind::CertificateRevoked => Self::Revoked(read(statement)?),
            Kind::NumberingChanged => Self::Numbering(read(statement)?),
            Kind::LedgerRestored => Self::Lost(lost_numbers(&statement.details)),
            Kind::OrganisationChanged
            | Kind::MemberAdded
            | Kind::DocumentSent
            | Kind::MailCancelled
            | Kind::BooksExported
            | Kind::KeyRotated
            | Kind::RootKeyRotated
            | Kind::LinkCreated
            | Kind::LinkOpened
            | Kind::LinkRevoked
            | Kind::PersonCreated
            | Kind::PasswordChanged
            | Kind::FactorEnrolled
            | Kind::FactorRecoveryCodeUsed
            | Kind::FactorRecoveryCodesReplaced
            | Kind::SessionOpened
            | Kind::SessionClosed
            | Kind::SessionsClosed => Self::Nothing,
        })
    }
}

/// Of an issued document. Digests are SHA-256 in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IssuedDetails {
    /// BT-1.
    pub(crate) number: String,
    /// BT-3.
    pub(crate) type_code: String,
    /// BT-2.
    pub(crate) issue_date: Date,
    /// BT-5.
    pub(crate) currency: Currency,
    /// BT-115.
    pub(crate) amount_due: Amount,
    /// Of the canonical content.
    pub(crate) content_sha256: String,
    /// Of the e-invoice in CII.
    pub(crate) cii_sha256: String,
    /// Of the e-invoice in UBL.
    pub(crate) ubl_sha256: String,
    /// Of the certificate that the PDF is signed with.
    pub(crate) seal_sha256: String,
    /// The customer that it went to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) customer: Option<Uuid>,
    /// The document of these books that it credits or corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) preceding: Option<Uuid>,
    /// How much of that document it settles, in that one's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) settles: Option<Money>,
}

impl IssuedDetails {
    /// Of a document that went to no customer of the books, and settles no other.
    pub(crate) fn of(issued: &Issued, cii: &[u8], ubl: &[u8], seal_sha256: String) -> Self {
        let document = issued.document();
        Self {
            number: document.number.clone(),
            type_code: document.content.type_code.clone(),
            issue_date: document.issue_date,
            currency: document.content.currency,
            amount_due: document.totals.amount_due,
            content_sha256: sha256(&issued.to_canonical_json()),
            cii_sha256: sha256(cii),
            ubl_sha256: sha256(ubl),
            seal_sha256,
            customer: None,
            preceding: None,
            settles: None,
        }
    }

    /// The document in these bytes, if they are those that were issued, and it states what the entry says.
    pub(crate) fn issued(&self, content: &[u8]) -> Result<Issued, String> {
        if sha256(content) != self.content_sha256 {
            return Err("has other content than was issued".to_owned());
        }
        let issued =
            Issued::from_canonical_json(content).map_err(|_| "has content that cannot be read".to_owned())?;
        let document = issued.document();
        let facts = [
            ("number", document.number == self.number),
            ("type_code", document.content.type_code == self.type_code),
            ("issue_date", document.issue_date == self.issue_date),
            ("currency", document.content.currency == self.currency),
            ("amount_due", document.totals.amount_due == self.amount_due),
        ];
        match facts.iter().find(|(_, same)| !same) {
            Some((name, _)) => Err(format!("states another {name} than its entry")),
            None => Ok(issued),
        }
    }

    /// What it takes off the preceding document, in minor units.
    pub(crate) fn settled(&self) -> Option<(Uuid, i64)> {
        Some((self.preceding?, self.settles?.minor()))
    }
}

/// Of a sealed PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SealedDetails {
    pub(crate) pdf_sha256: String,
}

/// Of a payment. What the biller noted of it is theirs, and in no entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PaymentDetails {
    pub(crate) payment: Uuid,
    pub(crate) amount: Amount,
    pub(crate) currency: Currency,
    pub(crate) received_on: Date,
}

/// Of a payee account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PayeeDetails {
    account_sha256: String,
    in_use_since: Timestamp,
    /// Its id. Not stated of those that an organisation had before it could have several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<Uuid>,
    /// Who entered it, if a second person has to agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    second_to: Option<Proposer>,
}

impl PayeeDetails {
    pub(crate) fn of(kept: &KeptPayee) -> Self {
        Self {
            account_sha256: PayeeActDetails::of(&kept.entered.account).account_sha256,
            in_use_since: kept.in_use_since,
            account: Some(kept.id),
            second_to: kept.entered.second_to,
        }
    }

    /// Whether the account is kept as it was entered.
    pub(crate) fn are_of(&self, kept: &KeptPayee) -> bool {
        let whole = Self { account: self.account.or(Some(kept.id)), ..self.clone() };
        whole == Self::of(kept)
    }
}

/// Of what was done with a payee account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PayeeActDetails {
    account_sha256: String,
}

impl PayeeActDetails {
    pub(crate) fn of(account: &PayeeAccount) -> Self {
        let mut hash = Sha256::new();
        for part in [account.iban.as_str(), account.bic.as_deref().unwrap_or(""), &account.holder] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Self { account_sha256: hex(&hash.finalize()) }
    }
}

/// Of a certificate that was taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CertificateDetails {
    /// Its fingerprint.
    pub(crate) seal_sha256: String,
    /// The last moment of its validity. Not stated of the one that an organisation is made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) not_after: Option<Timestamp>,
}

/// Of a revocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RevocationDetails {
    pub(crate) seal_sha256: String,
    pub(crate) reason: String,
}

/// SHA-256 in hexadecimal digits, as entries hold it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
