//! The rules of EN 16931-1, by their own ids.
//!
//! Each family is a table in its own file; a row is a rule, found by its id, and the tables are in the order of the
//! rule book: `mandatory` BR-01 …, `conditions` BR-CO, `decimals` BR-DEC, `codes` BR-CL, `vat` BR-S … BR-B.
//! They judge the semantic model, so they are the same for UBL and CII. Where the official artefacts (1.3.16) of the
//! two syntaxes differ, the UBL one is followed, but:
//! - BR-17, BR-51 and BR-53 follow the stricter one, so that what we issue is valid in both;
//! - BR-CO-15 takes an absent VAT total (BT-110) as zero, as CII does.
//!
//! Some rules cannot be broken by a [`Document`], because its types hold what they ask for: BR-03, BR-05, BR-12 to
//! BR-15, BR-22, BR-26, BR-31, BR-36, BR-41, BR-43, BR-45, BR-46 and BR-CL-03. Whoever reads a foreign syntax reports
//! them. A VAT category that is missing there is read as [`crate::VatCategory::Unknown`] with an empty code. BR-CO-05
//! to BR-CO-08 compare the meaning of two texts, which no artefact does either.

mod codes;
mod conditions;
mod decimals;
mod mandatory;
mod sums;
mod vat;

use serde::{Deserialize, Serialize};

use crate::document::Document;

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
    let mut findings = Vec::new();
    for rule in rules() {
        let mut hits = Hits { rule, findings: &mut findings, left: MAX_FINDINGS_PER_RULE };
        (rule.judge)(document, &mut hits);
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
    judge: fn(&Document, &mut Hits<'_>),
}

const fn rule(id: &'static str, term: &'static str, judge: fn(&Document, &mut Hits<'_>)) -> Rule {
    Rule { id, term, judge }
}

/// Where the findings of one rule go.
struct Hits<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
    left: usize,
}

impl Hits<'_> {
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
            self.findings.push(Finding::fatal(self.rule.id, term, index, message));
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
mod tests;
