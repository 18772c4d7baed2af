use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::xref::{Entry, Xref, indirect};
use super::{Dictionary, Object, Parser, PdfError, Reference, Stream, XrefStyle, filter};

/// What all streams of one file may inflate to together, attachments included.
const MAX_INFLATED: usize = 64 << 20;
/// Source bytes parsed beyond four times the file: objects in object streams may overlap, and an attacker would
/// otherwise have the same megabyte parsed a hundred thousand times.
const MAX_PARSED: usize = 64 << 20;

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
                let (_, object) = indirect(&mut Parser::new(self.pdf, offset), |_| None).ok()?;
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

    /// Parses, and counts the bytes it took against the limit, whether or not it worked.
    fn charged<'b, T>(
        &self,
        mut parser: Parser<'b>,
        parse: impl FnOnce(&mut Parser<'b>) -> Result<T>,
    ) -> Result<T> {
        let start = parser.position();
        let parsed = parse(&mut parser);
        match self.parsable.get().checked_sub(parser.position().saturating_sub(start)) {
            Some(left) => self.parsable.set(left),
            None => return Err(PdfError::TooComplex("its objects overlap")),
        }
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
