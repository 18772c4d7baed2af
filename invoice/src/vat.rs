//! VAT categories, document level allowances and charges, exemption reasons.

use serde::{Deserialize, Serialize};

use crate::{Amount, Percentage};

/// VAT category code (BT-95, BT-102, BT-118, BT-151), UNTDID 5305 as EN 16931 restricts it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum VatCategory {
    /// S, standard rate.
    #[default]
    #[serde(rename = "S")]
    Standard,
    /// Z, zero rated.
    #[serde(rename = "Z")]
    ZeroRated,
    /// E, exempt from VAT.
    #[serde(rename = "E")]
    Exempt,
    /// AE, reverse charge.
    #[serde(rename = "AE")]
    ReverseCharge,
    /// K, intra-community supply.
    #[serde(rename = "K")]
    IntraCommunity,
    /// G, export outside the EU.
    #[serde(rename = "G")]
    Export,
    /// O, not subject to VAT.
    #[serde(rename = "O")]
    NotSubject,
    /// L, Canary Islands general indirect tax (IGIC).
    #[serde(rename = "L")]
    Igic,
    /// M, tax for Ceuta and Melilla (IPSI).
    #[serde(rename = "M")]
    Ipsi,
    /// B, transferred VAT (Italy, split payment).
    #[serde(rename = "B")]
    SplitPayment,
    /// A code that is in no list; only in a stranger's document (BR-CL-17, BR-CL-18).
    #[serde(untagged)]
    Unknown(String),
}

impl VatCategory {
    /// The code as UNTDID 5305 writes it.
    pub fn code(&self) -> &str {
        match self {
            Self::Standard => "S",
            Self::ZeroRated => "Z",
            Self::Exempt => "E",
            Self::ReverseCharge => "AE",
            Self::IntraCommunity => "K",
            Self::Export => "G",
            Self::NotSubject => "O",
            Self::Igic => "L",
            Self::Ipsi => "M",
            Self::SplitPayment => "B",
            Self::Unknown(code) => code,
        }
    }

    /// Reads a code; what no list holds becomes [`VatCategory::Unknown`].
    pub fn from_code(code: &str) -> Self {
        match code {
            "S" => Self::Standard,
            "Z" => Self::ZeroRated,
            "E" => Self::Exempt,
            "AE" => Self::ReverseCharge,
            "K" => Self::IntraCommunity,
            "G" => Self::Export,
            "O" => Self::NotSubject,
            "L" => Self::Igic,
            "M" => Self::Ipsi,
            "B" => Self::SplitPayment,
            other => Self::Unknown(other.to_owned()),
        }
    }
}

/// DOCUMENT LEVEL ALLOWANCES (BG-20).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentAllowance {
    /// BT-92. In a draft it may be zero when BT-94 is given: then it is computed from the percentage.
    pub amount: Amount,
    /// BT-93.
    pub base_amount: Option<Amount>,
    /// BT-94.
    pub percentage: Option<Percentage>,
    /// BT-95.
    pub vat_category: VatCategory,
    /// BT-96.
    pub vat_rate: Option<Percentage>,
    /// BT-97.
    pub reason: Option<String>,
    /// BT-98, UNTDID 5189.
    pub reason_code: Option<String>,
}

/// DOCUMENT LEVEL CHARGES (BG-21).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentCharge {
    /// BT-99. In a draft it may be zero when BT-101 is given: then it is computed from the percentage.
    pub amount: Amount,
    /// BT-100.
    pub base_amount: Option<Amount>,
    /// BT-101.
    pub percentage: Option<Percentage>,
    /// BT-102.
    pub vat_category: VatCategory,
    /// BT-103.
    pub vat_rate: Option<Percentage>,
    /// BT-104.
    pub reason: Option<String>,
    /// BT-105, UNTDID 7161.
    pub reason_code: Option<String>,
}

/// Why a VAT category bears no tax (BT-120, BT-121): stated once per category, copied into its breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VatExemption {
    /// BT-118.
    pub category: VatCategory,
    /// BT-120.
    pub reason: Option<String>,
    /// BT-121, VATEX list.
    pub reason_code: Option<String>,
}
