//! The keyboard alone: every control is reached, in order, and shows that it has the focus; the flows work without a mouse.

use std::time::{Duration, Instant};

use fantoccini::error::CmdError;
use serde::Deserialize;
use serde_json::json;

use super::driver::Browser;
use super::photograph::Camera;
use crate::server::Server;

/// More stops than any page has.
const MOST_STOPS: usize = 400;

/// Where the focus is.
#[derive(Debug, Deserialize)]
struct Stop {
    /// Its place among all that can be reached, in the order of the page; none is the page itself.
    place: Option<usize>,
    /// Of how many.
    of: usize,
    shows: bool,
    what: String,
}

const STOP: &str = r#"(async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  // Of a group of radio buttons, Tab goes to the chosen one; arrows to the others.
  const passed = (e) => e.type === "radio" && !e.checked && e.form?.querySelector(`[name="${e.name}"]:checked`);
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && e.type !== "hidden" && !passed(e))
    .filter((e) => e.checkVisibility({ visibilityProperty: true }));
  const here = document.activeElement;
  const ring = (element, part) => {
    const style = getComputedStyle(element, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const inside = here.closest(".affix");
  const box = here.getBoundingClientRect();
  const place = all.indexOf(here);
  return {
    place: place < 0 ? null : place,
    of: all.length,
    shows: (ring(here) || ring(here, "::after") || (inside !== null && ring(inside))) && box.width > 1 && box.bottom > 0,
    what: here.outerHTML.replace(/\s+/g, " ").slice(0, 120)
      + ` (outline ${getComputedStyle(here).outline}, from ${box.top} to ${box.bottom})`,
  };
})()"#;

impl Browser {
    /// Presses and releases one key: a letter, `Tab`, `Enter` or `Escape`.
    async fn key(&self, key: &str) {
        self.until("the page is loaded", async || {
            let state = self.evaluate("document.readyState").await;
            if state == "complete" { Ok(()) } else { Err(CmdError::WaitTimeout) }
        })
        .await;
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            letter => (letter.to_uppercase().bytes().next().map_or(0, u32::from), letter),
        };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        for kind in [down, "keyUp"] {
            let event = json!({ "type": kind, "key": key, "text": text, "windowsVirtualKeyCode": code });
            self.devtools("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Where the focus is. What shows it may need a moment to be drawn.
    async fn stop(&self) -> Stop {
        let end = Instant::now() + Duration::from_secs(2);
        loop {
            let stop: Stop = serde_json::from_value(self.evaluate(STOP).await).unwrap();
            if stop.shows || stop.place.is_none() || Instant::now() > end {
                return stop;
            }
        }
    }

    async fn type_text(&self, text: &str) {
        self.devtools("Input.insertText", json!({ "text": text })).await;
    }

    /// Goes on with Tab until the focus is on what says so.
    async fn tab_to(&self, says: &str) {
        for _ in 0..MOST_STOPS {
            self.key("Tab").await;
            let script = "(() => {
              const here = document.activeElement;
              return here === document.body ? '' : (here.labels?.[0] ?? here).textContent;
            })()";
            if self.evaluate(script).await.as_str().is_some_and(|text| text.contains(says)) {
                return;
            }
        }
        panic!("Tab never comes to {says:?}");
    }
}

/// From the top of a fresh page to its end with Tab: the way to skip first, nothing left out, nothing twice.
async fn walk(camera: &Camera<'_>, name: &str) {
    let mut expected = 0;
    let mut last = None;
    for _ in 0..MOST_STOPS {
        camera.browser.key("Tab").await;
        let stop = camera.browser.stop().await;
        let Some(place) = stop.place else { break };
        // A date has several stops within.
        if last == Some(place) {
            continue;
        }
        if place == 0 && expected > 0 {
            break;
        }
        if expected == 0 && !stop.what.contains("skip-link") {
            camera.fault(name, &format!("the first stop is not the way past the menu: {}", stop.what));
        }
        if place != expected {
            camera.fault(
                name,
                &format!("Tab goes to {} out of order, place {place} after {last:?}", stop.what),
            );
        }
        if !stop.shows {
            camera.fault(name, &format!("nobody sees that this has the focus: {}", stop.what));
        }
        (last, expected) = (Some(place), place + 1);
        if expected == stop.of {
            return;
        }
    }
    camera.fault(name, &format!("Tab ends after {last:?}, before the page does"));
}

pub(super) async fn keyboard_alone(camera: &Camera<'_>, server: &Server) {
    let browser = camera.browser;
    let base = format!("{}/o/example", server.url);
    for path in ["", "/invoices", "/customers", "/customers/new", "/products", "/organisation", "/ledger"] {
        browser.go(&format!("{base}{path}")).await;
        walk(camera, &format!("keyboard on {path:?}")).await;
    }
    browser.go(&format!("{}/verify", server.url)).await;
    walk(camera, "keyboard on /verify").await;

    browser.go(&base).await;
    browser.key("?").await;
    browser.sees("Keyboard shortcuts").await;
    browser.key("Escape").await;
    browser.key("Tab").await;
    browser.key("Enter").await;
    assert_eq!(
        browser.evaluate("document.activeElement.id").await,
        "main",
        "the skip link leads to the content"
    );
    browser.key("g").await;
    browser.key("i").await;
    browser.sees("Drafts").await;
    browser.key("n").await;
    browser.sees("It begins as a draft").await;
    // The first letters of an option choose it.
    browser.key("a").await;
    browser.tab_to("Write the draft").await;
    browser.key("Enter").await;
    browser.sees("Issue it").await;
    for (label, text) in [("Item 1", "Written without a mouse"), ("Quantity", "2"), ("Price", "12.50")] {
        browser.tab_to(label).await;
        browser.evaluate("document.activeElement.select?.()").await;
        browser.type_text(text).await;
    }
    browser.tab_to("VAT").await;
    browser.key("1").await;
    browser.tab_to("Save draft").await;
    browser.key("Enter").await;
    browser.sees("Written without a mouse").await;
    browser.tab_to("Issue invoice").await;
    browser.key("Enter").await;
    browser.sees("What happened").await;
}
