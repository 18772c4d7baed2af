//! The binary as people use it: the command line, the server, a browser.

mod browser;
mod commands;
mod corpus;
mod crash;
mod programs;
mod server;
