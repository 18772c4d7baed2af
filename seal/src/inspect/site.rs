use std::ops::Range;

use jiff::Timestamp;

use super::SignatureFault;
use crate::pdf::{Document, Object, Parser, hexadecimal};

/// Twice what we write at most: room for foreign chains and time stamps, not for making us parse megabytes of CMS.
const MAX_CONTENTS: usize = 64 << 10;
/// Traces looked at in a file whose signature cannot be reached.
const MAX_TRACES: usize = 32;
/// A `ByteRange` is written in fewer bytes.
const MAX_RANGE_SOURCE: usize = 256;

/// Where a signature is said to be, and what it is said to cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    range: Option<[usize; 4]>,
    /// As the signature dictionary has it; unknown for a mere trace.
    contents: Option<Vec<u8>>,
    pub(super) time: Option<Timestamp>,
}

/// The signed part of a file: everything up to `end` but the gap.
#[derive(Debug)]
pub(super) struct Covered {
    pub(super) gap: Range<usize>,
    pub(super) end: usize,
}

impl Site {
    /// Reads a signature dictionary, if the object is one.
    pub(super) fn read(document: &Document<'_>, object: &Object) -> Option<Self> {
        let Object::Dictionary(dictionary) = object else { return None };
        let range = dictionary.get("ByteRange");
        let is_signature =
            range.is_some() || dictionary.has_type("Sig") || dictionary.has_type("DocTimeStamp");
        if !is_signature || dictionary.get("Contents").is_none() && range.is_none() {
            return None;
        }
        let resolve = |key| dictionary.get(key).and_then(|value| document.resolve(value).ok());
        let contents = match dictionary.get("Contents") {
            Some(Object::String(contents)) => contents.clone(),
            _ => Vec::new(),
        };
        let time = resolve("M").and_then(|time| time.as_text()).and_then(|time| read_time(&time));
        Some(Self {
            range: resolve("ByteRange").and_then(|range| read_range(&range)),
            contents: Some(contents),
            time,
        })
    }

    /// Where the signed bytes are said to end; sites without a usable range come last.
    pub(super) fn end(&self) -> usize {
        self.range.map_or(usize::MAX, |[_, _, start, length]| start.saturating_add(length))
    }

    /// The signed bytes and the signature in their gap. The gap must be one hexadecimal string, the very value of
    /// the dictionary, and nothing else: anything more would be unsigned bytes in the middle of the file.
    pub(super) fn covered(&self, pdf: &[u8]) -> Result<(Covered, Vec<u8>), SignatureFault> {
        let [0, gap_start, gap_end, length] = self.range.ok_or(SignatureFault::ByteRange)? else {
            return Err(SignatureFault::ByteRange);
        };
        let end =
            gap_end.checked_add(length).filter(|&end| end <= pdf.len()).ok_or(SignatureFault::ByteRange)?;
        let gap = gap_start..gap_end;
        let Some([b'<', digits @ .., b'>']) = pdf.get(gap.clone()) else {
            return Err(SignatureFault::ByteRange);
        };
        if digits.len() > 2 * MAX_CONTENTS {
            return Err(SignatureFault::MalformedCms);
        }
        let contents = decode(digits).ok_or(SignatureFault::ByteRange)?;
        if self.contents.as_ref().is_some_and(|expected| *expected != contents) {
            return Err(SignatureFault::ByteRange);
        }
        Ok((Covered { gap, end }, contents))
    }
}

/// Looks for signatures in the bare bytes, for files whose signature the document no longer leads to.
pub(super) fn traces(pdf: &[u8]) -> Vec<Site> {
    const KEY: &[u8] = b"/ByteRange";
    let starts = pdf.windows(KEY.len()).enumerate().filter(|(_, window)| *window == KEY);
    let ranges = starts.take(MAX_TRACES).filter_map(|(start, _)| {
        let near = &pdf[..pdf.len().min(start + MAX_RANGE_SOURCE)];
        read_range(&Parser::new(near, start + KEY.len()).object().ok()?)
    });
    ranges
        .map(|range| Site { range: Some(range), contents: None, time: None })
        .filter(|site| site.covered(pdf).is_ok())
        .collect()
}

fn read_range(range: &Object) -> Option<[usize; 4]> {
    let numbers: Option<Vec<usize>> = range.as_array()?.iter().map(Object::as_size).collect();
    numbers?.try_into().ok()
}

/// Digits of one case only: a signature whose letters change case here and there was written by two hands.
fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    let upper = digits.iter().any(u8::is_ascii_uppercase);
    let lower = digits.iter().any(u8::is_ascii_lowercase);
    if !digits.len().is_multiple_of(2) || upper && lower {
        return None;
    }
    digits.chunks_exact(2).map(|pair| Some(hexadecimal(pair[0])? << 4 | hexadecimal(pair[1])?)).collect()
}

/// A PDF date, `D:YYYYMMDDHHmmSS` with `Z`, an offset such as `+01'00'`, or nothing, which we take as UTC.
fn read_time(text: &str) -> Option<Timestamp> {
    let (time, offset) = text.strip_prefix("D:")?.split_at_checked(14)?;
    let offset = offset.replace('\'', "");
    let offset = if offset.is_empty() || offset.starts_with('Z') { "+0000" } else { &offset };
    Timestamp::strptime("%Y%m%d%H%M%S%z", format!("{time}{offset}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_times_are_read_in_every_form_of_the_standard() {
        let expected: Timestamp = "2026-11-22T16:05:09Z".parse().unwrap();
        for text in
            ["D:20261122160509Z", "D:20261122170509+01'00'", "D:20261122110509-05'00", "D:20261122160509"]
        {
            assert_eq!(read_time(text), Some(expected), "{text}");
        }
        for text in ["", "D:", "D:2026112216050", "20261122160509Z", "D:20261322160509Z", "D:äöüäöüäöüä"]
        {
            assert_eq!(read_time(text), None, "{text}");
        }
    }

    #[test]
    fn the_gap_must_be_one_hexadecimal_string() {
        let site = |range| Site { range: Some(range), contents: None, time: None };
        let pdf = b"ab<0a0B>cd<0a0b>ef<0a b>gh";
        assert!(site([0, 10, 16, 3]).covered(pdf).is_ok());
        for range in
            [[0, 2, 8, 3], [0, 18, 24, 2], [0, 9, 16, 3], [0, 10, 17, 3], [1, 10, 16, 3], [0, 10, 16, 99]]
        {
            assert_eq!(site(range).covered(pdf).err(), Some(SignatureFault::ByteRange), "{range:?}");
        }
        assert!(site([0, 10, usize::MAX, 1]).covered(pdf).is_err());
        assert!(site([0, 16, 10, 1]).covered(pdf).is_err());
    }
}
