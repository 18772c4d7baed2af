//! One suite, every test on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy knows test functions, but not what they share"
)]

mod books;
mod busy;
mod cancelled;
mod filled;
mod final_rows;
mod housekeeping;
mod indexing;
mod key_versions;
mod ledger;
mod lists;
mod outbox;
mod people;
mod plans;
mod sealing;
mod second_place;
mod sums;
mod swapped;
mod walls;
mod world;
