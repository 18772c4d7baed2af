//! Chromium, by WebDriver, and by the `DevTools` protocol where that shows more.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs::{Ends, free_port, start, surrounding};

pub(super) const WAIT: Duration = Duration::from_secs(20);

/// A window of its own, with a profile that is thrown away.
pub(super) struct Browser {
    pub(super) client: Client,
    _driver: Ends,
    _profile: TempDir,
}

impl Browser {
    pub(super) async fn start(arguments: &[&str]) -> Option<Self> {
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
            "--lang=en-US",
            "--accept-lang=en-US,en",
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
            "goog:loggingPrefs": { "browser": "ALL" },
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
        let browser = Self { client, _driver: driver, _profile: profile };
        // A window without a screen has no focus of its own.
        browser.devtools("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        Some(browser)
    }

    /// The language that the browser asks for from now on.
    pub(super) async fn accept_language(&self, language: &str) {
        self.devtools("Network.enable", json!({})).await;
        let headers = json!({ "headers": { "Accept-Language": language } });
        self.devtools("Network.setExtraHTTPHeaders", headers).await;
    }

    pub(super) async fn go(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Types into a field. The page may just be changing: then the field is looked for again.
    pub(super) async fn fill(&self, selector: &str, text: &str) {
        self.until(selector, async || {
            let field = self.client.find(Locator::Css(selector)).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// Tries until it works, or the time is over.
    pub(super) async fn until<T>(&self, what: &str, attempt: impl AsyncFn() -> Result<T, CmdError>) -> T {
        let end = Instant::now() + WAIT;
        loop {
            match attempt().await {
                Ok(done) => return done,
                Err(error) if Instant::now() > end => panic!("{what}: {error}\n{}", self.text().await),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    pub(super) async fn choose(&self, selector: &str, value: &str) {
        self.until(selector, async || {
            self.client.find(Locator::Css(selector)).await?.select_by_value(value).await
        })
        .await;
    }

    /// Presses a button or link by what it says.
    pub(super) async fn press(&self, says: &str) {
        let path = format!(
            "//*[self::button or self::a][not(@aria-hidden)][contains(normalize-space(.), '{says}')]"
        );
        self.until(says, async || self.client.find(Locator::XPath(&path)).await?.click().await).await;
    }

    /// Unfolds what is under this title.
    pub(super) async fn unfold(&self, says: &str) {
        let path = format!("//summary[contains(normalize-space(.), '{says}')]");
        self.until(says, async || self.client.find(Locator::XPath(&path)).await?.click().await).await;
    }

    /// Presses the one button that the page is about.
    pub(super) async fn submit(&self) {
        let button = Locator::Css("main form button.button-primary");
        self.until("the main button", async || self.client.find(button).await?.click().await).await;
    }

    pub(super) async fn text(&self) -> String {
        let read = async || self.client.find(Locator::Css("body")).await?.text().await;
        // Between two pages there is no text.
        read().await.unwrap_or_default()
    }

    /// Waits until the page says something.
    pub(super) async fn sees(&self, says: &str) {
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

    /// A file of the site, read by the page itself, with its cookies.
    pub(super) async fn download(&self, path: &str) -> Vec<u8> {
        let script = "const [path, done] = arguments;
            fetch(path).then((r) => r.arrayBuffer()).then((b) => done(Array.from(new Uint8Array(b))));";
        let bytes = self.client.execute_async(script, vec![json!(path)]).await.unwrap();
        serde_json::from_value(bytes).unwrap()
    }

    /// Puts a file into a field, as the file dialog does.
    pub(super) async fn choose_file(&self, selector: &str, path: &Path) {
        let field = self.client.find(Locator::Css(selector)).await.unwrap();
        field.send_keys(&path.to_string_lossy()).await.unwrap();
    }

    /// A command of the `DevTools` protocol.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        let answer = self.client.issue_cmd(Own { name: "goog/cdp/execute", body }).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// What a script says about the page. It runs beside the page's policy, which is as strict as ever for the page.
    pub(super) async fn evaluate(&self, script: &str) -> Value {
        let parameters = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.devtools("Runtime.evaluate", parameters).await;
        let exception = &answer["exceptionDetails"];
        assert!(exception.is_null(), "{exception:#}");
        answer["result"]["value"].take()
    }

    /// Errors and warnings on the browser's console since it was last asked: scripts that failed, files that were
    /// missing, and everything the content security policy refused.
    pub(super) async fn console(&self) -> Vec<String> {
        let body = json!({ "type": "browser" });
        let entries = self.client.issue_cmd(Own { name: "se/log", body }).await.unwrap();
        let entries = entries.as_array().unwrap().iter();
        let grave = entries.filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        grave.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }
}

/// A command of chromedriver's own.
#[derive(Debug)]
struct Own {
    name: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.name))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
