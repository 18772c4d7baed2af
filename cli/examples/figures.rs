//! What the parts of a sealed invoice with ten lines cost, without the books: `issuing` has those.
//!
//! Medians of rounds in one run. Prints a line for each figure: name, tab, value, tab, unit. With an argument, writes the
//! e-invoice to that file.
#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

#[path = "measure/invoice.rs"]
mod invoice;
mod measure;

use std::time::Duration;

use counterfoil_einvoice::Syntax;
use counterfoil_invoice::paper::{EmbeddedFile, Paper, Relationship, Stationery, Verification};
use counterfoil_invoice::{Document, Draft, InvoiceNumber};
use counterfoil_seal::{CertificateAuthority, SignatureDetails, Subject};
use jiff::Timestamp;
use measure::{median, processor_time};
use rand_core::UnwrapErr;

const ROUNDS: usize = 1000;

fn main() -> anyhow::Result<()> {
    let at: Timestamp = "2026-03-03T10:00:00Z".parse()?;
    let mut rng = UnwrapErr(getrandom::SysRng);
    let ca = CertificateAuthority::generate("Counterfoil figures", at, &mut rng)?;
    let subject = Subject { organisation: "Example", country: "DE", serial_number: uuid::Uuid::nil() };
    let identity = ca.issue(&subject, at, &mut rng)?;
    let draft = Draft(invoice::ten_lines()?);
    let [mut rules, mut written, mut drawn, mut signed, mut proven] = [const { Vec::new() }; 5];
    let (mut size, mut written_once) = (0, Vec::new());
    for round in 0..ROUNDS + 10 {
        let number = InvoiceNumber { series: "2026".to_owned(), sequence: i64::try_from(round)? + 1 };
        let start = processor_time()?;
        let issued = draft
            .clone()
            .issue(number, jiff::civil::date(2026, 3, 3))
            .map_err(|findings| anyhow::anyhow!("the example breaks rules: {findings:?}"))?;
        let after_rules = processor_time()?;
        let cii = counterfoil_einvoice::write(issued.document(), Syntax::Cii)?;
        counterfoil_einvoice::write(issued.document(), Syntax::Ubl)?;
        let after_writing = processor_time()?;
        if round == 0 {
            written_once.clone_from(&cii);
        }
        let page = counterfoil_render::pdf(&paper(issued.document(), &Stationery::default(), cii, at))?;
        let after_drawing = processor_time()?;
        let details = SignatureDetails { name: "Example", reason: "Issued" };
        let sealed = counterfoil_seal::sign_pdf(&page, &identity, &details, at)?;
        let after_signing = processor_time()?;
        counterfoil_seal::inspect_pdf(&sealed)?;
        let read = counterfoil_einvoice::read(&written_once)?;
        let text = counterfoil_seal::page_text(&sealed)?;
        for document in [issued.document(), &read.document] {
            // The e-invoice read again is that of the first round: only its number differs.
            let document = Document { number: issued.document().number.clone(), ..document.clone() };
            counterfoil_render::proofread(&text, &document, Some("en"))?;
        }
        let end = processor_time()?;
        size = sealed.len();
        // The first rounds load fonts and fill caches.
        if round >= 10 {
            rules.push(after_rules.saturating_sub(start));
            written.push(after_writing.saturating_sub(after_rules));
            drawn.push(after_drawing.saturating_sub(after_writing));
            signed.push(after_signing.saturating_sub(after_drawing));
            proven.push(end.saturating_sub(after_signing));
        }
    }
    let parts = [
        ("sums and rules", median(&mut rules)),
        ("CII and UBL", median(&mut written)),
        ("PDF/A-3", median(&mut drawn)),
        ("signature", median(&mut signed)),
        ("proof-reading", median(&mut proven)),
    ];
    let whole: Duration = parts.iter().map(|(_, time)| *time).sum();
    for (name, time) in parts.into_iter().chain([("its parts together", whole)]) {
        println!("{name}\t{:.2}\tms", time.as_secs_f64() * 1000.0);
    }
    println!("its size\t{}\tKiB", size / 1024);
    if let Some(file) = std::env::args_os().nth(1) {
        std::fs::write(file, written_once)?;
    }
    Ok(())
}

fn paper<'a>(
    document: &'a counterfoil_invoice::Document,
    stationery: &'a Stationery,
    cii: Vec<u8>,
    created: Timestamp,
) -> Paper<'a> {
    Paper {
        document,
        verification: Some(Verification {
            code: "ABCD-EFGH-JKMN-PQRS".to_owned(),
            address: "https://invoices.example.com/verify".to_owned(),
            qr_text: "https://invoices.example.com/verify#ABCD-EFGH-JKMN-PQRS".to_owned(),
            ledger: "invoices.example.com/ledger/example".to_owned(),
        }),
        created,
        language: "en",
        stationery,
        is_draft: false,
        attachments: vec![EmbeddedFile {
            name: "factur-x.xml".to_owned(),
            mime_type: "text/xml".to_owned(),
            description: "The e-invoice".to_owned(),
            relationship: Relationship::Alternative,
            bytes: cii,
        }],
    }
}
