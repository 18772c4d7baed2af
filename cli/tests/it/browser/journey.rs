//! The whole path in a real browser: setup, invoice, issue, mail, portal, verify, and a tampered copy is caught.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::Locator;
use tempfile::TempDir;

use super::driver::{Browser, WAIT};
use crate::programs::{Ends, free_port, fresh_database, start, surrounding};
use crate::server::Server;
use crate::visitor::totp_code;

const PASSWORD: &str = "nine quiet otters paint the harbour";

/// A real mail server that keeps what it is sent.
struct MailServer {
    _process: Ends,
    url: String,
    mails: PathBuf,
    _folder: TempDir,
}

impl MailServer {
    fn start() -> Option<Self> {
        let python = surrounding("COUNTERFOIL_PYTHON")?;
        let folder = tempfile::tempdir().unwrap();
        let mails = folder.path().join("mails");
        let port = free_port();
        let process = start(
            Command::new(python)
                .args(["-m", "aiosmtpd", "--nosetuid", "--listen", &format!("127.0.0.1:{port}")])
                .args(["--class", "aiosmtpd.handlers.Mailbox"])
                .arg(&mails)
                .stdout(Stdio::null()),
        );
        Some(Self { _process: process, url: format!("smtp://127.0.0.1:{port}"), mails, _folder: folder })
    }

    /// The text of the one mail that arrives.
    fn receive(&self) -> String {
        let end = Instant::now() + WAIT;
        loop {
            let mails: Vec<PathBuf> = std::fs::read_dir(self.mails.join("new"))
                .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
                .unwrap_or_default();
            if let [mail] = mails.as_slice() {
                let text = std::fs::read_to_string(mail).unwrap();
                if text.contains("/portal#") {
                    return text;
                }
            }
            assert!(Instant::now() < end, "no mail came");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The first page of the setup, whose link is open: who owns this server.
pub(super) async fn name_owner(browser: &Browser) {
    browser.fill("[name=name]", "Robin Example").await;
    browser.fill("[name=email]", "robin@example.com").await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.submit().await;
    browser.sees("second factor").await;
}

/// The second page: the authenticator app.
pub(super) async fn confirm_second_factor(browser: &Browser) {
    let secret = browser.client.find(Locator::Css("#totp-secret")).await.unwrap();
    let secret = secret.prop("textContent").await.unwrap().unwrap();
    browser.fill("[name=code]", &totp_code(&secret)).await;
    browser.press("Confirm the second factor").await;
    browser.sees("recovery codes").await;
}

/// The last page: who invoices.
pub(super) async fn describe_organisation(browser: &Browser) {
    browser.fill("[name=name]", "Northlight Instruments GmbH").await;
    browser.fill("[name=slug]", "northlight").await;
    browser.fill("[name=line_1]", "Musterstraße 1").await;
    browser.fill("[name=post_code]", "10115").await;
    browser.fill("[name=city]", "Berlin").await;
    browser.choose("[name=country]", "DE").await;
    browser.fill("[name=vat_identifier]", "DE123456789").await;
    browser.fill("[name=iban]", "DE02 1203 0000 0000 2020 51").await;
    browser.submit().await;
    browser
        .client
        .wait()
        .at_most(WAIT)
        .for_element(Locator::Css("a[href='/o/northlight/invoices']"))
        .await
        .unwrap();
}

async fn set_up(browser: &Browser, server: &Server) {
    browser.go(&server.setup_link()).await;
    name_owner(browser).await;
    confirm_second_factor(browser).await;
    browser.press("I have kept them").await;
    describe_organisation(browser).await;
}

async fn write_and_issue(browser: &Browser, server: &Server) {
    browser.go(&format!("{}/o/northlight/customers/new", server.url)).await;
    browser.fill("[name=name]", "Beispiel Handels GmbH").await;
    browser.fill("[name=email]", "accounts@example.org").await;
    browser.fill("[name=city]", "Köln").await;
    browser.choose("[name=country]", "DE").await;
    browser.submit().await;
    browser.sees("Beispiel Handels GmbH").await;
    browser.go(&format!("{}/o/northlight/invoices/new", server.url)).await;
    browser.submit().await;
    browser.fill("[name=item_name]", "Optical bench").await;
    browser.fill("[name=quantity]", "2").await;
    browser.fill("[name=unit_price]", "1289,50").await;
    browser.choose("[name=vat]", "S:19").await;
    browser.press("Add a line").await;
    let second = "(//*[@name='FIELD'])[2]";
    for (field, text) in [("item_name", "Handbook"), ("quantity", "3"), ("unit_price", "49.90")] {
        let path = second.replace("FIELD", field);
        browser
            .until(&path, async || {
                let field = browser.client.find(Locator::XPath(&path)).await?;
                field.clear().await?;
                field.send_keys(text).await
            })
            .await;
    }
    let vat = browser.client.find(Locator::XPath(&second.replace("FIELD", "vat"))).await.unwrap();
    vat.select_by_value("S:7").await.unwrap();
    browser.fill("[name=allowance_percent]", "10").await;
    browser.fill("[name=allowance_reason]", "Loyalty").await;
    browser.choose("[name=allowance_vat]", "S:19").await;
    browser.press("Save").await;
    // 2 × 1,289.50 = 2,579.00 and 3 × 49.90 = 149.70; 10 % of 2,728.70 off the first rate is 272.87:
    // 19 % of 2,306.13 is 438.16, 7 % of 149.70 is 10.48; in all 2,904.47.
    browser.sees("2,904.47").await;
    browser.press("Issue invoice").await;
    browser.sees("open, due on").await;
    browser.sees("-0001").await;
}

/// The journey on one database.
async fn journey(settings: &[(&str, &str)]) {
    let (Some(browser), Some(mail)) = (Browser::start(&[]).await, MailServer::start()) else { return };
    let mut all = vec![("--smtp-url", mail.url.as_str()), ("--mail-from", "billing@example.com")];
    all.extend(settings);
    let server = Server::start(&all);
    set_up(&browser, &server).await;
    write_and_issue(&browser, &server).await;
    browser.press("Send the link").await;
    let text = tokio::task::spawn_blocking(move || mail.receive()).await.unwrap();
    assert!(!text.contains("2,904"), "the mail holds no amounts");
    let link = text.lines().find(|line| line.contains("/portal#")).unwrap().trim().to_owned();

    let buyer = Browser::start(&["--window-size=390,844"]).await.unwrap();
    buyer.go(&link).await;
    buyer.press("Open the document").await;
    buyer.sees("Genuine").await;
    buyer.sees("2,904.47").await;
    let pdf = buyer.download("/portal/files/pdf").await;
    assert!(pdf.starts_with(b"%PDF-"), "a PDF of {} bytes", pdf.len());

    let folder = tempfile::tempdir().unwrap();
    for (file, change, says) in [("genuine.pdf", false, "Genuine"), ("tampered.pdf", true, "do not pay")] {
        let mut bytes = pdf.clone();
        if change {
            let at = bytes.len() / 3;
            bytes[at] ^= 1;
        }
        let path = folder.path().join(file);
        std::fs::write(&path, bytes).unwrap();
        buyer.go(&format!("{}/verify", server.url)).await;
        buyer.choose_file("input[type=file][name=file]", &path).await;
        buyer.press("Check the file itself").await;
        buyer.sees(says).await;
    }
    browser.go(&format!("{}/o/northlight/invoices", server.url)).await;
    browser.sees("Beispiel Handels GmbH").await;
    browser.client.close().await.unwrap();
    buyer.client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_walks_the_whole_path_on_the_embedded_database() {
    journey(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_walks_the_whole_path_on_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    let url = fresh_database(&server, "journey");
    journey(&[("--database-url", &url)]).await;
}
