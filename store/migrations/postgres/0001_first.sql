-- The first schema. Ids are 16-byte UUIDs, times are milliseconds since 1970 UTC, dates are ISO 8601 text, and what
-- ends in _sealed is ciphertext bound to its organisation, table, column and row. Organisation zero is the
-- installation itself: its people, sessions and throttles.

CREATE TABLE organisation_key (
    org_id BYTEA NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE organisation (
    org_id BYTEA NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    profile_sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE secret (
    org_id BYTEA NOT NULL,
    name TEXT NOT NULL,
    value_sealed BYTEA NOT NULL,
    PRIMARY KEY (org_id, name)
);

CREATE TABLE payee_account (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    account_sealed BYTEA NOT NULL,
    in_use_since BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE person (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    email_index BYTEA NOT NULL,
    profile_sealed BYTEA NOT NULL,
    password_sealed BYTEA NOT NULL,
    totp_sealed BYTEA,
    totp_last_step BIGINT NOT NULL DEFAULT 0,
    totp_confirmed_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, email_index)
);

CREATE TABLE recovery_code (
    org_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    code_hash BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (org_id, person_id, code_hash)
);

CREATE TABLE membership (
    org_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, person_id)
);
CREATE INDEX membership_of_person ON membership (person_id);

CREATE TABLE session (
    org_id BYTEA NOT NULL,
    token_hash BYTEA NOT NULL,
    id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    stage TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    PRIMARY KEY (org_id, token_hash)
);
CREATE INDEX session_of_person ON session (org_id, person_id);

CREATE TABLE one_time_token (
    org_id BYTEA NOT NULL,
    purpose TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, purpose, token_hash)
);

CREATE TABLE throttle (
    org_id BYTEA NOT NULL,
    bucket BYTEA NOT NULL,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT,
    PRIMARY KEY (org_id, bucket)
);

CREATE TABLE customer (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    profile_sealed BYTEA NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE draft (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    customer_id BYTEA,
    preceding_id BYTEA,
    content_sealed BYTEA NOT NULL,
    currency TEXT NOT NULL,
    amount_due BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE number_series (
    org_id BYTEA NOT NULL,
    series TEXT NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (org_id, series)
);

CREATE TABLE invoice (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    series TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    type_code TEXT NOT NULL,
    issue_date TEXT NOT NULL,
    due_date TEXT,
    currency TEXT NOT NULL,
    amount_due BIGINT NOT NULL,
    customer_id BYTEA,
    preceding_id BYTEA,
    code_hash BYTEA NOT NULL UNIQUE,
    code_sealed BYTEA NOT NULL,
    content_sealed BYTEA NOT NULL,
    cii_sealed BYTEA NOT NULL,
    ubl_sealed BYTEA NOT NULL,
    ledger_position BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_by BYTEA,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, series, sequence)
);
CREATE INDEX invoice_by_time ON invoice (org_id, issued_at, id);
CREATE INDEX invoice_by_customer ON invoice (org_id, customer_id);

-- What is still open of an issued invoice. The invoice itself never changes.
CREATE TABLE invoice_standing (
    org_id BYTEA NOT NULL,
    invoice_id BYTEA NOT NULL,
    paid BIGINT NOT NULL,
    credited BIGINT NOT NULL,
    PRIMARY KEY (org_id, invoice_id)
);

CREATE TABLE payment (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    invoice_id BYTEA NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    received_on TEXT NOT NULL,
    note_sealed BYTEA,
    ledger_position BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by BYTEA,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX payment_of_invoice ON payment (org_id, invoice_id);

CREATE TABLE document_file (
    org_id BYTEA NOT NULL,
    invoice_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    object_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, invoice_id, kind)
);
CREATE INDEX document_file_by_digest ON document_file (sha256);

CREATE TABLE portal_link (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    invoice_id BYTEA NOT NULL,
    secret_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    opens BIGINT NOT NULL DEFAULT 0,
    last_opened_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX portal_link_of_invoice ON portal_link (org_id, invoice_id);

CREATE TABLE portal_session (
    org_id BYTEA NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    link_id BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, token_hash)
);

CREATE TABLE outbox (
    org_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    subject_id BYTEA NOT NULL,
    payload_sealed BYTEA,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, dedupe_key)
);
CREATE INDEX outbox_due ON outbox (state, next_attempt_at);
CREATE INDEX outbox_of_subject ON outbox (org_id, subject_id);

CREATE TABLE ledger_entry (
    org_id BYTEA NOT NULL,
    position BIGINT NOT NULL,
    leaf BYTEA NOT NULL,
    opening_sealed BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org_id, position)
);

-- Hashes of complete subtrees, so that a proof is one query.
CREATE TABLE ledger_node (
    org_id BYTEA NOT NULL,
    level BIGINT NOT NULL,
    position BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (org_id, level, position)
);

CREATE TABLE ledger_checkpoint (
    org_id BYTEA NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, size)
);
