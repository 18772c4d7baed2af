//! Messages are queued once, worked on by one, and forgotten when done.

use counterfoil_store::Books;
use counterfoil_store::outbox::{LogCursor, MessageKind, MessageState, NewMessage};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::world::{fresh_id, now, on_both};

const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Queues a mail about a document. Gives whether it was.
async fn mail(books: &mut Books, id: Uuid, dedupe_key: &str, subject: Uuid) -> bool {
    let kind = MessageKind::Mail;
    let recipient = Some("buyer@example.com");
    let message = NewMessage { id, kind, dedupe_key, subject, recipient, payload: &"payload" };
    books.insert_message(&message, now()).await.unwrap()
}

#[tokio::test]
async fn a_dedupe_key_queues_once() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let mut books = world.store.write(organisation).await.unwrap();
        let subject = fresh_id();
        for expected in [true, false] {
            assert_eq!(mail(&mut books, fresh_id(), "mail:1", subject).await, expected);
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
        mail(&mut books, id, "mail:1", id).await;
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
            mail(&mut books, id, &id.to_string(), done).await;
        }
        books.finish_message(done, now()).await.unwrap();
        let leased = books.lease_message(dead, now(), now() + LEASE).await.unwrap().unwrap();
        books.postpone_message(&leased, MessageState::Dead, "SMTP code 550", now()).await.unwrap();
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
        mail(&mut books, id, "mail:1", id).await;
        let leased = books.lease_message(id, now(), now() + LEASE).await.unwrap().unwrap();
        books.give_back_message(&leased).await.unwrap();
        books.commit().await.unwrap();
        assert_eq!(world.store.list_due_messages(MessageKind::Mail, now(), 10).await.unwrap().len(), 1);
        let mut books = world.store.write(organisation).await.unwrap();
        let again = books.lease_message(id, now(), now() + LEASE).await.unwrap().unwrap();
        assert_eq!(again.attempts, 1);
        books.finish_message(id, now()).await.unwrap();
        books.give_back_message(&again).await.unwrap();
        assert_eq!(books.list_messages(id).await.unwrap()[0].state, MessageState::Done);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_was_handed_over_is_never_due_again_by_itself() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let id = fresh_id();
        let mut books = world.store.write(organisation).await.unwrap();
        mail(&mut books, id, "mail:1", id).await;
        let leased = books.lease_message(id, now(), now() + LEASE).await.unwrap().unwrap();
        assert!(books.hand_over_message(&leased, "it may have arrived").await.unwrap());
        assert!(!books.hand_over_message(&leased, "twice").await.unwrap(), "once");
        books.give_back_message(&leased).await.unwrap();
        books.commit().await.unwrap();
        // Its worker died. An hour later:
        let later = now() + SignedDuration::from_hours(1);
        assert!(world.store.list_due_messages(MessageKind::Mail, later, 10).await.unwrap().is_empty());
        let mut books = world.store.write(organisation).await.unwrap();
        assert!(books.lease_message(id, later, later + LEASE).await.unwrap().is_none());
        let kept = books.find_message(id).await.unwrap().unwrap();
        assert_eq!((kept.state, kept.is_worked_on(later)), (MessageState::Unknown, false));
        // A person who knows better:
        assert!(!books.retry_message(id, now()).await.unwrap(), "the answer may still come");
        assert!(books.retry_message(id, later).await.unwrap());
        assert_eq!(books.lease_message(id, later, later + LEASE).await.unwrap().unwrap().attempts, 1);
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_overslept_its_lease_changes_nothing() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let id = fresh_id();
        let mut books = world.store.write(organisation).await.unwrap();
        mail(&mut books, id, "mail:1", id).await;
        let slow = books.lease_message(id, now(), now() + LEASE).await.unwrap().unwrap();
        let later = now() + LEASE;
        let quick = books.lease_message(id, later, later + LEASE).await.unwrap().unwrap();
        assert!(!books.hand_over_message(&slow, "").await.unwrap(), "its text does not leave");
        books.postpone_message(&slow, MessageState::Dead, "too late", later).await.unwrap();
        books.give_back_message(&slow).await.unwrap();
        let kept = books.find_message(id).await.unwrap().unwrap();
        assert_eq!((kept.state, kept.attempts, kept.last_error), (MessageState::Waiting, 2, None));
        assert!(books.hand_over_message(&quick, "").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_over_is_neither_tried_nor_stopped_again_and_the_recipient_stays() {
    on_both(async |world| {
        let organisation = world.organisation().await;
        let (done, stopped) = (fresh_id(), fresh_id());
        let mut books = world.store.write(organisation).await.unwrap();
        for id in [done, stopped] {
            mail(&mut books, id, &id.to_string(), id).await;
        }
        books.finish_message(done, now()).await.unwrap();
        assert!(books.cancel_message(stopped, now()).await.unwrap());
        for id in [done, stopped] {
            assert!(!books.retry_message(id, now()).await.unwrap());
            assert!(!books.cancel_message(id, now()).await.unwrap());
            let kept = books.find_message(id).await.unwrap().unwrap();
            assert_eq!(kept.recipient.as_deref(), Some("buyer@example.com"));
            assert_eq!(books.message_payload::<String>(&kept).unwrap(), None);
        }
        assert!(!books.bounce_message(stopped, "5.1.1", now()).await.unwrap(), "it never left");
        assert!(books.bounce_message(done, "5.1.1", now()).await.unwrap());
        assert!(!books.bounce_message(done, "5.1.1", now()).await.unwrap(), "once");
        books.finish_message(done, now()).await.unwrap();
        assert_eq!(books.find_message(done).await.unwrap().unwrap().state, MessageState::Bounced);
        assert!(books.cancel_message(done, now()).await.unwrap(), "somebody has seen it");
    })
    .await;
}

#[tokio::test]
async fn the_log_is_read_page_by_page_without_gap_or_repetition_and_only_ones_own() {
    on_both(async |world| {
        let (organisation, other) = (world.organisation().await, world.organisation().await);
        let mut ids = Vec::new();
        for organisation in [organisation, other] {
            let mut books = world.store.write(organisation).await.unwrap();
            for _ in 0..5 {
                let id = fresh_id();
                mail(&mut books, id, &id.to_string(), id).await;
                ids.push(id);
            }
            books.commit().await.unwrap();
        }
        let mut books = world.store.read(organisation).await.unwrap();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = books.list_mail_log(after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(LogCursor { created_at: last.created_at, id: last.id });
            seen.extend(page.into_iter().map(|message| message.id));
        }
        let mut expected = ids[..5].to_vec();
        expected.sort_unstable();
        expected.reverse();
        assert_eq!(seen, expected);
        assert_eq!(world.store.find_message_organisation(ids[7]).await.unwrap(), Some(other));
        assert_eq!(world.store.find_message_organisation(fresh_id()).await.unwrap(), None);
    })
    .await;
}
