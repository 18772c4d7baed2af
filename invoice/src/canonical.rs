//! One form of JSON for one value: RFC 8785, so that other people's tools can make and check the same bytes.
//!
//! Absent terms (`null`, empty lists) are left out: a later version may add optional terms to the model without
//! changing the bytes of what was issued before. All our numbers are integers and all decimals are text, so the
//! hard part of RFC 8785, floating point, does not come up.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why bytes are not a canonical issued document.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// No JSON, or terms missing, unknown or misspelt.
    #[error("the bytes are not an issued document")]
    NotIssued(#[source] serde_json::Error),
    /// It says the same in another form: order, spaces, escapes or nulls.
    #[error("the document is not in its canonical form; it was changed after it was written")]
    NotCanonical,
    /// Series and sequence do not make BT-1.
    #[error("the invoice number does not fit its series and sequence")]
    Number,
}

/// # Panics
/// Never for our own types: they have text keys only.
pub(crate) fn write(value: &impl Serialize) -> Vec<u8> {
    let value = serde_json::to_value(value).expect("the model has text keys only");
    let mut bytes = Vec::new();
    write_value(&value, &mut bytes);
    bytes
}

pub(crate) fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, CanonicalError> {
    let value = serde_json::from_slice(bytes).map_err(CanonicalError::NotIssued)?;
    if write(&value) == bytes { Ok(value) } else { Err(CanonicalError::NotCanonical) }
}

fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            // RFC 8785 sorts by UTF-16 code units; our names are ASCII, for which bytes sort the same.
            let mut members: Vec<_> = members.iter().filter(|(_, value)| !is_absent(value)).collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            write_list(*b"{}", members, out, |(name, value), out| {
                write_scalar(name, out);
                out.push(b':');
                write_value(value, out);
            });
        }
        Value::Array(items) => write_list(*b"[]", items, out, write_value),
        Value::String(text) => write_scalar(text, out),
        Value::Number(_) | Value::Bool(_) | Value::Null => write_scalar(value, out),
    }
}

fn write_list<T>(
    brackets: [u8; 2],
    items: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
    write_item: impl Fn(T, &mut Vec<u8>),
) {
    out.push(brackets[0]);
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write_item(item, out);
    }
    out.push(brackets[1]);
}

/// `serde_json` escapes text just as RFC 8785 asks: the shortest way, and only what must be.
fn write_scalar(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("writing to memory does not fail");
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_absent_ones_left_out_and_text_escaped_the_shortest_way() {
        let value = json!({
            "b": 2, "a": "é\u{1f}\n\"\\/\u{7f}", "none": null, "empty": [], "text": "", "list": [{"z": true, "y": null}]
        });
        let text = String::from_utf8(write(&value)).unwrap();
        assert_eq!(
            text,
            "{\"a\":\"é\\u001f\\n\\\"\\\\/\u{7f}\",\"b\":2,\"list\":[{\"z\":true}],\"text\":\"\"}"
        );
    }
}
