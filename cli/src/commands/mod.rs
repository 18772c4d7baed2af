//! One file a command.

mod certificate;
mod convert;
mod demo;
mod destinations;
mod init;
mod issue;
mod key;
mod ledger;
mod mail;
mod serve;
mod validate;
mod verify;

use std::process::ExitCode;

use crate::args::{Arguments, Command, Ledger, MailCommand};
use crate::config::Config;

/// Where the books are unless something else is said.
const DATA: &str = "./counterfoil-data";
/// Where the example's books are unless something else is said.
const DEMO_DATA: &str = "./counterfoil-demo";

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let global = &arguments.global;
    // These need no settings and no data folder.
    match &arguments.command {
        Some(Command::Validate(validate)) => return validate::run(validate, global.json),
        Some(Command::Convert(convert)) => {
            convert::run(convert)?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(Command::Mail(MailCommand::DkimKey(key))) => {
            mail::dkim_key(key, global.json)?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let default_data = if matches!(arguments.command, Some(Command::Demo(_))) { DEMO_DATA } else { DATA };
    let config = Config::load(global, default_data)?;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&config).await?,
        Command::Demo(demo) => demo::run(&config, demo.invoices).await?,
        Command::Init(init) => init::run(&config, &init, global.json).await?,
        Command::Issue(issue) => issue::run(&config, &issue, global.json).await?,
        Command::Verify(verify) => return verify::run(&config, &verify, global.json).await,
        Command::Certificate(command) => certificate::run(&config, &command, global.json).await?,
        Command::Destinations => destinations::run(&config, global.json)?,
        Command::Key(command) => key::run(&config, &command, global.json).await?,
        Command::Mail(MailCommand::Bounce) => return mail::bounce(&config, global.json).await,
        Command::Validate(_) | Command::Convert(_) | Command::Mail(MailCommand::DkimKey(_)) => {}
        Command::Ledger(Ledger::Verify(verify)) => {
            return ledger::verify(&config, &verify, global.json).await;
        }
        Command::Ledger(Ledger::Export(export)) => ledger::export(&config, &export, global.json).await?,
        Command::Ledger(Ledger::AcceptRestore(accept)) => {
            ledger::accept_restore(&config, &accept, global.json).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
