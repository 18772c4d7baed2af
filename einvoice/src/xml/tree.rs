//! A tree that remembers which of its elements and attributes were read.

use std::cell::{OnceCell, RefCell};
use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use counterfoil_invoice::references::Identifier;
use counterfoil_invoice::{Amount, Currency, Percentage, Quantity, UnitPrice};
use roxmltree::{Document, Node, ParsingOptions};
use rust_decimal::Decimal;

use super::{MAX_NODES, MAX_TEXT, limits, names};
use crate::schema::MAX_FAULTS;
use crate::{Position, ReadError};

/// Paths that [`Tree::not_carried`] gives at most.
const MAX_NOT_CARRIED: usize = 500;

/// Attributes that speak of the list a code was taken from, or of the XML, and not of the invoice.
const METADATA: [&str; 15] = [
    "listAgencyID",
    "listAgencyName",
    "listID",
    "listName",
    "listSchemeURI",
    "listURI",
    "listVersionID",
    "schemeAgencyID",
    "schemeAgencyName",
    "schemeDataURI",
    "schemeName",
    "schemeURI",
    "schemeVersionID",
    "unitCodeListAgencyID",
    "unitCodeListID",
];

/// A parsed document.
pub(crate) struct Tree<'x> {
    document: Document<'x>,
    /// BT-5: an amount in another currency is not carried.
    currency: OnceCell<Currency>,
    read: RefCell<Read>,
    /// There if the document is read to be judged: then what is missing is noted, and reading goes on.
    notes: Option<RefCell<Notes>>,
}

#[derive(Default)]
struct Read {
    /// By node id: the element itself or something in it was read.
    touched: Vec<bool>,
    attributes: HashSet<(usize, String)>,
}

impl<'x> Tree<'x> {
    /// Parses what keeps the limits, to be read strictly.
    pub(crate) fn parse(xml: &'x [u8]) -> Result<Self, ReadError> {
        Self::build(xml, None)
    }

    /// Parses what keeps the limits, to be judged: nothing is refused, all is noted.
    pub(crate) fn parse_to_judge(xml: &'x [u8]) -> Result<Self, ReadError> {
        Self::build(xml, Some(RefCell::default()))
    }

    fn build(xml: &'x [u8], notes: Option<RefCell<Notes>>) -> Result<Self, ReadError> {
        let text = limits::checked(xml)?;
        let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text, options).map_err(|error| {
            let at = Position { line: error.pos().row, column: error.pos().col };
            match error {
                roxmltree::Error::DtdDetected => ReadError::Doctype { at },
                roxmltree::Error::NodesLimitReached => {
                    let limit = usize::try_from(MAX_NODES).unwrap_or(usize::MAX);
                    ReadError::Limit { at, what: "elements, texts and comments are", limit }
                }
                other => ReadError::Malformed { at, reason: other.to_string() },
            }
        })?;
        Ok(Self { document, currency: OnceCell::new(), read: RefCell::default(), notes })
    }

    pub(crate) fn root(&self) -> Cursor<'_> {
        Cursor { node: self.document.root_element(), tree: self }
    }

    /// The root element, to be walked without reading.
    pub(crate) fn root_node(&self) -> Node<'_, 'x> {
        self.document.root_element()
    }

    /// Line and column of a byte.
    pub(crate) fn position(&self, byte: usize) -> Position {
        let at = self.document.text_pos_at(byte);
        Position { line: at.row, column: at.col }
    }

    /// What was noted. Nothing, if the document was read strictly.
    pub(crate) fn take_notes(&self) -> Notes {
        self.notes.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// Paths of what was not read and says something, in document order, each once.
    pub(crate) fn not_carried(&self) -> Vec<String> {
        let mut report = Report { read: &self.read.borrow(), known: HashSet::new(), paths: Vec::new() };
        let root = self.document.root_element();
        report.element(root, &format!("/{}", step(root)));
        report.paths
    }
}

impl Read {
    fn touch(&mut self, node: Node<'_, '_>) {
        for element in node.ancestors() {
            let id = element.id().get_usize();
            if id >= self.touched.len() {
                self.touched.resize(id + 1, false);
            }
            if std::mem::replace(&mut self.touched[id], true) {
                break;
            }
        }
    }

    fn touched(&self, node: Node<'_, '_>) -> bool {
        self.touched.get(node.id().get_usize()).copied().unwrap_or(false)
    }
}

struct Report<'r> {
    read: &'r Read,
    known: HashSet<String>,
    paths: Vec<String>,
}

impl Report<'_> {
    /// Recursive; the depth is bounded by [`super::MAX_DEPTH`].
    fn element(&mut self, node: Node<'_, '_>, path: &str) {
        if !says_something(node) {
            return;
        }
        for attribute in node.attributes() {
            let name = attribute.name();
            let metadata = attribute.namespace().is_some() || METADATA.contains(&name);
            let known = metadata || trimmed(attribute.value()).is_empty();
            if !known && !self.read.attributes.contains(&(node.id().get_usize(), name.to_owned())) {
                self.add(format!("{path}/@{name}"));
            }
        }
        for child in node.children().filter(Node::is_element) {
            if self.paths.len() >= MAX_NOT_CARRIED {
                return;
            }
            let path = format!("{path}/{}", step(child));
            if self.read.touched(child) {
                self.element(child, &path);
            } else if says_something(child) {
                self.add(path);
            }
        }
    }

    fn add(&mut self, path: String) {
        if self.known.insert(path.clone()) {
            self.paths.push(path);
        }
    }
}

/// Whether there is any text in it.
fn says_something(node: Node<'_, '_>) -> bool {
    node.descendants().any(|n| n.is_text() && !trimmed(n.text().unwrap_or_default()).is_empty())
}

/// An element's name as paths give it: our prefix, or `*` for a namespace we do not know.
pub(crate) fn step(node: Node<'_, '_>) -> String {
    let local = node.tag_name().name();
    match names::prefix(node.tag_name().namespace()) {
        Some("ubl" | "cn" | "rsm") if node.parent_element().is_none() => local.to_owned(),
        Some(prefix) => format!("{prefix}:{local}"),
        None => format!("*:{local}"),
    }
}

/// What was noted while a document was read to be judged.
#[derive(Default)]
pub(crate) struct Notes {
    /// Terms that are not there, with the group they are missed in and the place of the element that should hold them.
    pub(crate) absent: Vec<(&'static str, Option<usize>, usize)>,
    /// Where terms and groups were found.
    pub(crate) places: Vec<(&'static str, Option<usize>, usize)>,
    /// Values that are not of their term's type, and what else the model cannot do without.
    pub(crate) faults: Vec<ReadError>,
    /// Which line, allowance, charge, breakdown or payment is being read.
    index: Option<usize>,
}

/// One element. Whatever is got through it counts as read.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t> {
    node: Node<'t, 't>,
    tree: &'t Tree<'t>,
}

impl<'t> Cursor<'t> {
    /// The name with our prefix, or nothing if it is none of the roots we know.
    pub(crate) fn name(&self) -> &'static str {
        const ROOTS: [(&str, &str, &str); 3] = [
            ("rsm", "CrossIndustryInvoice", "rsm:CrossIndustryInvoice"),
            ("ubl", "Invoice", "ubl:Invoice"),
            ("cn", "CreditNote", "cn:CreditNote"),
        ];
        let name = self.node.tag_name();
        let prefix = names::prefix(name.namespace());
        ROOTS
            .iter()
            .find(|(p, local, _)| Some(*p) == prefix && *local == name.name())
            .map_or("", |(_, _, full)| full)
    }

    /// The error for a root that is neither UBL nor CII.
    pub(crate) fn unknown_root(&self) -> ReadError {
        let name = self.node.tag_name();
        let found = match name.namespace() {
            Some(uri) => format!("{} of {}", name.name(), uri.chars().take(200).collect::<String>()),
            None => format!("{} of no namespace", name.name()),
        };
        ReadError::Root { at: self.position(), found }
    }

    /// All children of that name, such as `cac:InvoiceLine`.
    pub(crate) fn children(self, name: &str) -> impl Iterator<Item = Cursor<'t>> + use<'t> {
        let (prefix, local) = name.split_once(':').expect("every name has a prefix");
        let (uri, local) = (names::namespace(prefix), local.to_owned());
        let tree = self.tree;
        self.node
            .children()
            .filter(move |n| {
                n.is_element() && n.tag_name().name() == local && n.tag_name().namespace() == Some(uri)
            })
            .map(move |node| Cursor { node, tree })
    }

    /// The first element on a path such as `cac:Party/cac:Contact`.
    pub(crate) fn find(self, path: &str) -> Option<Cursor<'t>> {
        match path.split_once('/') {
            None => self.children(path).next(),
            Some((first, rest)) => self.children(first).find_map(|child| child.find(rest)),
        }
    }

    /// The characters in it, as they are.
    fn characters(self) -> String {
        self.node.children().filter(Node::is_text).filter_map(|n| n.text()).collect()
    }

    fn touch(self) {
        self.tree.read.borrow_mut().touch(self.node);
    }

    /// Its text without white space around it; `None` if there is nothing else.
    pub(crate) fn own_text(self, term: &'static str) -> Result<Option<String>, ReadError> {
        Ok(self.own_verbatim(term)?.map(|text| trimmed(&text).to_owned()))
    }

    /// In a document that is judged, an element that is there and empty is not the same as none.
    fn own_verbatim(self, term: &'static str) -> Result<Option<String>, ReadError> {
        self.touch();
        self.found(term);
        let text = self.characters();
        if text.len() > MAX_TEXT {
            return self.fault(|| self.value_error(term, "is longer than 64 KiB"));
        }
        Ok((self.is_judged() || !trimmed(&text).is_empty()).then_some(text))
    }

    /// Whether the document is read to be judged.
    pub(crate) fn is_judged(self) -> bool {
        self.tree.notes.is_some()
    }

    /// Notes where a term or group stands.
    pub(crate) fn found(self, term: &'static str) {
        if let Some(notes) = &self.tree.notes {
            let notes = &mut *notes.borrow_mut();
            notes.places.push((term, notes.index, self.node.range().start));
        }
    }

    /// Notes that this element lacks a term. Only a document that is judged cares.
    pub(crate) fn lacks(self, term: &'static str) {
        if let Some(notes) = &self.tree.notes {
            let notes = &mut *notes.borrow_mut();
            notes.absent.push((term, notes.index, self.node.range().start));
        }
    }

    /// [`Cursor::lacks`] for an element that is not there at this path.
    pub(crate) fn expects(self, path: &str, term: &'static str) {
        if self.is_judged() && self.find(path).is_none() {
            self.lacks(term);
        }
    }

    /// The group, unless it says nothing. In a document that is judged, it is enough that its element is there.
    pub(crate) fn group<T: Default + PartialEq>(self, group: T) -> Option<T> {
        (self.is_judged() || group != T::default()).then_some(group)
    }

    /// Reads one of a group's occurrences; what is noted meanwhile belongs to it.
    pub(crate) fn within<T>(self, group: &'static str, index: usize, read: impl FnOnce(Self) -> T) -> T {
        let enter = |index| {
            let notes = self.tree.notes.as_ref()?;
            std::mem::replace(&mut notes.borrow_mut().index, index)
        };
        let before = enter(Some(index));
        self.found(group);
        let value = read(self);
        enter(before);
        value
    }

    /// An error for a document that is read; noted, in one that is judged. To find where it stands takes time, and
    /// nobody reads a thousand of them.
    fn fault<T>(self, error: impl FnOnce() -> ReadError) -> Result<Option<T>, ReadError> {
        let Some(notes) = &self.tree.notes else { return Err(error()) };
        if notes.borrow().faults.len() < MAX_FAULTS {
            let error = error();
            notes.borrow_mut().faults.push(error);
        }
        Ok(None)
    }

    /// The value, or its default if this element lacks it and the document is judged.
    pub(crate) fn required<T: Default>(self, value: Option<T>, term: &'static str) -> Result<T, ReadError> {
        Ok(self.demanded(value, term)?.unwrap_or_default())
    }

    /// Whether a document that is judged says anything at the path, be it of the right type or not.
    pub(crate) fn says(self, path: &str) -> bool {
        self.is_judged() && self.find(path).is_some_and(|found| !found.peek_text().is_empty())
    }

    /// The value; `None` only if the document is judged.
    pub(crate) fn demanded<T>(self, value: Option<T>, term: &'static str) -> Result<Option<T>, ReadError> {
        if value.is_none() {
            if !self.is_judged() {
                return Err(self.missing(term));
            }
            self.lacks(term);
        }
        Ok(value)
    }

    /// The text at a path.
    pub(crate) fn text(self, path: &str, term: &'static str) -> Result<Option<String>, ReadError> {
        self.find(path).map_or(Ok(None), |found| found.own_text(term))
    }

    /// The text at a path with the white space around it, where that has a meaning.
    pub(crate) fn verbatim(self, path: &str, term: &'static str) -> Result<Option<String>, ReadError> {
        self.find(path).map_or(Ok(None), |found| found.own_verbatim(term))
    }

    /// Counts a text as read if it repeats one that was read elsewhere.
    pub(crate) fn repeats(self, path: &str, known: Option<&str>) {
        if let Some(found) = self.find(path)
            && known == Some(trimmed(&found.characters()))
        {
            found.touch();
        }
    }

    /// An attribute's value, unless empty.
    pub(crate) fn attribute(self, name: &str) -> Option<String> {
        let value = self.peek(name)?;
        self.tree.read.borrow_mut().attributes.insert((self.node.id().get_usize(), name.to_owned()));
        Some(value.to_owned())
    }

    /// An attribute's value, without counting it as read.
    pub(crate) fn peek(self, name: &str) -> Option<&'t str> {
        self.node.attribute(name).map(trimmed).filter(|value| self.is_judged() || !value.is_empty())
    }

    /// Its text, without counting it as read.
    pub(crate) fn peek_text(self) -> String {
        trimmed(&self.characters()).to_owned()
    }

    /// Whether two quantities are the same.
    pub(crate) fn same_quantity(self, other: Self) -> bool {
        let value = |cursor: Self| crate::values::decimal(&cursor.peek_text());
        value(self) == value(other) && self.peek("unitCode") == other.peek("unitCode")
    }

    /// The element as an identifier with its `schemeID`.
    pub(crate) fn own_identifier(self, term: &'static str) -> Result<Option<Identifier>, ReadError> {
        let text = self.own_text(term)?;
        Ok(text.map(|value| Identifier { value, scheme: self.attribute("schemeID") }))
    }

    /// The identifier at a path.
    pub(crate) fn identifier(self, path: &str, term: &'static str) -> Result<Option<Identifier>, ReadError> {
        self.find(path).map_or(Ok(None), |found| found.own_identifier(term))
    }

    fn own_decimal(self, term: &'static str) -> Result<Option<Decimal>, ReadError> {
        let Some(text) = self.own_text(term)? else { return Ok(None) };
        match crate::values::decimal(&text) {
            Some(value) => Ok(Some(value)),
            None => self.fault(|| self.value_error(term, "is no decimal number of at most 28 digits")),
        }
    }

    fn decimal(self, path: &str, term: &'static str) -> Result<Option<Decimal>, ReadError> {
        self.find(path).map_or(Ok(None), |found| found.own_decimal(term))
    }

    /// The percentage at a path.
    pub(crate) fn percentage(self, path: &str, term: &'static str) -> Result<Option<Percentage>, ReadError> {
        Ok(self.decimal(path, term)?.map(Percentage))
    }

    /// The element as a quantity, without its unit.
    pub(crate) fn own_quantity(self, term: &'static str) -> Result<Option<Quantity>, ReadError> {
        Ok(self.own_decimal(term)?.map(Quantity))
    }

    /// The element as an amount in the document's currency.
    pub(crate) fn own_amount(self, term: &'static str) -> Result<Option<Amount>, ReadError> {
        let amount = self.own_decimal(term)?;
        if self.peek("currencyID") == self.tree.currency.get().map(Currency::code) {
            self.attribute("currencyID");
        }
        Ok(amount.map(Amount))
    }

    /// The amount at a path.
    pub(crate) fn amount(self, path: &str, term: &'static str) -> Result<Option<Amount>, ReadError> {
        self.find(path).map_or(Ok(None), |found| found.own_amount(term))
    }

    /// The amount at a path.
    pub(crate) fn required_amount(self, path: &str, term: &'static str) -> Result<Amount, ReadError> {
        match self.find(path) {
            None => self.required(None, term),
            // What is no number is noted as such, not as missing.
            Some(found) => match found.own_amount(term)? {
                None if self.is_judged() => Ok(Amount::default()),
                amount => amount.ok_or_else(|| self.missing(term)),
            },
        }
    }

    /// The price at a path.
    pub(crate) fn price(self, path: &str, term: &'static str) -> Result<Option<UnitPrice>, ReadError> {
        Ok(self.amount(path, term)?.map(|amount| UnitPrice(amount.0)))
    }

    /// The currency code at a path.
    pub(crate) fn currency(self, path: &str, term: &'static str) -> Result<Option<Currency>, ReadError> {
        let Some(found) = self.find(path) else { return Ok(None) };
        let Some(code) = found.own_text(term)? else { return Ok(None) };
        match code.parse() {
            Ok(currency) => Ok(Some(currency)),
            // In a document that is judged, BR-CL-04 and BR-CL-05 look at it.
            Err(_) if self.is_judged() => Ok(None),
            Err(_) => Err(found.value_error(term, "is no currency code, three capital letters")),
        }
    }

    /// BT-5, in which all amounts are from now on expected.
    pub(crate) fn document_currency(self, path: &str) -> Result<Currency, ReadError> {
        let currency = match self.currency(path, "BT-5")? {
            None if self.find(path).is_some_and(|code| !code.peek_text().is_empty()) => Currency::default(),
            currency => self.required(currency, "BT-5")?,
        };
        Ok(*self.tree.currency.get_or_init(|| currency))
    }

    /// The element as true or false.
    pub(crate) fn own_boolean(self, term: &'static str) -> Result<Option<bool>, ReadError> {
        match self.own_text(term)?.as_deref() {
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => self.fault(|| self.value_error(term, "is neither true nor false")),
            None => self.fault(|| self.missing(term)),
        }
    }

    /// The element as base64 text without line breaks, `None` if empty. Only the document's size bounds it.
    pub(crate) fn own_base64(self, term: &'static str) -> Result<Option<String>, ReadError> {
        const LENIENT: GeneralPurpose = GeneralPurpose::new(
            &base64::alphabet::STANDARD,
            GeneralPurposeConfig::new()
                .with_decode_padding_mode(DecodePaddingMode::Indifferent)
                .with_decode_allow_trailing_bits(true),
        );
        self.touch();
        let text: String = self.characters().split_ascii_whitespace().collect();
        match LENIENT.decode(&text) {
            Ok(bytes) => Ok((!bytes.is_empty()).then_some(text)),
            Err(_) => self.fault(|| self.value_error(term, "is no base64")),
        }
    }

    /// Counts the element with its attributes as read: it says nothing beyond what the model says by itself.
    pub(crate) fn skip(self) {
        for element in self.node.descendants().filter(Node::is_element) {
            let cursor = Cursor { node: element, tree: self.tree };
            cursor.touch();
            for attribute in element.attributes() {
                cursor.attribute(attribute.name());
            }
        }
    }

    /// [`Cursor::skip`] for the first element on a path.
    pub(crate) fn skip_at(self, path: &str) {
        if let Some(found) = self.find(path) {
            found.skip();
        }
    }

    fn position(self) -> Position {
        let at = self.tree.document.text_pos_at(self.node.range().start);
        Position { line: at.row, column: at.col }
    }

    fn path(self) -> String {
        let mut steps: Vec<String> = self.node.ancestors().filter(Node::is_element).map(step).collect();
        steps.reverse();
        format!("/{}", steps.join("/"))
    }

    /// The error for a term that this element should hold.
    pub(crate) fn missing(self, term: &'static str) -> ReadError {
        ReadError::Missing { at: self.position(), path: self.path(), term }
    }

    /// What this element holds is not of its term's type.
    pub(crate) fn wrong<T>(self, term: &'static str, reason: &'static str) -> Result<Option<T>, ReadError> {
        self.fault(|| self.value_error(term, reason))
    }

    fn value_error(self, term: &'static str, reason: &'static str) -> ReadError {
        ReadError::Value { at: self.position(), path: self.path(), term, reason }
    }
}

/// Without XML white space at the ends; a no-break space stays.
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}
