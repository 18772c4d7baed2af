//! A file that holds an e-invoice: XML, or a PDF with XML inside.

use std::borrow::Cow;
use std::path::Path;

use counterfoil_billing::verify::LARGEST_FILE;

use crate::input;

/// The names that Factur-X, ZUGFeRD and XRechnung give the XML in a PDF.
const XML_NAMES: [&str; 3] = ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"];

/// Why a PDF holds no e-invoice.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoInvoice {
    #[error("{0}; it may be damaged or no PDF")]
    Unreadable(#[from] counterfoil_seal::NotAPdf),
    #[error("the PDF has no XML file inside; Factur-X has one, factur-x.xml")]
    NoXml,
}

/// The whole file, unless it is larger than any invoice.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    input::read(path, LARGEST_FILE as u64)
}

/// The XML: the file itself, or what is inside a PDF.
pub(crate) fn xml(file: &[u8]) -> Result<Cow<'_, [u8]>, NoInvoice> {
    const HEADER_WITHIN: usize = 1024;
    let head = &file[..file.len().min(HEADER_WITHIN)];
    let is_xml = head.trim_ascii_start().starts_with(b"<") || head.starts_with(b"\xef\xbb\xbf");
    if is_xml || !head.windows(5).any(|window| window == b"%PDF-") {
        return Ok(Cow::Borrowed(file));
    }
    let embedded = counterfoil_seal::inspect_pdf(file)?.embedded_files;
    let named =
        embedded.iter().position(|file| XML_NAMES.iter().any(|name| file.name.eq_ignore_ascii_case(name)));
    let any = || embedded.iter().position(|file| file.name.to_ascii_lowercase().ends_with(".xml"));
    let at = named.or_else(any).ok_or(NoInvoice::NoXml)?;
    Ok(Cow::Owned(embedded.into_iter().nth(at).expect("found in it").bytes))
}
