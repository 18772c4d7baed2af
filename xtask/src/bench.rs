//! The figures of docs/benchmarks.md: ours in a release build, and beside them in the same run the assembly of parts
//! that would otherwise be put together.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{cache, cargo, output, root, run};
use crate::report::Report;
use crate::tools;

/// Invoices that the peer makes; it takes seconds where we take milliseconds.
const PEER_ROUNDS: &str = "20";
/// Programs of figures: package and example.
const PROGRAMS: &[(&str, &str)] = &[("counterfoil-cli", "figures")];

/// One measured thing.
struct Figure {
    name: String,
    value: f64,
    unit: String,
}

pub(crate) fn all(report: &mut Report) {
    let folder = match cache() {
        Ok(cache) => cache.join("bench"),
        Err(error) => return report.not_run("figures", format!("{error:#}")),
    };
    let xml = folder.join("factur-x.xml");
    let mut sealed = None;
    for (package, example) in PROGRAMS {
        let figures = report.step(&format!("figures: {package} {example}"), || {
            fs::create_dir_all(&folder)?;
            program(package, example, &xml)
        });
        for figure in figures.into_iter().flatten() {
            show(&figure);
            if figure.name == "a sealed invoice" {
                sealed = Some(figure.value);
            }
        }
    }
    for figure in report.step("figures: the server", || server(&folder)).into_iter().flatten() {
        show(&figure);
    }
    let peer = report.step("figures: the assembly of other parts", || peer(&xml));
    let whole: f64 = peer.iter().flatten().map(|figure| figure.value).sum();
    for figure in peer.iter().flatten() {
        show(figure);
    }
    if let (Some(sealed), Some(_)) = (sealed, peer) {
        show(&Figure { name: "that assembly, whole".to_owned(), value: whole, unit: "ms".to_owned() });
        show(&Figure { name: "ratio to ours".to_owned(), value: whole / sealed, unit: "times".to_owned() });
    }
}

fn show(figure: &Figure) {
    println!("{:<40} {:>10.2} {}", figure.name, figure.value, figure.unit);
}

fn program(package: &str, example: &str, xml: &Path) -> Result<Vec<Figure>> {
    let mut run =
        cargo(&["run", "--release", "--quiet", "--locked", "--package", package, "--example", example])?;
    figures(&output(run.arg("--").arg(xml))?)
}

/// Lines of name, tab, value and, if not milliseconds, tab, unit.
fn figures(text: &str) -> Result<Vec<Figure>> {
    text.lines()
        .map(|line| {
            let mut parts = line.split('\t');
            let (name, value) = (parts.next().unwrap_or_default(), parts.next().context("a name alone")?);
            let value = value.parse().with_context(|| format!("{line:?} has no number"))?;
            Ok(Figure { name: name.to_owned(), value, unit: parts.next().unwrap_or("ms").to_owned() })
        })
        .collect()
}

fn peer(xml: &Path) -> Result<Vec<Figure>> {
    let python = tools::bench_python()?;
    let script = root().join("xtask/bench/assembly.py");
    let corpus = tools::corpus().context("../shared/einvoice is not there: set COUNTERFOIL_CORPUS")?;
    figures(&output(Command::new(python).arg(script).arg(corpus).arg(xml).arg(PEER_ROUNDS))?)
}

/// A server that ends with its value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The second start on a data folder, as after a restart: how long to the first answer, and the memory then.
fn server(folder: &Path) -> Result<Vec<Figure>> {
    run(&mut cargo(&["build", "--release", "--quiet", "--locked", "--package", "counterfoil-cli"])?)?;
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => PathBuf::from(target),
        None => cache()?.join("target"),
    };
    let data = folder.join("data");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let program = target.join("release/counterfoil");
    let (fresh, _) = start(&program, &data)?;
    let (again, memory) = start(&program, &data)?;
    let figure =
        |name: &str, value, unit: &str| Figure { name: name.to_owned(), value, unit: unit.to_owned() };
    Ok(vec![
        figure("first answer, fresh data folder", fresh.as_secs_f64() * 1000.0, "ms"),
        figure("first answer, after a restart", again.as_secs_f64() * 1000.0, "ms"),
        figure("memory of an idle server", memory, "MiB"),
    ])
}

fn start(program: &Path, data: &Path) -> Result<(Duration, f64)> {
    // The port is free again when the listener is dropped, which is at the end of this line.
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let begin = Instant::now();
    let server = Running(
        Command::new(program)
            .arg("--data")
            .arg(data)
            .args(["--address", &format!("127.0.0.1:{port}"), "--url", &format!("https://localhost:{port}")])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?,
    );
    let health = format!("https://localhost:{port}/healthz");
    while output(Command::new("curl").args(["--silent", "--fail", "--insecure", &health])).is_err() {
        if begin.elapsed() > Duration::from_mins(1) {
            bail!("the server did not answer within a minute");
        }
        sleep(Duration::from_millis(5));
    }
    let first = begin.elapsed();
    sleep(Duration::from_secs(3));
    let status = fs::read_to_string(format!("/proc/{}/status", server.0.id()))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = resident.trim().trim_end_matches(" kB").parse()?;
    Ok((first, kib / 1024.0))
}
