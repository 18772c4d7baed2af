//! A whole EN 16931 document with the sums it states.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::content::Content;
use crate::vat::VatCategory;
use crate::{Amount, Percentage};

/// A document as written or read. Nothing is proven about it: a stranger's sums may be wrong, see [`crate::rules`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// BT-1.
    pub number: String,
    /// BT-2.
    pub issue_date: Date,
    /// All that a person wrote.
    pub content: Content,
    /// BG-22.
    pub totals: DocumentTotals,
    /// BG-23.
    #[serde(default)]
    pub vat_breakdown: Vec<VatBreakdown>,
}

impl Document {
    /// The one form of JSON for this document (RFC 8785); absent terms are left out. It reads back by serde.
    pub fn to_canonical_json(&self) -> Vec<u8> {
        canonical::write(self)
    }
}

/// DOCUMENT TOTALS (BG-22).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentTotals {
    /// BT-106, Σ BT-131.
    pub line_net_total: Amount,
    /// BT-107, Σ BT-92.
    pub allowance_total: Option<Amount>,
    /// BT-108, Σ BT-99.
    pub charge_total: Option<Amount>,
    /// BT-109 = BT-106 − BT-107 + BT-108.
    pub total_without_vat: Amount,
    /// BT-110, Σ BT-117.
    pub vat_total: Option<Amount>,
    /// BT-111.
    pub vat_total_in_accounting_currency: Option<Amount>,
    /// BT-112 = BT-109 + BT-110.
    pub total_with_vat: Amount,
    /// BT-113.
    pub paid_amount: Option<Amount>,
    /// BT-114.
    pub rounding_amount: Option<Amount>,
    /// BT-115 = BT-112 − BT-113 + BT-114.
    pub amount_due: Amount,
}

/// VAT BREAKDOWN (BG-23), one per category and rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatBreakdown {
    /// BT-116.
    pub taxable_amount: Amount,
    /// BT-117.
    pub tax_amount: Amount,
    /// BT-118.
    pub category: VatCategory,
    /// BT-119; absent for category O.
    pub rate: Option<Percentage>,
    /// BT-120.
    pub exemption_reason: Option<String>,
    /// BT-121.
    pub exemption_reason_code: Option<String>,
}
