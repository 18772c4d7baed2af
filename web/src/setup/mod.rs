//! The first hour: an owner, a second factor, an organisation. One page a step, no step is left out.

pub mod organisation;
pub mod owner;
pub mod second_factor;

use crate::language::{Text, t};

/// One step of the wizard, as drawn on top of its pages.
pub(crate) struct Step {
    pub(crate) label: Text,
    pub(crate) is_done: bool,
    pub(crate) is_current: bool,
}

/// The wizard's steps; `current` counts from 0.
pub(crate) fn steps(current: usize) -> Vec<Step> {
    let labels = [t("step-you"), t("step-second-factor"), t("step-recovery-codes"), t("step-organisation")];
    let step = |(at, label)| Step { label, is_done: at < current, is_current: at == current };
    labels.into_iter().enumerate().map(step).collect()
}
