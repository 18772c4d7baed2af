-- Signing certificates are renewed and revoked, so an organisation has several: a document is sealed with the one that
-- its ledger entry names. Both tables are final; the one in use is the newest that is not revoked.
-- A file remembers the entry that committed to it, so that a look-up by fingerprint can prove it.

CREATE TABLE certificate (
    org_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    identity_sealed BLOB NOT NULL,
    imported INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    in_use_since INTEGER NOT NULL,
    PRIMARY KEY (org_id, sequence),
    UNIQUE (org_id, fingerprint)
) STRICT;

CREATE TABLE certificate_revocation (
    org_id BLOB NOT NULL,
    fingerprint TEXT NOT NULL,
    ledger_position INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, fingerprint)
) STRICT;

ALTER TABLE document_file ADD COLUMN ledger_position INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER certificate_no_update BEFORE UPDATE ON certificate
BEGIN SELECT RAISE(ABORT, 'rows of certificate are final'); END;

CREATE TRIGGER certificate_no_delete BEFORE DELETE ON certificate
BEGIN SELECT RAISE(ABORT, 'rows of certificate are final'); END;

CREATE TRIGGER certificate_no_replace BEFORE INSERT ON certificate
WHEN EXISTS (SELECT 1 FROM certificate AS n WHERE n.org_id = NEW.org_id AND (n.sequence = NEW.sequence OR n.fingerprint = NEW.fingerprint))
BEGIN SELECT RAISE(ABORT, 'rows of certificate are final'); END;

CREATE TRIGGER certificate_revocation_no_update BEFORE UPDATE ON certificate_revocation
BEGIN SELECT RAISE(ABORT, 'rows of certificate_revocation are final'); END;

CREATE TRIGGER certificate_revocation_no_delete BEFORE DELETE ON certificate_revocation
BEGIN SELECT RAISE(ABORT, 'rows of certificate_revocation are final'); END;

CREATE TRIGGER certificate_revocation_no_replace BEFORE INSERT ON certificate_revocation
WHEN EXISTS (SELECT 1 FROM certificate_revocation AS n WHERE n.org_id = NEW.org_id AND n.fingerprint = NEW.fingerprint)
BEGIN SELECT RAISE(ABORT, 'rows of certificate_revocation are final'); END;
