-- Whom a mail went to stays known to its organisation after it left: its text, with the link, is removed then.
-- The first index is the order of the mail log.

ALTER TABLE outbox ADD COLUMN recipient_sealed BLOB;

CREATE INDEX outbox_by_time ON outbox (org_id, created_at, id);

-- A mail that comes back names the message and nobody's organisation.
CREATE INDEX outbox_by_id ON outbox (id);
