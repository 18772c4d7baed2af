//! Lists: every row once on pages that meet, in every order, also while rows come and go; found by words; nobody else's.

use std::collections::BTreeSet;

use counterfoil_identity::OrganisationId;
use counterfoil_invoice::{Currency, Draft, InvoiceNumber, Money};
use counterfoil_store::customers::{CustomerContact, CustomerOrder, CustomerProfile};
use counterfoil_store::drafts::KeptDraft;
use counterfoil_store::invoice_list::{InvoiceFilter, InvoiceOrder, InvoiceState};
use counterfoil_store::invoices::KeptInvoice;
use counterfoil_store::paging::Start;
use counterfoil_store::payments::Standing;
use counterfoil_store::search::Query;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use crate::world::{World, code_hash, draft, fresh_id, now, on_both};

/// A document with what the list goes by.
#[derive(Debug, Clone)]
struct Sketch {
    name: &'static str,
    issue_date: Date,
    due_date: Option<Date>,
    price: i64,
    currency: Currency,
    is_credit_note: bool,
}

const NAMES: [&str; 3] = ["Müller & Söhne GmbH", "Alder Finch", "Strauß"];

fn document(sequence: i64, sketch: &Sketch) -> KeptInvoice {
    let Draft(mut content) = draft();
    sketch.name.clone_into(&mut content.buyer.name);
    content.buyer.vat_identifier = Some("FR12345678901".to_owned());
    content.currency = sketch.currency;
    content.due_date = sketch.due_date;
    content.lines[0].price.net_price.0 = rust_decimal::Decimal::new(sketch.price, 2);
    if sketch.is_credit_note {
        "381".clone_into(&mut content.type_code);
    }
    let number = InvoiceNumber { series: format!("{:04}", sketch.issue_date.year()), sequence };
    let issued = Draft(content).issue(number, sketch.issue_date).unwrap();
    KeptInvoice {
        id: fresh_id(),
        amount_due: issued.payable().unwrap(),
        issued,
        customer: None,
        preceding: None,
        code: "code".to_owned(),
        cii: b"<cii/>".to_vec(),
        ubl: b"<ubl/>".to_vec(),
        ledger_position: u64::try_from(sequence).unwrap(),
        issued_at: now(),
        issued_by: None,
    }
}

fn sketch() -> impl Strategy<Value = Sketch> {
    // Few different values, so that there are ties in every order.
    let day = prop_oneof![Just(date(2026, 3, 1)), Just(date(2026, 3, 2)), Just(date(2025, 12, 31))];
    let due = prop_oneof![Just(None), Just(Some(date(2026, 3, 15))), Just(Some(date(2026, 4, 1)))];
    let currency = prop_oneof![Just(Currency::EUR), Just("CHF".parse::<Currency>().unwrap())];
    let price = prop_oneof![Just(1000_i64), Just(2500)];
    (0..NAMES.len(), day, due, price, currency, proptest::bool::weighted(0.2)).prop_map(
        |(name, issue_date, due_date, price, currency, is_credit_note)| Sketch {
            name: NAMES[name],
            issue_date,
            due_date: due_date.filter(|_| !is_credit_note),
            price,
            currency,
            is_credit_note,
        },
    )
}

async fn insert(world: &World, organisation: OrganisationId, documents: &[KeptInvoice]) {
    let mut books = world.store.write(organisation).await.unwrap();
    for kept in documents {
        books.append_invoice(kept, &code_hash(kept)).await.unwrap();
    }
    books.commit().await.unwrap();
}

const ORDERS: [InvoiceOrder; 4] =
    [InvoiceOrder::IssueDate, InvoiceOrder::DueDate, InvoiceOrder::Amount, InvoiceOrder::Number];

/// All pages from the first to the last, and back; `between` happens between any two of them.
async fn walk(
    world: &World,
    organisation: OrganisationId,
    filter: &InvoiceFilter,
    by: InvoiceOrder,
    descending: bool,
    mut between: impl AsyncFnMut(),
) -> (Vec<Uuid>, Vec<Uuid>) {
    let (mut there, mut back) = (Vec::new(), Vec::new());
    let mut start = Start::First;
    let last = loop {
        let mut books = world.store.read(organisation).await.unwrap();
        let page = books.list_invoices(filter, by, descending, &start, 3).await.unwrap();
        drop(books);
        assert!(page.rows.len() <= 3);
        assert_eq!(page.previous.is_some(), start != Start::First && !page.rows.is_empty());
        there.extend(page.rows.iter().map(|row| row.id));
        between().await;
        match page.next {
            Some(next) => start = Start::After(next),
            None => break page,
        }
    };
    let mut previous = last.previous;
    back.extend(last.rows.iter().rev().map(|row| row.id));
    while let Some(mark) = previous {
        let mut books = world.store.read(organisation).await.unwrap();
        let page = books.list_invoices(filter, by, descending, &Start::Before(mark), 3).await.unwrap();
        drop(books);
        back.extend(page.rows.iter().rev().map(|row| row.id));
        previous = page.previous;
        between().await;
    }
    back.reverse();
    (there, back)
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_on_one_page_in_every_order_there_and_back_while_others_are_issued() {
    on_both(async |world| {
        let handle = tokio::runtime::Handle::current();
        let strategy = (proptest::collection::vec(sketch(), 1..12), proptest::collection::vec(sketch(), 8));
        runner(6)
            .run(&strategy, |(before, meanwhile)| {
                tokio::task::block_in_place(|| {
                    handle.block_on(async {
                        let organisation = world.organisation().await;
                        let documents: Vec<_> =
                            (1..).zip(&before).map(|(at, sketch)| document(at, sketch)).collect();
                        insert(&world, organisation, &documents).await;
                        let expected: BTreeSet<Uuid> = documents.iter().map(|kept| kept.id).collect();
                        let mut more = (100..).zip(meanwhile.iter().cycle());
                        for by in ORDERS {
                            for descending in [true, false] {
                                let all = InvoiceFilter::default();
                                let (there, back) =
                                    walk(&world, organisation, &all, by, descending, async || {
                                        let (at, sketch) = more.next().unwrap();
                                        insert(&world, organisation, &[document(at, sketch)]).await;
                                    })
                                    .await;
                                for (way, seen) in [("there", there), ("back", back)] {
                                    let ours: Vec<_> =
                                        seen.iter().filter(|id| expected.contains(id)).collect();
                                    let once: BTreeSet<_> = ours.iter().copied().copied().collect();
                                    assert_eq!(ours.len(), once.len(), "{way} {by:?}: a row came twice");
                                    assert_eq!(once, expected, "{way} {by:?}: a row was left out");
                                }
                            }
                        }
                    });
                });
                Ok(())
            })
            .unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_leaves_what_it_says_in_the_order_it_says() {
    on_both(async |world| {
        let handle = tokio::runtime::Handle::current();
        let choice = (0..ORDERS.len(), any::<bool>(), 0..7_u8, any::<bool>(), any::<bool>(), any::<bool>());
        runner(8)
            .run(&(proptest::collection::vec(sketch(), 1..12), choice), |(sketches, choice)| {
                tokio::task::block_in_place(|| handle.block_on(filtered(&world, &sketches, choice)));
                Ok(())
            })
            .unwrap();
    })
    .await;
}

/// The list against a sum over everything, by hand.
async fn filtered(
    world: &World,
    sketches: &[Sketch],
    (by, descending, state, in_euro, in_march, searched): (usize, bool, u8, bool, bool, bool),
) {
    let organisation = world.organisation().await;
    let documents: Vec<_> = (1..).zip(sketches).map(|(at, sketch)| document(at, sketch)).collect();
    insert(world, organisation, &documents).await;
    let mut books = world.store.write(organisation).await.unwrap();
    let settled = |at: usize, kept: &KeptInvoice| match at % 4 {
        _ if kept.issued.document().content.is_credit_note() => Standing::default(),
        1 => Standing { paid: kept.amount_due.minor(), credited: 0 },
        2 => Standing { paid: 0, credited: kept.amount_due.minor() },
        3 => Standing { paid: 1, credited: 0 },
        _ => Standing::default(),
    };
    for (at, kept) in documents.iter().enumerate() {
        books.update_standing(kept.id, settled(at, kept)).await.unwrap();
    }
    books.commit().await.unwrap();
    let today = date(2026, 3, 20);
    let state = [
        None,
        Some(InvoiceState::Open),
        Some(InvoiceState::OverdueOn(today)),
        Some(InvoiceState::Paid),
        Some(InvoiceState::Credited),
        Some(InvoiceState::CreditNote),
        Some(InvoiceState::DueBetween(date(2026, 3, 12), today)),
    ][usize::from(state)];
    let filter = InvoiceFilter {
        state,
        currency: in_euro.then_some(Currency::EUR),
        issued_from: in_march.then_some(date(2026, 3, 1)),
        issued_to: in_march.then_some(date(2026, 3, 1)),
        search: Query::parse(if searched { "mueller SOEHNE" } else { "" }),
        ..InvoiceFilter::default()
    };
    let by = ORDERS[by];
    let mut expected: Vec<_> = documents
        .iter()
        .enumerate()
        .filter(|(at, kept)| {
            let document = kept.issued.document();
            let content = &document.content;
            let Standing { paid, credited } = settled(*at, kept);
            let is_open = !content.is_credit_note() && kept.amount_due.minor() > paid + credited;
            let in_state = match state {
                None => true,
                Some(InvoiceState::Open) => is_open,
                Some(InvoiceState::OverdueOn(today)) => {
                    is_open && content.due_date.is_some_and(|due| due < today)
                }
                Some(InvoiceState::DueBetween(from, to)) => {
                    is_open && content.due_date.is_some_and(|due| from <= due && due <= to)
                }
                Some(InvoiceState::Paid) => !content.is_credit_note() && !is_open && paid > 0,
                Some(InvoiceState::Credited) => !content.is_credit_note() && !is_open && paid == 0,
                Some(InvoiceState::CreditNote) => content.is_credit_note(),
            };
            in_state
                && (!in_euro || content.currency == Currency::EUR)
                && (!in_march || document.issue_date == date(2026, 3, 1))
                && (!searched || content.buyer.name == NAMES[0])
        })
        .map(|(_, kept)| {
            let document = kept.issued.document();
            let asked = kept.amount_due.minor() * if document.content.is_credit_note() { -1 } else { 1 };
            let key = match by {
                InvoiceOrder::IssueDate => document.issue_date.to_string(),
                InvoiceOrder::DueDate => {
                    document.content.due_date.map_or("9999-12-31".to_owned(), |due| due.to_string())
                }
                InvoiceOrder::Amount => format!("{:020}", asked + 1_000_000),
                InvoiceOrder::Number => kept.issued.number().series.clone(),
            };
            (key, kept.ledger_position, kept.id)
        })
        .collect();
    expected.sort();
    if descending {
        expected.reverse();
    }
    let expected: Vec<_> = expected.into_iter().map(|(_, _, id)| id).collect();
    let (there, back) = walk(world, organisation, &filter, by, descending, async || {}).await;
    assert_eq!(there, expected, "{filter:?} {by:?}");
    assert_eq!(back, expected, "{filter:?} {by:?}, backwards");
}

fn profile(name: &str, email: &str) -> CustomerProfile {
    let mut buyer = crate::world::buyer();
    name.clone_into(&mut buyer.name);
    buyer.vat_identifier = Some("ATU12345675".to_owned());
    CustomerProfile {
        buyer,
        email: email.to_owned(),
        contacts: vec![CustomerContact {
            name: "Robin Quill".to_owned(),
            email: "robin.quill@example.net".to_owned(),
            ..CustomerContact::default()
        }],
        ..CustomerProfile::default()
    }
}

/// The customers that a search finds.
async fn customers(world: &World, organisation: OrganisationId, typed: &str) -> Vec<Uuid> {
    let mut books = world.store.read(organisation).await.unwrap();
    let search = Query::parse(typed);
    let page =
        books.page_of_customers(search.as_ref(), CustomerOrder::Newest, &Start::First, 50).await.unwrap();
    page.rows.into_iter().map(|row| row.customer.id).collect()
}

#[tokio::test]
async fn a_customer_is_found_by_any_of_its_words_and_no_longer_by_those_it_had() {
    on_both(async |world| {
        let (mine, other) = (world.organisation().await, world.organisation().await);
        let (id, theirs) = (fresh_id(), fresh_id());
        for (organisation, id) in [(mine, id), (other, theirs)] {
            let mut books = world.store.write(organisation).await.unwrap();
            books
                .insert_customer(id, &profile("Müller-Lüdenscheidt KG", "a@example.org"), now())
                .await
                .unwrap();
            books.insert_customer(fresh_id(), &profile("Ash KG", "b@example.org"), now()).await.unwrap();
            books.commit().await.unwrap();
        }
        for typed in [
            "müller",
            "LUEDENSCHEIDT mueller",
            "A@Example.org",
            "atu12345675 mueller",
            "quill Müller",
            "robin.quill@example.net müller",
        ] {
            assert_eq!(customers(&world, mine, typed).await, [id], "{typed}");
            assert_eq!(customers(&world, other, typed).await, [theirs], "{typed}");
        }
        assert_eq!(customers(&world, mine, "kg").await.len(), 2);
        for typed in ["mull", "example.org a", "müller ash", "***"] {
            assert!(customers(&world, mine, typed).await.is_empty(), "{typed}");
        }
        let mut books = world.store.write(mine).await.unwrap();
        let mut customer = books.find_customer(id).await.unwrap().unwrap();
        "Meyer KG".clone_into(&mut customer.profile.buyer.name);
        books.update_customer(&customer, now()).await.unwrap();
        books.commit().await.unwrap();
        assert!(customers(&world, mine, "müller").await.is_empty());
        assert_eq!(customers(&world, mine, "meyer").await, [id]);
    })
    .await;
}

#[tokio::test]
async fn a_document_is_found_by_number_name_and_vat_identifier_and_a_draft_by_name_while_it_is_one() {
    on_both(async |world| {
        let (mine, other) = (world.organisation().await, world.organisation().await);
        let sketch = Sketch {
            name: "Alder & Finch 43",
            issue_date: date(2026, 3, 3),
            due_date: None,
            price: 1000,
            currency: Currency::EUR,
            is_credit_note: false,
        };
        let documents = [document(42, &sketch), document(43, &Sketch { name: "Ash", ..sketch.clone() })];
        insert(&world, mine, &documents).await;
        let found = async |organisation, typed: &str| -> Vec<Uuid> {
            let mut books = world.store.read(organisation).await.unwrap();
            let filter = InvoiceFilter { search: Query::parse(typed), ..InvoiceFilter::default() };
            let order = InvoiceOrder::IssueDate;
            let page = books.list_invoices(&filter, order, false, &Start::First, 50).await.unwrap();
            page.rows.into_iter().map(|row| row.id).collect()
        };
        let [alder, ash] = [documents[0].id, documents[1].id];
        assert_eq!(found(mine, "2026-0042").await, [alder]);
        assert_eq!(found(mine, "42").await, [alder]);
        assert_eq!(found(mine, "43").await, [alder, ash], "the name has the number of the other");
        assert_eq!(found(mine, "2026-0043").await, [ash]);
        assert_eq!(found(mine, "FR 12 345678901").await, [alder, ash]);
        assert_eq!(found(mine, "finch fr12345678901").await, [alder]);
        for typed in ["42", "finch", "FR12345678901"] {
            assert!(found(other, typed).await.is_empty(), "{typed}");
        }

        let kept = KeptDraft {
            id: fresh_id(),
            customer: None,
            preceding: None,
            version: 1,
            amount_due: Money::from_minor(1, Currency::EUR),
            draft: draft(),
            updated_at: now(),
        };
        let drafts = async |typed: &str| {
            let mut books = world.store.read(mine).await.unwrap();
            let search = Query::parse(typed);
            books.page_of_drafts(search.as_ref(), None, &Start::First, 50).await.unwrap().rows.len()
        };
        let mut books = world.store.write(mine).await.unwrap();
        books.insert_draft(&kept).await.unwrap();
        books.commit().await.unwrap();
        assert_eq!((drafts("zylphaqua").await, drafts("ash").await), (1, 0));
        let mut books = world.store.write(mine).await.unwrap();
        books.take_draft(kept.id).await.unwrap();
        books.commit().await.unwrap();
        assert_eq!(drafts("zylphaqua").await, 0);
        let raw = world.raw().await;
        let left =
            sqlx::query("SELECT 1 FROM search_word WHERE kind = 'draft'").fetch_all(&raw).await.unwrap();
        assert!(left.is_empty(), "the words of a draft go with it");
    })
    .await;
}

#[tokio::test]
async fn a_hash_that_collides_shows_nobody_who_does_not_have_the_word() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let (alder, ash) = (fresh_id(), fresh_id());
        let mut books = world.store.write(organisation).await.unwrap();
        books.insert_customer(alder, &profile("Alder", ""), now()).await.unwrap();
        books.insert_customer(ash, &profile("Ash", ""), now()).await.unwrap();
        books.commit().await.unwrap();
        // As if all words had the same hash.
        sqlx::query(
            "INSERT INTO search_word (org_id, kind, word_index, row_id)
             SELECT a.org_id, a.kind, a.word_index, $1 FROM search_word a WHERE a.row_id = $2
             ON CONFLICT DO NOTHING",
        )
        .bind(ash.as_bytes().to_vec())
        .bind(alder.as_bytes().to_vec())
        .execute(&world.raw().await)
        .await
        .unwrap();
        assert_eq!(customers(&world, organisation, "alder").await, [alder]);
    })
    .await;
}

#[tokio::test]
async fn who_owes_most_stands_first_and_what_is_owed_is_the_sum_of_what_is_open() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let ids = [fresh_id(), fresh_id(), fresh_id()];
        let mut books = world.store.write(organisation).await.unwrap();
        for (at, id) in ids.iter().enumerate() {
            books.insert_customer(*id, &profile(NAMES[at], ""), now()).await.unwrap();
        }
        let sketch = |price, currency| Sketch {
            name: NAMES[0],
            issue_date: date(2026, 3, 3),
            due_date: None,
            price,
            currency,
            is_credit_note: false,
        };
        let chf: Currency = "CHF".parse().unwrap();
        let all =
            [(0, 1000, Currency::EUR), (1, 1000, Currency::EUR), (1, 500, Currency::EUR), (1, 700, chf)];
        let mut first = None;
        for (at, (customer, price, currency)) in (1..).zip(all) {
            let kept =
                KeptInvoice { customer: Some(ids[customer]), ..document(at, &sketch(price, currency)) };
            books.append_invoice(&kept, &code_hash(&kept)).await.unwrap();
            first.get_or_insert(kept);
        }
        books.commit().await.unwrap();
        let listed = async |order| {
            let mut books = world.store.read(organisation).await.unwrap();
            books.page_of_customers(None, order, &Start::First, 50).await.unwrap().rows
        };
        let owing = listed(CustomerOrder::Owing(Currency::EUR)).await;
        let seen: Vec<_> = owing.iter().map(|row| row.customer.id).collect();
        assert_eq!(seen, [ids[1], ids[0]]);
        // 3 × price and 19 % VAT.
        let owed: Vec<_> =
            owing[0].owed.iter().map(|sum| (sum.currency().to_string(), sum.minor())).collect();
        assert_eq!(owed, [("CHF".to_owned(), 2499), ("EUR".to_owned(), 5355)]);
        let invoiced: Vec<_> =
            listed(CustomerOrder::LastInvoiced).await.iter().map(|row| row.customer.id).collect();
        assert_eq!(invoiced, [ids[1], ids[0]]);
        assert_eq!(listed(CustomerOrder::Newest).await.len(), 3);

        let first = first.unwrap();
        let mut books = world.store.write(organisation).await.unwrap();
        let paid = first.amount_due.minor();
        books.update_standing(first.id, Standing { paid, credited: 0 }).await.unwrap();
        books.commit().await.unwrap();
        assert_eq!(listed(CustomerOrder::Owing(Currency::EUR)).await.len(), 1);
        let page = {
            let mut books = world.store.read(organisation).await.unwrap();
            books.page_of_customers(None, CustomerOrder::Newest, &Start::First, 1).await.unwrap()
        };
        let mut books = world.store.read(organisation).await.unwrap();
        let next = Start::After(page.next.unwrap());
        let rest = books.page_of_customers(None, CustomerOrder::Newest, &next, 50).await.unwrap();
        assert_eq!(rest.rows.len(), 2, "all at the same moment: the id tells them apart");
    })
    .await;
}
