//! Every code of a closed list, wherever the official rules look for one (BR-CL): by the name of the element that holds
//! it and of the one around, in document order.

use counterfoil_invoice::rules::Code;
use roxmltree::Node;

use crate::Syntax;
use crate::xml::prefix;

/// Where a code stands: its rule, its term, and the attribute it is in, or none for the element's text.
type Place = (&'static str, &'static str, Option<&'static str>);

/// All codes of a document.
pub(crate) fn of(root: Node<'_, '_>, syntax: Syntax) -> Vec<Code> {
    let mut walk = Walk { syntax, counts: [0; 4], codes: Vec::new() };
    walk.children(root, None);
    walk.codes
}

struct Walk {
    syntax: Syntax,
    /// Lines, breakdowns, allowances and charges so far.
    counts: [usize; 4],
    codes: Vec<Code>,
}

impl Walk {
    /// Recursive; the depth is bounded by [`crate::MAX_DEPTH`].
    fn children(&mut self, parent: Node<'_, '_>, index: Option<usize>) {
        for node in parent.children().filter(Node::is_element) {
            let index = index.or_else(|| self.entered(node));
            let place = match self.syntax {
                Syntax::Ubl => ubl(node, name(node), name(parent)),
                Syntax::Cii => cii(node, name(node), name(parent)),
            };
            if let Some((rule, term, attribute)) = place {
                let text = match attribute {
                    // Every amount in UBL has a currency; elsewhere what is not there is not judged.
                    Some(attribute) => {
                        let needed = (rule == "BR-CL-03" && self.syntax == Syntax::Ubl).then_some("");
                        node.attribute(attribute).or(needed).map(str::to_owned)
                    }
                    None if rule == "BR-CL-08" && self.syntax == Syntax::Ubl => subject(&text(node)),
                    None => Some(text(node)),
                };
                // A bank's identifier of a creditor (BT-90) stands among the seller's or the payee's own.
                let creditor = rule == "BR-CL-10" && term != "BT-46" && self.syntax == Syntax::Ubl;
                if let Some(code) = text.map(|text| text.trim().to_owned())
                    && !(creditor && code == "SEPA")
                {
                    self.codes.push(Code { rule, term, index, code });
                }
            }
            self.children(node, index);
        }
    }

    /// The number of the line, breakdown, allowance or charge that starts here.
    fn entered(&mut self, node: Node<'_, '_>) -> Option<usize> {
        let kind = match name(node) {
            "InvoiceLine" | "CreditNoteLine" | "IncludedSupplyChainTradeLineItem" => 0,
            "TaxSubtotal" | "ApplicableTradeTax" => 1,
            "AllowanceCharge" | "SpecifiedTradeAllowanceCharge" => 2 + usize::from(is_charge(node)?),
            _ => return None,
        };
        self.counts[kind] += 1;
        Some(self.counts[kind] - 1)
    }
}

fn ubl(node: Node<'_, '_>, name: &str, parent: &str) -> Option<Place> {
    Some(match (parent, name) {
        (_, "InvoiceTypeCode" | "CreditNoteTypeCode") => ("BR-CL-01", "BT-3", None),
        (
            _,
            "Amount"
            | "BaseAmount"
            | "PriceAmount"
            | "TaxAmount"
            | "TaxableAmount"
            | "LineExtensionAmount"
            | "TaxExclusiveAmount"
            | "TaxInclusiveAmount"
            | "AllowanceTotalAmount"
            | "ChargeTotalAmount"
            | "PrepaidAmount"
            | "PayableRoundingAmount"
            | "PayableAmount",
        ) => ("BR-CL-03", "BT-5", Some("currencyID")),
        (_, "DocumentCurrencyCode") => ("BR-CL-04", "BT-5", None),
        (_, "TaxCurrencyCode") => ("BR-CL-05", "BT-6", None),
        ("InvoicePeriod", "DescriptionCode") => ("BR-CL-06", "BT-8", None),
        ("AdditionalDocumentReference", "ID") if is_object(node) => ("BR-CL-07", "BT-18", Some("schemeID")),
        ("DocumentReference", "ID") if is_object(node) => ("BR-CL-07", "BT-128", Some("schemeID")),
        ("Invoice" | "CreditNote", "Note") => ("BR-CL-08", "BT-21", None),
        ("PartyIdentification", "ID") => {
            ("BR-CL-10", party(node, ["BT-29", "BT-46", "BT-60"]), Some("schemeID"))
        }
        ("PartyLegalEntity", "CompanyID") => {
            ("BR-CL-11", party(node, ["BT-30", "BT-47", "BT-61"]), Some("schemeID"))
        }
        ("CommodityClassification", "ItemClassificationCode") => ("BR-CL-13", "BT-158", Some("listID")),
        ("Country", "IdentificationCode") => ("BR-CL-14", country(node), None),
        ("OriginCountry", "IdentificationCode") => ("BR-CL-15", "BT-159", None),
        ("PaymentMeans", "PaymentMeansCode") => ("BR-CL-16", "BT-81", None),
        ("TaxCategory", "ID") => ("BR-CL-17", category(node), None),
        ("ClassifiedTaxCategory", "ID") => ("BR-CL-18", "BT-151", None),
        ("AllowanceCharge", "AllowanceChargeReasonCode") => reason(node)?,
        ("StandardItemIdentification", "ID") => ("BR-CL-21", "BT-157", Some("schemeID")),
        (_, "TaxExemptionReasonCode") => ("BR-CL-22", "BT-121", None),
        (_, "InvoicedQuantity" | "CreditedQuantity") => ("BR-CL-23", "BT-130", Some("unitCode")),
        (_, "BaseQuantity") => ("BR-CL-23", "BT-150", Some("unitCode")),
        (_, "EmbeddedDocumentBinaryObject") => ("BR-CL-24", "BT-125", Some("mimeCode")),
        (_, "EndpointID") => ("BR-CL-25", party(node, ["BT-34", "BT-49", "BT-34"]), Some("schemeID")),
        ("DeliveryLocation", "ID") => ("BR-CL-26", "BT-71", Some("schemeID")),
        _ => return None,
    })
}

fn cii(node: Node<'_, '_>, name: &str, parent: &str) -> Option<Place> {
    Some(match (parent, name) {
        ("ExchangedDocument", "TypeCode") => ("BR-CL-01", "BT-3", None),
        (_, "TaxTotalAmount") => ("BR-CL-03", "BT-110", Some("currencyID")),
        (_, "InvoiceCurrencyCode") => ("BR-CL-04", "BT-5", None),
        (_, "TaxCurrencyCode") => ("BR-CL-05", "BT-6", None),
        (_, "DueDateTypeCode") => ("BR-CL-06", "BT-8", None),
        (_, "ReferenceTypeCode") => ("BR-CL-07", "BT-18", None),
        (_, "SubjectCode") => ("BR-CL-08", "BT-21", None),
        ("SpecifiedTradeProduct", "GlobalID") => ("BR-CL-21", "BT-157", Some("schemeID")),
        ("ShipToTradeParty", "GlobalID") => ("BR-CL-26", "BT-71", Some("schemeID")),
        (_, "GlobalID") if !inside(node, "SpecifiedTradeProduct") && !inside(node, "ShipToTradeParty") => {
            ("BR-CL-10", party(node, ["BT-29", "BT-46", "BT-60"]), Some("schemeID"))
        }
        ("OriginTradeCountry", "ID") => ("BR-CL-15", "BT-159", None),
        (_, "ID") if parent != "SpecifiedTaxRegistration" => {
            ("BR-CL-11", party(node, ["BT-30", "BT-47", "BT-61"]), Some("schemeID"))
        }
        (_, "ClassCode") => ("BR-CL-13", "BT-158", Some("listID")),
        (_, "CountryID") => ("BR-CL-14", country(node), None),
        ("SpecifiedTradeSettlementPaymentMeans", "TypeCode") => ("BR-CL-16", "BT-81", None),
        ("CategoryTradeTax", "CategoryCode") => ("BR-CL-17", category(node), None),
        ("ApplicableTradeTax", "CategoryCode") => {
            let line = inside(node, "SpecifiedLineTradeSettlement");
            ("BR-CL-18", if line { "BT-151" } else { "BT-118" }, None)
        }
        ("SpecifiedTradeAllowanceCharge", "ReasonCode") => reason(node)?,
        (_, "ExemptionReasonCode") => ("BR-CL-22", "BT-121", None),
        (_, "BilledQuantity") => ("BR-CL-23", "BT-130", Some("unitCode")),
        (_, "BasisQuantity") => ("BR-CL-23", "BT-150", Some("unitCode")),
        (_, "AttachmentBinaryObject") => ("BR-CL-24", "BT-125", Some("mimeCode")),
        ("URIUniversalCommunication", "URIID") => {
            ("BR-CL-25", party(node, ["BT-34", "BT-49", "BT-34"]), Some("schemeID"))
        }
        _ => return None,
    })
}

/// The name, unless it is in a namespace where no code is looked for.
fn name<'n>(node: Node<'_, 'n>) -> &'n str {
    match prefix(node.tag_name().namespace()) {
        None => "",
        Some("ubl" | "cn") if node.parent_element().is_some() => "",
        Some(_) => node.tag_name().name(),
    }
}

fn text(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|n| n.text()).collect()
}

/// The text of a child with that name.
fn child<'n>(node: Node<'n, 'n>, wanted: &str) -> Option<Node<'n, 'n>> {
    node.children().find(|n| n.is_element() && name(*n) == wanted)
}

fn inside(node: Node<'_, '_>, ancestor: &str) -> bool {
    node.ancestors().any(|n| name(n) == ancestor)
}

/// What stands between the first two number signs of a UBL note, if it is as long as all subject codes are.
fn subject(note: &str) -> Option<String> {
    let (code, _) = note.split_once('#')?.1.split_once('#')?;
    (code.chars().count() == 3).then(|| code.to_owned())
}

/// A reference of type 130 is an invoiced object.
fn is_object(id: Node<'_, '_>) -> bool {
    let code = id.parent().and_then(|reference| child(reference, "DocumentTypeCode"));
    code.is_some_and(|code| text(code).trim() == "130")
}

fn is_charge(group: Node<'_, '_>) -> Option<bool> {
    let indicator = child(group, "ChargeIndicator")?;
    match text(child(indicator, "Indicator").unwrap_or(indicator)).trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn reason(code: Node<'_, '_>) -> Option<Place> {
    let group = code.parent()?;
    let line = ["InvoiceLine", "CreditNoteLine", "IncludedSupplyChainTradeLineItem"];
    let line = line.into_iter().any(|ancestor| inside(group, ancestor));
    Some(match (is_charge(group)?, line) {
        (false, false) => ("BR-CL-19", "BT-98", None),
        (false, true) => ("BR-CL-19", "BT-140", None),
        (true, false) => ("BR-CL-20", "BT-105", None),
        (true, true) => ("BR-CL-20", "BT-145", None),
    })
}

fn category(code: Node<'_, '_>) -> &'static str {
    match code.parent().and_then(|category| category.parent()).and_then(is_charge) {
        None => "BT-118",
        Some(false) => "BT-95",
        Some(true) => "BT-102",
    }
}

/// The term by whose party it is: seller, buyer, payee.
fn party(node: Node<'_, '_>, [seller, buyer, payee]: [&'static str; 3]) -> &'static str {
    let of = |node: Node<'_, '_>| match name(node) {
        "AccountingSupplierParty" | "SellerTradeParty" => Some(seller),
        "PayeeParty" | "PayeeTradeParty" => Some(payee),
        "AccountingCustomerParty" | "BuyerTradeParty" => Some(buyer),
        _ => None,
    };
    node.ancestors().find_map(of).unwrap_or(buyer)
}

fn country(node: Node<'_, '_>) -> &'static str {
    let of = |node: Node<'_, '_>| match name(node) {
        "AccountingSupplierParty" | "SellerTradeParty" => Some("BT-40"),
        "AccountingCustomerParty" | "BuyerTradeParty" => Some("BT-55"),
        "TaxRepresentativeParty" | "SellerTaxRepresentativeTradeParty" => Some("BT-69"),
        _ => None,
    };
    node.ancestors().find_map(of).unwrap_or("BT-80")
}
