//! Small changes to the PDF that Typst wrote: one revision, every object direct in the file, a plain cross-reference
//! table at its end. What comes after a change moves, so the table is put right.

use crate::RenderError;

/// Bytes that are replaced by others.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) at: usize,
    pub(crate) removed: usize,
    pub(crate) written: Vec<u8>,
}

/// Where a stream's data ends in a carriage return, the line feed before `endstream` reads as half of one line end and
/// the length as wrong by one. A line end of two characters leaves no doubt.
///
/// # Errors
/// [`RenderError::Metadata`] if the file is not in the form above.
pub(crate) fn stream_ends(pdf: &[u8]) -> Result<Vec<Edit>, RenderError> {
    let table = Table::of(pdf).ok_or(RenderError::Metadata("no cross-reference table"))?;
    let ends = table.offsets(pdf).filter_map(|offset| {
        let object = pdf.get(offset..)?;
        let head = object.get(..object.len().min(32))?;
        let length_at = find(head, b"obj\n<</Length ")? + 14;
        let length = number(&object[length_at..])?;
        let end = offset + length_at + find(&object[length_at..], b">>\nstream\n")? + 10 + length;
        let doubtful = pdf.get(end - 1..)?.starts_with(b"\r\nendstream");
        doubtful.then(|| Edit { at: end, removed: 0, written: b"\r".to_vec() })
    });
    Ok(ends.collect())
}

/// Makes the changes.
///
/// # Errors
/// [`RenderError::Metadata`] if the file is not in the form above.
pub(crate) fn apply(pdf: &[u8], mut edits: Vec<Edit>) -> Result<Vec<u8>, RenderError> {
    edits.sort_by_key(|edit| edit.at);
    revised(pdf, &edits).ok_or(RenderError::Metadata("the cross-reference table has another form"))
}

fn revised(pdf: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let table = Table::of(pdf)?;
    let mut out = Vec::with_capacity(pdf.len() + edits.iter().map(|edit| edit.written.len()).sum::<usize>());
    let mut copied = 0;
    for edit in edits {
        out.extend_from_slice(pdf.get(copied..edit.at)?);
        out.extend_from_slice(&edit.written);
        copied = edit.at + edit.removed;
    }
    out.extend_from_slice(pdf.get(copied..table.at)?);

    let moved = |offset: usize| {
        let before = edits.iter().filter(|edit| edit.at < offset);
        before.fold(offset, |offset, edit| offset + edit.written.len() - edit.removed)
    };
    let table_at = out.len();
    out.extend_from_slice(&pdf[table.at..table.entries]);
    for entry in pdf[table.entries..table.trailer].chunks_exact(Table::ENTRY) {
        let offset = number(entry)?;
        let offset = if entry[17] == b'n' { moved(offset) } else { offset };
        out.extend_from_slice(format!("{offset:010}").as_bytes());
        out.extend_from_slice(&entry[10..]);
    }
    let start = table.trailer + find(&pdf[table.trailer..], b"startxref\n")?;
    out.extend_from_slice(&pdf[table.trailer..start]);
    out.extend_from_slice(format!("startxref\n{table_at}\n%%EOF").as_bytes());
    Some(out)
}

/// Where the parts of the cross-reference table are.
struct Table {
    at: usize,
    entries: usize,
    trailer: usize,
}

impl Table {
    /// Bytes of an entry: offset, generation, `n` or `f`, line end.
    const ENTRY: usize = 20;

    fn of(pdf: &[u8]) -> Option<Self> {
        let at = number(&pdf[rfind(pdf, b"startxref\n")? + 10..])?;
        let head = pdf.get(at..)?;
        if !head.starts_with(b"xref\n0 ") {
            return None;
        }
        let count = number(&head[7..])?;
        let entries = at + 7 + find(&head[7..], b"\n")? + 1;
        let trailer = entries.checked_add(count.checked_mul(Self::ENTRY)?)?;
        pdf.get(trailer..)?.starts_with(b"trailer\n").then_some(Self { at, entries, trailer })
    }

    /// Of the objects in use.
    fn offsets<'a>(&self, pdf: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let entries = pdf[self.entries..self.trailer].chunks_exact(Self::ENTRY);
        entries.filter(|entry| entry[17] == b'n').filter_map(number)
    }
}

/// The decimal number that `bytes` begin with.
fn number(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()
}

pub(crate) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

pub(crate) fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "%PDF-1.7\n1 0 obj\n<</Length 2>>\nstream\nx\r\nendstream\nendobj\n2 0 obj\n<<>>\nendobj\n";

    fn file() -> Vec<u8> {
        let second = FILE.find("2 0 obj").unwrap();
        let table =
            format!("xref\n0 3\n0000000000 65535 f\r\n0000000009 00000 n\r\n{second:010} 00000 n\r\n");
        let at = FILE.len();
        format!("{FILE}{table}trailer\n<</Size 3>>\nstartxref\n{at}\n%%EOF").into_bytes()
    }

    #[test]
    fn a_stream_that_ends_in_a_carriage_return_gets_a_line_end_of_two() {
        let edits = stream_ends(&file()).unwrap();
        assert_eq!(edits.len(), 1);
        let revised = String::from_utf8(apply(&file(), edits).unwrap()).unwrap();
        assert!(revised.contains("stream\nx\r\r\nendstream"));
        assert!(stream_ends(revised.as_bytes()).unwrap().is_empty());
    }

    #[test]
    fn what_comes_after_a_change_moves_and_what_comes_before_stays() {
        let at = FILE.find("endobj\n2").unwrap();
        let revised =
            apply(&file(), vec![Edit { at, removed: 6, written: b"endobj %longer".to_vec() }]).unwrap();
        let table = Table::of(&revised).unwrap();
        let objects: Vec<&[u8]> =
            table.offsets(&revised).map(|offset| &revised[offset..offset + 5]).collect();
        assert_eq!(objects, [b"1 0 o", b"2 0 o"]);
    }

    #[test]
    fn no_change_changes_nothing() {
        assert_eq!(apply(&file(), Vec::new()).unwrap(), file());
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        let whole = file();
        for end in 0..find(&whole, b"startxref").unwrap() {
            assert!(stream_ends(&whole[..end]).is_err() && apply(&whole[..end], Vec::new()).is_err());
        }
        assert!(stream_ends(b"startxref\n99999999999999999999999\n").is_err());
        assert!(stream_ends(b"xref\n0 18446744073709551615\nstartxref\n0\n").is_err());
    }
}
