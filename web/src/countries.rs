//! Countries to choose from, by their names in the language of the answer (ISO 3166-1; EN 16931 code list of BT-40,
//! BT-55).

use std::sync::LazyLock;

use crate::language::{Language, current};

type Countries = Vec<(&'static str, &'static str)>;

static ENGLISH: LazyLock<Countries> = LazyLock::new(|| read(include_str!("../locales/en/countries.txt")));
static GERMAN: LazyLock<Countries> = LazyLock::new(|| read(include_str!("../locales/de/countries.txt")));

fn read(names: &'static str) -> Countries {
    names.lines().filter_map(|line| line.split_once(' ')).collect()
}

/// Code and name, in the order of the names.
pub(crate) fn all() -> &'static [(&'static str, &'static str)] {
    match current() {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

/// The name of a country; a code that is none stays as it is.
pub(crate) fn name(code: &str) -> String {
    all().iter().find(|(found, _)| *found == code).map_or(code, |(_, name)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::codelists::COUNTRIES;

    use super::*;
    use crate::language::speaking;

    #[test]
    fn every_country_has_a_code_of_the_list_and_a_name_of_its_own() {
        for language in Language::ALL {
            speaking(language, each_has_a_code_and_a_name);
        }
        assert_eq!((name("DE"), name("ZZ")), ("Germany".to_owned(), "ZZ".to_owned()));
        assert_eq!(speaking(Language::German, || name("DE")), "Deutschland");
    }

    fn each_has_a_code_and_a_name() {
        let (mut codes, mut names): (Vec<_>, Vec<_>) = all().iter().copied().unzip();
        assert!(codes.iter().all(|code| COUNTRIES.holds(code)), "{codes:?}");
        // The list also has 1A, XI and their like, which are no places to send a letter to.
        assert_eq!(codes.len(), 249);
        codes.sort_unstable();
        codes.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((codes.len(), names.len()), (249, 249));
    }
}
