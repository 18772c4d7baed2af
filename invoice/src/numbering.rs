//! How documents are numbered (BT-1): patterns such as `INV-{YYYY}-{NNNN}`, and the series that they make.
//!
//! A **series** is a pattern whose date is filled in: `INV-2026-{NNNN}`. Each has its own counter, so a pattern with a
//! year begins anew every year, and one with a month every month. A series that ends in `-{NNNN}` is written without
//! it, as `INV-2026`, and `{NNNN}` alone as nothing: so they were written before there were patterns.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::lifecycle::InvoiceNumber;

/// Characters of a pattern. With twelve digits in the place of `{N}` a number has at most 49, and BT-1 may have 50.
pub const MAX_PATTERN: usize = 40;
/// The most digits that a running number is filled up to.
pub const MAX_WIDTH: usize = 9;
/// The most digits of a running number.
const MAX_DIGITS: usize = 12;
/// The largest number that a series may begin with.
pub const MAX_START: i64 = 999_999_999;
/// How a series ends that is written without its end.
const PLAIN: &str = "-{NNNN}";

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Too long.
    #[error("a pattern has at most {MAX_PATTERN} characters; this has {0}")]
    TooLong(usize),
    /// Neither letter, digit nor one of the signs.
    #[error("a number is made of A to Z, digits and - / . _, not of {0:?}")]
    Character(char),
    /// It begins with a sign.
    #[error("a number begins with a letter or a digit, not with {0:?}")]
    Start(char),
    /// A bracket without the other.
    #[error("a part stands between {{ and }}, such as {{YYYY}}")]
    Bracket,
    /// In brackets, and not known.
    #[error("there is no part {{{0}}}: use {{YYYY}} or {{YY}}, {{MM}} and {{NNNN}}")]
    Part(String),
    /// Two of a kind.
    #[error("the {0} is in it twice")]
    Twice(&'static str),
    /// No running number.
    #[error("the running number is missing: {{NNNN}} for four digits")]
    NoNumber,
    /// A month of any year.
    #[error("with a month the year is needed, too: {{YYYY}} or {{YY}}")]
    MonthAlone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(char),
    Year,
    ShortYear,
    Month,
    /// The running number, filled up with zeros to so many digits.
    Number(usize),
}

/// How numbers of a kind of document look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(Vec<Part>);

impl Default for Pattern {
    /// `{YYYY}-{NNNN}`
    fn default() -> Self {
        Self(vec![Part::Year, Part::Text('-'), Part::Number(4)])
    }
}

impl std::str::FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let length = text.chars().count();
        if length > MAX_PATTERN {
            return Err(PatternError::TooLong(length));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first == '{' {
                let (name, behind) = rest[1..].split_once('}').ok_or(PatternError::Bracket)?;
                parts.push(part(name)?);
                rest = behind;
                continue;
            }
            match first {
                '}' => return Err(PatternError::Bracket),
                '-' | '/' | '.' | '_' if parts.is_empty() => return Err(PatternError::Start(first)),
                '-' | '/' | '.' | '_' => {}
                _ if first.is_ascii_alphanumeric() => {}
                _ => return Err(PatternError::Character(first)),
            }
            parts.push(Part::Text(first));
            rest = &rest[first.len_utf8()..];
        }
        let count = |is: fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count();
        let years = count(|part| matches!(part, Part::Year | Part::ShortYear));
        let months = count(|part| *part == Part::Month);
        let numbers = count(|part| matches!(part, Part::Number(_)));
        match (years, months, numbers) {
            (_, _, 0) => Err(PatternError::NoNumber),
            (_, _, 2..) => Err(PatternError::Twice("running number")),
            (2.., _, _) => Err(PatternError::Twice("year")),
            (_, 2.., _) => Err(PatternError::Twice("month")),
            (0, 1, _) => Err(PatternError::MonthAlone),
            _ => Ok(Self(parts)),
        }
    }
}

fn part(name: &str) -> Result<Part, PatternError> {
    match name {
        "YYYY" => Ok(Part::Year),
        "YY" => Ok(Part::ShortYear),
        "MM" => Ok(Part::Month),
        _ if is_width(name) => Ok(Part::Number(name.len())),
        _ => Err(PatternError::Part(name.to_owned())),
    }
}

/// `NNNN`
fn is_width(name: &str) -> bool {
    (1..=MAX_WIDTH).contains(&name.len()) && name.bytes().all(|byte| byte == b'N')
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => f.write_char(*text)?,
                Part::Year => f.write_str("{YYYY}")?,
                Part::ShortYear => f.write_str("{YY}")?,
                Part::Month => f.write_str("{MM}")?,
                Part::Number(width) => write!(f, "{{{}}}", "N".repeat(*width))?,
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        text.parse()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}

impl Pattern {
    /// The series of a day's documents.
    pub fn series(&self, on: Date) -> String {
        let mut series = String::new();
        for part in &self.0 {
            // Writing to a text cannot fail.
            let _ = match part {
                Part::Text(text) => series.write_char(*text),
                Part::Year => write!(series, "{:04}", on.year()),
                Part::ShortYear => write!(series, "{:02}", on.year().rem_euclid(100)),
                Part::Month => write!(series, "{:02}", on.month()),
                Part::Number(width) => write!(series, "{{{}}}", "N".repeat(*width)),
            };
        }
        as_written(series)
    }

    /// The first number of a day's series.
    pub fn example(&self, on: Date) -> String {
        InvoiceNumber { series: self.series(on), sequence: 1 }.to_string()
    }

    /// The first day after this one on which another series begins; none if there is no date in it.
    pub fn restarts(&self, after: Date) -> Option<Date> {
        let next = if self.0.contains(&Part::Month) {
            after.last_of_month().tomorrow()
        } else if self.0.iter().any(|part| matches!(part, Part::Year | Part::ShortYear)) {
            after.last_of_year().tomorrow()
        } else {
            return None;
        };
        next.ok()
    }

    /// The number that this text is, if it is one of this pattern.
    pub fn read(&self, text: &str) -> Option<InvoiceNumber> {
        self.shape().read(text)
    }

    /// A number that both patterns would give, on some day.
    pub fn repeats(&self, other: &Self) -> Option<String> {
        self.shape().meets(MAX_DIGITS, &other.shape(), MAX_DIGITS)
    }

    /// A number of this series, up to its last one, that this pattern would give again. The series that the pattern
    /// itself makes on some day is no such: it goes on behind its last number.
    pub fn repeats_of(&self, series: &str, last: i64) -> Option<String> {
        let (own, given) = (self.shape(), Shape::of(series));
        if last < 1 || own.makes(&given) {
            return None;
        }
        let digits = last.to_string().len();
        let met = own.meets(MAX_DIGITS, &given, digits.max(given.width))?;
        // It is the smallest of its length: those of the series have come so far, or not at all.
        let within = given.read(&met).is_none_or(|number| number.sequence <= last);
        within.then_some(met)
    }

    fn shape(&self) -> Shape {
        let mut shape = Shape { before: Vec::new(), width: 1, behind: Vec::new() };
        let mut is_behind = false;
        for part in &self.0 {
            let side = if is_behind { &mut shape.behind } else { &mut shape.before };
            match part {
                Part::Text(text) => side.push(*text..=*text),
                // Of this millennium.
                Part::Year => side.extend(['2'..='2', DIGIT, DIGIT, DIGIT]),
                Part::ShortYear => side.extend([DIGIT, DIGIT]),
                Part::Month => side.extend(['0'..='1', DIGIT]),
                Part::Number(width) => {
                    shape.width = *width;
                    is_behind = true;
                }
            }
        }
        shape
    }
}

/// Which documents are numbered how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Numbering {
    /// Of invoices.
    pub invoices: Pattern,
    /// Of credit notes, if they do not share the series of invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_notes: Option<Pattern>,
}

impl Numbering {
    /// The pattern of a kind of document.
    pub fn of(&self, is_credit_note: bool) -> &Pattern {
        self.credit_notes.as_ref().filter(|_| is_credit_note).unwrap_or(&self.invoices)
    }

    /// Each pattern once.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        std::iter::once(&self.invoices).chain(&self.credit_notes)
    }

    /// The number that this text is, if documents are numbered so.
    pub fn read(&self, text: &str) -> Option<InvoiceNumber> {
        self.patterns().find_map(|pattern| pattern.read(text))
    }
}

const DIGIT: RangeInclusive<char> = '0'..='9';

fn as_written(series: String) -> String {
    match series.strip_suffix(PLAIN) {
        Some(plain) if !plain.is_empty() => plain.to_owned(),
        _ if series == "{NNNN}" => String::new(),
        _ => series,
    }
}

/// What stands before the running number of a series, how wide it is, and what stands behind it.
pub(crate) fn parts_of(series: &str) -> (&str, &str, usize, &str) {
    if let Some((before, rest)) = series.split_once('{')
        && let Some((width, behind)) = rest.split_once('}')
        && is_width(width)
    {
        return (before, "", width.len(), behind);
    }
    (series, if series.is_empty() { "" } else { "-" }, 4, "")
}

/// The texts that a pattern or a series makes: each place before and behind the running number holds a character of a
/// range, and the number has at least so many digits.
struct Shape {
    before: Vec<RangeInclusive<char>>,
    width: usize,
    behind: Vec<RangeInclusive<char>>,
}

impl Shape {
    fn of(series: &str) -> Self {
        let (before, hyphen, width, behind) = parts_of(series);
        let one = |c: char| c..=c;
        Self {
            before: before.chars().chain(hyphen.chars()).map(one).collect(),
            width,
            behind: behind.chars().map(one).collect(),
        }
    }

    /// With a running number of so many digits. Only one that is filled up begins with a zero.
    fn with(&self, digits: usize) -> Vec<RangeInclusive<char>> {
        let mut places = self.before.clone();
        for place in 0..digits {
            places.push(if place == 0 && digits > self.width { '1'..='9' } else { DIGIT });
        }
        places.extend(self.behind.iter().cloned());
        places
    }

    /// The smallest text that both make, with running numbers of at most so many digits.
    fn meets(&self, most: usize, other: &Self, most_of_other: usize) -> Option<String> {
        (self.width..=most)
            .flat_map(|digits| (other.width..=most_of_other).map(move |of_other| (digits, of_other)))
            .find_map(|(digits, of_other)| met(&self.with(digits), &other.with(of_other)))
            .map(|met| self.above_zero(other, met))
    }

    /// No number is zero: the next text that is one of both, if there is one.
    fn above_zero(&self, other: &Self, met: String) -> String {
        let is_number = |text: &str| self.read(text).is_some() && other.read(text).is_some();
        if is_number(&met) {
            return met;
        }
        let zeros = met.char_indices().rev().filter(|(_, c)| *c == '0');
        let next = |(at, _): (usize, char)| format!("{}1{}", &met[..at], &met[at + 1..]);
        zeros.map(next).find(|text| is_number(text)).unwrap_or(met)
    }

    /// Whether this is a series of the same places, each within the range of this one.
    fn makes(&self, series: &Self) -> bool {
        let holds = |range: &[RangeInclusive<char>], one: &[RangeInclusive<char>]| {
            range.len() == one.len() && range.iter().zip(one).all(|(range, one)| range.contains(one.start()))
        };
        self.width == series.width
            && holds(&self.before, &series.before)
            && holds(&self.behind, &series.behind)
    }

    fn read(&self, text: &str) -> Option<InvoiceNumber> {
        let chars: Vec<char> = text.chars().collect();
        let digits = chars.len().checked_sub(self.before.len() + self.behind.len())?;
        if !(self.width..=MAX_DIGITS).contains(&digits) {
            return None;
        }
        let fits = self.with(digits).iter().zip(&chars).all(|(range, c)| range.contains(c));
        if !fits {
            return None;
        }
        let end = self.before.len() + digits;
        let part = |range: &[char]| range.iter().collect::<String>();
        let sequence: i64 = part(&chars[self.before.len()..end]).parse().ok()?;
        let width = "N".repeat(self.width);
        let series = format!("{}{{{width}}}{}", part(&chars[..self.before.len()]), part(&chars[end..]));
        (sequence > 0).then(|| InvoiceNumber { series: as_written(series), sequence })
    }
}

/// The smallest text that fits both.
fn met(one: &[RangeInclusive<char>], other: &[RangeInclusive<char>]) -> Option<String> {
    if one.len() != other.len() {
        return None;
    }
    let smallest = |(a, b): (&RangeInclusive<char>, &RangeInclusive<char>)| {
        let c = *a.start().max(b.start());
        (a.contains(&c) && b.contains(&c)).then_some(c)
    };
    one.iter().zip(other).map(smallest).collect()
}

impl InvoiceNumber {
    /// The number of this series that this text is, if it is one.
    pub fn in_series(series: &str, text: &str) -> Option<Self> {
        Shape::of(series).read(text)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn first(text: &str, on: Date) -> String {
        InvoiceNumber { series: pattern(text).series(on), sequence: 7 }.to_string()
    }

    #[test]
    fn a_pattern_makes_the_numbers_that_it_looks_like() {
        let on = date(2026, 3, 9);
        for (text, number) in [
            ("{YYYY}-{NNNN}", "2026-0007"),
            ("INV-{YYYY}-{NNNN}", "INV-2026-0007"),
            ("{NNNN}", "0007"),
            ("{N}", "7"),
            ("R{YY}/{MM}.{NNN}", "R26/03.007"),
            ("{NNN}/{YYYY}", "007/2026"),
            ("{YYYY}{NNNNNNNNN}", "2026000000007"),
            ("A_{NN}_z", "A_07_z"),
        ] {
            assert_eq!(first(text, on), number, "{text}");
            assert_eq!(pattern(text).to_string(), text);
            assert_eq!(pattern(text).read(number).unwrap().to_string(), number);
        }
    }

    #[test]
    fn series_of_before_there_were_patterns_are_written_as_they_were() {
        assert_eq!(Pattern::default(), pattern("{YYYY}-{NNNN}"));
        assert_eq!(Pattern::default().series(date(2026, 12, 31)), "2026");
        assert_eq!(pattern("{NNNN}").series(date(2026, 1, 1)), "");
        assert_eq!(pattern("A-{NNNN}").series(date(2026, 1, 1)), "A");
        assert_eq!(pattern("A-{NNN}").series(date(2026, 1, 1)), "A-{NNN}");
        let number = |series: &str| InvoiceNumber { series: series.to_owned(), sequence: 12345 }.to_string();
        assert_eq!(number("2026"), "2026-12345");
        assert_eq!(number(""), "12345");
        // What is in no pattern is nonsense that is shown as it is.
        for nonsense in ["{", "{N", "{M}", "{}", "{NNNNNNNNNN}"] {
            assert_eq!(number(nonsense), format!("{nonsense}-12345"));
        }
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        use PatternError::{Bracket, Character, MonthAlone, NoNumber, Part, Start, TooLong, Twice};
        for (text, error) in [
            ("", NoNumber),
            ("INV-{YYYY}", NoNumber),
            ("{NN}{NN}", Twice("running number")),
            ("{YYYY}{YY}{N}", Twice("year")),
            ("{YY}{MM}{MM}{N}", Twice("month")),
            ("{MM}-{NN}", MonthAlone),
            ("{YYYY-{NN}", Part("YYYY-{NN".to_owned())),
            ("{NN", Bracket),
            ("N}", Bracket),
            ("{nn}", Part("nn".to_owned())),
            ("{DD}{NN}", Part("DD".to_owned())),
            ("{NNNNNNNNNN}", Part("NNNNNNNNNN".to_owned())),
            ("-{NN}", Start('-')),
            ("=1+{N}", Character('=')),
            ("A {N}", Character(' ')),
            ("Ä{N}", Character('Ä')),
            ("A\u{202e}{N}", Character('\u{202e}')),
            ("A\n{N}", Character('\n')),
        ] {
            assert_eq!(text.parse::<Pattern>(), Err(error), "{text:?}");
        }
        let long = format!("{}{{N}}", "A".repeat(MAX_PATTERN));
        assert_eq!(long.parse::<Pattern>(), Err(TooLong(MAX_PATTERN + 3)));
    }

    #[test]
    fn the_longest_number_is_within_the_limit_of_bt_1() {
        let longest = pattern(&format!("{}{{N}}", "A".repeat(MAX_PATTERN - 3)));
        let number = InvoiceNumber { series: longest.series(date(2026, 1, 1)), sequence: 999_999_999_999 };
        assert_eq!(number.to_string().len(), 49);
        assert!(number.to_string().len() <= crate::limits::MAX_NUMBER);
        assert_eq!(longest.read(&number.to_string()), Some(number));
    }

    #[test]
    fn a_date_in_it_makes_a_series_of_each_period() {
        let on = date(2026, 11, 30);
        assert_eq!(pattern("{YYYY}-{NN}").restarts(on), Some(date(2027, 1, 1)));
        assert_eq!(pattern("{YY}{MM}{NN}").restarts(on), Some(date(2026, 12, 1)));
        assert_eq!(pattern("A{NN}").restarts(on), None);
    }

    #[test]
    fn two_patterns_that_could_give_the_same_number_are_found() {
        for (one, other, both) in [
            ("{YYYY}-{NNNN}", "{YYYY}-{NNNN}", Some("2000-0001")),
            ("{YYYY}-{NNNN}", "{YYYY}-{NNNNN}", Some("2000-10000")),
            ("{YYYY}-{NNNN}", "CN-{YYYY}-{NNNN}", None),
            ("{YYYY}-{NNNN}", "2026-{NN}", Some("2026-1000")),
            ("{YYYY}{NNNN}", "{YYYY}{MM}{NNN}", Some("200010001")),
            ("{YYYY}{NNNN}", "9{YYYY}{NNNN}", None),
            ("A{NN}", "A1{NN}", Some("A101")),
            ("A{NN}", "A-{NN}", None),
            ("{NNN}/{YYYY}", "{NNN}-{YYYY}", None),
            ("{N}", "{NNN}A", None),
        ] {
            let found = pattern(one).repeats(&pattern(other));
            assert_eq!(found.as_deref(), both, "{one} and {other}");
            assert_eq!(pattern(other).repeats(&pattern(one)).is_some(), both.is_some());
        }
    }

    #[test]
    fn a_pattern_may_follow_another_if_no_number_that_was_given_comes_again() {
        for (text, series, last, again) in [
            // Its own series goes on.
            ("{YYYY}-{NNNN}", "2026", 12_345, None),
            ("20{YY}-{NNNN}", "2026", 12_345, None),
            // Wider than any that was given, or reached.
            ("{YYYY}-{NNNNN}", "2026", 9_999, None),
            ("{YYYY}-{NNNNN}", "2026", 10_000, Some("2026-10000")),
            ("{YYYY}-{NN}", "2026", 999, None),
            ("{YYYY}-{NN}", "2026", 1_000, Some("2026-1000")),
            ("{YYYY}{MM}{NNN}", "2026{NNNN}", 9_999, None),
            ("{YYYY}{MM}{NNN}", "2026{NNNN}", 10_000, None),
            ("{YYYY}{MM}{NNN}", "2026{NNNN}", 10_001, Some("202610001")),
            ("A{NN}", "A1{NN}", 1, Some("A101")),
            ("B{NN}", "A1{NN}", 1_000_000, None),
            // Nothing was given in it.
            ("{YYYY}-{NN}", "2026-{N}", 0, None),
        ] {
            let found = pattern(text).repeats_of(series, last);
            assert_eq!(found.as_deref(), again, "{text} after {last} of {series}");
        }
    }

    #[test]
    fn only_numbers_of_the_pattern_are_read() {
        let number = pattern("INV-{YYYY}-{NNN}").read("INV-2026-042").unwrap();
        assert_eq!((number.series.as_str(), number.sequence), ("INV-2026-{NNN}", 42));
        for other in [
            "INV-2026-42",
            "INV-2026-0042",
            "INV-2026-000",
            "inv-2026-042",
            "INV-1026-042",
            " INV-2026-042",
            "",
        ] {
            assert_eq!(pattern("INV-{YYYY}-{NNN}").read(other), None, "{other}");
        }
        assert_eq!(pattern("{N}").read(&"9".repeat(13)), None);
        assert_eq!(pattern("{NN}").read("１２"), None);
        assert_eq!(InvoiceNumber::in_series("2026", "2026-12345").unwrap().sequence, 12_345);
        assert_eq!(InvoiceNumber::in_series("2026", "2025-0001"), None);
    }

    #[test]
    fn a_pattern_is_kept_as_its_text() {
        let numbering =
            Numbering { invoices: pattern("R{NNN}"), credit_notes: Some(pattern("G{YYYY}/{NN}")) };
        let kept = serde_json::to_string(&numbering).unwrap();
        assert_eq!(kept, r#"{"invoices":"R{NNN}","credit_notes":"G{YYYY}/{NN}"}"#);
        assert_eq!(serde_json::from_str::<Numbering>(&kept).unwrap(), numbering);
        assert!(serde_json::from_str::<Numbering>(r#"{"invoices":"R"}"#).is_err());
        assert_eq!(numbering.of(true).to_string(), "G{YYYY}/{NN}");
        assert_eq!(Numbering::default().of(true), &Pattern::default());
    }

    fn patterns() -> impl Strategy<Value = Pattern> {
        proptest::collection::vec(
            proptest::sample::select(vec!["A", "1", "-", "{YYYY}", "{YY}", "{MM}", "{N}", "{NN}", "{NNN}"]),
            1..6,
        )
        .prop_filter_map("no pattern", |parts| parts.concat().parse().ok())
    }

    proptest! {
        /// What the rules promise: after any changes that they allow, no number is given twice.
        #[test]
        fn no_number_comes_twice_however_the_pattern_is_changed(
            changes in proptest::collection::vec((patterns(), proptest::option::of(patterns()), 0..40_u8, 0..900_i64), 1..12),
        ) {
            let mut last: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
            let mut given = std::collections::BTreeSet::new();
            let mut day = date(2026, 1, 1);
            for (invoices, credit_notes, months, start) in changes {
                day = day.checked_add(jiff::Span::new().months(i64::from(months))).unwrap();
                let numbering = Numbering { invoices, credit_notes };
                let again = numbering
                    .patterns()
                    .any(|pattern| last.iter().any(|(series, last)| pattern.repeats_of(series, *last).is_some()));
                let both = numbering.credit_notes.as_ref().is_some_and(|c| c.repeats(&numbering.invoices).is_some());
                if again || both {
                    continue;
                }
                for turn in 0..30 {
                    let pattern = numbering.of(turn % 3 == 0);
                    let series = pattern.series(day);
                    let sequence = last.get(&series).map_or(start.max(1), |last| last + 1);
                    last.insert(series.clone(), sequence);
                    let number = InvoiceNumber { series, sequence };
                    prop_assert_eq!(pattern.read(&number.to_string()), Some(number.clone()));
                    prop_assert!(given.insert(number.to_string()), "{} came twice", number);
                }
            }
        }
    }
}
