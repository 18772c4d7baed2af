//! The binary as people use it: the command line, the server, a browser.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy knows test functions, but not what they share"
)]

mod archive;
mod books;
mod browser;
mod bucket;
mod busy;
mod by_hand;
mod commands;
mod core_dump;
mod corpus;
mod crash;
mod destinations;
mod einvoices;
mod faults;
mod flood;
mod following;
mod forgeries;
mod full;
mod hostile;
mod hostile_files;
mod kept;
mod key_rotation;
mod killed;
mod local_authority;
mod markers;
mod mutated;
mod passphrase;
mod programs;
mod restoring;
mod root_key;
mod server;
mod settings;
mod site;
mod stated;
mod stop;
mod strict_bucket;
mod taken_back;
mod tampering;
mod visitor;
