//! Names of things that never change and say nothing about them: `UUIDv7`, so that rows sort by age.

use jiff::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// The text is not an id in its usual form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected 36 characters of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")]
pub struct NotAnId;

/// An RFC 9562 version 7 UUID of this millisecond. Times before 1970 count as 1970.
fn version_7(now: Timestamp, rng: &mut impl CryptoRng) -> Uuid {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// One spelling per id: the braced, URN and undashed forms the `uuid` crate also reads are refused.
fn parse(text: &str) -> Result<Uuid, NotAnId> {
    if text.len() != 36 {
        return Err(NotAnId);
    }
    Uuid::try_parse(text).map_err(|_| NotAnId)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, sorted after those of earlier milliseconds.
            pub fn generate(now: Timestamp, rng: &mut impl CryptoRng) -> Self {
                Self(version_7(now, rng))
            }

            /// The id kept in a row.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// For a row.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text).map(Self)
            }
        }
    };
}

id! {
    /// A tenant: the first part of every key in the books.
    OrganisationId
}
id! {
    /// Someone who can sign in; a member of any number of organisations.
    PersonId
}
id! {
    /// One signed-in browser. Not the secret in its cookie, which is a [`Token`](crate::Token).
    SessionId
}
id! {
    /// A link that opens one document in the portal. Not its secret.
    PortalLinkId
}
id! {
    /// An invitation, or the setup of the first owner. Not its secret.
    InvitationId
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use proptest::prelude::*;
    use rand_core::UnwrapErr;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_later_id_sorts_after_an_earlier_one() {
        let mut rng = UnwrapErr(SysRng);
        let early = PersonId::generate(at(1_763_000_000_000), &mut rng);
        let late = PersonId::generate(at(1_763_000_000_001), &mut rng);
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(early.uuid().get_version_num(), 7);
    }

    #[test]
    fn two_ids_of_one_millisecond_differ() {
        let mut rng = UnwrapErr(SysRng);
        assert_ne!(SessionId::generate(at(0), &mut rng), SessionId::generate(at(0), &mut rng));
    }

    #[test]
    fn only_the_usual_spelling_is_read() {
        let usual = "0198f4a0-1111-7222-8333-444455556666";
        assert_eq!(usual.parse::<OrganisationId>().unwrap().to_string(), usual);
        for other in [
            "",
            "0198f4a0111172228333444455556666",
            "{0198f4a0-1111-7222-8333-444455556666}",
            "urn:uuid:0198f4a0-1111-7222-8333-444455556666",
            " 0198f4a0-1111-7222-8333-44445555666",
            "0198f4a0-1111-7222-8333-44445555666g",
        ] {
            assert_eq!(other.parse::<OrganisationId>(), Err(NotAnId), "{other}");
        }
    }

    #[test]
    fn json_is_the_bare_text() {
        let id: PersonId = "0198f4a0-1111-7222-8333-444455556666".parse().unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
    }

    proptest! {
        #[test]
        fn every_id_round_trips(bits: u128) {
            let id = OrganisationId::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn reading_any_text_as_an_id_never_panics(text in ".{0,40}") {
            let _ = text.parse::<SessionId>();
        }
    }
}
