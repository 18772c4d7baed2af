//! `validate`: e-invoices in, verdicts by the rules of EN 16931 out.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use counterfoil_einvoice::{ReadError, Validation};
use counterfoil_invoice::Severity;
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde::Serialize;

use crate::args::Validate;
use crate::invoice_file::{self, NoInvoice};
use crate::output::{COULD_NOT, chain, json_line, row, talk};

/// Exit code: some file is invalid.
const INVALID: u8 = 1;
/// Sooner than this nobody wonders.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is said of one file.
#[derive(Serialize)]
struct Verdict<'a> {
    file: &'a str,
    valid: bool,
    syntax: Option<&'static str>,
    /// BT-24.
    specification: Option<String>,
    findings: Vec<Item>,
}

/// A broken rule, or a fault that has no rule.
#[derive(Serialize)]
struct Item {
    /// The rule's id; `XSD`, `XML-…` and `PDF-…` are the ids of faults below the rules.
    rule: &'static str,
    fatal: bool,
    /// The business term or group.
    term: Option<&'static str>,
    message: String,
    line: Option<u32>,
    column: Option<u32>,
}

impl Item {
    fn fault(rule: &'static str, message: String) -> Self {
        Self { rule, fatal: true, term: None, message, line: None, column: None }
    }
}

/// One file after the other: none is kept.
pub(super) fn run(validate: &Validate, json: bool) -> anyhow::Result<ExitCode> {
    let bar = ProgressBar::with_draw_target(
        Some(u64::try_from(validate.files.len()).unwrap_or(u64::MAX)),
        ProgressDrawTarget::hidden(),
    );
    let started = Instant::now();
    let (mut all_valid, mut all_read) = (true, true);
    for path in &validate.files {
        if bar.is_hidden() && started.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        match invoice_file::read(path) {
            Ok(file) => {
                let name = path.to_string_lossy();
                let verdict = judge(&name, &file);
                all_valid &= verdict.valid;
                bar.suspend(|| report(&verdict, path, json))?;
            }
            Err(error) => {
                all_read = false;
                bar.suspend(|| talk(&format!("error: {}", chain(&error))));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(ExitCode::from(match (all_read, all_valid) {
        (false, _) => COULD_NOT,
        (true, false) => INVALID,
        (true, true) => 0,
    }))
}

fn judge<'a>(name: &'a str, file: &[u8]) -> Verdict<'a> {
    let judged = invoice_file::xml(file).map_err(|error| {
        let id = if matches!(error, NoInvoice::NoXml) { "PDF-NO-INVOICE" } else { "PDF-BROKEN" };
        Item::fault(id, error.to_string())
    });
    let judged = judged.and_then(|xml| counterfoil_einvoice::validate(&xml).map_err(|error| unread(&error)));
    match judged {
        Ok(validation) => Verdict {
            file: name,
            valid: validation.is_valid(),
            syntax: Some(match validation.syntax {
                counterfoil_einvoice::Syntax::Cii => "cii",
                counterfoil_einvoice::Syntax::Ubl => "ubl",
            }),
            specification: Some(validation.specification.clone()),
            findings: items(validation),
        },
        Err(fault) => {
            Verdict { file: name, valid: false, syntax: None, specification: None, findings: vec![fault] }
        }
    }
}

/// What is no UBL and no CII.
fn unread(error: &ReadError) -> Item {
    let id = match error {
        ReadError::TooLarge(_) | ReadError::Limit { .. } => "XML-TOO-LARGE",
        ReadError::Doctype { .. } => "XML-DTD",
        ReadError::Root { .. } => "XML-ROOT",
        _ => "XML-MALFORMED",
    };
    let at = error.position();
    Item { line: at.map(|at| at.line), column: at.map(|at| at.column), ..Item::fault(id, error.to_string()) }
}

fn items(validation: Validation) -> Vec<Item> {
    let faults = validation.faults.into_iter().map(|fault| Item {
        line: Some(fault.at.line),
        column: Some(fault.at.column),
        ..Item::fault("XSD", fault.message)
    });
    let findings = validation.findings.into_iter().map(|placed| Item {
        rule: placed.finding.rule,
        fatal: placed.finding.severity == Severity::Fatal,
        term: Some(placed.finding.term),
        message: placed.finding.message,
        line: Some(placed.at.line),
        column: Some(placed.at.column),
    });
    faults.chain(findings).collect()
}

fn report(verdict: &Verdict<'_>, path: &Path, json: bool) -> anyhow::Result<()> {
    if json {
        return json_line(verdict);
    }
    let ids = |fatal: bool| {
        let found: BTreeSet<&str> =
            verdict.findings.iter().filter(|item| item.fatal == fatal).map(|item| item.rule).collect();
        found.into_iter().collect::<Vec<_>>().join(",")
    };
    for item in &verdict.findings {
        let place = item.line.zip(item.column).map(|(line, column)| format!(":{line}:{column}"));
        let term = item.term.map(|term| format!(" {term}"));
        let (place, term) = (place.unwrap_or_default(), term.unwrap_or_default());
        talk(&format!("{}{place}: {}{term}: {}", path.display(), item.rule, item.message));
    }
    let word = if verdict.valid { "valid" } else { "invalid" };
    let (fatal, warnings) = (ids(true), ids(false));
    let mut columns = vec![verdict.file, word, &fatal];
    if !warnings.is_empty() {
        columns.push(&warnings);
    }
    row(&columns)
}
