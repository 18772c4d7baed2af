//! Judging a file by itself: its signature, the proof inside it or beside it, and the ledgers that the reader trusts.
//! Needs no books. The rules are in docs/design/verdicts.md.

use counterfoil_einvoice::read;
use counterfoil_ledger::checkpoint::Checkpoint;
use counterfoil_ledger::entry::{Opening, Statement};
use counterfoil_ledger::note::VerifierKey;
use counterfoil_ledger::proof::TlogProof;
use counterfoil_seal::{
    ChainError, EmbeddedFile, Inspection, SignatureFault, SignatureState, Signer, TamperFinding, chains_to,
};
use jiff::SignedDuration;

use crate::billing::{Misprint, Proofreader};
use crate::documents::{CII_NAME, PROOF_NAME};
use crate::finding::Finding;
use crate::ledger::{Claim, sha256};
use crate::organisations::hex;
use crate::verdict::{IssuedFacts, Judgement, ProvenEntry, Verdict};

/// PDF times have whole seconds, ledger times have milliseconds.
const COARSE: SignedDuration = SignedDuration::from_secs(1);

/// Whom the reader trusts.
pub(crate) struct Trust<'a> {
    /// The ledgers whose proofs count.
    pub(crate) ledgers: &'a [VerifierKey],
    /// The installation's document authority, where it is known: tells a stranger from a neighbour.
    pub(crate) authority: Option<&'a [u8]>,
}

/// Judges a file by itself: its signature, the proof inside it (or beside it), and the ledger keys that the reader
/// trusts. Needs no server. The proof-reader is asked where pages are not proven.
pub fn judge(
    file: &[u8],
    proof: Option<&str>,
    trusted: &[VerifierKey],
    proofreader: &Proofreader,
) -> Judgement {
    judge_with(file, proof, &Trust { ledgers: trusted, authority: None }, proofreader)
}

pub(crate) fn judge_with(
    file: &[u8],
    proof: Option<&str>,
    trust: &Trust<'_>,
    proofreader: &Proofreader,
) -> Judgement {
    if is_pdf(file) { judge_pdf(file, proof, trust, proofreader) } else { judge_xml(file, proof, trust) }
}

/// Readers look for the header in the first kilobyte, so whatever stands before it must not hide a PDF.
pub(crate) fn is_pdf(file: &[u8]) -> bool {
    file[..file.len().min(1024)].windows(5).any(|window| window == b"%PDF-")
}

fn judge_pdf(file: &[u8], proof: Option<&str>, trust: &Trust<'_>, proofreader: &Proofreader) -> Judgement {
    let mut judgement = Judgement::unknown();
    let inspection = match counterfoil_seal::inspect_pdf(file) {
        Ok(inspection) => inspection,
        Err(problem) => {
            judgement.note(&Finding::NotAPdf(problem));
            return judgement;
        }
    };
    let signer = check_signature(&inspection, &mut judgement);
    let inside = inspection.embedded_files.iter().filter(|file| file.name == PROOF_NAME);
    let inside = inside.map(|file| String::from_utf8_lossy(&file.bytes));
    let proofs: Vec<_> = proof.map(Into::into).into_iter().chain(inside).collect();
    if proofs.is_empty() {
        judgement.note(&Finding::ProofMissing);
    }
    // A bad proof does not refute a good one.
    let Some(entry) = proofs.iter().find_map(|proof| check_proof(proof, trust, &mut judgement)) else {
        // A stranger's signature may use what we do not read; only a broken promise is a forgery.
        if let SignatureState::Broken(
            SignatureFault::BytesChanged | SignatureFault::ByteRange | SignatureFault::Value,
        ) = inspection.signature
        {
            judgement.verdict = Verdict::Forged;
        }
        return judgement;
    };
    let genuine_data = check_e_invoices(&inspection.embedded_files, &entry, &mut judgement);
    let seal = signer.map(|signer| check_signer(signer, &entry, trust, &mut judgement));
    let sealed = seal == Some(Finding::SignerInLedger);
    if genuine_data && !sealed {
        if let Some(misprint) = misprint(file, &inspection.embedded_files, &entry, proofreader) {
            judgement.note(&Finding::PageSaysOther(misprint));
        }
        judgement.note(&Finding::PageNotProven);
    }
    judgement.verdict = match (genuine_data, sealed) {
        (true, true) => Verdict::Genuine,
        (true, false) if seal.as_ref().is_some_and(Finding::is_void_seal) => Verdict::SealVoid,
        (true, false) => Verdict::AlteredFile,
        (false, _) => Verdict::Forged,
    };
    judgement.entry = Some(entry);
    judgement
}

/// The signer if the signature is intact and covers the whole file.
fn check_signature<'a>(inspection: &'a Inspection, judgement: &mut Judgement) -> Option<&'a Signer> {
    let whole = match &inspection.signature {
        SignatureState::Intact(signer) if signer.covers_whole_file && inspection.findings.is_empty() => {
            judgement.note(&Finding::SignatureIntact);
            Some(signer.as_ref())
        }
        SignatureState::Intact(_) => {
            judgement.note(&Finding::SignatureCoversAPart);
            None
        }
        SignatureState::Broken(fault) => {
            judgement.note(&Finding::SignatureBroken(*fault));
            None
        }
        SignatureState::Absent => {
            judgement.note(&Finding::SignatureMissing);
            None
        }
    };
    for finding in &inspection.findings {
        judgement.note(&Finding::Tampered(finding.clone()));
        if let TamperFinding::UpdateAppended { changes, .. } = finding {
            for change in changes {
                judgement.note(&Finding::Changed(change.clone()));
            }
        }
    }
    whole
}

/// Whether the one e-invoice inside is the one that was issued.
fn check_e_invoices(files: &[EmbeddedFile], entry: &ProvenEntry, judgement: &mut Judgement) -> bool {
    let details = &entry.details;
    let is_e_invoice =
        |file: &&EmbeddedFile| file.name == CII_NAME || file.name != PROOF_NAME && read(&file.bytes).is_ok();
    let (issued, others): (Vec<_>, Vec<_>) =
        files.iter().filter(is_e_invoice).partition(|file| is_issued(file, entry));
    if let Some(file) = issued.first() {
        judgement.note(&Finding::XmlAsIssued(details.number.clone()));
        judgement.issued = read(&file.bytes).ok().map(|read| IssuedFacts::of(&read.document));
    }
    match (issued.is_empty(), others.first()) {
        (false, None) => return true,
        (false, Some(other)) => judgement.note(&Finding::SecondXml(other.name.clone())),
        (true, None) => judgement.note(&Finding::XmlMissing),
        (true, Some(other)) => {
            let number = details.number.clone();
            let swapped = read(&other.bytes).is_ok_and(|read| read.document.number != number);
            judgement.note(&if swapped { Finding::XmlSwapped(number) } else { Finding::XmlEdited(number) });
        }
    }
    false
}

/// Where the pages of a file whose seal does not hold say something else than the issued e-invoice inside, in words. That
/// they say the same would prove nothing: something may be painted over it.
fn misprint(
    pdf: &[u8],
    files: &[EmbeddedFile],
    entry: &ProvenEntry,
    proofreader: &Proofreader,
) -> Option<Misprint> {
    let issued = files.iter().find(|file| is_issued(file, entry))?;
    let document = read(&issued.bytes).ok()?.document;
    let page = counterfoil_seal::page_text(pdf).ok()?;
    proofreader(&page, &document, None).err()
}

fn is_issued(file: &EmbeddedFile, entry: &ProvenEntry) -> bool {
    sha256(&file.bytes) == entry.details.cii_sha256
}

/// Whether the signer is the one that the ledger names, with a certificate that was valid then: what was found.
///
/// The time of signing is what the signer claims, but not before the entry: the proof inside is younger than that.
fn check_signer(
    signer: &Signer,
    entry: &ProvenEntry,
    trust: &Trust<'_>,
    judgement: &mut Judgement,
) -> Finding {
    let claimed = signer.claimed_time.unwrap_or(entry.at);
    let at = claimed.max(entry.at);
    let name = || signer.common_name.clone().unwrap_or_else(|| "somebody without a name".to_owned());
    let (not_before, not_after) = signer.validity;
    let finding = if hex(&signer.fingerprint) != entry.details.seal_sha256 {
        let ours = trust.authority.is_some_and(|authority| {
            matches!(
                chains_to(signer, authority, at),
                Ok(()) | Err(ChainError::Expired { .. } | ChainError::NotYetValid { .. })
            )
        });
        if ours { Finding::CertificateNotOfOrganisation(name()) } else { Finding::ForeignSigner(name()) }
    } else if entry.at.duration_since(claimed) > COARSE {
        Finding::SignedBeforeIssue(claimed)
    } else if at > not_after {
        Finding::CertificateExpired(not_after)
    } else if at < not_before {
        Finding::CertificateNotYetValid(not_before)
    } else {
        Finding::SignerInLedger
    };
    judgement.note(&finding);
    finding
}

fn judge_xml(file: &[u8], proof: Option<&str>, trust: &Trust<'_>) -> Judgement {
    let mut judgement = Judgement::unknown();
    let Some(proof) = proof else {
        judgement.note(&Finding::ProofNeeded);
        return judgement;
    };
    let Some(entry) = check_proof(proof, trust, &mut judgement) else { return judgement };
    let (digest, number) = (sha256(file), entry.details.number.clone());
    if digest == entry.details.cii_sha256 || digest == entry.details.ubl_sha256 {
        judgement.note(&Finding::FileIsXmlAsIssued(number));
        judgement.issued = read(file).ok().map(|read| IssuedFacts::of(&read.document));
        judgement.verdict = Verdict::Genuine;
    } else {
        let edited = read(file).is_ok_and(|read| read.document.number == number);
        judgement.note(&if edited { Finding::XmlEdited(number) } else { Finding::FileIsOtherXml(number) });
        judgement.verdict = Verdict::Forged;
    }
    judgement.entry = Some(entry);
    judgement
}

/// What a trusted ledger says; `None` leaves the verdict as it is then right.
pub(crate) fn check_proof(proof: &str, trust: &Trust<'_>, judgement: &mut Judgement) -> Option<ProvenEntry> {
    let Ok(proof) = proof.parse::<TlogProof>() else {
        judgement.note(&Finding::ProofUnreadable);
        return None;
    };
    let origin = proof.checkpoint.lines().next().unwrap_or_default().to_owned();
    judgement.ledger = Some(origin.clone());
    let Some(key) = trust.ledgers.iter().find(|key| key.name() == origin) else {
        judgement.note(&Finding::LedgerUnknown(origin));
        return None;
    };
    let Some((checkpoint, entry)) = issue(&proof, key) else {
        judgement.note(&Finding::ProofWrong(origin));
        judgement.verdict = Verdict::Forged;
        return None;
    };
    judgement.note(&Finding::InLedger { origin, index: proof.index, size: checkpoint.size });
    Some(entry)
}

/// The fingerprint of the certificate that an entry about an issued document names.
pub(crate) fn named_certificate(proof: &TlogProof) -> Option<String> {
    let statement = Opening::from_bytes(proof.extra.as_deref()?).ok()?.statement().ok()?;
    match Claim::of(&statement)? {
        Claim::Issued(_, details) => Some(details.seal_sha256),
        _ => None,
    }
}

fn issue(proof: &TlogProof, key: &VerifierKey) -> Option<(Checkpoint, ProvenEntry)> {
    let (checkpoint, statement) = statement(proof, key)?;
    Some((checkpoint, ProvenEntry::of(&statement)?))
}

/// What the entry says, if it is in the ledger.
pub(crate) fn statement(proof: &TlogProof, key: &VerifierKey) -> Option<(Checkpoint, Statement)> {
    let opening = Opening::from_bytes(proof.extra.as_deref()?).ok()?;
    let checkpoint = proof.verify(&opening.leaf(), key).ok()?;
    Some((checkpoint, opening.statement().ok()?))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-03-{time}:00Z").parse().unwrap()
    }

    /// What is said of a signature that claims this time, on a document issued at that time, by a certificate that is
    /// valid from the 3rd to the 20th.
    fn said(claimed: Option<&str>, issued: &str) -> &'static str {
        let signer = Signer {
            certificate_der: Vec::new(),
            chain_der: Vec::new(),
            fingerprint: [0xab; 32],
            common_name: None,
            organisation: None,
            issuer: String::new(),
            validity: (at("03T00:00"), at("20T00:00")),
            organisation_id: None,
            claimed_time: claimed.map(at),
            covers_whole_file: true,
        };
        let details = serde_json::from_value(serde_json::json!({
            "number": "1", "type_code": "380", "issue_date": "2026-03-03", "currency": "EUR", "amount_due": "1.00",
            "content_sha256": "", "cii_sha256": "", "ubl_sha256": "", "seal_sha256": "ab".repeat(32),
        }));
        let (document, details) = (uuid::Uuid::nil(), details.unwrap());
        let entry = ProvenEntry { document, at: at(issued), actor: None, details };
        let mut judgement = Judgement::unknown();
        let found = check_signer(&signer, &entry, &Trust { ledgers: &[], authority: None }, &mut judgement);
        // Nobody changed a file that was signed at the wrong time: its seal does not count.
        assert_eq!(found.is_void_seal(), found != Finding::SignerInLedger, "{found:?}");
        assert_eq!(judgement.checks[0].finding, found);
        judgement.checks[0].code
    }

    #[test]
    fn a_certificate_is_judged_when_it_signed_and_not_before_the_ledger_took_the_document_in() {
        assert_eq!(said(Some("10T12:00"), "10T12:00"), "signer-in-ledger");
        assert_eq!(said(None, "10T12:00"), "signer-in-ledger");
        assert_eq!(said(Some("20T12:00"), "10T12:00"), "certificate-expired");
        assert_eq!(said(Some("19T12:00"), "21T12:00"), "signed-before-issue");
        assert_eq!(said(None, "21T12:00"), "certificate-expired");
        assert_eq!(said(Some("02T12:00"), "02T12:00"), "certificate-not-yet-valid");
    }
}
