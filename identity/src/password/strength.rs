//! Which passwords are refused, and why in plain words. Length and being hard to guess decide; there are
//! no rules about kinds of characters.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;
use zxcvbn::feedback::Warning;
use zxcvbn::{Entropy, zxcvbn};

use super::nfc;

/// Code points a password needs at least, after NFC.
pub const MIN_LENGTH: usize = 15;
/// Code points a password may have at most, after NFC. A longer one is refused, never cut.
pub const MAX_LENGTH: usize = 256;

/// Informed guesses a password must withstand: at 64 MiB of Argon2id each, years for one machine.
const ENOUGH_GUESSES: u64 = 10_000_000_000;
/// zxcvbn's time grows with the square of the length or worse, so it sees this many code points at once.
const WINDOW: usize = 40;
/// UTF-8 bytes a password may have as typed; longer input need not even be read. [`MAX_LENGTH`] code points
/// take at most 1024 bytes in NFC, and a few times that where a keyboard sends letters and accents apart.
pub const MAX_BYTES: usize = 16 * MAX_LENGTH;
/// Context words beyond these bounds are not looked at.
const MAX_CONTEXT: usize = 32;
const CONTEXT_WORD: std::ops::RangeInclusive<usize> = 3..=64;

/// Why a password is refused; the text is for the person choosing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Fewer than [`MIN_LENGTH`] code points.
    #[error(
        "{found} characters are too few, use at least {MIN_LENGTH}: four unrelated words are easy to remember"
    )]
    TooShort {
        /// Code points after NFC.
        found: usize,
    },
    /// More than [`MAX_LENGTH`] code points.
    #[error("more than {MAX_LENGTH} characters cannot be used")]
    TooLong,
    /// Without words everybody can guess about the person and the organisation, too little remains.
    #[error(
        "your name, address, organisation or product are guessed first, and too little remains without them: add unrelated words"
    )]
    Context,
    /// Attackers try it, or its pattern, early.
    #[error("this password is guessed early because {0}: add unrelated words")]
    Guessable(Weakness),
}

/// What makes a password guessable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// It is, or is like, one of the most used passwords.
    #[error("it is like one of the most used passwords")]
    Common,
    /// It is little more than one dictionary word.
    #[error("it is little more than one common word")]
    Word,
    /// It is made of names.
    #[error("it is made of common names")]
    Names,
    /// Keys that lie side by side.
    #[error("its keys lie side by side on the keyboard")]
    Keyboard,
    /// The same characters again and again.
    #[error("it repeats the same characters")]
    Repeats,
    /// `abcdef`, `987654`.
    #[error("it is a sequence such as abcdef or 987654")]
    Sequence,
    /// A date or a year.
    #[error("it is little more than a date or year")]
    Date,
    /// A few of these.
    #[error("it is made of a few words or patterns that are tried early")]
    Patterns,
}

/// Accepts or refuses a new password. `context` are the words an attacker knows: mail address, names,
/// organisation, product, host name; each is also taken apart into its words.
///
/// # Errors
/// The first [`PasswordProblem`] found.
pub fn check(password: &str, context: &[&str]) -> Result<(), PasswordProblem> {
    if password.len() > MAX_BYTES {
        return Err(PasswordProblem::TooLong);
    }
    let password = nfc(password);
    let found = password.chars().count();
    if found > MAX_LENGTH {
        return Err(PasswordProblem::TooLong);
    }
    if found < MIN_LENGTH {
        return Err(PasswordProblem::TooShort { found });
    }
    // The remainder must stand alone: to whoever knows them, context words are no work at all.
    let remainder = without_context(&password, context);
    if *remainder != *password && weakness(&remainder).is_some() {
        return Err(PasswordProblem::Context);
    }
    match weakness(&password) {
        Some(weakness) => Err(PasswordProblem::Guessable(weakness)),
        None => Ok(()),
    }
}

/// `None` if the text withstands [`ENOUGH_GUESSES`]. Of a long text, one strong end suffices: the whole is
/// never easier to guess than its part.
fn weakness(text: &str) -> Option<Weakness> {
    let novel = without_repeats(text);
    let head = weakness_of_window(&novel[..novel.len().min(WINDOW)])?;
    if novel.len() > WINDOW {
        weakness_of_window(&novel[novel.len() - WINDOW..])?;
    }
    let is_mostly_repeats = text.chars().count() > 2 * novel.len();
    Some(if is_mostly_repeats { Weakness::Repeats } else { head })
}

/// The text less every stretch of three or more characters that came before, in either case.
fn without_repeats(text: &str) -> Zeroizing<Vec<char>> {
    let characters = Zeroizing::new(text.chars().map(plain_symbol).collect::<Vec<_>>());
    let lower = |place: usize| characters[place].to_lowercase();
    let mut novel = Zeroizing::new(Vec::with_capacity(characters.len()));
    let mut here = 0;
    while here < characters.len() {
        let same_from = |before: usize| {
            (here..characters.len()).take_while(|at| lower(*at).eq(lower(at - here + before))).count()
        };
        let repeated = (0..here).map(same_from).max().unwrap_or(0);
        if repeated < 3 {
            novel.push(characters[here]);
            here += 1;
        } else {
            here += repeated;
        }
    }
    novel
}

fn weakness_of_window(characters: &[char]) -> Option<Weakness> {
    let text = Zeroizing::new(characters.iter().collect::<String>());
    let entropy = zxcvbn(&text, &[]);
    let whole = guesses(std::iter::once(&entropy));
    // Between separators zxcvbn prefers one long unknown stretch to several known words.
    let is_word = |c: &char| c.is_alphanumeric();
    let words: Vec<Entropy> = characters
        .chunk_by(|a, b| is_word(a) == is_word(b))
        .map(|word| zxcvbn(&Zeroizing::new(word.iter().collect::<String>()), &[]))
        .collect();
    if whole.min(guesses(words.iter())) >= ENOUGH_GUESSES {
        return None;
    }
    Some(match entropy.feedback().and_then(zxcvbn::feedback::Feedback::warning) {
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword,
        ) => Weakness::Common,
        Some(Warning::AWordByItselfIsEasyToGuess) => Weakness::Word,
        Some(
            Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess,
        ) => Weakness::Names,
        Some(Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess) => {
            Weakness::Keyboard
        }
        Some(
            Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => Weakness::Repeats,
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => Weakness::Sequence,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => Weakness::Date,
        None => Weakness::Patterns,
    })
}

/// The product of the guesses for each different part, times the orders they can be in. zxcvbn's own total
/// adds 10⁴ for every further part, which makes any three words strong.
fn guesses<'a>(texts: impl Iterator<Item = &'a Entropy>) -> u64 {
    let mut seen = HashSet::new();
    let mut product: u64 = 1;
    for part in texts.flat_map(Entropy::sequence) {
        if seen.insert(part.token.to_lowercase()) {
            let orders = u64::try_from(seen.len()).expect("a window has few parts");
            product = product.saturating_mul(part.guesses.unwrap_or(1)).saturating_mul(orders);
        }
    }
    product
}

/// One symbol for those that stand for the same letter. zxcvbn tries every combination of them, which takes
/// seconds for a text with all of them, and loses little.
fn plain_symbol(c: char) -> char {
    match c {
        '[' | '{' | '<' => '(',
        '|' => '!',
        other => other,
    }
}

/// The password less every occurrence of a context word, also in other case, without accents, with
/// punctuation in between or with the usual digits for letters.
fn without_context(password: &str, context: &[&str]) -> Zeroizing<String> {
    let folded: Vec<(usize, char)> =
        password.chars().enumerate().flat_map(|(place, c)| fold(c).map(move |f| (place, f))).collect();
    let mut known = vec![false; password.chars().count()];
    for word in context_words(context) {
        for found in folded.windows(word.len()).filter(|w| w.iter().map(|(_, c)| c).eq(&word)) {
            // From the first to the last character, with the punctuation between them.
            known[found[0].0..=found[word.len() - 1].0].fill(true);
        }
    }
    let mut remainder = Zeroizing::new(String::with_capacity(password.len()));
    remainder.extend(password.chars().zip(known).filter(|(_, known)| !known).map(|(c, _)| c));
    remainder
}

/// Each context as a whole and its words, folded.
fn context_words(context: &[&str]) -> impl Iterator<Item = Vec<char>> {
    context
        .iter()
        .take(MAX_CONTEXT)
        .flat_map(|phrase| std::iter::once(*phrase).chain(phrase.split(|c: char| !c.is_alphanumeric())))
        .map(|word| word.chars().take(*CONTEXT_WORD.end()).flat_map(fold).collect::<Vec<_>>())
        .filter(|word| CONTEXT_WORD.contains(&word.len()))
}

/// A character as a guesser sees it: lower case, no accents, `@` as `a` and so on, no punctuation at all.
/// `1`, `!`, `|`, `l` and `i` count as one letter.
fn fold(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '4' | '@' => 'a',
            '3' => 'e',
            '1' | '!' | '|' | 'l' => 'i',
            '0' => 'o',
            '5' | '$' => 's',
            '7' | '+' => 't',
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::PasswordProblem::{Context, Guessable, TooLong, TooShort};
    use super::*;

    const CONTEXT: [&str; 4] =
        ["zoe.quibble@example.com", "Zoë Quibble", "Fabrikat Werkzeugbau GmbH", "Counterfoil"];

    #[test]
    fn length_is_counted_in_code_points_at_both_ends() {
        for letter in ["k", "ß", "語", "🦀"] {
            // Unrelated neighbours, so that only the length decides.
            let text: String = "vw7qx2zj9fm4ktb8hd3ycngp5sr6al1euo0i"
                .chars()
                .map(|c| c.to_string())
                .collect::<Vec<_>>()
                .join(letter)
                .chars()
                .cycle()
                .take(257)
                .collect();
            let first = |n: usize| text.chars().take(n).collect::<String>();
            assert_eq!(check(&first(14), &[]), Err(TooShort { found: 14 }), "{letter}");
            assert_eq!(check(&first(15), &[]), Ok(()), "{letter}");
            assert_eq!(check(&first(256), &[]), Ok(()), "{letter}");
            assert_eq!(check(&first(257), &[]), Err(TooLong), "{letter}");
        }
    }

    #[test]
    fn a_letter_and_its_accent_count_once() {
        let fourteen = "vw7qx2zj9fm4ke\u{301}";
        assert_eq!(fourteen.chars().count(), 15);
        assert_eq!(check(fourteen, &[]), Err(TooShort { found: 14 }));
    }

    #[test]
    fn any_mixture_of_characters_is_good_if_it_is_hard_to_guess() {
        for good in [
            "gravel mitten oboe lanterns",
            "tundra-fjord-kazoo-plinth",
            "  leading and trailing quills  ",
            "zypresse grüßt den übermut",
            "пять синих кофейников летят",
            "correct horse battery staple",
            "apple river stone cloud",
            "morning coffee window street",
            "vanilla.rocket.pencil.ocean",
            "blue house green water",
            "qk vzj wpx hgm tfy",
            "83920175649201837465",
            "~#%&/()=?*;:_-<>{}[]",
        ] {
            assert_eq!(check(good, &CONTEXT), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_attackers_try_first_is_refused_with_its_reason() {
        for (bad, why) in [
            ("passwordpassword", Weakness::Common),
            ("P@ssw0rd12345678", Weakness::Common),
            ("1234567890123456", Weakness::Common),
            ("qwertyuiopasdfghjkl", Weakness::Common),
            ("qwerty123qwerty", Weakness::Common),
            ("asdfghjkl;'lkjhg", Weakness::Keyboard),
            ("aaaaaaaaaaaaaaaaaaaa", Weakness::Repeats),
            ("abcABCabcABCabcABC", Weakness::Repeats),
            ("🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀", Weakness::Repeats),
            ("abcdefghijklmnopqrstuvwxyz", Weakness::Sequence),
            ("electromagnetism", Weakness::Word),
            ("alexandrachristopher", Weakness::Names),
            ("13.05.1990/13.05.1990", Weakness::Date),
            ("monkey-dragon-football", Weakness::Patterns),
            ("time people other first", Weakness::Patterns),
        ] {
            assert_eq!(check(bad, &[]), Err(Guessable(why)), "{bad}");
        }
    }

    #[test]
    fn repeating_a_weak_pattern_to_any_length_does_not_help() {
        for pattern in ["a", "abc", "password", "qwerty123", "Summer2026!", "ab-"] {
            for length in [15, WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW, 2 * WINDOW + 1, 255, 256] {
                let text: String = pattern.chars().cycle().take(length).collect();
                assert!(matches!(check(&text, &[]), Err(Guessable(_))), "{text}");
                assert!(matches!(check(&format!("{text}#"), &[]), Err(Guessable(_) | TooLong)), "{text}#");
            }
        }
    }

    #[test]
    fn a_long_password_may_have_one_weak_end() {
        let weak = "a".repeat(60);
        assert_eq!(check(&format!("{weak} tundra fjord kazoo plinth"), &[]), Ok(()));
        assert_eq!(check(&format!("tundra fjord kazoo plinth {weak}"), &[]), Ok(()));
    }

    #[test]
    fn words_an_attacker_knows_count_for_nothing() {
        for bad in [
            "Fabrikat Werkzeugbau GmbH",
            "fabrikatwerkzeugbaugmbh",
            "f4br1k4tw3rkz3ugb4u",
            "F.a.b.r.i.k.a.t.2.0.2.6",
            "zoe.quibble@example.com",
            "ZoëQuibble2026!",
            "quibblequibblequibble",
            "CounterfoilCounterfoil1",
            "counterfoil password",
            "Werkzeugbau-Zoe-Counterfoil-Quibble",
        ] {
            assert_eq!(check(bad, &CONTEXT), Err(Context), "{bad}");
        }
    }

    #[test]
    fn a_context_word_inside_a_strong_password_does_no_harm() {
        assert_eq!(check("quibble tundra fjord kazoo plinth", &CONTEXT), Ok(()));
        assert_eq!(check("comfortable mitten oboe lanterns", &CONTEXT), Ok(()));
    }

    #[test]
    fn short_and_empty_context_words_are_not_looked_for() {
        assert_eq!(check("gravel mitten oboe lanterns", &["", "a", "el", "@.", "  "]), Ok(()));
    }

    #[test]
    fn a_refusal_tells_what_to_do_and_not_what_was_typed() {
        insta::assert_snapshot!(TooShort { found: 9 }, @"9 characters are too few, use at least 15: four unrelated words are easy to remember");
        insta::assert_snapshot!(Guessable(Weakness::Keyboard), @"this password is guessed early because its keys lie side by side on the keyboard: add unrelated words");
    }

    #[test]
    fn the_slowest_texts_for_the_estimator_stay_quick() {
        let slow = [
            "4@8({[<3691!|1|70$5+7%2".chars().cycle().take(256).collect::<String>(),
            "a1".repeat(128),
            "qwertyuiop".chars().cycle().take(256).collect(),
            "1".repeat(256),
            "1/1/11".chars().cycle().take(256).collect(),
            "4a@A".repeat(64),
        ];
        for text in slow {
            let quickest = (0..3).map(|_| {
                let start = std::time::Instant::now();
                let _ = check(&text, &CONTEXT);
                start.elapsed()
            });
            let quickest = quickest.min().expect("three runs");
            assert!(quickest.as_millis() < 1_000, "{quickest:?} for {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_password_and_no_context_panics(
            password in "(?s).{0,300}",
            context in proptest::collection::vec("(?s).{0,80}", 0..4),
        ) {
            let context: Vec<&str> = context.iter().map(String::as_str).collect();
            let _ = check(&password, &context);
        }

        #[test]
        fn what_a_password_manager_makes_is_accepted(password in "[a-zA-Z0-9!#$%&*+./:;?@_~-]{20,64}") {
            prop_assert_eq!(check(&password, &CONTEXT), Ok(()));
        }

        #[test]
        fn what_is_accepted_is_long_enough_and_accepted_in_every_composition(password in "[a-zé ñ]{12,40}") {
            let decomposed: String = password.nfd().collect();
            prop_assert_eq!(check(&password, &CONTEXT), check(&decomposed, &CONTEXT));
            if check(&password, &CONTEXT).is_ok() {
                prop_assert!(password.nfc().count() >= MIN_LENGTH);
            }
        }
    }
}
