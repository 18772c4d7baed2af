//! What a check of a document found: one type for each thing that can be found, in plain words, with a stable code.

use counterfoil_seal::{Change, NotAPdf, SignatureFault, TamperFinding};
use jiff::Timestamp;

use crate::billing::Misprint;
use crate::verdict::Outcome;

/// One thing that was found. The words are for laypeople; its code is for programs and stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says what it is in its words")]
pub enum Finding {
    #[error("The file cannot be read as a PDF: {0}.")]
    NotAPdf(NotAPdf),

    #[error("The signature is intact and covers the whole file.")]
    SignatureIntact,
    #[error("The signature does not cover the whole file: something was added after signing.")]
    SignatureCoversAPart,
    #[error("There is no signature: it was removed, or there never was one.")]
    SignatureMissing,
    #[error("The signature is broken: {0}.")]
    SignatureBroken(SignatureFault),
    #[error("{}.", capital(.0))]
    Tampered(TamperFinding),
    #[error("{}.", capital(.0))]
    Changed(Change),

    #[error("There is no proof from a ledger in the file, and none was given.")]
    ProofMissing,
    #[error("An e-invoice by itself carries no proof: give the proof that belongs to it.")]
    ProofNeeded,
    #[error("A proof is damaged: it cannot be read.")]
    ProofUnreadable,
    #[error("A proof is not one of the ledger {0}: its signature or hashes are wrong.")]
    ProofWrong(String),
    #[error(
        "The proof is from the ledger {0:?}, whose key you have not named: ask the seller for it, on another way than by \
         this document, and check again with it."
    )]
    LedgerUnknown(String),
    #[error("The ledger {origin} holds it as entry {index} of {size}.")]
    InLedger { origin: String, index: u64, size: u64 },

    #[error("The e-invoice inside is the one issued as {0}.")]
    XmlAsIssued(String),
    #[error(
        "The e-invoice inside calls itself {0}, but says something else than what was issued under that number."
    )]
    XmlEdited(String),
    #[error("The e-invoice inside is another one than {0}: it was swapped.")]
    XmlSwapped(String),
    #[error("The e-invoice that belongs inside the file is missing.")]
    XmlMissing,
    #[error(
        "Beside the e-invoice that was issued there is a second one inside the file, {0:?}, that was not."
    )]
    SecondXml(String),
    #[error("{}.", capital(.0))]
    PageSaysOther(Misprint),
    #[error("What the pages show is not proven: go by the data named here, not by the pages.")]
    PageNotProven,

    #[error("It is signed by the issuer whose certificate the ledger names.")]
    SignerInLedger,
    #[error("It is signed by somebody else than the issuer whose certificate the ledger names: by {0:?}.")]
    ForeignSigner(String),
    #[error(
        "It is signed with a certificate of this installation that the ledger does not name for it: that of {0:?}."
    )]
    CertificateNotOfOrganisation(String),
    #[error("The certificate had expired on {} when the file was signed.", date(.0))]
    CertificateExpired(Timestamp),
    #[error("The certificate was not valid before {}, when the file was signed.", date(.0))]
    CertificateNotYetValid(Timestamp),
    #[error("The certificate had been revoked on {}, before this document was issued.", date(.0))]
    CertificateRevoked(Timestamp),
    #[error("The certificate was revoked on {}, after this document was issued.", date(.0))]
    CertificateRevokedLater(Timestamp),
    #[error("It says it was signed on {}, before the ledger took the document in: the time is false.", date(.0))]
    SignedBeforeIssue(Timestamp),

    #[error(
        "The file is, byte for byte, the one that was issued: the ledger holds its fingerprint as entry {0}."
    )]
    FileAsSealed(u64),
    #[error(
        "It is signed with the issuer's key, but it is not the file that was sealed when the document was issued: the \
         key may have been stolen."
    )]
    NotTheSealedFile,
    #[error("The file is kept here, but the ledger does not prove that it was sealed.")]
    SealNotInLedger,
    #[error("The copy of the file that is kept here is damaged or missing.")]
    OwnCopyDamaged,
    #[error("The ledger cannot prove it at present: `counterfoil ledger verify` says why.")]
    NotProvable,
    #[error("The document is the one issued as {0}.")]
    DocumentAsIssued(String),
    #[error("The document in the books is not the one that the ledger knows.")]
    BooksContradictLedger,
    #[error("The e-invoice is the one issued as {0}.")]
    FileIsXmlAsIssued(String),
    #[error("The e-invoice is not the one issued as {0}.")]
    FileIsOtherXml(String),

    #[error("It was cancelled by {0}.")]
    Cancelled(String),
    #[error("It was replaced by the corrected invoice {0}.")]
    Corrected(String),
    #[error("It was credited in full by {0}.")]
    Credited(String),
    #[error("A part of it was credited by {0}.")]
    PartlyCredited(String),
}

impl Finding {
    /// A stable name for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotAPdf(_) => "not-a-pdf",
            Self::SignatureIntact => "signature-intact",
            Self::SignatureCoversAPart => "signature-covers-a-part",
            Self::SignatureMissing => "signature-missing",
            Self::SignatureBroken(fault) => fault.code(),
            Self::Tampered(finding) => finding.code(),
            Self::Changed(change) => change.code(),
            Self::ProofMissing | Self::ProofNeeded => "proof-missing",
            Self::ProofUnreadable => "proof-unreadable",
            Self::ProofWrong(_) => "proof-wrong",
            Self::LedgerUnknown(_) => "ledger-unknown",
            Self::InLedger { .. } => "in-ledger",
            Self::XmlAsIssued(_) | Self::FileIsXmlAsIssued(_) => "xml-as-issued",
            Self::XmlEdited(_) => "xml-edited",
            Self::XmlSwapped(_) | Self::FileIsOtherXml(_) => "xml-swapped",
            Self::XmlMissing => "xml-missing",
            Self::SecondXml(_) => "second-xml",
            Self::PageSaysOther(_) => "page-says-other",
            Self::PageNotProven => "page-not-proven",
            Self::SignerInLedger => "signer-in-ledger",
            Self::ForeignSigner(_) => "foreign-signer",
            Self::CertificateNotOfOrganisation(_) => "certificate-not-of-organisation",
            Self::CertificateExpired(_) => "certificate-expired",
            Self::CertificateNotYetValid(_) => "certificate-not-yet-valid",
            Self::CertificateRevoked(_) => "certificate-revoked",
            Self::CertificateRevokedLater(_) => "certificate-revoked-later",
            Self::SignedBeforeIssue(_) => "signed-before-issue",
            Self::FileAsSealed(_) => "file-as-sealed",
            Self::NotTheSealedFile => "not-the-sealed-file",
            Self::SealNotInLedger => "seal-not-in-ledger",
            Self::OwnCopyDamaged => "own-copy-damaged",
            Self::NotProvable => "not-provable",
            Self::DocumentAsIssued(_) => "document-as-issued",
            Self::BooksContradictLedger => "books-contradict-ledger",
            Self::Cancelled(_) => "cancelled",
            Self::Corrected(_) => "corrected",
            Self::Credited(_) => "credited",
            Self::PartlyCredited(_) => "partly-credited",
        }
    }

    /// Whether this alone says that the issuer's own seal does not count, and not that anybody changed the file.
    pub(crate) fn is_void_seal(&self) -> bool {
        matches!(
            self,
            Self::SignedBeforeIssue(_)
                | Self::CertificateExpired(_)
                | Self::CertificateNotYetValid(_)
                | Self::CertificateRevoked(_)
                | Self::SealNotInLedger
        )
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::SignatureIntact
            | Self::InLedger { .. }
            | Self::XmlAsIssued(_)
            | Self::FileIsXmlAsIssued(_)
            | Self::SignerInLedger
            | Self::FileAsSealed(_)
            | Self::DocumentAsIssued(_) => Outcome::Passed,
            Self::NotAPdf(_)
            | Self::ProofMissing
            | Self::ProofNeeded
            | Self::LedgerUnknown(_)
            | Self::PageNotProven
            | Self::OwnCopyDamaged
            | Self::NotProvable
            | Self::CertificateRevokedLater(_)
            | Self::PartlyCredited(_) => Outcome::Open,
            _ => Outcome::Failed,
        }
    }
}

fn capital(text: &impl ToString) -> String {
    let text = text.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn date(at: &Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
