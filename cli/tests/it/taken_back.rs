//! Credit notes and corrected invoices that come as files: they are linked to the invoice of ours that they name.

use std::path::PathBuf;
use std::process::Output;

use counterfoil_billing::Billing;
use counterfoil_billing::invoice_list::{InvoiceChoice, InvoicePaging};
use counterfoil_billing::invoices::{InvoiceView, ListedInvoice, Status};
use counterfoil_billing::verdict::{Effect, Judgement, Verdict};
use counterfoil_einvoice::Syntax;
use counterfoil_identity::permission::{Credit, EditDrafts, Issue, ReadBooks};
use counterfoil_identity::{Actor, Permission, authorize_operator, gate};
use counterfoil_invoice::references::PrecedingInvoice;
use counterfoil_invoice::{Content, Draft};
use jiff::civil::Date;
use tempfile::TempDir;

use crate::kept;
use crate::programs::{DRAFT, ORG, counterfoil, fresh_database, surrounding, told};

/// A data folder with an organisation, on one of the databases.
struct Books {
    _folder: TempDir,
    data: PathBuf,
    database: Option<String>,
}

impl Books {
    fn on(database: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let books = Self { data: folder.path().join("data"), _folder: folder, database };
        let output = books.run(&["init", "--org", ORG]);
        assert!(output.status.success(), "{}", told(&output));
        books
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = counterfoil(&self.data);
        if let Some(database) = &self.database {
            command.args(["--database-url", database]);
        }
        command.args(arguments).output().unwrap()
    }

    /// Issues what is written into a file. As an e-invoice it passes through the reader of strangers' files.
    fn issue(&self, content: Content, as_file: Option<Syntax>) -> Output {
        let path = self.data.with_file_name("file");
        let bytes = match as_file {
            None => serde_json::to_vec(&content).unwrap(),
            Some(syntax) => {
                let (mut document, _) = Draft(content).preview("4711", Date::constant(2026, 3, 3));
                "Northlight GmbH".clone_into(&mut document.content.seller.name);
                counterfoil_einvoice::write(&document, syntax).unwrap()
            }
        };
        std::fs::write(&path, bytes).unwrap();
        self.run(&["issue", "--org", ORG, path.to_str().unwrap()])
    }

    /// Issues it and gives the number.
    fn issued(&self, content: Content, as_file: Option<Syntax>) -> String {
        let output = self.issue(content, as_file);
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    async fn look(&self) -> Looked {
        let billing = kept::billing(&self.data, self.database.as_deref(), jiff::SignedDuration::ZERO).await;
        let organisation = billing.find_organisation(ORG).await.unwrap().unwrap();
        Looked { billing, organisation }
    }
}

/// What the books say now.
struct Looked {
    billing: Billing,
    organisation: counterfoil_identity::OrganisationId,
}

impl Looked {
    fn may<P: Permission>(&self) -> Actor<P> {
        authorize_operator(&gate::operator_command("test"), self.organisation).unwrap()
    }

    async fn listed(&self) -> Vec<ListedInvoice> {
        let (all, paging) = (InvoiceChoice::default(), InvoicePaging::default());
        self.billing.invoices(&self.may::<ReadBooks>(), &all, &paging).await.unwrap().rows
    }

    async fn invoice(&self, number: &str) -> InvoiceView {
        let row = self.listed().await.into_iter().find(|invoice| invoice.row.number == number).unwrap();
        self.billing.invoice(&self.may::<ReadBooks>(), row.row.id).await.unwrap().unwrap()
    }

    async fn judge(&self, view: &InvoiceView) -> Judgement {
        self.billing.judge_code(&view.kept.code.parse().unwrap()).await.unwrap().unwrap()
    }
}

fn draft() -> Content {
    serde_json::from_str(DRAFT).unwrap()
}

/// The draft under another type code, naming an invoice, with so many of the first item.
fn naming(type_code: &str, number: &str, quantity: &str) -> Content {
    let mut content = draft();
    type_code.clone_into(&mut content.type_code);
    content.preceding_invoices = vec![PrecedingInvoice { number: number.to_owned(), issue_date: None }];
    content.lines[0].quantity = quantity.parse().unwrap();
    content
}

fn codes(judgement: &Judgement) -> Vec<&'static str> {
    let taken_back = ["cancelled", "corrected", "credited", "partly-credited"];
    judgement.checks.iter().map(|check| check.code).filter(|code| taken_back.contains(code)).collect()
}

async fn credit_notes(database: Option<String>) {
    let books = Books::on(database);
    let whole = books.issued(draft(), None);
    let parts = books.issued(draft(), None);

    // All at once, from an e-invoice.
    let note = books.issued(naming("381", &whole, "3"), Some(Syntax::Ubl));
    // In parts, until nothing is left.
    let mut part = naming("381", &parts, "3");
    part.lines.truncate(1);
    books.issued(part, Some(Syntax::Cii));
    let looked = books.look().await;
    let view = looked.invoice(&parts).await;
    let judgement = looked.judge(&view).await;
    assert_eq!((judgement.verdict, codes(&judgement)), (Verdict::Genuine, vec!["partly-credited"]));
    assert!(view.open.minor() > 0 && view.open.minor() < view.kept.amount_due.minor());
    let refused = books.issue(naming("381", &parts, "3"), Some(Syntax::Cii));
    assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
    assert!(told(&refused).contains("of the invoice is left to credit"), "{}", told(&refused));
    let mut rest = naming("381", &parts, "3");
    rest.lines.remove(0);
    books.issued(rest, None);

    let looked = books.look().await;
    for (number, code) in [(&whole, "cancelled"), (&parts, "credited")] {
        let view = looked.invoice(number).await;
        assert_eq!((view.status, view.open.minor(), view.left_to_credit.minor()), (Status::Credited, 0, 0));
        let judgement = looked.judge(&view).await;
        assert_eq!((judgement.verdict, codes(&judgement)), (Verdict::Superseded, vec![code]), "{number}");
    }
    let view = looked.invoice(&whole).await;
    assert_eq!(
        (view.following.len(), &view.following[0].number, view.following[0].corrects),
        (1, &note, false)
    );
    assert_eq!(looked.invoice(&note).await.preceding.map(|(_, number)| number), Some(whole));
    let report = looked.billing.verify_ledger(looked.organisation, |_, _| {}).await.unwrap();
    assert_eq!(report.faults, Vec::<String>::new());
}

async fn corrected_invoices(database: Option<String>) {
    let books = Books::on(database);
    let old = books.issued(draft(), None);
    let new = books.issued(naming("384", &old, "2"), Some(Syntax::Cii));

    let looked = books.look().await;
    let view = looked.invoice(&old).await;
    // It is payable once: on the new one.
    assert_eq!((view.open.minor(), view.owed_back.minor(), view.left_to_credit.minor()), (0, 0, 0));
    assert_eq!(
        (view.following.len(), &view.following[0].number, view.following[0].corrects),
        (1, &new, true)
    );
    let judgement = looked.judge(&view).await;
    assert_eq!((judgement.verdict, codes(&judgement)), (Verdict::Superseded, vec!["corrected"]));
    let superseding = &judgement.issued.as_ref().unwrap().superseded_by[0];
    assert_eq!((&superseding.number, superseding.effect), (&new, Effect::Corrected));
    let corrected = looked.invoice(&new).await;
    assert_eq!(corrected.open, corrected.kept.amount_due);
    assert_eq!(looked.judge(&corrected).await.verdict, Verdict::Genuine);

    // What was replaced is not credited or replaced again; what stands in its place is.
    for type_code in ["381", "384"] {
        let refused = books.issue(naming(type_code, &old, "1"), Some(Syntax::Cii));
        assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
        assert!(told(&refused).contains(&format!("{old} was replaced by {new}")), "{}", told(&refused));
    }
    let refused = looked.billing.credit(&looked.may::<Credit>(), view.kept.id, None).await.unwrap_err();
    assert!(refused.to_string().contains("was replaced by"), "{refused}");
    let newest = books.issued(naming("384", &new, "1"), None);
    books.issued(naming("381", &newest, "1"), None);
    let looked = books.look().await;
    assert_eq!(looked.invoice(&newest).await.status, Status::Credited);
    assert_eq!(codes(&looked.judge(&looked.invoice(&new).await).await), ["corrected"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_note_from_a_file_takes_the_invoice_it_names_back() {
    credit_notes(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_note_from_a_file_takes_the_invoice_it_names_back_on_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    credit_notes(Some(fresh_database(&server, "taken_back"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_invoice_from_a_file_stands_in_the_place_of_the_one_it_names() {
    corrected_invoices(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_invoice_from_a_file_stands_in_the_place_of_the_one_it_names_on_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    corrected_invoices(Some(fresh_database(&server, "corrected"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_not_what_it_seems_is_said_and_settles_nothing() {
    let books = Books::on(None);
    let first = books.issued(draft(), None);
    let second = books.issued(draft(), None);
    let note = books.issued(naming("381", &first, "3"), None);
    let year = first.split('-').next().unwrap();

    // Odd: it is issued, and what the books do with it is said.
    let mut other_day = naming("381", &second, "3");
    other_day.preceding_invoices[0].issue_date = Some(Date::constant(2001, 1, 1));
    let not_credited = naming("380", &second, "3");
    let strangers = naming("381", "RE-4711", "3");
    for (content, says) in [
        (
            naming("381", &format!("{year}-9999"), "3"),
            Some(format!("no document {year}-9999 was issued here")),
        ),
        (other_day, Some(format!("{second} was issued here on "))),
        (strangers, None),
        (not_credited, None),
    ] {
        let output = books.issue(content, None);
        assert!(output.status.success(), "{}", told(&output));
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        match says {
            Some(says) => assert!(stderr.contains("CF-PRECEDING") && stderr.contains(&says), "{stderr}"),
            None => assert!(!stderr.contains("CF-PRECEDING"), "{stderr}"),
        }
    }
    // Wrong: it is refused, and no number is lost.
    let mut both = naming("381", &second, "3");
    both.preceding_invoices.extend(naming("381", &first, "3").preceding_invoices);
    for (content, says) in
        [(naming("381", &note, "3"), "is a credit note"), (both, "is a second invoice of yours")]
    {
        let refused = books.issue(content, None);
        assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
        assert!(told(&refused).contains(says), "{}", told(&refused));
    }
    let looked = books.look().await;
    let view = looked.invoice(&second).await;
    assert_eq!((view.open, view.following), (view.kept.amount_due, Vec::new()));
    let numbers = looked.listed().await.len();
    assert_eq!(numbers, 7);

    // In the editor the same is a finding, and a fatal one hinders issuing there, too.
    let drafts = looked.may::<EditDrafts>();
    let preview = looked.billing.preview(&looked.may::<ReadBooks>(), None, naming("381", &note, "3")).await;
    let rules: Vec<_> = preview.unwrap().findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["CF-PRECEDING"]);
    let draft = looked.billing.create_draft(&drafts, None, naming("381", &note, "3")).await.unwrap();
    let refused = looked.billing.issue(&looked.may::<Issue>(), draft, 1).await.unwrap_err();
    assert!(refused.to_string().contains("is a credit note"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_names_an_invoice_is_linked_when_it_is_made_and_when_it_is_issued() {
    let books = Books::on(None);
    let invoice = books.issued(draft(), None);
    let looked = books.look().await;
    let (drafts, read) = (looked.may::<EditDrafts>(), looked.may::<ReadBooks>());
    let draft = looked.billing.create_draft(&drafts, None, naming("384", &invoice, "1")).await.unwrap();
    let kept = looked.billing.find_draft(&read, draft).await.unwrap().unwrap();
    assert_eq!(kept.preceding, Some(looked.invoice(&invoice).await.kept.id));
    looked.billing.issue(&looked.may::<Issue>(), draft, 1).await.unwrap();
    assert_eq!(looked.invoice(&invoice).await.open.minor(), 0);
}
