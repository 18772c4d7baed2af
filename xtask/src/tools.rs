//! The programs that the tests need, and getting those that are missing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};

use crate::postgres;
use crate::process::{cache, cargo, find, output, root, run};

/// A program, the Debian packages that bring it, and what stays untested without it.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) packages: &'static [&'static str],
    pub(crate) needed_for: &'static str,
    found: fn() -> bool,
}

pub(crate) const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

pub(crate) static TOOLS: [Tool; 9] = [
    Tool {
        name: "PostgreSQL server",
        packages: &["postgresql"],
        needed_for: "store and browser tests on PostgreSQL",
        found: || env::var_os("COUNTERFOIL_TEST_POSTGRES").is_some() || postgres::programs().is_some(),
    },
    Tool {
        name: "chromium",
        packages: &["chromium", "fonts-liberation"],
        needed_for: "browser tests",
        found: || env::var_os("COUNTERFOIL_CHROMIUM").is_some() || find(CHROMIUM).is_some(),
    },
    Tool {
        name: "chromedriver",
        packages: &["chromium-driver"],
        needed_for: "browser tests",
        found: || env::var_os("COUNTERFOIL_CHROMEDRIVER").is_some() || find(&["chromedriver"]).is_some(),
    },
    Tool {
        name: "curl",
        packages: &["curl"],
        needed_for: "a running server as a foreign client sees it",
        found: || find(&["curl"]).is_some(),
    },
    Tool {
        name: "npm",
        packages: &["nodejs", "npm"],
        needed_for: "the accessibility rules of axe-core, and a local S3 server",
        found: || env::var_os("COUNTERFOIL_AXE").is_some() || find(&["npm"]).is_some(),
    },
    Tool {
        name: "pdfsig",
        packages: &["poppler-utils"],
        needed_for: "signatures as Poppler sees them",
        found: || find(&["pdfsig"]).is_some(),
    },
    Tool {
        name: "qpdf",
        packages: &["qpdf"],
        needed_for: "the structure of PDF files",
        found: || find(&["qpdf"]).is_some(),
    },
    Tool {
        name: "strace",
        packages: &["strace"],
        needed_for: "faults and deaths at each system call",
        found: || find(&["strace"]).is_some(),
    },
    Tool {
        name: "python3 with venv",
        packages: &["python3", "python3-venv"],
        needed_for: "the e-invoice oracle and pyHanko",
        found: || {
            env::var_os("COUNTERFOIL_PYTHON").is_some()
                || output(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_ok()
        },
    },
];

impl Tool {
    pub(crate) fn is_missing(&self) -> bool {
        !(self.found)()
    }

    /// What a person types to get it.
    pub(crate) fn remedy(&self) -> String {
        format!("apt-get install {}", self.packages.join(" "))
    }
}

pub(crate) fn is_root() -> bool {
    static ROOT: LazyLock<bool> =
        LazyLock::new(|| output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0"));
    *ROOT
}

/// Installs the packages of the missing tools, where that needs no question: as root, with apt-get.
pub(crate) fn install(missing: &[&Tool]) -> Result<()> {
    let packages: Vec<&str> = missing.iter().flat_map(|tool| tool.packages).copied().collect();
    let by_hand = format!("install by hand: apt-get install {}", packages.join(" "));
    if !is_root() || find(&["apt-get"]).is_none() {
        bail!("only root with apt-get installs by itself; {by_hand}");
    }
    eprintln!("installing {}", packages.join(" "));
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        apt
    };
    run(apt().arg("update"))?;
    run(apt().args(["install", "-y", "--no-install-recommends"]).args(&packages)).context(by_hand)
}

/// Builds `cargo-NAME` from source where it is missing.
pub(crate) fn cargo_subcommand(name: &str) -> Result<()> {
    let program = format!("cargo-{name}");
    let installed = cargo_home().is_some_and(|home| home.join("bin").join(&program).is_file());
    if installed || find(&[&program]).is_some() {
        return Ok(());
    }
    eprintln!("building {program}, once; this takes some minutes");
    run(&mut cargo(&["install", "--quiet", "--locked", &program])?)
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// The Python of the tests. Returns the interpreter.
pub(crate) fn python() -> Result<PathBuf> {
    if let Some(python) = env::var_os("COUNTERFOIL_PYTHON") {
        return Ok(python.into());
    }
    let venv = match env::var_os("COUNTERFOIL_VENV") {
        Some(venv) => PathBuf::from(venv),
        None => cache()?.join("venv"),
    };
    environment(&venv, "requirements.txt")
}

/// The Python of the benchmark's peer. It draws with Pango (Debian: libpangoft2-1.0-0, libharfbuzz-subset0).
pub(crate) fn bench_python() -> Result<PathBuf> {
    environment(&cache()?.join("venv-bench"), "requirements-bench.txt")
}

/// The e-invoice corpus with its oracle.
pub(crate) fn corpus() -> Option<PathBuf> {
    match env::var_os("COUNTERFOIL_CORPUS") {
        Some(corpus) => Some(corpus.into()),
        None => root().join("../shared/einvoice").canonicalize().ok(),
    }
}

/// The virtual environment with the packages of this file and of requirements-no-deps.txt, made or brought up to date.
fn environment(venv: &Path, requirements: &str) -> Result<PathBuf> {
    let python = venv.join("bin/python");
    let requirements = root().join("xtask").join(requirements);
    let no_deps = root().join("xtask/requirements-no-deps.txt");
    let wanted = fs::read_to_string(&requirements)? + &fs::read_to_string(&no_deps)?;
    let stamp = venv.join("installed.txt");
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("making the Python environment {}", venv.display());
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(venv))?;
    run(pip(&python).arg("--requirement").arg(&requirements))?;
    run(pip(&python).arg("--no-deps").arg("--requirement").arg(&no_deps))?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

fn pip(python: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip
}

/// The script of axe-core that the browser tests run in every page.
pub(crate) fn axe() -> Result<PathBuf> {
    if let Some(script) = env::var_os("COUNTERFOIL_AXE") {
        return Ok(script.into());
    }
    from_npm("axe", "axe-core/axe.min.js")
}

/// A server that speaks S3, for the test of files in a bucket.
pub(crate) fn s3() -> Result<PathBuf> {
    if let Some(program) = env::var_os("COUNTERFOIL_TEST_S3") {
        return Ok(program.into());
    }
    from_npm("s3", "s3rver/bin/s3rver.js")
}

/// A file of what `xtask/NAME/package.json` asks for. Versions and digests of the archives are pinned by the lock file
/// beside it, and npm refuses what has another; all lies in the cache only, and is part of nothing we ship.
fn from_npm(name: &str, file: &str) -> Result<PathBuf> {
    let pinned = root().join("xtask").join(name);
    let folder = cache()?.join(name);
    let script = folder.join("node_modules").join(file);
    let wanted = fs::read_to_string(pinned.join("package-lock.json"))?;
    let stamp = folder.join("installed.json");
    if script.is_file() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(script);
    }
    eprintln!("fetching {name} by npm into {}", folder.display());
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(pinned.join(file), folder.join(file))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(&folder);
    run(&mut npm).with_context(|| format!("{name} comes by npm: apt-get install nodejs npm"))?;
    fs::write(stamp, wanted)?;
    Ok(script)
}

/// Whether the tests may mount a small file system and fill it.
pub(crate) fn can_mount() -> bool {
    let folder = env::temp_dir().join(format!("counterfoil-mount-{}", std::process::id()));
    let done = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let mounted = fs::create_dir(&folder).is_ok()
        && done(Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&folder))
        && done(Command::new("umount").arg(&folder));
    // It is there only if it could be made, and then it is empty.
    let _ = fs::remove_dir(&folder);
    mounted
}
