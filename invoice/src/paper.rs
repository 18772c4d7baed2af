//! What a page of paper needs: the document, the stationery it is drawn on, how to check it, and the files that travel
//! inside the PDF.
//!
//! It stands here so that `billing` can ask for a PDF without knowing the crate that draws one.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// What it is drawn on.
    pub stationery: &'a Stationery,
    /// Nothing is issued yet: the page says so across, has no number, and no code to pay by.
    pub is_draft: bool,
    /// Files inside the PDF; the first is the e-invoice.
    pub attachments: Vec<EmbeddedFile>,
}

/// What an organisation's paper looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stationery {
    /// Its size.
    pub format: PaperFormat,
    /// The one colour beside black, darkened on paper until it is easy to read.
    pub accent: Colour,
    /// Stands for the seller's name at the head of the first page.
    pub logo: Option<Logo>,
}

/// The size of the paper, and with it the window of the envelope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaperFormat {
    /// 210 × 297 mm, address field and fold marks of DIN 5008 form B.
    #[default]
    A4,
    /// 8½ × 11 in, address where the window of a US envelope #10 shows it.
    Letter,
}

/// A colour of the screen (sRGB), written `#1d4466`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour {
    /// Red, green and blue.
    pub channels: [u8; 3],
}

impl Default for Colour {
    fn default() -> Self {
        Self { channels: [0x1d, 0x44, 0x66] }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.channels;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A colour that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is a hash and six hexadecimal digits, such as #1d4466")]
pub struct NotAColour;

impl FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| NotAColour);
        Ok(Self { channels: [channel(0)?, channel(2)?, channel(4)?] })
    }
}

impl TryFrom<String> for Colour {
    type Error = NotAColour;

    fn try_from(text: String) -> Result<Self, NotAColour> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

/// A logo. Whoever hands it over has decoded it and written it anew, so that it is an image and nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Logo {
    /// A PNG file in base64 without line breaks.
    pub png_base64: String,
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Logo(…)")
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_reads_back_as_it_is_written() {
        for text in ["#000000", "#1d4466", "#ffffff"] {
            assert_eq!(text.parse::<Colour>().unwrap().to_string(), text);
        }
        assert_eq!("1D4466".parse(), Ok(Colour::default()));
        for text in ["", "#fff", "red", "#12345g", "#1234567", "#+12345", "#€€"] {
            assert_eq!(text.parse::<Colour>(), Err(NotAColour), "{text}");
        }
    }

    #[test]
    fn stationery_of_before_it_was_kept_is_plain() {
        assert_eq!(serde_json::from_str::<Stationery>("{}").unwrap(), Stationery::default());
        let letter = r##"{"format":"letter","accent":"#0b6623","logo":"AAAA"}"##;
        let read: Stationery = serde_json::from_str(letter).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), letter);
        assert_eq!(format!("{:?}", read.logo), "Some(Logo(…))");
    }
}
