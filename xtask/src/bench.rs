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
/// One measured thing.
struct Figure {
    name: String,
    value: f64,
    unit: String,
}

pub(crate) fn all(report: &mut Report) {
    let Some(programs) = report.step("release build", Programs::build) else { return };
    let parts =
        report.step("figures: parts of a sealed invoice", || programs.example("figures", &[&programs.xml]));
    parts.iter().flatten().for_each(show);
    let sealed =
        report.step("figures: a sealed invoice", || programs.example("issuing", &[&programs.data()?]));
    let sealed = sealed.and_then(|figures| {
        figures.iter().for_each(show);
        figures.into_iter().find(|figure| figure.name == "a sealed invoice")
    });
    let mut step = |name: &str, work: &dyn Fn() -> Result<Vec<Figure>>| {
        report.step(name, work).into_iter().flatten().for_each(|figure| show(&figure));
    };
    step("figures: verifying a file", &|| verifying(&programs));
    step("figures: judging e-invoices", &|| {
        let corpus = tools::corpus().context("../shared/einvoice is not there: set COUNTERFOIL_CORPUS")?;
        programs.example("judging", &[&corpus.join("corpus")])
    });
    step("figures: verifying a ledger", &|| programs.example("ledgers", &[]));
    step("figures: the server", &|| server(&programs));
    let peer = report.step("figures: the assembly of other parts", || peer(&programs.xml));
    peer.iter().flatten().for_each(show);
    if let (Some(sealed), Some(parts)) = (sealed, peer) {
        let whole: f64 = parts.iter().map(|figure| figure.value).sum();
        show(&Figure { name: "that assembly, whole".to_owned(), value: whole, unit: "ms".to_owned() });
        show(&Figure {
            name: "ratio to ours".to_owned(),
            value: whole / sealed.value,
            unit: "times".to_owned(),
        });
    }
}

/// What measures and is measured, in a release build.
struct Programs {
    folder: PathBuf,
    target: PathBuf,
    /// The e-invoice that is sealed, written by the first of them.
    xml: PathBuf,
}

impl Programs {
    fn build() -> Result<Self> {
        let folder = cache()?.join("bench");
        fs::create_dir_all(&folder)?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(target) => PathBuf::from(target),
            None => cache()?.join("target"),
        };
        let package = ["build", "--release", "--quiet", "--locked", "--package", "counterfoil-cli"];
        run(cargo(&package)?.args(["--bins", "--examples"]))?;
        Ok(Self { xml: folder.join("factur-x.xml"), target: target.join("release"), folder })
    }

    fn server(&self) -> PathBuf {
        self.target.join("counterfoil")
    }

    fn example(&self, name: &str, arguments: &[&Path]) -> Result<Vec<Figure>> {
        figures(&output(Command::new(self.target.join("examples").join(name)).args(arguments))?)
    }

    /// An empty data folder.
    fn data(&self) -> Result<PathBuf> {
        let data = self.folder.join("data");
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        Ok(data)
    }
}

/// What a figure has to keep to on two cores.
enum Wanted {
    AtMost(f64),
    AtLeast(f64),
}

const WANTED: &[(&str, Wanted)] = &[
    ("a sealed invoice", Wanted::AtMost(7.0)),
    ("peak memory over 1000 of them", Wanted::AtMost(200.0)),
    ("verify a sealed PDF", Wanted::AtMost(3.0)),
    ("read and judge UBL files", Wanted::AtLeast(2000.0)),
    ("its rate beside SHA-256", Wanted::AtLeast(50.0)),
    ("first answer, fresh data folder", Wanted::AtMost(500.0)),
    ("first answer, after a restart", Wanted::AtMost(500.0)),
    ("memory of an idle server", Wanted::AtMost(60.0)),
];

fn show(figure: &Figure) {
    let wanted = WANTED.iter().find(|(name, _)| *name == figure.name);
    let verdict = match wanted {
        Some((_, Wanted::AtMost(most))) if figure.value <= *most => format!("at most {most}: met"),
        Some((_, Wanted::AtMost(most))) => format!("at most {most}: NOT MET"),
        Some((_, Wanted::AtLeast(least))) if figure.value >= *least => format!("at least {least}: met"),
        Some((_, Wanted::AtLeast(least))) => format!("at least {least}: NOT MET"),
        None => String::new(),
    };
    let line = format!("{:<48} {:>10.2} {:<10} {verdict}", figure.name, figure.value, figure.unit);
    println!("{}", line.trim_end());
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

/// A file as the program itself seals it, with its proof inside.
fn verifying(programs: &Programs) -> Result<Vec<Figure>> {
    let (data, pdf) = (programs.data()?, programs.folder.join("sealed.pdf"));
    let counterfoil = |arguments: &[&str]| {
        let mut command = Command::new(programs.server());
        command.arg("--data").arg(&data).args(arguments);
        command
    };
    let key = output(&mut counterfoil(&["init", "--org", "bench"]))?;
    output(counterfoil(&["issue", "--org", "bench", "--pdf"]).arg(&pdf).arg(&programs.xml))?;
    programs.example("verifying", &[&pdf, Path::new(key.trim())])
}

/// The second start on a data folder, as after a restart: how long to the first answer, and the memory then.
fn server(programs: &Programs) -> Result<Vec<Figure>> {
    let (program, data) = (programs.server(), programs.data()?);
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
