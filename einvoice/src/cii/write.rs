//! Document → CII, in the order of the schema.

use counterfoil_invoice::line::{InvoiceLine, PriceDetails};
use counterfoil_invoice::payment::PaymentInstructions;
use counterfoil_invoice::references::{Identifier, Period, SupportingDocument};
use counterfoil_invoice::{
    Buyer, Content, Delivery, Document, Item, Payee, Percentage, PostalAddress, Quantity, Seller,
    VatBreakdown,
};
use jiff::civil::Date;

use super::codes;
use crate::adjustment::{self, Adjustment};
use crate::party::{self, AddressTerms, ContactTerms};
use crate::xml::Writer;
use crate::{WriteError, values};

type Result = std::result::Result<(), WriteError>;

pub(crate) fn write(document: &Document) -> std::result::Result<Vec<u8>, WriteError> {
    let content = &document.content;
    Writer::document("rsm:CrossIndustryInvoice", &["ram", "qdt", "udt"], |w| {
        w.group("rsm:ExchangedDocumentContext", |w| {
            w.group("ram:BusinessProcessSpecifiedDocumentContextParameter", |w| {
                w.optional("ram:ID", "BT-23", content.process.business_process.as_ref())
            })?;
            w.group("ram:GuidelineSpecifiedDocumentContextParameter", |w| {
                w.text("ram:ID", "BT-24", values::specification(document))
            })
        })?;
        w.group("rsm:ExchangedDocument", |w| {
            w.required("ram:ID", "BT-1", &document.number)?;
            w.required("ram:TypeCode", "BT-3", &content.type_code)?;
            date_time(w, "ram:IssueDateTime", "BT-2", Some(document.issue_date))?;
            for note in &content.notes {
                w.group("ram:IncludedNote", |w| {
                    w.text("ram:Content", "BT-22", &note.text)?;
                    w.optional("ram:SubjectCode", "BT-21", note.subject_code.as_ref())
                })?;
            }
            Ok(())
        })?;
        w.group("rsm:SupplyChainTradeTransaction", |w| {
            for line in &content.lines {
                w.group("ram:IncludedSupplyChainTradeLineItem", |w| invoice_line(w, line))?;
            }
            w.always("ram:ApplicableHeaderTradeAgreement", |w| agreement(w, content))?;
            w.always("ram:ApplicableHeaderTradeDelivery", |w| delivery(w, content))?;
            w.always("ram:ApplicableHeaderTradeSettlement", |w| settlement(w, document))
        })
    })
}

fn agreement(w: &mut Writer, content: &Content) -> Result {
    w.optional("ram:BuyerReference", "BT-10", content.buyer_reference.as_ref())?;
    w.always("ram:SellerTradeParty", |w| seller(w, &content.seller))?;
    w.always("ram:BuyerTradeParty", |w| buyer(w, &content.buyer))?;
    if let Some(representative) = &content.tax_representative {
        w.group("ram:SellerTaxRepresentativeTradeParty", |w| {
            w.text("ram:Name", "BT-62", &representative.name)?;
            address(w, &representative.address, &party::TAX_REPRESENTATIVE_ADDRESS)?;
            tax_registration(w, "VA", "BT-63", representative.vat_identifier.as_deref())
        })?;
    }
    reference(w, "ram:SellerOrderReferencedDocument", "BT-14", content.sales_order_reference.as_ref())?;
    reference(w, "ram:BuyerOrderReferencedDocument", "BT-13", content.purchase_order_reference.as_ref())?;
    reference(w, "ram:ContractReferencedDocument", "BT-12", content.contract_reference.as_ref())?;
    for supporting in &content.supporting_documents {
        w.group("ram:AdditionalReferencedDocument", |w| supporting_document(w, supporting))?;
    }
    if let Some(tender) = &content.tender_reference {
        w.group("ram:AdditionalReferencedDocument", |w| {
            w.text("ram:IssuerAssignedID", "BT-17", tender)?;
            w.text("ram:TypeCode", "BT-17", codes::TENDER)
        })?;
    }
    object_reference(w, "BT-18", content.invoiced_object.as_ref())?;
    if let Some(project) = &content.project_reference {
        w.group("ram:SpecifiedProcuringProject", |w| {
            w.text("ram:ID", "BT-11", project)?;
            w.text("ram:Name", "BT-11", codes::PROJECT_NAME)
        })?;
    }
    Ok(())
}

fn reference(w: &mut Writer, name: &'static str, term: &'static str, number: Option<&String>) -> Result {
    w.group(name, |w| w.optional("ram:IssuerAssignedID", term, number))
}

fn object_reference(w: &mut Writer, term: &'static str, object: Option<&Identifier>) -> Result {
    let Some(object) = object else { return Ok(()) };
    w.group("ram:AdditionalReferencedDocument", |w| {
        w.text("ram:IssuerAssignedID", term, &object.value)?;
        w.text("ram:TypeCode", term, codes::OBJECT)?;
        w.optional("ram:ReferenceTypeCode", term, object.scheme.as_ref())
    })
}

fn supporting_document(w: &mut Writer, supporting: &SupportingDocument) -> Result {
    w.text("ram:IssuerAssignedID", "BT-122", &supporting.reference)?;
    w.optional("ram:URIID", "BT-124", supporting.external_location.as_ref())?;
    w.text("ram:TypeCode", "BG-24", codes::SUPPORTING)?;
    w.optional("ram:Name", "BT-123", supporting.description.as_ref())?;
    match &supporting.attachment {
        Some(file) => {
            let about = [("mimeCode", Some(&*file.mime_code)), ("filename", Some(&*file.filename))];
            w.with("ram:AttachmentBinaryObject", &about, "BT-125", &file.content_base64)
        }
        None => Ok(()),
    }
}

fn seller(w: &mut Writer, seller: &Seller) -> Result {
    identifiers(w, "BT-29", &seller.identifiers)?;
    w.text("ram:Name", "BT-27", &seller.name)?;
    w.optional("ram:Description", "BT-33", seller.additional_legal_information.as_ref())?;
    w.group("ram:SpecifiedLegalOrganization", |w| {
        identifier(w, "ram:ID", "BT-30", seller.legal_registration.as_ref())?;
        w.optional("ram:TradingBusinessName", "BT-28", seller.trading_name.as_ref())
    })?;
    contact(w, seller.contact.as_ref(), &party::SELLER_CONTACT)?;
    address(w, &seller.address, &party::SELLER_ADDRESS)?;
    electronic_address(w, "BT-34", seller.electronic_address.as_ref())?;
    tax_registration(w, "VA", "BT-31", seller.vat_identifier.as_deref())?;
    tax_registration(w, "FC", "BT-32", seller.tax_registration.as_deref())
}

fn buyer(w: &mut Writer, buyer: &Buyer) -> Result {
    identifiers(w, "BT-46", buyer.identifier.as_slice())?;
    w.text("ram:Name", "BT-44", &buyer.name)?;
    w.group("ram:SpecifiedLegalOrganization", |w| {
        identifier(w, "ram:ID", "BT-47", buyer.legal_registration.as_ref())?;
        w.optional("ram:TradingBusinessName", "BT-45", buyer.trading_name.as_ref())
    })?;
    contact(w, buyer.contact.as_ref(), &party::BUYER_CONTACT)?;
    address(w, &buyer.address, &party::BUYER_ADDRESS)?;
    electronic_address(w, "BT-49", buyer.electronic_address.as_ref())?;
    tax_registration(w, "VA", "BT-48", buyer.vat_identifier.as_deref())
}

fn payee(w: &mut Writer, payee: &Payee) -> Result {
    identifiers(w, "BT-60", payee.identifier.as_slice())?;
    w.text("ram:Name", "BT-59", &payee.name)?;
    w.group("ram:SpecifiedLegalOrganization", |w| {
        identifier(w, "ram:ID", "BT-61", payee.legal_registration.as_ref())
    })
}

/// Those without a scheme are `ID` and stand first, the others are `GlobalID`.
fn identifiers(w: &mut Writer, term: &'static str, identifiers: &[Identifier]) -> Result {
    for own in identifiers.iter().filter(|i| i.scheme.is_none()) {
        w.text("ram:ID", term, &own.value)?;
    }
    for global in identifiers.iter().filter(|i| i.scheme.is_some()) {
        identifier(w, "ram:GlobalID", term, Some(global))?;
    }
    Ok(())
}

fn identifier(w: &mut Writer, name: &'static str, term: &'static str, of: Option<&Identifier>) -> Result {
    of.map_or(Ok(()), |of| w.with(name, &[("schemeID", of.scheme.as_deref())], term, &of.value))
}

fn contact(w: &mut Writer, of: Option<&counterfoil_invoice::Contact>, terms: &ContactTerms) -> Result {
    let Some(contact) = of else { return Ok(()) };
    w.group("ram:DefinedTradeContact", |w| {
        w.optional("ram:PersonName", terms.name, contact.name.as_ref())?;
        w.group("ram:TelephoneUniversalCommunication", |w| {
            w.optional("ram:CompleteNumber", terms.telephone, contact.telephone.as_ref())
        })?;
        w.group("ram:EmailURIUniversalCommunication", |w| {
            w.optional("ram:URIID", terms.email, contact.email.as_ref())
        })
    })
}

fn address(w: &mut Writer, address: &PostalAddress, terms: &AddressTerms) -> Result {
    w.group("ram:PostalTradeAddress", |w| {
        w.optional("ram:PostcodeCode", terms.post_code, address.post_code.as_ref())?;
        w.optional("ram:LineOne", terms.line_1, address.line_1.as_ref())?;
        w.optional("ram:LineTwo", terms.line_2, address.line_2.as_ref())?;
        w.optional("ram:LineThree", terms.line_3, address.line_3.as_ref())?;
        w.optional("ram:CityName", terms.city, address.city.as_ref())?;
        w.text("ram:CountryID", terms.country, &address.country)?;
        w.optional("ram:CountrySubDivisionName", terms.subdivision, address.subdivision.as_ref())
    })
}

fn electronic_address(w: &mut Writer, term: &'static str, of: Option<&Identifier>) -> Result {
    w.group("ram:URIUniversalCommunication", |w| identifier(w, "ram:URIID", term, of))
}

fn tax_registration(w: &mut Writer, scheme: &str, term: &'static str, id: Option<&str>) -> Result {
    w.group("ram:SpecifiedTaxRegistration", |w| {
        w.with("ram:ID", &[("schemeID", Some(scheme))], term, id.unwrap_or_default())
    })
}

fn delivery(w: &mut Writer, content: &Content) -> Result {
    if let Some(delivery) = &content.delivery {
        ship_to(w, delivery)?;
        w.group("ram:ActualDeliverySupplyChainEvent", |w| {
            date_time(w, "ram:OccurrenceDateTime", "BT-72", delivery.actual_date)
        })?;
    }
    reference(
        w,
        "ram:DespatchAdviceReferencedDocument",
        "BT-16",
        content.despatch_advice_reference.as_ref(),
    )?;
    reference(
        w,
        "ram:ReceivingAdviceReferencedDocument",
        "BT-15",
        content.receiving_advice_reference.as_ref(),
    )
}

fn ship_to(w: &mut Writer, delivery: &Delivery) -> Result {
    w.group("ram:ShipToTradeParty", |w| {
        identifiers(w, "BT-71", delivery.location.as_slice())?;
        w.optional("ram:Name", "BT-70", delivery.party_name.as_ref())?;
        delivery.address.as_ref().map_or(Ok(()), |to| address(w, to, &party::DELIVERY_ADDRESS))
    })
}

fn settlement(w: &mut Writer, document: &Document) -> Result {
    let content = &document.content;
    if let Some(payment) = &content.payment {
        let creditor = payment.direct_debit.as_ref().and_then(|d| d.creditor_identifier.as_ref());
        w.optional("ram:CreditorReferenceID", "BT-90", creditor)?;
        w.optional("ram:PaymentReference", "BT-83", payment.remittance_information.as_ref())?;
    }
    let accounting = content.vat_accounting_currency.filter(|code| *code != content.currency); // BR-53
    w.text("ram:TaxCurrencyCode", "BT-6", accounting.as_ref().map_or("", |c| c.code()))?;
    w.text("ram:InvoiceCurrencyCode", "BT-5", content.currency.code())?;
    if let Some(of) = &content.payee {
        w.group("ram:PayeeTradeParty", |w| payee(w, of))?;
    }
    if let Some(payment) = &content.payment {
        payment_means(w, payment)?;
    }
    for (index, breakdown) in document.vat_breakdown.iter().enumerate() {
        w.group("ram:ApplicableTradeTax", |w| {
            // CII-SR-461 and CII-SR-462: BT-7 and BT-8 once, although each breakdown has a place for them.
            vat_breakdown(w, breakdown, (index == 0).then_some(content))
        })?;
    }
    period(w, content.invoicing_period.as_ref(), ["BT-73", "BT-74"])?;
    for adjustment in adjustment::of_document(content) {
        allowance_charge(w, &adjustment)?;
    }
    w.group("ram:SpecifiedTradePaymentTerms", |w| {
        w.optional("ram:Description", "BT-20", content.payment_terms.as_ref())?;
        date_time(w, "ram:DueDateDateTime", "BT-9", content.due_date)?;
        let debit = content.payment.as_ref().and_then(|p| p.direct_debit.as_ref());
        w.optional("ram:DirectDebitMandateID", "BT-89", debit.and_then(|d| d.mandate_reference.as_ref()))
    })?;
    w.group("ram:SpecifiedTradeSettlementHeaderMonetarySummation", |w| totals(w, document))?;
    for preceding in &content.preceding_invoices {
        w.group("ram:InvoiceReferencedDocument", |w| {
            w.text("ram:IssuerAssignedID", "BT-25", &preceding.number)?;
            date(w, "ram:FormattedIssueDateTime", "qdt:DateTimeString", "BT-26", preceding.issue_date)
        })?;
    }
    accounting_reference(w, "BT-19", content.buyer_accounting_reference.as_ref())
}

/// BG-16. Each account is a group of its own that repeats BT-81 and BT-82.
fn payment_means(w: &mut Writer, payment: &PaymentInstructions) -> Result {
    let accounts = &payment.credit_transfers;
    for index in 0..accounts.len().max(1) {
        w.group("ram:SpecifiedTradeSettlementPaymentMeans", |w| {
            w.text("ram:TypeCode", "BT-81", &payment.means_code)?;
            w.optional("ram:Information", "BT-82", payment.means_text.as_ref())?;
            if index == 0 {
                if let Some(card) = &payment.card {
                    w.group("ram:ApplicableTradeSettlementFinancialCard", |w| {
                        w.text("ram:ID", "BT-87", &card.primary_account_number)?;
                        w.optional("ram:CardholderName", "BT-88", card.holder_name.as_ref())
                    })?;
                }
                w.group("ram:PayerPartyDebtorFinancialAccount", |w| {
                    let debited = payment.direct_debit.as_ref().and_then(|d| d.debited_account.as_ref());
                    w.optional("ram:IBANID", "BT-91", debited)
                })?;
            }
            let Some(account) = accounts.get(index) else { return Ok(()) };
            w.group("ram:PayeePartyCreditorFinancialAccount", |w| {
                let iban = is_iban(&account.account);
                w.text("ram:IBANID", "BT-84", if iban { &account.account } else { "" })?;
                w.optional("ram:AccountName", "BT-85", account.account_name.as_ref())?;
                w.text("ram:ProprietaryID", "BT-84", if iban { "" } else { &account.account })
            })?;
            w.group("ram:PayeeSpecifiedCreditorFinancialInstitution", |w| {
                w.optional("ram:BICID", "BT-86", account.service_provider.as_ref())
            })
        })?;
    }
    Ok(())
}

/// Whether an account number has the form of an IBAN (ISO 13616): country, two check digits, up to 30 more. A wrong
/// check digit does not make it another kind of number.
fn is_iban(account: &str) -> bool {
    let compact: Vec<u8> = account.bytes().filter(|b| *b != b' ').collect();
    matches!(compact.as_slice(), [a, b, c, d, rest @ ..]
        if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit()
            && (11..=30).contains(&rest.len()) && rest.iter().all(u8::is_ascii_alphanumeric))
}

fn vat_breakdown(w: &mut Writer, breakdown: &VatBreakdown, tax_point: Option<&Content>) -> Result {
    w.number("ram:CalculatedAmount", &[], "BT-117", Some(breakdown.tax_amount.0))?;
    w.text("ram:TypeCode", "BT-118", "VAT")?;
    w.optional("ram:ExemptionReason", "BT-120", breakdown.exemption_reason.as_ref())?;
    w.number("ram:BasisAmount", &[], "BT-116", Some(breakdown.taxable_amount.0))?;
    w.text("ram:CategoryCode", "BT-118", breakdown.category.code())?;
    w.optional("ram:ExemptionReasonCode", "BT-121", breakdown.exemption_reason_code.as_ref())?;
    if let Some(content) = tax_point {
        date(w, "ram:TaxPointDate", "udt:DateString", "BT-7", content.tax_point_date)?;
        let code = content.tax_point_date_code.as_deref().map_or("", codes::tax_point_to_cii);
        w.text("ram:DueDateTypeCode", "BT-8", code)?;
    }
    rate(w, "ram:RateApplicablePercent", "BT-119", breakdown.rate)
}

fn rate(w: &mut Writer, name: &'static str, term: &'static str, rate: Option<Percentage>) -> Result {
    w.number(name, &[], term, rate.map(|r| r.0))
}

fn period(w: &mut Writer, period: Option<&Period>, [start, end]: [&'static str; 2]) -> Result {
    let Some(period) = period else { return Ok(()) };
    w.group("ram:BillingSpecifiedPeriod", |w| {
        date_time(w, "ram:StartDateTime", start, period.start)?;
        date_time(w, "ram:EndDateTime", end, period.end)
    })
}

fn allowance_charge(w: &mut Writer, adjustment: &Adjustment) -> Result {
    let terms = adjustment.terms;
    w.group("ram:SpecifiedTradeAllowanceCharge", |w| {
        w.group("ram:ChargeIndicator", |w| {
            w.text("udt:Indicator", terms.amount, adjustment.kind.indicator())
        })?;
        rate(w, "ram:CalculationPercent", terms.percentage, adjustment.percentage)?;
        w.number("ram:BasisAmount", &[], terms.base_amount, adjustment.base_amount.map(|a| a.0))?;
        w.number("ram:ActualAmount", &[], terms.amount, Some(adjustment.amount.0))?;
        w.optional("ram:ReasonCode", terms.reason_code, adjustment.reason_code.as_ref())?;
        w.optional("ram:Reason", terms.reason, adjustment.reason.as_ref())?;
        let Some((category, vat_rate)) = &adjustment.vat else { return Ok(()) };
        w.group("ram:CategoryTradeTax", |w| {
            w.text("ram:TypeCode", terms.vat_category, "VAT")?;
            w.text("ram:CategoryCode", terms.vat_category, category.code())?;
            rate(w, "ram:RateApplicablePercent", terms.vat_rate, *vat_rate)
        })
    })
}

fn totals(w: &mut Writer, document: &Document) -> Result {
    let totals = &document.totals;
    let currency = document.content.currency;
    let accounting = document.content.vat_accounting_currency.unwrap_or(currency);
    w.number("ram:LineTotalAmount", &[], "BT-106", Some(totals.line_net_total.0))?;
    w.number("ram:ChargeTotalAmount", &[], "BT-108", totals.charge_total.map(|a| a.0))?;
    w.number("ram:AllowanceTotalAmount", &[], "BT-107", totals.allowance_total.map(|a| a.0))?;
    w.number("ram:TaxBasisTotalAmount", &[], "BT-109", Some(totals.total_without_vat.0))?;
    let name = "ram:TaxTotalAmount";
    w.number(name, &[("currencyID", Some(currency.code()))], "BT-110", totals.vat_total.map(|a| a.0))?;
    let accounted = totals.vat_total_in_accounting_currency.map(|a| a.0);
    w.number(name, &[("currencyID", Some(accounting.code()))], "BT-111", accounted)?;
    w.number("ram:RoundingAmount", &[], "BT-114", totals.rounding_amount.map(|a| a.0))?;
    w.number("ram:GrandTotalAmount", &[], "BT-112", Some(totals.total_with_vat.0))?;
    w.number("ram:TotalPrepaidAmount", &[], "BT-113", totals.paid_amount.map(|a| a.0))?;
    w.number("ram:DuePayableAmount", &[], "BT-115", Some(totals.amount_due.0))
}

fn accounting_reference(w: &mut Writer, term: &'static str, reference: Option<&String>) -> Result {
    w.group("ram:ReceivableSpecifiedTradeAccountingAccount", |w| w.optional("ram:ID", term, reference))
}

fn invoice_line(w: &mut Writer, line: &InvoiceLine) -> Result {
    w.group("ram:AssociatedDocumentLineDocument", |w| {
        w.required("ram:LineID", "BT-126", &line.id)?;
        w.group("ram:IncludedNote", |w| w.optional("ram:Content", "BT-127", line.note.as_ref()))
    })?;
    w.group("ram:SpecifiedTradeProduct", |w| item(w, &line.item))?;
    w.group("ram:SpecifiedLineTradeAgreement", |w| {
        w.group("ram:BuyerOrderReferencedDocument", |w| {
            w.optional("ram:LineID", "BT-132", line.order_line_reference.as_ref())
        })?;
        price(w, &line.price)
    })?;
    w.group("ram:SpecifiedLineTradeDelivery", |w| {
        let unit = [("unitCode", Some(&*line.unit))];
        w.number("ram:BilledQuantity", &unit, "BT-129", Some(line.quantity.0))
    })?;
    w.group("ram:SpecifiedLineTradeSettlement", |w| {
        w.group("ram:ApplicableTradeTax", |w| {
            w.text("ram:TypeCode", "BT-151", "VAT")?;
            w.text("ram:CategoryCode", "BT-151", line.vat_category.code())?;
            rate(w, "ram:RateApplicablePercent", "BT-152", line.vat_rate)
        })?;
        period(w, line.period.as_ref(), ["BT-134", "BT-135"])?;
        for adjustment in adjustment::of_line(line) {
            allowance_charge(w, &adjustment)?;
        }
        let net = line.net_amount.ok_or_else(|| w.missing("ram:LineTotalAmount", "BT-131"))?;
        w.group("ram:SpecifiedTradeSettlementLineMonetarySummation", |w| {
            w.number("ram:LineTotalAmount", &[], "BT-131", Some(net.0))
        })?;
        object_reference(w, "BT-128", line.object_identifier.as_ref())?;
        accounting_reference(w, "BT-133", line.buyer_accounting_reference.as_ref())
    })
}

fn item(w: &mut Writer, item: &Item) -> Result {
    identifier(w, "ram:GlobalID", "BT-157", item.standard_identifier.as_ref())?;
    w.optional("ram:SellerAssignedID", "BT-155", item.sellers_identifier.as_ref())?;
    w.optional("ram:BuyerAssignedID", "BT-156", item.buyers_identifier.as_ref())?;
    w.text("ram:Name", "BT-153", &item.name)?;
    w.optional("ram:Description", "BT-154", item.description.as_ref())?;
    for attribute in &item.attributes {
        w.group("ram:ApplicableProductCharacteristic", |w| {
            w.text("ram:Description", "BT-160", &attribute.name)?;
            w.text("ram:Value", "BT-161", &attribute.value)
        })?;
    }
    for class in &item.classifications {
        w.group("ram:DesignatedProductClassification", |w| {
            let list =
                [("listID", class.scheme.as_deref()), ("listVersionID", class.scheme_version.as_deref())];
            w.with("ram:ClassCode", &list, "BT-158", &class.code)
        })?;
    }
    w.group("ram:OriginTradeCountry", |w| w.optional("ram:ID", "BT-159", item.country_of_origin.as_ref()))
}

fn price(w: &mut Writer, price: &PriceDetails) -> Result {
    // The schema demands the gross price around BT-147; it is their sum by definition.
    let gross = values::gross_price(price);
    if let Some(gross) = gross {
        w.group("ram:GrossPriceProductTradePrice", |w| {
            w.number("ram:ChargeAmount", &[], "BT-148", Some(gross.0))?;
            base_quantity(w, price)?;
            let Some(discount) = price.discount else { return Ok(()) };
            w.group("ram:AppliedTradeAllowanceCharge", |w| {
                w.group("ram:ChargeIndicator", |w| w.text("udt:Indicator", "BT-147", "false"))?;
                w.number("ram:ActualAmount", &[], "BT-147", Some(discount.0))
            })
        })?;
    }
    w.group("ram:NetPriceProductTradePrice", |w| {
        w.number("ram:ChargeAmount", &[], "BT-146", Some(price.net_price.0))?;
        base_quantity(w, price)
    })
}

/// BT-149: both prices are for the same quantity.
fn base_quantity(w: &mut Writer, price: &PriceDetails) -> Result {
    let unit = [("unitCode", price.base_quantity_unit.as_deref())];
    w.number("ram:BasisQuantity", &unit, "BT-149", price.base_quantity.map(|Quantity(q)| q))
}

fn date_time(w: &mut Writer, name: &'static str, term: &'static str, day: Option<Date>) -> Result {
    date(w, name, "udt:DateTimeString", term, day)
}

/// Format 102 of UNTDID 2379.
fn date(
    w: &mut Writer,
    name: &'static str,
    inner: &'static str,
    term: &'static str,
    day: Option<Date>,
) -> Result {
    let Some(day) = day else { return Ok(()) };
    let text = day.strftime("%Y%m%d").to_string();
    w.group(name, |w| w.with(inner, &[("format", Some("102"))], term, &text))
}
