//! Checkpoints: what a log commits to, and signs.

use crate::note::{self, NoteError, SigningKey, VerifierKey};
use crate::{Frontier, Hash, text};

/// The state of a log at one size. Every two checkpoints of a log must be consistent, see
/// [`crate::tree::consistency_proof`]; whoever signs must see to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The identity of the log, and the name of its key: a URL without scheme.
    pub origin: String,
    /// How many entries there are.
    pub size: u64,
    /// The root of the tree over these entries.
    pub root: Hash,
}

/// Why a checkpoint is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note around it is not accepted.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text does not begin with an origin, a size and a root.
    #[error("this is not a checkpoint: it must begin with the lines origin, size and root hash")]
    Malformed,
    /// Rightly signed, and about another log than the one of the key.
    #[error("the checkpoint is of the ledger {0}, not of the one whose key was given")]
    Origin(String),
}

impl Checkpoint {
    /// The log before its first entry.
    #[must_use]
    pub fn empty(origin: &str) -> Self {
        Self { origin: origin.to_owned(), size: 0, root: Frontier::default().root() }
    }

    /// The text that is signed: three lines. There are no extension lines, since nobody could audit them.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, text::encode(&self.root))
    }

    /// The checkpoint in the text of a note. Extension lines are allowed, and not looked at.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        Self::from_lines(text).ok_or(CheckpointError::Malformed)
    }

    fn from_lines(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty())?.to_owned();
        let size = text::decode_number(lines.next()?)?;
        let root = text::decode_hash(lines.next()?)?;
        lines.all(|extension| !extension.is_empty()).then_some(Self { origin, size, root })
    }

    /// The signed note.
    ///
    /// # Panics
    /// If the key is not that of this log, as a wrong signature would be worse than none.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        assert_eq!(self.origin, key.name(), "a ledger signs its own checkpoints only");
        key.sign(&self.to_text())
    }

    /// The checkpoint that a note claims. Whether anyone signed it is not looked at: only for notes of one's own.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn claimed(note: &str) -> Result<Self, CheckpointError> {
        let text = note.find("\n\n").map_or(note, |end| &note[..=end]);
        Self::parse(text)
    }

    /// The checkpoint in this note, signed by `key`, for the log that the key is named after.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn verify(note: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        let checkpoint = Self::parse(&note::verify(note, std::slice::from_ref(key))?.text)?;
        if checkpoint.origin == key.name() {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Origin(checkpoint.origin))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ORIGIN: &str = "invoices.example.com/ledger/acme";

    fn key() -> SigningKey {
        SigningKey::from_parts(ORIGIN, &[1; 32]).unwrap()
    }

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let published =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint = Checkpoint::parse(published).unwrap();
        assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(checkpoint.root[..4], [0x0a, 0xc5, 0x18, 0x6a]);
        assert_eq!(checkpoint.to_text(), published);
    }

    #[test]
    fn extension_lines_are_passed_over() {
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 7, root: [9; 32] };
        let extended = checkpoint.to_text() + "something\nmore\n";
        assert_eq!(Checkpoint::parse(&extended), Ok(checkpoint));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let root = text::encode(&[9; 32]);
        for bad in [
            String::new(),
            "\n".to_owned(),
            format!("{ORIGIN}\n7\n"),
            format!("\n7\n{root}\n"),
            format!("{ORIGIN}\n07\n{root}\n"),
            format!("{ORIGIN}\n-7\n{root}\n"),
            format!("{ORIGIN}\n18446744073709551616\n{root}\n"),
            format!("{ORIGIN}\n7\n{root}"),
            format!("{ORIGIN}\n7\n{}\n", text::encode(&[9; 31])),
            format!("{ORIGIN}\n7\n{}\n", text::encode(&[9; 33])),
            format!("{ORIGIN}\n7\n{root}\n\n"),
            format!("{ORIGIN}\n7\n{root}\n\nsomething\n"),
        ] {
            assert_eq!(Checkpoint::parse(&bad), Err(CheckpointError::Malformed), "{bad:?}");
        }
    }

    #[test]
    fn a_checkpoint_of_another_log_is_refused_though_rightly_signed() {
        let other = Checkpoint { origin: "other.example".to_owned(), size: 7, root: [9; 32] };
        let note = key().sign(&other.to_text());
        let error = Checkpoint::verify(&note, &key().verifier()).unwrap_err();
        assert_eq!(error, CheckpointError::Origin("other.example".to_owned()));
    }

    #[test]
    #[should_panic(expected = "its own checkpoints only")]
    fn a_key_does_not_sign_for_another_log() {
        let _ = Checkpoint { origin: "other.example".to_owned(), size: 7, root: [9; 32] }.sign(&key());
    }

    proptest! {
        #[test]
        fn every_checkpoint_comes_back(size: u64, root: Hash) {
            let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root };
            let note = checkpoint.sign(&key());
            prop_assert_eq!(Checkpoint::claimed(&note), Ok(checkpoint.clone()));
            prop_assert_eq!(Checkpoint::claimed(&checkpoint.to_text()), Ok(checkpoint.clone()));
            prop_assert_eq!(Checkpoint::verify(&note, &key().verifier()), Ok(checkpoint));
        }

        #[test]
        fn noise_never_panics(noise: String) {
            prop_assert!(Checkpoint::parse(&noise).is_err());
            prop_assert!(Checkpoint::claimed(&noise).is_err());
            prop_assert!(Checkpoint::verify(&noise, &key().verifier()).is_err());
        }
    }
}
