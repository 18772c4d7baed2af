//! A small, strict reader of PDF files (ISO 32000-2), made for hostile ones.
//!
//! It reads only the objects it is asked for, repairs nothing, and every cost is bounded: nesting, nodes of one
//! object, bytes parsed and bytes inflated per file. What two viewers might read differently (a key given twice,
//! a wrong stream length) is an error here.

mod document;
mod filter;
mod object;
mod syntax;
mod xref;

pub(crate) use document::Document;
pub(crate) use object::{Dictionary, Object, Reference, Stream, append, write_hexadecimal};
pub(crate) use syntax::{Parser, hexadecimal};
pub(crate) use xref::XrefStyle;

/// Why a PDF cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The bytes do not follow the format.
    #[error("{expected} expected at byte {at}")]
    Malformed {
        /// Offset into the file, or into the object stream being read.
        at: usize,
        /// What should have been there.
        expected: &'static str,
    },
    /// A stream uses a compression or a predictor that this reader does not know.
    #[error("a stream is encoded in a way that is not supported")]
    Filter,
    /// Reading on would cost more memory or time than any honest document needs.
    #[error("the file is too complex: {0}")]
    TooComplex(&'static str),
}
