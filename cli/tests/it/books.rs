//! The use cases on real books: sixty-four issues at once, and what credits do to an invoice and its verdict.

use std::sync::Arc;

use counterfoil_billing::documents::{DocumentError, Format};
use counterfoil_billing::invoice_list::{InvoiceChoice, InvoicePaging};
use counterfoil_billing::issue::IssueError;
use counterfoil_billing::organisations::OrganisationFile;
use counterfoil_billing::verdict::Verdict;
use counterfoil_billing::{Billing, Clock, Parts, Renderer};
use counterfoil_identity::permission::{Credit, EditDrafts, Issue, ReadBooks};
use counterfoil_identity::session::{SessionTimes, Stage};
use counterfoil_identity::{
    Actor, Membership, MembershipState, OrganisationId, PersonId, Role, SessionId, Token, authorize,
    authorize_operator, gate, token,
};
use counterfoil_invoice::paper::Paper;
use counterfoil_store::outbox::MessageKind;
use counterfoil_store::{DatabaseUrl, SecondPlace, Store};
use counterfoil_vault::RootKey;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::throttle::{ThrottleConfig, ThrottledStore};
use sha2::{Digest as _, Sha256};

use crate::kept;
use crate::programs::{DRAFT, surrounding};

const ISSUES: usize = 64;

pub(crate) const NOW: &str = "2026-03-03T10:00:00Z";

/// The use cases on these books.
pub(crate) async fn billing(database: &DatabaseUrl, folder: &std::path::Path) -> Billing {
    drawing(
        books(database, folder).await,
        Arc::new(|paper| counterfoil_render::pdf(paper).map_err(Into::into)),
    )
    .await
}

/// These books, with files and second place in a folder.
pub(crate) async fn books(database: &DatabaseUrl, folder: &std::path::Path) -> Store {
    let files = folder.join("files");
    std::fs::create_dir_all(&files).unwrap();
    let files = Arc::new(LocalFileSystem::new_with_prefix(files).unwrap());
    books_with_files(database, folder, files).await
}

async fn books_with_files(
    database: &DatabaseUrl,
    folder: &std::path::Path,
    files: Arc<dyn ObjectStore>,
) -> Store {
    let checkpoints = folder.join("checkpoints");
    std::fs::create_dir_all(&checkpoints).unwrap();
    let (root, place) = (RootKey::from_bytes([7; 32]), SecondPlace::folder(checkpoints));
    Store::open(database, root, files, place, NOW.parse().unwrap()).await.unwrap()
}

async fn drawing(store: Store, renderer: Renderer) -> Billing {
    let parts = Parts { renderer, ..kept::parts(store, Clock::at(NOW.parse().unwrap())) };
    Billing::start(parts).await.unwrap()
}

pub(crate) fn organisation() -> OrganisationFile {
    serde_json::from_str(
        r#"{ "seller": { "name": "Northlight Instruments GmbH", "vat_identifier": "DE123456789",
             "address": { "city": "Berlin", "country": "DE" } }, "iban": "DE02120300000000202051" }"#,
    )
    .unwrap()
}

async fn issue_in_parallel(database: &DatabaseUrl) {
    let folder = tempfile::tempdir().unwrap();
    let billing = billing(database, folder.path()).await;
    let gate = gate::operator_command("test");
    let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
    let tasks: Vec<_> = (0..ISSUES)
        .map(|_| {
            let (billing, gate) = (billing.clone(), gate.clone());
            tokio::spawn(async move {
                let content = serde_json::from_str(DRAFT).unwrap();
                let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
                let draft = billing.create_draft(&drafts, None, content).await.unwrap();
                let issue = authorize_operator::<Issue>(&gate, org).unwrap();
                let issued = billing.issue(&issue, draft, 1).await.unwrap();
                // Issued is final: the draft is gone, and issuing it again finds nothing.
                assert!(billing.issue(&issue, draft, 1).await.is_err());
                issued.issued.number().sequence
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(task.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=64).collect::<Vec<i64>>());
    let report = billing.verify_ledger(org, |_, _| {}).await.unwrap();
    assert_eq!((report.documents, report.faults), (64, Vec::<String>::new()));
    let reader = authorize_operator::<ReadBooks>(&gate, org).unwrap();
    let all = InvoiceChoice::default();
    let page = billing.invoices(&reader, &all, &InvoicePaging::default()).await.unwrap();
    assert_eq!(page.rows.len(), 50);
    let rest = InvoicePaging { cursor: page.next, ..InvoicePaging::default() };
    assert_eq!(billing.invoices(&reader, &all, &rest).await.unwrap().rows.len(), 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_issues_at_once_on_the_embedded_database() {
    let folder = tempfile::tempdir().unwrap();
    issue_in_parallel(&DatabaseUrl::sqlite(&folder.path().join("books.sqlite"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_issues_at_once_on_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    let url = crate::programs::fresh_database(&server, "parallel");
    issue_in_parallel(&DatabaseUrl::parse(&url).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_does_not_answer_keeps_no_page_waiting_that_needs_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let database = DatabaseUrl::sqlite(&folder.path().join("books.sqlite"));
    let bucket = Arc::new(ThrottledStore::new(InMemory::new(), ThrottleConfig::default()));
    let store = books_with_files(&database, folder.path(), Arc::clone(&bucket) as Arc<dyn ObjectStore>).await;
    let billing = drawing(store, Arc::new(|paper| counterfoil_render::pdf(paper).map_err(Into::into))).await;
    let gate = gate::operator_command("test");
    let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
    let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
    let draft = billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
    let issue = authorize_operator::<Issue>(&gate, org).unwrap();
    let id = billing.issue(&issue, draft, 1).await.unwrap().id;
    let read = || authorize_operator::<ReadBooks>(&gate, org).unwrap();
    let pdf = billing.document(&read(), id, Format::Pdf).await.unwrap().bytes;
    let sha256: [u8; 32] = Sha256::digest(&pdf).into();
    bucket.config_mut(|config| config.wait_get_per_call = std::time::Duration::from_hours(1));
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let (one, another, third) = (billing.clone(), billing.clone(), billing.clone());
        let (reader, viewer) = (read(), read());
        waiting.push(tokio::spawn(async move { _ = one.document(&reader, id, Format::Pdf).await }));
        waiting.push(tokio::spawn(async move { _ = another.judge_digest(&sha256).await }));
        waiting.push(tokio::spawn(async move { _ = third.invoice(&viewer, id).await }));
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let (reader, all, paging) = (read(), InvoiceChoice::default(), InvoicePaging::default());
    let page = billing.invoices(&reader, &all, &paging);
    let page = tokio::time::timeout(std::time::Duration::from_secs(10), page).await;
    assert_eq!(page.expect("a connection is free").unwrap().rows.len(), 1);
    for waiting in waiting {
        assert!(!waiting.is_finished());
        waiting.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_a_wrong_amount_or_another_account_is_never_released() {
    type Slip = fn(&mut counterfoil_invoice::Document);
    let slips: [(&str, Slip); 3] = [
        ("amount due (BT-115)", |document| document.totals.amount_due.0 = rust_decimal::Decimal::TEN),
        ("payee account (BT-84)", |document| {
            let payment = document.content.payment.as_mut().unwrap();
            payment.credit_transfers[0].account = "DE89370400440532013000".to_owned();
        }),
        ("number (BT-1)", |document| document.number.push('7')),
    ];
    for (term, slip) in slips {
        let folder = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::sqlite(&folder.path().join("books.sqlite"));
        // A template with a fault: it draws something else than it was given.
        let faulty: Renderer = Arc::new(move |paper| {
            let mut document = paper.document.clone();
            slip(&mut document);
            counterfoil_render::pdf(&Paper { document: &document, ..paper.clone() }).map_err(Into::into)
        });
        let store = books(&database, folder.path()).await;
        let billing = drawing(store.clone(), faulty).await;
        let gate = gate::operator_command("test");
        let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
        let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
        let issue = authorize_operator::<Issue>(&gate, org).unwrap();
        let read = authorize_operator::<ReadBooks>(&gate, org).unwrap();
        let draft = billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
        let invoice = billing.issue(&issue, draft, 1).await.unwrap().id;
        let refused = billing.seal_document(org, invoice).await.unwrap_err();
        let expected =
            format!("the file was not released: the page does not say what the e-invoice says: {term}");
        assert_eq!(refused.to_string(), expected);
        let kept = billing.document(&read, invoice, Format::Pdf).await;
        assert!(matches!(kept, Err(DocumentError::NotYet)), "{term}: nothing may be handed out");
        // The message that asks for the file has failed for good: it is not due again.
        assert_eq!(billing.work_outbox(MessageKind::SealDocument).await.unwrap(), 0);
        let later = "2036-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(
            store.list_due_messages(MessageKind::SealDocument, later, 10).await.unwrap(),
            [],
            "{term}"
        );
        // The right template makes the file.
        let right = |paper: &Paper<'_>| counterfoil_render::pdf(paper).map_err(Into::into);
        let repaired = drawing(store, Arc::new(right)).await;
        repaired.seal_document(org, invoice).await.unwrap();
        assert!(billing.document(&read, invoice, Format::Pdf).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_never_raises_the_debt_and_a_part_of_it_does_not_take_the_invoice_back() {
    let folder = tempfile::tempdir().unwrap();
    let billing = billing(&DatabaseUrl::sqlite(&folder.path().join("books.sqlite")), folder.path()).await;
    let gate = gate::operator_command("test");
    let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
    let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
    let issue = authorize_operator::<Issue>(&gate, org).unwrap();
    let read = authorize_operator::<ReadBooks>(&gate, org).unwrap();
    let draft = billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
    let invoice = billing.issue(&issue, draft, 1).await.unwrap().id;
    let credit = authorize_operator::<Credit>(&gate, org).unwrap();
    for (quantity, accepted) in [("-1", false), ("1", true)] {
        let note = billing.credit(&credit, invoice, Some("Returned")).await.unwrap();
        let mut content = billing.find_draft(&read, note).await.unwrap().unwrap().draft.0;
        content.lines.truncate(1);
        content.allowances.clear();
        content.lines[0].quantity = quantity.parse().unwrap();
        billing.update_draft(&drafts, note, 1, None, content).await.unwrap();
        let issued = billing.issue(&issue, note, 2).await;
        assert_eq!(issued.is_ok(), accepted, "{quantity}: {:?}", issued.err());
    }
    let view = billing.invoice(&read, invoice).await.unwrap().unwrap();
    assert!(view.open.minor() > 0 && view.open.minor() < view.kept.amount_due.minor());
    let code = view.kept.code.parse().unwrap();
    let verdict = async || billing.judge_code(&code).await.unwrap().unwrap().verdict;
    assert_eq!(verdict().await, Verdict::Genuine, "a part was credited, the rest is to be paid");
    // An e-invoice by itself meets the same books as its PDF.
    let cii = billing.document(&read, invoice, Format::Cii).await.unwrap().bytes;
    let proof =
        String::from_utf8(billing.document(&read, invoice, Format::Proof).await.unwrap().bytes).unwrap();
    assert_eq!(billing.judge_file(&cii, Some(&proof)).await.unwrap().verdict, Verdict::Genuine);
    let whole = billing.credit(&credit, invoice, None).await.unwrap();
    assert!(billing.issue(&issue, whole, 1).await.is_err(), "more than is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_was_credited_in_full_is_superseded_by_code_by_pdf_and_by_e_invoice() {
    let folder = tempfile::tempdir().unwrap();
    let billing = billing(&DatabaseUrl::sqlite(&folder.path().join("books.sqlite")), folder.path()).await;
    let gate = gate::operator_command("test");
    let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
    let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
    let issue = authorize_operator::<Issue>(&gate, org).unwrap();
    let read = authorize_operator::<ReadBooks>(&gate, org).unwrap();
    let draft = billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
    let invoice = billing.issue(&issue, draft, 1).await.unwrap().id;
    let credit = authorize_operator::<Credit>(&gate, org).unwrap();
    let note = billing.credit(&credit, invoice, None).await.unwrap();
    billing.issue(&issue, note, 1).await.unwrap();
    let view = billing.invoice(&read, invoice).await.unwrap().unwrap();
    assert_eq!(view.open.minor(), 0);
    let by_code = billing.judge_code(&view.kept.code.parse().unwrap()).await.unwrap().unwrap();
    let pdf = billing.document(&read, invoice, Format::Pdf).await.unwrap().bytes;
    let by_pdf = billing.judge_file(&pdf, None).await.unwrap();
    let cii = billing.document(&read, invoice, Format::Cii).await.unwrap().bytes;
    let proof =
        String::from_utf8(billing.document(&read, invoice, Format::Proof).await.unwrap().bytes).unwrap();
    let by_xml = billing.judge_file(&cii, Some(&proof)).await.unwrap();
    assert_eq!([by_code.verdict, by_pdf.verdict, by_xml.verdict], [Verdict::Superseded; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_biller_issues_invoices_and_no_credit_note_that_somebody_else_drafted() {
    let folder = tempfile::tempdir().unwrap();
    let billing = billing(&DatabaseUrl::sqlite(&folder.path().join("books.sqlite")), folder.path()).await;
    let operator = gate::operator_command("test");
    let org = billing.create_organisation(&operator, organisation().into_new("acme")).await.unwrap();
    let drafts = authorize_operator::<EditDrafts>(&operator, org).unwrap();
    let biller = biller(org, billing.clock().now());
    let draft = billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
    let invoice = billing.issue(&biller, draft, 1).await.unwrap().id;
    let credit = authorize_operator::<Credit>(&operator, org).unwrap();
    let note = billing.credit(&credit, invoice, None).await.unwrap();
    let refused = billing.issue(&biller, note, 1).await;
    assert!(matches!(refused, Err(IssueError::MayNotCredit)), "{refused:?}");
    let issue = authorize_operator::<Issue>(&operator, org).unwrap();
    let issued = billing.issue(&issue, note, 1).await.unwrap();
    assert_eq!(issued.issued.number().sequence, 2, "the refusal took no number");
}

/// Somebody who signed in and is a biller of this organisation.
fn biller(organisation: OrganisationId, now: jiff::Timestamp) -> Actor<Issue> {
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let token = Token::generate(&mut rng);
    let person = PersonId::generate(now, &mut rng);
    let record = gate::SessionRecord {
        id: SessionId::generate(now, &mut rng),
        person,
        token_hash: token.hash(token::SESSION),
        stage: Stage::Full,
        times: SessionTimes { created_at: now, last_seen_at: now, confirmed_at: Some(now) },
    };
    let gate = gate::session(&token, &record, [Role::Biller], now).unwrap();
    let membership = Membership { organisation, person, role: Role::Biller, state: MembershipState::Active };
    authorize(&gate, &membership).unwrap()
}
