//! Seller, buyer and the others.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::references::Identifier;

/// SELLER (BG-4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seller {
    /// BT-27.
    pub name: String,
    /// BT-28.
    pub trading_name: Option<String>,
    /// BT-29, scheme from ICD.
    pub identifiers: Vec<Identifier>,
    /// BT-30.
    pub legal_registration: Option<Identifier>,
    /// BT-31.
    pub vat_identifier: Option<String>,
    /// BT-32.
    pub tax_registration: Option<String>,
    /// BT-33.
    pub additional_legal_information: Option<String>,
    /// BT-34, scheme from EAS.
    pub electronic_address: Option<Identifier>,
    /// BG-5.
    pub address: PostalAddress,
    /// BG-6.
    pub contact: Option<Contact>,
}

/// BUYER (BG-7).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Buyer {
    /// BT-44.
    pub name: String,
    /// BT-45.
    pub trading_name: Option<String>,
    /// BT-46.
    pub identifier: Option<Identifier>,
    /// BT-47.
    pub legal_registration: Option<Identifier>,
    /// BT-48.
    pub vat_identifier: Option<String>,
    /// BT-49.
    pub electronic_address: Option<Identifier>,
    /// BG-8.
    pub address: PostalAddress,
    /// BG-9.
    pub contact: Option<Contact>,
}

/// PAYEE (BG-10), if not the seller.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Payee {
    /// BT-59.
    pub name: String,
    /// BT-60.
    pub identifier: Option<Identifier>,
    /// BT-61.
    pub legal_registration: Option<Identifier>,
}

/// SELLER TAX REPRESENTATIVE PARTY (BG-11).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaxRepresentative {
    /// BT-62.
    pub name: String,
    /// BT-63.
    pub vat_identifier: Option<String>,
    /// BG-12.
    pub address: PostalAddress,
}

/// DELIVERY INFORMATION (BG-13) with DELIVER TO ADDRESS (BG-15).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    /// BT-70.
    pub party_name: Option<String>,
    /// BT-71.
    pub location: Option<Identifier>,
    /// BT-72.
    pub actual_date: Option<Date>,
    /// BG-15.
    pub address: Option<PostalAddress>,
}

/// A postal address (BG-5, BG-8, BG-12, BG-15).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostalAddress {
    /// BT-35, BT-50, BT-64, BT-75: street and number, or P.O. box.
    pub line_1: Option<String>,
    /// BT-36, BT-51, BT-65, BT-76.
    pub line_2: Option<String>,
    /// BT-162 … BT-165.
    pub line_3: Option<String>,
    /// BT-37, BT-52, BT-66, BT-77.
    pub city: Option<String>,
    /// BT-38, BT-53, BT-67, BT-78.
    pub post_code: Option<String>,
    /// BT-39, BT-54, BT-68, BT-79.
    pub subdivision: Option<String>,
    /// BT-40, BT-55, BT-69, BT-80: ISO 3166-1 alpha-2. Empty if not given.
    pub country: String,
}

/// A contact (BG-6, BG-9).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    /// BT-41, BT-56.
    pub name: Option<String>,
    /// BT-42, BT-57.
    pub telephone: Option<String>,
    /// BT-43, BT-58.
    pub email: Option<String>,
}
