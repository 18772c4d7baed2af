//! What independent verifiers say about our seals.

use std::process::Command;

use counterfoil_seal::{SignatureDetails, SignatureState, chains_to, inspect_pdf, sign_pdf};
use jiff::ToSpan;
use lopdf::{Stream, dictionary};
use sha2::{Digest as _, Sha256};

use crate::fixtures::{
    AUTHORITY, IDENTITY, INVOICES, LEGAL_NAME, ORGANISATION, SEALED, XML, contains, now, prepared, python,
    run, seal, with_file,
};
use crate::tampered::hexadecimal;

/// What pyHanko says.
pub(crate) fn pyhanko(pdf: &[u8]) -> String {
    pyhanko_trusting(AUTHORITY.certificate_der(), pdf)
}

/// What pyHanko says if it trusts that root alone.
pub(crate) fn pyhanko_trusting(root: &[u8], pdf: &[u8]) -> String {
    with_file(pdf, |pdf| {
        let authority = pdf.with_file_name("authority.der");
        std::fs::write(&authority, root).unwrap();
        python("judge.py", &[pdf, &authority])
    })
}

/// pdfsig finds one signature, valid and over the whole document.
pub(crate) fn check_with_pdfsig(pdf: &[u8], kind: &str) {
    let said = with_file(pdf, |pdf| {
        run("pdfsig", "the package poppler-utils", Command::new("pdfsig").arg("-nocert").arg(pdf))
    });
    for expected in ["Signature is Valid", "Total document signed", "ETSI.CAdES.detached", "SHA-256"] {
        assert!(said.contains(expected), "{kind}: {said}");
    }
    assert!(!said.contains("Signature #2"), "{kind}: {said}");
}

/// qpdf finds nothing wrong.
pub(crate) fn check_with_qpdf(pdf: &[u8], kind: &str) {
    let said =
        with_file(pdf, |pdf| run("qpdf", "the package qpdf", Command::new("qpdf").arg("--check").arg(pdf)));
    assert!(said.contains("No syntax or stream encoding errors found"), "{kind}: {said}");
}

#[test]
fn pyhanko_finds_the_seal_intact_trusted_and_covering_the_entire_file() {
    for (kind, sealed) in SEALED.iter() {
        let expected =
            format!("intact valid trusted ENTIRE_FILE docmdp bottom-line changes:NONE {LEGAL_NAME}\n");
        assert_eq!(pyhanko(sealed), expected, "{kind}");
    }
}

#[test]
fn pyhanko_reads_that_nothing_may_change_who_signed_and_the_untouched_metadata() {
    const XMP: &[u8] = br#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><pdfaid:part>3</pdfaid:part></x:xmpmeta>"#;
    let pdf = prepared(|pdf, parts| {
        let kind = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
        let xmp = pdf.add_object(Stream::new(kind, XMP.to_vec()));
        pdf.get_dictionary_mut(parts.catalog).unwrap().set("Metadata", xmp);
    });
    let sealed = seal(&pdf);
    let digest = hexadecimal(&Sha256::digest(XMP));
    let said = with_file(&sealed, |pdf| python("read.py", &[pdf]));
    assert_eq!(said, format!("/ETSI.CAdES.detached NO_CHANGES own-certificate 3 {digest}\n"));
    assert!(!contains(&sealed[pdf.len()..], b"/Type /Metadata"), "the update leaves XMP alone");
}

#[test]
fn pdfsig_finds_the_signature_valid_and_the_total_document_signed() {
    for (kind, sealed) in SEALED.iter() {
        check_with_pdfsig(sealed, kind);
    }
}

#[test]
fn qpdf_finds_nothing_wrong_with_the_sealed_file() {
    for (kind, sealed) in SEALED.iter() {
        check_with_qpdf(sealed, kind);
    }
}

#[test]
fn the_update_has_the_kind_of_cross_reference_that_the_file_has() {
    let [(_, table), (_, streams)] = &*SEALED;
    assert!(contains(&table[INVOICES[0].1.len()..], b"\nxref\n"));
    assert!(!contains(&streams[INVOICES[1].1.len()..], b"\nxref\n"));
    assert!(contains(&streams[INVOICES[1].1.len()..], b"/Type /XRef"));
}

#[test]
fn the_original_bytes_stay_the_beginning_of_the_sealed_file() {
    for ((_, pdf), (kind, sealed)) in INVOICES.iter().zip(SEALED.iter()) {
        assert!(sealed.starts_with(pdf), "{kind}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for ((kind, sealed), (_, pdf)) in SEALED.iter().zip(INVOICES.iter()) {
        assert!(*sealed == seal(pdf), "{kind}");
    }
}

#[test]
fn we_find_our_own_seal_intact_with_its_signer_time_and_attachment() {
    for (kind, sealed) in SEALED.iter() {
        let inspection = inspect_pdf(sealed).unwrap();
        assert_eq!(inspection.findings, [], "{kind}");
        let SignatureState::Intact(signer) = inspection.signature else {
            panic!("{kind}: {:?}", inspection.signature)
        };
        assert!(signer.covers_whole_file);
        assert_eq!(signer.common_name.as_deref(), Some(LEGAL_NAME));
        assert_eq!(signer.organisation.as_deref(), Some(LEGAL_NAME));
        assert_eq!(signer.organisation_id, Some(ORGANISATION));
        assert_eq!(signer.claimed_time, Some(now()));
        assert_eq!(signer.fingerprint, IDENTITY.fingerprint());
        assert_eq!(signer.chain_der, IDENTITY.chain_der());
        assert_eq!(chains_to(&signer, AUTHORITY.certificate_der(), now()), Ok(()));

        let [file] = inspection.embedded_files.as_slice() else { panic!("{kind}: one attachment") };
        assert_eq!((file.name.as_str(), file.relationship.as_deref()), ("factur-x.xml", Some("Alternative")));
        assert_eq!(file.bytes, XML);
    }
}

#[test]
fn an_unsealed_file_is_said_to_have_no_signature() {
    for (kind, pdf) in INVOICES.iter() {
        let inspection = inspect_pdf(pdf).unwrap();
        assert_eq!(inspection.signature, SignatureState::Absent, "{kind}");
        assert_eq!(inspection.findings, [], "{kind}");
        assert_eq!(inspection.embedded_files.len(), 1, "{kind}");
    }
}

#[test]
fn a_sealed_or_encrypted_file_is_not_sealed_again() {
    let details = SignatureDetails { name: LEGAL_NAME, reason: "Again" };
    let again = sign_pdf(&SEALED[0].1, &IDENTITY, &details, now());
    assert!(again.unwrap_err().to_string().contains("already has a form or a signature"));
    let encrypted = crate::fixtures::qpdf(&["--encrypt", "", "", "256", "--"], &INVOICES[0].1);
    let refused = sign_pdf(&encrypted, &IDENTITY, &details, now());
    assert!(refused.unwrap_err().to_string().contains("encrypted"));
}

#[test]
fn nothing_is_signed_outside_the_validity_of_the_certificate() {
    let details = SignatureDetails { name: LEGAL_NAME, reason: "Late" };
    for at in [now() - 2.hours(), IDENTITY.not_after() + 1.second()] {
        let refused = sign_pdf(&INVOICES[0].1, &IDENTITY, &details, at);
        assert!(refused.unwrap_err().to_string().contains("valid only from"));
    }
}
