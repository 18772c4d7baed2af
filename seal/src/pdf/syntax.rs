use super::{Dictionary, Object, PdfError, Reference};

/// Deeper than any generator nests, shallow enough for the smallest thread stack.
const MAX_DEPTH: usize = 64;
/// Values in one object; a page tree or a number tree of a large document has a few thousand.
const MAX_NODES: usize = 250_000;

/// Reads PDF source from a position on.
pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: usize,
}

type Result<T, E = PdfError> = std::result::Result<T, E>;

impl<'a> Parser<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, nodes: 0 }
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn expected<T>(&self, expected: &'static str) -> Result<T> {
        Err(PdfError::Malformed { at: self.at, expected })
    }

    /// Reads one value, without the data of a stream.
    pub(crate) fn object(&mut self) -> Result<Object> {
        self.value(0)
    }

    /// Reads a word such as `obj`, if it comes next.
    pub(crate) fn keyword(&mut self, keyword: &str) -> bool {
        self.skip_space();
        let end = self.at + keyword.len();
        let found = self.bytes.get(self.at..end) == Some(keyword.as_bytes())
            && self.bytes.get(end).is_none_or(|&byte| !is_regular(byte));
        if found {
            self.at = end;
        }
        found
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64> {
        self.skip_space();
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        match std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()) {
            Some(number) if self.peek().is_none_or(|byte| !is_regular(byte)) => Ok(number),
            _ => self.expected("a whole number"),
        }
    }

    /// The line end after the word `stream`: CR LF or LF, never CR alone.
    pub(crate) fn stream_line_end(&mut self) -> Result<()> {
        match self.bytes.get(self.at..) {
            Some([b'\r', b'\n', ..]) => self.at += 2,
            Some([b'\n', ..]) => self.at += 1,
            _ => return self.expected("a line end after stream"),
        }
        Ok(())
    }

    /// `false`, and stays, if there are not so many bytes.
    pub(crate) fn skip_bytes(&mut self, count: usize) -> bool {
        match self.at.checked_add(count) {
            Some(end) if end <= self.bytes.len() => {
                self.at = end;
                true
            }
            _ => false,
        }
    }

    fn value(&mut self, depth: usize) -> Result<Object> {
        if depth > MAX_DEPTH {
            return Err(PdfError::TooComplex("values nested too deeply"));
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(PdfError::TooComplex("one object holds too many values"));
        }
        self.skip_space();
        match self.bytes.get(self.at..) {
            Some([b'/', ..]) => self.name().map(Object::Name),
            Some([b'(', ..]) => self.literal_string().map(Object::String),
            Some([b'<', b'<', ..]) => self.dictionary(depth).map(Object::Dictionary),
            Some([b'<', ..]) => self.hexadecimal_string().map(Object::String),
            Some([b'[', ..]) => self.array(depth),
            Some([b'0'..=b'9' | b'+' | b'-' | b'.', ..]) => self.number_or_reference(),
            _ if self.keyword("true") => Ok(Object::Boolean(true)),
            _ if self.keyword("false") => Ok(Object::Boolean(false)),
            _ if self.keyword("null") => Ok(Object::Null),
            _ => self.expected("a value"),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Dictionary> {
        self.at += 2;
        let mut dictionary = Dictionary::default();
        loop {
            self.skip_space();
            match self.bytes.get(self.at..) {
                Some([b'>', b'>', ..]) => {
                    self.at += 2;
                    return Ok(dictionary);
                }
                Some([b'/', ..]) => {
                    let key = self.name()?;
                    let value = self.value(depth + 1)?;
                    if !dictionary.insert_new(key, value) {
                        return self.expected("a key that was not given before");
                    }
                }
                _ => return self.expected("a key or >>"),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Object> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(Object::Array(items));
            }
            items.push(self.value(depth + 1)?);
        }
    }

    fn name(&mut self) -> Result<Vec<u8>> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|&byte| is_regular(byte)) {
            self.at += 1;
            if byte != b'#' {
                name.push(byte);
            } else if let Some([high, low]) = self.bytes.get(self.at..self.at + 2)
                && let (Some(high), Some(low)) = (hexadecimal(*high), hexadecimal(*low))
            {
                name.push(high << 4 | low);
                self.at += 2;
            } else {
                return self.expected("two hexadecimal digits");
            }
        }
        Ok(name)
    }

    fn hexadecimal_string(&mut self) -> Result<Vec<u8>> {
        self.at += 1;
        let mut digits = Vec::new();
        loop {
            match self.peek() {
                Some(b'>') => break self.at += 1,
                Some(byte) if is_space(byte) => {}
                Some(byte) if hexadecimal(byte).is_some() => digits.extend(hexadecimal(byte)),
                _ => return self.expected("a hexadecimal digit or >"),
            }
            self.at += 1;
        }
        Ok(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect())
    }

    fn literal_string(&mut self) -> Result<Vec<u8>> {
        self.at += 1;
        let mut string = Vec::new();
        let mut open = 1_usize;
        loop {
            string.extend(self.take_while(|byte| !matches!(byte, b'\\' | b'(' | b')' | b'\r')));
            let Some(byte) = self.peek() else { return self.expected("the end of a string") };
            self.at += 1;
            match byte {
                b'\\' => self.escape(&mut string),
                b'\r' => {
                    self.skip(b'\n');
                    string.push(b'\n');
                }
                b')' if open == 1 => return Ok(string),
                parenthesis => {
                    open = if parenthesis == b'(' { open + 1 } else { open - 1 };
                    string.push(parenthesis);
                }
            }
        }
    }

    fn escape(&mut self, string: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => string.push(b'\n'),
            b'r' => string.push(b'\r'),
            b't' => string.push(b'\t'),
            b'b' => string.push(8),
            b'f' => string.push(12),
            b'\r' => self.skip(b'\n'),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = byte - b'0';
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code.wrapping_mul(8).wrapping_add(digit - b'0');
                    self.at += 1;
                }
                string.push(code);
            }
            other => string.push(other),
        }
    }

    fn number_or_reference(&mut self) -> Result<Object> {
        let source = self.take_while(is_regular);
        let source = std::str::from_utf8(source).unwrap_or_default();
        if let Ok(integer) = source.parse::<i64>() {
            if let Ok(number) = u32::try_from(integer)
                && source.as_bytes()[0].is_ascii_digit()
                && let Some(generation) = self.rest_of_reference()
            {
                return Ok(Object::Reference(Reference { number, generation }));
            }
            return Ok(Object::Integer(integer));
        }
        let unsigned = source.strip_prefix(['+', '-']).unwrap_or(source);
        let digits = unsigned.bytes().filter(u8::is_ascii_digit).count();
        let points = unsigned.bytes().filter(|&byte| byte == b'.').count();
        if digits == 0 || points > 1 || digits + points != unsigned.len() {
            return self.expected("a number");
        }
        Ok(Object::Real(source.to_owned()))
    }

    /// `0 R` after the object number; moves only if it is there.
    fn rest_of_reference(&mut self) -> Option<u16> {
        let start = self.at;
        let generation = self.unsigned().ok().and_then(|number| u16::try_from(number).ok());
        if generation.is_some() && self.keyword("R") {
            return generation;
        }
        self.at = start;
        None
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                self.take_while(|byte| byte != b'\n' && byte != b'\r');
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    fn skip(&mut self, byte: u8) {
        if self.peek() == Some(byte) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| !belongs(byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

pub(crate) fn hexadecimal(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(source: &str) -> Result<Object> {
        Parser::new(source.as_bytes(), 0).object()
    }

    #[test]
    fn strings_follow_the_escape_rules() {
        for (source, bytes) in [
            (r"(a\(b\)c)", "a(b)c".as_bytes()),
            ("(a(b)c)", b"a(b)c"),
            (r"(\101\7\n)", b"A\x07\n"),
            ("(a\\\r\nb\r\nc)", b"ab\nc"),
            ("<48 65 6c6C 6>", b"Hell\x60"),
        ] {
            assert_eq!(parse(source), Ok(Object::String(bytes.into())), "{source}");
        }
    }

    #[test]
    fn numbers_and_references_are_told_apart() {
        let reference = Object::Reference(Reference { number: 1, generation: 0 });
        let array = Object::Array(vec![
            Object::Integer(0),
            reference,
            Object::Integer(2),
            Object::Real("-.5".into()),
        ]);
        assert_eq!(parse("[0 1 0 R 2 -.5]"), Ok(array));
        assert!(parse("1.2.3").is_err());
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        assert!(parse("<</A 1/A 2>>").is_err());
        assert!(parse("<</A 1/#41 2>>").is_err());
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let source = "[".repeat(1_000_000);
        assert_eq!(parse(&source), Err(PdfError::TooComplex("values nested too deeply")));
    }

    #[test]
    fn an_unfinished_value_is_refused() {
        for source in ["", "(", "<4", "<<", "<</A", "[1", "/#4", "tru", "%"] {
            assert!(parse(source).is_err(), "{source}");
        }
    }
}
