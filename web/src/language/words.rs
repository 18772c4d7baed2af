//! The words of the pages, by key and language: `web/locales/*/*.ftl` (Project Fluent), compiled in, parsed once and shared
//! by all threads.

use std::fmt::{self, Display};
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::{Language, current};
use crate::ui::amount_in;

type Bundle = FluentBundle<FluentResource>;

/// The same files in every language.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        const ENGLISH: &[&str] = &[$(include_str!(concat!("../../locales/en/", $name, ".ftl"))),+];
        const GERMAN: &[&str] = &[$(include_str!(concat!("../../locales/de/", $name, ".ftl"))),+];
        #[cfg(test)]
        const NAMES: &[&str] = &[$($name),+];
    };
}

files!(
    "account",
    "common",
    "customers",
    "dashboard",
    "drafts",
    "faults",
    "fields",
    "findings",
    "invoices",
    "ledger",
    "mail",
    "no-space",
    "organisation",
    "portal",
    "problems",
    "products",
    "security-log",
    "setup",
    "sign-in",
    "units",
    "verify"
);

/// What the rules of EN 16931 find has English words already.
const RULES: &[&str] = &[include_str!("../../locales/de/rules.ftl")];

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| {
    [bundle(Language::English, ENGLISH), bundle(Language::German, &[GERMAN, RULES].concat())]
});

fn bundle(language: Language, files: &[&str]) -> Bundle {
    let tag = language.code().parse().expect("the codes are language tags");
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // The marks around what is put in would be copied along with it, and break what must match to the letter.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::English => |value, _| number(value, Language::English),
        Language::German => |value, _| number(value, Language::German),
    }));
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned());
        let resource = resource.expect("the words can be parsed: a test parses them");
        bundle.add_resource(resource).expect("every key is there once: a test looks");
    }
    bundle
}

fn number(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(amount_in(number.as_string(), language)),
        _ => None,
    }
}

fn of(language: Language) -> &'static Bundle {
    match language {
        Language::English => &BUNDLES[0],
        Language::German => &BUNDLES[1],
    }
}

/// What is said under a key, with what is put into it. It is text: a page escapes it like any other.
#[derive(Debug, Clone)]
pub struct Text {
    key: String,
    values: Vec<(&'static str, FluentValue<'static>)>,
}

/// The words of this key: `t("invoices-title")`. A key that is not there says itself.
pub fn t(key: impl AsRef<str>) -> Text {
    Text { key: key.as_ref().to_owned(), values: Vec::new() }
}

impl Text {
    /// Puts text in at `{ $name }`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.values.push((name, value.to_string().into()));
        self
    }

    /// Puts a number in at `{ $name }`, grouped as the language does it; its plural form can be chosen by it.
    #[must_use]
    pub fn count(mut self, name: &'static str, number: impl Display) -> Self {
        self.values.push((name, FluentValue::try_number(&number.to_string()).into_owned()));
        self
    }

    /// What stands before `{ $name }`: for a page that puts markup there, such as a link. Write this, the markup, and then
    /// [`Text::after`].
    #[must_use]
    pub fn before(&self, name: &'static str) -> String {
        self.split(name).0
    }

    /// What stands after `{ $name }`.
    #[must_use]
    pub fn after(&self, name: &'static str) -> String {
        self.split(name).1
    }

    fn split(&self, name: &'static str) -> (String, String) {
        const HERE: &str = "\u{1a}";
        let text = self.clone().with(name, HERE).to_string();
        let (before, after) = text.split_once(HERE).unwrap_or((&text, ""));
        (before.to_owned(), after.to_owned())
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bundle = of(current());
        let Some(pattern) = bundle.get_message(&self.key).and_then(|message| message.value()) else {
            return f.write_str(&self.key);
        };
        let values: FluentArgs<'_> = self.values.iter().map(|(name, value)| (*name, value.clone())).collect();
        // What lacks a value says its name; a test sees to it that nothing does.
        bundle.write_pattern(f, pattern, Some(&values), &mut Vec::new())
    }
}

/// Whether the language of the answer has words for this key.
pub(crate) fn has(key: &str) -> bool {
    of(current()).has_message(key)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::language::speaking;

    /// The keys of a file with the names of what is put in.
    fn keys(file: &str) -> Vec<(String, BTreeSet<String>)> {
        let mut keys: Vec<(String, BTreeSet<String>)> = Vec::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '-'])) {
                keys.push((key.to_owned(), BTreeSet::new()));
            }
            for rest in line.split('$').skip(1) {
                let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').next();
                let (_, names) = keys.last_mut().expect("a value stands under a key");
                names.insert(name.unwrap().to_owned());
            }
        }
        keys
    }

    #[test]
    fn every_language_has_the_same_files_with_the_same_keys_and_values() {
        for ((name, english), german) in NAMES.iter().zip(ENGLISH).zip(GERMAN) {
            assert_eq!(keys(english), keys(german), "{name}.ftl");
        }
    }

    #[test]
    fn every_key_is_there_once_and_says_something_in_every_language() {
        for (language, files) in [(Language::English, ENGLISH), (Language::German, GERMAN)] {
            let all: Vec<_> = files.iter().flat_map(|file| keys(file)).collect();
            let once: BTreeMap<_, _> = all.iter().cloned().collect();
            assert_eq!(all.len(), once.len(), "{language}: a key is there twice");
            for (key, values) in once {
                let pattern = of(language).get_message(&key).and_then(|message| message.value());
                let pattern = pattern.unwrap_or_else(|| panic!("{language}: {key} says nothing"));
                for number in ["0", "1", "2", "1.5"] {
                    let value = |name: &String| (name.clone(), FluentValue::try_number(number));
                    let mut errors = Vec::new();
                    let values: FluentArgs<'_> = values.iter().map(value).collect();
                    let said = of(language).format_pattern(pattern, Some(&values), &mut errors);
                    assert!(errors.is_empty() && !said.is_empty(), "{language}: {key}: {errors:?}");
                }
            }
        }
    }

    #[test]
    fn plurals_and_numbers_are_those_of_the_language() {
        let said = |language, count: u32| {
            speaking(language, || t("things-to-mend").count("count", count).to_string())
        };
        assert_eq!(said(Language::English, 1), "One thing to mend");
        assert_eq!(said(Language::English, 1_204), "1,204 things to mend");
        assert_eq!(said(Language::German, 1), "Ein Punkt ist zu berichtigen");
        assert_eq!(said(Language::German, 1_204), "1.204 Punkte sind zu berichtigen");
    }

    #[test]
    fn what_is_put_in_is_left_as_it_is_and_can_be_a_place_for_markup() {
        let hostile = "{ $person } <b> \u{202e} -brand";
        assert_eq!(t("signed-in-as").with("person", hostile).to_string(), format!("Signed in as {hostile}"));
        let text = speaking(Language::German, || {
            let text = t("switch-to");
            (text.before("organisation"), text.after("organisation"))
        });
        assert_eq!(text, ("Zu ".to_owned(), " wechseln".to_owned()));
        assert_eq!(t("there-is-no-such-key").to_string(), "there-is-no-such-key");
    }

    #[test]
    fn threads_share_the_words() {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for count in 0..200 {
                        assert!(t("things-to-mend").count("count", count).to_string().contains("mend"));
                    }
                });
            }
        });
    }
}
