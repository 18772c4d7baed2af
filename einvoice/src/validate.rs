//! Judging a stranger's document: what its schema demands, and what the rules of EN 16931 say.

use counterfoil_invoice::rules::{self, Binding, Finding, Foreign, Profile, Severity};

use crate::xml::{Notes, Tree};
use crate::{Position, ReadError, Syntax, cii, codes, schema, ubl};

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validation {
    /// The syntax it is written in.
    pub syntax: Syntax,
    /// BT-24 as it is written.
    pub specification: String,
    /// What breaks the schema of its syntax, or is no value of its type, in document order.
    pub faults: Vec<Fault>,
    /// The rules it breaks, in the order of the rule book.
    pub findings: Vec<Placed>,
}

/// What breaks the schema of a syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub at: Position,
    /// What is wrong and what would be right, with the element's name.
    pub message: String,
}

/// A rule that is broken, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The rule, its term and what would be right.
    pub finding: Finding,
    /// The element that breaks it, or the one that lacks what it asks for.
    pub at: Position,
}

impl Validation {
    /// Neither a fault nor a broken rule; warnings do not count.
    pub fn is_valid(&self) -> bool {
        self.faults.is_empty() && self.findings.iter().all(|f| f.finding.severity == Severity::Warning)
    }
}

/// Judges a UBL 2.1 invoice or credit note, or a CII D16B invoice, as the official rules of its syntax do.
///
/// # Errors
/// [`ReadError`] for what is no such document at all: not well-formed, beyond a limit, another root element.
pub fn validate(xml: &[u8]) -> Result<Validation, ReadError> {
    let tree = Tree::parse_to_judge(xml)?;
    let root = tree.root();
    let (syntax, binding) = match root.name() {
        "rsm:CrossIndustryInvoice" => (Syntax::Cii, Binding::Cii),
        "ubl:Invoice" => (Syntax::Ubl, Binding::UblInvoice),
        "cn:CreditNote" => (Syntax::Ubl, Binding::UblCreditNote),
        _ => return Err(root.unknown_root()),
    };
    let (document, facts) = match syntax {
        Syntax::Cii => (cii::read(root)?, cii::facts(root)),
        Syntax::Ubl => (ubl::read(root)?, ubl::facts(root)),
    };
    let specification = document.content.process.specification.clone();
    let notes = tree.take_notes();
    let foreign = Foreign {
        binding,
        profile: Profile::of(&specification, binding),
        absent: notes.absent.iter().map(|(term, index, _)| (*term, *index)).collect(),
        currency: facts.currency,
        accounting_currency: facts.accounting_currency,
        vat_totals: facts.vat_totals,
        payments: facts.payments,
        codes: codes::of(tree.root_node(), syntax),
    };
    let findings = rules::check_foreign(&document, &foreign);
    let findings = findings
        .into_iter()
        .map(|finding| Placed { at: tree.position(place(&notes, &finding)), finding })
        .collect();
    Ok(Validation { syntax, specification, faults: faults(&tree, notes.faults), findings })
}

/// What the schema and the types of the terms say, each place once, in document order.
fn faults(tree: &Tree<'_>, values: Vec<ReadError>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = schema::faults(tree.root_node())
        .into_iter()
        .map(|(byte, message)| Fault { at: tree.position(byte), message })
        .collect();
    for error in values {
        let (ReadError::Value { at, .. } | ReadError::Missing { at, .. }) = error else { continue };
        if faults.iter().all(|fault| fault.at != at) {
            let message = error.to_string();
            let message = message.split_once(": ").map_or(message.as_str(), |(_, what)| what);
            faults.push(Fault { at, message: message.to_owned() });
        }
    }
    faults.sort_by_key(|fault| (fault.at.line, fault.at.column));
    faults
}

/// The byte where the term of a finding stands, or else what should hold it, or the group it belongs to, or the root.
fn place(notes: &Notes, finding: &Finding) -> usize {
    let first = |list: &[(&str, Option<usize>, usize)], term: &str, index: Option<usize>| {
        let found = list.iter().find(|(t, i, _)| *t == term && (index.is_none() || *i == index));
        found.map(|(_, _, byte)| *byte)
    };
    let group = finding.index.and_then(|index| first(&notes.places, group(finding.term), Some(index)));
    first(&notes.places, finding.term, finding.index)
        .or_else(|| first(&notes.absent, finding.term, finding.index))
        .or(group)
        .unwrap_or(0)
}

/// The group of which a finding's index counts the occurrences.
fn group(term: &str) -> &str {
    let number: Option<u16> = term.strip_prefix("BT-").and_then(|number| number.parse().ok());
    match number {
        Some(25 | 26) => "BG-3",
        Some(92..=98) => "BG-20",
        Some(99..=105) => "BG-21",
        Some(116..=121) => "BG-23",
        Some(126..=161) => "BG-25",
        None if matches!(term, "BG-26" | "BG-27" | "BG-28" | "BG-32") => "BG-25",
        _ => term,
    }
}
