//! How the invoice is to be paid (BG-16).

use serde::{Deserialize, Serialize};

/// PAYMENT INSTRUCTIONS (BG-16).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentInstructions {
    /// BT-81, UNTDID 4461: `30` credit transfer, `58` SEPA credit transfer, `59` SEPA direct debit, `48` card …
    pub means_code: String,
    /// BT-82.
    pub means_text: Option<String>,
    /// BT-83.
    pub remittance_information: Option<String>,
    /// BG-17.
    pub credit_transfers: Vec<CreditTransfer>,
    /// BG-18.
    pub card: Option<PaymentCard>,
    /// BG-19.
    pub direct_debit: Option<DirectDebit>,
}

/// CREDIT TRANSFER (BG-17).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreditTransfer {
    /// BT-84, an IBAN for SEPA.
    pub account: String,
    /// BT-85.
    pub account_name: Option<String>,
    /// BT-86, a BIC or national clearing code.
    pub service_provider: Option<String>,
}

/// PAYMENT CARD INFORMATION (BG-18).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentCard {
    /// BT-87, only the last 4 to 6 digits.
    pub primary_account_number: String,
    /// BT-88.
    pub holder_name: Option<String>,
}

/// DIRECT DEBIT (BG-19).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectDebit {
    /// BT-89.
    pub mandate_reference: Option<String>,
    /// BT-90.
    pub creditor_identifier: Option<String>,
    /// BT-91.
    pub debited_account: Option<String>,
}
