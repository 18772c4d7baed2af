//! Inspecting: what is signed, by whom, what lies outside, and which files are embedded.

mod change;
mod embedded;
mod site;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::DirectoryString;

use const_oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME, SERIAL_NUMBER};
use der::Encode;

use crate::certificate;
use crate::pdf::{Document, Object, PdfError};
use crate::signed_data;
pub use change::Change;
use change::Comparison;
pub use embedded::EmbeddedFile;
use embedded::EmbeddedFiles;
use site::Site;

/// What a PDF says about itself, checked against its bytes. Trust in the signer is judged by [`crate::chains_to`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The first signature of the file.
    pub signature: SignatureState,
    /// Every file embedded in the document as a viewer opens it, listed or hidden, in order of object number.
    pub embedded_files: Vec<EmbeddedFile>,
    /// Everything that an untouched sealed file would not show.
    pub findings: Vec<TamperFinding>,
}

/// Is there a signature, and does it hold?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureState {
    /// No signature at all.
    Absent,
    /// The bytes it covers are those that were signed; see [`Signer::covers_whole_file`].
    Intact(Box<Signer>),
    /// There is one, and it does not hold.
    Broken(SignatureFault),
}

/// Who signed. Nothing here is trustworthy before [`crate::chains_to`] said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The signing certificate.
    pub certificate_der: Vec<u8>,
    /// The certificates that came with the signature, the signing one first, each issued by the next.
    pub chain_der: Vec<Vec<u8>>,
    /// SHA-256 of the signing certificate.
    pub fingerprint: [u8; 32],
    /// The subject's commonName.
    pub common_name: Option<String>,
    /// The subject's organizationName.
    pub organisation: Option<String>,
    /// The subject's serialNumber, if it is an organisation id as our authority writes it.
    pub organisation_id: Option<Uuid>,
    /// The issuer's name.
    pub issuer: String,
    /// First and last second of the certificate's validity.
    pub validity: (Timestamp, Timestamp),
    /// When the signer says it signed (`M`).
    pub claimed_time: Option<Timestamp>,
    /// `false` if bytes follow behind the signed ones or stand before them; see the findings.
    pub covers_whole_file: bool,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// The `ByteRange` is missing, malformed, or leaves out something else than the signature itself.
    #[error("the range of signed bytes was moved: it leaves out more, or something else, than the signature")]
    ByteRange,
    /// The signed bytes are not the ones the signature was made for, or the signature is that of another file.
    #[error("bytes were changed after signing")]
    BytesChanged,
    /// Not a CMS signature in DER with exactly one signer, followed by zeros only.
    #[error("the signature is damaged: it is not well-formed CMS")]
    MalformedCms,
    /// Neither ECDSA nor RSA PKCS#1 v1.5 with SHA-256, or a chain that is not signed like that with SHA-256 or more.
    #[error("the signature uses an algorithm that sealed files do not use")]
    Algorithm,
    /// The certificate is missing or not the one the signer meant (signing-certificate-v2).
    #[error("the signature does not belong to the certificate beside it")]
    SigningCertificate,
    /// The signature value was not made with the certificate's key.
    #[error("the signature value does not match its certificate")]
    Value,
    /// The certificates beside the signature do not form one chain.
    #[error("the certificates beside the signature do not belong together")]
    Chain,
}

/// Something that an untouched sealed file would not show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TamperFinding {
    /// A signed revision lies in the file, but the document as opened has no signature.
    #[error("the signature was removed by a later change")]
    SignatureRemoved,
    /// Changes were appended after signing; the certification allows none.
    #[error("{bytes} bytes of changes were appended after signing, from byte {at} on")]
    UpdateAppended {
        /// Where the signed bytes end.
        at: usize,
        /// How many bytes follow.
        bytes: usize,
        /// What they do, as far as it can be read.
        changes: Vec<Change>,
    },
    /// Bytes without PDF objects follow the signed ones.
    #[error("{bytes} bytes follow the signed ones, from byte {at} on")]
    TrailingBytes {
        /// Where the signed bytes end.
        at: usize,
        /// How many bytes follow.
        bytes: usize,
    },
    /// Bytes stand before the PDF header.
    #[error("{bytes} bytes stand before the PDF begins")]
    LeadingBytes {
        /// How many.
        bytes: usize,
    },
    /// Sealed files have exactly one signature.
    #[error("the file has {count} signatures where a sealed file has one")]
    SeveralSignatures {
        /// How many the document holds.
        count: usize,
    },
    /// The document, or some of its objects, cannot be read; viewers may guess what was meant.
    #[error("parts of the file are damaged: {0}")]
    Unreadable(PdfError),
}

impl SignatureFault {
    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::ByteRange => "byte-range-moved",
            Self::BytesChanged => "bytes-changed",
            Self::MalformedCms => "signature-damaged",
            Self::Algorithm => "signature-algorithm",
            Self::SigningCertificate => "signature-certificate-mismatch",
            Self::Value => "signature-value-wrong",
            Self::Chain => "certificate-chain-broken",
        }
    }
}

impl TamperFinding {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignatureRemoved => "signature-removed",
            Self::UpdateAppended { .. } => "update-appended",
            Self::TrailingBytes { .. } => "trailing-bytes",
            Self::LeadingBytes { .. } => "leading-bytes",
            Self::SeveralSignatures { .. } => "several-signatures",
            Self::Unreadable(_) => "unreadable-parts",
        }
    }
}

/// Why bytes were not inspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPdf {
    /// No `%PDF-` at the beginning.
    #[error("this is not a PDF file")]
    Header,
    /// Nothing can be read, and there is no trace of a signature.
    #[error("this PDF file cannot be read")]
    Unreadable(#[from] PdfError),
}

/// Viewers look for the header in the first kilobyte.
const HEADER_WITHIN: usize = 1024;

/// Inspects a PDF, which may be hostile: time is linear in its size, memory a small multiple of it plus 64 MiB of
/// inflated streams at most.
///
/// # Errors
/// [`NotAPdf`] for what no viewer would open; everything else is described in the [`Inspection`].
pub fn inspect_pdf(pdf: &[u8]) -> Result<Inspection, NotAPdf> {
    let head = &pdf[..pdf.len().min(HEADER_WITHIN)];
    let leading = head.windows(5).position(|window| window == b"%PDF-").ok_or(NotAPdf::Header)?;
    let mut inspection = inspect_from_header(&pdf[leading..])?;
    if leading > 0 {
        inspection.findings.push(TamperFinding::LeadingBytes { bytes: leading });
        if let SignatureState::Intact(signer) = &mut inspection.signature {
            signer.covers_whole_file = false;
        }
    }
    Ok(inspection)
}

fn inspect_from_header(pdf: &[u8]) -> Result<Inspection, NotAPdf> {
    let mut findings = Vec::new();
    let (mut sites, mut embedded) = (Vec::new(), EmbeddedFiles::default());
    let opened = Document::open(pdf).and_then(|document| document.catalog().map(|_| document));
    match &opened {
        Ok(document) => {
            let found = objects(document, |object| {
                sites.extend(Site::read(document, object));
                embedded.add(document, object)
            });
            findings.extend(found.err().map(TamperFinding::Unreadable));
        }
        Err(error) => findings.push(TamperFinding::Unreadable(*error)),
    }
    let embedded_files = embedded.found;
    if sites.len() > 1 {
        findings.push(TamperFinding::SeveralSignatures { count: sites.len() });
    }
    if sites.is_empty() {
        sites = site::traces(pdf);
        if !sites.is_empty() && opened.is_ok() {
            findings.push(TamperFinding::SignatureRemoved);
        }
    }
    let Some(first) = sites.iter().min_by_key(|site| site.end()) else {
        return match opened {
            Ok(_) => Ok(Inspection { signature: SignatureState::Absent, embedded_files, findings }),
            Err(error) => Err(error.into()),
        };
    };
    let signature = match check(pdf, first) {
        Ok((signer, end)) => {
            findings.extend(after(pdf, end, || match &opened {
                Ok(document) => changes(pdf, end, document, &embedded_files),
                Err(_) => Vec::new(),
            }));
            SignatureState::Intact(Box::new(signer))
        }
        Err(fault) => SignatureState::Broken(fault),
    };
    Ok(Inspection { signature, embedded_files, findings })
}

/// Visits every object and every value inside it. Goes on after damaged objects and returns the first damage.
fn objects(
    document: &Document<'_>,
    mut visit: impl FnMut(&Object) -> Result<(), PdfError>,
) -> Result<(), PdfError> {
    let mut damage = Ok(());
    for number in document.numbers() {
        let mut inner = Vec::new();
        let visited = document.object(number).and_then(|object| {
            inner.push(object);
            while let Some(object) = inner.pop() {
                visit(&object)?;
                match object {
                    Object::Array(items) => inner.extend(items),
                    Object::Dictionary(dictionary) => inner.extend(dictionary.into_values()),
                    Object::Stream(stream) => inner.extend(stream.dictionary.into_values()),
                    _ => {}
                }
            }
            Ok(())
        });
        damage = damage.and(visited);
        if let Err(PdfError::TooComplex(_)) = visited {
            return visited;
        }
    }
    damage
}

/// Checks one signature and returns its signer and where the signed bytes end.
fn check(pdf: &[u8], site: &Site) -> Result<(Signer, usize), SignatureFault> {
    let (covered, contents) = site.covered(pdf)?;
    let mut digest = Sha256::new();
    digest.update(&pdf[..covered.gap.start]);
    digest.update(&pdf[covered.gap.end..covered.end]);
    let chain = signed_data::verify(&contents, digest.finalize().into())?;
    let signer = signer(&chain, site.time, covered.end == pdf.len()).ok_or(SignatureFault::MalformedCms)?;
    Ok((signer, covered.end))
}

fn signer(chain: &[Certificate], claimed_time: Option<Timestamp>, covers_whole_file: bool) -> Option<Signer> {
    let chain_der: Vec<Vec<u8>> = chain.iter().map(Encode::to_der).collect::<Result<_, _>>().ok()?;
    let subject = chain.first()?.tbs_certificate().subject();
    let text =
        |oid| subject.by_oid::<DirectoryString>(oid).ok().flatten().map(|text| text.value().into_owned());
    Some(Signer {
        fingerprint: certificate::fingerprint(chain_der.first()?),
        certificate_der: chain_der.first()?.clone(),
        common_name: text(COMMON_NAME),
        organisation: text(ORGANIZATION_NAME),
        issuer: chain.first()?.tbs_certificate().issuer().to_string(),
        validity: certificate::validity(chain.first()?),
        organisation_id: text(SERIAL_NUMBER).and_then(|id| Uuid::try_parse(&id).ok()),
        chain_der,
        claimed_time,
        covers_whole_file,
    })
}

/// What the update behind the signed bytes did to the document.
fn changes(pdf: &[u8], end: usize, after: &Document<'_>, files: &[EmbeddedFile]) -> Vec<Change> {
    let Ok(before) = Document::open(&pdf[..end]) else { return Vec::new() };
    let mut signed = EmbeddedFiles::default();
    // What cannot be read has been named already.
    let _ = objects(&before, |object| signed.add(&before, object));
    Comparison { before: &before, after, signed_end: end }.changes(&signed.found, files)
}

/// Names what follows the signed bytes. An object makes it a change, with or without a cross-reference behind it:
/// lenient viewers find it either way.
fn after(pdf: &[u8], at: usize, changes: impl FnOnce() -> Vec<Change>) -> Option<TamperFinding> {
    let rest = pdf.get(at..).filter(|rest| !rest.is_empty())?;
    let has = |word: &[u8]| rest.windows(word.len()).any(|window| window == word);
    let bytes = rest.len();
    Some(if has(b"obj") || has(b"xref") || has(b"trailer") {
        TamperFinding::UpdateAppended { at, bytes, changes: changes() }
    } else {
        TamperFinding::TrailingBytes { at, bytes }
    })
}
