//! Somebody who follows a ledger from outside, with other people's programs, over HTTP and TLS.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use counterfoil_billing::documents::Format;
use counterfoil_identity::permission::{EditDrafts, Issue, ReadBooks, ShareDocument};
use counterfoil_identity::{authorize_operator, gate};
use counterfoil_ledger::proof::TlogProof;
use counterfoil_ledger::{tiles, tree};
use counterfoil_store::DatabaseUrl;
use signed_note::{Note, StandardVerifier, VerifierList};
use tempfile::TempDir;
use tlog_tiles::{
    Hash, HashReader as _, Tile, TileHashReader, TileReader, check_record, check_tree, prove_record,
    prove_tree,
};

use crate::books::{billing, organisation};
use crate::programs::{DRAFT, told};
use crate::server::Server;

/// More entries than one tile holds.
const LINKS: usize = 270;

struct Grown {
    folder: TempDir,
    data: PathBuf,
    /// The checkpoint before most of the entries came.
    early: String,
    proof: TlogProof,
}

/// A data folder whose organisation has issued a document and made many links to it.
async fn grown() -> Grown {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("root.key"), [7; 32]).unwrap();
    std::fs::set_permissions(data.join("root.key"), std::fs::Permissions::from_mode(0o400)).unwrap();
    let billing = billing(&DatabaseUrl::sqlite(&data.join("counterfoil.sqlite")), &data).await;
    let gate = gate::operator_command("test");
    let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
    let drafts = authorize_operator::<EditDrafts>(&gate, org).unwrap();
    let draft = billing.create_draft(&drafts, None, serde_json::from_str(DRAFT).unwrap()).await.unwrap();
    let issue = authorize_operator::<Issue>(&gate, org).unwrap();
    let invoice = billing.issue(&issue, draft, 1).await.unwrap().id;
    let early = billing.public_ledger("acme").await.unwrap().unwrap().checkpoint;
    let share = authorize_operator::<ShareDocument>(&gate, org).unwrap();
    for _ in 0..LINKS {
        billing.create_link(&share, invoice).await.unwrap();
    }
    let reader = authorize_operator::<ReadBooks>(&gate, org).unwrap();
    let proof = billing.document(&reader, invoice, Format::Proof).await.unwrap().bytes;
    let proof = String::from_utf8(proof).unwrap().parse().unwrap();
    Grown { folder, data, early, proof }
}

/// Gets a path of the ledger from the server, as its bytes; `None` unless it is there.
fn fetch(server: &Server, path: &str) -> Option<Vec<u8>> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--max-time", "20", "--cacert"])
        .arg(server.data.join("tls/ca.pem"))
        .arg(format!("{}/ledger/acme/{path}", server.url))
        .output()
        .unwrap();
    if output.status.success() {
        return Some(output.stdout);
    }
    assert!(told(&output).contains("404"), "{}", told(&output));
    None
}

impl TileReader for Server {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let path = |tile: &Tile| tile.path().replace("tile/8/", "tile/");
        tiles.iter().map(|tile| fetch(self, &path(tile)).ok_or(tlog_tiles::Error::BadMath)).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

fn opened(key: &str, note: &[u8]) -> tlog_tiles::Checkpoint {
    let known = VerifierList::new(vec![Box::new(StandardVerifier::new(key.trim()).unwrap())]);
    let note = Note::from_bytes(note).unwrap();
    assert_eq!(note.verify(&known).unwrap().0.len(), 1, "signed by the ledger's key");
    tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_programs_accept_checkpoint_tiles_entries_and_proofs_of_the_server() {
    let Grown { folder: _folder, data, early, proof } = grown().await;
    let server = Server::on(data, &[]);
    let key = String::from_utf8(fetch(&server, "key").unwrap()).unwrap();
    let now = opened(&key, &fetch(&server, "checkpoint").unwrap());
    let early = opened(&key, early.as_bytes());
    assert!(now.size() > 256 && early.size() < 10, "{} {}", now.size(), early.size());
    assert_eq!(now.origin(), early.origin());

    // The foreign reader fetches tiles, full and partial, of two levels, and checks each against the signed root.
    let reader = TileHashReader::new(now.size(), *now.hash(), &server);
    let inclusion = prove_record(now.size(), proof.index, &reader).unwrap();
    let leaf = reader.read_hashes(&[tlog_tiles::stored_hash_index(0, proof.index)]).unwrap()[0];
    check_record(&inclusion, now.size(), *now.hash(), proof.index, leaf).unwrap();
    let consistency = prove_tree(now.size(), early.size(), &reader).unwrap();
    check_tree(&consistency, now.size(), *now.hash(), early.size(), *early.hash()).unwrap();
    let forked = check_tree(&consistency, now.size(), *now.hash(), early.size(), Hash([7; 32]));
    assert!(forked.is_err(), "a root that was never signed is no beginning of this ledger");

    // Our own client code comes to the same.
    let tile = |path: &str| fetch(&server, path);
    let ours = tiles::consistency_proof(early.size(), now.size(), &tile).unwrap();
    assert_eq!(ours.iter().copied().map(Hash).collect::<Vec<_>>(), consistency);
    tree::verify_consistency(early.size(), now.size(), &ours, early.hash().0, now.hash().0).unwrap();

    // Every entry of the bundles is the one in the tree; the document's is what its proof opens.
    let mut index = 0;
    for resource in tiles::Resource::all(now.size()) {
        let bytes = fetch(&server, &resource.path()).unwrap();
        let tiles::Resource::Entries { .. } = resource else { continue };
        for entry in tiles::entries_of(&bytes).unwrap() {
            if index == proof.index {
                let opening = counterfoil_ledger::entry::Opening::from_bytes(proof.extra.as_ref().unwrap());
                assert_eq!(opening.unwrap().leaf(), entry);
                assert_eq!(leaf, tlog_tiles::record_hash(entry));
            }
            index += 1;
        }
    }
    assert_eq!(index, now.size());
    assert_eq!(fetch(&server, &format!("tile/0/001.p/{}", now.size() - 256 + 1)), None, "beyond the tree");
}
