//! Files that were made to hurt whoever verifies them: always a verdict or a message, in bounded time and memory.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::programs::{DRAFT, ORG, counterfoil, organisation, surrounding, told};

/// A sealed PDF in a folder, and the key that proves it.
fn sealed() -> (TempDir, String, Vec<u8>) {
    let (folder, data, key) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let output =
        counterfoil(&data).args(["issue", "--org", ORG, "draft.json", "--pdf", "a.pdf"]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let pdf = std::fs::read(folder.path().join("a.pdf")).unwrap();
    (folder, key, pdf)
}

/// Verifies with a gibibyte and a half of address space, and within half a minute.
fn verify(folder: &Path, arguments: &[&str]) -> Output {
    let shell = format!("ulimit -v 1500000; exec '{}' verify \"$@\"", env!("CARGO_BIN_EXE_counterfoil"));
    let begin = Instant::now();
    let output = Command::new("sh")
        .args(["-c", &shell, "sh"])
        .args(arguments)
        .env_clear()
        .current_dir(folder)
        .output()
        .unwrap();
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(30), "{arguments:?} took {took:?}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked") && !stderr.contains("root:x:"), "{arguments:?}: {}", told(&output));
    assert!(output.status.code().is_some(), "{arguments:?} was killed: {}", told(&output));
    output
}

/// The verdict on these bytes: neither genuine nor a failure.
fn judged(folder: &Path, key: &str, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join("b"), bytes).unwrap();
    let output = verify(folder, &["b", "--ledger-key", key]);
    assert!(matches!(output.status.code(), Some(1 | 2)), "{name}: {}", told(&output));
    assert!(!output.stdout.is_empty(), "{name}: {}", told(&output));
}

/// Bytes that look random and are the same every time.
fn noise(mut seed: u64, length: usize) -> Vec<u8> {
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

/// At least so many zeros as a zlib stream (RFC 1951 with its fixed codes): one zero, and then copies of 258 of what was
/// before.
fn bomb(zeros: usize) -> Vec<u8> {
    let mut bits = Bits { bytes: vec![0x78, 0x9c], used: 8 };
    bits.push(0b011, 3);
    // The literal 0 is 0011_0000, the length 258 is 1100_0101, the distance 1 is 0_0000; codes begin with their high bit.
    bits.push(0b0000_1100, 8);
    let begin = bits.bytes.len();
    for _ in 0..16 {
        bits.push(0b1010_0011, 8);
        bits.push(0, 5);
    }
    bits.push(0, 7);
    // Eight copies are thirteen whole bytes, and look the same from here on.
    let eight = bits.bytes[begin..begin + 13].to_vec();
    bits.bytes.splice(begin..begin, eight.repeat(zeros / 258 / 8));
    bits.bytes
}

struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        for at in 0..count {
            if self.used == 8 {
                self.bytes.push(0);
                self.used = 0;
            }
            let last = self.bytes.last_mut().unwrap();
            *last |= u8::try_from(bits >> at & 1).unwrap() << self.used;
            self.used += 1;
        }
    }
}

/// A PDF of these objects, whose cross-reference table is right.
fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut table = String::new();
    for (at, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", pdf.len()).unwrap();
        pdf.extend(format!("{} 0 obj\n", at + 1).bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let (start, size) = (pdf.len(), objects.len() + 1);
    let end = format!(
        "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    );
    pdf.extend(end.bytes());
    pdf
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A PDF whose one attachment is this stream.
fn with_attachment(attachment: Vec<u8>) -> Vec<u8> {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R /AF [3 0 R] /Names << /EmbeddedFiles << /Names [(factur-x.xml) 3 0 R] >> >> >>".to_vec(),
        b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
        b"<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) /EF << /F 4 0 R /UF 4 0 R >> >>".to_vec(),
        attachment,
    ];
    pdf(&objects, "/Root 1 0 R")
}

#[test]
fn the_bomb_unfolds() {
    let Some(python) = surrounding("COUNTERFOIL_PYTHON") else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bomb"), bomb(10 << 20)).unwrap();
    // Without its check sum, which nobody needs who stops before the end.
    let script = "import zlib; print(len(zlib.decompressobj().decompress(open('bomb','rb').read())))";
    let output = Command::new(python).args(["-c", script]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let length: usize = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
    assert!(length >= 10 << 20, "{length}");
}

#[test]
fn noise_is_unknown() {
    let (folder, key, _) = sealed();
    for (seed, length) in [(1, 0), (2, 1), (3, 9), (4, 1_000), (5, 100_000), (6, 5 << 20)] {
        judged(folder.path(), &key, "noise", &noise(seed, length));
        let pdf = [&b"%PDF-1.7\n"[..], &noise(seed, length), b"\nstartxref\n9\n%%EOF\n"].concat();
        judged(folder.path(), &key, "noise in a PDF", &pdf);
    }
}

#[test]
fn a_sealed_pdf_cut_anywhere_or_sewn_together_is_never_genuine() {
    let (folder, key, pdf) = sealed();
    for part in 1..24 {
        judged(folder.path(), &key, "the beginning", &pdf[..pdf.len() * part / 24]);
        judged(folder.path(), &key, "the end", &pdf[pdf.len() * part / 24..]);
    }
    let (middle, noise) = (pdf.len() / 2, noise(7, 4_096));
    judged(folder.path(), &key, "twice", &[&pdf[..], &pdf].concat());
    judged(folder.path(), &key, "with a hole", &[&pdf[..middle], &pdf[middle + 4_096..]].concat());
    judged(folder.path(), &key, "with noise", &[&pdf[..middle], &noise, &pdf[middle..]].concat());
    judged(folder.path(), &key, "with another name", &[&b"PK\x03\x04"[..], &pdf].concat());
}

#[test]
fn loops_depths_and_lengths_in_a_pdf_end() {
    let (folder, key, _) = sealed();
    let catalog = b"<< /Type /Catalog /Pages 2 0 R /AF [1 0 R] /Names << /EmbeddedFiles 3 0 R >> /AcroForm << /Fields [4 0 R] >> >>".to_vec();
    let circles = [
        catalog.clone(),
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 99999999 >>".to_vec(),
        b"<< /Kids [3 0 R 3 0 R] /Names [(a) 3 0 R] >>".to_vec(),
        b"<< /FT /Sig /V 4 0 R /Kids [4 0 R] /Parent 4 0 R >>".to_vec(),
    ];
    let chain: Vec<Vec<u8>> = (0..50_000).map(|at| format!("{} 0 R", at + 2).into_bytes()).collect();
    let signature = |range: &str| {
        let value = format!(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange {range} /Contents <30820000> >>"
        );
        pdf(
            &[
                b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [3 0 R] >> >>".to_vec(),
                b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
                b"<< /FT /Sig /T (a) /V 4 0 R >>".to_vec(),
                value.into_bytes(),
            ],
            "/Root 1 0 R",
        )
    };
    let nested = |open: &str| vec![open.repeat(100_000).into_bytes()];
    let table = b"%PDF-1.7\nxref\n0 4294967295\ntrailer\n<< /Size 4294967295 /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n";
    let cases = [
        ("circles", pdf(&circles, "/Root 1 0 R")),
        ("a table that follows itself", pdf(&circles, "/Root 1 0 R /Prev 9 /XRefStm 9")),
        ("a table that is too long", table.to_vec()),
        ("a chain of references", pdf(&chain, "/Root 1 0 R")),
        ("a root that is itself", pdf(&[b"1 0 R".to_vec()], "/Root 1 0 R")),
        ("deep arrays", pdf(&nested("["), "/Root 1 0 R")),
        ("deep dictionaries", pdf(&nested("<</a "), "/Root 1 0 R")),
        ("deep strings", pdf(&nested("("), "/Root 1 0 R")),
        ("a signature over more than there is", signature("[0 10 20 99999999999999]")),
        ("a signature over less than nothing", signature("[-1 -1 -1 -1]")),
        (
            "a signature over itself",
            signature("[0 9223372036854775807 9223372036854775807 9223372036854775807]"),
        ),
        ("a signature over nothing", signature("[]")),
        (
            "a length that is itself",
            with_attachment(b"<< /Type /EmbeddedFile /Length 4 0 R >>\nstream\na\nendstream".to_vec()),
        ),
        (
            "a length beyond the end",
            with_attachment(
                b"<< /Type /EmbeddedFile /Length 18446744073709551615 >>\nstream\na\nendstream".to_vec(),
            ),
        ),
        (
            "many filters",
            with_attachment(stream(
                &format!("/Type /EmbeddedFile /Filter [{}]", "/FlateDecode ".repeat(1_000)),
                &bomb(1_000),
            )),
        ),
        (
            "encrypted",
            pdf(&circles, "/Root 1 0 R /Encrypt << /Filter /Standard /V 99 /R 99 /O () /U () /P -1 >>"),
        ),
    ];
    for (name, bytes) in cases {
        judged(folder.path(), &key, name, &bytes);
    }
}

#[test]
fn a_stream_that_unfolds_to_two_gibibytes_is_given_up() {
    let (folder, key, sealed) = sealed();
    let zeros = bomb(2 << 30);
    assert!(zeros.len() < 15 << 20, "{}", zeros.len());
    let attachment = stream("/Type /EmbeddedFile /Subtype /text#2Fxml /Filter /FlateDecode", &zeros);
    judged(folder.path(), &key, "an attachment", &with_attachment(attachment));
    let table = stream("/Type /XRef /Size 10 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode", &zeros);
    let mut bytes = b"%PDF-1.7\n1 0 obj\n".to_vec();
    bytes.extend(table);
    bytes.extend(b"\nendobj\nstartxref\n9\n%%EOF\n");
    judged(folder.path(), &key, "a table", &bytes);
    let objects = stream("/Type /ObjStm /N 100 /First 10 /Filter /FlateDecode", &zeros);
    judged(folder.path(), &key, "objects", &pdf(&[objects], "/Root 1 0 R"));
    // Behind a sealed document, where a second revision would be.
    let update =
        [&sealed[..], b"\n99 0 obj\n", &stream("/Filter /FlateDecode", &zeros), b"\nendobj\n"].concat();
    judged(folder.path(), &key, "an update", &update);
}

#[test]
fn proofs_and_keys_that_make_no_sense_are_refused_by_name() {
    let (folder, key, _) = sealed();
    let at = folder.path();
    let write = |name: &str, content: &[u8]| std::fs::write(at.join(name), content).unwrap();
    let head = "c2sp.org/tlog-proof@v1\n";
    for (name, proof) in [
        ("nothing", Vec::new()),
        ("noise", noise(8, 10_000)),
        ("a head", head.as_bytes().to_vec()),
        ("a huge index", format!("{head}index 99999999999999999999999\n\n").into_bytes()),
        ("an index below zero", format!("{head}index -1\n\n").into_bytes()),
        ("a million hashes", format!("{head}index 1\n{}", "AAAA\n".repeat(1_000_000)).into_bytes()),
        ("lines of Windows", format!("{head}index 0\n").replace('\n', "\r\n").into_bytes()),
    ] {
        write("a.tlog-proof", &proof);
        let output = verify(at, &["a.pdf", "--proof", "a.tlog-proof", "--ledger-key", &key]);
        assert_ne!(output.status.code(), Some(101), "{name}: {}", told(&output));
    }
    write("noise.key", &noise(9, 1_000));
    for wrong in ["", "nonsense", "a+b+c", "noise.key", ".", "/dev/zero", &"a".repeat(100_000)] {
        let output = verify(at, &["a.pdf", "--ledger-key", wrong]);
        assert_eq!(output.status.code(), Some(3), "{wrong:.20}: {}", told(&output));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("--ledger-key") && stderr.len() < 8 << 10, "{wrong:.20}: {stderr:.300}");
    }
    for file in ["missing.pdf", ".", "/dev/zero"] {
        let output = verify(at, &[file, "--ledger-key", &key]);
        assert_eq!(output.status.code(), Some(3), "{file}: {}", told(&output));
        assert!(String::from_utf8_lossy(&output.stderr).contains(file), "{}", told(&output));
    }
    write("large.pdf", &vec![b'a'; 21 << 20]);
    let output = verify(at, &["large.pdf", "--ledger-key", &key]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
}
