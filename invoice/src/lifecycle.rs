//! A document's life: drafted, then issued for good.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::document::{Document, DocumentTotals};
use crate::money::{Money, MoneyError};
use crate::references::{Note, PrecedingInvoice};
use crate::rules::{self, Finding, Severity};
use crate::{limits, numbering, percentages, totals};

pub use crate::canonical::CanonicalError;

/// BT-24 of a document that says nothing else: plain EN 16931.
pub const PLAIN_SPECIFICATION: &str = "urn:cen.eu:en16931:2017";

/// BT-3 of a document that says nothing else: commercial invoice.
const INVOICE: &str = "380";

/// Invoice number (BT-1), made from a series and its counter: `2026-0042`. See [`numbering`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceNumber {
    /// The series, such as `2026` or `INV-{NNN}`; may be empty.
    pub series: String,
    /// The place in the series, from 1.
    pub sequence: i64,
}

impl std::fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (before, hyphen, width, behind) = numbering::parts_of(&self.series);
        write!(f, "{before}{hyphen}{:0width$}{behind}", self.sequence)
    }
}

/// A document that may still change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Draft(pub Content);

impl Draft {
    /// The document this draft would become, with all findings.
    ///
    /// Without a type code (BT-3) it is an invoice, `380`; without a specification (BT-24) it is plain EN 16931.
    /// Sums that cannot be computed are zero and a fatal finding; then the rules, which are mostly about sums, wait.
    pub fn preview(&self, number: &str, on: Date) -> (Document, Vec<Finding>) {
        let mut content = self.0.clone();
        if content.type_code.is_empty() {
            INVOICE.clone_into(&mut content.type_code);
        }
        if content.process.specification.is_empty() {
            PLAIN_SPECIFICATION.clone_into(&mut content.process.specification);
        }
        let mut findings = limits::number_limits(number);
        findings.extend(limits::content_limits(&content));
        findings.extend(percentages::check(&content));
        let sums = totals::compute(&mut content);
        let failure = sums.as_ref().err().copied();
        let (totals, vat_breakdown) = sums.unwrap_or_default();
        let document = Document { number: number.to_owned(), issue_date: on, content, totals, vat_breakdown };
        match failure {
            None => findings.extend(rules::check(&document)),
            Some(error) => {
                let message = format!("the sums cannot be computed: {error}; check prices and quantities");
                findings.push(Finding::fatal(limits::LIMIT, "BG-22", None, message));
            }
        }
        (document, findings)
    }

    /// Fixes the document for good.
    ///
    /// # Errors
    /// All rules the draft breaks, not only the first: the seller wants to fix them in one go. At least one of them is
    /// fatal; warnings alone do not hinder.
    pub fn issue(self, number: InvoiceNumber, on: Date) -> Result<Issued, Vec<Finding>> {
        let (document, findings) = self.preview(&number.to_string(), on);
        if findings.iter().any(|finding| finding.severity == Severity::Fatal) {
            return Err(findings);
        }
        Ok(Issued { number, document })
    }
}

/// Numbered, dated, totalled, and free of fatal findings. Nothing here takes `&mut self`; a mistake is put right by
/// a credit note (BT-3 = 381) that names this invoice as its preceding invoice (BG-3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    number: InvoiceNumber,
    document: Document,
}

impl Issued {
    /// BT-1 in its parts.
    pub fn number(&self) -> &InvoiceNumber {
        &self.number
    }

    /// BT-2.
    pub fn issue_date(&self) -> Date {
        self.document.issue_date
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// BG-22.
    pub fn totals(&self) -> &DocumentTotals {
        &self.document.totals
    }

    /// What is to be paid (BT-115). Negative if the seller owes it.
    ///
    /// # Errors
    /// [`MoneyError`] if BT-115 is no amount of the currency, which [`Draft::issue`] lets nobody issue.
    pub fn payable(&self) -> Result<Money, MoneyError> {
        Money::from_amount(self.document.totals.amount_due, self.document.content.currency)
    }

    /// What was billed: the total with VAT (BT-112) with its rounding (BT-114), whatever was paid of it before (BT-113).
    ///
    /// # Errors
    /// [`MoneyError`] if it is no amount of the currency.
    pub fn billed(&self) -> Result<Money, MoneyError> {
        let currency = self.document.content.currency;
        let money = |amount| Money::from_amount(amount, currency);
        money(self.totals().total_with_vat)?
            .checked_add(money(self.totals().rounding_amount.unwrap_or_default())?)
    }

    /// The bytes that are sealed, hashed and kept: JSON in the form of RFC 8785, without terms that are absent.
    ///
    /// The same document always gives the same bytes, also after later versions have added optional terms.
    pub fn to_canonical_json(&self) -> Vec<u8> {
        crate::canonical::write(self)
    }

    /// Reads what [`Issued::to_canonical_json`] wrote, to the last zero after the point.
    ///
    /// # Errors
    /// [`CanonicalError`] if the bytes are anything else, even if they mean the same.
    pub fn from_canonical_json(bytes: &[u8]) -> Result<Self, CanonicalError> {
        let issued: Self = crate::canonical::read(bytes)?;
        if issued.number.to_string() != issued.document.number {
            return Err(CanonicalError::Number);
        }
        Ok(issued)
    }
}

/// A draft that takes the whole invoice back: the same parties, lines, allowances and charges under the type code of
/// a credit note, with the invoice as its preceding invoice (BG-3) and the reason as its note (BG-1).
///
/// What belongs to the invoice alone stays behind: due date, payment terms, what was paid, notes, attachments. Nothing
/// stops a caller from crediting a credit note; whether that makes sense is the caller's question.
pub fn credit_note_for(issued: &Issued, reason: Option<&str>) -> Draft {
    let document = issued.document();
    let invoice = &document.content;
    let type_code = match invoice.type_code.as_str() {
        "389" => "261",
        "393" => "396",
        _ => "381",
    };
    Draft(Content {
        type_code: type_code.to_owned(),
        due_date: None,
        payment_terms: None,
        paid_amount: None,
        notes: reason.map(|text| Note { subject_code: None, text: text.to_owned() }).into_iter().collect(),
        preceding_invoices: vec![PrecedingInvoice {
            number: document.number.clone(),
            issue_date: Some(document.issue_date),
        }],
        supporting_documents: Vec::new(),
        ..invoice.clone()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{TODAY, amount, content, drafts, hostile_contents, issued};
    use crate::vat::{VatCategory, VatExemption};

    fn number() -> InvoiceNumber {
        InvoiceNumber { series: "2026".to_owned(), sequence: 42 }
    }

    #[test]
    fn a_draft_is_issued_with_its_number_date_and_sums() {
        let issued = issued(content());
        let document = issued.document();
        assert_eq!(document.number, "2026-0042");
        assert_eq!(issued.issue_date(), TODAY);
        assert_eq!(document.content.type_code, "380");
        assert_eq!(document.content.process.specification, PLAIN_SPECIFICATION);
        assert_eq!(issued.payable(), Ok(Money::from_minor(14028, "EUR".parse().unwrap())));
    }

    #[test]
    fn what_was_billed_is_the_total_with_its_rounding_whatever_was_paid_before() {
        let mut content = content();
        content.paid_amount = Some(amount("40.00"));
        content.rounding_amount = Some(amount("0.02"));
        let issued = issued(content);
        assert_eq!(issued.payable().unwrap().minor(), 10030);
        assert_eq!(issued.billed().unwrap().minor(), 14030);
    }

    #[test]
    fn all_broken_rules_are_returned_at_once() {
        let mut content = content();
        content.seller.name.clear();
        content.lines[1].unit = "EACH".to_owned();
        content.buyer.name = "a\u{202e}b".to_owned();
        let findings = Draft(content).issue(number(), TODAY).unwrap_err();
        let rules: Vec<&str> = findings.iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["CF-TEXT", "BR-06", "BR-CL-23"]);
        assert_eq!(findings[2].index, Some(1));
    }

    #[test]
    fn sums_that_overflow_are_zero_and_a_finding() {
        let mut content = content();
        content.lines[0].quantity = "79228162514264337593543950335".parse().unwrap();
        let (document, findings) = Draft(content).preview("1", TODAY);
        assert_eq!(document.totals, DocumentTotals::default());
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].rule, findings[0].severity), (limits::LIMIT, Severity::Fatal));
        assert_eq!(
            findings[0].message,
            "the sums cannot be computed: the sum is too large; check prices and quantities"
        );
    }

    #[test]
    fn an_empty_draft_is_previewed_and_not_issued() {
        let (document, findings) = Draft(Content::default()).preview("", TODAY);
        assert_eq!(document.totals.amount_due, amount("0.00"));
        let rules: Vec<&str> = findings.iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["BR-02", "BR-06", "BR-07", "BR-08", "BR-10", "BR-16", "BR-CO-18", "BR-CO-26"]);
        assert!(Draft(Content::default()).issue(number(), TODAY).is_err());
    }

    #[test]
    fn an_amount_finer_than_its_currency_is_not_issued() {
        let mut content = content();
        content.currency = "JPY".parse().unwrap();
        content.charges[0].amount = amount("4.90");
        let findings = Draft(content).issue(number(), TODAY).unwrap_err();
        assert_eq!(findings[0].message, "the amount is 4.90; JPY has no more than 0 decimals");
    }

    #[test]
    fn the_canonical_form_is_sorted_json_without_absent_terms() {
        let text = String::from_utf8(issued(content()).to_canonical_json()).unwrap();
        assert!(text.starts_with(r#"{"document":{"content":{"allowances":[{"amount":"5.00","#), "{text}");
        assert!(text.ends_with(r#""number":{"sequence":42,"series":"2026"}}"#), "{text}");
        assert!(!text.contains("null") && !text.contains("[]"), "{text}");
    }

    #[test]
    fn the_canonical_form_keeps_every_zero_and_every_unusual_code() {
        let mut content = content();
        content.lines[0].quantity = "3.000".parse().unwrap();
        content.seller.additional_legal_information = Some(String::new());
        content.vat_exemptions =
            vec![VatExemption { category: VatCategory::Unknown("QQ".to_owned()), ..VatExemption::default() }];
        let issued = issued(content);
        let read = Issued::from_canonical_json(&issued.to_canonical_json()).unwrap();
        assert_eq!(read, issued);
        assert_eq!(read.document().content.lines[0].quantity.to_string(), "3.000");
    }

    #[test]
    fn only_the_canonical_bytes_are_read() {
        let bytes = issued(content()).to_canonical_json();
        let text = String::from_utf8(bytes).unwrap();
        let read = |text: &str| Issued::from_canonical_json(text.as_bytes());
        assert!(read(&text).is_ok());
        assert!(matches!(read(&text.replacen(':', ": ", 1)), Err(CanonicalError::NotCanonical)));
        assert!(matches!(
            read(&text.replace(r#""sequence":42"#, r#""sequence":43"#)),
            Err(CanonicalError::Number)
        ));
        assert!(matches!(read(&text.replace("currency", "curency")), Err(CanonicalError::NotIssued(_))));
        assert!(matches!(read(""), Err(CanonicalError::NotIssued(_))));
        assert!(matches!(read(&"[".repeat(100_000)), Err(CanonicalError::NotIssued(_))));
    }

    #[test]
    fn a_credit_note_takes_the_whole_invoice_back_and_names_it() {
        let mut content = content();
        content.due_date = Some(TODAY);
        content.paid_amount = Some(amount("40.28"));
        content.allowances[0].amount = amount("0");
        content.allowances[0].percentage = Some("10".parse().unwrap());
        let invoice = issued(content);
        let Draft(credit) = credit_note_for(&invoice, Some("wrong address"));
        assert!(credit.is_credit_note());
        assert_eq!((credit.due_date, credit.paid_amount), (None, None));
        assert_eq!(credit.notes[0].text, "wrong address");
        assert_eq!(credit.preceding_invoices[0].number, "2026-0042");
        assert_eq!(credit.preceding_invoices[0].issue_date, Some(TODAY));
        let note = issued(credit);
        assert_eq!(note.totals().total_with_vat, invoice.totals().total_with_vat);
        assert_eq!(note.document().vat_breakdown, invoice.document().vat_breakdown);
    }

    #[test]
    fn self_billed_and_factored_invoices_have_their_own_credit_notes() {
        for (invoice, note) in [("389", "261"), ("393", "396"), ("384", "381")] {
            let invoice = issued(Content { type_code: invoice.to_owned(), ..content() });
            assert_eq!(credit_note_for(&invoice, None).0.type_code, note);
        }
    }

    proptest! {
        #[test]
        fn what_we_compute_breaks_no_rule_and_survives_its_canonical_form(content in drafts()) {
            let issued = Draft(content).issue(number(), TODAY);
            prop_assert!(issued.is_ok(), "{issued:?}");
            let issued = issued.unwrap();
            let bytes = issued.to_canonical_json();
            let read = Issued::from_canonical_json(&bytes).unwrap();
            prop_assert_eq!(&read, &issued);
            prop_assert_eq!(read.to_canonical_json(), bytes);
            prop_assert_eq!(issued.payable().unwrap().amount().0, issued.totals().amount_due.0);
        }

        #[test]
        fn hostile_figures_never_panic(content in hostile_contents()) {
            let (mut document, _) = Draft(content).preview("1", TODAY);
            // A stranger's document states hostile sums as well.
            for line in &mut document.content.lines {
                line.net_amount = Some(document.content.allowances[0].amount);
            }
            document.totals.total_with_vat = document.content.charges[0].amount;
            document.totals.paid_amount = document.content.paid_amount;
            document.totals.rounding_amount = document.content.rounding_amount;
            let _ = rules::check(&document);
        }

        #[test]
        fn hostile_text_never_panics(text in "\\PC*|[\\x00-\\x1f\u{202a}-\u{202e}]*", place in 0_usize..6) {
            let mut content = content();
            let target = match place {
                0 => &mut content.seller.name,
                1 => &mut content.type_code,
                2 => content.seller.vat_identifier.get_or_insert_default(),
                3 => &mut content.lines[0].unit,
                4 => &mut content.buyer.address.country,
                _ => content.payment_terms.get_or_insert_default(),
            };
            *target = text.clone();
            let hostile = text.chars().any(limits::is_forbidden);
            let (_, findings) = Draft(content).preview("1", TODAY);
            prop_assert_eq!(hostile, findings.iter().any(|f| f.rule == limits::TEXT));
            prop_assert!(findings.iter().all(|f| !f.message.chars().any(limits::is_forbidden)));
        }
    }
}
