//! What goes in comes out: against the corpus and the official rules, on a rich document, and with hostile input.

mod corpus;
mod hostile;
mod oracle;
mod parity;
mod rich;
mod round_trip;
