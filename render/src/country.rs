//! Country names for addresses. The Universal Postal Union asks for a name that the country of dispatch reads, and
//! English is read everywhere, so one list serves all languages.

use std::collections::HashMap;
use std::sync::LazyLock;

static NAMES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    include_str!("../locales/countries.tsv").lines().filter_map(|line| line.split_once('\t')).collect()
});

/// The English name of an ISO 3166-1 alpha-2 code, or the code itself if no list holds it.
pub(crate) fn name(code: &str) -> &str {
    NAMES.get(code).copied().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn known_codes_have_names_and_others_stay_codes() {
        assert_eq!(name("DE"), "Germany");
        assert_eq!(name("GB"), "United Kingdom");
        assert_eq!(name("QQ"), "QQ");
    }
}
