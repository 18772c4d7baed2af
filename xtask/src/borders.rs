//! A crate is a promise about dependencies; here the promises are kept. See docs/architecture.md.

use std::collections::BTreeSet;

use anyhow::{Result, bail, ensure};

use crate::process::{cargo, output};

/// What a crate may not name, and what may not reach it through others either.
struct Border {
    krate: &'static str,
    not_named: &'static [&'static str],
    not_reached: &'static [&'static str],
}

/// Crates without I/O, clock or global state.
const PURE: &[&str] = &["getrandom", "rand"];
const IO: &[&str] = &["tokio", "sqlx", "axum", "hyper", "lettre", "object_store", "typst"];

const BORDERS: &[Border] = &[
    Border { krate: "invoice", not_named: PURE, not_reached: IO },
    Border { krate: "seal", not_named: PURE, not_reached: IO },
    Border { krate: "ledger", not_named: PURE, not_reached: IO },
    Border { krate: "vault", not_named: PURE, not_reached: IO },
    Border { krate: "identity", not_named: PURE, not_reached: IO },
    Border { krate: "einvoice", not_named: PURE, not_reached: IO },
    Border { krate: "render", not_named: &[], not_reached: &["sqlx", "axum", "lettre"] },
    Border { krate: "store", not_named: &[], not_reached: &["axum", "lettre", "typst"] },
    Border { krate: "billing", not_named: &["sqlx"], not_reached: &["axum", "typst"] },
    Border { krate: "web", not_named: &["sqlx"], not_reached: &["typst"] },
    Border { krate: "cli", not_named: &["sqlx", "typst"], not_reached: &["openssl", "native-tls"] },
];

/// The workspace's own crates that a crate may name; arrows point only downwards.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("invoice", &[]),
    ("seal", &[]),
    ("ledger", &[]),
    ("vault", &[]),
    ("identity", &[]),
    ("einvoice", &["invoice"]),
    ("render", &["invoice"]),
    ("store", &["identity", "invoice", "ledger", "vault"]),
    ("billing", &["einvoice", "identity", "invoice", "ledger", "seal", "store", "vault"]),
    ("web", &["billing", "einvoice", "identity", "invoice", "ledger", "seal", "store", "vault"]),
];

pub(crate) fn check() -> Result<()> {
    let mut crossed = Vec::new();
    for border in BORDERS {
        let named = dependencies(border.krate, &["--depth", "1"])?;
        let reached = dependencies(border.krate, &[])?;
        let crossings = border.not_named.iter().filter(|name| named.contains(**name));
        crossed.extend(crossings.map(|name| format!("{} names {name}", border.krate)));
        let crossings = border.not_reached.iter().filter(|name| reached.contains(**name));
        crossed.extend(crossings.map(|name| format!("{} reaches {name}", border.krate)));
        if let Some((_, allowed)) = MAY_NAME.iter().find(|(krate, _)| *krate == border.krate) {
            let ours = named.iter().filter_map(|name| name.strip_prefix("counterfoil-"));
            let upwards = ours.filter(|name| *name != border.krate && !allowed.contains(name));
            crossed.extend(upwards.map(|name| format!("{} names counterfoil-{name}", border.krate)));
        }
    }
    if crossed.is_empty() {
        return Ok(());
    }
    bail!("docs/architecture.md forbids it: {}", crossed.join(", "));
}

/// The packages that this crate's own code is compiled with, itself included; not those of its tests and build scripts.
fn dependencies(krate: &str, options: &[&str]) -> Result<BTreeSet<String>> {
    let package = format!("counterfoil-{krate}");
    let args = [
        "tree",
        "--locked",
        "--package",
        &package,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let tree = output(cargo(&args)?.args(options))?;
    let names: BTreeSet<_> =
        tree.lines().filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect();
    ensure!(names.contains(&package), "the dependency tree of {package} could not be read");
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_of_the_workspace_has_its_border() {
        let manifest = std::fs::read_to_string(crate::process::root().join("Cargo.toml")).unwrap();
        let members = manifest.lines().find(|line| line.starts_with("members = ")).unwrap();
        let members: BTreeSet<&str> =
            members.split('"').skip(1).step_by(2).filter(|name| *name != "xtask").collect();
        assert_eq!(members, BORDERS.iter().map(|border| border.krate).collect());
    }
}
