use std::collections::{BTreeSet, HashSet};

use crate::pdf::{Dictionary, Document, Object, Stream};

use super::EmbeddedFile;

/// No page tree or field tree is deeper, and no page list longer, than what is looked at.
const MAX_DEPTH: usize = 32;
const MAX_NODES: usize = 20_000;

/// What an update after signing did to what a reader of the document sees. Pages count from 1, as opened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Change {
    /// A page that was not signed.
    #[error("page {page} was added after signing")]
    PageAdded {
        /// Which.
        page: usize,
    },
    /// A signed page is gone.
    #[error("page {page} was removed after signing")]
    PageRemoved {
        /// Which, as it was signed.
        page: usize,
    },
    /// Another page stands where a signed one stood.
    #[error("page {page} was replaced by another page after signing")]
    PageReplaced {
        /// Which.
        page: usize,
    },
    /// A signed page shows something else: drawn over, drawn anew or cut.
    #[error("what page {page} shows was changed or drawn over after signing")]
    PageContent {
        /// Which.
        page: usize,
    },
    /// Shadow attack "hide": something that covered other content, or was content, no longer shows.
    #[error("something that page {page} showed when it was signed was made invisible after signing")]
    ShadowHide {
        /// Which.
        page: usize,
    },
    /// Shadow attack "replace": the drawing is as signed, but a font or picture it uses was exchanged.
    #[error("a font or picture that page {page} is drawn with was exchanged after signing")]
    ShadowReplace {
        /// Which.
        page: usize,
    },
    /// Shadow attack "hide and replace": content that lay unseen among the signed bytes was switched on.
    #[error("content that lay unseen in the file when it was signed was made page {page} after signing")]
    ShadowHideAndReplace {
        /// Which.
        page: usize,
    },
    /// Layers (optional content) were switched on or off, or added.
    #[error("layers of the pages were changed after signing, which shows or hides content")]
    Layers,
    /// A note, stamp, text box or link that was not signed.
    #[error("something was put on top of page {page} after signing: a note, a text box, a stamp or a link")]
    AnnotationAdded {
        /// Which.
        page: usize,
    },
    /// One that was signed is another now.
    #[error("a note, text box, stamp or link on page {page} was changed after signing")]
    AnnotationChanged {
        /// Which.
        page: usize,
    },
    /// One that was signed is gone.
    #[error("a note, text box, stamp or link on page {page} was removed after signing")]
    AnnotationRemoved {
        /// Which, as it was signed.
        page: usize,
    },
    /// A form field was added, filled in or changed.
    #[error("a form field was added, filled in or changed after signing")]
    FormValue,
    /// An embedded file has another content.
    #[error("the embedded file {name:?} was exchanged after signing")]
    FileSwapped {
        /// Its name.
        name: String,
    },
    /// An embedded file that was not signed.
    #[error("the file {name:?} was embedded after signing")]
    FileAdded {
        /// Its name.
        name: String,
    },
    /// A signed embedded file is gone.
    #[error("the embedded file {name:?} was removed after signing")]
    FileRemoved {
        /// Its name.
        name: String,
    },
    /// Nothing of the above: what was appended changes no page, form or embedded file.
    #[error("something was appended that changes neither pages nor forms nor embedded files")]
    Other,
}

impl Change {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PageAdded { .. } => "page-added",
            Self::PageRemoved { .. } => "page-removed",
            Self::PageReplaced { .. } => "page-replaced",
            Self::PageContent { .. } => "page-content-changed",
            Self::ShadowHide { .. } => "shadow-hide",
            Self::ShadowReplace { .. } => "shadow-replace",
            Self::ShadowHideAndReplace { .. } => "shadow-hide-and-replace",
            Self::Layers => "layers-changed",
            Self::AnnotationAdded { .. } => "annotation-added",
            Self::AnnotationChanged { .. } => "annotation-changed",
            Self::AnnotationRemoved { .. } => "annotation-removed",
            Self::FormValue => "form-value-changed",
            Self::FileSwapped { .. } => "embedded-file-swapped",
            Self::FileAdded { .. } => "embedded-file-added",
            Self::FileRemoved { .. } => "embedded-file-removed",
            Self::Other => "other-update",
        }
    }
}

/// Compares the revision that was signed with the document as a viewer opens it.
pub(super) struct Comparison<'a> {
    pub(super) before: &'a Document<'a>,
    pub(super) after: &'a Document<'a>,
    /// Where the signed bytes end.
    pub(super) signed_end: usize,
}

/// How a value, with everything it leads to, differs between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// Not at all.
    Same,
    /// Something is gone, and nothing new is there.
    Gone,
    /// Something new was written.
    New,
    /// Something is used here that lay among the signed bytes and was not used here.
    Unearthed,
}

impl Comparison<'_> {
    /// Everything a reader would see, each once; [`Change::Other`] alone if there is nothing of the kind.
    pub(super) fn changes(&self, signed_files: &[EmbeddedFile], files: &[EmbeddedFile]) -> Vec<Change> {
        let mut changes = BTreeSet::new();
        let (was, is) = (Pages::of(self.before), Pages::of(self.after));
        let stops = was.tree.union(&is.tree).copied().collect();
        self.pages(&was.pages, &is.pages, &stops, &mut changes);
        self.layers(&stops, &mut changes);
        if self.form_differs(&stops) {
            changes.insert(Change::FormValue);
        }
        compare_files(signed_files, files, &mut changes);
        if changes.is_empty() {
            changes.insert(Change::Other);
        }
        changes.into_iter().collect()
    }

    fn pages(&self, was: &[u32], is: &[u32], stops: &HashSet<u32>, changes: &mut BTreeSet<Change>) {
        let (old, new): (HashSet<u32>, HashSet<u32>) =
            (was.iter().copied().collect(), is.iter().copied().collect());
        for (index, &number) in is.iter().enumerate() {
            let page = index + 1;
            if old.contains(&number) {
                let moved = old == new && was.get(index) != Some(&number);
                if moved {
                    changes.insert(Change::PageReplaced { page });
                }
                changes.extend(self.page(number, page, stops));
                self.annotations(number, page, stops, changes);
            } else if self.lies_in_signed_bytes(number) {
                changes.insert(Change::ShadowHideAndReplace { page });
            } else if was.get(index).is_some_and(|number| !new.contains(number)) {
                changes.insert(Change::PageReplaced { page });
            } else {
                changes.insert(Change::PageAdded { page });
            }
        }
        for (index, number) in was.iter().enumerate() {
            let replaced = is.get(index).is_some_and(|number| !old.contains(number));
            if !new.contains(number) && !replaced {
                changes.insert(Change::PageRemoved { page: index + 1 });
            }
        }
    }

    /// A page that is in both: its drawing, and what it is drawn with.
    fn page(&self, number: u32, page: usize, stops: &HashSet<u32>) -> Option<Change> {
        let (was, is) = (self.before.dictionary(number), self.after.dictionary(number));
        let compare = |key| self.difference(was.get(key), is.get(key), stops);
        let drawing = compare("Contents");
        let inherited = |document, key| inherited(document, number, key);
        let with = self.difference(
            inherited(self.before, "Resources").as_ref(),
            inherited(self.after, "Resources").as_ref(),
            stops,
        );
        let frame = ["MediaBox", "CropBox", "Rotate"]
            .into_iter()
            .any(|key| inherited(self.before, key) != inherited(self.after, key));
        let known = ["Contents", "Resources", "Annots", "Parent", "MediaBox", "CropBox", "Rotate"];
        let rest = was
            .keys()
            .chain(is.keys())
            .filter(|key| !known.iter().any(|known| known.as_bytes() == *key))
            .any(|key| self.difference(was.get(key), is.get(key), stops) != Difference::Same);
        match (drawing, with) {
            (Difference::Unearthed, _) | (_, Difference::Unearthed) => {
                Some(Change::ShadowHideAndReplace { page })
            }
            (Difference::New, _) => Some(Change::PageContent { page }),
            (Difference::Gone, _) | (_, Difference::Gone) => Some(Change::ShadowHide { page }),
            (Difference::Same, Difference::New) => Some(Change::ShadowReplace { page }),
            (Difference::Same, Difference::Same) => (frame || rest).then_some(Change::PageContent { page }),
        }
    }

    fn annotations(&self, number: u32, page: usize, stops: &HashSet<u32>, changes: &mut BTreeSet<Change>) {
        let list = |document: &Document<'_>| -> Vec<Object> {
            let annotations = document.dictionary(number).get("Annots").map(|list| document.resolve(list));
            match annotations {
                Some(Ok(Object::Array(items))) => items,
                _ => Vec::new(),
            }
        };
        let (was, is) = (list(self.before), list(self.after));
        let (known, kept): (HashSet<_>, HashSet<_>) = (was.iter().collect(), is.iter().collect());
        for item in &is {
            let of_form = is_widget(&resolved(self.after, item));
            let change = if !known.contains(item) {
                if of_form { Change::FormValue } else { Change::AnnotationAdded { page } }
            } else if self.difference(Some(item), Some(item), stops) == Difference::Same {
                continue;
            } else if resolved(self.after, item) == Object::Null {
                removed(&resolved(self.before, item), page)
            } else if of_form {
                Change::FormValue
            } else {
                Change::AnnotationChanged { page }
            };
            changes.insert(change);
        }
        for item in was.iter().filter(|item| !kept.contains(item)) {
            let old = resolved(self.before, item);
            // The seal's own field: that it is gone is a finding of its own.
            if !old.as_dictionary().is_some_and(is_signature_field) {
                changes.insert(removed(&old, page));
            }
        }
    }

    /// Layers (optional content) that are switched on or off hide and show content of any page.
    fn layers(&self, stops: &HashSet<u32>, changes: &mut BTreeSet<Change>) {
        let layers = |document: &Document<'_>| {
            document.catalog().ok().and_then(|(_, catalog)| catalog.get("OCProperties").cloned())
        };
        let (was, is) = (layers(self.before), layers(self.after));
        if self.difference(was.as_ref(), is.as_ref(), stops) != Difference::Same {
            changes.insert(Change::Layers);
        }
    }

    /// The form's fields but the seal's own, and what makes viewers draw them anew.
    fn form_differs(&self, stops: &HashSet<u32>) -> bool {
        let (was, is) = (Form::of(self.before), Form::of(self.after));
        is.fields.iter().any(|number| {
            let field = Object::Reference(crate::pdf::Reference { number: *number, generation: 0 });
            !was.fields.contains(number) && !is_signature_field(&self.after.dictionary(*number))
                || was.fields.contains(number)
                    && self.difference(Some(&field), Some(&field), stops) == Difference::New
        }) || ["XFA", "NeedAppearances"].into_iter().any(|key| was.form.get(key) != is.form.get(key))
    }

    fn difference(&self, was: Option<&Object>, is: Option<&Object>, stops: &HashSet<u32>) -> Difference {
        let (old, new) = (reach(self.before, was, stops), reach(self.after, is, stops));
        let of_value = match (was, is) {
            (was, is) if was == is => Difference::Same,
            (Some(was), Some(is)) if says_less(was, is) => Difference::Gone,
            (Some(_), None) => Difference::Gone,
            _ => Difference::New,
        };
        let of_objects = new.iter().map(|&number| self.difference_of(number, old.contains(&number)));
        of_objects.fold(of_value, Difference::max)
    }

    fn difference_of(&self, number: u32, was_used: bool) -> Difference {
        if was_used && !self.differs(number) {
            return Difference::Same;
        }
        match (self.before.object(number), self.after.object(number)) {
            (_, Ok(Object::Null)) => Difference::Gone,
            _ if self.lies_in_signed_bytes(number) => Difference::Unearthed,
            (Ok(was), Ok(is)) if was_used && says_less(&was, &is) => Difference::Gone,
            _ => Difference::New,
        }
    }

    /// Whether the object of that number is another one than was signed.
    fn differs(&self, number: u32) -> bool {
        if self.before.place(number) == self.after.place(number) {
            return false;
        }
        let data =
            |document: &Document<'_>, stream: &Stream| document.bytes()[stream.start..stream.end].to_vec();
        match (self.before.object(number), self.after.object(number)) {
            (Ok(Object::Stream(was)), Ok(Object::Stream(is))) => {
                was.dictionary != is.dictionary || data(self.before, &was) != data(self.after, &is)
            }
            (was, is) => was != is,
        }
    }

    fn lies_in_signed_bytes(&self, number: u32) -> bool {
        self.after.place(number).is_some_and(|(offset, _)| offset < self.signed_end)
    }
}

fn removed(old: &Object, page: usize) -> Change {
    if is_widget(old) { Change::FormValue } else { Change::AnnotationRemoved { page } }
}

fn is_widget(annotation: &Object) -> bool {
    annotation
        .as_dictionary()
        .is_some_and(|annotation| annotation.get("Subtype").is_some_and(|kind| kind.is_name("Widget")))
}

fn is_signature_field(field: &Dictionary) -> bool {
    field.get("FT").is_some_and(|kind| kind.is_name("Sig"))
}

fn resolved(document: &Document<'_>, object: &Object) -> Object {
    document.resolve(object).unwrap_or(Object::Null)
}

/// An attribute of a page, or of the nearest node above that has it.
fn inherited(document: &Document<'_>, page: u32, key: &str) -> Option<Object> {
    let mut next = Some(page);
    for _ in 0..MAX_DEPTH {
        let node = document.dictionary(next?);
        if let Some(value) = node.get(key) {
            return Some(value.clone());
        }
        next = node.get("Parent").and_then(Object::as_reference).map(|parent| parent.number);
    }
    None
}

/// Whether a value is another one only because it leaves something out.
fn says_less(was: &Object, is: &Object) -> bool {
    match (was, is) {
        (Object::Array(was), Object::Array(is)) => {
            let was: HashSet<&Object> = was.iter().collect();
            is.iter().all(|item| was.contains(item))
        }
        (Object::Dictionary(was), Object::Dictionary(is)) => {
            is.keys().all(|key| was.get(key).zip(is.get(key)).is_some_and(|(was, is)| says_less(was, is)))
        }
        // A list of one may stand without its brackets.
        (Object::Array(was), is) if !matches!(is, Object::Array(_)) => was.contains(is),
        (was, is) => was == is,
    }
}

/// The numbers of all objects that a value leads to, but not into other pages.
fn reach(document: &Document<'_>, from: Option<&Object>, stops: &HashSet<u32>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut open: Vec<Object> = from.cloned().into_iter().collect();
    while let Some(object) = open.pop() {
        match object {
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dictionary) => open.extend(dictionary.into_values()),
            Object::Stream(stream) => open.extend(stream.dictionary.into_values()),
            Object::Reference(reference)
                if !stops.contains(&reference.number) && found.insert(reference.number) =>
            {
                open.extend(document.object(reference.number));
            }
            _ => {}
        }
    }
    found
}

/// The pages in order, and all nodes above them with the catalog.
struct Pages {
    pages: Vec<u32>,
    tree: HashSet<u32>,
}

impl Pages {
    fn of(document: &Document<'_>) -> Self {
        let (mut pages, mut tree) = (Vec::new(), HashSet::new());
        let Ok((root, catalog)) = document.catalog() else { return Self { pages, tree } };
        tree.insert(root.number);
        let mut open: Vec<u32> =
            catalog.get("Pages").and_then(Object::as_reference).map(|top| top.number).into_iter().collect();
        while let Some(number) = open.pop() {
            if tree.len() >= MAX_NODES || !tree.insert(number) {
                continue;
            }
            let node = document.dictionary(number);
            match node.get("Kids").map(|kids| document.resolve(kids)) {
                Some(Ok(Object::Array(kids))) => {
                    open.extend(kids.iter().rev().filter_map(|kid| kid.as_reference().map(|kid| kid.number)));
                }
                _ => pages.push(number),
            }
        }
        Self { pages, tree }
    }
}

/// The interactive form: its dictionary and the numbers of its fields.
struct Form {
    form: Dictionary,
    fields: HashSet<u32>,
}

impl Form {
    fn of(document: &Document<'_>) -> Self {
        let form = document.catalog().ok().and_then(|(_, catalog)| {
            let form = document.resolve(catalog.get("AcroForm")?).ok()?;
            form.as_dictionary().cloned()
        });
        let form = form.unwrap_or_default();
        let mut fields = HashSet::new();
        let mut open = vec![form.get("Fields").cloned().unwrap_or(Object::Null)];
        while let Some(object) = open.pop() {
            match resolved(document, &object) {
                Object::Array(items) => open.extend(items),
                Object::Dictionary(field) => {
                    if let Object::Reference(reference) = object
                        && (fields.len() >= MAX_NODES || !fields.insert(reference.number))
                    {
                        continue;
                    }
                    open.extend(field.get("Kids").cloned());
                }
                _ => {}
            }
        }
        Self { form, fields }
    }
}

fn compare_files(was: &[EmbeddedFile], is: &[EmbeddedFile], changes: &mut BTreeSet<Change>) {
    let names: BTreeSet<&str> = was.iter().chain(is).map(|file| file.name.as_str()).collect();
    for name in names {
        let of = |files: &'_ [EmbeddedFile]| -> BTreeSet<Vec<u8>> {
            files.iter().filter(|file| file.name == name).map(|file| file.bytes.clone()).collect()
        };
        let (was, is) = (of(was), of(is));
        let (gone, new) = (was.difference(&is).next().is_some(), is.difference(&was).next().is_some());
        let name = name.to_owned();
        match (gone, new) {
            (true, true) => changes.insert(Change::FileSwapped { name }),
            (true, false) => changes.insert(Change::FileRemoved { name }),
            (false, true) => changes.insert(Change::FileAdded { name }),
            (false, false) => false,
        };
    }
}
