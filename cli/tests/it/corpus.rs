//! Real e-invoices in, sealed documents out, judged by others.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::{ORG, counterfoil, organisation, surrounding, told};

/// Valid, five of each syntax, and with sums that are those of their lines.
const FILES: [&str; 10] = [
    "cen/cii-examples/CII_business_example_02.xml",
    "cen/cii-examples/CII_example3.xml",
    "cen/cii-examples/CII_example4.xml",
    "cen/cii-examples/CII_example5.xml",
    "kosit-rules/cii/cii-br-de-19-iban-tests__04-code.xml",
    "cen/ubl-examples/sample-discount-price.xml",
    "cen/ubl-examples/ubl-tc434-example4.xml",
    "cen/ubl-examples/ubl-tc434-example5.xml",
    "cen/ubl-examples/ubl-tc434-example6.xml",
    "cen/ubl-examples/ubl-tc434-example8.xml",
];

fn chosen(corpus: &Path) -> Vec<PathBuf> {
    FILES.iter().map(|name| corpus.join("corpus").join(name)).collect()
}

#[test]
fn ten_invoices_of_the_corpus_are_issued_and_pass_oracle_and_pyhanko() {
    let (Some(corpus), Some(python)) = (surrounding("COUNTERFOIL_CORPUS"), surrounding("COUNTERFOIL_PYTHON"))
    else {
        return;
    };
    let corpus = Path::new(&corpus);
    let (folder, data, key) = organisation();
    let mut pdfs = Vec::new();
    for (index, file) in chosen(corpus).iter().enumerate() {
        let pdf = folder.path().join(format!("{index}.pdf"));
        let output = counterfoil(&data)
            .args(["issue", "--org", ORG])
            .arg(file)
            .arg("--pdf")
            .arg(&pdf)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}: {}", file.display(), told(&output));
        let output = counterfoil(&folder.path().join("no-data"))
            .arg("verify")
            .arg(&pdf)
            .args(["--ledger-key", &key])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}: {}", file.display(), told(&output));
        pdfs.push(pdf);
    }
    let oracle = Command::new(&python).arg(corpus.join("oracle.py")).args(&pdfs).output().unwrap();
    let verdicts = String::from_utf8_lossy(&oracle.stdout);
    assert_eq!(verdicts.lines().count(), pdfs.len(), "{}", told(&oracle));
    for line in verdicts.lines() {
        assert_eq!(line.split('\t').nth(1), Some("valid"), "{line}");
    }
    for pdf in &pdfs {
        let signature = Command::new("pdfsig").arg("-nocert").arg(pdf).output().unwrap();
        let says = String::from_utf8_lossy(&signature.stdout);
        assert!(says.contains("Signature is Valid"), "{}", told(&signature));
        assert!(says.contains("Total document signed"), "{}", told(&signature));
        let script = "import sys\nfrom pyhanko.pdf_utils.reader import PdfFileReader\n\
                      from pyhanko.sign.validation import validate_pdf_signature\n\
                      r = PdfFileReader(open(sys.argv[1], 'rb'))\n\
                      s = validate_pdf_signature(r.embedded_signatures[0])\n\
                      print(s.intact, s.valid, s.coverage.name)\n";
        let hanko = Command::new(&python).args(["-c", script]).arg(pdf).output().unwrap();
        assert_eq!(
            String::from_utf8_lossy(&hanko.stdout).trim(),
            "True True ENTIRE_FILE",
            "{}",
            told(&hanko)
        );
    }
}
