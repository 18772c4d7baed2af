//! What a page of paper needs: the document, how to check it, and the files that travel inside the PDF.
//!
//! It stands here so that `billing` can ask for a PDF without knowing the crate that draws one.

use jiff::Timestamp;

use crate::document::Document;

/// One PDF to be drawn. The same value always gives the same bytes.
#[derive(Debug, Clone)]
pub struct Paper<'a> {
    /// The document to draw.
    pub document: &'a Document,
    /// The block that tells the reader how to check it; none for a document that no ledger holds.
    pub verification: Option<Verification>,
    /// The PDF's creation date.
    pub created: Timestamp,
    /// BCP 47 language of labels, dates and numbers, such as `en` or `de`.
    pub language: &'a str,
    /// Files inside the PDF; the first is the e-invoice.
    pub attachments: Vec<EmbeddedFile>,
}

/// How a reader checks the document.
#[derive(Debug, Clone)]
pub struct Verification {
    /// The short code, `ABCD-EFGH-JKMN-PQRS`.
    pub code: String,
    /// Where to enter it, `https://invoices.example.com/verify`.
    pub address: String,
    /// What the QR code holds: the address with the code in the fragment.
    pub qr_text: String,
    /// The ledger's origin, as in its checkpoints.
    pub ledger: String,
}

/// A file inside a PDF/A-3.
#[derive(Debug, Clone)]
pub struct EmbeddedFile {
    /// `factur-x.xml`.
    pub name: String,
    /// `text/xml`.
    pub mime_type: String,
    /// What it is, for the reader's list of attachments.
    pub description: String,
    /// `AFRelationship`.
    pub relationship: Relationship,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// `AFRelationship` of PDF/A-3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    /// The same content in another form: the e-invoice.
    Alternative,
    /// Something beside it: the proof.
    Supplement,
}
