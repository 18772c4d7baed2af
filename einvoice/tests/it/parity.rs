//! Every document of the corpus, judged by us and by the official rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use counterfoil_einvoice::{Syntax, Validation, validate};

use crate::oracle;

/// Where we judge otherwise, and why: file, ids that only the official rules give, ids that only we give, reason.
const DIFFERENCES: &str = include_str!("differences.tsv");

/// Where our verdict differs, counting only EN 16931 and its schemas: file, reason.
const OTHER_VERDICT: [(&str, &str); 1] = [(
    "corpus/mustang/validator/valid_Avoir_FR_type380_minimum_factur-x.xml",
    "the schema of Factur-X MINIMUM has no preceding invoice; ours is that of whole CII",
)];

/// The rules of EN 16931 itself, as the official artefacts of both syntaxes list them.
fn core() -> BTreeSet<String> {
    let rules = rows("rules.tsv").into_iter().filter(|row| row[0] == "cen" && row[2].starts_with("BR-"));
    let rules: BTreeSet<String> = rules.map(|mut row| row.swap_remove(2)).collect();
    assert!(rules.len() > 200, "the rules are there");
    rules
}

/// A table without its heading.
fn rows(file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(oracle::home().join(file)).expect("readable");
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn fired(validation: &Validation) -> BTreeSet<&str> {
    validation.findings.iter().map(|placed| placed.finding.rule).collect()
}

#[test]
fn the_rules_that_fire_on_the_corpus_are_the_official_ones() {
    let known: BTreeMap<&str, (&str, &str)> = DIFFERENCES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [file, theirs, ours, reason] = fields[..] else { panic!("four fields: {line}") };
            assert!(!reason.is_empty(), "{file} has a reason");
            (file, (theirs, ours))
        })
        .collect();
    let core = core();
    let is_core = |id: &str| core.contains(id);
    let (mut documents, mut equal, mut verdicts) = (0_u32, 0_u32, 0_u32);
    let (mut unlisted, mut vanished, mut otherwise) = (Vec::new(), Vec::new(), Vec::new());
    for row in
        rows("expected.tsv").iter().filter(|row| Path::new(&row[0]).extension() == Some("xml".as_ref()))
    {
        let (file, fatal, warnings) = (&row[0], &row[2], &row[3]);
        documents += 1;
        let xml = fs::read(oracle::home().join(file)).expect("readable");
        let judged = validate(&xml);
        let theirs: BTreeSet<&str> =
            fatal.split(',').chain(warnings.split(',')).filter(|id| is_core(id)).collect();
        let ours = judged.as_ref().map(fired).unwrap_or_default();
        let only = |a: &BTreeSet<&str>, b| a.difference(b).copied().collect::<Vec<_>>().join(",");
        let difference = (only(&theirs, &ours), only(&ours, &theirs));
        let listed = known.get(file.as_str()).copied();
        if difference == Default::default() {
            equal += 1;
            if listed.is_some() {
                vanished.push(file.clone());
            }
        } else if listed != Some((&difference.0, &difference.1)) {
            unlisted.push(format!("{file}\t{}\t{}\t", difference.0, difference.1));
        }
        // The verdict of EN 16931 and its schemas, without what national rules and containers ask besides.
        let theirs_valid = fatal
            .split(',')
            .all(|id| id.is_empty() || !(is_core(id) || id.starts_with("XSD") || id.starts_with("XML-")));
        let ours_valid = judged.as_ref().is_ok_and(Validation::is_valid);
        if theirs_valid == ours_valid {
            verdicts += 1;
        } else {
            let why = match &judged {
                Ok(validation) => {
                    validation.faults.first().map_or("no fault", |fault| &fault.message).to_owned()
                }
                Err(error) => error.to_string(),
            };
            if OTHER_VERDICT.iter().all(|(known, _)| known != file) {
                otherwise.push(format!("{file}: officially {} {fatal}: {why}", row[1]));
            }
        }
    }
    println!("{equal} of {documents} documents fire the same rules, {verdicts} have the same verdict");
    assert!(otherwise.is_empty(), "another verdict:\n{}", otherwise.join("\n"));
    assert_eq!(
        usize::try_from(documents - verdicts),
        Ok(OTHER_VERDICT.len()),
        "a listed verdict is alike after all"
    );
    assert!(unlisted.is_empty(), "judged otherwise, and not listed:\n{}", unlisted.join("\n"));
    assert!(vanished.is_empty(), "judged alike after all: {vanished:?}");
    assert!(documents > 400, "the corpus is there");
    assert!(equal * 100 >= documents * 99, "{equal} of {documents} is less than 99 %");
}

#[test]
fn the_rules_fire_on_the_units_of_the_corpus_as_they_should() {
    let (mut named, mut equal) = (0_u32, 0_u32);
    let mut otherwise = Vec::new();
    let core = core();
    for row in rows("units/expected.tsv").iter().filter(|row| row[1] == "cen" && core.contains(&row[3])) {
        let [file, _, syntax, rule, fires, ..] = &row[..] else { panic!("five fields: {row:?}") };
        let xml = fs::read(oracle::home().join(file)).expect("readable");
        let validation = validate(&xml).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(validation.syntax == Syntax::Ubl, syntax == "ubl", "{file}");
        named += 1;
        if fired(&validation).contains(rule.as_str()) == (fires == "yes") {
            equal += 1;
        } else {
            otherwise.push(format!("{file}: {rule} should fire: {fires}"));
        }
    }
    println!("{equal} of {named} units fire as they should");
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
    assert!(named > 800, "the units are there");
}
