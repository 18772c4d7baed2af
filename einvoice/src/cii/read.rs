//! CII → Document.

use counterfoil_invoice::line::{Attribute, InvoiceLine, Item, PriceDetails};
use counterfoil_invoice::payment::{CreditTransfer, DirectDebit, PaymentCard, PaymentInstructions};
use counterfoil_invoice::references::{
    Identifier, Note, Period, PrecedingInvoice, ProcessControl, SupportingDocument,
};
use counterfoil_invoice::{
    Buyer, Contact, Content, Currency, Delivery, Document, DocumentTotals, Payee, PostalAddress, Seller,
    TaxRepresentative, VatBreakdown, VatCategory,
};
use jiff::civil::Date;

use super::codes;
use crate::adjustment::{Adjustment, Kind, Level, terms_of};
use crate::party::{self, AddressTerms, ContactTerms};
use crate::xml::Cursor;
use crate::{ReadError, read_alike, values};

type Result<T> = std::result::Result<T, ReadError>;

pub(crate) fn read(root: Cursor<'_>) -> Result<Document> {
    const ISSUED: &str = "ram:IssueDateTime/udt:DateTimeString";
    let mut content = Content { process: process_control(root)?, ..Content::default() };
    let (mut number, mut issue_date) = (String::new(), None);
    if let Some(header) = root.demanded(root.find("rsm:ExchangedDocument"), "BT-2")? {
        number = header.text("ram:ID", "BT-1")?.unwrap_or_default();
        content.type_code = header.text("ram:TypeCode", "BT-3")?.unwrap_or_default();
        issue_date = match date_time(header, "ram:IssueDateTime", "BT-2")? {
            // What is no date is noted as such, not as missing; but without its format it is none to BR-03.
            None if header.says(ISSUED)
                && header.find(ISSUED).and_then(|d| d.peek("format")) == Some("102") =>
            {
                Some(Date::default())
            }
            day => header.demanded(day, "BT-2")?,
        };
        content.notes = header.children("ram:IncludedNote").map(note).collect::<Result<_>>()?;
    }
    let issue_date = issue_date.unwrap_or_default();
    let (mut totals, mut vat_breakdown) = (DocumentTotals::default(), Vec::new());
    if let Some(transaction) = root.demanded(root.find("rsm:SupplyChainTradeTransaction"), "BG-25")? {
        (totals, vat_breakdown) = read_transaction(transaction, &mut content)?;
    }
    Ok(read_alike::document(number, issue_date, content, totals, vat_breakdown))
}

fn read_transaction(
    transaction: Cursor<'_>,
    content: &mut Content,
) -> Result<(DocumentTotals, Vec<VatBreakdown>)> {
    const AGREEMENT: &str = "ram:ApplicableHeaderTradeAgreement";
    let settlement =
        transaction.demanded(transaction.find("ram:ApplicableHeaderTradeSettlement"), "BG-22")?;
    match settlement {
        // First, because all amounts are in it.
        Some(settlement) => content.currency = settlement.document_currency("ram:InvoiceCurrencyCode")?,
        None => transaction.lacks("BT-5"),
    }
    let lines = transaction.children("ram:IncludedSupplyChainTradeLineItem");
    for line in lines.filter(|line| is_invoice_line(*line) || line.is_judged()) {
        content.lines.push(line.within("BG-25", content.lines.len(), invoice_line)?);
    }
    transaction.expects(&format!("{AGREEMENT}/ram:SellerTradeParty/ram:PostalTradeAddress"), "BG-5");
    transaction.expects(&format!("{AGREEMENT}/ram:BuyerTradeParty/ram:PostalTradeAddress"), "BG-8");
    if let Some(agreement) = transaction.find(AGREEMENT) {
        read_agreement(agreement, content)?;
    }
    if let Some(delivery) = transaction.find("ram:ApplicableHeaderTradeDelivery") {
        read_delivery(delivery, content)?;
    }
    let Some(settlement) = settlement else { return Ok(Default::default()) };
    read_settlement(settlement, content)?;
    let mut breakdowns = Vec::new();
    for tax in settlement.children("ram:ApplicableTradeTax") {
        breakdowns.push(tax.within("BG-23", breakdowns.len(), breakdown)?);
    }
    Ok((totals(settlement, content.currency, content.vat_accounting_currency)?, breakdowns))
}

fn process_control(root: Cursor<'_>) -> Result<ProcessControl> {
    const PROCESS: &str = "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID";
    const GUIDELINE: &str = "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID";
    let Some(context) = root.find("rsm:ExchangedDocumentContext") else {
        return Ok(ProcessControl::default());
    };
    Ok(ProcessControl {
        business_process: context.text(PROCESS, "BT-23")?,
        specification: context.text(GUIDELINE, "BT-24")?.unwrap_or_default(),
    })
}

fn note(note: Cursor<'_>) -> Result<Note> {
    Ok(Note {
        subject_code: note.text("ram:SubjectCode", "BT-21")?,
        text: note.text("ram:Content", "BT-22")?.unwrap_or_default(),
    })
}

fn read_agreement(agreement: Cursor<'_>, content: &mut Content) -> Result<()> {
    let number = |path: &str, term| agreement.text(&format!("{path}/ram:IssuerAssignedID"), term);
    content.buyer_reference = agreement.text("ram:BuyerReference", "BT-10")?;
    content.sales_order_reference = number("ram:SellerOrderReferencedDocument", "BT-14")?;
    content.purchase_order_reference = number("ram:BuyerOrderReferencedDocument", "BT-13")?;
    content.contract_reference = number("ram:ContractReferencedDocument", "BT-12")?;
    content.project_reference = agreement.text("ram:SpecifiedProcuringProject/ram:ID", "BT-11")?;
    if let Some(project) = agreement.find("ram:SpecifiedProcuringProject") {
        project.repeats("ram:Name", Some(codes::PROJECT_NAME));
        project.repeats("ram:Name", content.project_reference.as_deref());
    }
    if let Some(party) = agreement.find("ram:SellerTradeParty") {
        content.seller = seller(party)?;
    }
    if let Some(party) = agreement.find("ram:BuyerTradeParty") {
        content.buyer = buyer(party)?;
    }
    if let Some(party) = agreement.find("ram:SellerTaxRepresentativeTradeParty") {
        party.expects("ram:PostalTradeAddress", "BG-12");
        content.tax_representative = party.group(TaxRepresentative {
            name: party.text("ram:Name", "BT-62")?.unwrap_or_default(),
            vat_identifier: tax_registration(party, "VA", "BT-63")?,
            address: address(party, &party::TAX_REPRESENTATIVE_ADDRESS)?.unwrap_or_default(),
        });
    }
    for reference in agreement.children("ram:AdditionalReferencedDocument") {
        if reference.find("ram:IssuerAssignedID").is_none_or(|id| id.peek_text().is_empty()) {
            reference.lacks("BT-122");
        }
        match reference.text("ram:TypeCode", "BG-24")?.as_deref() {
            Some(codes::TENDER) if content.tender_reference.is_none() => {
                content.tender_reference = reference.text("ram:IssuerAssignedID", "BT-17")?;
            }
            Some(codes::OBJECT) if content.invoiced_object.is_none() => {
                content.invoiced_object = object_reference(reference, "BT-18")?;
            }
            Some(codes::SUPPORTING) => content.supporting_documents.push(supporting_document(reference)?),
            _ => {}
        }
    }
    Ok(())
}

fn object_reference(reference: Cursor<'_>, term: &'static str) -> Result<Option<Identifier>> {
    let scheme = reference.text("ram:ReferenceTypeCode", term)?;
    let value = reference.text("ram:IssuerAssignedID", term)?;
    Ok(value.map(|value| Identifier { value, scheme }))
}

fn supporting_document(reference: Cursor<'_>) -> Result<SupportingDocument> {
    let attachment = reference.find("ram:AttachmentBinaryObject");
    Ok(SupportingDocument {
        reference: reference.text("ram:IssuerAssignedID", "BT-122")?.unwrap_or_default(),
        description: reference.text("ram:Name", "BT-123")?,
        external_location: reference.text("ram:URIID", "BT-124")?,
        attachment: attachment.map(read_alike::attachment).transpose()?.flatten(),
    })
}

fn seller(party: Cursor<'_>) -> Result<Seller> {
    Ok(Seller {
        name: party.text("ram:Name", "BT-27")?.unwrap_or_default(),
        trading_name: party.text("ram:SpecifiedLegalOrganization/ram:TradingBusinessName", "BT-28")?,
        identifiers: identifiers(party, "BT-29").collect::<Result<_>>()?,
        legal_registration: party.identifier("ram:SpecifiedLegalOrganization/ram:ID", "BT-30")?,
        vat_identifier: tax_registration(party, "VA", "BT-31")?,
        tax_registration: tax_registration(party, "FC", "BT-32")?,
        additional_legal_information: party.text("ram:Description", "BT-33")?,
        electronic_address: electronic_address(party, "BT-34")?,
        address: address(party, &party::SELLER_ADDRESS)?.unwrap_or_default(),
        contact: contact(party, &party::SELLER_CONTACT)?,
    })
}

fn buyer(party: Cursor<'_>) -> Result<Buyer> {
    Ok(Buyer {
        name: party.text("ram:Name", "BT-44")?.unwrap_or_default(),
        trading_name: party.text("ram:SpecifiedLegalOrganization/ram:TradingBusinessName", "BT-45")?,
        identifier: identifiers(party, "BT-46").next().transpose()?,
        legal_registration: party.identifier("ram:SpecifiedLegalOrganization/ram:ID", "BT-47")?,
        vat_identifier: tax_registration(party, "VA", "BT-48")?,
        electronic_address: electronic_address(party, "BT-49")?,
        address: address(party, &party::BUYER_ADDRESS)?.unwrap_or_default(),
        contact: contact(party, &party::BUYER_CONTACT)?,
    })
}

fn electronic_address(party: Cursor<'_>, term: &'static str) -> Result<Option<Identifier>> {
    let Some(group) = party.find("ram:URIUniversalCommunication") else { return Ok(None) };
    // BR-62 and BR-63 look at an address that is there and says nothing.
    Ok(group.identifier("ram:URIID", term)?.or_else(|| group.is_judged().then(Identifier::default)))
}

fn payee(party: Cursor<'_>) -> Result<Payee> {
    Ok(Payee {
        name: party.text("ram:Name", "BT-59")?.unwrap_or_default(),
        identifier: identifiers(party, "BT-60").next().transpose()?,
        legal_registration: party.identifier("ram:SpecifiedLegalOrganization/ram:ID", "BT-61")?,
    })
}

/// `ID` and `GlobalID` that are not empty, one by one: where EN 16931 has one, the others stay unread.
fn identifiers<'t>(
    party: Cursor<'t>,
    term: &'static str,
) -> impl Iterator<Item = Result<Identifier>> + use<'t> {
    party
        .children("ram:ID")
        .chain(party.children("ram:GlobalID"))
        .filter_map(move |id| id.own_identifier(term).transpose())
}

fn contact(party: Cursor<'_>, terms: &ContactTerms) -> Result<Option<Contact>> {
    let Some(contact) = party.find("ram:DefinedTradeContact") else { return Ok(None) };
    let name = match contact.text("ram:PersonName", terms.name)? {
        None => contact.text("ram:DepartmentName", terms.name)?,
        person => person,
    };
    Ok(contact.group(Contact {
        name,
        telephone: contact.text("ram:TelephoneUniversalCommunication/ram:CompleteNumber", terms.telephone)?,
        email: contact.text("ram:EmailURIUniversalCommunication/ram:URIID", terms.email)?,
    }))
}

fn address(party: Cursor<'_>, terms: &AddressTerms) -> Result<Option<PostalAddress>> {
    let Some(address) = party.find("ram:PostalTradeAddress") else { return Ok(None) };
    Ok(address.group(PostalAddress {
        line_1: address.text("ram:LineOne", terms.line_1)?,
        line_2: address.text("ram:LineTwo", terms.line_2)?,
        line_3: address.text("ram:LineThree", terms.line_3)?,
        city: address.text("ram:CityName", terms.city)?,
        post_code: address.text("ram:PostcodeCode", terms.post_code)?,
        subdivision: address.text("ram:CountrySubDivisionName", terms.subdivision)?,
        country: address.text("ram:CountryID", terms.country)?.unwrap_or_default(),
    }))
}

fn tax_registration(party: Cursor<'_>, scheme: &str, term: &'static str) -> Result<Option<String>> {
    for registration in party.children("ram:SpecifiedTaxRegistration") {
        if let Some(id) = registration.find("ram:ID")
            && id.peek("schemeID") == Some(scheme)
        {
            id.attribute("schemeID");
            return id.own_text(term);
        }
    }
    Ok(None)
}

fn read_delivery(group: Cursor<'_>, content: &mut Content) -> Result<()> {
    let number = |path: &str, term| group.text(&format!("{path}/ram:IssuerAssignedID"), term);
    content.despatch_advice_reference = number("ram:DespatchAdviceReferencedDocument", "BT-16")?;
    content.receiving_advice_reference = number("ram:ReceivingAdviceReferencedDocument", "BT-15")?;
    let mut delivery = Delivery {
        actual_date: match group.find("ram:ActualDeliverySupplyChainEvent") {
            Some(event) => date_time(event, "ram:OccurrenceDateTime", "BT-72")?,
            None => None,
        },
        ..Delivery::default()
    };
    if let Some(party) = group.find("ram:ShipToTradeParty") {
        delivery.party_name = party.text("ram:Name", "BT-70")?;
        delivery.location = identifiers(party, "BT-71").next().transpose()?;
        party.expects("ram:PostalTradeAddress/ram:CountryID", "BT-80");
        delivery.address = address(party, &party::DELIVERY_ADDRESS)?;
    }
    content.delivery = values::some_unless_default(delivery);
    Ok(())
}

fn read_settlement(settlement: Cursor<'_>, content: &mut Content) -> Result<()> {
    let accounting = settlement.currency("ram:TaxCurrencyCode", "BT-6")?;
    content.vat_accounting_currency = accounting.filter(|code| *code != content.currency);
    if let Some(party) = settlement.find("ram:PayeeTradeParty") {
        party.expects("ram:Name", "BT-59");
        content.payee = party.group(payee(party)?);
    }
    content.payment = payment(settlement)?;
    read_tax_point(settlement, content)?;
    content.invoicing_period = period(settlement, ["BT-73", "BT-74"])?;
    for group in settlement.children("ram:SpecifiedTradeAllowanceCharge") {
        let Some(kind) = kind(group, Level::Document)? else { continue };
        let (name, index) = kind.next_group(content);
        let adjustment = group.within(name, index, |group| allowance_charge(group, Level::Document, kind))?;
        adjustment.add_to_document(content);
    }
    for terms in settlement.children("ram:SpecifiedTradePaymentTerms") {
        if content.payment_terms.is_none() {
            let text = terms.verbatim("ram:Description", "BT-20")?;
            content.payment_terms = text.map(|text| values::payment_terms(&text));
        }
        if content.due_date.is_none() {
            content.due_date = date_time(terms, "ram:DueDateDateTime", "BT-9")?;
        }
    }
    for reference in settlement.children("ram:InvoiceReferencedDocument") {
        content.preceding_invoices.push(PrecedingInvoice {
            number: reference.text("ram:IssuerAssignedID", "BT-25")?.unwrap_or_default(),
            issue_date: date(reference, "ram:FormattedIssueDateTime", "qdt:DateTimeString", "BT-26")?,
        });
    }
    content.buyer_accounting_reference =
        settlement.text("ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID", "BT-19")?;
    Ok(())
}

/// BT-7 and BT-8 have a place in each breakdown; where they repeat the first they say nothing new.
fn read_tax_point(settlement: Cursor<'_>, content: &mut Content) -> Result<()> {
    for tax in settlement.children("ram:ApplicableTradeTax") {
        if content.tax_point_date.is_none() {
            content.tax_point_date = date(tax, "ram:TaxPointDate", "udt:DateString", "BT-7")?;
        } else {
            let first = content.tax_point_date.map(|d| d.strftime("%Y%m%d").to_string());
            if let Some(point) = tax.find("ram:TaxPointDate") {
                point.repeats("udt:DateString", first.as_deref());
            }
        }
        if let Some(first) = content.tax_point_date_code.as_deref() {
            tax.repeats("ram:DueDateTypeCode", Some(codes::tax_point_to_cii(first)));
        } else {
            let code = tax.text("ram:DueDateTypeCode", "BT-8")?;
            content.tax_point_date_code = code.map(|code| codes::tax_point_from_cii(&code).to_owned());
        }
    }
    Ok(())
}

fn payment(settlement: Cursor<'_>) -> Result<Option<PaymentInstructions>> {
    let mut payment = PaymentInstructions {
        remittance_information: settlement.text("ram:PaymentReference", "BT-83")?,
        ..PaymentInstructions::default()
    };
    let mut debit = DirectDebit {
        creditor_identifier: settlement.text("ram:CreditorReferenceID", "BT-90")?,
        mandate_reference: settlement
            .text("ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID", "BT-89")?,
        ..DirectDebit::default()
    };
    for (index, means) in settlement.children("ram:SpecifiedTradeSettlementPaymentMeans").enumerate() {
        if index == 0 {
            payment.means_code = means.text("ram:TypeCode", "BT-81")?.unwrap_or_default();
            payment.means_text = means.text("ram:Information", "BT-82")?;
        } else {
            means.repeats("ram:TypeCode", Some(&payment.means_code));
            means.repeats("ram:Information", payment.means_text.as_deref());
        }
        if payment.card.is_none()
            && let Some(card) = means.find("ram:ApplicableTradeSettlementFinancialCard")
        {
            payment.card = values::some_unless_default(PaymentCard {
                primary_account_number: card.text("ram:ID", "BT-87")?.unwrap_or_default(),
                holder_name: card.text("ram:CardholderName", "BT-88")?,
            });
        }
        if debit.debited_account.is_none() {
            debit.debited_account = means.text("ram:PayerPartyDebtorFinancialAccount/ram:IBANID", "BT-91")?;
        }
        payment.credit_transfers.extend(credit_transfer(means)?);
    }
    payment.direct_debit = values::some_unless_default(debit);
    Ok(values::some_unless_default(payment))
}

fn credit_transfer(means: Cursor<'_>) -> Result<Option<CreditTransfer>> {
    const BIC: &str = "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID";
    let mut transfer =
        CreditTransfer { service_provider: means.text(BIC, "BT-86")?, ..CreditTransfer::default() };
    if let Some(account) = means.find("ram:PayeePartyCreditorFinancialAccount") {
        let number = match account.text("ram:IBANID", "BT-84")? {
            None => account.text("ram:ProprietaryID", "BT-84")?,
            iban => iban,
        };
        transfer.account = number.unwrap_or_default();
        transfer.account_name = account.text("ram:AccountName", "BT-85")?;
    }
    Ok(values::some_unless_default(transfer))
}

/// The category of a VAT. Another tax has none that EN 16931 knows.
fn category(tax: Cursor<'_>, term: &'static str) -> Result<VatCategory> {
    tax.repeats("ram:TypeCode", Some("VAT"));
    let vat = |kind: Cursor<'_>| kind.peek_text().eq_ignore_ascii_case("VAT");
    if !tax.find("ram:TypeCode").is_some_and(vat) {
        tax.lacks(term);
    }
    tax.expects("ram:CategoryCode", term);
    Ok(values::category(tax.text("ram:CategoryCode", term)?))
}

fn breakdown(tax: Cursor<'_>) -> Result<VatBreakdown> {
    Ok(VatBreakdown {
        taxable_amount: tax.required_amount("ram:BasisAmount", "BT-116")?,
        tax_amount: tax.required_amount("ram:CalculatedAmount", "BT-117")?,
        category: category(tax, "BT-118")?,
        rate: tax.percentage("ram:RateApplicablePercent", "BT-119")?,
        exemption_reason: tax.text("ram:ExemptionReason", "BT-120")?,
        exemption_reason_code: tax.text("ram:ExemptionReasonCode", "BT-121")?,
    })
}

fn period(parent: Cursor<'_>, [start, end]: [&'static str; 2]) -> Result<Option<Period>> {
    let Some(period) = parent.find("ram:BillingSpecifiedPeriod") else { return Ok(None) };
    Ok(period.group(Period {
        start: date_time(period, "ram:StartDateTime", start)?,
        end: date_time(period, "ram:EndDateTime", end)?,
    }))
}

/// `None` only in a document that is judged: what is neither is nothing to the rules.
fn kind(group: Cursor<'_>, level: Level) -> Result<Option<Kind>> {
    let any = terms_of(level, Kind::Allowance).amount;
    let Some(indicator) = group.demanded(group.find("ram:ChargeIndicator/udt:Indicator"), any)? else {
        return Ok(None);
    };
    Ok(indicator.own_boolean(any)?.map(Kind::from_indicator))
}

fn allowance_charge(group: Cursor<'_>, level: Level, kind: Kind) -> Result<Adjustment> {
    let terms = terms_of(level, kind);
    let vat = match group.find("ram:CategoryTradeTax") {
        Some(tax) if level == Level::Document => Some((
            category(tax, terms.vat_category)?,
            tax.percentage("ram:RateApplicablePercent", terms.vat_rate)?,
        )),
        None if level == Level::Document => {
            group.lacks(terms.vat_category);
            Some((values::category(None), None))
        }
        _ => None,
    };
    Ok(Adjustment {
        kind,
        terms,
        amount: group.required_amount("ram:ActualAmount", terms.amount)?,
        base_amount: group.amount("ram:BasisAmount", terms.base_amount)?,
        percentage: group.percentage("ram:CalculationPercent", terms.percentage)?,
        reason: group.text("ram:Reason", terms.reason)?,
        reason_code: group.text("ram:ReasonCode", terms.reason_code)?,
        vat,
    })
}

fn totals(
    settlement: Cursor<'_>,
    currency: Currency,
    accounting: Option<Currency>,
) -> Result<DocumentTotals> {
    const GROUP: &str = "ram:SpecifiedTradeSettlementHeaderMonetarySummation";
    let Some(group) = settlement.demanded(settlement.find(GROUP), "BG-22")? else {
        return Ok(DocumentTotals::default());
    };
    let mut totals = DocumentTotals {
        line_net_total: group.required_amount("ram:LineTotalAmount", "BT-106")?,
        allowance_total: group.amount("ram:AllowanceTotalAmount", "BT-107")?,
        charge_total: group.amount("ram:ChargeTotalAmount", "BT-108")?,
        total_without_vat: group.required_amount("ram:TaxBasisTotalAmount", "BT-109")?,
        total_with_vat: group.required_amount("ram:GrandTotalAmount", "BT-112")?,
        paid_amount: group.amount("ram:TotalPrepaidAmount", "BT-113")?,
        rounding_amount: group.amount("ram:RoundingAmount", "BT-114")?,
        amount_due: group.required_amount("ram:DuePayableAmount", "BT-115")?,
        ..DocumentTotals::default()
    };
    for amount in group.children("ram:TaxTotalAmount") {
        read_alike::vat_total(amount, currency, accounting, &mut totals)?;
    }
    Ok(totals)
}

/// In Factur-X EXTENDED a line may be a heading with the sum of the lines below it, or a mere remark. Neither counts
/// in BT-106, so neither is an invoice line (BG-25).
fn is_invoice_line(group: Cursor<'_>) -> bool {
    const STATUS: &str = "ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode";
    let status = group.find(STATUS).map(Cursor::peek_text);
    group.repeats(STATUS, Some("DETAIL"));
    !matches!(status.as_deref(), Some("GROUP" | "INFORMATION"))
}

fn invoice_line(group: Cursor<'_>) -> Result<InvoiceLine> {
    let mut line = InvoiceLine::default();
    if let Some(document) = group.find("ram:AssociatedDocumentLineDocument") {
        line.id = document.text("ram:LineID", "BT-126")?.unwrap_or_default();
        line.note = document.text("ram:IncludedNote/ram:Content", "BT-127")?;
    }
    if let Some(product) = group.find("ram:SpecifiedTradeProduct") {
        line.item = item(product)?;
    }
    if let Some(agreement) = group.demanded(group.find("ram:SpecifiedLineTradeAgreement"), "BT-146")? {
        line.order_line_reference =
            agreement.text("ram:BuyerOrderReferencedDocument/ram:LineID", "BT-132")?;
        line.price = price(agreement)?;
    }
    let quantity = group.find("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity");
    let mut unit = None;
    if let Some(quantity) = group.demanded(quantity, "BT-129")? {
        line.quantity = quantity.required(quantity.own_quantity("BT-129")?, "BT-129")?;
        unit = quantity.attribute("unitCode");
    }
    if unit.is_none() {
        group.lacks("BT-130");
    }
    line.unit = unit.unwrap_or_default();
    if let Some(settlement) = group.demanded(group.find("ram:SpecifiedLineTradeSettlement"), "BT-131")? {
        read_line_settlement(settlement, &mut line)?;
    } else {
        line.vat_category = values::category(None);
        group.lacks("BT-151");
    }
    Ok(line)
}

fn read_line_settlement(settlement: Cursor<'_>, line: &mut InvoiceLine) -> Result<()> {
    const NET: &str = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount";
    line.vat_category = values::category(None);
    settlement.expects("ram:ApplicableTradeTax", "BT-151");
    if let Some(tax) = settlement.find("ram:ApplicableTradeTax") {
        line.vat_category = category(tax, "BT-151")?;
        line.vat_rate = tax.percentage("ram:RateApplicablePercent", "BT-152")?;
    }
    line.period = period(settlement, ["BT-134", "BT-135"])?;
    for group in settlement.children("ram:SpecifiedTradeAllowanceCharge") {
        let Some(kind) = kind(group, Level::Line)? else { continue };
        allowance_charge(group, Level::Line, kind)?.add_to_line(line);
    }
    line.net_amount = settlement.demanded(settlement.amount(NET, "BT-131")?, "BT-131")?;
    for reference in settlement.children("ram:AdditionalReferencedDocument") {
        if line.object_identifier.is_none()
            && reference.text("ram:TypeCode", "BT-128")?.as_deref() == Some(codes::OBJECT)
        {
            line.object_identifier = object_reference(reference, "BT-128")?;
        }
    }
    line.buyer_accounting_reference =
        settlement.text("ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID", "BT-133")?;
    Ok(())
}

fn item(product: Cursor<'_>) -> Result<Item> {
    let mut item = Item {
        name: product.text("ram:Name", "BT-153")?.unwrap_or_default(),
        description: product.text("ram:Description", "BT-154")?,
        sellers_identifier: product.text("ram:SellerAssignedID", "BT-155")?,
        buyers_identifier: product.text("ram:BuyerAssignedID", "BT-156")?,
        standard_identifier: product.identifier("ram:GlobalID", "BT-157")?,
        country_of_origin: product.text("ram:OriginTradeCountry/ram:ID", "BT-159")?,
        ..Item::default()
    };
    for class in product.children("ram:DesignatedProductClassification") {
        let Some(code) = class.find("ram:ClassCode") else { continue };
        item.classifications.push(read_alike::classification(code)?);
    }
    for attribute in product.children("ram:ApplicableProductCharacteristic") {
        attribute.expects("ram:Description", "BT-160");
        attribute.expects("ram:Value", "BT-161");
        item.attributes.push(Attribute {
            name: attribute.text("ram:Description", "BT-160")?.unwrap_or_default(),
            value: attribute.text("ram:Value", "BT-161")?.unwrap_or_default(),
        });
    }
    Ok(item)
}

fn price(agreement: Cursor<'_>) -> Result<PriceDetails> {
    let Some(net) = agreement.demanded(agreement.find("ram:NetPriceProductTradePrice"), "BT-146")? else {
        return Ok(PriceDetails::default());
    };
    let net_price = net.required(net.price("ram:ChargeAmount", "BT-146")?, "BT-146")?;
    let mut price = PriceDetails { net_price, ..PriceDetails::default() };
    let gross = agreement.find("ram:GrossPriceProductTradePrice");
    // BT-149 stands with both prices. With the gross price it is read if it repeats the other or stands alone.
    let mut base = net.find("ram:BasisQuantity");
    if let Some(gross) = gross {
        price.gross_price = gross.price("ram:ChargeAmount", "BT-148")?;
        for discount in gross.children("ram:AppliedTradeAllowanceCharge") {
            let indicator = discount.find("ram:ChargeIndicator/udt:Indicator");
            let charge = indicator
                .is_some_and(|i| matches!(i.own_text("BT-147"), Ok(Some(t)) if t == "true" || t == "1"));
            if price.discount.is_none() && !charge {
                price.discount = values::some_discount(discount.price("ram:ActualAmount", "BT-147")?);
            }
        }
        match (base, gross.find("ram:BasisQuantity")) {
            (None, alone) => base = alone,
            (Some(first), Some(second)) if first.same_quantity(second) => second.skip(),
            _ => {}
        }
    }
    if let Some(base) = base {
        price.base_quantity = base.own_quantity("BT-149")?;
        price.base_quantity_unit = base.attribute("unitCode");
    }
    Ok(price)
}

fn date_time(parent: Cursor<'_>, name: &str, term: &'static str) -> Result<Option<Date>> {
    date(parent, name, "udt:DateTimeString", term)
}

fn date(parent: Cursor<'_>, name: &str, inner: &str, term: &'static str) -> Result<Option<Date>> {
    let Some(found) = parent.find(&format!("{name}/{inner}")) else { return Ok(None) };
    let Some(text) = found.own_text(term)?.filter(|text| !text.is_empty()) else { return Ok(None) };
    match (found.attribute("format").as_deref(), values::compact_date(&text)) {
        (Some("102"), Some(day)) => Ok(Some(day)),
        (Some("102"), None) => found.wrong(term, "is no day of the calendar as CCYYMMDD"),
        _ => found.wrong(term, "is not of format 102, CCYYMMDD"),
    }
}
