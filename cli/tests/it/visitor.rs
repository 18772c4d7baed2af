//! A person at a browser, as far as forms go: curl with a jar of cookies. Fields that a page hides are sent as found.

use std::path::PathBuf;
use std::process::Command;

use counterfoil_billing::Clock;
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "nine quiet otters paint the harbour";

/// What came back.
pub(crate) struct Page {
    pub(crate) status: u16,
    /// The path it leads to.
    pub(crate) location: String,
    pub(crate) body: String,
}

impl Page {
    /// The text of the element with this id.
    pub(crate) fn text(&self, id: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("id=\"{id}\"")).expect("the element is on the page");
        let (_, rest) = rest.split_once('>').unwrap();
        plain(rest.split('<').next().unwrap()).trim().to_owned()
    }
}

pub(crate) struct Visitor {
    url: String,
    jar: PathBuf,
    _folder: TempDir,
}

/// What only this person has.
pub(crate) struct Secrets {
    pub(crate) totp: String,
    pub(crate) recovery_codes: Vec<String>,
}

impl Visitor {
    pub(crate) fn of(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { url: url.to_owned(), jar: folder.path().join("jar"), _folder: folder }
    }

    /// Asks for a page; nothing comes if there is no server, or it dies on the way.
    pub(crate) fn get(&self, path: &str) -> Option<Page> {
        self.ask(path, &[])
    }

    /// Fills in a form of a page and sends it.
    pub(crate) fn submit(&self, page: &str, action: &str, typed: &[(&str, &str)]) -> Option<Page> {
        let page = self.get(page)?;
        let hidden = hidden(&page.body, action)
            .unwrap_or_else(|| panic!("no form for {action}: {} {}", page.status, page.body));
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let hidden = hidden.filter(|(name, _)| !typed.iter().any(|(typed, _)| typed == name));
        let fields: Vec<String> =
            hidden.chain(typed.iter().copied()).map(|(name, value)| format!("{name}={value}")).collect();
        let arguments: Vec<&str> =
            fields.iter().flat_map(|field| ["--data-urlencode", field.as_str()]).collect();
        self.ask(action, &arguments)
    }

    /// Sends the form that a page has kept, as it is.
    pub(crate) fn send_again(&self, page: &Page, action: &str) -> Option<Page> {
        let hidden = hidden(&page.body, action).expect("the page has kept the form");
        let fields: Vec<String> = hidden.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let arguments: Vec<&str> =
            fields.iter().flat_map(|field| ["--data-urlencode", field.as_str()]).collect();
        self.ask(action, &arguments)
    }

    fn ask(&self, path: &str, arguments: &[&str]) -> Option<Page> {
        let jar = self.jar.to_str().unwrap();
        let output = Command::new("curl")
            .args(["--silent", "--insecure", "--max-time", "30", "--cookie", jar, "--cookie-jar", jar])
            .args([
                "--header",
                &format!("Origin: {}", self.url),
                "--write-out",
                "\n%{http_code} %{redirect_url}",
            ])
            .args(arguments)
            .arg(format!("{}{path}", self.url))
            .output()
            .unwrap();
        if !output.status.success() {
            return None;
        }
        let all = String::from_utf8_lossy(&output.stdout).into_owned();
        let (body, end) = all.rsplit_once('\n').unwrap();
        let (status, location) = end.split_once(' ').unwrap();
        let location = location.strip_prefix(&self.url).unwrap_or(location).to_owned();
        Some(Page { status: status.parse().unwrap(), location, body: body.to_owned() })
    }

    /// The same person in another window.
    pub(crate) fn twin(&self) -> Self {
        let twin = Self::of(&self.url);
        std::fs::copy(&self.jar, &twin.jar).unwrap();
        twin
    }

    /// From the setup link to an organisation with this short name.
    pub(crate) fn set_up(
        &self,
        link: &str,
        person: &str,
        email: &str,
        slug: &str,
        particulars: &[(&str, &str)],
    ) -> Secrets {
        let secret = link.split_once('#').unwrap().1;
        let owner = [("secret", secret), ("name", person), ("email", email), ("password", PASSWORD)];
        self.lead("/setup", "/setup/owner", &owner, "/setup/second-factor");
        let totp = self.get("/setup/second-factor").unwrap().text("totp-secret");
        let enrolled = self
            .submit("/setup/second-factor", "/setup/second-factor", &[("code", &totp_code(&totp))])
            .unwrap();
        assert_eq!(enrolled.status, 200, "{}", enrolled.body);
        let (_, codes) = enrolled.body.split_once("id=\"recovery-codes\"").unwrap();
        let codes = codes.split("</ul>").next().unwrap().split("<li>").skip(1);
        let recovery_codes = codes.map(|code| code.split('<').next().unwrap().to_owned()).collect();
        let mut fields =
            vec![("slug", slug), ("currency", "EUR"), ("payment_days", "14"), ("language", "en")];
        fields.extend(particulars);
        self.lead("/setup/organisation", "/setup/organisation", &fields, &format!("/o/{slug}"));
        Secrets { totp, recovery_codes }
    }

    /// Sends a form that must lead to this path; gives the whole path.
    pub(crate) fn lead(&self, page: &str, action: &str, typed: &[(&str, &str)], to: &str) -> String {
        let answer = self.submit(page, action, typed).expect("the server answers");
        assert!(
            answer.status == 303 && answer.location.starts_with(to),
            "{action}: {} to {:?}: {}",
            answer.status,
            answer.location,
            answer.body
        );
        answer.location
    }
}

/// The code of the moment.
pub(crate) fn totp_code(secret: &str) -> String {
    let secret: String = secret.chars().filter(char::is_ascii_alphanumeric).collect();
    let bytes: [u8; 20] = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap().try_into().unwrap();
    let totp =
        totp_rs::Builder::new().with_secret(bytes).with_step_duration(30).with_skew(0).build_noncompliant();
    totp.generate(Clock::System.now().as_second().try_into().unwrap()).to_string()
}

/// The hidden fields of the form that posts to this path.
fn hidden(body: &str, action: &str) -> Option<Vec<(String, String)>> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(plain(rest.split('"').next()?))
    };
    let mut forms = body.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next());
    let form = forms.find(|form| form.contains(&format!("action=\"{action}\"")))?;
    let tags = form.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
    let tags = tags.map(|tag| format!(" {tag}")).filter(|tag| tag.contains(" type=\"hidden\""));
    Some(
        tags.filter_map(|tag| Some((attribute(&tag, "name")?, attribute(&tag, "value").unwrap_or_default())))
            .collect(),
    )
}

fn plain(html: &str) -> String {
    let mut parts = html.split("&#");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once(';').expect("an escape ends");
        text.push(char::from_u32(code.parse().unwrap()).unwrap());
        text.push_str(rest);
    }
    text
}
