//! `ledger`: verify, export, accept a restored backup.

use std::io::{BufReader, BufWriter, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use counterfoil_billing::archive::verify_archive;
use counterfoil_billing::ledger::LedgerReport;
use counterfoil_identity::permission::ReadLedger;
use counterfoil_identity::{authorize_operator, gate};
use counterfoil_store::INSTALLATION;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::verify::ledger_key;
use crate::args::{AcceptRestore, LedgerExport, LedgerVerify};
use crate::assembly::assemble;
use crate::config::Config;
use crate::data_folder::{DataFolder, Partial};
use crate::output::{data, talk, visible};

pub(super) async fn verify(config: &Config, verify: &LedgerVerify, json: bool) -> anyhow::Result<ExitCode> {
    let reports = match (&verify.archive, &verify.ledger_key) {
        (Some(path), Some(key)) => {
            let key = ledger_key(key)?;
            let file =
                std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
            let name = path.display().to_string();
            let bar = bar(&name, "entries");
            let report = verify_archive(BufReader::new(file), &key, shown(&bar));
            bar.finish_and_clear();
            vec![(name, report)]
        }
        _ => verify_books(config, verify.org.as_deref()).await?,
    };
    let (mut lines, mut values) = (Vec::new(), Vec::new());
    for (name, report) in &reports {
        if let Some(first) = report.faults.first() {
            let more = report.faults.len() - 1;
            let rest = if more > 0 { format!(" ({more} more: --json lists them)") } else { String::new() };
            talk(&format!("{name}: {first}{rest}"));
        }
        let verdict = match report.faults.len() {
            0 => "all as signed".to_owned(),
            1 => "1 fault".to_owned(),
            n => format!("{n} faults"),
        };
        let LedgerReport { origin, entries, documents, payments, payee_accounts, certificates, faults } =
            report;
        // An archive holds documents alone.
        let beside = match verify.archive {
            Some(_) => String::new(),
            None => {
                format!("{payments} payments, {payee_accounts} payee accounts, {certificates} certificates, ")
            }
        };
        lines.push(format!("{origin}: {entries} entries, {beside}{documents} documents, {verdict}"));
        values.push(json!({ "org": name, "origin": origin, "entries": entries, "documents": documents,
                            "payments": payments, "payee_accounts": payee_accounts,
                            "certificates": certificates, "faults": faults }));
    }
    data(json, &values, &lines)?;
    let sound = reports.iter().all(|(_, report)| report.faults.is_empty());
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn verify_books(config: &Config, org: Option<&str>) -> anyhow::Result<Vec<(String, LedgerReport)>> {
    let assembly = assemble(config, &DataFolder::open(&config.data)?).await?;
    let ledgers = match org {
        Some(slug) => vec![(assembly.organisation(slug).await?, slug.to_owned())],
        None => assembly.billing.list_ledgers().await?,
    };
    let mut reports = Vec::new();
    for (organisation, slug) in ledgers {
        let bar = bar(&slug, "entries");
        let report = assembly.billing.verify_ledger(organisation, shown(&bar)).await?;
        bar.finish_and_clear();
        reports.push((slug, report));
    }
    assembly.store.close().await;
    Ok(reports)
}

pub(super) async fn export(config: &Config, export: &LedgerExport, json: bool) -> anyhow::Result<()> {
    let assembly = assemble(config, &DataFolder::open(&config.data)?).await?;
    let gate = gate::operator_command("ledger export");
    let id = assembly.organisation(&export.org).await?;
    let reader = authorize_operator::<ReadLedger>(&gate, id)?;
    let path = &export.output;
    let cannot = || format!("{} cannot be written", path.display());
    let mut file = Partial::create(path).with_context(cannot)?;
    let bar = bar(&export.org, "entries");
    let mut out = BufWriter::new(&mut file);
    let written = assembly.billing.export_ledger(&reader, &mut out, shown(&bar)).await;
    bar.finish_and_clear();
    let exported = match written.map_err(anyhow::Error::from).and_then(|exported| {
        out.flush()?;
        Ok(exported)
    }) {
        Ok(exported) => exported,
        Err(error) => {
            drop(out);
            file.discard();
            return Err(error);
        }
    };
    drop(out);
    file.finish(0o600).with_context(cannot)?;
    talk(&format!(
        "{} holds every document of {} in clear. Only you can read the file: keep it so, and delete copies nobody needs.",
        path.display(),
        export.org
    ));
    let value = json!({ "org": export.org, "origin": exported.origin, "entries": exported.entries,
                        "documents": exported.documents, "file": path });
    data(
        json,
        &value,
        &[format!("{}: {} entries, {} documents", exported.origin, exported.entries, exported.documents)],
    )?;
    assembly.store.close().await;
    Ok(())
}

pub(super) async fn accept_restore(
    config: &Config,
    accept: &AcceptRestore,
    json: bool,
) -> anyhow::Result<()> {
    let assembly = assemble(config, &DataFolder::open(&config.data)?).await?;
    let billing = &assembly.billing;
    let (id, name) = match &accept.which.org {
        Some(slug) => (assembly.organisation(slug).await?, slug.as_str()),
        None => (INSTALLATION, "installation"),
    };
    let mut lost_numbers = Vec::new();
    let said = if accept.dry_run {
        billing.ledger_fault(id).await?.map(|fault| (fault, "would be accepted"))
    } else {
        let gate = gate::operator_command("ledger accept-restore");
        let restored = billing.accept_restore(&gate, id, accept.last_number.as_deref()).await?;
        restored.map(|restored| {
            lost_numbers = restored.lost_numbers;
            (restored.fault, "accepted")
        })
    };
    let (fault, outcome) = match &said {
        Some((fault, outcome)) => (Some(fault.to_string()), *outcome),
        None => (None, "nothing to accept: the ledger goes on from what was signed last"),
    };
    if let Some(fault) = &fault {
        talk(&format!("{name}: {fault}"));
    }
    if fault.is_some() && !accept.dry_run {
        talk(
            "It signs again from here. Whoever holds a later checkpoint or document can prove that it was lost: tell those \
             who have such documents.",
        );
        for lost in &lost_numbers {
            talk(&format!(
                "{lost} may have been given since the backup: the ledger says so, and they are not given again."
            ));
        }
    }
    let value = json!({ "org": name, "fault": fault, "outcome": outcome, "lost_numbers": lost_numbers });
    data(json, &value, &[format!("{name}: {outcome}")])?;
    assembly.store.close().await;
    Ok(())
}

pub(super) fn bar(name: &str, of: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(&format!("{{msg}} {{wide_bar}} {{pos}}/{{len}} {of}"))
        .expect("the template is a constant");
    ProgressBar::new(0).with_style(style).with_message(visible(name))
}

fn shown(bar: &ProgressBar) -> impl FnMut(u64, u64) {
    let bar = bar.clone();
    move |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    }
}
