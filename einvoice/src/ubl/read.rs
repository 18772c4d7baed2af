//! UBL → Document.

use counterfoil_invoice::line::{Attribute, InvoiceLine, Item, PriceDetails};
use counterfoil_invoice::payment::{CreditTransfer, DirectDebit, PaymentCard, PaymentInstructions};
use counterfoil_invoice::references::{
    Identifier, Note, Period, PrecedingInvoice, ProcessControl, SupportingDocument,
};
use counterfoil_invoice::{
    Buyer, Contact, Content, Currency, Delivery, Document, DocumentTotals, Payee, Percentage, PostalAddress,
    Seller, TaxRepresentative, VatBreakdown, VatCategory,
};
use jiff::civil::Date;

use super::{CREDITOR_SCHEME, NO_NETWORK, NO_ORDER, OBJECT, PROJECT};
use crate::adjustment::{Adjustment, Kind, Level, terms_of};
use crate::party::{self, AddressTerms, ContactTerms};
use crate::xml::Cursor;
use crate::{ReadError, read_alike, values};

type Result<T> = std::result::Result<T, ReadError>;

pub(crate) fn read(root: Cursor<'_>) -> Result<Document> {
    root.skip_at("cbc:UBLVersionID");
    let currency = root.document_currency("cbc:DocumentCurrencyCode")?;
    let mut content = Content { currency, ..Content::default() };
    content.process = ProcessControl {
        business_process: root.text("cbc:ProfileID", "BT-23")?,
        specification: root.text("cbc:CustomizationID", "BT-24")?.unwrap_or_default(),
    };
    let number = root.text("cbc:ID", "BT-1")?.unwrap_or_default();
    let issue_date = match date(root, "cbc:IssueDate", "BT-2")? {
        // What is no date is noted as such, not as missing.
        None if root.says("cbc:IssueDate") => Date::default(),
        day => root.required(day, "BT-2")?,
    };
    content.type_code = match root.text("cbc:InvoiceTypeCode", "BT-3")? {
        None => root.text("cbc:CreditNoteTypeCode", "BT-3")?.unwrap_or_default(),
        Some(code) => code,
    };
    content.notes = root.children("cbc:Note").filter_map(|n| note(n).transpose()).collect::<Result<_>>()?;
    content.due_date = date(root, "cbc:DueDate", "BT-9")?;
    content.tax_point_date = date(root, "cbc:TaxPointDate", "BT-7")?;
    content.vat_accounting_currency =
        root.currency("cbc:TaxCurrencyCode", "BT-6")?.filter(|code| *code != currency);
    content.buyer_accounting_reference = root.text("cbc:AccountingCost", "BT-19")?;
    content.buyer_reference = root.text("cbc:BuyerReference", "BT-10")?;
    content.tax_point_date_code = root.text("cac:InvoicePeriod/cbc:DescriptionCode", "BT-8")?;
    content.invoicing_period = period(root, ["BT-73", "BT-74"])?;
    content.payment_terms =
        root.verbatim("cac:PaymentTerms/cbc:Note", "BT-20")?.map(|text| values::payment_terms(&text));
    read_references(root, &mut content)?;
    read_parties(root, &mut content)?;
    content.payment = payment(root, &mut content)?;
    for group in root.children("cac:AllowanceCharge") {
        let Some(kind) = kind(group, Level::Document)? else { continue };
        let (name, index) = kind.next_group(&content);
        let adjustment = group.within(name, index, |group| allowance_charge(group, Level::Document, kind))?;
        adjustment.add_to_document(&mut content);
    }
    for name in ["cac:InvoiceLine", "cac:CreditNoteLine"] {
        for line in root.children(name) {
            content.lines.push(line.within("BG-25", content.lines.len(), invoice_line)?);
        }
    }
    let (totals, vat_breakdown) = totals(root, content.currency, content.vat_accounting_currency)?;
    Ok(read_alike::document(number, issue_date, content, totals, vat_breakdown))
}

/// BT-21 stands before the text, between number signs.
fn note(note: Cursor<'_>) -> Result<Option<Note>> {
    Ok(note.own_text("BT-22")?.map(coded_note))
}

/// A note, with its code (BT-21) if the text begins with one.
pub(crate) fn coded_note(text: String) -> Note {
    let coded = text.strip_prefix('#').and_then(|rest| rest.split_once('#'));
    match coded {
        // All codes of UNTDID 4451 have three characters.
        Some((code, rest)) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            Note { subject_code: Some(code.to_owned()), text: rest.trim_start().to_owned() }
        }
        _ => Note { subject_code: None, text },
    }
}

fn read_references(root: Cursor<'_>, content: &mut Content) -> Result<()> {
    let number = |path: &str, term| root.text(&format!("{path}/cbc:ID"), term);
    content.purchase_order_reference = number("cac:OrderReference", "BT-13")?;
    content.sales_order_reference = root.text("cac:OrderReference/cbc:SalesOrderID", "BT-14")?;
    if content.sales_order_reference.is_some()
        && content.purchase_order_reference.as_deref() == Some(NO_ORDER)
    {
        content.purchase_order_reference = None;
    }
    for group in root.children("cac:BillingReference") {
        let reference = group.find("cac:InvoiceDocumentReference");
        if reference.is_none() && !group.is_judged() {
            continue;
        }
        let preceding = group.within("BG-3", content.preceding_invoices.len(), |group| {
            let Some(reference) = reference else {
                group.lacks("BT-25");
                return Ok(PrecedingInvoice::default());
            };
            reference.expects("cbc:ID", "BT-25");
            Ok(PrecedingInvoice {
                number: reference.text("cbc:ID", "BT-25")?.unwrap_or_default(),
                issue_date: date(reference, "cbc:IssueDate", "BT-26")?,
            })
        })?;
        content.preceding_invoices.push(preceding);
    }
    content.despatch_advice_reference = number("cac:DespatchDocumentReference", "BT-16")?;
    content.receiving_advice_reference = number("cac:ReceiptDocumentReference", "BT-15")?;
    content.tender_reference = number("cac:OriginatorDocumentReference", "BT-17")?;
    content.contract_reference = number("cac:ContractDocumentReference", "BT-12")?;
    content.project_reference = number("cac:ProjectReference", "BT-11")?;
    for reference in root.children("cac:AdditionalDocumentReference") {
        let code = reference.find("cbc:DocumentTypeCode");
        let typed = matches!(code.map(Cursor::peek_text).as_deref(), Some(OBJECT | PROJECT));
        if typed && reference.find("cbc:ID").is_none_or(|id| id.peek_text().is_empty()) {
            reference.lacks("BT-122");
        }
        match code.map(Cursor::peek_text).as_deref() {
            Some(OBJECT) if content.invoiced_object.is_none() => {
                reference.skip_at("cbc:DocumentTypeCode");
                content.invoiced_object = reference.identifier("cbc:ID", "BT-18")?;
            }
            Some(PROJECT) if content.project_reference.is_none() => {
                reference.skip_at("cbc:DocumentTypeCode");
                content.project_reference = reference.text("cbc:ID", "BT-11")?;
            }
            Some(OBJECT | PROJECT) => {}
            _ => {
                // What CII says of these; UBL needs no code for them.
                reference.repeats("cbc:DocumentTypeCode", Some("916"));
                content.supporting_documents.push(supporting_document(reference)?);
            }
        }
    }
    Ok(())
}

fn supporting_document(reference: Cursor<'_>) -> Result<SupportingDocument> {
    let attachment = reference.find("cac:Attachment/cbc:EmbeddedDocumentBinaryObject");
    Ok(SupportingDocument {
        reference: reference.text("cbc:ID", "BT-122")?.unwrap_or_default(),
        description: reference.text("cbc:DocumentDescription", "BT-123")?,
        external_location: reference.text("cac:Attachment/cac:ExternalReference/cbc:URI", "BT-124")?,
        attachment: attachment.map(read_alike::attachment).transpose()?.flatten(),
    })
}

fn read_parties(root: Cursor<'_>, content: &mut Content) -> Result<()> {
    root.expects("cac:AccountingSupplierParty/cac:Party/cac:PostalAddress", "BG-5");
    root.expects("cac:AccountingCustomerParty/cac:Party/cac:PostalAddress", "BG-8");
    if let Some(party) = root.find("cac:AccountingSupplierParty/cac:Party") {
        content.seller = seller(party)?;
    }
    if let Some(party) = root.find("cac:AccountingCustomerParty/cac:Party") {
        content.buyer = buyer(party)?;
    }
    if let Some(party) = root.find("cac:PayeeParty") {
        party.expects("cac:PartyName/cbc:Name", "BT-59");
        content.payee = party.group(Payee {
            name: party.text("cac:PartyName/cbc:Name", "BT-59")?.unwrap_or_default(),
            identifier: identifiers(party, "BT-60").next().transpose()?,
            legal_registration: party.identifier("cac:PartyLegalEntity/cbc:CompanyID", "BT-61")?,
        });
    }
    if let Some(party) = root.find("cac:TaxRepresentativeParty") {
        party.expects("cac:PostalAddress", "BG-12");
        content.tax_representative = party.group(TaxRepresentative {
            name: party.text("cac:PartyName/cbc:Name", "BT-62")?.unwrap_or_default(),
            vat_identifier: tax_scheme(party, Scheme::Vat, "BT-63")?,
            address: address(party, "cac:PostalAddress", &party::TAX_REPRESENTATIVE_ADDRESS)?
                .unwrap_or_default(),
        });
    }
    if let Some(group) = root.find("cac:Delivery") {
        group.expects("cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode", "BT-80");
        content.delivery = group.group(Delivery {
            party_name: group.text("cac:DeliveryParty/cac:PartyName/cbc:Name", "BT-70")?,
            location: group.identifier("cac:DeliveryLocation/cbc:ID", "BT-71")?,
            actual_date: date(group, "cbc:ActualDeliveryDate", "BT-72")?,
            address: match group.find("cac:DeliveryLocation") {
                Some(location) => address(location, "cac:Address", &party::DELIVERY_ADDRESS)?,
                None => None,
            },
        });
    }
    Ok(())
}

fn seller(party: Cursor<'_>) -> Result<Seller> {
    let mut identifiers: Vec<Identifier> = identifiers(party, "BT-29").collect::<Result<_>>()?;
    // As CII must order them, so that both syntaxes give the same document.
    identifiers.sort_by_key(|id| id.scheme.is_some());
    Ok(Seller {
        name: party.text("cac:PartyLegalEntity/cbc:RegistrationName", "BT-27")?.unwrap_or_default(),
        trading_name: party.text("cac:PartyName/cbc:Name", "BT-28")?,
        identifiers,
        legal_registration: party.identifier("cac:PartyLegalEntity/cbc:CompanyID", "BT-30")?,
        vat_identifier: tax_scheme(party, Scheme::Vat, "BT-31")?,
        tax_registration: tax_scheme(party, Scheme::Other, "BT-32")?,
        additional_legal_information: party.text("cac:PartyLegalEntity/cbc:CompanyLegalForm", "BT-33")?,
        electronic_address: party.identifier("cbc:EndpointID", "BT-34")?,
        address: address(party, "cac:PostalAddress", &party::SELLER_ADDRESS)?.unwrap_or_default(),
        contact: contact(party, &party::SELLER_CONTACT)?,
    })
}

fn buyer(party: Cursor<'_>) -> Result<Buyer> {
    Ok(Buyer {
        name: party.text("cac:PartyLegalEntity/cbc:RegistrationName", "BT-44")?.unwrap_or_default(),
        trading_name: party.text("cac:PartyName/cbc:Name", "BT-45")?,
        identifier: identifiers(party, "BT-46").next().transpose()?,
        legal_registration: party.identifier("cac:PartyLegalEntity/cbc:CompanyID", "BT-47")?,
        vat_identifier: tax_scheme(party, Scheme::Vat, "BT-48")?,
        electronic_address: party.identifier("cbc:EndpointID", "BT-49")?,
        address: address(party, "cac:PostalAddress", &party::BUYER_ADDRESS)?.unwrap_or_default(),
        contact: contact(party, &party::BUYER_CONTACT)?,
    })
}

/// The party's identifiers that are not empty, one by one and without BT-90.
fn identifiers<'t>(
    party: Cursor<'t>,
    term: &'static str,
) -> impl Iterator<Item = Result<Identifier>> + use<'t> {
    party
        .children("cac:PartyIdentification")
        .filter_map(|group| group.find("cbc:ID"))
        .filter(|id| id.peek("schemeID") != Some(CREDITOR_SCHEME))
        .filter_map(move |id| id.own_identifier(term).transpose())
}

/// BT-90, with the seller or the payee.
fn creditor_identifier(root: Cursor<'_>) -> Result<Option<String>> {
    for path in ["cac:PayeeParty", "cac:AccountingSupplierParty/cac:Party"] {
        let Some(party) = root.find(path) else { continue };
        for id in party.children("cac:PartyIdentification").filter_map(|group| group.find("cbc:ID")) {
            if id.peek("schemeID") == Some(CREDITOR_SCHEME) {
                id.attribute("schemeID");
                return id.own_text("BT-90");
            }
        }
    }
    Ok(None)
}

/// What a `cac:PartyTaxScheme` is for: VAT, or whatever else a tax office gives numbers for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Vat,
    Other,
}

fn tax_scheme(party: Cursor<'_>, wanted: Scheme, term: &'static str) -> Result<Option<String>> {
    for group in party.children("cac:PartyTaxScheme") {
        let scheme = group.find("cac:TaxScheme");
        let code = scheme.and_then(|s| s.find("cbc:ID")).map(Cursor::peek_text).unwrap_or_default();
        if code.eq_ignore_ascii_case("VAT") == (wanted == Scheme::Vat)
            && let Some(id) = group.text("cbc:CompanyID", term)?
        {
            if let Some(scheme) = scheme {
                scheme.skip();
            }
            return Ok(Some(id));
        }
    }
    Ok(None)
}

fn contact(party: Cursor<'_>, terms: &ContactTerms) -> Result<Option<Contact>> {
    let Some(contact) = party.find("cac:Contact") else { return Ok(None) };
    Ok(contact.group(Contact {
        name: contact.text("cbc:Name", terms.name)?,
        telephone: contact.text("cbc:Telephone", terms.telephone)?,
        email: contact.text("cbc:ElectronicMail", terms.email)?,
    }))
}

fn address(parent: Cursor<'_>, name: &str, terms: &AddressTerms) -> Result<Option<PostalAddress>> {
    let Some(address) = parent.find(name) else { return Ok(None) };
    Ok(address.group(PostalAddress {
        line_1: address.text("cbc:StreetName", terms.line_1)?,
        line_2: address.text("cbc:AdditionalStreetName", terms.line_2)?,
        line_3: address.text("cac:AddressLine/cbc:Line", terms.line_3)?,
        city: address.text("cbc:CityName", terms.city)?,
        post_code: address.text("cbc:PostalZone", terms.post_code)?,
        subdivision: address.text("cbc:CountrySubentity", terms.subdivision)?,
        country: address.text("cac:Country/cbc:IdentificationCode", terms.country)?.unwrap_or_default(),
    }))
}

/// BG-16, and BT-9 of a credit note.
fn payment(root: Cursor<'_>, content: &mut Content) -> Result<Option<PaymentInstructions>> {
    let mut payment = PaymentInstructions::default();
    let mut debit = DirectDebit { creditor_identifier: creditor_identifier(root)?, ..DirectDebit::default() };
    let due_date_here = root.name() == "cn:CreditNote";
    for (index, means) in root.children("cac:PaymentMeans").enumerate() {
        if index == 0 {
            if let Some(code) = means.find("cbc:PaymentMeansCode") {
                payment.means_code = code.own_text("BT-81")?.unwrap_or_default();
                payment.means_text = code.attribute("name");
            }
            if due_date_here {
                content.due_date = date(means, "cbc:PaymentDueDate", "BT-9")?;
            }
        } else if let Some(code) = means.find("cbc:PaymentMeansCode") {
            means.repeats("cbc:PaymentMeansCode", Some(&payment.means_code));
            if code.peek("name") == payment.means_text.as_deref() {
                code.attribute("name");
            }
        }
        means.repeats("cbc:PaymentDueDate", content.due_date.map(|d| d.to_string()).as_deref());
        if payment.remittance_information.is_none() {
            payment.remittance_information = means.text("cbc:PaymentID", "BT-83")?;
        } else {
            means.repeats("cbc:PaymentID", payment.remittance_information.as_deref());
        }
        if let (None, Some(card)) = (&payment.card, means.find("cac:CardAccount")) {
            card.repeats("cbc:NetworkID", Some(NO_NETWORK));
            payment.card = values::some_unless_default(PaymentCard {
                primary_account_number: card.text("cbc:PrimaryAccountNumberID", "BT-87")?.unwrap_or_default(),
                holder_name: card.text("cbc:HolderName", "BT-88")?,
            });
        }
        if let Some(account) = means.find("cac:PayeeFinancialAccount") {
            payment.credit_transfers.extend(credit_transfer(account)?);
        }
        if let (None, Some(mandate)) = (&debit.mandate_reference, means.find("cac:PaymentMandate")) {
            debit.mandate_reference = mandate.text("cbc:ID", "BT-89")?;
            debit.debited_account = mandate.text("cac:PayerFinancialAccount/cbc:ID", "BT-91")?;
        }
    }
    payment.direct_debit = values::some_unless_default(debit);
    Ok(values::some_unless_default(payment))
}

fn credit_transfer(account: Cursor<'_>) -> Result<Option<CreditTransfer>> {
    Ok(account.group(CreditTransfer {
        account: account.text("cbc:ID", "BT-84")?.unwrap_or_default(),
        account_name: account.text("cbc:Name", "BT-85")?,
        service_provider: account.text("cac:FinancialInstitutionBranch/cbc:ID", "BT-86")?,
    }))
}

/// `None` only in a document that is judged: what is neither is nothing to the rules.
fn kind(group: Cursor<'_>, level: Level) -> Result<Option<Kind>> {
    let any = terms_of(level, Kind::Allowance).amount;
    let Some(indicator) = group.demanded(group.find("cbc:ChargeIndicator"), any)? else { return Ok(None) };
    Ok(indicator.own_boolean(any)?.map(Kind::from_indicator))
}

fn allowance_charge(group: Cursor<'_>, level: Level, kind: Kind) -> Result<Adjustment> {
    let terms = terms_of(level, kind);
    let vat = match level {
        Level::Document => Some(tax_category(group, "cac:TaxCategory", terms.vat_category, terms.vat_rate)?),
        Level::Line => None,
    };
    Ok(Adjustment {
        kind,
        terms,
        amount: group.required_amount("cbc:Amount", terms.amount)?,
        base_amount: group.amount("cbc:BaseAmount", terms.base_amount)?,
        percentage: group.percentage("cbc:MultiplierFactorNumeric", terms.percentage)?,
        reason: group.text("cbc:AllowanceChargeReason", terms.reason)?,
        reason_code: group.text("cbc:AllowanceChargeReasonCode", terms.reason_code)?,
        vat,
    })
}

/// Category and rate. The tax scheme can only be VAT; another one is left unread.
fn tax_category(
    parent: Cursor<'_>,
    name: &str,
    category: &'static str,
    rate: &'static str,
) -> Result<(VatCategory, Option<Percentage>)> {
    let Some(group) = parent.find(name) else {
        parent.lacks(category);
        return Ok((values::category(None), None));
    };
    let vat = |scheme: Cursor<'_>| scheme.peek_text().eq_ignore_ascii_case("VAT");
    if !group.find("cac:TaxScheme/cbc:ID").is_some_and(vat) {
        group.lacks(category);
    }
    group.expects("cbc:ID", category);
    if let Some(scheme) = group.find("cac:TaxScheme/cbc:ID")
        && scheme.peek_text().eq_ignore_ascii_case("VAT")
    {
        scheme.skip();
    }
    Ok((values::category(group.text("cbc:ID", category)?), group.percentage("cbc:Percent", rate)?))
}

fn totals(
    root: Cursor<'_>,
    currency: Currency,
    accounting: Option<Currency>,
) -> Result<(DocumentTotals, Vec<VatBreakdown>)> {
    let mut totals = match root.demanded(root.find("cac:LegalMonetaryTotal"), "BG-22")? {
        Some(group) => monetary_total(group)?,
        None => DocumentTotals::default(),
    };
    let mut breakdown = Vec::new();
    for total in root.children("cac:TaxTotal") {
        let amount = total.find("cbc:TaxAmount");
        let stated = amount.and_then(|amount| amount.peek("currencyID"));
        let invoiced = stated.is_none_or(|code| code == currency.code());
        if amount.is_some() && totals.vat_total.is_none() && invoiced || total.is_judged() {
            for subtotal in total.children("cac:TaxSubtotal") {
                breakdown.push(subtotal.within("BG-23", breakdown.len(), vat_breakdown)?);
            }
        }
        if let Some(amount) = amount {
            read_alike::vat_total(amount, currency, accounting, &mut totals)?;
        }
    }
    Ok((totals, breakdown))
}

fn monetary_total(group: Cursor<'_>) -> Result<DocumentTotals> {
    Ok(DocumentTotals {
        line_net_total: group.required_amount("cbc:LineExtensionAmount", "BT-106")?,
        allowance_total: group.amount("cbc:AllowanceTotalAmount", "BT-107")?,
        charge_total: group.amount("cbc:ChargeTotalAmount", "BT-108")?,
        total_without_vat: group.required_amount("cbc:TaxExclusiveAmount", "BT-109")?,
        total_with_vat: group.required_amount("cbc:TaxInclusiveAmount", "BT-112")?,
        paid_amount: group.amount("cbc:PrepaidAmount", "BT-113")?,
        rounding_amount: group.amount("cbc:PayableRoundingAmount", "BT-114")?,
        amount_due: group.required_amount("cbc:PayableAmount", "BT-115")?,
        ..DocumentTotals::default()
    })
}

fn vat_breakdown(subtotal: Cursor<'_>) -> Result<VatBreakdown> {
    let (category, rate) = tax_category(subtotal, "cac:TaxCategory", "BT-118", "BT-119")?;
    Ok(VatBreakdown {
        taxable_amount: subtotal.required_amount("cbc:TaxableAmount", "BT-116")?,
        tax_amount: subtotal.required_amount("cbc:TaxAmount", "BT-117")?,
        category,
        rate,
        exemption_reason: subtotal.text("cac:TaxCategory/cbc:TaxExemptionReason", "BT-120")?,
        exemption_reason_code: subtotal.text("cac:TaxCategory/cbc:TaxExemptionReasonCode", "BT-121")?,
    })
}

fn invoice_line(group: Cursor<'_>) -> Result<InvoiceLine> {
    let quantity = match group.find("cbc:InvoicedQuantity") {
        None => group.find("cbc:CreditedQuantity"),
        invoiced => invoiced,
    };
    let (mut invoiced, mut unit) = (None, None);
    if let Some(quantity) = group.demanded(quantity, "BT-129")? {
        invoiced = quantity.own_quantity("BT-129")?;
        unit = quantity.attribute("unitCode");
    }
    if unit.is_none() {
        group.lacks("BT-130");
    }
    let mut line = InvoiceLine {
        id: group.text("cbc:ID", "BT-126")?.unwrap_or_default(),
        note: group.text("cbc:Note", "BT-127")?,
        object_identifier: None,
        quantity: group.required(invoiced, "BT-129")?,
        unit: unit.unwrap_or_default(),
        net_amount: group.demanded(group.amount("cbc:LineExtensionAmount", "BT-131")?, "BT-131")?,
        order_line_reference: group.text("cac:OrderLineReference/cbc:LineID", "BT-132")?,
        buyer_accounting_reference: group.text("cbc:AccountingCost", "BT-133")?,
        period: period(group, ["BT-134", "BT-135"])?,
        price: price(group)?,
        ..InvoiceLine::default()
    };
    for reference in group.children("cac:DocumentReference") {
        if line.object_identifier.is_none() {
            reference.repeats("cbc:DocumentTypeCode", Some(OBJECT));
            line.object_identifier = reference.identifier("cbc:ID", "BT-128")?;
        }
    }
    for adjustment in group.children("cac:AllowanceCharge") {
        let Some(kind) = kind(adjustment, Level::Line)? else { continue };
        allowance_charge(adjustment, Level::Line, kind)?.add_to_line(&mut line);
    }
    line.vat_category = values::category(None);
    group.expects("cac:Item", "BT-151");
    if let Some(of) = group.find("cac:Item") {
        (line.vat_category, line.vat_rate) =
            tax_category(of, "cac:ClassifiedTaxCategory", "BT-151", "BT-152")?;
        line.item = item(of)?;
    }
    Ok(line)
}

fn item(group: Cursor<'_>) -> Result<Item> {
    let mut item = Item {
        name: group.text("cbc:Name", "BT-153")?.unwrap_or_default(),
        description: group.text("cbc:Description", "BT-154")?,
        sellers_identifier: group.text("cac:SellersItemIdentification/cbc:ID", "BT-155")?,
        buyers_identifier: group.text("cac:BuyersItemIdentification/cbc:ID", "BT-156")?,
        standard_identifier: group.identifier("cac:StandardItemIdentification/cbc:ID", "BT-157")?,
        country_of_origin: group.text("cac:OriginCountry/cbc:IdentificationCode", "BT-159")?,
        ..Item::default()
    };
    for class in group.children("cac:CommodityClassification") {
        let Some(code) = class.find("cbc:ItemClassificationCode") else { continue };
        item.classifications.push(read_alike::classification(code)?);
    }
    for property in group.children("cac:AdditionalItemProperty") {
        property.expects("cbc:Name", "BT-160");
        property.expects("cbc:Value", "BT-161");
        item.attributes.push(Attribute {
            name: property.text("cbc:Name", "BT-160")?.unwrap_or_default(),
            value: property.text("cbc:Value", "BT-161")?.unwrap_or_default(),
        });
    }
    Ok(item)
}

fn price(line: Cursor<'_>) -> Result<PriceDetails> {
    let Some(group) = line.demanded(line.find("cac:Price"), "BT-146")? else {
        return Ok(PriceDetails::default());
    };
    let net_price = group.required(group.price("cbc:PriceAmount", "BT-146")?, "BT-146")?;
    let mut price = PriceDetails { net_price, ..PriceDetails::default() };
    if let Some(base) = group.find("cbc:BaseQuantity") {
        price.base_quantity = base.own_quantity("BT-149")?;
        price.base_quantity_unit = base.attribute("unitCode");
    }
    for discount in group.children("cac:AllowanceCharge") {
        let indicator = discount.demanded(discount.find("cbc:ChargeIndicator"), "BT-147")?;
        let charge = indicator.map_or(Ok(None), |indicator| indicator.own_boolean("BT-147"))?;
        if charge.is_none() && price.gross_price.is_none() {
            price.gross_price = discount.price("cbc:BaseAmount", "BT-148")?;
        }
        if price.discount.is_none() && price.gross_price.is_none() && charge == Some(false) {
            price.discount = values::some_discount(discount.price("cbc:Amount", "BT-147")?);
            price.gross_price = discount.price("cbc:BaseAmount", "BT-148")?;
        }
    }
    Ok(price)
}

fn period(parent: Cursor<'_>, [start, end]: [&'static str; 2]) -> Result<Option<Period>> {
    let Some(period) = parent.find("cac:InvoicePeriod") else { return Ok(None) };
    Ok(period.group(Period {
        start: date(period, "cbc:StartDate", start)?,
        end: date(period, "cbc:EndDate", end)?,
    }))
}

fn date(parent: Cursor<'_>, name: &str, term: &'static str) -> Result<Option<Date>> {
    let Some(found) = parent.find(name) else { return Ok(None) };
    let Some(text) = found.own_text(term)?.filter(|text| !text.is_empty()) else { return Ok(None) };
    match values::xsd_date(&text) {
        None => found.wrong(term, "is no day of the calendar as CCYY-MM-DD"),
        day => Ok(day),
    }
}
