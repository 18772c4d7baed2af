//! A disk that is full: everything is read, nothing is written, nothing is half done, and it goes on by itself.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::programs::{DRAFT, ORG, told};
use crate::site::Site;
use crate::visitor::{Page, Visitor};

/// A small file system; it ends with the test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Needs root, and a kernel that lets it mount.
    fn at(folder: &Path) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs"])
            .arg(folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            println!("not run: a small file system could not be mounted; that takes root");
            return None;
        }
        Some(Self(folder.to_owned()))
    }

    /// Leaves no more than so many bytes.
    fn fill(&self, leave: usize) {
        let mut filler = std::fs::File::create(self.0.join("filler")).unwrap();
        let block = vec![0; 4096];
        while filler.write_all(&block).is_ok() {}
        let size = filler.metadata().unwrap().len();
        filler.set_len(size.saturating_sub(leave as u64)).unwrap();
    }

    fn free(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn until(what: &str, site: &Site, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < end, "{what}: {}", site.said());
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn documents(site: &Site) -> (bool, String) {
    let output = site.command().args(["ledger", "verify"]).output().unwrap();
    (output.status.success(), told(&output))
}

#[test]
fn a_full_disk_is_read_only_says_so_keeps_what_was_typed_and_heals_by_itself() {
    let site = Site::new(None, &[]);
    let Some(disk) = SmallDisk::at(&site.data) else { return };
    std::fs::write(site.folder().join("draft.json"), DRAFT).unwrap();
    let server = site.start();
    let window = Visitor::of(&site.url);
    let particulars = [
        ("name", "Northlight Instruments GmbH"),
        ("city", "Berlin"),
        ("country", "DE"),
        ("vat_identifier", "DE123456789"),
        ("iban", "DE02120300000000202051"),
    ];
    window.set_up(&site.setup_link(), "Robin Example", "robin@example.com", ORG, &particulars);
    let home = format!("/o/{ORG}");
    let (new, customers) = (format!("{home}/customers/new"), format!("{home}/customers"));
    let add = |name: &str| -> Page {
        window.submit(&new, &customers, &[("name", name), ("city", "Köln"), ("country", "DE")]).unwrap()
    };
    assert_eq!(add("Beispiel Handels GmbH").status, 303);
    let issue = || site.command().args(["issue", "--org", ORG, "draft.json"]).output().unwrap();
    assert!(issue().status.success());
    let is_read_only = || window.get(&home).unwrap().body.contains("Read only");
    assert!(!is_read_only());

    for round in 0..2 {
        disk.fill(0);
        // Pages that are there already may still take some.
        let refused = (0..40).find_map(|number| {
            let name = format!("Zweitkunde {round}-{number} & Söhne");
            let answer = add(&name);
            (answer.status != 303).then_some((name, answer))
        });
        let (name, refused) = refused.expect("the disk is full");
        assert_eq!(refused.status, 503, "{}", refused.body);
        assert!(refused.body.contains("Not saved: no space left"), "{}", refused.body);
        let kept = format!("value=\"{}\"", name.replace('&', "&#38;"));
        assert!(refused.body.contains(&kept), "{}", refused.body);
        for page in ["", "/invoices", "/customers", "/ledger", "/mail", "/security-log", "/organisation"] {
            let answer = window.get(&format!("{home}{page}")).unwrap();
            assert_eq!(answer.status, 200, "{page}: {}", answer.body);
            assert!(answer.body.contains("Read only"), "{page}");
        }
        // The session's last use cannot be noted after a minute; and nobody new comes in, who is told why.
        let stranger = Visitor::of(&site.url);
        let typed = [("email", "robin@example.com"), ("password", crate::visitor::PASSWORD)];
        let sign_in = stranger.submit("/sign-in", "/sign-in", &typed).unwrap();
        assert_eq!(sign_in.status, 503, "{}", sign_in.body);
        assert!(!sign_in.body.contains(crate::visitor::PASSWORD) && sign_in.body.contains("no space left"));
        assert_eq!(window.get("/healthz").unwrap().status, 200);
        let by_command = issue();
        assert!(!by_command.status.success(), "{}", told(&by_command));

        disk.free();
        until("it heals", &site, || !is_read_only());
        // What was typed is sent again from the page that kept it.
        let answer = window.send_again(&refused, &customers).unwrap();
        assert!(answer.status == 303 && answer.location.starts_with(&customers), "{}", answer.body);
        let list = window.get(&customers).unwrap().body;
        assert_eq!(list.matches(&name.replace('&', "&#38;")).count(), 1, "{list}");
        let issued = issue();
        assert!(issued.status.success(), "{}", told(&issued));
    }
    site.stop(server);
    let (sound, report) = documents(&site);
    assert!(sound && report.contains("3 documents"), "{report}");
}

#[test]
fn a_disk_that_runs_full_at_any_byte_of_issuing_leaves_whole_documents_and_no_gap() {
    let site = Site::new(None, &[]);
    let Some(disk) = SmallDisk::at(&site.data) else { return };
    std::fs::write(site.folder().join("draft.json"), DRAFT).unwrap();
    let made = site.command().args(["init", "--org", ORG]).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let issue = || site.command().args(["issue", "--org", ORG, "draft.json"]).output().unwrap();
    assert!(issue().status.success());
    let mut failed = 0;
    for step in 0..24 {
        disk.fill(step * 12 * 1024);
        failed += usize::from(!issue().status.success());
        disk.free();
        let (sound, report) = documents(&site);
        assert!(sound, "with {} bytes left: {report}", step * 12 * 1024);
    }
    assert!(failed > 3, "the disk was full {failed} times only");
    let last = issue();
    assert!(last.status.success(), "{}", told(&last));
    let (sound, report) = documents(&site);
    assert!(sound, "{report}");
    println!("{failed} of 24 were refused; {report}");
}
