#![doc = include_str!("../README.md")]

mod args;
mod assembly;
mod commands;
mod config;
mod data_folder;
mod destinations;
mod differences;
mod files_store;
mod input;
mod invoice_file;
mod mail;
mod memory;
mod output;
mod passphrase;
mod root_key;
mod stated;
mod tls;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    if let Err(error) = memory::keep_off_disk() {
        output::talk(&format!("error: core dumps could not be switched off: {error}"));
        return ExitCode::from(output::COULD_NOT);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::talk(&format!("error: the runtime did not start: {error}"));
            return ExitCode::from(output::COULD_NOT);
        }
    };
    let ended = runtime.block_on(commands::run(arguments));
    // Everything is durable by now: a look-up of a name that hangs must not hold up the end.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(error) => {
            output::talk(&format!("error: {}", output::chain(&error)));
            ExitCode::from(output::COULD_NOT)
        }
    }
}
