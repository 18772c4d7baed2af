use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{Dictionary, Object, PdfError};

/// Undoes the filters of a stream, never producing more than `limit` bytes.
///
/// `Filter` and `DecodeParms` must be direct. Only Flate is known: what we write, read and attach uses no other.
pub(crate) fn decode(dictionary: &Dictionary, raw: &[u8], limit: usize) -> Result<Vec<u8>, PdfError> {
    let parameters = dictionary.get("DecodeParms");
    let (filter, parameters) = match dictionary.get("Filter") {
        None | Some(Object::Null) => return copy(raw, limit),
        Some(Object::Array(filters)) => match filters.as_slice() {
            [] => return copy(raw, limit),
            [filter] => (filter, parameters.and_then(|all| all.as_array().map_or(Some(all), <[_]>::first))),
            _ => return Err(PdfError::Filter),
        },
        Some(filter) => (filter, parameters),
    };
    if !filter.is_name("FlateDecode") {
        return Err(PdfError::Filter);
    }
    let inflated = inflate(raw, limit)?;
    match parameters {
        None | Some(Object::Null) => Ok(inflated),
        Some(Object::Dictionary(parameters)) => unpredict(inflated, parameters),
        Some(_) => Err(PdfError::Filter),
    }
}

fn copy(raw: &[u8], limit: usize) -> Result<Vec<u8>, PdfError> {
    if raw.len() > limit { Err(TOO_LARGE) } else { Ok(raw.to_vec()) }
}

const TOO_LARGE: PdfError = PdfError::TooComplex("its streams decompress to too many bytes");

fn inflate(raw: &[u8], limit: usize) -> Result<Vec<u8>, PdfError> {
    let mut inflated = Vec::new();
    let sentinel = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    ZlibDecoder::new(raw).take(sentinel).read_to_end(&mut inflated).map_err(|_| PdfError::Filter)?;
    if inflated.len() > limit { Err(TOO_LARGE) } else { Ok(inflated) }
}

/// Undoes the PNG predictors (ISO 32000-2, 7.4.4.4); each row starts with its own predictor. A row that is longer than all
/// the data is refused: for its sake memory would be taken that nothing is read into.
fn unpredict(data: Vec<u8>, parameters: &Dictionary) -> Result<Vec<u8>, PdfError> {
    let number = |key, default, most| match parameters.get(key) {
        None => Ok(default),
        Some(value) => value.as_size().filter(|&size| size <= most).ok_or(PdfError::Filter),
    };
    match number("Predictor", 1, 15)? {
        1 => return Ok(data),
        10..=15 => {}
        _ => return Err(PdfError::Filter),
    }
    let bits = number("Colors", 1, 32)? * number("BitsPerComponent", 8, 16)?;
    let pixel = bits.div_ceil(8).max(1);
    let row_length = (bits * number("Columns", 1, 65_536)?).div_ceil(8);
    if data.is_empty() {
        return Ok(data);
    }
    if row_length == 0 || row_length > data.len() {
        return Err(PdfError::Filter);
    }
    let mut decoded: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0; row_length];
    for row in data.chunks(row_length + 1) {
        let start = decoded.len();
        for (index, &byte) in row[1..].iter().enumerate() {
            let left = if index < pixel { 0 } else { decoded[start + index - pixel] };
            let upper_left = if index < pixel { 0 } else { above[index - pixel] };
            let prediction = match row[0] {
                0 => 0,
                1 => left,
                2 => above[index],
                3 => left.midpoint(above[index]),
                4 => paeth(left, above[index], upper_left),
                _ => return Err(PdfError::Filter),
            };
            decoded.push(byte.wrapping_add(prediction));
        }
        above[..row.len() - 1].copy_from_slice(&decoded[start..]);
    }
    Ok(decoded)
}

/// The neighbour closest to `left + above - upper_left` (PNG, 9.4).
fn paeth(left: u8, above: u8, upper_left: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(above) - i16::from(upper_left);
    let distance = |neighbour: u8| (estimate - i16::from(neighbour)).abs();
    if distance(left) <= distance(above) && distance(left) <= distance(upper_left) {
        left
    } else if distance(above) <= distance(upper_left) {
        above
    } else {
        upper_left
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;

    fn deflate(data: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_decompression_bomb_stops_at_the_limit() {
        let bomb = deflate(&vec![0; 10_000_000]);
        let flate = Dictionary::from([("Filter", Object::name("FlateDecode"))]);
        assert!(bomb.len() < 20_000);
        assert_eq!(decode(&flate, &bomb, 1_000_000), Err(TOO_LARGE));
        assert_eq!(decode(&flate, &bomb, 10_000_000).unwrap().len(), 10_000_000);
    }

    #[test]
    fn png_rows_are_rebuilt_from_their_neighbours() {
        let parameters =
            Dictionary::from([("Predictor", Object::Integer(12)), ("Columns", Object::Integer(3))]);
        let rows = [0, 1, 2, 3, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1];
        let decoded = unpredict(rows.to_vec(), &parameters).unwrap();
        assert_eq!(decoded, [1, 2, 3, 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5]);
    }

    #[test]
    fn rows_longer_than_the_data_take_no_memory() {
        let with = |colors, bits, columns| {
            Dictionary::from([
                ("Predictor", Object::Integer(12)),
                ("Colors", Object::Integer(colors)),
                ("BitsPerComponent", Object::Integer(bits)),
                ("Columns", Object::Integer(columns)),
            ])
        };
        for (colors, bits, columns) in [
            (65_536, 65_536, 65_536),
            (32, 16, 65_536),
            (1, 8, 22),
            (33, 8, 1),
            (1, 17, 1),
            (0, 8, 3),
            (1, 8, 0),
        ] {
            let refused = unpredict(vec![0; 21], &with(colors, bits, columns));
            assert_eq!(refused, Err(PdfError::Filter), "{colors} {bits} {columns}");
        }
        assert_eq!(unpredict(Vec::new(), &with(32, 16, 65_536)), Ok(Vec::new()));
    }

    #[test]
    fn other_filters_are_named_as_unsupported() {
        let lzw = Dictionary::from([("Filter", Object::name("LZWDecode"))]);
        assert_eq!(decode(&lzw, b"", 10), Err(PdfError::Filter));
    }
}
