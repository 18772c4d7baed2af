//! In which language an answer is, and how a person chooses another.

use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::{Request, StatusCode};

use counterfoil_identity::permission::{ManageOrganisation, ReadBooks};
use counterfoil_identity::{authorize_operator, gate};

use crate::hostile::acts::Who;
use crate::hostile::world::World;
use crate::server::{SLUG, Server};
use crate::site::{Answer, send};
use crate::typing::hidden;

async fn asked(path: &str, accept: &str, cookie: &str) -> Answer {
    let request = Request::get(path).header(ACCEPT_LANGUAGE, accept).header(COOKIE, cookie);
    send(request.body(Body::empty()).unwrap()).await
}

fn speaks(answer: &Answer, language: &str) -> bool {
    answer.body.contains(&format!("<html lang=\"{language}\">"))
        && answer.header("content-language") == language
        && answer.header("vary") == "Accept-Language, Cookie"
}

#[tokio::test]
async fn a_page_speaks_the_language_that_was_chosen_or_else_the_one_the_browser_asks_for() {
    for (accept, cookie, language) in [
        ("de-AT,de;q=0.9,en;q=0.5", "", "de"),
        ("en-GB,en;q=0.9,de;q=0.5", "", "en"),
        ("fr,nl;q=0.5", "", "en"),
        ("", "", "en"),
        ("en", "__Host-cf-language=de", "de"),
        ("de", "__Host-cf-language=en", "en"),
        ("de", "__Host-cf-language=xx", "de"),
        ("de", "__Host-cf-language=en; __Host-cf-language=en", "de"),
        ("de", "__Host-cf-language=\"><script>alert(1)</script>", "de"),
    ] {
        let answer = asked("/styleguide/public", accept, cookie).await;
        assert!(speaks(&answer, language), "{accept:?} {cookie:?}: {}", answer.header("content-language"));
        assert!(!answer.body.contains("<script>alert"));
    }
}

#[tokio::test]
async fn errors_speak_it_too_and_what_is_no_page_has_no_language() {
    let fault = asked("/styleguide/faults/404", "de", "").await;
    assert!(speaks(&fault, "de") && fault.body.contains("Diese Seite gibt es nicht"), "{}", fault.body);
    let panic = asked("/styleguide/faults/500", "de", "").await;
    assert!(speaks(&panic, "de") && panic.body.contains("es liegt an uns"), "{}", panic.body);
    let style = asked(counterfoil_web::assets::url("app.css"), "de", "").await;
    assert_eq!((style.status, style.header("content-language")), (StatusCode::OK, ""));
}

#[tokio::test]
async fn choosing_is_a_form_that_is_remembered_and_leads_back() {
    let server = Server::start().await;
    let page = server.get("/verify?from=paper", "").await;
    assert!(speaks(&page, "en"));
    let cookie = page.cookie("__Host-cf-form").unwrap();
    assert!(page.body.contains("name=\"next\" value=\"/verify?from=paper\""), "{}", page.body);
    let token = hidden(&page, "/language");
    let chosen = |language: &str| format!("{token}next=/verify?from%3Dpaper&language={language}");
    let answer = server.post("/language", &cookie, chosen("de")).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/verify?from=paper"));
    let kept = answer.cookie("__Host-cf-language").unwrap();
    assert_eq!(kept, "__Host-cf-language=de");
    let german = server.get("/verify", &kept).await;
    assert!(speaks(&german, "de") && german.body.contains("Ist diese Rechnung echt?"), "{}", german.body);

    for language in ["", "fr", "de;%20Path=/", "DE%0d%0aSet-Cookie:a=b"] {
        let answer = server.post("/language", &cookie, chosen(language)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{language}");
        assert_eq!(answer.cookie("__Host-cf-language"), None, "{language}");
    }
    let without_token = server.post("/language", &cookie, "language=de&next=/".to_owned()).await;
    assert_eq!(without_token.status, StatusCode::FORBIDDEN);
    let away = server.post("/language", &cookie, format!("{token}next=//evil.example&language=de")).await;
    assert_eq!(away.header("location"), "/");
    // The answer to a form cannot be opened again, so it offers no other language.
    let refused =
        server.post("/verify/code", &cookie, format!("{}code=x", hidden(&page, "/verify/code"))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.body.contains("action=\"/language\""));
}

/// The pages that tell most, with words that stand on them in German.
const PAGES: &[(&str, Who, &str)] = &[
    ("/setup", Who::First, "Counterfoil einrichten"),
    ("/setup/second-factor", Who::Enrolling, "Zweiten Faktor einrichten"),
    ("/setup", Who::Nobody, "Dieser Server ist eingerichtet"),
    ("/sign-in", Who::Nobody, "Sehen Sie auf die Adresszeile"),
    ("/sign-in/second-factor", Who::Halfway, "Noch ein Schritt"),
    ("/verify", Who::Nobody, "Ist diese Rechnung echt?"),
    ("/portal", Who::Nobody, "Ein Beleg liegt für Sie bereit"),
    ("/portal/document", Who::Buyer, "Wofür"),
    ("/setup/organisation", Who::Owner, "Weitere Organisation"),
    ("/account", Who::Owner, "Andere Geräte"),
    ("/o/{organisation}", Who::Owner, "1 Rechnung offen, keine überfällig."),
    ("/o/{organisation}/organisation", Who::Owner, "Bankverbindung"),
    ("/o/{organisation}/organisation/drafts", Who::Owner, "Übliche Umsatzsteuer"),
    ("/o/{organisation}/organisation/accounts", Who::Owner, "Braucht eine zweite Person"),
    ("/o/{organisation}/organisation/languages", Who::Owner, "Sprache Ihrer Leute"),
    ("/o/{organisation}/organisation/numbering", Who::Owner, "Nummernkreise"),
    ("/o/{organisation}/organisation/mail", Who::Owner, "Test-E-Mail an mich senden"),
    ("/o/{organisation}/ledger", Who::Owner, "Organisation angelegt, mit eigenen Schlüsseln"),
    ("/o/{organisation}/invoices", Who::Owner, "238,00"),
    ("/o/{organisation}/invoices/new", Who::Owner, "Entwurf schreiben"),
    ("/o/{organisation}/invoices/{invoice}", Who::Owner, "2 Stück"),
    ("/o/{organisation}/drafts/{draft}", Who::Owner, "Keine Regel ist verletzt"),
    ("/o/{organisation}/customers", Who::Owner, "Deutschland"),
    ("/o/{organisation}/customers/new", Who::Owner, "Rechnungsempfänger"),
    ("/o/{organisation}/customers/{customer}", Who::Owner, "Rechnungen gehen an"),
    ("/o/{organisation}/customers/{customer}/edit", Who::Owner, "Kunde speichern"),
    ("/o/{organisation}/products", Who::Owner, "Produkte"),
    ("/o/{organisation}/products/new", Who::Owner, "Was es kostet"),
    ("/o/{organisation}/mail", Who::Owner, "E-Mail-Protokoll"),
    ("/o/{organisation}/security-log", Who::Owner, "Sicherheitsprotokoll"),
];

#[tokio::test]
async fn every_page_is_drawn_in_german_and_in_english() {
    for who in [Who::First, Who::Enrolling, Who::Nobody, Who::Halfway, Who::Owner, Who::Buyer] {
        let world = World::of(who).await;
        let server = world.open().await;
        for (path, _, words) in PAGES.iter().filter(|(_, of, _)| *of == who) {
            let path = world.fill(path);
            let german = server.get(&path, &format!("{}; __Host-cf-language=de", world.cookie)).await;
            assert_eq!(german.status, StatusCode::OK, "{path}: {}", german.body);
            assert!(speaks(&german, "de") && german.body.contains(words), "{path}: {words}\n{}", german.body);
            let english = server.get(&path, &format!("{}; __Host-cf-language=en", world.cookie)).await;
            assert!(speaks(&english, "en") && !english.body.contains(words), "{path}");
        }
    }
}

#[tokio::test]
async fn the_portal_speaks_the_language_of_the_document_to_whoever_asks_for_none_of_ours() {
    let world = World::of(Who::Buyer).await;
    let server = world.open().await;
    let org = server.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let operator = gate::operator_command("test");
    let manage = authorize_operator::<ManageOrganisation>(&operator, org).unwrap();
    let read = authorize_operator::<ReadBooks>(&operator, org).unwrap();
    let view = server.billing.organisation(&read).await.unwrap().organisation;
    let mut profile = view.profile;
    for (document, asked, spoken) in
        [("de", "fr", "de"), ("de", "en", "en"), ("de-CH", "", "de"), ("fr", "it", "en"), ("en", "de", "de")]
    {
        profile.language = document.to_owned();
        let version = server.billing.organisation(&read).await.unwrap().organisation.version;
        server.billing.update_profile(&manage, version, profile.clone()).await.unwrap();
        let request = Request::get("/portal/document").header(COOKIE, &world.cookie);
        let request = request.header(ACCEPT_LANGUAGE, asked).body(Body::empty()).unwrap();
        let page = server.send(request).await;
        assert!(speaks(&page, spoken), "{document}, {asked:?}: {}", page.header("content-language"));
    }
    // Or the one that the seller chose for customers.
    profile.languages.customers = Some("de".to_owned());
    let version = server.billing.organisation(&read).await.unwrap().organisation.version;
    server.billing.update_profile(&manage, version, profile).await.unwrap();
    for (asked, spoken) in [("fr", "de"), ("en", "en")] {
        let request = Request::get("/portal/document").header(COOKIE, &world.cookie);
        let request = request.header(ACCEPT_LANGUAGE, asked).body(Body::empty()).unwrap();
        assert!(speaks(&server.send(request).await, spoken), "{asked}");
    }
}

#[tokio::test]
async fn whoever_signs_in_without_having_chosen_a_language_reads_that_of_the_organisation() {
    let world = World::of(Who::Halfway).await;
    let org = world.open().await.billing.find_organisation(SLUG).await.unwrap().unwrap();
    let operator = gate::operator_command("test");
    let manage = authorize_operator::<ManageOrganisation>(&operator, org).unwrap();
    let read = authorize_operator::<ReadBooks>(&operator, org).unwrap();
    let path = "/sign-in/second-factor";
    let fields = world.fill("code={totp}&next=");
    let chosen = format!("{}; __Host-cf-language=en", world.cookie);
    for (cookie, language) in [(&chosen, None), (&world.cookie, Some("__Host-cf-language=de"))] {
        let server = world.open().await;
        let kept = server.billing.organisation(&read).await.unwrap().organisation;
        let mut profile = kept.profile;
        profile.languages.people = Some("de".to_owned());
        server.billing.update_profile(&manage, kept.version, profile).await.unwrap();
        let signed_in = server.fill_in(path, cookie, path, &fields).await;
        assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.body);
        assert_eq!(signed_in.cookie("__Host-cf-language").as_deref(), language);
    }
}

#[tokio::test]
async fn a_form_is_refused_and_accepted_in_german() {
    let world = World::of(Who::Owner).await;
    let server = world.open().await;
    let path = world.fill("/o/{organisation}/customers");
    let cookie = format!("{}; __Host-cf-language=de", world.cookie);
    let page = server.get(&format!("{path}/new"), &cookie).await;
    let body = |name: &str, vat: &str| {
        format!("{}name={name}&country=DE&vat_identifier={vat}", hidden(&page, &path))
    };
    let refused = server.post(&path, &cookie, body("", "DE12")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["2 Punkte sind zu berichtigen", "Das ist nötig.", "Eine USt-IdNr. aus DE sieht aus wie"] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let accepted = server.post(&path, &cookie, body("Muster", "")).await;
    let message = accepted.cookie("__Host-cf-message").unwrap();
    let list = server.get(&path, &format!("{cookie}; {message}")).await;
    assert!(list.body.contains("Kunde angelegt"), "{}", list.body);
}
