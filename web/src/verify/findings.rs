//! What the check of a document found, in the words of the page.

use counterfoil_billing::verdict::{Change, Finding, SignatureFault, TamperFinding};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::language::{Text, t};
use crate::ui;

pub(super) fn said(finding: &Finding) -> Text {
    match finding {
        Finding::NotAPdf(_) => t("check-not-a-pdf"),
        Finding::SignatureIntact => t("check-signature-intact"),
        Finding::SignatureCoversAPart => t("check-signature-covers-a-part"),
        Finding::SignatureMissing => t("check-signature-missing"),
        Finding::SignatureBroken(fault) => broken(*fault),
        Finding::Tampered(finding) => tampered(finding),
        Finding::Changed(change) => changed(change),
        Finding::ProofMissing => t("check-proof-missing"),
        Finding::ProofNeeded => t("check-proof-needed"),
        Finding::ProofUnreadable => t("check-proof-unreadable"),
        Finding::ProofWrong(ledger) => t("check-proof-wrong").with("ledger", ledger),
        Finding::LedgerUnknown(ledger) => t("check-ledger-unknown").with("ledger", quoted(ledger)),
        Finding::InLedger { origin, index, size } => {
            t("check-in-ledger").with("ledger", origin).count("index", index).count("size", size)
        }
        Finding::XmlAsIssued(number) => t("check-xml-as-issued").with("number", number),
        Finding::XmlEdited(number) => t("check-xml-edited").with("number", number),
        Finding::XmlSwapped(number) => t("check-xml-swapped").with("number", number),
        Finding::XmlMissing => t("check-xml-missing"),
        Finding::SecondXml(name) => t("check-second-xml").with("name", quoted(name)),
        Finding::PageSaysOther(misprint) => {
            // The ids alone: they are the same in every language.
            let ids = misprint.0.iter().filter_map(|term| term.rsplit_once('(')?.1.strip_suffix(')'));
            t("check-page-says-other").with("terms", ids.collect::<Vec<_>>().join(", "))
        }
        Finding::PageNotProven => t("check-page-not-proven"),
        Finding::SignerInLedger => t("check-signer-in-ledger"),
        Finding::ForeignSigner(name) => t("check-foreign-signer").with("name", quoted(name)),
        Finding::CertificateNotOfOrganisation(name) => {
            t("check-certificate-not-of-organisation").with("name", quoted(name))
        }
        Finding::CertificateExpired(at) => t("check-certificate-expired").with("date", day(*at)),
        Finding::CertificateNotYetValid(at) => t("check-certificate-not-yet-valid").with("date", day(*at)),
        Finding::CertificateRevoked(at) => t("check-certificate-revoked").with("date", day(*at)),
        Finding::CertificateRevokedLater(at) => t("check-certificate-revoked-later").with("date", day(*at)),
        Finding::SignedBeforeIssue(at) => t("check-signed-before-issue").with("date", day(*at)),
        Finding::FileAsSealed(index) => t("check-file-as-sealed").count("index", index),
        Finding::NotTheSealedFile => t("check-not-the-sealed-file"),
        Finding::SealNotInLedger => t("check-seal-not-in-ledger"),
        Finding::OwnCopyDamaged => t("check-own-copy-damaged"),
        Finding::NotProvable => t("check-not-provable"),
        Finding::DocumentAsIssued(number) => t("check-document-as-issued").with("number", number),
        Finding::BooksContradictLedger => t("check-books-contradict-ledger"),
        Finding::FileIsXmlAsIssued(number) => t("check-file-is-xml-as-issued").with("number", number),
        Finding::FileIsOtherXml(number) => t("check-file-is-other-xml").with("number", number),
        Finding::Cancelled(number) => t("check-cancelled").with("number", number),
        Finding::Corrected(number) => t("check-corrected").with("number", number),
        Finding::Credited(number) => t("check-credited").with("number", number),
        Finding::PartlyCredited(number) => t("check-partly-credited").with("number", number),
    }
}

fn broken(fault: SignatureFault) -> Text {
    match fault {
        SignatureFault::ByteRange => t("check-signature-range"),
        SignatureFault::BytesChanged => t("check-signature-bytes"),
        SignatureFault::MalformedCms => t("check-signature-cms"),
        SignatureFault::Algorithm => t("check-signature-algorithm"),
        SignatureFault::SigningCertificate => t("check-signature-certificate"),
        SignatureFault::Value => t("check-signature-value"),
        SignatureFault::Chain => t("check-signature-chain"),
    }
}

fn tampered(finding: &TamperFinding) -> Text {
    match finding {
        TamperFinding::SignatureRemoved => t("check-signature-removed"),
        TamperFinding::UpdateAppended { at, bytes, .. } => {
            t("check-update-appended").count("bytes", bytes).count("at", at)
        }
        TamperFinding::TrailingBytes { at, bytes } => {
            t("check-trailing-bytes").count("bytes", bytes).count("at", at)
        }
        TamperFinding::LeadingBytes { bytes } => t("check-leading-bytes").count("bytes", bytes),
        TamperFinding::SeveralSignatures { count } => t("check-several-signatures").count("count", count),
        TamperFinding::Unreadable(problem) => t("check-damaged").with("problem", problem),
    }
}

fn changed(change: &Change) -> Text {
    match change {
        Change::PageAdded { page } => t("check-page-added").count("page", page),
        Change::PageRemoved { page } => t("check-page-removed").count("page", page),
        Change::PageReplaced { page } => t("check-page-replaced").count("page", page),
        Change::PageContent { page } => t("check-page-content").count("page", page),
        Change::ShadowHide { page } => t("check-shadow-hide").count("page", page),
        Change::ShadowReplace { page } => t("check-shadow-replace").count("page", page),
        Change::ShadowHideAndReplace { page } => t("check-shadow-hide-and-replace").count("page", page),
        Change::Layers => t("check-layers"),
        Change::AnnotationAdded { page } => t("check-annotation-added").count("page", page),
        Change::AnnotationChanged { page } => t("check-annotation-changed").count("page", page),
        Change::AnnotationRemoved { page } => t("check-annotation-removed").count("page", page),
        Change::FormValue => t("check-form-value"),
        Change::FileSwapped { name } => t("check-file-swapped").with("name", quoted(name)),
        Change::FileAdded { name } => t("check-file-added").with("name", quoted(name)),
        Change::FileRemoved { name } => t("check-file-removed").with("name", quoted(name)),
        Change::Other => t("check-other-change"),
    }
}

/// A name that a stranger chose: what cannot be seen in it is written out.
fn quoted(name: &str) -> String {
    format!("{name:?}")
}

fn day(at: Timestamp) -> String {
    ui::date_of(at.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, speaking};

    #[test]
    fn what_a_stranger_chose_turns_no_text_around() {
        let name = || "evil\u{202e}live\u{2066}\u{1b}".to_owned();
        for finding in [
            Finding::ForeignSigner(name()),
            Finding::CertificateNotOfOrganisation(name()),
            Finding::LedgerUnknown(name()),
            Finding::SecondXml(name()),
            Finding::Changed(Change::FileAdded { name: name() }),
        ] {
            for language in [Language::English, Language::German] {
                let said = speaking(language, || said(&finding).to_string());
                assert!(said.contains(r#""evil\u{202e}live\u{2066}\u{1b}""#), "{said:?}");
                assert!(!said.contains(['\u{202e}', '\u{1b}']), "{said:?}");
            }
        }
    }
}
