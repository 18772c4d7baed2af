//! A ledger with everything it commits to in one tar file, which verifies on another machine without server or
//! database. The members come in this order, so that one pass checks them; [`README`] describes them.

mod check;
mod export;

use uuid::Uuid;

pub use check::verify_archive;
pub use export::{ExportError, Exported};

/// The member that explains the others. It never changes: another text is another format.
pub const README: &str = include_str!("readme.txt");

const README_NAME: &str = "README.txt";
const KEY: &str = "ledger-key";
const CHECKPOINT: &str = "checkpoint";
const TILES: &str = "tile/";
const OPENINGS: &str = "openings/";
const DOCUMENTS: &str = "documents/";

fn opening_path(position: u64) -> String {
    format!("{OPENINGS}{position:012}")
}

fn document_path(id: Uuid, part: Part) -> String {
    format!("{DOCUMENTS}{id}/{}", part.file_name())
}

/// A file of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Content,
    Cii,
    Ubl,
    Pdf,
}

impl Part {
    const ALL: [Self; 4] = [Self::Content, Self::Cii, Self::Ubl, Self::Pdf];

    fn file_name(self) -> &'static str {
        match self {
            Self::Content => "content.json",
            Self::Cii => "cii.xml",
            Self::Ubl => "ubl.xml",
            Self::Pdf => "document.pdf",
        }
    }
}
