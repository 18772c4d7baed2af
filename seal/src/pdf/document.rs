use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::xref::{Entry, Xref, indirect};
use super::{Dictionary, Object, Parser, PdfError, Reference, Stream, XrefStyle, filter};

/// What all streams of one file may inflate to together, attachments included.
const MAX_INFLATED: usize = 64 << 20;
/// Source bytes parsed beyond four times the file: objects in object streams may overlap, and an attacker would
/// otherwise have the same megabyte parsed a hundred thousand times.
const MAX_PARSED: usize = 16 << 20;

/// A PDF opened for reading single objects.
pub(crate) struct Document<'a> {
    pdf: &'a [u8],
    xref: Xref,
    object_streams: RefCell<HashMap<u32, Rc<ObjectStream>>>,
    inflatable: Cell<usize>,
    parsable: Cell<usize>,
}

struct ObjectStream {
    data: Vec<u8>,
    /// Object number and where it begins in `data`.
    index: Vec<(u32, usize)>,
}

type Result<T, E = PdfError> = std::result::Result<T, E>;

impl<'a> Document<'a> {
    pub(crate) fn open(pdf: &'a [u8]) -> Result<Self> {
        Ok(Self {
            pdf,
            xref: Xref::read(pdf)?,
            object_streams: RefCell::default(),
            inflatable: Cell::new(MAX_INFLATED),
            parsable: Cell::new(pdf.len().saturating_mul(4).saturating_add(MAX_PARSED)),
        })
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.pdf
    }

    pub(crate) fn trailer(&self) -> &Dictionary {
        &self.xref.trailer
    }

    pub(crate) fn xref_start(&self) -> usize {
        self.xref.start
    }

    pub(crate) fn xref_style(&self) -> XrefStyle {
        self.xref.style
    }

    /// All object numbers in use, ascending.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        let used = self.xref.entries.iter().filter(|(_, entry)| **entry != Entry::Free);
        let mut numbers: Vec<u32> = used.map(|(&number, _)| number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// The first number above every object of the file, also those that were deleted.
    pub(crate) fn next_number(&self) -> u32 {
        let size =
            self.trailer().get("Size").and_then(Object::as_size).and_then(|size| u32::try_from(size).ok());
        let highest = self.xref.entries.keys().max().map_or(0, |number| number.saturating_add(1));
        size.unwrap_or(0).max(highest)
    }

    pub(crate) fn catalog(&self) -> Result<(Reference, Dictionary)> {
        let root = self.trailer().get("Root").and_then(Object::as_reference);
        let root =
            root.ok_or(PdfError::Malformed { at: self.xref.start, expected: "a trailer with Root" })?;
        match self.object(root.number)? {
            Object::Dictionary(catalog) => Ok((root, catalog)),
            _ => Err(PdfError::Malformed { at: self.xref.start, expected: "a catalog" }),
        }
    }

    /// The object of that number; absent objects are `null`, as the standard has it.
    pub(crate) fn object(&self, number: u32) -> Result<Object> {
        match self.xref.entries.get(&number) {
            None | Some(Entry::Free) => Ok(Object::Null),
            Some(&Entry::At { offset, .. }) => self.object_at(number, offset),
            Some(&Entry::InStream { stream, index }) => self.object_in(number, stream, index),
        }
    }

    /// Where the object lies: the offset of itself or of the stream it is in, and its place there.
    pub(crate) fn place(&self, number: u32) -> Option<(usize, Option<usize>)> {
        match *self.xref.entries.get(&number)? {
            Entry::Free => None,
            Entry::At { offset, .. } => Some((offset, None)),
            Entry::InStream { stream, index } => match self.xref.entries.get(&stream)? {
                Entry::At { offset, .. } => Some((*offset, Some(index))),
                _ => None,
            },
        }
    }

    /// The dictionary of that number; an empty one for anything else.
    pub(crate) fn dictionary(&self, number: u32) -> Dictionary {
        match self.object(number) {
            Ok(Object::Dictionary(dictionary)) => dictionary,
            _ => Dictionary::default(),
        }
    }

    /// Follows a reference. A reference to a reference is not valid PDF and stays as it is.
    pub(crate) fn resolve(&self, object: &Object) -> Result<Object> {
        match object {
            Object::Reference(reference) => self.object(reference.number),
            direct => Ok(direct.clone()),
        }
    }

    /// The decoded data of a stream. Counts against what the file may inflate to.
    pub(crate) fn data(&self, stream: &Stream) -> Result<Vec<u8>> {
        let mut coding = Dictionary::default();
        for key in ["Filter", "DecodeParms"] {
            if let Some(value) = stream.dictionary.get(key) {
                coding.set(key, self.resolve(value)?);
            }
        }
        let data = filter::decode(&coding, &self.pdf[stream.start..stream.end], self.inflatable.get())?;
        self.inflatable.set(self.inflatable.get().saturating_sub(data.len()));
        Ok(data)
    }

    fn object_at(&self, number: u32, offset: usize) -> Result<Object> {
        let (reference, object) = self.charged(Parser::new(self.pdf, offset), |parser| {
            indirect(parser, |length| self.length(length))
        })?;
        self.named(number, reference, offset, object)
    }

    fn object_in(&self, number: u32, stream: u32, index: usize) -> Result<Object> {
        let stream = self.object_stream(stream)?;
        match stream.index.get(index) {
            Some(&(found, start)) if found == number => {
                self.charged(Parser::new(&stream.data, start), Parser::object)
            }
            _ => Err(PdfError::Malformed { at: 0, expected: "the object that the cross-reference names" }),
        }
    }

    fn object_stream(&self, number: u32) -> Result<Rc<ObjectStream>> {
        if let Some(stream) = self.object_streams.borrow().get(&number) {
            return Ok(Rc::clone(stream));
        }
        let Some(&Entry::At { offset, .. }) = self.xref.entries.get(&number) else {
            return Err(PdfError::Malformed { at: 0, expected: "an object stream" });
        };
        let (reference, object) = self.charged(Parser::new(self.pdf, offset), |parser| {
            indirect(parser, |length| self.length_of_object_stream(length))
        })?;
        let Object::Stream(stream) = self.named(number, reference, offset, object)? else {
            return Err(PdfError::Malformed { at: offset, expected: "an object stream" });
        };
        let stream = Rc::new(ObjectStream::read(&stream.dictionary, self.data(&stream)?)?);
        self.object_streams.borrow_mut().insert(number, Rc::clone(&stream));
        Ok(stream)
    }

    fn length(&self, length: Reference) -> Option<usize> {
        match self.xref.entries.get(&length.number) {
            Some(&Entry::InStream { stream, index }) => {
                self.object_in(length.number, stream, index).ok()?.as_size()
            }
            _ => self.length_of_object_stream(length),
        }
    }

    /// Such a length may not itself be in an object stream (ISO 32000-2, 7.5.7): it could be its own.
    fn length_of_object_stream(&self, length: Reference) -> Option<usize> {
        match self.xref.entries.get(&length.number) {
            Some(&Entry::At { offset, .. }) => {
                let parser = Parser::new(self.pdf, offset);
                let (_, object) = self.charged(parser, |parser| indirect(parser, |_| None)).ok()?;
                object.as_size()
            }
            _ => None,
        }
    }

    fn named(&self, number: u32, found: Reference, at: usize, object: Object) -> Result<Object> {
        let generation = match self.xref.entries.get(&number) {
            Some(Entry::At { generation, .. }) => *generation,
            _ => 0,
        };
        if found == (Reference { number, generation }) {
            Ok(object)
        } else {
            Err(PdfError::Malformed { at, expected: "the object that the cross-reference names" })
        }
    }

    /// Parses while the limit is not used up, and counts the bytes it took, whether or not it worked.
    fn charged<'b, T>(
        &self,
        mut parser: Parser<'b>,
        parse: impl FnOnce(&mut Parser<'b>) -> Result<T>,
    ) -> Result<T> {
        if self.parsable.get() == 0 {
            return Err(PdfError::TooComplex("its objects overlap"));
        }
        let start = parser.position();
        let parsed = parse(&mut parser);
        // Read again: looking up a stream length parses, and is charged, inside this.
        let taken = parser.position().saturating_sub(start);
        self.parsable.set(self.parsable.get().saturating_sub(taken));
        parsed
    }
}

impl ObjectStream {
    fn read(dictionary: &Dictionary, data: Vec<u8>) -> Result<Self> {
        let malformed = PdfError::Malformed { at: 0, expected: "a well-formed object stream" };
        let size = |key| dictionary.get(key).and_then(Object::as_size).ok_or(malformed);
        let (count, first) = (size("N")?, size("First")?);
        if !dictionary.has_type("ObjStm") || count > data.len() {
            return Err(malformed);
        }
        let mut parser = Parser::new(&data, 0);
        let mut index = Vec::with_capacity(count);
        for _ in 0..count {
            let number = u32::try_from(parser.unsigned()?).map_err(|_| malformed)?;
            let offset = usize::try_from(parser.unsigned()?).map_err(|_| malformed)?;
            index.push((number, first.checked_add(offset).ok_or(malformed)?));
        }
        Ok(Self { data, index })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;

    /// Objects of a file with a cross-reference stream: those in the body, and those said to be in object streams.
    fn file(body: &[(u32, &[u8])], compressed: &[(u32, u32, u32)]) -> Vec<u8> {
        let mut pdf = b"%PDF-1.7\n".to_vec();
        let mut rows: Vec<(u32, u8, u32, u32)> =
            compressed.iter().map(|&(n, stream, at)| (n, 2, stream, at)).collect();
        for (number, source) in body {
            rows.push((*number, 1, u32::try_from(pdf.len()).unwrap(), 0));
            pdf.extend(
                format!("{number} 0 obj\n").bytes().chain(source.iter().copied()).chain(*b"\nendobj\n"),
            );
        }
        let start = pdf.len();
        let index: Vec<String> = rows.iter().map(|(number, ..)| format!("{number} 1")).collect();
        let index = index.join(" ");
        let data: Vec<u8> = rows
            .iter()
            .flat_map(|(_, kind, second, third)| {
                [*kind].into_iter().chain(second.to_be_bytes()).chain(third.to_be_bytes())
            })
            .collect();
        let header = format!(
            "999999 0 obj\n<</Type/XRef/W[1 4 4]/Index[{index}]/Size 9/Root 1 0 R/Length {}>>\nstream\n",
            data.len()
        );
        pdf.extend(header.bytes().chain(data));
        pdf.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF").bytes());
        pdf
    }

    fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("<<{dictionary}/Length {}>>\nstream\n", data.len());
        [header.as_bytes(), data, b"\nendstream"].concat()
    }

    #[test]
    fn objects_are_found_in_the_body_and_in_object_streams() {
        let objects = stream("/Type/ObjStm/N 2/First 8", b"2 0 3 3 42 (hi)");
        let pdf = file(&[(1, b"<</Type/Catalog>>"), (4, &objects)], &[(2, 4, 0), (3, 4, 1)]);
        let document = Document::open(&pdf).unwrap();
        assert!(document.catalog().unwrap().1.has_type("Catalog"));
        assert_eq!(document.object(2), Ok(Object::Integer(42)));
        assert_eq!(document.object(3), Ok(Object::String(b"hi".into())));
        assert_eq!(document.object(77), Ok(Object::Null));
        assert_eq!(document.numbers(), [1, 2, 3, 4]);
        assert_eq!(document.next_number(), 9);
    }

    #[test]
    fn an_object_stream_whose_length_is_inside_itself_ends() {
        let objects = b"<</Type/ObjStm/N 1/First 4/Length 2 0 R>>\nstream\n2 0 42\nendstream";
        let pdf = file(&[(4, objects)], &[(2, 4, 0)]);
        assert!(Document::open(&pdf).unwrap().object(2).is_err());
    }

    #[test]
    fn the_wrong_object_at_an_offset_is_refused() {
        let pdf = file(&[(4, b"7\nendobj\n5 0 obj\n8")], &[]);
        let at = pdf.windows(7).position(|window| window == b"4 0 obj").unwrap();
        let mut moved = pdf.clone();
        moved[at] = b'5';
        assert_eq!(Document::open(&pdf).unwrap().object(4), Ok(Object::Integer(7)));
        assert!(Document::open(&moved).unwrap().object(4).is_err());
    }

    #[test]
    fn streams_that_inflate_beyond_the_limit_together_are_refused() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b' '; MAX_INFLATED / 3]).unwrap();
        let bomb = stream("/Filter/FlateDecode", &encoder.finish().unwrap());
        let pdf = file(&[(1, &bomb)], &[]);
        assert!(pdf.len() < 100_000);
        let document = Document::open(&pdf).unwrap();
        let Ok(Object::Stream(bomb)) = document.object(1) else { panic!("a stream") };
        for _ in 0..3 {
            assert!(document.data(&bomb).is_ok());
        }
        assert!(matches!(document.data(&bomb), Err(PdfError::TooComplex(_))));
    }

    #[test]
    fn objects_that_overlap_are_not_parsed_without_end() {
        let count = 2_000;
        let big = format!("({})", "x".repeat(1_000_000));
        let header: Vec<String> = (10..10 + count).map(|number| format!("{number} 0 ")).collect();
        let header = header.concat();
        let dictionary = format!("/Type/ObjStm/N {count}/First {}", header.len());
        let objects = stream(&dictionary, format!("{header}{big}").as_bytes());
        let compressed: Vec<_> = (0..count).map(|index| (10 + index, 4, index)).collect();
        let pdf = file(&[(4, &objects)], &compressed);
        let document = Document::open(&pdf).unwrap();
        let refused =
            document.numbers().into_iter().filter(|&number| document.object(number).is_err()).count();
        assert!(refused > 1_900, "{refused}");
    }

    #[test]
    fn cross_references_that_go_round_in_circles_are_refused() {
        let mut pdf = b"%PDF-1.7\n".to_vec();
        pdf.extend(b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF");
        assert!(matches!(Document::open(&pdf), Err(PdfError::Malformed { at: 9, .. })));
    }

    #[test]
    fn a_table_that_claims_more_entries_than_it_has_is_refused() {
        let mut pdf = b"%PDF-1.7\n".to_vec();
        pdf.extend(b"xref\n0 4294967295\n0000000000 65535 f \ntrailer\n<<>>\nstartxref\n9\n%%EOF");
        assert!(Document::open(&pdf).is_err());
    }
}
