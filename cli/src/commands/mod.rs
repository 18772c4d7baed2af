//! One file a command.

mod certificate;
mod demo;
mod init;
mod issue;
mod ledger;
mod serve;
mod verify;

use std::process::ExitCode;

use crate::args::{Arguments, Command};
use crate::config::Config;

/// Where the books are unless something else is said.
const DATA: &str = "./counterfoil-data";
/// Where the example's books are unless something else is said.
const DEMO_DATA: &str = "./counterfoil-demo";

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let global = &arguments.global;
    let default_data = if matches!(arguments.command, Some(Command::Demo)) { DEMO_DATA } else { DATA };
    let config = Config::load(global, default_data)?;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&config).await?,
        Command::Demo => demo::run(&config).await?,
        Command::Init(init) => init::run(&config, &init, global.json).await?,
        Command::Issue(issue) => issue::run(&config, &issue, global.json).await?,
        Command::Verify(verify) => return verify::run(&config, &verify, global.json).await,
        Command::Certificate(command) => certificate::run(&config, &command, global.json).await?,
        Command::Ledger(crate::args::Ledger::Verify) => return ledger::verify(&config, global.json).await,
    }
    Ok(ExitCode::SUCCESS)
}
