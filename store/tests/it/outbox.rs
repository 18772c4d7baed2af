//! Messages are queued once, worked on by one, and forgotten when done.

use counterfoil_store::outbox::{MessageKind, MessageState};
use jiff::SignedDuration;

use crate::world::{fresh_id, now, on_both};

#[tokio::test]
async fn a_dedupe_key_queues_once() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        let subject = fresh_id();
        for expected in [true, false] {
            let queued = books
                .insert_message(fresh_id(), MessageKind::Mail, "mail:1", subject, &"payload", now())
                .await
                .unwrap();
            assert_eq!(queued, expected);
        }
        assert_eq!(books.list_messages(subject).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_many_workers_one_gets_the_message_until_its_lease_ends() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let id = fresh_id();
        let mut books = world.store.write(organisation).await.unwrap();
        books.insert_message(id, MessageKind::Mail, "mail:1", id, &"payload", now()).await.unwrap();
        books.commit().await.unwrap();
        let due = world.store.list_due_messages(MessageKind::Mail, now(), 10).await.unwrap();
        assert_eq!(due, [(organisation, id)]);
        let until = now() + SignedDuration::from_mins(5);
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let store = world.store.clone();
                tokio::spawn(async move {
                    let mut books = store.write(organisation).await.unwrap();
                    let leased = books.lease_message(id, now(), until).await.unwrap();
                    books.commit().await.unwrap();
                    leased.is_some()
                })
            })
            .collect();
        let mut leased = 0;
        for task in tasks {
            leased += u32::from(task.await.unwrap());
        }
        assert_eq!(leased, 1);
        assert!(world.store.list_due_messages(MessageKind::Mail, now(), 10).await.unwrap().is_empty());
        let mut books = world.store.write(organisation).await.unwrap();
        let again =
            books.lease_message(id, until, until + SignedDuration::from_mins(5)).await.unwrap().unwrap();
        assert_eq!(again.attempts, 2);
        assert_eq!(books.message_payload::<String>(&again).unwrap().as_deref(), Some("payload"));
    })
    .await;
}

#[tokio::test]
async fn a_done_message_has_no_payload_and_a_dead_one_is_not_due() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let (done, dead) = (fresh_id(), fresh_id());
        let mut books = world.store.write(organisation).await.unwrap();
        for id in [done, dead] {
            books
                .insert_message(id, MessageKind::Mail, &id.to_string(), done, &"payload", now())
                .await
                .unwrap();
        }
        books.finish_message(done, now()).await.unwrap();
        books.postpone_message(dead, MessageState::Dead, "SMTP code 550", now()).await.unwrap();
        let messages = books.list_messages(done).await.unwrap();
        assert_eq!(messages[0].state, MessageState::Done);
        assert_eq!(books.message_payload::<String>(&messages[0]).unwrap(), None);
        assert_eq!(messages[1].last_error.as_deref(), Some("SMTP code 550"));
        books.commit().await.unwrap();
        assert!(world.store.list_due_messages(MessageKind::Mail, now(), 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_given_back_is_due_at_once_as_if_it_had_not_been_tried() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let id = fresh_id();
        let mut books = world.store.write(organisation).await.unwrap();
        books.insert_message(id, MessageKind::Mail, "mail:1", id, &"payload", now()).await.unwrap();
        books.lease_message(id, now(), now() + SignedDuration::from_mins(5)).await.unwrap().unwrap();
        books.give_back_message(id).await.unwrap();
        books.commit().await.unwrap();
        assert_eq!(world.store.list_due_messages(MessageKind::Mail, now(), 10).await.unwrap().len(), 1);
        let mut books = world.store.write(organisation).await.unwrap();
        let again = books.lease_message(id, now(), now() + SignedDuration::from_mins(5)).await.unwrap();
        assert_eq!(again.unwrap().attempts, 1);
        books.finish_message(id, now()).await.unwrap();
        books.give_back_message(id).await.unwrap();
        assert_eq!(books.list_messages(id).await.unwrap()[0].state, MessageState::Done);
    })
    .await;
}
