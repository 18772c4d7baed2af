//! What a transaction may see of the database. On PostgreSQL the policies of `walls.sql` hold it to that; on SQLite the
//! queries name the organisation, and nothing else does.

use counterfoil_identity::OrganisationId;

/// The rows that a transaction may see.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reach<'a> {
    /// Those of one organisation: all that `Books` do.
    Organisation(OrganisationId),
    /// Those with exactly this hash, digest or person: a credential says whose it is.
    Key(&'a [u8]),
    /// Every organisation's short name.
    Directory,
    /// Every organisation's waiting messages.
    Outbox,
}

impl Reach<'_> {
    /// For one transaction, in PostgreSQL. Holds nothing that somebody typed: digits and our own words only.
    pub(crate) fn setting(self) -> String {
        match self {
            Self::Organisation(id) => {
                format!("SET LOCAL counterfoil.organisation = '{}'", id.uuid().simple())
            }
            Self::Key(bytes) => format!("SET LOCAL counterfoil.key = '{}'", hex(bytes)),
            Self::Directory => "SET LOCAL counterfoil.scope = 'directory'".to_owned(),
            Self::Outbox => "SET LOCAL counterfoil.scope = 'outbox'".to_owned(),
        }
    }

    /// How a transaction begins in PostgreSQL: both statements in one round trip.
    pub(crate) fn begin(self, mode: &str) -> String {
        format!("BEGIN {mode}; {}", self.setting())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_holds_digits_and_our_own_words() {
        let hostile = b"'; DROP TABLE invoice; --";
        let begun = Reach::Key(hostile).begin("READ ONLY");
        assert_eq!(begun, format!("BEGIN READ ONLY; SET LOCAL counterfoil.key = '{}'", hex(hostile)));
        assert!(!begun.contains("DROP"));
        let organisation = OrganisationId::from_uuid(uuid::Uuid::from_u128(0xab));
        let begun = Reach::Organisation(organisation).begin("");
        assert_eq!(begun, format!("BEGIN ; SET LOCAL counterfoil.organisation = '{:032x}'", 0xab));
    }
}
