//! Reads the forms of a page as a browser does: controls, what is in them, and what is said of them.

/// One control of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    pub(crate) name: String,
    pub(crate) value: String,
    /// `input`'s type, `textarea` or `select`.
    pub(crate) kind: String,
    pub(crate) id: String,
}

impl Control {
    pub(crate) fn is_hidden(&self) -> bool {
        self.kind == "hidden"
    }
}

/// The controls of the form that posts to this path, but for its buttons and files.
pub(crate) fn form(body: &str, action: &str) -> Option<Vec<Control>> {
    let mut rest = body;
    while let Some(at) = rest.find("<form ") {
        let (tag, after) = rest[at..].split_once('>')?;
        rest = after;
        if attribute(tag, "action").as_deref() == Some(action) {
            return Some(controls(after.split("</form>").next()?));
        }
    }
    None
}

fn controls(mut html: &str) -> Vec<Control> {
    let mut found = Vec::new();
    while let Some(at) = html.find('<') {
        html = &html[at..];
        let (tag, after) = html.split_once('>').expect("tags end");
        let element = tag[1..].split_whitespace().next().unwrap_or_default();
        let kind = match element {
            "input" => attribute(tag, "type").unwrap_or_else(|| "text".to_owned()),
            other => other.to_owned(),
        };
        let value = match kind.as_str() {
            "textarea" => Some(text(after.split("</textarea>").next().unwrap_or_default())),
            "select" => Some(chosen(after.split("</select>").next().unwrap_or_default())),
            "button" | "file" | "submit" => None,
            // Of a group, the chosen one is sent.
            "radio" if !tag.ends_with(" checked") => None,
            _ if element == "input" => Some(attribute(tag, "value").unwrap_or_default()),
            _ => None,
        };
        if let (Some(value), Some(name)) = (value, attribute(tag, "name")) {
            found.push(Control { name, value, kind, id: attribute(tag, "id").unwrap_or_default() });
        }
        html = after;
    }
    found
}

/// The value of the option that is selected, or of the first.
fn chosen(options: &str) -> String {
    let tags: Vec<_> = options.split("<option").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    let tag = tags.iter().find(|tag| tag.ends_with(" selected")).or(tags.first());
    tag.and_then(|tag| attribute(tag, "value")).unwrap_or_default()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(text(rest.split('"').next()?))
}

/// Without its escapes.
fn text(html: &str) -> String {
    let mut plain = String::new();
    let mut parts = html.split("&#");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (code, rest) = part.split_once(';').expect("an escape ends");
        plain.push(char::from_u32(code.parse().unwrap()).unwrap());
        plain.push_str(rest);
    }
    plain
}

#[test]
fn a_form_is_read_as_a_browser_reads_it() {
    let html = "<form method=\"post\" action=\"/a\"><input type=\"hidden\" name=\"t\" value=\"1\"></form>
        <form action=\"/b\"><input id=\"field-n\" name=\"n\" value=\"&#60;&#34;\"><textarea name=\"m\">x
</textarea><select name=\"s\"><option value=\"1\">1</option><option value=\"2\" selected>2</option></select>
        <button name=\"action\" value=\"save\">Save</button></form>";
    let controls = form(html, "/b").unwrap();
    let pairs: Vec<_> = controls.iter().map(|c| (c.name.as_str(), c.value.as_str())).collect();
    assert_eq!(pairs, [("n", "<\""), ("m", "x\n"), ("s", "2")]);
    assert_eq!(form(html, "/c"), None);
}
