//! How many UBL files a second one core reads and judges by all rules: `judging FOLDER`, which holds UBL documents at any
//! depth. Prints name, tab, value, tab, unit.
#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

mod measure;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use counterfoil_einvoice::{Syntax, validate};
use measure::{median, processor_time};

const ROUNDS: usize = 9;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).context("give a folder with UBL documents")?;
    let mut paths = Vec::new();
    gather(Path::new(&folder), &mut paths)?;
    let files: Vec<Vec<u8>> = paths.iter().map(std::fs::read).collect::<Result<_, _>>()?;
    let is_ubl = |xml: &&Vec<u8>| validate(xml).is_ok_and(|judged| judged.syntax == Syntax::Ubl);
    let ubl: Vec<&Vec<u8>> = files.iter().filter(is_ubl).collect();
    if ubl.is_empty() {
        bail!("{folder} holds no UBL document");
    }
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = processor_time()?;
        for xml in &ubl {
            std::hint::black_box(validate(xml)?);
        }
        times.push(processor_time()?.saturating_sub(start));
    }
    let files = u32::try_from(ubl.len())?;
    let bytes = u32::try_from(ubl.iter().map(|xml| xml.len()).sum::<usize>())?;
    let seconds = median(&mut times).as_secs_f64();
    println!("read and judge UBL files\t{:.0}\tfiles/s", f64::from(files) / seconds);
    println!("their size on average\t{:.1}\tKiB", f64::from(bytes) / f64::from(files) / 1024.0);
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
