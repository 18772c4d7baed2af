//! People, sessions, tokens, throttles: each used up exactly once.

use counterfoil_identity::PersonId;
use counterfoil_identity::permission::{MembershipState, Role};
use counterfoil_store::people::PersonProfile;
use counterfoil_store::{INSTALLATION, StoreError};
use jiff::SignedDuration;

use crate::world::{World, fresh_id, now, on_both};

async fn person(world: &World) -> PersonId {
    let id = PersonId::from_uuid(fresh_id());
    let profile = PersonProfile { name: "Robin".to_owned(), email: "Robin@Example.com".to_owned() };
    let mut books = world.store.write(INSTALLATION).await.unwrap();
    books.insert_person(id, &profile, "$argon2id$…", now()).await.unwrap();
    books.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_person_is_found_by_address_whatever_its_case_and_only_once_entered() {
    on_both(async |world| {
        let id = person(&world).await;
        let mut books = world.store.write(INSTALLATION).await.unwrap();
        assert!(books.has_people().await.unwrap());
        let found = books.find_person_by_email("ROBIN@example.COM").await.unwrap().unwrap();
        assert_eq!((found.id, found.totp_secret, found.totp_confirmed), (id, None, false));
        let profile = PersonProfile { name: "Other".to_owned(), email: "robin@example.com".to_owned() };
        let twice = books.insert_person(PersonId::from_uuid(fresh_id()), &profile, "x", now()).await;
        assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    })
    .await;
}

#[tokio::test]
async fn of_fifty_parallel_tries_with_one_code_exactly_one_counts() {
    on_both(async |world| {
        let id = person(&world).await;
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let store = world.store.clone();
                tokio::spawn(async move {
                    let mut books = store.write(INSTALLATION).await.unwrap();
                    let taken = books.take_totp_step(id, 1000).await.unwrap();
                    books.commit().await.unwrap();
                    taken
                })
            })
            .collect();
        let mut taken = 0;
        for task in tasks {
            taken += u32::from(task.await.unwrap());
        }
        assert_eq!(taken, 1);
        let mut books = world.store.write(INSTALLATION).await.unwrap();
        assert!(!books.take_totp_step(id, 999).await.unwrap(), "an earlier step stays used");
        assert!(books.take_totp_step(id, 1001).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    on_both(async |world| {
        let id = person(&world).await;
        let mut books = world.store.write(INSTALLATION).await.unwrap();
        books.replace_recovery_codes(id, &[[1; 32], [2; 32]]).await.unwrap();
        assert!(books.take_recovery_code(id, &[1; 32], now()).await.unwrap());
        assert!(!books.take_recovery_code(id, &[1; 32], now()).await.unwrap());
        assert!(!books.take_recovery_code(id, &[3; 32], now()).await.unwrap());
        books.replace_recovery_codes(id, &[[4; 32]]).await.unwrap();
        assert!(!books.take_recovery_code(id, &[2; 32], now()).await.unwrap(), "old codes are gone");
    })
    .await;
}

#[tokio::test]
async fn a_confirmed_second_factor_is_not_replaced_by_a_new_enrolment() {
    on_both(async |world| {
        let id = person(&world).await;
        let mut books = world.store.write(INSTALLATION).await.unwrap();
        books.begin_totp(id, b"first").await.unwrap();
        books.begin_totp(id, b"second").await.unwrap();
        books.confirm_totp(id, now()).await.unwrap();
        assert!(matches!(books.begin_totp(id, b"third").await, Err(StoreError::Conflict(_))));
        let kept = books.find_person(id).await.unwrap().unwrap();
        assert!(kept.totp_confirmed);
        assert_eq!(kept.totp_secret.unwrap().as_slice(), b"second");
    })
    .await;
}

#[tokio::test]
async fn a_one_time_token_is_used_up_and_expires() {
    on_both(async |world| {
        let mut books = world.store.write(INSTALLATION).await.unwrap();
        let hour = SignedDuration::from_hours(1);
        books.replace_one_time_token("setup", &[1; 32], now() + hour).await.unwrap();
        books.replace_one_time_token("setup", &[2; 32], now() + hour).await.unwrap();
        assert!(!books.take_one_time_token("setup", &[1; 32], now()).await.unwrap(), "replaced");
        assert!(!books.take_one_time_token("setup", &[2; 32], now() + hour).await.unwrap(), "expired");
        assert!(!books.take_one_time_token("invite", &[2; 32], now()).await.unwrap(), "another purpose");
        assert!(books.take_one_time_token("setup", &[2; 32], now()).await.unwrap());
        assert!(!books.take_one_time_token("setup", &[2; 32], now()).await.unwrap(), "used");
    })
    .await;
}

#[tokio::test]
async fn memberships_of_a_person_come_from_all_organisations() {
    on_both(async |world| {
        let id = person(&world).await;
        for role in [Role::Owner, Role::Auditor] {
            let organisation = world.organisation().await;
            let mut books = world.store.write(organisation).await.unwrap();
            books.insert_member(id, role, MembershipState::Active, now()).await.unwrap();
            books.commit().await.unwrap();
        }
        let memberships = world.store.list_memberships(id).await.unwrap();
        let roles: Vec<Role> = memberships.iter().map(|membership| membership.role).collect();
        assert_eq!(roles.len(), 2);
        assert!(roles.contains(&Role::Owner) && roles.contains(&Role::Auditor));
    })
    .await;
}
