//! Where two documents do not say the same, term by term.

use serde_json::Value;

/// A term that is not the same; `Null` is a term that is absent.
pub(crate) struct Difference {
    /// Its place, such as `lines[2].item.name`.
    pub(crate) path: String,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// Every term that is not the same. Lists of another length differ as a whole.
pub(crate) fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), before, after, &mut found);
    found
}

fn compare(path: String, before: &Value, after: &Value, found: &mut Vec<Difference>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(path, value, after.get(key).unwrap_or(&Value::Null), found);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(format!("{path}[{}]", index + 1), before, after, found);
            }
        }
        (before, after) if before == after => {}
        (before, after) => found.push(Difference { path, before: before.clone(), after: after.clone() }),
    }
}
