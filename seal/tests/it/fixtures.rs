//! An installation, an organisation and its invoice as PDF files of both kinds.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use counterfoil_seal::{CertificateAuthority, SignatureDetails, SigningIdentity, Subject, sign_pdf};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use uuid::{Uuid, uuid};

pub(crate) const ORGANISATION: Uuid = uuid!("019a0000-0000-7000-8000-000000000001");
pub(crate) const LEGAL_NAME: &str = "Bäckerei Nordlicht GmbH";
pub(crate) const XML: &[u8] = b"<rsm:CrossIndustryInvoice>INV-2026-0001</rsm:CrossIndustryInvoice>";

pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T16:05:09Z".parse().unwrap()
}

pub(crate) static AUTHORITY: LazyLock<CertificateAuthority> = LazyLock::new(|| {
    CertificateAuthority::generate("Counterfoil test documents", now(), &mut rng()).unwrap()
});

pub(crate) static IDENTITY: LazyLock<SigningIdentity> = LazyLock::new(|| {
    let subject = Subject { organisation: LEGAL_NAME, country: "DE", serial_number: ORGANISATION };
    AUTHORITY.issue(&subject, now(), &mut rng()).unwrap()
});

pub(crate) fn seal(pdf: &[u8]) -> Vec<u8> {
    let details = SignatureDetails { name: LEGAL_NAME, reason: "Invoice issued" };
    sign_pdf(pdf, &IDENTITY, &details, now()).unwrap()
}

/// An invoice with a cross-reference table, and the same with a cross-reference stream and object streams.
pub(crate) static INVOICES: LazyLock<[(&str, Vec<u8>); 2]> = LazyLock::new(|| {
    let table = invoice();
    let streams = qpdf(&["--object-streams=generate"], &table);
    assert!(!contains(&streams, b"\ntrailer"), "qpdf wrote a cross-reference stream");
    assert!(contains(&streams, b"/ObjStm"));
    [("table", table), ("streams", streams)]
});

pub(crate) static SEALED: LazyLock<[(&str, Vec<u8>); 2]> =
    LazyLock::new(|| INVOICES.each_ref().map(|(kind, pdf)| (*kind, seal(pdf))));

fn invoice() -> Vec<u8> {
    prepared(|_, _| {})
}

/// The objects of the invoice that others build on.
pub(crate) struct Parts {
    pub(crate) catalog: ObjectId,
    pub(crate) pages: ObjectId,
    pub(crate) page: ObjectId,
    pub(crate) font: ObjectId,
}

/// The invoice, with something put into it before it is sealed.
pub(crate) fn prepared(prepare: impl FnOnce(&mut Document, &Parts)) -> Vec<u8> {
    let mut pdf = Document::with_version("1.7");
    pdf.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
    let pages = pdf.new_object_id();
    let font = pdf.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
    });
    let text = b"BT /F1 12 Tf 72 720 Td (Invoice INV-2026-0001, 119.00 EUR) Tj ET".to_vec();
    let content = pdf.add_object(Stream::new(Dictionary::new(), text));
    let page = pdf.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), Object::Real(595.28), Object::Real(841.89)],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    let kids = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    pdf.objects.insert(pages, kids.into());
    let mut file =
        Stream::new(dictionary! { "Type" => "EmbeddedFile", "Subtype" => "text/xml" }, XML.to_vec());
    file.compress().unwrap();
    let file = pdf.add_object(file);
    let specification = pdf.add_object(dictionary! {
        "Type" => "Filespec", "F" => Object::string_literal("factur-x.xml"),
        "UF" => Object::string_literal("factur-x.xml"), "AFRelationship" => "Alternative",
        "EF" => dictionary! { "F" => file, "UF" => file },
    });
    let names = vec![Object::string_literal("factur-x.xml"), specification.into()];
    let catalog = pdf.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages, "AF" => vec![specification.into()],
        "Names" => dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } },
    });
    pdf.trailer.set("Root", catalog);
    let id = Object::string_literal("0123456789abcdef");
    pdf.trailer.set("ID", vec![id.clone(), id]);
    prepare(&mut pdf, &Parts { catalog, pages, page, font });
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

/// Runs a file through `qpdf`.
pub(crate) fn qpdf(options: &[&str], pdf: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&input, pdf).unwrap();
    let mut command = Command::new("qpdf");
    run("qpdf", "the package qpdf", command.args(options).args([&input, &output]));
    std::fs::read(output).unwrap()
}

/// Runs a tool that must succeed and returns what it said.
pub(crate) fn run(tool: &str, package: &str, command: &mut Command) -> String {
    let output =
        command.output().unwrap_or_else(|error| panic!("cannot run {tool} ({error}); install {package}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{tool}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Runs one of the Python scripts beside this file and returns what it said.
pub(crate) fn python(script: &str, files: &[&Path]) -> String {
    let python = std::env::var_os("COUNTERFOIL_PYTHON").unwrap_or_else(|| {
        let home = std::env::var_os("HOME").expect("HOME is set, or COUNTERFOIL_PYTHON is");
        Path::new(&home).join(".cache/counterfoil/venv/bin/python").into_os_string()
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(script);
    let package = "Python with pyhanko==0.38.0 and name it in COUNTERFOIL_PYTHON";
    run("Python", package, Command::new(python).arg(script).args(files))
}

/// Writes a file for a tool to read.
pub(crate) fn with_file<T>(bytes: &[u8], use_it: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.pdf");
    std::fs::write(&path, bytes).unwrap();
    use_it(&path)
}

pub(crate) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    find(bytes, part).is_some()
}

/// Where a part begins.
pub(crate) fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// The digits of the signature, without their brackets.
pub(crate) fn contents(sealed: &[u8]) -> std::ops::Range<usize> {
    let start = find(sealed, b"/Contents <").unwrap() + b"/Contents <".len();
    start..start + sealed[start..].iter().position(|&byte| byte == b'>').unwrap()
}
