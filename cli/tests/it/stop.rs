//! A mail server that takes the connection and says nothing does not hold up the end, and no mail is lost or doubled.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use counterfoil_billing::{Billing, Clock};
use counterfoil_identity::permission::{EditDrafts, Issue, ReadBooks, ShareDocument};
use counterfoil_identity::{OrganisationId, authorize_operator, gate};
use counterfoil_store::Store;
use counterfoil_store::outbox::MessageState;
use uuid::Uuid;

use crate::kept;
use crate::programs::{DRAFT, ORG, organisation};
use crate::server::Server;

/// The books of a data folder, opened beside the binary.
async fn books(data: &Path) -> (Store, Billing, OrganisationId) {
    let store = kept::store(data, None, &Clock::System).await;
    let billing = Billing::start(kept::parts(store.clone(), Clock::System)).await.unwrap();
    let organisation = billing.find_organisation(ORG).await.unwrap().unwrap();
    (store, billing, organisation)
}

/// Issues a document and queues a mail for it.
async fn queue_a_mail(data: &Path) -> Uuid {
    let (store, billing, org) = books(data).await;
    let gate = gate::operator_command("test");
    let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
    let draft = billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
    let issue = authorize_operator::<Issue>(&gate, org).unwrap();
    let invoice = billing.issue(&issue, draft, 1).await.unwrap().id;
    let share = authorize_operator::<ShareDocument>(&gate, org).unwrap();
    billing.send(&share, invoice, "buyer@example.com").await.unwrap();
    store.close().await;
    invoice
}

async fn state_of_the_mail(data: &Path, invoice: Uuid) -> (MessageState, i64) {
    let (store, billing, org) = books(data).await;
    let reader = authorize_operator::<ReadBooks>(&gate::operator_command("test"), org).unwrap();
    let view = billing.invoice(&reader, invoice).await.unwrap().unwrap();
    store.close().await;
    let [mail] = view.mails.as_slice() else { panic!("one mail, not {}", view.mails.len()) };
    (mail.state, mail.attempts)
}

/// A port where somebody listens: each connection goes to `serve`, and word of it comes back.
fn listen(serve: impl Fn(TcpStream) -> String + Send + 'static) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (sender, heard) = channel();
    std::thread::spawn(move || {
        while let Ok((connection, _)) = listener.accept() {
            if sender.send(serve(connection)).is_err() {
                break;
            }
        }
    });
    (url, heard)
}

/// Takes the connection and never says a word, like a mail server whose disk hangs.
fn silent(connection: TcpStream) -> String {
    // It must stay open after this returns.
    std::mem::forget(connection);
    "connected".to_owned()
}

/// Just enough of RFC 5321 to take a mail. Gives the mail.
fn takes_mail(mut connection: TcpStream) -> String {
    let mut lines = BufReader::new(connection.try_clone().unwrap()).lines().map_while(Result::ok);
    let mut say = |text: &str| connection.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    say("220 mail.example.com");
    let mut mail = String::new();
    while let Some(line) = lines.next() {
        match line.split(' ').next().unwrap_or_default() {
            "DATA" => {
                say("354 go on");
                for line in lines.by_ref().take_while(|line| line != ".") {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                say("250 taken");
            }
            "QUIT" => {
                say("221 bye");
                break;
            }
            _ => say("250 fine"),
        }
        if !mail.is_empty() {
            break;
        }
    }
    mail
}

fn terminate(mut server: Server) -> Duration {
    let began = Instant::now();
    let id = server.process.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    server.wait_for("Stopped.");
    assert!(server.process.0.wait().unwrap().success());
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_hangs_does_not_hold_up_the_end_and_the_mail_leaves_once_later() {
    let (_folder, data, _) = organisation();
    let invoice = queue_a_mail(&data).await;

    let (url, connected) = listen(silent);
    let settings =
        |url: &str| [("--smtp-url", url.to_owned()), ("--mail-from", "billing@example.com".to_owned())];
    let start = |url: &str| {
        let settings = settings(url);
        let borrowed: Vec<_> = settings.iter().map(|(flag, value)| (*flag, value.as_str())).collect();
        Server::on(data.clone(), &borrowed)
    };
    let server = start(&url);
    connected.recv_timeout(Duration::from_secs(30)).expect("the server connects to the mail server");
    let took = terminate(server);
    assert!(took < Duration::from_secs(10), "it took {took:?}");
    assert_eq!(state_of_the_mail(&data, invoice).await, (MessageState::Waiting, 0));

    let (url, mails) = listen(takes_mail);
    let server = start(&url);
    let mail = mails.recv_timeout(Duration::from_secs(30)).expect("the mail leaves at the next start");
    assert!(mail.contains("/portal#") || mail.contains("/portal=23"), "{mail}");
    // Two more rounds of the outbox: nothing else leaves.
    assert_eq!(mails.recv_timeout(Duration::from_secs(5)), Err(RecvTimeoutError::Timeout));
    terminate(server);
    assert_eq!(state_of_the_mail(&data, invoice).await, (MessageState::Done, 1));
}
