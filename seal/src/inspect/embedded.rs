use crate::pdf::{Document, Object, PdfError};

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

/// The file that a file specification dictionary embeds, if the object is one.
pub(super) fn read(document: &Document<'_>, object: &Object) -> Result<Option<EmbeddedFile>, PdfError> {
    let Some((specification, embedded)) = object.as_dictionary().and_then(|all| Some((all, all.get("EF")?)))
    else {
        return Ok(None);
    };
    let embedded = document.resolve(embedded)?;
    let text = |key| match specification.get(key) {
        Some(value) => document.resolve(value).map(|value| value.as_text()),
        None => Ok(None),
    };
    let name = text("UF")?.or(text("F")?).unwrap_or_default();
    let relationship = match specification.get("AFRelationship") {
        Some(value) => {
            document.resolve(value)?.as_name().map(|name| String::from_utf8_lossy(name).into_owned())
        }
        None => None,
    };
    let stream = embedded.as_dictionary().and_then(|files| files.get("UF").or(files.get("F")));
    let Some(Object::Stream(stream)) = stream.map(|stream| document.resolve(stream)).transpose()? else {
        return Ok(None);
    };
    Ok(Some(EmbeddedFile { name, relationship, bytes: document.data(&stream)? }))
}
