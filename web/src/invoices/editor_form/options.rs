//! What can be chosen in a line, and what is chosen already, lest saving changes it.

use counterfoil_invoice::units;

use super::{Editor, vat};
use crate::Form;
use crate::ui::t;

/// The VAT to choose from, and what is chosen already.
pub(in crate::invoices) fn vat_options(form: &Form<Editor>) -> Vec<(String, String)> {
    let chosen = form.values("vat").chain(form.values("allowance_vat"));
    with_chosen(vat::choices(), chosen, |value| value.replacen(':', " ", 1))
}

/// The units to choose from, and what is chosen already.
pub(in crate::invoices) fn unit_options(form: &Form<Editor>) -> Vec<(String, String)> {
    with_chosen(usual_units(), form.values("unit"), str::to_owned)
}

/// The VAT to choose from for a line, and this.
pub(crate) fn vats_with(chosen: &str) -> Vec<(String, String)> {
    with_chosen(vat::choices(), [chosen].into_iter(), |value| value.replacen(':', " ", 1))
}

/// The units to choose from for a line, and this.
pub(crate) fn units_with(chosen: &str) -> Vec<(String, String)> {
    with_chosen(usual_units(), [chosen].into_iter(), str::to_owned)
}

fn usual_units() -> Vec<(String, String)> {
    let name = |code: &str| t(format!("unit-{code}")).to_string();
    units::COMMON.iter().map(|(code, _)| ((*code).to_owned(), name(code))).collect()
}

fn with_chosen<'a>(
    mut all: Vec<(String, String)>,
    chosen: impl Iterator<Item = &'a str>,
    label: impl Fn(&str) -> String,
) -> Vec<(String, String)> {
    for value in chosen.filter(|value| !value.is_empty()) {
        if !all.iter().any(|(known, _)| known == value) {
            all.push((value.to_owned(), label(value)));
        }
    }
    all
}
