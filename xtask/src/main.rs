#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a build tool talks to the terminal")]

mod bench;
mod borders;
mod check;
mod examples;
mod postgres;
mod process;
#[cfg(test)]
mod promises;
mod report;
mod test;
mod tools;

use std::process::ExitCode;

use crate::report::Report;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  check           format, clippy and the borders between crates
  bench           the figures of docs/benchmarks.md, in a release build
  test            install what is missing, then run everything
  with COMMAND…   COMMAND in the surroundings of the tests: database, browser, verifiers
  postgres        a private PostgreSQL until Enter or Ctrl-C
  deny            licences, banned crates and sources of the dependencies";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["check"] => Ok(reported(check::quick)),
        ["test"] => Ok(reported(test::everything)),
        ["bench"] => Ok(reported(bench::all)),
        ["deny"] => Ok(reported(check::dependencies)),
        ["with", program, args @ ..] => test::with(program, args),
        ["postgres"] => postgres::lend(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(true)
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs steps into a fresh report, prints it, and tells whether all is well.
fn reported(steps: impl FnOnce(&mut Report)) -> bool {
    let mut report = Report::new();
    steps(&mut report);
    print!("\n{report}");
    report.is_well()
}
