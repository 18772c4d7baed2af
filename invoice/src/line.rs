//! Invoice lines (BG-25) and what hangs on them.

use serde::{Deserialize, Serialize};

use crate::references::{Identifier, Period};
use crate::vat::VatCategory;
use crate::{Amount, Percentage, Quantity, UnitPrice};

/// INVOICE LINE (BG-25).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InvoiceLine {
    /// BT-126. Empty in a draft means: number the lines 1, 2, 3 … at issue.
    pub id: String,
    /// BT-127.
    pub note: Option<String>,
    /// BT-128.
    pub object_identifier: Option<Identifier>,
    /// BT-129.
    pub quantity: Quantity,
    /// BT-130, UN/ECE Rec. 20 or 21: `C62` piece, `HUR` hour, `DAY`, `KGM` …
    pub unit: String,
    /// BT-131. `None` in a draft; computed at issue, never taken from the caller.
    pub net_amount: Option<Amount>,
    /// BT-132.
    pub order_line_reference: Option<String>,
    /// BT-133.
    pub buyer_accounting_reference: Option<String>,
    /// BG-26.
    pub period: Option<Period>,
    /// BG-27.
    pub allowances: Vec<LineAllowance>,
    /// BG-28.
    pub charges: Vec<LineCharge>,
    /// BG-29.
    pub price: PriceDetails,
    /// BT-151.
    pub vat_category: VatCategory,
    /// BT-152; absent for category O.
    pub vat_rate: Option<Percentage>,
    /// BG-31.
    pub item: Item,
}

/// INVOICE LINE ALLOWANCES (BG-27).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LineAllowance {
    /// BT-136.
    pub amount: Amount,
    /// BT-137.
    pub base_amount: Option<Amount>,
    /// BT-138.
    pub percentage: Option<Percentage>,
    /// BT-139.
    pub reason: Option<String>,
    /// BT-140, UNTDID 5189.
    pub reason_code: Option<String>,
}

/// INVOICE LINE CHARGES (BG-28).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LineCharge {
    /// BT-141.
    pub amount: Amount,
    /// BT-142.
    pub base_amount: Option<Amount>,
    /// BT-143.
    pub percentage: Option<Percentage>,
    /// BT-144.
    pub reason: Option<String>,
    /// BT-145, UNTDID 7161.
    pub reason_code: Option<String>,
}

/// PRICE DETAILS (BG-29).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PriceDetails {
    /// BT-146, for one base quantity.
    pub net_price: UnitPrice,
    /// BT-147.
    pub discount: Option<UnitPrice>,
    /// BT-148.
    pub gross_price: Option<UnitPrice>,
    /// BT-149; 1 if absent.
    pub base_quantity: Option<Quantity>,
    /// BT-150.
    pub base_quantity_unit: Option<String>,
}

/// ITEM INFORMATION (BG-31).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Item {
    /// BT-153.
    pub name: String,
    /// BT-154.
    pub description: Option<String>,
    /// BT-155.
    pub sellers_identifier: Option<String>,
    /// BT-156.
    pub buyers_identifier: Option<String>,
    /// BT-157.
    pub standard_identifier: Option<Identifier>,
    /// BT-158.
    pub classifications: Vec<Classification>,
    /// BT-159, ISO 3166-1 alpha-2.
    pub country_of_origin: Option<String>,
    /// BG-32.
    pub attributes: Vec<Attribute>,
}

/// Item classification identifier (BT-158) with its scheme and the scheme's version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Classification {
    /// BT-158.
    pub code: String,
    /// UNTDID 7143.
    pub scheme: Option<String>,
    /// Version of the scheme.
    pub scheme_version: Option<String>,
}

/// ITEM ATTRIBUTES (BG-32).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attribute {
    /// BT-160.
    pub name: String,
    /// BT-161.
    pub value: String,
}
