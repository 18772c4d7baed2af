-- An organisation's key is renewed: organisation_key holds the first version and the number of the newest, here are
-- those after the first. Final rows stay sealed under the version of their time, so no version is ever removed.

ALTER TABLE organisation_key ADD COLUMN newest BIGINT NOT NULL DEFAULT 1;

CREATE TABLE organisation_key_version (
    org_id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, version)
);
