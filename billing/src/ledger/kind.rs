//! What an entry can be about.

/// Declares the kinds once: each with its name in the ledger, where it stays for good.
macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident = $name:literal,)+) => {
        /// What an entry is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])+ $kind,)+
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// Its name in the ledger.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// An organisation was made, with its first signing certificate.
    OrganisationCreated = "organisation.created",
    /// What an organisation says of itself was changed.
    OrganisationChanged = "organisation.changed",
    /// Documents are numbered in another way.
    NumberingChanged = "numbering.changed",
    /// A payee account was entered.
    PayeeAdded = "payee.added",
    /// A second person agreed to a payee account.
    PayeeApproved = "payee.approved",
    /// A payee account goes on documents that name no other.
    PayeePreferred = "payee.preferred",
    /// A payee account goes on no document any more.
    PayeeEnded = "payee.ended",
    /// A person became a member.
    MemberAdded = "member.added",
    /// A signing certificate came from outside.
    CertificateImported = "certificate.imported",
    /// A signing certificate was made here.
    CertificateRenewed = "certificate.renewed",
    /// A signing certificate was revoked.
    CertificateRevoked = "certificate.revoked",
    /// A document was issued.
    InvoiceIssued = "invoice.issued",
    /// The PDF of a document was made and sealed.
    DocumentSealed = "document.sealed",
    /// A mail with a link to a document was queued.
    DocumentSent = "document.sent",
    /// A mail that had not left was given up.
    MailCancelled = "mail.cancelled",
    /// A list of documents was taken away as a file.
    BooksExported = "books.exported",
    /// A link to a document was made.
    LinkCreated = "link.created",
    /// A link was opened for the first time.
    LinkOpened = "link.opened",
    /// A link was withdrawn.
    LinkRevoked = "link.revoked",
    /// A payment was entered.
    PaymentRecorded = "payment.recorded",
    /// An old backup was accepted.
    LedgerRestored = "ledger.restored",
    /// An organisation got a new key.
    KeyRotated = "key.rotated",
    /// The installation got a new root key.
    RootKeyRotated = "root-key.rotated",
    /// A person was entered.
    PersonCreated = "person.created",
    /// A password was changed.
    PasswordChanged = "password.changed",
    /// A second factor was set up.
    FactorEnrolled = "factor.enrolled",
    /// A recovery code was used.
    FactorRecoveryCodeUsed = "factor.recovery-code-used",
    /// Recovery codes were replaced.
    FactorRecoveryCodesReplaced = "factor.recovery-codes-replaced",
    /// Somebody signed in.
    SessionOpened = "session.opened",
    /// Somebody signed out.
    SessionClosed = "session.closed",
    /// Somebody signed out everywhere else.
    SessionsClosed = "sessions.closed",
}

impl Kind {
    /// The kind of this name. `None` is one of another version of this program: its entries are read, and say nothing
    /// that this one could compare.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_no_other() {
        for &kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind), "two kinds share a name");
        }
        for unknown in ["", "invoice", "invoice.issue", "drill.started"] {
            assert_eq!(Kind::parse(unknown), None);
        }
    }
}
