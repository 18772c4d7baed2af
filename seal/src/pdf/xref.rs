use std::collections::{HashMap, HashSet};

use super::object::be_number;
use super::{Dictionary, Object, Parser, PdfError, Reference, Stream, filter};

/// Rows of all sections: more than a document of thousands of pages has in all its revisions.
const MAX_ENTRIES: usize = 500_000;
/// Revisions of a file; a sealed one has two. Bounds the work on sections that lie inside each other.
const MAX_SECTIONS: usize = 128;
/// All inflated cross-reference streams: [`MAX_ENTRIES`] at 16 bytes each.
const MAX_XREF_STREAMS: usize = 16 * MAX_ENTRIES;

const TOO_MANY: PdfError = PdfError::TooComplex("too many objects");

/// How the newest section is written; an update must be written the same way (ISO 32000-2, 7.5.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum XrefStyle {
    Table,
    Stream,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Free,
    At { offset: usize, generation: u16 },
    InStream { stream: u32, index: usize },
}

/// Where every object lies, newest sections first.
#[derive(Debug)]
pub(crate) struct Xref {
    pub(crate) start: usize,
    pub(crate) style: XrefStyle,
    pub(crate) trailer: Dictionary,
    pub(crate) entries: HashMap<u32, Entry>,
}

type Result<T, E = PdfError> = std::result::Result<T, E>;

impl Xref {
    /// Follows the last `startxref` and every `Prev` behind it.
    pub(crate) fn read(pdf: &[u8]) -> Result<Self> {
        const STARTXREF: &[u8] = b"startxref";
        let Some(marker) = pdf.windows(STARTXREF.len()).rposition(|window| window == STARTXREF) else {
            return Err(PdfError::Malformed { at: pdf.len(), expected: "startxref" });
        };
        let start = offset(Parser::new(pdf, marker + STARTXREF.len()).unsigned()?, marker)?;
        let mut room = Room { rows: MAX_ENTRIES, inflated: MAX_XREF_STREAMS };
        let (style, trailer, entries) = section(pdf, start, &mut room)?;
        let mut xref = Self { start, style, trailer, entries: HashMap::with_capacity(entries.len()) };
        xref.add(entries);

        let mut seen = HashSet::from([start]);
        let mut older = previous(&xref.trailer, start)?;
        while let Some(next) = older.pop() {
            if seen.len() >= MAX_SECTIONS {
                return Err(PdfError::TooComplex("too many revisions"));
            }
            if !seen.insert(next) {
                return Err(PdfError::Malformed {
                    at: next,
                    expected: "a cross-reference section not yet seen",
                });
            }
            let (_, trailer, entries) = section(pdf, next, &mut room)?;
            xref.add(entries);
            older.extend(previous(&trailer, next)?);
        }
        Ok(xref)
    }

    fn add(&mut self, entries: Vec<(u32, Entry)>) {
        for (number, entry) in entries {
            self.entries.entry(number).or_insert(entry);
        }
    }
}

/// What the sections of one file may still hold, all together: sections that overlap are paid for each time.
struct Room {
    rows: usize,
    inflated: usize,
}

impl Room {
    fn row(&mut self) -> Result<()> {
        self.rows = self.rows.checked_sub(1).ok_or(TOO_MANY)?;
        Ok(())
    }
}

fn offset(number: u64, at: usize) -> Result<usize> {
    usize::try_from(number).map_err(|_| PdfError::Malformed { at, expected: "an offset within the file" })
}

/// Older sections, the next one to read last: the stream of a hybrid file comes before `Prev`.
fn previous(trailer: &Dictionary, at: usize) -> Result<Vec<usize>> {
    let keys = ["Prev", "XRefStm"].into_iter().filter_map(|key| trailer.get(key));
    keys.map(|value| value.as_size().ok_or(PdfError::Malformed { at, expected: "an offset within the file" }))
        .collect()
}

type Section = (XrefStyle, Dictionary, Vec<(u32, Entry)>);

fn section(pdf: &[u8], at: usize, room: &mut Room) -> Result<Section> {
    let mut parser = Parser::new(pdf, at);
    if parser.keyword("xref") {
        let entries = table(&mut parser, room)?;
        let Object::Dictionary(trailer) = parser.object()? else {
            return parser.expected("a trailer dictionary");
        };
        return Ok((XrefStyle::Table, trailer, entries));
    }
    let (_, object) = indirect(&mut parser, |_| None)?;
    match object {
        Object::Stream(stream) if stream.dictionary.has_type("XRef") => {
            let data = filter::decode(&stream.dictionary, &pdf[stream.start..stream.end], room.inflated)?;
            room.inflated -= data.len();
            let entries = rows(&stream.dictionary, &data, at, room)?;
            Ok((XrefStyle::Stream, stream.dictionary, entries))
        }
        _ => Err(PdfError::Malformed { at, expected: "a cross-reference table or stream" }),
    }
}

fn table(parser: &mut Parser<'_>, room: &mut Room) -> Result<Vec<(u32, Entry)>> {
    let mut entries = Vec::new();
    while !parser.keyword("trailer") {
        let first = parser.unsigned()?;
        let count = parser.unsigned()?;
        for number in first..first.saturating_add(count) {
            let Ok(number) = u32::try_from(number) else { return parser.expected("an object number") };
            let offset = offset(parser.unsigned()?, parser.position())?;
            let generation = u16::try_from(parser.unsigned()?).unwrap_or(u16::MAX);
            let entry = if parser.keyword("n") {
                Entry::At { offset, generation }
            } else if parser.keyword("f") {
                Entry::Free
            } else {
                return parser.expected("n or f");
            };
            room.row()?;
            entries.push((number, entry));
        }
    }
    Ok(entries)
}

fn rows(dictionary: &Dictionary, data: &[u8], at: usize, room: &mut Room) -> Result<Vec<(u32, Entry)>> {
    let malformed = PdfError::Malformed { at, expected: "a well-formed cross-reference stream" };
    let sizes = |key| -> Option<Vec<usize>> {
        dictionary.get(key)?.as_array()?.iter().map(Object::as_size).collect()
    };
    let widths = sizes("W").ok_or(malformed)?;
    let &[kind_width, second_width, third_width] = widths.as_slice() else { return Err(malformed) };
    if widths.iter().any(|&width| width > 8) || kind_width + second_width + third_width == 0 {
        return Err(malformed);
    }
    let index = match dictionary.get("Index") {
        Some(_) => sizes("Index"),
        None => dictionary.get("Size").and_then(Object::as_size).map(|size| vec![0, size]),
    };
    let index = index.filter(|index| index.len() % 2 == 0).ok_or(malformed)?;

    let mut entries = Vec::new();
    let mut rows = data.chunks_exact(kind_width + second_width + third_width);
    for range in index.chunks_exact(2) {
        for number in range[0]..range[0].saturating_add(range[1]) {
            let number = u32::try_from(number).map_err(|_| malformed)?;
            let row = rows.next().ok_or(malformed)?;
            let (kind, rest) = row.split_at(kind_width);
            let (second, third) = rest.split_at(second_width);
            let entry = match if kind.is_empty() { 1 } else { be_number(kind) } {
                1 => Entry::At {
                    offset: offset(be_number(second), at)?,
                    generation: u16::try_from(be_number(third)).map_err(|_| malformed)?,
                },
                2 => Entry::InStream {
                    stream: u32::try_from(be_number(second)).map_err(|_| malformed)?,
                    index: usize::try_from(be_number(third)).map_err(|_| malformed)?,
                },
                _ => Entry::Free,
            };
            room.row()?;
            entries.push((number, entry));
        }
    }
    Ok(entries)
}

/// Reads `number generation obj … endobj`. `length` looks up a stream length that is kept in another object.
pub(crate) fn indirect(
    parser: &mut Parser<'_>,
    length: impl FnOnce(Reference) -> Option<usize>,
) -> Result<(Reference, Object)> {
    let at = parser.position();
    let number = u32::try_from(parser.unsigned()?);
    let generation = u16::try_from(parser.unsigned()?);
    let (Ok(number), Ok(generation), true) = (number, generation, parser.keyword("obj")) else {
        return Err(PdfError::Malformed { at, expected: "an object" });
    };
    let reference = Reference { number, generation };
    let object = parser.object()?;
    if !parser.keyword("stream") {
        return if parser.keyword("endobj") { Ok((reference, object)) } else { parser.expected("endobj") };
    }
    let Object::Dictionary(dictionary) = object else { return parser.expected("a stream with a dictionary") };
    parser.stream_line_end()?;
    let start = parser.position();
    let size = match dictionary.get("Length") {
        Some(Object::Reference(reference)) => length(*reference),
        Some(size) => size.as_size(),
        None => None,
    };
    if !size.is_some_and(|size| parser.skip_bytes(size)) {
        return parser.expected("a stream length within the file");
    }
    let end = parser.position();
    if !parser.keyword("endstream") || !parser.keyword("endobj") {
        return parser.expected("endstream where the length says");
    }
    Ok((reference, Object::Stream(Stream { dictionary, start, end })))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;
    use crate::pdf::append;

    /// A file of sections of so many rows each, a few hundred bytes a section.
    fn file(sections: usize, rows: usize) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![0; 3 * rows]).unwrap();
        let data = encoder.finish().unwrap();
        let mut pdf = b"%PDF-1.7\n".to_vec();
        let mut previous = String::new();
        for section in 1..=sections {
            let start = pdf.len();
            append(
                &mut pdf,
                format_args!(
                    "{section} 0 obj\n<</Type/XRef/W[1 1 1]/Size {rows}/Filter/FlateDecode/Length {}{previous}>>\nstream\n",
                    data.len()
                ),
            );
            pdf.extend(&data);
            pdf.extend(b"\nendstream\nendobj\n");
            previous = format!("/Prev {start}");
        }
        let last = previous.trim_start_matches("/Prev ").to_owned();
        append(&mut pdf, format_args!("startxref\n{last}\n%%EOF"));
        pdf
    }

    #[test]
    fn sections_pay_from_one_purse() {
        let xref = Xref::read(&file(20, 20_000)).unwrap();
        assert_eq!(xref.entries.len(), 20_000);
        assert!(file(128, 500_000).len() < 400_000);
        assert_eq!(Xref::read(&file(30, 20_000)).unwrap_err(), TOO_MANY);
        assert_eq!(Xref::read(&file(128, 500_000)).unwrap_err(), TOO_MANY);
    }
}
