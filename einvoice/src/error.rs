//! Why a document was not read or not written.

/// A place in the XML, both counted from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why [`crate::read`] gave no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// More bytes than [`crate::MAX_BYTES`].
    #[error("the document has {0} bytes, more than {max} are not read", max = crate::MAX_BYTES)]
    TooLarge(usize),
    /// Not UTF-8, by its bytes or by its XML declaration.
    #[error("{at}: the document is not in UTF-8; save it in that encoding")]
    Encoding {
        /// The first byte that is not, or the start of the document.
        at: Position,
    },
    /// Any `<!DOCTYPE`, whatever it holds.
    #[error("{at}: the document has a DOCTYPE; no e-invoice needs one, and it could reach for other files")]
    Doctype {
        /// Where.
        at: Position,
    },
    /// Not well-formed XML.
    #[error("{at}: this is no well-formed XML: {reason}")]
    Malformed {
        /// Where the parser stopped.
        at: Position,
        /// What it says.
        reason: String,
    },
    /// Something is beyond what any invoice needs.
    #[error("{at}: {what} beyond the limit of {limit}")]
    Limit {
        /// Where.
        at: Position,
        /// What there is too much of.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
    },
    /// Neither UBL nor CII.
    #[error(
        "{at}: the root element is {found}; a UBL 2.1 Invoice or CreditNote or a CII D16B CrossIndustryInvoice is needed"
    )]
    Root {
        /// Where.
        at: Position,
        /// The root element's name and namespace.
        found: String,
    },
    /// A term is missing without which the model cannot hold the document.
    #[error("{at}: {path} lacks {term}")]
    Missing {
        /// Where the element starts that lacks it.
        at: Position,
        /// Path of that element.
        path: String,
        /// The business term, such as `BT-2`.
        term: &'static str,
    },
    /// A value that is not of its term's type.
    #[error("{at}: {term} at {path} {reason}")]
    Value {
        /// Where the element starts.
        at: Position,
        /// Path of the element.
        path: String,
        /// The business term, such as `BT-2`.
        term: &'static str,
        /// What it is not.
        reason: &'static str,
    },
}

impl ReadError {
    /// Where in the document; a document that is too large was not looked at.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::TooLarge(_) => None,
            Self::Encoding { at }
            | Self::Doctype { at }
            | Self::Malformed { at, .. }
            | Self::Limit { at, .. }
            | Self::Root { at, .. }
            | Self::Missing { at, .. }
            | Self::Value { at, .. } => Some(*at),
        }
    }
}

/// Why [`crate::write`] gave no XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A control character or a non-character (XML 1.0, production 2).
    #[error("{term} holds U+{code:04X}, which XML cannot carry; remove it ({path})")]
    Character {
        /// The business term, such as `BT-22`.
        term: &'static str,
        /// Path of the element that should hold it.
        path: String,
        /// The character.
        code: u32,
    },
    /// Nothing to write where the syntax' schema demands something.
    #[error("{term} is missing ({path})")]
    Missing {
        /// The business term, such as `BT-131`.
        term: &'static str,
        /// Path of the element that should hold it.
        path: String,
    },
}
