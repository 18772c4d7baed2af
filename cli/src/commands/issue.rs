//! `issue`: a file in, a sealed document out. What of the file does not come along is named, and its sums must be right.

use anyhow::{Context as _, bail};
use counterfoil_billing::documents::Format;
use counterfoil_billing::issue::IssueError;
use counterfoil_identity::permission::{EditDrafts, Issue as MayIssue, ReadBooks};
use counterfoil_identity::{authorize_operator, gate};
use counterfoil_invoice::{Finding, Severity};
use serde_json::json;

use crate::args::Issue;
use crate::assembly::assemble;
use crate::config::Config;
use crate::data_folder::{DataFolder, write_whole};
use crate::output::{data, talk};
use crate::stated::{Stated, Warning};

pub(super) async fn run(config: &Config, issue: &Issue, json: bool) -> anyhow::Result<()> {
    let name = issue.file.display().to_string();
    let stated = Stated::read(&issue.file)?;
    let folder = DataFolder::open(&config.data)?;
    let assembly = assemble(config, &folder).await?;
    let billing = &assembly.billing;
    let organisation = assembly.organisation(&issue.org).await?;
    let gate = gate::operator_command("issue");
    let reader = authorize_operator::<ReadBooks>(&gate, organisation)?;
    let preview = billing.preview(&reader, None, stated.ours()).await.with_context(|| name.clone())?;
    let (fatal, odd): (Vec<Finding>, Vec<Finding>) =
        preview.findings.into_iter().partition(|finding| finding.severity == Severity::Fatal);
    let mut warnings = stated.left_out(&preview.document)?;
    warnings.extend(odd.into_iter().map(|finding| Warning {
        term: Some(finding.term),
        message: format!("{}: {}", finding.rule, finding.message),
    }));
    for Warning { term, message } in &warnings {
        let term = term.map(|term| format!("{term}: ")).unwrap_or_default();
        talk(&format!("{name}: {term}{message}"));
    }
    if !fatal.is_empty() {
        return Err(not_issuable(&name, fatal));
    }
    let wrong = stated.wrong_sums(&preview.document);
    if !wrong.is_empty() {
        bail!("{name} is not issued, because its sums are not those of its lines: {}", wrong.join("; "));
    }
    let may_issue = authorize_operator::<MayIssue>(&gate, organisation)?;
    let may_write = authorize_operator::<EditDrafts>(&gate, organisation)?;
    let issued = match billing.issue_content(&may_issue, &may_write, stated.ours()).await {
        Ok(issued) => issued,
        Err(IssueError::NotIssuable(findings)) => return Err(not_issuable(&name, findings)),
        Err(error) => return Err(error).with_context(|| format!("{name} is not issued")),
    };
    // Said first: whatever happens to the files, the number is given.
    let document = issued.issued.document();
    let value = json!({
        "id": issued.id,
        "number": document.number,
        "issue_date": document.issue_date,
        "amount_due": document.totals.amount_due,
        "currency": document.content.currency,
        "warnings": warnings,
    });
    data(json, &value, &[&document.number])?;
    for (path, format) in
        [(&issue.pdf, Format::Pdf), (&issue.xml, Format::Cii), (&issue.proof, Format::Proof)]
    {
        if let Some(path) = path {
            let missing = || format!("{} is issued, but a file of it is missing", document.number);
            let download = billing.document(&reader, issued.id, format).await.with_context(missing)?;
            write_whole(path, &download.bytes, 0o644).with_context(missing)?;
        }
    }
    assembly.store.close().await;
    Ok(())
}

fn not_issuable(name: &str, findings: Vec<Finding>) -> anyhow::Error {
    for finding in &findings {
        talk(&format!("{name}: {}: {}", finding.rule, finding.message));
    }
    IssueError::NotIssuable(findings).into()
}
