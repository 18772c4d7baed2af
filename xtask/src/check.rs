//! Steps that only read the code.

use crate::borders;
use crate::process::{cargo, run};
use crate::report::Report;
use crate::tools;

/// The quick loop.
pub(crate) fn quick(report: &mut Report) {
    report.step("format (cargo fmt)", || run(&mut cargo(&["fmt", "--all", "--check", "--", "-l"])?));
    report.step("borders between crates", borders::check);
    report.step("clippy", || {
        run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])?)
    });
}

/// The rules of `deny.toml`. Known vulnerabilities are not among them: their list has to be fetched from the network
/// (`cargo deny check advisories`).
pub(crate) fn dependencies(report: &mut Report) {
    report.step("cargo-deny", || tools::cargo_subcommand("deny"));
    report.step("licences, bans, sources (advisories need the network)", || {
        run(&mut cargo(&["deny", "--log-level", "warn", "check", "bans", "licenses", "sources"])?)
    });
}
