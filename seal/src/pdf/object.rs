use std::collections::BTreeMap;
use std::io::Write;

/// Names a numbered object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Reference {
    pub(crate) number: u32,
    pub(crate) generation: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    /// As written: what is copied into an update must not change by rounding.
    Real(String),
    String(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Stream(Stream),
    Reference(Reference),
}

/// The data of a stream lies at `start..end` of the file, still encoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Stream {
    pub(crate) dictionary: Dictionary,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Dictionary(BTreeMap<Vec<u8>, Object>);

impl Dictionary {
    pub(crate) fn get(&self, key: impl AsRef<[u8]>) -> Option<&Object> {
        self.0.get(key.as_ref())
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.0.keys().map(Vec::as_slice)
    }

    /// `false` if the key was there already.
    pub(crate) fn insert_new(&mut self, key: Vec<u8>, value: Object) -> bool {
        self.0.insert(key, value).is_none()
    }

    pub(crate) fn set(&mut self, key: &str, value: Object) {
        self.0.insert(key.into(), value);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &Object)> {
        self.0.iter().map(|(key, value)| (key.as_slice(), value))
    }

    pub(crate) fn into_values(self) -> impl Iterator<Item = Object> {
        self.0.into_values()
    }

    pub(crate) fn has_type(&self, name: &str) -> bool {
        self.get("Type").is_some_and(|kind| kind.is_name(name))
    }
}

impl<const N: usize> From<[(&str, Object); N]> for Dictionary {
    fn from(entries: [(&str, Object); N]) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl Object {
    /// A length, count or offset.
    pub(crate) fn size(size: usize) -> Self {
        Self::Integer(i64::try_from(size).expect("nothing in memory has 2^63 bytes"))
    }

    pub(crate) fn name(name: &str) -> Self {
        Self::Name(name.into())
    }

    /// A text string: ASCII as it is, everything else as UTF-16 with its mark (ISO 32000-2, 7.9.2.2).
    pub(crate) fn text(text: &str) -> Self {
        if text.is_ascii() {
            return Self::String(text.into());
        }
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        Self::String(units.flat_map(u16::to_be_bytes).collect())
    }

    /// Reads a text string. Bytes outside ASCII without a mark are taken as Latin-1, with which
    /// `PDFDocEncoding` agrees for all letters.
    pub(crate) fn as_text(&self) -> Option<String> {
        let Self::String(bytes) = self else { return None };
        Some(match bytes.as_slice() {
            [0xFE, 0xFF, units @ ..] => {
                let units: Vec<u16> =
                    units.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
                String::from_utf16_lossy(&units)
            }
            [0xEF, 0xBB, 0xBF, utf8 @ ..] => String::from_utf8_lossy(utf8).into_owned(),
            latin => latin.iter().map(|&byte| char::from(byte)).collect(),
        })
    }

    pub(crate) fn is_name(&self, name: &str) -> bool {
        self.as_name() == Some(name.as_bytes())
    }

    pub(crate) fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(integer) = self { Some(*integer) } else { None }
    }

    pub(crate) fn as_size(&self) -> Option<usize> {
        self.as_integer().and_then(|integer| usize::try_from(integer).ok())
    }

    pub(crate) fn as_array(&self) -> Option<&[Object]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    pub(crate) fn as_reference(&self) -> Option<Reference> {
        if let Self::Reference(reference) = self { Some(*reference) } else { None }
    }

    /// The dictionary itself or that of a stream.
    pub(crate) fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            Self::Stream(stream) => Some(&stream.dictionary),
            _ => None,
        }
    }

    /// Appends the object as PDF source. Strings become hexadecimal, which needs no escapes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend(b"null"),
            Self::Boolean(value) => append(out, format_args!("{value}")),
            Self::Integer(value) => append(out, format_args!("{value}")),
            Self::Real(source) => out.extend(source.as_bytes()),
            Self::String(bytes) => {
                out.push(b'<');
                write_hexadecimal(bytes, out);
                out.push(b'>');
            }
            Self::Name(name) => write_name(name, out),
            Self::Array(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b' ');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Dictionary(dictionary) | Self::Stream(Stream { dictionary, .. }) => {
                out.extend(b"<<");
                for (key, value) in &dictionary.0 {
                    write_name(key, out);
                    out.push(b' ');
                    value.write(out);
                }
                out.extend(b">>");
            }
            Self::Reference(Reference { number, generation }) => {
                append(out, format_args!("{number} {generation} R"));
            }
        }
    }
}

/// Formats into a byte vector.
pub(crate) fn append(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a vector takes every byte");
}

pub(crate) fn write_hexadecimal(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
}

/// A number of at most eight bytes, most significant first.
pub(crate) fn be_number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
            out.push(byte);
        } else {
            append(out, format_args!("#{byte:02x}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::Parser;

    #[test]
    fn what_is_written_reads_back_equal() {
        let dictionary = Dictionary::from([
            ("A b/c", Object::Array(vec![Object::Integer(-7), Object::Real("0.10".into()), Object::Null])),
            ("Text", Object::text("Bäckerei (Nord)")),
            ("Ref", Object::Reference(Reference { number: 12, generation: 3 })),
            ("On", Object::Boolean(true)),
        ]);
        let mut source = Vec::new();
        Object::Dictionary(dictionary.clone()).write(&mut source);
        assert_eq!(Parser::new(&source, 0).object().unwrap(), Object::Dictionary(dictionary));
    }

    #[test]
    fn text_survives_in_every_script() {
        for text in ["Plain", "Bäckerei", "株式会社", "🧾"] {
            assert_eq!(Object::text(text).as_text().unwrap(), text);
        }
    }
}
