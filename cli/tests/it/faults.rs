//! Disks that fail, and processes that die, at every call of issuing and of sending, by strace: all or nothing, no gap,
//! and each mail at most once.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use counterfoil_identity::permission::ReadBooks;
use counterfoil_identity::{authorize_operator, gate};
use counterfoil_store::outbox::MessageState;

use crate::kept;
use crate::killed::{MailBox, invoice, set_up, settle, sql};
use crate::programs::{DRAFT, ORG, counterfoil, organisation, surrounding, told};

/// Whether faults can be injected here.
pub(crate) fn has_strace() -> bool {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    let works = works.is_ok_and(|status| status.success());
    if !works {
        println!("not run: strace is not here, or may not trace");
    }
    works
}

/// A call, which of them, and what becomes of it.
struct Fault<'a> {
    call: &'static str,
    n: usize,
    what: &'static str,
    /// Only calls on these files.
    on: &'a [PathBuf],
}

impl Fault<'_> {
    fn strace(&self, log: &Path) -> Command {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o"]).arg(log);
        command.args(["-e", &format!("trace={}", self.call)]);
        command.args(["-e", &format!("inject={}:{}:when={}", self.call, self.what, self.n)]);
        for path in self.on {
            command.arg("-P").arg(path);
        }
        command
    }
}

/// Whether the call came at all.
fn was_met(log: &Path) -> bool {
    let log = String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned();
    log.contains("(INJECTED)") || log.contains("killed by SIGKILL")
}

const KILL: &str = "signal=SIGKILL";
const BROKEN: &str = "error=EIO";
const FULL: &str = "error=ENOSPC";

/// Gives how many documents there are; that they are whole and without a gap says the ledger's check.
fn documents(data: &Path, after: &str) -> usize {
    let output = counterfoil(data).args(["ledger", "verify", "--org", ORG]).output().unwrap();
    assert!(output.status.success(), "{after}: {}", told(&output));
    let report = String::from_utf8(output.stdout).unwrap();
    report.split(" documents").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

/// The files of the books that have a name of their own.
fn named_files(data: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        ["", "-wal", "-shm"].iter().map(|end| data.join(format!("counterfoil.sqlite{end}"))).collect();
    for entry in std::fs::read_dir(data.join("checkpoints")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none() {
            files.extend(["lock", "next"].map(|extension| path.with_extension(extension)));
            files.push(path);
        }
    }
    files
}

/// Every call of this name while a document is issued, one after the other, with these faults in turn.
fn at_every_call(call: &'static str, whats: &[&'static str], is_named: bool) {
    if !has_strace() {
        return;
    }
    let (folder, data, _) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    let log = folder.path().join("log");
    let files = if is_named { named_files(&data) } else { Vec::new() };
    let (mut told_so, mut met) = (0, 0);
    for (first, what) in whats.iter().enumerate() {
        for n in (first + 1..400).step_by(whats.len()) {
            let mut command = Fault { call, n, what, on: &files }.strace(&log);
            let plain = counterfoil(&data);
            command.arg(plain.get_program()).args(plain.get_args()).env_clear().env("TZ", "UTC");
            command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).current_dir(folder.path());
            let output = command.args(["issue", "--org", ORG, "draft.json"]).output().unwrap();
            told_so += usize::from(output.status.success());
            let name = format!("{call} {n} {what}");
            let panicked = String::from_utf8_lossy(&output.stderr).contains("panicked");
            assert!(!panicked, "{name}: {}", told(&output));
            let there = documents(&data, &format!("{name}: {}", told(&output)));
            // It may have failed after the commit: then the document exists and nobody was told.
            assert!(there >= told_so, "{name}: {there} documents, {told_so} were told of");
            told_so = there;
            if !was_met(&log) {
                break;
            }
            met += 1;
        }
    }
    println!("{call}: {met} faults, {told_so} documents");
    assert!(met > 0, "the calls were not met");
}

#[test]
fn faults_at_every_write_of_issuing_leave_all_or_nothing() {
    at_every_call("pwrite64", &[FULL, BROKEN], false);
}

#[test]
fn faults_kill_at_every_write_of_issuing_leave_all_or_nothing() {
    at_every_call("pwrite64", &[KILL], false);
}

#[test]
fn faults_at_every_sync_and_rename_of_issuing_leave_all_or_nothing() {
    for call in ["fsync", "rename", "flock"] {
        for what in [FULL, BROKEN] {
            at_every_call(call, &[what], false);
        }
    }
}

#[test]
fn faults_at_every_opening_and_writing_of_the_books_files_leave_all_or_nothing() {
    for what in [FULL, BROKEN, KILL] {
        at_every_call("openat", &[what], true);
        at_every_call("write", &[what], true);
    }
}

/// Strace on a running server; calls count from now on.
fn attach(fault: &Fault<'_>, server: u32, log: &Path) -> Child {
    let mut strace = fault.strace(log);
    let mut strace = strace.args(["-p", &server.to_string()]).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    // The server may have met its end at once.
    assert!(strace.try_wait().unwrap().is_none() || was_met(log), "strace does not attach");
    strace
}

/// What became of the mails, and that the books are whole.
async fn look(data: &Path, mail: &MailBox) -> usize {
    let billing = kept::billing(data, None, jiff::SignedDuration::ZERO).await;
    let org = billing.find_organisation(ORG).await.unwrap().unwrap();
    let reader = authorize_operator::<ReadBooks>(&gate::operator_command("test"), org).unwrap();
    let came = mail.texts();
    assert!(came.values().all(|texts| texts.len() == 1), "a mail came twice");
    let (mut after, mut seen, mut unknown) = (None, 0, 0);
    loop {
        let page = billing.mail_log(&reader, after).await.unwrap();
        for logged in &page.mails {
            let id = logged.message.id.to_string();
            let has_come = came.keys().any(|key| key.starts_with(&id));
            match logged.message.state {
                MessageState::Done => assert!(has_come, "the mail {id} is noted as sent"),
                MessageState::Unknown => unknown += 1,
                state => panic!("the mail {id} is {state:?}"),
            }
            seen += usize::from(has_come);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, came.len(), "every mail that came is in the log");
    println!("{seen} mails came, of {unknown} nobody knew");
    seen
}

/// Faults at calls of a server that issues and sends; it lives on, or is started again.
fn while_sending(call: &'static str, what: &'static str, calls: &[usize]) {
    let Some(python) = surrounding("COUNTERFOIL_PYTHON") else { return };
    if !has_strace() {
        return;
    }
    let mail = MailBox::start(&python, "0");
    let (site, window, customer) = set_up(None, &mail);
    let mut server = site.start();
    let log = site.folder().join("log");
    let mut met = 0;
    for n in calls {
        let mut strace = attach(&Fault { call, n: *n, what, on: &[] }, server.0.id(), &log);
        let said = Mutex::default();
        // It may be refused at any step: then the page says so, and nothing more is asked here.
        let asked =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| invoice(&window, &customer, &said)));
        drop(asked);
        let end = Instant::now() + Duration::from_secs(4);
        while Instant::now() < end && !was_met(&log) && server.0.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(Duration::from_millis(300));
        // It detaches when it ends.
        let _ = Command::new("kill").args(["-TERM", &strace.id().to_string()]).status();
        strace.wait().unwrap();
        met += usize::from(was_met(&log));
        // One that was killed may still be on its way out.
        std::thread::sleep(Duration::from_millis(500));
        if server.0.try_wait().unwrap().is_some() {
            server = site.start();
        }
    }
    site.stop(server);
    settle(&site, &python);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let came = runtime.block_on(look(&site.data, &mail));
    let there = documents(&site.data, call);
    println!("{call} {what}: {met} faults, {there} documents, {came} mails");
    assert!(met > 0 && came > 0, "{met} faults, {came} mails");
    assert_eq!(sql(&site, &python, "SELECT count(*) FROM outbox WHERE state = 'dead'"), "0");
}

#[test]
fn faults_at_writes_of_a_server_that_sends_send_nothing_twice() {
    while_sending("pwrite64", BROKEN, &[15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180]);
}

#[test]
fn faults_at_syncs_of_a_server_that_sends_send_nothing_twice() {
    while_sending("fsync", FULL, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
}
