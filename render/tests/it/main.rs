//! Pages as a reader, a validator and an attacker meet them.

#![expect(clippy::unwrap_used, reason = "clippy knows test functions, but not the functions they share")]

mod file;
mod hostile;
mod page;
mod proof;
mod sample;
mod tools;
