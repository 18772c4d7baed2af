//! What the rules of EN 16931 found, in the language of the page.

use counterfoil_invoice::Finding;

use crate::language::{has, t};

/// A finding in words. English is what the rule itself says, with its values; another language has a table by the rule's id,
/// and says English where a rule is not in it.
pub(super) fn said(finding: &Finding) -> String {
    let key = format!("rule-{}", finding.rule);
    if has(&key) { t(key).to_string() } else { finding.message.clone() }
}

#[cfg(test)]
mod tests {
    use counterfoil_invoice::{Severity, rules};

    use super::*;
    use crate::language::{Language, speaking};

    fn finding(rule: &'static str) -> Finding {
        let message = "the item has no name; say what is billed".to_owned();
        Finding { rule, severity: Severity::Fatal, term: "BT-153", index: Some(0), message }
    }

    #[test]
    fn a_rule_speaks_german_and_a_rule_without_german_words_english() {
        let german = |rule| speaking(Language::German, || said(&finding(rule)));
        assert_eq!(german("BR-25"), "Der Artikel hat keinen Namen; schreiben Sie, was berechnet wird.");
        assert_eq!(german("BR-DEC-23"), "the item has no name; say what is billed");
        assert_eq!(said(&finding("BR-25")), "the item has no name; say what is billed");
    }

    #[test]
    fn what_drafts_lack_most_is_said_in_german() {
        for id in ["BR-06", "BR-07", "BR-09", "BR-11", "BR-16", "BR-22", "BR-25", "BR-CO-26", "BR-E-10"] {
            let rule = rules::ids().find(|rule| *rule == id).unwrap();
            assert_ne!(speaking(Language::German, || said(&finding(rule))), finding(rule).message, "{id}");
        }
    }

    #[test]
    fn the_german_table_names_only_rules_there_are() {
        let table = include_str!("../../locales/de/rules.ftl");
        for key in table.lines().filter_map(|line| line.strip_prefix("rule-")?.split(" = ").next()) {
            assert!(rules::ids().any(|id| id == key) || key.starts_with("CF-"), "{key}");
        }
    }
}
