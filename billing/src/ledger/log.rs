//! The ledger read as a log: who did what when, by what it is about.

use std::collections::BTreeMap;

use counterfoil_identity::permission::ReadLedger;
use counterfoil_identity::{Actor, OrganisationId, PersonId};
use counterfoil_ledger::entry::Statement;
use counterfoil_store::INSTALLATION;
use uuid::Uuid;

use super::{Kind, LedgerEntry};
use crate::access::SignedIn;
use crate::billing::{Billing, Unavailable};

/// Entries on one page of the log.
pub const LOG_PAGE_SIZE: usize = 50;
/// Entries of one file.
pub const LONGEST_FILE: usize = 100_000;
/// Entries are sealed, so what is looked for is found by opening them: so many for one page, and then the reader goes on.
const MOST_OPENED: u64 = 5_000;
/// Entries read at once.
const CHUNK: u64 = 500;
/// What happened last around documents: so many entries at most, and so many opened for them, as a page shows it every time.
const RECENT: usize = 8;
const RECENT_OPENED: u64 = 60;
/// The latest of a person's own entries.
const OWN: usize = 10;

/// What entries are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Whatever there is.
    Everything,
    /// People, their factors and sign-ins, who belongs where.
    People,
    /// The organisation's particulars, where it is paid, its keys and certificates, restores.
    Settings,
    /// Documents and payments.
    Documents,
    /// Mails and links.
    Sharing,
}

impl Topic {
    /// Whether an entry of this kind belongs to it.
    pub fn has(self, kind: &str) -> bool {
        // What another version of this program wrote is shown where it is looked for first.
        self == Self::Everything || self == Kind::parse(kind).map_or(Self::Settings, Self::of)
    }

    /// Where a kind is shown besides among everything.
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::MemberAdded
            | Kind::PersonCreated
            | Kind::PasswordChanged
            | Kind::FactorEnrolled
            | Kind::FactorRecoveryCodeUsed
            | Kind::FactorRecoveryCodesReplaced
            | Kind::SessionOpened
            | Kind::SessionClosed
            | Kind::SessionsClosed => Self::People,
            Kind::OrganisationCreated
            | Kind::OrganisationChanged
            | Kind::NumberingChanged
            | Kind::PayeeAdded
            | Kind::PayeeApproved
            | Kind::PayeePreferred
            | Kind::PayeeEnded
            | Kind::CertificateImported
            | Kind::CertificateRenewed
            | Kind::CertificateRevoked
            | Kind::LedgerRestored
            | Kind::KeyRotated
            | Kind::RootKeyRotated => Self::Settings,
            Kind::InvoiceIssued | Kind::DocumentSealed | Kind::PaymentRecorded | Kind::BooksExported => {
                Self::Documents
            }
            Kind::DocumentSent
            | Kind::MailCancelled
            | Kind::LinkCreated
            | Kind::LinkOpened
            | Kind::LinkRevoked => Self::Sharing,
        }
    }
}

/// A page of the log.
#[derive(Debug, Clone)]
pub struct LogPage {
    /// Newest first.
    pub entries: Vec<LedgerEntry>,
    /// Where the next page begins, this position excluded, if there is more to look through.
    pub next: Option<u64>,
}

impl Billing {
    /// A page of an organisation's log: the newest entries on a topic, or those before a position.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn log(
        &self,
        by: &Actor<ReadLedger>,
        topic: Topic,
        before: Option<u64>,
    ) -> Result<LogPage, Unavailable> {
        let wanted = |statement: &Statement| topic.has(&statement.kind);
        self.look_back(by.organisation(), before, LOG_PAGE_SIZE, MOST_OPENED, wanted).await
    }

    /// All entries on a topic, newest first, for a file: at most [`LONGEST_FILE`].
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn whole_log(
        &self,
        by: &Actor<ReadLedger>,
        topic: Topic,
    ) -> Result<Vec<LedgerEntry>, Unavailable> {
        let wanted = |statement: &Statement| topic.has(&statement.kind);
        Ok(self.look_back(by.organisation(), None, LONGEST_FILE, u64::MAX, wanted).await?.entries)
    }

    /// What happened last to documents, newest first: issued, sent, opened, paid.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn recent(&self, by: &Actor<ReadLedger>) -> Result<Vec<LedgerEntry>, Unavailable> {
        let wanted = |statement: &Statement| {
            let kind = statement.kind.as_str();
            // That the server drew and sealed a page, and that a mail has a link, goes without saying.
            ![Kind::DocumentSealed, Kind::LinkCreated].map(Kind::as_str).contains(&kind)
                && [Topic::Documents, Topic::Sharing].iter().any(|topic| topic.has(kind))
        };
        Ok(self.look_back(by.organisation(), None, RECENT, RECENT_OPENED, wanted).await?.entries)
    }

    /// What a person did last to their own account: sign-ins, factors, passwords.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn own_log(&self, who: &SignedIn) -> Result<Vec<LedgerEntry>, Unavailable> {
        let me = who.person.uuid();
        let wanted = |statement: &Statement| statement.actor == Some(me);
        Ok(self.look_back(INSTALLATION, None, OWN, MOST_OPENED, wanted).await?.entries)
    }

    async fn look_back(
        &self,
        organisation: OrganisationId,
        before: Option<u64>,
        most: usize,
        most_opened: u64,
        wanted: impl Fn(&Statement) -> bool,
    ) -> Result<LogPage, Unavailable> {
        let mut books = self.store().read(organisation).await?;
        let size = books.ledger_size().await?;
        let mut end = before.unwrap_or(size).min(size);
        let last = end.saturating_sub(most_opened);
        let mut found = Vec::new();
        while end > last && found.len() < most {
            let from = end.saturating_sub(CHUNK).max(last);
            let length = u32::try_from(end - from).expect("a chunk is short");
            for entry in books.list_entries(from, length).await?.into_iter().rev() {
                end = entry.position;
                let statement =
                    entry.opening.statement().map_err(|_| Unavailable::Damaged("a ledger entry"))?;
                if wanted(&statement) {
                    found.push((entry.position, statement));
                }
                if found.len() == most {
                    break;
                }
            }
            // Holes would be damage, which the ledger's check finds; here they are only passed.
            end = if found.len() == most { end } else { from };
        }
        drop(books);
        let next = (end > 0).then_some(end);
        Ok(LogPage { entries: self.with_names(found).await?, next })
    }

    /// Statements with the names of who made them, as far as they are still known.
    pub(super) async fn with_names(
        &self,
        statements: Vec<(u64, Statement)>,
    ) -> Result<Vec<LedgerEntry>, Unavailable> {
        let mut people = self.store().read(INSTALLATION).await?;
        let mut names: BTreeMap<Uuid, Option<String>> = BTreeMap::new();
        let mut entries = Vec::with_capacity(statements.len());
        for (position, statement) in statements {
            if let Some(id) = statement.actor.filter(|id| !names.contains_key(id)) {
                let person = people.find_person(PersonId::from_uuid(id)).await?;
                names.insert(id, person.map(|person| person.profile.name));
            }
            let by = statement.actor.and_then(|id| names[&id].clone());
            entries.push(LedgerEntry { position, statement, by });
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_belongs_to_everything_and_to_one_other_topic() {
        let topics = [Topic::People, Topic::Settings, Topic::Documents, Topic::Sharing];
        for (kind, topic) in [
            ("session.opened", Topic::People),
            ("factor.enrolled", Topic::People),
            ("member.added", Topic::People),
            ("password.changed", Topic::People),
            ("sessions.closed", Topic::People),
            ("payee.added", Topic::Settings),
            ("organisation.changed", Topic::Settings),
            ("certificate.revoked", Topic::Settings),
            ("ledger.restored", Topic::Settings),
            ("something.new", Topic::Settings),
            ("invoice.issued", Topic::Documents),
            ("document.sealed", Topic::Documents),
            ("payment.recorded", Topic::Documents),
            ("books.exported", Topic::Documents),
            ("document.sent", Topic::Sharing),
            ("link.opened", Topic::Sharing),
            ("mail.cancelled", Topic::Sharing),
        ] {
            assert!(Topic::Everything.has(kind));
            let of: Vec<_> = topics.into_iter().filter(|topic| topic.has(kind)).collect();
            assert_eq!(of, [topic], "{kind}");
        }
        for kind in Kind::ALL {
            let of = topics.into_iter().filter(|topic| topic.has(kind.as_str())).count();
            assert!(of == 1 && Topic::Everything.has(kind.as_str()), "{kind:?}");
        }
    }
}
