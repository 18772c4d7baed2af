//! What a thief of disk, database, logs and mail queue would find: no name, account, text or secret in clear.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::commands::collect;
use crate::programs::{ORG, fresh_database, surrounding, told};
use crate::site::Site;
use crate::visitor::{PASSWORD, Visitor};

/// Everything personal that the path takes, by what it is.
const MARKERS: &[(&str, &str)] = &[
    ("the owner's name", "Zarquil Ombrecht"),
    ("the owner's address", "zarquil.ombrecht@example.com"),
    ("the seller's name", "Vexholm Instrumente"),
    ("the seller's street", "Quellpfad 77"),
    ("the seller's VAT identifier", "DE123456789"),
    ("the seller's tax number", "77/815/08155"),
    ("the seller's telephone", "+49 30 5550123"),
    ("the seller's account", "DE02120300000000202051"),
    ("the customer's name", "Zylphaqua Handels"),
    ("the customer's address", "accounts.zylphaqua@example.org"),
    ("the customer's street", "Xanthiweg 9"),
    ("the customer's VAT identifier", "ATU12345675"),
    ("a contact's name", "Obadiah Quillfeather"),
    ("a contact's address", "obadiah.quillfeather@example.net"),
    ("a contact's telephone", "+43 1 5550987"),
    ("the street of delivery", "Ypsilonkai 12"),
    ("a product", "Snorgle bracket"),
    ("an article number", "SNRG-4711"),
    ("a line", "Quorblint widget"),
    ("a description", "with a frobnicated lid"),
    ("the buyer reference", "BUYREF-4711-0815"),
    ("the payment terms", "within a gloaming fortnight"),
    ("a note", "grommets are on the house"),
    ("the reason of a discount", "loyal since the flood"),
    ("the note of a payment", "paid in doubloons"),
    ("the reason of a credit", "the lid was not frobnicated"),
    ("the subject of a mail", "from Vexholm"),
    ("the text of a mail", "is ready for you"),
    ("the recipient of a mail", "purser.quill@example.net"),
    ("a mistyped address", "mistyped.quill@"),
    ("the password", PASSWORD),
    ("a wrong password", "nine noisy otters paint the harbour"),
];

/// How a text may lie around.
fn forms(marker: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![
        ("plain", marker.to_vec()),
        ("hex", data_encoding::HEXLOWER.encode(marker).into_bytes()),
        ("HEX", data_encoding::HEXUPPER.encode(marker).into_bytes()),
        ("UTF-16 LE", marker.iter().flat_map(|byte| [*byte, 0]).collect()),
        ("UTF-16 BE", marker.iter().flat_map(|byte| [0, *byte]).collect()),
        ("percent", marker.iter().flat_map(|byte| percent(*byte, b"-._~@")).collect()),
        ("percent, all", marker.iter().flat_map(|byte| percent(*byte, b"-._~")).collect()),
        (
            "plus",
            marker.iter().flat_map(|byte| if *byte == b' ' { vec![b'+'] } else { vec![*byte] }).collect(),
        ),
        (
            "a list of bytes",
            marker.iter().map(ToString::to_string).collect::<Vec<_>>().join(",").into_bytes(),
        ),
    ];
    for before in 0..3 {
        // The characters that hold nothing of what stands before or after.
        let bytes = [&vec![0; before][..], marker].concat();
        let (first, last) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        for (name, encoding) in [("base64", data_encoding::BASE64), ("base64url", data_encoding::BASE64URL)] {
            forms.push((name, encoding.encode(&bytes).as_bytes()[first..last].to_vec()));
        }
    }
    forms
}

fn percent(byte: u8, kept: &[u8]) -> Vec<u8> {
    if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
        vec![byte]
    } else {
        format!("%{byte:02X}").into_bytes()
    }
}

/// Bytes as characters, which the standard library searches quickly.
fn text_of(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Where markers may lie.
struct Haystack {
    exact: String,
    lower: String,
}

impl Haystack {
    fn of(bytes: &[u8]) -> Self {
        Self { exact: text_of(bytes), lower: text_of(&bytes.to_ascii_lowercase()) }
    }

    /// The form in which a marker lies here in clear.
    fn find(&self, marker: &[u8]) -> Option<&'static str> {
        let found = |(form, needle): &(&str, Vec<u8>)| {
            if form.starts_with("base64") {
                self.exact.contains(&text_of(needle))
            } else {
                self.lower.contains(&text_of(&needle.to_ascii_lowercase()))
            }
        };
        forms(marker).into_iter().find(found).map(|(form, _)| form)
    }
}

#[test]
fn the_search_finds_a_marker_in_every_form() {
    let marker = "accounts.zylphaqua@example.org";
    for (form, needle) in forms(marker.as_bytes()) {
        let haystack = [&b"some bytes \x00\xff before "[..], &needle, b" and after"].concat();
        assert!(Haystack::of(&haystack).find(marker.as_bytes()).is_some(), "{form}");
    }
    for before in 0..3 {
        let text = format!("{}{marker} and more", "x".repeat(before));
        let base64 = data_encoding::BASE64.encode(text.as_bytes());
        assert_eq!(Haystack::of(base64.as_bytes()).find(marker.as_bytes()), Some("base64"), "{before}");
    }
    assert_eq!(Haystack::of(b"nothing of it").find(marker.as_bytes()), None);
}

/// All that a path leaves behind: files, talk and a dump of the database.
fn left_behind(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let mut files = Vec::new();
    collect(site.folder(), &mut files);
    let name = |path: &Path| path.display().to_string();
    let mut all: BTreeMap<_, _> =
        files.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect();
    // The setup link is meant to be said on the terminal.
    let said: String = site.said().lines().filter(|line| !line.contains("/setup#")).collect();
    all.insert("what the server said".to_owned(), said.into_bytes());
    if let Some(url) = &site.database {
        let dump = Command::new("pg_dump").arg("--dbname").arg(url).output().unwrap();
        assert!(dump.status.success(), "{}", told(&dump));
        assert!(dump.stdout.len() > 10_000, "the dump holds the books");
        all.insert("the dump of the database".to_owned(), dump.stdout);
    }
    all
}

#[expect(clippy::too_many_lines, reason = "a walk is told from its beginning to its end")]
/// Walks the whole path with a marker in every field, and gives the secrets that came up on the way.
fn walk(site: &Site) -> Vec<(&'static str, Vec<u8>)> {
    let person = Visitor::of(&site.url);
    let particulars = [
        ("name", "Vexholm Instrumente GmbH"),
        ("line_1", "Quellpfad 77"),
        ("city", "Berlin"),
        ("country", "DE"),
        ("vat_identifier", "DE123456789"),
        ("tax_registration", "77/815/08155"),
        ("contact_telephone", "+49 30 5550123"),
        ("iban", "DE02120300000000202051"),
    ];
    let secrets = person.set_up(
        &site.setup_link(),
        "Zarquil Ombrecht",
        "zarquil.ombrecht@example.com",
        ORG,
        &particulars,
    );
    let home = format!("/o/{ORG}");
    let customer = [
        ("name", "Zylphaqua Handels GmbH"),
        ("email", "accounts.zylphaqua@example.org"),
        ("vat_identifier", "ATU12345675"),
        ("line_1", "Xanthiweg 9"),
        ("city", "Wien"),
        ("country", "AT"),
        ("delivery_line_1", "Ypsilonkai 12"),
        ("delivery_country", "AT"),
        ("contact_name", "Obadiah Quillfeather"),
        ("contact_role", "Purser"),
        ("contact_email", "obadiah.quillfeather@example.net"),
        ("contact_telephone", "+43 1 5550987"),
    ];
    person.lead(&format!("{home}/customers/new"), &format!("{home}/customers"), &customer, &home);
    let list = person.get(&format!("{home}/customers")).unwrap().body;
    let (_, id) = list.split_once(&format!("href=\"{home}/customers/0")).expect("the customer is listed");
    let id = format!("0{}", id.split('"').next().unwrap());
    let draft =
        person.lead(&format!("{home}/invoices/new"), &format!("{home}/drafts"), &[("customer", &id)], &home);
    let content = [
        ("item_name", "Quorblint widget"),
        ("description", "with a frobnicated lid"),
        ("quantity", "2"),
        ("unit", "C62"),
        ("unit_price", "1289.50"),
        ("vat", "S:19"),
        ("buyer_reference", "BUYREF-4711-0815"),
        ("payment_terms", "within a gloaming fortnight"),
        ("due_date", "2099-12-31"),
        ("note", "grommets are on the house"),
        ("customer", &id),
        ("allowance_kind", "allowance"),
        ("allowance_percent", "10"),
        ("allowance_amount", ""),
        ("allowance_reason", "loyal since the flood"),
        ("allowance_vat", ""),
        ("action", "save"),
    ];
    person.lead(&draft, &draft, &content, &home);
    let invoice = person.lead(&draft, &format!("{draft}/issuance"), &[], &format!("{home}/invoices/"));
    let product = [
        ("name", "Snorgle bracket"),
        ("sellers_identifier", "SNRG-4711"),
        ("net_price", "4.20"),
        ("unit", "C62"),
        ("vat", "S:20"),
    ];
    person.lead(&format!("{home}/products/new"), &format!("{home}/products"), &product, &home);
    // What is looked for stands in addresses, and so could in logs.
    for path in [
        "/invoices?q=Zylphaqua",
        "/invoices?q=ATU12345675",
        "/customers?q=obadiah.quillfeather%40example.net",
    ] {
        let found = person.get(&format!("{home}{path}")).unwrap();
        assert!(
            found.status == 200 && found.body.contains("Zylphaqua Handels GmbH"),
            "{path}: {}",
            found.body
        );
    }
    let found = person.get(&format!("{home}/products?q=snorgle")).unwrap().body;
    assert!(found.contains("Snorgle bracket"), "{found}");
    let payment = [("amount", "10.00"), ("received_on", "2026-01-02"), ("note", "paid in doubloons")];
    person.lead(&invoice, &format!("{invoice}/payments"), &payment, &invoice);
    let reason = [("reason", "the lid was not frobnicated")];
    person.lead(&invoice, &format!("{invoice}/credit"), &reason, &home);
    person.lead(&invoice, &format!("{invoice}/mails"), &[("to", "purser.quill@example.net")], &invoice);
    // What is refused lies nowhere either.
    let refused = person.submit(&invoice, &format!("{invoice}/mails"), &[("to", "mistyped.quill@")]).unwrap();
    assert_eq!(refused.status, 422);
    let page = person.submit(&invoice, &format!("{invoice}/links"), &[]).unwrap();
    let link = page.text("new-link");
    let link = link.split_once("/portal#").expect("a link is shown").1.to_owned();
    let buyer = Visitor::of(&site.url);
    buyer.lead("/portal", "/portal", &[("secret", &link)], "/portal/document");
    let seen = buyer.get("/portal/document").unwrap().body;
    assert!(seen.contains("Quorblint widget") && seen.contains("DE02 1203 0000 0000 2020 51"), "{seen}");
    assert_eq!(buyer.get("/portal/files/pdf").unwrap().status, 200);
    let guess =
        [("email", "zarquil.ombrecht@example.com"), ("password", "nine noisy otters paint the harbour")];
    assert_eq!(Visitor::of(&site.url).submit("/sign-in", "/sign-in", &guess).unwrap().status, 422);
    let base32: String = secrets.totp.chars().filter(char::is_ascii_alphanumeric).collect();
    let raw_link = data_encoding::BASE64URL_NOPAD.decode(link.as_bytes()).expect("32 bytes");
    let raw_totp = data_encoding::BASE32_NOPAD.decode(base32.as_bytes()).unwrap();
    let mut all = vec![
        ("the secret of a link", link.into_bytes()),
        ("the secret of a link, as bytes", raw_link),
        ("the secret of the second factor", base32.into_bytes()),
        ("the secret of the second factor, as bytes", raw_totp),
    ];
    all.extend(secrets.recovery_codes.into_iter().map(|code| ("a recovery code", code.into_bytes())));
    all
}

fn nothing_lies_in_clear(database: Option<&str>) {
    let site = Site::new(database, &[]);
    let server = site.start();
    let secrets = walk(&site);
    let mut markers: Vec<(&str, Vec<u8>)> =
        MARKERS.iter().map(|(what, text)| (*what, text.as_bytes().to_vec())).collect();
    markers.extend(secrets);
    // While it runs: the write-ahead log is there too. And after: what a clean end writes.
    let running = left_behind(&site);
    site.stop(server);
    for (place, bytes) in running.into_iter().chain(left_behind(&site)) {
        let haystack = Haystack::of(&bytes);
        for (what, marker) in &markers {
            let found = haystack.find(marker);
            assert_eq!(found, None, "{what} lies in clear in {place}");
        }
    }
}

#[test]
fn nothing_personal_and_no_secret_lies_in_clear_with_the_embedded_database() {
    nothing_lies_in_clear(None);
}

#[test]
fn nothing_personal_and_no_secret_lies_in_clear_with_postgresql() {
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    let url = fresh_database(&server, "markers");
    nothing_lies_in_clear(Some(&url));
}
