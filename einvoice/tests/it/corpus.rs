//! Every valid XML document of the corpus, read, written in both syntaxes, judged by the official rules, read again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use counterfoil_einvoice::{ReadError, Reading, Syntax, as_stated, read, read_back, write};
use counterfoil_invoice::{Draft, InvoiceNumber};

use crate::oracle;

/// Valid documents that are not read, and why.
const NOT_READ: [(&str, &str); 1] = [(
    "phive-zugferd/2.4/minimum/factur-x-1.xml",
    "Factur-X MINIMUM is no invoice (EN 16931 asks for BT-106)",
)];

/// Valid documents that one syntax cannot hold, and why.
const NOT_WRITTEN: [(&str, Syntax, &str); 1] = [(
    "phive-zugferd/2.4/basicwl/factur-x-1.xml",
    Syntax::Ubl,
    "Factur-X BASIC WL has no lines, a UBL document has at least one (BG-25)",
)];

/// Profiles that say more than EN 16931: what they say besides is not carried.
const EXTENSIONS: [&str; 2] =
    ["urn:factur-x.eu:1p0:extended", "urn:xeinkauf.de:kosit:extension:xrechnung_3.0"];

/// What documents of other profiles say although EN 16931 has no term for it: file, end of the path, reason.
const BEYOND_EN_16931: [(&str, &str, &str); 23] = [
    (
        "cen/cii-examples/CII_business_example_01.xml",
        "GrossPriceProductTradePrice/ram:BasisQuantity",
        TWO_BASES,
    ),
    ("cen/cii-examples/CII_example5.xml", "GrossPriceProductTradePrice/ram:BasisQuantity", TWO_BASES),
    ("cen/cii-examples/CII_example5.xml", "ram:AdditionalReferencedDocument", NO_TYPE),
    ("cen/cii-examples/XRechnung-O.xml", "ram:AdditionalReferencedDocument", "a line's reference of no type"),
    ("cen/testfiles/ubl-tc434-test-1.xml", "cac:PartyTaxScheme", BUYERS_TAX_NUMBER),
    ("kosit-testsuite/standard/01.21a-INVOICE_ubl.xml", "cac:PartyTaxScheme", BUYERS_TAX_NUMBER),
    (
        "kosit-testsuite/standard/01.21a-INVOICE_uncefact.xml",
        "ram:SpecifiedTaxRegistration",
        BUYERS_TAX_NUMBER,
    ),
    (
        "kosit-testsuite/standard/01.21a-INVOICE_uncefact.xml",
        "ApplicableTradeTax/ram:ExemptionReason",
        LINE_REASON,
    ),
    ("kosit-testsuite/standard/03.03a-INVOICE_ubl.xml", "cbc:NetworkID", CARD_NETWORK),
    ("cii-br-ae-02-and-br-ae-03-with-bt-32.xml", "ram:SpecifiedTaxRegistration", BUYERS_TAX_NUMBER),
    ("cii-br-ae-02-and-br-ae-03-with-bt-32.xml", "ApplicableTradeTax/ram:ExemptionReason", LINE_REASON),
    ("cii-br-ae-02-and-br-ae-04-with-bt-32.xml", "ram:SpecifiedTaxRegistration", BUYERS_TAX_NUMBER),
    ("cii-br-ae-02-and-br-ae-04-with-bt-32.xml", "ApplicableTradeTax/ram:ExemptionReason", LINE_REASON),
    ("cii-br-co-17-and-br-s-09-rounding.xml", "ram:AdditionalReferencedDocument", NO_TYPE),
    (
        "mustang/library-cii/lastschrift_iban_bug.xml",
        "ram:DepartmentName",
        "BT-41 is the person if both are given",
    ),
    ("mustang/validator/01.01a-INVOICE_uncefact.xml", "ram:InvoiceeTradeParty", "EN 16931 has no invoicee"),
    (
        "peppol/national/Norwegian-example-1.xml",
        "cbc:ID/@schemeID",
        "the list of a code, in the wrong attribute",
    ),
    ("peppol/snippets/payment1.xml", "cbc:NetworkID", CARD_NETWORK),
    ("phive-en16931/1.3.14.1/CII_example2.xml", "GrossPriceProductTradePrice/ram:BasisQuantity", TWO_BASES),
    ("phive-en16931/1.3.14.1/CII_example5.xml", "GrossPriceProductTradePrice/ram:BasisQuantity", TWO_BASES),
    ("phive-en16931/1.3.14.1/CII_example5.xml", "ram:AdditionalReferencedDocument", NO_TYPE),
    ("phive-zugferd/2.5/basic/factur-x-2.xml", "ram:BuyerTradeParty/ram:GlobalID", "EN 16931 has one BT-46"),
    (
        "EN16931_Elektron.cii.xml",
        "ram:SpecifiedProcuringProject/ram:Name",
        "EN 16931 has no name beside BT-11",
    ),
];
const TWO_BASES: &str = "net and gross price are for different quantities, EN 16931 has one BT-149";
const NO_TYPE: &str = "a reference without type code, which tells BT-17, BT-18 and BT-122 apart";
const BUYERS_TAX_NUMBER: &str = "EN 16931 has a tax number besides VAT for the seller only (BT-32)";
const LINE_REASON: &str = "BT-120 belongs to the breakdown";
const CARD_NETWORK: &str = "EN 16931 has no card network";

/// Documents that are valid as they were found, what the rules say of them as written, and why.
const JUDGED_OTHERWISE: [(&str, Syntax, &str, &str); 18] = [
    ("extension/05.01a-INVOICE_ubl.xml", Syntax::Cii, "BR-CO-16", THIRD_PARTY),
    ("extension/05.01a-INVOICE_ubl.xml", Syntax::Ubl, "BR-DEX-09", THIRD_PARTY),
    ("ubl-inv/ubl-inv-br-dex-13-test__01-identity.xml", Syntax::Cii, "BR-CO-16", THIRD_PARTY),
    ("ubl-inv/ubl-inv-br-dex-13-test__01-identity.xml", Syntax::Ubl, "BR-DEX-09", THIRD_PARTY),
    ("ubl-inv/ubl-inv-br-dex-14-test__01-identity.xml", Syntax::Cii, "BR-CO-16", THIRD_PARTY),
    ("ubl-inv/ubl-inv-br-dex-14-test__01-identity.xml", Syntax::Ubl, "BR-DEX-09", THIRD_PARTY),
    ("2.4/extended/factur-x-10.xml", Syntax::Cii, "BR-FXEXT-CO-12 BR-FXEXT-CO-13 BR-FXEXT-S08b", LOGISTICS),
    ("2.4/extended/factur-x-10.xml", Syntax::Ubl, "BR-CO-12 BR-S-08", LOGISTICS),
    ("2.4/extended/factur-x-7.xml", Syntax::Cii, "BR-FXEXT-CO-12 BR-FXEXT-CO-13 BR-FXEXT-S08b", LOGISTICS),
    ("2.4/extended/factur-x-7.xml", Syntax::Ubl, "BR-CO-12 BR-S-08", LOGISTICS),
    ("2.5/extended/factur-x-24.xml", Syntax::Cii, "BR-FXEXT-CO-12 BR-FXEXT-CO-13 BR-FXEXT-S08b", LOGISTICS),
    ("2.5/extended/factur-x-24.xml", Syntax::Ubl, "BR-CO-12 BR-S-08", LOGISTICS),
    ("UC11_F202600022_EXTENDED_FX_CII_BT-X-589Only_on_GROUP_Line.xml", Syntax::Ubl, "BR-S-10", REASON_FOR_S),
    ("UC10_F202600004_EXTENDED_FX_CII_Commentee.xml", Syntax::Ubl, "BR-S-10", REASON_FOR_S),
    ("mustang/validator/roundingDifferenceIsInTolerance.xml", Syntax::Ubl, "BR-S-10", REASON_FOR_S),
    ("ubl-inv/ubl-inv-br-de-27-test__08-code.xml", Syntax::Cii, "BR-E-01", EMPTY_BREAKDOWN),
    ("ubl-inv/ubl-inv-br-de-28-test__17-code.xml", Syntax::Cii, "BR-E-01", EMPTY_BREAKDOWN),
    (
        "cen-unit-test/cii-br-53-test-1.xml",
        Syntax::Ubl,
        "BR-CO-15",
        "BT-112 leaves the VAT out; only the CII rule lets that pass when BT-110 is absent",
    ),
];
const THIRD_PARTY: &str =
    "the XRechnung extension adds payments for third parties to BT-115, which are not carried";
const LOGISTICS: &str = "Factur-X EXTENDED adds logistics services to BT-108, which are not carried";
const REASON_FOR_S: &str = "EXTENDED lets category S have a reason (BT-120), EN 16931 does not";
const EMPTY_BREAKDOWN: &str = "a breakdown for E without a line in E: only the CII rule minds";

struct Row {
    file: String,
    profile: String,
    reading: Reading,
}

/// The XML documents with that verdict: file, profile, content.
fn documents(verdict: &str) -> Vec<(String, String, Vec<u8>)> {
    let home = oracle::home();
    let expected = fs::read_to_string(home.join("expected.tsv")).expect("readable");
    let rows = expected.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[1] == verdict && Path::new(row[0]).extension() == Some("xml".as_ref()))
        .map(|row| (row[0].to_owned(), row[5].to_owned(), fs::read(home.join(row[0])).expect("readable")))
        .collect()
}

fn readings() -> Vec<Row> {
    let mut rows = Vec::new();
    for (file, profile, xml) in documents("valid") {
        let refused = NOT_READ.iter().any(|(name, _)| file.ends_with(name));
        match read(&xml) {
            Ok(reading) => {
                assert!(!refused, "{file} is read");
                rows.push(Row { file, profile, reading });
            }
            Err(error) => assert!(refused, "{file}: {error}"),
        }
    }
    assert!(rows.len() > 200, "the corpus is there");
    rows
}

#[test]
fn what_en_16931_has_no_term_for_is_named() {
    let mut unused: BTreeSet<_> = BEYOND_EN_16931.iter().map(|(file, path, _)| (*file, *path)).collect();
    let mut extended = 0;
    for Row { file, profile, reading } in readings() {
        if EXTENSIONS.iter().any(|extension| profile.ends_with(extension)) {
            extended += usize::from(!reading.not_carried.is_empty());
            continue;
        }
        for path in reading.not_carried {
            let known = BEYOND_EN_16931.iter().find(|(f, p, _)| file.ends_with(f) && path.ends_with(p));
            let (known_file, known_path, _) =
                known.unwrap_or_else(|| panic!("{file}: {path} is not carried"));
            unused.remove(&(*known_file, *known_path));
        }
    }
    assert!(unused.is_empty(), "carried after all: {unused:?}");
    assert!(extended > 30, "{extended} extended documents say more than EN 16931");
}

#[test]
fn every_valid_document_is_valid_in_both_syntaxes_and_reads_as_it_was_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written: BTreeMap<PathBuf, (String, Syntax)> = BTreeMap::new();
    let mut failures = Vec::new();
    for Row { file, reading, .. } in readings() {
        for syntax in [Syntax::Cii, Syntax::Ubl] {
            let refused = NOT_WRITTEN.iter().any(|(name, s, _)| file.ends_with(name) && *s == syntax);
            let xml = match write(&reading.document, syntax) {
                Ok(xml) => xml,
                Err(error) => {
                    assert!(refused, "{file} as {syntax:?}: {error}");
                    continue;
                }
            };
            assert!(!refused, "{file} is written as {syntax:?}");
            let path = folder.path().join(format!("{}-{syntax:?}.xml", written.len()));
            fs::write(&path, &xml).expect("writable");
            written.insert(path, (file.clone(), syntax));

            let again = read(&xml).unwrap_or_else(|error| panic!("{file} as {syntax:?}: {error}"));
            let expected = as_stated(&reading.document, syntax);
            assert_eq!(read_back(&xml, &reading.document), Ok(()), "{file} as {syntax:?}");
            if again.document != expected || !again.not_carried.is_empty() || again.syntax != syntax {
                let (then, now) = (format!("{expected:#?}"), format!("{:#?}", again.document));
                let changed: Vec<_> = then.lines().zip(now.lines()).filter(|(a, b)| a != b).take(5).collect();
                failures.push(format!("{file} as {syntax:?}: {changed:?} {:?}", again.not_carried));
            }
        }
    }
    assert!(failures.is_empty(), "read otherwise than written:\n{}", failures.join("\n"));

    let files: Vec<PathBuf> = written.keys().cloned().collect();
    let mut unused: BTreeSet<_> = JUDGED_OTHERWISE
        .iter()
        .map(|(file, syntax, rules, _)| (*file, format!("{syntax:?}"), *rules))
        .collect();
    for (path, fatal) in oracle::judge(&files) {
        let (file, syntax) = &written[&path];
        let fatal = fatal.join(" ");
        let known = JUDGED_OTHERWISE
            .iter()
            .find(|(f, s, rules, _)| file.ends_with(f) && s == syntax && fatal == *rules);
        match known {
            Some((file, syntax, rules, _)) => {
                unused.remove(&(*file, format!("{syntax:?}"), *rules));
            }
            None if fatal.is_empty() => {}
            None => failures.push(format!("(\"{file}\", Syntax::{syntax:?}, \"{fatal}\")")),
        }
    }
    assert!(failures.is_empty(), "invalid as written:\n{}", failures.join("\n"));
    assert!(unused.is_empty(), "valid after all: {unused:?}");
}

/// What is released is compared with what was issued: no difference between syntaxes may keep a document back.
#[test]
fn whatever_is_issued_from_the_corpus_reads_back_as_it_was_issued() {
    let (mut issued, mut refused) = (0, 0);
    for Row { file, reading, .. } in readings() {
        let day = reading.document.issue_date;
        let number = InvoiceNumber { series: "2026".to_owned(), sequence: 1 };
        let Ok(document) = Draft(reading.document.content).issue(number, day) else {
            refused += 1;
            continue;
        };
        issued += 1;
        for syntax in [Syntax::Cii, Syntax::Ubl] {
            let xml = write(document.document(), syntax).unwrap();
            assert_eq!(read_back(&xml, document.document()), Ok(()), "{file} as {syntax:?}");
        }
    }
    assert!(issued > 100 && issued > 5 * refused, "{issued} issued, {refused} refused");
}

#[test]
fn a_document_that_breaks_rules_is_read_or_refused_with_the_place() {
    let (mut read_ones, mut refused) = (0, Vec::new());
    for (file, _, xml) in documents("invalid") {
        match read(&xml) {
            Ok(_) => read_ones += 1,
            Err(error) => refused.push(format!("{file}: {error}")),
        }
    }
    assert!(read_ones > 20 * refused.len(), "{read_ones} read, refused:\n{}", refused.join("\n"));
}

#[test]
fn fragments_of_documents_are_read_or_refused() {
    let home = oracle::home();
    let expected = fs::read_to_string(home.join("units/expected.tsv")).expect("readable");
    let files: BTreeSet<&str> = expected.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    assert!(files.len() > 1000, "the fragments are there");
    for file in files {
        if let Err(error) = read(&fs::read(home.join(file)).expect("readable")) {
            let well_formed = !matches!(error, ReadError::Malformed { .. } | ReadError::Limit { .. });
            assert!(well_formed, "{file}: {error}");
        }
    }
}
