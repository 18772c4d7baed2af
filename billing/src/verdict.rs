//! The one verdict on a document, with its reasons in plain words.

use counterfoil_invoice::Document;
use counterfoil_ledger::entry::Statement;
use serde::Serialize;

pub use counterfoil_seal::{Change, SignatureFault, TamperFinding};

pub use crate::finding::Finding;
use crate::ledger::{Claim, IssuedDetails};

/// Whether a document is genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Issued as it is, unchanged.
    Genuine,
    /// The data are as issued, the file around them was changed.
    AlteredFile,
    /// The data are as issued, but the seal that is to prove the file does not count.
    SealVoid,
    /// Issued as it is, but taken back by a later document.
    Superseded,
    /// Nothing proves or refutes it.
    Unknown,
    /// It claims to be what was never issued.
    Forged,
}

impl Verdict {
    /// One sentence for a layperson.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Genuine => "Genuine: issued as it is, unchanged",
            Self::AlteredFile => "Altered: the data inside are genuine, but this file was changed",
            Self::SealVoid => "Not proven: the data are genuine, but the seal does not count",
            Self::Superseded => "Genuine, but taken back by a later document",
            Self::Unknown => "Unknown: nothing here proves or refutes it",
            Self::Forged => "Forged or altered: this is not what was issued",
        }
    }
}

/// How one check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As it should be.
    Passed,
    /// Not as it should be.
    Failed,
    /// Could not be told.
    Open,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// How it came out.
    pub outcome: Outcome,
    /// What was found, for programs: stays the same between versions, see docs/design/verdicts.md.
    pub code: &'static str,
    /// What was found, in plain words.
    pub text: String,
    /// What was found, for whoever says it in other words.
    #[serde(skip)]
    pub finding: Finding,
}

/// A verdict with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What was checked, in order.
    pub checks: Vec<Check>,
    /// The ledger that was asked: its origin.
    pub ledger: Option<String>,
    /// What was issued, where it is known.
    pub issued: Option<IssuedFacts>,
    /// What the ledger's entry says.
    #[serde(skip)]
    pub(crate) entry: Option<ProvenEntry>,
}

/// A proven entry about an issued document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProvenEntry {
    pub(crate) document: uuid::Uuid,
    pub(crate) at: jiff::Timestamp,
    /// Who issued it; `None` is the operator's command line.
    pub(crate) actor: Option<uuid::Uuid>,
    pub(crate) details: IssuedDetails,
}

impl ProvenEntry {
    /// What this statement of a proven entry says, if it is about an issued document.
    pub(crate) fn of(statement: &Statement) -> Option<Self> {
        let Claim::Issued(document, details) = Claim::of(statement)? else { return None };
        Some(Self { document, at: statement.at, actor: statement.actor, details })
    }
}

/// What was issued, as far as whoever asks may know it: they hold the document or its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssuedFacts {
    /// BT-1.
    pub number: String,
    /// BT-27.
    pub seller: String,
    /// BT-2.
    pub issue_date: jiff::civil::Date,
    /// BT-9.
    pub due_date: Option<jiff::civil::Date>,
    /// BT-115.
    pub amount_due: counterfoil_invoice::Amount,
    /// BT-5.
    pub currency: counterfoil_invoice::Currency,
    /// BT-84 and BT-85 of every account.
    pub accounts: Vec<IssuedAccount>,
    /// The documents that take it back, or a part of it, oldest first.
    pub superseded_by: Vec<Superseding>,
}

/// A later document that refers to this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Superseding {
    /// BT-1.
    pub number: String,
    /// BT-2.
    pub issue_date: jiff::civil::Date,
    /// BT-115.
    pub amount_due: counterfoil_invoice::Amount,
    /// What it does to this one.
    pub effect: Effect,
}

/// What a later document does to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Takes all of it back at once.
    Cancelled,
    /// Stands in its place (BT-3 = 384).
    Corrected,
    /// Takes a part of it back.
    Credited,
}

/// A payee account as the document states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssuedAccount {
    /// BT-84.
    pub account: String,
    /// BT-85.
    pub holder: Option<String>,
    /// Since when the seller uses it, where the server knows.
    pub in_use_since: Option<jiff::Timestamp>,
}

impl IssuedFacts {
    /// The facts that a document states.
    pub fn of(document: &Document) -> Self {
        let content = &document.content;
        Self {
            number: document.number.clone(),
            seller: content.seller.name.clone(),
            issue_date: document.issue_date,
            due_date: content.due_date,
            amount_due: document.totals.amount_due,
            currency: content.currency,
            accounts: content
                .payment
                .iter()
                .flat_map(|payment| &payment.credit_transfers)
                .map(|transfer| IssuedAccount {
                    account: transfer.account.clone(),
                    holder: transfer.account_name.clone(),
                    in_use_since: None,
                })
                .collect(),
            superseded_by: Vec::new(),
        }
    }
}

impl Judgement {
    /// Nothing is known yet.
    pub(crate) fn unknown() -> Self {
        Self { verdict: Verdict::Unknown, checks: Vec::new(), ledger: None, issued: None, entry: None }
    }

    /// Notes what is more to the point than all that was noted before.
    pub(crate) fn note_first(&mut self, finding: &Finding) {
        self.note(finding);
        self.checks.rotate_right(1);
    }

    pub(crate) fn note(&mut self, finding: &Finding) {
        self.checks.push(Check {
            outcome: finding.outcome(),
            code: finding.code(),
            text: finding.to_string(),
            finding: finding.clone(),
        });
    }
}
