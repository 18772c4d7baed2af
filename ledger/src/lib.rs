#![doc = include_str!("../README.md")]

pub mod checkpoint;
pub mod entry;
mod frontier;
pub mod note;
pub mod proof;
mod text;
pub mod tiles;
pub mod tree;

pub use checkpoint::Checkpoint;
pub use frontier::Frontier;
pub use tree::NodeId;

/// A SHA-256 hash.
pub type Hash = [u8; 32];
