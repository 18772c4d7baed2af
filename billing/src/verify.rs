//! Checking a document: offline from the file alone, or against the books.

use counterfoil_identity::{OrganisationId, VerificationCode, throttle};
use counterfoil_ledger::entry::{Opening, Statement};
use counterfoil_ledger::note::VerifierKey;
use counterfoil_store::files::{DocumentFile, FileKind};
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::{Books, INSTALLATION};
use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::certificates;
use crate::finding::Finding;
pub use crate::judge::judge;
use crate::judge::{Trust, check_proof, judge_with};
use crate::ledger;
use crate::organisations::hex;
use crate::verdict::{Effect, IssuedFacts, Judgement, Superseding, Verdict};

/// The largest file that is looked at, in bytes.
pub const LARGEST_FILE: usize = 20 * 1024 * 1024;

/// Look-ups in a row that may find nothing, from one network.
const MOST_MISSES: u32 = 30;
/// Without a miss for so long, all are forgotten.
const MISSES_FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_mins(5);

fn misses_of(network: &str) -> String {
    format!("verify:{network}")
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
        let Some((organisation, id)) = self.store().find_by_digest(sha256).await? else { return Ok(None) };
        let mut books = self.store().read(organisation).await?;
        // The row alone proves nothing: the sealed file must be there and have this digest, and the ledger must say so.
        let Some(file) = books.find_file(id, FileKind::Pdf).await?.filter(|file| file.sha256 == *sha256)
        else {
            return Ok(None);
        };
        books.read_file(&file).await?;
        let sealed = sealed_in_ledger(&mut books, id, &file).await?;
        drop(books);
        let mut judgement = self.judge_kept(organisation, id).await?;
        if sealed {
            judgement.note_first(&Finding::FileAsSealed(file.ledger_position));
        } else {
            judgement.note_first(&Finding::SealNotInLedger);
            if matches!(judgement.verdict, Verdict::Genuine | Verdict::Superseded) {
                judgement.verdict = Verdict::AlteredFile;
            }
        }
        Ok(Some(judgement))
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
        let ledgers = self.ledgers().await?;
        let keys: Vec<VerifierKey> = ledgers.iter().map(|(_, key)| key.clone()).collect();
        let authority = certificates::authority_certificate(self.store()).await?;
        let (file, proof, proofreader) =
            (file.to_vec(), proof.map(str::to_owned), self.0.parts.proofreader.clone());
        let (mut judgement, is_pdf) = tokio::task::spawn_blocking(move || {
            let trust = Trust { ledgers: &keys, authority: Some(&authority) };
            (judge_with(&file, proof.as_deref(), &trust, &proofreader), crate::judge::is_pdf(&file))
        })
        .await
        .map_err(|_| Unavailable::Interrupted)?;
        // The document may have been taken back since, or its certificate revoked: that only the books know.
        if matches!(judgement.verdict, Verdict::Genuine | Verdict::AlteredFile)
            && let Some((organisation, id)) = subject_of(&judgement, &ledgers)
        {
            let kept = self.judge_kept(organisation, id).await?;
            for check in kept.checks {
                if !judgement.checks.iter().any(|known| known.code == check.code) {
                    judgement.checks.push(check);
                }
            }
            judgement.issued = kept.issued;
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
        Ok(self.ledgers().await?.into_iter().map(|(_, key)| key).collect())
    }

    async fn ledgers(&self) -> Result<Vec<(OrganisationId, VerifierKey)>, Unavailable> {
        let mut ledgers = Vec::new();
        for (organisation, _) in self.store().list_organisations().await? {
            let mut books = self.store().read(organisation).await?;
            ledgers.push((organisation, ledger::signing_key(&mut books).await?.verifier()));
        }
        Ok(ledgers)
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
        let trust = Trust { ledgers: &[key], authority: None };
        let proven = check_proof(&proof.to_string(), &trust, &mut judgement);
        let (facts, whole) = facts(&mut books, &kept).await?;
        match proven {
            Some(entry)
                if entry.details.cii_sha256 == hex(&Sha256::digest(&kept.cii))
                    && entry.details.number == facts.number =>
            {
                judgement.note(&Finding::DocumentAsIssued(facts.number.clone()));
                judgement.verdict = Verdict::Genuine;
                if let Some(revoked) = books.find_revocation(&entry.details.seal_sha256).await? {
                    if revoked.ledger_position < kept.ledger_position {
                        judgement.note(&Finding::CertificateRevoked(revoked.revoked_at));
                        judgement.verdict = Verdict::AlteredFile;
                    } else {
                        judgement.note(&Finding::CertificateRevokedLater(revoked.revoked_at));
                    }
                }
            }
            Some(_) => {
                judgement.note(&Finding::BooksContradictLedger);
                judgement.verdict = Verdict::Forged;
            }
            None => {}
        }
        note_superseding(&mut judgement, &facts.superseded_by, whole);
        judgement.issued = Some(facts);
        Ok(judgement)
    }
}

/// What was issued, with what the books know about its accounts and what came after it; and whether credit notes take
/// back all that was billed.
async fn facts(books: &mut Books, kept: &KeptInvoice) -> Result<(IssuedFacts, bool), Unavailable> {
    let mut facts = IssuedFacts::of(kept.issued.document());
    let accounts = books.list_payee_accounts().await?;
    for account in &mut facts.accounts {
        account.in_use_since = accounts
            .iter()
            .filter(|known| known.account.iban == account.account)
            .map(|known| known.in_use_since)
            .min();
    }
    let damaged = |_| Unavailable::Damaged("what was billed");
    let billed = kept.issued.billed().map_err(damaged)?.minor();
    let (mut credited, mut notes) = (0_i64, 0);
    for following in books.list_following(kept.id).await? {
        let following =
            books.find_invoice(following).await?.ok_or(Unavailable::Damaged("a later document"))?;
        let document = following.issued.document();
        let amount = following.issued.billed().map_err(damaged)?.minor();
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
    Some((*organisation, entry.document?))
}

/// Whether the ledger proves that this file was sealed for this document.
async fn sealed_in_ledger(books: &mut Books, id: Uuid, file: &DocumentFile) -> Result<bool, Unavailable> {
    let key = ledger::signing_key(books).await?.verifier();
    let proof = ledger::prove(books, file.ledger_position).await?;
    let Some(opening) = proof.extra.as_deref().and_then(|extra| Opening::from_bytes(extra).ok()) else {
        return Ok(false);
    };
    let statement: Option<Statement> = opening.statement().ok();
    let says_so = statement.is_some_and(|statement| {
        statement.kind == "document.sealed"
            && statement.subject == Some(id)
            && ledger::is_digest(&statement.details, "pdf_sha256", &file.sha256)
    });
    Ok(says_so && proof.verify(&opening.leaf(), &key).is_ok())
}
