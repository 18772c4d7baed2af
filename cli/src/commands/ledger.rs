//! `ledger verify`: the whole ledger, recomputed.

use std::process::ExitCode;

use counterfoil_store::INSTALLATION;
use indicatif::ProgressBar;
use serde_json::json;

use crate::assembly::assemble;
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::output::{data, talk};

pub(super) async fn verify(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let folder = DataFolder::open(&config.data)?;
    let assembly = assemble(config, &folder).await?;
    let mut reports = Vec::new();
    let mut lines = Vec::new();
    let mut sound = true;
    let mut ledgers = assembly.billing.list_organisations().await?;
    // The installation has a ledger too: who signed in, and with what.
    ledgers.push((INSTALLATION, "installation".to_owned()));
    for (organisation, slug) in ledgers {
        let bar = ProgressBar::new(0).with_message(slug.clone());
        let report = assembly
            .billing
            .verify_ledger(organisation, |done, all| {
                bar.set_length(all);
                bar.set_position(done);
            })
            .await?;
        bar.finish_and_clear();
        sound &= report.faults.is_empty();
        for fault in &report.faults {
            talk(&format!("{slug}: {fault}"));
        }
        lines.push(format!(
            "{}: {} entries, {} documents, {}",
            report.origin,
            report.entries,
            report.documents,
            if report.faults.is_empty() {
                "all as signed".to_owned()
            } else {
                format!("{} faults", report.faults.len())
            }
        ));
        reports.push(json!({ "org": slug, "origin": report.origin, "entries": report.entries,
                             "documents": report.documents, "faults": report.faults }));
    }
    data(json, &reports, &lines.join("\n"))?;
    assembly.store.close().await;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
