//! Other implementations of the same specifications, written by others, agree with ours in both directions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use counterfoil_ledger::entry::{Opening, Statement};
use counterfoil_ledger::note::{self, SigningKey, VerifierKey};
use counterfoil_ledger::proof::TlogProof;
use counterfoil_ledger::{Checkpoint, Hash, NodeId, tiles, tree};
use getrandom::SysRng;
use proptest::prelude::*;
use proptest::sample::Index;
use rand_core::UnwrapErr;
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::{
    HashReader as _, Tile, TileHashReader, TileReader, check_record, check_tree, prove_record, prove_tree,
    tree_hash,
};

use crate::log::{SIZE, entry, read};

const ORIGIN: &str = "invoices.example.com/ledger/acme";

/// The nodes of our log, by the numbers that the foreign implementation gives them.
struct Nodes;

impl tlog_tiles::HashReader for Nodes {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let node = |index: &u64| {
            let (level, index) = tlog_tiles::split_stored_hash_index(*index);
            read(NodeId { level, index }).map(tlog_tiles::Hash).ok_or(tlog_tiles::Error::IndexesNotInTree)
        };
        indexes.iter().map(node).collect()
    }
}

/// The tiles of our log at one size, as a server gives them.
struct Tiles(u64);

impl Tiles {
    fn fetch(&self, path: &str) -> Option<Vec<u8>> {
        let resource = tiles::Resource::parse(path).filter(|resource| resource.is_in(self.0))?;
        let tiles::Resource::Tile { level, index, width } = resource else { return None };
        tiles::tile(level, index, width, &read).ok()
    }
}

impl TileReader for Tiles {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let fetch = |tile: &Tile| self.fetch(&tile.path().replace("tile/8/", "tile/"));
        tiles.iter().map(|tile| fetch(tile).ok_or(tlog_tiles::Error::BadMath)).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

fn theirs(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().copied().map(tlog_tiles::Hash).collect()
}

fn known(key: &VerifierKey) -> VerifierList {
    VerifierList::new(vec![Box::new(StandardVerifier::new(&key.to_string()).expect("they read our key"))])
}

proptest! {
    #[test]
    fn roots_and_proofs_of_a_foreign_tree_are_ours(size in 1..=SIZE, index: Index, old: Index) {
        let [index, old] = [index, old].map(|i| u64::try_from(i.index(usize::try_from(size).unwrap())).unwrap());
        let old = old + 1;
        let (old_root, root) = (tree::root(old, &read).unwrap(), tree::root(size, &read).unwrap());
        prop_assert_eq!(tree_hash(size, &Nodes).unwrap().0, root);

        let inclusion = theirs(&tree::inclusion_proof(index, size, &read).unwrap());
        prop_assert_eq!(&inclusion, &prove_record(size, index, &Nodes).unwrap());
        let leaf = tlog_tiles::record_hash(&entry(index));
        prop_assert!(check_record(&inclusion, size, tlog_tiles::Hash(root), index, leaf).is_ok());

        let consistency = theirs(&tree::consistency_proof(old, size, &read).unwrap());
        prop_assert_eq!(&consistency, &prove_tree(size, old, &Nodes).unwrap());
        let [root, old_root] = [root, old_root].map(tlog_tiles::Hash);
        prop_assert!(check_tree(&consistency, size, root, old, old_root).is_ok());
    }

    #[test]
    fn proofs_from_tiles_are_those_of_the_tree_and_of_a_foreign_reader(size in 1..=SIZE, index: Index, old: Index) {
        let [index, old] = [index, old].map(|i| u64::try_from(i.index(usize::try_from(size).unwrap())).unwrap());
        let old = old + 1;
        let (tiles, fetch) = (Tiles(size), |path: &str| Tiles(size).fetch(path));
        let root = tree::root(size, &read).unwrap();
        // The foreign reader checks each tile against the root before it uses it.
        let reader = TileHashReader::new(size, tlog_tiles::Hash(root), &tiles);

        let inclusion = tiles::inclusion_proof(index, size, &fetch).unwrap();
        prop_assert_eq!(&inclusion, &tree::inclusion_proof(index, size, &read).unwrap());
        prop_assert_eq!(theirs(&inclusion), prove_record(size, index, &reader).unwrap());
        let leaf = reader.read_hashes(&[tlog_tiles::stored_hash_index(0, index)]).unwrap()[0];
        prop_assert_eq!(leaf.0, tree::leaf_hash(&entry(index)));

        let consistency = tiles::consistency_proof(old, size, &fetch).unwrap();
        prop_assert_eq!(theirs(&consistency), prove_tree(size, old, &reader).unwrap());
        let old_root = tree::root(old, &read).unwrap();
        prop_assert_eq!(tree::verify_consistency(old, size, &consistency, old_root, root), Ok(()));
    }

    #[test]
    fn a_spoilt_tile_leads_to_no_root(size in 2..=SIZE, index: Index, byte: Index) {
        let index = u64::try_from(index.index(usize::try_from(size).unwrap())).unwrap();
        let spoilt = |path: &str| Tiles(size).fetch(path).map(|mut tile| {
            let byte = byte.index(tile.len());
            tile[byte] ^= 1;
            tile
        });
        let (root, leaf) = (tree::root(size, &read).unwrap(), tree::leaf_hash(&entry(index)));
        let good = tree::inclusion_proof(index, size, &read).unwrap();
        let proof = tiles::inclusion_proof(index, size, &spoilt).unwrap();
        let verdict = tree::verify_inclusion(index, size, leaf, &proof, root);
        prop_assert_eq!(verdict.is_ok(), proof == good);
        let short = |path: &str| Tiles(size).fetch(path).map(|tile| tile[1..].to_vec());
        prop_assert!(tiles::inclusion_proof(index, size, &short).is_err());
    }

    #[test]
    fn foreign_notes_are_accepted_and_ours_by_them(seed: [u8; 32], text in "([^\\p{Cc}]{0,20}\n){1,5}") {
        let ours = SigningKey::from_parts(ORIGIN, &seed).unwrap();
        let vkey = ours.verifier().to_string();
        let id = vkey.split('+').nth(1).unwrap();
        let secret = STANDARD.encode([&[1], seed.as_slice()].concat());
        let theirs = StandardSigner::new(&format!("PRIVATE+KEY+{ORIGIN}+{id}+{secret}")).unwrap();
        let mut note = Note::new(text.as_bytes(), &[]).unwrap();
        note.add_sigs(&[&theirs]).unwrap();
        let note = String::from_utf8(note.to_bytes()).unwrap();

        prop_assert_eq!(ours.sign(&text), note.clone());
        prop_assert_eq!(&note::verify(&note, &[ours.verifier()]).unwrap().text, &text);
        let parsed = Note::from_bytes(note.as_bytes()).unwrap();
        prop_assert_eq!(parsed.text(), text.as_bytes());
        prop_assert_eq!(parsed.verify(&known(&ours.verifier())).unwrap().0.len(), 1);
    }

    #[test]
    fn what_we_refuse_to_parse_a_foreign_parser_refuses_too(text in "(— |k AAAAAAA=|k AAAAAAAA|[a+ ]|\n){0,12}") {
        let ours = note::verify(&text, &[]);
        prop_assert_eq!(ours == Err(note::NoteError::Malformed), Note::from_bytes(text.as_bytes()).is_err());
    }

    #[test]
    fn tiles_have_the_path_and_bytes_of_a_foreign_implementation(level in 0..=7_u8, index: u64, width in 1..=256_u16) {
        let tile = Tile::new(8, level, index, width.into(), false);
        prop_assert_eq!(tile.path().replace("tile/8/", "tile/"), tiles::path(level, index, width));
        let tile = Tile::new(8, 0, 0, width.into(), false);
        prop_assert_eq!(tile.read_data(&Nodes).unwrap(), tiles::tile(0, 0, width, &read).unwrap());
    }
}

#[test]
fn a_statement_is_proven_to_someone_with_foreign_tools() {
    let mut rng = UnwrapErr(SysRng);
    let key = SigningKey::generate(ORIGIN, &mut rng).unwrap();
    let statement = Statement {
        kind: "invoice.issued".to_owned(),
        at: "2026-11-22T10:30:00Z".parse().unwrap(),
        actor: None,
        subject: None,
        details: serde_json::json!({"number": "2026-0001"}),
    };
    let opening = Opening::new(&statement, &mut rng).unwrap();

    // The issuer: one more entry, a checkpoint, a proof.
    let new = tree::append(SIZE, tree::leaf_hash(&opening.leaf()), &read).unwrap();
    let read = |id| new.iter().find(|(new, _)| *new == id).map(|(_, hash)| *hash).or_else(|| read(id));
    let root = tree::root(SIZE + 1, &read).unwrap();
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: SIZE + 1, root };
    let file = TlogProof {
        extra: Some(opening.to_bytes()),
        index: SIZE,
        hashes: tree::inclusion_proof(SIZE, SIZE + 1, &read).unwrap(),
        checkpoint: checkpoint.sign(&key),
    }
    .to_string();

    // The customer, with our tools.
    let proof: TlogProof = file.parse().unwrap();
    let opened = Opening::from_bytes(proof.extra.as_deref().unwrap()).unwrap();
    assert_eq!(proof.verify(&opened.leaf(), &key.verifier()).unwrap(), checkpoint);
    assert_eq!(opened.statement().unwrap(), statement);

    // And with foreign ones.
    let note = Note::from_bytes(proof.checkpoint.as_bytes()).unwrap();
    assert_eq!(note.verify(&known(&key.verifier())).unwrap().0.len(), 1);
    let theirs_checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!(theirs_checkpoint.origin(), ORIGIN);
    let leaf = tlog_tiles::record_hash(&opened.leaf());
    let (size, root) = (theirs_checkpoint.size(), *theirs_checkpoint.hash());
    assert!(check_record(&theirs(&proof.hashes), size, root, proof.index, leaf).is_ok());
    let another = tlog_tiles::record_hash(b"another");
    assert!(check_record(&theirs(&proof.hashes), size, root, proof.index, another).is_err());
}
