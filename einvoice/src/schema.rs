//! What the schemas of UBL 2.1 and CII demand of the elements that EN 16931 uses: which stand where, how often, in which
//! order, and of which simple type. The tables beside this file say it; docs/design/judging.md says why they are enough.

use std::collections::HashMap;
use std::sync::LazyLock;

use roxmltree::Node;

use crate::values;
use crate::xml::{namespace, step};

/// Most faults that are reported: nobody reads more.
pub(crate) const MAX_FAULTS: usize = 100;

/// Content of an element.
struct Content {
    /// One of the children, instead of all.
    choice: bool,
    children: Vec<Child>,
}

struct Child {
    name: &'static str,
    needed: bool,
    many: bool,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// By the name of its type.
    Elements(&'static str),
    /// Not looked into.
    Open,
    /// By its letter in the table.
    Text(char),
}

type Table = HashMap<&'static str, Content>;

static UBL: LazyLock<Table> = LazyLock::new(|| table(include_str!("schema/ubl.txt")));
static CII: LazyLock<Table> = LazyLock::new(|| table(include_str!("schema/cii.txt")));

fn table(text: &'static str) -> Table {
    let mut table = Table::new();
    let mut current = "";
    for word in text.lines().filter(|line| !line.starts_with('#')).flat_map(|line| {
        let starts = !line.starts_with(' ');
        line.split_whitespace().enumerate().map(move |(i, word)| (starts && i == 0, word))
    }) {
        match word {
            (true, name) => {
                current = name.trim_end_matches('|');
                table.insert(current, Content { choice: name.ends_with('|'), children: Vec::new() });
            }
            (false, "=") => {}
            (false, child) => {
                let (name, kind) = child.split_once(':').expect("a child has a type");
                let bare = name.trim_end_matches(['?', '*', '+']);
                let mark = &name[bare.len()..];
                let mut letters = kind.chars();
                let kind = match (letters.next(), letters.next()) {
                    (Some('-'), None) => Kind::Open,
                    (Some(letter), None) => Kind::Text(letter),
                    _ => Kind::Elements(kind),
                };
                let content = table.get_mut(current).expect("a type starts the line");
                content.children.push(Child {
                    name: bare,
                    needed: matches!(mark, "" | "+"),
                    many: matches!(mark, "*" | "+"),
                    kind,
                });
            }
        }
    }
    table
}

/// Places, as bytes, and messages of all that breaks the schema, in document order.
pub(crate) fn faults(root: Node<'_, '_>) -> Vec<(usize, String)> {
    let cii = root.tag_name().name() == "CrossIndustryInvoice";
    let mut check = Check { table: if cii { &CII } else { &UBL }, cii, faults: Vec::new() };
    let start = root.tag_name().name();
    let (start, content) = check.table.get_key_value(start).expect("a root of the table");
    check.elements(root, start, content);
    check.faults
}

struct Check {
    table: &'static Table,
    cii: bool,
    faults: Vec<(usize, String)>,
}

impl Check {
    fn add(&mut self, node: Node<'_, '_>, message: String) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push((node.range().start, message));
        }
    }

    /// Recursive; the depth is bounded by the tables' and by [`crate::MAX_DEPTH`].
    fn elements(&mut self, parent: Node<'_, '_>, name: &str, content: &'static Content) {
        if parent.children().any(|n| n.is_text() && !n.text().unwrap_or_default().trim().is_empty()) {
            self.add(parent, format!("{} holds text; it may hold elements only", step(parent)));
        }
        // The next child that may stand, and how often it stands so far.
        let (mut at, mut count) = (0, 0_usize);
        for node in parent.children().filter(Node::is_element) {
            let known = content.children.iter().position(|child| self.is(node, name, child));
            let Some(found) = known else {
                self.add(node, format!("{} has no place in {}; leave it out", step(node), step(parent)));
                continue;
            };
            let child = &content.children[found];
            if found < at {
                let after = content.children[at].name;
                self.add(node, format!("{} stands after {after}; it belongs before it", step(node)));
                continue;
            }
            if found > at {
                self.missing(parent, node, content, at + usize::from(count > 0)..found);
                (at, count) = (found, 0);
            }
            count += 1;
            if count == 2 && !child.many {
                self.add(
                    node,
                    format!("{} stands more than once; it may stand once in {}", step(node), step(parent)),
                );
            }
            match child.kind {
                Kind::Open => {}
                Kind::Text(letter) => self.text(node, letter),
                Kind::Elements(kind) => {
                    let content = self.table.get(kind).expect("the table has every type it names");
                    self.elements(node, kind, content);
                }
            }
        }
        self.missing(parent, parent, content, at + usize::from(count > 0)..content.children.len());
    }

    fn missing(
        &mut self,
        parent: Node<'_, '_>,
        at: Node<'_, '_>,
        content: &Content,
        skipped: std::ops::Range<usize>,
    ) {
        if content.choice {
            return;
        }
        for child in content.children[skipped].iter().filter(|child| child.needed) {
            let before = if at == parent { String::new() } else { format!(" before {}", step(at)) };
            self.add(at, format!("{} lacks {}{before}; the schema demands it", step(parent), child.name));
        }
    }

    /// The element has the child's name in the namespace that its type is in.
    fn is(&self, node: Node<'_, '_>, parent: &str, child: &Child) -> bool {
        if node.tag_name().name() != child.name {
            return false;
        }
        let prefix = match (self.cii, parent, child.kind) {
            (true, "CrossIndustryInvoice", _) => "rsm",
            (true, "Indicator" | "DateTime" | "Date", _) => "udt",
            (true, "FormattedDateTime", _) => "qdt",
            (true, ..) => "ram",
            (false, _, Kind::Text(_)) => "cbc",
            (false, _, Kind::Open) if child.name == "UBLExtensions" => return true,
            (false, ..) => "cac",
        };
        node.tag_name().namespace() == Some(namespace(prefix))
    }

    fn text(&mut self, node: Node<'_, '_>, letter: char) {
        if node.children().any(|n| n.is_element()) {
            return self.add(node, format!("{} holds elements; it may hold text only", step(node)));
        }
        let text: String = node.children().filter(Node::is_text).filter_map(|n| n.text()).collect();
        let text = text.trim();
        let wrong = match letter {
            'A' | 'Q' | 'N' if !is_decimal(text) => Some("is no decimal number, such as 12.50"),
            'D' if values::xsd_date(text).is_none() => Some("is no date, such as 2026-11-22"),
            'I' if !matches!(text, "true" | "false" | "1" | "0") => Some("is neither true nor false"),
            _ => None,
        };
        if let Some(wrong) = wrong {
            self.add(node, format!("{} {wrong}", step(node)));
        }
        let needed = match letter {
            'A' => Some("currencyID"),
            'B' if !self.cii => Some("mimeCode"),
            _ => None,
        };
        if let Some(attribute) = needed.filter(|name| node.attribute(*name).is_none()) {
            self.add(node, format!("{} lacks its attribute {attribute}", step(node)));
        }
    }
}

/// `xs:decimal`, of any length.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    !(whole.is_empty() && fraction.is_empty()) && all_digits(whole) && all_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_every_type_they_name() {
        for table in [&*UBL, &*CII] {
            for (name, content) in table {
                assert!(!content.children.is_empty(), "{name}");
                for child in &content.children {
                    if let Kind::Elements(kind) = child.kind {
                        assert!(table.contains_key(kind), "{name}/{}: {kind}", child.name);
                    }
                }
            }
        }
    }

    fn messages(body: &str) -> Vec<String> {
        let xml = format!(
            "<Invoice xmlns=\"{}\" xmlns:cac=\"{}\" xmlns:cbc=\"{}\">{body}</Invoice>",
            namespace("ubl"),
            namespace("cac"),
            namespace("cbc")
        );
        let tree = roxmltree::Document::parse(&xml).unwrap();
        let faults = faults(tree.root_element());
        faults.into_iter().map(|(_, message)| message).filter(|m| !m.contains("lacks")).collect()
    }

    #[test]
    fn order_number_and_types_of_elements_are_named() {
        for (body, expected) in [
            ("<cbc:ID>1</cbc:ID><cbc:IssueDate>2026-11-22</cbc:IssueDate>", None),
            (
                "<cbc:IssueDate>2026-11-22</cbc:IssueDate><cbc:ID>1</cbc:ID>",
                Some("cbc:ID stands after IssueDate; it belongs before it"),
            ),
            (
                "<cbc:ID>1</cbc:ID><cbc:ID>2</cbc:ID>",
                Some("cbc:ID stands more than once; it may stand once in Invoice"),
            ),
            ("<cbc:Number>1</cbc:Number>", Some("cbc:Number has no place in Invoice; leave it out")),
            ("<cac:ID>1</cac:ID>", Some("cac:ID has no place in Invoice; leave it out")),
            (
                "<cbc:IssueDate>22.11.2026</cbc:IssueDate>",
                Some("cbc:IssueDate is no date, such as 2026-11-22"),
            ),
            ("paid", Some("Invoice holds text; it may hold elements only")),
            ("<cbc:ID><cbc:ID>1</cbc:ID></cbc:ID>", Some("cbc:ID holds elements; it may hold text only")),
        ] {
            assert_eq!(messages(body).first().map(String::as_str), expected, "{body}");
        }
    }
}
