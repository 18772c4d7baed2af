//! Photographs of a page in all its forms, and everything that can be checked about it by looking.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use counterfoil_web::routes;
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::driver::Browser;
use super::guide::Guide;

/// The heaviest page, compressed, in bytes.
const HEAVIEST: usize = 50_000;
/// Pictures show no more than so many pixels of a page.
const HIGHEST: u32 = 5_000;
/// Pictures of the guide are as high as what they show, between these: they are read beside text, and kept with the source.
const GUIDE_HEIGHTS: (u32, u32) = (480, 1_200);

/// How a page is looked at.
struct Look {
    name: &'static str,
    width: u32,
    height: u32,
    scheme: &'static str,
    phone: bool,
}

const LOOKS: [Look; 3] = [
    Look { name: "dark", width: 1280, height: 900, scheme: "dark", phone: false },
    Look { name: "phone", width: 390, height: 844, scheme: "light", phone: true },
    Look { name: "light", width: 1280, height: 900, scheme: "light", phone: false },
];

/// How a page in German is looked at: its words are longer.
const GERMAN: [Look; 2] = [
    Look { name: "german-phone", width: 390, height: 844, scheme: "light", phone: true },
    Look { name: "german", width: 1280, height: 900, scheme: "light", phone: false },
];

/// What the page says about itself, in one form.
#[derive(Deserialize)]
struct Seen {
    /// What is wrong with it, in words.
    wrong: Vec<String>,
    /// Compressed HTML, in bytes.
    weight: usize,
    address: String,
    /// Where its links go, within this server.
    links: Vec<String>,
}

/// Takes the pictures, and remembers what was seen and what was wrong.
pub(super) struct Camera<'a> {
    pub(super) browser: &'a Browser,
    axe: String,
    folder: PathBuf,
    guide: Guide,
    /// Routes whose page was photographed.
    seen: RefCell<BTreeSet<&'static str>>,
    links: RefCell<BTreeSet<String>>,
    faults: RefCell<Vec<String>>,
}

impl<'a> Camera<'a> {
    pub(super) fn new(browser: &'a Browser, axe: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            browser,
            axe: std::fs::read_to_string(axe).unwrap(),
            folder,
            guide: Guide::read(),
            seen: RefCell::default(),
            links: RefCell::default(),
            faults: RefCell::default(),
        }
    }

    /// The page that is open, in all its forms; and once more unfolded, if there is something to unfold.
    pub(super) async fn take(&self, name: &str) {
        self.listen(name).await;
        let parameters = json!({ "expression": &self.axe });
        self.browser.devtools("Runtime.evaluate", parameters).await;
        for look in &LOOKS {
            self.put_on(look).await;
            self.look(&format!("{name}.{}", look.name), look).await;
        }
        if let Some(file) = self.guide.see(name) {
            self.take_for_guide(&file).await;
        }
        if self.browser.evaluate(UNFOLD).await == true {
            for look in &LOOKS[1..] {
                self.put_on(look).await;
                self.look(&format!("{name}.unfolded.{}", look.name), look).await;
            }
        }
    }

    /// The page that is open, in German. It is opened again, so it must not be the answer to a form.
    pub(super) async fn take_in_german(&self, name: &str) {
        let address = self.browser.client.current_url().await.unwrap();
        self.browser.accept_language("de").await;
        self.browser.go(address.as_str()).await;
        self.take_german(name).await;
        self.browser.accept_language("en").await;
        self.browser.go(address.as_str()).await;
    }

    /// The page that is open, in German already.
    pub(super) async fn take_german(&self, name: &str) {
        self.listen(name).await;
        if self.browser.evaluate("document.documentElement.lang").await != "de" {
            self.fault(name, "does not speak German");
        }
        self.browser.devtools("Runtime.evaluate", json!({ "expression": &self.axe })).await;
        for look in &GERMAN {
            self.put_on(look).await;
            self.look(&format!("{name}.{}", look.name), look).await;
        }
    }

    /// The pages of all GET routes that are known by a link, in German; `except` are routes that show no page.
    pub(super) async fn take_all_in_german(&self, origin: &str, organisation: &str, except: &[&str]) {
        self.browser.accept_language("de").await;
        for (_, route) in
            routes::ALL.iter().filter(|(method, route)| *method == "get" && !except.contains(route))
        {
            if route.starts_with("/styleguide") {
                continue;
            }
            let address = self.address(route, origin, organisation);
            self.browser.go(&address.expect("it was photographed in English")).await;
            self.take_german(&name_of(route)).await;
        }
        self.browser.accept_language("en").await;
    }

    async fn put_on(&self, look: &Look) {
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": look.scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]});
        self.browser.devtools("Emulation.setEmulatedMedia", media).await;
        self.browser.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": look.phone })).await;
        self.browser.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
        self.resize(look, look.height).await;
    }

    async fn resize(&self, look: &Look, height: u32) {
        let size =
            json!({ "width": look.width, "height": height, "deviceScaleFactor": 1, "mobile": look.phone });
        self.browser.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn look(&self, name: &str, look: &Look) {
        let file = self.folder.join(format!("{name}.png"));
        self.capture(look, (look.height, HIGHEST), json!({ "optimizeForSpeed": true }), &file).await;
        let seen: Seen = serde_json::from_value(self.browser.evaluate(LOOK).await).unwrap();
        for wrong in seen.wrong {
            self.fault(name, &wrong);
        }
        if seen.weight > HEAVIEST {
            self.fault(name, &format!("{} bytes of HTML, compressed; at most {HEAVIEST}", seen.weight));
        }
        self.seen.borrow_mut().extend(route_of(&seen.address));
        for link in seen.links {
            if route_of(&link).is_none() {
                self.fault(name, &format!("links to {link}, where nothing is"));
            }
            self.links.borrow_mut().insert(link);
        }
    }

    /// The page that is open, for a reader of the guide: in light, which every picture ends with.
    async fn take_for_guide(&self, file: &Path) {
        let light = &LOOKS[2];
        // What fills the window would fill a high one, too.
        self.resize(light, GUIDE_HEIGHTS.0).await;
        self.capture(light, GUIDE_HEIGHTS, json!({}), file).await;
    }

    /// As if the window were as high as the page: so that what sticks to its edges does not hide its middle. Spaces that
    /// are a part of the window's height grow a little with it.
    async fn capture(&self, look: &Look, (lowest, highest): (u32, u32), how: Value, file: &Path) {
        let height =
            self.browser.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)").await;
        let height = u32::try_from(height.as_u64().unwrap()).unwrap() + 8;
        self.resize(look, height.clamp(lowest, highest)).await;
        let picture = self.browser.devtools("Page.captureScreenshot", how).await;
        let png = BASE64.decode(picture["data"].as_str().unwrap().as_bytes()).unwrap();
        std::fs::write(file, png).unwrap();
        self.resize(look, look.height).await;
    }

    /// Notes what the console said since the last picture. That the page itself has a status of 4xx or 5xx is no fault.
    async fn listen(&self, name: &str) {
        let address = self.browser.client.current_url().await.unwrap();
        let itself = format!("{address} - Failed to load resource: the server responded with a status of");
        for message in self.browser.console().await {
            if !message.starts_with(&itself) {
                self.fault(name, &format!("on the console: {message}"));
            }
        }
    }

    pub(super) fn fault(&self, name: &str, what: &str) {
        // At once as well, in case the rest never comes.
        println!("{name}: {what}");
        self.faults.borrow_mut().push(format!("{name}: {what}"));
    }

    /// Every page of a GET route that nobody photographed yet, by its address or by a link to it on a page that was;
    /// `except` are routes that show no page.
    pub(super) async fn take_the_rest(&self, origin: &str, organisation: &str, except: &[&str]) {
        let missing = || {
            let seen = self.seen.borrow();
            let routes = routes::ALL.iter().filter(|(method, _)| *method == "get").map(|(_, route)| *route);
            routes.filter(|route| !seen.contains(route) && !except.contains(route)).collect::<Vec<_>>()
        };
        while let Some((route, address)) =
            missing().into_iter().find_map(|route| Some((route, self.address(route, origin, organisation)?)))
        {
            self.browser.go(&address).await;
            self.take(&name_of(route)).await;
            let shown = self.browser.client.current_url().await.unwrap();
            assert!(self.seen.borrow().contains(route), "{route} leads to {shown}: photograph it by hand");
        }
        let missing = missing();
        assert!(missing.is_empty(), "without a photograph, because no page links there: {missing:?}");
    }

    fn address(&self, route: &str, origin: &str, organisation: &str) -> Option<String> {
        let path = route.replace("{organisation}", organisation);
        if !path.contains('{') {
            return Some(format!("{origin}{path}"));
        }
        let links = self.links.borrow();
        links.iter().find(|link| link.starts_with(origin) && route_of(link) == Some(route)).cloned()
    }

    /// The end: all faults at once.
    pub(super) fn develop(self) {
        for name in self.guide.unseen() {
            self.fault(&name, "the guide shows a page of this name, and there is none");
        }
        let faults = self.faults.into_inner();
        assert!(
            faults.is_empty(),
            "{} faults; the pictures are in {}\n{}",
            faults.len(),
            self.folder.display(),
            faults.join("\n")
        );
    }
}

/// The GET route that answers at this address; a segment that is written out wins over a parameter.
fn route_of(address: &str) -> Option<&'static str> {
    let path = url::Url::parse(address).ok()?.path().to_owned();
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |route: &str| {
        let parts: Vec<&str> = route.split('/').collect();
        parts.len() == segments.len()
            && parts.iter().zip(&segments).all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    let routes = routes::ALL.iter().filter(|(method, route)| *method == "get" && fits(route));
    routes.map(|(_, route)| *route).min_by_key(|route| route.matches('{').count())
}

/// `/o/{organisation}/invoices/{id}` as a file name: `invoices-id`.
fn name_of(route: &str) -> String {
    let path = route.trim_start_matches("/o/{organisation}");
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.map(|part| part.trim_matches(['{', '}'])).collect::<Vec<_>>().join("-")
}

/// Opens what is folded; whether there was anything.
const UNFOLD: &str = "(() => {
  const folded = document.querySelectorAll('main details:not([open])');
  for (const details of folded) details.open = true;
  return folded.length > 0;
})()";

/// Checks the page as it stands.
const LOOK: &str = r#"(async () => {
  const wrong = [];
  // Not where a refused form put it: bars that stick to the top would cover what they never cover at the top.
  scrollTo(0, 0);
  const short = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);

  // In the dark only the colours are others.
  const options = matchMedia("(prefers-color-scheme: dark)").matches
    ? { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } }
    : { rules: { "target-size": { enabled: true } } };
  const judged = await axe.run(document, { resultTypes: ["violations"], ...options });
  for (const violation of judged.violations)
    for (const node of violation.nodes.slice(0, 3))
      wrong.push(`axe ${violation.id}: ${violation.help}: ${node.html.replace(/\s+/g, " ").slice(0, 160)} ${node.any.map((c) => c.message).join("; ")}`);

  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1);
    wrong.push(`wider than the window by ${document.documentElement.scrollWidth - width} px: ${wide.slice(-2).map(short)}`);
  }
  // What is cut off cannot be read: only texts that say so by an ellipsis may be.
  for (const element of document.querySelectorAll("body *:not(svg, svg *, input, select, textarea)")) {
    const style = getComputedStyle(element);
    const cuts = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
    if (!cuts && !element.matches(".card")) continue;
    if (element.closest(".visually-hidden") || style.clipPath !== "none" || element.clientWidth < 2) continue;
    if (element.scrollWidth > element.clientWidth + 1) wrong.push(`cut off or spilt at the side: ${short(element)}`);
  }
  const html = new Blob([document.documentElement.outerHTML]).stream().pipeThrough(new CompressionStream("gzip"));
  const weight = (await new Response(html).arrayBuffer()).byteLength;
  const links = [...document.links].map((link) => new URL(link.href)).filter((link) => link.origin === location.origin && link.pathname !== location.pathname);
  return {
    wrong, weight, address: location.href, links: links.map((link) => link.href),
  };
})()"#;

#[test]
fn browser_pictures_are_filed_under_the_route_that_answers() {
    let origin = "https://localhost:8443";
    for (path, route) in [
        ("/o/example/invoices/new", Some("/o/{organisation}/invoices/new")),
        ("/o/example/invoices/7?page=2#top", Some("/o/{organisation}/invoices/{id}")),
        ("/o/example", Some("/o/{organisation}")),
        ("/o/example/nothing", None),
    ] {
        assert_eq!(route_of(&format!("{origin}{path}")), route, "{path}");
    }
    assert_eq!(name_of("/o/{organisation}/invoices/{id}"), "invoices-id");
}
