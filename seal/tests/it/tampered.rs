//! Every way to alter a sealed file is named for what it is.

use counterfoil_seal::{
    CertificateAuthority, ChainError, Change, SignatureDetails, SignatureFault, SignatureState, Signer,
    Subject, TamperFinding, chains_to, inspect_pdf, sign_pdf,
};
use lopdf::{IncrementalDocument, Object, Stream, dictionary};

use crate::fixtures::{
    AUTHORITY, IDENTITY, INVOICES, LEGAL_NAME, ORGANISATION, SEALED, contents, find, now, qpdf, rng, seal,
};
use crate::judged::pyhanko;

fn inspect(pdf: &[u8]) -> (SignatureState, Vec<TamperFinding>) {
    let inspection = inspect_pdf(pdf).unwrap();
    (inspection.signature, inspection.findings)
}

pub(crate) fn intact(state: SignatureState) -> Signer {
    match state {
        SignatureState::Intact(signer) => *signer,
        other => panic!("{other:?}"),
    }
}

/// Appends an update with lopdf, as a forger's tool would.
pub(crate) fn updated(sealed: &[u8], change: impl FnOnce(&mut IncrementalDocument)) -> Vec<u8> {
    let mut update: IncrementalDocument = sealed.try_into().unwrap();
    change(&mut update);
    let mut bytes = Vec::new();
    update.save_to(&mut bytes).unwrap();
    assert!(bytes.starts_with(sealed));
    bytes
}

#[test]
fn a_changed_amount_is_changed_bytes() {
    let mut pdf = SEALED[0].1.clone();
    let at = find(&pdf, b"119.00 EUR").unwrap();
    pdf[at..at + 3].copy_from_slice(b"919");
    assert_eq!(inspect(&pdf), (SignatureState::Broken(SignatureFault::BytesChanged), vec![]));
    assert!(!pyhanko(&pdf).contains("intact"));
}

#[test]
fn an_appended_update_is_named_and_the_signed_revision_stays_intact() {
    for (kind, sealed) in SEALED.iter() {
        let pdf = updated(sealed, |update| {
            let page = update.get_prev_documents().page_iter().next().unwrap();
            update.opt_clone_object_to_new_document(page).unwrap();
            let overlay =
                Stream::new(dictionary! {}, b"BT /F1 12 Tf 72 720 Td (Invoice, 9.00 EUR) Tj ET".to_vec());
            let overlay = update.new_document.add_object(overlay);
            update.new_document.get_dictionary_mut(page).unwrap().set("Contents", overlay);
        });
        let (signature, findings) = inspect(&pdf);
        assert!(!intact(signature).covers_whole_file, "{kind}");
        let (at, bytes) = (sealed.len(), pdf.len() - sealed.len());
        let changes = vec![Change::PageContent { page: 1 }];
        assert_eq!(findings, [TamperFinding::UpdateAppended { at, bytes, changes }], "{kind}");
        let opinion = pyhanko(&pdf);
        assert!(opinion.contains("intact") && !opinion.contains("bottom-line"), "{kind}: {opinion}");
    }
}

#[test]
fn a_second_xml_appended_as_update_is_seen() {
    let pdf = updated(&SEALED[0].1, |update| {
        let file = update.new_document.add_object(Stream::new(dictionary! {}, b"<forged/>".to_vec()));
        update.new_document.add_object(dictionary! {
            "Type" => "Filespec", "F" => Object::string_literal("factur-x.xml"),
            "EF" => dictionary! { "F" => file },
        });
    });
    let files = inspect_pdf(&pdf).unwrap().embedded_files;
    assert_eq!(files.len(), 2);
    assert!(files.iter().any(|file| file.bytes == b"<forged/>"));
}

#[test]
fn a_signature_removed_by_an_update_is_still_found() {
    let pdf = updated(&SEALED[0].1, |update| {
        let previous = update.get_prev_documents();
        let root = previous.trailer.get(b"Root").unwrap().as_reference().unwrap();
        let is_signature = |object: &Object| object.as_dict().is_ok_and(|all| all.has(b"ByteRange"));
        let signature = *previous.objects.iter().find(|(_, object)| is_signature(object)).unwrap().0;
        update.opt_clone_object_to_new_document(root).unwrap();
        let catalog = update.new_document.get_dictionary_mut(root).unwrap();
        catalog.remove(b"AcroForm");
        catalog.remove(b"Perms");
        update.new_document.objects.insert(signature, Object::Null);
    });
    let (signature, findings) = inspect(&pdf);
    assert!(!intact(signature).covers_whole_file);
    assert!(matches!(
        findings.as_slice(),
        [TamperFinding::SignatureRemoved, TamperFinding::UpdateAppended { .. }]
    ));
}

#[test]
fn a_file_written_anew_keeps_a_signature_that_no_longer_fits() {
    let (signature, _) = inspect(&qpdf(&[], &SEALED[0].1));
    assert_eq!(signature, SignatureState::Broken(SignatureFault::ByteRange));
}

#[test]
fn a_file_cut_back_to_the_unsigned_revision_has_no_signature() {
    assert_eq!(inspect(&SEALED[0].1[..INVOICES[0].1.len()]), (SignatureState::Absent, vec![]));
}

#[test]
fn the_signature_of_another_file_does_not_fit() {
    let mut other = INVOICES[0].1.clone();
    let at = find(&other, b"INV-2026-0001, 119").unwrap();
    other[at + 12] = b'2';
    let other = seal(&other);
    let mut pdf = SEALED[0].1.clone();
    assert_eq!(contents(&pdf), contents(&other));
    pdf[contents(&other)].copy_from_slice(&other[contents(&other)]);
    assert_eq!(inspect(&pdf), (SignatureState::Broken(SignatureFault::BytesChanged), vec![]));
}

#[test]
fn a_moved_byte_range_is_named() {
    let sealed = &SEALED[0].1;
    let gap = contents(sealed);
    let range = find(sealed, b"/ByteRange [0 ").unwrap() + b"/ByteRange [0 ".len();
    for (name, start) in
        [("earlier", gap.start - 40), ("later", gap.start + 40), ("at the digits", gap.start)]
    {
        let mut pdf = sealed.clone();
        pdf[range..range + 10].copy_from_slice(format!("{start:<10}").as_bytes());
        assert_eq!(inspect(&pdf).0, SignatureState::Broken(SignatureFault::ByteRange), "{name}");
    }
    let mut pdf = sealed.clone();
    pdf[range - 2] = b'7';
    assert_eq!(inspect(&pdf).0, SignatureState::Broken(SignatureFault::ByteRange), "not from the beginning");
}

#[test]
fn trailing_bytes_are_named_even_if_they_are_line_ends() {
    let mut pdf = SEALED[0].1.clone();
    pdf.extend(b"\n\n");
    let (signature, findings) = inspect(&pdf);
    assert!(!intact(signature).covers_whole_file);
    assert_eq!(findings, [TamperFinding::TrailingBytes { at: SEALED[0].1.len(), bytes: 2 }]);
}

#[test]
fn bytes_before_the_header_are_named() {
    let pdf = [b"#!/bin/sh\n", SEALED[0].1.as_slice()].concat();
    let (signature, findings) = inspect(&pdf);
    assert!(!intact(signature).covers_whole_file);
    assert_eq!(findings, [TamperFinding::LeadingBytes { bytes: 10 }]);
}

#[test]
fn several_signatures_are_counted() {
    let sealed = &SEALED[0].1;
    let pdf = updated(sealed, |update| {
        update.new_document.add_object(dictionary! {
            "Type" => "Sig", "Filter" => "Adobe.PPKLite",
            "ByteRange" => vec![0.into(), 10.into(), 20.into(), Object::Integer(1_000_000)],
            "Contents" => Object::string_literal("x"),
        });
    });
    let (signature, findings) = inspect(&pdf);
    assert!(!intact(signature).covers_whole_file);
    assert!(findings.contains(&TamperFinding::SeveralSignatures { count: 2 }));
    assert!(findings.iter().any(|finding| matches!(finding, TamperFinding::UpdateAppended { .. })));
}

#[test]
fn damaged_cms_is_named() {
    let mut pdf = SEALED[0].1.clone();
    let gap = contents(&pdf);
    pdf[gap.clone()].fill(b'0');
    assert_eq!(inspect(&pdf).0, SignatureState::Broken(SignatureFault::MalformedCms), "emptied");

    let mut pdf = SEALED[0].1.clone();
    pdf[gap.end - 1] = b'1';
    assert_eq!(inspect(&pdf).0, SignatureState::Broken(SignatureFault::MalformedCms), "padding used");
}

#[test]
fn another_certificate_does_not_replace_the_signers() {
    // A certificate's own signature is not part of what the signer signs; its hash is.
    let mut pdf = SEALED[0].1.clone();
    let gap = contents(&pdf);
    let signature_of_leaf = &IDENTITY.chain_der()[0][IDENTITY.chain_der()[0].len() - 8..];
    let digits = hexadecimal(signature_of_leaf);
    let end = gap.start + find(&pdf[gap], digits.as_bytes()).unwrap() + digits.len();
    pdf[end - 1] = if pdf[end - 1] == b'0' { b'1' } else { b'0' };
    assert_eq!(inspect(&pdf).0, SignatureState::Broken(SignatureFault::SigningCertificate));
}

#[test]
fn the_authority_beside_the_signature_cannot_be_changed() {
    let mut pdf = SEALED[0].1.clone();
    let gap = contents(&pdf);
    let authority = AUTHORITY.certificate_der();
    let digits = hexadecimal(&authority[authority.len() - 8..]);
    let end = gap.start + find(&pdf[gap], digits.as_bytes()).unwrap() + digits.len();
    pdf[end - 1] = if pdf[end - 1] == b'0' { b'1' } else { b'0' };
    assert_eq!(inspect(&pdf).0, SignatureState::Broken(SignatureFault::Chain));
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

#[test]
fn a_forger_with_a_certificate_of_the_same_name_is_foreign() {
    let forger = CertificateAuthority::generate("Counterfoil test documents", now(), &mut rng()).unwrap();
    let subject = Subject { organisation: LEGAL_NAME, country: "DE", serial_number: ORGANISATION };
    let identity = forger.issue(&subject, now(), &mut rng()).unwrap();
    let details = SignatureDetails { name: LEGAL_NAME, reason: "Invoice issued" };
    let pdf = sign_pdf(&INVOICES[0].1, &identity, &details, now()).unwrap();
    let (signature, findings) = inspect(&pdf);
    let signer = intact(signature);
    assert!(signer.covers_whole_file && findings.is_empty());
    assert_eq!(chains_to(&signer, forger.certificate_der(), now()), Ok(()));
    assert_eq!(chains_to(&signer, AUTHORITY.certificate_der(), now()), Err(ChainError::Foreign));
    assert!(!pyhanko(&pdf).contains("trusted"));
}

#[test]
fn a_certificate_is_judged_at_the_time_asked_for() {
    let signer = intact(inspect(&SEALED[0].1).0);
    let at = |time: &str| chains_to(&signer, AUTHORITY.certificate_der(), time.parse().unwrap());
    assert_eq!(at("2029-11-22T16:05:09Z"), Ok(()));
    assert!(matches!(at("2029-11-22T16:05:10Z"), Err(ChainError::Expired { .. })));
    assert!(matches!(at("2026-11-22T15:05:08Z"), Err(ChainError::NotYetValid { .. })));
}

#[test]
fn a_signing_certificate_is_not_an_authority() {
    let signer = intact(inspect(&SEALED[0].1).0);
    let itself = signer.certificate_der.clone();
    assert_eq!(chains_to(&signer, &itself, now()), Err(ChainError::NotAnAuthority));
    assert_eq!(chains_to(&signer, b"no certificate", now()), Err(ChainError::Malformed));
}
