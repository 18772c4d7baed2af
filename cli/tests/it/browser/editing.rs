//! The editor as somebody uses it all day: it saves itself, takes rows from a spreadsheet, says when two edit the same draft,
//! and keeps what was typed when the network or the session is gone.

use std::time::Duration;

use counterfoil_billing::Clock;
use fantoccini::Locator;
use serde_json::json;

use super::driver::Browser;
use crate::server::Server;
use crate::visitor::totp_code;

impl Browser {
    /// Pastes into the field with this label number, as a spreadsheet fills the clipboard.
    async fn paste(&self, selector: &str, text: &str) {
        let script = format!(
            "(() => {{
              const data = new DataTransfer();
              data.setData('text/plain', {});
              const field = document.querySelector({});
              field.focus();
              field.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }}));
            }})()",
            json!(text),
            json!(selector)
        );
        self.evaluate(&script).await;
    }

    /// What stands in all fields of this name.
    async fn column(&self, name: &str) -> Vec<String> {
        let script = format!("[...document.querySelectorAll('[name={name}]')].map((field) => field.value)");
        serde_json::from_value(self.evaluate(&script).await).unwrap()
    }

    /// A key with Alt (1) or Control (2) held.
    async fn chord(&self, key: &str, modifiers: u8) {
        let code = match key {
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            letter => letter.to_uppercase().bytes().next().map_or(0, u32::from),
        };
        for kind in ["rawKeyDown", "keyUp"] {
            let event =
                json!({ "type": kind, "key": key, "modifiers": modifiers, "windowsVirtualKeyCode": code });
            self.devtools("Input.dispatchKeyEvent", event).await;
        }
    }

    async fn offline(&self, is_offline: bool) {
        self.devtools("Network.enable", json!({})).await;
        let conditions =
            json!({ "offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }
}

/// A draft of the demonstration, open.
async fn open_draft(browser: &Browser, server: &Server) -> String {
    browser.go(&format!("{}/o/example/invoices/new", server.url)).await;
    browser.evaluate("document.querySelector('[name=customer]').selectedIndex = 1").await;
    browser.submit().await;
    browser.sees("Issue it").await;
    browser.client.current_url().await.unwrap().to_string()
}

async fn sign_in(browser: &Browser, server: &Server) {
    let kept = std::fs::read(server.data.join("demo-sign-in.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_slice(&kept).unwrap();
    browser.go(&format!("{}/sign-in", server.url)).await;
    browser.fill("[name=email]", "owner@example.com").await;
    browser.fill("[name=password]", kept["password"].as_str().unwrap()).await;
    browser.submit().await;
    browser.sees("One more step").await;
    browser.fill("[name=code]", &totp_code(kept["totp_secret"].as_str().unwrap())).await;
    browser.submit().await;
    browser.sees("Dashboard").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_saves_a_draft_by_itself_and_takes_rows_of_a_spreadsheet() {
    let Some(browser) = Browser::start(&[]).await else { return };
    let server = Server::demo();
    sign_in(&browser, &server).await;
    let address = open_draft(&browser, &server).await;

    let rows =
        "Optical bench\t2\thour\t1,289.50 €\t19%\r\n\"Handbook\nsecond edition\"\t3\tC62\t49.90\t7\r\n\r\n";
    browser.paste("[name=item_name]", rows).await;
    assert_eq!(browser.column("item_name").await, ["Optical bench", "Handbook"]);
    assert_eq!(browser.column("description").await, ["", "second edition"]);
    assert_eq!(browser.column("quantity").await, ["2", "3"]);
    assert_eq!(browser.column("unit").await, ["HUR", "C62"]);
    assert_eq!(browser.column("unit_price").await, ["1,289.50", "49.90"]);
    assert_eq!(browser.column("vat").await, ["S:19", "S:7"]);
    browser.sees("Lines pasted: 2").await;
    // Saved without a button; the server did the sums: 2,579.00 and 149.70 with VAT are 3,229.19.
    browser.sees("Saved at").await;
    browser.sees("3,229.19").await;
    browser.sees("Issue invoice").await;
    browser.go(&address).await;
    assert_eq!(browser.column("item_name").await, ["Optical bench", "Handbook"]);

    // A column goes down over the lines that are there, and comes back.
    browser.paste("#field-quantity-1", "4\n5\n6").await;
    assert_eq!(browser.column("quantity").await, ["4", "5", "6"]);
    browser.press("Undo").await;
    assert_eq!(browser.column("quantity").await, ["2", "3"]);
    assert_eq!(browser.column("item_name").await.len(), 2);

    // Lines are moved, copied and removed; what was removed comes back with all that belongs to it.
    browser.evaluate("document.querySelector('#field-item_name-2').focus()").await;
    browser.chord("ArrowUp", 1).await;
    assert_eq!(browser.column("item_name").await, ["Handbook", "Optical bench"]);
    assert_eq!(browser.evaluate("document.activeElement.id").await, "field-item_name-1");
    browser.evaluate("document.querySelector('[aria-label=\"Duplicate item 1\"]').click()").await;
    assert_eq!(browser.column("item_name").await, ["Handbook", "Handbook", "Optical bench"]);
    browser.evaluate("document.querySelector('[aria-label=\"Remove item 3\"]').click()").await;
    browser.sees("Item 3 removed").await;
    assert_eq!(browser.column("quantity").await, ["3", "3"]);
    browser.press("Undo").await;
    assert_eq!(browser.column("quantity").await, ["3", "3", "2"]);
    browser.evaluate("document.querySelector('#field-quantity-3').focus()").await;
    browser.chord("s", 2).await;
    browser.sees("Saved at").await;
    browser.go(&address).await;
    assert_eq!(browser.column("unit").await, ["C62", "C62", "HUR"]);

    // What cannot be read stays, and the page says why it is not saved.
    browser.fill("#field-unit_price-1", "1,234").await;
    browser.sees("Not saved yet. Price, line 1").await;
    browser.fill("#field-unit_price-1", "1234").await;
    browser.sees("Saved at").await;
    browser.client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_loses_nothing_when_two_edit_or_network_and_session_are_gone() {
    let Some(browser) = Browser::start(&[]).await else { return };
    let server = Server::demo();
    sign_in(&browser, &server).await;
    let address = open_draft(&browser, &server).await;
    browser.paste("[name=item_name]", "Bench\t1\tC62\t100\t19").await;
    browser.sees("Saved at").await;

    // Without a network it says so, keeps everything, and saves when it is back.
    browser.offline(true).await;
    browser.fill("[name=note]", "Typed on a train").await;
    browser.sees("The server cannot be reached").await;
    browser.press("Save draft").await;
    assert_eq!(browser.column("note").await, ["Typed on a train"]);
    // Nobody presses anything.
    browser.offline(false).await;
    browser.sees("Saved at").await;

    // Another window saves the same draft.
    let first = browser.client.window().await.unwrap();
    let second = browser.client.new_window(false).await.unwrap();
    browser.client.switch_to_window(second.handle.clone()).await.unwrap();
    browser.go(&address).await;
    assert_eq!(browser.column("note").await, ["Typed on a train"]);
    browser.fill("[name=note]", "Typed at the desk").await;
    browser.fill("[name=buyer_reference]", "PO 77").await;
    browser.sees("Saved at").await;
    browser.client.switch_to_window(first).await.unwrap();
    browser.fill("[name=note]", "Typed on another train").await;
    browser.sees("Somebody else changed this draft").await;
    browser.press("Look at both versions").await;
    browser.sees("This draft was changed twice").await;
    browser.sees("Typed at the desk").await;
    browser.sees("Typed on another train").await;
    browser.press("Save it so").await;
    browser.sees("Issue it").await;
    assert_eq!(browser.column("note").await, ["Typed on another train"]);
    assert_eq!(browser.column("buyer_reference").await, ["PO 77"]);

    // The session ends in between, in another window; after a new one what was typed is saved.
    let first = browser.client.window().await.unwrap();
    browser.client.switch_to_window(second.handle.clone()).await.unwrap();
    browser.go(&format!("{}/o/example", server.url)).await;
    browser.client.find(Locator::Css(".account summary")).await.unwrap().click().await.unwrap();
    browser.press("Sign out").await;
    browser.sees("You are signed out").await;
    browser.client.switch_to_window(first.clone()).await.unwrap();
    browser.fill("[name=note]", "Typed while signed out").await;
    browser.sees("You are signed out").await;
    browser.press("Save draft").await;
    assert_eq!(browser.column("note").await, ["Typed while signed out"]);
    browser.client.switch_to_window(second.handle).await.unwrap();
    another_code().await;
    sign_in(&browser, &server).await;
    browser.client.switch_to_window(first).await.unwrap();
    // As it is when somebody comes back to the window.
    browser.evaluate("dispatchEvent(new Event('focus'))").await;
    browser.sees("Saved at").await;
    browser.go(&address).await;
    assert_eq!(browser.column("note").await, ["Typed while signed out"]);
    browser.client.close().await.unwrap();
}

/// A code works once: until the authenticator app shows the next one.
async fn another_code() {
    let now = Clock::System.now().as_millisecond();
    let left = 30_000 - now.rem_euclid(30_000);
    tokio::time::sleep(Duration::from_millis(left.unsigned_abs() + 500)).await;
}
