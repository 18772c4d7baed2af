//! Writes elements in one form: UTF-8, two spaces a level, no element that says nothing.

use rust_decimal::Decimal;

use super::names;
use crate::WriteError;

type Result<T = ()> = std::result::Result<T, WriteError>;

/// A growing XML document.
pub(crate) struct Writer {
    out: String,
    open: Vec<Open>,
}

struct Open {
    name: &'static str,
    /// Whether its start tag is written: it waits for the first thing inside.
    started: bool,
}

impl Writer {
    /// A document whose root declares its own namespace and those of the given prefixes.
    pub(crate) fn document(
        root: &'static str,
        prefixes: &[&str],
        body: impl FnOnce(&mut Self) -> Result,
    ) -> Result<Vec<u8>> {
        let (prefix, local) = root.split_once(':').expect("every name has a prefix");
        // A UBL root is in the default namespace by habit, a CII root has a prefix.
        let (name, declared) = if prefix == "rsm" { (root, "xmlns:rsm") } else { (local, "xmlns") };
        let mut out = String::with_capacity(8192);
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
        out.push_str(name);
        let mut declare = |attribute: &str, prefix| {
            for part in [" ", attribute, "=\"", names::namespace(prefix), "\""] {
                out.push_str(part);
            }
        };
        declare(declared, prefix);
        for prefix in prefixes {
            declare(&format!("xmlns:{prefix}"), prefix);
        }
        out.push('>');
        let mut writer = Self { out, open: Vec::new() };
        writer.open.push(Open { name, started: true });
        body(&mut writer)?;
        writer.open.pop();
        writer.out.push_str("\n</");
        writer.out.push_str(name);
        writer.out.push_str(">\n");
        Ok(writer.out.into_bytes())
    }

    /// An element with others inside. It is left out if `body` writes nothing.
    pub(crate) fn group(&mut self, name: &'static str, body: impl FnOnce(&mut Self) -> Result) -> Result {
        self.open.push(Open { name, started: false });
        body(self)?;
        let closed = self.open.pop().expect("opened above");
        if closed.started {
            self.line();
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
        Ok(())
    }

    /// [`Writer::group`] that is written even if empty.
    pub(crate) fn always(&mut self, name: &'static str, body: impl FnOnce(&mut Self) -> Result) -> Result {
        self.group(name, |w| {
            w.start();
            body(w)
        })
    }

    /// An element with text, unless the text is empty.
    pub(crate) fn text(&mut self, name: &'static str, term: &'static str, text: &str) -> Result {
        self.with(name, &[], term, text)
    }

    /// [`Writer::text`] for what may be absent.
    pub(crate) fn optional(
        &mut self,
        name: &'static str,
        term: &'static str,
        text: Option<&String>,
    ) -> Result {
        text.map_or(Ok(()), |text| self.text(name, term, text))
    }

    /// An element with text that the schema demands.
    pub(crate) fn required(&mut self, name: &'static str, term: &'static str, text: &str) -> Result {
        if text.is_empty() {
            return Err(self.missing(name, term));
        }
        self.text(name, term, text)
    }

    /// An element with text and those attributes that have a value.
    pub(crate) fn with(
        &mut self,
        name: &'static str,
        attributes: &[(&str, Option<&str>)],
        term: &'static str,
        text: &str,
    ) -> Result {
        if text.is_empty() {
            return Ok(());
        }
        self.start();
        self.open.push(Open { name, started: true });
        self.line_at(self.open.len() - 1);
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes {
            match value {
                Some(value) if !value.is_empty() => self.attribute(attribute, value, term)?,
                _ => {}
            }
        }
        self.out.push('>');
        self.escape(text, Place::Text, term)?;
        self.open.pop();
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Ok(())
    }

    /// An element with a number, in plain notation and with the digits it has.
    pub(crate) fn number(
        &mut self,
        name: &'static str,
        attributes: &[(&str, Option<&str>)],
        term: &'static str,
        number: Option<Decimal>,
    ) -> Result {
        number.map_or(Ok(()), |number| self.with(name, attributes, term, &number.to_string()))
    }

    /// The error for a term that the schema demands at this place.
    pub(crate) fn missing(&self, name: &str, term: &'static str) -> WriteError {
        WriteError::Missing { term, path: format!("{}/{name}", self.path()) }
    }

    fn path(&self) -> String {
        self.open.iter().fold(String::new(), |path, open| path + "/" + open.name)
    }

    /// Writes the start tags that wait.
    fn start(&mut self) {
        for depth in 0..self.open.len() {
            if !self.open[depth].started {
                self.open[depth].started = true;
                self.line_at(depth);
                self.out.push('<');
                self.out.push_str(self.open[depth].name);
                self.out.push('>');
            }
        }
    }

    fn line(&mut self) {
        self.line_at(self.open.len());
    }

    fn line_at(&mut self, depth: usize) {
        self.out.push('\n');
        for _ in 0..depth {
            self.out.push_str("  ");
        }
    }

    fn attribute(&mut self, name: &str, value: &str, term: &'static str) -> Result {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.escape(value, Place::Attribute, term)?;
        self.out.push('"');
        Ok(())
    }

    /// A carriage return, and in an attribute a tab or line break, would not come back as it was written, so these
    /// become references.
    fn escape(&mut self, text: &str, place: Place, term: &'static str) -> Result {
        let attribute = place == Place::Attribute;
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\r' => self.out.push_str("&#13;"),
                '"' if attribute => self.out.push_str("&quot;"),
                '\n' if attribute => self.out.push_str("&#10;"),
                '\t' if attribute => self.out.push_str("&#9;"),
                '\u{0}'..'\u{9}' | '\u{b}' | '\u{c}' | '\u{e}'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => {
                    return Err(WriteError::Character { term, path: self.path(), code: character.into() });
                }
                other => self.out.push(other),
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Attribute,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::xml::Tree;

    fn note(text: &str, attribute: &str) -> Result<Vec<u8>> {
        Writer::document("ubl:Invoice", &["cbc"], |w| {
            w.with("cbc:Note", &[("languageID", Some(attribute))], "BT-22", text)
        })
    }

    #[test]
    fn an_element_that_says_nothing_is_not_written() {
        let xml = Writer::document("ubl:Invoice", &["cac", "cbc"], |w| {
            w.group("cac:Delivery", |w| w.group("cac:DeliveryLocation", |w| w.text("cbc:ID", "BT-71", "")))?;
            w.group("cac:InvoicePeriod", |w| w.text("cbc:StartDate", "BT-73", "2026-01-01"))?;
            w.always("cac:PartyTaxScheme", |_| Ok(()))
        });
        let xml = String::from_utf8(xml.unwrap()).unwrap();
        let (_, body) = xml.split_once("-2\">").unwrap();
        insta::assert_snapshot!(body, @r"
          <cac:InvoicePeriod>
            <cbc:StartDate>2026-01-01</cbc:StartDate>
          </cac:InvoicePeriod>
          <cac:PartyTaxScheme>
          </cac:PartyTaxScheme>
        </Invoice>
        ");
    }

    #[test]
    fn a_character_that_xml_cannot_hold_names_its_term() {
        for bad in ['\u{0}', '\u{8}', '\u{b}', '\u{c}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
            let error = note(&format!("a{bad}"), "en").unwrap_err();
            let path = "/Invoice/cbc:Note".to_owned();
            assert_eq!(error, WriteError::Character { term: "BT-22", path, code: bad.into() });
            assert!(note("a", &bad.to_string()).is_err());
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back_as_it_was_written(text in "\\PC*[\r\n\t<>&\"']{0,5}\\PC+", value in "\\PC*[\r\n\t<>&\"']{0,5}\\PC+") {
            let xml = note(&text, &value);
            prop_assume!(xml.is_ok());
            let xml = xml.unwrap();
            let document = roxmltree::Document::parse(std::str::from_utf8(&xml).unwrap()).unwrap();
            let note = document.root_element().first_element_child().unwrap();
            prop_assert_eq!(note.text().unwrap_or_default(), text);
            prop_assert_eq!(note.attribute("languageID").unwrap_or_default(), value);
            prop_assert!(Tree::parse(&xml).is_ok());
        }
    }
}
