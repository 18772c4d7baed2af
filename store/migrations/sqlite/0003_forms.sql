-- A form that is sent twice acts once: what was done for it is found again. And two people who change an organisation's
-- particulars at the same time do not overwrite each other.

CREATE TABLE submission (
    org_id BLOB NOT NULL,
    form_hash BLOB NOT NULL,
    result_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, form_hash)
) STRICT;
CREATE INDEX submission_by_time ON submission (org_id, created_at);

ALTER TABLE organisation ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
