#![doc = include_str!("../README.md")]

mod accent;
mod country;
mod epc;
mod facturx;
mod figures;
mod locale;
mod logo;
mod proof;
mod qr;
mod revise;
mod sheet;
mod text;
mod world;

use counterfoil_invoice::paper::Paper;

use crate::locale::Locale;
pub use crate::proof::{Misprint, proofread};
use crate::text::Glyphs;

/// Why no PDF was drawn. No message repeats text of the document.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// An attachment's name is not a plain file name.
    #[error("attachment {0} needs a plain file name without folders; rename it")]
    AttachmentName(usize),
    /// Text too long for a QR code.
    #[error("the verification address is too long for a QR code; shorten it")]
    QrTooLong,
    /// The logo is not a PNG file.
    #[error("the logo is not a PNG file; choose it again in the organisation's settings")]
    Logo,
    /// The template could not be laid out: a fault of this crate.
    #[error("the page could not be laid out: {0}")]
    Layout(String),
    /// The page could not be written as PDF/A-3: a fault of this crate, or of an attachment's MIME type.
    #[error("the page could not be written as PDF/A-3: {0}")]
    Export(String),
    /// The PDF is not in the form this crate expects of its writer.
    #[error("the PDF could not be finished: {0}")]
    Metadata(&'static str),
}

/// Draws a document: PDF/A-3b, tagged, with its attachments and, if the first of them is an e-invoice, the Factur-X
/// metadata. One revision with a plain cross-reference table, ready to be signed by an incremental update. The same
/// paper always gives the same bytes.
///
/// # Errors
/// [`RenderError::AttachmentName`], [`RenderError::QrTooLong`] and [`RenderError::Logo`] are the caller's to mend, the others are ours.
pub fn pdf(paper: &Paper<'_>) -> Result<Vec<u8>, RenderError> {
    let locale = Locale::of(paper.language);
    let drawn = draw(paper, locale, Glyphs::All).or_else(|error| match error {
        // A mark of one font on a letter of another has no glyph anywhere: draw with one font alone.
        RenderError::Export(_) => draw(paper, locale, Glyphs::FirstFont),
        other => Err(other),
    })?;
    let mut edits = revise::stream_ends(&drawn)?;
    if let Some(file) = paper.attachments.first().filter(|file| facturx::is_invoice_name(&file.name)) {
        let level = facturx::conformance_level(&paper.document.content.process.specification);
        edits.extend(facturx::metadata(&drawn, &file.name, level)?);
    }
    revise::apply(&drawn, edits)
}

fn draw(paper: &Paper<'_>, locale: &Locale, glyphs: Glyphs) -> Result<Vec<u8>, RenderError> {
    let sheet = sheet::Sheet::of(paper, locale);
    world::Desk::new(paper, &sheet, glyphs)?.draw()
}
