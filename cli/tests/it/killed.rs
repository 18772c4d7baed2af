//! A server that is killed in the middle of its work, again and again: what it answered for is there, whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use counterfoil_billing::Clock;
use counterfoil_billing::documents::Format;
use counterfoil_billing::invoice_list::{InvoiceChoice, InvoicePaging};
use counterfoil_billing::verdict::Verdict;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_identity::{authorize_operator, gate};
use counterfoil_store::outbox::MessageState;

use crate::kept;
use crate::programs::{DRAFT, Ends, ORG, free_port, fresh_database, start, surrounding, told};
use crate::site::Site;
use crate::visitor::Visitor;

/// Windows that work at once, each as fast as it can.
const WINDOWS: usize = 4;
/// Commands that issue beside the server.
const COMMANDS: usize = 4;
/// How many lives a server has under load.
const LIVES: usize = 4;
/// What it issues in each, before it dies at any moment.
const ISSUES: usize = 4;
/// Within so many milliseconds after that.
const MOMENTS: u32 = 400;

/// What somebody was told is done.
#[derive(Default)]
pub(crate) struct Told {
    invoices: BTreeSet<String>,
    mails: usize,
}

/// From a customer to a mail on its way. Nothing comes if the server dies in between; `told` knows how far it came.
pub(crate) fn invoice(window: &Visitor, customer: &str, told: &Mutex<Told>) -> Option<()> {
    let home = format!("/o/{ORG}");
    let step = |page: &str, action: &str, typed: &[(&str, &str)]| -> Option<String> {
        let answer = window.submit(page, action, typed)?;
        assert_eq!(answer.status, 303, "{action}: {}", answer.body);
        Some(answer.location)
    };
    let draft = step(&format!("{home}/invoices/new"), &format!("{home}/drafts"), &[("customer", customer)])?;
    let line = [
        ("item_name", "Optical bench"),
        ("description", ""),
        ("quantity", "2"),
        ("unit", "C62"),
        ("unit_price", "1289.50"),
        ("vat", "S:19"),
        ("customer", customer),
        ("allowance_kind", "allowance"),
        ("allowance_percent", ""),
        ("allowance_amount", ""),
        ("allowance_reason", ""),
        ("allowance_vat", ""),
        ("action", "save"),
    ];
    step(&draft, &draft, &line)?;
    let invoice = step(&draft, &format!("{draft}/issuance"), &[])?;
    told.lock().unwrap().invoices.insert(invoice.rsplit('/').next().unwrap().to_owned());
    step(&invoice, &format!("{invoice}/mails"), &[("to", "accounts@example.org")])?;
    told.lock().unwrap().mails += 1;
    Some(())
}

fn issuers(site: &Site) -> Vec<Child> {
    let issuer = || {
        let mut command = site.command();
        command.args(["issue", "--org", ORG, "draft.json"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    (0..COMMANDS).map(|_| issuer()).collect()
}

/// One life: load, and death in the midst of it for the server and half of the commands. Gives how many commands said
/// that they issued.
fn live_and_die(site: &Site, window: &Visitor, customer: &str, told: &Mutex<Told>) -> usize {
    let mut server = site.start();
    let enough = told.lock().unwrap().invoices.len() + ISSUES;
    let issuers = std::thread::scope(|scope| {
        for _ in 0..WINDOWS {
            let twin = window.twin();
            scope.spawn(move || while invoice(&twin, customer, told).is_some() {});
        }
        let end = Instant::now() + Duration::from_mins(1);
        while told.lock().unwrap().invoices.len() < enough {
            assert!(Instant::now() < end, "there is no load: {}", site.said());
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut issuers = issuers(site);
        std::thread::sleep(any_moment());
        server.0.kill().unwrap();
        for issuer in issuers.iter_mut().take(COMMANDS / 2) {
            // It may have finished first: then it counts like the others.
            let _ = issuer.kill();
        }
        issuers
    });
    server.0.wait().unwrap();
    let outputs = issuers.into_iter().map(|issuer| issuer.wait_with_output().unwrap());
    outputs.map(|output| usize::from(output.status.success())).sum()
}

/// As random as the clock's last digits.
fn any_moment() -> Duration {
    let nanoseconds = Clock::System.now().subsec_nanosecond().unsigned_abs();
    Duration::from_millis(u64::from(nanoseconds / 1_000 % MOMENTS))
}

/// A mail server that keeps what it is sent, and thinks for a while before it says so.
const MAIL_SERVER: &str = "
import asyncio, signal, sys
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

class Slow(Mailbox):
    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(float(sys.argv[3]))
        return answer

Controller(Slow(sys.argv[1]), hostname='127.0.0.1', port=int(sys.argv[2])).start()
signal.pause()
";

/// What such a server keeps.
pub(crate) struct MailBox {
    _process: Ends,
    url: String,
    mails: PathBuf,
    _folder: tempfile::TempDir,
}

impl MailBox {
    pub(crate) fn start(python: &str, thinks: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mails = folder.path().join("mails");
        let port = free_port();
        let mut command = Command::new(python);
        command.args(["-c", MAIL_SERVER]).arg(&mails).args([&port.to_string(), thinks]);
        let process = start(command.stdout(Stdio::null()));
        Self { _process: process, url: format!("smtp://127.0.0.1:{port}"), mails, _folder: folder }
    }

    /// The texts that came, by Message-ID.
    pub(crate) fn texts(&self) -> BTreeMap<String, Vec<String>> {
        let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for entry in std::fs::read_dir(self.mails.join("new")).into_iter().flatten() {
            let mail = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let id = mail.lines().find_map(|line| line.strip_prefix("Message-ID: <")).expect("it has an id");
            let text = mail.replace("\r\n", "\n").split_once("\n\n").unwrap().1.to_owned();
            texts.entry(id.trim_end_matches('>').to_owned()).or_default().push(text);
        }
        texts
    }
}

/// SQL on the books by another program than ours.
pub(crate) fn sql(site: &Site, python: &str, statement: &str) -> String {
    let output = match &site.database {
        Some(url) => Command::new("psql").arg(url).args(["--tuples-only", "--no-align", "--command", statement]).output(),
        None => Command::new(python)
            .args(["-c", "import sqlite3,sys\nwith sqlite3.connect(sys.argv[1], timeout=20) as d:\n for r in d.execute(sys.argv[2]): print(r[0])"])
            .arg(site.data.join("counterfoil.sqlite"))
            .arg(statement)
            .output(),
    };
    let output = output.unwrap();
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Everything queued leaves, but for what may have arrived already. What a dead server had leased is free again after
/// five minutes, which are over now.
pub(crate) fn settle(site: &Site, python: &str) {
    sql(site, python, "UPDATE outbox SET lease_until = 0, next_attempt_at = 0 WHERE done_at IS NULL");
    let server = site.start();
    let end = Instant::now() + Duration::from_mins(1);
    while sql(site, python, "SELECT count(*) FROM outbox WHERE state = 'waiting'") != "0" {
        assert!(Instant::now() < end, "the outbox does not empty: {}", site.said());
        std::thread::sleep(Duration::from_millis(200));
    }
    site.stop(server);
}

/// A server with an organisation and a customer; it does not run.
pub(crate) fn set_up(database: Option<&str>, mail: &MailBox) -> (Site, Visitor, String) {
    let site = Site::new(database, &["--smtp-url", &mail.url, "--mail-from", "billing@example.com"]);
    std::fs::write(site.folder().join("draft.json"), DRAFT).unwrap();
    let server = site.start();
    let window = Visitor::of(&site.url);
    let particulars = [
        ("name", "Northlight Instruments GmbH"),
        ("city", "Berlin"),
        ("country", "DE"),
        ("vat_identifier", "DE123456789"),
        ("iban", "DE02120300000000202051"),
    ];
    window.set_up(&site.setup_link(), "Robin Example", "robin@example.com", ORG, &particulars);
    let home = format!("/o/{ORG}");
    let customer = [("name", "Beispiel Handels GmbH"), ("city", "K\u{f6}ln"), ("country", "DE")];
    window.lead(&format!("{home}/customers/new"), &format!("{home}/customers"), &customer, &home);
    let list = window.get(&format!("{home}/customers")).unwrap().body;
    let (_, customer) =
        list.split_once(&format!("href=\"{home}/customers/0")).expect("the customer is listed");
    let customer = format!("0{}", customer.split('"').next().unwrap());
    site.stop(server);
    (site, window, customer)
}

fn killed_again_and_again(database: Option<&str>) {
    let Some(python) = surrounding("COUNTERFOIL_PYTHON") else { return };
    let mail = MailBox::start(&python, "0.2");
    let (site, window, customer) = set_up(database, &mail);
    let said = Mutex::new(Told::default());
    let mut by_command = 0;
    for _ in 0..LIVES {
        by_command += live_and_die(&site, &window, &customer, &said);
    }
    settle(&site, &python);

    let verified = site.command().args(["ledger", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", told(&verified));
    let said = said.into_inner().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(look(&site, &said, by_command, &mail.texts()));
}

/// The books against what people were told.
async fn look(site: &Site, said: &Told, by_command: usize, mails: &BTreeMap<String, Vec<String>>) {
    let billing = kept::billing(&site.data, site.database.as_deref(), jiff::SignedDuration::ZERO).await;
    let org = billing.find_organisation(ORG).await.unwrap().unwrap();
    let reader = authorize_operator::<ReadBooks>(&gate::operator_command("test"), org).unwrap();
    let mut invoices = Vec::new();
    let all = InvoiceChoice::default();
    let mut paging = InvoicePaging::default();
    loop {
        let page = billing.invoices(&reader, &all, &paging).await.unwrap();
        invoices.extend(page.rows.into_iter().map(|invoice| invoice.row.id));
        paging.cursor = page.next;
        if paging.cursor.is_none() {
            break;
        }
    }
    for told in &said.invoices {
        assert!(invoices.iter().any(|id| id.to_string() == *told), "{told} was issued and is gone");
    }
    assert!(invoices.len() >= said.invoices.len() + by_command, "{} documents", invoices.len());
    let drafts = billing.drafts(&reader, &all, None, 50).await.unwrap().rows;
    assert!(drafts.iter().all(|draft| !invoices.contains(&draft.id)), "a draft is kept and issued");
    let (mut numbers, mut queued, mut sent, mut unknown) = (Vec::new(), 0, 0, 0);
    for id in &invoices {
        let view = billing.invoice(&reader, *id).await.unwrap().unwrap();
        numbers.push(view.kept.issued.number().sequence);
        let pdf = billing.document(&reader, *id, Format::Pdf).await.unwrap().bytes;
        assert!(pdf.starts_with(b"%PDF-"), "{id} has its PDF");
        for message in &view.mails {
            let texts = mails.iter().find(|(key, _)| key.starts_with(&message.id.to_string()));
            let times = texts.map_or(0, |(_, texts)| texts.len());
            match message.state {
                MessageState::Done => assert_eq!(times, 1, "the mail {} is noted as sent", message.id),
                MessageState::Unknown => {
                    assert!(times <= 1, "the mail {} came {times} times", message.id);
                    unknown += 1;
                }
                state => panic!("the mail {} is {state:?}", message.id),
            }
            sent += times;
            queued += 1;
        }
    }
    assert_eq!(mails.len(), sent, "each mail has an id of its own, and came once");
    assert!(queued >= said.mails, "{queued} mails of {}", said.mails);
    numbers.sort_unstable();
    let last = i64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, (1..=last).collect::<Vec<i64>>(), "no gap and no number twice");
    let first = billing.document(&reader, invoices[0], Format::Pdf).await.unwrap().bytes;
    assert_eq!(billing.judge_file(&first, None).await.unwrap().verdict, Verdict::Genuine);
    println!("{last} documents, {queued} mails, {sent} came, of {unknown} nobody knew");
}

#[test]
fn a_server_killed_in_the_middle_loses_nothing_on_the_embedded_database() {
    killed_again_and_again(None);
}

#[test]
fn a_server_killed_in_the_middle_loses_nothing_on_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    let url = fresh_database(&server, "killed");
    killed_again_and_again(Some(&url));
}

#[test]
fn a_mail_that_was_taken_by_a_server_killed_before_it_knew_comes_again_only_if_somebody_says_so() {
    let Some(python) = surrounding("COUNTERFOIL_PYTHON") else { return };
    let mail = MailBox::start(&python, "3");
    let (site, window, customer) = set_up(None, &mail);
    let mut server = site.start();
    invoice(&window, &customer, &Mutex::default()).unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    while mail.texts().is_empty() {
        assert!(Instant::now() < end, "no mail came: {}", site.said());
        std::thread::sleep(Duration::from_millis(20));
    }
    server.0.kill().unwrap();
    server.0.wait().unwrap();
    let state = || sql(&site, &python, "SELECT state FROM outbox WHERE kind = 'mail'");
    assert_eq!(state(), "unknown");
    settle(&site, &python);
    assert_eq!((state().as_str(), mail.texts().into_values().next().unwrap().len()), ("unknown", 1));

    let server = site.start();
    let log = format!("/o/{ORG}/mail");
    let page = window.get(&log).unwrap().body;
    assert!(page.contains("May have arrived") && page.contains("accounts@example.org"), "{page}");
    let (_, rest) = page.split_once(&format!("action=\"{log}/")).unwrap();
    let id = rest.split('/').next().unwrap();
    let answer = window.submit(&log, &format!("{log}/{id}/attempts"), &[]).unwrap();
    assert_eq!((answer.status, answer.location), (303, log));
    let end = Instant::now() + Duration::from_secs(30);
    while state() != "done" {
        assert!(Instant::now() < end, "it is not sent again: {}", site.said());
        std::thread::sleep(Duration::from_millis(100));
    }
    site.stop(server);
    let texts = mail.texts().into_values().collect::<Vec<_>>();
    assert_eq!(texts.len(), 1, "one Message-ID");
    assert_eq!(texts[0].len(), 2, "two times");
    assert_eq!(texts[0][0], texts[0][1]);
}
