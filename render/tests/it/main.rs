//! Pages as a reader, a validator and an attacker meet them.

mod file;
mod hostile;
mod page;
mod sample;
mod tools;
