//! The settings of an organisation, on both databases.

mod numbering;
mod payees;

use std::path::Path;

use counterfoil_billing::{Billing, Clock};
use counterfoil_identity::permission::{EditDrafts, Issue};
use counterfoil_identity::{Actor, Authenticated, OrganisationId, Permission, authorize_operator, gate};
use counterfoil_store::{DatabaseUrl, Store};
use uuid::Uuid;

use crate::books::{NOW, books, organisation};
use crate::kept;
use crate::programs::{DRAFT, fresh_database, surrounding};

/// One organisation on books whose clock can be set.
pub(super) struct World {
    pub(super) store: Store,
    pub(super) billing: Billing,
    pub(super) gate: Authenticated,
    pub(super) org: OrganisationId,
}

impl World {
    pub(super) async fn new(database: &DatabaseUrl, folder: &Path) -> Self {
        let store = books(database, folder).await;
        let billing =
            Billing::start(kept::parts(store.clone(), Clock::at(NOW.parse().unwrap()))).await.unwrap();
        let gate = gate::operator_command("test");
        let org = billing.create_organisation(&gate, organisation().into_new("acme")).await.unwrap();
        Self { store, billing, gate, org }
    }

    /// The same books on another day.
    pub(super) async fn on(&self, day: &str) -> Self {
        let clock = Clock::at(format!("{day}T10:00:00Z").parse().unwrap());
        let billing = Billing::start(kept::parts(self.store.clone(), clock)).await.unwrap();
        Self { store: self.store.clone(), billing, gate: self.gate.clone(), org: self.org }
    }

    pub(super) fn may<P: Permission>(&self) -> Actor<P> {
        authorize_operator(&self.gate, self.org).unwrap()
    }

    pub(super) async fn issue(&self) -> (Uuid, String) {
        let content = serde_json::from_str(DRAFT).unwrap();
        let drafts = self.may::<EditDrafts>();
        let issued = self.billing.issue_content(&self.may::<Issue>(), &drafts, content).await.unwrap();
        (issued.id, issued.issued.document().number.clone())
    }

    pub(super) async fn number(&self) -> String {
        self.issue().await.1
    }

    pub(super) async fn is_whole(&self) {
        let report = self.billing.verify_ledger(self.org, |_, _| {}).await.unwrap();
        assert_eq!(report.faults, Vec::<String>::new());
    }
}

/// On both databases; the name of PostgreSQL's is the test's own.
pub(super) async fn on_both(name: &str, test: impl AsyncFn(World)) {
    let folder = tempfile::tempdir().unwrap();
    let database = DatabaseUrl::sqlite(&folder.path().join("books.sqlite"));
    test(World::new(&database, folder.path()).await).await;
    let Some(server) = surrounding("COUNTERFOIL_TEST_POSTGRES") else { return };
    let folder = tempfile::tempdir().unwrap();
    let database = DatabaseUrl::parse(&fresh_database(&server, name)).unwrap();
    test(World::new(&database, folder.path()).await).await;
}
