//! Every number of a series has one fate: a document, or that it may be lost with one, which the ledger then says.

use std::collections::BTreeMap;

use counterfoil_invoice::{InvoiceNumber, Numbering};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Numbers that may have been given to documents which are lost. They are never given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostNumbers {
    /// The series.
    pub series: String,
    /// The first of them.
    pub first: i64,
    /// The last of them.
    pub last: i64,
}

impl std::fmt::Display for LostNumbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = |sequence| InvoiceNumber { series: self.series.clone(), sequence };
        write!(f, "{} to {}", number(self.first), number(self.last))
    }
}

/// What an entry about an accepted loss gives up.
pub(crate) fn lost_numbers(details: &Value) -> Vec<LostNumbers> {
    // What cannot be read explains no gap.
    details.get("lost_numbers").and_then(|lost| serde_json::from_value(lost.clone()).ok()).unwrap_or_default()
}

/// How documents are numbered from an entry on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NumberingDetails {
    /// The patterns.
    #[serde(flatten)]
    pub(crate) numbering: Numbering,
    /// Series that begin with another number than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) starts: Vec<SeriesStart>,
}

/// The first number of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeriesStart {
    pub(crate) series: String,
    pub(crate) first: i64,
}

/// What the entries say of numbers that no document has.
#[derive(Debug, Default)]
pub(crate) struct NotGiven {
    lost: Vec<LostNumbers>,
    /// The first number of series that do not begin with 1. The last word on it counts: none was given before.
    starts: BTreeMap<String, i64>,
}

impl NotGiven {
    pub(crate) fn lose(&mut self, numbers: Vec<LostNumbers>) {
        self.lost.extend(numbers);
    }

    pub(crate) fn begin(&mut self, starts: Vec<SeriesStart>) {
        self.starts.extend(starts.into_iter().map(|start| (start.series, start.first)));
    }

    /// The first number of a series, in order, that is missing or was given twice.
    pub(crate) fn faults_in(&self, series: &str, numbers: &[i64], last: i64) -> Option<String> {
        faults_in_numbers(series, numbers, last, &self.of(series))
    }

    /// The same where it is not known how far the series came: with its last document it ends, whatever is lost behind.
    pub(crate) fn faults_up_to_the_last(&self, series: &str, numbers: &[i64]) -> Option<String> {
        let last = numbers.last().copied().unwrap_or_default();
        let mut gone = self.of(series);
        gone.retain(|gone| gone.first <= last);
        faults_in_numbers(series, numbers, last, &gone)
    }

    fn of(&self, series: &str) -> Vec<LostNumbers> {
        let before = self.starts.get(series).map(|first| LostNumbers {
            series: series.to_owned(),
            first: 1,
            last: first.saturating_sub(1),
        });
        self.lost.iter().filter(|lost| lost.series == series).cloned().chain(before).collect()
    }
}

fn faults_in_numbers(series: &str, numbers: &[i64], last: i64, gone: &[LostNumbers]) -> Option<String> {
    let mut expected = behind(series, 1, gone);
    for &number in numbers {
        if number > expected {
            return Some(format!("series {series}: number {expected} is missing"));
        }
        if number < expected {
            return Some(format!(
                "series {series}: number {number} was given twice, or is one that was lost"
            ));
        }
        expected = behind(series, number + 1, gone);
    }
    if expected <= last {
        return Some(format!("series {series}: number {expected} is missing"));
    }
    (expected != last + 1).then(|| {
        format!("series {series}: the last number is {}, but the next to give is {}", expected - 1, last + 1)
    })
}

/// This number, or if it is lost the first behind it that is not.
fn behind(series: &str, number: i64, gone: &[LostNumbers]) -> i64 {
    let mut number = number;
    while let Some(of) = gone.iter().find(|of| of.series == series && (of.first..=of.last).contains(&number))
    {
        number = of.last + 1;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(numbers: &[i64], last: i64, gone: &[(i64, i64)]) -> String {
        let gone: Vec<_> = gone
            .iter()
            .map(|&(first, last)| LostNumbers { series: "2026".to_owned(), first, last })
            .collect();
        faults_in_numbers("2026", numbers, last, &gone).unwrap_or_default()
    }

    #[test]
    fn the_first_gap_duplicate_or_wrong_end_of_a_series_is_named() {
        assert_eq!(said(&[], 0, &[]), "");
        assert_eq!(said(&[1, 2, 3], 3, &[]), "");
        assert_eq!(said(&[1, 3], 3, &[]), "series 2026: number 2 is missing");
        assert_eq!(said(&[2], 2, &[]), "series 2026: number 1 is missing");
        let twice = "series 2026: number 2 was given twice, or is one that was lost";
        assert_eq!(said(&[1, 2, 2, 3], 3, &[]), twice);
        assert_eq!(said(&[1, 2], 3, &[]), "series 2026: number 3 is missing");
        assert_eq!(said(&[1, 2], 1, &[]), "series 2026: the last number is 2, but the next to give is 2");
        assert!(said(&[0, 1], 1, &[]).contains("number 0 was given twice"));
    }

    #[test]
    fn a_gap_that_the_ledger_explains_is_none_and_a_lost_number_is_not_given_again() {
        assert_eq!(said(&[1, 4], 4, &[(2, 3)]), "");
        assert_eq!(said(&[1], 3, &[(2, 3)]), "");
        assert_eq!(said(&[3], 3, &[(1, 2)]), "");
        assert_eq!(said(&[1, 6], 6, &[(2, 3), (4, 5)]), "");
        assert_eq!(said(&[1, 5], 5, &[(2, 3)]), "series 2026: number 4 is missing");
        assert!(said(&[1, 2, 4], 4, &[(2, 3)]).contains("number 2 was given twice, or is one that was lost"));
        let elsewhere = [LostNumbers { series: "2025".to_owned(), first: 2, last: 3 }];
        assert!(faults_in_numbers("2026", &[1, 4], 4, &elsewhere).is_some());
    }

    #[test]
    fn a_series_begins_where_its_last_entry_says_and_numbers_before_are_none() {
        let mut entries = NotGiven::default();
        let start = |first| vec![SeriesStart { series: "2026".to_owned(), first }];
        entries.begin(start(500));
        entries.begin(start(100));
        let said = |numbers: &[i64], last| entries.faults_in("2026", numbers, last).unwrap_or_default();
        assert_eq!(said(&[], 99), "");
        assert_eq!(said(&[100, 101], 101), "");
        assert_eq!(said(&[101], 101), "series 2026: number 100 is missing");
        assert_eq!(said(&[1], 1), "series 2026: number 1 was given twice, or is one that was lost");
        assert_eq!(said(&[], 499), "series 2026: number 100 is missing");
        assert_eq!(entries.faults_in("2025", &[1], 1), None);
        assert!(entries.faults_in("2025", &[100], 100).is_some());
        // What was lost at its begin.
        entries.lose(vec![LostNumbers { series: "2026".to_owned(), first: 100, last: 103 }]);
        assert_eq!(entries.faults_in("2026", &[104], 104), None);
        assert_eq!(entries.faults_up_to_the_last("2026", &[104]), None);
        assert!(entries.faults_up_to_the_last("2026", &[104, 106]).is_some());
    }

    #[test]
    fn what_an_entry_says_is_read_back_and_nonsense_explains_nothing() {
        let lost = LostNumbers { series: "2026".to_owned(), first: 2, last: 3 };
        let stated = serde_json::json!({ "lost_numbers": [lost] });
        assert_eq!(lost_numbers(&stated), std::slice::from_ref(&lost));
        for nonsense in [serde_json::json!({}), serde_json::json!({ "lost_numbers": [{ "first": 2 }] })] {
            assert_eq!(lost_numbers(&nonsense), []);
        }
        assert_eq!(lost.to_string(), "2026-0002 to 2026-0003");
    }
}
