//! What it costs to verify a sealed PDF offline: processor time, the median of rounds in one run.
#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::time::Duration;

use counterfoil_billing::verdict::Verdict;
use counterfoil_billing::verify::judge;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const ROUNDS: usize = 200;

/// `verify_speed FILE.pdf LEDGER-KEY`: a file as `counterfoil issue --pdf` writes it, and the key that `init` prints.
fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, key] = arguments.as_slice() else {
        return Err("give a sealed PDF and its ledger's key".into());
    };
    let pdf = std::fs::read(file)?;
    let keys = [key.parse()?];
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = processor_time()?;
        let judgement = judge(&pdf, None, &keys);
        times.push(processor_time()?.saturating_sub(start));
        if judgement.verdict != Verdict::Genuine {
            return Err(format!("the file is not genuine: {:?}", judgement.checks).into());
        }
    }
    times.sort_unstable();
    let median = times[ROUNDS / 2].as_secs_f64() * 1000.0;
    println!("verify a sealed PDF {median:>8.2} ms of processor time, {} bytes", pdf.len());
    Ok(())
}

/// What this process has used of the processor, all threads together.
fn processor_time() -> Result<Duration> {
    let mut nanoseconds = 0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let path = task?.path().join("schedstat");
        // A thread may end between the listing and the reading.
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        nanoseconds += text.split(' ').next().ok_or("an empty schedstat")?.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}
