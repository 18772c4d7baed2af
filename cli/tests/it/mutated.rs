//! Files of the corpus with bytes changed, at the doors through which strangers' files come in: the fuzz targets of
//! `fuzz/` without the fuzzer, so that every run of the tests has some of it. The changes are the same in every run.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use counterfoil_einvoice::{Syntax, read, validate, write};
use counterfoil_ledger::note::{SigningKey, VerifierKey, verify};
use counterfoil_ledger::proof::TlogProof;

use crate::programs::surrounding;

/// How long each test goes on; a slow machine changes fewer files.
const LONG_ENOUGH: Duration = Duration::from_mins(1);

/// A generator of numbers that needs nothing (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// Changes a few places: a byte, a piece left out, doubled or moved, a piece of another file, a piece of syntax.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], pieces: &[&[u8]], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(bytes.len());
        let end = (at + numbers.below(60)).min(bytes.len());
        match numbers.below(6) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(numbers.below(256)).unwrap(),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            3 => {
                let copy: Vec<u8> = bytes.drain(at..end).collect();
                let to = numbers.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            4 => {
                let from = numbers.below(other.len());
                let to = (from + numbers.below(400)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            _ => {
                let piece = pieces[numbers.below(pieces.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
}

/// Runs the door on changed files until the time is over; gives how many.
fn until_late(files: &[Vec<u8>], pieces: &[&[u8]], mut door: impl FnMut(&[u8])) -> u32 {
    let (mut numbers, started, mut count) = (Numbers(0x5eed_2026_1122), Instant::now(), 0);
    while started.elapsed() < LONG_ENOUGH {
        let mut bytes = files[numbers.below(files.len())].clone();
        let other = &files[numbers.below(files.len())];
        mutate(&mut bytes, other, pieces, &mut numbers);
        door(&bytes);
        count += 1;
    }
    count
}

/// Files of the corpus with that ending, none so large that changing it takes all the time.
fn corpus(ending: &str, largest: u64) -> Option<Vec<Vec<u8>>> {
    let corpus = surrounding("COUNTERFOIL_CORPUS")?;
    let mut found = Vec::new();
    gather(&Path::new(&corpus).join("corpus"), ending, largest, &mut found);
    found.sort();
    assert!(found.len() > 10, "the corpus is there");
    Some(found.iter().map(|path| std::fs::read(path).unwrap()).collect())
}

fn gather(folder: &Path, ending: &str, largest: u64, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            gather(&entry.path(), ending, largest, found);
        } else if entry.path().extension().is_some_and(|e| e.eq_ignore_ascii_case(ending))
            && entry.metadata().unwrap().len() <= largest
        {
            found.push(entry.path());
        }
    }
}

#[test]
fn changed_e_invoices_of_the_corpus_are_read_and_judged_or_refused() {
    let Some(files) = corpus("xml", 40_000) else { return };
    let pieces: [&[u8]; 8] = [
        b"<!DOCTYPE x>",
        b"<![CDATA[",
        b"]]>",
        b"<!-- -->",
        b"&#xFFFF;",
        b"-99999999999999999999999999.99",
        b" xmlns:cbc=\"urn:x\"",
        b"</cbc:ID>",
    ];
    let mut accepted = 0;
    let count = until_late(&files, &pieces, |xml| {
        let judged = validate(xml);
        let Ok(reading) = read(xml) else { return };
        accepted += 1;
        assert!(judged.is_ok(), "what can be read can be judged");
        for syntax in [Syntax::Cii, Syntax::Ubl] {
            // What is read can be written, or says why not.
            if let Ok(xml) = write(&reading.document, syntax) {
                assert!(validate(&xml).is_ok());
            }
        }
    });
    println!("{count} changed e-invoices, {accepted} of them read");
    assert!(count > 100 && accepted > 0);
}

#[test]
fn changed_pdfs_of_the_corpus_are_inspected_or_refused() {
    let Some(files) = corpus("pdf", 400_000) else { return };
    let pieces: [&[u8]; 8] = [
        b"1 0 obj<</Length 999999999>>stream",
        b"startxref\n99999999999\n%%EOF",
        b"/ByteRange [0 1 2 3]",
        b"<</Type/ObjStm/N 100000/First 1>>",
        b"endobj",
        b"1 0 R",
        b"<<<<[[((",
        b"/Prev 0",
    ];
    let count = until_late(&files, &pieces, |pdf| {
        drop(counterfoil_seal::inspect_pdf(pdf));
        drop(counterfoil_seal::page_text(pdf));
    });
    println!("{count} changed PDFs");
    assert!(count > 20);
}

#[test]
fn changed_notes_and_proofs_are_refused() {
    let key = SigningKey::from_parts("ledger.example.com/example", &[7; 32]).unwrap();
    let keys: Vec<VerifierKey> = vec![key.verifier()];
    let note = key.sign("ledger.example.com/example\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    assert!(verify(&note, &keys).is_ok());
    let proof = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}");
    assert!(proof.parse::<TlogProof>().is_ok());
    let files = [note.clone().into_bytes(), proof.into_bytes(), keys[0].to_string().into_bytes()];
    let pieces: [&[u8]; 6] =
        [b"\n\n", "\u{2014} ".as_bytes(), b"index 18446744073709551616", b"=", b"+", b"extra "];
    let count = until_late(&files, &pieces, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        if let Ok(verified) = verify(text, &keys) {
            assert!(note.starts_with(&verified.text), "no other text is signed");
        }
        drop(text.parse::<VerifierKey>());
        if let Ok(proof) = text.parse::<TlogProof>() {
            drop(proof.verify(b"leaf", &keys[0]));
        }
    });
    println!("{count} changed notes, proofs and keys");
    assert!(count > 1000);
}
