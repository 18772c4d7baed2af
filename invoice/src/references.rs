//! Identifiers, notes, periods and references to other documents.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An identifier with the scheme it belongs to, if one is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identifier {
    /// The value.
    pub value: String,
    /// Its scheme, from ISO/IEC 6523 (ICD), EAS or UNTDID 1153, as the field says.
    pub scheme: Option<String>,
}

/// INVOICE NOTE (BG-1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Note {
    /// BT-21, UNTDID 4451.
    pub subject_code: Option<String>,
    /// BT-22.
    pub text: String,
}

/// PROCESS CONTROL (BG-2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProcessControl {
    /// BT-23.
    pub business_process: Option<String>,
    /// BT-24. Empty means: the plain `urn:cen.eu:en16931:2017`, set at issue.
    pub specification: String,
}

/// PRECEDING INVOICE REFERENCE (BG-3).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrecedingInvoice {
    /// BT-25.
    pub number: String,
    /// BT-26.
    pub issue_date: Option<Date>,
}

/// A period (BG-14, BG-26), both days included.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Period {
    /// BT-73, BT-134.
    pub start: Option<Date>,
    /// BT-74, BT-135.
    pub end: Option<Date>,
}

/// ADDITIONAL SUPPORTING DOCUMENTS (BG-24).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupportingDocument {
    /// BT-122.
    pub reference: String,
    /// BT-123.
    pub description: Option<String>,
    /// BT-124.
    pub external_location: Option<String>,
    /// BT-125.
    pub attachment: Option<Attachment>,
}

/// Attached document (BT-125), as the base64 text of the XML.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attachment {
    /// MIME code, one of the seven that EN 16931 allows.
    pub mime_code: String,
    /// File name.
    pub filename: String,
    /// The content in base64, without line breaks.
    pub content_base64: String,
}
