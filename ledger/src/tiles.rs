//! The log as static files, for whoever follows it: tiles of 256 hashes, bundles of 256 entries.

use std::fmt::Write;

use crate::tree::TreeError;
use crate::{Hash, NodeId};

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u16 = 256;

/// The level of the highest tile in the largest tree: eight levels of the tree to a tile.
pub const MAX_LEVEL: u8 = 7;

/// The longest entry: its length is written in two bytes.
pub const MAX_ENTRY: usize = 65_535;

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

#[cfg(test)]
mod tests {
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
}
