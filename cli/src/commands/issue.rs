//! `issue`: a file in, a sealed document out.

use std::path::Path;

use anyhow::Context as _;
use counterfoil_billing::documents::Format;
use counterfoil_billing::issue::IssueError;
use counterfoil_identity::permission::{EditDrafts, Issue as MayIssue, ReadBooks};
use counterfoil_identity::{authorize_operator, gate};
use counterfoil_invoice::Content;
use serde_json::json;

use crate::args::Issue;
use crate::assembly::assemble;
use crate::config::Config;
use crate::data_folder::{DataFolder, write_whole};
use crate::input;
use crate::output::{data, talk};

/// The largest input, in bytes: the e-invoice reader's own limit.
const LARGEST_INPUT: u64 = 10 * 1024 * 1024;

pub(super) async fn run(config: &Config, issue: &Issue, json: bool) -> anyhow::Result<()> {
    let content = read_content(&issue.file)?;
    let folder = DataFolder::open(&config.data)?;
    let assembly = assemble(config, &folder).await?;
    let billing = &assembly.billing;
    let organisation = assembly.organisation(&issue.org).await?;
    let gate = gate::operator_command("issue");
    let draft =
        billing.create_draft(&authorize_operator::<EditDrafts>(&gate, organisation)?, None, content).await?;
    let issued = match billing.issue(&authorize_operator::<MayIssue>(&gate, organisation)?, draft, 1).await {
        Ok(issued) => issued,
        Err(error) => {
            // Nothing is half done: the draft goes with the attempt.
            billing.discard_draft(&authorize_operator::<EditDrafts>(&gate, organisation)?, draft).await?;
            if let IssueError::NotIssuable(findings) = &error {
                for finding in findings {
                    talk(&format!("{}: {}: {}", issue.file.display(), finding.rule, finding.message));
                }
            }
            return Err(error.into());
        }
    };
    // Said first: whatever happens to the files, the number is given.
    let document = issued.issued.document();
    let value = json!({
        "id": issued.id,
        "number": document.number,
        "issue_date": document.issue_date,
        "amount_due": document.totals.amount_due,
        "currency": document.content.currency,
    });
    data(json, &value, &document.number)?;
    let reader = authorize_operator::<ReadBooks>(&gate, organisation)?;
    for (path, format) in
        [(&issue.pdf, Format::Pdf), (&issue.xml, Format::Cii), (&issue.proof, Format::Proof)]
    {
        if let Some(path) = path {
            let download = billing.document(&reader, issued.id, format).await?;
            write_whole(path, &download.bytes, 0o644)
                .with_context(|| format!("{} is issued, but a file of it is missing", document.number))?;
        }
    }
    assembly.store.close().await;
    Ok(())
}

fn read_content(path: &Path) -> anyhow::Result<Content> {
    let bytes = input::read(path, LARGEST_INPUT)?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        let content = serde_json::from_slice(text).with_context(|| path.display().to_string())?;
        return Ok(ours(content));
    }
    let reading = counterfoil_einvoice::read(&bytes).with_context(|| path.display().to_string())?;
    for element in &reading.not_carried {
        talk(&format!("{}: {element} is not part of EN 16931 and is left out", path.display()));
    }
    Ok(ours(reading.document.content))
}

/// What of a file becomes a draft of ours: buyer, lines and terms.
fn ours(mut content: Content) -> Content {
    // The seller's side is ours to say, and the profile is plain EN 16931.
    content.seller = counterfoil_invoice::Seller::default();
    content.payee = None;
    content.tax_representative = None;
    content.payment = None;
    content.process = counterfoil_invoice::references::ProcessControl::default();
    content
}
