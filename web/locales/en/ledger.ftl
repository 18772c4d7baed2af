# The ledger as its members read it.

ledger-title = Ledger
ledger-lead =

    { $count ->
        [one] { $count } entry. Each is sealed into a tree whose signed checkpoint anyone can fetch: none can be changed, removed or slipped in later without it showing.
       *[other] { $count } entries. Each is sealed into a tree whose signed checkpoint anyone can fetch: none can be changed, removed or slipped in later without it showing.
    }
ledger-entry = Entry
ledger-what = What
ledger-who = Who
ledger-when = When
ledger-none = No entries
ledger-range = Entries { $from } to { $to } of { $size }
ledger-checkpoint = Newest checkpoint
ledger-checkpoint-lead = Origin, number of entries, root of the tree, signature. Keep a copy now and then: a later one that does not extend it proves tampering.
ledger-key = Key
ledger-key-lead = Verifies the checkpoint, and with it every proof of an invoice (C2SP signed note).
ledger-verify = Verify it yourself
ledger-verify-one = One document, offline, without us:
ledger-verify-all = Every entry, on the server:

entry-organisation-created = Organisation made, with its own keys
entry-organisation-changed = Organisation changed: { $fields }
entry-payee-added = Payee account entered
entry-member-added = Member added
entry-invoice-issued = Issued { $number }
entry-document-sealed = PDF made and sealed
entry-document-sent = Mail with a link queued
entry-link-created = Link made
entry-link-opened = Link opened
entry-link-revoked = Link revoked
entry-payment-recorded = Payment of { $sum } entered
entry-payment-recorded-plain = Payment entered
entry-person-created = Person added
entry-factor-enrolled = Second factor set up
entry-recovery-code-used = Recovery code used
entry-ledger-restored = An older backup was restored: entries after it are lost
entry-session-opened = Signed in
entry-session-closed = Signed out
entry-a-document = a document
by-nobody-known = no longer known
by-link-holder = whoever has the link
by-server = the server
by-operator = the operator
entry-document-sent-again = Mail with a link sent again
entry-mail-cancelled = Mail stopped before it left
entry-books-exported = List of documents exported
entry-certificate-imported = Signing certificate imported
entry-certificate-renewed = Signing certificate renewed
entry-certificate-revoked = Signing certificate revoked
entry-recovery-codes-replaced = New recovery codes made
entry-password-changed = Password changed
entry-sessions-closed = Signed out everywhere else
entry-key-rotated = New encryption key for the organisation
entry-root-key-rotated = New root key for the server
entry-numbering-changed = Numbering changed: { $pattern }
entry-payee-approved = Second person agreed to a payee account
entry-payee-preferred = Payee account made the usual one
entry-payee-ended = Payee account ended
