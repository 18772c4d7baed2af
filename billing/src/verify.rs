//! Checking a document: offline from the file alone, or against the books.

use counterfoil_identity::{OrganisationId, VerificationCode};
use counterfoil_invoice::Issued;
use counterfoil_ledger::note::VerifierKey;
use counterfoil_store::files::{DocumentFile, FileKind, Located};
use counterfoil_store::{Books, StoreError};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::certificates;
use crate::finding::Finding;
pub use crate::judge::judge;
use crate::judge::{Trust, check_proof, judge_with, statement};
use crate::ledger::{self, Claim, SealedDetails, check_document};
use crate::organisations::hex;
use crate::verdict::{Effect, IssuedFacts, Judgement, ProvenEntry, Superseding, Verdict};

/// The largest file that is looked at, in bytes.
pub const LARGEST_FILE: usize = 20 * 1024 * 1024;

impl Billing {
    /// Looks a typed code up in the books. `None` if no document has it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn judge_code(&self, code: &VerificationCode) -> Result<Option<Judgement>, Unavailable> {
        match self.store().find_by_code(&code.hash()).await? {
            Some((organisation, id)) => {
                Ok(Some(judge_kept(&mut self.store().read(organisation).await?, id).await?))
            }
            None => Ok(None),
        }
    }

    /// Looks the SHA-256 of a file up in the books: of a sealed PDF, or of an e-invoice in either syntax. `None` if no
    /// document has such a file: it may still be one whose bytes were changed, so look at the file itself.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn judge_digest(&self, sha256: &[u8; 32]) -> Result<Option<Judgement>, Unavailable> {
        if let Some((organisation, id)) = self.store().find_by_digest(sha256).await? {
            // The row that led here proves nothing, and may be gone again.
            let mut books = self.store().read(organisation).await?;
            let file = books.find_file(id, FileKind::Pdf).await?.filter(|file| file.sha256 == *sha256);
            let Some(file) = file else { return Ok(None) };
            let mut judgement = judge_pdf(&mut books, id, &file).await?;
            let copy = books.locate(&file);
            drop(books);
            note_own_copy(&mut judgement, &copy).await?;
            return Ok(Some(judgement));
        }
        if let Some((organisation, id)) = self.store().find_by_e_invoice(sha256).await? {
            let mut books = self.store().read(organisation).await?;
            return Ok(Some(judge_e_invoice(&mut books, id, sha256).await?));
        }
        Ok(None)
    }

    /// Judges a file, trusting the ledgers of this installation.
    ///
    /// # Errors
    /// [`Unavailable`]; [`Unavailable::Busy`] while too many are judged.
    pub async fn judge_file(&self, file: &[u8], proof: Option<&str>) -> Result<Judgement, Unavailable> {
        if let Some(judgement) = self.judge_digest(&Sha256::digest(file).into()).await? {
            return Ok(judgement);
        }
        let ledgers = self.ledgers().await?;
        let keys: Vec<VerifierKey> = ledgers.iter().map(|(_, key)| key.clone()).collect();
        let authority = certificates::authority_certificate(self.store()).await?;
        let (file, proof, proofreader) =
            (file.to_vec(), proof.map(str::to_owned), self.0.parts.proofreader.clone());
        let look = move || {
            let trust = Trust { ledgers: &keys, authority: Some(&authority) };
            (judge_with(&file, proof.as_deref(), &trust, &proofreader), crate::judge::is_pdf(&file))
        };
        let (mut judgement, is_pdf) = self.0.inspections.run(look).await?;
        // The document may have been taken back since, or its certificate revoked: that only the books know.
        if matches!(judgement.verdict, Verdict::Genuine | Verdict::AlteredFile | Verdict::SealVoid)
            && let Some((organisation, id)) = subject_of(&judgement, &ledgers)
        {
            let kept = judge_kept(&mut self.store().read(organisation).await?, id).await?;
            for check in kept.checks {
                if !judgement.checks.iter().any(|known| known.code == check.code) {
                    judgement.checks.push(check);
                }
            }
            judgement.issued = kept.issued.or(judgement.issued);
            if judgement.verdict == Verdict::Genuine {
                judgement.verdict = kept.verdict;
                // One file was sealed, and this is not it.
                if is_pdf {
                    judgement.note(&Finding::NotTheSealedFile);
                    judgement.verdict = Verdict::AlteredFile;
                }
            }
        }
        Ok(judgement)
    }

    /// The keys of all ledgers of this installation.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn ledger_keys(&self) -> Result<Vec<VerifierKey>, Unavailable> {
        Ok(self.ledgers().await?.into_iter().map(|(_, key)| key).collect())
    }

    async fn ledgers(&self) -> Result<Vec<(OrganisationId, VerifierKey)>, Unavailable> {
        let mut ledgers = Vec::new();
        for (organisation, _) in self.store().list_organisations().await? {
            let known = self.0.verifiers.read().expect("no holder panics").get(&organisation).cloned();
            let key = if let Some(key) = known {
                key
            } else {
                let mut books = self.store().read(organisation).await?;
                let key = ledger::signing_key(&mut books).await?.verifier();
                self.0.verifiers.write().expect("no holder panics").insert(organisation, key.clone());
                key
            };
            ledgers.push((organisation, key));
        }
        Ok(ledgers)
    }
}

/// Judges the document with this id: it is genuine if the ledger proves all that is kept of it. Otherwise nothing of it
/// is shown.
pub(crate) async fn judge_kept(books: &mut Books, id: Uuid) -> Result<Judgement, Unavailable> {
    let mut judgement = Judgement::unknown();
    let key = ledger::signing_key(books).await?.verifier();
    let kept = books.find_evidence(id).await?.ok_or(Unavailable::Damaged("the document"))?;
    let position = kept.columns.facts.ledger_position;
    let proof = ledger::prove(books, position).await?;
    let trust = Trust { ledgers: std::slice::from_ref(&key), authority: None };
    let Some(entry) = check_proof(&proof.to_string(), &trust, &mut judgement) else { return Ok(judgement) };
    let issued = check_document(&entry, position, &kept).ok().filter(|_| entry.document == id);
    let (Some(issued), Some(following)) = (issued, following(books, &key, id).await?) else {
        judgement.note(&Finding::BooksContradictLedger);
        judgement.verdict = Verdict::Forged;
        return Ok(judgement);
    };
    judgement.note(&Finding::DocumentAsIssued(entry.details.number.clone()));
    judgement.verdict = Verdict::Genuine;
    if let Some(revoked) = books.find_revocation(&entry.details.seal_sha256).await? {
        if revoked.ledger_position < position {
            judgement.note(&Finding::CertificateRevoked(revoked.revoked_at));
            judgement.verdict = Verdict::SealVoid;
        } else {
            judgement.note(&Finding::CertificateRevokedLater(revoked.revoked_at));
        }
    }
    let (facts, whole) = facts(books, &issued, &following).await?;
    note_superseding(&mut judgement, &facts.superseded_by, whole);
    judgement.issued = Some(facts);
    judgement.entry = Some(entry);
    Ok(judgement)
}

/// Judges the PDF of a document: whoever has a file with its digest has what the ledger says was sealed, or not.
async fn judge_pdf(books: &mut Books, id: Uuid, file: &DocumentFile) -> Result<Judgement, Unavailable> {
    let mut judgement = judge_kept(books, id).await?;
    if sealed_in_ledger(books, id, file).await? {
        judgement.note_first(&Finding::FileAsSealed(file.ledger_position));
    } else {
        judgement.note_first(&Finding::SealNotInLedger);
        if matches!(judgement.verdict, Verdict::Genuine | Verdict::Superseded) {
            judgement.verdict = Verdict::SealVoid;
        }
    }
    Ok(judgement)
}

/// Looks at the copy that is kept here, which may be far away: without open books.
pub(crate) async fn note_own_copy(judgement: &mut Judgement, copy: &Located) -> Result<(), Unavailable> {
    match copy.read().await {
        Ok(_) => {}
        Err(StoreError::Corrupt { .. } | StoreError::File(_)) => judgement.note(&Finding::OwnCopyDamaged),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Judges a document for its own organisation, which sees it whatever becomes of the proof. The copy of its PDF is not
/// looked at.
pub(crate) async fn judge_shown(
    books: &mut Books,
    id: Uuid,
    pdf: Option<&DocumentFile>,
) -> Result<Judgement, Unavailable> {
    let judged = match pdf {
        Some(file) => judge_pdf(books, id, file).await,
        None => judge_kept(books, id).await,
    };
    match judged {
        Err(
            Unavailable::Store(StoreError::SecondPlace(_) | StoreError::Ledger(_)) | Unavailable::Damaged(_),
        ) => {
            let mut judgement = Judgement::unknown();
            judgement.note(&Finding::NotProvable);
            Ok(judgement)
        }
        judged => judged,
    }
}

/// Judges the e-invoice with this digest. A genuine document has exactly the two that its entry names.
async fn judge_e_invoice(books: &mut Books, id: Uuid, sha256: &[u8; 32]) -> Result<Judgement, Unavailable> {
    let mut judgement = judge_kept(books, id).await?;
    if let Some(ProvenEntry { details, .. }) = &judgement.entry {
        let number = details.number.clone();
        if [&details.cii_sha256, &details.ubl_sha256].contains(&&hex(sha256)) {
            judgement.note_first(&Finding::FileIsXmlAsIssued(number));
        } else {
            judgement.note_first(&Finding::FileIsOtherXml(number));
            judgement.verdict = Verdict::Forged;
        }
    }
    Ok(judgement)
}

/// The documents that credit or correct this one, oldest first, as the ledger proves them. `None` if it does not prove
/// one of them.
async fn following(
    books: &mut Books,
    key: &VerifierKey,
    id: Uuid,
) -> Result<Option<Vec<Issued>>, Unavailable> {
    let mut following = Vec::new();
    for later in books.list_following(id).await? {
        let kept = books.find_evidence(later).await?.ok_or(Unavailable::Damaged("a later document"))?;
        let position = kept.columns.facts.ledger_position;
        let proof = ledger::prove(books, position).await?;
        let entry = statement(&proof, key).and_then(|(_, statement)| ProvenEntry::of(&statement));
        let Some(entry) = entry.filter(|entry| entry.document == later) else { return Ok(None) };
        match check_document(&entry, position, &kept) {
            Ok(issued) => following.push(issued),
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(following))
}

/// What was issued, with what the books know about its accounts and what came after it; and whether credit notes take
/// back all that was billed.
async fn facts(
    books: &mut Books,
    issued: &Issued,
    following: &[Issued],
) -> Result<(IssuedFacts, bool), Unavailable> {
    let mut facts = IssuedFacts::of(issued.document());
    let accounts = books.list_payee_accounts().await?;
    for account in &mut facts.accounts {
        account.in_use_since = accounts
            .iter()
            .filter(|known| known.entered.account.iban == account.account)
            .map(|known| known.in_use_since)
            .min();
    }
    let damaged = |_| Unavailable::Damaged("what was billed");
    let billed = issued.billed().map_err(damaged)?.minor();
    let (mut credited, mut notes) = (0_i64, 0);
    for later in following {
        let document = later.document();
        let amount = later.billed().map_err(damaged)?.minor();
        let effect = if document.content.is_corrected_invoice() {
            Effect::Corrected
        } else {
            credited = credited.saturating_add(amount);
            notes += 1;
            if amount == billed { Effect::Cancelled } else { Effect::Credited }
        };
        facts.superseded_by.push(Superseding {
            number: document.number.clone(),
            issue_date: document.issue_date,
            amount_due: document.totals.amount_due,
            effect,
        });
    }
    Ok((facts, notes > 0 && credited >= billed))
}

/// What later documents do to the verdict. `whole` says that credit notes take back all that was
/// billed.
fn note_superseding(judgement: &mut Judgement, following: &[Superseding], whole: bool) {
    let mut taken_back = false;
    for effect in [Effect::Cancelled, Effect::Corrected, Effect::Credited] {
        let numbers: Vec<_> =
            following.iter().filter(|f| f.effect == effect).map(|f| f.number.as_str()).collect();
        if numbers.is_empty() {
            continue;
        }
        let numbers = numbers.join(", ");
        taken_back |= whole || effect == Effect::Corrected;
        judgement.note(&match effect {
            Effect::Cancelled => Finding::Cancelled(numbers),
            Effect::Corrected => Finding::Corrected(numbers),
            Effect::Credited if whole => Finding::Credited(numbers),
            Effect::Credited => Finding::PartlyCredited(numbers),
        });
    }
    if taken_back && judgement.verdict == Verdict::Genuine {
        judgement.verdict = Verdict::Superseded;
    }
}

/// Which document of ours a proven judgement is about.
fn subject_of(
    judgement: &Judgement,
    ledgers: &[(OrganisationId, VerifierKey)],
) -> Option<(OrganisationId, Uuid)> {
    let (ledger, entry) = (judgement.ledger.as_ref()?, judgement.entry.as_ref()?);
    let (organisation, _) = ledgers.iter().find(|(_, key)| key.name() == ledger)?;
    Some((*organisation, entry.document))
}

/// Whether the ledger proves that this file was sealed for this document.
async fn sealed_in_ledger(books: &mut Books, id: Uuid, file: &DocumentFile) -> Result<bool, Unavailable> {
    let key = ledger::signing_key(books).await?.verifier();
    let proof = ledger::prove(books, file.ledger_position).await?;
    let claim = statement(&proof, &key).and_then(|(_, statement)| Claim::of(&statement));
    let digest = SealedDetails { pdf_sha256: hex(&file.sha256) };
    Ok(claim == Some(Claim::Sealed(id, digest)))
}
