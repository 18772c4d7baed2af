//! XML without surprises: a bounded tree that remembers what was read from it, and a writer of one canonical form.

mod limits;
mod names;
mod tree;
mod writer;

pub use limits::{MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_NAME, MAX_NODES, MAX_TEXT};
pub(crate) use names::{namespace, prefix};
pub(crate) use tree::{Cursor, Notes, Tree, step};
pub(crate) use writer::Writer;
