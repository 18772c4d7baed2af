//! Numbers by patterns: they begin and go on as the organisation wants, never twice and without gaps.

use std::collections::BTreeSet;

use counterfoil_billing::ledger::RestoreError;
use counterfoil_billing::numbering::NumberingChange;
use counterfoil_billing::organisations::OrganisationError;
use counterfoil_billing::{Billing, Clock, Problem};
use counterfoil_identity::permission::{Credit, Issue, ManageOrganisation, ReadBooks};
use counterfoil_invoice::PatternError;
use counterfoil_store::DatabaseUrl;

use super::{World, on_both};
use crate::books::{NOW, books};
use crate::kept;

impl World {
    async fn change(&self, change: &NumberingChange) -> Result<(), OrganisationError> {
        let version = self.billing.numbering(&self.may::<ReadBooks>()).await.unwrap().version;
        self.billing.update_numbering(&self.may::<ManageOrganisation>(), version, change).await
    }

    /// What is wrong with a change, by its fields. Nothing is kept of it.
    async fn wrong(&self, change: &NumberingChange) -> Vec<(&'static str, Problem)> {
        let before = self.billing.numbering(&self.may::<ReadBooks>()).await.unwrap();
        let Err(OrganisationError::Fields(errors)) = self.change(change).await else {
            panic!("it was taken: {change:?}");
        };
        let after = self.billing.numbering(&self.may::<ReadBooks>()).await.unwrap();
        assert_eq!((before.version, before.numbering), (after.version, after.numbering));
        let preview = self.billing.preview_numbering(&self.may::<ReadBooks>(), change).await;
        assert!(matches!(preview, Err(OrganisationError::Fields(same)) if same == errors));
        errors.into_iter().map(|error| (error.field, error.problem)).collect()
    }

    async fn next(&self) -> [String; 2] {
        let view = self.billing.numbering(&self.may::<ReadBooks>()).await.unwrap();
        [view.invoices.number, view.credit_notes.number]
    }
}

fn invoices(pattern: &str) -> NumberingChange {
    NumberingChange { invoices: pattern.to_owned(), ..NumberingChange::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_numbered_by_the_patterns_from_the_start_number_on_and_anew_every_period() {
    on_both("numbers_1", async |world| {
        assert_eq!(world.next().await, ["2026-0001", "2026-0001"]);
        let change = NumberingChange {
            invoices: "INV-{YYYY}/{NNN}".to_owned(),
            credit_notes: Some("CN{YY}{MM}-{NN}".to_owned()),
            invoice_start: Some(500),
            credit_note_start: None,
        };
        let preview = world.billing.preview_numbering(&world.may::<ReadBooks>(), &change).await.unwrap();
        assert_eq!(preview[0].number, "INV-2026/500");
        assert_eq!(world.next().await, ["2026-0001", "2026-0001"], "a preview keeps nothing");
        world.change(&change).await.unwrap();
        // A slip of the keyboard: nothing is issued yet.
        world.change(&NumberingChange { invoice_start: Some(100), ..change.clone() }).await.unwrap();
        assert_eq!(world.next().await, ["INV-2026/100", "CN2603-01"]);
        world.is_whole().await;

        let (invoice, number) = world.issue().await;
        assert_eq!(number, "INV-2026/100");
        let note = world.billing.credit(&world.may::<Credit>(), invoice, None).await.unwrap();
        let note = world.billing.issue(&world.may::<Issue>(), note, 1).await.unwrap();
        assert_eq!(note.issued.document().number, "CN2603-01");
        let view = world.billing.invoice(&world.may::<ReadBooks>(), invoice).await.unwrap().unwrap();
        assert_eq!(view.open.minor(), 0, "the credit note found the invoice by its number");
        assert_eq!(world.number().await, "INV-2026/101");
        let late = NumberingChange { invoice_start: Some(200), ..change.clone() };
        assert_eq!(
            world.wrong(&late).await,
            [("invoice_start", Problem::HasBegun("INV-2026/102".to_owned()))]
        );

        let april = world.on("2026-04-01").await;
        assert_eq!(april.next().await, ["INV-2026/102", "CN2604-01"]);
        let january = world.on("2027-01-01").await;
        assert_eq!(january.number().await, "INV-2027/001");
        january.change(&invoices("{YYYY}-{NNNN}")).await.unwrap();
        assert_eq!(january.next().await, ["2027-0001", "2027-0001"], "credit notes share the series again");
        // Back to the pattern that was left: its series goes on where it was.
        january.change(&invoices("INV-{YYYY}/{NNN}")).await.unwrap();
        assert_eq!(january.number().await, "INV-2027/002");
        january.is_whole().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_that_would_give_a_number_again_is_refused_by_name() {
    on_both("numbers_2", async |world| {
        assert_eq!(world.number().await, "2026-0001");
        let again = |number: &str| Problem::NumberAgain(number.to_owned());
        assert_eq!(world.wrong(&invoices("{YYYY}-000{N}")).await, [("invoices", again("2026-0001"))]);
        let credit_notes =
            |pattern: &str| NumberingChange { credit_notes: Some(pattern.to_owned()), ..invoices("R{NNNN}") };
        assert_eq!(
            world.wrong(&credit_notes("R0{NNN}")).await,
            [("credit_notes", Problem::NumberOfInvoices("R0001".to_owned()))]
        );
        assert_eq!(world.wrong(&credit_notes("{YYYY}-000{N}")).await.len(), 1);
        let no_number = Problem::Pattern(PatternError::NoNumber);
        assert_eq!(
            world.wrong(&NumberingChange { credit_notes: Some(String::new()), ..invoices("") }).await,
            [("invoices", no_number.clone()), ("credit_notes", no_number)]
        );
        for first in [0, -1, i64::MIN, i64::MAX, 1_000_000_000] {
            let change = NumberingChange { invoice_start: Some(first), ..invoices("R{N}") };
            assert_eq!(world.wrong(&change).await, [("invoice_start", Problem::Start)], "{first}");
        }
        // Wider than any number that was given.
        world.change(&invoices("{YYYY}-{NNNNN}")).await.unwrap();
        assert_eq!(world.number().await, "2026-00001");
        // Two people at once: the second is told.
        let stale =
            world.billing.update_numbering(&world.may::<ManageOrganisation>(), 1, &invoices("X{NNN}")).await;
        assert!(matches!(stale, Err(OrganisationError::Changed)), "{stale:?}");
        world.is_whole().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_is_lost_or_doubled_while_patterns_change_and_many_issue() {
    on_both("numbers_3", async |world| {
        let mut tasks = Vec::new();
        for _ in 0..24 {
            let world = world.on("2026-03-03").await;
            tasks.push(tokio::spawn(async move { Some(world.number().await) }));
        }
        for turn in 0..8 {
            let world = world.on("2026-03-03").await;
            tasks.push(tokio::spawn(async move {
                let pattern = ["A{NNN}", "B-{YYYY}-{NN}", "{YYYY}-{NNNN}", "C{NN}/{YY}"][turn % 4];
                // Whoever is told that another was faster looks again.
                while matches!(world.change(&invoices(pattern)).await, Err(OrganisationError::Changed)) {}
                None
            }));
        }
        let mut numbers = BTreeSet::new();
        for task in tasks {
            if let Some(number) = task.await.unwrap() {
                assert!(numbers.insert(number.clone()), "{number} came twice");
            }
        }
        assert_eq!(numbers.len(), 24);
        world.is_whole().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_a_series_goes_on_behind_what_can_have_been_given() {
    let folder = tempfile::tempdir().unwrap();
    let (path, old) = (folder.path().join("books.sqlite"), folder.path().join("old"));
    let database = DatabaseUrl::sqlite(&path);
    let world = World::new(&database, folder.path()).await;
    let start = NumberingChange { invoice_start: Some(100), ..invoices("INV-{YYYY}-{NNN}") };
    world.change(&start).await.unwrap();
    world.store.close().await;
    std::fs::copy(&path, &old).unwrap();
    let again = async || {
        let store = books(&database, folder.path()).await;
        let billing =
            Billing::start(kept::parts(store.clone(), Clock::at(NOW.parse().unwrap()))).await.unwrap();
        World { store, billing, gate: world.gate.clone(), org: world.org }
    };
    let lost = again().await;
    assert_eq!(lost.number().await, "INV-2026-100");
    assert_eq!(lost.number().await, "INV-2026-101");
    lost.store.close().await;

    // The last number is known.
    std::fs::copy(&old, &path).unwrap();
    let restored = again().await;
    for other in ["2026-0001", "INV-2026-1", "INV-2026-000", "", "x"] {
        let refused = restored.billing.accept_restore(&restored.gate, restored.org, Some(other)).await;
        assert!(matches!(refused, Err(RestoreError::NoSuchNumber(text)) if text == other));
    }
    let accepted = restored.billing.accept_restore(&restored.gate, restored.org, Some("INV-2026-101")).await;
    let told: Vec<_> = accepted.unwrap().unwrap().lost_numbers.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["INV-2026-100 to INV-2026-101"]);
    assert_eq!(restored.number().await, "INV-2026-102");
    // Nor can the series begin anew.
    let earlier = NumberingChange { invoice_start: Some(100), ..start.clone() };
    assert_eq!(
        restored.wrong(&earlier).await,
        [("invoice_start", Problem::HasBegun("INV-2026-103".to_owned()))]
    );
    restored.is_whole().await;
    restored.store.close().await;
}
