//! What is outdated goes, what still counts stays; and a form is noted once.

use counterfoil_identity::gate::SessionRecord;
use counterfoil_identity::session::{SessionTimes, Stage};
use counterfoil_identity::throttle::Bucket;
use counterfoil_identity::{PersonId, SessionId};
use counterfoil_store::housekeeping::Outdated;
use counterfoil_store::links::PortalLink;
use counterfoil_store::{INSTALLATION, StoreError};
use jiff::{SignedDuration, Timestamp};

use crate::world::{fresh_id, now, on_both};

fn outdated(at: Timestamp) -> Outdated {
    let day = SignedDuration::from_hours(24);
    Outdated {
        ended: at,
        sessions: at - day,
        submissions: at - day,
        throttles: at - day * 30,
        small_throttles: at - day,
        few: 5,
    }
}

#[tokio::test]
async fn each_kind_goes_when_it_has_done_its_service_and_not_before() {
    on_both(async |world| {
        let hour = SignedDuration::from_hours(1);
        let mut books = world.store.write(INSTALLATION).await.unwrap();
        let session = SessionRecord {
            id: SessionId::from_uuid(fresh_id()),
            person: PersonId::from_uuid(fresh_id()),
            token_hash: [1; 32],
            stage: Stage::Full,
            times: SessionTimes { created_at: now(), last_seen_at: now(), confirmed_at: None },
        };
        books.insert_session(&session).await.unwrap();
        books.replace_one_time_token("setup", &[2; 32], now() + hour).await.unwrap();
        books.insert_submission(&[3; 32], &"done", now()).await.unwrap();
        for (name, failures) in [("few", 5), ("many", 6)] {
            let bucket = Bucket { failures, last_failure_at: Some(now()) };
            books.update_bucket(name, &bucket).await.unwrap();
        }
        books.update_bucket("forgiven", &Bucket::default()).await.unwrap();
        let link = PortalLink {
            id: fresh_id(),
            invoice: fresh_id(),
            created_at: now(),
            expires_at: now() + hour,
            revoked_at: None,
            opens: 0,
            last_opened_at: None,
        };
        books.insert_link(&link, &[4; 32]).await.unwrap();
        books.open_link(link.id, &[5; 32], now(), now() + hour).await.unwrap();

        // (hours later, rows that go): the forgiven counter at once, token and portal session after their hour,
        // session, form and the small counter after a day, the other counter after thirty.
        for (hours, gone) in [(0, 1), (1, 0), (2, 2), (24, 0), (25, 3), (30 * 24, 0), (30 * 24 + 1, 1)] {
            let removed = books.take_outdated(&outdated(now() + hour * hours)).await.unwrap();
            assert_eq!(removed, gone, "after {hours} hours");
        }
        assert!(books.find_link(link.id).await.unwrap().is_some(), "links stay: they are history");
    })
    .await;
}

#[tokio::test]
async fn of_a_form_that_is_noted_twice_the_second_is_refused_and_another_organisation_has_its_own() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        assert_eq!(books.find_submission::<String>(&[1; 32]).await.unwrap(), None);
        books.insert_submission(&[1; 32], &"first", now()).await.unwrap();
        assert_eq!(books.find_submission::<String>(&[1; 32]).await.unwrap().as_deref(), Some("first"));
        books.commit().await.unwrap();
        let mut books = world.store.write(organisation).await.unwrap();
        let twice = books.insert_submission(&[1; 32], &"second", now()).await;
        assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
        drop(books);
        let other = world.organisation().await;
        let mut books = world.store.write(other).await.unwrap();
        assert_eq!(books.find_submission::<String>(&[1; 32]).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_portal_session_that_was_closed_is_gone() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        books.open_link(fresh_id(), &[1; 32], now(), now() + SignedDuration::from_hours(1)).await.unwrap();
        books.commit().await.unwrap();
        assert!(world.store.find_portal_session(&[1; 32], now()).await.unwrap().is_some());
        let mut books = world.store.write(organisation).await.unwrap();
        books.take_portal_session(&[1; 32]).await.unwrap();
        books.commit().await.unwrap();
        assert!(world.store.find_portal_session(&[1; 32], now()).await.unwrap().is_none());
    })
    .await;
}
