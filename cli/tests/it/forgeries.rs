//! Each way to forge or alter a sealed invoice, built from our own file: what is found, and the verdict.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use counterfoil_billing::documents::Format;
use counterfoil_billing::verdict::{Judgement, Verdict};
use counterfoil_billing::{Billing, Clock, Parts};
use counterfoil_identity::permission::{Credit, EditDrafts, Issue, ManageOrganisation, ReadBooks};
use counterfoil_identity::{OrganisationId, authorize_operator, gate};
use counterfoil_invoice::paper::{EmbeddedFile, Paper, Relationship, Stationery};
use counterfoil_ledger::note::VerifierKey;
use counterfoil_seal::{CertificateAuthority, SignatureDetails, SigningIdentity, Subject, sign_pdf};
use counterfoil_store::certificates::Revocation;
use counterfoil_store::files::FileKind;
use counterfoil_store::{DatabaseUrl, Store};
use jiff::{SignedDuration, Timestamp};
use lopdf::{Document, IncrementalDocument, Object, ObjectId, Stream, dictionary};
use uuid::Uuid;

use crate::books::{NOW, books, organisation};
use crate::kept;
use crate::programs::DRAFT;

struct World {
    billing: Billing,
    store: Store,
    org: OrganisationId,
    draws: Arc<AtomicBool>,
    _folder: tempfile::TempDir,
}

struct Issued {
    id: Uuid,
    pdf: Vec<u8>,
    cii: Vec<u8>,
    proof: String,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::sqlite(&folder.path().join("books.sqlite"));
        let store = books(&database, folder.path()).await;
        let draws = Arc::new(AtomicBool::new(true));
        let may_draw = Arc::clone(&draws);
        let parts = Parts {
            renderer: Arc::new(move |paper| {
                if may_draw.load(Ordering::SeqCst) {
                    counterfoil_render::pdf(paper).map_err(Into::into)
                } else {
                    Err("the machine went down".into())
                }
            }),
            ..kept::parts(store.clone(), Clock::at(NOW.parse().unwrap()))
        };
        let billing = Billing::start(parts).await.unwrap();
        let gate = gate::operator_command("test");
        let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
        Self { billing, store, org, draws, _folder: folder }
    }

    async fn issue(&self) -> Uuid {
        let gate = gate::operator_command("test");
        let drafts = authorize_operator::<EditDrafts>(&gate, self.org).unwrap();
        let issue = authorize_operator::<Issue>(&gate, self.org).unwrap();
        let content = serde_json::from_str(DRAFT).unwrap();
        let draft = self.billing.create_draft(&drafts, None, content).await.unwrap();
        self.billing.issue(&issue, draft, 1).await.unwrap().id
    }

    async fn files(&self, id: Uuid) -> Issued {
        let read = authorize_operator::<ReadBooks>(&gate::operator_command("test"), self.org).unwrap();
        let file = async |format| self.billing.document(&read, id, format).await.unwrap().bytes;
        Issued {
            id,
            pdf: file(Format::Pdf).await,
            cii: file(Format::Cii).await,
            proof: String::from_utf8(file(Format::Proof).await).unwrap(),
        }
    }

    async fn issued(&self) -> Issued {
        let id = self.issue().await;
        self.files(id).await
    }

    /// The organisation's own key, as a thief would have it.
    async fn stolen(&self, org: OrganisationId) -> SigningIdentity {
        let mut books = self.store.read(org).await.unwrap();
        let in_use = books.certificate_in_use().await.unwrap().unwrap();
        let (chain, key) = books.find_identity(&in_use.fingerprint).await.unwrap().unwrap();
        SigningIdentity::from_der(&chain, &key).unwrap()
    }

    async fn online(&self, file: &[u8]) -> Judgement {
        self.billing.judge_file(file, None).await.unwrap()
    }

    async fn keys(&self) -> Vec<VerifierKey> {
        self.billing.ledger_keys().await.unwrap()
    }

    fn manager(&self) -> counterfoil_identity::Actor<ManageOrganisation> {
        authorize_operator::<ManageOrganisation>(&gate::operator_command("test"), self.org).unwrap()
    }
}

fn codes(judgement: &Judgement) -> Vec<&'static str> {
    judgement.checks.iter().map(|check| check.code).collect()
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|window| window == part).unwrap()
}

/// Offline, as the command does it.
fn judge(file: &[u8], proof: Option<&str>, trusted: &[VerifierKey]) -> Judgement {
    counterfoil_billing::verify::judge(file, proof, trusted, &kept::proofreader())
}

/// Another page around the same e-invoice and proof: `due` in place of the amount due.
fn redrawn(issued: &Issued, due: &str) -> Vec<u8> {
    let mut document = counterfoil_einvoice::read(&issued.cii).unwrap().document;
    document.totals.amount_due = due.parse().unwrap();
    let attachment = |name: &str, bytes: &[u8]| EmbeddedFile {
        name: name.to_owned(),
        mime_type: "text/plain".to_owned(),
        description: String::new(),
        relationship: Relationship::Alternative,
        bytes: bytes.to_owned(),
    };
    let paper = Paper {
        document: &document,
        verification: None,
        created: NOW.parse().unwrap(),
        language: "de",
        stationery: &Stationery::default(),
        is_draft: false,
        attachments: vec![
            attachment("factur-x.xml", &issued.cii),
            attachment("invoice.tlog-proof", issued.proof.as_bytes()),
        ],
    };
    counterfoil_render::pdf(&paper).unwrap()
}

/// The file as it was before it was sealed.
fn unsealed(pdf: &[u8]) -> &[u8] {
    &pdf[..find(pdf, b"%%EOF") + 5]
}

fn sign(pdf: &[u8], identity: &SigningIdentity, at: Timestamp) -> Vec<u8> {
    let details = SignatureDetails { name: "Northlight Instruments GmbH", reason: "Issued" };
    sign_pdf(pdf, identity, &details, at).unwrap()
}

fn updated(sealed: &[u8], change: impl FnOnce(&mut IncrementalDocument)) -> Vec<u8> {
    let mut update: IncrementalDocument = sealed.try_into().unwrap();
    change(&mut update);
    let mut bytes = Vec::new();
    update.save_to(&mut bytes).unwrap();
    bytes
}

fn overlaid(pdf: &[u8]) -> Vec<u8> {
    updated(pdf, |update| {
        let page = update.get_prev_documents().page_iter().next().unwrap();
        let text = b"BT 72 700 Td (Pay to somebody else) Tj ET".to_vec();
        let text = update.new_document.add_object(Stream::new(dictionary! {}, text));
        update.opt_clone_object_to_new_document(page).unwrap();
        let page = update.new_document.get_dictionary_mut(page).unwrap();
        let below = page.get(b"Contents").unwrap().clone();
        page.set("Contents", vec![below, text.into()]);
    })
}

fn annotated(pdf: &[u8]) -> Vec<u8> {
    updated(pdf, |update| {
        let page = update.get_prev_documents().page_iter().next().unwrap();
        let note = update.new_document.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "FreeText", "Rect" => vec![0.into(), 0.into(), 99.into(), 99.into()],
            "Contents" => Object::string_literal("New account"),
        });
        update.opt_clone_object_to_new_document(page).unwrap();
        let page = update.new_document.get_dictionary_mut(page).unwrap();
        let mut all = page.get(b"Annots").unwrap().as_array().unwrap().clone();
        all.push(note.into());
        page.set("Annots", all);
    })
}

/// The embedded stream that holds the e-invoice.
fn e_invoice(document: &Document) -> ObjectId {
    let is_it = |object: &Object| {
        object
            .as_stream()
            .and_then(Stream::get_plain_content)
            .is_ok_and(|plain| String::from_utf8_lossy(&plain).contains("CrossIndustryInvoice"))
    };
    *document.objects.iter().find(|(_, object)| is_it(object)).unwrap().0
}

fn with_xml(pdf: &[u8], xml: &[u8]) -> Vec<u8> {
    updated(pdf, |update| {
        let file = e_invoice(update.get_prev_documents());
        let kind = dictionary! { "Type" => "EmbeddedFile", "Subtype" => "text/xml" };
        update.new_document.objects.insert(file, Stream::new(kind, xml.to_vec()).into());
    })
}

fn with_second_xml(pdf: &[u8], name: &str, xml: &[u8]) -> Vec<u8> {
    updated(pdf, |update| {
        let file = update.new_document.add_object(Stream::new(dictionary! {}, xml.to_vec()));
        update.new_document.add_object(dictionary! {
            "Type" => "Filespec", "F" => Object::string_literal(name), "EF" => dictionary! { "F" => file },
        });
    })
}

fn without_signature(pdf: &[u8]) -> Vec<u8> {
    updated(pdf, |update| {
        let previous = update.get_prev_documents();
        let root = previous.trailer.get(b"Root").unwrap().as_reference().unwrap();
        let is_signature = |object: &Object| object.as_dict().is_ok_and(|all| all.has(b"ByteRange"));
        let signature = *previous.objects.iter().find(|(_, object)| is_signature(object)).unwrap().0;
        update.opt_clone_object_to_new_document(root).unwrap();
        let catalog = update.new_document.get_dictionary_mut(root).unwrap();
        catalog.remove(b"AcroForm");
        catalog.remove(b"Perms");
        update.new_document.objects.insert(signature, Object::Null);
    })
}

fn with_range_moved(pdf: &[u8]) -> Vec<u8> {
    let mut pdf = pdf.to_vec();
    let at = find(&pdf, b"/ByteRange [0 ") + b"/ByteRange [0 ".len();
    pdf[at..at + 10].copy_from_slice(b"10        ");
    pdf
}

fn with_a_byte_changed(pdf: &[u8]) -> Vec<u8> {
    let mut pdf = pdf.to_vec();
    // In the reason, which no reader parses as anything but text.
    let at = find(&pdf, b"/Reason <") + b"/Reason <".len();
    pdf[at + 1] ^= 1;
    pdf
}

#[tokio::test(flavor = "multi_thread")]
async fn every_forgery_is_named_and_judged_offline_and_online() {
    let world = World::new().await;
    let (issued, other) = (world.issued().await, world.issued().await);
    let now = world.billing.clock().now();
    let Issued { pdf, cii, .. } = &issued;
    let edited = String::from_utf8(cii.clone()).unwrap();
    let edited = edited.replace("DE02120300000000202051", "DE89370400440532013000");
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let impostor =
        CertificateAuthority::generate("Counterfoil documents, localhost:8443", now, &mut rng).unwrap();
    let name = "Northlight Instruments GmbH";
    let subject = Subject { organisation: name, country: "DE", serial_number: world.org.uuid() };
    let impostor = impostor.issue(&subject, now, &mut rng).unwrap();
    let gate = gate::operator_command("test");
    let second = organisation().into_new("second");
    let second = world.billing.create_organisation(&gate, second).await.unwrap();
    let neighbour = world.stolen(second).await;
    let (altered, forged) = (Verdict::AlteredFile, Verdict::Forged);
    let rows: Vec<(&str, Vec<u8>, Verdict)> = vec![
        ("bytes-changed", with_a_byte_changed(pdf), altered),
        ("signature-missing", unsealed(pdf).to_vec(), altered),
        ("signature-removed", without_signature(pdf), altered),
        ("byte-range-moved", with_range_moved(pdf), altered),
        ("page-content-changed", overlaid(pdf), altered),
        ("annotation-added", annotated(pdf), altered),
        ("embedded-file-swapped", with_xml(pdf, edited.as_bytes()), forged),
        ("xml-edited", with_xml(pdf, edited.as_bytes()), forged),
        ("xml-swapped", with_xml(pdf, &other.cii), forged),
        ("second-xml", with_second_xml(pdf, "factur-x.xml", edited.as_bytes()), forged),
        ("second-xml", with_second_xml(pdf, "ZUGFeRD-invoice.xml", &other.cii), forged),
        ("trailing-bytes", [pdf.as_slice(), b"\n"].concat(), altered),
        ("leading-bytes", [b"\n", pdf.as_slice()].concat(), altered),
        ("foreign-signer", sign(unsealed(pdf), &impostor, now), altered),
    ];
    let keys = world.keys().await;
    for (code, file, verdict) in rows {
        for judgement in [judge(&file, None, &keys), world.online(&file).await] {
            assert_eq!(judgement.verdict, verdict, "{code}: {:?}", codes(&judgement));
            assert!(codes(&judgement).contains(&code), "{code}: {:?}", codes(&judgement));
            let said_of_page = codes(&judgement).contains(&"page-not-proven");
            assert_eq!(said_of_page, verdict == altered, "{code}: {:?}", codes(&judgement));
        }
    }
    let by_neighbour = sign(unsealed(pdf), &neighbour, now);
    let judgement = world.online(&by_neighbour).await;
    assert!(codes(&judgement).contains(&"certificate-not-of-organisation"), "{:?}", codes(&judgement));
    assert_eq!(judgement.verdict, altered);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sealed_file_is_genuine_and_unknown_to_whoever_does_not_know_the_ledger() {
    let world = World::new().await;
    let issued = world.issued().await;
    let online = world.online(&issued.pdf).await;
    assert_eq!((online.verdict, codes(&online)[0]), (Verdict::Genuine, "file-as-sealed"));
    let keys = world.keys().await;
    let offline = judge(&issued.pdf, None, &keys);
    assert_eq!(codes(&offline), ["signature-intact", "in-ledger", "xml-as-issued", "signer-in-ledger"]);
    assert_eq!(offline.verdict, Verdict::Genuine);
    let stranger = judge(&issued.pdf, None, &[]);
    assert_eq!((stranger.verdict, codes(&stranger)[1]), (Verdict::Unknown, "ledger-unknown"));
    // Whoever changed it broke the promise of its own signature, whoever gave that.
    let stranger = judge(&with_a_byte_changed(&issued.pdf), None, &[]);
    assert_eq!(stranger.verdict, Verdict::Forged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_says_something_else_than_the_e_invoice_inside_is_named_in_whatever_language() {
    let world = World::new().await;
    let issued = world.issued().await;
    let key = world.stolen(world.org).await;
    let due = counterfoil_einvoice::read(&issued.cii).unwrap().document.totals.amount_due.to_string();
    let other = redrawn(&issued, "1.23");
    let signed = sign(&other, &key, world.billing.clock().now());
    for file in [&other, &signed] {
        let judgement = world.online(file).await;
        assert_eq!(judgement.verdict, Verdict::AlteredFile, "{:?}", codes(&judgement));
    }
    let judgement = judge(&other, None, &world.keys().await);
    let said = judgement.checks.iter().find(|check| check.code == "page-says-other").unwrap();
    assert!(said.text.contains("amount due (BT-115)"), "{}", said.text);
    let same = judge(&redrawn(&issued, &due), None, &world.keys().await);
    assert!(!codes(&same).contains(&"page-says-other"), "{:?}", codes(&same));
    assert!(codes(&same).contains(&"page-not-proven"), "{:?}", codes(&same));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_proof_refutes_nothing_by_itself_and_one_that_the_ledger_did_not_give_is_a_forgery() {
    let world = World::new().await;
    let (issued, other) = (world.issued().await, world.issued().await);
    let keys = world.keys().await;
    let broken = &issued.proof[..issued.proof.len() / 2];
    let beside_a_good_one = judge(&issued.pdf, Some(broken), &keys);
    assert_eq!(beside_a_good_one.verdict, Verdict::Genuine);
    assert!(codes(&beside_a_good_one).contains(&"proof-unreadable"));
    let alone = judge(&issued.cii, Some(broken), &keys);
    assert_eq!((alone.verdict, codes(&alone)), (Verdict::Unknown, vec!["proof-unreadable"]));
    let at = issued.proof.find("index ").unwrap() + "index ".len();
    let end = at + issued.proof[at..].find('\n').unwrap();
    let moved = format!("{}1{}", &issued.proof[..at], &issued.proof[end..]);
    let invented = judge(&issued.cii, Some(&moved), &keys);
    assert_eq!((invented.verdict, codes(&invented)), (Verdict::Forged, vec!["proof-wrong"]));
    let of_another = judge(&issued.cii, Some(&other.proof), &keys);
    assert_eq!((of_another.verdict, codes(&of_another)[1]), (Verdict::Forged, "xml-swapped"));
    assert_eq!(judge(&issued.cii, None, &keys).verdict, Verdict::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_key_makes_no_second_genuine_file_for_whoever_asks_the_books() {
    let world = World::new().await;
    let issued = world.issued().await;
    let key = world.stolen(world.org).await;
    let now = world.billing.clock().now();
    let file = sign(&overlaid(unsealed(&issued.pdf)), &key, now);
    let judgement = world.online(&file).await;
    assert_eq!(judgement.verdict, Verdict::AlteredFile, "{:?}", codes(&judgement));
    assert!(codes(&judgement).contains(&"not-the-sealed-file"));
    // Nor may it say that it was signed before the invoice was issued.
    let early = sign(unsealed(&issued.pdf), &key, now - SignedDuration::from_mins(10));
    let judgement = judge(&early, None, &world.keys().await);
    assert_eq!(judgement.verdict, Verdict::SealVoid);
    assert!(codes(&judgement).contains(&"signed-before-issue"), "{:?}", codes(&judgement));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_ledger_does_not_know_as_sealed_is_not_genuine_by_its_fingerprint() {
    let world = World::new().await;
    world.draws.store(false, Ordering::SeqCst);
    let id = world.issue().await;
    let file = world.store.put_file(world.org, id, FileKind::Pdf, b"%PDF-1.7 slipped in").await.unwrap();
    let mut books = world.store.write(world.org).await.unwrap();
    books.append_file(&file, 0, world.billing.clock().now()).await.unwrap();
    books.commit().await.unwrap();
    let judgement = world.online(b"%PDF-1.7 slipped in").await;
    assert_eq!((judgement.verdict, codes(&judgement)[0]), (Verdict::SealVoid, "seal-not-in-ledger"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_certificate_is_replaced_and_counts_from_its_entry_on() {
    let world = World::new().await;
    let before = world.issued().await;
    let old = world.billing.certificates(&world.manager()).await.unwrap().remove(0).fingerprint;
    world.billing.revoke_certificate(&world.manager(), &old, "a lost laptop").await.unwrap();
    assert!(world.billing.revoke_certificate(&world.manager(), &old, "again").await.is_err());
    assert!(world.billing.revoke_certificate(&world.manager(), &"0".repeat(64), "unknown").await.is_err());
    let certificates = world.billing.certificates(&world.manager()).await.unwrap();
    assert_eq!(certificates.len(), 2);
    assert_ne!(certificates[0].fingerprint, old);
    assert!(certificates[1].revoked_at.is_some() && certificates[0].revoked_at.is_none());
    let judgement = world.online(&before.pdf).await;
    assert_eq!(judgement.verdict, Verdict::Genuine);
    assert!(codes(&judgement).contains(&"certificate-revoked-later"), "{:?}", codes(&judgement));
    let after = world.issued().await;
    assert_eq!(judge(&after.pdf, None, &world.keys().await).verdict, Verdict::Genuine);
    let faults = async || world.billing.verify_ledger(world.org, |_, _| {}).await.unwrap().faults;
    assert_eq!(faults().await, Vec::<String>::new());
    // What the program itself never does: an invoice issued with a certificate that was revoked before.
    let mut books = world.store.write(world.org).await.unwrap();
    let revocation = Revocation { ledger_position: 0, revoked_at: world.billing.clock().now() };
    books.append_revocation(&certificates[0].fingerprint, revocation).await.unwrap();
    books.commit().await.unwrap();
    let judgement = world.online(&after.pdf).await;
    assert_eq!(judgement.verdict, Verdict::SealVoid);
    assert!(codes(&judgement).contains(&"certificate-revoked"), "{:?}", codes(&judgement));
    assert_eq!(
        faults().await,
        ["revoked certificates: 1 more are kept than the 1 that the ledger knows"],
        "no entry says so"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_renews_itself_in_its_last_month_and_old_documents_stay_genuine() {
    let world = World::new().await;
    let first = world.issued().await;
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    world.billing.clock().advance(days(3 * 365 - 40));
    world.issued().await;
    assert_eq!(world.billing.certificates(&world.manager()).await.unwrap().len(), 1, "40 days are enough");
    world.billing.clock().advance(days(20));
    world.draws.store(false, Ordering::SeqCst);
    let waiting = world.issue().await;
    let certificates = world.billing.certificates(&world.manager()).await.unwrap();
    assert_eq!(certificates.len(), 2);
    // Renewed once more before the page could be drawn: it is sealed with the one that its entry names.
    world.billing.renew_certificate(&world.manager()).await.unwrap();
    world.draws.store(true, Ordering::SeqCst);
    world.billing.seal_document(world.org, waiting).await.unwrap();
    let waiting = world.files(waiting).await;
    for file in [&first.pdf, &waiting.pdf] {
        assert_eq!(judge(file, None, &world.keys().await).verdict, Verdict::Genuine);
        assert_eq!(world.online(file).await.verdict, Verdict::Genuine);
    }
    let report = world.billing.verify_ledger(world.org, |_, _| {}).await.unwrap();
    assert_eq!((report.documents, report.faults), (3, Vec::<String>::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_an_invoice_back_is_named_with_its_effect() {
    let world = World::new().await;
    let issued = world.issued().await;
    let gate = gate::operator_command("test");
    let credit = authorize_operator::<Credit>(&gate, world.org).unwrap();
    let issue = authorize_operator::<Issue>(&gate, world.org).unwrap();
    let note = world.billing.credit(&credit, issued.id, None).await.unwrap();
    world.billing.issue(&issue, note, 1).await.unwrap();
    let judgement = world.online(&issued.pdf).await;
    assert_eq!(judgement.verdict, Verdict::Superseded);
    assert!(codes(&judgement).contains(&"cancelled"), "{:?}", codes(&judgement));
    let value = serde_json::to_value(&judgement).unwrap();
    let by = &value["issued"]["superseded_by"][0];
    assert_eq!((by["number"].as_str(), by["effect"].as_str()), (Some("2026-0002"), Some("cancelled")));
    // Offline nobody knows of it.
    assert_eq!(judge(&issued.pdf, None, &world.keys().await).verdict, Verdict::Genuine);
}
