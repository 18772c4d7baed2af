use std::collections::HashSet;

use crate::pdf::{Document, Object, PdfError, Reference};

/// A file inside the PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedFile {
    /// Its name as the file specification gives it (`UF`, else `F`); empty if there is none. Not a safe path.
    pub name: String,
    /// `AFRelationship`, such as `Alternative`, `Data` or `Source`.
    pub relationship: Option<String>,
    /// The decoded content.
    pub bytes: Vec<u8>,
}

/// Collects embedded files. The same stream under the same name counts once, however often it is referred to.
#[derive(Default)]
pub(super) struct EmbeddedFiles {
    pub(super) found: Vec<EmbeddedFile>,
    seen: HashSet<(Reference, String, Option<String>)>,
}

impl EmbeddedFiles {
    /// Takes the file that a file specification dictionary embeds, if the object is one.
    pub(super) fn add(&mut self, document: &Document<'_>, object: &Object) -> Result<(), PdfError> {
        let Object::Dictionary(specification) = object else { return Ok(()) };
        let Some(embedded) = specification.get("EF") else { return Ok(()) };
        let embedded = document.resolve(embedded)?;
        let stream = embedded.as_dictionary().and_then(|files| files.get("UF").or(files.get("F")));
        let Some(stream) = stream.and_then(Object::as_reference) else { return Ok(()) };

        let value = |key| specification.get(key).map(|value| document.resolve(value)).transpose();
        let text = |key| value(key).map(|value| value.and_then(|value| value.as_text()));
        let name = text("UF")?.or(text("F")?).unwrap_or_default();
        let relationship = value("AFRelationship")?;
        let relationship = relationship.as_ref().and_then(Object::as_name);
        let relationship = relationship.map(|name| String::from_utf8_lossy(name).into_owned());

        if self.seen.insert((stream, name.clone(), relationship.clone()))
            && let Object::Stream(stream) = document.object(stream.number)?
        {
            self.found.push(EmbeddedFile { name, relationship, bytes: document.data(&stream)? });
        }
        Ok(())
    }
}
