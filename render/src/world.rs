//! Everything Typst may see: one template, one sheet of data, the codes, the attachments and the fonts that are part
//! of this crate. No network, no disk, no clock, no packages.

use std::fmt::Write;
use std::sync::LazyLock;

use counterfoil_invoice::paper::{Paper, PaperFormat, Relationship};
use jiff::tz::TimeZone;
use serde_json::json;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::RenderError;
use crate::sheet::Sheet;
use crate::text::Glyphs;
use crate::{accent, logo};

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(fonts())));
static TEMPLATE: LazyLock<Source> =
    LazyLock::new(|| Source::new(id("/invoice.typ"), include_str!("../template/invoice.typ").to_owned()));
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    [
        &include_bytes!("../fonts/Inter-Regular.otf")[..],
        include_bytes!("../fonts/Inter-Medium.otf"),
        include_bytes!("../fonts/Inter-SemiBold.otf"),
        include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
        include_bytes!("../fonts/NotoSansHebrew-Bold.ttf"),
        include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
        include_bytes!("../fonts/NotoSansArabic-Bold.ttf"),
        include_bytes!("../fonts/NotoSansThai-Regular.ttf"),
        include_bytes!("../fonts/NotoSansThai-Bold.ttf"),
        include_bytes!("../fonts/NotoSansDevanagari-Regular.ttf"),
        include_bytes!("../fonts/NotoSansDevanagari-Bold.ttf"),
        include_bytes!("../fonts/CounterfoilHangul.ttf"),
        include_bytes!("../fonts/DroidSansFallback.ttf"),
        include_bytes!("../fonts/DejaVuSans.ttf"),
    ]
    .into_iter()
    .map(|file| Font::new(Bytes::new(file), 0).expect("the fonts of this crate are fonts"))
    .collect()
});

/// The crate's fonts; the first is the one everything is set in if it can.
pub(crate) fn fonts() -> &'static [Font] {
    &FONTS
}

fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a path of this crate");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// One sheet on the desk, ready to be drawn.
pub(crate) struct Desk {
    files: Vec<(FileId, Bytes)>,
    options: PdfOptions,
}

impl Desk {
    /// # Errors
    /// [`RenderError::AttachmentName`], [`RenderError::QrTooLong`], [`RenderError::Logo`].
    pub(crate) fn new(paper: &Paper<'_>, sheet: &Sheet, glyphs: Glyphs) -> Result<Self, RenderError> {
        let mut text = serde_json::to_value(sheet).expect("a sheet is strings and numbers");
        glyphs.fit(&mut text, sheet.right_to_left);

        let mut attachments = Vec::new();
        let mut files = Vec::new();
        for (index, file) in paper.attachments.iter().enumerate() {
            if !is_plain_name(&file.name) {
                return Err(RenderError::AttachmentName(index));
            }
            let path = format!("/attachments/{index}");
            attachments.push(json!({
                "name": file.name,
                "path": path,
                "mime-type": file.mime_type,
                "description": glyphs.clean(&file.description),
                "relationship": match file.relationship {
                    Relationship::Alternative => "alternative",
                    Relationship::Supplement => "supplement",
                },
            }));
            files.push((id(&path), Bytes::new(file.bytes.clone())));
        }
        if let Some(verification) = &paper.verification {
            let code = crate::qr::svg(&verification.qr_text).ok_or(RenderError::QrTooLong)?;
            files.push((id("/verification.svg"), Bytes::from_string(code)));
        }
        let payment = sheet.payment_code.as_deref().and_then(crate::qr::epc_svg);
        let stationery = paper.stationery;
        let logo = stationery.logo.as_ref().map(logo::place).transpose()?;
        let meta = json!({
            "format": match stationery.format {
                PaperFormat::A4 => "a4",
                PaperFormat::Letter => "us-letter",
            },
            "accent": accent::legible(stationery.accent).to_string(),
            "logo": logo.as_ref().map(|logo| [logo.width, logo.height]),
            "language": sheet.language,
            "title": glyphs.clean(&sheet.title),
            "author": glyphs.clean(&sheet.seller.name),
            "attachments": attachments,
            "has-payment-code": payment.is_some(),
        });
        files.extend(logo.map(|logo| (id("/logo.png"), Bytes::new(logo.png))));
        files.extend(payment.map(|svg| (id("/payment.svg"), Bytes::from_string(svg))));
        files
            .push((id("/sheet.json"), Bytes::from_string(json!({ "text": text, "meta": meta }).to_string())));

        Ok(Self { files, options: options(paper) })
    }

    /// # Errors
    /// [`RenderError::Layout`], [`RenderError::Export`].
    pub(crate) fn draw(&self) -> Result<Vec<u8>, RenderError> {
        let drawn = typst::compile::<PagedDocument>(self)
            .output
            .map_err(|faults| RenderError::Layout(told(&faults)))
            .and_then(|document| {
                typst_pdf::pdf(&document, &self.options).map_err(|faults| RenderError::Export(told(&faults)))
            });
        // Typst remembers every layout for the next one. Two documents back is far enough: the template stays warm
        // and a thousand invoices need the memory of three.
        typst::comemo::evict(2);
        drawn
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == TEMPLATE.id() { Ok(TEMPLATE.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files
            .iter()
            .find_map(|(file, bytes)| (*file == id).then(|| bytes.clone()))
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts().get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn options(paper: &Paper<'_>) -> PdfOptions {
    let utc = paper.created.to_zoned(TimeZone::UTC).datetime();
    let part = |value: i8| value.unsigned_abs();
    let created = Datetime::from_ymd_hms(
        utc.year().into(),
        part(utc.month()),
        part(utc.day()),
        part(utc.hour()),
        part(utc.minute()),
        part(utc.second()),
    );
    PdfOptions {
        // The short code names one document of one organisation for good.
        ident: match &paper.verification {
            Some(verification) => Smart::Custom(verification.code.clone()),
            None => Smart::Auto,
        },
        creator: Smart::Custom(Some("Counterfoil".to_owned())),
        timestamp: created.map(Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::A_3b]).expect("one standard is compatible with itself"),
        ..PdfOptions::default()
    }
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b' '))
}

/// What went wrong, without what the document says: messages quote it in backticks.
fn told(faults: &[SourceDiagnostic]) -> String {
    let mut told = String::new();
    for fault in faults {
        if !told.is_empty() {
            told.push_str("; ");
        }
        for (index, part) in fault.message.split('`').enumerate() {
            let _ = if index % 2 == 0 { told.write_str(part) } else { told.write_str("…") };
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachment_names_are_file_names_without_folders() {
        assert!(is_plain_name("factur-x.xml") && is_plain_name("invoice.tlog-proof"));
        for name in ["", "..", "../x", "a/b", "a\\b", "C:x", ".hidden", "a\u{202e}b"] {
            assert!(!is_plain_name(name), "{name:?}");
        }
    }
}
