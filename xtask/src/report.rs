//! What ran, how long it took, and what could not run.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Result;

enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

/// The steps of one run, in order; displayed as the table that ends it.
pub(crate) struct Report {
    rows: Vec<(String, Duration, Outcome)>,
    /// In CI, what could not run fails the run.
    strict: bool,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), strict: std::env::var("CI").is_ok_and(|ci| ci == "true" || ci == "1") }
    }

    /// Runs one step. A failure is noted and the next step still runs, so that one run shows all that is wrong.
    /// Returns what the step made, if it passed.
    pub(crate) fn step<T>(&mut self, name: &str, run: impl FnOnce() -> Result<T>) -> Option<T> {
        eprintln!("── {name}");
        let start = Instant::now();
        let (made, outcome) = match run() {
            Ok(made) => (Some(made), Outcome::Passed),
            Err(error) => {
                eprintln!("error: {error:#}");
                (None, Outcome::Failed(format!("{error:#}")))
            }
        };
        self.rows.push((name.to_owned(), start.elapsed(), outcome));
        made
    }

    /// Names what this run leaves out, and what would bring it in.
    pub(crate) fn not_run(&mut self, name: &str, missing: impl Into<String>) {
        self.rows.push((name.to_owned(), Duration::ZERO, Outcome::NotRun(missing.into())));
    }

    pub(crate) fn is_well(&self) -> bool {
        self.rows.iter().all(|(_, _, outcome)| match outcome {
            Outcome::Passed => true,
            Outcome::Failed(_) => false,
            Outcome::NotRun(_) => !self.strict,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
        for (name, took, outcome) in &self.rows {
            let (took, outcome) = match outcome {
                Outcome::Passed => (format!("{:.1} s", took.as_secs_f64()), "passed".to_owned()),
                Outcome::Failed(why) => (format!("{:.1} s", took.as_secs_f64()), format!("FAILED: {why}")),
                Outcome::NotRun(why) if self.strict => {
                    ("-".to_owned(), format!("NOT RUN, and CI asks for all: {why}"))
                }
                Outcome::NotRun(why) => ("-".to_owned(), format!("NOT RUN: {why}")),
            };
            writeln!(f, "{name:width$}  {took:>9}  {outcome}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(strict: bool) -> Report {
        Report { rows: Vec::new(), strict }
    }

    #[test]
    fn a_failed_step_does_not_stop_the_next_and_fails_the_run() {
        let mut report = report(false);
        assert_eq!(report.step("first", || -> Result<()> { anyhow::bail!("broken") }), None);
        assert_eq!(report.step("second", || Ok(7)), Some(7));
        assert!(!report.is_well());
        assert!(report.to_string().contains("FAILED: broken"));
    }

    #[test]
    fn what_could_not_run_is_named_and_fails_in_ci_only() {
        for (strict, well) in [(false, true), (true, false)] {
            let mut report = report(strict);
            report.not_run("browser tests", "apt-get install chromium");
            assert_eq!(report.is_well(), well);
            assert!(report.to_string().contains("apt-get install chromium"));
        }
    }
}
