//! Bad input in every field of every form: it is refused with a word at the field and nothing is written, or it is
//! text and comes back as text. The forms are read from the pages, as a browser does.

pub(crate) mod acts;
pub(crate) mod page;
mod requests;
mod uploads;
pub(crate) mod values;
pub(crate) mod world;

use axum::http::StatusCode;
use counterfoil_web::routes;

use self::acts::{ACTS, Act, ELSEWHERE, Takes, Who};
use self::page::Control;
use self::values::{Hostile, Kind, Sent, encode};
use self::world::World;
use crate::server::Server;
use crate::site::Answer;

/// A form that is open in a browser.
struct Opened {
    cookie: String,
    controls: Vec<Control>,
}

/// Opens the page of a form. What a person would type is in it.
async fn open(server: &Server, world: &World, act: &Act) -> Opened {
    let page = server.get(&world.fill(act.page), &world.cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}: {}", act.page, page.body);
    let mut controls = page::form(&page.body, &world.fill(act.route))
        .unwrap_or_else(|| panic!("{} has no form for {}", act.page, act.route));
    for control in &controls {
        let known = control.is_hidden() || act.fields.iter().any(|field| field.name == control.name);
        assert!(known, "{}: the field {} is not in the table", act.route, control.name);
    }
    for field in act.fields {
        let value = world.fill(field.valid);
        match controls.iter_mut().find(|control| control.name == field.name) {
            Some(control) => control.value = value,
            None => controls.push(Control {
                name: field.name.to_owned(),
                value,
                kind: "button".to_owned(),
                id: String::new(),
            }),
        }
    }
    let form_cookie = page.cookie("__Host-cf-form");
    let cookies: Vec<_> =
        [Some(world.cookie.clone()), form_cookie].into_iter().flatten().filter(|c| !c.is_empty()).collect();
    Opened { cookie: cookies.join("; "), controls }
}

/// The form's body, with one field sent otherwise.
fn body(controls: &[Control], field: &str, sent: Option<&Sent>) -> String {
    let pair = |name: &str, value: String| format!("{}={value}", encode(name));
    let mut pairs = Vec::new();
    for control in controls {
        let valid = encode(&control.value);
        match sent.filter(|_| control.name == field) {
            None => pairs.push(pair(&control.name, valid)),
            Some(Sent::Missing) => {}
            Some(Sent::Text(text)) => pairs.push(pair(&control.name, encode(text))),
            Some(Sent::Raw(raw)) => pairs.push(pair(&control.name, (*raw).to_owned())),
            Some(Sent::Twice) => {
                pairs.extend([pair(&control.name, valid.clone()), pair(&control.name, valid)]);
            }
        }
    }
    pairs.join("&")
}

/// Whether the books would take this value here.
fn may_take(takes: Takes, but: &[&str], hostile: &Hostile) -> bool {
    if but.contains(&hostile.name) {
        return true;
    }
    let kind = hostile.kind;
    match takes {
        Takes::Anything => true,
        _ if matches!(kind, Kind::Broken | Kind::Long | Kind::Invisible) => false,
        Takes::InDraftsOnly | Takes::Prose => true,
        Takes::MaybeLine => kind != Kind::Lines,
        Takes::Line => !matches!(kind, Kind::Lines | Kind::Absent),
        Takes::MaybeExact => kind == Kind::Absent,
        Takes::Exact => false,
    }
}

/// What is wrong, if it is not so.
type Seen<T = ()> = Result<T, String>;

fn see(holds: bool, what: impl FnOnce() -> String) -> Seen {
    if holds { Ok(()) } else { Err(what()) }
}

/// What of a page is worth reading in a report.
fn told(answer: &Answer) -> String {
    let main = answer.body.split("<main").nth(1).unwrap_or(&answer.body);
    let mut text = String::new();
    for part in main.split('<') {
        text.push_str(part.split_once('>').map_or("", |(_, text)| text));
    }
    let words: Vec<_> = text.split_whitespace().take(60).collect();
    format!("{} {} {}", answer.status, answer.header("location"), words.join(" "))
}

/// Nothing of an answer can run, and it leads nowhere else.
fn inert(answer: &Answer) -> Seen {
    see(!answer.status.is_server_error(), || format!("a failure: {}", told(answer)))?;
    for marker in ["<script>alert", "<img src=x", "<svg/onload", "href=\"javascript:"] {
        see(!answer.body.contains(marker), || format!("{marker} came back alive"))?;
    }
    let location = answer.header("location");
    let local = location.is_empty() || (location.starts_with('/') && !location.starts_with("//"));
    see(local, || format!("leads to {location}"))
}

/// The page that refuses says which field, at the field and above the form, and keeps what else was typed.
fn explained(answer: &Answer, world: &World, act: &Act, opened: &Opened, name: &str, is_named: bool) -> Seen {
    let controls = page::form(&answer.body, &world.fill(act.route))
        .ok_or_else(|| format!("refused without the form: {}", told(answer)))?;
    see(answer.body.contains("data-error-summary"), || format!("no summary: {}", told(answer)))?;
    for control in controls.iter().filter(|control| is_named && control.name == name && !control.is_hidden())
    {
        let field = control.id.strip_prefix("field-").expect("fields have such ids");
        let linked = answer.body.contains(&format!("href=\"#field-{field}\""));
        see(linked, || format!("the summary does not lead to the field: {}", told(answer)))?;
        let said = answer.body.contains(&format!("id=\"error-{field}\""));
        see(said, || format!("nothing is said at the field: {}", told(answer)))?;
    }
    let secret = |sent: &Control| ["password", "hidden", "button"].contains(&sent.kind.as_str());
    for sent in opened.controls.iter().filter(|sent| !secret(sent) && sent.name != name) {
        let kept = controls.iter().any(|control| control.name == sent.name && control.value == sent.value);
        let is_code = ["code", "recovery_code", "secret"].contains(&sent.name.as_str());
        see(kept || is_code, || format!("what was typed into {} is lost", sent.name))?;
    }
    Ok(())
}

/// A value, where it goes, and what may come of it.
struct Try<'a> {
    act: &'a Act,
    name: &'a str,
    takes: Takes,
    but: &'a [&'a str],
    hostile: &'a Hostile,
}

impl Try<'_> {
    /// Sends it and looks at what comes of it.
    async fn run(&self, server: &Server, world: &World) -> Seen {
        let Self { act, name, hostile, .. } = *self;
        let opened = open(server, world, act).await;
        let before = server.books();
        let sent = body(&opened.controls, name, Some(&hostile.sent));
        let answer = server.post(&world.fill(act.route), &opened.cookie, sent).await;
        inert(&answer)?;
        if !answer.status.is_client_error() {
            see(may_take(self.takes, self.but, hostile), || format!("it was taken: {}", told(&answer)))?;
            return self.look_around(server, world).await;
        }
        let unchanged = server.books() == before;
        see(act.counts || unchanged, || {
            format!("refused, and yet something was written: {}", told(&answer))
        })?;
        let is_hidden = opened.controls.iter().any(|control| control.name == name && control.is_hidden());
        match answer.status {
            StatusCode::PAYLOAD_TOO_LARGE => see(hostile.kind == Kind::Long, || told(&answer)),
            StatusCode::UNPROCESSABLE_ENTITY if hostile.kind == Kind::Broken || is_hidden => Ok(()),
            StatusCode::UNPROCESSABLE_ENTITY | StatusCode::TOO_MANY_REQUESTS => {
                explained(&answer, world, act, &opened, self.name, self.is_named())
            }
            StatusCode::CONFLICT | StatusCode::NOT_FOUND if is_hidden => Ok(()),
            _ => Err(told(&answer)),
        }
    }

    /// Address and password are refused together and not apart; a row without a cell is no row.
    fn is_named(&self) -> bool {
        let in_rows = self.act.route.ends_with("{draft}") || self.name.starts_with("contact_");
        self.act.route != "/sign-in" && !(in_rows && matches!(self.hostile.sent, Sent::Missing))
    }

    /// What was taken is shown everywhere as text; and of a draft a document is made, or the rules say why not.
    async fn look_around(&self, server: &Server, world: &World) -> Seen {
        if self.act.who != Who::Owner {
            return Ok(());
        }
        for page in [
            "/o/{organisation}",
            "/o/{organisation}/organisation",
            "/o/{organisation}/organisation/drafts",
            "/o/{organisation}/organisation/mail",
            "/o/{organisation}/organisation/accounts",
            "/o/{organisation}/organisation/numbering",
            "/o/{organisation}/ledger",
            "/o/{organisation}/security-log",
            "/o/{organisation}/mail",
            "/o/{organisation}/invoices",
            "/o/{organisation}/invoices/new",
            "/o/{organisation}/invoices/{invoice}",
            "/o/{organisation}/customers",
            "/o/{organisation}/customers?sort=owing",
            "/o/{organisation}/customers/{customer}",
            "/o/{organisation}/customers/{customer}/edit",
            "/o/{organisation}/products",
            "/o/{organisation}/products/{product}",
            "/o/{organisation}/drafts/{draft}",
        ] {
            let answer = server.get(&world.fill(page), &world.cookie).await;
            inert(&answer).map_err(|why| format!("taken, and then {page}: {why}"))?;
        }
        let draft = "/o/{organisation}/drafts/{draft}";
        if !self.act.route.starts_with(draft) {
            return Ok(());
        }
        let page = server.get(&world.fill(draft), &world.cookie).await;
        let issuance = world.fill(&format!("{draft}/issuance"));
        let Some(controls) = page::form(&page.body, &issuance) else { return Ok(()) };
        let answer = server.post(&issuance, &world.cookie, body(&controls, "", None)).await;
        inert(&answer)?;
        if answer.status != StatusCode::SEE_OTHER {
            return Ok(());
        }
        let needed = self.takes == Takes::InDraftsOnly && self.hostile.kind == Kind::Absent;
        see(!needed, || format!("it was issued: {}", told(&answer)))?;
        let invoice = answer.header("location").to_owned();
        inert(&server.get(&invoice, &world.cookie).await)?;
        for file in ["cii", "ubl", "proof"] {
            let answer = server.get(&format!("{invoice}/files/{file}"), &world.cookie).await;
            see(answer.status == StatusCode::OK, || format!("issued, and then {file}: {}", told(&answer)))?;
        }
        Ok(())
    }
}

/// To text, numbers and dates are words like others.
fn matters(takes: Takes, kind: Kind) -> bool {
    let is_text = matches!(takes, Takes::Line | Takes::MaybeLine | Takes::Prose);
    !(is_text && matches!(kind, Kind::Numbers | Kind::Dates | Kind::Choices))
}

/// Every hostile value in every field of the acts, and in every hidden field that the pages have.
async fn attack(choose: impl Fn(&Act) -> bool) {
    attack_fields(choose, |_| true).await;
}

async fn attack_fields(choose: impl Fn(&Act) -> bool, in_turn: impl Fn(&str) -> bool) {
    let values = values::all();
    let mut faults = Vec::new();
    let mut tried = 0;
    for act in ACTS.iter().filter(|act| choose(act)) {
        let world = World::of(act.who).await;
        let mut server = world.open().await;
        let opened = open(&server, &world, act).await;
        let hidden = opened.controls.iter().filter(|control| control.is_hidden());
        let hidden = hidden.map(|control| control.name.as_str()).filter(|name| *name != "form_token");
        let mut names: Vec<&str> = act.fields.iter().map(|field| field.name).collect();
        for name in hidden {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names.into_iter().filter(|name| in_turn(name)) {
            let field = act.fields.iter().find(|field| field.name == name);
            let (takes, but) = field.map_or((Takes::Anything, &[][..]), |field| (field.takes, field.but));
            for hostile in values.iter().filter(|hostile| matters(takes, hostile.kind)) {
                let before = server.books();
                if let Err(why) = (Try { act, name, takes, but, hostile }).run(&server, &world).await {
                    faults.push(format!("{} {name} = {}: {why}", act.route, hostile.name));
                }
                if server.books() != before {
                    server = world.open().await;
                }
                tried += 1;
            }
        }
        let good =
            server.post(&world.fill(act.route), &opened.cookie, body(&opened.controls, "", None)).await;
        if !good.status.is_success() && !good.status.is_redirection() {
            faults.push(format!("{}: the valid form is refused: {}", act.route, told(&good)));
        }
        tried += 1;
    }
    assert!(tried > 0, "nothing was tried");
    assert!(faults.is_empty(), "{} of {tried} tries:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_form_there_is_is_attacked() {
    let mut routes: Vec<_> =
        routes::ALL.iter().filter(|(method, _)| *method == "post").map(|(_, path)| *path).collect();
    routes.retain(|path| !ELSEWHERE.contains(path));
    let blank = |path: &str| {
        path.split('/')
            .map(|part| if part.starts_with('{') { "{}" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    };
    let known: Vec<_> = ACTS.iter().map(|act| blank(act.route)).collect();
    for route in &routes {
        assert!(known.contains(&blank(route)), "{route} is not in the table of hostile/acts.rs: add it");
    }
    assert_eq!(routes.len(), known.len(), "the table has a route that is none");
}

#[tokio::test]
async fn bad_input_in_the_forms_of_the_setup_is_refused_at_its_field() {
    attack(|act| matches!(act.who, Who::First | Who::Enrolling)).await;
}

#[tokio::test]
async fn bad_input_in_the_form_of_a_new_organisation_is_refused_at_its_field() {
    attack(|act| act.route == "/setup/organisation").await;
}

#[tokio::test]
async fn bad_input_in_the_forms_of_the_sign_in_is_refused_at_its_field() {
    attack(|act| act.route.starts_with("/sign-")).await;
}

#[tokio::test]
async fn bad_input_in_the_form_of_an_organisation_is_refused_at_its_field() {
    attack(|act| act.route.ends_with("/organisation") && act.route.starts_with("/o/")).await;
}

#[tokio::test]
async fn bad_input_in_the_settings_of_an_organisation_is_refused_at_its_field() {
    attack(|act| act.route.contains("/organisation/")).await;
}

#[tokio::test]
async fn bad_input_in_the_form_of_a_new_customer_is_refused_at_its_field() {
    attack(|act| act.route.ends_with("/customers")).await;
}

#[tokio::test]
async fn bad_input_in_the_forms_of_an_account_is_refused_at_its_field() {
    attack(|act| act.route.starts_with("/account")).await;
}

#[tokio::test]
async fn bad_input_in_the_form_of_a_customer_is_refused_at_its_field() {
    attack(|act| act.route.ends_with("{customer}")).await;
}

#[tokio::test]
async fn bad_input_in_the_forms_of_products_is_refused_at_its_field() {
    attack(|act| act.route.contains("/products")).await;
}

#[tokio::test]
async fn bad_input_in_the_forms_of_the_list_is_refused() {
    attack(|act| act.route.ends_with("/bulk") || act.route.ends_with("/export")).await;
}

#[tokio::test]
async fn bad_input_in_the_forms_of_invoices_is_refused_at_its_field() {
    attack(|act| ["{invoice}", "{portal_link}", "/mail/"].iter().any(|part| act.route.contains(part))).await;
}

/// The fields of a line in the editor.
const OF_LINES: &[&str] =
    &["item_name", "description", "quantity", "unit", "unit_price", "vat", "line_origin"];

#[tokio::test]
async fn bad_input_in_the_lines_of_the_editor_is_refused_at_its_field_or_by_a_rule() {
    attack_fields(|act| act.route.ends_with("/drafts/{draft}"), |name| OF_LINES.contains(&name)).await;
}

#[tokio::test]
async fn bad_input_in_the_rest_of_the_editor_is_refused_at_its_field_or_by_a_rule() {
    attack_fields(|act| act.route.ends_with("/drafts/{draft}"), |name| !OF_LINES.contains(&name)).await;
}

#[tokio::test]
async fn bad_input_in_the_buttons_of_drafts_is_refused() {
    attack(|act| act.route.contains("/drafts") && !act.route.ends_with("{draft}")).await;
}

#[tokio::test]
async fn bad_input_in_the_forms_of_buyers_is_refused_at_its_field() {
    attack(|act| act.route.starts_with("/portal") || act.route.starts_with("/verify")).await;
}
