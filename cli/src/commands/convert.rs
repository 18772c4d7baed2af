//! `convert`: an e-invoice in one syntax in, in another out. What does not come along is named, never dropped silently.

use anyhow::{Context as _, bail};
use counterfoil_billing::documents::CII_NAME;
use counterfoil_einvoice::Syntax;
use counterfoil_invoice::Document;
use counterfoil_invoice::paper::{EmbeddedFile, Paper, Relationship, Stationery};
use jiff::Timestamp;
use serde_json::Value;

use crate::args::{Convert, Target};
use crate::data_folder::write_whole;
use crate::differences::{Difference, differences};
use crate::invoice_file;
use crate::output::talk;

pub(super) fn run(convert: &Convert) -> anyhow::Result<()> {
    let name = convert.input.display().to_string();
    let file = invoice_file::read(&convert.input)?;
    let document = read(&name, &file)?;
    let bytes = match convert.to {
        Target::Json => document.to_canonical_json(),
        Target::Ubl => written(&name, &document, Syntax::Ubl)?,
        Target::Cii => written(&name, &document, Syntax::Cii)?,
        Target::FacturX => {
            let xml = written(&name, &document, Syntax::Cii)?;
            drawn(&document, xml)?
        }
    };
    write_whole(&convert.output, &bytes, 0o644)
}

fn read(name: &str, file: &[u8]) -> anyhow::Result<Document> {
    // The mark that some editors begin a text with; XML may have it, too.
    let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    if text.trim_ascii_start().first() == Some(&b'{') {
        return serde_json::from_slice(text).with_context(|| format!("{name} is no document in JSON"));
    }
    let xml = invoice_file::xml(file).with_context(|| name.to_owned())?;
    let reading = counterfoil_einvoice::read(&xml).with_context(|| name.to_owned())?;
    for path in &reading.not_carried {
        talk(&format!("{name}: {path} is not part of EN 16931 and is left out"));
    }
    Ok(reading.document)
}

/// The document in a syntax. Reading it again shows what the syntax says otherwise.
fn written(name: &str, document: &Document, syntax: Syntax) -> anyhow::Result<Vec<u8>> {
    let xml = counterfoil_einvoice::write(document, syntax).with_context(|| name.to_owned())?;
    let again =
        counterfoil_einvoice::read(&xml).context("what was written is not read; this is a fault of ours")?;
    for change in differences(&serde_json::to_value(document)?, &serde_json::to_value(again.document)?) {
        talk(&format!("{name}: {}", said(&change)));
    }
    Ok(xml)
}

fn said(Difference { path, before, after }: &Difference) -> String {
    match (before, after) {
        (before, Value::Null) => format!("{path} {before} cannot be carried and is left out"),
        (Value::Null, after) => format!("{path} is not given, and must be; it is written as {after}"),
        (before, after) => format!("{path} {before} is written as {after}"),
    }
}

/// A page without seal and without ledger: nobody vouches for it.
fn drawn(document: &Document, xml: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let Ok(noon) = document.issue_date.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC) else {
        bail!("the issue date {} cannot be the date of a PDF", document.issue_date);
    };
    let paper = Paper {
        document,
        verification: None,
        // The same document gives the same bytes.
        created: Timestamp::from(noon),
        language: "en",
        stationery: &Stationery::default(),
        is_draft: false,
        attachments: vec![EmbeddedFile {
            name: CII_NAME.to_owned(),
            mime_type: "text/xml".to_owned(),
            description: "The e-invoice".to_owned(),
            relationship: Relationship::Alternative,
            bytes: xml,
        }],
    };
    counterfoil_render::pdf(&paper).context("the page could not be drawn")
}
