//! What a program finds in the file.

use counterfoil_invoice::paper::{Paper, Relationship};
use counterfoil_render::RenderError;
use lopdf::{Dictionary, Object};

use crate::sample::{self, attachments, document, paper};
use crate::tools::{judge, published, structural_faults};

const XML: &str = "corpus/cen/cii-examples/CII_example1.xml";

fn drawn(change: impl FnOnce(&mut Paper<'_>)) -> Result<Vec<u8>, RenderError> {
    let document = document(sample::rich());
    let mut paper = paper(&document, "de");
    paper.attachments = attachments(published(XML));
    change(&mut paper);
    counterfoil_render::pdf(&paper)
}

#[test]
fn the_oracle_says_valid_and_has_no_doubt_about_the_file() {
    let [verdict, fatal, warnings] = judge(&drawn(|_| ()).unwrap());
    assert_eq!((verdict.as_str(), fatal.as_str()), ("valid", ""));
    // Warnings about the data inside are the published example's own.
    let about_the_file = warnings.split(',').any(|id| id.starts_with("PDF") || id.starts_with("FXC"));
    assert!(!about_the_file, "{warnings}");
}

/// Compressed data ends in the lowest byte of Adler-32's first sum, so an attachment can be made to end in any.
#[test]
fn no_stream_leaves_a_doubt_about_its_length() {
    let mut bytes = b"counterfoil ".repeat(40);
    let sum: usize = 1 + bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>();
    bytes.push(u8::try_from((usize::from(b'\r') + 256 - sum % 256) % 256).unwrap());
    let pdf = drawn(|paper| paper.attachments[1].bytes = bytes).unwrap();
    let file = lopdf::Document::load_mem(&pdf).unwrap();
    let mut doubtful = 0;
    for stream in file.objects.values().filter_map(|object| object.as_stream().ok()) {
        let length = stream.dict.get(b"Length").and_then(Object::as_i64).unwrap();
        assert_eq!(usize::try_from(length).unwrap(), stream.content.len());
        doubtful += usize::from(stream.content.ends_with(b"\r"));
    }
    assert!(doubtful > 0, "the case was not met");
    let ends = |what: &[u8]| pdf.windows(what.len()).filter(|w| *w == what).count();
    assert_eq!(ends(b"\r\nendstream"), ends(b"\r\r\nendstream"));
}

#[test]
fn a_credit_note_of_one_line_is_valid_too() {
    let document = document(sample::credit_note());
    let mut paper = paper(&document, "en");
    paper.attachments = attachments(published(XML));
    let [verdict, fatal, _] = judge(&counterfoil_render::pdf(&paper).unwrap());
    assert_eq!((verdict.as_str(), fatal.as_str()), ("valid", ""));
}

#[test]
fn another_reader_finds_no_fault_in_the_structure() {
    for (content, language) in
        [(sample::everything(), "ar"), (sample::scripts(), "en"), (sample::with_lines(90), "he")]
    {
        let document = document(content);
        let mut paper = paper(&document, language);
        paper.attachments = attachments(published(XML));
        assert_eq!(structural_faults(&counterfoil_render::pdf(&paper).unwrap()), "", "{language}");
    }
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let once = drawn(|_| ()).unwrap();
    assert_eq!(once, drawn(|_| ()).unwrap());
    let elsewhere = std::thread::spawn(|| drawn(|_| ()).unwrap()).join().unwrap();
    assert_eq!(once, elsewhere);
    assert_ne!(once, drawn(|p| p.created = "2026-03-03T09:30:01Z".parse().unwrap()).unwrap());
}

#[test]
fn one_revision_with_a_plain_table_ready_to_be_signed() {
    let pdf = drawn(|_| ()).unwrap();
    let count = |what: &[u8]| pdf.windows(what.len()).filter(|w| *w == what).count();
    assert!(pdf.starts_with(b"%PDF-1.7\n"));
    assert_eq!((count(b"startxref"), count(b"%%EOF"), count(b"/Prev ")), (1, 1, 0));
    assert!(pdf.ends_with(b"%%EOF"));
    // Every offset of the table leads to its object.
    let at = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().trim().parse::<usize>().unwrap();
    let start = pdf.windows(9).rposition(|w| w == b"startxref").unwrap();
    let table = at(&pdf[start + 9..pdf.len() - 5]);
    let head = std::str::from_utf8(&pdf[table..table + 20]).unwrap();
    let entries: usize = head.lines().nth(1).unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let first = table + head.lines().take(2).map(|line| line.len() + 1).sum::<usize>();
    for (number, entry) in
        pdf[first..first + entries * 20].chunks(20).enumerate().filter(|(_, e)| e[17] == b'n')
    {
        let object = &pdf[at(&entry[..10])..];
        assert!(object.starts_with(format!("{number} 0 obj\n").as_bytes()), "object {number}");
    }
}

#[test]
fn it_is_tagged_titled_dated_and_speaks_a_language() {
    let file = lopdf::Document::load_mem(&drawn(|_| ()).unwrap()).unwrap();
    let catalog = file.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"de");
    assert!(catalog.has(b"StructTreeRoot"));
    let marked = catalog.get(b"MarkInfo").and_then(Object::as_dict).and_then(|m| m.get(b"Marked"));
    assert!(marked.and_then(Object::as_bool).unwrap());
    let info = file.trailer.get(b"Info").and_then(Object::as_reference).unwrap();
    let info = file.get_dictionary(info).unwrap();
    assert_eq!(info.get(b"Title").unwrap().as_str().unwrap(), b"Rechnung 2026-0042");
    assert!(info.get(b"CreationDate").unwrap().as_str().unwrap().starts_with(b"D:20260303093000"));
}

#[test]
fn both_files_are_inside_unchanged_with_their_relation() {
    let file = lopdf::Document::load_mem(&drawn(|_| ()).unwrap()).unwrap();
    let resolve = |object: &Object| -> Dictionary {
        match object {
            Object::Reference(id) => file.get_dictionary(*id).unwrap().clone(),
            other => other.as_dict().unwrap().clone(),
        }
    };
    let associated = file.catalog().unwrap().get(b"AF").and_then(Object::as_array).unwrap();
    let found: Vec<(String, String, Vec<u8>)> = associated
        .iter()
        .map(|object| {
            let spec = resolve(object);
            let name = spec.get(b"F").unwrap().as_str().unwrap().to_vec();
            let relation = spec.get(b"AFRelationship").unwrap().as_name().unwrap().to_vec();
            let stream = resolve(spec.get(b"EF").unwrap()).get(b"F").unwrap().as_reference().unwrap();
            let stream = file.get_object(stream).and_then(Object::as_stream).unwrap();
            let bytes = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
            (String::from_utf8(name).unwrap(), String::from_utf8(relation).unwrap(), bytes)
        })
        .collect();
    let [xml, proof] = <[_; 2]>::try_from(attachments(published(XML))).unwrap();
    assert_eq!(
        found,
        [(xml.name, "Alternative".into(), xml.bytes), (proof.name, "Supplement".into(), proof.bytes)]
    );
}

#[test]
fn without_an_e_invoice_the_file_does_not_claim_to_be_factur_x() {
    let plain = drawn(|p| p.attachments.clear()).unwrap();
    assert!(!plain.windows(10).any(|w| w == b"urn:factur"));
    let other =
        drawn(|p| p.attachments.retain(|file| file.relationship == Relationship::Supplement)).unwrap();
    assert!(!other.windows(10).any(|w| w == b"urn:factur"));
}

#[test]
fn bad_attachments_and_codes_are_refused_by_name() {
    assert!(matches!(drawn(|p| p.attachments[1].name = "../x".into()), Err(RenderError::AttachmentName(1))));
    assert!(drawn(|p| p.verification = None).is_ok(), "a page that no ledger holds");
    assert!(matches!(
        drawn(|p| p.verification.as_mut().unwrap().qr_text = "x".repeat(5000)),
        Err(RenderError::QrTooLong)
    ));
    assert!(matches!(drawn(|p| p.attachments[0].mime_type = "nonsense".into()), Err(RenderError::Export(_))));
}

#[cfg(target_os = "linux")]
#[test]
fn sixty_documents_need_the_memory_of_a_few() {
    let document = document(sample::plain());
    let draw = |count: u32| {
        for number in 0..count {
            let mut other = document.clone();
            other.number = format!("N-{number}");
            counterfoil_render::pdf(&paper(&other, "en")).unwrap();
        }
    };
    draw(10);
    let before = resident_kilobytes();
    draw(60);
    let grown = resident_kilobytes().saturating_sub(before);
    assert!(grown < 30_000, "60 documents left {grown} kB behind");
}

#[cfg(target_os = "linux")]
fn resident_kilobytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
