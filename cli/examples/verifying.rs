//! What it costs to verify a sealed PDF offline, the median of rounds in one run: `verifying FILE.pdf LEDGER-KEY`, a file as
//! `counterfoil issue --pdf` writes it, and the key that `init` prints. Prints name, tab, milliseconds.
#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

mod measure;

use std::sync::Arc;

use anyhow::{Context as _, bail};
use counterfoil_billing::verdict::Verdict;
use counterfoil_billing::verify::judge;
use counterfoil_billing::{Misprint, Proofreader};
use measure::{median, processor_time};

const ROUNDS: usize = 500;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, key] = arguments.as_slice() else { bail!("give a sealed PDF and its ledger's key") };
    let pdf = std::fs::read(file).with_context(|| file.clone())?;
    let keys = [key.parse()?];
    let proofreader: Proofreader = Arc::new(|page, document, language| {
        counterfoil_render::proofread(page, document, language).map_err(|misprint| Misprint(misprint.0))
    });
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = processor_time()?;
        let judgement = judge(&pdf, None, &keys, &proofreader);
        times.push(processor_time()?.saturating_sub(start));
        if judgement.verdict != Verdict::Genuine {
            bail!("the file is not genuine: {:?}", judgement.checks);
        }
    }
    println!("verify a sealed PDF\t{:.2}", median(&mut times).as_secs_f64() * 1000.0);
    Ok(())
}
