//! `validate` and `convert`: files of others in, verdicts and files out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use counterfoil_einvoice::{Syntax, read, write};

use crate::programs::{counterfoil, surrounding, told};

const RULES: [&str; 6] = ["BR-CO-", "BR-DEC-", "BR-CL-", "BR-IC-", "BR-AE-", "BR-"];

/// The files with their expected ids of EN 16931, fatal or not.
fn expected(corpus: &Path) -> BTreeMap<PathBuf, BTreeSet<String>> {
    let rules = std::fs::read_to_string(corpus.join("rules.tsv")).unwrap();
    let core: BTreeSet<&str> = rules
        .lines()
        .filter_map(|line| line.strip_prefix("cen\t"))
        .filter_map(|line| line.split('\t').nth(1))
        .filter(|rule| RULES.iter().any(|start| rule.starts_with(start)))
        .collect();
    let list = std::fs::read_to_string(corpus.join("expected.tsv")).unwrap();
    let rows = list.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| {
        let ids = row[2].split(',').chain(row[3].split(','));
        let ids = ids.filter(|id| core.contains(id)).map(str::to_owned).collect();
        (corpus.join(row[0]), ids)
    })
    .collect()
}

#[test]
fn validate_judges_the_whole_corpus_pdfs_included_as_the_official_rules_do() {
    let Some(corpus) = surrounding("COUNTERFOIL_CORPUS") else { return };
    let corpus = Path::new(&corpus);
    let folder = tempfile::tempdir().unwrap();
    let expected = expected(corpus);
    let output =
        counterfoil(&folder.path().join("no-data")).arg("validate").args(expected.keys()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "some are invalid, all can be read: {}", told(&output));
    assert!(!folder.path().join("no-data").exists(), "no data folder is needed");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut otherwise = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let ids = fields[2..].iter().flat_map(|ids| ids.split(','));
        let ours: BTreeSet<String> = ids.filter(|id| id.starts_with("BR-")).map(str::to_owned).collect();
        let theirs = &expected[Path::new(fields[0])];
        if ours != *theirs {
            otherwise.push(format!("{line}, officially {theirs:?}"));
        }
    }
    let judged = text.lines().count();
    assert_eq!(judged, expected.len());
    println!("{} of {judged} files break the same rules", judged - otherwise.len());
    assert!(otherwise.len() * 100 <= judged, "more than 1 %:\n{}", otherwise.join("\n"));
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}

#[test]
fn every_invoice_inside_a_valid_pdf_of_the_corpus_comes_back_as_it_was_written() {
    let Some(corpus) = surrounding("COUNTERFOIL_CORPUS") else { return };
    let corpus = Path::new(&corpus);
    let list = std::fs::read_to_string(corpus.join("expected.tsv")).unwrap();
    let rows = list.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    // MINIMUM and BASIC WL are no invoices of EN 16931.
    let invoices = rows.filter(|row| {
        let profile = row[5];
        let whole = !profile.ends_with(":minimum") && !profile.ends_with(":basicwl");
        row[1] == "valid" && Path::new(row[0]).extension() == Some("pdf".as_ref()) && whole
    });
    let mut count = 0;
    for row in invoices {
        let pdf = std::fs::read(corpus.join(row[0])).unwrap();
        let embedded = counterfoil_seal::inspect_pdf(&pdf).unwrap().embedded_files;
        let xml = embedded.iter().find(|file| file.bytes.trim_ascii_start().starts_with(b"<?xml")).unwrap();
        let reading = read(&xml.bytes).unwrap_or_else(|error| panic!("{}: {error}", row[0]));
        for syntax in [Syntax::Cii, Syntax::Ubl] {
            let written =
                write(&reading.document, syntax).unwrap_or_else(|error| panic!("{}: {error}", row[0]));
            let again = read(&written).unwrap();
            // What one syntax must say although the other need not is said the first time only.
            let twice = read(&write(&again.document, syntax).unwrap()).unwrap();
            assert_eq!(again.document, twice.document, "{} as {syntax:?}", row[0]);
            assert_eq!(again.not_carried, [""; 0], "{} as {syntax:?}", row[0]);
            if syntax == Syntax::Cii {
                assert_eq!(again.document, reading.document, "{}", row[0]);
            }
        }
        count += 1;
    }
    assert!(count >= 4, "{count} PDFs");
}

#[test]
fn validate_names_rule_term_and_place_and_goes_on_after_a_file_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("invoice.xml", INVOICE);
    write("wrong.xml", &INVOICE.replacen("<cbc:ID>1</cbc:ID>", "<cbc:Number>1</cbc:Number>", 1));
    write("cut.xml", "<Invoice>");
    let run = |files: &[&str]| {
        counterfoil(&folder.path().join("no-data")).arg("validate").args(files).output().unwrap()
    };
    let output = run(&["invoice.xml"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "invoice.xml\tvalid\t\n");

    let output = run(&["wrong.xml", "absent.xml", "cut.xml"]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(stdout, "wrong.xml\tinvalid\tBR-02,XSD\ncut.xml\tinvalid\tXML-MALFORMED\n");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("wrong.xml:3:3: XSD: cbc:Number has no place in Invoice; leave it out"),
        "{stderr}"
    );
    assert!(stderr.contains("BR-02 BT-1: the invoice has no number; give it one"), "{stderr}");
    assert!(stderr.contains("absent.xml cannot be read"), "{stderr}");

    let output = counterfoil(&folder.path().join("no-data"))
        .args(["--json", "validate", "wrong.xml"])
        .output()
        .unwrap();
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["valid"], false);
    let finding = verdict["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "BR-02").unwrap();
    assert_eq!(finding["term"], "BT-1");
    assert!(finding["line"].is_number() && finding["message"].is_string());
}

#[test]
fn convert_says_in_every_form_the_same_and_names_what_it_cannot_say() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.xml"), INVOICE).unwrap();
    let convert = |input: &str, to: &str, out: &str| {
        let output = counterfoil(&folder.path().join("no-data"))
            .args(["convert", input, "--to", to, "-o", out])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(convert("in.xml", "cii", "cii.xml"), "");
    assert_eq!(convert("cii.xml", "facturx", "paper.pdf"), "");
    assert_eq!(convert("paper.pdf", "json", "document.json"), "");
    assert_eq!(convert("document.json", "ubl", "ubl.xml"), "");
    let json = std::fs::read_to_string(folder.path().join("document.json")).unwrap();
    std::fs::write(folder.path().join("marked.json"), format!("\u{feff}{json}")).unwrap();
    assert_eq!(convert("marked.json", "ubl", "marked.xml"), "");
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    convert("in.xml", "json", "first.json");
    convert("ubl.xml", "json", "last.json");
    assert_eq!(read("first.json"), read("last.json"), "all the way round");
    assert_eq!(convert("in.xml", "facturx", "again.pdf"), "");
    assert_eq!(read("paper.pdf"), read("again.pdf"), "the same document gives the same bytes");

    let extended = INVOICE.replace("<cac:LegalMonetaryTotal>", "<cac:TaxExchangeRate><cbc:SourceCurrencyCode>EUR</cbc:SourceCurrencyCode></cac:TaxExchangeRate><cac:LegalMonetaryTotal>");
    std::fs::write(folder.path().join("extended.xml"), extended).unwrap();
    let said = convert("extended.xml", "cii", "out.xml");
    assert!(said.contains("/Invoice/cac:TaxExchangeRate is not part of EN 16931 and is left out"), "{said}");
    // UBL has no order number (BT-13) without one, but needs it beside BT-14.
    let noted = INVOICE
        .replace("<cbc:DocumentCurrencyCode>", "<cbc:Note>#AAI#text</cbc:Note><cbc:DocumentCurrencyCode>");
    std::fs::write(folder.path().join("noted.xml"), noted).unwrap();
    assert_eq!(convert("noted.xml", "cii", "noted-cii.xml"), "");

    let Some(corpus) = surrounding("COUNTERFOIL_CORPUS") else { return };
    let Some(python) = surrounding("COUNTERFOIL_PYTHON") else { return };
    let files = ["cii.xml", "ubl.xml", "paper.pdf"].map(|name| folder.path().join(name));
    let oracle =
        Command::new(&python).arg(Path::new(&corpus).join("oracle.py")).args(&files).output().unwrap();
    let verdicts = String::from_utf8_lossy(&oracle.stdout);
    assert_eq!(verdicts.lines().count(), files.len(), "{}", told(&oracle));
    for line in verdicts.lines() {
        assert_eq!(line.split('\t').nth(1), Some("valid"), "{line}");
    }
}

#[test]
fn convert_names_a_term_that_the_target_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let priced = INVOICE.replace(
        "</cbc:PriceAmount>",
        "</cbc:PriceAmount><cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>\
         <cbc:Amount currencyID=\"EUR\">1.00</cbc:Amount></cac:AllowanceCharge>",
    );
    std::fs::write(folder.path().join("in.xml"), priced).unwrap();
    let output = counterfoil(&folder.path().join("no-data"))
        .args(["convert", "in.xml", "--to", "cii", "-o", "out.xml"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "in.xml: content.lines[1].price.gross_price is not given, and must be; it is written as \"101.00\"\n"
    );
}

/// The smallest invoice.
const INVOICE: &str = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>1</cbc:ID>
  <cbc:IssueDate>2026-11-22</cbc:IssueDate>
  <cbc:DueDate>2026-12-22</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PostalAddress><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
    <cac:PartyTaxScheme><cbc:CompanyID>DE123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Example Seller Ltd</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cac:PostalAddress><cac:Country><cbc:IdentificationCode>FR</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
    <cac:PartyLegalEntity><cbc:RegistrationName>Example Buyer Ltd</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="EUR">19.00</cbc:TaxAmount>
    <cac:TaxSubtotal>
      <cbc:TaxableAmount currencyID="EUR">100.00</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="EUR">19.00</cbc:TaxAmount>
      <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
    </cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">119.00</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">119.00</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine>
    <cbc:ID>1</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
    <cac:Item>
      <cbc:Name>Example item</cbc:Name>
      <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">100.00</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>
</Invoice>
"#;
