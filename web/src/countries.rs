//! Countries to choose from, by their English names (ISO 3166-1; EN 16931 code list of BT-40, BT-55).

/// Code and name, in the order of the names.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    include_str!("countries.txt").lines().filter_map(|line| line.split_once(' ')).collect()
}

/// The name of a country; a code that is none stays as it is.
pub(crate) fn name(code: &str) -> &str {
    all().into_iter().find(|(found, _)| *found == code).map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::codelists::COUNTRIES;

    use super::*;

    #[test]
    fn every_country_has_a_code_of_the_list_and_a_name_of_its_own() {
        let (mut codes, mut names): (Vec<_>, Vec<_>) = all().into_iter().unzip();
        assert!(codes.iter().all(|code| COUNTRIES.holds(code)), "{codes:?}");
        // The list also has 1A, XI and their like, which are no places to send a letter to.
        assert_eq!(codes.len(), 249);
        codes.sort_unstable();
        codes.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((codes.len(), names.len()), (249, 249));
        assert_eq!((name("DE"), name("ZZ")), ("Germany", "ZZ"));
    }
}
