//! Signing: PAdES B-B (ETSI EN 319 142-1) as an incremental update.

mod update;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::identity::SigningIdentity;
use crate::pdf::{Dictionary, Document, Object, PdfError, Reference, write_hexadecimal};
use crate::signed_data;
use update::Update;

/// Kept free behind the signature for a time stamp that is to be added without moving a byte.
const TIME_STAMP_BYTES: usize = 4 << 10;
/// Rooms are multiples of this, so that most files have the same.
const ROOM_STEP: usize = 4 << 10;
/// PDF/A has no longer strings (ISO 19005-3, 6.1.13).
const LONGEST_STRING: usize = 32_767;
/// Digits kept free for each number of the `ByteRange`; files stay below 10 GB.
const NUMBER_WIDTH: usize = 10;
/// No page tree is deeper.
const MAX_PAGE_DEPTH: usize = 32;

/// What the signature dictionary says in words.
#[derive(Debug, Clone, Copy)]
pub struct SignatureDetails<'a> {
    /// Who signs: the organisation's legal name.
    pub name: &'a str,
    /// Why, for example "Invoice issued".
    pub reason: &'a str,
}

/// Why a PDF was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The input is not a PDF that can be read strictly.
    #[error("the PDF cannot be read")]
    Unreadable(#[from] PdfError),
    /// Encrypted PDFs are not archival (PDF/A) and are not sealed.
    #[error("the PDF is encrypted; seal the unencrypted file")]
    Encrypted,
    /// A form or a signature is already there. A form's values could be changed, and certification must come first.
    #[error("the PDF already has a form or a signature; seal the file as it was rendered")]
    HasForm,
    /// There is no page to which the signature field could belong.
    #[error("the PDF has no page")]
    NoPage,
    /// The certificate was not valid at the time of signing.
    #[error("the signing certificate is valid only from {not_before} to {not_after}; issue a new one")]
    CertificateNotValid {
        /// First second of validity.
        not_before: Timestamp,
        /// Last second of validity.
        not_after: Timestamp,
    },
    /// The certificate chain does not fit into a PDF/A.
    #[error(
        "the signature with its certificates and room for a time stamp needs {0} bytes, more than the {LONGEST_STRING} that \
         PDF/A allows"
    )]
    ChainTooLong(usize),
    /// An RSA signature came out wrong, and was kept back because it would give the key away.
    #[error("the key could not sign: it or this machine is damaged")]
    Key,
    /// 10 GB or more.
    #[error("the PDF is too large to be signed")]
    TooLarge,
    /// The CMS structure could not be encoded; not expected with an identity that this crate accepted.
    #[error("the signature could not be encoded")]
    Encode(#[source] der::Error),
}

/// Appends a certifying signature (`DocMDP` 1: no changes allowed) that covers every byte of the file but itself.
///
/// The bytes given stay the beginning of the bytes returned. Time, names and the field are in the update; XMP and
/// document information are left alone, so a PDF/A-3 stays one. The same arguments give the same bytes: the ECDSA
/// nonce is that of RFC 6979, and RSA PKCS#1 v1.5 has none.
///
/// # Errors
/// See [`SignError`]; nothing is written on error.
pub fn sign_pdf(
    pdf: &[u8],
    identity: &SigningIdentity,
    details: &SignatureDetails<'_>,
    at: Timestamp,
) -> Result<Vec<u8>, SignError> {
    let (not_before, not_after) = (identity.not_before(), identity.not_after());
    if at < not_before || at > not_after {
        return Err(SignError::CertificateNotValid { not_before, not_after });
    }
    let document = Document::open(pdf)?;
    let (root, catalog) = document.catalog()?;
    if document.trailer().get("Encrypt").is_some() {
        return Err(SignError::Encrypted);
    }
    if catalog.get("AcroForm").is_some() || catalog.get("Perms").is_some() {
        return Err(SignError::HasForm);
    }
    let (page, page_dictionary) = first_page(&document, &catalog)?;
    let contents_bytes = room(identity)?;

    let mut original = Sha256::new();
    original.update(pdf);

    let mut update = Update::new(&document);
    let signature = update.reserve();
    let field = update.reserve();
    update.write(page, &with_annotation(&document, page_dictionary, field)?);
    update.write(root, &with_signature(catalog, signature, field));
    update.write(field, &widget(page, signature));
    let open = update.write_with(signature, |out| write_signature(out, details, at, contents_bytes));
    let mut signed = update.finish(&original.clone().finalize()[..16]);

    let (gap_start, gap_end) = (open.contents, open.contents + 2 * contents_bytes + 2);
    let range = byte_range(gap_start, gap_end, signed.len())?;
    signed[open.byte_range..open.byte_range + range.len()].copy_from_slice(range.as_bytes());
    original.update(&signed[pdf.len()..gap_start]);
    original.update(&signed[gap_end..]);

    let cms = signed_data::sign(identity, original.finalize().into())?;
    let mut digits = Vec::with_capacity(2 * cms.len());
    write_hexadecimal(&cms, &mut digits);
    signed[gap_start + 1..][..digits.len()].copy_from_slice(&digits);
    Ok(signed)
}

/// In bytes, how much the signature dictionary keeps free for the signature of this identity.
pub(crate) fn room(identity: &SigningIdentity) -> Result<usize, SignError> {
    let needed = signed_data::longest(identity).map_err(SignError::Encode)? + TIME_STAMP_BYTES;
    let room = needed.next_multiple_of(ROOM_STEP);
    if room > LONGEST_STRING { Err(SignError::ChainTooLong(needed)) } else { Ok(room) }
}

/// Walks down the first branch of the page tree.
fn first_page(document: &Document<'_>, catalog: &Dictionary) -> Result<(Reference, Dictionary), SignError> {
    let mut next = catalog.get("Pages").and_then(Object::as_reference).ok_or(SignError::NoPage)?;
    for _ in 0..MAX_PAGE_DEPTH {
        let Object::Dictionary(node) = document.object(next.number)? else { return Err(SignError::NoPage) };
        if node.has_type("Page") {
            return Ok((next, node));
        }
        let kids = document.resolve(node.get("Kids").unwrap_or(&Object::Null))?;
        let first = kids.as_array().and_then(<[_]>::first).and_then(Object::as_reference);
        next = first.ok_or(SignError::NoPage)?;
    }
    Err(SignError::NoPage)
}

fn with_annotation(
    document: &Document<'_>,
    mut page: Dictionary,
    field: Reference,
) -> Result<Object, PdfError> {
    let mut annotations = match page.get("Annots") {
        Some(annotations) => document.resolve(annotations)?.as_array().unwrap_or_default().to_vec(),
        None => Vec::new(),
    };
    annotations.push(Object::Reference(field));
    page.set("Annots", Object::Array(annotations));
    Ok(Object::Dictionary(page))
}

fn with_signature(mut catalog: Dictionary, signature: Reference, field: Reference) -> Object {
    // 1: there are signatures; 2: append only.
    let form =
        [("Fields", Object::Array(vec![Object::Reference(field)])), ("SigFlags", Object::Integer(1 | 2))];
    catalog.set("AcroForm", Object::Dictionary(form.into()));
    catalog.set("Perms", Object::Dictionary([("DocMDP", Object::Reference(signature))].into()));
    Object::Dictionary(catalog)
}

/// An invisible field. PDF/A wants Print (4) on every annotation, and needs no appearance for an empty rectangle
/// (ISO 19005-3, 6.3.3); Locked (128) keeps viewers from moving it.
fn widget(page: Reference, signature: Reference) -> Object {
    let zero = || Object::Integer(0);
    Object::Dictionary(Dictionary::from([
        ("Type", Object::name("Annot")),
        ("Subtype", Object::name("Widget")),
        ("FT", Object::name("Sig")),
        ("T", Object::text("Seal")),
        ("F", Object::Integer(4 | 128)),
        ("Rect", Object::Array(vec![zero(), zero(), zero(), zero()])),
        ("P", Object::Reference(page)),
        ("V", Object::Reference(signature)),
    ]))
}

/// Where in the file the two values lie that are filled in last.
struct Open {
    byte_range: usize,
    contents: usize,
}

fn write_signature(out: &mut Vec<u8>, details: &SignatureDetails<'_>, at: Timestamp, room: usize) -> Open {
    let time = at.to_zoned(TimeZone::UTC).strftime("D:%Y%m%d%H%M%S+00'00'").to_string();
    let transform = Object::Dictionary(Dictionary::from([
        ("Type", Object::name("SigRef")),
        ("TransformMethod", Object::name("DocMDP")),
        (
            "TransformParams",
            Object::Dictionary(Dictionary::from([
                ("Type", Object::name("TransformParams")),
                ("P", Object::Integer(1)),
                ("V", Object::name("1.2")),
            ])),
        ),
    ]));
    out.extend(b"<</Type /Sig/Filter /Adobe.PPKLite/SubFilter /ETSI.CAdES.detached/M ");
    Object::text(&time).write(out);
    out.extend(b"/Name ");
    Object::text(details.name).write(out);
    out.extend(b"/Reason ");
    Object::text(details.reason).write(out);
    out.extend(b"/Reference ");
    Object::Array(vec![transform]).write(out);
    out.extend(b"/ByteRange ");
    let byte_range = out.len();
    out.resize(out.len() + "[0   ]".len() + 3 * NUMBER_WIDTH, b' ');
    out.extend(b"/Contents ");
    let contents = out.len();
    out.push(b'<');
    out.resize(out.len() + 2 * room, b'0');
    out.extend(b">>>");
    Open { byte_range, contents }
}

fn byte_range(gap_start: usize, gap_end: usize, length: usize) -> Result<String, SignError> {
    let rest = length - gap_end;
    let range = format!("[0 {gap_start:<NUMBER_WIDTH$} {gap_end:<NUMBER_WIDTH$} {rest:<NUMBER_WIDTH$}]");
    if range.len() == "[0   ]".len() + 3 * NUMBER_WIDTH { Ok(range) } else { Err(SignError::TooLarge) }
}
