//! The verdict on a document: one mark, one word, one sentence.

use std::fmt::Display;

use askama::Template;
use counterfoil_billing::verdict::Verdict;

use super::By;
use crate::language::{Text, t};

/// Which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Issued here, unchanged.
    Genuine,
    /// The data is ours, the file was changed.
    Altered,
    /// The data is ours, the seal does not count.
    SealVoid,
    /// Genuine once, replaced or cancelled since.
    Superseded,
    /// Not known here.
    Unknown,
    /// Claims to be ours and is not.
    Forged,
}

impl Mark {
    fn class(self) -> &'static str {
        match self {
            Self::Genuine => "verdict-genuine",
            Self::Altered | Self::SealVoid => "verdict-altered",
            Self::Superseded => "verdict-superseded",
            Self::Unknown => "verdict-unknown",
            Self::Forged => "verdict-forged",
        }
    }

    fn icon(self) -> super::Icon {
        super::icon(match self {
            Self::Genuine => "shield-check",
            Self::Altered | Self::SealVoid | Self::Superseded => "shield-alert",
            Self::Unknown => "shield-question",
            Self::Forged => "shield-cross",
        })
    }

    fn word(self) -> Text {
        match self {
            Self::Genuine => t("verdict-genuine"),
            Self::Altered => t("verdict-altered"),
            Self::SealVoid => t("verdict-without-seal"),
            Self::Superseded => t("verdict-superseded"),
            Self::Unknown => t("verdict-unknown"),
            Self::Forged => t("verdict-forged"),
        }
    }
}

impl By<Self> for Mark {
    fn value(&self) -> Self {
        *self
    }
}

impl By<Mark> for Verdict {
    fn value(&self) -> Mark {
        match self {
            Self::Genuine => Mark::Genuine,
            Self::AlteredFile => Mark::Altered,
            Self::SealVoid => Mark::SealVoid,
            Self::Superseded => Mark::Superseded,
            Self::Unknown => Mark::Unknown,
            Self::Forged => Mark::Forged,
        }
    }
}

/// The card on top of a verdict page.
#[derive(Template)]
#[template(path = "ui/verdict.html")]
pub struct VerdictCard {
    mark: Mark,
    sentence: String,
    advice: String,
}

/// The verdict in a word.
pub fn verdict_word(mark: impl By<Mark>) -> Text {
    mark.value().word()
}

/// One large sentence ("Issued by Example Ltd on 3 Mar 2026, unchanged"), and what to do with it.
pub fn verdict(mark: impl By<Mark>, sentence: impl Display, advice: impl Display) -> VerdictCard {
    VerdictCard { mark: mark.value(), sentence: sentence.to_string(), advice: advice.to_string() }
}
