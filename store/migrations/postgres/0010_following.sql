-- The documents that credit or correct one are looked up for every verdict and every shown invoice; without an index
-- each of those goes through all documents.

CREATE INDEX invoice_following ON invoice (org_id, preceding_id, issued_at, id) WHERE preceding_id IS NOT NULL;
