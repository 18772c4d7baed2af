//! Pages: a template with its status, and the shell around those of signed-in people.

use std::ops::Deref;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::language::t;
use crate::{ErrorPage, Visit};

/// A template as the answer.
pub struct Page<T: Template> {
    status: StatusCode,
    template: T,
}

impl<T: Template> Page<T> {
    /// 200.
    pub fn ok(template: T) -> Self {
        Self { status: StatusCode::OK, template }
    }

    /// 422: the form again, with what is wrong with it.
    pub fn refused(template: T) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, template }
    }

    /// Another status, where a page says more than an [`ErrorPage`] would.
    pub fn with_status(status: StatusCode, template: T) -> Self {
        Self { status, template }
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.template.render() {
            Ok(html) => (self.status, Html(html)).into_response(),
            Err(error) => ErrorPage::failed(&error).into_response(),
        }
    }
}

/// What `layout.html` shows around a page of an organisation. It is an extractor for routes under
/// `/o/{organisation}/…`, and asks nothing but membership: what may be done says [`May`](crate::May).
#[derive(Clone)]
pub struct Shell {
    pub(crate) visit: Visit,
    pub(crate) person: String,
    pub(crate) slug: String,
    /// The short names of all organisations the person belongs to.
    pub(crate) organisations: Vec<String>,
}

/// One entry of the menu.
pub struct NavLink {
    /// Where to.
    pub href: String,
    /// What it is called.
    pub label: String,
    /// Its icon.
    pub icon: &'static str,
    /// The letter after `g` that goes there.
    pub key: &'static str,
    /// Whether this page is in it.
    pub current: bool,
}

/// Path below the organisation, the label's key, icon, and the letter.
const SECTIONS: &[(&str, &str, &str, &str)] = &[
    ("", "menu-dashboard", "dashboard", "d"),
    ("/invoices", "menu-invoices", "invoice", "i"),
    ("/customers", "menu-customers", "customers", "c"),
    ("/products", "menu-products", "product", "p"),
    ("/organisation", "menu-organisation", "organisation", "o"),
    ("/ledger", "menu-ledger", "ledger", "l"),
];

impl Shell {
    /// The person's name.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// The organisation's name in URLs.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The other organisations of the person, to switch to.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.organisations.iter().map(String::as_str).filter(|slug| *slug != self.slug)
    }

    /// A path of this organisation: `page.url("/invoices/new")` is `/o/example/invoices/new`.
    pub fn url(&self, below: &str) -> String {
        format!("/o/{}{below}", self.slug)
    }

    /// The menu.
    pub fn nav(&self) -> Vec<NavLink> {
        let below = self.visit.path().strip_prefix(&self.url("")).unwrap_or("/-");
        // A draft is an invoice to be, its mail goes with it, and the security log is read from the ledger.
        let below = match below {
            _ if below.starts_with("/drafts/") => "/invoices/",
            "/mail" => "/invoices/",
            "/security-log" => "/ledger/",
            below => below,
        };
        let link = |&(section, label, icon, key): &(&str, &'static str, &'static str, &'static str)| {
            let current = match below.strip_prefix(section) {
                Some("" | "/") => true,
                Some(rest) => !section.is_empty() && rest.starts_with('/'),
                None => false,
            };
            NavLink { href: self.url(section), label: t(label).to_string(), icon, key, current }
        };
        SECTIONS.iter().map(link).collect()
    }
}

impl Deref for Shell {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Method};

    use super::*;
    use crate::Site;

    fn current(path: &str) -> Vec<String> {
        let site = Site::new("https://bills.example", [0; 32]);
        let visit = Visit::new(site, &Method::GET, &path.parse().unwrap(), &HeaderMap::new());
        let shell = Shell { visit, person: "Ada".into(), slug: "muster".into(), organisations: Vec::new() };
        shell.nav().into_iter().filter(|link| link.current).map(|link| link.label).collect()
    }

    #[test]
    fn the_menu_marks_the_section_of_the_page_and_no_other() {
        assert_eq!(current("/o/muster"), ["Dashboard"]);
        assert_eq!(current("/o/muster/"), ["Dashboard"]);
        assert_eq!(current("/o/muster/invoices"), ["Invoices"]);
        assert_eq!(current("/o/muster/invoices/3/credit"), ["Invoices"]);
        assert_eq!(current("/o/muster/drafts/7"), ["Invoices"]);
        assert_eq!(current("/o/muster/mail"), ["Invoices"]);
        assert_eq!(current("/o/muster/security-log"), ["Ledger"]);
        assert_eq!(current("/o/muster/organisation"), ["Organisation"]);
        assert_eq!(current("/o/muster/invoices-archive"), Vec::<String>::new());
        assert_eq!(current("/account"), Vec::<String>::new());
    }
}
