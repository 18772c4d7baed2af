//! `/styleguide`, in debug builds: every component in every state, for people and for the browser tests.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use rust_decimal::Decimal;

use crate::ui::{self, Bar, Chart, Mark, Tone};
use crate::{ErrorPage, Fields, Form, Page, SeeOther, Shell, Site, Visit, assets};

/// The form of the style guide: one field of every kind.
#[derive(Debug)]
pub enum Sample {}

impl Fields for Sample {
    const ONE: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("email", "E-mail address"),
        ("password", "Password"),
        ("code", "Code from your app"),
        ("iban", "IBAN"),
        ("country", "Country"),
        ("due", "Due date"),
        ("price", "Net price"),
        ("terms", "Days to pay"),
        ("note", "Note on the invoice"),
        ("kind", "Who is the customer?"),
        ("remind", "Send reminders when it is overdue"),
        ("accent", "Accent colour"),
    ];
    const FILES: &'static [(&'static str, &'static str)] = &[("logo", "Logo")];
}

#[derive(Template)]
#[template(path = "styleguide.html")]
struct Styleguide {
    page: Shell,
    form: Form<Sample>,
    refused: Form<Sample>,
    chart: Chart,
    icons: Vec<String>,
}

#[derive(Template)]
#[template(path = "styleguide-public.html")]
struct PublicStyleguide {
    page: Visit,
    form: Form<Sample>,
}

fn shell(visit: Visit) -> Shell {
    let organisations = vec!["muster-werkstatt".to_owned(), "muster-verlag".to_owned()];
    Shell { visit, person: "Ada Muster".to_owned(), slug: "muster-werkstatt".to_owned(), organisations }
}

fn styleguide(visit: Visit, form: Form<Sample>) -> Styleguide {
    let mut refused = Form::blank()
        .with("name", "<script>alert('Müller & Söhne')</script>")
        .with("iban", "DE02 1203 0000 0000 2020 5")
        .with("price", "12,345.678")
        .with("country", "AT");
    refused.refuse("name", "at most 20 characters; this has 40");
    refused.refuse("iban", "an IBAN for DE has 22 characters; this has 21");
    refused.refuse("price", "write the amount like 12345.67, with at most two decimals");
    refused.refuse("kind", "choose one");
    let weeks = [
        ("overdue", 4_165),
        ("23 Nov", 2_380),
        ("30 Nov", 6_902),
        ("7 Dec", 1_190),
        ("14 Dec", 0),
        ("21 Dec", 3_570),
    ];
    let bars = weeks.map(|(label, sum)| {
        let bar = Bar::new(label, &ui::amount(sum), Decimal::from(sum));
        match label {
            "overdue" => bar.red(),
            "23 Nov" => bar.now(),
            _ => bar,
        }
    });
    let icons = include_str!("../assets/icons.svg").split("id=\"").skip(1);
    let icons = icons.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect();
    let chart = Chart::new("Expected by week, in EUR", bars.to_vec());
    Styleguide { page: shell(visit), form, refused, chart, icons }
}

/// `GET /styleguide`
pub async fn show(visit: Visit) -> impl IntoResponse {
    Page::ok(styleguide(
        visit,
        Form::blank().with("due", "2026-12-15").with("country", "DE").with("accent", "#1d4466"),
    ))
}

/// `POST /styleguide`: the way of every form, without a use case behind it.
pub async fn send(visit: Visit, mut form: Form<Sample>) -> Response {
    if form.text("name").is_empty() {
        form.refuse("name", "say how to address you");
    }
    if form.errors().is_empty() {
        return SeeOther::to("/styleguide")
            .saying(format!("{} was saved", form.text("name")))
            .into_response();
    }
    Page::refused(styleguide(visit, form)).into_response()
}

/// `GET /styleguide/public`
pub async fn public(page: Visit) -> impl IntoResponse {
    Page::ok(PublicStyleguide { page, form: Form::blank() })
}

/// `GET /styleguide/faults/{status}`: the error pages.
///
/// # Panics
/// For 500: so that the page for panics is seen.
pub async fn fault(Path(status): Path<u16>) -> ErrorPage {
    match status {
        403 => ErrorPage::forbidden("the role auditor does not include issue"),
        413 => ErrorPage::too_large(64 << 10),
        422 => ErrorPage::unprocessable("this form has no field \"admin\""),
        429 => ErrorPage::too_many(40),
        500 => panic!("the style guide was asked to panic"),
        503 => ErrorPage::busy(),
        _ => StatusCode::from_u16(status).map_or_else(|_| ErrorPage::not_found(), ErrorPage::for_status),
    }
}

/// The style guide alone, inside every protection: for looking at it without a database.
pub fn router(site: &Site) -> Router {
    let routes = Router::new()
        .route("/assets/{file}", routing::get(assets::show))
        .route("/styleguide", routing::get(show).post(send))
        .route("/styleguide/public", routing::get(public))
        .route("/styleguide/faults/{status}", routing::get(fault));
    crate::security::protect(routes, site)
}
