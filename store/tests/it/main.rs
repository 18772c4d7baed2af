//! One suite, every test on both databases.

mod books;
mod final_rows;
mod ledger;
mod outbox;
mod people;
mod sealing;
mod sums;
mod world;
