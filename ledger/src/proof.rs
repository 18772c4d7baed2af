//! The proof that one entry is in a log, as one text: `c2sp.org/tlog-proof@v1`, file extension `.tlog-proof`.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::note::VerifierKey;
use crate::tree::{self, TreeError};
use crate::{Hash, text};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Longer proofs are refused unread: an opening of the largest entry, a checkpoint and 64 hashes have far less.
const MAX_LENGTH: usize = 1_000_000;

/// The path in the largest tree that indexes of 64 bits can address.
const MAX_HASHES: usize = 64;

/// Everything that is needed, beside the entry and the key of the log, to check that the entry is in the log.
///
/// Nothing in it is to be believed before [`Self::verify`], and `extra` not even after: it is checked only where
/// the entry is computed from it, as [`crate::entry::Opening::leaf`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Whatever the application needs to find the entry.
    pub extra: Option<Vec<u8>>,
    /// The place of the entry in the log, from 0.
    pub index: u64,
    /// The inclusion proof, sibling of the leaf first.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, letter for letter.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not of the form of the specification.
    #[error("this is not a proof of the form {HEADER}: {0}")]
    Malformed(&'static str),
    /// The checkpoint in it is not accepted.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The entry is not where the proof says, in the log of the checkpoint.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

impl TlogProof {
    /// The checkpoint under which the log of `key` holds the entry `leaf` at [`Self::index`].
    ///
    /// # Errors
    /// See [`ProofError`].
    pub fn verify(&self, leaf: &[u8], key: &VerifierKey) -> Result<Checkpoint, ProofError> {
        let checkpoint = Checkpoint::verify(&self.checkpoint, key)?;
        let leaf = tree::leaf_hash(leaf);
        tree::verify_inclusion(self.index, checkpoint.size, leaf, &self.hashes, checkpoint.root)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", text::encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", text::encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = ProofError;

    fn from_str(proof: &str) -> Result<Self, ProofError> {
        use ProofError::Malformed;

        if proof.len() > MAX_LENGTH {
            return Err(Malformed("it is too long"));
        }
        let (path, checkpoint) = proof.split_once("\n\n").ok_or(Malformed("the checkpoint is missing"))?;
        let mut lines = path.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(Malformed("the first line is another"));
        }
        let extra = lines
            .next_if(|line| line.starts_with("extra "))
            .map(|line| {
                text::decode(&line["extra ".len()..]).ok_or(Malformed("the extra data is not base64"))
            })
            .transpose()?;
        let index = lines
            .next()
            .and_then(|line| text::decode_number(line.strip_prefix("index ")?))
            .ok_or(Malformed("the index is missing or no number"))?;
        let hashes = lines
            .take(MAX_HASHES + 1)
            .map(|line| text::decode_hash(line).ok_or(Malformed("a hash is not 32 bytes in base64")))
            .collect::<Result<Vec<_>, _>>()?;
        if hashes.len() > MAX_HASHES {
            return Err(Malformed("there are too many hashes"));
        }
        Ok(Self { extra, index, hashes, checkpoint: checkpoint.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::note::{NoteError, SigningKey};

    const ORIGIN: &str = "invoices.example.com/ledger/acme";

    /// The example of the specification, as published: its signatures are abbreviated there.
    const PUBLISHED: &str = "c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog hI2DJw[...]1roloI=
";

    fn key() -> SigningKey {
        SigningKey::from_parts(ORIGIN, &[1; 32]).unwrap()
    }

    /// Two entries, and the proof for the second.
    fn proof() -> TlogProof {
        let (left, right) = (tree::leaf_hash(b"one"), tree::leaf_hash(b"two"));
        let nodes = tree::append(1, right, &|_| Some(left)).unwrap();
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 2, root: nodes[1].1 };
        TlogProof { extra: None, index: 1, hashes: vec![left], checkpoint: checkpoint.sign(&key()) }
    }

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let proof: TlogProof = PUBLISHED.parse().unwrap();
        assert!(proof.extra.as_ref().unwrap().starts_with(b"age-v1.2.1-darwin-arm64.tar.gz"));
        assert_eq!(proof.index, 73_894);
        assert_eq!(proof.hashes.len(), 5);
        assert_eq!(proof.hashes[0][..3], [0x81, 0x22, 0xb2]);
        assert!(proof.checkpoint.starts_with("example.com/fancylog\n109482\n"));
        assert_eq!(proof.to_string(), PUBLISHED);
    }

    #[test]
    fn a_proof_holds_for_its_entry_index_and_key_only() {
        let proof = proof();
        let verifier = key().verifier();
        assert_eq!(proof.verify(b"two", &verifier).unwrap().size, 2);
        assert_eq!(proof.verify(b"one", &verifier), Err(TreeError::Unproven.into()));
        let moved = TlogProof { index: 0, ..proof.clone() };
        assert_eq!(moved.verify(b"two", &verifier), Err(TreeError::Unproven.into()));
        let outside = TlogProof { index: 2, ..proof.clone() };
        assert_eq!(
            outside.verify(b"two", &verifier),
            Err(TreeError::NoSuchEntry { index: 2, size: 2 }.into())
        );
        let shorter = TlogProof { hashes: vec![], ..proof.clone() };
        assert_eq!(shorter.verify(b"two", &verifier), Err(TreeError::Unproven.into()));
        let stranger = SigningKey::from_parts(ORIGIN, &[2; 32]).unwrap().verifier();
        let unsigned = CheckpointError::Note(NoteError::Unsigned);
        assert_eq!(proof.verify(b"two", &stranger), Err(unsigned.into()));
    }

    #[test]
    fn what_is_no_proof_is_refused() {
        let good = proof().to_string();
        let hash = text::encode(&[7; 32]) + "\n";
        assert!(good.parse::<TlogProof>().is_ok());
        for (bad, reason) in [
            (String::new(), "the checkpoint is missing"),
            (good.replace("\n\n", "\n"), "the checkpoint is missing"),
            (good.replace("@v1", "@v2"), "the first line is another"),
            (format!("\n{good}"), "the first line is another"),
            (PUBLISHED.replace("YXJ\n", "YX\n"), "the extra data is not base64"),
            (good.replace("index", "extra AAA=\nextra AAA=\nindex"), "the index is missing or no number"),
            (good.replace("index 1", "index 01"), "the index is missing or no number"),
            (good.replace("index 1", "index -1"), "the index is missing or no number"),
            (good.replace("index 1", "index 18446744073709551616"), "the index is missing or no number"),
            (good.replace("index 1\n", ""), "the index is missing or no number"),
            (good.replace("index 1\n", "index 1\nAAA=\n"), "a hash is not 32 bytes in base64"),
            (good.replace("index 1\n", "index 1\r\n"), "the index is missing or no number"),
            (
                good.replace("index 1\n", &format!("index 1\n{}", hash.repeat(MAX_HASHES))),
                "there are too many hashes",
            ),
            (good + &" ".repeat(MAX_LENGTH), "it is too long"),
        ] {
            assert_eq!(bad.parse::<TlogProof>(), Err(ProofError::Malformed(reason)), "{bad:.300}");
        }
    }

    proptest! {
        #[test]
        fn every_proof_comes_back(
            extra: Option<Vec<u8>>, index: u64, hashes in prop::collection::vec(any::<Hash>(), 0..64), checkpoint: String,
        ) {
            let proof = TlogProof { extra, index, hashes, checkpoint };
            prop_assert_eq!(proof.to_string().parse(), Ok(proof));
        }

        #[test]
        fn noise_never_panics(noise: String, lines in "(c2sp.org/tlog-proof@v1|extra |index |[0-9]|AAAA|=|\n){0,40}") {
            for text in [noise, lines.clone(), format!("{HEADER}\nindex 0\n\n{lines}")] {
                if let Ok(proof) = text.parse::<TlogProof>() {
                    prop_assert!(proof.verify(b"entry", &key().verifier()).is_err());
                }
            }
        }
    }
}
