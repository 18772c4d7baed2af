//! Forms filled in as a browser does: what the page hides in them goes along.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE};

use crate::server::Server;
use crate::site::Answer;

/// What a page binds the form that is sent to `action` to, as the beginning of a body: its token, number, base and version.
pub(crate) fn hidden(page: &Answer, action: &str) -> String {
    let (_, form) = page.body.split_once(&format!("action=\"{action}\"")).expect("the page has this form");
    let form = form.split("</form>").next().unwrap();
    let mut body = String::new();
    for name in ["form_token", "once", "base", "version"] {
        if let Some((_, rest)) = form.split_once(&format!("name=\"{name}\" value=\"")) {
            body.extend([name, "=", rest.split('"').next().unwrap(), "&"]);
        }
    }
    body
}

impl Server {
    pub(crate) async fn post(&self, path: &str, cookie: &str, body: String) -> Answer {
        let request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header(COOKIE, cookie)
            .header(CONTENT_LENGTH, body.len())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Opens the page and sends its form to `action`, with these fields besides.
    pub(crate) async fn fill_in(&self, page: &str, cookie: &str, action: &str, fields: &str) -> Answer {
        let body = hidden(&self.get(page, cookie).await, action) + fields;
        self.post(action, cookie, body).await
    }
}
