//! The archive of a ledger: it verifies anywhere, and whatever is changed in it is named.

use std::os::unix::fs::PermissionsExt as _;

use counterfoil_billing::archive::verify_archive;
use counterfoil_ledger::note::VerifierKey;

use crate::programs::{DRAFT, ORG, counterfoil, organisation, told};

pub(crate) struct Exported {
    pub(crate) folder: tempfile::TempDir,
    key: String,
    bytes: Vec<u8>,
}

/// The archive of an organisation that has issued two documents.
pub(crate) fn exported() -> Exported {
    let (folder, data, key) = organisation();
    std::fs::write(folder.path().join("draft.json"), DRAFT).unwrap();
    for _ in 0..2 {
        let output = counterfoil(&data).args(["issue", "--org", ORG, "draft.json"]).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
    }
    let output =
        counterfoil(&data).args(["ledger", "export", "--org", ORG, "-o", "ledger.tar"]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("in clear"), "{}", told(&output));
    let bytes = std::fs::read(folder.path().join("ledger.tar")).unwrap();
    Exported { folder, key, bytes }
}

fn faults(bytes: &[u8], key: &str) -> Vec<String> {
    let key: VerifierKey = key.parse().unwrap();
    verify_archive(bytes, &key, |_, _| {}).faults
}

/// A member of the archive: its name, where its header begins, where its content is.
struct Member {
    name: String,
    header: usize,
    content: std::ops::Range<usize>,
}

impl Member {
    fn end(&self) -> usize {
        self.content.end.next_multiple_of(512)
    }
}

fn members(bytes: &[u8]) -> Vec<Member> {
    let mut archive = tar::Archive::new(bytes);
    let entries = archive.entries().unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let start = usize::try_from(entry.raw_file_position()).unwrap();
            Member {
                name: entry.path().unwrap().display().to_string(),
                header: usize::try_from(entry.raw_header_position()).unwrap(),
                content: start..start + usize::try_from(entry.size()).unwrap(),
            }
        })
        .collect()
}

#[test]
fn an_archive_verifies_where_there_is_neither_server_nor_database() {
    let Exported { folder, key, .. } = exported();
    let archive = folder.path().join("ledger.tar");
    assert_eq!(std::fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600);
    let elsewhere = tempfile::tempdir().unwrap();
    let verify = |key: &str| {
        let nowhere = elsewhere.path().join("no-data");
        let output = counterfoil(&nowhere)
            .args(["ledger", "verify", "--archive"])
            .arg(&archive)
            .args(["--ledger-key", key])
            .output()
            .unwrap();
        assert!(!nowhere.exists(), "nothing is made");
        output
    };
    let output = verify(&key);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("2 documents, all as signed"),
        "{}",
        told(&output)
    );
    let other = "localhost:8443/ledger/acme+00000000+AbJkYeOeD5ZgbZ9gFZ0l4R3mBqg5rPNjZtEd0dzhHyWM";
    let output = verify(other);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let (_folder, _, stranger) = organisation();
    let output = verify(&stranger);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not the key you trust"), "{}", told(&output));
    let untrusting =
        counterfoil(elsewhere.path()).args(["ledger", "verify", "--archive", "x"]).output().unwrap();
    assert_eq!(untrusting.status.code(), Some(2), "a key must be named: {}", told(&untrusting));
}

#[test]
fn whatever_is_changed_in_an_archive_is_named() {
    let Exported { key, bytes, .. } = exported();
    assert_eq!(faults(&bytes, &key), Vec::<String>::new());
    let members = members(&bytes);
    let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names[..3], ["README.txt", "ledger-key", "checkpoint"]);
    assert!(names.iter().any(|name| name.starts_with("tile/0/000.p/")), "{names:?}");
    assert_eq!(names.iter().filter(|name| name.starts_with("documents/")).count(), 8, "{names:?}");
    for member in &members {
        let last = member.content.end - 1;
        for place in [member.content.start, usize::midpoint(member.content.start, last), last] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let first = faults(&changed, &key).into_iter().next().unwrap_or_default();
            let place = place - member.content.start;
            // Where entries and tree differ, either may be the changed one.
            let is_said = first.contains(&member.name)
                || (member.name.starts_with("tile/") && first.contains("tile/0/"));
            assert!(is_said, "byte {place} of {}: {first:?}", member.name);
        }
        let without = [&bytes[..member.header], &bytes[member.end()..]].concat();
        let missing = faults(&without, &key);
        assert!(
            missing.iter().any(|fault| fault.contains(&member.name))
                || member.name.starts_with("tile/entries"),
            "without {}: {missing:?}",
            member.name
        );
        assert!(!missing.is_empty());
        let twice = [&bytes[..member.end()], &bytes[member.header..]].concat();
        let first = faults(&twice, &key).into_iter().next().unwrap_or_default();
        assert!(first.contains(&member.name), "twice {}: {first:?}", member.name);
    }
}

#[test]
fn an_archive_that_was_cut_added_to_or_put_in_another_order_is_refused() {
    let Exported { key, bytes, .. } = exported();
    let members = members(&bytes);
    let end = members.last().unwrap().end();
    for cut in (0..end).step_by(512) {
        assert!(!faults(&bytes[..cut], &key).is_empty(), "cut at {cut}");
        assert!(!faults(&bytes[..cut + 100], &key).is_empty(), "cut at {}", cut + 100);
    }
    let added = [bytes.as_slice(), b"more"].concat();
    assert_eq!(faults(&added, &key), ["something follows the end of the archive"]);
    let openings: Vec<_> = members.iter().filter(|m| m.name.starts_with("openings/")).take(2).collect();
    let [a, b] = openings.as_slice() else { panic!("two openings") };
    let swapped =
        [&bytes[..a.header], &bytes[b.header..b.end()], &bytes[a.header..a.end()], &bytes[b.end()..]]
            .concat();
    let first = &faults(&swapped, &key)[0];
    assert!(first.contains(&b.name) && first.contains(&a.name), "{first}");
    // A file that no entry names.
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(4);
    builder
        .append_data(
            &mut header,
            "documents/0198f4a0-1111-7222-8333-444455556666/cii.xml",
            b"<a/>".as_slice(),
        )
        .unwrap();
    let extra = [&bytes[..end], &builder.into_inner().unwrap()].concat();
    assert!(faults(&extra, &key)[0].contains("named by no entry"));
}

#[test]
fn no_bytes_make_the_verifier_fail() {
    let Exported { key, bytes, .. } = exported();
    let mut header = tar::Header::new_ustar();
    header.set_path("openings/000000000000").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    let huge = [header.as_bytes().as_slice(), &[0; 4096]].concat();
    for hostile in [Vec::new(), vec![0; 10_000], vec![0xff; 10_000], huge] {
        assert!(!faults(&hostile, &key).is_empty());
    }
    // Every byte of the headers: either it is noticed, or it is none of the evidence (times, rights).
    for place in members(&bytes).iter().flat_map(|member| (member.header..member.header + 512).step_by(13)) {
        let mut changed = bytes.clone();
        changed[place] ^= 0x10;
        let _ = faults(&changed, &key);
    }
}
