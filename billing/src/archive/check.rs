//! Verifying an archive that anybody may have written: one pass, and memory for the tree but not for the documents.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use counterfoil_ledger::entry::Opening;
use counterfoil_ledger::note::VerifierKey;
use counterfoil_ledger::tiles::{self, Resource};
use counterfoil_ledger::{Checkpoint, Frontier, Hash, tree};
use sha2::{Digest as _, Sha256};
use tar::{Archive, EntryType};
use uuid::Uuid;

use super::{
    CHECKPOINT, DOCUMENTS, KEY, OPENINGS, Part, README, README_NAME, TILES, document_path, opening_path,
};
use crate::ledger::{Claim, IssuedDetails, LedgerReport, NotGiven};
use crate::organisations::hex;

/// The longest member that is read as a whole, in bytes: a document's content.
const LONGEST: u64 = 64 << 20;
/// The longest opening, key or checkpoint.
const LONGEST_STATEMENT: u64 = 1 << 17;
/// The longest tile or bundle: 256 leaves, each with its length; ours have 66 bytes.
const LONGEST_TILE: u64 = 1 << 15;
/// More faults are not listed.
const MOST_FAULTS: usize = 100;

/// What is wrong with an archive, or that nothing is, for somebody who trusts `key`. `progress` hears entries done and
/// entries in all.
pub fn verify_archive(input: impl Read, key: &VerifierKey, progress: impl FnMut(u64, u64)) -> LedgerReport {
    let mut check = Check::new(key, progress);
    let mut archive = Archive::new(input);
    if let Err(error) = check.members(&mut archive) {
        check.fault(format!("the archive cannot be read after {}: {error}", check.last));
    } else if trailing(archive.into_inner()) {
        check.fault("something follows the end of the archive".to_owned());
    }
    check.finish()
}

/// Whether anything but padding is left.
fn trailing(mut rest: impl Read) -> bool {
    let mut buffer = [0; 4096];
    loop {
        match rest.read(&mut buffer) {
            Ok(0) => return false,
            Ok(read) if buffer[..read].iter().all(|byte| *byte == 0) => {}
            _ => return true,
        }
    }
}

/// What entries say about a document.
struct Promised {
    details: IssuedDetails,
    /// SHA-256 of the sealed PDF, once an entry named it.
    pdf_sha256: Option<String>,
    missing: Vec<Part>,
}

impl Promised {
    fn sha256(&self, part: Part) -> Option<&str> {
        match part {
            Part::Content => Some(&self.details.content_sha256),
            Part::Cii => Some(&self.details.cii_sha256),
            Part::Ubl => Some(&self.details.ubl_sha256),
            Part::Pdf => self.pdf_sha256.as_deref(),
        }
    }
}

struct Check<'a, P> {
    key: &'a VerifierKey,
    progress: P,
    report: LedgerReport,
    /// The members so far, and the last of them.
    names: BTreeSet<String>,
    last: String,
    checkpoint: Option<Checkpoint>,
    tiles: BTreeMap<String, Vec<u8>>,
    leaves: Vec<Vec<u8>>,
    tree_checked: bool,
    documents: BTreeMap<Uuid, Promised>,
    numbers: BTreeMap<String, Vec<i64>>,
    not_given: NotGiven,
}

impl<'a, P: FnMut(u64, u64)> Check<'a, P> {
    fn new(key: &'a VerifierKey, progress: P) -> Self {
        let origin = key.name().to_owned();
        Self {
            key,
            progress,
            report: LedgerReport::new(origin),
            names: BTreeSet::new(),
            last: "its beginning".to_owned(),
            checkpoint: None,
            tiles: BTreeMap::new(),
            leaves: Vec::new(),
            tree_checked: false,
            documents: BTreeMap::new(),
            numbers: BTreeMap::new(),
            not_given: NotGiven::default(),
        }
    }

    fn fault(&mut self, fault: String) {
        if self.report.faults.len() < MOST_FAULTS {
            self.report.faults.push(fault);
        }
    }

    fn members(&mut self, archive: &mut Archive<impl Read>) -> io::Result<()> {
        // Raw: long names and other extensions are members like others, and we write none.
        for member in archive.entries()?.raw(true) {
            let mut member = member?;
            let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
            let regular = member.header().entry_type() == EntryType::Regular;
            let size = member.header().entry_size()?;
            if !regular || !self.names.insert(name.clone()) {
                self.fault(format!("{name} does not belong into the archive, or is in it twice"));
            } else if let Err(fault) = self.member(&name, size, &mut member)? {
                self.fault(format!("{name} {fault}"));
            }
            self.last = name;
        }
        Ok(())
    }

    /// One member. What is wrong with it is said in words that follow its name.
    fn member(&mut self, name: &str, size: u64, content: &mut impl Read) -> io::Result<Result<(), String>> {
        if let Some(document) = name.strip_prefix(DOCUMENTS) {
            self.check_tree();
            return self.document(document, size, content);
        }
        let longest = if name.starts_with(TILES) { LONGEST_TILE } else { LONGEST_STATEMENT };
        if size > longest {
            return Ok(Err(format!("has {size} bytes, which is more than it can have")));
        }
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        Ok(match name {
            README_NAME if bytes == README.as_bytes() => Ok(()),
            README_NAME => Err("is not the text of this format".to_owned()),
            KEY if bytes == format!("{}\n", self.key).as_bytes() => Ok(()),
            KEY => Err("is not the key you trust".to_owned()),
            CHECKPOINT => self.checkpoint(&bytes),
            _ if name.starts_with(TILES) => self.tile(name, bytes),
            _ if name.starts_with(OPENINGS) => {
                self.check_tree();
                self.opening(name, &bytes)
            }
            _ => Err("does not belong into the archive".to_owned()),
        })
    }

    fn checkpoint(&mut self, bytes: &[u8]) -> Result<(), String> {
        let note = std::str::from_utf8(bytes).unwrap_or_default();
        let checkpoint =
            Checkpoint::verify(note, self.key).map_err(|error| format!("is not accepted: {error}"))?;
        self.checkpoint = Some(checkpoint);
        Ok(())
    }

    fn size(&self) -> u64 {
        self.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size)
    }

    fn tile(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), String> {
        let here = Resource::parse(name).filter(|resource| resource.is_in(self.size()));
        match here.ok_or("is no tile of a ledger of this size")? {
            Resource::Tile { .. } => _ = self.tiles.insert(name.to_owned(), bytes),
            Resource::Entries { index, width } => {
                let entries = tiles::entries_of(&bytes).filter(|entries| entries.len() == usize::from(width));
                let entries = entries.ok_or("is not a bundle of that many entries")?;
                if index * u64::from(tiles::WIDTH) != position(self.leaves.len()) {
                    return Err("is not in its place among the bundles".to_owned());
                }
                self.leaves.extend(entries.into_iter().map(<[u8]>::to_vec));
            }
        }
        Ok(())
    }

    /// The tree from its entries, against tiles and checkpoint. Once, when all of them must have come.
    fn check_tree(&mut self) {
        if self.tree_checked {
            return;
        }
        self.tree_checked = true;
        let Some(checkpoint) = self.checkpoint.clone() else {
            self.fault("there is no checkpoint that the key has signed".to_owned());
            return;
        };
        let mut frontier = Frontier::default();
        let mut row: Vec<Hash> = self.leaves.iter().map(|leaf| tree::leaf_hash(leaf)).collect();
        for leaf in &row {
            frontier.push(*leaf);
        }
        let mut level = 0;
        while !row.is_empty() {
            for (index, hashes) in (0..).zip(row.chunks(tiles::WIDTH.into())) {
                let width = u16::try_from(hashes.len()).expect("a chunk is short");
                self.check_tile(level, index, &tiles::path(level, index, width), hashes);
            }
            for _ in 0..8 {
                row = tree::parents(&row);
            }
            level += 1;
        }
        if frontier.size() != checkpoint.size {
            self.fault(format!(
                "the checkpoint is of {} entries, but tile/entries/ has {}",
                checkpoint.size,
                frontier.size()
            ));
        } else if frontier.root() != checkpoint.root {
            self.fault("the entries do not give the root in the checkpoint".to_owned());
        }
    }

    fn check_tile(&mut self, level: u8, index: u64, path: &str, hashes: &[Hash]) {
        let Some(tile) = self.tiles.get(path) else {
            self.fault(format!("{path} is missing"));
            return;
        };
        let (kept, rest) = tile.as_chunks::<32>();
        if kept.len() != hashes.len() || !rest.is_empty() {
            self.fault(format!("{path} is not that of the entries"));
        } else if let Some(place) = kept.iter().zip(hashes).position(|(kept, computed)| kept != computed) {
            let place = index * u64::from(tiles::WIDTH) + position(place);
            self.fault(if level == 0 {
                format!("entry {place} is not the one whose hash is in {path}")
            } else {
                format!("{path} is not that of the entries: hash {place} differs")
            });
        }
    }

    fn opening(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let place = self.report.entries;
        if name != opening_path(place) {
            return Err(format!("stands where {} must be", opening_path(place)));
        }
        self.report.entries += 1;
        let size = self.size();
        (self.progress)(self.report.entries, size);
        let leaf = usize::try_from(place).ok().and_then(|place| self.leaves.get(place));
        let opening = Opening::from_bytes(bytes).map_err(|error| error.to_string())?;
        if leaf.is_none_or(|leaf| !opening.opens(leaf)) {
            return Err(format!("does not open entry {place}"));
        }
        let statement = opening.statement().map_err(|_| "holds no statement that can be read".to_owned())?;
        match Claim::of(&statement).ok_or("says of its kind what cannot be read")? {
            Claim::Issued(id, details) => {
                self.report.documents += 1;
                let missing = vec![Part::Content, Part::Cii, Part::Ubl];
                let promised = Promised { details, pdf_sha256: None, missing };
                if self.documents.insert(id, promised).is_some() {
                    return Err(format!("issues document {id} a second time"));
                }
            }
            Claim::Sealed(id, details) => {
                let promised = self.documents.get_mut(&id).ok_or("seals a document that was not issued")?;
                if promised.pdf_sha256.is_some() {
                    return Err(format!("seals document {id} a second time"));
                }
                promised.missing.push(Part::Pdf);
                promised.pdf_sha256 = Some(details.pdf_sha256);
            }
            Claim::Lost(numbers) => self.not_given.lose(numbers),
            Claim::Numbering(details) => self.not_given.begin(details.starts),
            // The archive holds documents, and of these only what the entries say.
            Claim::Paid(..)
            | Claim::Payee(_)
            | Claim::PayeeAct(..)
            | Claim::Certificate { .. }
            | Claim::Revoked(_)
            | Claim::Nothing => {}
        }
        Ok(())
    }

    fn document(&mut self, name: &str, size: u64, content: &mut impl Read) -> io::Result<Result<(), String>> {
        let found = name.split_once('/').and_then(|(id, file)| {
            let id: Uuid = id.parse().ok()?;
            let part = Part::ALL.into_iter().find(|part| part.file_name() == file)?;
            (document_path(id, part).strip_prefix(DOCUMENTS) == Some(name)).then_some((id, part))
        });
        let Some((promised, part)) = found.and_then(|(id, part)| {
            let promised = self.documents.get_mut(&id)?;
            let place = promised.missing.iter().position(|missing| *missing == part)?;
            promised.missing.remove(place);
            Some((promised, part))
        }) else {
            return Ok(Err("is named by no entry".to_owned()));
        };
        let other = |number: &str| format!("is not that of document {number}");
        if part != Part::Content {
            let digest = digest(content)?;
            let same = promised.sha256(part) == Some(&hex(&digest));
            return Ok(if same { Ok(()) } else { Err(other(&promised.details.number)) });
        }
        if size > LONGEST {
            return Ok(Err(format!("has {size} bytes, which is more than it can have")));
        }
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        let number = &promised.details.number;
        Ok(match promised.details.issued(&bytes) {
            Ok(issued) => {
                let number = issued.number();
                self.numbers.entry(number.series.clone()).or_default().push(number.sequence);
                Ok(())
            }
            Err(fault) => Err(format!("{}: document {number} {fault}", other(number))),
        })
    }

    fn finish(mut self) -> LedgerReport {
        self.check_tree();
        for name in [README_NAME, KEY, CHECKPOINT] {
            if !self.names.contains(name) {
                self.fault(format!("{name} is missing"));
            }
        }
        if self.report.entries < self.size() {
            self.fault(format!("{} is missing", opening_path(self.report.entries)));
        }
        for (id, promised) in std::mem::take(&mut self.documents) {
            for part in promised.missing {
                self.fault(format!(
                    "{} is missing: document {}",
                    document_path(id, part),
                    promised.details.number
                ));
            }
        }
        for (series, mut numbers) in std::mem::take(&mut self.numbers) {
            numbers.sort_unstable();
            if let Some(fault) = self.not_given.faults_up_to_the_last(&series, &numbers) {
                self.fault(fault);
            }
        }
        self.report
    }
}

fn position(place: usize) -> u64 {
    u64::try_from(place).expect("there are fewer than 2^64 of anything in memory")
}

fn digest(content: &mut impl Read) -> io::Result<[u8; 32]> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match content.read(&mut buffer)? {
            0 => return Ok(digest.finalize().into()),
            read => digest.update(&buffer[..read]),
        }
    }
}
