//! How many UBL files a second one core reads and judges by all rules: `cargo run --release -p counterfoil-einvoice
//! --example speed -- FOLDER [SECONDS]`, where `FOLDER` holds UBL documents at any depth.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use counterfoil_einvoice::{Syntax, validate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("give a folder with UBL documents")?;
    let seconds: u64 = arguments.next().map_or(Ok(10), |seconds| seconds.parse())?;
    let mut paths = Vec::new();
    gather(Path::new(&folder), &mut paths)?;
    let files: Vec<Vec<u8>> = paths.iter().map(std::fs::read).collect::<Result<_, _>>()?;
    let is_ubl = |xml: &&Vec<u8>| validate(xml).is_ok_and(|judged| judged.syntax == Syntax::Ubl);
    let ubl: Vec<&Vec<u8>> = files.iter().filter(is_ubl).collect();
    if ubl.is_empty() {
        return Err(format!("{folder} holds no UBL document").into());
    }
    let bytes: usize = ubl.iter().map(|xml| xml.len()).sum();
    let (started, mut judged) = (Instant::now(), 0_u32);
    while started.elapsed() < Duration::from_secs(seconds) {
        for xml in &ubl {
            std::hint::black_box(validate(xml)?);
            judged += 1;
        }
    }
    let each = started.elapsed() / judged;
    println!(
        "{} UBL files of {} KiB on average: {:.0} files/s on one core, {:.0} µs each",
        ubl.len(),
        bytes / ubl.len() / 1024,
        1.0 / each.as_secs_f64(),
        each.as_secs_f64() * 1e6
    );
    Ok(())
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), found)?;
        } else if entry.path().extension().is_some_and(|ending| ending == "xml") {
            found.push(entry.path());
        }
    }
    Ok(())
}
