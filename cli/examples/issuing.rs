//! What it costs to issue and seal an invoice with ten lines as the program does it: rules, number, encrypted document,
//! ledger entry, checkpoint, both e-invoices read back, PDF/A-3 with its proof inside, signature, proof-reading, in the
//! embedded database with full syncs. Then what it costs to verify those books, and how many are issued in a second by
//! thirty-two at once, beside how often the disk syncs.
//!
//! Prints name, tab, value, tab, unit. `issuing FOLDER` works in this folder, which is on the disk to be measured.
#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

#[path = "measure/invoice.rs"]
mod invoice;
mod measure;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use counterfoil_billing::organisations::OrganisationFile;
use counterfoil_billing::{Billing, Clock, Misprint, Parts};
use counterfoil_identity::permission::{EditDrafts, Issue};
use counterfoil_identity::{OrganisationId, authorize_operator, gate, password::Cost};
use counterfoil_store::{DatabaseUrl, SecondPlace, Store};
use counterfoil_vault::RootKey;
use jiff::tz::TimeZone;
use measure::{median, processor_time};
use object_store::local::LocalFileSystem;
use rand_core::UnwrapErr;
use tokio::sync::Semaphore;

const ROUNDS: usize = 1000;
const AT_ONCE: u32 = 32;
/// Of each of those that issue at once.
const TURNS: u32 = 10;
const SYNCS: u32 = 200;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).context("give a folder to work in")?;
    let folder = Path::new(&folder);
    let (billing, organisation) = books(folder).await?;
    let (mut worked, mut waited) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS + 10 {
        let (start, begun) = (processor_time()?, Instant::now());
        issue(&billing, organisation).await?;
        // The first rounds load fonts and fill caches.
        if round >= 10 {
            worked.push(processor_time()?.saturating_sub(start));
            waited.push(begun.elapsed());
        }
    }
    println!("a sealed invoice\t{:.2}\tms", milliseconds(median(&mut worked)));
    println!("a sealed invoice, by the clock\t{:.2}\tms", milliseconds(median(&mut waited)));
    println!("peak memory over {ROUNDS} of them\t{}\tMiB", peak_memory()? / 1024);

    let start = processor_time()?;
    let report = billing.verify_ledger(organisation, |_, _| {}).await?;
    let taken = processor_time()?.saturating_sub(start);
    if !report.faults.is_empty() {
        bail!("the ledger does not verify: {}", report.faults.join("; "));
    }
    let each = taken / u32::try_from(report.documents)?;
    println!("ledger verify, an issued document with files\t{:.2}\tms", milliseconds(each));

    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let billing = billing.clone();
        tasks.spawn(async move {
            for _ in 0..TURNS {
                issue(&billing, organisation).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let rate = f64::from(AT_ONCE * TURNS) / begun.elapsed().as_secs_f64();
    println!("sealed by {AT_ONCE} at once\t{rate:.0}\tinvoices/s");
    println!("the disk's syncs, one after the other\t{:.0}\tsyncs/s", sync_rate(folder)?);
    Ok(())
}

async fn books(folder: &Path) -> anyhow::Result<(Billing, OrganisationId)> {
    for name in ["files", "checkpoints"] {
        std::fs::create_dir_all(folder.join(name))?;
    }
    let root = RootKey::generate(&mut UnwrapErr(getrandom::SysRng));
    let files = Arc::new(LocalFileSystem::new_with_prefix(folder.join("files"))?);
    let database = DatabaseUrl::sqlite(&folder.join("counterfoil.db"));
    let second_place = SecondPlace::folder(folder.join("checkpoints"));
    let clock = Clock::System;
    let store = Store::open(&database, root, files, second_place, clock.now()).await?;
    let parts = Parts {
        store,
        clock,
        time_zone: TimeZone::UTC,
        renderer: Arc::new(|paper| counterfoil_render::pdf(paper).map_err(Into::into)),
        proofreader: Arc::new(|page, document, language| {
            counterfoil_render::proofread(page, document, language).map_err(|misprint| Misprint(misprint.0))
        }),
        send_mail: None,
        base_url: "https://invoices.example.com".to_owned(),
        password_cost: Cost::DEFAULT,
        password_slots: Arc::new(Semaphore::new(1)),
    };
    let billing = Billing::start(parts).await?;
    let file: OrganisationFile = serde_json::from_value(serde_json::json!({
        "seller": { "name": "Northlight Instruments GmbH", "vat_identifier": "DE123456789",
                    "address": { "line_1": "Musterstraße 1", "city": "Berlin", "country": "DE" } },
        "iban": "DE02120300000000202051",
    }))?;
    billing.create_organisation(&gate::operator_command("init"), file.into_new("bench")).await?;
    let organisation = billing.find_organisation("bench").await?.context("it was just made")?;
    Ok((billing, organisation))
}

async fn issue(billing: &Billing, organisation: OrganisationId) -> anyhow::Result<()> {
    let gate = gate::operator_command("issue");
    let may_issue = authorize_operator::<Issue>(&gate, organisation)?;
    let may_write = authorize_operator::<EditDrafts>(&gate, organisation)?;
    billing.issue_content(&may_issue, &may_write, invoice::ten_lines()?).await?;
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn sync_rate(folder: &Path) -> anyhow::Result<f64> {
    let mut file = File::create(folder.join("syncs"))?;
    let begun = Instant::now();
    for _ in 0..SYNCS {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
    }
    Ok(f64::from(SYNCS) / begun.elapsed().as_secs_f64())
}

/// The most memory this process ever held, in KiB.
fn peak_memory() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
