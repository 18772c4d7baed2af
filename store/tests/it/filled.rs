//! An organisation with two rows in every table: what is moved, read by strangers, or sealed anew.

use counterfoil_identity::gate::SessionRecord;
use counterfoil_identity::permission::{MembershipState, Role};
use counterfoil_identity::session::{SessionTimes, Stage};
use counterfoil_identity::throttle::Bucket;
use counterfoil_identity::{OrganisationId, PersonId, SessionId};
use counterfoil_invoice::{Currency, Item, UnitPrice, VatCategory};
use counterfoil_store::certificates::{KeptCertificate, Revocation};
use counterfoil_store::customers::CustomerProfile;
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::e_invoices::EInvoiceIndex;
use counterfoil_store::files::{FileKind, PutFile};
use counterfoil_store::invoice_list::{InvoiceFilter, InvoiceOrder};
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::links::PortalLink;
use counterfoil_store::organisations::{
    EnteredPayee, KeptPayee, MailSettings, NewDrafts, PageLanguages, PayeeAccount, Profile,
};
use counterfoil_store::outbox::{MessageKind, NewMessage};
use counterfoil_store::paging::Start;
use counterfoil_store::payees::{KeptPayeeAct, PayeeAct};
use counterfoil_store::payments::{Payment, Standing};
use counterfoil_store::people::PersonProfile;
use counterfoil_store::products::Product;
use counterfoil_store::{Books, Store, StoreError};
use uuid::Uuid;

use crate::world::{buyer, code_hash, draft, fresh_id, kept, now};

/// Its rows, by the ids they are found under.
pub(crate) struct Filled {
    pub(crate) organisation: OrganisationId,
    pub(crate) slug: String,
    pub(crate) invoices: [KeptInvoice; 2],
    people: [PersonId; 2],
    customers: [Uuid; 2],
    drafts: [Uuid; 2],
    products: [Uuid; 2],
    subject: Uuid,
    forms: [[u8; 32]; 2],
    secrets: [&'static str; 2],
}

pub(crate) fn hash(of: Uuid, what: u8) -> [u8; 32] {
    let mut hash = [what; 32];
    hash[..16].copy_from_slice(of.as_bytes());
    hash
}

/// Fills every table for a new organisation.
pub(crate) async fn filled(store: &Store) -> Filled {
    let organisation = OrganisationId::from_uuid(fresh_id());
    store.insert_organisation_key(organisation, now()).await.unwrap();
    let ids = || [fresh_id(), fresh_id()];
    let filled = Filled {
        organisation,
        slug: format!("o{}", organisation.uuid().simple()),
        invoices: [kept(1), kept(2)],
        people: ids().map(PersonId::from_uuid),
        customers: ids(),
        drafts: ids(),
        products: ids(),
        subject: fresh_id(),
        forms: ids().map(|id| hash(id, 1)),
        secrets: ["first", "second"],
    };
    let mut files = Vec::new();
    for invoice in &filled.invoices {
        let content = invoice.id.as_bytes();
        files.push(store.put_file(organisation, invoice.id, FileKind::Pdf, content).await.unwrap());
    }
    let mut indexes = Vec::new();
    for invoice in &filled.invoices {
        indexes.push(store.e_invoice_index(&hash(invoice.id, 7)));
    }
    let mut books = store.write(organisation).await.unwrap();
    books.append_key_version(store, now()).await.unwrap();
    let profile = Profile {
        seller: draft().0.seller,
        currency: counterfoil_invoice::Currency::EUR,
        payment_days: 14,
        language: "en".to_owned(),
        stationery: counterfoil_invoice::paper::Stationery::default(),
        numbering: counterfoil_invoice::Numbering::default(),
        new_drafts: NewDrafts::default(),
        mail: MailSettings::default(),
        languages: PageLanguages::default(),
    };
    books.insert_organisation(&filled.slug, &profile, now()).await.unwrap();
    books.update_bucket("bucket", &Bucket { failures: 1, last_failure_at: Some(now()) }).await.unwrap();
    books.take_number("2026").await.unwrap();
    for n in 0..2 {
        rows(&mut books, &filled, (&files[n], indexes[n]), n).await.unwrap();
    }
    books.commit().await.unwrap();
    filled
}

async fn rows(
    books: &mut Books,
    filled: &Filled,
    (file, e_invoice): (&PutFile, EInvoiceIndex),
    n: usize,
) -> Result<(), StoreError> {
    let hour = jiff::SignedDuration::from_hours(1);
    books.insert_secret(filled.secrets[n], b"secret").await?;
    let person = filled.people[n];
    let email = format!("{}@example.com", person.uuid());
    books
        .insert_person(person, &PersonProfile { name: "Robin".to_owned(), email }, "$argon2id$", now())
        .await?;
    books.begin_totp(person, b"a secret of 20 bytes").await?;
    books.replace_recovery_codes(person, &[hash(person.uuid(), 2)]).await?;
    books.insert_member(person, Role::Owner, MembershipState::Active, now()).await?;
    books
        .insert_session(&SessionRecord {
            id: SessionId::from_uuid(fresh_id()),
            person,
            token_hash: hash(person.uuid(), 3),
            stage: Stage::Full,
            times: SessionTimes { created_at: now(), last_seen_at: now(), confirmed_at: None },
        })
        .await?;
    books.replace_one_time_token(filled.secrets[n], &hash(person.uuid(), 4), now() + hour).await?;
    let customer = CustomerProfile {
        buyer: buyer(),
        email: "accounts@example.org".to_owned(),
        ..CustomerProfile::default()
    };
    books.insert_customer(filled.customers[n], &customer, now()).await?;
    let invoice = &filled.invoices[n];
    books
        .insert_draft(&KeptDraft {
            id: filled.drafts[n],
            customer: None,
            preceding: None,
            version: 1,
            amount_due: invoice.amount_due,
            draft: draft(),
            updated_at: now(),
        })
        .await?;
    books.append_invoice(invoice, &code_hash(invoice)).await?;
    books.append_e_invoice(invoice.id, e_invoice).await?;
    books.update_standing(invoice.id, Standing { paid: 1, credited: 0 }).await?;
    books
        .append_payment(&Payment {
            id: fresh_id(),
            invoice: invoice.id,
            amount: invoice.amount_due,
            received_on: jiff::civil::date(2026, 3, 3),
            note: String::new(),
            ledger_position: 0,
            recorded_at: now(),
            recorded_by: None,
        })
        .await?;
    books.append_file(file, 0, now()).await?;
    let account =
        PayeeAccount { iban: "DE02120300000000202051".to_owned(), bic: None, holder: "S".to_owned() };
    let payee = KeptPayee { id: fresh_id(), in_use_since: now(), entered: EnteredPayee::of(account) };
    books.append_payee_account(&payee).await?;
    let ledger_position = u64::try_from(n).unwrap();
    books.append_payee_act(KeptPayeeAct { account: payee.id, act: PayeeAct::Ended, ledger_position }).await?;
    let position = books.append_entry(&crate::ledger::opening("test"), now()).await?;
    books.append_checkpoint(position + 1, "counterfoil.example/ledger\n1\nAAAA\n", now()).await?;
    let certificate = KeptCertificate {
        fingerprint: filled.drafts[n].simple().to_string().repeat(2),
        chain: vec![b"certificate".to_vec()],
        imported: false,
        not_after: now(),
        in_use_since: now(),
        revoked: None,
    };
    books.append_certificate(&certificate, b"key").await?;
    let revocation = Revocation { ledger_position: 0, revoked_at: now() };
    books.append_revocation(&certificate.fingerprint, revocation).await?;
    let link = PortalLink {
        id: fresh_id(),
        invoice: invoice.id,
        created_at: now(),
        expires_at: now() + hour,
        revoked_at: None,
        opens: 0,
        last_opened_at: None,
    };
    books.insert_link(&link, &hash(link.id, 5)).await?;
    books.open_link(link.id, &hash(link.id, 6), now(), now() + hour).await?;
    books.insert_submission(&filled.forms[n], &"result", now()).await?;
    work(books, filled, n).await
}

/// What waits, and what is sold.
async fn work(books: &mut Books, filled: &Filled, n: usize) -> Result<(), StoreError> {
    let message = fresh_id();
    let message = NewMessage {
        id: message,
        kind: MessageKind::Mail,
        dedupe_key: &message.to_string(),
        subject: filled.subject,
        recipient: Some("accounts@example.org"),
        payload: &"payload",
    };
    books.insert_message(&message, now()).await?;
    let product = Product {
        item: Item { name: "Thing".to_owned(), ..Item::default() },
        unit: "C62".to_owned(),
        net_price: UnitPrice::default(),
        currency: Currency::EUR,
        vat_category: VatCategory::Standard,
        vat_rate: None,
    };
    books.insert_product(filled.products[n], &product, now()).await
}

/// Reads what a column holds, in all rows, the way the program does. A new column needs its way here.
pub(crate) async fn read(store: &Store, filled: &Filled, column: &str) -> Result<(), StoreError> {
    let mut books = store.read(filled.organisation).await?;
    for n in 0..2 {
        match column {
            "organisation.profile_sealed" => {
                books.organisation_profile().await?;
            }
            "secret.value_sealed" => {
                books.find_secret(filled.secrets[n]).await?.unwrap();
            }
            "payee_account.account_sealed" => {
                assert_eq!(books.list_payee_accounts().await?.len(), 2);
            }
            "person.profile_sealed" | "person.password_sealed" | "person.totp_sealed" => {
                books.find_person(filled.people[n]).await?.unwrap();
            }
            "customer.profile_sealed" => {
                books.find_customer(filled.customers[n]).await?.unwrap();
                assert_eq!(books.list_customers(10).await?.len(), 2);
            }
            "draft.content_sealed" => {
                books.find_draft(filled.drafts[n]).await?.unwrap();
                assert_eq!(books.list_drafts(10).await?.len(), 2);
            }
            "invoice.code_sealed"
            | "invoice.content_sealed"
            | "invoice.cii_sealed"
            | "invoice.ubl_sealed" => {
                let id = filled.invoices[n].id;
                // Both ways to read a document refuse.
                let evidence = books.find_evidence(id).await.map(|found| found.is_some());
                let invoice = books.find_invoice(id).await.map(|found| found.is_some());
                assert_eq!(evidence.is_ok(), invoice.is_ok(), "{evidence:?}, {invoice:?}");
                assert!(evidence? && invoice?);
            }
            "invoice_standing.summary_sealed" => {
                let (all, order) = (InvoiceFilter::default(), InvoiceOrder::Number);
                assert_eq!(books.list_invoices(&all, order, false, &Start::First, 10).await?.rows.len(), 2);
            }
            "product.product_sealed" => {
                books.find_product(filled.products[n]).await?.unwrap();
            }
            "payment.note_sealed" => {
                assert_eq!(books.list_payments(filled.invoices[n].id).await?.len(), 1);
            }
            "outbox.payload_sealed" => {
                for message in books.list_messages(filled.subject).await? {
                    books.message_payload::<String>(&message)?.unwrap();
                }
            }
            "outbox.recipient_sealed" => {
                for message in books.list_messages(filled.subject).await? {
                    assert!(message.recipient.is_some());
                }
            }
            "submission.result_sealed" => {
                books.find_submission::<String>(&filled.forms[n]).await?.unwrap();
            }
            "certificate.identity_sealed" => {
                for certificate in books.list_certificates().await? {
                    books.find_identity(&certificate.fingerprint).await?.unwrap();
                }
            }
            "ledger_entry.opening_sealed" => {
                books.find_entry(n as u64).await?.unwrap();
                assert_eq!(books.list_entries(0, 10).await?.len(), 2);
            }
            unknown => panic!("{unknown} is new: fill it and read it in this file"),
        }
    }
    Ok(())
}
