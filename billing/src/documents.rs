//! The files of an issued document: drawn, sealed, kept; repeatable after a crash.

use counterfoil_identity::permission::ReadBooks;
use counterfoil_identity::{Actor, OrganisationId};
use counterfoil_invoice::Document;
use counterfoil_invoice::paper::{EmbeddedFile, Paper, Relationship, Verification};
use counterfoil_seal::{SignatureDetails, SignatureState};
use counterfoil_store::files::FileKind;
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::{Books, StoreError};
use serde_json::json;
use uuid::Uuid;

use crate::billing::{Billing, Misprint, Unavailable};
use crate::certificates::signing_identity;
use crate::judge::named_certificate;
use crate::ledger::{self, Act, Kind, SealedDetails, sha256};

/// The name of the proof inside the PDF and beside it.
pub const PROOF_NAME: &str = "invoice.tlog-proof";
/// The name of the e-invoice inside the PDF (Factur-X 1.0).
pub const CII_NAME: &str = "factur-x.xml";

/// A file that a reader can take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The signed PDF/A-3 with the e-invoice inside.
    Pdf,
    /// The e-invoice in CII.
    Cii,
    /// The e-invoice in UBL.
    Ubl,
    /// The proof that the document is in the ledger.
    Proof,
}

/// A file to be handed out.
#[derive(Debug, Clone)]
pub struct Download {
    /// Safe characters only: made from the number.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// There is none.
    #[error("there is no such document")]
    NoSuchDocument,
    /// The files are still being made.
    #[error("the file is being made: try again in a few seconds")]
    NotYet,
    /// Drawing failed.
    #[error("the page could not be drawn")]
    Drawing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The finished file does not prove what it should, so nobody gets it. The message names terms and no values.
    #[error("the file was not released: {0}")]
    NotReleased(String),
    /// Signing failed.
    #[error("the page could not be signed")]
    Signing(#[from] counterfoil_seal::SignError),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for DocumentError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// A file of an issued document.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn document(
        &self,
        by: &Actor<ReadBooks>,
        id: Uuid,
        format: Format,
    ) -> Result<Download, DocumentError> {
        download(self.store().read(by.organisation()).await?, id, format).await
    }

    /// Draws, signs and keeps the PDF of an issued document, with its digest in the ledger. Done once; again is
    /// nothing.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub async fn seal_document(&self, organisation: OrganisationId, id: Uuid) -> Result<(), DocumentError> {
        let mut books = self.store().read(organisation).await?;
        let kept = books.find_invoice(id).await?.ok_or(DocumentError::NoSuchDocument)?;
        if books.find_file(id, FileKind::Pdf).await?.is_some() {
            return Ok(());
        }
        let proof = ledger::prove(&mut books, kept.ledger_position).await?;
        let ledger_name = ledger::signing_key(&mut books).await?.name().to_owned();
        // The one that the entry names, even if it was renewed since.
        let fingerprint = named_certificate(&proof).ok_or(Unavailable::Damaged("the ledger"))?;
        let identity = signing_identity(&mut books, &fingerprint).await?;
        let profile = books.organisation_profile().await?.profile;
        drop(books);
        let address = format!("{}/verify", self.base_url());
        let verification = Verification {
            code: kept.code.clone(),
            qr_text: format!("{address}#{}", kept.code),
            address,
            ledger: ledger_name,
        };
        let (renderer, proofreader) = (self.0.parts.renderer.clone(), self.0.parts.proofreader.clone());
        let pdf = tokio::task::spawn_blocking(move || {
            let document = kept.issued.document();
            let paper = Paper {
                document,
                verification: Some(verification),
                created: kept.issued_at,
                language: &profile.language,
                stationery: &profile.stationery,
                is_draft: false,
                attachments: attachments(&kept, proof.to_string()),
            };
            let page = renderer(&paper).map_err(DocumentError::Drawing)?;
            let details = SignatureDetails {
                name: &document.content.seller.name,
                reason: &format!("Issued as {}", document.number),
            };
            let pdf = counterfoil_seal::sign_pdf(&page, &identity, &details, kept.issued_at)?;
            prove(&pdf, &kept, |page, document| proofreader(page, document, Some(&profile.language)))
                .map_err(DocumentError::NotReleased)?;
            Ok::<_, DocumentError>(pdf)
        })
        .await
        .map_err(|_| Unavailable::Interrupted)??;
        self.keep_pdf(organisation, id, &pdf).await
    }

    async fn keep_pdf(
        &self,
        organisation: OrganisationId,
        id: Uuid,
        pdf: &[u8],
    ) -> Result<(), DocumentError> {
        let now = self.clock().now();
        let file = self.store().put_file(organisation, id, FileKind::Pdf, pdf).await?;
        let mut books = self.store().write(organisation).await?;
        if books.find_file(id, FileKind::Pdf).await?.is_some() {
            return Ok(());
        }
        let act = Act {
            kind: Kind::DocumentSealed,
            by: None,
            subject: Some(id),
            details: json!(SealedDetails { pdf_sha256: sha256(pdf) }),
        };
        let position = ledger::record(&mut books, act, now).await?;
        books.append_file(&file, position, now).await?;
        books.finish_message(id, now).await?;
        books.commit().await?;
        Ok(())
    }
}

/// Reads the finished file as a stranger would: its seal is whole, the e-invoice inside is the one that was issued, both
/// e-invoices say what the books say, in every term, and the page says the same as the one inside and as the books.
fn prove(
    pdf: &[u8],
    kept: &KeptInvoice,
    proofread: impl Fn(&[String], &Document) -> Result<(), Misprint>,
) -> Result<(), String> {
    let inspection = counterfoil_seal::inspect_pdf(pdf).map_err(|error| error.to_string())?;
    match &inspection.signature {
        SignatureState::Intact(signer) if signer.covers_whole_file && inspection.findings.is_empty() => {}
        _ => return Err("its seal does not hold".to_owned()),
    }
    let mut inside = inspection.embedded_files.iter().filter(|file| file.name == CII_NAME);
    let (Some(xml), None) = (inside.next(), inside.next()) else {
        return Err("there is not one e-invoice inside".to_owned());
    };
    if xml.bytes != kept.cii {
        return Err("the e-invoice inside is not the one that was issued".to_owned());
    }
    for e_invoice in [&kept.cii, &kept.ubl] {
        counterfoil_einvoice::read_back(e_invoice, kept.issued.document())
            .map_err(|error| error.to_string())?;
    }
    let said = counterfoil_einvoice::read(&xml.bytes).map_err(|error| error.to_string())?;
    let page = counterfoil_seal::page_text(pdf).map_err(|error| error.to_string())?;
    for document in [&said.document, kept.issued.document()] {
        proofread(&page, document).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn attachments(kept: &KeptInvoice, proof: String) -> Vec<EmbeddedFile> {
    vec![
        EmbeddedFile {
            name: CII_NAME.to_owned(),
            mime_type: "text/xml".to_owned(),
            description: "The e-invoice (EN 16931, CII)".to_owned(),
            relationship: Relationship::Alternative,
            bytes: kept.cii.clone(),
        },
        EmbeddedFile {
            name: PROOF_NAME.to_owned(),
            mime_type: "text/plain".to_owned(),
            description: "Proof that this document is in the issuer's ledger (C2SP tlog-proof)".to_owned(),
            relationship: Relationship::Supplement,
            bytes: proof.into_bytes(),
        },
    ]
}

/// A file of a document in these books, which are closed while the file is fetched.
pub(crate) async fn download(mut books: Books, id: Uuid, format: Format) -> Result<Download, DocumentError> {
    let kept = books.find_invoice(id).await?.ok_or(DocumentError::NoSuchDocument)?;
    let name: String = kept
        .issued
        .document()
        .number
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
        .collect();
    Ok(match format {
        Format::Pdf => {
            let file = books.find_file(id, FileKind::Pdf).await?.ok_or(DocumentError::NotYet)?;
            let located = books.locate(&file);
            drop(books);
            let bytes = located.read().await?;
            Download { file_name: format!("{name}.pdf"), media_type: "application/pdf", bytes }
        }
        Format::Cii => {
            Download { file_name: format!("{name}-cii.xml"), media_type: "application/xml", bytes: kept.cii }
        }
        Format::Ubl => {
            Download { file_name: format!("{name}-ubl.xml"), media_type: "application/xml", bytes: kept.ubl }
        }
        Format::Proof => Download {
            file_name: format!("{name}.tlog-proof"),
            media_type: "text/plain; charset=utf-8",
            bytes: ledger::prove(&mut books, kept.ledger_position).await?.to_string().into_bytes(),
        },
    })
}
