//! What a page says, read from the finished file: the glyphs it paints, by the fonts' own `ToUnicode` maps. What a
//! file claims beside its glyphs (`ActualText`, tags, metadata) is not asked.

use std::collections::HashMap;
use std::rc::Rc;

use crate::pdf::{Dictionary, Document, Object, Parser, PdfError};

/// Deeper than any page tree.
const MAX_DEPTH: usize = 32;
/// More pages, and nodes between them, than any invoice has.
const MAX_NODES: usize = 10_000;
/// More letters than a font can have codes for.
const MAX_LETTERS: u32 = 1 << 17;
/// Glyphs and bytes of text of all pages: a thousand lines with two thousand letters each fit several times.
const MAX_TEXT: usize = 16 << 20;

/// The runs of text of all pages in the order in which they are painted: each of one font and on one line. A run from
/// right to left is given in the order of reading.
///
/// Only what pages paint themselves is read, not forms and patterns that they use.
///
/// # Errors
/// [`PdfError`] if pages, their fonts or their contents cannot be read strictly.
pub fn page_text(pdf: &[u8]) -> Result<Vec<String>, PdfError> {
    let document = Document::open(pdf)?;
    let (_, catalog) = document.catalog()?;
    let mut reader =
        Reader { document: &document, fonts: HashMap::new(), nodes: 0, runs: Vec::new(), room: MAX_TEXT };
    let root = document.resolve(catalog.get("Pages").unwrap_or(&Object::Null))?;
    reader.node(&root, None, 0)?;
    Ok(reader.runs)
}

struct Reader<'a> {
    document: &'a Document<'a>,
    /// By object number: pages share their fonts.
    fonts: HashMap<u32, Rc<Font>>,
    nodes: usize,
    runs: Vec<String>,
    /// What is left of [`MAX_TEXT`].
    room: usize,
}

impl Reader<'_> {
    fn node(&mut self, node: &Object, inherited: Option<&Dictionary>, depth: usize) -> Result<(), PdfError> {
        let Some(node) = node.as_dictionary() else { return Ok(()) };
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return Err(PdfError::TooComplex("it has too many pages"));
        }
        let own = self.resolved(node, "Resources")?;
        let resources = own.as_dictionary().or(inherited);
        let kids = self.resolved(node, "Kids")?;
        let Some(kids) = kids.as_array() else { return self.page(node, resources) };
        for kid in kids {
            let kid = self.document.resolve(kid)?;
            self.node(&kid, resources, depth + 1)?;
        }
        Ok(())
    }

    fn page(&mut self, page: &Dictionary, resources: Option<&Dictionary>) -> Result<(), PdfError> {
        let fonts = match resources {
            Some(resources) => self.fonts(resources)?,
            None => HashMap::new(),
        };
        let mut contents = Vec::new();
        let parts = self.resolved(page, "Contents")?;
        for part in parts.as_array().unwrap_or(std::slice::from_ref(&parts)) {
            if let Object::Stream(stream) = self.document.resolve(part)? {
                contents.extend(self.document.data(&stream)?);
                contents.push(b'\n');
            }
        }
        let mut font: Option<&Font> = None;
        let mut run = Run::default();
        let mut too_much = false;
        operators(&contents, |operator, strings, name| match operator {
            b"Tf" => font = name.and_then(|name| fonts.get(name)).map(Rc::as_ref),
            b"Tj" | b"TJ" | b"'" | b"\"" => {
                if let Some(font) = font {
                    for codes in strings {
                        too_much |= !font.read(codes, &mut run, &mut self.room);
                    }
                }
            }
            b"BT" | b"ET" => self.runs.extend(std::mem::take(&mut run).finish()),
            _ => {}
        })?;
        if too_much { Err(PdfError::TooComplex("its pages hold too much text")) } else { Ok(()) }
    }

    fn fonts(&mut self, resources: &Dictionary) -> Result<HashMap<Vec<u8>, Rc<Font>>, PdfError> {
        let Object::Dictionary(named) = self.resolved(resources, "Font")? else { return Ok(HashMap::new()) };
        let mut fonts = HashMap::new();
        for (name, object) in named.iter() {
            let kept = object.as_reference().and_then(|reference| self.fonts.get(&reference.number)).cloned();
            let font = match kept {
                Some(font) => font,
                None => Rc::new(self.font(&self.document.resolve(object)?)?),
            };
            if let Some(reference) = object.as_reference() {
                self.fonts.insert(reference.number, Rc::clone(&font));
            }
            fonts.insert(name.to_vec(), font);
        }
        Ok(fonts)
    }

    fn font(&self, font: &Object) -> Result<Font, PdfError> {
        let Some(font) = font.as_dictionary() else { return Ok(Font::default()) };
        let code_length = if font.get("Subtype").is_some_and(|kind| kind.is_name("Type0")) { 2 } else { 1 };
        let (mut letters, mut room) = (HashMap::new(), MAX_LETTERS);
        if let Object::Stream(map) = self.resolved(font, "ToUnicode")? {
            operators(&self.document.data(&map)?, |operator, strings, _| match operator {
                b"endbfchar" => {
                    letters.extend(strings.chunks_exact(2).map(|pair| (number(&pair[0]), utf16(&pair[1]))));
                }
                b"endbfrange" => {
                    for range in strings.chunks_exact(3) {
                        let (from, until) = (number(&range[0]), number(&range[1]).min(0xffff));
                        let until = until.min(from.saturating_add(room));
                        letters.extend((from..=until).map(|code| (code, shifted(&range[2], code - from))));
                        room = room.saturating_sub(until.saturating_sub(from) + 1);
                    }
                }
                _ => {}
            })?;
        }
        Ok(Font { code_length, letters })
    }

    fn resolved(&self, dictionary: &Dictionary, key: &str) -> Result<Object, PdfError> {
        self.document.resolve(dictionary.get(key).unwrap_or(&Object::Null))
    }
}

/// What the glyphs of a font stand for.
#[derive(Default)]
struct Font {
    code_length: usize,
    letters: HashMap<u32, String>,
}

impl Font {
    /// `false` if there is no room for it: a single glyph may stand for as much as its font likes to say.
    fn read(&self, codes: &[u8], run: &mut Run, room: &mut usize) -> bool {
        codes.chunks(self.code_length.max(1)).all(|code| {
            let letters = self.letters.get(&number(code)).map_or("", String::as_str);
            let Some(left) = room.checked_sub(letters.len() + 1) else { return false };
            *room = left;
            if !letters.is_empty() {
                run.text.push_str(letters);
                run.ends.push(run.text.len());
            }
            true
        })
    }
}

/// The text of one run, from left to right, and where its glyphs end.
#[derive(Default)]
struct Run {
    text: String,
    ends: Vec<usize>,
}

impl Run {
    fn finish(self) -> Option<String> {
        let right_to_left =
            |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}');
        if self.text.contains(right_to_left) {
            let starts = std::iter::once(&0).chain(&self.ends);
            let glyphs: Vec<&str> =
                starts.zip(&self.ends).map(|(from, until)| &self.text[*from..*until]).collect();
            return Some(glyphs.into_iter().rev().collect());
        }
        Some(self.text).filter(|text| !text.is_empty())
    }
}

/// Calls `visit` for each operator with the strings and the last name that stand before it.
fn operators(source: &[u8], mut visit: impl FnMut(&[u8], &[Vec<u8>], Option<&[u8]>)) -> Result<(), PdfError> {
    let (mut strings, mut name): (Vec<Vec<u8>>, Option<&[u8]>) = (Vec::new(), None);
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        let word = |from: usize| {
            let rest = &source[from..];
            let length = rest.iter().position(|byte| b" \t\r\n\x0c\0()<>[]{}/%".contains(byte));
            &rest[..length.unwrap_or(rest.len())]
        };
        match byte {
            b'<' if source.get(at + 1) == Some(&b'<') => at += 2,
            b'(' | b'<' => {
                let mut parser = Parser::new(source, at);
                if let Object::String(bytes) = parser.object()? {
                    strings.push(bytes);
                }
                at = parser.position();
            }
            b'/' => {
                name = Some(word(at + 1));
                at += 1 + word(at + 1).len();
            }
            b'%' => at += source[at..].iter().position(|byte| *byte == b'\n').unwrap_or(source.len() - at),
            b'a'..=b'z' | b'A'..=b'Z' | b'\'' | b'"' => {
                let operator = word(at);
                visit(operator, &strings, name);
                strings.clear();
                name = None;
                at += operator.len();
            }
            _ => at += 1,
        }
    }
    Ok(())
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// The letter so many places after another.
fn shifted(first: &[u8], by: u32) -> String {
    let code = number(first).checked_add(by).and_then(char::from_u32);
    code.map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pdf::append;

    const MAP: &str = "2 beginbfchar <0001> <0041> <0002> <00660069> endbfchar 1 beginbfrange <0003> <0005> <0030> endbfrange";
    const HEBREW: &str = "2 beginbfchar <0001> <05D0> <0002> <05D1> endbfchar";

    /// A file of one page that paints `contents` in fonts with these maps.
    fn file(contents: &str, maps: &[&str]) -> Vec<u8> {
        let stream = |data: &str| format!("<</Length {}>>\nstream\n{data}\nendstream", data.len());
        let named: Vec<String> =
            (0..maps.len()).map(|index| format!("/f{index} {} 0 R", 5 + 2 * index)).collect();
        let mut objects = vec![
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<<{}>>>>>>", named.concat()),
            stream(contents),
        ];
        for map in maps {
            objects.push(format!("<</Type/Font/Subtype/Type0/ToUnicode {} 0 R>>", objects.len() + 2));
            objects.push(stream(map));
        }
        let mut pdf = b"%PDF-1.7\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f\r\n", objects.len() + 1).into_bytes();
        for (index, object) in objects.iter().enumerate() {
            append(&mut table, format_args!("{:010} 00000 n\r\n", pdf.len()));
            append(&mut pdf, format_args!("{} 0 obj\n{object}\nendobj\n", index + 1));
        }
        let (start, size) = (pdf.len(), objects.len() + 1);
        pdf.extend(table);
        append(&mut pdf, format_args!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"));
        pdf
    }

    #[test]
    fn glyphs_are_read_by_the_fonts_map_and_not_by_what_the_file_claims() {
        let contents =
            "/Span<</ActualText(9.99)>>BDC BT/f0 9 Tf[<0001>10<00020003>]TJ ET EMC BT/f0 9 Tf<0004>Tj ET";
        assert_eq!(page_text(&file(contents, &[MAP])).unwrap(), ["Afi0", "1"]);
    }

    #[test]
    fn a_run_from_right_to_left_is_read_from_right_to_left() {
        let contents = "BT/f1 9 Tf<00010002>Tj ET BT/f0 9 Tf<00030004>Tj ET";
        assert_eq!(page_text(&file(contents, &[MAP, HEBREW])).unwrap(), ["\u{5d1}\u{5d0}", "01"]);
    }

    #[test]
    fn text_without_a_font_or_a_map_says_nothing() {
        assert_eq!(page_text(&file("BT<0001>Tj/f9 9 Tf<0001>Tj ET", &[MAP])).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_page_tree_that_holds_itself_is_refused() {
        let pdf = String::from_utf8(file("", &[])).unwrap().replace("/Kids[3 0 R]", "/Kids[2 0 R]");
        assert_eq!(page_text(pdf.as_bytes()), Err(PdfError::TooComplex("it has too many pages")));
    }

    #[test]
    fn a_glyph_that_stands_for_a_book_is_not_read_a_thousand_times() {
        let map = format!("1 beginbfchar <0001> <{}> endbfchar", "0041".repeat(100_000));
        let contents = |glyphs| format!("BT/f0 9 Tf<{}>Tj ET", "0001".repeat(glyphs));
        assert_eq!(page_text(&file(&contents(100), &[&map])).unwrap()[0].len(), 10_000_000);
        let refused = Err(PdfError::TooComplex("its pages hold too much text"));
        assert_eq!(page_text(&file(&contents(1000), &[&map])), refused);
    }

    proptest! {
        #[test]
        fn hostile_contents_never_panic(contents in "[ -~\n]{0,200}", map in "[ -~\n]{0,100}") {
            let _ = page_text(&file(&contents, &[&map]));
        }
    }
}
