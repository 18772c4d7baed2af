//! `verify`: is this file genuine? Needs no server and no network.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use counterfoil_billing::verdict::{Judgement, Outcome, Verdict};
use counterfoil_billing::verify::{LARGEST_FILE, judge};
use counterfoil_ledger::note::VerifierKey;

use crate::args::Verify;
use crate::assembly::{assemble, proofreader};
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::input;
use crate::output::{COULD_NOT, chain, data, quoted, talk};

pub(super) async fn run(config: &Config, verify: &Verify, json: bool) -> anyhow::Result<ExitCode> {
    match judged(config, verify).await {
        Ok(judgement) => {
            data(json, &judgement, &text(&judgement))?;
            Ok(ExitCode::from(match judgement.verdict {
                Verdict::Genuine | Verdict::Superseded => 0,
                Verdict::AlteredFile | Verdict::SealVoid | Verdict::Forged => 1,
                Verdict::Unknown => 2,
            }))
        }
        Err(error) => {
            talk(&format!("error: {}", chain(&error)));
            Ok(ExitCode::from(COULD_NOT))
        }
    }
}

async fn judged(config: &Config, verify: &Verify) -> anyhow::Result<Judgement> {
    let file = input::read(&verify.file, LARGEST_FILE as u64)?;
    let proof = match &verify.proof {
        Some(path) => Some(
            String::from_utf8(input::read(path, LARGEST_FILE as u64)?)
                .map_err(|_| anyhow::anyhow!("{} is not a proof", path.display()))?,
        ),
        None => None,
    };
    let keys = verify.ledger_key.iter().map(|key| ledger_key(key)).collect::<anyhow::Result<Vec<_>>>()?;
    if !keys.is_empty() || !config.data.join("root.key").exists() {
        return Ok(judge(&file, proof.as_deref(), &keys, &proofreader()));
    }
    // Whoever has the books asks the books.
    let assembly = assemble(config, &DataFolder::open(&config.data)?).await?;
    let judgement = assembly.billing.judge_file(&file, proof.as_deref()).await?;
    assembly.store.close().await;
    Ok(judgement)
}

/// A key as text, or the file that holds it.
pub(super) fn ledger_key(text: &str) -> anyhow::Result<VerifierKey> {
    if let Ok(key) = text.trim().parse() {
        return Ok(key);
    }
    let held = input::read_text(Path::new(text)).map_err(|_| {
        anyhow::anyhow!("--ledger-key: {} is neither a ledger key (name+hash+key) nor a file", quoted(text))
    })?;
    held.trim().parse().with_context(|| format!("--ledger-key: {} does not hold a ledger key", quoted(text)))
}

fn text(judgement: &Judgement) -> Vec<String> {
    let mut lines = vec![judgement.verdict.sentence().to_owned()];
    for check in &judgement.checks {
        let mark = match check.outcome {
            Outcome::Passed => "ok  ",
            Outcome::Failed => "FAIL",
            Outcome::Open => "?   ",
        };
        lines.push(format!("  {mark} {}", check.text));
    }
    if let Some(facts) = &judgement.issued {
        lines.push(String::new());
        lines.push(format!(
            "  {} of {}, {}: {} {}",
            facts.number, facts.issue_date, facts.seller, facts.amount_due, facts.currency
        ));
        lines.extend(facts.accounts.iter().map(|account| format!("  to be paid to {}", account.account)));
    }
    lines
}
