//! What a person writes on an invoice: everything except its number, its date and its sums.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Amount;
use crate::line::InvoiceLine;
use crate::money::Currency;
use crate::party::{Buyer, Delivery, Payee, Seller, TaxRepresentative};
use crate::payment::PaymentInstructions;
use crate::references::{Identifier, Note, Period, PrecedingInvoice, ProcessControl, SupportingDocument};
use crate::vat::{DocumentAllowance, DocumentCharge, VatExemption};

/// An EN 16931 document without number (BT-1), issue date (BT-2) and sums (BG-22, BG-23).
///
/// Codes of lists that the standard may extend are text, so that a stranger's document with a wrong code can be
/// read and judged; [`crate::rules`] names the code that no list holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Content {
    /// BT-3, UNTDID 1001: `380` invoice, `381` credit note, `384` corrected invoice …
    pub type_code: String,
    /// BT-5.
    pub currency: Currency,
    /// BT-6, when VAT is accounted in another currency than BT-5.
    pub vat_accounting_currency: Option<Currency>,
    /// BT-111, the total VAT in BT-6. It depends on an exchange rate and so cannot be computed here.
    pub vat_total_in_accounting_currency: Option<Amount>,
    /// BT-7.
    pub tax_point_date: Option<Date>,
    /// BT-8, UNTDID 2005: `3`, `35`, `432` (as UBL writes it).
    pub tax_point_date_code: Option<String>,
    /// BT-9.
    pub due_date: Option<Date>,
    /// BT-10.
    pub buyer_reference: Option<String>,
    /// BT-11.
    pub project_reference: Option<String>,
    /// BT-12.
    pub contract_reference: Option<String>,
    /// BT-13.
    pub purchase_order_reference: Option<String>,
    /// BT-14.
    pub sales_order_reference: Option<String>,
    /// BT-15.
    pub receiving_advice_reference: Option<String>,
    /// BT-16.
    pub despatch_advice_reference: Option<String>,
    /// BT-17.
    pub tender_reference: Option<String>,
    /// BT-18.
    pub invoiced_object: Option<Identifier>,
    /// BT-19.
    pub buyer_accounting_reference: Option<String>,
    /// BT-20.
    pub payment_terms: Option<String>,
    /// BG-1.
    pub notes: Vec<Note>,
    /// BG-2.
    pub process: ProcessControl,
    /// BG-3.
    pub preceding_invoices: Vec<PrecedingInvoice>,
    /// BG-4.
    pub seller: Seller,
    /// BG-7.
    pub buyer: Buyer,
    /// BG-10.
    pub payee: Option<Payee>,
    /// BG-11.
    pub tax_representative: Option<TaxRepresentative>,
    /// BG-13 with BG-15.
    pub delivery: Option<Delivery>,
    /// BG-14.
    pub invoicing_period: Option<Period>,
    /// BG-16. EN 16931 has one; UBL may repeat it for several accounts, which is one group with several BG-17.
    pub payment: Option<PaymentInstructions>,
    /// BG-20.
    pub allowances: Vec<DocumentAllowance>,
    /// BG-21.
    pub charges: Vec<DocumentCharge>,
    /// BT-113, what was paid before.
    pub paid_amount: Option<Amount>,
    /// BT-114.
    pub rounding_amount: Option<Amount>,
    /// BT-120, BT-121, one per VAT category (and rate) that needs a reason.
    pub vat_exemptions: Vec<VatExemption>,
    /// BG-24.
    pub supporting_documents: Vec<SupportingDocument>,
    /// BG-25.
    pub lines: Vec<InvoiceLine>,
}

impl Content {
    /// UNTDID 1001 codes that EN 16931 treats as credit notes: UBL writes them as `CreditNote` (BR-CL-01).
    pub const CREDIT_NOTE_CODES: [&str; 13] =
        ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"];

    /// UNTDID 1001 code of an invoice that stands in the place of another.
    pub const CORRECTED_INVOICE: &str = "384";

    /// Whether BT-3 makes this a credit note.
    pub fn is_credit_note(&self) -> bool {
        Self::CREDIT_NOTE_CODES.contains(&self.type_code.as_str())
    }

    /// Whether BT-3 makes this an invoice that stands in the place of another.
    pub fn is_corrected_invoice(&self) -> bool {
        self.type_code == Self::CORRECTED_INVOICE
    }
}
