#![doc = include_str!("../README.md")]

mod adjustment;
mod cii;
mod codes;
mod error;
mod facts;
mod party;
mod read_alike;
mod read_back;
mod schema;
mod ubl;
mod validate;
mod values;
mod xml;

use counterfoil_invoice::Document;

pub use error::{Position, ReadError, WriteError};
pub use read_back::{ReadBackError, as_stated, read_back};
pub use validate::{Fault, Placed, Validation, validate};
pub use xml::{MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_NAME, MAX_NODES, MAX_TEXT};

/// The two syntaxes that EN 16931 binds (CEN/TS 16931-3-2 and -3-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// UN/CEFACT Cross Industry Invoice D16B: what Factur-X and ZUGFeRD put into a PDF.
    Cii,
    /// OASIS UBL 2.1, `Invoice` or `CreditNote`: what Peppol sends.
    Ubl,
}

/// What was read from an XML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The syntax it was written in.
    pub syntax: Syntax,
    /// What it says. Nothing is proven about it.
    pub document: Document,
    /// Paths of elements and attributes that say something EN 16931 has no term for, in document order, each once,
    /// no more than 500. Empty means: `document` says all that the XML says.
    pub not_carried: Vec<String>,
}

/// Reads a UBL 2.1 invoice or credit note, or a CII D16B invoice.
///
/// # Errors
/// [`ReadError`]; it names the line and column, or the element and the business term.
pub fn read(xml: &[u8]) -> Result<Reading, ReadError> {
    let tree = xml::Tree::parse(xml)?;
    let root = tree.root();
    let (syntax, document) = match root.name() {
        "rsm:CrossIndustryInvoice" => (Syntax::Cii, cii::read(root)?),
        "ubl:Invoice" | "cn:CreditNote" => (Syntax::Ubl, ubl::read(root)?),
        _ => return Err(root.unknown_root()),
    };
    Ok(Reading { syntax, document, not_carried: tree.not_carried() })
}

/// Writes the document: the same document gives the same bytes. An empty BT-24 becomes `urn:cen.eu:en16931:2017`.
///
/// # Errors
/// [`WriteError::Character`] for a character that XML 1.0 cannot hold, [`WriteError::Missing`] for a term without
/// which the syntax' schema is broken. A document that breaks no rule of EN 16931 misses nothing.
pub fn write(document: &Document, syntax: Syntax) -> Result<Vec<u8>, WriteError> {
    match syntax {
        Syntax::Cii => cii::write(document),
        Syntax::Ubl => ubl::write(document),
    }
}
