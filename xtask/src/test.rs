//! Everything, as CI runs it.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, Result};

use crate::check;
use crate::examples;
use crate::postgres::{self, Server};
use crate::process::{cargo, find, run};
use crate::report::Report;
use crate::tools::{self, CHROMIUM, TOOLS};

pub(crate) fn everything(report: &mut Report) {
    install(report);
    check::quick(report);
    check::dependencies(report);
    let (server, told) = surroundings(report);
    report.step("documentation", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"])?;
        run(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    report.step("examples in the documentation", examples::check);
    report.step("tests", || {
        let mut nextest = cargo(&["nextest", "run", "--workspace", "--locked", "--show-progress", "none"])?;
        run(nextest.envs(told))
    });
    drop(server);
}

/// `cargo xtask with COMMAND…`: one command, such as `cargo nextest run -p counterfoil-store`, as the tests run.
pub(crate) fn with(program: &str, args: &[&str]) -> Result<bool> {
    let mut report = Report::new();
    let (server, told) = surroundings(&mut report);
    eprint!("{report}");
    let status = Command::new(program).args(args).envs(told).status();
    drop(server);
    Ok(status.with_context(|| format!("could not start `{program}`"))?.success())
}

/// Gets what is missing, and names what could not be had.
fn install(report: &mut Report) {
    let missing: Vec<_> = TOOLS.iter().filter(|tool| tool.is_missing()).collect();
    if !missing.is_empty()
        && let Err(error) = tools::install(&missing)
    {
        eprintln!("warning: {error:#}");
    }
    for tool in missing.iter().filter(|tool| tool.is_missing()) {
        report.not_run(tool.needed_for, format!("{} is missing: {}", tool.name, tool.remedy()));
    }
    report.step("cargo-nextest", || tools::cargo_subcommand("nextest"));
}

/// What the tests find around them: a database server, the browser, the verifiers, the corpus. A test whose variable
/// is unset says so and passes; that it did not run is in the report.
fn surroundings(report: &mut Report) -> (Option<Server>, Vec<(&'static str, OsString)>) {
    let mut told: Vec<(&'static str, OsString)> = Vec::new();
    let mut server = None;
    if env::var_os("COUNTERFOIL_TEST_POSTGRES").is_none() && postgres::programs().is_some() {
        server = report.step("private PostgreSQL", Server::start);
        told.extend(server.as_ref().map(|server| ("COUNTERFOIL_TEST_POSTGRES", server.url().into())));
    }
    if let Some(python) = report.step("independent verifiers", tools::python) {
        told.push(("COUNTERFOIL_PYTHON", python.into()));
    }
    if let Some(axe) = report.step("axe-core", tools::axe) {
        told.push(("COUNTERFOIL_AXE", axe.into()));
    }
    if let Some(s3) = report.step("S3 server", tools::s3) {
        told.push(("COUNTERFOIL_TEST_S3", s3.into()));
    }
    for (name, programs) in
        [("COUNTERFOIL_CHROMIUM", CHROMIUM), ("COUNTERFOIL_CHROMEDRIVER", &["chromedriver"])]
    {
        if env::var_os(name).is_none() {
            told.extend(find(programs).map(|program| (name, program.into())));
        }
    }
    if !tools::can_mount() {
        report.not_run("a disk that is full", "no small file system can be mounted here: that takes root");
    }
    match tools::corpus() {
        Some(corpus) => told.push(("COUNTERFOIL_CORPUS", corpus.into())),
        None => report.not_run(
            "the e-invoice corpus and oracle",
            "../shared/einvoice is not there: set COUNTERFOIL_CORPUS to its folder",
        ),
    }
    (server, told)
}
