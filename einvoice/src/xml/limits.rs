//! What is refused before a tree is built from it.
//!
//! The tree builder compares each attribute of an element with the others and copies the namespaces in scope into
//! every element that declares one. Both are quadratic, so a first pass over the tokens bounds them.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::{Position, ReadError};

/// Bytes in a document.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Elements inside one another. EN 16931 needs 8.
pub const MAX_DEPTH: usize = 64;
/// Attributes of one element, namespace declarations included.
pub const MAX_ATTRIBUTES: usize = 64;
/// Bytes in a name.
pub const MAX_NAME: usize = 256;
/// Bytes in a text (an attachment may fill the document) and in a start tag.
pub const MAX_TEXT: usize = 64 * 1024;
/// Elements, texts and comments in a document.
pub const MAX_NODES: u32 = 1_000_000;
/// Namespace declarations in force at one place.
const MAX_NAMESPACES: usize = 128;
/// Namespaces that the tree builder copies, over the whole document.
const MAX_NAMESPACE_COPIES: usize = 1_000_000;

/// The document as text, if it keeps all limits that a stream of tokens can show.
pub(super) fn checked(xml: &[u8]) -> Result<&str, ReadError> {
    if xml.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(xml.len()));
    }
    let text = match std::str::from_utf8(xml) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let valid = std::str::from_utf8(&xml[..error.valid_up_to()]).expect("valid up to here");
            return Err(ReadError::Encoding { at: position(valid, valid.len()) });
        }
    };
    Scan { text, declared: Vec::new(), in_scope: 0, copies: 0 }.run()?;
    Ok(text)
}

/// Line and column of a byte.
pub(super) fn position(text: &str, byte: usize) -> Position {
    let before = &text[..text.floor_char_boundary(byte.min(text.len()))];
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position { line: small(line), column: small(column) }
}

struct Scan<'x> {
    text: &'x str,
    /// Namespace declarations of each open element.
    declared: Vec<usize>,
    in_scope: usize,
    copies: usize,
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), ReadError> {
        let mut reader = Reader::from_str(self.text);
        loop {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match reader.read_event() {
                Ok(Event::Start(tag)) => self.open(&tag, at)?,
                Ok(Event::Empty(tag)) => {
                    self.open(&tag, at)?;
                    self.close();
                }
                Ok(Event::End(_)) => self.close(),
                Ok(Event::DocType(_)) => return Err(ReadError::Doctype { at: position(self.text, at) }),
                Ok(Event::Decl(declaration)) => {
                    let label = declaration.encoding().and_then(Result::ok);
                    let utf8 = label.is_none_or(|l| {
                        ["utf-8", "utf8", "us-ascii"].iter().any(|known| l.eq_ignore_ascii_case(known))
                    });
                    if !utf8 && !self.text.is_ascii() {
                        return Err(ReadError::Encoding { at: position(self.text, at) });
                    }
                }
                Ok(Event::Eof) => return Ok(()),
                Ok(_) => {}
                Err(error) => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(at);
                    let reason = error.to_string();
                    return Err(ReadError::Malformed { at: position(self.text, at), reason });
                }
            }
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), ReadError> {
        let refuse = |what, limit| Err(ReadError::Limit { at: position(self.text, at), what, limit });
        if self.declared.len() >= MAX_DEPTH {
            return refuse("elements inside one another are", MAX_DEPTH);
        }
        if tag.name().as_ref().len() > MAX_NAME {
            return refuse("the name of an element is", MAX_NAME);
        }
        if tag.len() > MAX_TEXT {
            return refuse("a start tag is", MAX_TEXT);
        }
        let (mut attributes, mut namespaces) = (0, 0);
        for attribute in tag.attributes().with_checks(false).flatten() {
            attributes += 1;
            let name: &str = attribute.key.as_ref();
            if name.len() > MAX_NAME {
                return refuse("the name of an attribute is", MAX_NAME);
            }
            namespaces += usize::from(name == "xmlns" || name.starts_with("xmlns:"));
        }
        if attributes > MAX_ATTRIBUTES {
            return refuse("the attributes of one element are", MAX_ATTRIBUTES);
        }
        self.in_scope += namespaces;
        if self.in_scope > MAX_NAMESPACES {
            return refuse("namespace declarations are", MAX_NAMESPACES);
        }
        if namespaces > 0 {
            self.copies += self.in_scope;
            if self.copies > MAX_NAMESPACE_COPIES {
                return refuse("namespace declarations are", MAX_NAMESPACE_COPIES);
            }
        }
        self.declared.push(namespaces);
        Ok(())
    }

    fn close(&mut self) {
        self.in_scope -= self.declared.pop().unwrap_or(0);
    }
}
