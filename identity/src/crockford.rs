//! Crockford's base 32: what people copy from paper. No `I`, `L`, `O`, `U`; look-alikes are read as meant.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The lowest `symbols * 5` bits of `value`, most significant first, with a dash between groups.
pub(crate) fn write(value: u128, symbols: usize, group: usize) -> String {
    let mut text = String::with_capacity(symbols + symbols / group);
    for place in (0..symbols).rev() {
        let five = usize::try_from((value >> (5 * place)) & 31).expect("five bits fit every usize");
        text.push(char::from(ALPHABET[five]));
        if place != 0 && place % group == 0 {
            text.push('-');
        }
    }
    text
}

/// Reads exactly `symbols` symbols in either case, with any spaces and dashes between them.
pub(crate) fn read(text: &str, symbols: usize) -> Option<u128> {
    let mut value = 0;
    let mut found = 0;
    for typed in text.chars().filter(|c| !c.is_whitespace() && !is_dash(*c)) {
        found += 1;
        if found > symbols {
            return None;
        }
        value = value << 5 | digit(typed)?;
    }
    (found == symbols).then_some(value)
}

/// The hyphen, and those that word processors and mail programs make of it.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn digit(typed: char) -> Option<u128> {
    let meant = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().zip(0..).find(|(symbol, _)| char::from(**symbol) == meant).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn groups_are_counted_from_the_right_and_end_without_a_dash() {
        assert_eq!(write(0, 16, 4), "0000-0000-0000-0000");
        assert_eq!(write((1 << 125) - 1, 25, 5), "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ");
        assert_eq!(write(32 * 31 + 1, 4, 2), "00-Z1");
    }

    #[test]
    fn look_alikes_case_spaces_and_every_dash_are_forgiven() {
        assert_eq!(read("oO iI\tlL-0–1", 8), read("00111101", 8));
        assert_eq!(read("abjk", 4), read("A B—J\u{a0}K", 4));
    }

    #[test]
    fn too_few_too_many_and_foreign_symbols_are_refused() {
        for text in ["", "ABC", "ABCDE", "ABCU", "AB_C", "ABCé", "ABC\0"] {
            assert_eq!(read(text, 4), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in 0_u128..1 << 125) {
            prop_assert_eq!(read(&write(value, 25, 5), 25), Some(value));
            prop_assert_eq!(read(&write(value, 25, 5).to_lowercase(), 25), Some(value));
        }

        #[test]
        fn reading_any_text_never_panics(text in ".*") {
            let _ = read(&text, 25);
        }
    }
}
