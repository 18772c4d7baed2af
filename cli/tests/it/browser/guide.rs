//! Which pages the user's guide shows, and where its pictures are kept.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The pictures that the chapters of `docs/guide` name.
pub(super) struct Guide {
    /// Those whose page was not seen yet.
    wanted: RefCell<BTreeSet<String>>,
    /// Where they are written: `COUNTERFOIL_GUIDE`, from the root of the source. Without it they stay as they are.
    folder: Option<PathBuf>,
}

impl Guide {
    pub(super) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut wanted = BTreeSet::new();
        for entry in std::fs::read_dir(root.join("docs/guide")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "md") {
                wanted.extend(named(&std::fs::read_to_string(path).unwrap()));
            }
        }
        let folder = std::env::var_os("COUNTERFOIL_GUIDE").map(|folder| root.join(folder));
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).unwrap();
        }
        Self { wanted: RefCell::new(wanted), folder }
    }

    /// Notes that the page of this name was seen; the file for its picture, if one is to be written.
    pub(super) fn see(&self, name: &str) -> Option<PathBuf> {
        let is_wanted = self.wanted.borrow_mut().remove(name);
        self.folder.as_ref().filter(|_| is_wanted).map(|folder| folder.join(format!("{name}.png")))
    }

    /// What the guide shows and nobody saw: a page has another name by now.
    pub(super) fn unseen(&self) -> Vec<String> {
        self.wanted.borrow().iter().cloned().collect()
    }
}

/// The names of the pictures in a chapter: `![What it shows](pictures/NAME.png)`.
fn named(chapter: &str) -> Vec<String> {
    let rests = chapter.split("](pictures/").skip(1);
    rests.filter_map(|rest| rest.split_once(".png)")).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn browser_reads_the_names_of_the_guides_pictures() {
    let chapter =
        "Text.\n\n![The list](pictures/invoices.png)\n![A draft](pictures/draft-new.png) [no](a.md)\n";
    assert_eq!(named(chapter), ["invoices", "draft-new"]);
    assert!(!Guide::read().unseen().is_empty(), "the guide shows nothing");
}
