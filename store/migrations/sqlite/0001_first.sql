-- The first schema. Ids are 16-byte UUIDs, times are milliseconds since 1970 UTC, dates are ISO 8601 text, and what
-- ends in _sealed is ciphertext bound to its organisation, table, column and row. Organisation zero is the
-- installation itself: its people, sessions and throttles.

CREATE TABLE organisation_key (
    org_id BLOB NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organisation (
    org_id BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    profile_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE secret (
    org_id BLOB NOT NULL,
    name TEXT NOT NULL,
    value_sealed BLOB NOT NULL,
    PRIMARY KEY (org_id, name)
) STRICT;

CREATE TABLE payee_account (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    account_sealed BLOB NOT NULL,
    in_use_since INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;

CREATE TABLE person (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    email_index BLOB NOT NULL,
    profile_sealed BLOB NOT NULL,
    password_sealed BLOB NOT NULL,
    totp_sealed BLOB,
    totp_last_step INTEGER NOT NULL DEFAULT 0,
    totp_confirmed_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, email_index)
) STRICT;

CREATE TABLE recovery_code (
    org_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    code_hash BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (org_id, person_id, code_hash)
) STRICT;

CREATE TABLE membership (
    org_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, person_id)
) STRICT;
CREATE INDEX membership_of_person ON membership (person_id);

CREATE TABLE session (
    org_id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    stage TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    PRIMARY KEY (org_id, token_hash)
) STRICT;
CREATE INDEX session_of_person ON session (org_id, person_id);

CREATE TABLE one_time_token (
    org_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, purpose, token_hash)
) STRICT;

CREATE TABLE throttle (
    org_id BLOB NOT NULL,
    bucket BLOB NOT NULL,
    failures INTEGER NOT NULL,
    last_failure_at INTEGER,
    PRIMARY KEY (org_id, bucket)
) STRICT;

CREATE TABLE customer (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    profile_sealed BLOB NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;

CREATE TABLE draft (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB,
    preceding_id BLOB,
    content_sealed BLOB NOT NULL,
    currency TEXT NOT NULL,
    amount_due INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;

CREATE TABLE number_series (
    org_id BLOB NOT NULL,
    series TEXT NOT NULL,
    last_number INTEGER NOT NULL,
    PRIMARY KEY (org_id, series)
) STRICT;

CREATE TABLE invoice (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    series TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    type_code TEXT NOT NULL,
    issue_date TEXT NOT NULL,
    due_date TEXT,
    currency TEXT NOT NULL,
    amount_due INTEGER NOT NULL,
    customer_id BLOB,
    preceding_id BLOB,
    code_hash BLOB NOT NULL UNIQUE,
    code_sealed BLOB NOT NULL,
    content_sealed BLOB NOT NULL,
    cii_sealed BLOB NOT NULL,
    ubl_sealed BLOB NOT NULL,
    ledger_position INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    issued_by BLOB,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, series, sequence)
) STRICT;
CREATE INDEX invoice_by_time ON invoice (org_id, issued_at, id);
CREATE INDEX invoice_by_customer ON invoice (org_id, customer_id);

-- What is still open of an issued invoice. The invoice itself never changes.
CREATE TABLE invoice_standing (
    org_id BLOB NOT NULL,
    invoice_id BLOB NOT NULL,
    paid INTEGER NOT NULL,
    credited INTEGER NOT NULL,
    PRIMARY KEY (org_id, invoice_id)
) STRICT;

CREATE TABLE payment (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    invoice_id BLOB NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    received_on TEXT NOT NULL,
    note_sealed BLOB,
    ledger_position INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by BLOB,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX payment_of_invoice ON payment (org_id, invoice_id);

CREATE TABLE document_file (
    org_id BLOB NOT NULL,
    invoice_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    object_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, invoice_id, kind)
) STRICT;
CREATE INDEX document_file_by_digest ON document_file (sha256);

CREATE TABLE portal_link (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    invoice_id BLOB NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    opens INTEGER NOT NULL DEFAULT 0,
    last_opened_at INTEGER,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX portal_link_of_invoice ON portal_link (org_id, invoice_id);

CREATE TABLE portal_session (
    org_id BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    link_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, token_hash)
) STRICT;

CREATE TABLE outbox (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    payload_sealed BLOB,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    done_at INTEGER,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, dedupe_key)
) STRICT;
CREATE INDEX outbox_due ON outbox (state, next_attempt_at);
CREATE INDEX outbox_of_subject ON outbox (org_id, subject_id);

CREATE TABLE ledger_entry (
    org_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    leaf BLOB NOT NULL,
    opening_sealed BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (org_id, position)
) STRICT;

-- Hashes of complete subtrees, so that a proof is one query.
CREATE TABLE ledger_node (
    org_id BLOB NOT NULL,
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (org_id, level, position)
) STRICT;

CREATE TABLE ledger_checkpoint (
    org_id BLOB NOT NULL,
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    signed_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, size)
) STRICT;
