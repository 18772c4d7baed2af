//! `application/x-www-form-urlencoded`, strictly: decoded once, no bytes replaced or guessed (ASVS 1.1.1).

use crate::language::{Text, t};

/// The pairs of a body in order, or what is wrong with one.
pub(super) fn pairs(body: &[u8]) -> impl Iterator<Item = Result<(String, String), Text>> {
    body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let value = pair.get(end + 1..).unwrap_or_default();
        Ok((text(&pair[..end])?, text(value)?))
    })
}

fn text(encoded: &[u8]) -> Result<String, Text> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = rest.next().and_then(|digit| char::from(*digit).to_digit(16));
                let low = rest.next().and_then(|digit| char::from(*digit).to_digit(16));
                let (high, low) = high.zip(low).ok_or_else(|| t("why-percent"))?;
                u8::try_from(high * 16 + low).expect("two hexadecimal digits are a byte")
            }
            byte => *byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| t("why-not-utf8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(body: &[u8]) -> Result<Vec<(String, String)>, Text> {
        pairs(body).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_form_is_decoded_once() {
        assert_eq!(
            all(b"a=1&b=x+y%26%3D&c&&d=%C3%BC").unwrap(),
            [pair("a", "1"), pair("b", "x y&="), pair("c", ""), pair("d", "ü")]
        );
        assert_eq!(all(b"a=%2541").unwrap(), [pair("a", "%41")]);
        assert_eq!(all(b"a=b=c").unwrap(), [pair("a", "b=c")]);
        assert_eq!(all(b"").unwrap(), []);
    }

    #[test]
    fn broken_and_overlong_encodings_are_refused() {
        for body in [&b"a=%"[..], b"a=%4", b"a=%zz", b"%c0%ae=1", b"a=%ff", b"a=\xff", b"a=%ed%a0%80"] {
            assert!(all(body).is_err(), "{body:?}");
        }
    }
}
