//! The binary as people use it: the command line, the server, a browser.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy knows test functions, but not what they share"
)]

mod books;
mod browser;
mod commands;
mod corpus;
mod crash;
mod forgeries;
mod programs;
mod server;
