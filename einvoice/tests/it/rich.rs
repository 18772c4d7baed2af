//! A document with every business term, and others made from it.
#![expect(clippy::unnecessary_wraps, reason = "nearly every field is optional")]

use counterfoil_invoice::line::{Attribute, Classification, LineAllowance, LineCharge};
use counterfoil_invoice::payment::{CreditTransfer, DirectDebit, PaymentCard};
use counterfoil_invoice::references::{
    Attachment, Identifier, Note, Period, PrecedingInvoice, ProcessControl, SupportingDocument,
};
use counterfoil_invoice::vat::{DocumentAllowance, DocumentCharge, VatExemption};
use counterfoil_invoice::{
    Amount, Buyer, Contact, Content, Delivery, Document, DocumentTotals, Draft, InvoiceLine, Item, Payee,
    PaymentInstructions, Percentage, PostalAddress, PriceDetails, Quantity, Seller, TaxRepresentative,
    UnitPrice, VatBreakdown, VatCategory,
};
use jiff::civil::date;
use rust_decimal::Decimal;

/// What makes one document from another.
pub(crate) type Change = fn(&mut Document);

pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn amount(text: &str) -> Amount {
    Amount(decimal(text))
}

fn price(text: &str) -> Option<UnitPrice> {
    Some(UnitPrice(decimal(text)))
}

fn percent(text: &str) -> Option<Percentage> {
    Some(Percentage(decimal(text)))
}

fn id(value: &str, scheme: &str) -> Identifier {
    Identifier { value: value.to_owned(), scheme: some(scheme).filter(|s| !s.is_empty()) }
}

fn address(street: &str, country: &str) -> PostalAddress {
    PostalAddress {
        line_1: some(street),
        line_2: some("Building B"),
        line_3: some("Third floor"),
        city: some("Musterstadt"),
        post_code: some("12345"),
        subdivision: some("Musterland"),
        country: country.to_owned(),
    }
}

fn contact(name: &str) -> Contact {
    Contact { name: some(name), telephone: some("+49 30 901820"), email: some("accounts@example.com") }
}

fn seller() -> Seller {
    Seller {
        name: "Muster & Söhne <Handel> GmbH".to_owned(),
        trading_name: some("Muster \"Handel\""),
        identifiers: vec![id("S-1", ""), id("4012345000009", "0088"), id("987654325", "0060")],
        legal_registration: Some(id("HRB 12345", "0210")),
        vat_identifier: some("DE123456789"),
        tax_registration: some("12/345/67890"),
        additional_legal_information: some("Managing director: N. N.\nDistrict court Musterstadt"),
        electronic_address: Some(id("seller@example.com", "EM")),
        address: address("Musterweg 1", "DE"),
        contact: Some(contact("Accounts receivable")),
    }
}

fn buyer() -> Buyer {
    Buyer {
        name: "Beispiel AG".to_owned(),
        trading_name: some("Beispiel"),
        identifier: Some(id("4012345000016", "0088")),
        legal_registration: Some(id("HRB 54321", "0210")),
        vat_identifier: some("ATU12345678"),
        electronic_address: Some(id("buyer@example.com", "EM")),
        address: address("Beispielgasse 2", "AT"),
        contact: Some(contact("Accounts payable")),
    }
}

fn payment() -> PaymentInstructions {
    let transfer = |account: &str, name: &str, provider: &str| CreditTransfer {
        account: account.to_owned(),
        account_name: some(name),
        service_provider: some(provider),
    };
    PaymentInstructions {
        means_code: "58".to_owned(),
        means_text: some("SEPA credit transfer"),
        remittance_information: some("2026-0042"),
        credit_transfers: vec![
            transfer("DE02120300000000202051", "Muster & Söhne", "BYLADEM1001"),
            transfer("12345-678", "Muster abroad", "MUSTDEFFXXX"),
        ],
        card: Some(PaymentCard { primary_account_number: "1234".to_owned(), holder_name: some("N. N.") }),
        direct_debit: Some(DirectDebit {
            mandate_reference: some("MANDATE-7"),
            creditor_identifier: some("DE98ZZZ09999999999"),
            debited_account: some("DE89370400440532013000"),
        }),
    }
}

fn lines() -> Vec<InvoiceLine> {
    let hours = InvoiceLine {
        id: "1".to_owned(),
        note: some("Two people"),
        object_identifier: Some(id("LOT-9", "AAI")),
        quantity: Quantity(decimal("10.0")),
        unit: "HUR".to_owned(),
        net_amount: Some(amount("993.00")),
        order_line_reference: some("7"),
        buyer_accounting_reference: some("4711"),
        period: Some(Period { start: Some(date(2026, 11, 2)), end: Some(date(2026, 11, 6)) }),
        allowances: vec![LineAllowance {
            amount: amount("10.00"),
            base_amount: Some(amount("1000.00")),
            percentage: percent("1"),
            reason: some("Loyalty"),
            reason_code: some("95"),
        }],
        charges: vec![LineCharge {
            amount: amount("3.00"),
            base_amount: Some(amount("1000.00")),
            percentage: percent("0.3"),
            reason: some("Travel"),
            reason_code: some("ABL"),
        }],
        price: PriceDetails {
            net_price: UnitPrice(decimal("100.0000")),
            discount: price("25.0000"),
            gross_price: price("125.0000"),
            base_quantity: Some(Quantity(decimal("1"))),
            base_quantity_unit: some("HUR"),
        },
        vat_category: VatCategory::Standard,
        vat_rate: percent("19.00"),
        item: Item {
            name: "Consulting".to_owned(),
            description: some("On site, with report"),
            sellers_identifier: some("A-100"),
            buyers_identifier: some("B-100"),
            standard_identifier: Some(id("4012345000030", "0160")),
            classifications: vec![
                Classification {
                    code: "80101500".to_owned(),
                    scheme: some("TST"),
                    scheme_version: some("19.05.01"),
                },
                Classification { code: "9873242".to_owned(), scheme: some("STI"), scheme_version: some("2") },
            ],
            country_of_origin: some("DE"),
            attributes: vec![
                Attribute { name: "Level".to_owned(), value: "Senior".to_owned() },
                Attribute { name: "Place".to_owned(), value: "Musterstadt".to_owned() },
            ],
        },
    };
    let mut exempt = hours.clone();
    "2".clone_into(&mut exempt.id);
    exempt.net_amount = Some(amount("93.00"));
    exempt.quantity = Quantity(decimal("1"));
    exempt.vat_category = VatCategory::Exempt;
    exempt.vat_rate = percent("0");
    vec![hours, exempt]
}

fn exemption() -> VatExemption {
    VatExemption {
        category: VatCategory::Exempt,
        reason: some("Training, § 4 Nr. 21 UStG"),
        reason_code: some("VATEX-EU-132"),
    }
}

fn content() -> Content {
    Content {
        type_code: "380".to_owned(),
        currency: "EUR".parse().expect("a currency"),
        vat_accounting_currency: Some("SEK".parse().expect("a currency")),
        vat_total_in_accounting_currency: Some(amount("2089.19")),
        tax_point_date: None,
        tax_point_date_code: some("432"),
        due_date: Some(date(2026, 12, 22)),
        buyer_reference: some("04011000-12345-03"),
        project_reference: some("P-77"),
        contract_reference: some("C-88"),
        purchase_order_reference: some("PO-1"),
        sales_order_reference: some("SO-2"),
        receiving_advice_reference: some("RA-3"),
        despatch_advice_reference: some("DA-4"),
        tender_reference: some("T-5"),
        invoiced_object: Some(id("METER-6", "AVE")),
        buyer_accounting_reference: some("KST 9"),
        payment_terms: some("#SKONTO#TAGE=7#PROZENT=2.00#\n"),
        notes: vec![
            Note { subject_code: some("AAI"), text: "General & <special>\nsecond line".to_owned() },
            Note { subject_code: some("REG"), text: "Registered".to_owned() },
        ],
        process: ProcessControl {
            business_process: some("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
            specification: "urn:cen.eu:en16931:2017".to_owned(),
        },
        preceding_invoices: vec![
            PrecedingInvoice { number: "2026-0040".to_owned(), issue_date: Some(date(2026, 10, 1)) },
            PrecedingInvoice { number: "2026-0041".to_owned(), issue_date: Some(date(2026, 10, 2)) },
        ],
        seller: seller(),
        buyer: buyer(),
        payee: Some(Payee {
            name: "Factoring AG".to_owned(),
            identifier: Some(id("4012345000023", "0088")),
            legal_registration: Some(id("HRB 99999", "0210")),
        }),
        tax_representative: Some(TaxRepresentative {
            name: "Tax Office Ltd.".to_owned(),
            vat_identifier: some("DE987654321"),
            address: address("Steuerweg 3", "DE"),
        }),
        delivery: Some(Delivery {
            party_name: some("Beispiel warehouse"),
            location: Some(id("4012345000047", "0088")),
            actual_date: Some(date(2026, 11, 6)),
            address: Some(address("Lagerweg 4", "AT")),
        }),
        invoicing_period: Some(Period { start: Some(date(2026, 11, 1)), end: Some(date(2026, 11, 30)) }),
        payment: Some(payment()),
        allowances: vec![DocumentAllowance {
            amount: amount("20.00"),
            base_amount: Some(amount("1000.00")),
            percentage: percent("2"),
            vat_category: VatCategory::Standard,
            vat_rate: percent("19.00"),
            reason: some("Volume"),
            reason_code: some("100"),
        }],
        charges: vec![DocumentCharge {
            amount: amount("27.00"),
            base_amount: Some(amount("270.00")),
            percentage: percent("10"),
            vat_category: VatCategory::Standard,
            vat_rate: percent("19.00"),
            reason: some("Freight"),
            reason_code: some("FC"),
        }],
        paid_amount: Some(amount("100.00")),
        rounding_amount: Some(amount("0.01")),
        vat_exemptions: vec![exemption()],
        supporting_documents: vec![SupportingDocument {
            reference: "TIMES".to_owned(),
            description: some("Time sheet"),
            external_location: some("https://example.com/times?a=1&b=2"),
            attachment: Some(Attachment {
                mime_code: "text/csv".to_owned(),
                filename: "times.csv".to_owned(),
                content_base64: "ZGF5O2hvdXJzCjE7OAo=".to_owned(),
            }),
        }],
        lines: lines(),
    }
}

fn totals() -> DocumentTotals {
    DocumentTotals {
        line_net_total: amount("1086.00"),
        allowance_total: Some(amount("20.00")),
        charge_total: Some(amount("27.00")),
        total_without_vat: amount("1093.00"),
        vat_total: Some(amount("190.00")),
        vat_total_in_accounting_currency: Some(amount("2089.19")),
        total_with_vat: amount("1283.00"),
        paid_amount: Some(amount("100.00")),
        rounding_amount: Some(amount("0.01")),
        amount_due: amount("1183.01"),
    }
}

fn vat_breakdown() -> Vec<VatBreakdown> {
    let VatExemption { category, reason, reason_code } = exemption();
    vec![
        VatBreakdown {
            taxable_amount: amount("1000.00"),
            tax_amount: amount("190.00"),
            category: VatCategory::Standard,
            rate: percent("19.00"),
            exemption_reason: None,
            exemption_reason_code: None,
        },
        VatBreakdown {
            taxable_amount: amount("93.00"),
            tax_amount: amount("0.00"),
            category,
            rate: percent("0"),
            exemption_reason: reason,
            exemption_reason_code: reason_code,
        },
    ]
}

/// Every business term but BT-7, which excludes BT-8.
pub(crate) fn document() -> Document {
    Document {
        number: "2026-0042".to_owned(),
        issue_date: date(2026, 11, 22),
        content: content(),
        totals: totals(),
        vat_breakdown: vat_breakdown(),
    }
}

/// The rich document in other shapes, each with something that one syntax has an own place for.
pub(crate) fn variants() -> Vec<(&'static str, Document)> {
    let with = |name, change: Change| {
        let mut document = document();
        change(&mut document);
        (name, document)
    };
    vec![
        with("as it is", |_| {}),
        with("credit note", |d| "381".clone_into(&mut d.content.type_code)),
        with("tax point date", |d| {
            d.content.tax_point_date_code = None;
            d.content.tax_point_date = Some(date(2026, 11, 20));
        }),
        with("creditor is the seller", |d| d.content.payee = None),
        with("only a sales order", |d| d.content.purchase_order_reference = None),
        with("no second currency", |d| {
            d.content.vat_accounting_currency = None;
            d.content.vat_total_in_accounting_currency = None;
            d.totals.vat_total_in_accounting_currency = None;
        }),
        with("notes without code", |d| d.content.notes.iter_mut().for_each(|n| n.subject_code = None)),
        with("sparse", |d| {
            let lines = d.content.lines.iter().map(|line| InvoiceLine {
                id: line.id.clone(),
                quantity: line.quantity,
                unit: line.unit.clone(),
                net_amount: line.net_amount,
                price: PriceDetails { net_price: line.price.net_price, ..PriceDetails::default() },
                allowances: line.allowances.clone(),
                charges: line.charges.clone(),
                vat_category: line.vat_category.clone(),
                vat_rate: line.vat_rate,
                item: Item { name: line.item.name.clone(), ..Item::default() },
                ..InvoiceLine::default()
            });
            d.content = Content {
                type_code: "380".to_owned(),
                due_date: Some(date(2026, 12, 1)),
                process: ProcessControl { business_process: None, ..d.content.process.clone() },
                seller: Seller {
                    name: "Muster GmbH".to_owned(),
                    vat_identifier: some("DE123456789"),
                    address: PostalAddress { country: "DE".to_owned(), ..PostalAddress::default() },
                    ..Seller::default()
                },
                buyer: Buyer {
                    name: "Beispiel AG".to_owned(),
                    address: PostalAddress { country: "AT".to_owned(), ..PostalAddress::default() },
                    ..Buyer::default()
                },
                allowances: d.content.allowances.clone(),
                charges: d.content.charges.clone(),
                paid_amount: d.content.paid_amount,
                rounding_amount: d.content.rounding_amount,
                vat_exemptions: d.content.vat_exemptions.clone(),
                lines: lines.collect(),
                ..Content::default()
            };
            d.totals.vat_total_in_accounting_currency = None;
        }),
    ]
}

/// A plain document in each VAT category and in currencies with 0, 2 and 3 decimals, computed and free of findings.
pub(crate) fn categories_and_currencies() -> Vec<(String, Document)> {
    const CATEGORIES: [(VatCategory, Option<&str>); 10] = [
        (VatCategory::Standard, Some("19")),
        (VatCategory::ZeroRated, Some("0")),
        (VatCategory::Exempt, Some("0")),
        (VatCategory::ReverseCharge, Some("0")),
        (VatCategory::IntraCommunity, Some("0")),
        (VatCategory::Export, Some("0")),
        (VatCategory::NotSubject, None),
        (VatCategory::Igic, Some("7")),
        (VatCategory::Ipsi, Some("4")),
        (VatCategory::SplitPayment, Some("22")),
    ];
    let mut documents = Vec::new();
    for (category, rate) in CATEGORIES {
        for currency in ["EUR", "JPY", "KWD"] {
            let name = format!("{} {currency}", category.code());
            let content = plain(&category, rate.and_then(percent), currency);
            let (document, findings) = Draft(content).preview("2026-0042", date(2026, 11, 22));
            assert_eq!(findings, [], "{name}");
            documents.push((name, document));
        }
    }
    documents
}

fn plain(category: &VatCategory, rate: Option<Percentage>, currency: &str) -> Content {
    let country = if *category == VatCategory::SplitPayment { "IT" } else { "DE" };
    let taxed = *category != VatCategory::NotSubject;
    let reason = ["E", "AE", "K", "G", "O"].contains(&category.code());
    let vat = |number: &str| taxed.then(|| format!("{country}{number}"));
    Content {
        currency: currency.parse().expect("a currency"),
        seller: Seller {
            name: "Muster GmbH".to_owned(),
            identifiers: vec![id("4012345000016", "0088")],
            vat_identifier: vat("123456789"),
            address: address("Hauptstr. 1", country),
            ..Seller::default()
        },
        buyer: Buyer {
            name: "Beispiel AG".to_owned(),
            vat_identifier: vat("987654321"),
            address: address("Nebenstr. 2", country),
            ..Buyer::default()
        },
        delivery: Some(Delivery {
            actual_date: Some(date(2026, 11, 20)),
            address: Some(address("Lagerweg 3", country)),
            ..Delivery::default()
        }),
        due_date: Some(date(2026, 12, 22)),
        paid_amount: Some(amount("10")),
        vat_exemptions: reason
            .then(|| VatExemption {
                category: category.clone(),
                reason: some("a reason of the law"),
                reason_code: None,
            })
            .into_iter()
            .collect(),
        lines: vec![InvoiceLine {
            id: "1".to_owned(),
            quantity: Quantity(decimal("3")),
            unit: "C62".to_owned(),
            price: PriceDetails { net_price: UnitPrice(decimal("33.335")), ..PriceDetails::default() },
            vat_category: category.clone(),
            vat_rate: rate,
            item: Item { name: "Stuhl".to_owned(), ..Item::default() },
            ..InvoiceLine::default()
        }],
        ..Content::default()
    }
}
