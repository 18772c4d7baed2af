//! Document → UBL, in the order of the schema. `Invoice` and `CreditNote` order their elements differently.

use counterfoil_invoice::line::{InvoiceLine, PriceDetails};
use counterfoil_invoice::payment::PaymentInstructions;
use counterfoil_invoice::references::{Attachment, Identifier, Period};
use counterfoil_invoice::{
    Buyer, Contact, Content, Delivery, Document, Item, Payee, Percentage, PostalAddress, Seller,
    TaxRepresentative, VatBreakdown, VatCategory,
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{CREDITOR_SCHEME, NO_INSTRUMENT, NO_NETWORK, NO_ORDER};
use crate::adjustment::{self, Adjustment};
use crate::party::{self, AddressTerms, ContactTerms};
use crate::xml::Writer;
use crate::{WriteError, values};

type Result = std::result::Result<(), WriteError>;

/// Which of the two documents is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Invoice,
    CreditNote,
}

pub(crate) fn write(document: &Document) -> std::result::Result<Vec<u8>, WriteError> {
    let kind = if document.content.is_credit_note() { Kind::CreditNote } else { Kind::Invoice };
    let root = match kind {
        Kind::Invoice => "ubl:Invoice",
        Kind::CreditNote => "cn:CreditNote",
    };
    Writer::document(root, &["cac", "cbc"], |w| {
        header(w, document, kind)?;
        references(w, &document.content, kind)?;
        parties(w, document)?;
        payment(w, &document.content, kind)?;
        w.group("cac:PaymentTerms", |w| {
            w.optional("cbc:Note", "BT-20", document.content.payment_terms.as_ref())
        })?;
        for adjustment in adjustment::of_document(&document.content) {
            allowance_charge(w, &adjustment, document.content.currency.code())?;
        }
        vat(w, document)?;
        w.group("cac:LegalMonetaryTotal", |w| totals(w, document))?;
        if document.content.lines.is_empty() {
            return Err(w.missing("cac:InvoiceLine", "BG-25"));
        }
        for line in &document.content.lines {
            let name = if kind == Kind::Invoice { "cac:InvoiceLine" } else { "cac:CreditNoteLine" };
            w.group(name, |w| invoice_line(w, line, kind, document.content.currency.code()))?;
        }
        Ok(())
    })
}

fn header(w: &mut Writer, document: &Document, kind: Kind) -> Result {
    let content = &document.content;
    w.text("cbc:CustomizationID", "BT-24", values::specification(document))?;
    w.optional("cbc:ProfileID", "BT-23", content.process.business_process.as_ref())?;
    w.required("cbc:ID", "BT-1", &document.number)?;
    date(w, "cbc:IssueDate", "BT-2", Some(document.issue_date))?;
    match kind {
        Kind::Invoice => {
            date(w, "cbc:DueDate", "BT-9", content.due_date)?;
            w.required("cbc:InvoiceTypeCode", "BT-3", &content.type_code)?;
            notes(w, content)?;
            date(w, "cbc:TaxPointDate", "BT-7", content.tax_point_date)?;
        }
        Kind::CreditNote => {
            date(w, "cbc:TaxPointDate", "BT-7", content.tax_point_date)?;
            w.required("cbc:CreditNoteTypeCode", "BT-3", &content.type_code)?;
            notes(w, content)?;
        }
    }
    w.text("cbc:DocumentCurrencyCode", "BT-5", content.currency.code())?;
    let accounting = content.vat_accounting_currency.filter(|code| *code != content.currency);
    w.text("cbc:TaxCurrencyCode", "BT-6", accounting.as_ref().map_or("", |c| c.code()))?;
    w.optional("cbc:AccountingCost", "BT-19", content.buyer_accounting_reference.as_ref())?;
    w.optional("cbc:BuyerReference", "BT-10", content.buyer_reference.as_ref())?;
    w.group("cac:InvoicePeriod", |w| {
        period_dates(w, content.invoicing_period.as_ref(), ["BT-73", "BT-74"])?;
        w.optional("cbc:DescriptionCode", "BT-8", content.tax_point_date_code.as_ref())
    })
}

/// UBL has no place for BT-21: it stands before the text, between number signs.
fn notes(w: &mut Writer, content: &Content) -> Result {
    for note in &content.notes {
        let code = note.subject_code.as_deref().filter(|code| !code.is_empty());
        let text = code.map_or_else(|| note.text.clone(), |code| format!("#{code}#{}", note.text));
        w.text("cbc:Note", "BT-22", &text)?;
    }
    Ok(())
}

fn references(w: &mut Writer, content: &Content, kind: Kind) -> Result {
    let given = |reference: &Option<String>| reference.as_deref().unwrap_or_default().to_owned();
    w.group("cac:OrderReference", |w| {
        let (order, sales) =
            (given(&content.purchase_order_reference), given(&content.sales_order_reference));
        let order = if order.is_empty() && !sales.is_empty() { NO_ORDER } else { &order };
        w.text("cbc:ID", "BT-13", order)?;
        w.text("cbc:SalesOrderID", "BT-14", &sales)
    })?;
    for preceding in &content.preceding_invoices {
        w.group("cac:BillingReference", |w| {
            w.group("cac:InvoiceDocumentReference", |w| {
                w.required("cbc:ID", "BT-25", &preceding.number)?;
                date(w, "cbc:IssueDate", "BT-26", preceding.issue_date)
            })
        })?;
    }
    let reference = |w: &mut Writer, name, term, number: Option<&String>| {
        w.group(name, |w| w.optional("cbc:ID", term, number))
    };
    reference(w, "cac:DespatchDocumentReference", "BT-16", content.despatch_advice_reference.as_ref())?;
    reference(w, "cac:ReceiptDocumentReference", "BT-15", content.receiving_advice_reference.as_ref())?;
    let tender = content.tender_reference.as_ref();
    if kind == Kind::Invoice {
        reference(w, "cac:OriginatorDocumentReference", "BT-17", tender)?;
    }
    reference(w, "cac:ContractDocumentReference", "BT-12", content.contract_reference.as_ref())?;
    additional_references(w, content, kind)?;
    match kind {
        Kind::Invoice => reference(w, "cac:ProjectReference", "BT-11", content.project_reference.as_ref()),
        Kind::CreditNote => reference(w, "cac:OriginatorDocumentReference", "BT-17", tender),
    }
}

fn additional_references(w: &mut Writer, content: &Content, kind: Kind) -> Result {
    const NAME: &str = "cac:AdditionalDocumentReference";
    for supporting in &content.supporting_documents {
        w.group(NAME, |w| {
            w.required("cbc:ID", "BT-122", &supporting.reference)?;
            w.optional("cbc:DocumentDescription", "BT-123", supporting.description.as_ref())?;
            w.group("cac:Attachment", |w| {
                if let Some(file) = &supporting.attachment {
                    embedded(w, file)?;
                }
                w.group("cac:ExternalReference", |w| {
                    w.optional("cbc:URI", "BT-124", supporting.external_location.as_ref())
                })
            })
        })?;
    }
    if let Some(object) = &content.invoiced_object {
        w.group(NAME, |w| object_reference(w, "BT-18", object))?;
    }
    // A credit note has no cac:ProjectReference.
    if let (Kind::CreditNote, Some(project)) = (kind, &content.project_reference) {
        w.group(NAME, |w| {
            w.text("cbc:ID", "BT-11", project)?;
            w.text("cbc:DocumentTypeCode", "BT-11", super::PROJECT)
        })?;
    }
    Ok(())
}

fn embedded(w: &mut Writer, file: &Attachment) -> Result {
    let about = [("mimeCode", Some(&*file.mime_code)), ("filename", Some(&*file.filename))];
    w.with("cbc:EmbeddedDocumentBinaryObject", &about, "BT-125", &file.content_base64)
}

fn object_reference(w: &mut Writer, term: &'static str, object: &Identifier) -> Result {
    w.with("cbc:ID", &[("schemeID", object.scheme.as_deref())], term, &object.value)?;
    w.text("cbc:DocumentTypeCode", term, super::OBJECT)
}

fn parties(w: &mut Writer, document: &Document) -> Result {
    let content = &document.content;
    let debit = content.payment.as_ref().and_then(|p| p.direct_debit.as_ref());
    let creditor = debit.and_then(|d| d.creditor_identifier.as_ref());
    // Who is paid is the creditor.
    let (sellers, payees) = if content.payee.is_some() { (None, creditor) } else { (creditor, None) };
    w.always("cac:AccountingSupplierParty", |w| {
        w.always("cac:Party", |w| seller(w, &content.seller, sellers))
    })?;
    w.always("cac:AccountingCustomerParty", |w| w.always("cac:Party", |w| buyer(w, &content.buyer)))?;
    if let Some(of) = &content.payee {
        w.group("cac:PayeeParty", |w| payee(w, of, payees))?;
    }
    if let Some(of) = &content.tax_representative {
        w.group("cac:TaxRepresentativeParty", |w| tax_representative(w, of))?;
    }
    content.delivery.as_ref().map_or(Ok(()), |of| w.group("cac:Delivery", |w| delivery(w, of)))
}

fn seller(w: &mut Writer, seller: &Seller, creditor: Option<&String>) -> Result {
    identifier(w, "cbc:EndpointID", "BT-34", seller.electronic_address.as_ref())?;
    for of in &seller.identifiers {
        w.group("cac:PartyIdentification", |w| identifier(w, "cbc:ID", "BT-29", Some(of)))?;
    }
    creditor_identifier(w, creditor)?;
    party_name(w, "BT-28", seller.trading_name.as_ref())?;
    address(w, "cac:PostalAddress", &seller.address, &party::SELLER_ADDRESS)?;
    tax_scheme(w, "VAT", "BT-31", seller.vat_identifier.as_ref())?;
    tax_scheme(w, "FC", "BT-32", seller.tax_registration.as_ref())?;
    w.group("cac:PartyLegalEntity", |w| {
        w.text("cbc:RegistrationName", "BT-27", &seller.name)?;
        identifier(w, "cbc:CompanyID", "BT-30", seller.legal_registration.as_ref())?;
        w.optional("cbc:CompanyLegalForm", "BT-33", seller.additional_legal_information.as_ref())
    })?;
    contact(w, seller.contact.as_ref(), &party::SELLER_CONTACT)
}

fn buyer(w: &mut Writer, buyer: &Buyer) -> Result {
    identifier(w, "cbc:EndpointID", "BT-49", buyer.electronic_address.as_ref())?;
    w.group("cac:PartyIdentification", |w| identifier(w, "cbc:ID", "BT-46", buyer.identifier.as_ref()))?;
    party_name(w, "BT-45", buyer.trading_name.as_ref())?;
    address(w, "cac:PostalAddress", &buyer.address, &party::BUYER_ADDRESS)?;
    tax_scheme(w, "VAT", "BT-48", buyer.vat_identifier.as_ref())?;
    w.group("cac:PartyLegalEntity", |w| {
        w.text("cbc:RegistrationName", "BT-44", &buyer.name)?;
        identifier(w, "cbc:CompanyID", "BT-47", buyer.legal_registration.as_ref())
    })?;
    contact(w, buyer.contact.as_ref(), &party::BUYER_CONTACT)
}

fn payee(w: &mut Writer, payee: &Payee, creditor: Option<&String>) -> Result {
    w.group("cac:PartyIdentification", |w| identifier(w, "cbc:ID", "BT-60", payee.identifier.as_ref()))?;
    creditor_identifier(w, creditor)?;
    party_name(w, "BT-59", Some(&payee.name))?;
    w.group("cac:PartyLegalEntity", |w| {
        identifier(w, "cbc:CompanyID", "BT-61", payee.legal_registration.as_ref())
    })
}

fn tax_representative(w: &mut Writer, representative: &TaxRepresentative) -> Result {
    party_name(w, "BT-62", Some(&representative.name))?;
    address(w, "cac:PostalAddress", &representative.address, &party::TAX_REPRESENTATIVE_ADDRESS)?;
    tax_scheme(w, "VAT", "BT-63", representative.vat_identifier.as_ref())
}

fn delivery(w: &mut Writer, delivery: &Delivery) -> Result {
    date(w, "cbc:ActualDeliveryDate", "BT-72", delivery.actual_date)?;
    w.group("cac:DeliveryLocation", |w| {
        identifier(w, "cbc:ID", "BT-71", delivery.location.as_ref())?;
        delivery.address.as_ref().map_or(Ok(()), |to| address(w, "cac:Address", to, &party::DELIVERY_ADDRESS))
    })?;
    w.group("cac:DeliveryParty", |w| party_name(w, "BT-70", delivery.party_name.as_ref()))
}

fn creditor_identifier(w: &mut Writer, creditor: Option<&String>) -> Result {
    w.group("cac:PartyIdentification", |w| {
        let scheme = [("schemeID", Some(CREDITOR_SCHEME))];
        w.with("cbc:ID", &scheme, "BT-90", creditor.map_or("", String::as_str))
    })
}

fn identifier(w: &mut Writer, name: &'static str, term: &'static str, of: Option<&Identifier>) -> Result {
    of.map_or(Ok(()), |of| w.with(name, &[("schemeID", of.scheme.as_deref())], term, &of.value))
}

fn party_name(w: &mut Writer, term: &'static str, name: Option<&String>) -> Result {
    w.group("cac:PartyName", |w| w.optional("cbc:Name", term, name))
}

fn tax_scheme(w: &mut Writer, scheme: &str, term: &'static str, id: Option<&String>) -> Result {
    match id {
        Some(id) if !id.is_empty() => w.group("cac:PartyTaxScheme", |w| {
            w.text("cbc:CompanyID", term, id)?;
            w.group("cac:TaxScheme", |w| w.text("cbc:ID", term, scheme))
        }),
        _ => Ok(()),
    }
}

fn contact(w: &mut Writer, of: Option<&Contact>, terms: &ContactTerms) -> Result {
    let Some(contact) = of else { return Ok(()) };
    w.group("cac:Contact", |w| {
        w.optional("cbc:Name", terms.name, contact.name.as_ref())?;
        w.optional("cbc:Telephone", terms.telephone, contact.telephone.as_ref())?;
        w.optional("cbc:ElectronicMail", terms.email, contact.email.as_ref())
    })
}

fn address(w: &mut Writer, name: &'static str, address: &PostalAddress, terms: &AddressTerms) -> Result {
    w.group(name, |w| {
        w.optional("cbc:StreetName", terms.line_1, address.line_1.as_ref())?;
        w.optional("cbc:AdditionalStreetName", terms.line_2, address.line_2.as_ref())?;
        w.optional("cbc:CityName", terms.city, address.city.as_ref())?;
        w.optional("cbc:PostalZone", terms.post_code, address.post_code.as_ref())?;
        w.optional("cbc:CountrySubentity", terms.subdivision, address.subdivision.as_ref())?;
        w.group("cac:AddressLine", |w| w.optional("cbc:Line", terms.line_3, address.line_3.as_ref()))?;
        w.group("cac:Country", |w| w.text("cbc:IdentificationCode", terms.country, &address.country))
    })
}

/// BG-16. Each account is a group of its own that repeats BT-81, BT-82 and BT-83. A credit note's BT-9 stands here too.
fn payment(w: &mut Writer, content: &Content, kind: Kind) -> Result {
    let due_date = content.due_date.filter(|_| kind == Kind::CreditNote);
    let none = PaymentInstructions::default();
    let payment = match (&content.payment, due_date) {
        (Some(payment), _) => payment,
        (None, Some(_)) => &none,
        (None, None) => return Ok(()),
    };
    let only_creditor = {
        let mut rest = payment.clone();
        rest.direct_debit.as_mut().map(|debit| debit.creditor_identifier.take());
        rest.direct_debit = rest.direct_debit.and_then(values::some_unless_default);
        rest == PaymentInstructions::default()
    };
    if only_creditor && due_date.is_none() {
        return Ok(()); // BT-90 stands with the party.
    }
    for index in 0..payment.credit_transfers.len().max(1) {
        w.group("cac:PaymentMeans", |w| payment_means(w, payment, index, due_date))?;
    }
    Ok(())
}

fn payment_means(
    w: &mut Writer,
    payment: &PaymentInstructions,
    index: usize,
    due_date: Option<Date>,
) -> Result {
    let code = if payment.means_code.is_empty() { NO_INSTRUMENT } else { &payment.means_code };
    let name = payment.means_text.as_deref().filter(|_| index == 0); // UBL-SR-46: once.
    w.with("cbc:PaymentMeansCode", &[("name", name)], "BT-81", code)?;
    date(w, "cbc:PaymentDueDate", "BT-9", due_date.filter(|_| index == 0))?; // UBL-SR-45: once.
    w.optional("cbc:PaymentID", "BT-83", payment.remittance_information.as_ref())?;
    if let (0, Some(card)) = (index, &payment.card) {
        w.group("cac:CardAccount", |w| {
            w.required("cbc:PrimaryAccountNumberID", "BT-87", &card.primary_account_number)?;
            w.text("cbc:NetworkID", "BG-18", NO_NETWORK)?;
            w.optional("cbc:HolderName", "BT-88", card.holder_name.as_ref())
        })?;
    }
    if let Some(account) = payment.credit_transfers.get(index) {
        w.group("cac:PayeeFinancialAccount", |w| {
            w.text("cbc:ID", "BT-84", &account.account)?;
            w.optional("cbc:Name", "BT-85", account.account_name.as_ref())?;
            w.group("cac:FinancialInstitutionBranch", |w| {
                w.optional("cbc:ID", "BT-86", account.service_provider.as_ref())
            })
        })?;
    }
    if let (0, Some(debit)) = (index, &payment.direct_debit) {
        w.group("cac:PaymentMandate", |w| {
            w.optional("cbc:ID", "BT-89", debit.mandate_reference.as_ref())?;
            w.group("cac:PayerFinancialAccount", |w| {
                w.optional("cbc:ID", "BT-91", debit.debited_account.as_ref())
            })
        })?;
    }
    Ok(())
}

fn allowance_charge(w: &mut Writer, adjustment: &Adjustment, currency: &str) -> Result {
    let terms = adjustment.terms;
    w.group("cac:AllowanceCharge", |w| {
        w.text("cbc:ChargeIndicator", terms.amount, adjustment.kind.indicator())?;
        w.optional("cbc:AllowanceChargeReasonCode", terms.reason_code, adjustment.reason_code.as_ref())?;
        w.optional("cbc:AllowanceChargeReason", terms.reason, adjustment.reason.as_ref())?;
        percentage(w, "cbc:MultiplierFactorNumeric", terms.percentage, adjustment.percentage)?;
        amount(w, "cbc:Amount", terms.amount, Some(adjustment.amount.0), currency)?;
        amount(w, "cbc:BaseAmount", terms.base_amount, adjustment.base_amount.map(|a| a.0), currency)?;
        let Some((category, rate)) = &adjustment.vat else { return Ok(()) };
        w.group("cac:TaxCategory", |w| {
            tax_category(w, (category, terms.vat_category), (*rate, terms.vat_rate), |_| Ok(()))
        })
    })
}

fn tax_category(
    w: &mut Writer,
    (category, category_term): (&VatCategory, &'static str),
    (rate, rate_term): (Option<Percentage>, &'static str),
    exemption: impl FnOnce(&mut Writer) -> Result,
) -> Result {
    w.text("cbc:ID", category_term, category.code())?;
    percentage(w, "cbc:Percent", rate_term, rate)?;
    exemption(w)?;
    w.group("cac:TaxScheme", |w| w.text("cbc:ID", category_term, "VAT"))
}

fn vat(w: &mut Writer, document: &Document) -> Result {
    let (content, totals) = (&document.content, &document.totals);
    let currency = content.currency.code();
    if totals.vat_total.is_some() || !document.vat_breakdown.is_empty() {
        // The schema demands BT-110 around BG-23; it is the sum of BT-117 (BR-CO-14).
        let total = match totals.vat_total {
            Some(stated) => Some(stated.0),
            None => document
                .vat_breakdown
                .iter()
                .try_fold(Decimal::ZERO, |sum, b| sum.checked_add(b.tax_amount.0)),
        };
        let total = total.ok_or_else(|| w.missing("cac:TaxTotal/cbc:TaxAmount", "BT-110"))?;
        w.group("cac:TaxTotal", |w| {
            amount(w, "cbc:TaxAmount", "BT-110", Some(total), currency)?;
            document
                .vat_breakdown
                .iter()
                .try_for_each(|b| w.group("cac:TaxSubtotal", |w| breakdown(w, b, currency)))
        })?;
    }
    let accounting = content.vat_accounting_currency.unwrap_or(content.currency);
    w.group("cac:TaxTotal", |w| {
        let total = totals.vat_total_in_accounting_currency.map(|a| a.0);
        amount(w, "cbc:TaxAmount", "BT-111", total, accounting.code())
    })
}

fn breakdown(w: &mut Writer, breakdown: &VatBreakdown, currency: &str) -> Result {
    amount(w, "cbc:TaxableAmount", "BT-116", Some(breakdown.taxable_amount.0), currency)?;
    amount(w, "cbc:TaxAmount", "BT-117", Some(breakdown.tax_amount.0), currency)?;
    w.group("cac:TaxCategory", |w| {
        tax_category(w, (&breakdown.category, "BT-118"), (breakdown.rate, "BT-119"), |w| {
            w.optional("cbc:TaxExemptionReasonCode", "BT-121", breakdown.exemption_reason_code.as_ref())?;
            w.optional("cbc:TaxExemptionReason", "BT-120", breakdown.exemption_reason.as_ref())
        })
    })
}

fn totals(w: &mut Writer, document: &Document) -> Result {
    let (totals, currency) = (&document.totals, document.content.currency.code());
    for (name, term, total) in [
        ("cbc:LineExtensionAmount", "BT-106", Some(totals.line_net_total)),
        ("cbc:TaxExclusiveAmount", "BT-109", Some(totals.total_without_vat)),
        ("cbc:TaxInclusiveAmount", "BT-112", Some(totals.total_with_vat)),
        ("cbc:AllowanceTotalAmount", "BT-107", totals.allowance_total),
        ("cbc:ChargeTotalAmount", "BT-108", totals.charge_total),
        ("cbc:PrepaidAmount", "BT-113", totals.paid_amount),
        ("cbc:PayableRoundingAmount", "BT-114", totals.rounding_amount),
        ("cbc:PayableAmount", "BT-115", Some(totals.amount_due)),
    ] {
        amount(w, name, term, total.map(|a| a.0), currency)?;
    }
    Ok(())
}

fn invoice_line(w: &mut Writer, line: &InvoiceLine, kind: Kind, currency: &str) -> Result {
    w.required("cbc:ID", "BT-126", &line.id)?;
    w.optional("cbc:Note", "BT-127", line.note.as_ref())?;
    let quantity = if kind == Kind::Invoice { "cbc:InvoicedQuantity" } else { "cbc:CreditedQuantity" };
    w.number(quantity, &[("unitCode", Some(&line.unit))], "BT-129", Some(line.quantity.0))?;
    let net = line.net_amount.ok_or_else(|| w.missing("cbc:LineExtensionAmount", "BT-131"))?;
    amount(w, "cbc:LineExtensionAmount", "BT-131", Some(net.0), currency)?;
    w.optional("cbc:AccountingCost", "BT-133", line.buyer_accounting_reference.as_ref())?;
    w.group("cac:InvoicePeriod", |w| period_dates(w, line.period.as_ref(), ["BT-134", "BT-135"]))?;
    w.group("cac:OrderLineReference", |w| {
        w.optional("cbc:LineID", "BT-132", line.order_line_reference.as_ref())
    })?;
    if let Some(object) = &line.object_identifier {
        w.group("cac:DocumentReference", |w| object_reference(w, "BT-128", object))?;
    }
    for adjustment in adjustment::of_line(line) {
        allowance_charge(w, &adjustment, currency)?;
    }
    w.always("cac:Item", |w| item(w, line))?;
    w.group("cac:Price", |w| price(w, &line.price, currency))
}

fn item(w: &mut Writer, line: &InvoiceLine) -> Result {
    let item: &Item = &line.item;
    w.optional("cbc:Description", "BT-154", item.description.as_ref())?;
    w.text("cbc:Name", "BT-153", &item.name)?;
    w.group("cac:BuyersItemIdentification", |w| {
        w.optional("cbc:ID", "BT-156", item.buyers_identifier.as_ref())
    })?;
    w.group("cac:SellersItemIdentification", |w| {
        w.optional("cbc:ID", "BT-155", item.sellers_identifier.as_ref())
    })?;
    w.group("cac:StandardItemIdentification", |w| {
        identifier(w, "cbc:ID", "BT-157", item.standard_identifier.as_ref())
    })?;
    w.group("cac:OriginCountry", |w| {
        w.optional("cbc:IdentificationCode", "BT-159", item.country_of_origin.as_ref())
    })?;
    for class in &item.classifications {
        w.group("cac:CommodityClassification", |w| {
            let list =
                [("listID", class.scheme.as_deref()), ("listVersionID", class.scheme_version.as_deref())];
            w.with("cbc:ItemClassificationCode", &list, "BT-158", &class.code)
        })?;
    }
    w.group("cac:ClassifiedTaxCategory", |w| {
        tax_category(w, (&line.vat_category, "BT-151"), (line.vat_rate, "BT-152"), |_| Ok(()))
    })?;
    for attribute in &item.attributes {
        w.group("cac:AdditionalItemProperty", |w| {
            w.required("cbc:Name", "BT-160", &attribute.name)?;
            w.text("cbc:Value", "BT-161", &attribute.value)
        })?;
    }
    Ok(())
}

fn price(w: &mut Writer, price: &PriceDetails, currency: &str) -> Result {
    amount(w, "cbc:PriceAmount", "BT-146", Some(price.net_price.0), currency)?;
    let unit = [("unitCode", price.base_quantity_unit.as_deref())];
    w.number("cbc:BaseQuantity", &unit, "BT-149", price.base_quantity.map(|q| q.0))?;
    let Some(discount) = values::discount(price) else { return Ok(()) };
    w.group("cac:AllowanceCharge", |w| {
        w.text("cbc:ChargeIndicator", "BT-147", "false")?;
        amount(w, "cbc:Amount", "BT-147", Some(discount.0), currency)?;
        amount(w, "cbc:BaseAmount", "BT-148", price.gross_price.map(|p| p.0), currency)
    })
}

fn period_dates(w: &mut Writer, period: Option<&Period>, [start, end]: [&'static str; 2]) -> Result {
    date(w, "cbc:StartDate", start, period.and_then(|p| p.start))?;
    date(w, "cbc:EndDate", end, period.and_then(|p| p.end))
}

fn amount(
    w: &mut Writer,
    name: &'static str,
    term: &'static str,
    value: Option<Decimal>,
    currency: &str,
) -> Result {
    w.number(name, &[("currencyID", Some(currency))], term, value)
}

fn percentage(w: &mut Writer, name: &'static str, term: &'static str, value: Option<Percentage>) -> Result {
    w.number(name, &[], term, value.map(|p| p.0))
}

fn date(w: &mut Writer, name: &'static str, term: &'static str, day: Option<Date>) -> Result {
    day.map_or(Ok(()), |day| w.text(name, term, &day.to_string()))
}
