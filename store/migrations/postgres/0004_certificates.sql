-- Signing certificates are renewed and revoked, so an organisation has several: a document is sealed with the one that
-- its ledger entry names. Both tables are final; the one in use is the newest that is not revoked.
-- A file remembers the entry that committed to it, so that a look-up by fingerprint can prove it.

CREATE TABLE certificate (
    org_id BYTEA NOT NULL,
    sequence BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    identity_sealed BYTEA NOT NULL,
    imported BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    in_use_since BIGINT NOT NULL,
    PRIMARY KEY (org_id, sequence),
    UNIQUE (org_id, fingerprint)
);

CREATE TABLE certificate_revocation (
    org_id BYTEA NOT NULL,
    fingerprint TEXT NOT NULL,
    ledger_position BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, fingerprint)
);

ALTER TABLE document_file ADD COLUMN ledger_position BIGINT NOT NULL DEFAULT 0;

CREATE TRIGGER certificate_final BEFORE UPDATE OR DELETE ON certificate
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_whole BEFORE TRUNCATE ON certificate
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER certificate_revocation_final BEFORE UPDATE OR DELETE ON certificate_revocation
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_revocation_whole BEFORE TRUNCATE ON certificate_revocation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
