//! Every page, in every state that a person can bring it into: photographed, and checked.

use std::path::{Path, PathBuf};

use fantoccini::Locator;
use serde_json::{Value, json};

use super::driver::Browser;
use super::journey;
use super::keyboard::keyboard_alone;
use super::photograph::Camera;
use crate::programs::{counterfoil, surrounding, told};
use crate::server::Server;
use crate::visitor::totp_code;

/// GET routes that show no page of their own, and why.
const NO_PAGE: &[&str] = &[
    // Text for programs.
    "/healthz",
    "/robots.txt",
    "/ledger/{organisation}/checkpoint",
    "/ledger/{organisation}/key",
    "/ledger/{organisation}/tile/{*tile}",
    // Files.
    "/favicon.ico",
    "/assets/{file}",
    "/o/{organisation}/invoices/{id}/files/{format}",
    "/o/{organisation}/security-log/file",
    "/portal/files/{format}",
    // Lead on to where somebody belongs.
    "/",
    "/.well-known/change-password",
];

#[tokio::test(flavor = "multi_thread")]
async fn browser_finds_no_fault_with_any_page_in_light_in_dark_and_on_a_phone() {
    let (Some(axe), Some(browser)) = (surrounding("COUNTERFOIL_AXE"), Browser::start(&[]).await) else {
        return;
    };
    let camera = Camera::new(&browser, &axe);
    first_hour(&camera).await;
    let server = Server::demo();
    sign_in(&camera, &server).await;
    let overfull = overfull(&camera, &server);
    documents(&camera, &server).await;
    lists(&camera, &server).await;
    refused_forms(&camera, &server).await;
    overfull_pages(&camera, &server, &overfull).await;
    links_and_portal(&camera, &server).await;
    verdicts(&camera, &server).await;
    faults(&camera, &server).await;
    camera.take_the_rest(&server.url, "example", NO_PAGE).await;
    camera.take_all_in_german(&server.url, "example", NO_PAGE).await;
    keyboard_alone(&camera, &server).await;
    browser.go(&format!("{}/o/example", server.url)).await;
    browser.client.find(Locator::Css(".account summary")).await.unwrap().click().await.unwrap();
    camera.take("account-menu").await;
    browser.press("Sign out").await;
    browser.sees("You are signed out").await;
    camera.take("signed-out").await;
    camera.develop();
    browser.client.close().await.unwrap();
}

/// A server that nobody owns yet, and an organisation in which nothing has happened.
async fn first_hour(camera: &Camera<'_>) {
    let (browser, server) = (camera.browser, Server::start(&[]));
    browser.go(&format!("{}/setup", server.url)).await;
    camera.take("setup-without-link").await;
    browser.go("about:blank").await;
    browser.go(&server.setup_link()).await;
    camera.take("setup").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("setup-refused").await;
    journey::name_owner(browser).await;
    camera.take("setup-second-factor").await;
    camera.take_in_german("setup-second-factor").await;
    browser.fill("[name=code]", "000000").await;
    browser.press("Confirm the second factor").await;
    browser.sees("to mend").await;
    camera.take("setup-second-factor-refused").await;
    journey::confirm_second_factor(browser).await;
    camera.take("setup-recovery-codes").await;
    browser.press("I have kept them").await;
    browser.sees("Where customers pay").await;
    camera.take("setup-organisation").await;
    browser.fill("[name=iban]", "DE02 1203 0000 0000 2020 5").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("setup-organisation-refused").await;
    journey::describe_organisation(browser).await;
    for (name, path) in [
        ("dashboard-empty", ""),
        ("invoices-empty", "/invoices"),
        ("invoices-new-empty", "/invoices/new"),
        ("customers-empty", "/customers"),
        ("products-empty", "/products"),
        ("ledger-new", "/ledger"),
        ("security-log-new", "/security-log"),
        ("security-log-nothing", "/security-log?topic=documents"),
        ("mail-empty", "/mail"),
    ] {
        browser.go(&format!("{}/o/northlight{path}", server.url)).await;
        camera.take(name).await;
        camera.take_in_german(name).await;
    }
}

async fn sign_in(camera: &Camera<'_>, server: &Server) {
    let browser = camera.browser;
    let kept: Value =
        serde_json::from_slice(&std::fs::read(server.data.join("demo-sign-in.json")).unwrap()).unwrap();
    browser.go(&format!("{}/sign-in", server.url)).await;
    camera.take("sign-in").await;
    camera.take_in_german("sign-in").await;
    browser.fill("[name=email]", "owner@example.com").await;
    browser.fill("[name=password]", "not the right password").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("sign-in-refused").await;
    browser.fill("[name=password]", kept["password"].as_str().unwrap()).await;
    browser.submit().await;
    browser.sees("One more step").await;
    camera.take("sign-in-second-factor").await;
    camera.take_in_german("sign-in-second-factor").await;
    browser.fill("[name=code]", "000000").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("sign-in-second-factor-refused").await;
    browser.fill("[name=code]", &totp_code(kept["totp_secret"].as_str().unwrap())).await;
    browser.submit().await;
    browser.sees("Dashboard").await;
    camera.take("dashboard").await;
}

/// A list entry by a word that stands in it.
async fn open_row(browser: &Browser, word: &str) {
    let row = format!("//tr[.//*[contains(normalize-space(.), '{word}')]]//a[contains(@class, 'row-link')]");
    browser.until(word, async || browser.client.find(Locator::XPath(&row)).await?.click().await).await;
}

/// Documents in every state, what can be asked about them, and the editor with what can be wrong in it.
async fn documents(camera: &Camera<'_>, server: &Server) {
    let browser = camera.browser;
    let list = format!("{}/o/example/invoices", server.url);
    for (status, name) in [
        ("Overdue", "invoice-overdue"),
        ("Partly paid", "invoice-partly-paid"),
        ("Paid", "invoice-paid"),
        ("Credited", "invoice-credited"),
        ("Credit note", "credit-note"),
    ] {
        browser.go(&list).await;
        open_row(browser, status).await;
        browser.sees("What happened").await;
        camera.take(name).await;
        camera.take_in_german(name).await;
    }
    browser.go(&list).await;
    open_row(browser, "Overdue").await;
    browser.press("Credit").await;
    camera.take("invoice-credit-dialog").await;
    browser.press("Make the credit note").await;
    browser.sees("Issue it").await;
    camera.take("draft-of-a-credit-note").await;
    browser.go(&list).await;
    open_row(browser, "Draft").await;
    browser.sees("Issue it").await;
    camera.take("draft").await;
    camera.take_in_german("draft").await;
    browser.fill("[name=unit_price]", "twelve").await;
    browser.fill("[name=quantity]", "").await;
    browser.press("Save draft").await;
    browser.sees("to mend").await;
    camera.take("draft-refused").await;
    browser.go(&list).await;
    open_row(browser, "Draft").await;
    browser.sees("Issue it").await;
    browser.fill("[name=unit_price]", "77.70").await;
    browser.fill("[name=note]", "Thank you for coming to us again.").await;
    // As if the page were of an older version, of which nobody knows what was in it.
    browser
        .evaluate(
            "for (const name of ['version', 'base']) document.querySelector(`[name=${name}]`).value = '0'",
        )
        .await;
    browser.press("Save draft").await;
    browser.sees("This draft was changed twice").await;
    camera.take("draft-conflict").await;
    browser.go(&format!("{list}/new")).await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("invoices-new-refused").await;
    browser.evaluate("document.querySelector('[name=customer]').selectedIndex = 1").await;
    browser.submit().await;
    browser.sees("Issue it").await;
    camera.take("draft-without-lines").await;
    browser.evaluate("document.querySelector('[name=product]').selectedIndex = 1").await;
    browser.press("Add the product").await;
    browser.sees("Issue it").await;
    camera.take("draft-with-a-product").await;
}

/// Lists that are searched, filtered and sorted, a customer and a product.
async fn lists(camera: &Camera<'_>, server: &Server) {
    let browser = camera.browser;
    let base = format!("{}/o/example", server.url);
    for (name, path, says) in [
        ("invoices-found", "/invoices?q=Bluewater&status=paid&sort=-amount", "Bluewater"),
        ("invoices-found-none", "/invoices?q=Nobody", "Nothing fits"),
        ("invoices-drafts", "/invoices?status=draft", "Drafts"),
        ("customers-owing", "/customers?sort=owing", "Owes"),
        ("customers-found-none", "/customers?q=Nobody", "Nobody fits"),
        ("products-found-none", "/products?q=Nothing", "Nothing fits"),
        ("organisation", "/organisation", "Payee account"),
        ("mail-log", "/mail", "Mail log"),
        ("security-log", "/security-log", "Security log"),
    ] {
        browser.go(&format!("{base}{path}")).await;
        browser.sees(says).await;
        camera.take(name).await;
    }
    browser.go(&format!("{base}/invoices?cursor=AAAA")).await;
    browser.sees("begin again with the first page").await;
    camera.take("fault-cursor").await;
    browser.go(&format!("{base}/invoices")).await;
    browser.press("Send the links").await;
    browser.sees("Tick the documents first").await;
    camera.take("invoices-refused").await;
    browser
        .evaluate("document.querySelectorAll('[name=select]').forEach((box, at) => at < 2 && box.click())")
        .await;
    browser.press("Send the links").await;
    browser.sees("What was sent").await;
    camera.take("invoices-sent").await;
    browser.go(&format!("{base}/invoices")).await;
    browser
        .evaluate(
            "for (const status of ['Partly paid', 'Credited']) {
               const row = [...document.querySelectorAll('tr')].find((row) => row.textContent.includes(status));
               row.querySelector('[name=select]').click();
             }",
        )
        .await;
    browser.press("Record as paid").await;
    browser.sees("What was recorded as paid").await;
    camera.take("invoices-recorded-as-paid").await;
    browser.go(&format!("{base}/customers?q=Alder")).await;
    open_row(browser, "Alder").await;
    browser.sees("Particulars").await;
    camera.take("customer").await;
    browser.go(&format!("{base}/products/new")).await;
    browser.fill("[name=net_price]", "a lot").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("product-refused").await;
    browser.go(&format!("{base}/products")).await;
    open_row(browser, "Consulting").await;
    browser.sees("What it costs").await;
    browser.press("Archive").await;
    browser.sees("Offer it again").await;
    camera.take("product-archived").await;
    browser.go(&format!("{base}/products?status=archived")).await;
    camera.take("products-archived").await;
}

/// Forms with mistakes in them.
async fn refused_forms(camera: &Camera<'_>, server: &Server) {
    let browser = camera.browser;
    let base = format!("{}/o/example", server.url);
    browser.go(&format!("{base}/customers/new")).await;
    browser.fill("[name=email]", "accounts at example").await;
    browser.fill("[name=vat_identifier]", "12345").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("customer-refused").await;
    browser.go(&format!("{base}/organisation")).await;
    browser.fill("[name=name]", "").await;
    browser.fill("[name=vat_identifier]", "12345").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("organisation-refused").await;
    browser.go(&format!("{base}/organisation/drafts")).await;
    browser.fill("[name=payment_days]", "soon").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("organisation-drafts-refused").await;
    browser.go(&format!("{base}/organisation/numbering")).await;
    browser.fill("[name=invoices]", "INV-{YYYY}-{NNN}").await;
    browser.sees("-001").await;
    browser.fill("[name=invoices]", "INV-{YYYY}").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("organisation-numbering-refused").await;
    browser.go(&format!("{base}/invoices")).await;
    open_row(browser, "Overdue").await;
    browser.fill("[name=amount]", "a lot").await;
    browser.press("Record the payment").await;
    browser.sees("to mend").await;
    camera.take("payment-refused").await;
    browser.fill("[name=to]", "nobody").await;
    browser.press("Send the link").await;
    browser.sees("to mend").await;
    camera.take("mail-refused").await;
    browser.fill("[name=to]", &format!("{}@example.org", "accounts.payable.".repeat(3) + "x")).await;
    browser.press("Send the link").await;
    browser.sees("Mail waits").await;
    browser.go(&format!("{base}/mail")).await;
    camera.take("mail-waiting").await;
    browser.press("Stop").await;
    browser.sees("Stopped").await;
    camera.take("mail-stopped").await;
}

/// A document with the longest names, sixty lines and sums of eighteen digits; returns its number.
fn overfull(camera: &Camera<'_>, server: &Server) -> String {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    let name = format!("{long} und Söhne Beteiligungs- und Verwaltungsgesellschaft mbH & Co. KG auf Aktien");
    let line = |number: usize| {
        json!({
            "quantity": "1", "unit": "C62", "vat_category": "S", "vat_rate": if number.is_multiple_of(2) { "19" } else { "7" },
            "price": { "net_price": "99999999999999.99" },
            "item": { "name": format!("Position {number}: {long}"), "description": long.repeat(3) },
        })
    };
    let document = json!({
        "buyer": {
            "name": name,
            "address": { "line_1": long, "city": long, "post_code": "50667", "country": "DE" },
        },
        "buyer_reference": long,
        "payment_terms": long.repeat(4),
        "lines": (1..=60_usize).map(line).collect::<Vec<_>>(),
    });
    let file = server.data.parent().unwrap().join("overfull.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let issued = counterfoil(&server.data).args(["issue", "--org", "example"]).arg(&file).output().unwrap();
    if !issued.status.success() {
        camera.fault("overfull", &told(&issued));
    }
    String::from_utf8_lossy(&issued.stdout).trim().to_owned()
}

async fn overfull_pages(camera: &Camera<'_>, server: &Server, number: &str) {
    let browser = camera.browser;
    let base = format!("{}/o/example", server.url);
    browser.go(&format!("{base}/customers/new")).await;
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
    browser.fill("[name=name]", &long).await;
    browser.fill("[name=email]", &format!("{}@example.org", "accounts.payable.".repeat(3) + "x")).await;
    browser.fill("[name=city]", &long).await;
    browser.choose("[name=country]", "DE").await;
    browser.submit().await;
    browser.sees("Customer added").await;
    camera.take("customer-overfull").await;
    browser.press("Edit").await;
    browser.sees("Save customer").await;
    camera.take("customer-edit-overfull").await;
    browser.go(&format!("{base}/customers")).await;
    camera.take("customers-overfull").await;
    for (name, path) in [("dashboard-overfull", ""), ("invoices-overfull", "/invoices")] {
        browser.go(&format!("{base}{path}")).await;
        camera.take(name).await;
    }
    open_row(browser, number).await;
    browser.sees("What happened").await;
    camera.take("invoice-overfull").await;
    browser.press("Make a link to hand over").await;
    browser.sees("It is shown this once").await;
    open_portal(browser, &link(browser).await).await;
    camera.take("portal-overfull").await;
    browser.go(&format!("{base}/invoices")).await;
    open_row(browser, number).await;
    browser.press("Credit").await;
    browser.press("Make the credit note").await;
    browser.sees("Issue it").await;
    camera.take("draft-overfull").await;
}

/// The link that the page shows once.
async fn link(browser: &Browser) -> String {
    browser.client.find(Locator::Css("#new-link")).await.unwrap().text().await.unwrap()
}

async fn open_portal(browser: &Browser, link: &str) {
    browser.go("about:blank").await;
    browser.go(link).await;
    browser.press("Open the document").await;
    browser.sees("What it is for").await;
}

async fn links_and_portal(camera: &Camera<'_>, server: &Server) {
    let browser = camera.browser;
    // Without drafts, of which some are of credit notes.
    let list = format!("{}/o/example/invoices?from=2020-01-01", server.url);
    for (status, name) in [
        ("Overdue", "portal"),
        ("Paid", "portal-paid"),
        ("Credited", "portal-credited"),
        ("Credit note", "portal-credit-note"),
    ] {
        browser.go(&list).await;
        open_row(browser, status).await;
        browser.press("Make a link to hand over").await;
        browser.sees("It is shown this once").await;
        let link = link(browser).await;
        if status == "Overdue" {
            camera.take("invoice-with-a-new-link").await;
            browser.go("about:blank").await;
            browser.go(&link).await;
            camera.take("portal-closed").await;
        }
        open_portal(browser, &link).await;
        camera.take(name).await;
        camera.take_in_german(name).await;
    }
    browser.press("Forget this document").await;
    browser.sees("has forgotten").await;
    camera.take("portal-forgotten").await;
    browser.fill("[name=secret]", "https://example.com/portal#too-short").await;
    browser.submit().await;
    browser.sees("to mend").await;
    camera.take("portal-refused").await;
}

/// Sends a file to the verification page.
async fn check(browser: &Browser, server: &Server, file: &Path, proof: Option<&Path>, button: &str) {
    browser.go(&format!("{}/verify", server.url)).await;
    browser.choose_file("[name=file]", file).await;
    browser.sees("fingerprint computed").await;
    if let Some(proof) = proof {
        browser.unfold("I have a separate proof").await;
        browser.choose_file("[name=proof]", proof).await;
    }
    browser.press(button).await;
}

async fn verdicts(camera: &Camera<'_>, server: &Server) {
    let browser = camera.browser;
    let list = format!("{}/o/example/invoices", server.url);
    let folder = tempfile::tempdir().unwrap();
    let kept = async |status: &str, format: &str| -> PathBuf {
        browser.go(&list).await;
        open_row(browser, status).await;
        browser.sees("What happened").await;
        let page = browser.client.current_url().await.unwrap();
        let bytes = browser.download(&format!("{}/files/{format}", page.path())).await;
        let path = folder.path().join(format!("{status}.{format}"));
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let genuine = kept("Overdue", "pdf").await;
    let altered = written("altered.pdf", &[std::fs::read(&genuine).unwrap(), b"\n%more\n".to_vec()].concat());
    let superseded = kept("Credited", "pdf").await;
    let stranger = written("stranger.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n");
    let (xml, proof) = (kept("Overdue", "cii").await, kept("Overdue", "proof").await);
    let edited = written("edited.xml", &[std::fs::read(&xml).unwrap(), b"\n".to_vec()].concat());
    let whole = "Check the file itself";
    for (name, file, proof, word) in [
        ("verdict-genuine", &genuine, None, "Genuine"),
        ("verdict-altered", &altered, None, "Altered"),
        ("verdict-superseded", &superseded, None, "Superseded"),
        ("verdict-unknown", &stranger, None, "Unknown"),
        ("verdict-forged", &edited, Some(proof.as_path()), "Forged"),
    ] {
        check(browser, server, file, proof, whole).await;
        browser.sees(word).await;
        camera.take(name).await;
    }
    // The fingerprint alone tells of every file that is handed out.
    let ubl = kept("Overdue", "ubl").await;
    let superseded_xml = kept("Credited", "ubl").await;
    for (file, word) in [
        (&genuine, "Genuine"),
        (&xml, "Genuine"),
        (&ubl, "Genuine"),
        (&superseded, "Superseded"),
        (&superseded_xml, "Superseded"),
    ] {
        check(browser, server, file, None, "Check").await;
        browser.sees(word).await;
    }
    browser.accept_language("de").await;
    browser.go(&format!("{}/verify", server.url)).await;
    browser.choose_file("[name=file]", &altered).await;
    browser.sees("Fingerabdruck berechnet").await;
    browser.press("Die Datei selbst prüfen").await;
    browser.sees("Verändert: nicht zahlen").await;
    camera.take_german("verdict-altered").await;
    browser.accept_language("en").await;
    check(browser, server, &stranger, None, "Check").await;
    browser.sees("No file issued here").await;
    camera.take("verify-unknown-fingerprint").await;
    for (name, typed) in [("verify-code-unknown", "ABCD-EFGH-JKMN-PQRS"), ("verify-code-refused", "ABC")] {
        browser.go(&format!("{}/verify", server.url)).await;
        browser.fill("[name=code]", typed).await;
        browser.press("Look it up").await;
        browser.sees("to mend").await;
        camera.take(name).await;
    }
}

/// What is shown when something does not work, or is done already.
async fn faults(camera: &Camera<'_>, server: &Server) {
    let browser = camera.browser;
    for status in [400, 403, 404, 413, 422, 429, 500, 503] {
        browser.go(&format!("{}/styleguide/faults/{status}", server.url)).await;
        camera.take(&format!("fault-{status}")).await;
    }
    browser.go(&format!("{}/o/nobody/invoices", server.url)).await;
    camera.take("fault-foreign-organisation").await;
    for (name, path) in [("setup-done", "/setup"), ("setup-another-organisation", "/setup/organisation")] {
        browser.go(&format!("{}{path}", server.url)).await;
        camera.take(name).await;
    }
}
