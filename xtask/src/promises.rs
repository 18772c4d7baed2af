//! What documents promise about the sources, held against the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::root;

/// A test as nextest names it: `module::path::name`, and the crate it is in.
struct Test {
    krate: String,
    name: String,
}

fn members() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest.lines().find(|line| line.starts_with("members = ")).unwrap();
    members.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// `verify/mod.rs` is `verify`, `main.rs` nothing.
fn module(file: &Path, below: &Path) -> String {
    let path = file.strip_prefix(below).unwrap().with_extension("");
    let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).collect();
    let names = parts.into_iter().filter(|part| !matches!(*part, "mod" | "main" | "lib"));
    names.flat_map(|name| [name, "::"]).collect()
}

fn tests() -> Vec<Test> {
    let mut tests = Vec::new();
    for krate in members() {
        for (below, inside) in [("src", "tests::"), ("tests/it", "")] {
            let below = root().join(&krate).join(below);
            let mut files = Vec::new();
            sources(&below, &mut files);
            for file in files {
                let text = fs::read_to_string(&file).unwrap();
                let module = module(&file, &below);
                let mut is_test = false;
                for line in text.lines().map(str::trim) {
                    is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
                    let name = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "));
                    if let Some(name) = name.filter(|_| is_test) {
                        let name = name.split(['(', '<']).next().unwrap();
                        tests.push(Test { krate: krate.clone(), name: format!("{module}{inside}{name}") });
                        is_test = false;
                    }
                }
            }
        }
    }
    tests
}

/// What is between each `before` and the `after` that follows it.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
}

/// What of a command finds no test. Filters are what ours are: sums of products of `test(/word|word/)` and `package(name)`.
fn finds_nothing(command: &str, tests: &[Test]) -> Vec<String> {
    let Some((_, filter)) = command.split_once("-E '") else { return Vec::new() };
    let filter = filter.split('\'').next().unwrap();
    // Without it, nextest looks into the default member alone.
    let is_whole = command.contains("--workspace");
    let mut missing = Vec::new();
    for product in filter.split(" + ").flat_map(|part| part.split(" or ")) {
        let packages = between(product, "package(", ")");
        let words: Vec<Vec<&str>> =
            between(product, "test(/", "/)").iter().map(|words| words.split('|').collect()).collect();
        if packages.is_empty() && words.is_empty() {
            missing.push(format!("{product} is no filter that is understood"));
        }
        let here: Vec<_> = tests
            .iter()
            .filter(|test| is_whole || test.krate == "cli")
            .filter(|test| packages.iter().all(|name| *name == format!("counterfoil-{}", test.krate)))
            .filter(|test| words.iter().all(|any| any.iter().any(|word| test.name.contains(word))))
            .collect();
        if here.is_empty() {
            missing.push(product.to_owned());
        }
        for word in words.iter().flatten() {
            if !here.iter().any(|test| test.name.contains(word)) {
                missing.push(format!("{product}: {word}"));
            }
        }
    }
    missing
}

#[test]
fn every_command_in_the_documents_runs_a_test() {
    let tests = tests();
    let mut faults = Vec::new();
    for document in ["docs/reliability.md", "CONTRIBUTING.md", "docs/benchmarks.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for command in
            between(&text, "`cargo ", "`").into_iter().filter(|command| command.contains("nextest run"))
        {
            faults.extend(finds_nothing(command, &tests).iter().map(|part| format!("{document}: {part}")));
        }
    }
    assert!(faults.is_empty(), "no test for\n{}", faults.join("\n"));
}

#[test]
fn a_command_that_finds_no_test_is_noticed() {
    let test = |krate: &str, name: &str| Test { krate: krate.to_owned(), name: name.to_owned() };
    let tests = [test("cli", "crash::all_or_nothing"), test("store", "swapped::is_refused")];
    let missing = |command: &str| finds_nothing(command, &tests);
    let none: [String; 0] = [];
    assert_eq!(missing("nextest run -E 'test(/crash/)'"), none);
    assert_eq!(missing("nextest run --workspace -E 'test(/crash|swapped/)'"), none);
    assert_eq!(missing("nextest run --workspace -E 'package(counterfoil-store) & test(/swapped/)'"), none);
    // Another crate's test, without --workspace.
    assert_eq!(missing("nextest run -E 'test(/swapped/)'").len(), 2);
    assert_eq!(missing("nextest run -E 'test(/crash|swapped/)'"), ["test(/crash|swapped/): swapped"]);
    assert!(!missing("nextest run --workspace -E 'test(/crash/) + test(/gone/)'").is_empty());
    assert!(!missing("nextest run --workspace -E 'package(counterfoil-cli) & test(/swapped/)'").is_empty());
}

/// The places that draw from the operating system or read a clock that only runs. All others take randomness as an
/// argument; the pure crates could not even name it (`borders.rs`).
const DRAW_OR_TIME: &[&str] = &[
    "billing/src/clock.rs",
    "cli/src/commands/demo.rs",
    "cli/src/commands/validate.rs",
    "cli/src/root_key.rs",
    "store/src/keys.rs",
    "web/src/visit.rs",
];

#[test]
fn randomness_and_running_clocks_are_in_their_places() {
    let mut found = BTreeSet::new();
    for krate in members().into_iter().filter(|krate| krate != "xtask") {
        let mut files = Vec::new();
        sources(&root().join(&krate).join("src"), &mut files);
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            // Tests stand at the foot of the file.
            let own = text.split("#[cfg(test)]").next().unwrap();
            if ["SysRng", "getrandom::", "Instant::now"].iter().any(|name| own.contains(name)) {
                found.insert(file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(found, DRAW_OR_TIME.iter().map(|&place| place.to_owned()).collect());
}
