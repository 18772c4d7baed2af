//! The rules of EN 16931-1, by their own ids.
//!
//! Each family is a table in its own file; a row is a rule, found by its id, and the tables are in the order of the
//! rule book: `mandatory` BR-01 …, `conditions` BR-CO, `decimals` BR-DEC, `codes` BR-CL, `vat` BR-S … BR-B.
//! They judge the semantic model. What we issue is judged by the stricter one of the official artefacts (1.3.16) of
//! UBL and CII, so that it is valid in both; but BR-CO-15 takes an absent VAT total (BT-110) as zero, as CII does, and
//! BR-CO-25 is kept as the text of the standard has it, although those artefacts suspended it: Factur-X and the French
//! profiles still ask for it.
//!
//! A stranger's document is judged by [`check_foreign`] as the artefact of its syntax does, with the [`Foreign`] facts
//! that whoever read it hands over: only such a document can break BR-03, BR-05, BR-12 to BR-15, BR-22, BR-26, BR-31,
//! BR-36, BR-41, BR-43, BR-45, BR-46 and BR-CL-03, because a [`Document`]'s types hold what they ask for. A VAT category
//! that is missing there is read as [`crate::VatCategory::Unknown`] with an empty code. BR-CO-05 to BR-CO-08 compare
//! the meaning of two texts, which no artefact does either.

mod codes;
mod conditions;
mod decimals;
mod foreign;
mod mandatory;
mod sums;
mod vat;

use serde::{Deserialize, Serialize};

use rust_decimal::Decimal;

use crate::Amount;
use crate::document::Document;
use crate::payment::PaymentInstructions;
pub use foreign::{Binding, Code, Foreign, Profile, VatTotal};

/// How bad a finding is: the official rules' flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The document must not be issued.
    Fatal,
    /// Worth a look.
    Warning,
}

/// One rule that a document breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's own id, such as `BR-CO-17`.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// The business term or group, such as `BT-31`.
    pub term: &'static str,
    /// Which one of many, counted from 0: the line, allowance or breakdown.
    pub index: Option<usize>,
    /// What is wrong and what would be right, for the person who must mend it.
    pub message: String,
}

impl Finding {
    /// A finding that forbids to issue.
    pub(crate) fn fatal(
        rule: &'static str,
        term: &'static str,
        index: Option<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self { rule, severity: Severity::Fatal, term, index, message: message.into() }
    }
}

/// Most findings of one rule that [`check`] returns: nobody reads more, and a hostile document has millions.
pub const MAX_FINDINGS_PER_RULE: usize = 100;

/// All rules that the document breaks, in the order of the rule book, at most [`MAX_FINDINGS_PER_RULE`] of each.
pub fn check(document: &Document) -> Vec<Finding> {
    run(document, None)
}

/// [`check`] for a stranger's document, as the official rules of its syntax and profile judge it.
pub fn check_foreign(document: &Document, foreign: &Foreign) -> Vec<Finding> {
    run(document, Some(foreign))
}

fn run(document: &Document, foreign: Option<&Foreign>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules().filter(|rule| foreign.is_none_or(|foreign| foreign.judges(rule.id))) {
        let mut hits = Hits { rule, foreign, findings: &mut findings, left: MAX_FINDINGS_PER_RULE };
        if foreign.is_some() && rule.id.starts_with("BR-CL-") {
            codes::foreign_codes(&mut hits);
        } else {
            (rule.judge)(document, &mut hits);
        }
    }
    findings
}

/// The ids of all rules that [`check`] applies, in its order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    rules().map(|rule| rule.id)
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    let tables = [mandatory::RULES, conditions::RULES, decimals::RULES, codes::RULES];
    tables.into_iter().flatten().chain(vat::RULES.into_iter().flatten())
}

/// One row of a table.
#[derive(Clone, Copy)]
struct Rule {
    id: &'static str,
    /// The term of its findings, unless a finding names another.
    term: &'static str,
    judge: Judge,
}

type Judge = for<'a> fn(&'a Document, &mut Hits<'a>);

const fn rule(id: &'static str, term: &'static str, judge: Judge) -> Rule {
    Rule { id, term, judge }
}

/// Where the findings of one rule go.
struct Hits<'a> {
    rule: &'static Rule,
    foreign: Option<&'a Foreign>,
    findings: &'a mut Vec<Finding>,
    left: usize,
}

impl<'a> Hits<'a> {
    /// Judged as a stranger's UBL document.
    fn ubl(&self) -> bool {
        self.foreign.is_some_and(|foreign| foreign.binding != Binding::Cii)
    }

    /// Judged as a stranger's CII document.
    fn cii(&self) -> bool {
        self.foreign.is_some_and(|foreign| foreign.binding == Binding::Cii)
    }

    /// A stranger's document says nothing here.
    fn lacks(&self, term: &'static str, index: Option<usize>) -> bool {
        self.foreign.is_some_and(|foreign| foreign.absent.contains(&(term, index)))
    }

    /// The amount, unless a stranger's document lacks it; then no comparison with it holds.
    fn stated(&self, term: &'static str, index: Option<usize>, amount: Amount) -> Option<Decimal> {
        (!self.lacks(term, index)).then_some(amount.0)
    }

    /// Where the official rules ask only whether an element exists, an empty one passes in a stranger's document.
    fn exists(&self, text: Option<&String>) -> bool {
        if self.foreign.is_some() { text.is_some() } else { given(text) }
    }

    /// A text that the model cannot leave out.
    fn states(&self, term: &'static str, index: Option<usize>, text: &str) -> bool {
        if self.foreign.is_some() { !self.lacks(term, index) } else { !blank(text) }
    }

    /// Each payment means as it is written.
    fn payments(&self, d: &'a Document) -> &'a [PaymentInstructions] {
        self.foreign.map_or(d.content.payment.as_slice(), |foreign| &foreign.payments)
    }

    /// The document as a whole breaks the rule.
    fn add(&mut self, message: impl Into<String>) {
        self.add_to(self.rule.term, None, message);
    }

    /// The line, allowance or breakdown with this index breaks the rule.
    fn add_at(&mut self, index: usize, message: impl Into<String>) {
        self.add_to(self.rule.term, Some(index), message);
    }

    /// This term breaks the rule, for rules on several terms.
    fn add_to(&mut self, term: &'static str, index: Option<usize>, message: impl Into<String>) {
        if self.left > 0 {
            self.left -= 1;
            let mut finding = Finding::fatal(self.rule.id, term, index, message);
            // BR-51 is the one rule that the artefacts flag differently.
            let tolerated = self.foreign.is_some_and(|f| f.profile.tolerates(self.rule.id, f.binding));
            if tolerated || self.ubl() && self.rule.id == "BR-51" {
                finding.severity = Severity::Warning;
            }
            self.findings.push(finding);
        }
    }
}

/// Nothing but white space.
fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Present, with more than white space.
fn given(text: Option<&String>) -> bool {
    text.is_some_and(|text| !blank(text))
}

/// Foreign text for a message: shortened, and with nothing in it that could move a cursor or turn a line around.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 30;
    let start: String = text.chars().take(LONGEST).collect();
    let more = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    format!("“{}{more}”", start.escape_debug())
}

#[cfg(test)]
mod foreign_tests;
#[cfg(test)]
mod tests;
