//! Fresh databases to test on.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use counterfoil_identity::OrganisationId;
use counterfoil_invoice::{
    Buyer, Content, Draft, InvoiceLine, InvoiceNumber, Issued, Item, Percentage, PostalAddress, PriceDetails,
    Quantity, Seller, UnitPrice, VatCategory,
};
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::{DatabaseUrl, SecondPlace, Store};
use counterfoil_vault::RootKey;
use jiff::Timestamp;
use object_store::memory::InMemory;
use rust_decimal::Decimal;
use sqlx::AnyPool;
use uuid::Uuid;

pub(crate) const MARKER: &str = "Zylphaqua Marker";

/// A store with a second way into its database, as a thief or an operator has.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn raw(&self) -> AnyPool {
        AnyPool::connect(&self.url).await.unwrap()
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite")
    }

    /// The same books, opened as another process does: with their second place, or another.
    pub(crate) async fn opened(&self, second_place: SecondPlace) -> Store {
        let database = DatabaseUrl::parse(&self.url).unwrap();
        Store::open(&database, root(), Arc::new(InMemory::new()), second_place, now()).await.unwrap()
    }

    /// An organisation whose books can be opened.
    pub(crate) async fn organisation(&self) -> OrganisationId {
        let organisation = OrganisationId::from_uuid(fresh_id());
        self.store.insert_organisation_key(organisation, now()).await.unwrap();
        organisation
    }
}

pub(crate) fn second_place(folder: &Path) -> SecondPlace {
    let folder = folder.join("checkpoints");
    std::fs::create_dir_all(&folder).unwrap();
    SecondPlace::folder(folder)
}

pub(crate) fn root() -> RootKey {
    RootKey::from_bytes([7; 32])
}

pub(crate) fn now() -> Timestamp {
    "2026-03-03T10:00:00Z".parse().unwrap()
}

pub(crate) fn fresh_id() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&u64::from(std::process::id()).to_be_bytes());
    bytes[8..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    Uuid::from_bytes(bytes)
}

/// Runs a test on both databases.
pub(crate) async fn on_both<F: AsyncFn(World)>(test: F) {
    test(sqlite().await).await;
    if let Some(world) = postgres().await {
        test(world).await;
    }
}

pub(crate) async fn sqlite() -> World {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("with space & 100%.sqlite");
    let store = Store::open(
        &DatabaseUrl::sqlite(&file),
        root(),
        Arc::new(InMemory::new()),
        second_place(folder.path()),
        now(),
    )
    .await
    .unwrap();
    let escaped = file.to_string_lossy().replace('%', "%25").replace(' ', "%20");
    World { store, url: format!("sqlite://{escaped}"), folder }
}

/// A database of its own on the server that `COUNTERFOIL_TEST_POSTGRES` names.
pub(crate) async fn postgres() -> Option<World> {
    let Ok(server) = std::env::var("COUNTERFOIL_TEST_POSTGRES") else {
        println!("not run on PostgreSQL: COUNTERFOIL_TEST_POSTGRES is not set");
        return None;
    };
    sqlx::any::install_default_drivers();
    let admin = AnyPool::connect(&server).await.unwrap();
    let name = format!("store_{}", fresh_id().simple());
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&admin).await.unwrap();
    admin.close().await;
    let (base, _) = server.rsplit_once('/').unwrap();
    let url = format!("{base}/{name}");
    let folder = tempfile::tempdir().unwrap();
    let database = DatabaseUrl::parse(&url).unwrap();
    let store = Store::open(&database, root(), Arc::new(InMemory::new()), second_place(folder.path()), now())
        .await
        .unwrap();
    Some(World { store, url, folder })
}

pub(crate) fn buyer() -> Buyer {
    Buyer {
        name: format!("{MARKER} Buyer"),
        address: PostalAddress { country: "FR".to_owned(), ..PostalAddress::default() },
        ..Buyer::default()
    }
}

pub(crate) fn draft() -> Draft {
    Draft(Content {
        seller: Seller {
            name: "Seller".to_owned(),
            vat_identifier: Some("DE123456789".to_owned()),
            address: PostalAddress { country: "DE".to_owned(), ..PostalAddress::default() },
            ..Seller::default()
        },
        buyer: buyer(),
        payment_terms: Some("14 days".to_owned()),
        lines: vec![InvoiceLine {
            quantity: Quantity(Decimal::from(3)),
            unit: "C62".to_owned(),
            price: PriceDetails { net_price: UnitPrice(Decimal::new(1000, 2)), ..PriceDetails::default() },
            vat_category: VatCategory::Standard,
            vat_rate: Some(Percentage(Decimal::from(19))),
            item: Item { name: format!("{MARKER} Item"), ..Item::default() },
            ..InvoiceLine::default()
        }],
        ..Content::default()
    })
}

pub(crate) fn issued(sequence: i64) -> Issued {
    let number = InvoiceNumber { series: "2026".to_owned(), sequence };
    draft().issue(number, jiff::civil::date(2026, 3, 3)).unwrap()
}

pub(crate) fn kept(sequence: i64) -> KeptInvoice {
    let issued = issued(sequence);
    KeptInvoice {
        id: fresh_id(),
        amount_due: issued.payable().unwrap(),
        issued,
        customer: None,
        preceding: None,
        code: format!("{MARKER} code"),
        cii: format!("<{MARKER}/>").into_bytes(),
        ubl: b"<ubl/>".to_vec(),
        ledger_position: u64::try_from(sequence).unwrap(),
        issued_at: now(),
        issued_by: None,
    }
}

pub(crate) fn code_hash(kept: &KeptInvoice) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(kept.id.as_bytes());
    hash
}
