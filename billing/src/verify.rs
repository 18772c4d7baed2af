//! Checking a document: offline from the file alone, or against the books.

use counterfoil_identity::{OrganisationId, VerificationCode, throttle};
use counterfoil_ledger::checkpoint::Checkpoint;
use counterfoil_ledger::entry::{Opening, Statement};
use counterfoil_ledger::note::VerifierKey;
use counterfoil_ledger::proof::TlogProof;
use counterfoil_seal::{Inspection, SignatureFault, SignatureState};
use counterfoil_store::INSTALLATION;
use counterfoil_store::files::FileKind;
use jiff::SignedDuration;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::documents::{CII_NAME, PROOF_NAME};
use crate::ledger;
use crate::organisations::hex;
use crate::verdict::{IssuedFacts, Judgement, Verdict};

/// The largest file that is looked at, in bytes.
pub const LARGEST_FILE: usize = 20 * 1024 * 1024;

/// Look-ups in a row that may find nothing, from one network.
const MOST_MISSES: u32 = 30;
/// Without a miss for so long, all are forgotten.
const MISSES_FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_mins(5);

fn misses_of(network: &str) -> String {
    format!("verify:{network}")
}

/// What the ledger says about an issued document.
#[derive(Debug, Deserialize)]
struct IssuedDetails {
    number: String,
    cii_sha256: String,
    ubl_sha256: String,
    seal_sha256: String,
}

/// Judges a file by itself: its signature, the proof inside it (or beside it), and the ledger keys that the reader
/// trusts. Needs no server.
pub fn judge(file: &[u8], proof: Option<&str>, trusted: &[VerifierKey]) -> Judgement {
    // Readers look for the header in the first kilobyte, so whatever stands before it must not hide a PDF.
    let head = &file[..file.len().min(1024)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        judge_pdf(file, proof, trusted)
    } else {
        judge_xml(file, proof, trusted)
    }
}

fn judge_pdf(file: &[u8], proof: Option<&str>, trusted: &[VerifierKey]) -> Judgement {
    let mut judgement = Judgement::unknown();
    let inspection = match counterfoil_seal::inspect_pdf(file) {
        Ok(inspection) => inspection,
        Err(problem) => {
            judgement.open(format!("The file cannot be read as a PDF: {problem}."));
            return judgement;
        }
    };
    let signer = check_signature(&inspection, &mut judgement);
    let embedded = |name: &str| -> Vec<&[u8]> {
        inspection.embedded_files.iter().filter(|f| f.name == name).map(|f| f.bytes.as_slice()).collect()
    };
    let inside = embedded(PROOF_NAME);
    let proof = proof.or_else(|| inside.first().and_then(|bytes| std::str::from_utf8(bytes).ok()));
    let Some(proof) = proof else {
        judgement.open("There is no proof from a ledger in the file, and none was given.");
        // A stranger's signature may use what we do not read; only a broken promise is a forgery.
        if let SignatureState::Broken(
            SignatureFault::BytesChanged | SignatureFault::ByteRange | SignatureFault::Value,
        ) = inspection.signature
        {
            judgement.verdict = Verdict::Forged;
        }
        return judgement;
    };
    let Some(details) = check_proof(proof, trusted, &mut judgement) else { return judgement };
    let invoices = embedded(CII_NAME);
    let genuine_data = match invoices.as_slice() {
        [xml] if hex(&Sha256::digest(xml)) == details.cii_sha256 => {
            judgement.passed(format!("The e-invoice inside is the one issued as {}.", details.number));
            judgement.issued = counterfoil_einvoice::read(xml).ok().map(|r| IssuedFacts::of(&r.document));
            true
        }
        [_] => {
            judgement.failed(format!("The e-invoice inside is not the one issued as {}.", details.number));
            false
        }
        [] => {
            judgement.failed("The e-invoice that belongs inside the file is missing.");
            false
        }
        _ => {
            judgement.failed("There is more than one e-invoice inside the file.");
            false
        }
    };
    let sealed_by_issuer = match &signer {
        Some(fingerprint) if *fingerprint == details.seal_sha256 => {
            judgement.passed("It is signed by the issuer whose certificate the ledger names.");
            true
        }
        Some(_) => {
            judgement
                .failed("It is signed by somebody else than the issuer whose certificate the ledger names.");
            false
        }
        None => false,
    };
    judgement.verdict = match (genuine_data, sealed_by_issuer) {
        (true, true) => Verdict::Genuine,
        (true, false) => Verdict::AlteredFile,
        (false, _) => Verdict::Forged,
    };
    judgement
}

/// The signer's fingerprint if the signature is intact and covers the whole file.
fn check_signature(inspection: &Inspection, judgement: &mut Judgement) -> Option<String> {
    for finding in &inspection.findings {
        judgement.failed(format!("{finding}."));
    }
    match &inspection.signature {
        SignatureState::Intact(signer) if signer.covers_whole_file && inspection.findings.is_empty() => {
            judgement.passed("The signature is intact and covers the whole file.");
            Some(hex(&signer.fingerprint))
        }
        SignatureState::Intact(_) => {
            judgement
                .failed("The signature does not cover the whole file: something was added after signing.");
            None
        }
        SignatureState::Broken(reason) => {
            judgement.failed(format!("The signature is broken: {reason}."));
            None
        }
        SignatureState::Absent => {
            judgement.failed("There is no signature.");
            None
        }
    }
}

fn judge_xml(file: &[u8], proof: Option<&str>, trusted: &[VerifierKey]) -> Judgement {
    let mut judgement = Judgement::unknown();
    let Some(proof) = proof else {
        judgement.open("An e-invoice by itself carries no proof: give the proof that belongs to it.");
        return judgement;
    };
    let Some(details) = check_proof(proof, trusted, &mut judgement) else { return judgement };
    let digest = hex(&Sha256::digest(file));
    if digest == details.cii_sha256 || digest == details.ubl_sha256 {
        judgement.passed(format!("The file is the e-invoice issued as {}.", details.number));
        judgement.issued = counterfoil_einvoice::read(file).ok().map(|r| IssuedFacts::of(&r.document));
        judgement.verdict = Verdict::Genuine;
    } else {
        judgement.failed(format!("The file is not the e-invoice issued as {}.", details.number));
        judgement.verdict = Verdict::Forged;
    }
    judgement
}

/// What a trusted ledger says; `None` leaves the verdict as it is then right.
fn check_proof(proof: &str, trusted: &[VerifierKey], judgement: &mut Judgement) -> Option<IssuedDetails> {
    let Ok(proof) = proof.parse::<TlogProof>() else {
        judgement.failed("The proof is not one: it cannot be read.");
        judgement.verdict = Verdict::Forged;
        return None;
    };
    let origin = proof.checkpoint.lines().next().unwrap_or_default().to_owned();
    judgement.ledger = Some(origin.clone());
    let Some(key) = trusted.iter().find(|key| key.name() == origin) else {
        judgement.open(format!(
            "The proof is from the ledger {origin:?}, whose key you have not named: ask the seller for it, on another \
             way than by this document, and check again with it."
        ));
        return None;
    };
    let Some((checkpoint, subject, details)) = statement(&proof, key) else {
        judgement.failed(format!(
            "The proof is not one of the ledger {origin}: its signature or hashes are wrong."
        ));
        judgement.verdict = Verdict::Forged;
        return None;
    };
    judgement.subject = subject;
    judgement
        .passed(format!("The ledger {origin} holds it as entry {} of {}.", proof.index, checkpoint.size));
    Some(details)
}

fn statement(proof: &TlogProof, key: &VerifierKey) -> Option<(Checkpoint, Option<Uuid>, IssuedDetails)> {
    let opening = Opening::from_bytes(proof.extra.as_deref()?).ok()?;
    let checkpoint = proof.verify(&opening.leaf(), key).ok()?;
    let statement: Statement = opening.statement().ok()?;
    if statement.kind != "invoice.issued" {
        return None;
    }
    Some((checkpoint, statement.subject, serde_json::from_value(statement.details).ok()?))
}

impl Billing {
    /// Looks a typed code up in the books. `None` if no document has it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn judge_code(&self, code: &VerificationCode) -> Result<Option<Judgement>, Unavailable> {
        match self.store().find_by_code(&code.hash()).await? {
            Some((organisation, id)) => Ok(Some(self.judge_kept(organisation, id).await?)),
            None => Ok(None),
        }
    }

    /// Looks the SHA-256 of a file up in the books. `None` if no document has such a file: it may still be one whose
    /// bytes were changed, so look at the file itself.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn judge_digest(&self, sha256: &[u8; 32]) -> Result<Option<Judgement>, Unavailable> {
        match self.store().find_by_digest(sha256).await? {
            Some((organisation, id)) => {
                let mut books = self.store().read(organisation).await?;
                let kept = books.find_file(id, FileKind::Pdf).await?;
                // The row alone proves nothing: the sealed file must be there and have this digest.
                match kept {
                    Some(file) if file.sha256 == *sha256 => books.read_file(&file).await?,
                    _ => return Ok(None),
                };
                drop(books);
                let mut judgement = self.judge_kept(organisation, id).await?;
                judgement.checks.insert(
                    0,
                    crate::verdict::Check {
                        outcome: crate::verdict::Outcome::Passed,
                        text: "The file is, byte for byte, the one that was issued.".to_owned(),
                    },
                );
                Ok(Some(judgement))
            }
            None => Ok(None),
        }
    }

    /// Judges a file, trusting the ledgers of this installation.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn judge_file(&self, file: &[u8], proof: Option<&str>) -> Result<Judgement, Unavailable> {
        if let Some(judgement) = self.judge_digest(&Sha256::digest(file).into()).await? {
            return Ok(judgement);
        }
        // Looking into a stranger's file is work for a thread of its own, and never for many at once.
        let _slot = self.0.inspections.acquire().await.map_err(|_| Unavailable::Interrupted)?;
        let keys = self.ledger_keys().await?;
        let (file, proof) = (file.to_vec(), proof.map(str::to_owned));
        let mut judgement = tokio::task::spawn_blocking(move || judge(&file, proof.as_deref(), &keys))
            .await
            .map_err(|_| Unavailable::Interrupted)?;
        // The file may be as it was issued and the document taken back since: that only the books know.
        if judgement.verdict == Verdict::Genuine
            && let Some((organisation, id)) = self.subject_of(&judgement).await?
        {
            let kept = self.judge_kept(organisation, id).await?;
            judgement.verdict = kept.verdict;
            judgement.issued = kept.issued;
        }
        Ok(judgement)
    }

    /// Which document of ours a proven judgement is about.
    async fn subject_of(&self, judgement: &Judgement) -> Result<Option<(OrganisationId, Uuid)>, Unavailable> {
        let (Some(ledger), Some(id)) = (&judgement.ledger, judgement.subject) else { return Ok(None) };
        for (organisation, _) in self.store().list_organisations().await? {
            let mut books = self.store().read(organisation).await?;
            if ledger::signing_key(&mut books).await?.name() == ledger {
                return Ok(Some((organisation, id)));
            }
        }
        Ok(None)
    }

    /// Whether this network may look something up now; if not, in how many seconds.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn may_verify(&self, network: &str) -> Result<Option<u64>, Unavailable> {
        let mut books = self.store().read(INSTALLATION).await?;
        let bucket = books.find_bucket(&misses_of(network)).await?;
        let Some(last) = bucket.last_failure_at else { return Ok(None) };
        let elapsed = self.clock().now().duration_since(last);
        if bucket.failures < MOST_MISSES || elapsed >= MISSES_FORGOTTEN_AFTER {
            return Ok(None);
        }
        Ok(Some(u64::try_from((MISSES_FORGOTTEN_AFTER - elapsed).as_secs()).unwrap_or(1).max(1)))
    }

    /// Counts a look-up that found nothing: codes have 80 bits, but nobody shall try them at leisure.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn count_verification_miss(&self, network: &str) -> Result<(), Unavailable> {
        let now = self.clock().now();
        let name = misses_of(network);
        let mut books = self.store().write(INSTALLATION).await?;
        let mut bucket = books.find_bucket(&name).await?;
        if bucket.last_failure_at.is_some_and(|last| now.duration_since(last) >= MISSES_FORGOTTEN_AFTER) {
            bucket = throttle::Bucket::default();
        }
        books.update_bucket(&name, &throttle::failed(&bucket, now)).await?;
        books.commit().await?;
        Ok(())
    }

    /// The keys of all ledgers of this installation.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn ledger_keys(&self) -> Result<Vec<VerifierKey>, Unavailable> {
        let mut keys = Vec::new();
        for (organisation, _) in self.store().list_organisations().await? {
            let mut books = self.store().read(organisation).await?;
            keys.push(ledger::signing_key(&mut books).await?.verifier());
        }
        Ok(keys)
    }

    /// Judges a document that is in the books: it is genuine if the ledger proves it.
    pub(crate) async fn judge_kept(
        &self,
        organisation: OrganisationId,
        id: Uuid,
    ) -> Result<Judgement, Unavailable> {
        let mut judgement = Judgement::unknown();
        let mut books = self.store().read(organisation).await?;
        let kept = books.find_invoice(id).await?.ok_or(Unavailable::Damaged("the document"))?;
        let key = ledger::signing_key(&mut books).await?.verifier();
        let proof = ledger::prove(&mut books, kept.ledger_position).await?;
        let details = check_proof(&proof.to_string(), &[key], &mut judgement);
        let mut facts = IssuedFacts::of(kept.issued.document());
        let accounts = books.list_payee_accounts().await?;
        for account in &mut facts.accounts {
            account.in_use_since = accounts
                .iter()
                .filter(|known| known.account.iban == account.account)
                .map(|known| known.in_use_since)
                .min();
        }
        for following in books.list_following(id).await? {
            if let Some(following) = books.find_invoice(following).await? {
                facts.superseded_by.push(following.issued.document().number.clone());
            }
        }
        let taken_back =
            !facts.superseded_by.is_empty() && books.standing(id).await?.credited >= kept.amount_due.minor();
        judgement.verdict = match details {
            Some(details)
                if details.cii_sha256 == hex(&Sha256::digest(&kept.cii))
                    && details.number == facts.number =>
            {
                judgement.passed(format!("The document is the one issued as {}.", facts.number));
                if taken_back { Verdict::Superseded } else { Verdict::Genuine }
            }
            Some(_) => {
                judgement.failed("The document in the books is not the one that the ledger knows.");
                Verdict::Forged
            }
            None => judgement.verdict,
        };
        if taken_back {
            judgement.failed(format!("It was taken back by {}.", facts.superseded_by.join(", ")));
        } else if !facts.superseded_by.is_empty() {
            judgement.open(format!("A part of it was credited by {}.", facts.superseded_by.join(", ")));
        }
        judgement.issued = Some(facts);
        Ok(judgement)
    }
}
