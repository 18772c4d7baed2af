//! The style guide's router, and requests to it as a browser makes them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use counterfoil_web::{Site, styleguide};
use tower::ServiceExt as _;

pub(crate) const ORIGIN: &str = "https://bills.example:8443";

pub(crate) fn router() -> Router {
    styleguide::router(&Site::new(ORIGIN, [7; 32]))
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The name and value of a cookie that was set.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap());
        let pairs = lines.filter_map(|line| line.split(';').next());
        pairs.filter(|pair| pair.starts_with(&format!("{name}="))).map(str::to_owned).next()
    }

    /// The first form token on the page.
    pub(crate) fn form_token(&self) -> String {
        let (_, rest) = self.body.split_once("name=\"form_token\" value=\"").expect("a form is on the page");
        rest.split('"').next().unwrap().to_owned()
    }
}

pub(crate) async fn send(request: Request<Body>) -> Answer {
    answer(router(), request).await
}

pub(crate) async fn answer(router: Router, request: Request<Body>) -> Answer {
    let response: Response<Body> = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 32 << 20).await.unwrap();
    // Tiles are no text; everything else is.
    let body = String::from_utf8_lossy(&body).into_owned();
    Answer { status: parts.status, headers: parts.headers, body }
}

pub(crate) async fn get(path: &str) -> Answer {
    send(Request::get(path).body(Body::empty()).unwrap()).await
}

/// A browser that has opened the form: its cookie and token.
pub(crate) async fn opened() -> (String, String) {
    let page = get("/styleguide").await;
    (page.cookie("__Host-cf-form").expect("a page with a form sets its cookie"), page.form_token())
}

/// A form as a browser on this site sends it.
pub(crate) async fn post(path: &str, cookie: &str, body: String) -> Answer {
    let request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header(COOKIE, cookie)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    send(request).await
}
