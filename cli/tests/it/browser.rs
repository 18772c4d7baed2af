//! The whole path in a real browser: setup, invoice, issue, mail, portal, verify, and a tampered copy is caught.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;

use crate::programs::{Ends, free_port, fresh_database, start, surrounding};
use crate::server::Server;

const PASSWORD: &str = "nine quiet otters paint the harbour";
const WAIT: Duration = Duration::from_secs(20);

struct Browser {
    client: Client,
    _driver: Ends,
    _profile: TempDir,
    pictures: PathBuf,
}

impl Browser {
    async fn start(name: &str, arguments: &[&str]) -> Option<Self> {
        let (Some(chromium), Some(driver)) =
            (surrounding("COUNTERFOIL_CHROMIUM"), surrounding("COUNTERFOIL_CHROMEDRIVER"))
        else {
            return None;
        };
        let port = free_port();
        let driver = start(
            Command::new(driver).arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()),
        );
        let profile = tempfile::tempdir().unwrap();
        let mut all: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
        ]
        .iter()
        .chain(arguments)
        .map(ToString::to_string)
        .collect();
        all.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({
            "acceptInsecureCerts": true,
            "goog:chromeOptions": { "binary": chromium, "args": all },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().unwrap().clone());
        let end = Instant::now() + WAIT;
        let client = loop {
            match builder.connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(client) => break client,
                Err(error) if Instant::now() > end => panic!("the browser did not start: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        };
        let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages").join(name);
        std::fs::create_dir_all(&pictures).unwrap();
        Some(Self { client, _driver: driver, _profile: profile, pictures })
    }

    async fn go(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Types into a field. The page may just be changing: then the field is looked for again.
    async fn fill(&self, selector: &str, text: &str) {
        self.until(selector, async || {
            let field = self.client.find(Locator::Css(selector)).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// Tries until it works, or the time is over.
    async fn until<T>(&self, what: &str, attempt: impl AsyncFn() -> Result<T, CmdError>) -> T {
        let end = Instant::now() + WAIT;
        loop {
            match attempt().await {
                Ok(done) => return done,
                Err(error) if Instant::now() > end => panic!("{what}: {error}\n{}", self.text().await),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn choose(&self, selector: &str, value: &str) {
        self.until(selector, async || {
            self.client.find(Locator::Css(selector)).await?.select_by_value(value).await
        })
        .await;
    }

    /// Presses a button or link by what it says.
    async fn press(&self, says: &str) {
        let path = format!(
            "//*[self::button or self::a][not(@aria-hidden)][contains(normalize-space(.), '{says}')]"
        );
        self.until(says, async || self.client.find(Locator::XPath(&path)).await?.click().await).await;
    }

    /// Presses the one button that the page is about.
    async fn submit(&self) {
        let button = Locator::Css("main form button.button-primary");
        self.until("the main button", async || self.client.find(button).await?.click().await).await;
    }

    async fn text(&self) -> String {
        let read = async || self.client.find(Locator::Css("body")).await?.text().await;
        // Between two pages there is no text.
        read().await.unwrap_or_default()
    }

    /// Waits until the page says something.
    async fn sees(&self, says: &str) {
        let end = Instant::now() + WAIT;
        loop {
            let text = self.text().await;
            if text.contains(says) {
                return;
            }
            assert!(Instant::now() < end, "the page does not say {says:?}:\n{text}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn picture(&self, name: &str) {
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(self.pictures.join(format!("{name}.png")), png).unwrap();
    }

    /// A file of the site, read by the page itself, with its cookies.
    async fn download(&self, path: &str) -> Vec<u8> {
        let script = "const [path, done] = arguments;
            fetch(path).then((r) => r.arrayBuffer()).then((b) => done(Array.from(new Uint8Array(b))));";
        let bytes = self.client.execute_async(script, vec![json!(path)]).await.unwrap();
        serde_json::from_value(bytes).unwrap()
    }
}

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

fn code(secret: &str) -> String {
    let secret: String = secret.chars().filter(char::is_ascii_alphanumeric).collect();
    let bytes: [u8; 20] = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap().try_into().unwrap();
    let totp =
        totp_rs::Builder::new().with_secret(bytes).with_step_duration(30).with_skew(0).build_noncompliant();
    let now = std::fs::metadata("/proc/self").unwrap().modified().unwrap();
    let second = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    totp.generate(second).to_string()
}

async fn set_up(browser: &Browser, server: &Server) {
    browser.go(&server.setup_link()).await;
    browser.picture("01-setup").await;
    browser.fill("[name=name]", "Robin Example").await;
    browser.fill("[name=email]", "robin@example.com").await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.submit().await;
    browser.sees("second factor").await;
    browser.picture("02-second-factor").await;
    let secret = browser.client.find(Locator::Css("#totp-secret")).await.unwrap();
    let secret = secret.prop("textContent").await.unwrap().unwrap();
    browser.fill("[name=code]", &code(&secret)).await;
    browser.press("Confirm the second factor").await;
    browser.sees("recovery codes").await;
    browser.picture("03-recovery-codes").await;
    browser.press("I have kept them").await;
    browser.fill("[name=name]", "Northlight Instruments GmbH").await;
    browser.fill("[name=slug]", "northlight").await;
    browser.fill("[name=line_1]", "Musterstraße 1").await;
    browser.fill("[name=post_code]", "10115").await;
    browser.fill("[name=city]", "Berlin").await;
    browser.choose("[name=country]", "DE").await;
    browser.fill("[name=vat_identifier]", "DE123456789").await;
    browser.fill("[name=iban]", "DE02 1203 0000 0000 2020 51").await;
    browser.picture("04-organisation").await;
    browser.submit().await;
    browser
        .client
        .wait()
        .at_most(WAIT)
        .for_element(Locator::Css("a[href='/o/northlight/invoices']"))
        .await
        .unwrap();
    browser.picture("05-dashboard-empty").await;
}

async fn write_and_issue(browser: &Browser, server: &Server) {
    browser.go(&format!("{}/o/northlight/customers/new", server.url)).await;
    browser.fill("[name=name]", "Beispiel Handels GmbH").await;
    browser.fill("[name=email]", "accounts@example.org").await;
    browser.fill("[name=city]", "Köln").await;
    browser.choose("[name=country]", "DE").await;
    browser.picture("06-customer").await;
    browser.submit().await;
    browser.sees("Beispiel Handels GmbH").await;
    browser.go(&format!("{}/o/northlight/invoices/new", server.url)).await;
    browser.picture("07-new-invoice").await;
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
    browser.picture("08-editor").await;
    browser.press("Issue invoice").await;
    browser.sees("open, due on").await;
    browser.sees("-0001").await;
    browser.picture("09-invoice").await;
}

/// The journey on one database.
async fn journey(name: &str, settings: &[(&str, &str)]) {
    let (Some(browser), Some(mail)) = (Browser::start(name, &[]).await, MailServer::start()) else { return };
    let mut all = vec![("--smtp-url", mail.url.as_str()), ("--mail-from", "billing@example.com")];
    all.extend(settings);
    let server = Server::start(&all);
    set_up(&browser, &server).await;
    write_and_issue(&browser, &server).await;
    browser.press("Send the link").await;
    let text = tokio::task::spawn_blocking(move || mail.receive()).await.unwrap();
    assert!(!text.contains("2,904"), "the mail holds no amounts");
    let link = text.lines().find(|line| line.contains("/portal#")).unwrap().trim().to_owned();

    let buyer = Browser::start(&format!("{name}-buyer"), &["--window-size=390,844"]).await.unwrap();
    buyer.go(&link).await;
    buyer.picture("10-portal-closed").await;
    buyer.press("Open the document").await;
    buyer.sees("Genuine").await;
    buyer.sees("2,904.47").await;
    buyer.picture("11-portal").await;
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
        let field = buyer.client.find(Locator::Css("input[type=file][name=file]")).await.unwrap();
        field.send_keys(&path.to_string_lossy()).await.unwrap();
        buyer.press("Check the file itself").await;
        buyer.sees(says).await;
        buyer.picture(&format!("12-verdict-{file}")).await;
    }
    browser.go(&format!("{}/o/northlight/invoices", server.url)).await;
    browser.sees("Beispiel Handels GmbH").await;
    browser.picture("13-invoices").await;
    for (page, number) in [("organisation", 14), ("ledger", 15), ("customers", 16), ("", 17)] {
        browser.go(format!("{}/o/northlight/{page}", server.url).trim_end_matches('/')).await;
        browser.sees("Robin Example").await;
        browser.picture(&format!("{number}-{}", if page.is_empty() { "dashboard" } else { page })).await;
    }
    browser.client.close().await.unwrap();
    buyer.client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_walks_the_whole_path_on_the_embedded_database() {
    journey("sqlite", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_walks_the_whole_path_on_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    let url = fresh_database(&server, "journey");
    journey("postgres", &[("--database-url", &url)]).await;
}
