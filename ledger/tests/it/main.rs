//! The ledger from outside: against a tree written down as the RFC defines it, and against foreign implementations.

mod foreign;
mod log;
mod published;
mod reference;
