//! Text of strangers, made fit for paper. It is only ever shown, never interpreted; what is left to do is to take out
//! what has no picture or would change the order of what is read, and to let long words break.

use serde_json::Value;

use crate::world;

/// Where a long word may break. Typst shows nothing there (see the template), and the PDF's text has nothing there.
const BREAK: char = '\u{200b}';

/// Around a stranger's text that runs from right to left, so that figures beside it stay where they are.
const ISOLATE: char = '\u{2068}';
const ISOLATE_END: char = '\u{2069}';

/// Stands for what no font here can draw; every font has it.
const UNKNOWN: char = '\u{25a1}';

/// Which fonts text may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glyphs {
    /// Any of them.
    All,
    /// Only the first, and the plain letters of Hebrew and Arabic: dull, but no letter can want a mark of another font.
    FirstFont,
}

impl Glyphs {
    fn cover(self, c: char) -> bool {
        match self {
            Self::All => world::fonts().iter().any(|font| font.info().coverage.contains(u32::from(c))),
            Self::FirstFont => world::fonts()[0].info().coverage.contains(u32::from(c)) || is_plain_letter(c),
        }
    }

    /// [`Glyphs::drawable`] without our own isolates: for titles and other text that is not laid out.
    pub(crate) fn clean(self, text: &str) -> String {
        self.drawable(text).replace([ISOLATE, ISOLATE_END], "")
    }

    /// Drops what is invisible or turns the direction of text, and replaces what no font can draw.
    fn drawable(self, text: &str) -> String {
        let mut after_right_to_left = false;
        text.chars()
            .filter(|c| !is_invisible(*c) || matches!(*c, ISOLATE | ISOLATE_END))
            .filter(|c| {
                let unfit = self == Self::FirstFont && after_right_to_left && is_latin_mark(*c);
                after_right_to_left = is_right_to_left(*c) || unfit;
                !unfit
            })
            .map(|c| match c {
                ' '..='~' | ISOLATE | ISOLATE_END => c,
                _ if c.is_control() || (c.is_whitespace() && !self.cover(c)) => ' ',
                _ if is_private(c) || !self.cover(c) => UNKNOWN,
                _ => c,
            })
            .collect()
    }

    /// Cleans every string in `value` and lets its long words break. A word is long by the narrowest place it can
    /// stand in, which the keys tell. On a page from right to left, what runs the other way is held together.
    pub(crate) fn fit(self, value: &mut Value, right_to_left: bool) {
        self.fit_within(value, right_to_left, WIDE);
    }

    fn fit_within(self, value: &mut Value, right_to_left: bool, width: usize) {
        match value {
            Value::String(text) => {
                let drawable = breakable(&self.drawable(text), width);
                *text = if right_to_left { left_to_right_isolated(&drawable) } else { drawable };
            }
            Value::Array(values) => values.iter_mut().for_each(|v| self.fit_within(v, right_to_left, width)),
            Value::Object(fields) => {
                // A keyword of the template, not text.
                for (key, v) in fields.iter_mut().filter(|(key, _)| *key != "weight") {
                    self.fit_within(v, right_to_left, characters(key).unwrap_or(width));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Characters of a long word that surely fit a line of the page.
const WIDE: usize = 32;

/// As [`WIDE`], for what stands in a column.
fn characters(key: &str) -> Option<usize> {
    match key {
        "position" => Some(4),
        "unit" | "vat" => Some(8),
        "quantity" | "price" | "price-note" | "net" | "carried" | "amount" => Some(16),
        "facts" | "footer" => Some(20),
        "recipient" | "name" | "details" => Some(26),
        _ => None,
    }
}

/// Sets breaks into words longer than `width`.
fn breakable(text: &str, width: usize) -> String {
    let step = (width / 4).max(2);
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        if word.trim_end().chars().count() <= width {
            out.push_str(word);
            continue;
        }
        for (index, c) in word.chars().enumerate() {
            if index > 0 && index.is_multiple_of(step) {
                out.push(BREAK);
            }
            out.push(c);
        }
    }
    out
}

/// Isolates what is written from left to right (figures with their signs, names, codes) in text that runs from right
/// to left: a minus stays before its figure, and an account number in its order.
fn left_to_right_isolated(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 12);
    if !text.contains(is_right_to_left) {
        return format!("{ISOLATE}{text}{ISOLATE_END}");
    }
    let turns = |c: char| is_right_to_left(c) || matches!(c, ISOLATE | ISOLATE_END);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let turning = turns(c);
        let (part, after) = rest.split_at(rest.find(|c| turns(c) != turning).unwrap_or(rest.len()));
        rest = after;
        let beside =
            |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '·' | '–' | '?' | '!');
        let held = part.trim_matches(beside);
        if turning || held.is_empty() {
            out.push_str(part);
        } else {
            let (before, after) = part.split_once(held).expect("a part of it");
            out.push_str(before);
            out.push(ISOLATE);
            out.push_str(held);
            out.push(ISOLATE_END);
            out.push_str(after);
        }
    }
    out
}

/// Text on one line, without invisible characters.
pub(crate) fn plain(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A stranger's text on one line, ready to stand beside other text.
pub(crate) fn line(text: &str) -> String {
    let line = plain(text);
    if line.chars().any(is_right_to_left) { format!("{ISOLATE}{line}{ISOLATE_END}") } else { line }
}

/// Text on its own lines, without empty ones at either end.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.trim().split(['\n', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']).map(line).collect()
}

/// At most this many characters, the last an ellipsis if some are left out.
pub(crate) fn shortened(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    text.chars().take(characters.saturating_sub(1)).chain(['…']).collect()
}

/// Format characters (zero width, direction, tags, variation selectors) and fillers. The two joiners stay: some
/// scripts need them to be read.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Letters of which the fonts of this crate have all that belongs to them, vowel signs apart.
fn is_plain_letter(c: char) -> bool {
    matches!(c, '\u{5be}' | '\u{5d0}'..='\u{5ea}' | '\u{5f0}'..='\u{5f4}' | '\u{60c}' | '\u{61b}' | '\u{61f}'
        | '\u{621}'..='\u{63a}' | '\u{641}'..='\u{64a}')
}

fn is_latin_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20f0}')
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn controls_and_direction_marks_do_not_reach_the_page() {
        let clean = |text| Glyphs::All.clean(text);
        assert_eq!(clean("a\u{202e}b\u{2066}c\u{feff}d\u{200b}"), "abcd");
        assert_eq!(clean("a\u{0}b\tc\u{7f}"), "a b c ");
        assert_eq!(clean("\u{e000}\u{13000}漢"), "□□漢");
        assert_eq!(clean("Żółć Ωμέγα Жук שלום"), "Żółć Ωμέγα Жук שלום");
        assert_eq!(Glyphs::FirstFont.clean("Жש\u{301}ա"), "Жש□");
    }

    #[test]
    fn figures_and_names_keep_their_order_on_a_page_from_right_to_left() {
        let isolated =
            |text: &str| left_to_right_isolated(text).replace(ISOLATE, "[").replace(ISOLATE_END, "]");
        assert_eq!(isolated("\u{2212}5.00"), "[\u{2212}5.00]");
        assert_eq!(isolated("Thank you."), "[Thank you.]");
        assert_eq!(isolated("הנחה: \u{2212}5.00"), "הנחה: [\u{2212}5.00]");
        assert_eq!(isolated("מע״מ 19% על 1,200.00"), "מע״מ [19%] על [1,200.00]");
        assert_eq!(isolated("Sample Ltd. (Dublin) – א"), "[Sample Ltd. (Dublin)] – א");
        assert_eq!(isolated("א · ב"), "א · ב");
        assert_eq!(isolated("חשבונית -07/#"), "חשבונית [-07/#]");
        assert_eq!(isolated("12 \u{2068}שלום\u{2069} a"), "[12] [שלום] [a]");
    }

    #[test]
    fn long_words_may_break_and_short_ones_may_not() {
        assert_eq!(breakable("short words stay", 8), "short words stay");
        assert_eq!(breakable("a 123456789 b", 8), "a 12\u{200b}34\u{200b}56\u{200b}78\u{200b}9 b");
    }

    #[test]
    fn lines_are_kept_and_spaces_are_not() {
        assert_eq!(lines("\n one  two\r\nthree\u{2028}four\n"), ["one two", "three", "four"]);
        assert_eq!(line(" a\n\tb "), "a b");
        assert_eq!(line("\u{202e}שלום"), "\u{2068}שלום\u{2069}");
        assert_eq!(Glyphs::All.clean(&line("שלום")), "שלום");
    }

    #[test]
    fn a_shortened_text_says_so() {
        assert_eq!(shortened("12345", 5), "12345");
        assert_eq!(shortened("123456", 5), "1234…");
    }

    proptest! {
        #[test]
        fn breaks_change_nothing_but_breaks(text in "\\PC{0,80}", width in 1_usize..20) {
            let clean = Glyphs::All.clean(&text);
            prop_assert_eq!(breakable(&clean, width).replace(BREAK, ""), clean);
        }
    }
}
