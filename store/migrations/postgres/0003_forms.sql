-- A form that is sent twice acts once: what was done for it is found again. And two people who change an organisation's
-- particulars at the same time do not overwrite each other.

CREATE TABLE submission (
    org_id BYTEA NOT NULL,
    form_hash BYTEA NOT NULL,
    result_sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, form_hash)
);
CREATE INDEX submission_by_time ON submission (org_id, created_at);

ALTER TABLE organisation ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
