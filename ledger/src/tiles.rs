//! The log as static files, for whoever follows it: tiles of 256 hashes, bundles of 256 entries.

use std::fmt::Write;

use crate::tree::{self, TreeError};
use crate::{Hash, NodeId, text};

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u16 = 256;

/// The level of the highest tile in the largest tree: eight levels of the tree to a tile.
pub const MAX_LEVEL: u8 = 7;

/// The longest entry: its length is written in two bytes.
pub const MAX_ENTRY: usize = 65_535;

/// What a path below the prefix of a log names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// A tile of the tree.
    Tile {
        /// 0 to [`MAX_LEVEL`]; level 0 holds the leaf hashes.
        level: u8,
        /// Its place in its level, from 0.
        index: u64,
        /// How many hashes are asked for: 1 to [`WIDTH`].
        width: u16,
    },
    /// A bundle of entries.
    Entries {
        /// Its place, from 0.
        index: u64,
        /// How many entries are asked for: 1 to [`WIDTH`].
        width: u16,
    },
}

impl Resource {
    /// What this path names: one spelling for each resource, all others are `None`.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => {
                (index, u16::try_from(text::decode_number(width)?).ok().filter(|w| (1..WIDTH).contains(w))?)
            }
            None => (rest, WIDTH),
        };
        let index = parse_index(index)?;
        let resource = if kind == "entries" {
            Self::Entries { index, width }
        } else {
            let level = u8::try_from(text::decode_number(kind)?).ok().filter(|level| *level <= MAX_LEVEL)?;
            Self::Tile { level, index, width }
        };
        (resource.path() == path).then_some(resource)
    }

    /// Where it is served, below the prefix of the log.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Tile { level, index, width } => path(level, index, width),
            Self::Entries { index, width } => entries_path(index, width),
        }
    }

    /// Whether a log of `size` entries has it.
    #[must_use]
    pub fn is_in(self, size: u64) -> bool {
        match self {
            Self::Tile { level, index, width } => width <= self::width(level, index, size),
            Self::Entries { index, width } => width <= self::width(0, index, size),
        }
    }

    /// All that a log of `size` entries consists of: its tiles from the leaves upwards, then its bundles.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        let row = move |level| {
            (0..).map(move |index| (index, width(level, index, size))).take_while(|(_, width)| *width > 0)
        };
        let tiles = (0..=MAX_LEVEL)
            .flat_map(move |level| row(level).map(move |(index, width)| Self::Tile { level, index, width }));
        tiles.chain(row(0).map(|(index, width)| Self::Entries { index, width }))
    }
}

/// Digits in groups of three, each but the last after an `x` and before a slash. Leading groups of zeroes are not seen here.
fn parse_index(text: &str) -> Option<u64> {
    // The largest index has seven groups.
    let groups: Vec<_> = text.split('/').take(8).collect();
    let (last, first) = groups.split_last()?;
    let digits = |group: &str| {
        let three = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
        three.then(|| group.parse::<u64>().ok()).flatten()
    };
    let mut index = 0_u64;
    for group in first {
        index = index.checked_mul(1000)?.checked_add(digits(group.strip_prefix('x')?)?)?;
    }
    index.checked_mul(1000)?.checked_add(digits(last)?)
}

/// An entry that no bundle can carry. It must not be appended to the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ledger entry has {0} bytes, the most are {MAX_ENTRY}")]
pub struct EntryTooLong(pub usize);

/// Where a tile is served, below the prefix of the log. `width` is 1 to [`WIDTH`], where [`WIDTH`] is a full tile.
#[must_use]
pub fn path(level: u8, index: u64, width: u16) -> String {
    path_under(&level.to_string(), index, width)
}

/// Where an entry bundle is served, below the prefix of the log.
#[must_use]
pub fn entries_path(index: u64, width: u16) -> String {
    path_under("entries", index, width)
}

fn path_under(kind: &str, index: u64, width: u16) -> String {
    let mut path = format!("tile/{kind}/");
    // Three digits to a folder, so that no folder grows large.
    let mut unit = 1;
    while index / unit >= 1000 {
        unit *= 1000;
    }
    while unit > 1 {
        write!(path, "x{:03}/", index / unit % 1000).expect("writing to a string does not fail");
        unit /= 1000;
    }
    write!(path, "{:03}", index % 1000).expect("writing to a string does not fail");
    if width < WIDTH {
        write!(path, ".p/{width}").expect("writing to a string does not fail");
    }
    path
}

/// How many hashes the tile has in a tree of `size` leaves, up to [`WIDTH`]; 0 if there is no such tile.
/// A bundle is as wide as its tile of level 0.
#[must_use]
pub fn width(level: u8, index: u64, size: u64) -> u16 {
    if level > MAX_LEVEL {
        return 0;
    }
    let hashes = size >> (8 * u32::from(level));
    let width = hashes.saturating_sub(index.saturating_mul(WIDTH.into()));
    u16::try_from(width).unwrap_or(WIDTH).min(WIDTH)
}

/// What [`tile`] reads; nothing above [`MAX_LEVEL`] or beyond the largest tree.
#[must_use]
pub fn nodes_for_tile(level: u8, index: u64, width: u16) -> Vec<NodeId> {
    let Some(start) = index.checked_mul(WIDTH.into()).filter(|_| level <= MAX_LEVEL) else {
        return Vec::new();
    };
    (0..width.min(WIDTH)).map(|i| NodeId { level: 8 * level, index: start + u64::from(i) }).collect()
}

/// The bytes of a tile: its hashes, one after the other.
///
/// # Errors
/// [`TreeError::Missing`] if a node cannot be read: the tile is not, or not that wide, in the tree.
pub fn tile(
    level: u8,
    index: u64,
    width: u16,
    read: &impl Fn(NodeId) -> Option<Hash>,
) -> Result<Vec<u8>, TreeError> {
    let hashes =
        nodes_for_tile(level, index, width).into_iter().map(|id| read(id).ok_or(TreeError::Missing(id)));
    Ok(hashes.collect::<Result<Vec<_>, _>>()?.concat())
}

/// The bytes of a bundle: its entries, each preceded by its length.
///
/// # Errors
/// [`EntryTooLong`].
pub fn entry_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, EntryTooLong> {
    let mut bundle = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| EntryTooLong(entry.len()))?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// The entries of a bundle; `None` if it is none.
#[must_use]
pub fn entries_of(bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    let mut rest = bundle;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk()?;
        let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        entries.push(entry);
        rest = after;
    }
    Some(entries)
}

/// The hash of a node of a log of `size` entries, computed from the tile that holds it, for whoever follows the log
/// from outside: `fetch` gets the path of a tile and gives its bytes. Believe it only once a proof made of such
/// hashes leads to a signed root.
#[must_use]
pub fn node(id: NodeId, size: u64, fetch: &impl Fn(&str) -> Option<Vec<u8>>) -> Option<Hash> {
    let (level, height) = (id.level / 8, id.level % 8);
    let first = id.index.checked_mul(1 << height)?;
    let (index, start) = (first / u64::from(WIDTH), usize::try_from(first % u64::from(WIDTH)).ok()?);
    let width = width(level, index, size);
    let tile = fetch(&path(level, index, width)).filter(|tile| tile.len() == usize::from(width) * 32)?;
    let (hashes, _) = tile.as_chunks::<32>();
    let mut row = hashes.get(start..start + (1 << height))?.to_vec();
    while row.len() > 1 {
        row = tree::parents(&row);
    }
    row.first().copied()
}

/// [`tree::inclusion_proof`] from tiles.
///
/// # Errors
/// [`TreeError::NoSuchEntry`], or [`TreeError::Missing`] if a tile cannot be fetched or is no tile.
pub fn inclusion_proof(
    index: u64,
    size: u64,
    fetch: &impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<Vec<Hash>, TreeError> {
    tree::inclusion_proof(index, size, &|id| node(id, size, fetch))
}

/// [`tree::consistency_proof`] from tiles: that the log of `new` entries begins with the one of `old` entries.
///
/// # Errors
/// [`TreeError::Shrunk`], or [`TreeError::Missing`] if a tile cannot be fetched or is no tile.
pub fn consistency_proof(
    old: u64,
    new: u64,
    fetch: &impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<Vec<Hash>, TreeError> {
    tree::consistency_proof(old, new, &|id| node(id, new, fetch))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(path(0, 0, 256), "tile/0/000");
        assert_eq!(path(1, 1_234_067, 256), "tile/1/x001/x234/067");
        assert_eq!(path(0, 273, 112), "tile/0/273.p/112");
        assert_eq!(path(2, 1000, 1), "tile/2/x001/000.p/1");
        assert_eq!(path(0, 999_999, 256), "tile/0/x999/999");
        assert_eq!(path(0, 1_000_000, 256), "tile/0/x001/x000/000");
        assert_eq!(path(0, u64::MAX, 256), "tile/0/x018/x446/x744/x073/x709/x551/615");
        assert_eq!(entries_path(1_234_067, 8), "tile/entries/x001/x234/067.p/8");
    }

    /// The specification's example of 70 000 leaves, and that of 256.
    #[test]
    fn tiles_are_as_wide_as_the_tree_reaches() {
        assert_eq!([0, 272, 273, 274].map(|index| width(0, index, 70_000)), [256, 256, 112, 0]);
        assert_eq!([0, 1, 2].map(|index| width(1, index, 70_000)), [256, 17, 0]);
        assert_eq!([0, 1].map(|index| width(2, index, 70_000)), [1, 0]);
        assert_eq!(width(3, 0, 70_000), 0);
        assert_eq!(
            [(0, 0), (0, 1), (1, 0), (2, 0)].map(|(level, index)| width(level, index, 256)),
            [256, 0, 1, 0]
        );
        assert_eq!(width(0, 0, 0), 0);
        assert_eq!(width(7, 127, u64::MAX), 0);
        assert_eq!(width(7, 0, u64::MAX), 255);
        assert_eq!(width(8, 0, u64::MAX), 0);
        assert_eq!(width(u8::MAX, u64::MAX, u64::MAX), 0);
    }

    #[test]
    fn a_tile_is_its_hashes_and_reads_what_it_lists() {
        let hash = |id: NodeId| [u8::try_from(id.index % 256).unwrap(); 32];
        let bytes = tile(1, 2, 3, &|id| (id.level == 8).then(|| hash(id))).unwrap();
        assert_eq!(bytes, [[0; 32], [1; 32], [2; 32]].concat());
        assert_eq!(nodes_for_tile(1, 2, 3), [512, 513, 514].map(|index| NodeId { level: 8, index }));
        let missing = NodeId { level: 0, index: 1 };
        let short = tile(0, 0, 2, &|id| (id != missing).then(|| hash(id)));
        assert_eq!(short, Err(TreeError::Missing(missing)));
    }

    #[test]
    fn tiles_that_cannot_be_are_empty_and_do_not_panic() {
        assert!(nodes_for_tile(8, 0, 256).is_empty());
        assert!(nodes_for_tile(u8::MAX, u64::MAX, u16::MAX).is_empty());
        assert_eq!(nodes_for_tile(0, 0, u16::MAX).len(), 256);
        assert_eq!(nodes_for_tile(0, u64::MAX / 256, 256).len(), 256);
    }

    #[test]
    fn a_bundle_is_its_entries_with_their_lengths() {
        assert_eq!(entry_bundle([b"ab".as_slice(), b"", b"c"]), Ok(b"\0\x02ab\0\0\0\x01c".to_vec()));
        let longest = vec![7; MAX_ENTRY];
        assert_eq!(entry_bundle([longest.as_slice()]).unwrap()[..3], [0xff, 0xff, 7]);
        let longer = vec![7; MAX_ENTRY + 1];
        assert_eq!(entry_bundle([longer.as_slice()]), Err(EntryTooLong(65_536)));
    }

    #[test]
    fn a_path_that_is_spelled_in_another_way_names_nothing() {
        for path in [
            "",
            "/",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/00/000",
            "tile/8/000",
            "tile/-1/000",
            "tile/256/000",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x1/000",
            "tile/0/x001",
            "tile/0/x001/",
            "tile/0/000.p",
            "tile/0/000.p/",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/0/000.p/256",
            "tile/0/000.p/+1",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/0/000/",
            "tile//000",
            "tile/entries/",
            "tile/Entries/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/..",
            "tile/0/%30%30%30",
            "tile/0/٠٠٠",
            "tile/0/000.p/٣",
            "tile/0/0é",
            "/tile/0/000",
            "tile/0/000?",
        ] {
            assert_eq!(Resource::parse(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_log_of_70_000_entries_consists_of_these() {
        let paths: Vec<_> = Resource::all(70_000).map(Resource::path).collect();
        assert_eq!(paths.len(), 274 + 2 + 1 + 274);
        assert_eq!(
            paths[273..278],
            ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/000"]
        );
        assert!(Resource::all(70_000).all(|resource| resource.is_in(70_000)));
        assert_eq!(Resource::all(0).count(), 0);
        assert!(!Resource::parse("tile/0/273.p/113").unwrap().is_in(70_000));
        assert!(!Resource::parse("tile/0/273").unwrap().is_in(70_000));
        assert!(!Resource::parse("tile/entries/274.p/1").unwrap().is_in(70_000));
    }

    #[test]
    fn a_bundle_is_read_again_and_a_cut_one_refused() {
        let bundle = entry_bundle([b"ab".as_slice(), b"", b"c"]).unwrap();
        assert_eq!(entries_of(&bundle).unwrap(), [b"ab".as_slice(), b"", b"c"]);
        assert_eq!(entries_of(b""), Some(vec![]));
        for length in [1, 3, 5, 7, 8] {
            assert_eq!(entries_of(&bundle[..length]), None, "{length}");
        }
    }

    proptest! {
        #[test]
        fn every_path_comes_back(level in 0..=MAX_LEVEL, index: u64, width in 1..=WIDTH) {
            for resource in [Resource::Tile { level, index, width }, Resource::Entries { index, width }] {
                prop_assert_eq!(Resource::parse(&resource.path()), Some(resource));
            }
        }

        #[test]
        fn noise_never_panics(noise: String, path in "tile/([0-9]|entries|x)/([x0-9/]{0,30})(\\.p/[0-9]{0,6})?", bytes: Vec<u8>) {
            for path in [noise, path] {
                if let Some(resource) = Resource::parse(&path) {
                    prop_assert_eq!(resource.path(), path);
                }
            }
            let _ = entries_of(&bytes);
            let id = NodeId { level: bytes.first().copied().unwrap_or(63), index: u64::MAX / 3 };
            prop_assert_eq!(node(id, u64::MAX, &|_| Some(bytes.clone())), None);
        }
    }
}
