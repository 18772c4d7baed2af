//! What a document of ours may hold at most. EN 16931 sets no limits; these keep pages, PDFs and memory in bounds and
//! are far beyond honest use. [`crate::Draft::issue`] refuses what exceeds them.
//!
//! Two rules of our own: [`LIMIT`] for what is too long, too many, too fine or out of range, and [`TEXT`] for
//! characters that XML cannot hold or that make text look like another.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::content::Content;
use crate::line::InvoiceLine;
use crate::money::Currency;
use crate::party::PostalAddress;
use crate::payment::PaymentInstructions;
use crate::references::Identifier;
use crate::rules::Finding;
use crate::{Amount, Percentage};

/// Rule: too long, too many, too fine, out of range.
pub const LIMIT: &str = "CF-LIMIT";
/// Rule: forbidden characters.
pub const TEXT: &str = "CF-TEXT";

/// Characters of a name: parties, items, account holders, address lines, file names.
pub const MAX_NAME: usize = 200;
/// Characters of a longer text: notes, descriptions, terms, reasons.
pub const MAX_TEXT: usize = 2000;
/// Characters of an identifier, reference or number of another party.
pub const MAX_REFERENCE: usize = 200;
/// Characters of a code or scheme.
pub const MAX_CODE: usize = 50;
/// Characters of an address on the web (BT-124).
pub const MAX_LOCATION: usize = 2000;
/// Characters of our own invoice number (BT-1).
pub const MAX_NUMBER: usize = 50;
/// Lines (BG-25).
pub const MAX_LINES: usize = 1000;
/// Allowances and charges (BG-20, BG-21, BG-27, BG-28), each kind, on the document and on each line.
pub const MAX_ALLOWANCES: usize = 50;
/// Members of every other list: notes, identifiers, preceding invoices, classifications, attributes …
pub const MAX_LIST: usize = 100;
/// Bytes of one attachment (BT-125): 5 MiB, which base64 makes a third longer.
pub const MAX_ATTACHMENT: usize = 5 * 1024 * 1024;
/// Decimals of a price, quantity or percentage, without zeros at the end, so that their products stay exact.
pub const MAX_FINE: u32 = 10;
/// Percent of a VAT rate.
pub const MAX_VAT_RATE: i64 = 100;
/// Years of all dates; XML wants four digits.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=9999;

/// Everything in which a content exceeds the limits; all findings are fatal.
pub fn content_limits(content: &Content) -> Vec<Finding> {
    let mut f = Findings(Vec::new());
    f.document(content);
    f.references(content);
    f.parties(content);
    if let Some(payment) = &content.payment {
        f.payment(payment);
    }
    f.allowances_and_charges(content);
    f.attachments(content);
    f.count("BG-25", None, content.lines.len(), MAX_LINES);
    for (i, line) in content.lines.iter().take(MAX_LINES).enumerate() {
        f.line(i, line, content.currency);
    }
    f.0
}

/// The same for our own number (BT-1).
pub(crate) fn number_limits(number: &str) -> Vec<Finding> {
    let mut f = Findings(Vec::new());
    f.text("BT-1", None, MAX_NUMBER, number);
    f.0
}

/// Whether a character may not stand in any text: C0 and C1 controls but line feed and tab, what turns the direction
/// of text around (overrides, embeddings, isolates), and what XML 1.0 cannot hold.
pub fn is_forbidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => c.is_control(),
    }
}

struct Findings(Vec<Finding>);

impl Findings {
    fn limit(&mut self, term: &'static str, index: Option<usize>, message: String) {
        self.0.push(Finding::fatal(LIMIT, term, index, message));
    }

    fn count(&mut self, term: &'static str, index: Option<usize>, count: usize, most: usize) {
        if count > most {
            self.limit(term, index, format!("there are {count}; at most {most} are allowed"));
        }
    }

    fn text(&mut self, term: &'static str, index: Option<usize>, most: usize, text: &str) {
        // No text has more characters than bytes, so most are not counted.
        if text.len() > most {
            let length = text.chars().count();
            if length > most {
                self.limit(
                    term,
                    index,
                    format!("the text has {length} characters; at most {most} are allowed"),
                );
            }
        }
        if let Some((place, c)) = text.chars().enumerate().find(|(_, c)| is_forbidden(*c)) {
            let (place, code) = (place + 1, u32::from(c));
            let message = format!("character {place} is the invisible control U+{code:04X}; remove it");
            self.0.push(Finding::fatal(TEXT, term, index, message));
        }
    }

    fn optional(&mut self, term: &'static str, index: Option<usize>, most: usize, text: Option<&String>) {
        if let Some(text) = text {
            self.text(term, index, most, text);
        }
    }

    fn identifier(&mut self, term: &'static str, index: Option<usize>, identifier: Option<&Identifier>) {
        if let Some(identifier) = identifier {
            self.text(term, index, MAX_REFERENCE, &identifier.value);
            self.optional(term, index, MAX_CODE, identifier.scheme.as_ref());
        }
    }

    fn date(&mut self, term: &'static str, index: Option<usize>, date: Option<Date>) {
        if let Some(date) = date.filter(|date| !YEARS.contains(&date.year())) {
            let (first, last) = (YEARS.start(), YEARS.end());
            self.limit(term, index, format!("the date is {date}; its year must be {first} to {last}"));
        }
    }

    fn fine(&mut self, term: &'static str, index: Option<usize>, value: Option<Decimal>) {
        if let Some(value) = value
            && value.normalize().scale() > MAX_FINE
        {
            self.limit(term, index, format!("{value} has too many decimals; write at most {MAX_FINE}"));
        }
    }

    /// What is finer than the currency's coins cannot be paid.
    fn amount(
        &mut self,
        term: &'static str,
        index: Option<usize>,
        amount: Option<Amount>,
        currency: Currency,
    ) {
        if let Some(amount) = amount
            && amount.0.normalize().scale() > currency.decimals()
        {
            let decimals = currency.decimals();
            self.limit(
                term,
                index,
                format!("the amount is {amount}; {currency} has no more than {decimals} decimals"),
            );
        }
    }

    fn vat_rate(&mut self, term: &'static str, index: Option<usize>, rate: Option<Percentage>) {
        self.fine(term, index, rate.map(|rate| rate.0));
        if let Some(rate) = rate.filter(|rate| rate.0 > MAX_VAT_RATE.into()) {
            self.limit(
                term,
                index,
                format!("the VAT rate is {rate} %; at most {MAX_VAT_RATE} % is allowed, write 19 for 19 %"),
            );
        }
    }

    fn address(&mut self, terms: [&'static str; 7], address: &PostalAddress) {
        let a = address;
        let texts = [&a.line_1, &a.line_2, &a.line_3, &a.city, &a.post_code, &a.subdivision];
        for (term, text) in terms.into_iter().zip(texts) {
            self.optional(term, None, MAX_NAME, text.as_ref());
        }
        self.text(terms[6], None, MAX_CODE, &a.country);
    }

    fn document(&mut self, c: &Content) {
        self.text("BT-3", None, MAX_CODE, &c.type_code);
        self.optional("BT-8", None, MAX_CODE, c.tax_point_date_code.as_ref());
        self.optional("BT-20", None, MAX_TEXT, c.payment_terms.as_ref());
        self.text("BT-24", None, MAX_REFERENCE, &c.process.specification);
        self.optional("BT-23", None, MAX_REFERENCE, c.process.business_process.as_ref());
        self.date("BT-7", None, c.tax_point_date);
        self.date("BT-9", None, c.due_date);
        self.date("BT-72", None, c.delivery.as_ref().and_then(|delivery| delivery.actual_date));
        self.date("BT-73", None, c.invoicing_period.as_ref().and_then(|period| period.start));
        self.date("BT-74", None, c.invoicing_period.as_ref().and_then(|period| period.end));
        self.amount("BT-113", None, c.paid_amount, c.currency);
        self.amount("BT-114", None, c.rounding_amount, c.currency);
        if let Some(currency) = c.vat_accounting_currency {
            self.amount("BT-111", None, c.vat_total_in_accounting_currency, currency);
        }
        self.count("BG-1", None, c.notes.len(), MAX_LIST);
        for (i, note) in c.notes.iter().take(MAX_LIST).enumerate() {
            self.optional("BT-21", Some(i), MAX_CODE, note.subject_code.as_ref());
            self.text("BT-22", Some(i), MAX_TEXT, &note.text);
        }
        self.count("BG-23", None, c.vat_exemptions.len(), MAX_LIST);
        for (i, exemption) in c.vat_exemptions.iter().take(MAX_LIST).enumerate() {
            self.text("BT-118", Some(i), MAX_CODE, exemption.category.code());
            self.optional("BT-120", Some(i), MAX_TEXT, exemption.reason.as_ref());
            self.optional("BT-121", Some(i), MAX_CODE, exemption.reason_code.as_ref());
        }
    }

    fn references(&mut self, c: &Content) {
        for (term, text) in [
            ("BT-10", &c.buyer_reference),
            ("BT-11", &c.project_reference),
            ("BT-12", &c.contract_reference),
            ("BT-13", &c.purchase_order_reference),
            ("BT-14", &c.sales_order_reference),
            ("BT-15", &c.receiving_advice_reference),
            ("BT-16", &c.despatch_advice_reference),
            ("BT-17", &c.tender_reference),
            ("BT-19", &c.buyer_accounting_reference),
        ] {
            self.optional(term, None, MAX_REFERENCE, text.as_ref());
        }
        self.identifier("BT-18", None, c.invoiced_object.as_ref());
        self.count("BG-3", None, c.preceding_invoices.len(), MAX_LIST);
        for (i, preceding) in c.preceding_invoices.iter().take(MAX_LIST).enumerate() {
            self.text("BT-25", Some(i), MAX_REFERENCE, &preceding.number);
            self.date("BT-26", Some(i), preceding.issue_date);
        }
    }

    fn parties(&mut self, c: &Content) {
        let (seller, buyer) = (&c.seller, &c.buyer);
        self.text("BT-27", None, MAX_NAME, &seller.name);
        self.optional("BT-28", None, MAX_NAME, seller.trading_name.as_ref());
        self.count("BT-29", None, seller.identifiers.len(), MAX_LIST);
        for (i, identifier) in seller.identifiers.iter().take(MAX_LIST).enumerate() {
            self.identifier("BT-29", Some(i), Some(identifier));
        }
        self.identifier("BT-30", None, seller.legal_registration.as_ref());
        self.optional("BT-31", None, MAX_REFERENCE, seller.vat_identifier.as_ref());
        self.optional("BT-32", None, MAX_REFERENCE, seller.tax_registration.as_ref());
        self.optional("BT-33", None, MAX_TEXT, seller.additional_legal_information.as_ref());
        self.identifier("BT-34", None, seller.electronic_address.as_ref());
        self.address(["BT-35", "BT-36", "BT-162", "BT-37", "BT-38", "BT-39", "BT-40"], &seller.address);
        if let Some(contact) = &seller.contact {
            self.optional("BT-41", None, MAX_NAME, contact.name.as_ref());
            self.optional("BT-42", None, MAX_NAME, contact.telephone.as_ref());
            self.optional("BT-43", None, MAX_NAME, contact.email.as_ref());
        }
        self.text("BT-44", None, MAX_NAME, &buyer.name);
        self.optional("BT-45", None, MAX_NAME, buyer.trading_name.as_ref());
        self.identifier("BT-46", None, buyer.identifier.as_ref());
        self.identifier("BT-47", None, buyer.legal_registration.as_ref());
        self.optional("BT-48", None, MAX_REFERENCE, buyer.vat_identifier.as_ref());
        self.identifier("BT-49", None, buyer.electronic_address.as_ref());
        self.address(["BT-50", "BT-51", "BT-163", "BT-52", "BT-53", "BT-54", "BT-55"], &buyer.address);
        if let Some(contact) = &buyer.contact {
            self.optional("BT-56", None, MAX_NAME, contact.name.as_ref());
            self.optional("BT-57", None, MAX_NAME, contact.telephone.as_ref());
            self.optional("BT-58", None, MAX_NAME, contact.email.as_ref());
        }
        if let Some(payee) = &c.payee {
            self.text("BT-59", None, MAX_NAME, &payee.name);
            self.identifier("BT-60", None, payee.identifier.as_ref());
            self.identifier("BT-61", None, payee.legal_registration.as_ref());
        }
        if let Some(r) = &c.tax_representative {
            self.text("BT-62", None, MAX_NAME, &r.name);
            self.optional("BT-63", None, MAX_REFERENCE, r.vat_identifier.as_ref());
            self.address(["BT-64", "BT-65", "BT-164", "BT-66", "BT-67", "BT-68", "BT-69"], &r.address);
        }
        if let Some(delivery) = &c.delivery {
            self.optional("BT-70", None, MAX_NAME, delivery.party_name.as_ref());
            self.identifier("BT-71", None, delivery.location.as_ref());
            if let Some(address) = &delivery.address {
                self.address(["BT-75", "BT-76", "BT-165", "BT-77", "BT-78", "BT-79", "BT-80"], address);
            }
        }
    }

    fn payment(&mut self, payment: &PaymentInstructions) {
        self.text("BT-81", None, MAX_CODE, &payment.means_code);
        self.optional("BT-82", None, MAX_NAME, payment.means_text.as_ref());
        self.optional("BT-83", None, MAX_REFERENCE, payment.remittance_information.as_ref());
        self.count("BG-17", None, payment.credit_transfers.len(), MAX_LIST);
        for (i, transfer) in payment.credit_transfers.iter().take(MAX_LIST).enumerate() {
            self.text("BT-84", Some(i), MAX_REFERENCE, &transfer.account);
            self.optional("BT-85", Some(i), MAX_NAME, transfer.account_name.as_ref());
            self.optional("BT-86", Some(i), MAX_REFERENCE, transfer.service_provider.as_ref());
        }
        if let Some(card) = &payment.card {
            self.text("BT-87", None, MAX_REFERENCE, &card.primary_account_number);
            self.optional("BT-88", None, MAX_NAME, card.holder_name.as_ref());
        }
        if let Some(debit) = &payment.direct_debit {
            self.optional("BT-89", None, MAX_REFERENCE, debit.mandate_reference.as_ref());
            self.optional("BT-90", None, MAX_REFERENCE, debit.creditor_identifier.as_ref());
            self.optional("BT-91", None, MAX_REFERENCE, debit.debited_account.as_ref());
        }
    }

    fn allowances_and_charges(&mut self, content: &Content) {
        self.count("BG-20", None, content.allowances.len(), MAX_ALLOWANCES);
        for (i, a) in content.allowances.iter().take(MAX_ALLOWANCES).enumerate() {
            let i = Some(i);
            self.amount("BT-92", i, Some(a.amount), content.currency);
            self.amount("BT-93", i, a.base_amount, content.currency);
            self.fine("BT-94", i, a.percentage.map(|p| p.0));
            self.text("BT-95", i, MAX_CODE, a.vat_category.code());
            self.vat_rate("BT-96", i, a.vat_rate);
            self.optional("BT-97", i, MAX_TEXT, a.reason.as_ref());
            self.optional("BT-98", i, MAX_CODE, a.reason_code.as_ref());
        }
        self.count("BG-21", None, content.charges.len(), MAX_ALLOWANCES);
        for (i, c) in content.charges.iter().take(MAX_ALLOWANCES).enumerate() {
            let i = Some(i);
            self.amount("BT-99", i, Some(c.amount), content.currency);
            self.amount("BT-100", i, c.base_amount, content.currency);
            self.fine("BT-101", i, c.percentage.map(|p| p.0));
            self.text("BT-102", i, MAX_CODE, c.vat_category.code());
            self.vat_rate("BT-103", i, c.vat_rate);
            self.optional("BT-104", i, MAX_TEXT, c.reason.as_ref());
            self.optional("BT-105", i, MAX_CODE, c.reason_code.as_ref());
        }
    }

    fn attachments(&mut self, content: &Content) {
        self.count("BG-24", None, content.supporting_documents.len(), MAX_LIST);
        for (i, document) in content.supporting_documents.iter().take(MAX_LIST).enumerate() {
            let i = Some(i);
            self.text("BT-122", i, MAX_REFERENCE, &document.reference);
            self.optional("BT-123", i, MAX_NAME, document.description.as_ref());
            self.optional("BT-124", i, MAX_LOCATION, document.external_location.as_ref());
            let Some(attachment) = &document.attachment else { continue };
            self.text("BT-125", i, MAX_CODE * 2, &attachment.mime_code);
            self.text("BT-125", i, MAX_NAME, &attachment.filename);
            let base64 = attachment.content_base64.as_bytes();
            let bytes = base64.len() / 4 * 3;
            if bytes > MAX_ATTACHMENT {
                self.limit(
                    "BT-125",
                    i,
                    format!("the file has {bytes} bytes; at most {MAX_ATTACHMENT} are allowed"),
                );
            }
            let alphabet = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
            if !base64.len().is_multiple_of(4) || !base64.iter().all(alphabet) {
                let message = "the file is not in base64; use the standard alphabet without line breaks";
                self.0.push(Finding::fatal(TEXT, "BT-125", i, message));
            }
        }
    }

    fn line(&mut self, i: usize, line: &InvoiceLine, currency: Currency) {
        let i = Some(i);
        self.text("BT-126", i, MAX_CODE, &line.id);
        self.optional("BT-127", i, MAX_TEXT, line.note.as_ref());
        self.identifier("BT-128", i, line.object_identifier.as_ref());
        self.fine("BT-129", i, Some(line.quantity.0));
        self.text("BT-130", i, MAX_CODE, &line.unit);
        self.optional("BT-132", i, MAX_REFERENCE, line.order_line_reference.as_ref());
        self.optional("BT-133", i, MAX_REFERENCE, line.buyer_accounting_reference.as_ref());
        self.date("BT-134", i, line.period.as_ref().and_then(|period| period.start));
        self.date("BT-135", i, line.period.as_ref().and_then(|period| period.end));
        self.count("BG-27", i, line.allowances.len(), MAX_ALLOWANCES);
        for a in line.allowances.iter().take(MAX_ALLOWANCES) {
            self.amount("BT-136", i, Some(a.amount), currency);
            self.amount("BT-137", i, a.base_amount, currency);
            self.fine("BT-138", i, a.percentage.map(|p| p.0));
            self.optional("BT-139", i, MAX_TEXT, a.reason.as_ref());
            self.optional("BT-140", i, MAX_CODE, a.reason_code.as_ref());
        }
        self.count("BG-28", i, line.charges.len(), MAX_ALLOWANCES);
        for c in line.charges.iter().take(MAX_ALLOWANCES) {
            self.amount("BT-141", i, Some(c.amount), currency);
            self.amount("BT-142", i, c.base_amount, currency);
            self.fine("BT-143", i, c.percentage.map(|p| p.0));
            self.optional("BT-144", i, MAX_TEXT, c.reason.as_ref());
            self.optional("BT-145", i, MAX_CODE, c.reason_code.as_ref());
        }
        self.price_and_item(i, line);
    }

    fn price_and_item(&mut self, i: Option<usize>, line: &InvoiceLine) {
        let (price, item) = (&line.price, &line.item);
        self.fine("BT-146", i, Some(price.net_price.0));
        self.fine("BT-147", i, price.discount.map(|p| p.0));
        self.fine("BT-148", i, price.gross_price.map(|p| p.0));
        self.fine("BT-149", i, price.base_quantity.map(|q| q.0));
        if let Some(quantity) = price.base_quantity.filter(|q| q.0 <= Decimal::ZERO) {
            self.limit("BT-149", i, format!("the base quantity is {quantity}; it must be more than 0"));
        }
        self.optional("BT-150", i, MAX_CODE, price.base_quantity_unit.as_ref());
        self.text("BT-151", i, MAX_CODE, line.vat_category.code());
        self.vat_rate("BT-152", i, line.vat_rate);
        self.text("BT-153", i, MAX_NAME, &item.name);
        self.optional("BT-154", i, MAX_TEXT, item.description.as_ref());
        self.optional("BT-155", i, MAX_REFERENCE, item.sellers_identifier.as_ref());
        self.optional("BT-156", i, MAX_REFERENCE, item.buyers_identifier.as_ref());
        self.identifier("BT-157", i, item.standard_identifier.as_ref());
        self.count("BT-158", i, item.classifications.len(), MAX_LIST);
        for classification in item.classifications.iter().take(MAX_LIST) {
            self.text("BT-158", i, MAX_REFERENCE, &classification.code);
            self.optional("BT-158", i, MAX_CODE, classification.scheme.as_ref());
            self.optional("BT-158", i, MAX_CODE, classification.scheme_version.as_ref());
        }
        self.optional("BT-159", i, MAX_CODE, item.country_of_origin.as_ref());
        self.count("BG-32", i, item.attributes.len(), MAX_LIST);
        for attribute in item.attributes.iter().take(MAX_LIST) {
            self.text("BT-160", i, MAX_NAME, &attribute.name);
            self.text("BT-161", i, MAX_TEXT, &attribute.value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{allowance, content, line};
    use crate::party::Payee;
    use crate::references::{Attachment, Note, SupportingDocument};

    /// Rules and terms of what the change makes wrong.
    fn findings(change: impl FnOnce(&mut Content)) -> Vec<(&'static str, &'static str)> {
        let mut content = content();
        change(&mut content);
        content_limits(&content).into_iter().map(|f| (f.rule, f.term)).collect()
    }

    fn attach(content_base64: &str) -> SupportingDocument {
        SupportingDocument {
            attachment: Some(Attachment {
                content_base64: content_base64.to_owned(),
                ..Attachment::default()
            }),
            ..SupportingDocument::default()
        }
    }

    #[test]
    fn what_is_within_the_limits_has_no_finding() {
        assert_eq!(findings(|_| {}), []);
        assert_eq!(findings(|c| c.seller.name = "ü".repeat(MAX_NAME)), []);
        assert_eq!(
            findings(|c| c.notes =
                vec![Note { text: "two\nlines\tand tabs עברית".to_owned(), subject_code: None }]),
            []
        );
        assert_eq!(findings(|c| c.lines = vec![line("a", "1", "1", "19"); MAX_LINES]), []);
        assert_eq!(findings(|c| c.supporting_documents = vec![attach("QUJD")]), []);
        assert_eq!(findings(|c| c.lines[0].price.net_price = "0.1234567891".parse().unwrap()), []);
        assert_eq!(findings(|c| c.lines[0].quantity = "30.0000000000000000".parse().unwrap()), []);
    }

    #[test]
    fn what_exceeds_a_limit_is_named_by_its_term() {
        assert_eq!(findings(|c| c.seller.name = "ü".repeat(MAX_NAME + 1)), [(LIMIT, "BT-27")]);
        assert_eq!(findings(|c| c.payment_terms = Some("x".repeat(MAX_TEXT + 1))), [(LIMIT, "BT-20")]);
        assert_eq!(findings(|c| c.buyer_reference = Some("x".repeat(MAX_REFERENCE + 1))), [(LIMIT, "BT-10")]);
        assert_eq!(
            findings(|c| c.lines = vec![line("a", "1", "1", "19"); MAX_LINES + 1]),
            [(LIMIT, "BG-25")]
        );
        assert_eq!(
            findings(|c| c.allowances = vec![allowance("1", "19"); MAX_ALLOWANCES + 1]),
            [(LIMIT, "BG-20")]
        );
        assert_eq!(findings(|c| c.notes = vec![Note::default(); MAX_LIST + 1]), [(LIMIT, "BG-1")]);
        assert_eq!(
            findings(|c| c.lines[0].price.net_price = "0.12345678901".parse().unwrap()),
            [(LIMIT, "BT-146")]
        );
        assert_eq!(
            findings(|c| c.lines[0].price.base_quantity = Some("-1".parse().unwrap())),
            [(LIMIT, "BT-149")]
        );
        assert_eq!(findings(|c| c.lines[0].vat_rate = Some("1900".parse().unwrap())), [(LIMIT, "BT-152")]);
        assert_eq!(findings(|c| c.paid_amount = Some("0.001".parse().unwrap())), [(LIMIT, "BT-113")]);
        assert_eq!(findings(|c| c.due_date = Some(jiff::civil::date(-1, 1, 1))), [(LIMIT, "BT-9")]);
        let large = "A".repeat(MAX_ATTACHMENT / 3 * 4 + 8);
        assert_eq!(findings(|c| c.supporting_documents = vec![attach(&large)]), [(LIMIT, "BT-125")]);
        assert_eq!(number_limits(&"1".repeat(MAX_NUMBER + 1)).len(), 1);
    }

    #[test]
    fn controls_and_what_turns_text_around_are_refused_everywhere() {
        for c in ['\0', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{ffff}'] {
            let text = format!("a{c}b");
            assert_eq!(findings(|c| c.lines[0].item.name.clone_from(&text)), [(TEXT, "BT-153")], "{c:?}");
            assert_eq!(
                findings(|c| c.payee = Some(Payee { name: text.clone(), ..Payee::default() })),
                [(TEXT, "BT-59")]
            );
        }
        assert_eq!(findings(|c| c.supporting_documents = vec![attach("QUJD\n")]), [(TEXT, "BT-125")]);
    }

    #[test]
    fn the_message_names_the_place_and_not_the_text() {
        let finding = &number_limits("2026\u{202e}0042")[0];
        assert_eq!(finding.message, "character 5 is the invisible control U+202E; remove it");
    }
}
